//! Requests of accepted connections, answered by a router.
//!
//! Not `axum::serve`: it finds out per connection whether HTTP/1 or HTTP/2 is spoken, and keeps room for both as long as
//! the connection lives. Most of ours are pages that wait for news, and that room was a third of what each of them
//! costs. Under TLS the handshake says what is spoken; without TLS it is HTTP/1, as browsers and proxies speak it there.

use super::tls::{Http, Peer};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// Answers requests on the connections of `listener`; what a handler gets as [`ConnectInfo`] is who is there. After `stop` no
/// connection is accepted, and this ends when the answers in progress have.
pub async fn serve<L>(mut listener: L, router: Router, stop: CancellationToken)
where
    L: Listener,
    L::Addr: Into<Peer>,
{
    let connections = TaskTracker::new();
    loop {
        let (io, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        connections.spawn(connection(io, address.into(), router.clone(), stop.clone()));
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection<Io>(io: Io, peer: Peer, router: Router, stop: CancellationToken)
where
    Io: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    });
    let (io, service) = (TokioIo::new(io), TowerToHyperService::new(service));
    let ended = match peer.http {
        Http::One => {
            let mut answers = pin!(http1::Builder::new().serve_connection(io, service));
            tokio::select! {
                ended = answers.as_mut() => ended,
                () = stop.cancelled() => {
                    answers.as_mut().graceful_shutdown();
                    answers.await
                }
            }
        }
        // In a box: a task has room for the largest of its ways, whichever it goes.
        Http::Two => {
            Box::pin(async {
                let http = http2::Builder::new(TokioExecutor::new());
                let mut answers = pin!(http.serve_connection(io, service));
                tokio::select! {
                    ended = answers.as_mut() => ended,
                    () = stop.cancelled() => {
                        answers.as_mut().graceful_shutdown();
                        answers.await
                    }
                }
            })
            .await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%error, "a connection did not end well");
    }
}
