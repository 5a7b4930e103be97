//! The wire between a gateway and the cloud: a TCP proxy whose behaviour can change at any moment.
//!
//! It carries bytes without looking at them (they are TLS), and counts them.

use anyhow::{Context as _, Result};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};

/// What the link does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    /// Bytes pass.
    Clear,
    /// Bytes pass, each chunk this much later.
    Slow(Duration),
    /// Connections end at once, old and new.
    Cut,
    /// Connections stay open and nothing passes: the far side looks alive and never answers.
    HalfOpen,
}

/// A proxy in front of one address; stops when it is dropped.
pub struct Link {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    carried: Arc<Carried>,
    _stop: DropGuard,
}

#[derive(Default)]
struct Carried {
    up_bytes: AtomicU64,
    down_bytes: AtomicU64,
}

impl Link {
    /// Listens on a free port of 127.0.0.1 and carries every connection to `upstream`.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(upstream: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("the link found no free port")?;
        let address = listener.local_addr()?;
        let (weather, seen) = watch::channel(Weather::Clear);
        let carried = Arc::<Carried>::default();
        let stop = CancellationToken::new();
        let (token, counts) = (stop.clone(), Arc::clone(&carried));
        tokio::spawn(async move {
            while let Some(Ok((near, _))) = token.run_until_cancelled(listener.accept()).await {
                let (seen, token, counts) = (seen.clone(), token.clone(), Arc::clone(&counts));
                tokio::spawn(
                    async move { token.run_until_cancelled(carry(near, upstream, seen, counts)).await },
                );
            }
        });
        Ok(Self { address, weather, carried, _stop: stop.drop_guard() })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes the weather for open and future connections.
    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// Bytes carried towards the cloud and back, TLS included.
    pub fn carried_bytes(&self) -> (u64, u64) {
        (self.carried.up_bytes.load(Ordering::Relaxed), self.carried.down_bytes.load(Ordering::Relaxed))
    }
}

async fn carry(
    near: TcpStream,
    upstream: SocketAddr,
    seen: watch::Receiver<Weather>,
    carried: Arc<Carried>,
) -> Result<()> {
    if *seen.borrow() == Weather::Cut {
        return Ok(());
    }
    let far = TcpStream::connect(upstream).await?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    // Either way ending ends both: a half-closed connection is what HalfOpen is for.
    tokio::select! {
        ended = one_way(near_in, far_out, seen.clone(), &carried.up_bytes) => ended,
        ended = one_way(far_in, near_out, seen, &carried.down_bytes) => ended,
    }
}

async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut seen: watch::Receiver<Weather>,
    carried: &AtomicU64,
) -> Result<()> {
    let mut chunk = vec![0; 16 * 1024];
    loop {
        let now = *seen.borrow_and_update();
        match now {
            Weather::Cut => return Ok(()),
            Weather::HalfOpen => seen.changed().await?,
            Weather::Clear | Weather::Slow(_) => {
                let read = tokio::select! {
                    changed = seen.changed() => { changed?; continue }
                    read = from.read(&mut chunk) => read?,
                };
                if read == 0 {
                    return Ok(());
                }
                if let Weather::Slow(late) = now {
                    tokio::time::sleep(late).await;
                }
                to.write_all(chunk.get(..read).unwrap_or_default()).await?;
                carried.fetch_add(read as u64, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Link, Weather};
    use anyhow::Result;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    async fn echo() -> Result<std::net::SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        Ok(address)
    }

    #[tokio::test]
    async fn it_carries_cuts_holds_and_carries_again() -> Result<()> {
        let link = Link::start(echo().await?).await?;
        let mut stream = TcpStream::connect(link.address()).await?;
        let mut answer = [0; 5];
        stream.write_all(b"hello").await?;
        stream.read_exact(&mut answer).await?;
        assert_eq!(&answer, b"hello");
        assert_eq!(link.carried_bytes(), (5, 5));

        link.set(Weather::HalfOpen);
        stream.write_all(b"again").await?;
        let silent = tokio::time::timeout(Duration::from_millis(50), stream.read_exact(&mut answer)).await;
        assert!(silent.is_err(), "bytes passed a half-open link");
        link.set(Weather::Clear);
        stream.read_exact(&mut answer).await?;
        assert_eq!(&answer, b"again");

        link.set(Weather::Cut);
        assert_eq!(stream.read(&mut answer).await.unwrap_or(0), 0, "a cut link stayed open");
        let mut refused = TcpStream::connect(link.address()).await?;
        assert_eq!(refused.read(&mut answer).await.unwrap_or(0), 0, "a cut link took a connection");
        Ok(())
    }
}
