//! One TCP connection to one Modbus server. The only file that names tokio-modbus, and it only reads: no write
//! function code exists in the agent (DESIGN section 3, invariant 8).
//!
//! A call that was cancelled, timed out or failed leaves a late reply behind that a later call would take for its
//! own. So a call takes the connection and gives it back only after a whole answer: dropping the call drops the line.

use super::plan::Request;
use crate::profile::Table;
use riversync_protocol::v1::QualityReason;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_modbus::client::{Client, Context};
use tokio_modbus::slave::{Slave, SlaveContext};
use tokio_modbus::{Error, ExceptionCode, Request as Call, Response};

/// A connection on which nothing is outstanding.
pub(super) struct Link {
    context: Context,
}

/// Why a request brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Down,
    /// An answer to something else, or of another size.
    Malformed,
    /// The device refused with this code.
    Exception(u8),
}

/// What a request brought.
pub(super) enum Answer {
    Words(Vec<u16>),
    Bits(Vec<bool>),
}

impl Failure {
    /// The same for the sample.
    pub(super) fn reason(self) -> QualityReason {
        match self {
            Self::Timeout => QualityReason::Timeout,
            Self::Down => QualityReason::LinkDown,
            Self::Malformed => QualityReason::Malformed,
            Self::Exception(code) => QualityReason::Exception(code),
        }
    }

    /// The same for people, in fixed words: an error text of the library could carry values.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Timeout => "no answer in time",
            Self::Down => "no connection",
            Self::Malformed => "the answer did not fit the request",
            Self::Exception(1) => "refused: illegal function (exception 1)",
            Self::Exception(2) => "refused: illegal address (exception 2)",
            Self::Exception(3) => "refused: illegal count (exception 3)",
            Self::Exception(4) => "the device failed (exception 4)",
            Self::Exception(5) => "the device asks for time (exception 5)",
            Self::Exception(6) => "the device is busy (exception 6)",
            Self::Exception(10) => "the gateway has no path to the unit (exception 10)",
            Self::Exception(11) => "the unit does not answer its gateway (exception 11)",
            Self::Exception(_) => "refused with an uncommon exception",
        }
    }
}

impl Link {
    /// Connects within `timeout`.
    pub(super) async fn connect(host: &str, port: u16, timeout: Duration) -> Result<Self, Failure> {
        match tokio::time::timeout(timeout, TcpStream::connect((host, port))).await {
            Ok(Ok(stream)) => {
                // Small requests must not wait for company; a socket that cannot be told so still works.
                let _slower = stream.set_nodelay(true);
                Ok(Self { context: tokio_modbus::client::tcp::attach(stream) })
            }
            Ok(Err(_)) => Err(Failure::Down),
            Err(_) => Err(Failure::Timeout),
        }
    }

    /// Asks `unit` and gives the connection back only if it is clean.
    pub(super) async fn read(
        mut self,
        unit: u8,
        request: &Request,
        timeout: Duration,
    ) -> (Option<Self>, Result<Answer, Failure>) {
        self.context.set_slave(Slave(unit));
        let (start, count) = (request.start, request.count);
        let call = match request.table {
            Table::Coil => Call::ReadCoils(start, count),
            Table::DiscreteInput => Call::ReadDiscreteInputs(start, count),
            Table::Holding => Call::ReadHoldingRegisters(start, count),
            Table::Input => Call::ReadInputRegisters(start, count),
        };
        match tokio::time::timeout(timeout, self.context.call(call)).await {
            Err(_) => (None, Err(Failure::Timeout)),
            Ok(Err(Error::Protocol(_))) => (None, Err(Failure::Malformed)),
            Ok(Err(Error::Transport(error))) => {
                let garbled = error.kind() == std::io::ErrorKind::InvalidData
                    || error.kind() == std::io::ErrorKind::InvalidInput;
                (None, Err(if garbled { Failure::Malformed } else { Failure::Down }))
            }
            Ok(Ok(Err(exception))) => (Some(self), Err(Failure::Exception(code(exception)))),
            Ok(Ok(Ok(response))) => match fitting(response, request) {
                Some(answer) => (Some(self), Ok(answer)),
                None => (None, Err(Failure::Malformed)),
            },
        }
    }
}

fn code(exception: ExceptionCode) -> u8 {
    exception.into()
}

/// The answer, if it is of the table and the size that was asked for.
fn fitting(response: Response, request: &Request) -> Option<Answer> {
    let count = usize::from(request.count);
    match (response, request.table) {
        (Response::ReadHoldingRegisters(words), Table::Holding)
        | (Response::ReadInputRegisters(words), Table::Input) => {
            (words.len() == count).then_some(Answer::Words(words))
        }
        (Response::ReadCoils(mut bits), Table::Coil)
        | (Response::ReadDiscreteInputs(mut bits), Table::DiscreteInput) => {
            // Bits come in whole bytes.
            let fits = bits.len() == count.div_ceil(8) * 8;
            bits.truncate(count);
            fits.then_some(Answer::Bits(bits))
        }
        _ => None,
    }
}
