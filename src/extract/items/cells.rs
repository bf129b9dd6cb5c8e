//! Fragments and labels as one stream of items: labels, figures, blanks, words and row ends. How cells are divided
//! is read off the separators between the fragments, not off a list of known layouts.

use super::atoms::{Atoms, is_invisible, is_pipe, is_separator, line_at, text_lines};
use super::divider::is_bullet;
use super::figure::{FigureReader, Reading};
use super::labels::{CLOSE, Hit, OPEN, is_closed_by, is_han_numeral, is_numbering};
use crate::fold::is_space;
use crate::model::{CELL_END, ROW_END};

/// What divides the cells of a text's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divider {
    /// Marks that the decoder set from real geometry.
    Grid,
    /// Pipes end cells.
    Pipes,
    /// Every cell is a line that a tab opens; an empty line ends the row.
    TabLed,
    /// Tabs stand between cells; a line is a row.
    Tabs,
    /// Lines and spaces divide; there may be no sign of a row's end or of an empty cell.
    Lines,
}

impl Divider {
    pub fn name(self) -> &'static str {
        match self {
            Divider::Grid => "grid",
            Divider::Pipes => "pipes",
            Divider::TabLed => "tab-led",
            Divider::Tabs => "tabs",
            Divider::Lines => "lines",
        }
    }

    /// Whether a sign divides cells.
    pub fn divides(self, c: char) -> bool {
        match self {
            Divider::Grid => c == CELL_END,
            Divider::Pipes => is_pipe(c),
            Divider::TabLed | Divider::Tabs => c == '\t',
            Divider::Lines => is_separator(c),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A label; the index of its hit.
    Label(u32),
    Figure(f64),
    /// A figure with a unit of its own.
    WithUnit(f64, u8),
    Blank,
    Unreadable,
    Text,
    /// More empty lines than usual stand here: perhaps so many empty cells.
    Gap(u8),
    RowEnd,
}

/// One item of the stream with the text it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub kind: Kind,
    /// Byte range in the text.
    pub start: u32,
    pub end: u32,
    pub line: u32,
}

impl Item {
    pub fn is_label(&self) -> bool {
        matches!(self.kind, Kind::Label(_))
    }

    /// A figure, with a unit of its own or without.
    pub fn is_figure(&self) -> bool {
        self.figure().is_some()
    }

    /// A cell in which something stands.
    pub fn is_filled(&self) -> bool {
        self.is_figure() || self.kind == Kind::Unreadable
    }

    /// A cell that takes the place of a figure.
    pub fn is_cell(&self) -> bool {
        self.is_filled() || self.kind == Kind::Blank
    }

    pub fn is_gap(&self) -> bool {
        matches!(self.kind, Kind::Gap(_))
    }

    /// What stands between cells and is none: a row's end, or empty lines.
    pub fn is_break(&self) -> bool {
        self.is_gap() || self.kind == Kind::RowEnd
    }

    /// A label, words or a cell in which something stands.
    pub fn stands(&self) -> bool {
        !self.is_break() && self.kind != Kind::Blank
    }

    /// Its figure, as it is written: one with a unit is not brought to the form's. Cells that are summed are counts, of which one with a
    /// unit of another size is not published.
    pub fn figure(&self) -> Option<f64> {
        if let Kind::Figure(v) | Kind::WithUnit(v, _) = self.kind { Some(v) } else { None }
    }

    /// What a cell adds to a sum: its figure, and nothing where it is empty; none where that cannot be said.
    pub fn value(&self) -> Option<f64> {
        if self.kind == Kind::Blank { Some(0.0) } else { self.figure() }
    }
}

