//! The scanner: every answer of a story, headers and streams included, is held against what its reader may not see; every
//! log line against everything that must not be in a log. A leak ends the story with what leaked to whom.

use super::canary::SECRETS;
use axum::body::Body;
use axum::http::{HeaderMap, Response};
use futures_util::StreamExt;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::{Arc, LazyLock, Mutex, Once};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::{Layer, Registry};

/// Who reads an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// Nobody is signed in.
    Nobody,
    /// This person of the world.
    Person(String),
    /// A story made this one; what it may see is the story's business.
    Unscanned,
}

impl Reader {
    /// What `text` holds that this reader may not see.
    pub(crate) fn leak(&self, text: &str) -> Option<&'static str> {
        let forbidden = SECRETS.iter().filter(|secret| match self {
            Self::Nobody => true,
            Self::Person(handle) => !secret.is_for(handle),
            Self::Unscanned => false,
        });
        forbidden.filter_map(|secret| secret.found_in(text)).next()
    }

    fn hold(&self, what: &str, text: &str) {
        if let Some(word) = self.leak(text) {
            panic!("LEAK: {what} shows \"{word}\" to {self:?}");
        }
    }
}

/// The same answer, each piece of which is looked at before the story gets it.
pub(crate) fn watched(reader: &Reader, what: String, response: Response<Body>) -> Response<Body> {
    for (name, value) in response.headers() {
        reader.hold(&format!("{what}, header {name}"), &String::from_utf8_lossy(value.as_bytes()));
    }
    let (parts, body) = response.into_parts();
    let reader = reader.clone();
    // What was said so far and could be the beginning of something.
    let mut tail = String::new();
    let pieces = body.into_data_stream().map(move |piece| {
        if let Ok(bytes) = &piece {
            tail.push_str(&String::from_utf8_lossy(bytes));
            reader.hold(&what, &tail);
            let from = tail.char_indices().rev().nth(80).map_or(0, |(at, _)| at);
            tail.drain(..from);
        }
        piece
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// Words that no log line may hold, next to the world's secrets: tokens that stories were given.
static TOKENS: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);
/// What log lines held that they must not.
static LEAKED: LazyLock<Arc<Mutex<Vec<String>>>> = LazyLock::new(Arc::default);

/// From now on no log line may hold `token`.
pub(crate) fn never_log(token: &str) {
    if token.len() >= 12 {
        TOKENS.lock().unwrap().insert(token.to_owned());
    }
}

/// The tokens of an answer: the sessions it sets.
pub(crate) fn never_log_cookies(headers: &HeaderMap) {
    for set in headers.get_all("set-cookie") {
        let pair = set.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        never_log(pair.split_once('=').map_or("", |(_, token)| token));
    }
}

/// The API keys of an answer: each is shown once, and its secret is nobody's to write down.
pub(crate) fn never_log_keys(body: &str) {
    for rest in body.split("rsk_").skip(1) {
        let secret = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next();
        never_log(secret.unwrap_or_default());
    }
}

/// What was found in log lines so far; empty when all is well.
pub(crate) fn logged() -> Vec<String> {
    LEAKED.lock().unwrap().clone()
}

/// Looks at every line that this process logs from now on.
pub(crate) fn watch_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = Lines { leaked: LEAKED.clone() };
        // Another subscriber may be there already, in a test that has its own.
        tracing::subscriber::set_global_default(Registry::default().with(lines)).unwrap_or_default();
    });
}

/// Looks at log lines.
pub(crate) struct Lines {
    pub(crate) leaked: Arc<Mutex<Vec<String>>>,
}

struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, "{}={value:?} ", field.name()).unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, "{}={value} ", field.name()).unwrap();
    }
}

impl Lines {
    fn look(&self, words: &Words) {
        let secret = SECRETS.iter().find_map(|secret| secret.found_in(&words.0)).map(str::to_owned);
        let token = || TOKENS.lock().unwrap().iter().find(|token| words.0.contains(token.as_str())).cloned();
        if let Some(word) = secret.or_else(token) {
            self.leaked.lock().unwrap().push(format!("a log line holds \"{word}\": {}", words.0));
        }
    }

    fn concerns(metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("riversync") || *metadata.level() <= tracing::Level::WARN
    }
}

impl<S: tracing::Subscriber> Layer<S> for Lines {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        Self::concerns(metadata)
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut words = Words(String::new());
        event.record(&mut words);
        self.look(&words);
    }

    fn on_new_span(&self, attributes: &tracing::span::Attributes<'_>, _: &tracing::Id, _: Context<'_, S>) {
        let mut words = Words(String::new());
        attributes.record(&mut words);
        self.look(&words);
    }
}
