//! Pages to one text: running heads and page numbers go, paragraphs and tables that a page break cut are one again.

use super::align::{self, Item};
use super::drawn::Marks;
use super::grid::{self, Table};
use super::join;
use super::lines::{self, Line};
use crate::decode::marks::unmarked;
use crate::model::{CELL_END, Decoded, ROW_END};

/// The share of a page's height at its top and bottom where running heads stand.
const MARGIN: f64 = 0.12;

/// The lines and tables of one page, from top to bottom.
struct Sheet {
    width: f64,
    height: f64,
    items: Vec<Item>,
}

/// The text of a document, and the line on which each page begins.
pub(super) fn text(pages: Vec<Marks>, decoded: &mut Decoded) {
    let askew = askew(&pages);
    let mut sheets: Vec<Sheet> = pages.into_iter().map(sheet).collect();
    drop_running(&mut sheets);
    let bottom = sheets.iter().flat_map(|s| &s.items).map(bottom).fold(0.0, f64::max);
    let body = Body::new(&sheets);
    let mut out = Out::default();
    askew.iter().for_each(|words| out.push(&format!("{words}\n")));
    for (page, sheet) in sheets.into_iter().enumerate() {
        for (n, item) in sheet.items.into_iter().enumerate() {
            match item {
                Item::Line(line) => out.line(line, page, &body),
                Item::Table(table) => out.table(table, page, n == 0, bottom),
            }
        }
    }
    (decoded.text, decoded.pages) = out.finish();
}

/// What stands askew on the pages, once each: it says something of the whole, and nothing of the place where it stands.
fn askew(pages: &[Marks]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for words in pages.iter().flat_map(|p| &p.askew).map(|w| w.split_whitespace().collect::<String>()) {
        let is_said = words.chars().filter(|c| c.is_alphabetic()).count() < 2 || out.contains(&words);
        if !is_said && out.len() < 4 {
            out.push(words);
        }
    }
    out
}

fn top(item: &Item) -> f64 {
    match item {
        Item::Line(line) => line.y,
        Item::Table(table) => table.top,
    }
}

fn bottom(item: &Item) -> f64 {
    match item {
        Item::Line(line) => line.y,
        Item::Table(table) => table.bottom,
    }
}

fn sheet(marks: Marks) -> Sheet {
    let (ruled, rest) = grid::tables(&marks.rules, marks.glyphs, &marks.drawings);
    let mut items: Vec<Item> = Vec::new();
    let mut stretch = Vec::new();
    let mut ruled = ruled.into_iter().peekable();
    for line in lines::lines(rest) {
        while ruled.peek().is_some_and(|t| t.top < line.y) {
            items.extend(align::tables(std::mem::take(&mut stretch)));
            items.extend(ruled.next().map(Item::Table));
        }
        stretch.push(line);
    }
    items.extend(align::tables(stretch));
    items.extend(ruled.map(Item::Table));
    items.sort_by(|a, b| top(a).total_cmp(&top(b)));
    Sheet { width: marks.width, height: marks.height, items }
}

/// Takes away what stands in the margins of several pages at the same place, and page numbers.
fn drop_running(sheets: &mut [Sheet]) {
    let candidates: Vec<Vec<usize>> = sheets.iter().map(Sheet::in_margins).collect();
    let at = |s: usize, i: usize| match &sheets[s].items[i] {
        Item::Line(line) => line,
        Item::Table(_) => unreachable!("margins hold lines alone"),
    };
    let all: Vec<(usize, usize)> = candidates.iter().enumerate().flat_map(|(s, c)| c.iter().map(move |&i| (s, i))).collect();
    let places: Vec<(Running, f64)> = all.iter().map(|&(s, i)| (Running::new(&at(s, i).text(), s), at(s, i).y)).collect();
    let needed = 2.max(sheets.len() / 3);
    let gone: Vec<(usize, usize)> = (0..all.len())
        .filter(|&n| {
            let (running, y) = &places[n];
            let same = all.iter().zip(&places).filter(|((s, _), (r, other))| *s != all[n].0 && r == running && (other - y).abs() < 4.0).count() + 1;
            match running {
                Running::Other => false,
                Running::Number { adorned: true, .. } => true,
                Running::Number { .. } if sheets.len() == 1 => true,
                _ => same >= needed,
            }
        })
        .map(|n| all[n])
        .collect();
    for &(s, i) in gone.iter().rev() {
        sheets[s].items.remove(i);
    }
}

impl Sheet {
    /// The first and last two items, as far as they are lines in the margins.
    fn in_margins(&self) -> Vec<usize> {
        let n = self.items.len();
        let is_line = |i: &usize| matches!(self.items[*i], Item::Line(_));
        let above = (0..n.min(2)).take_while(is_line).filter(|&i| top(&self.items[i]) < MARGIN * self.height);
        let below = (n.saturating_sub(2).max(n.min(2))..n).rev().take_while(is_line).filter(|&i| top(&self.items[i]) > (1.0 - MARGIN) * self.height);
        let mut out: Vec<usize> = above.chain(below).collect();
        out.sort_unstable();
        out
    }
}

