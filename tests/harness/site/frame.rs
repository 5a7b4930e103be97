//! Modbus TCP frames, the server's half, written from the specification and not with the agent's codec: a mistake
//! there shall not cancel itself out here.

use super::image::Table;
use anyhow::{Result, bail, ensure};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Illegal function, as an exception code.
pub(super) const ILLEGAL_FUNCTION: u8 = 1;
/// Illegal data address, as an exception code.
pub(super) const ILLEGAL_ADDRESS: u8 = 2;

/// One read request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) transaction: u16,
    pub(super) unit: u8,
    pub(super) function: u8,
    /// What to read; `None` for a function that does not read.
    pub(super) read: Option<(Table, u16, u16)>,
}

/// Reads the next request; `None` at the end of the connection.
pub(super) async fn read_request(from: &mut (impl AsyncRead + Unpin)) -> Result<Option<Request>> {
    let mut head = [0; 7];
    if from.read_exact(&mut head).await.is_err() {
        return Ok(None);
    }
    let [t1, t0, p1, p0, l1, l0, unit] = head;
    ensure!((p1, p0) == (0, 0), "not Modbus: protocol {p1:02x}{p0:02x}");
    let length = usize::from(u16::from_be_bytes([l1, l0]));
    ensure!((2..=254).contains(&length), "a frame of {length} bytes");
    let mut body = vec![0; length - 1];
    from.read_exact(&mut body).await?;
    let Some((&function, body)) = body.split_first() else { bail!("a frame without a function") };
    let table = match function {
        1 => Some(Table::Coil),
        2 => Some(Table::DiscreteInput),
        3 => Some(Table::Holding),
        4 => Some(Table::Input),
        _ => None,
    };
    let read = match (table, body) {
        (Some(table), &[a1, a0, c1, c0]) => {
            Some((table, u16::from_be_bytes([a1, a0]), u16::from_be_bytes([c1, c0])))
        }
        _ => None,
    };
    Ok(Some(Request { transaction: u16::from_be_bytes([t1, t0]), unit, function, read }))
}

/// The frame that answers `request` with `data`.
pub(super) fn answer(request: &Request, data: &[u8]) -> Vec<u8> {
    let mut body = vec![request.function, u8::try_from(data.len()).unwrap_or(u8::MAX)];
    body.extend_from_slice(data);
    frame(request, &body)
}

/// The frame that answers `request` with an exception.
pub(super) fn exception(request: &Request, code: u8) -> Vec<u8> {
    frame(request, &[request.function | 0x80, code])
}

fn frame(request: &Request, body: &[u8]) -> Vec<u8> {
    let mut frame = request.transaction.to_be_bytes().to_vec();
    frame.extend([0, 0]);
    frame.extend(u16::try_from(body.len() + 1).unwrap_or(u16::MAX).to_be_bytes());
    frame.push(request.unit);
    frame.extend_from_slice(body);
    frame
}
