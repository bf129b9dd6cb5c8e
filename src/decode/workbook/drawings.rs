//! Drawings that lie over the cells of a sheet of Office Open XML: pictures, shapes, text boxes.

use super::Merge;
use crate::decode::fault::Fault;
use crate::decode::xml::{Item, Xml};

/// Drawings of one sheet that are followed.
const MOST: usize = 1000;
/// What reaches no farther into a row or column leaves it to be read, in 914,400ths of an inch.
const EDGE: i64 = 100_000;

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
