//! Replays the fuzz corpus, and every truncation and bit flip of it, through every decoder on a stable compiler.

use super::{kit, targets};
use std::path::PathBuf;

fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.unwrap().path();
        (path.display().to_string(), std::fs::read(&path).unwrap())
    };
    let mut found: Vec<_> = std::fs::read_dir(&dir).unwrap().map(read).collect();
    found.sort();
    found
}

#[test]
fn no_decoder_stumbles_over_its_corpus_however_it_is_cut_or_bent() {
    for (name, target) in targets::ALL {
        let seeds = corpus(name);
        assert!(!seeds.is_empty(), "the corpus of {name} is empty");
        for (_, bytes) in seeds {
            target(&bytes);
            for end in 0..bytes.len() {
                target(&bytes[..end]);
            }
            let mut bent = bytes.clone();
            for at in 0..bent.len() {
                for bit in 0..8 {
                    bent[at] ^= 1 << bit;
                    target(&bent);
                    bent[at] ^= 1 << bit;
                }
            }
            bent.push(0);
            target(&bent);
        }
    }
}

#[test]
fn the_seeds_reach_what_they_are_for() {
    // A corpus that is refused at the first byte would show nothing.
    let decodes =
        |name: &str| corpus(name).into_iter().filter(|(_, b)| riversync_protocol::decode(b).is_ok()).count();
    assert!(decodes("envelope") >= 13);
    assert!(decodes("packed_batch") >= 1);
    let schema = riversync_protocol::v1::Schema::check;
    let schemas = corpus("schema");
    assert!(schemas.iter().any(|(_, b)| postcard::from_bytes(b).is_ok_and(|s| schema(&s).is_ok())));
    let text = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes).parse::<riversync_protocol::code::EnrolmentCode>().is_ok()
    };
    assert!(corpus("enrolment_code").iter().any(|(_, b)| text(b)));
}

/// `CORPUS_WRITE=1` writes the seeds that come from the frozen messages; what a fuzzer finds is added beside them.
#[test]
fn the_seeds_are_there() {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut seeds: Vec<(String, Vec<u8>)> = kit::samples()
        .into_iter()
        .map(|(name, envelope)| (format!("envelope/{name}"), riversync_protocol::encode(&envelope).unwrap()))
        .collect();
    seeds.push(("signed_policy/signed".to_owned(), postcard::to_stdvec(&kit::signed()).unwrap()));
    seeds.push(("schema/schema".to_owned(), postcard::to_stdvec(&kit::schema()).unwrap()));
    let upload = seeds.iter().find(|(name, _)| name == "envelope/upload_telemetry").unwrap().1.clone();
    seeds.push(("packed_batch/upload".to_owned(), upload));
    seeds.push(("enrolment_code/code".to_owned(), kit::code().to_string().into_bytes()));
    // Hostile by hand: a list of four billion, a length beyond the end, a number without end.
    seeds.push((
        "envelope/hostile_events".to_owned(),
        [0, 5, 1, b'a', 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f].to_vec(),
    ));
    seeds.push(("envelope/hostile_varint".to_owned(), vec![0xff; 24]));
    seeds.push(("schema/hostile_groups".to_owned(), vec![0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0]));
    for (name, bytes) in seeds {
        let path = dir.join(&name);
        if std::env::var_os("CORPUS_WRITE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &bytes).unwrap();
        }
        assert_eq!(
            std::fs::read(&path).ok(),
            Some(bytes),
            "{name} is missing or old; write it with CORPUS_WRITE=1"
        );
    }
}
