//! Heads that narrow columns break over lines of plain text, as text browsers and readers of PDF write them: 自然人 and 总计 in one
//! line, 商业企业 in the next, 社会公益 above 组织. Pieces that together are just the heads of a row, letter for letter, become one line
//! in the form's order, where either the columns in which they stand have that order, or in some line each stands before the
//! next; nothing is guessed. Heads that no row has of its own, those of table 4, repeat, and the form tells no place of each: what a
//! line begins and the lines below go on with, letter for letter, becomes whole where it stands, whatever its order.

use std::ops::Range;

use super::atoms::{Atoms, Fragment, is_pipe, line_at, width};
use crate::form::{Form, LabelId, Row, Table};
use crate::model::{CELL_END, ROW_END};

/// Fewer heads are not looked for.
const LEAST: usize = 3;

/// Heads have no more lines than this, and no more empty ones between two of them.
const MOST: usize = 8;
const MOST_EMPTY: u32 = 2;

/// In bytes, the longest head.
const LONGEST: usize = 42;

/// So many lines are looked at for heads that begin in one line, and so many for those of a text.
const MOST_TRIED: usize = 500;
const MOST_IN_TEXT: usize = 100_000;

/// The heads of the rows of a form, made ready once a run.
pub struct Stacks<'f> {
    sets: Vec<Heads<'f>>,
    /// Those of tables whose rows have none.
    over: Vec<&'f str>,
    /// The letters that they all begin with.
    letters: Vec<char>,
}

/// The heads of a row, in order, each with all its texts; and those that span some of them: the columns, where the form tells.
struct Heads<'f> {
    columns: Vec<&'f [String]>,
    spans: Vec<(&'f [String], Option<Range<usize>>)>,
    /// The orders in which a text read line by line may have them all.
    orders: Vec<Vec<Token>>,
}

/// What a fragment is in its line.
#[derive(PartialEq)]
enum Token {
    /// The whole head of a column, or a piece of it.
    Column(usize),
    /// One that spans columns, by its place among them.
    Span(usize),
}

/// A head that a line begins, and the pieces in the lines below that go on with it.
struct Begun<'t> {
    end: usize,
    folded: String,
    rest: Vec<&'t str>,
}

/// The pieces that were found so far: of each line that was passed, where its tokens begin among its fragments, and they.
struct Gathered {
    lines: Vec<(usize, Vec<Token>)>,
    heads: Vec<String>,
    /// The lines that were looked at, in all ways.
    tried: usize,
}

