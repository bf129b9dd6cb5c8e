//! Tables whose figures stand below all labels, as readers of PDF write a table column by column, and pages whose column of
//! labels stays in its place as a table of its own.

use super::apart::Apart;
use super::chain::qualified;
use crate::extract::context::FoundRow;
use crate::extract::items::cells::Kind;

/// Takes those of these lines that are rows of the form; none where they are not as many as its labels.
type Pick<'p> = &'p dyn Fn(&[Vec<usize>]) -> Option<Vec<Vec<usize>>>;

/// All labels of the form one below the other, and behind the last of them all figures: each head above those of its
/// column, or all heads above rows of figures. Headings may have empty cells of their own.
pub fn read(apart: &Apart) -> Option<Vec<FoundRow>> {
    let (cx, n) = (apart.cx, apart.rows.len());
    let labels = apart.claims.windows(n).find(|w| w.iter().map(|c| c.row).eq(apart.rows.iter().copied()))?;
    let (first, last) = (labels[0].item, labels[n - 1].item);
    if (first..=last).any(|i| cx.items[i].is_filled()) {
        return None;
    }
    // Places of the labels among all, headings too.
    let own: Vec<usize> = cx.places.iter().filter(|p| (first..=last).contains(&p.item) && cx.role(apart.table, p.hit).row.is_some()).map(|p| p.item).collect();
    let steps: Vec<usize> = labels.iter().map(|c| own.iter().position(|i| *i == c.item)).collect::<Option<_>>()?;
    let pick = |lines: &[Vec<usize>]| -> Option<Vec<Vec<usize>>> {
        let empty = |l: &Vec<usize>| l.iter().all(|&i| cx.items[i].kind == Kind::Blank);
        match lines.len() {
            len if len == n => Some(lines.to_vec()),
            len if len == own.len() && (0..len).all(|l| steps.contains(&l) || empty(&lines[l])) => Some(steps.iter().map(|&s| lines[s].clone()).collect()),
            _ => None,
        }
    };
    let rows = blocks(apart, last, &pick).or_else(|| rows(apart, last, &pick))?;
    let k = apart.heads.len();
    Some(labels.iter().zip(rows).map(|(claim, cells)| apart.found(claim, cells.clone(), Some(cells).filter(|c| c.len() == k))).collect())
}

/// Each head above the figures of its column.
fn blocks(apart: &Apart, last: usize, pick: Pick) -> Option<Vec<Vec<usize>>> {
    let cx = apart.cx;
    let mut at = last + 1;
    let mut columns: Vec<Option<Vec<Vec<usize>>>> = vec![None; apart.heads.len()];
    while columns.iter().any(Option::is_none) {
        at = (at..cx.items.len()).find(|&i| cx.items[i].kind != Kind::RowEnd)?;
        let column = apart.heads.iter().position(|h| cx.labels(at).contains(h)).filter(|&c| columns[c].is_none() && !qualified(cx, at))?;
        let mut cells = Vec::new();
        at += 1;
        while apart.is_cell(at) || cx.items.get(at).is_some_and(|x| x.kind == Kind::RowEnd) {
            cells.extend(apart.is_cell(at).then_some(vec![at]));
            at += 1;
        }
        columns[column] = Some(pick(&cells)?);
    }
    (!columns.is_empty()).then(|| (0..apart.rows.len()).map(|r| columns.iter().flatten().map(|c| c[r][0]).collect()).collect())
}

/// All heads above rows of figures.
fn rows(apart: &Apart, last: usize, pick: Pick) -> Option<Vec<Vec<usize>>> {
    let (cx, k) = (apart.cx, apart.heads.len());
    // The first row of cells, most of which are not empty.
    let row = (last + 1..cx.items.len()).find(|&i| apart.is_cell(i) && cx.items[i - 1].kind == Kind::RowEnd && apart.behind(i).len() + 1 >= k)?;
    let places = apart.places(&apart.columns(last + 1..row, k)?)?;
    let mut lines: Vec<Vec<usize>> = Vec::new();
    let mut at = row;
    while apart.is_cell(at) {
        let line = at..apart.behind(at).end;
        at = line.end + 1;
        lines.push(line.collect());
        if cx.items.get(at - 1).is_some_and(|x| x.kind != Kind::RowEnd) {
            break;
        }
    }
    let rows = pick(&lines)?;
    Some(rows.into_iter().map(|r| if r.len() == k { places.iter().map(|&p| r[p]).collect() } else { r }).collect())
}
