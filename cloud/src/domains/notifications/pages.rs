//! The list behind the bell.

use super::say::{Line, Reader};
use super::store::{self, Row};
use crate::app::App;
use crate::domains::identity;
use crate::platform::access::{Action, Item};
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::live::Notice;
use crate::platform::web::layout::{Page, View, done, render};
use crate::platform::web::parts::{
    Cell, Column, Empty, Icon, PageHead, Pager, Press, ReadOnly, Row as TableRow, Table, Tone,
};
use crate::platform::web::{Allowed, Asked, Path, Routes};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};

pub(super) const PATH: &str = "/account/notifications";

pub(super) fn routes() -> Routes {
    let (see, change) = (Action::See(Item::Account), Action::Change(Item::Account));
    Routes::new()
        .get("/account/notifications", see, get(page))
        .post("/account/notifications/read", change, post(read_all))
        .post("/account/notifications/{id}/read", change, post(read))
}

#[derive(Template)]
#[template(path = "domains/notifications/notifications.html")]
struct ListPage {
    head: PageHead,
    private: Option<ReadOnly>,
    table: Table,
    pager: Pager,
}

impl Page for ListPage {
    fn item(&self) -> Item {
        Item::Account
    }

    fn title(&self) -> String {
        "Notifications".to_owned()
    }
}

/// What is a person's own is not for who looks on.
pub(super) fn private(allowed: &Allowed) -> Option<ReadOnly> {
    allowed.actor.viewing.as_ref()?;
    let text = format!(
        "You look on as {}. What they are told of is between them and this service, so it is not shown.",
        allowed.actor.person_name
    );
    Some(ReadOnly::because(text))
}

/// The language of who reads, as in their mails.
async fn language(tx: &mut Tx, allowed: &Allowed) -> Result<Language, Error> {
    identity::language(tx, allowed.scope.person_id()).await
}

/// Each with its line, those left out that the reader may not see any more.
///
/// # Errors
/// When the rooms cannot be read.
pub(super) async fn told(tx: &mut Tx, allowed: &Allowed, rows: Vec<Row>) -> Result<Vec<(Row, Line)>, Error> {
    let language = language(tx, allowed).await?;
    let (mut told, mut reader) = (Vec::new(), Reader::new(&allowed.actor, allowed.view.now_ms));
    for row in rows {
        if let Some(line) = reader.line(tx, language, &row).await? {
            told.push((row, line));
        }
    }
    Ok(told)
}

async fn page(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    let view = &allowed.view;
    let private = private(&allowed);
    let asked = Asked::page(view)?;
    let mut tx = app.db.read().await?;
    let rows = match private {
        Some(_) => Vec::new(),
        None => store::list(&mut tx, &allowed.scope, asked.after.as_deref(), asked.fetch()).await?,
    };
    let piece = asked.piece(rows, |row| row.id.clone());
    let lines = told(&mut tx, &allowed, piece.items).await?;
    let language = language(&mut tx, &allowed).await?;
    drop(tx);
    let mut head = PageHead::new("Notifications").lead("What happened to what you may see, latest first.");
    if private.is_none() {
        head = head.action(Icon::Pen, "What and when", "/account/notifications/settings");
        if lines.iter().any(|(row, _)| row.read_ms.is_none()) {
            head = head.action_part(&Press::new("Mark all as read", "/account/notifications/read"));
        }
    }
    let columns = vec![Column::new("What"), Column::new("When"), Column::actions("What can be done")];
    let none = Empty::new(
        Icon::Bell,
        "Nothing yet",
        "When something happens that you chose to be told of, it stands here.",
    )
    .next("Choose what", "/account/notifications/settings");
    let rows = lines.iter().map(|(row, line)| table_row(row, line, language, view)).collect();
    let first = view.get("cursor").map(|_| PATH.to_owned());
    let pager = Pager::uncounted(view, first, piece.next.map(|cursor| view.with("cursor", &cursor)));
    let table = Table::new("Notifications, latest first", columns, rows, none);
    Ok(render(&allowed, &ListPage { head, private, table, pager }))
}

fn table_row(row: &Row, line: &Line, language: Language, view: &View) -> TableRow {
    let mut what = Cell::link(&line.href, &line.text);
    if row.again > 0 {
        what = what.under(match (language, row.again) {
            (Language::English, 1) => "and once again since".to_owned(),
            (Language::English, n) => format!("and {n} times again since"),
            (Language::Thai, n) => format!("และเกิดขึ้นอีก {n} ครั้งหลังจากนั้น"),
        });
    }
    let unread = row.read_ms.is_none();
    let done = if unread {
        Cell::part(&Press::new("Mark as read", format!("{PATH}/{}/read", row.id)))
    } else {
        Cell::text("Read")
    };
    let cells = vec![what, Cell::part(&view.time(row.at_ms)), done];
    TableRow::new(&row.id, cells).tone(if unread { Tone::Accent } else { Tone::Plain })
}

async fn read(State(app): State<App>, allowed: Allowed, Path(id): Path<String>) -> Result<Response, Error> {
    mark(&app, &allowed, Some(&id)).await?;
    Ok(done(PATH, "Marked as read."))
}

async fn read_all(State(app): State<App>, allowed: Allowed) -> Result<Response, Error> {
    mark(&app, &allowed, None).await?;
    Ok(done(PATH, "All are marked as read."))
}

/// Notes that one of the own, or all, were read.
///
/// # Errors
/// [`Error::NotFound`] when the person has none of this id.
pub(super) async fn mark(app: &App, allowed: &Allowed, id: Option<&str>) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    if let Some(id) = id
        && store::one(&mut tx, &allowed.scope, id).await?.is_none()
    {
        return Err(Error::NotFound);
    }
    store::mark_read(&mut tx, &allowed.scope, id, app.clock.now_ms()).await?;
    tx.commit().await?;
    app.hub.tell(Notice::Notified { person_id: allowed.scope.person_id().to_owned() });
    Ok(())
}
