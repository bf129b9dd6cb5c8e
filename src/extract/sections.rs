//! The running text of the six parts of a report. Headings are found by their words (`sections.toml`): numbers before
//! them may be wrong or lost, all of them may stand in the preamble first, and a sub-heading of part one may have the
//! words of part three's. So every line that could be a heading is a candidate, and the best row of candidates in
//! ascending order is taken: the one that the parts' tables and texts follow.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use serde::Deserialize;

use crate::extract::lines::Line;
use crate::extract::words::dates::{han_digit, years_in};
use crate::extract::words::trie::Trie;
use crate::fold::{fold, fold_char, is_space};
use crate::form::{Fault, TABLES, read};
use crate::model::{CELL_END, ROW_END, Section};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    section: Vec<Entry>,
    reading: ReadingWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    number: u8,
    titles: Vec<String>,
    /// The statutory table that stands in it.
    table: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadingWords {
    tails: Vec<String>,
    ends: Vec<String>,
    signatures: Vec<String>,
}

/// Finds the six parts; made once a run.
pub struct SectionReader {
    /// The titles, each from its last character to its first; with the few characters that end one in every form that folds
    /// to them.
    titles: Trie,
    /// By title: its part.
    numbers: Vec<u8>,
    /// By part: whether a statutory table stands in it.
    tables: [bool; 7],
    words: ReadingWords,
    hash: String,
}

/// So many candidates before one may be what goes before it. The best row of six parts is worth less than 150, and each candidate
/// that it passes over costs three.
const FURTHEST: usize = 51;

/// A place that may be a heading.
#[derive(Clone, Debug)]
struct Candidate {
    number: u8,
    /// Index into the lines.
    row: usize,
    /// The title's words, as bytes of its line.
    start: usize,
    end: usize,
    worth: i32,
    mark: Mark,
}

/// Whether two folded texts name the same years and one of them says nearly all that the other does: printed with another sign, or as
/// an abstract.
fn says_the_same(a: &str, b: &str) -> bool {
    let pairs = |text: &str| text.chars().zip(text.chars().skip(1)).collect::<HashSet<(char, char)>>();
    let (x, y) = (pairs(a), pairs(b));
    let least = x.len().min(y.len());
    years_in(a).into_iter().collect::<BTreeSet<i32>>() == years_in(b).into_iter().collect() && x.intersection(&y).count() * 10 >= least * 9
}

