//! Runs of empty cells that are longer than any table is wide: a program filled rows up to the width of something else. So many
//! cells keep labels apart that belong together, and say no more than a few do.

use std::collections::BTreeSet;

use super::cells::{Item, Kind};

/// A run that is longer than the next shorter one by no more than this keeps its distance from it: no table has more columns.
const WIDEST: usize = 16;

/// So long a run was seen in tables; they are left as they are.
const LONG: usize = 24;

/// Shortens long runs of empty cells. Runs that were of one length stay so, the longer ones stay the longer, and by as much as
/// they were where that is within a table's width.
pub fn close_up(items: &mut Vec<Item>) {
    if runs(items).all(|r| r.len() <= LONG) {
        return;
    }
    let lengths: BTreeSet<usize> = runs(items).map(|r| r.len()).collect();
    let (mut last, mut short) = (0, 0);
    let shortened: Vec<(usize, usize)> = lengths
        .into_iter()
        .map(|length| {
            short += (length - last).min(WIDEST);
            last = length;
            (length, short)
        })
        .collect();
    let of = |length: usize| shortened.binary_search_by_key(&length, |s| s.0).map_or(length, |at| shortened[at].1);
    let dropped: Vec<std::ops::Range<usize>> = runs(items).map(|r| r.start + of(r.len())..r.end).filter(|r| !r.is_empty()).collect();
    let mut at = 0;
    let mut dropped = dropped.into_iter().peekable();
    items.retain(|_| {
        while dropped.next_if(|d| d.end <= at).is_some() {}
        at += 1;
        dropped.peek().is_none_or(|d| !d.contains(&(at - 1)))
    });
}

/// The runs of cells in which nothing stands.
fn runs(items: &[Item]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let empty = |x: &Item| x.kind == Kind::Blank && x.start == x.end;
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + items[at..].iter().position(empty)?;
        at = items[start..].iter().position(|x| !empty(x)).map_or(items.len(), |n| start + n);
        Some(start..at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lengths of the runs behind figures, closed up.
    fn closed(lengths: &[usize]) -> Vec<usize> {
        let item = |kind, end| Item { kind, start: 0, end, line: 1 };
        let row = |n: &usize| [item(Kind::Figure(3.0), 1)].into_iter().chain(std::iter::repeat_n(item(Kind::Blank, 0), *n)).collect::<Vec<_>>();
        let mut items: Vec<Item> = lengths.iter().flat_map(row).collect();
        close_up(&mut items);
        let mut out: Vec<usize> = runs(&items).map(|r| r.len()).collect();
        assert_eq!(items.len() - out.iter().sum::<usize>(), lengths.len());
        out.resize(lengths.len(), 0);
        out
    }

    #[test]
    fn long_runs_keep_their_order_and_their_small_distances() {
        assert_eq!(closed(&[340, 337, 340, 331]), [25, 22, 25, 16]);
        assert_eq!(closed(&[9, 60, 300, 60]), [9, 25, 41, 25]);
        assert_eq!(closed(&[24, 2, 17, 9]), [24, 2, 17, 9]);
    }
}
