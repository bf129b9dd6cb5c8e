#![no_main]

use libfuzzer_sys::fuzz_target;

// A stream of each packer.
fuzz_target!(|bytes: &[u8]| {
    for mark in [&b"\x1F\x8B\x08\x00"[..], b"\x28\xB5\x2F\xFD", b"\xFD7zXZ\0", b"BZh91AY&SY"] {
        nianbao_fuzz::unpack(&[mark, bytes].concat());
    }
});
