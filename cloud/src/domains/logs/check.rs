//! Whether a chain is as it was written, said to its reader; and all chains for the auditors.

use super::place::operates;
use crate::app::App;
use crate::domains::audit::{self, By, Verdict};
use crate::domains::identity;
use crate::platform::access::{Action, Item};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Allowed;
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{Cell, Chip, Column, Empty, Icon, PageHead, Press, Row, Table, Tone};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

fn chip(verdict: &Verdict) -> Chip {
    let tone = if matches!(verdict, Verdict::Whole { .. }) { Tone::Good } else { Tone::Bad };
    let said = verdict.to_string();
    let mut letters = said.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    Chip::new(tone, first.chain(letters).collect::<String>())
}

/// The verdict on one chain, with the checkpoints it was held against.
pub(super) async fn of(app: &App, tx: &mut Tx, tenant_id: &str, view: &View) -> Result<Cell, Error> {
    let trusted = audit::trust(app, tx, None).await?;
    let verdict = audit::verify(tx, tenant_id, &trusted).await?;
    let mut said = Cell::part(&chip(&verdict));
    if !trusted.faults.is_empty() {
        said = said.and(&Chip::new(Tone::Bad, "Not every signed checkpoint is as it was"));
    }
    Ok(said.and(&signed(trusted.newest_ms, view)))
}

fn signed(newest_ms: Option<i64>, view: &View) -> Cell {
    match newest_ms {
        Some(at_ms) => Cell::text("Last signed").and(&view.time(at_ms)),
        None => Cell::text("Not signed yet: that happens every hour."),
    }
}

#[derive(Template)]
#[template(path = "domains/logs/chains.html")]
struct ChainsPage {
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
        "All logs".to_owned()
    }
}

pub(super) async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    operates(&allowed)?;
    let report = audit::verify_all(&app, None).await?;
    let mut tx = app.db.read().await?;
    let ids = report.chains.iter().map(|(tenant_id, _)| ("tenant", tenant_id.as_str()));
    let names = identity::names(&mut tx, &ids.collect::<Vec<_>>()).await?;
    drop(tx);
    let row = |(tenant_id, verdict): &(String, Verdict)| {
        let name = names.get(tenant_id).unwrap_or(tenant_id);
        let open = Cell::link(&format!("/admin/audit?of={tenant_id}"), name);
        Row::new(tenant_id, vec![open, Cell::part(&chip(verdict))])
    };
    let columns = vec![Column::new("Organisation"), Column::new("Chain")];
    let empty = Empty::new(Icon::Log, "No logs", "Nothing was done yet.");
    let press = Press::new("Sign a checkpoint now", "/admin/audit/checkpoint");
    let page = ChainsPage {
        head: PageHead::new("All logs").back("Audit", "/admin/audit").lead(match report.checkpoints {
            0 => "Every organisation's chain, walked just now. No checkpoint is signed yet.".to_owned(),
            1 => "Every organisation's chain, walked just now against 1 signed checkpoint.".to_owned(),
            many => format!("Every organisation's chain, walked just now against {many} signed checkpoints."),
        }),
        faults: report.faults.iter().map(|fault| Chip::new(Tone::Bad, fault.to_string())).collect(),
        signed: signed(report.newest_ms, &allowed.view),
        press: allowed.actor.can(Action::Change(Item::Audit)).then_some(press),
        table: Table::new("Chains", columns, report.chains.iter().map(row).collect(), empty),
    };
    Ok(render(&allowed, &page))
}

pub(super) async fn checkpoint(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    operates(&allowed)?;
    let said = match audit::take_checkpoint(&app, Some(By::person(&allowed))).await? {
        Some(taken) => format!("Checkpoint {} is signed.", taken.number),
        None => "Another process signed one at the same moment.".to_owned(),
    };
    Ok(done("/admin/audit/chains", &said))
}
