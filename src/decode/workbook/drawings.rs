//! Drawings that lie over the cells of a sheet of Office Open XML: pictures, shapes, text boxes.

use super::Merge;
use crate::decode::fault::Fault;
use crate::decode::xml::{Item, Xml};

/// Drawings of one sheet that are followed.
const MOST: usize = 1000;
/// What reaches no farther into a row or column leaves it to be read, in 914,400ths of an inch.
const EDGE: i64 = 100_000;
const PIXEL: i64 = 9525;

/// The cells that a drawing covers, and the words in it.
pub(super) struct Drawing {
    pub area: Merge,
    pub words: String,
}

#[derive(Default)]
struct Corner {
    row: u32,
    column: u32,
    row_offset: i64,
    column_offset: i64,
}

/// The drawings of a part. Those whose place is no cell are left out.
pub(super) fn read(text: &str, depth: usize) -> Result<Vec<Drawing>, Fault> {
    let mut xml = Xml::new(text, "the drawings of a sheet", depth);
    let mut out: Vec<Drawing> = Vec::new();
    let (mut from, mut to, mut words) = (None, None, String::new());
    let mut hidden = false;
    while let Some(item) = xml.next()? {
        match item {
            Item::Open(tag) => match tag.local() {
                "from" => from = Some(corner(&mut xml)?),
                "to" => to = Some(corner(&mut xml)?),
                "cNvPr" => hidden |= tag.is_true("hidden"),
                "t" => words.push_str(&xml.content()?),
                "p" => words.push('\n'),
                _ => {}
            },
            Item::Close if xml.depth() == 1 => {
                let found = area(from.take(), to.take()).filter(|_| !hidden && out.len() < MOST);
                out.extend(found.map(|area| Drawing { area, words: std::mem::take(&mut words) }));
                (hidden, words) = (false, String::new());
            }
            _ => {}
        }
    }
    Ok(out)
}

/// The cells that buttons and the like cover, and pictures that programs draw. They are looked for by their words: Excel writes
/// drawings of this kind that are no XML.
pub(super) fn buttons(text: &str) -> Vec<Merge> {
    let mut out = Vec::new();
    let mut shape = "";
    for piece in text.split("ClientData").take(4 * MOST) {
        // What stands behind an end belongs to the next shape.
        let Some(kind) = between(piece, "ObjectType=\"", "\"").filter(|_| piece.starts_with(char::is_whitespace)) else {
            shape = piece;
            continue;
        };
        let place = between(piece, "Anchor>", "<").and_then(corners).filter(|_| kind != "Note" && !shape.contains("visibility:hidden"));
        out.extend(place.filter(|_| out.len() < MOST));
    }
    out
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    text.split_once(from)?.1.split_once(to).map(|(inside, _)| inside)
}

/// `1, 0, 11, 0, 3, 62, 11, 18`: two corners, each a column, pixels into it, a row and pixels into that.
fn corners(text: &str) -> Option<Merge> {
    let numbers: Vec<i64> = text.split(',').map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
    let [left, into_left, top, into_top, right, into_right, bottom, into_bottom] = numbers[..] else { return None };
    let corner = |column: i64, into_column: i64, row: i64, into_row: i64| Some(Corner { row: u32::try_from(row).ok()?, column: u32::try_from(column).ok()?, row_offset: into_row.saturating_mul(PIXEL), column_offset: into_column.saturating_mul(PIXEL) });
    area(corner(left, into_left, top, into_top), Some(corner(right, into_right, bottom, into_bottom)?))
}

/// A corner; its element was opened last.
fn corner(xml: &mut Xml) -> Result<Corner, Fault> {
    let (mut out, depth) = (Corner::default(), xml.depth());
    while let Some(tag) = xml.next_within(depth)? {
        let number: i64 = xml.content()?.trim().parse().unwrap_or(0);
        let place = u32::try_from(number).unwrap_or(0);
        match tag.local() {
            "row" => out.row = place,
            "col" => out.column = place,
            "rowOff" => out.row_offset = number,
            "colOff" => out.column_offset = number,
            _ => {}
        }
    }
    Ok(out)
}

/// The cells between two corners; with one alone, the cell that it lies in.
fn area(from: Option<Corner>, to: Option<Corner>) -> Option<Merge> {
    let from = from?;
    let (mut bottom, mut right) = (from.row, from.column);
    if let Some(to) = to {
        bottom = bottom.max(to.row.saturating_sub(u32::from(to.row_offset < EDGE)));
        right = right.max(to.column.saturating_sub(u32::from(to.column_offset < EDGE)));
    }
    Some(Merge { top: from.row, left: from.column, bottom, right })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_cover_cells_and_notes_do_not() {
        let shape = |style: &str, kind: &str, place: &str| format!("<v:shape style='{style}'><v:textbox>7<br></v:textbox><x:ClientData ObjectType=\"{kind}\"><x:Anchor>{place}</x:Anchor><x:PrintObject>False</x:PrintObject></x:ClientData></v:shape>");
        let place = "1, 0, 11, 0, 3, 62, 12,\n 2";
        let found = Merge { top: 11, left: 1, bottom: 11, right: 3 };
        assert_eq!(buttons(&[shape("", "Button", place), shape("visibility:hidden", "Note", place), shape("", "Note", place), shape("", "Pict", place), shape("", "Pict", "1, 2")].concat()), [found, found]);
        assert_eq!(buttons(&[shape("visibility:hidden", "Button", place), shape("", "Checkbox", place)].concat()), [found]);
        assert!(buttons("<v:shape id=\"CF\"/>").is_empty() && buttons("").is_empty());
    }
}
