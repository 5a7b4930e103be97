//! What is sold: distribution agreements, leads, opportunities, deals, quotes.

use super::Story;
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// Plants it.
#[expect(clippy::unused_async, reason = "filled by the rooms of the sales side")]
pub(super) async fn plant(_story: &Story<'_>, _tx: &mut Tx) -> Result<(), Error> {
    Ok(())
}
