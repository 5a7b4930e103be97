//! Saving, opening and removing views. One transaction each.

use super::rules;
use super::store::{self, Row};
use crate::app::App;
use crate::domains::audit::{self, By, Entry, Fact};
use crate::domains::identity;
use crate::platform::access::Action;
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::Allowed;
use crate::platform::words::said;
use serde::Deserialize;
use serde_json::json;

/// What is saved, as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entered {
    /// The path of the list.
    pub(super) list: String,
    /// What it is asked for, as in an address.
    pub(super) query: String,
    pub(super) name: String,
    /// Not empty: the whole organisation has it.
    pub(super) shared: String,
    /// Not empty: the list opens with it.
    pub(super) opens: String,
}

/// Saves what somebody sees of a list; under a name that they gave before, the view asks for this from now on.
///
/// # Errors
/// No such list for the asker, what is wrong with the view, or too many.
pub(super) async fn save(app: &App, allowed: &Allowed, entered: &Entered) -> Result<Row, Error> {
    let is_seen = |item| allowed.actor.can(Action::See(item));
    if !rules::item_of(&entered.list).is_some_and(is_seen) {
        let text = said! {
            en: "You have no such list. Save a view from the list that it is of.",
            th: "คุณไม่มีรายการนี้ บันทึกมุมมองจากหน้ารายการนั้นโดยตรง",
        };
        return Err(Error::Invalid(vec![FieldError { field: "list", text }]));
    }
    let (name, query) = rules::checked(&entered.name, &entered.query).map_err(Error::Invalid)?;
    let scope = &allowed.scope;
    let who = (scope.tenant_id(), scope.person_id());
    let mut tx = app.db.write().await?;
    identity::take_persons_turn(&mut tx, scope.person_id()).await?;
    let mut own = store::of_list(&mut tx, who, &entered.list).await?;
    own.retain(|row| row.person_id == scope.person_id());
    let same = own.iter().find(|row| row.name == name);
    if same.is_none() && own.len() >= rules::MOST_VIEWS {
        let text = said! {
            en: "You have 30 views of this list. Remove one that you do not need first.",
            th: "คุณมีมุมมองของรายการนี้ครบ 30 มุมมองแล้ว ลบมุมมองที่ไม่ใช้ก่อน",
        };
        return Err(Error::Conflict { code: "too_many_views", text });
    }
    let row = Row {
        id: same.map_or_else(|| app.ids.next("view"), |row| row.id.clone()),
        list: entered.list.clone(),
        name,
        query,
        person_id: scope.person_id().to_owned(),
        person_name: allowed.actor.person_name.clone(),
        shared: i64::from(!entered.shared.is_empty()),
        opens: i64::from(!entered.opens.is_empty()),
    };
    match same {
        Some(_) => store::change(&mut tx, scope, &row).await?,
        None => store::add(&mut tx, scope, &row, app.clock.now_ms()).await?,
    }
    if row.opens != 0 {
        store::open_with(&mut tx, scope, &row).await?;
    }
    let detail = json!({ "name": row.name, "list": row.list, "query": row.query, "shared": row.shared != 0 });
    finish(
        app,
        allowed,
        tx,
        Entry::new(By::person(allowed), Fact::ListViewSaved, "list_view", &row.id).with(detail),
    )
    .await?;
    Ok(row)
}

async fn finish(app: &App, allowed: &Allowed, mut tx: Tx, entry: Entry) -> Result<(), Error> {
    audit::record(app, &mut tx, entry).await?;
    tx.commit().await?;
    audit::announce(app, [allowed.scope.tenant_id()]);
    Ok(())
}

/// Opens the list of the view `id` with it, or plain again. How somebody's own pages begin is nobody else's business: the
/// log does not tell it.
///
/// # Errors
/// [`Error::NotFound`].
pub(super) async fn open(app: &App, allowed: &Allowed, id: &str, opens: bool) -> Result<Row, Error> {
    let mut tx = app.db.write().await?;
    identity::take_persons_turn(&mut tx, allowed.scope.person_id()).await?;
    let row = store::one(&mut tx, &allowed.scope, id).await?.ok_or(Error::NotFound)?;
    if opens {
        store::open_with(&mut tx, &allowed.scope, &row).await?;
    } else {
        store::open_plain(&mut tx, &allowed.scope, &row).await?;
    }
    tx.commit().await?;
    Ok(row)
}

/// Takes a view away.
///
/// # Errors
/// [`Error::NotFound`], or it is somebody else's to take away.
pub(super) async fn remove(app: &App, allowed: &Allowed, id: &str) -> Result<Row, Error> {
    let mut tx = app.db.write().await?;
    let row = store::one(&mut tx, &allowed.scope, id).await?.ok_or(Error::NotFound)?;
    if !row.is_removable_by(&allowed.actor) {
        let text = said! {
            en: "This view is {name}'s. Only they and your administrators can remove it.",
            th: "มุมมองนี้เป็นของ {name} เฉพาะเจ้าของและผู้ดูแลระบบขององค์กรเท่านั้นที่ลบได้",
            name = row.person_name.as_str(),
        };
        return Err(Error::Forbidden { code: "not_yours", text });
    }
    store::remove(&mut tx, &allowed.scope, &row).await?;
    let detail = json!({ "name": row.name, "list": row.list });
    let entry = Entry::new(By::person(allowed), Fact::ListViewRemoved, "list_view", id).with(detail);
    finish(app, allowed, tx, entry).await?;
    Ok(row)
}
