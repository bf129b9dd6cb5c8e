#![no_main]

use libfuzzer_sys::fuzz_target;

// A zip; the corpus should hold some.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::unpack(&[&b"PK\x03\x04"[..], bytes].concat());
});
