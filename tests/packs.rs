//! Containers assembled in code, byte by byte where a library would not write what archives hold.

#![allow(dead_code, reason = "the unit tests of the walk use it too, and each uses a part")]

use std::io::Write;

/// One member of a zip as its headers have it.
#[derive(Clone, Default)]
pub struct Packed {
    pub name: Vec<u8>,
    pub bytes: Vec<u8>,
    pub flags: u16,
    pub extra: Vec<u8>,
    /// Zip's method and the packed bytes, where they are not what packing `bytes` gives.
    pub packed: Option<(u16, Vec<u8>)>,
}

impl Packed {
    pub fn new(name: &[u8], bytes: &[u8]) -> Packed {
        Packed { name: name.to_vec(), bytes: bytes.to_vec(), ..Packed::default() }
    }
}

pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub fn zip(members: &[Packed]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for m in members {
        let (method, packed) = m.packed.clone().unwrap_or_else(|| (8, deflate(&m.bytes)));
        let offset = out.len() as u32;
        let mut common = Vec::new();
        common.extend([20, 0]);
        common.extend(m.flags.to_le_bytes());
        common.extend(method.to_le_bytes());
        common.extend([0, 0, 0x21, 0x59]);
        common.extend(crc(&m.bytes).to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((m.bytes.len() as u32).to_le_bytes());
        common.extend((m.name.len() as u16).to_le_bytes());
        common.extend((m.extra.len() as u16).to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(&m.name);
        out.extend(&m.extra);
        out.extend(packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(&m.name);
        directory.extend(&m.extra);
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((members.len() as u16).to_le_bytes());
    out.extend((members.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A zip with plain names.
pub fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    zip(&members.iter().map(|(n, b)| Packed::new(n.as_bytes(), b)).collect::<Vec<_>>())
}

pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        out.append_data(&mut header, name, *bytes).expect("memory");
    }
    out.into_inner().expect("memory")
}

/// One header of a tar with its checksum; `size` is what it says.
pub fn tar_header(name: &[u8], kind: tar::EntryType, size: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_cksum();
    header.as_bytes().to_vec()
}

pub fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub fn zst(bytes: &[u8]) -> Vec<u8> {
    let mut out = zstd::Encoder::new(Vec::new(), 3).expect("a level");
    out.include_checksum(true).expect("an option");
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut out = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).expect("options");
    out.write_all(bytes).expect("memory");
    out.finish().expect("memory")
}

/// A 7z of solid blocks, each packed with LZMA2.
pub fn sevenz(blocks: &[&[(&str, &[u8])]]) -> Vec<u8> {
    let (mut packed, mut sizes) = (Vec::new(), Vec::new());
    for block in blocks {
        let mut out = lzma_rust2::Lzma2Writer::new(Vec::new(), lzma_rust2::Lzma2Options::with_preset(1));
        block.iter().for_each(|(_, bytes)| out.write_all(bytes).expect("memory"));
        let out = out.finish().expect("memory");
        sizes.push(out.len());
        packed.extend(out);
    }
    sevenz_of(&packed, sevenz_header(blocks, &sizes, 24))
}

/// The header for such blocks; `window` is LZMA2's property.
pub fn sevenz_header(blocks: &[&[(&str, &[u8])]], sizes: &[usize], window: u8) -> Vec<u8> {
    let mut h = vec![0x01, 0x04, 0x06];
    number(&mut h, 0);
    number(&mut h, sizes.len());
    h.push(0x09);
    sizes.iter().for_each(|&s| number(&mut h, s));
    h.extend([0x00, 0x07, 0x0B]);
    number(&mut h, blocks.len());
    h.push(0);
    blocks.iter().for_each(|_| h.extend([1, 0x21, 0x21, 1, window]));
    h.push(0x0C);
    blocks.iter().for_each(|b| number(&mut h, b.iter().map(|(_, bytes)| bytes.len()).sum()));
    h.extend([0x00, 0x08, 0x0D]);
    blocks.iter().for_each(|b| number(&mut h, b.len()));
    h.push(0x09);
    blocks.iter().for_each(|b| b[..b.len() - 1].iter().for_each(|(_, bytes)| number(&mut h, bytes.len())));
    h.extend([0x0A, 1]);
    let all = || blocks.iter().flat_map(|b| b.iter());
    all().for_each(|(_, bytes)| h.extend(crc(bytes).to_le_bytes()));
    h.extend([0x00, 0x00, 0x05]);
    number(&mut h, all().count());
    let names: Vec<u8> = all().flat_map(|(name, _)| name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes)).collect();
    h.push(0x11);
    number(&mut h, names.len() + 1);
    h.push(0);
    h.extend(names);
    h.extend([0x00, 0x00]);
    h
}

/// A 7z of what was packed and its header.
pub fn sevenz_of(packed: &[u8], header: Vec<u8>) -> Vec<u8> {
    let mut start = Vec::new();
    start.extend((packed.len() as u64).to_le_bytes());
    start.extend((header.len() as u64).to_le_bytes());
    start.extend(crc(&header).to_le_bytes());
    let mut out = b"7z\xBC\xAF\x27\x1C\0\x04".to_vec();
    out.extend(crc(&start).to_le_bytes());
    out.extend(start);
    out.extend(packed);
    out.extend(header);
    out
}

/// A number as 7z writes it, below 2^35.
fn number(out: &mut Vec<u8>, n: usize) {
    match n {
        0..0x80 => out.push(n as u8),
        0x80..0x4000 => out.extend([0x80 | (n >> 8) as u8, n as u8]),
        _ => {
            out.push(0xF0);
            out.extend((n as u32).to_le_bytes());
        }
    }
}

/// One record of a WARC, its block as given.
pub fn record(kind: &str, url: &str, block: &[u8]) -> Vec<u8> {
    let mut out = format!("WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nContent-Length: {}\r\n\r\n", block.len()).into_bytes();
    out.extend(block);
    out.extend(b"\r\n\r\n");
    out
}

/// A server's answer: packed, in chunks, or as it is.
pub fn answer(body: &[u8], packed: bool, chunked: bool) -> Vec<u8> {
    let mut head = String::from("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n");
    let mut body = body.to_vec();
    if packed {
        head += "Content-Encoding: gzip\r\n";
        body = gz(&body);
    }
    if chunked {
        head += "Transfer-Encoding: chunked\r\n\r\n";
        let mut out = head.into_bytes();
        for chunk in body.chunks(1000) {
            out.extend(format!("{:x}\r\n", chunk.len()).bytes());
            out.extend(chunk);
            out.extend(b"\r\n");
        }
        out.extend(b"0\r\n\r\n");
        return out;
    }
    head += &format!("Content-Length: {}\r\n\r\n", body.len());
    [head.into_bytes(), body].concat()
}
