//! Tables that are drawn with letters: rules of dashes between rows, bars between columns. Where the text is drawn so
//! exactly that every bar stands on one of a few columns of the page, its cells are as certain as those of a grid.

use std::collections::BTreeSet;

use crate::fold::is_wide;
use crate::model::{CELL_END, ROW_END};

/// Fewer rows under rules of their own draw no table of a report.
const LEAST_ROWS: usize = 4;
/// More lines in a row are several rows under one rule; fewer are so where figures stand below figures.
const MOST_LINES: usize = 40;
/// No table of a report is drawn wider, in bytes and columns of its own, or larger.
const WIDEST: usize = 4000;
const MOST_EDGES: usize = 60;
const LARGEST: usize = 1 << 20;

/// One place of a line: its column on the page and the character.
type Placed = (usize, char);

/// The text with its drawn tables as cells and rows, as many lines as before; none where it has no such table.
pub fn respelled(text: &str) -> Option<String> {
    if !has_rule(text.as_bytes()) {
        return None;
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    let mut found = false;
    let mut at = 0;
    while at < lines.len() {
        let end = at + lines[at..].iter().take_while(|l| is_drawn(l)).count();
        match table(&lines[at..end]) {
            Some(rows) => {
                found = true;
                out.extend(rows);
            }
            None => out.extend(lines[at..end.max(at + 1)].iter().map(|l| l.to_string())),
        }
        at = end.max(at + 1);
    }
    found.then(|| out.join("\n"))
}

/// Whether there are two dashes side by side, or a ─, ━ or ═, which 0xE2 begins.
fn has_rule(bytes: &[u8]) -> bool {
    let is_rule = |at: usize| matches!(bytes[at..], [b'-', b'-', ..] | [0xE2, 0x94, 0x80 | 0x81, ..] | [0xE2, 0x95, 0x90, ..]);
    memchr::memchr2_iter(b'-', 0xE2, bytes).any(is_rule)
}

fn is_bar(c: char) -> bool {
    matches!(c, '|' | '│' | '┃' | '║')
}

fn is_corner(c: char) -> bool {
    matches!(c, '┌'..='╋' | '╒'..='╬') && !is_bar(c)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '=' | '─' | '━' | '═')
}

/// A line of a drawn table begins and ends with a bar or a corner.
fn is_drawn(line: &str) -> bool {
    let line = line.trim();
    let edge = |c: Option<char>| c.is_some_and(|c| is_bar(c) || is_corner(c) || c == '+');
    line.chars().count() > 2 && edge(line.chars().next()) && edge(line.chars().next_back())
}

/// What is drawn wide besides what East Asian fonts always draw so: the lines of boxes, and quotes and other signs that
/// are as wide as letters of Latin elsewhere.
#[derive(Clone, Copy)]
struct Wide {
    boxes: bool,
    signs: bool,
}

const WIDTHS: [Wide; 4] = [Wide { boxes: false, signs: false }, Wide { boxes: true, signs: true }, Wide { boxes: true, signs: false }, Wide { boxes: false, signs: true }];

/// Signs that Unicode calls ambiguous in width and that stand in reports.
fn is_sign(c: char) -> bool {
    matches!(c, '‘' | '’' | '“' | '”' | '‐' | '–'..='―' | '‖' | '‥' | '…' | '‰' | '′' | '″' | '※' | '§' | '¨' | '°' | '±' | '·' | '×' | '÷' | '℃' | '№' | '\u{391}'..='\u{3C9}' | '\u{2160}'..='\u{217B}' | '\u{2190}'..='\u{2199}' | '\u{2200}'..='\u{226B}' | '\u{2460}'..='\u{24FF}' | '\u{2580}'..='\u{266F}')
}

/// Columns of the page: what is drawn wide takes two. A plus beside a dash is a corner, `┼`; any other belongs to a figure.
fn placed(line: &str, widths: Wide) -> Vec<Placed> {
    let (mut column, mut before) = (0, ' ');
    let mut chars = line.trim_end().chars().peekable();
    let mut out = Vec::with_capacity(line.len());
    while let Some(c) = chars.next() {
        let is_corner = c == '+' && (is_dash(before) || chars.peek().is_some_and(|c| is_dash(*c)));
        out.push((column, if is_corner { '┼' } else { c }));
        column += if is_wide(c) || widths.boxes && matches!(c, '\u{2500}'..='\u{257F}') || widths.signs && is_sign(c) { 2 } else { 1 };
        before = c;
    }
    out
}

/// A cell of a drawn table.
struct Cell {
    /// Number of the row that it begins in, and its first stretch.
    row: usize,
    first: usize,
    text: String,
}

