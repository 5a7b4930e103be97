//! What goes along with an event: the record as the receiving organisation sees it now, in the API's own types. A raw
//! record never comes here.

use super::catalog::Subject;
use super::failure::Failure;
use crate::domains::{coverage, enrolment, funnel, identity, renewals, sharing, workload};
use crate::platform::access::{Action, Actor, Denied, Scope};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use serde_json::Value;

/// What is left of a record through the lens.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    /// It, masked where it is masked for the receiver.
    Record(Value),
    /// Nothing, and why.
    Nothing(Failure),
}

/// The record `id` as `actor`'s organisation sees it at `now_ms`.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn look(
    tx: &mut Tx,
    actor: &Actor,
    subject: Subject,
    id: &str,
    now_ms: i64,
) -> Result<Seen, Error> {
    let mut why = Failure::Hidden;
    for item in subject.items() {
        match actor.may(Action::See(*item)) {
            Ok(scope) => {
                if let Some(record) = record(tx, subject, &scope, id, now_ms).await? {
                    return Ok(Seen::Record(record));
                }
            }
            Err(Denied::Suspended) => why = Failure::Suspended,
            Err(_) => {}
        }
    }
    Ok(Seen::Nothing(why))
}

async fn record(
    tx: &mut Tx,
    subject: Subject,
    scope: &Scope,
    id: &str,
    now_ms: i64,
) -> Result<Option<Value>, Error> {
    match subject {
        Subject::Deal => funnel::deal_json(tx, scope, id, now_ms).await,
        Subject::Item => workload::item_json(tx, scope, id, now_ms).await,
        Subject::Grant => sharing::grant_json(tx, scope, id, now_ms).await,
        Subject::AccessRequest => sharing::request_json(tx, scope, id, now_ms).await,
        Subject::Application => enrolment::application_json(tx, scope, id).await,
        Subject::Member => identity::member_json(tx, scope, id).await,
        Subject::FormerMember => identity::former_member_json(tx, scope, id).await.map(Some),
        Subject::Gateway => enrolment::gateway_json(tx, scope, id, now_ms).await,
        Subject::Device => coverage::device_json(tx, scope, id, now_ms).await,
        Subject::Renewal => renewals::renewal_json(tx, scope, id, now_ms).await,
    }
}
