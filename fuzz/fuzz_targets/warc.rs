#![no_main]

use libfuzzer_sys::fuzz_target;

// A WARC.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::unpack(&[&b"WARC/1.0\r\n"[..], bytes].concat());
});
