//! The page of the gateways and its two buttons.

use super::actions;
use super::words::Words;
use crate::app::App;
use crate::domains::enrolment::model::{AgentView, Standing};
use crate::domains::enrolment::store::agents;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::error::Error;
use crate::platform::web::layout::{Page, done, render};
use crate::platform::web::parts::{
    Cell, Chip, Column, Confirm, Empty, Icon, PageHead, Press, Row, Table, Tone,
};
use crate::platform::web::{Allowed, Form, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

pub(super) fn routes() -> Routes {
    let change = Action::Change(Item::Agents);
    Routes::new()
        .get("/admin/agents", Action::See(Item::Agents), get(list))
        .post("/admin/agents/{id}/code", change, post(code))
        .post("/admin/agents/{id}/revoke", change, post(revoke))
}

#[derive(Template)]
#[template(path = "domains/enrolment/gateways/agents.html")]
struct AgentsPage {
    words: Words,
    head: PageHead,
    code: Option<(String, String)>,
    table: Table,
}

impl Page for AgentsPage {
    fn item(&self) -> Item {
        Item::Agents
    }

    fn title(&self) -> String {
        self.words.agents().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

async fn list(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    page(&allowed, &app, None).await
}

async fn code(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let code = actions::new_code(&app, &allowed, &id).await?;
    page(&allowed, &app, Some((id, code))).await
}

#[derive(Deserialize)]
struct Revocation {
    #[serde(default)]
    reason: String,
}

async fn revoke(
    allowed: Allowed,
    State(app): State<App>,
    Path(id): Path<String>,
    Form(form): Form<Revocation>,
) -> Result<Response, Error> {
    actions::throw_out(&app, &allowed, &id, form.reason.trim()).await?;
    Ok(done("/admin/agents", &Words(allowed.view.language()).is_out(id)))
}

async fn page(allowed: &Allowed, app: &App, code: Option<(String, String)>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let now_ms = app.clock.now_ms();
    let words = Words(allowed.view.language());
    let may_change = allowed.actor.can(Action::Change(Item::Agents));
    let all = agents(&mut tx, &allowed.scope).await?;
    let rows = all.iter().map(|agent| row(agent, allowed, now_ms, may_change)).collect();
    let columns =
        [words.gateway(), words.owner(), words.state(), words.last_heard(), words.waiting(), words.policy()];
    let mut columns: Vec<Column> = columns.map(Column::new).into();
    if may_change {
        columns.push(Column::actions(words.actions()));
    }
    let empty = Empty::new(Icon::Gateway, words.none(), words.none_why());
    let page = AgentsPage {
        words,
        head: PageHead::new(words.agents()).lead(words.lead()),
        code,
        table: Table::new(words.agents(), columns, rows, empty),
    };
    Ok(render(allowed, &page))
}

fn row(agent: &AgentView, allowed: &Allowed, now_ms: i64, may_change: bool) -> Row {
    let words = Words(allowed.view.language());
    let heard = match agent.last_seen_ms {
        Some(at_ms) => Cell::part(&allowed.view.time(at_ms)).under(&agent.version),
        None => Cell::none(words.never()),
    };
    let waiting = Cell::text(words.records(agent.buffered_records))
        .under(words.devices_answer(agent.devices_up, agent.devices_up + agent.devices_down));
    let policy = if agent.held_epoch >= agent.policy_epoch {
        Cell::text(agent.policy_epoch).under(words.held())
    } else {
        Cell::text(agent.policy_epoch).under(words.gateway_holds(agent.held_epoch))
    };
    let mut cells = vec![
        Cell::text(&agent.id).under(&agent.site),
        Cell::text(&agent.tenant_name),
        Cell::part(&state(agent, now_ms, words)),
        heard,
        waiting,
        policy,
    ];
    if may_change {
        let path = format!("/admin/agents/{}", agent.id);
        let invite = Press::new(words.new_code(), format!("{path}/code"));
        cells.push(match agent.revoked_ms {
            Some(_) => Cell::part(&invite),
            None => Cell::part(&invite).and(
                &Confirm::new(
                    words.revoke(),
                    words.revoke_question(&agent.id),
                    words.revoke_yes(),
                    format!("{path}/revoke"),
                )
                .danger()
                .reason(words.revoke_reason()),
            ),
        });
    }
    Row::new(&agent.id, cells)
}

fn state(agent: &AgentView, now_ms: i64, words: Words) -> Chip {
    match Standing::of(agent, now_ms) {
        Standing::Revoked => Chip::new(Tone::Bad, words.revoked()).icon(Icon::Stop),
        Standing::NotEnrolled => Chip::new(Tone::Quiet, words.not_enrolled()),
        Standing::Connected => Chip::new(Tone::Good, words.connected()).icon(Icon::Check),
        Standing::Silent => Chip::new(Tone::Warn, words.silent()).icon(Icon::Alert),
    }
}
