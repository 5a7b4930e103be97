//! A Modbus server that behaves as badly as a test wants.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// One request as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub connection: usize,
    pub unit: u8,
    pub function: u8,
    pub start: u16,
    pub count: u16,
}

impl Seen {
    pub(super) fn covers(&self, address: u16) -> bool {
        self.start <= address && u32::from(address) < u32::from(self.start) + u32::from(self.count)
    }
}

/// How to answer.
pub(super) enum Reply {
    /// Each word is its own address; each bit the lowest bit of its address.
    Addresses,
    /// As above, but late.
    Late(Duration),
    Exception(u8),
    Silence,
    /// These bytes instead of an answer.
    Bytes(Vec<u8>),
    Close,
}

/// A running server; it ends with its owner.
pub(super) struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl Server {
    pub(super) async fn start(script: impl Fn(Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").await.unwrap(), script)
    }

    pub(super) fn at(listener: TcpListener, script: impl Fn(Seen) -> Reply + Send + Sync + 'static) -> Self {
        let port = listener.local_addr().unwrap().port();
        let (seen, connections) = (Arc::<Mutex<Vec<Seen>>>::default(), Arc::<AtomicUsize>::default());
        let mut serving = JoinSet::new();
        let (log, count, script) = (Arc::clone(&seen), Arc::clone(&connections), Arc::new(script));
        serving.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let connection = count.fetch_add(1, Ordering::SeqCst);
                open.spawn(serve(stream, connection, Arc::clone(&log), Arc::clone(&script)));
            }
        });
        Self { port, seen, connections, _serving: serving }
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    log: Arc<Mutex<Vec<Seen>>>,
    script: Arc<impl Fn(Seen) -> Reply>,
) {
    let mut frame = [0; 12];
    while stream.read_exact(&mut frame).await.is_ok() {
        let word = |at: usize| u16::from_be_bytes([frame[at], frame[at + 1]]);
        let seen = Seen { connection, unit: frame[6], function: frame[7], start: word(8), count: word(10) };
        log.lock().unwrap().push(seen);
        let body = match script(seen) {
            Reply::Silence => continue,
            Reply::Close => return,
            Reply::Bytes(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                continue;
            }
            Reply::Exception(code) => vec![seen.function | 0x80, code],
            Reply::Addresses => addresses(seen),
            Reply::Late(by) => {
                tokio::time::sleep(by).await;
                addresses(seen)
            }
        };
        let mut answer = frame[..4].to_vec();
        answer.extend((u16::try_from(body.len()).unwrap() + 1).to_be_bytes());
        answer.push(seen.unit);
        answer.extend(body);
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

fn addresses(seen: Seen) -> Vec<u8> {
    let all = seen.start..=seen.start + (seen.count - 1);
    let data: Vec<u8> = if seen.function <= 2 {
        let mut bytes = vec![0; usize::from(seen.count).div_ceil(8)];
        for (index, address) in all.enumerate() {
            bytes[index / 8] |= u8::from(address & 1 == 1) << (index % 8);
        }
        bytes
    } else {
        all.flat_map(u16::to_be_bytes).collect()
    };
    [vec![seen.function, u8::try_from(data.len()).unwrap()], data].concat()
}
