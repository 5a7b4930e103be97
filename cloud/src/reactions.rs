//! When X happens, tell Y: how a room learns of what happens in a room that must not know it. One line per pair; what
//! is done is the told room's own, and must bear being told twice.

use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::events::{Event, React};
use crate::platform::live::Notice;
use std::pin::Pin;

/// The list.
#[derive(Clone, Copy, Debug)]
pub struct Reactions;

impl React for Reactions {
    fn react<'a>(
        &'a self,
        app: &'a App,
        tx: &'a mut Tx,
        event: &'a Event,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Notice>, Error>> + Send + 'a>> {
        Box::pin(tell(app, tx, event))
    }
}

#[expect(clippy::unused_async, reason = "rooms that react land one by one")]
async fn tell(_app: &App, _tx: &mut Tx, event: &Event) -> Result<Vec<Notice>, Error> {
    tracing::trace!(kind = %event.kind, "nobody reacts to this");
    Ok(Vec::new())
}
