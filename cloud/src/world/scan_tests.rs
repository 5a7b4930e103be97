//! The scanner is scanned: a leak that is planted on purpose must end the story, wherever it is.

use super::canary::SECRETS;
use super::scan::{Lines, Reader, never_log, watched};
use axum::body::Body;
use axum::http::Response;
use futures_util::stream;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

/// What a story ends with when `reader` gets `response`; `None` when it goes on.
async fn ends(reader: Reader, response: Response<Body>) -> Option<String> {
    let story = tokio::spawn(async move {
        let (_, body) = watched(&reader, "GET /leaky".to_owned(), response).into_parts();
        axum::body::to_bytes(body, 1 << 20).await.unwrap();
    });
    let panic = story.await.err()?.into_panic();
    Some(panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

fn person(handle: &str) -> Reader {
    Reader::Person(handle.to_owned())
}

fn page(text: &'static str) -> Response<Body> {
    Response::new(Body::from(text))
}

#[tokio::test]
async fn a_planted_leak_ends_the_story() {
    for (reader, text) in [
        (person("mw.sales"), "<td>2,377,700.00 THB</td>"),
        (person("nera.tech"), r#"{"cents":481250000}"#),
        (person("nera.view"), "24 feed pumps"),
        (person("nera.sales2"), "DL-1;4812500"),
        (person("siam.admin"), "Thonburi Dairy"),
        (person("south.admin"), "Waste water pump"),
        (Reader::Nobody, "QT-2026-0017"),
    ] {
        let said = ends(reader.clone(), page(text)).await.unwrap_or_default();
        assert!(said.contains("LEAK: GET /leaky shows"), "{text} reached {reader:?}: {said}");
    }
    for (reader, text) in [
        (person("ed.sales"), "<td>2,377,700.00 THB</td>"),
        (person("bkk.admin"), "Waste water pump"),
        (person("mw.sales"), "12,377,700.00 THB"),
        (Reader::Unscanned, "4,812,500"),
    ] {
        assert_eq!(ends(reader.clone(), page(text)).await, None, "{text} is not hidden from {reader:?}");
    }
}

#[tokio::test]
async fn a_leak_in_a_header_or_across_two_pieces_of_a_stream_is_one_too() {
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert("etag", "\"DL-2-237770000\"".parse().unwrap());
    assert!(ends(person("mw.sales"), response).await.unwrap().contains("header etag"));
    let pieces = ["data: every", "thing about 2,37", "7,700 THB\n\n"];
    let pieces = stream::iter(pieces.map(Ok::<_, Infallible>));
    assert!(ends(person("mw.sales"), Response::new(Body::from_stream(pieces))).await.is_some());
}

#[test]
fn a_leak_in_a_log_line_or_span_is_one_too() {
    let leaked = Arc::new(Mutex::new(Vec::new()));
    let lines = Lines { leaked: leaked.clone() };
    never_log("a-token-that-was-given-out");
    tracing::subscriber::with_default(Registry::default().with(lines), || {
        tracing::info!(deal = "DL-2", "answered");
        assert_eq!(*leaked.lock().unwrap(), [""; 0]);
        tracing::info!(amount = 2_377_700, "a deal");
        tracing::debug!("the quote is {}", "QT-2026-0017");
        tracing::info!(path = "/sign-in/a-token-that-was-given-out", "asked");
        let span = tracing::info_span!("request", device = "Waste water pump");
        drop(span);
    });
    assert_eq!(leaked.lock().unwrap().len(), 4, "{leaked:?}");
}

#[test]
fn every_secret_is_hidden_from_somebody_and_shown_to_somebody() {
    for secret in SECRETS {
        let may = crate::world::people().iter().filter(|member| secret.is_for(member.handle)).count();
        assert!(may > 0 && may < crate::world::people().len(), "{:?}", secret.words);
    }
}
