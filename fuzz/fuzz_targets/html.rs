#![no_main]

use libfuzzer_sys::fuzz_target;

// Anything behind the beginning of a page.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::decode([&b"<html>"[..], bytes].concat());
});