/// The rows of a block of drawn lines, each on the line where it begins; none where the block is no table, or its bars
/// do not stand where its corners do.
fn table(lines: &[&str]) -> Option<Vec<String>> {
    if lines.is_empty() || lines.iter().any(|l| l.len() > WIDEST) || lines.iter().map(|l| l.len()).sum::<usize>() > LARGEST {
        return None;
    }
    WIDTHS.into_iter().find_map(|widths| table_of(lines, widths))
}

fn table_of(lines: &[&str], widths: Wide) -> Option<Vec<String>> {
    let rows: Vec<Vec<Placed>> = lines.iter().map(|l| placed(l, widths)).collect();
    let edges: BTreeSet<usize> = rows.iter().flatten().filter(|(_, c)| is_corner(*c)).map(|p| p.0).collect();
    let edges: Vec<usize> = edges.into_iter().collect();
    if !(2..=MOST_EDGES).contains(&edges.len()) || !rule(&rows[0], &edges).into_iter().all(|r| r) {
        return None;
    }
    // Every line begins and ends at the outer edges, and its bars stand on edges.
    let outer = |r: &Vec<Placed>| r.iter().find(|p| p.1 != ' ').map(|p| p.0) == edges.first().copied() && r.last().map(|p| p.0) == edges.last().copied();
    let bars = |r: &Vec<Placed>| r.iter().filter(|p| is_bar(p.1)).all(|p| edges.binary_search(&p.0).is_ok());
    if !rows.iter().all(|r| outer(r) && bars(r)) {
        return None;
    }
    let (cells, starts) = cells(&rows, &edges)?;
    let mut out = vec![String::new(); lines.len()];
    for (n, &line) in starts.iter().enumerate() {
        // Cells stand in the order of the rows that they begin in.
        let mut own: Vec<&Cell> = cells[cells.partition_point(|c| c.row < n)..cells.partition_point(|c| c.row <= n)].iter().collect();
        own.sort_by_key(|c| c.first);
        for cell in own {
            out[line].push_str(&cell.text);
            out[line].push(CELL_END);
        }
        out[line].push(ROW_END);
    }
    Some(out)
}

/// For each stretch between two edges, whether a line draws a rule there.
fn rule(line: &[Placed], edges: &[usize]) -> Vec<bool> {
    let within = |a: usize, b: usize| line.iter().filter(move |p| p.0 > a && p.0 < b);
    edges.windows(2).map(|w| within(w[0], w[1]).count() > 0 && within(w[0], w[1]).all(|p| is_dash(p.1) || is_corner(p.1))).collect()
}

/// The cells of all rows, and the line on which each row begins.
fn cells(rows: &[Vec<Placed>], edges: &[usize]) -> Option<(Vec<Cell>, Vec<usize>)> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    // For each stretch the cell that is open there.
    let mut open: Vec<Option<usize>> = vec![None; edges.len() - 1];
    let mut begun = false;
    // Which stretches hold digits alone on a line of the row.
    let mut figures = vec![false; edges.len() - 1];
    for (n, line) in rows.iter().enumerate() {
        let rules = rule(line, edges);
        if rules.iter().any(|r| *r) {
            for (s, _) in rules.iter().enumerate().filter(|(_, r)| **r) {
                open[s] = None;
            }
            begun = false;
        } else if !begun {
            starts.push(n);
            begun = true;
        } else if n - starts.last()? >= MOST_LINES {
            return None;
        }
        let bar = |x: usize| line.iter().any(|p| p.0 == x && (is_bar(p.1) || is_corner(p.1)));
        let first_line = starts.last() == Some(&n);
        let mut again = 0;
        let mut s = 0;
        while s < open.len() {
            // Stretches without a bar between them are one cell.
            let first = s;
            while s + 1 < open.len() && !bar(edges[s + 1]) {
                s += 1;
            }
            s += 1;
            if rules[first..s].iter().any(|r| *r) {
                continue;
            }
            let words: String = line.iter().filter(|p| p.0 > edges[first] && p.0 < edges[s]).map(|p| p.1).collect();
            let digits = !words.trim().is_empty() && words.trim().bytes().all(|b| b.is_ascii_digit());
            again += usize::from(digits && figures[first] && !first_line);
            figures[first] = digits || figures[first] && !first_line;
            let at = *open[first].get_or_insert_with(|| {
                cells.push(Cell { row: starts.len().saturating_sub(1), first, text: String::new() });
                cells.len() - 1
            });
            open[first..s].iter_mut().for_each(|o| *o = Some(at));
            append(&mut cells[at].text, words.trim());
        }
        // Figures below figures are another row, without a rule between.
        if again > 1 {
            return None;
        }
    }
    (starts.len() >= LEAST_ROWS || starts.len() > 1 && edges.len() > 12).then_some((cells, starts))
}

