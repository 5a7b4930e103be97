//! What staff does about a gateway of its own program (PORTAL 7.3, 47).

use crate::app::App;
use crate::domains::audit::By;
use crate::domains::enrolment::actions::{issue_code, revoke_agent};
use crate::domains::enrolment::model::AgentView;
use crate::domains::enrolment::store::{agents, hold};
use crate::platform::db::Tx;
use crate::platform::error::{Error, FieldError};
use crate::platform::web::Allowed;
use crate::platform::words::said;

/// A gateway of another vendor's program is not there.
pub(super) async fn find(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<AgentView, Error> {
    let own = agents(tx, &allowed.scope).await?;
    own.into_iter().find(|agent| agent.id == id).ok_or(Error::NotFound)
}

/// The gateway that whoever acts means, taken until the commit.
async fn meant(tx: &mut Tx, allowed: &Allowed, id: &str) -> Result<(), Error> {
    hold(tx, id).await?;
    let agent = find(tx, allowed, id).await?;
    allowed.believed.holds(("agent", id), &agent.version())
}

/// A code with which the gateway comes in, once.
pub(super) async fn new_code(app: &App, allowed: &Allowed, id: &str) -> Result<String, Error> {
    let mut tx = app.db.write().await?;
    find(&mut tx, allowed, id).await?;
    let issued = issue_code(app, &mut tx, By::person(allowed), id).await?;
    tx.commit().await?;
    Ok(issued.to_string())
}

/// Its certificates open nothing any more.
pub(super) async fn throw_out(app: &App, allowed: &Allowed, id: &str, reason: &str) -> Result<(), Error> {
    let mut tx = app.db.write().await?;
    meant(&mut tx, allowed, id).await?;
    if reason.is_empty() {
        let text = said! {
            en: "Say why this gateway is thrown out; its owner reads it in the log.",
            th: "ระบุเหตุผลที่ถอดเกตเวย์นี้ออก เจ้าของจะได้อ่านในบันทึก",
        };
        return Err(Error::Invalid(vec![FieldError { field: "reason", text }]));
    }
    revoke_agent(app, &mut tx, By::person(allowed), id, reason).await?;
    Ok(tx.commit().await?)
}
