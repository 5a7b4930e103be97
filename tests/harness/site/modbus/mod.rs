//! One Modbus TCP device on a port of its own, with a note of every request it answered.

use super::fault::Fault;
use super::frame::{ILLEGAL_ADDRESS, ILLEGAL_FUNCTION, Request, answer, exception, read_request};
use super::image::{Image, Served, Table};
use crate::wait::now_ms;
use anyhow::{Context as _, Result};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};

/// One answered request.
#[derive(Clone, Debug)]
pub struct Answered {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Unit that was asked.
    pub unit: u8,
    /// Table that was read.
    pub table: Table,
    /// First address.
    pub start: u16,
    /// How many.
    pub count: u16,
    /// Values that lay whole in the answer.
    pub served: Vec<Served>,
}

/// A device that answers Modbus TCP; stops when it is dropped.
pub struct ModbusDevice {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    _stop: DropGuard,
}

struct Inner {
    image: Image,
    fault: Fault,
    answered: Vec<Answered>,
    keep_notes: bool,
    values: u64,
    requests: u64,
    refused_writes: u64,
}

impl ModbusDevice {
    /// Starts a device with these registers on `port` of 127.0.0.1, 0 for any free one.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(image: Image, port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .with_context(|| format!("a simulated device cannot listen on 127.0.0.1:{port}"))?;
        let address = listener.local_addr()?;
        let inner = Inner {
            image,
            fault: Fault::None,
            answered: Vec::new(),
            keep_notes: true,
            values: 0,
            requests: 0,
            refused_writes: 0,
        };
        let inner = Arc::new(Mutex::new(inner));
        let stop = CancellationToken::new();
        let (device, token) = (Arc::clone(&inner), stop.clone());
        tokio::spawn(async move {
            while let Some(Ok((stream, _))) = token.run_until_cancelled(listener.accept()).await {
                let (device, token) = (Arc::clone(&device), token.clone());
                tokio::spawn(async move { token.run_until_cancelled(serve(device, stream)).await });
            }
        });
        Ok(Self { address, inner, _stop: stop.drop_guard() })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes how it behaves from the next request on.
    pub fn set_fault(&self, fault: Fault) {
        self.lock().fault = fault;
    }

    /// Changes its registers.
    pub fn change(&self, change: impl FnOnce(&mut Image)) {
        change(&mut self.lock().image);
    }

    /// Stops keeping notes of each answer, for a site that runs for days.
    pub fn forget(&self) {
        let mut inner = self.lock();
        inner.keep_notes = false;
        inner.answered = Vec::new();
    }

    /// Every answered request so far, in order.
    pub fn answered(&self) -> Vec<Answered> {
        self.lock().answered.clone()
    }

    /// Values it gave out whole, and requests it was asked.
    pub fn counts(&self) -> (u64, u64) {
        let inner = self.lock();
        (inner.values, inner.requests)
    }

    /// Requests to write, all refused: an agent that only reads sends none.
    pub fn refused_writes(&self) -> u64 {
        self.lock().refused_writes
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(device: Arc<Mutex<Inner>>, stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let (mut from, to) = stream.into_split();
    let to = Arc::new(tokio::sync::Mutex::new(to));
    while let Some(request) = read_request(&mut from).await? {
        let (fault, frame) = respond(&device, &request);
        match fault {
            Fault::Silence => {}
            Fault::Drop => return Ok(()),
            Fault::Delay(late) => send(&to, frame, late).await?,
            Fault::LateReply(late) => {
                let to = Arc::clone(&to);
                tokio::spawn(async move { send(&to, frame, late).await });
            }
            Fault::Truncate => {
                let half = frame.len() / 2;
                return send(&to, frame.into_iter().take(half).collect(), Duration::ZERO).await;
            }
            _ => send(&to, frame, Duration::ZERO).await?,
        }
    }
    Ok(())
}

async fn send(to: &tokio::sync::Mutex<OwnedWriteHalf>, frame: Vec<u8>, late: Duration) -> Result<()> {
    if !late.is_zero() {
        tokio::time::sleep(late).await;
    }
    Ok(to.lock().await.write_all(&frame).await?)
}

/// The device's answer, bent by its fault, and the fault itself.
fn respond(device: &Mutex<Inner>, request: &Request) -> (Fault, Vec<u8>) {
    let mut inner = lock(device);
    inner.requests += 1;
    let fault = inner.fault;
    let Some((table, start, count)) = request.read else {
        inner.refused_writes += 1;
        return (fault, exception(request, ILLEGAL_FUNCTION));
    };
    let most = if table.is_bits() { 2000 } else { 125 };
    if count == 0 || count > most || u32::from(start) + u32::from(count) > 0x1_0000 {
        return (fault, exception(request, ILLEGAL_ADDRESS));
    }
    match fault {
        Fault::Exception(code) => return (fault, exception(request, code)),
        Fault::Garbage => return (fault, b"\x00\x00HTTP/1.1 200 OK\r\n\r\n\xff\xff\xff".to_vec()),
        // Nobody receives these values, so nobody counts them.
        Fault::Silence | Fault::Drop | Fault::Truncate => return (fault, answer(request, &[0; 2])),
        _ => {}
    }
    let at_ms = now_ms();
    let (words, served) = inner.image.read(table, start, count, at_ms);
    let mut data = if table.is_bits() { pack_bits(&words) } else { pack_words(&words) };
    if fault == Fault::WrongLength {
        data.extend([0xde, 0xad]);
    }
    let mut frame = answer(request, &data);
    if fault == Fault::WrongTransaction {
        frame.iter_mut().take(2).for_each(|byte| *byte ^= 0x5a);
    }
    if !matches!(fault, Fault::WrongLength | Fault::WrongTransaction | Fault::LateReply(_)) {
        inner.values += served.len() as u64;
        if inner.keep_notes {
            inner.answered.push(Answered { at_ms, unit: request.unit, table, start, count, served });
        }
    }
    (fault, frame)
}

fn pack_words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn pack_bits(bits: &[u16]) -> Vec<u8> {
    bits.chunks(8)
        .map(|eight| eight.iter().enumerate().fold(0, |byte, (at, bit)| byte | u8::from(*bit & 1 == 1) << at))
        .collect()
}

#[cfg(test)]
mod tests;
