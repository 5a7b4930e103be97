//! One line to Modbus units. The only file that names tokio-modbus, and it only reads: no write function code exists
//! in the agent (DESIGN section 3, invariant 8).
//!
//! A call that was cancelled, timed out or failed leaves a late reply behind that a later call would take for its
//! own. So a call takes the line and gives it back only when it is clean: over TCP after a whole answer, else the
//! connection is dropped; over a serial line always, but every reply is checked by [`Port`] and the unit is left
//! alone for as long as its late reply may come ([`super::unit`]).

use super::frame::{Expected, IDENTIFY};
use super::plan::Request;
use super::port::{Port, Stream};
use super::serial;
use crate::config::{Endpoint, Line, Tls};
use crate::files::{EXHAUSTED, is_exhausted};
use crate::profile::Table;
use riversync_protocol::v1::QualityReason;
use rustls_pki_types::ServerName;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_modbus::client::{Client, Context, rtu, tcp};
use tokio_modbus::prelude::ReadCode;
use tokio_modbus::slave::{Slave, SlaveContext};
use tokio_modbus::{Error, ExceptionCode, Request as Call, Response};

/// Most replies that one identification may take.
const MAX_IDENTIFICATION: usize = 8;

/// A line on which nothing is outstanding.
pub(super) struct Link {
    context: Context,
    serial: Option<Framed>,
}

/// A line without transaction numbers.
struct Framed {
    port: Port,
    /// Silence between frames.
    gap: Duration,
    /// A port and no connection: there is nothing to drop after a timeout.
    is_wire: bool,
}

/// Why a request brought nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Down,
    /// Something on this gateway is in the way, in fixed words.
    Setup(&'static str),
    /// An answer to something else, torn, or of another size.
    Malformed,
    /// The device refused with this code.
    Exception(u8),
    /// Another device answers than the profile is for.
    Exchanged,
}

/// What a request brought.
pub(super) enum Answer {
    Words(Vec<u16>),
    Bits(Vec<bool>),
}

/// What a device says of itself: object number and text (Modbus specification 1.1b3, section 6.21).
pub(super) type Identification = Vec<(u8, String)>;

impl Failure {
    /// The same for the sample.
    pub(super) fn reason(self) -> QualityReason {
        match self {
            Self::Timeout => QualityReason::Timeout,
            Self::Down | Self::Setup(_) => QualityReason::LinkDown,
            Self::Malformed => QualityReason::Malformed,
            Self::Exception(code) => QualityReason::Exception(code),
            Self::Exchanged => QualityReason::IdentityMismatch,
        }
    }

    /// The same for people, in fixed words: an error text of the library could carry values.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Timeout => "no answer in time",
            Self::Down => "no connection",
            Self::Setup(words) => words,
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
            Self::Exchanged => "another device answers than the profile is for",
        }
    }
}

impl Link {
    /// Opens `line` within `timeout`.
    pub(super) async fn open(line: &Line, timeout: Duration) -> Result<Self, Failure> {
        let opened = async {
            match line {
                Line::Tcp(at) => Ok(Self::whole(connect(at).await?)),
                Line::Tls(at, tls, name) => {
                    let secure = secured(connect(at).await?, at, tls, name.as_deref()).await?;
                    Ok(Self::whole(secure))
                }
                Line::RtuOverTcp(at) => {
                    let stream: Box<dyn Stream> = Box::new(connect(at).await?);
                    Ok(Self::framed(Framed { port: Port::new(stream), gap: Duration::ZERO, is_wire: false }))
                }
                Line::Serial(settings) => {
                    let port = Port::new(Box::new(serial::open(settings)?));
                    Ok(Self::framed(Framed { port, gap: serial::gap(settings.baud), is_wire: true }))
                }
            }
        };
        tokio::time::timeout(timeout, opened).await.unwrap_or(Err(Failure::Timeout))
    }

    /// A stream whose frames carry transaction numbers.
    pub(super) fn whole(stream: impl Stream + 'static) -> Self {
        Self { context: tcp::attach(stream), serial: None }
    }

    fn framed(serial: Framed) -> Self {
        Self { context: rtu::attach(serial.port.clone()), serial: Some(serial) }
    }

