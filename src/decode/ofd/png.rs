//! Where a picture in PNG lets the page show through.

use std::io::Read as _;
use std::rc::Rc;

use flate2::read::ZlibDecoder;
use hayro_interpret::kurbo::Affine;

use crate::decode::page::painted::Veil;

pub(super) const MARK: &[u8] = b"\x89PNG\r\n\x1a\n";

/// How opaque each pixel of a picture is, row by row.
pub(super) struct Holes {
    width: usize,
    height: usize,
    data: Rc<[u8]>,
}

impl Holes {
    /// `place`: where the square from 0 to 1 is, of which the picture's bottom is at 0.
    pub fn veil(&self, place: Affine) -> Option<Veil> {
        let Holes { width, height, ref data } = *self;
        (place.determinant() != 0.0).then(|| Veil { inward: place.inverse(), width, height, bits: 8, low: false, data: Rc::clone(data) })
    }
}

/// What a picture lets show; none where that is nothing, or where it cannot be read. `left`: bytes that may still be unpacked.
pub(super) fn holes(bytes: &[u8], left: &mut usize) -> Option<Holes> {
    let mut rest = bytes.strip_prefix(MARK)?;
    let (mut head, mut clear, mut packed) = (None, None, Vec::new());
    while let Some((size, tail)) = rest.split_first_chunk::<4>() {
        let (kind, tail) = tail.split_first_chunk::<4>()?;
        let data = tail.get(..u32::from_be_bytes(*size) as usize)?;
        rest = tail.get(data.len() + 4..).unwrap_or_default();
        match kind {
            b"IHDR" => head = data.first_chunk::<13>(),
            b"tRNS" => clear = Some(data),
            b"IDAT" => packed.extend_from_slice(data),
            b"IEND" => break,
            _ => {}
        }
    }
    let head = head?;
    let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
    let (width, height) = (number(0), number(4));
    // Samples of a byte, rows one after the other.
    let channels = match (head[8], head[9], head[12]) {
        (8, 3, 0) if clear.is_some() => 1,
        (8, 4, 0) => 2,
        (8, 6, 0) => 4,
        _ => return None,
    };
    let row = width.checked_mul(channels)?;
    let size = row.checked_add(1)?.checked_mul(height).filter(|size| *size > height)?;
    *left = left.checked_sub(size)?;
    let mut data = Vec::new();
    ZlibDecoder::new(&packed[..]).take(size as u64).read_to_end(&mut data).ok()?;
    if data.len() < size {
        return None;
    }
    let samples = unfiltered(&data, row, channels)?;
    let alpha = |sample: &[u8]| match clear {
        Some(clear) if channels == 1 => clear.get(usize::from(sample[0])).copied().unwrap_or(u8::MAX),
        _ => sample[channels - 1],
    };
    let data: Vec<u8> = samples.chunks_exact(channels).map(alpha).collect();
    data.iter().any(|alpha| *alpha < 128).then(|| Holes { width, height, data: data.into() })
}

/// Rows whose bytes were written as what they differ by from those beside and above them.
fn unfiltered(data: &[u8], row: usize, step: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    for line in data.chunks_exact(row + 1) {
        let start = out.len();
        for (n, &byte) in line[1..].iter().enumerate() {
            let left = if n >= step { out[start + n - step] } else { 0 };
            let above = if start > 0 { out[start + n - row] } else { 0 };
            let corner = if start > 0 && n >= step { out[start + n - row - step] } else { 0 };
            let guess = match line[0] {
                0 => 0,
                1 => left,
                2 => above,
                3 => ((u16::from(left) + u16::from(above)) / 2) as u8,
                4 => nearest(left, above, corner),
                _ => return None,
            };
            out.push(byte.wrapping_add(guess));
        }
    }
    Some(out)
}

fn nearest(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let (to_a, to_b, to_c) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    match () {
        _ if to_a <= to_b && to_a <= to_c => left,
        _ if to_b <= to_c => above,
        _ => corner,
    }
}
