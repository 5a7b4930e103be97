//! What is owned and serviced: sites, devices, agreements, coverage, grants.

use super::Story;
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// Plants it.
#[expect(clippy::unused_async, reason = "filled by the rooms of the service side")]
pub(super) async fn plant(_story: &Story<'_>, _tx: &mut Tx) -> Result<(), Error> {
    Ok(())
}
