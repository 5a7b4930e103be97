//! The number at the bell of every page.

use super::say::Reader;
use super::store;
use crate::app::App;
use crate::platform::access::Actor;
use crate::platform::base::Language;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::web::Ring;
use std::pin::Pin;

/// More are told as "9+".
const COUNTED: i64 = 10;

/// Counts what its person has not read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bell;

impl Ring for Bell {
    fn unread<'a>(
        &'a self,
        app: &'a App,
        actor: &'a Actor,
    ) -> Pin<Box<dyn Future<Output = Result<usize, Error>> + Send + 'a>> {
        Box::pin(async move {
            let mut tx = app.db.read().await?;
            unread(&mut tx, actor, app.clock.now_ms()).await
        })
    }
}

/// How many the actor has not read and may still see.
pub(super) async fn unread(tx: &mut Tx, actor: &Actor, now_ms: i64) -> Result<usize, Error> {
    let rows = store::unread(tx, (&actor.person_id, &actor.tenant_id), COUNTED).await?;
    let (mut count, mut reader) = (0, Reader::new(actor, now_ms));
    for row in &rows {
        count += usize::from(reader.line(tx, Language::English, row).await?.is_some());
    }
    Ok(count)
}
