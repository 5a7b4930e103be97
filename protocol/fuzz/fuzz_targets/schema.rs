//! Any bytes for the decoder; what must hold is in `tests/wire/targets.rs`, where a stable test runs the same.
#![no_main]

#[path = "../../tests/wire/kit.rs"]
#[expect(dead_code, reason = "a target needs little of it")]
mod kit;
#[path = "../../tests/wire/targets.rs"]
#[expect(dead_code, reason = "one of the targets is run here")]
mod targets;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::schema(bytes));