impl<'f> Stacks<'f> {
    pub fn new(form: &'f Form) -> Stacks<'f> {
        let mut seen: Vec<&[LabelId]> = Vec::new();
        let mut sets: Vec<Heads> = Vec::new();
        for (table, row) in form.tables.iter().flat_map(|t| t.rows.iter().map(move |r| (t, r))) {
            if row.heads.len() >= LEAST && !seen.contains(&row.heads.as_slice()) {
                seen.push(&row.heads);
                sets.push(Heads::of(form, table, row));
            }
        }
        let over: Vec<&str> = form.tables.iter().filter(|t| t.is_unlabelled()).flat_map(|t| &t.headers).flat_map(|&l| form.texts(l)).map(String::as_str).collect();
        let columns = sets.iter().flat_map(|s| s.columns.iter().copied().flatten()).map(String::as_str);
        let mut letters: Vec<char> = columns.chain(over.iter().copied()).filter_map(|t| t.chars().next()).collect();
        letters.sort_unstable();
        letters.dedup();
        Stacks { sets, over, letters }
    }

    /// Whether a head begins with these words.
    fn begins(&self, words: &str) -> bool {
        let first = words.chars().next().filter(|c| words.len() <= LONGEST && self.letters.contains(c));
        let mut columns = self.sets.iter().flat_map(|s| s.columns.iter().copied().flatten()).map(String::as_str).chain(self.over.iter().copied());
        first.is_some() && columns.any(|t| t.starts_with(words))
    }

    /// The text with such heads in one line; none where there are none. Lines keep their numbers.
    pub fn joined(&self, text: &str, atoms: &Atoms) -> Option<String> {
        let begins = |f: &Fragment| self.begins(&atoms.folded[f.fold_start as usize..f.fold_end as usize]);
        // Most texts have a cell a line.
        if !atoms.fragments.windows(2).any(|w| w[0].line == w[1].line && w.iter().any(begins)) {
            return None;
        }
        let lines: Vec<&[Fragment]> = atoms.fragments.chunk_by(|a, b| a.line == b.line).collect();
        let (mut out, mut copied, mut from) = (String::new(), 0, 0);
        let mut left = MOST_IN_TEXT;
        for at in 0..lines.len() {
            if left == 0 {
                break;
            }
            if at < from || !lines[at].iter().any(begins) {
                continue;
            }
            let plain = |w: &[&[Fragment]]| !text[w[0][0].start as usize..w[1][w[1].len() - 1].end as usize].contains(is_divider);
            let near = |w: &[&[Fragment]]| w[1][0].line - w[0][0].line <= MOST_EMPTY + 1 && !ends_in_digits(text, w[1].last());
            let count = 1 + lines[at..].windows(2).take(MOST - 1).take_while(|w| near(w) && plain(w)).count();
            let block = HeadLines { text, folded: &atoms.folded, lines: &lines[at..at + count] };
            let first = line_at(text, block.lines[0][0].start as usize).start;
            if let Some(found) = self.sets.iter().find_map(|heads| block.find(heads, &mut left).filter(|found| !heads.are_read(found))) {
                out.push_str(&text[copied..first]);
                copied = block.write(&found, first, &mut out);
                from = at + found.lines.len();
            } else if let Some((begun, count)) = block.begun(&self.over) {
                out.push_str(&text[copied..first]);
                copied = block.write_whole(&begun, first, count, &mut out);
                from = at + count;
            }
        }
        (copied > 0).then(|| out + &text[copied..])
    }
}

impl<'f> Heads<'f> {
    fn of(form: &'f Form, table: &'f Table, row: &'f Row) -> Heads<'f> {
        let place = |l: &LabelId| row.heads.iter().position(|h| h == l);
        // One that stands between two others in an order spans the columns between theirs.
        let span = |l: LabelId| {
            let of = |order: &Vec<LabelId>| {
                let at = order.iter().position(|o| *o == l)?;
                let before = at.checked_sub(1).map_or(Some(0), |b| place(&order[b]).map(|p| p + 1))?;
                let columns = before..order.get(at + 1).and_then(place)?;
                (columns.len() > 1).then_some(columns)
            };
            table.head_orders.iter().flatten().find_map(of)
        };
        let over: Vec<LabelId> = table.column_heads.iter().copied().filter(|l| place(l).is_none()).collect();
        let token = |l: &LabelId| place(l).map(Token::Column).or_else(|| over.iter().position(|o| o == l).map(Token::Span));
        let orders = table.head_orders.iter().flatten().filter_map(|order| order.iter().map(token).collect()).collect();
        let spans = over.iter().map(|&l| (form.texts(l), span(l))).collect();
        Heads { columns: row.heads.iter().map(|&l| form.texts(l)).collect(), spans, orders }
    }

    /// Whether nothing is broken and the lines are read as they stand: in an order of the form, or with heads of one name, which
    /// others above tell apart.
    fn are_read(&self, found: &Gathered) -> bool {
        let tokens = || found.lines.iter().flat_map(|l| &l.1);
        let whole = tokens().filter(|t| matches!(t, Token::Column(_))).count() == self.columns.len();
        let twice = (1..self.columns.len()).any(|c| self.columns[..c].contains(&self.columns[c]));
        whole && (twice || self.orders.iter().any(|order| tokens().eq(order)))
    }

    /// Whether these words stand in the head of one column and no other.
    fn is_of_one(&self, words: &str) -> bool {
        self.columns.iter().filter(|texts| texts.iter().any(|t| t.contains(words))).count() == 1
    }

    fn is_whole(&self, heads: &[String]) -> bool {
        self.columns.iter().zip(heads).all(|(texts, head)| texts.iter().any(|t| t == head))
    }
}

/// What divides cells otherwise: such a text has other rows than its lines.
fn is_divider(c: char) -> bool {
    is_pipe(c) || matches!(c, '\t' | CELL_END | ROW_END)
}

/// Whether a line ends with digits, as a row of figures does.
fn ends_in_digits(text: &str, last: Option<&Fragment>) -> bool {
    last.is_some_and(|f| text[f.start as usize..f.end as usize].ends_with(|c: char| c.is_ascii_digit()))
}

/// Lines that follow each other.
struct HeadLines<'t> {
    text: &'t str,
    folded: &'t str,
    lines: &'t [&'t [Fragment]],
}