    /// A stream whose frames carry a check sum only.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn bare(stream: impl Stream + 'static) -> Self {
        Self::framed(Framed { port: Port::new(Box::new(stream)), gap: Duration::ZERO, is_wire: false })
    }

    /// Asks `unit` and gives the line back only if it is clean. A torn reply of a serial line is asked for once more.
    pub(super) async fn read(
        self,
        unit: u8,
        request: &Request,
        timeout: Duration,
    ) -> (Option<Self>, Result<Answer, Failure>) {
        let (start, count) = (request.start, request.count);
        let call = || match request.table {
            Table::Coil => Call::ReadCoils(start, count),
            Table::DiscreteInput => Call::ReadDiscreteInputs(start, count),
            Table::Holding => Call::ReadHoldingRegisters(start, count),
            Table::Input => Call::ReadInputRegisters(start, count),
        };
        let bytes = if request.table.is_bits() { count.div_ceil(8) } else { count.saturating_mul(2) };
        let function = request.table.function();
        let expected = Expected { unit, function, bytes: Some(u8::try_from(bytes).unwrap_or(u8::MAX)) };
        let (link, answer) = self.exchange(call(), expected, timeout).await;
        let (link, answer) = match (link, answer) {
            (Some(link), Err(Failure::Malformed)) => link.exchange(call(), expected, timeout).await,
            other => other,
        };
        match answer.map(|response| fitting(response, request)) {
            Ok(Some(answer)) => (link, Ok(answer)),
            Ok(None) => (None, Err(Failure::Malformed)),
            Err(failure) => (link, Err(failure)),
        }
    }

    /// Asks `unit` what it is: vendor, product, revision, and whatever follows.
    pub(super) async fn identify(
        self,
        unit: u8,
        timeout: Duration,
    ) -> (Option<Self>, Result<Identification, Failure>) {
        let expected = Expected { unit, function: IDENTIFY, bytes: None };
        let (mut link, mut all, mut next) = (Some(self), Vec::new(), 0);
        for _ in 0..MAX_IDENTIFICATION {
            let Some(line) = link.take() else { return (None, Err(Failure::Malformed)) };
            let call = Call::ReadDeviceIdentification(ReadCode::Basic, next);
            let (line, answer) = line.exchange(call, expected, timeout).await;
            let part = match answer {
                Ok(Response::ReadDeviceIdentification(part)) => part,
                Ok(_) => return (None, Err(Failure::Malformed)),
                Err(failure) => return (line, Err(failure)),
            };
            let objects = part.device_id_objects.iter();
            all.extend(
                objects.map(|object| (object.id, String::from_utf8_lossy(&object.value).trim().to_owned())),
            );
            if !part.more_follows {
                return (line, Ok(all));
            }
            (link, next) = (line, part.next_object_id);
        }
        (link, Err(Failure::Malformed))
    }

    async fn exchange(
        mut self,
        call: Call<'_>,
        expected: Expected,
        timeout: Duration,
    ) -> (Option<Self>, Result<Response, Failure>) {
        if let Some(serial) = &self.serial {
            if let Err(error) = serial.port.silence(serial.gap, timeout).await {
                let babble = error.kind() == ErrorKind::TimedOut;
                let failure = if babble { Failure::Malformed } else { Failure::Down };
                return (self.recovered(failure), Err(failure));
            }
            serial.port.expect(expected);
        }
        self.context.set_slave(Slave(expected.unit));
        let failure = match tokio::time::timeout(timeout, self.context.call(call)).await {
            Ok(Ok(Ok(response))) => return (Some(self), Ok(response)),
            Ok(Ok(Err(exception))) => return (Some(self), Err(Failure::Exception(code(exception)))),
            Err(_) if self.heard_something() => Failure::Malformed,
            Err(_) => Failure::Timeout,
            Ok(Err(Error::Protocol(_))) => Failure::Malformed,
            Ok(Err(Error::Transport(error))) => match error.kind() {
                ErrorKind::InvalidData | ErrorKind::InvalidInput => Failure::Malformed,
                _ => Failure::Down,
            },
        };
        (self.recovered(failure), Err(failure))
    }

    fn heard_something(&self) -> bool {
        self.serial.as_ref().is_some_and(|serial| serial.port.heard_something())
    }

    /// The same line with a decoder that knows nothing of what failed; `None` where only a new connection is clean.
    fn recovered(self, failure: Failure) -> Option<Self> {
        let is_ours = |serial: &Framed| serial.is_wire || failure == Failure::Malformed;
        self.serial.filter(|serial| is_ours(serial) && failure != Failure::Down).map(Self::framed)
    }
}

async fn connect(at: &Endpoint) -> Result<TcpStream, Failure> {
    let stream = TcpStream::connect((at.host.as_str(), at.port))
        .await
        .map_err(|error| if is_exhausted(&error) { Failure::Setup(EXHAUSTED) } else { Failure::Down })?;
    // Small requests must not wait for company; a socket that cannot be told so still works.
    let _slower = stream.set_nodelay(true);
    Ok(stream)
}

/// Modbus/TCP Security: TLS with both certificates (MB-TCP-Security 2018, section 3).
async fn secured(
    stream: TcpStream,
    at: &Endpoint,
    tls: &Tls,
    name: Option<&str>,
) -> Result<impl Stream + use<>, Failure> {
    let config = crate::sources::tls::client(tls).map_err(Failure::Setup)?;
    let name = ServerName::try_from(name.unwrap_or(&at.host).to_owned())
        .map_err(|_| Failure::Setup("the server's name is none that a certificate can carry"))?;
    tokio_rustls::TlsConnector::from(config).connect(name, stream).await.map_err(|error| match error.kind() {
        ErrorKind::InvalidData => {
            Failure::Setup("the device's certificate is not trusted, or it speaks no TLS")
        }
        _ => Failure::Down,
    })
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
