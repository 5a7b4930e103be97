//! What the fuzzer drives, and each test run with chance bytes: nothing that comes over a line may panic, and nothing
//! is taken that was not asked for. `agent/fuzz` has the targets; each is one call of a function here.

use super::decode::{Block, cell};
use super::frame::{Expected, IDENTIFY, Verdict, check_sum, judge};
use super::link::{Answer, Link};
use super::plan::Request;
use crate::profile::{Place, Profile, Table};
use crate::reading::Raw;
use riversync_protocol::v1::{Kind, QualityLevel};
use std::io::Result;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Metrics of every type, at address 0 and on.
const PROFILE: &str = include_str!("fuzzing.toml");

/// Bytes of a serial line, after every request that the agent can make. The first bytes say which.
pub fn serial_reply(data: &[u8]) {
    let Some(([unit, function, bytes], heard)) = data.split_first_chunk::<3>() else { return };
    let identify = function % 5 == 4;
    let expected = Expected {
        unit: *unit,
        function: if identify { IDENTIFY } else { function % 5 + 1 },
        bytes: (!identify).then_some(*bytes),
    };
    let mut sent = vec![*unit, expected.function, 0, 0, 0, *bytes];
    sent.extend(check_sum(&sent).to_le_bytes());
    if let Verdict::Reply { from, len } = judge(&sent, &expected, heard) {
        let frame = heard.get(from..from + len).unwrap_or_default();
        let (body, sum) = frame.split_at(len - 2);
        assert_eq!(sum, check_sum(body).to_le_bytes(), "a torn frame was taken");
        assert!(frame.starts_with(&[*unit]), "a frame of another unit was taken");
    }
}

/// Bytes of a peer over TCP and over a serial line, after one request each.
pub fn line(data: &[u8]) {
    let Some(([table, count], answer)) = data.split_first_chunk::<2>() else { return };
    let tables = [Table::Coil, Table::DiscreteInput, Table::Holding, Table::Input];
    let Some(table) = tables.get(usize::from(*table) % 4) else { return };
    let request =
        Request { table: *table, start: 0, count: u16::from(*count).clamp(1, 125), items: Vec::new() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        let wait = Duration::from_secs(5);
        let stream = || Scripted { answer: answer.to_vec(), asked: false };
        for link in [Link::whole(stream()), Link::bare(stream())] {
            let (link, read) = link.read(1, &request, wait).await;
            match read {
                Ok(Answer::Words(words)) => assert_eq!(words.len(), usize::from(request.count)),
                Ok(Answer::Bits(bits)) => assert_eq!(bits.len(), usize::from(request.count)),
                Err(_) => {}
            }
            drop(link);
        }
        for link in [Link::whole(stream()), Link::bare(stream())] {
            drop(link.identify(1, wait).await);
        }
    });
}

/// Registers as every metric of every type, wherever the block begins.
pub fn decoded(data: &[u8]) {
    static METRICS: OnceLock<Option<Profile>> = OnceLock::new();
    let profile = METRICS.get_or_init(|| crate::profile::read("fuzzing.toml", PROFILE).ok());
    let Some(profile) = profile else { unreachable!("the profile of the fuzzer is valid") };
    let Some(([start], held)) = data.split_first_chunk::<1>() else { return };
    let words: Vec<u16> = held.as_chunks().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
    let bits: Vec<bool> = held.iter().map(|byte| byte & 1 == 1).collect();
    for metric in &profile.metrics {
        let Place::Register(at) = &metric.place else { continue };
        let block = if at.table.is_bits() {
            Block::Bits((*start).into(), &bits)
        } else {
            Block::Words((*start).into(), &words)
        };
        let cell = cell(metric, block);
        let kind = match cell.raw {
            Raw::Int(_) => Kind::Int,
            Raw::UInt(_) => Kind::UInt,
            Raw::Float32(value) => {
                assert!(value.is_finite() || cell.quality.level == QualityLevel::Bad);
                Kind::Float32
            }
            Raw::Float64(value) => {
                assert!(value.is_finite() || cell.quality.level == QualityLevel::Bad);
                Kind::Float64
            }
            Raw::Bool(_) => Kind::Bool,
            Raw::Text(_) => Kind::Text,
        };
        assert_eq!(kind, metric.kind(), "{} is of another kind than its column", metric.name);
    }
}

/// A peer that says these bytes once it was asked, and hangs up.
#[derive(Debug)]
struct Scripted {
    answer: Vec<u8>,
    asked: bool,
}

impl AsyncRead for Scripted {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        if !self.asked {
            return Poll::Pending;
        }
        let count = self.answer.len().min(out.remaining());
        let some: Vec<u8> = self.answer.drain(..count).collect();
        out.put_slice(&some);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.asked = true;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn chance_bytes_break_nothing(data in proptest::collection::vec(any::<u8>(), 0..300)) {
            super::serial_reply(&data);
            super::line(&data);
            super::decoded(&data);
        }
    }
}
