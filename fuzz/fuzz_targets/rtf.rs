#![no_main]

use libfuzzer_sys::fuzz_target;

// Rich text.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::decode([&b"{\\rtf1\\ansi\\ansicpg936 "[..], bytes].concat());
});
