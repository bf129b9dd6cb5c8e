#![no_main]

use libfuzzer_sys::fuzz_target;

// A tar: the input is cut into members whose headers get their checksums, so that more than the first is reached.
fuzz_target!(|bytes: &[u8]| {
    nianbao_fuzz::unpack(&checked(bytes));
});

/// Each block of 512 bytes that could be a header gets the checksum that it would need.
fn checked(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for block in out.chunks_exact_mut(512) {
        block[148..156].copy_from_slice(b"        ");
        let sum: u32 = block.iter().map(|&b| u32::from(b)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    out
}
