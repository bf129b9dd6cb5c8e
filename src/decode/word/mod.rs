//! Documents of word processors: .docx, .doc, .rtf, and what is alike in them.

pub mod blocks;
pub mod doc;
pub mod docx;
mod fields;
mod flow;
mod numbering;
pub mod rtf;

use crate::decode::ink::{self, Ink};

/// Letters of no more half points, and of no more hundredths of their width, cannot be seen.
const SMALL: i64 = 3;
const THIN: i64 = 10;

/// Styles that a style may be based on, one on the other.
const CHAIN: usize = 32;

/// Fonts that draw something else for each letter and digit.
pub(super) fn is_of_pictures(font: &str) -> bool {
    let font = font.to_ascii_lowercase();
    ["wingdings", "webdings", "dingbats", "marlett", "mt extra"].iter().any(|name| font.contains(name))
}

/// The colours that have numbers, and names as grounds of letters; 0 is none in particular.
fn numbered(colour: usize) -> Option<Ink> {
    const COLOURS: [Ink; 16] = [
        ink::BLACK, [0, 0, 255], [0, 255, 255], [0, 255, 0], [255, 0, 255], [255, 0, 0], [255, 255, 0], ink::WHITE, [0, 0, 128], [0, 128, 128], [0, 128, 0], [128, 0, 128], [128, 0, 0],
        [128, 128, 0], [128; 3], [192; 3],
    ];
    COLOURS.get(colour.checked_sub(1)?).copied()
}
