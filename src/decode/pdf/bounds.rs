//! What one file may cost. The library that reads PDF unpacks whatever it is given and follows numbers that the file
//! names, so everything that it will unpack or count up is measured first.

use std::io::Read as _;

use flate2::read::{DeflateDecoder, ZlibDecoder};
use hayro_syntax::Filter;
use hayro_syntax::object::{Array, Dict, Object, Stream};
use memchr::memmem;

/// Bytes that one packed part may unpack to.
const PART: u64 = 64 << 20;
/// Bytes of content that one document may have, each form counted as often as it is drawn.
const CONTENT: usize = 48 << 20;
/// Bytes of one string of a page's text; the format's own limit is half of it.
pub(super) const STRING: usize = 1 << 16;
/// Bytes that all encrypted object streams together may have packed: what they unpack to cannot be measured before
/// the library has unpacked them, and Deflate packs at most 1,032 to 1.
const ENCRYPTED_OBJECTS: usize = 1 << 20;
/// Entries of one font's list of widths.
const WIDTHS: f64 = 1e6;

/// Counts what a document costs as it is read.
pub(super) struct Budget {
    pub content: usize,
    pub forms: usize,
    pub glyphs: usize,
    pub paths: usize,
    /// Bytes of pictures' masks.
    pub veils: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { content: CONTENT, forms: 5_000, glyphs: 2_000_000, paths: 2_000_000, veils: 64 << 20 }
    }
}

/// Takes `n` from what is left, or says what there is too much of.
pub(super) fn spend(left: &mut usize, n: usize, what: &'static str) -> Result<(), &'static str> {
    *left = left.checked_sub(n).ok_or(what)?;
    Ok(())
}

/// Measures every packed part of the file that is no picture, before the library touches it.
pub(super) fn measure(bytes: &[u8]) -> Result<(), &'static str> {
    let encrypted = memmem::find(bytes, b"/Encrypt").is_some();
    let (mut total, mut packed_objects) = (0, 0);
    for at in memmem::find_iter(bytes, b"stream") {
        if bytes[..at].ends_with(b"end") {
            continue;
        }
        let head = &bytes[at.saturating_sub(1024)..at];
        let head = memmem::rfind(head, b" obj").map_or(head, |start| &head[start..]);
        let data = &bytes[at + 6..];
        let data = data.strip_prefix(b"\r\n").or(data.strip_prefix(b"\n")).unwrap_or(data);
        let has = |word: &[u8]| memmem::find(head, word).is_some();
        let is_object_stream = has(b"/First") || has(b"/ObjStm");
        if encrypted && is_object_stream {
            packed_objects += memmem::find(data, b"endstream").unwrap_or(data.len());
        }
        // Pictures are only unpacked where somebody asks for them; their masks are measured then.
        if has(b"/Image") && has(b"/Width") && !is_object_stream && !has(b"#") {
            continue;
        }
        if is_object_stream && (has(b"LZW") || has(b"RunLength") || memmem::find_iter(head, b"Decode").count() > 2) {
            return Err("object streams packed in an unusual way");
        }
        total += inflated(data, PART).ok_or("packed data that unpacks to more than 64 MiB")?;
        if total > 4 * PART {
            return Err("packed data that unpacks to more than 256 MiB");
        }
    }
    if packed_objects > ENCRYPTED_OBJECTS {
        return Err("more than 1 MiB of encrypted object streams");
    }
    Ok(())
}

/// How many bytes Deflate data unpack to; none where it is more than `most`. Data that are none unpack to nothing.
fn inflated(data: &[u8], most: u64) -> Option<u64> {
    let count = |reader: &mut dyn std::io::Read| {
        let (mut total, mut piece) = (0, [0; 16 * 1024]);
        while let Ok(n @ 1..) = reader.read(&mut piece) {
            total += n as u64;
            if total > most {
                return None;
            }
        }
        Some(total)
    };
    match count(&mut ZlibDecoder::new(data))? {
        0 => count(&mut DeflateDecoder::new(data)),
        n => Some(n),
    }
}

/// The unpacked bytes of a stream that is no picture; none where the library cannot read it.
pub(super) fn unpack<'a>(stream: &Stream<'a>) -> Result<Option<std::borrow::Cow<'a, [u8]>>, &'static str> {
    fits(stream)?;
    Ok(stream.decoded_data().ok())
}

/// Whether the library may unpack a stream.
pub(super) fn fits(stream: &Stream) -> Result<(), &'static str> {
    let mut data = stream.raw_data();
    for filter in stream.filters() {
        let unpacked = match filter {
            Filter::FlateDecode => bounded(ZlibDecoder::new(&*data)).or_else(|| bounded(DeflateDecoder::new(&*data))),
            Filter::LzwDecode => {
                lzw_size(&data, early_change(stream)).filter(|&n| n <= PART).map(|n| vec![0; n as usize])
            }
            Filter::RunLengthDecode => (data.len() as u64 * 64 <= PART).then(|| vec![0; data.len() * 64]),
            Filter::Ascii85Decode => (data.len() as u64 * 4 <= PART).then(|| ascii85(&data)),
            Filter::AsciiHexDecode => Some(hex(&data)),
            // Pictures, and the mark that a stream is encrypted.
            _ => return Ok(()),
        };
        data = unpacked.ok_or("packed data that unpacks to more than 64 MiB")?.into();
    }
    Ok(())
}

