//! What lies over the cells of a sheet of Excel 97 or 95: pictures, shapes, text boxes, buttons.

use crate::decode::compound::{u16_at, u32_at};
use crate::decode::workbook::Merge;

/// Kinds of records of a drawing ([MS-ODRAW] 2.2, [MS-XLS] 2.5.193): properties, and the place over the cells.
const PROPERTIES: u16 = 0xF00B;
const PLACE: u16 = 0xF010;
/// The property that hides a shape, and both of its bits: that it is said, and that it is so.
const HIDES: u16 = 0x03BF;
const HIDDEN: u32 = 0x0002_0002;
/// How an object of Excel 97 begins. One of Excel 95 names its place itself.
const OBJECT: u32 = 0x0012_0015;
/// Kinds of objects that cover nothing: the arrows of lists, and notes.
const ARROW: u16 = 0x14;
const NOTE: u16 = 0x19;
/// What reaches no farther into a row or column leaves it to be read: in 256ths of the one, in 1024ths of the other.
const LOW: u16 = 128;
const NARROW: u16 = 128;

/// The place of the last shape of a drawing, where it has one and shows.
pub(super) fn anchor(drawing: &[u8]) -> Option<Merge> {
    let (mut at, mut hidden, mut out) = (0, false, None);
    while let (Some(head), Some(kind), Some(length)) = (u16_at(drawing, at), u16_at(drawing, at + 2), u32_at(drawing, at + 4)) {
        let content = drawing.get(at + 8..).unwrap_or_default();
        match kind {
            PROPERTIES => hidden = (0..usize::from(head >> 4)).any(|n| u16_at(content, n * 6).is_some_and(|kind| kind & 0x3FFF == HIDES) && u32_at(content, n * 6 + 2).is_some_and(|value| value & HIDDEN == HIDDEN)),
            PLACE => out = cells(content, 2).filter(|_| !hidden),
            _ => {}
        }
        // What holds others is gone into.
        let length = if head & 0xF == 0xF { 0 } else { usize::try_from(length).ok()? };
        at = at.checked_add(8)?.checked_add(length)?;
    }
    out
}

/// The cells that an object covers; those of Excel 97 lie where the drawing before them says.
pub(super) fn area(object: &[u8], anchor: Option<Merge>) -> Option<Merge> {
    if matches!(u16_at(object, 4)?, ARROW | NOTE) {
        return None;
    }
    if u32_at(object, 0)? == OBJECT { anchor } else { cells(object, 10) }
}

/// The cells between two corners; each is a column, a way into it, a row and a way into that.
fn cells(content: &[u8], at: usize) -> Option<Merge> {
    let number = |n: usize| u16_at(content, at + n * 2);
    let (left, top) = (number(0)?, number(2)?);
    let right = number(4)?.saturating_sub(u16::from(number(5)? < NARROW)).max(left);
    let bottom = number(6)?.saturating_sub(u16::from(number(7)? < LOW)).max(top);
    Some(Merge { top: top.into(), left: left.into(), bottom: bottom.into(), right: right.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn u16s(values: &[u16]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    #[test]
    fn shapes_and_old_pictures_lie_where_they_say() {
        let place = [1, 0, 2, 0, 3, 127, 4, 200];
        let found = Merge { top: 2, left: 1, bottom: 4, right: 2 };
        let part = |head: u16, kind: u16, content: &[u8]| [u16s(&[head, kind]), (content.len() as u32).to_le_bytes().to_vec(), content.to_vec()].concat();
        let shape = |flags: u32| {
            let properties = [u16s(&[0x0181]), 5u32.to_le_bytes().to_vec(), u16s(&[HIDES]), flags.to_le_bytes().to_vec()].concat();
            part(0xF, 0xF004, &[part(0x23, PROPERTIES, &properties), part(0, PLACE, &u16s(&[&[0], &place[..]].concat())), part(0, 0xF011, &[])].concat())
        };
        assert_eq!([anchor(&shape(0x2_0000)), anchor(&shape(HIDDEN)), anchor(&[]), anchor(&shape(0)[..40])], [Some(found), None, None, None]);
        let object = |kind: u16| u16s(&[0x15, 0x12, kind, 1, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!([8, 7, NOTE, ARROW].map(|kind| area(&object(kind), Some(found))), [Some(found), Some(found), None, None]);
        assert_eq!(area(&object(8), None), None);
        let old = u16s(&[&[1, 0, 8, 1, 0x614], &place[..]].concat());
        assert_eq!([area(&old, None), area(&old[..20], None)], [Some(found), None]);
    }
}
