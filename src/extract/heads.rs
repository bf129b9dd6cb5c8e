//! The heads of a table's columns, held against the form.

use super::align::Context;
use super::cells::Kind;
use crate::form::{LabelId, Table};

/// The heads of the table around its rows: (item, label), in text order.
pub fn heads(cx: &Context, table: &Table, first: usize, last: usize) -> Vec<(usize, LabelId)> {
    let from = first.saturating_sub(40);
    // Heads behind a complete other table are not ours: stop where a figure stands before the first row.
    let from = (from..first).rev().find(|&i| matches!(cx.items[i].kind, Kind::Figure(_))).map_or(from, |i| i + 1);
    // 总计 and 其他 are heads before the first row and rows behind it.
    let is_row = |i: usize| i >= first && cx.labels(i).iter().any(|l| table.rows.iter().any(|r| r.label == Some(*l)));
    (from..=last)
        .filter(|&i| !is_row(i))
        .flat_map(|i| cx.labels(i).iter().filter(|l| table.headers.contains(l)).map(move |l| (i, *l)))
        .collect()
}

/// The first group of heads that stands in no order of the form.
pub fn disorder(table: &Table, heads: &[(usize, LabelId)]) -> Option<usize> {
    for group in &table.head_orders {
        let members: Vec<&LabelId> = group.iter().flatten().collect();
        let seen: Vec<(usize, LabelId)> = heads.iter().copied().filter(|(_, l)| members.contains(&l)).collect();
        let follows = |order: &Vec<LabelId>| {
            let place = |l: &LabelId| order.iter().position(|x| x == l);
            // A head that repeats begins the order anew.
            let first = seen.iter().filter_map(|(_, l)| place(l)).min();
            seen.windows(2).all(|w| match (place(&w[0].1), place(&w[1].1)) {
                (Some(a), Some(b)) => b > a || Some(b) == first,
                _ => false,
            })
        };
        if seen.len() > 1 && !group.iter().any(follows) {
            return Some(seen[0].0);
        }
    }
    None
}
