//! The bytes of version 1 are frozen: a gateway that was in a cupboard for years still speaks with the cloud of today.
//!
//! `GOLDEN_WRITE=1 cargo test -p riversync-protocol --test wire` writes files that do not exist yet. It never changes one:
//! who needs other bytes needs another variant (see `protocol/README.md`).

use super::kit;
use riversync_protocol::pack::unpack;
use riversync_protocol::v1::{Content, Message};
use riversync_protocol::{Envelope, decode, encode};
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/v1").join(format!("{name}.bin"))
}

fn frozen(name: &str, bytes: &[u8]) -> Vec<u8> {
    let path = path(name);
    if std::env::var_os("GOLDEN_WRITE").is_some() && !path.exists() {
        std::fs::write(&path, bytes).unwrap();
    }
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; write it with GOLDEN_WRITE=1", path.display()))
}

#[test]
fn every_message_has_the_bytes_it_always_had() {
    for (name, envelope) in kit::samples() {
        let bytes = encode(&envelope).unwrap();
        let golden = frozen(name, &bytes);
        assert_eq!(bytes, golden, "{name} encodes to other bytes than it used to");
        let back = decode(&golden).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(back, envelope, "{name} decodes to something else than it used to");
    }
}

#[test]
fn the_columns_of_a_batch_still_mean_what_they_meant() {
    let golden = std::fs::read(path("upload_telemetry")).unwrap();
    let Envelope::V1(Message::Upload(upload)) = decode(&golden).unwrap() else { panic!("another message") };
    let Content::Telemetry(packed) = upload.content else { panic!("no telemetry") };
    // NaN is not equal to itself, so the text of both is compared, and the bits by packing again.
    let batch = unpack(&kit::schema(), &packed).unwrap();
    assert_eq!(format!("{batch:?}"), format!("{:?}", kit::batch()));
    assert_eq!(riversync_protocol::pack::pack(&kit::schema(), packed.schema, &batch).unwrap(), packed);
}

#[test]
fn codes_and_signed_bytes_are_frozen_too() {
    let code = kit::code().to_string();
    assert_eq!(code.as_bytes(), frozen("enrolment_code", code.as_bytes()));
    assert_eq!(code.parse(), Ok(kit::code()));
    let body = kit::signed().body;
    assert_eq!(body, frozen("policy_body", &body));
}

#[test]
fn there_is_no_golden_file_that_nothing_reads() {
    let mut known: Vec<String> = kit::samples().iter().map(|(name, _)| format!("{name}.bin")).collect();
    known.extend(["enrolment_code.bin", "policy_body.bin"].map(str::to_owned));
    for entry in std::fs::read_dir(path("x").parent().unwrap()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "{name} is in tests/golden/v1 but no test reads it");
    }
}
