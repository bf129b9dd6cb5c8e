//! Which of the encodings from before Unicode a text is in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK};

/// How much of the lines with non-ASCII bytes is looked at to find the encoding.
const SAMPLE: usize = 4096;
/// Below this many non-ASCII bytes (four characters of two bytes) the detector is guessing.
const SHORT: usize = 8;
/// From this many on, the share of frequent characters is a measure.
const CLEAR: usize = 64;

/// GB2312 and GBK are read as GB18030, which contains both and knows the rare characters of place names.
pub fn widened(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// The encoding of bytes that are no form of Unicode.
pub fn legacy(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    let (sample, complete) = sample(bytes);
    let high = sample.iter().filter(|b| !b.is_ascii()).count();
    let declared = declared.map(widened).filter(|&e| e == GB18030 || e == BIG5);
    if high < SHORT {
        return declared.unwrap_or(GB18030);
    }
    // The detector runs at 3 MB/s, half a millisecond a file, so clear cases are settled without it. Neither measure
    // is high on text of the other encoding; both are on Korean, and none on Japanese, which are left to the detector.
    // Traditional text in GBK has fewer frequent characters, and far fewer that would be such in Big5.
    let (gb, big5) = common(&sample);
    if high >= CLEAR && (gb >= 0.9 && big5 <= 0.8 || gb >= 0.6 && big5 <= 0.5) {
        return GB18030;
    }
    if high >= CLEAR && big5 >= 0.9 && gb <= 0.8 {
        return BIG5;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&sample, complete);
    // No top-level domain: with `cn` the detector takes Big5 for GBK and says nothing.
    let guess = widened(detector.guess(None, Utf8Detection::Deny));
    if guess == GB18030 || guess == BIG5 {
        return guess;
    }
    // One damaged byte is enough for the detector to rule out the right encoding, and it falls back to one in which
    // every byte means something. Frequent Han characters in the right places outweigh that.
    match declared {
        Some(declared) if (if declared == BIG5 { big5 } else { gb }) >= 0.8 => declared,
        _ if !guess.is_single_byte() => guess,
        // Damage shifts the pairs behind it, so less is asked of them here; Latin letters hardly form any.
        _ if gb.max(big5) < 0.6 => guess,
        _ => {
            if big5 > gb {
                BIG5
            } else {
                GB18030
            }
        }
    }
}

/// The lines' parts from their first non-ASCII byte on, up to about [`SAMPLE`] bytes, and whether that is all there is.
/// A character never starts with an ASCII byte in these encodings, so no character is cut at a start. What GBK draws
/// tables with is left out: it may be most of a page, and is frequent Han characters in Big5 (─ is 岸).
fn sample(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut sample = Vec::with_capacity(SAMPLE);
    for line in bytes.split_inclusive(|&b| b == b'\n') {
        let part = &line[Encoding::ascii_valid_up_to(line)..];
        // What is taken is copied in runs.
        let (mut at, mut run) = (0, 0);
        while at < part.len() {
            if sample.len() + at - run >= SAMPLE {
                sample.extend_from_slice(&part[run..at]);
                return (sample, false);
            }
            let (lead, trail) = (part[at], part.get(at + 1).copied().unwrap_or(0));
            let length = if lead < 0x81 || trail < 0x40 { 1 } else { 2 };
            if matches!((lead, trail), (0xA9, 0xA4..=0xEF) | (0xA8, 0x54..=0x95)) {
                sample.extend_from_slice(&part[run..at]);
                run = at + length;
            }
            at += length;
        }
        sample.extend_from_slice(&part[run..]);
    }
    (sample, true)
}

/// Shares of the two-byte characters that are frequent Han characters or punctuation of GB 2312, and of Big5.
fn common(bytes: &[u8]) -> (f32, f32) {
    let (mut total, mut gb, mut big5, mut i) = (0u32, 0u32, 0u32, 0);
    while i + 1 < bytes.len() {
        let (lead, trail) = (bytes[i], bytes[i + 1]);
        if lead < 0x81 {
            i += 1;
            continue;
        }
        total += 1;
        gb += u32::from(is_common_gb(lead, trail));
        big5 += u32::from(is_common_big5(lead, trail));
        i += if trail < 0x40 { 1 } else { 2 };
    }
    let share = |hits: u32| if total == 0 { 0.0 } else { hits as f32 / total as f32 };
    (share(gb), share(big5))
}

/// Level 1 of GB 2312, and its punctuation and full-width forms.
fn is_common_gb(lead: u8, trail: u8) -> bool {
    matches!(lead, 0xB0..=0xD7 | 0xA1..=0xA3) && trail >= 0xA1
}

/// Level 1 of Big5, and its punctuation and full-width forms.
fn is_common_big5(lead: u8, trail: u8) -> bool {
    matches!(lead, 0xA1..=0xC6) && matches!(trail, 0x40..=0x7E | 0xA1..=0xFE)
}
