#![no_main]

use libfuzzer_sys::fuzz_target;

// Whatever the bytes are: which format, which encoding.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::decode(bytes.to_vec());
});
