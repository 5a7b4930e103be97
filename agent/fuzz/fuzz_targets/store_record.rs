#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| riversync_agent::buffer::fuzzing::record(data));