impl SectionReader {
    /// Reads and checks `sections.toml` in the form's folder, or lists every fault in it.
    pub fn load(dir: &Path) -> Result<SectionReader, Vec<Fault>> {
        let (source, file): (String, File) = read(dir, "sections.toml")?;
        let fault = |line, message| Fault { file: dir.join("sections.toml"), line, message };
        let line_of = |near: &str| source.lines().position(|l| l.contains(near)).map_or(0, |i| i + 1);
        let (mut faults, mut titles, mut numbers, mut tables) = (Vec::new(), Vec::new(), Vec::new(), [false; 7]);
        for entry in file.section {
            if !(1..=6).contains(&entry.number) {
                faults.push(fault(line_of(&format!("number = {}", entry.number)), format!("a report has parts 1 to 6, none {}", entry.number)));
                continue;
            }
            if let Some(odd) = entry.table.as_deref().filter(|table| !TABLES.contains(table)) {
                faults.push(fault(line_of(&format!("table = \"{odd}\"")), format!("«{odd}» is no table; one of {}", TABLES.join(", "))));
            }
            tables[entry.number as usize] = entry.table.is_some();
            for title in entry.titles {
                let folded = fold(&title);
                match titles.iter().position(|t| *t == folded) {
                    _ if folded.is_empty() => faults.push(fault(line_of(&title), format!("the title «{title}» has no letter left once folded"))),
                    Some(i) if numbers[i] != entry.number => {
                        faults.push(fault(line_of(&title), format!("the title «{title}» is claimed by parts {} and {}", numbers[i], entry.number)))
                    }
                    Some(_) => {}
                    None => {
                        titles.push(folded);
                        numbers.push(entry.number);
                    }
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let lasts: BTreeSet<char> = titles.iter().filter_map(|title| title.chars().next_back()).collect();
        // All others fold to themselves.
        let forms = ('\0'..'\u{3400}').chain('\u{F900}'..'\u{FFFF}').filter(|&c| fold_char(c).is_some_and(|c| lasts.contains(&c)));
        let titles = Trie::new(titles.iter().map(|title| title.chars().rev()), forms);
        Ok(SectionReader { titles, numbers, tables, words: file.reading, hash: blake3::hash(source.as_bytes()).to_hex()[..16].to_string() })
    }

    /// Hash of the definitions.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The parts of a report in order, by the lines of its Simplified text, and how many lines there are before another one begins.
    pub fn read(&self, lines: &[Line]) -> (Vec<Section>, Option<usize>) {
        let mut candidates = self.candidates(lines);
        let another = self.another(lines, &candidates);
        let end = another.unwrap_or(lines.len());
        candidates.retain(|c| c.row < end);
        let chosen = self.choose(lines, &candidates);
        let sections = chosen
            .iter()
            .enumerate()
            .map(|(i, c)| {
                let next = chosen.get(i + 1);
                // Where the next heading is lost, its text would be taken for this part's: end at the table.
                let lost = self.tables[c.number as usize] && next.map_or(c.number < 6, |n| n.number != c.number + 1);
                let line = &lines[c.row];
                Section { number: c.number, title: title(&line.text[c.start..c.end]), text: self.body(lines, c, next, end, lost), line: line.number }
            })
            .collect();
        (sections, another)
    }

    /// Before which line the first three parts begin again, where the first says something else than before: a page that shows its
    /// report twice says the same. A list of the parts says nothing in sentences.
    fn another(&self, lines: &[Line], candidates: &[Candidate]) -> Option<usize> {
        let begins = |w: &&[Candidate]| w.iter().map(|c| c.number).eq(1..=3) && w.iter().all(|c| matches!(c.mark, Mark::Part(n) if n == c.number));
        let told = |w: &[Candidate]| Some(self.body(lines, &w[0], Some(&w[1]), lines.len(), false)).filter(|text| text.contains('。')).map(|text| (w[0].row, fold(&text)));
        let mut reports = candidates.windows(3).filter(begins).filter_map(told);
        let (_, first) = reports.next()?;
        reports.find(|(_, text)| !says_the_same(&first, text)).map(|(row, _)| row)
    }

    /// Every place whose words are a title and that is not plainly something else.
    fn candidates(&self, lines: &[Line]) -> Vec<Candidate> {
        let mut out = Vec::new();
        let mut titles = Vec::new();
        for (row, line) in lines.iter().enumerate().filter(|(_, line)| !line.table) {
            self.titles_in(line.text, &mut titles);
            for &(start, Reverse(end), number) in &titles {
                if let Some((worth, mark)) = self.worth(line.text, start, end, number) {
                    out.push(Candidate { number, row, start, end, worth, mark });
                }
            }
        }
        // （二）收到和处理政府信息公开申请情况 is a sub-heading of part one, unless all headings are written so.
        let sub = |c: &Candidate| matches!(c.mark, Mark::Sub(_));
        if out.iter().filter(|c| !sub(c)).count() >= 2 {
            out.retain(|c| !sub(c));
        }
        out
    }

    /// The titles in a line as start, end and part: from left to right, the longest first, none over another.
    fn titles_in(&self, line: &str, found: &mut Vec<(usize, Reverse<usize>, u8)>) {
        found.clear();
        for at in self.titles.firsts(line) {
            let Some(last) = line[at..].chars().next().filter(|c| fold_char(*c).is_some()) else { continue };
            let end = at + last.len_utf8();
            let back = line[..end].char_indices().rev().filter_map(|(at, c)| Some((at, fold_char(c)?)));
            self.titles.beginning(back, |title, start, _| found.push((start, Reverse(end), self.numbers[title as usize])));
        }
        found.sort_unstable();
        let mut last = 0;
        found.retain(|&(start, Reverse(end), _)| {
            let apart = start >= last;
            if apart {
                last = end;
            }
            apart
        });
    }

    /// How much a place looks like the heading of part `number`, and its number; none where it stands in a sentence
    /// or a list.
    fn worth(&self, line: &str, start: usize, end: usize, number: u8) -> Option<(i32, Mark)> {
        let (before, mark) = split_mark(&line[..start]);
        let before = before.trim_end_matches(is_blank);
        let after = line[end..].trim_start_matches(|c| is_blank(c) || c == CELL_END || c == ROW_END);
        // 总体情况、…: a list of the parts. 总体情况；…: the same, numbered.
        if after.starts_with(['、', '；', ';', '，', ',', '”', '》', '和', '及', '的', '等', '比', '中'])
            || before.ends_with(['、', '“', '《', '；', ';', '，', ','])
        {
            return None;
        }
        let alone = after.is_empty() || self.words.tails.iter().any(|t| after.trim_start_matches(['（', '(', '：', ':']).starts_with(t.as_str()));
        let opens = before.trim_start_matches(|c| is_blank(c) || matches!(c, '#' | '*' | '【' | '[')).is_empty() || before.ends_with(']');
        // 主动公开政府信息情况良好 is a sentence.
        let apart = after.len() < line.len() - end || after.starts_with(['。', '：', ':', '（', '(']);
        let worth = match (opens, alone) {
            (true, true) => 6,
            (true, false) if apart => 4,
            (true, false) if mark == Mark::Part(number) => 2,
            // All on one line: a number must say that it is a heading, and no list may end here.
            (false, _) if matches!(mark, Mark::Part(n) | Mark::Sub(n) if n == number) && !after.starts_with(['。', '.']) => 3,
            (false, _) if matches!(mark, Mark::Part(_)) && apart && !after.starts_with('。') && before.ends_with(['。', '）', ')']) => 2,
            // The same without numbers: spaces on both sides.
            (false, _) if mark == Mark::None && line[..start].ends_with(is_blank) && line[end..].starts_with(is_blank) => 1,
            _ => return None,
        };
        Some((worth + if matches!(mark, Mark::Part(n) | Mark::Sub(n) if n == number) { 2 } else { 0 }, mark))
    }

    /// The best row of candidates, one a part at most, in ascending order. Of two equal ones the later: the earlier
    /// is a table of contents.
    fn choose(&self, lines: &[Line], candidates: &[Candidate]) -> Vec<Candidate> {
        let mut has_text = vec![0u32; lines.len() + 1];
        let mut has_table = vec![0u32; lines.len() + 1];
        for (i, l) in lines.iter().enumerate() {
            let words = !l.table && l.text.chars().any(|c| !is_blank(c));
            has_text[i + 1] = has_text[i] + u32::from(words);
            has_table[i + 1] = has_table[i] + u32::from(l.table);
        }
        // best[i]: worth of the best row that ends with candidate i, and the one before it.
        let mut best: Vec<(i32, Option<usize>)> = Vec::with_capacity(candidates.len());
        for (i, c) in candidates.iter().enumerate() {
            let mut to: (i32, Option<usize>) = (0, None);
            let near = i.saturating_sub(FURTHEST);
            for (j, p) in (near..i).zip(&candidates[near..i]).filter(|(_, p)| p.number < c.number) {
                // A row that passes over other headings mixes a table of contents with the parts.
                let passed = 3 * (i - j - 1) as i32;
                let gained = best[j].0 + self.follows(p, c.row, c.start, &has_text, &has_table) - passed;
                if gained >= to.0 {
                    to = (gained, Some(j));
                }
            }
            best.push((to.0 + 10 + c.worth, to.1));
        }
        let last = (0..candidates.len()).max_by_key(|&i| (best[i].0 + self.follows(&candidates[i], lines.len() - 1, usize::MAX, &has_text, &has_table), i));
        let mut chain = Vec::new();
        let mut at = last;
        while let Some(i) = at {
            chain.push(candidates[i].clone());
            at = best[i].1;
        }
        chain.reverse();
        // One title in a text is no report's structure.
        if chain.len() < 2 { Vec::new() } else { chain }
    }

    /// What a part is worth by what stands between its heading and the next place: its table, else some text.
    fn follows(&self, c: &Candidate, row: usize, start: usize, has_text: &[u32], has_table: &[u32]) -> i32 {
        let lines = has_text[row] - has_text[(c.row + 1).min(row)];
        let table = has_table[row] - has_table[(c.row + 1).min(row)] > 0;
        let same = row == c.row && start.saturating_sub(c.end) > 30;
        match self.tables[c.number as usize] {
            true if table => 6,
            true => i32::from(same) * 3,
            false if table => -4,
            false if lines > 0 || same => 3,
            false => -6,
        }
    }

    /// The text under a heading.
    fn body(&self, lines: &[Line], c: &Candidate, next: Option<&Candidate>, end: usize, lost: bool) -> String {
        let mut out: Vec<&str> = Vec::new();
        let mut seen_table = false;
        for (row, l) in lines.iter().enumerate().take(next.map_or(end, |n| n.row + 1)).skip(c.row) {
            seen_table |= l.table;
            if l.table || lost && seen_table {
                continue;
            }
            let from = if row == c.row { c.end } else { 0 };
            let to = next.filter(|n| n.row == row).map_or(l.text.len(), |n| split_mark(&l.text[..n.start]).0.len());
            let piece = l.text.get(from..to).unwrap_or("").trim_matches(|ch| is_space(ch) || matches!(ch, '\t' | '|' | CELL_END | ROW_END));
            let piece = if row == c.row { piece.trim_start_matches(['。', '：', ':', '.']).trim_start_matches(is_space) } else { piece };
            if next.is_none() && self.words.ends.iter().any(|e| piece.trim_start_matches(['【', '[', '（']).starts_with(e.as_str())) {
                break;
            }
            // The heads of a table may stand outside its range, on one line even its figures: parts of which the form
            // wants a table give their sentences only.
            let sentence = !self.tables[c.number as usize] || piece.contains('。') || self.words.tails.iter().any(|t| piece.contains(t.as_str()));
            if !piece.is_empty() && sentence {
                out.push(piece);
            }
        }
        if next.is_none() {
            while out.len() > 1 && out.last().is_some_and(|l| self.is_signature(l)) {
                out.pop();
            }
        }
        out.join("\n")
    }

    /// A body's name or a date by itself.
    fn is_signature(&self, line: &str) -> bool {
        let folded = fold(line);
        let short = folded.chars().count() <= 30 && !line.contains(['。', '；', '，', '：']);
        let date = folded.ends_with('日') && folded.chars().all(|c| c.is_ascii_digit() || "年月日〇一二三四五六七八九十零".contains(c));
        short && (date || folded.chars().count() >= 3 && self.words.signatures.iter().any(|s| folded.ends_with(s.as_str())))
    }
}

/// The number before a heading.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mark {
    None,
    /// 一、 or 1.
    Part(u8),
    /// （一）
    Sub(u8),
}

/// What stands before a heading's number, and the number.
fn split_mark(before: &str) -> (&str, Mark) {
    let bare = before.trim_end_matches(is_blank);
    if let Some(inner) = bare.strip_suffix(['）', ')'])
        && let Some((rest, n)) = last_number(inner)
        && let Some(rest) = rest.trim_end_matches(is_blank).strip_suffix(['（', '('])
    {
        return (rest, Mark::Sub(n));
    }
    match last_number(bare.strip_suffix(['、', '.', '．', '，', ',']).unwrap_or(bare)) {
        Some((rest, n)) if !rest.ends_with(|c: char| digit(c).is_some() || matches!(c, '0' | '.' | '十')) => (rest, Mark::Part(n)),
        _ => (before, Mark::None),
    }
}

fn last_number(text: &str) -> Option<(&str, u8)> {
    let text = text.trim_end_matches(is_blank);
    let (i, c) = text.char_indices().next_back()?;
    Some((&text[..i], digit(c)?))
}

fn digit(c: char) -> Option<u8> {
    match c {
        '1'..='9' => Some(c as u8 - b'0'),
        '\u{FF11}'..='\u{FF19}' => Some((c as u32 - 0xFF10) as u8),
        // PDF gives ⼀ (a radical) for 一.
        '\u{2F00}'..='\u{2FD5}' => fold_char(c).and_then(digit),
        _ => han_digit(c).filter(|d| *d > 0).map(|d| d as u8),
    }
}

fn is_blank(c: char) -> bool {
    is_space(c) || c == '\t'
}

/// A heading's words on one line.
fn title(words: &str) -> String {
    words.chars().filter(|c| !is_blank(*c)).collect()
}

#[cfg(test)]
mod tests;