/// Chooses the divider from the separators around the labels that were found.
pub fn divider(text: &str, atoms: &Atoms, hits: &[Hit]) -> Divider {
    if hits.is_empty() {
        return Divider::Lines;
    }
    let zone = zone(text, atoms, hits);
    let count = |byte: u8| memchr::memchr_iter(byte, zone.as_bytes()).count();
    let wide = |pipe: &str| memchr::memmem::find_iter(zone.as_bytes(), pipe).count();
    let need = hits.len() / 2;
    if count(CELL_END as u8) > 0 {
        return Divider::Grid;
    }
    if count(b'|') + ["｜", "│", "┃", "║", "¦"].map(wide).iter().sum::<usize>() > need {
        return Divider::Pipes;
    }
    let tabs = count(b'\t');
    if tabs <= need {
        return Divider::Lines;
    }
    let led = text_lines(zone).filter(|line| line.starts_with('\t') && memchr::memchr(b'\t', &line.as_bytes()[1..]).is_none()).count();
    if led * 2 > tabs && led > need && zone.contains('\n') { Divider::TabLed } else { Divider::Tabs }
}

/// The lines from the first label to the last.
fn zone<'t>(text: &'t str, atoms: &Atoms, hits: &[Hit]) -> &'t str {
    let from = atoms.fragments[hits[0].first as usize].start as usize;
    let to = atoms.fragments[hits[hits.len() - 1].last as usize].end as usize;
    &text[text[..from].rfind('\n').map_or(0, |i| i + 1)..to]
}

/// True where lines of cells begin with a pipe: then that pipe opens the row and ends no empty cell.
fn pipes_open_lines(zone: &str) -> bool {
    let has_pipe = |l: &str| memchr::memchr(b'|', l.as_bytes()).is_some() || l.contains(is_pipe);
    let lines = text_lines(zone).map(str::trim_start).filter(|l| has_pipe(l) && !l.chars().all(|c| is_pipe(c) || is_space(c)));
    let (open, all) = lines.fold((0, 0), |(open, all), l| (open + l.starts_with(is_pipe) as usize, all + 1));
    open * 2 > all && all > 1
}

/// True where a pipe and a dash stand alone on lines, as in `|-`, while a space follows the pipes of other lines: then the dash is a
/// rule, and no empty cell.
fn rules_stand_alone(zone: &str) -> bool {
    if memchr::memmem::find(zone.as_bytes(), b"\n|-").is_none() {
        return false;
    }
    let cells = || text_lines(zone).filter_map(|l| l.strip_prefix('|')).filter(|l| !l.trim_end().is_empty());
    let (rules, spaced) = cells().fold((0, 0), |(rules, spaced), l| (rules + usize::from(l.trim_end() == "-"), spaced + usize::from(l.starts_with(' '))));
    rules > 0 && spaced * 2 > cells().count()
}

/// True where pipes or tabs stand in pairs, as in `|| a || b ||`: then two of them are one sign.
fn signs_in_pairs(zone: &str, divider: Divider) -> bool {
    let mut runs = 0;
    let mut run = 0;
    for c in zone.chars().chain([' ']) {
        if divider.divides(c) {
            run += 1;
        } else if run > 0 {
            if run % 2 == 1 {
                return false;
            }
            (runs, run) = (runs + 1, 0);
        }
    }
    runs > 1
}

/// True where every line with a tab ends with one: then tabs end cells, and behind the last is no empty one.
fn tabs_end_cells(text: &str, atoms: &Atoms, hits: &[Hit]) -> bool {
    let (first, last) = (atoms.fragments[hits[0].first as usize].start, atoms.fragments[hits[hits.len() - 1].last as usize].end);
    let mut rows = text_lines(&text[line_at(text, first as usize).start..line_at(text, last as usize).end]).filter(|l| memchr::memchr(b'\t', l.as_bytes()).is_some());
    rows.all(|l| l.trim_end_matches(|c| c != '\t' && is_space(c)).ends_with('\t'))
}

/// So many fragments before the first label may be the heads above it.
const ABOVE: usize = 24;