/// Joins the lines of a cell: figures stay apart, since nobody can say whether they are one.
pub fn append(text: &mut String, words: &str) {
    let apart = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
    if !text.is_empty() && !words.is_empty() && apart(text.chars().next_back()) && apart(words.chars().next()) {
        text.push(' ');
    }
    text.push_str(words);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Option<Vec<Vec<String>>> {
        let text = respelled(text)?;
        let line = |l: &str| l.trim_end_matches(ROW_END).split_terminator(CELL_END).map(String::from).collect::<Vec<_>>();
        Some(text.split('\n').filter(|l| !l.is_empty()).map(line).collect())
    }

    #[test]
    fn rules_and_bars_are_rows_and_cells() {
        let text = "前\n+------+----+----+\n| 名称 | 甲 | 乙 |\n+======+====+====+\n| 行政 | 1  |    |\n| 许可 | 7  |    |\n+------+----+----+\n| 行政处罚 | 3  |\n+------+----+----+\n|      | 4  | 5  |\n+------+----+----+\n后";
        assert_eq!(rows(text), None, "a bar beside its column: nothing is certain");
        let text = text.replace("| 行政处罚 | 3  |", "| 行政处罚  | 3  |");
        let want: Vec<Vec<String>> = vec![vec!["前".into()], ["名称", "甲", "乙"].map(String::from).into(), ["行政许可", "1 7", ""].map(String::from).into(), ["行政处罚", "3"].map(String::from).into(), ["", "4", "5"].map(String::from).into(), vec!["后".into()]];
        assert_eq!(rows(&text), Some(want));
        assert_eq!(respelled(&text).unwrap_or_default().split('\n').count(), text.split('\n').count(), "lines stay");
    }

    #[test]
    fn a_cell_beside_several_rows_stands_in_the_first() {
        let text = "┌────┬────┬──┐\n│办理│公开│ 1│\n│结果├────┼──┤\n│    │不予│ 2│\n├────┼────┼──┤\n│总计│    │ 3│\n├────┼────┼──┤\n│结转│    │ 4│\n└────┴────┴──┘";
        let want = vec![vec!["办理结果", "公开", "1"], vec!["不予", "2"], vec!["总计", "", "3"], vec!["结转", "", "4"]];
        assert_eq!(rows(text), Some(want.into_iter().map(|r| r.into_iter().map(String::from).collect()).collect()));
    }

    #[test]
    fn a_plus_before_a_figure_is_no_corner() {
        let rule = "+----+-----+";
        let text = format!("{rule}\n| 甲 | +14 |\n{rule}\n| 乙 |  +1 |\n{rule}\n| 丙 | +2  |\n{rule}\n| 丁 | -2  |\n{rule}");
        assert_eq!(rows(&text).map(|r| r.concat().join(" ")), Some("甲 +14 乙 +1 丙 +2 丁 -2".into()));
    }

    #[test]
    fn signs_may_be_as_wide_as_letters() {
        let rule = "+----------------+---+";
        let text = format!("{rule}\n| 危及“三安全” | 1 |\n{rule}\n| 其他           | 2 |\n{rule}\n| 甲乙           | 3 |\n{rule}\n| 丙丁           | 4 |\n{rule}");
        assert_eq!(rows(&text).map(|r| r[0].clone()), Some(vec!["危及“三安全”".to_string(), "1".into()]));
        let narrow = text.replace("三安全”", "三安全”  ");
        assert_eq!(rows(&narrow).map(|r| r[0].clone()), Some(vec!["危及“三安全”".to_string(), "1".into()]));
        assert_eq!(rows(&text.replace("三安全”", "三安全” ")), None, "a quote is as wide as the other");
    }

    #[test]
    fn rows_without_rules_between_them_are_left_alone() {
        let body: String = (0..30).map(|i| format!("| {i:>2} | {i:>2} |\n")).collect();
        assert_eq!(respelled(&format!("+----+----+\n| ab | cd |\n+----+----+\n{body}+----+----+\n")), None);
        assert_eq!(respelled("a --- b\n| 1 | 2 |\n"), None);
        let group = "+----+----+----+\n| ab | 11 | 12 |\n| cd | 21 | 22 |\n".repeat(5) + "+----+----+----+";
        assert_eq!(respelled(&group), None);
        assert_eq!(respelled(&format!("{}\n--", "+".repeat(1 << 20))), None);
    }
}
