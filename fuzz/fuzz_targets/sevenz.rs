#![no_main]

use libfuzzer_sys::fuzz_target;

// A 7z: the input is its header, and what it packs.
fuzz_target!(|bytes: &[u8]| {
    let (header, packed) = bytes.split_at(bytes.len() / 2);
    nianbao_fuzz::unpack(&nianbao_fuzz::packs::sevenz_of(packed, header.to_vec()));
});
