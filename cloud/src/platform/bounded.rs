//! A listener whose connections are bounded in number and in patience, whatever lies under it.
//!
//! A connection without a word is closed: one on which nothing was asked yet or any more, one whose request does not
//! come to its end. Somebody who sends a byte now and then and never a request holds a connection for
//! [`Patience::asking`] only. An open stream is not without a word: it says every 15 seconds that it is there.

use super::tls::Peer;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// How long a connection may do nothing useful.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From the connection to the first byte, and from an answer to the next request.
    pub idle: Duration,
    /// From the first byte of a request to the first byte of its answer.
    pub asking: Duration,
}

/// Connections of `L`, at most so many at once; more wait in the kernel's queue.
pub struct Bounded<L> {
    listener: L,
    slots: Arc<Semaphore>,
    patience: Patience,
}

impl<L: Listener> Bounded<L> {
    /// At most `most` connections of `listener`.
    pub fn new(listener: L, most: usize, patience: Patience) -> Self {
        Self { listener, slots: Arc::new(Semaphore::new(most)), patience }
    }
}

impl<L: Listener> Listener for Bounded<L> {
    type Io = Patient<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, L::Addr) {
        let Ok(slot) = self.slots.clone().acquire_owned().await else { return std::future::pending().await };
        let (io, address) = self.listener.accept().await;
        (Patient::new(io, slot, self.patience), address)
    }

    fn local_addr(&self) -> io::Result<L::Addr> {
        self.listener.local_addr()
    }
}

impl<L> Connected<IncomingStream<'_, Bounded<L>>> for Peer
where
    L: Listener,
    L::Addr: Into<Self> + Clone,
{
    fn connect_info(stream: IncomingStream<'_, Bounded<L>>) -> Self {
        stream.remote_addr().clone().into()
    }
}

/// Nothing useful happened for too long.
fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "nothing useful happened on this connection for too long")
}

/// A connection that ends by itself when nothing useful happens on it.
pub struct Patient<Io> {
    io: Io,
    _slot: OwnedSemaphorePermit,
    patience: Patience,
    /// Something was read and nothing was answered since.
    asking: bool,
    until: Pin<Box<Sleep>>,
}

impl<Io> Patient<Io> {
    fn new(io: Io, slot: OwnedSemaphorePermit, patience: Patience) -> Self {
        Self { io, _slot: slot, patience, asking: false, until: Box::pin(tokio::time::sleep(patience.idle)) }
    }

    fn answered(&mut self) {
        self.asking = false;
        self.until.as_mut().reset(Instant::now() + self.patience.idle);
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Patient<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut self.io).poll_read(cx, into) {
            if into.filled().len() > before && !self.asking {
                self.asking = true;
                let until = Instant::now() + self.patience.asking;
                self.until.as_mut().reset(until);
            }
            return Poll::Ready(read);
        }
        ready!(self.until.as_mut().poll(cx));
        Poll::Ready(Err(too_long()))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Patient<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = Pin::new(&mut self.io).poll_write(cx, bytes) {
            self.answered();
            return Poll::Ready(written);
        }
        // Who asks and never reads the answer holds nothing either.
        ready!(self.until.as_mut().poll(cx));
        Poll::Ready(Err(too_long()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = Pin::new(&mut self.io).poll_write_vectored(cx, pieces) {
            self.answered();
            return Poll::Ready(written);
        }
        // Who asks and never reads the answer holds nothing either.
        ready!(self.until.as_mut().poll(cx));
        Poll::Ready(Err(too_long()))
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounded, Patience, Peer};
    use axum::Router;
    use axum::body::{Body, Bytes};
    use axum::routing::get;
    use futures_util::stream;
    use std::convert::Infallible;
    use std::net::SocketAddr;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    const PATIENCE: Patience = Patience { idle: Duration::from_secs(2), asking: Duration::from_millis(500) };

    async fn serve(most: usize) -> SocketAddr {
        let endless = || {
            let ticks = stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(300)).await;
                Some((Ok::<_, Infallible>(Bytes::from_static(b": here\n\n")), ()))
            });
            Body::from_stream(ticks)
        };
        let router =
            Router::new().route("/", get(async || "hello")).route("/live", get(async move || endless()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router.into_make_service_with_connect_info::<Peer>();
        tokio::spawn(axum::serve(Bounded::new(listener, most, PATIENCE), service).into_future());
        address
    }

    async fn ask(address: SocketAddr, words: &str) -> TcpStream {
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(words.as_bytes()).await.unwrap();
        client
    }

    /// Everything until the other end closes.
    async fn rest(mut client: TcpStream) -> String {
        let mut heard = Vec::new();
        let reading = client.read_to_end(&mut heard);
        // A connection that is cut off may end as reset.
        drop(tokio::time::timeout(Duration::from_secs(20), reading).await.expect("it was never closed"));
        String::from_utf8_lossy(&heard).into_owned()
    }

    #[tokio::test]
    async fn who_never_ends_a_request_is_let_go_of_and_who_asks_is_answered() {
        let address = serve(8).await;
        let mut drip = ask(address, "GET / HTTP/1.1\r\n").await;
        let dripping = tokio::spawn(async move {
            // A header every now and then, and never the last one; it ends when the other end has closed.
            while drip.write_all(b"x: y\r\n").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        tokio::time::timeout(Duration::from_secs(20), dripping).await.expect("it held on").unwrap();
        let silent = ask(address, "").await;
        assert_eq!(rest(silent).await, "", "a connection without a word stays");
        let answered = rest(ask(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await).await;
        assert!(answered.ends_with("hello"), "{answered}");
    }

    #[tokio::test]
    async fn an_open_stream_lives_on_its_heartbeats() {
        let mut live = ask(serve(8).await, "GET /live HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let begun = tokio::time::Instant::now();
        let mut piece = [0; 1024];
        while begun.elapsed() < PATIENCE.idle * 2 {
            assert!(live.read(&mut piece).await.unwrap() > 0, "it was cut off");
        }
    }

    #[tokio::test]
    async fn more_connections_than_there_are_places_for_wait_and_are_answered_then() {
        let address = serve(2).await;
        let full = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
        let mut held = [ask(address, full).await, ask(address, full).await];
        for one in &mut held {
            let mut byte = [0; 1];
            one.read_exact(&mut byte).await.unwrap();
        }
        let mut third = ask(address, full).await;
        let mut byte = [0; 1];
        let early = tokio::time::timeout(Duration::from_millis(200), third.read_exact(&mut byte)).await;
        assert!(early.is_err(), "there was no place for it");
        drop(held);
        assert!(rest(third).await.ends_with("hello"));
    }
}
