#![no_main]

use libfuzzer_sys::fuzz_target;

// A page saved with its parts.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::decode([&b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n"[..], bytes].concat());
});