/// The fragment where the heads above the first label may begin: behind the last words of running text.
fn beginning(text: &str, atoms: &Atoms, first: usize) -> usize {
    let short = |f: &usize| {
        let words = &text[atoms.fragments[*f].start as usize..atoms.fragments[*f].end as usize];
        words.len() <= 60 && !words.contains(['。', '，', '；', '：'])
    };
    (first.saturating_sub(ABOVE)..first).rev().take_while(short).last().unwrap_or(first)
}

/// Builds the stream from the heads above the first label to the end of the text.
pub fn items(text: &str, atoms: &Atoms, hits: &[Hit], divider: Divider, figures: &FigureReader) -> Vec<Item> {
    let Some(first) = hits.first() else { return Vec::new() };
    let mut stream = Stream {
        text,
        atoms,
        hits,
        figures,
        divider,
        items: Vec::with_capacity(512),
        cell: Vec::new(),
        next_hit: 0,
        open: false,
        row: RowState::default(),
        base: if divider == Divider::Lines { usual_gap(text, atoms, hits) } else { 1 },
        explanation: 0,
        done_hit: None,
        numbering: None,
        counted: false,
        opening: divider == Divider::Pipes && pipes_open_lines(zone(text, atoms, hits)),
        paired: matches!(divider, Divider::Pipes | Divider::Tabs) && signs_in_pairs(zone(text, atoms, hits), divider),
        ruled: divider == Divider::Pipes && rules_stand_alone(zone(text, atoms, hits)),
        ended: divider == Divider::Tabs && tabs_end_cells(text, atoms, hits),
    };
    stream.run(beginning(text, atoms, first.first as usize));
    stream.items
}

/// The line breaks in what stands between two fragments.
fn breaks(gap: &str) -> usize {
    gap.bytes().filter(|b| *b == b'\n').count()
}

/// The usual number of line breaks between two cells that stand on lines of their own.
fn usual_gap(text: &str, atoms: &Atoms, hits: &[Hit]) -> usize {
    let mut count = [0usize; 8];
    let (from, to) = (hits[0].first as usize, hits[hits.len() - 1].last as usize);
    for pair in atoms.fragments[from..=to].windows(2) {
        let gap = &text[pair[0].end as usize..pair[1].start as usize];
        count[breaks(gap).min(7)] += 1;
    }
    (1..8).max_by_key(|&n| (count[n], std::cmp::Reverse(n))).unwrap_or(1)
}

#[derive(Default)]
struct RowState {
    /// Items since the last line break.
    on_line: usize,
    /// Tabs or pipes since the last line break.
    marks: usize,
}

struct Stream<'a> {
    text: &'a str,
    atoms: &'a Atoms,
    hits: &'a [Hit],
    figures: &'a FigureReader,
    divider: Divider,
    items: Vec<Item>,
    /// Fragments of the cell that is being read.
    cell: Vec<usize>,
    next_hit: usize,
    /// A cell is open although nothing stands in it yet.
    open: bool,
    row: RowState,
    base: usize,
    /// So many fragments may still belong to an explanation behind a label.
    explanation: u8,
    /// A pipe at the start of a line with more in it opens a row.
    opening: bool,
    /// Two pipes, or two tabs, are one sign.
    paired: bool,
    /// A dash right behind the pipe that opens its line, and alone there, is a rule.
    ruled: bool,
    /// A tab at the end of a line ends the line's last cell.
    ended: bool,
    /// The hit whose label was emitted and that may reach into later cells.
    done_hit: Option<u32>,
    /// Numbering whose label may still follow.
    numbering: Option<Numbering>,
    /// A figure stands in brackets behind the last label, and no other followed: an empty cell may be counted there.
    counted: bool,
}

/// Numbering that stands alone, as in `3. 5`: it belongs to the label behind it, or is a part of the figure there.
struct Numbering {
    start: u32,
    end: u32,
    line: u32,
    /// So many items stand before it.
    at: usize,
    /// A sign divides it from what follows.
    divided: bool,
}

