//! The fonts of a Word document, as far as they draw pictures in place of digits ([MS-DOC] 2.9.286, 2.9.80).

use std::collections::HashSet;

use crate::decode::compound::u16_at;
use crate::decode::word::is_of_pictures;

/// Bytes of a font before its name, and units of the name that are looked at.
const HEAD: usize = 39;
const NAME: usize = 60;

#[derive(Default)]
pub(super) struct Fonts(HashSet<u16>);

impl Fonts {
    /// What cannot be read is left out.
    pub fn read(part: &[u8]) -> Fonts {
        let mut out = Fonts::default();
        let mut rest = part.get(4..).unwrap_or_default();
        for number in 0..u16_at(part, 0).unwrap_or(0) {
            let Some(font) = rest.first().and_then(|length| rest.get(1..1 + usize::from(*length))) else { break };
            rest = &rest[1 + font.len()..];
            let units = font.get(HEAD..).unwrap_or_default().chunks_exact(2).map(|u| u16::from_le_bytes([u[0], u[1]]));
            let name: Vec<u16> = units.take_while(|unit| *unit != 0).take(NAME).collect();
            if is_of_pictures(&String::from_utf16_lossy(&name)) {
                out.0.insert(number);
            }
        }
        out
    }

    pub fn is_of_pictures(&self, number: u16) -> bool {
        self.0.contains(&number)
    }
}
