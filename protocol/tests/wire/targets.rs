//! What every decoder must hold for any bytes. The fuzz targets and the replay of the corpus run exactly these.

use riversync_protocol::code::EnrolmentCode;
use riversync_protocol::pack::{pack, unpack};
use riversync_protocol::sign::{Signed, verify_policy};
use riversync_protocol::v1::{Content, Message, PackedBatch, Schema};
use riversync_protocol::{Envelope, decode, encode};

/// A decoder with the name of its corpus.
pub type Target = (&'static str, fn(&[u8]));

/// The decoders.
pub const ALL: [Target; 5] = [
    ("envelope", envelope),
    ("signed_policy", signed_policy),
    ("schema", schema),
    ("packed_batch", packed_batch),
    ("enrolment_code", enrolment_code),
];

/// What decodes encodes again, and then to the same for ever.
pub fn envelope(bytes: &[u8]) {
    let Ok(found) = decode(bytes) else { return };
    if let Ok(again) = encode(&found) {
        let back = decode(&again).expect("what was encoded decodes");
        assert_eq!(encode(&back).expect("and encodes"), again);
    }
    if let Envelope::V1(Message::Schema(schema)) = &found {
        checked(schema);
    }
}

/// A signature over other bytes is never taken.
pub fn signed_policy(bytes: &[u8]) {
    let Ok((signed, _)) = postcard::take_from_bytes::<Signed>(bytes) else { return };
    if let Ok(policy) = verify_policy(&signed, &super::kit::key().verifying_key().to_bytes()) {
        assert_eq!(policy, super::kit::policy(), "nobody else has the key");
    }
}

/// A schema that passes its check has a hash.
pub fn schema(bytes: &[u8]) {
    if let Ok((schema, _)) = postcard::take_from_bytes::<Schema>(bytes) {
        checked(&schema);
    }
}

fn checked(schema: &Schema) {
    if schema.check().is_ok() {
        schema.hash().expect("what was checked has a name");
    }
}

/// What unpacks packs again, to the same values.
pub fn packed_batch(bytes: &[u8]) {
    let packed = match decode(bytes) {
        Ok(Envelope::V1(Message::Upload(upload))) => match upload.content {
            Content::Telemetry(packed) => packed,
            Content::Events(_) => return,
        },
        _ => match postcard::take_from_bytes::<PackedBatch>(bytes) {
            Ok((packed, _)) => packed,
            Err(_) => return,
        },
    };
    let schema = super::kit::schema();
    let Ok(batch) = unpack(&schema, &packed) else { return };
    let again = pack(&schema, packed.schema, &batch).expect("what was unpacked packs");
    let back = unpack(&schema, &again).expect("and unpacks");
    assert_eq!(format!("{back:?}"), format!("{batch:?}"));
}

/// A code that reads is written as one that reads the same.
pub fn enrolment_code(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(code) = text.parse::<EnrolmentCode>() {
        assert_eq!(code.to_string().parse(), Ok(code));
    }
}