/// What a line in a margin may be.
#[derive(PartialEq)]
enum Running {
    /// Words that stand there on every page.
    Words(String),
    /// Words with the page's number before or behind them; the number less the page's place.
    Counted(String, i64),
    /// A page number; `adorned` where it has dashes or the like about it and can be nothing else.
    Number { adorned: bool, less: i64 },
    /// A number that is none of a page, or several.
    Other,
}

impl Running {
    fn new(text: &str, page: usize) -> Running {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
        let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
        let less = groups.first().and_then(|g| g.parse::<i64>().ok()).map(|n| n - page as i64);
        let words: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
        let letters = words.chars().filter(|c| c.is_alphanumeric()).count();
        let of_numbers = |c: char| !c.is_alphanumeric() || "第页頁共总總张張of".contains(c);
        match (groups.len(), less) {
            (0, _) if letters > 1 => Running::Words(words),
            (1 | 2, Some(less)) if words.chars().all(of_numbers) && !words.contains(['.', '%']) => {
                Running::Number { adorned: words.chars().count() > 1, less }
            }
            (1, Some(less)) if letters > 3 && (text.ends_with(|c: char| c.is_ascii_digit()) || text.starts_with(|c: char| c.is_ascii_digit())) => Running::Counted(words, less),
            (1.., _) if letters > 5 => Running::Words(text),
            _ => Running::Other,
        }
    }
}

/// Full-width digits and signs in half width.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Where the running text of a document begins and ends on its pages.
struct Body {
    left: f64,
    right: f64,
    /// How wide the paper is at least.
    paper: f64,
}

impl Body {
    fn new(sheets: &[Sheet]) -> Body {
        let lines = || sheets.iter().flat_map(|s| &s.items).filter_map(|i| if let Item::Line(line) = i { Some(line) } else { None });
        Body {
            left: lines().map(|l| l.x0).fold(f64::INFINITY, f64::min),
            right: lines().map(|l| l.x1).fold(0.0, f64::max),
            paper: sheets.iter().map(|s| s.width).fold(f64::INFINITY, f64::min),
        }
    }

    /// Whether `next` goes on where `last` had to end.
    fn goes_on(&self, last: &Line, next: &Line, text: &str, same_page: bool) -> bool {
        let size = next.size;
        (last.size - size).abs() < 0.1 * size
            && last.x1 > self.right - 2.6 * size
            && last.x1 - self.left > 0.5 * self.paper
            && next.x0 < self.left + 0.8 * size
            && (!same_page || (0.0..2.4 * size).contains(&(next.y - last.y)))
            && !join::is_numbered(text)
    }
}

/// What was written last and may go on.
enum Last {
    Nothing,
    Line(Line, String, usize),
    /// A table, and the page on which each of its parts begins, by its first row.
    Table(Table, Vec<(usize, usize)>),
}

struct Out {
    text: String,
    lines: u32,
    pages: Vec<u32>,
    last: Last,
}

impl Default for Out {
    fn default() -> Out {
        Out { text: String::new(), lines: 0, pages: Vec::new(), last: Last::Nothing }
    }
}

impl Out {
    fn line(&mut self, line: Line, page: usize, body: &Body) {
        let text = line.running();
        match &mut self.last {
            Last::Line(last, whole, at) if body.goes_on(last, &line, &text, *at == page) => {
                lines::join(whole, &text, true);
                (*last, *at) = (line, page);
            }
            _ => {
                self.flush();
                self.begin(page);
                self.last = Last::Line(line, text, page);
            }
        }
    }

    fn table(&mut self, table: Table, page: usize, is_first: bool, bottom: f64) {
        let mut table = Some(table);
        if let Last::Table(last, parts) = &mut self.last
            && is_first
            && parts.last().is_some_and(|(_, p)| p + 1 == page)
        {
            let (rows, at_page_end) = (last.rows, last.bottom > bottom - 3.0);
            table = table.take().and_then(|t| join::continued(last, t, at_page_end));
            if table.is_none() {
                parts.push((rows, page));
            }
        }
        if let Some(table) = table {
            self.flush();
            self.last = Last::Table(table, vec![(0, page)]);
        }
    }

    /// The next line is the first of this page, unless an earlier one was.
    fn begin(&mut self, page: usize) {
        while self.pages.len() <= page {
            self.pages.push(self.lines + 1);
        }
    }

    fn push(&mut self, text: &str) {
        let clean = unmarked(text);
        self.lines += clean.matches('\n').count() as u32;
        self.text.push_str(&clean);
    }

    fn flush(&mut self) {
        match std::mem::replace(&mut self.last, Last::Nothing) {
            Last::Nothing => {}
            Last::Line(_, text, _) => self.push(&format!("{text}\n")),
            Last::Table(mut table, parts) => {
                table.cells.sort_by_key(|c| c.row);
                let mut cells = table.cells.iter().peekable();
                while let Some(cell) = cells.next() {
                    parts.iter().filter(|(row, _)| *row <= cell.row).for_each(|(_, page)| self.begin(*page));
                    self.push(cell.text.trim());
                    self.text.push(CELL_END);
                    if cells.peek().is_none_or(|next| next.row != cell.row) {
                        self.text.push(ROW_END);
                    }
                    self.push("\n");
                }
            }
        }
    }

    fn finish(mut self) -> (String, Vec<u32>) {
        self.flush();
        (self.text, self.pages)
    }
}