fn early_change(stream: &Stream) -> usize {
    stream.dict().get::<Dict>(b"DecodeParms").and_then(|d| d.get::<u8>(b"EarlyChange")).map_or(1, usize::from).min(1)
}

fn bounded(reader: impl std::io::Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    // Data that break off count as far as they go.
    let _ = reader.take(PART + 1).read_to_end(&mut out);
    (out.len() as u64 <= PART).then_some(out)
}

/// How many bytes LZW data unpack to: each new entry is one byte longer than the one before it in the data.
fn lzw_size(data: &[u8], early: usize) -> Option<u64> {
    let mut lengths: Vec<u32> = vec![1; 258];
    let (mut width, mut bits, mut held, mut total, mut last) = (9, 0u32, 0u32, 0u64, None);
    for &byte in data {
        held = held << 8 | u32::from(byte);
        bits += 8;
        if bits < width {
            continue;
        }
        bits -= width;
        let code = (held >> bits) as usize & ((1 << width) - 1);
        held &= (1 << bits) - 1;
        match code {
            256 => {
                lengths.truncate(258);
                (width, last) = (9, None);
                continue;
            }
            257 => break,
            _ => {}
        }
        if let Some(previous) = last
            && lengths.len() < 4096
        {
            lengths.push(previous + 1);
        }
        let length = *lengths.get(code)?;
        total += u64::from(length);
        last = Some(length);
        width = match lengths.len() + early {
            0..=511 => 9,
            512..=1023 => 10,
            1024..=2047 => 11,
            _ => 12,
        };
    }
    Some(total)
}

fn ascii85(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let (mut group, mut held) = (0u32, 0);
    for &byte in data {
        match byte {
            b'z' if held == 0 => out.extend([0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                held += 1;
                if held == 5 {
                    out.extend(group.to_be_bytes());
                    (group, held) = (0, 0);
                }
            }
            b'~' => break,
            _ => {}
        }
    }
    for _ in held..5 {
        group = group.wrapping_mul(85).wrapping_add(84);
    }
    out.extend(&group.to_be_bytes()[..usize::max(held, 1) - 1]);
    out
}

fn hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data.iter().filter_map(|&b| (b as char).to_digit(16).map(|d| d as u8)).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect()
}

/// Whether the library may load a font: what is packed in it is measured, and its widths are counted. A list of
/// widths may say `0 4294967295 500`, and the library writes that down number by number.
pub(super) fn font_fits(font: &Dict) -> Result<(), &'static str> {
    let inner = font.get::<Array>(b"DescendantFonts").and_then(|a| a.iter::<Dict>().next());
    for dict in [Some(font), inner.as_ref()].into_iter().flatten() {
        for key in [&b"ToUnicode"[..], b"Encoding", b"CIDToGIDMap"] {
            dict.get::<Stream>(key).map_or(Ok(()), |s| fits(&s))?;
        }
        for (key, size) in [(&b"W"[..], 3), (b"W2", 5)] {
            dict.get::<Array>(key).map_or(Ok(()), |a| widths_fit(&a, size))?;
        }
        let descriptor = dict.get::<Dict>(b"FontDescriptor").unwrap_or_default();
        for key in [&b"FontFile"[..], b"FontFile2", b"FontFile3"] {
            descriptor.get::<Stream>(key).map_or(Ok(()), |s| fits(&s))?;
        }
    }
    Ok(())
}

/// Counts `first [w w …]` and `first last w` as the library reads them; with `size` numbers where a range is 3 or 5.
fn widths_fit(widths: &Array, size: usize) -> Result<(), &'static str> {
    let (mut entries, mut held) = (0.0, Vec::new());
    for item in widths.iter::<Object>() {
        match item {
            Object::Array(_) if held.len() == 1 => held.clear(),
            Object::Number(number) => held.push(number.as_f64()),
            _ => break,
        }
        if held.len() == size {
            entries += (held[1] - held[0]).max(0.0);
            held.clear();
        }
        if entries > WIDTHS {
            return Err("a font with a list of widths that never ends");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn packed(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_unpacks_to_too_much_is_found_before_it_is_unpacked() {
        let bomb = packed(&vec![0; PART as usize + 1]);
        let file = |dict: &str, data: &[u8]| [format!("1 0 obj<<{dict}>>stream\n").as_bytes(), data, b"\nendstream"].concat();
        assert!(measure(&file("/Filter/FlateDecode", &bomb)).is_err());
        assert!(measure(&file("/Subtype/Image/Width 9/Filter/FlateDecode", &bomb).repeat(9)).is_ok());
        let large = packed(&vec![0; PART as usize]);
        assert!(measure(&file("/Filter/FlateDecode", &large).repeat(4)).is_ok());
        assert!(measure(&file("/Filter/FlateDecode", &large).repeat(5)).is_err());
    }

    #[test]
    fn lzw_is_counted_without_being_unpacked() {
        // The example of the format: 45 45 45 45 45 65 45 45 45 66.
        assert_eq!(lzw_size(&[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01], 1), Some(10));
        assert_eq!(lzw_size(&[0xFF; 9], 1), None);
    }

    #[test]
    fn text_armour_is_undone() {
        assert_eq!(ascii85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(ascii85(b"zz~>"), [0; 8]);
        assert_eq!(hex(b"48 65 6C 6C 6F>"), b"Hello");
    }
}
