//! SQL of the identity room. Sign-in happens before there is a scope, so these functions take the person or the
//! secret's hash instead; what a signed-in person asks about is always bound to that person's id.

mod asking;
mod link;
mod person;
mod session;

pub(super) use asking::{asked_by_email, asked_by_ip, asking, note_asking, try_code};
pub(super) use link::{
    add_link, has_link, invitations, issued_in, issued_to, link, link_of_browser, link_of_code,
    replace_links, try_link, use_link, wrong_confirmation,
};
pub(super) use person::{
    capabilities, members_of, membership, memberships, name, person, person_by_email, set_reader,
    verify_person,
};
pub(super) use session::{add_session, end_session, session, sessions, sessions_in, touch_session};

use crate::platform::db::{DbError, Query, Tx};

#[derive(sqlx::FromRow)]
struct Count {
    times: i64,
}

async fn count(query: Query, tx: &mut Tx) -> Result<i64, DbError> {
    let count: Count = query.one(tx).await?;
    Ok(count.times)
}
