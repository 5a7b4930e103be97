//! Any bytes for the decoder; what must hold is in `tests/targets`, where a stable test runs the same.
#![no_main]

#[path = "../../tests/kit/mod.rs"]
mod kit;
#[path = "../../tests/targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::schema(bytes));