impl Stream<'_> {
    fn run(&mut self, from: usize) {
        let fragments = &self.atoms.fragments;
        // The line's own beginning counts: a tab may open the first cell.
        for f in from..fragments.len() {
            let no_cell = match self.divider {
                Divider::Lines => self.numbers_a_page(f) || fragments[f].is_signs() && self.opens_item(f),
                Divider::Pipes => fragments[f].is_signs() && (self.is_rule(f) || self.opens_item(f)),
                _ => false,
            };
            if !no_cell {
                self.cell.push(f);
            }
            let end = fragments[f].end as usize;
            let next = fragments.get(f + 1).map_or(self.text.len(), |n| n.start as usize);
            self.gap(end, next, fragments[f].line);
        }
        self.close(false, self.text.len(), 0);
    }

    /// Whether a fragment belongs to a page's number, alone in its line between dashes: `- 5 -`, `—5—`.
    fn numbers_a_page(&self, f: usize) -> bool {
        let fragments = &self.atoms.fragments;
        let line = fragments[f].line;
        let dash = |c: char| matches!(c, '-' | '—' | '－' | '–' | '―');
        let words = |f: usize| &self.text[fragments[f].start as usize..fragments[f].end as usize];
        // Most fragments begin with neither.
        if !words(f).starts_with(|c: char| dash(c) || c.is_ascii_digit()) {
            return false;
        }
        let first = (f.saturating_sub(2)..f).find(|&g| fragments[g].line == line).unwrap_or(f);
        let count = fragments[first..].iter().take(4).take_while(|g| g.line == line).count();
        let between_dashes = words(first).starts_with(dash) && words(first + count - 1).ends_with(dash);
        if !between_dashes || count > 3 || (first > 0 && fragments[first - 1].line == line) {
            return false;
        }
        let all: String = (first..first + count).map(words).collect();
        let number = all.trim_matches(dash);
        (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
    }

    /// A list's sign at the beginning of a line of words: a menu's items have no cells.
    fn opens_item(&self, f: usize) -> bool {
        let words = |f: usize| &self.text[self.atoms.fragments[f].start as usize..self.atoms.fragments[f].end as usize];
        if !is_bullet(words(f)) {
            return false;
        }
        let (start, end) = (self.atoms.fragments[f].start as usize, self.atoms.fragments[f].end as usize);
        let opens = self.text[..start].trim_end_matches(is_space).chars().next_back().is_none_or(|c| c == '\n');
        let next = self.atoms.fragments.get(f + 1).filter(|n| self.text[end..n.start as usize].chars().all(is_space));
        opens && next.is_some() && words(f + 1).starts_with(char::is_alphabetic)
    }

    /// A line of dashes between corners, as in `├────┤`, or a dash alone where such are rules, divides rows and is no cell of theirs.
    fn is_rule(&self, f: usize) -> bool {
        let fragment = self.atoms.fragments[f];
        let (start, end) = (fragment.start as usize, fragment.end as usize);
        if self.ruled && self.text[line_at(self.text, start)].trim_end() == "|-" {
            return true;
        }
        let corner = |c: char| c == '+' || matches!(c, '┌'..='╋' | '╒'..='╬');
        let words = &self.text[start..end];
        words.starts_with(corner)
            && words.ends_with(corner)
            && words.contains(|c: char| !corner(c))
            && words.chars().all(|c| corner(c) || matches!(c, '-' | '=' | '─' | '━' | '═'))
            && self.text[..start].trim_end_matches(is_space).chars().next_back().is_none_or(|c| c == '\n')
            && self.text[end..].trim_start_matches(is_space).chars().next().is_none_or(|c| c == '\n')
    }

    /// Reads the separators between two fragments.
    fn gap(&mut self, from: usize, to: usize, line: u32) {
        let gap = &self.text[from..to];
        match self.divider {
            Divider::Lines => self.gap_of_lines(gap, from, line),
            Divider::TabLed => self.gap_of_led_tabs(gap, from, line),
            _ => self.gap_of_marks(gap, from, line),
        }
    }

    fn gap_of_lines(&mut self, gap: &str, at: usize, line: u32) {
        self.close(false, at, line);
        let breaks = breaks(gap);
        if breaks == 0 {
            return;
        }
        // A line with several cells is a row.
        if self.row.on_line >= 3 {
            self.row_end(at, line);
        }
        self.row.on_line = 0;
        if breaks > self.base {
            let extra = breaks - self.base;
            let cells = if self.base > 1 && extra % self.base == 0 { extra / self.base } else { extra };
            self.items.push(Item { kind: Kind::Gap(cells.min(200) as u8), start: at as u32, end: at as u32, line });
        }
    }

    fn gap_of_led_tabs(&mut self, gap: &str, at: usize, mut line: u32) {
        let mut after_break = false;
        for (i, c) in gap.char_indices() {
            match c {
                '\t' => {
                    self.close(self.open, at + i, line);
                    self.open = true;
                }
                '\n' => {
                    line += 1;
                    if after_break {
                        self.close(self.open, at + i, line);
                        self.open = false;
                        self.row_end(at + i, line);
                    }
                }
                _ => {}
            }
            // Only a line with nothing at all ends a row: one with an ideographic space is a paragraph of its cell.
            after_break = c == '\n' || (after_break && c == ' ');
        }
    }

    /// Grid marks, pipes and tabs that stand between cells.
    fn gap_of_marks(&mut self, gap: &str, at: usize, mut line: u32) {
        let mut half = false;
        for (i, c) in gap.char_indices() {
            let here = at + i;
            half = self.paired && self.divider.divides(c) && !half;
            match (self.divider, c) {
                _ if half => {}
                (Divider::Grid, CELL_END) => self.close(true, here, line),
                (Divider::Grid, ROW_END) => self.row_end(here, line),
                (Divider::Pipes, c) if is_pipe(c) && self.opens(here) => self.row.marks += 1,
                (Divider::Pipes, c) if is_pipe(c) => {
                    self.row.marks += 1;
                    self.row.on_line += !self.cell.is_empty() as usize;
                    self.close(true, here, line);
                }
                (Divider::Tabs, '\t') => {
                    self.row.marks += 1;
                    self.close(true, here, line);
                }
                (Divider::Pipes, '\n') => {
                    line += 1;
                    // A line that ended several cells is a row; one that ended a single cell may be the cell's own,
                    // and one of pipes alone may be padding or, where pipes have lines of their own, empty cells.
                    if self.row.marks >= 2 && self.row.on_line >= 1 {
                        self.close(false, here, line);
                        self.row_end(here, line);
                    }
                    self.row = RowState::default();
                }
                (Divider::Tabs, '\n') => {
                    self.close(self.row.marks > 0 && !self.ended, here, line);
                    line += 1;
                    self.row_end(here, line);
                    self.row = RowState::default();
                }
                (_, '\n') => line += 1,
                _ => {}
            }
        }
    }

    /// True for a pipe that begins a line which holds more than pipes.
    fn opens(&self, at: usize) -> bool {
        if !self.opening || self.row.marks > 0 || !self.cell.is_empty() {
            return false;
        }
        let line = self.text[at..].split('\n').next().unwrap_or("");
        !line.chars().all(|c| is_pipe(c) || is_space(c))
    }

    fn row_end(&mut self, at: usize, line: u32) {
        self.end_numbering();
        self.counted = false;
        // A label may go on in the next line, before its figures.
        if !matches!(self.items.last(), None | Some(Item { kind: Kind::RowEnd, .. })) && !self.done_hit.is_some_and(|h| self.divider == Divider::Tabs && self.atoms.fragments[self.hits[h as usize].last as usize].start as usize > at) {
            self.items.push(Item { kind: Kind::RowEnd, start: at as u32, end: at as u32, line });
            self.drop_rule();
        }
    }

    /// Numbering behind a label that nothing but empty cells follow in its row, `行政许可 | 5. |`, is no label's.
    fn end_numbering(&mut self) {
        let Some(n) = self.numbering.take().filter(|n| n.divided) else { return };
        let labelled = self.items[..n.at].iter().rev().take_while(|x| x.kind != Kind::RowEnd).any(|x| matches!(x.kind, Kind::Label(_)));
        if labelled && self.items[n.at..].iter().all(|x| x.kind == Kind::Blank) {
            self.items.insert(n.at, Item { kind: Kind::Unreadable, start: n.start, end: n.end, line: n.line });
        }
    }

    /// A row of nothing but dashes, as in `---|---` or `|---+---|`, is a rule and no row of blanks.
    fn drop_rule(&mut self) {
        let end = self.items.len() - 1;
        let start = self.items[..end].iter().rposition(|i| i.kind == Kind::RowEnd).map_or(0, |i| i + 1);
        let row = &self.items[start..end];
        if row.iter().any(|i| matches!(i.kind, Kind::Label(_) | Kind::Figure(_))) {
            return;
        }
        let words = |i: &Item| self.text[i.start as usize..i.end as usize].trim_matches(|c: char| c == ':' || is_space(c));
        let rule = |i: &Item| words(i).len() >= 3 && words(i).starts_with('-') && words(i).bytes().all(|b| matches!(b, b'-' | b'+'));
        let rules: usize = row.iter().filter(|i| rule(i)).map(|i| words(i).split('+').count()).sum();
        if rules >= 2 && row.iter().all(|i| rule(i) || (i.kind == Kind::Blank && i.start == i.end)) {
            self.items.truncate(start);
        }
    }

    /// Ends a cell: its labels, and what stands around them. A cell with nothing in it is a blank where `counts`.
    fn close(&mut self, counts: bool, at: usize, line: u32) {
        if self.cell.is_empty() {
            if counts {
                self.items.push(Item { kind: self.blank(), start: at as u32, end: at as u32, line });
            }
            return;
        }
        let before = self.items.len();
        if let Some(n) = self.numbering.as_mut().filter(|_| self.divider != Divider::Lines) {
            n.divided = true;
        }
        if counts && self.cell.len() > 1 && self.figure_and_label() {
            let (a, b) = (self.atoms.fragments[self.cell[0]], self.atoms.fragments[self.cell[self.cell.len() - 1]]);
            self.items.push(Item { kind: Kind::Unreadable, start: a.start, end: b.end, line: a.line });
            self.cell.clear();
            return;
        }
        let mut run: Option<(usize, usize)> = None;
        for i in 0..self.cell.len() {
            let f = self.cell[i];
            while self.next_hit < self.hits.len() && (self.hits[self.next_hit].last as usize) < f {
                self.next_hit += 1;
            }
            if self.covered(f) {
                self.flush(&mut run);
                self.labels_of(f);
            } else {
                run = Some((run.map_or(f, |r| r.0), f));
            }
        }
        self.flush(&mut run);
        self.cell.clear();
        self.row.on_line += (self.divider == Divider::Lines) as usize * (self.items.len() - before);
    }

    /// True for a cell that begins with a figure and goes on with a label and its figure: «12 其他3» says two things.
    fn figure_and_label(&self) -> bool {
        let cell = &self.cell;
        let (first, last) = (self.atoms.fragments[cell[0]], cell[cell.len() - 1] as u32);
        let hits = self.hits[self.next_hit..].iter().take_while(|h| h.first <= last).filter(|h| h.first as usize >= cell[0]);
        hits.clone().any(|h| h.figure.is_some())
            && !hits.clone().any(|h| h.first as usize == cell[0])
            && self.figures.read(&self.text[first.start as usize..first.end as usize]).is_figure()
    }

    fn covered(&self, f: usize) -> bool {
        self.hits.get(self.next_hit).is_some_and(|h| h.first as usize <= f)
    }

    /// Emits every label that begins in fragment `f`, and the figures that are glued to it.
    fn labels_of(&mut self, f: usize) {
        let mut h = self.next_hit;
        while let Some(hit) = self.hits.get(h).filter(|hit| hit.first as usize <= f) {
            if hit.first as usize == f && self.done_hit.is_none_or(|d| (d as usize) < h) {
                let fragment = self.atoms.fragments[f];
                if let Some((start, end)) = hit.before {
                    self.items.push(Item { kind: Kind::Unreadable, start, end, line: fragment.line });
                }
                let last = self.atoms.fragments[hit.last as usize];
                self.numbering = None;
                self.counted = hit.counts;
                self.items.push(Item { kind: Kind::Label(h as u32), start: fragment.start, end: last.end, line: fragment.line });
                if let Some((start, end)) = hit.figure {
                    self.push_cell(start, end, last.line);
                }
                self.explanation = if hit.open { 12 } else { 0 };
                self.done_hit = Some(h as u32);
            }
            h += 1;
        }
    }

    /// Emits a run of fragments without a label.
    fn flush(&mut self, run: &mut Option<(usize, usize)>) {
        let Some((first, last)) = run.take() else { return };
        let (a, b) = (self.atoms.fragments[first], self.atoms.fragments[last]);
        let words = &self.text[a.start as usize..b.end as usize];
        if self.explanation > 0 {
            // A figure in a cell of its own is no part of an explanation that goes on around it; whose it is nobody can say.
            if self.divides_before(first) && self.figures.read(words).is_figure() {
                self.items.push(Item { kind: Kind::Unreadable, start: a.start, end: b.end, line: a.line });
                return;
            }
            self.explanation -= 1;
            if words.contains(CLOSE) {
                self.explanation = 0;
            }
            return;
        }
        if self.remarks(a.start, words) {
            self.items.last_mut().expect("a label").end = b.end;
            return;
        }
        let figure = if self.divider == Divider::Pipes && last > first { self.ends_with_line(first, last) } else { None };
        if let Some(f) = figure {
            self.push_cell(a.start, self.atoms.fragments[f].end, a.line);
            let next = self.atoms.fragments[f + 1];
            return self.push_cell(next.start, b.end, next.line);
        }
        self.push_cell(a.start, b.end, a.line);
    }

    /// Whether words are a remark in brackets that a space divides from the label before it in its cell: 处理决定数量 （指办件量）. In
    /// lines it may be the label's own last sign.
    fn remarks(&self, start: u32, words: &str) -> bool {
        let Some(label) = self.items.last().filter(|x| x.is_label() && x.end <= start) else { return false };
        if self.divider == Divider::Lines {
            let (from, to) = (label.start as usize, label.end as usize);
            return !self.text[to..start as usize].contains('\n') && is_closed_by(&self.text[from..to], words);
        }
        let bracketed = || words.starts_with(OPEN) && words.ends_with(CLOSE) && words.find(CLOSE).is_some_and(|at| words[at..].chars().count() == 1);
        bracketed() && label.start >= self.atoms.fragments[self.cell[0]].start && matches!(self.figures.read(words), Reading::Text)
    }

    /// Whether a sign between cells, other than lines and spaces, stands right before a fragment.
    fn divides_before(&self, f: usize) -> bool {
        let from = f.checked_sub(1).map_or(0, |before| self.atoms.fragments[before].end as usize);
        self.divider != Divider::Lines && self.text[from..self.atoms.fragments[f].start as usize].contains(|c| self.divider.divides(c))
    }

    /// The last fragment of a figure that ends its line, where a heading with a number of its own is the next line: no sign ends the
    /// cells of that row.
    fn ends_with_line(&self, first: usize, last: usize) -> Option<usize> {
        let fragments = &self.atoms.fragments;
        let words = |a: usize, b: usize| &self.text[fragments[a].start as usize..fragments[b].end as usize];
        let end = (first..last).find(|&f| fragments[f + 1].line > fragments[first].line)?;
        let behind = (end + 1..=last).take_while(|&f| fragments[f].line == fragments[end + 1].line).last()?;
        let heading = words(end + 1, behind).trim_start_matches(|c| matches!(c, '*' | '#') || is_space(c));
        let number = heading.trim_start_matches(is_han_numeral);
        let numbered = number.len() < heading.len() && number.starts_with('、') && !heading.contains(|c: char| c.is_ascii_digit());
        let alone = || self.text[fragments[behind].end as usize..].trim_start_matches(is_space).chars().next().is_none_or(|c| c == '\n');
        (numbered && alone() && self.figures.read(words(first, end)).is_figure()).then_some(end)
    }

    /// Whether a pipe that divides nothing touches a figure: a 1 that was read as a stroke.
    fn has_stroke(&self, start: u32, end: u32) -> bool {
        self.divider != Divider::Pipes && (self.text[..start as usize].ends_with('|') || self.text[end as usize..].starts_with('|'))
    }

    /// Whether the next line begins with the decimals of a figure: «12», «.5».
    fn has_decimals(&self, end: u32) -> bool {
        let behind = &self.text.as_bytes()[end as usize..];
        let gap = behind.iter().take_while(|b| matches!(b, b' ' | b'\r' | b'\n')).count();
        gap > 0 && behind.get(gap) == Some(&b'.') && behind.get(gap + 1).is_some_and(u8::is_ascii_digit)
    }

    /// What an empty cell is: nothing, unless its figure may stand with its label.
    fn blank(&self) -> Kind {
        if self.counted { Kind::Unreadable } else { Kind::Blank }
    }

    fn push_cell(&mut self, start: u32, end: u32, line: u32) {
        let words = &self.text[start as usize..end as usize];
        // Running text: no need to read it letter by letter.
        let kind = if words.len() > 160 { Kind::Text } else { match self.figures.read(words) {
            Reading::Figure(_) | Reading::WithUnit(..) if self.has_stroke(start, end) || self.has_decimals(end) => Kind::Unreadable,
            Reading::Figure(v) => Kind::Figure(v),
            Reading::WithUnit(v, u) => Kind::WithUnit(v, u),
            Reading::Blank => self.blank(),
            Reading::Unreadable | Reading::Text if is_enumerator(words) => {
                self.numbering = Some(Numbering { start, end, line, at: self.items.len(), divided: false });
                return;
            }
            Reading::Unreadable => Kind::Unreadable,
            Reading::Text => Kind::Text,
        } };
        self.counted &= kind == Kind::Unreadable;
        // «3. 5», «1) 5»: a figure that a space broke behind its point, or one behind numbering of its own.
        let joined = matches!(kind, Kind::Figure(_) | Kind::WithUnit(..) | Kind::Unreadable);
        match self.numbering.take().filter(|n| joined && !n.divided) {
            Some(n) => self.items.push(Item { kind: Kind::Unreadable, start: n.start, end, line: n.line }),
            None => self.items.push(Item { kind, start, end, line }),
        }
    }
}

/// Whether a cell is numbering and what may be the rest of its figure: `3. 5`.
pub fn is_numbered(words: &str) -> bool {
    words.split_once(is_separator).is_some_and(|(numbering, _)| is_enumerator(numbering))
}

/// `（三）`, `2.`, `四、` alone: numbering whose label stands in another cell. A bare digit is a figure.
pub fn is_enumerator(words: &str) -> bool {
    // Most words are longer.
    if words.chars().filter_map(crate::fold::fold_char).take(3).count() > 2 {
        return false;
    }
    let folded = crate::fold::fold(words);
    let bare = words.chars().filter(|c| !is_space(*c) && !is_invisible(*c)).collect::<String>();
    // «5]» is what is left of something else.
    let digits = folded.bytes().all(|b| b.is_ascii_digit()) && bare.contains(|c: char| c.is_ascii_digit());
    let numbers = !digits || bare.ends_with(['.', '．', '、', ')', '）']) || bare.starts_with(['(', '（']);
    !folded.is_empty() && is_numbering(&folded) && bare != folded && numbers
}
