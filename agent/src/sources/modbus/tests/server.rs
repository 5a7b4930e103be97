//! A Modbus server that behaves as badly as a test wants: over TCP, with serial frames over TCP, or on a serial port.

use crate::sources::modbus::frame::{IDENTIFY, check_sum};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_serial::{SerialPort, SerialStream};

/// One request as it came. For an identification `start` holds the read code and `count` the object.
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
    /// Registers that hold something else than their address.
    Words(BTreeMap<u16, u16>),
    /// What the device says of itself.
    Identity(Vec<(u8, &'static str)>),
    Exception(u8),
    Silence,
    /// These bytes instead of an answer.
    Bytes(Vec<u8>),
    /// These bytes, then the answer.
    After(Vec<u8>),
    /// The answer, then these bytes.
    Before(Vec<u8>),
    /// The answer with a check sum that does not hold.
    Torn,
    Close,
}

/// How frames are told from one another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Framing {
    /// With a header that carries a transaction number.
    Tcp,
    /// With a check sum.
    Serial,
}

/// What all connections share.
struct Shared<F> {
    script: F,
    framing: Framing,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

/// A running server; it ends with its owner.
pub(super) struct Server {
    /// Where it listens; 0 on a serial port.
    pub port: u16,
    /// The serial port's other end.
    pub path: PathBuf,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

impl Server {
    pub(super) async fn start(script: impl Fn(Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").await.unwrap(), script)
    }

    pub(super) fn at(listener: TcpListener, script: impl Fn(Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(listener, Framing::Tcp, script)
    }

    /// A converter: serial frames through TCP.
    pub(super) async fn converter(script: impl Fn(Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").await.unwrap(), Framing::Serial, script)
    }

    /// A serial line; both ends are pseudo terminals.
    pub(super) fn serial(script: impl Fn(Seen) -> Reply + Send + Sync + 'static) -> Self {
        let (ours, mut theirs) = SerialStream::pair().unwrap();
        // The pair holds both ends for itself, and one is for the agent. It is kept open here as well, or the line would
        // hang up whenever the agent closes it.
        theirs.set_exclusive(false).unwrap();
        let path = PathBuf::from(theirs.name().unwrap());
        let kept = std::fs::File::open(&path).unwrap();
        drop(theirs);
        let shared = shared(Framing::Serial, script);
        let mut serving = JoinSet::new();
        let (seen, connections) = (Arc::clone(&shared.seen), Arc::clone(&shared.connections));
        serving.spawn(async move {
            serve(ours, 0, shared).await;
            drop(kept);
        });
        Self { port: 0, path, seen, connections, _serving: serving }
    }

    fn listen(
        listener: TcpListener,
        framing: Framing,
        script: impl Fn(Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let port = listener.local_addr().unwrap().port();
        let shared = shared(framing, script);
        let (seen, connections) = (Arc::clone(&shared.seen), Arc::clone(&shared.connections));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let connection = shared.connections.fetch_add(1, Ordering::SeqCst);
                open.spawn(serve(stream, connection, Arc::clone(&shared)));
            }
        });
        Self { port, path: PathBuf::new(), seen, connections, _serving: serving }
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn shared<F>(framing: Framing, script: F) -> Arc<Shared<F>> {
    Arc::new(Shared { script, framing, seen: Arc::default(), connections: Arc::default() })
}

/// The body of a serial frame with its check sum.
pub(super) fn framed(body: &[u8]) -> Vec<u8> {
    [body, &check_sum(body).to_le_bytes()].concat()
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    connection: usize,
    shared: Arc<Shared<impl Fn(Seen) -> Reply>>,
) {
    while let Some((header, request)) = next(&mut stream, shared.framing).await {
        let word = |at: usize| u16::from_be_bytes([request[at], request[at + 1]]);
        let (unit, function) = (request[0], request[1]);
        let (start, count) =
            if function == IDENTIFY { (request[3].into(), request[4].into()) } else { (word(2), word(4)) };
        let seen = Seen { connection, unit, function, start, count };
        shared.seen.lock().unwrap().push(seen);
        let frame = |body: Vec<u8>| {
            let body = [vec![unit], body].concat();
            match shared.framing {
                Framing::Serial => framed(&body),
                Framing::Tcp => {
                    let length = u16::try_from(body.len()).unwrap();
                    [&header[..4], &length.to_be_bytes(), &body].concat()
                }
            }
        };
        let bytes = match (shared.script)(seen) {
            Reply::Silence => continue,
            Reply::Close => return,
            Reply::Bytes(bytes) => bytes,
            Reply::After(bytes) => [bytes, frame(addresses(seen, &BTreeMap::new()))].concat(),
            Reply::Before(bytes) => [frame(addresses(seen, &BTreeMap::new())), bytes].concat(),
            Reply::Torn => {
                let mut bytes = frame(addresses(seen, &BTreeMap::new()));
                *bytes.last_mut().unwrap() ^= 0x55;
                bytes
            }
            Reply::Exception(code) => frame(vec![function | 0x80, code]),
            Reply::Addresses => frame(addresses(seen, &BTreeMap::new())),
            Reply::Words(held) => frame(addresses(seen, &held)),
            Reply::Identity(objects) => frame(identity(&objects)),
            Reply::Late(by) => {
                tokio::time::sleep(by).await;
                frame(addresses(seen, &BTreeMap::new()))
            }
        };
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// One request: what stands before the unit, and the rest from the unit on.
async fn next(stream: &mut (impl AsyncRead + Unpin), framing: Framing) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut header = vec![0; if framing == Framing::Tcp { 6 } else { 0 }];
    stream.read_exact(&mut header).await.ok()?;
    let mut request = vec![0; 2];
    stream.read_exact(&mut request).await.ok()?;
    let sum = if framing == Framing::Serial { 2 } else { 0 };
    let mut rest = vec![0; sum + if request[1] == IDENTIFY { 3 } else { 4 }];
    stream.read_exact(&mut rest).await.ok()?;
    Some((header, [request, rest].concat()))
}

fn identity(objects: &[(u8, &str)]) -> Vec<u8> {
    let mut body = vec![IDENTIFY, 14, 1, 1, 0, 0, u8::try_from(objects.len()).unwrap()];
    for (id, text) in objects {
        body.extend([*id, u8::try_from(text.len()).unwrap()]);
        body.extend(text.as_bytes());
    }
    body
}

fn addresses(seen: Seen, held: &BTreeMap<u16, u16>) -> Vec<u8> {
    let all = seen.start..=seen.start + (seen.count - 1);
    let data: Vec<u8> = if seen.function <= 2 {
        let mut bytes = vec![0; usize::from(seen.count).div_ceil(8)];
        for (index, address) in all.enumerate() {
            bytes[index / 8] |= u8::from(address & 1 == 1) << (index % 8);
        }
        bytes
    } else {
        all.flat_map(|address| held.get(&address).copied().unwrap_or(address).to_be_bytes()).collect()
    };
    [vec![seen.function, u8::try_from(data.len()).unwrap()], data].concat()
}
