//! What the fuzzer drives, and each test run with chance bytes: whatever a disk holds, no decoder of the store panics, and
//! what it takes for a reading fits its group. `agent/fuzz` has the target.

use super::cipher::Cipher;
use super::frame::FrameKind;
use super::groups::Groups;
use super::keys::DataKey;
use super::origins::Origins;
use super::record::{self, Head};
use super::types::Random;
use riversync_protocol::ids::{DeviceId, MetricName};
use riversync_protocol::v1::{Column, Group, Kind, Lane, Scale};
use std::sync::{Arc, OnceLock};

const SEQ: u64 = 3;

fn cipher() -> Option<&'static Cipher> {
    static CIPHER: OnceLock<Option<Cipher>> = OnceLock::new();
    let random: Random = Arc::new(|bytes| {
        bytes.fill(1);
        Ok(())
    });
    CIPHER.get_or_init(|| DataKey::fresh(&random).ok().map(Cipher::reader)).as_ref()
}

/// A group with a column of each kind, number 0.
fn groups(cipher: &Cipher) -> Option<Groups> {
    let kinds = [Kind::Int, Kind::UInt, Kind::Float32, Kind::Float64, Kind::Bool, Kind::Text];
    let column = |kind| {
        let metric = MetricName::new(format!("{kind:?}").to_lowercase()).ok()?;
        Some(Column { metric, unit: String::new(), kind, scale: Scale::ONE, offset: 0.0 })
    };
    let columns = kinds.into_iter().map(column).collect::<Option<_>>()?;
    let group = Group { device: DeviceId::new("dev").ok()?, interval_ms: 1_000, columns };
    let mut groups = Groups::default();
    groups.intern(&Arc::new(group), cipher)?;
    Some(groups)
}

/// What lies on the disk where a record, a group or an origin should; and what was sealed in its place.
pub fn record(data: &[u8]) {
    let Some(cipher) = cipher() else { return };
    let Some(mut groups) = groups(cipher) else { return };
    on_disk(data, cipher, &mut groups);
    on_disk(data, &Cipher::default(), &mut groups);
    let head = Head { seq: SEQ, groups_sum: crc32fast::hash(&sum(&groups)), ..Head::default() };
    for lane in [Lane::Telemetry, Lane::Events] {
        if let Some(sealed) = record::seal(lane, head, data, cipher) {
            on_disk(&sealed, cipher, &mut groups);
        }
    }
    for sealed in [cipher.seal(FrameKind::Group, &1u32, data), cipher.seal(FrameKind::Origin, &1u64, data)] {
        on_disk(&sealed.unwrap_or_default(), cipher, &mut groups);
    }
}

fn sum(groups: &Groups) -> Vec<u8> {
    groups.get(0).map(|known| known.sum.to_le_bytes().to_vec()).unwrap_or_default()
}

fn on_disk(bytes: &[u8], cipher: &Cipher, groups: &mut Groups) {
    for reading in record::readings(bytes, SEQ, groups, cipher).into_iter().flatten() {
        assert_eq!(reading.cells.len(), reading.group.columns.len(), "a cell for each column");
    }
    // An event or an origin is whatever it says it is.
    drop((record::event(bytes, SEQ, cipher), Origins::read(bytes, cipher)));
    groups.load(bytes, cipher);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::buffer::frame;
    use proptest::prelude::*;

    #[test]
    fn a_reading_gets_through_so_what_is_behind_the_seal_is_reached() {
        let cipher = cipher().unwrap();
        let groups = groups(cipher).unwrap();
        let mut rest = postcard::to_stdvec(&(0u32, 5i64, Vec::<(u32, u8)>::new(), -3i64, 4u64)).unwrap();
        rest.extend([0; 4 + 8 + 1 + 1]);
        let head = Head { seq: SEQ, groups_sum: crc32fast::hash(&sum(&groups)), ..Head::default() };
        let sealed = record::seal(Lane::Telemetry, head, &rest, cipher).unwrap();
        assert_eq!(record::readings(&sealed, SEQ, &groups, cipher).unwrap().len(), 1);
        record(&rest);
    }

    proptest! {
        #[test]
        fn chance_bytes_and_nearly_frames(data in prop::collection::vec(any::<u8>(), 0..300), kind in 0usize..4) {
            record(&data);
            let kind = [FrameKind::Telemetry, FrameKind::Event, FrameKind::Group, FrameKind::Origin][kind];
            record(&frame::seal(kind, &data).unwrap());
            record(&frame::sealed(kind, &data).unwrap());
        }
    }
}
