//! Gateways, for the program's staff: who is there, how they are, a code for a new one, and the way out.

use super::actions::{issue_code, revoke_agent};
use super::model::AgentView;
use super::store::agents;
use crate::app::App;
use crate::domains::audit::By;
use crate::platform::access::{Action, Item};
use crate::platform::base::MINUTE_MS;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
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

/// A gateway that was not heard for so long is called silent: three times its longest poll, and a little.
const SILENT_AFTER_MS: i64 = 2 * MINUTE_MS;

/// This room's pages.
pub fn routes() -> Routes {
    let change = Action::Change(Item::Agents);
    Routes::new()
        .get("/admin/agents", Action::See(Item::Agents), get(list))
        .post("/admin/agents/{id}/code", change, post(code))
        .post("/admin/agents/{id}/revoke", change, post(revoke))
}

#[derive(Template)]
#[template(path = "domains/enrolment/agents.html")]
struct AgentsPage {
    head: PageHead,
    code: Option<(String, String)>,
    table: Table,
}

impl Page for AgentsPage {
    fn item(&self) -> Item {
        Item::Agents
    }

    fn title(&self) -> String {
        "Agents".to_owned()
    }
}

async fn list(allowed: Allowed, State(app): State<App>) -> Result<Response, Error> {
    page(&allowed, &app, None).await
}

async fn code(allowed: Allowed, State(app): State<App>, Path(id): Path<String>) -> Result<Response, Error> {
    let mut tx = app.db.write().await?;
    in_program(&mut tx, &allowed, &id).await?;
    let issued = issue_code(&app, &mut tx, By::person(&allowed), &id).await?;
    tx.commit().await?;
    page(&allowed, &app, Some((id, issued.to_string()))).await
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
    let reason = form.reason.trim();
    if reason.is_empty() {
        let text = "Say why this gateway is thrown out; its owner reads it in the log.".to_owned();
        return Err(Error::Invalid(vec![FieldError { field: "reason", text }]));
    }
    let mut tx = app.db.write().await?;
    in_program(&mut tx, &allowed, &id).await?;
    revoke_agent(&app, &mut tx, By::person(&allowed), &id, reason).await?;
    tx.commit().await?;
    Ok(done("/admin/agents", &format!("{id} is out: its certificates open nothing any more.")))
}

/// A gateway of another vendor's program is not there (PORTAL 7.3, 47).
async fn in_program(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<(), Error> {
    let own = agents(tx, &allowed.scope).await?;
    if own.iter().any(|agent| agent.id == id) { Ok(()) } else { Err(Error::NotFound) }
}

async fn page(allowed: &Allowed, app: &App, code: Option<(String, String)>) -> Result<Response, Error> {
    let mut tx = app.db.read().await?;
    let now_ms = app.clock.now_ms();
    let may_change = allowed.actor.can(Action::Change(Item::Agents));
    let all = agents(&mut tx, &allowed.scope).await?;
    let rows = all.iter().map(|agent| row(agent, allowed, now_ms, may_change)).collect();
    let mut columns: Vec<Column> =
        ["Gateway", "Owner", "State", "Last heard", "Waiting", "Policy"].map(Column::new).into();
    if may_change {
        columns.push(Column::actions("Actions"));
    }
    let empty = Empty::new(Icon::Gateway, "No gateways", "A gateway appears here when its site is set up.");
    let page = AgentsPage {
        head: PageHead::new("Agents").lead("The gateways at the customers' sites."),
        code,
        table: Table::new("Agents", columns, rows, empty),
    };
    Ok(render(allowed, &page))
}

fn row(agent: &AgentView, allowed: &Allowed, now_ms: i64, may_change: bool) -> Row {
    let heard = match agent.last_seen_ms {
        Some(at_ms) => Cell::part(&allowed.view.time(at_ms)).under(&agent.version),
        None => Cell::none("Never"),
    };
    let waiting = Cell::text(format!("{} records", agent.buffered_records)).under(format!(
        "{} of {} devices answer",
        agent.devices_up,
        agent.devices_up + agent.devices_down
    ));
    let policy = if agent.held_epoch >= agent.policy_epoch {
        Cell::text(agent.policy_epoch).under("held")
    } else {
        Cell::text(agent.policy_epoch).under(format!("gateway holds {}", agent.held_epoch))
    };
    let mut cells = vec![
        Cell::text(&agent.id).under(&agent.site),
        Cell::text(&agent.tenant_name),
        Cell::part(&state(agent, now_ms)),
        heard,
        waiting,
        policy,
    ];
    if may_change {
        let path = format!("/admin/agents/{}", agent.id);
        let invite = Press::new("New code", format!("{path}/code"));
        cells.push(match agent.revoked_ms {
            Some(_) => Cell::part(&invite),
            None => Cell::part(&invite).and(
                &Confirm::new(
                    "Revoke",
                    format!(
                        "Throw {} out? Its certificates open nothing from the next request on.",
                        agent.id
                    ),
                    "Revoke the gateway",
                    format!("{path}/revoke"),
                )
                .danger()
                .reason("Reason, shown to the owner"),
            ),
        });
    }
    Row::new(&agent.id, cells)
}

fn state(agent: &AgentView, now_ms: i64) -> Chip {
    match (agent.revoked_ms, agent.enrolled_ms, agent.last_seen_ms) {
        (Some(_), _, _) => Chip::new(Tone::Bad, "Revoked").icon(Icon::Stop),
        (None, None, _) => Chip::new(Tone::Quiet, "Not enrolled"),
        (None, Some(_), Some(seen_ms)) if now_ms - seen_ms <= SILENT_AFTER_MS => {
            Chip::new(Tone::Good, "Connected").icon(Icon::Check)
        }
        (None, Some(_), _) => Chip::new(Tone::Warn, "Silent").icon(Icon::Alert),
    }
}

#[cfg(test)]
mod tests {
    use crate::world::testing::worlds;

    #[tokio::test]
    async fn staff_see_the_gateways_invite_one_and_throw_it_out() {
        for world in worlds("enrolment_pages").await {
            let admin = world.as_person("rs.admin").await;
            let page = admin.get("/admin/agents").await;
            assert_eq!(page.status, 200, "{}", world.engine);
            assert!(page.body.contains("A-BF") && page.body.contains("SouthRubber"), "{}", page.body);
            let code = admin.post("/admin/agents/A-BF/code", &[]).await;
            assert!(code.body.contains("RS1-") && code.body.contains("works once"), "{}", code.body);
            let again = admin.get("/admin/agents").await;
            assert!(!again.body.contains("RS1-"), "a code is shown once");
            let silent = admin.post("/admin/agents/A-BF/revoke", &[("reason", " ")]).await;
            assert_eq!(silent.status, 422, "{}", world.engine);
            let out = admin.post("/admin/agents/A-BF/revoke", &[("reason", "stolen")]).await;
            assert_eq!(out.status, 303, "{}", world.engine);
            assert!(admin.get("/admin/agents").await.body.contains("Revoked"), "{}", world.engine);
            let log = world.as_person("bkk.admin").await.get("/portal/log").await;
            assert!(log.body.contains("stolen"), "the owner reads why: {}", log.body);
        }
    }
}
