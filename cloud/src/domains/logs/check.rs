//! Whether a chain is as it was written, said to its reader; and all chains for the auditors.

use super::place::operates;
use super::words::Words;
use crate::app::App;
use crate::domains::audit::{self, By, Verdict};
use crate::domains::identity;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{Cell, Chip, Column, Empty, Icon, PageHead, Press, Row, Table, Tone};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

fn chip(verdict: &Verdict, words: Words) -> Chip {
    let tone = if matches!(verdict, Verdict::Whole { .. }) { Tone::Good } else { Tone::Bad };
    let said = words.verdict(verdict);
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    Chip::new(tone, first.chain(letters).collect::<String>())
}

/// The verdict on one chain, with the checkpoints it was held against.
pub(super) async fn of(app: &App, tx: &mut Tx, tenant_id: &str, view: &View) -> Result<Cell, Error> {
    let words = Words(view.language());
    let trusted = audit::trust(app, tx, None).await?;
    let verdict = audit::verify(tx, tenant_id, &trusted).await?;
    let mut said = Cell::part(&chip(&verdict, words));
    if !trusted.faults.is_empty() {
        said = said.and(&Chip::new(Tone::Bad, words.checkpoints_differ()));
    }
    Ok(said.and(&signed(trusted.newest_ms, view)))
}

fn signed(newest_ms: Option<i64>, view: &View) -> Cell {
    let words = Words(view.language());
    match newest_ms {
        Some(at_ms) => Cell::text(words.last_signed()).and(&view.time(at_ms)),
        None => Cell::text(words.not_signed()),
    }
}

#[derive(Template)]
#[template(path = "domains/logs/chains.html")]
struct ChainsPage {
    words: Words,
    head: PageHead,
    faults: Vec<Chip>,
    signed: Cell,
    press: Option<Press>,
    table: Table,
}

impl Page for ChainsPage {
    fn item(&self) -> Item {
        Item::Audit
    }

    fn title(&self) -> String {
        self.words.all_logs().to_owned()
    }

    fn language(&self, asked: Language) -> Language {
        asked
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    operates(&allowed)?;
    let words = Words(allowed.view.language());
    let report = audit::verify_all(&app, None).await?;
    let mut tx = app.db.read().await?;
    let ids = report.chains.iter().map(|(tenant_id, _)| ("tenant", tenant_id.as_str()));
    let names = identity::names(&mut tx, &ids.collect::<Vec<_>>()).await?;
    drop(tx);
    let row = |(tenant_id, verdict): &(String, Verdict)| {
        let name = names.get(tenant_id).unwrap_or(tenant_id);
        let open = Cell::link(&format!("/admin/audit?of={tenant_id}"), name);
        Row::new(tenant_id, vec![open, Cell::part(&chip(verdict, words))])
    };
    let columns = vec![Column::new(words.organisation()), Column::new(words.chain())];
    let empty = Empty::new(Icon::Log, words.no_logs(), words.no_logs_why());
    let press = Press::new(words.sign_now(), "/admin/audit/checkpoint");
    let page = ChainsPage {
        words,
        head: PageHead::new(words.all_logs()).back(words.audit(), "/admin/audit").lead(
            match report.checkpoints {
                0 => words.walked().to_owned(),
                count => words.walked_against(i64::try_from(count).unwrap_or(i64::MAX)),
            },
        ),
        faults: report.faults.iter().map(|fault| Chip::new(Tone::Bad, words.fault(fault))).collect(),
        signed: signed(report.newest_ms, &allowed.view),
        press: allowed.actor.can(Action::Change(Item::Audit)).then_some(press),
        table: Table::new(words.chains(), columns, report.chains.iter().map(row).collect(), empty),
    };
    Ok(render(&allowed, &page))
}

pub(super) async fn checkpoint(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    operates(&allowed)?;
    let words = Words(allowed.view.language());
    let said = match audit::take_checkpoint(&app, Some(By::person(&allowed))).await? {
        Some(taken) => words.signed(taken.number),
        None => words.signed_elsewhere().to_owned(),
    };
    Ok(done("/admin/audit/chains", &said))
}
