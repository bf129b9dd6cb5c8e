#![no_main]

use libfuzzer_sys::fuzz_target;

// A compound file; the corpus should hold some documents.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::decode([&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], bytes].concat());
});
