//! A line without transaction numbers: serial, or serial behind a TCP converter. It stands between the stream and
//! tokio-modbus and lets through one checked reply per request and nothing else, so that no late, foreign, echoed or
//! torn bytes are ever decoded, nor logged by a decoder that stumbles over them.

use super::frame::{Expected, Verdict, judge};
use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// What bytes come from and go to.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin + std::fmt::Debug {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + std::fmt::Debug> Stream for S {}

/// The line; clones are the same line, so that a decoder can be thrown away and the line kept.
#[derive(Clone, Debug)]
pub(super) struct Port(Arc<Mutex<Line>>);

#[derive(Debug)]
struct Line {
    stream: Box<dyn Stream>,
    expected: Expected,
    sent: Vec<u8>,
    heard: Vec<u8>,
    reply: Vec<u8>,
    touched: Instant,
}

impl Port {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        Self(Arc::new(Mutex::new(Line {
            stream,
            expected: Expected { unit: 0, function: 0, bytes: None },
            sent: Vec::with_capacity(8),
            heard: Vec::with_capacity(super::frame::MAX_FRAME),
            reply: Vec::new(),
            touched: Instant::now(),
        })))
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nothing was heard for `gap`, throwing away what still comes; then the next request may be sent.
    ///
    /// # Errors
    /// `TimedOut` when the line is not silent within `most`, or why it cannot be read.
    pub(super) async fn silence(&self, gap: Duration, most: Duration) -> Result<()> {
        let end = Instant::now() + most;
        loop {
            let wait = gap.saturating_sub(self.line().touched.elapsed());
            let more = std::future::poll_fn(|task| self.line().discard(task));
            match tokio::time::timeout(wait, more).await {
                Err(_) => return Ok(()),
                Ok(Ok(0)) => return Err(ErrorKind::BrokenPipe.into()),
                Ok(Ok(_)) if Instant::now() >= end => return Err(ErrorKind::TimedOut.into()),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(error),
            }
        }
    }

    /// Forgets the exchange before; the next bytes written are the request for this.
    pub(super) fn expect(&self, expected: Expected) {
        let mut line = self.line();
        line.expected = expected;
        line.sent.clear();
        line.heard.clear();
        line.reply.clear();
    }

    /// Whether anything but our own echo was heard since the request.
    pub(super) fn heard_something(&self) -> bool {
        let line = self.line();
        !line.sent.starts_with(&line.heard)
    }
}

impl Line {
    fn fill(&mut self, task: &mut Context<'_>) -> Poll<Result<usize>> {
        let mut room = [0; super::frame::MAX_FRAME];
        let mut buffer = ReadBuf::new(&mut room);
        ready!(Pin::new(&mut self.stream).poll_read(task, &mut buffer))?;
        let count = buffer.filled().len();
        self.heard.extend_from_slice(buffer.filled());
        if count > 0 {
            self.touched = Instant::now();
        }
        Poll::Ready(Ok(count))
    }

    fn discard(&mut self, task: &mut Context<'_>) -> Poll<Result<usize>> {
        let count = self.fill(task);
        self.heard.clear();
        count
    }

    fn poll_reply(&mut self, task: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        while self.reply.is_empty() {
            match judge(&self.sent, &self.expected, &self.heard) {
                Verdict::Reply { from, len } => {
                    let frame = self.heard.get(from..from + len).unwrap_or_default();
                    self.reply.extend_from_slice(frame);
                    self.heard.clear();
                }
                Verdict::Garbage => return Poll::Ready(Err(Error::from(ErrorKind::InvalidData))),
                Verdict::More => {
                    if ready!(self.fill(task))? == 0 {
                        return Poll::Ready(Ok(()));
                    }
                }
            }
        }
        let some: Vec<u8> = self.reply.drain(..self.reply.len().min(out.remaining())).collect();
        out.put_slice(&some);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Port {
    fn poll_read(self: Pin<&mut Self>, task: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        self.line().poll_reply(task, out)
    }
}

impl AsyncWrite for Port {
    fn poll_write(self: Pin<&mut Self>, task: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let mut line = self.line();
        let count = ready!(Pin::new(&mut line.stream).poll_write(task, bytes))?;
        line.sent.extend_from_slice(bytes.get(..count).unwrap_or_default());
        line.touched = Instant::now();
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.line().stream).poll_flush(task)
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.line().stream).poll_shutdown(task)
    }
}
