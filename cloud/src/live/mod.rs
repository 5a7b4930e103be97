//! `/live`: one stream of server-sent events per open page. It carries the names of topics that changed and never a
//! value: the page is then asked for again through its own door.
//!
//! Invariants: a topic is only listened to when the actor may open the page that shows it; rights are looked at again
//! on every notice about them, once a second against the clock (a grant ends without anybody doing anything) and once
//! a minute against the database; when something that was visible no longer is, or a page that was open to the actor no
//! longer is, the page is told `grant_revoked` and the stream ends; it ends from the service's stop token, or a stop would
//! wait for every open page. A stream that broke goes on where it was (`Last-Event-ID`), or says that everything must be
//! read again: no gap, nothing twice.

mod place;
mod stream;
mod topic;
mod watch;

use crate::app::App;
use crate::platform::access::{Action, Item};
use crate::platform::error::Error;
use crate::platform::web::{Allowed, Authenticate, Query, Routes};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::sse::{Event, Sse};
use axum::routing::get;
use futures_util::Stream;
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use stream::{Open, Who};
use topic::Topic;
use watch::{Shared, Watch};

/// More topics than any page has.
const MOST_TOPICS: usize = 16;

/// The stream's route. Whoever is signed in may open it; each topic is then asked for on its own.
pub fn routes() -> Routes {
    let open = get(open).layer(Extension(Arc::<Shared>::default()));
    Routes::new().get("/live", Action::See(Item::Account), open)
}

#[derive(Deserialize)]
struct Asked {
    topics: String,
}

async fn open(
    State(app): State<App>,
    Extension(gate): Extension<Arc<dyn Authenticate>>,
    Extension(shared): Extension<Arc<Shared>>,
    headers: HeaderMap,
    allowed: Allowed,
    Query(asked): Query<Asked>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    let topics: Vec<Topic> = asked.topics.split(',').take(MOST_TOPICS).filter_map(Topic::parse).collect();
    // Listening begins before looking, so that nothing is missed between the two.
    let (notices, after) = place::listen(&app, &headers);
    let watch = Watch::look(&app, &shared, &allowed.actor, &topics).await?;
    let who = Who { gate, headers: session_of(&headers), actor: allowed.actor };
    Ok(Sse::new(Open::new(app, who, topics, (shared, watch), (notices, after)).events()))
}

/// What says whose session it is, copied: a header as it came keeps the whole buffer of its connection.
fn session_of(headers: &HeaderMap) -> HeaderMap {
    let copied = headers.get_all(header::COOKIE).iter().filter_map(|cookie| {
        let mut copy = HeaderValue::from_bytes(cookie.as_bytes()).ok()?;
        copy.set_sensitive(true);
        Some((header::COOKIE, copy))
    });
    copied.collect()
}

/// The items of which one must be open to whoever listens to `topic`.
#[cfg(test)]
pub(crate) fn items_of(topic: &str) -> &'static [Item] {
    Topic::parse(topic).map_or(&[], |topic| topic.items())
}

#[cfg(test)]
mod tests;
