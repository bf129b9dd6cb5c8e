#![no_main]

use libfuzzer_sys::fuzz_target;

// A PDF file; the corpus should hold some.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::decode([&b"%PDF-1.7\n"[..], bytes].concat());
});