impl HeadLines<'_> {
    fn words(&self, f: &Fragment) -> &str {
        &self.folded[f.fold_start as usize..f.fold_end as usize]
    }

    /// The pieces of these heads, where their order is proven.
    fn find(&self, heads: &Heads, left: &mut usize) -> Option<Gathered> {
        // Heads that stand over several lines are looked for; a line each tells no order.
        if self.lines.len() < 2 || self.lines.iter().all(|l| l.len() < 2) || self.lines.iter().map(|l| l.len()).sum::<usize>() < heads.columns.len() {
            return None;
        }
        let mut found = Gathered { lines: Vec::new(), heads: vec![String::new(); heads.columns.len()], tried: 0 };
        let proven = self.go_on(heads, &mut found);
        *left = left.saturating_sub(found.tried);
        proven.then_some(found)
    }

    /// The heads that the first line begins and the lines below it go on with and end, each piece in its turn, and how many lines that
    /// takes; none where anything else stands below, or a head is not whole in the end.
    fn begun(&self, heads: &[&str]) -> Option<(Vec<Begun<'_>>, usize)> {
        let is_whole = |words: &str| heads.contains(&words);
        let goes_on = |words: &str| heads.iter().any(|t| t.starts_with(words));
        let begin = |f: &Fragment| Begun { end: f.end as usize, folded: self.words(f).to_string(), rest: Vec::new() };
        let mut begun: Vec<Begun> = self.lines[0].iter().map(begin).filter(|b| !b.folded.is_empty() && goes_on(&b.folded) && !is_whole(&b.folded)).collect();
        // What stands alone in its line is joined with the next one anyway.
        if begun.is_empty() || self.lines[0].len() < 2 {
            return None;
        }
        let mut count = 1;
        while begun.iter().any(|b| !is_whole(&b.folded)) {
            let mut next = begun.iter_mut();
            for piece in *self.lines.get(count)? {
                let words = self.words(piece);
                let head = next.find(|b| !is_whole(&b.folded) && !words.is_empty() && goes_on(&format!("{}{words}", b.folded)))?;
                head.folded.push_str(words);
                head.rest.push(&self.text[piece.start as usize..piece.end as usize]);
            }
            count += 1;
        }
        Some((begun, count))
    }

    /// Writes the first line, which begins at `first`, with these heads whole, in place of the last line that holds the rest of them;
    /// the lines above become empty. Gives the place up to which the text is written.
    fn write_whole(&self, begun: &[Begun], first: usize, count: usize, out: &mut String) -> usize {
        let end = |line: &[Fragment]| line_at(self.text, line[0].start as usize).end;
        let last = self.lines[count - 1];
        out.extend((self.lines[0][0].line..last[0].line).map(|_| '\n'));
        let mut copied = first;
        for b in begun {
            out.push_str(&self.text[copied..b.end]);
            out.extend(b.rest.iter().copied());
            copied = b.end;
        }
        out.push_str(&self.text[copied..end(self.lines[0])]);
        end(last)
    }

    /// Passes the next line in every way in which its last fragments go on the heads, from left to right.
    fn go_on(&self, heads: &Heads, found: &mut Gathered) -> bool {
        if found.lines.len() > 1 && heads.is_whole(&found.heads) {
            return found.lines.last().is_some_and(|l| l.1.iter().any(|t| matches!(t, Token::Column(_)))) && (self.stand_in_order(heads, found) || self.follow(heads, found));
        }
        found.tried += 1;
        let Some(line) = self.lines.get(found.lines.len()).filter(|_| found.tried < MOST_TRIED) else { return false };
        (0..=line.len()).any(|from| {
            found.lines.push((from, Vec::new()));
            // The first line has one of them at least.
            let goes_on = (found.lines.len() > 1 || from < line.len()) && self.take(heads, found, &line[from..], 0);
            if !goes_on {
                found.lines.pop();
            }
            goes_on
        })
    }

    /// Takes the rest of a line, whose next head is of the column `least` or one behind it.
    fn take(&self, heads: &Heads, found: &mut Gathered, rest: &[Fragment], least: usize) -> bool {
        let Some((next, rest)) = rest.split_first() else { return self.go_on(heads, found) };
        let words = self.words(next);
        if let Some(at) = heads.spans.iter().position(|(texts, _)| texts.iter().any(|t| t == words)) {
            let span = &heads.spans[at].1;
            if span.as_ref().is_some_and(|s| s.start < least) {
                return false;
            }
            return self.taking(found, Token::Span(at), |found| self.take(heads, found, rest, span.as_ref().map_or(least, |s| s.start)));
        }
        (least..heads.columns.len()).any(|c| {
            let length = found.heads[c].len();
            let goes_on = |t: &String| t.strip_prefix(found.heads[c].as_str()).is_some_and(|more| !more.is_empty() && more.starts_with(words));
            if words.is_empty() || !heads.columns[c].iter().any(goes_on) {
                return false;
            }
            found.heads[c].push_str(words);
            let taken = self.taking(found, Token::Column(c), |found| self.take(heads, found, rest, c + 1));
            if !taken {
                found.heads[c].truncate(length);
            }
            taken
        })
    }

    fn taking(&self, found: &mut Gathered, token: Token, go_on: impl FnOnce(&mut Gathered) -> bool) -> bool {
        let at = found.lines.len() - 1;
        found.lines[at].1.push(token);
        let taken = go_on(found);
        if !taken {
            found.lines[at].1.pop();
        }
        taken
    }

    /// Whether the pieces stand in columns apart from each other, in the form's order, what stands before them in their lines
    /// further left. Han characters are one column wide or two: as the other they must not stand apart in another order.
    fn stand_in_order(&self, heads: &Heads, found: &Gathered) -> bool {
        let (narrow, wide) = (self.spread(heads, found, false), self.spread(heads, found, true));
        let in_order = |columns: &[Range<usize>]| columns.windows(2).all(|w| w[0].end < w[1].start);
        let in_another = |columns: &[Range<usize>]| {
            let mut sorted = columns.to_vec();
            sorted.sort_unstable_by_key(|c| c.start);
            sorted != columns && in_order(&sorted)
        };
        let led = |wide: bool, first: usize| self.lines.iter().zip(&found.lines).all(|(line, (from, _))| line[..*from].iter().all(|f| self.columns(f, wide).end < first));
        let apart = |columns: &[Range<usize>], wide: bool| in_order(columns) && led(wide, columns[0].start);
        apart(&narrow, false) && !in_another(&wide) || apart(&wide, true) && !in_another(&narrow)
    }

    /// Whether each head stands right before the next one in some line, or what spans it does. A piece that several heads have is none.
    fn follow(&self, heads: &Heads, found: &Gathered) -> bool {
        let mut proven = vec![false; heads.columns.len() - 1];
        for (line, (from, tokens)) in self.lines.iter().zip(&found.lines) {
            let ends = |(fragment, token): (&Fragment, &Token)| match token {
                Token::Column(c) => heads.is_of_one(self.words(fragment)).then_some(*c..*c + 1),
                Token::Span(at) => heads.spans[*at].1.clone(),
            };
            let all: Vec<Option<Range<usize>>> = line[*from..].iter().zip(tokens).map(ends).collect();
            for pair in all.windows(2) {
                if let [Some(a), Some(b)] = pair && a.end == b.start {
                    proven[a.end - 1] = true;
                }
            }
        }
        proven.iter().all(|p| *p)
    }

    /// The columns in which the pieces of each head stand.
    fn spread(&self, heads: &Heads, found: &Gathered, wide: bool) -> Vec<Range<usize>> {
        let mut columns = vec![Range { start: usize::MAX, end: 0 }; heads.columns.len()];
        for (line, (from, tokens)) in self.lines.iter().zip(&found.lines) {
            for (fragment, token) in line[*from..].iter().zip(tokens) {
                if let Token::Column(c) = token {
                    let (own, all) = (self.columns(fragment, wide), &mut columns[*c]);
                    *all = all.start.min(own.start)..all.end.max(own.end);
                }
            }
        }
        columns
    }

    /// The columns of a line in which a fragment stands.
    fn columns(&self, fragment: &Fragment, wide: bool) -> Range<usize> {
        let (start, end) = (fragment.start as usize, fragment.end as usize);
        let wide = |c: char| wide && !c.is_ascii();
        let before = width(&self.text[line_at(self.text, start).start..start], wide);
        before..before + width(&self.text[start..end], wide)
    }

    /// Writes the lines of the block, the first of which begins at `first`, with the heads in the last of them; what stood beside
    /// them there goes to the line above. Gives the place up to which the text is written.
    fn write(&self, found: &Gathered, first: usize, out: &mut String) -> usize {
        let end = line_at(self.text, self.lines[found.lines.len() - 1][0].start as usize).end;
        let (mut kept, mut copied) = (String::new(), first);
        let mut heads: Vec<String> = vec![String::new(); found.heads.len()];
        for (line, (from, tokens)) in self.lines.iter().zip(&found.lines) {
            for (fragment, token) in line[*from..].iter().zip(tokens) {
                let Token::Column(c) = token else { continue };
                kept.push_str(&self.text[copied..fragment.start as usize]);
                copied = fragment.end as usize;
                heads[*c].push_str(&self.text[fragment.start as usize..copied]);
            }
        }
        kept.push_str(&self.text[copied..end]);
        // Without a break the lines were joined before.
        let (above, beside, sign) = kept.rsplit_once('\n').map_or(("", kept.as_str(), " "), |(above, beside)| (above, beside, "\n"));
        let heads = heads.join("  ");
        out.extend([above, " ", beside, sign, heads.as_str()]);
        end
    }
}
