//! The wire format as others see it: frozen bytes, properties, and the corpus of the fuzz targets.
#![expect(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test that cannot go on fails")]

mod corpus;
mod golden;
mod kit;
mod roundtrip;
mod targets;
