//! Text → figures, title, body and year. One reader for every layout; see ARCHITECTURE.md, "One reader".

mod about;
mod beside;
mod context;
mod items;
mod lines;
mod mentions;
mod prepared;
mod rows;
mod sections;
mod show;
mod words;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::Path;

use about::title::Title;
use about::{body, dated, fields, named, preamble, signature, title, website, whose, year};
use beside::{captions, marks, notes, units};
use context::Context;
use crate::fold::fold_char;
use crate::form::{Fault, Form, Relation, TABLES};
use crate::model::{Blame, CELL_END, Check, CheckResult, Decoded, Figure, Problem, Report, Status, TEXT_CHECKS, Text};
pub use lines::end_of as line_end;
use items::{atoms, cells, clauses, continued, counted, divider, figure, glossed, joined, labels, padding, spaced, stacked, tabbed, wrapped, yearly};
use prepared::FieldWords;
use rows::tables::{self, TableReading};
use rows::{chain, large, parts, remarks, windows};
pub use show::{show_alignment, show_atoms};
use words::dates;
use words::wanted::places;
pub use words::dates::days;

/// The form with everything that is prepared once a run.
pub struct Extractor<'f> {
    pub form: &'f Form,
    words: FieldWords<'f>,
    lexicon: labels::Lexicon,
    figures: figure::FigureReader,
    glosses: glossed::Glosses<'f>,
    stacks: stacked::Stacks<'f>,
    yearly: yearly::Yearly,
    mentions: mentions::MentionReader,
    sections: sections::SectionReader,
}

/// Why a file is no report: the published reason and the words that say so.
#[derive(Clone, Debug, PartialEq)]
pub struct NotAReport {
    pub reason: String,
    pub words: String,
}

/// A report has some 90 labels; the time to align them grows with the square of their number.
const MOST_LABELS: usize = 5000;

/// Lines below a table that may say of what its figures are.
const BELOW: u32 = 4;

/// How far the tables above reach: a table's unit line stands between them and its own end; where a table is one line, its bytes
/// tell.
#[derive(Default)]
struct Above {
    lines: u32,
    bytes: usize,
}

/// A text as the reader sees it.
struct Itemised<'t> {
    text: Cow<'t, str>,
    atoms: atoms::Atoms,
    hits: Vec<labels::Hit>,
    items: Vec<cells::Item>,
    divider: cells::Divider,
}

impl Itemised<'_> {
    /// Where its first label begins; its end where it has none.
    fn first_label(&self) -> usize {
        self.hits.first().map_or(self.text.len(), |h| self.atoms.fragments[h.first as usize].start as usize)
    }

    /// Where its first cells begin, several of them close together; its end where it has none. A page's menu has labels too.
    fn first_cells(&self) -> usize {
        let close = |items: &&[cells::Item]| items[0].is_cell() && items[1..].iter().filter(|i| i.is_cell()).count() >= 2;
        self.items.windows(6).find(close).map_or(self.text.len(), |items| items[0].start as usize)
    }

    /// The title of the report and where its tables begin, before which it stands: with the first label, or, where nothing
    /// above that is a whole title, with the first cells.
    fn title(&self, x: &Extractor, page: Option<Title>, published: Option<i32>) -> (Option<Title>, usize) {
        let (label, titled) = (self.first_label(), |until| title::title(&x.words, &self.text, &self.atoms, until, page.clone(), published));
        let title = titled(label);
        if title.as_ref().is_some_and(Title::is_whole) {
            return (title, label);
        }
        let cells = self.first_cells();
        if cells > label { (titled(cells), cells) } else { (title, label) }
    }

    /// What the aligner sees of it; `title` is the report's.
    fn context<'a>(&'a self, x: &'a Extractor<'a>, title: Option<&Title>) -> Context<'a> {
        let period = || year::period(&x.words, &self.atoms.folded).last().copied().into_iter().collect();
        let years: Vec<i32> = title.map(|t| t.years.clone()).filter(|y| !y.is_empty()).unwrap_or_else(period);
        let table = |item: &cells::Item| match item.kind {
            cells::Kind::Label(h) => {
                let mut tables = x.lexicon.labels(&self.hits[h as usize]).iter().map(|l| x.form.labels[*l as usize].table);
                let first = tables.next()?;
                tables.all(|t| t == first).then_some(first)
            }
            _ => None,
        };
        let (foreign, elsewhere) = captions::foreign(&x.words, &self.text, &self.atoms, &self.items, (title, &years), table);
        let places = chain::places(x.form, (&x.lexicon, &self.hits), (&self.text, self.divider), &self.items, &years);
        let mut stands = vec![false; x.form.labels.len()];
        places.iter().flat_map(|p| x.lexicon.labels(&self.hits[p.hit as usize])).for_each(|l| stands[usize::from(*l)] = true);
        let pattern = |p: &chain::LabelAt| self.hits[p.hit as usize].pattern;
        let repeats = places.windows(2).any(|w| w[0].item + 1 == w[1].item && pattern(&w[0]) == pattern(&w[1]));
        let units = units::stated(&x.words, &self.text);
        let empty = windows::empty(x.form, &self.text, &self.items);
        let ends = (0..self.items.len()).filter(|&i| self.items[i].kind == cells::Kind::RowEnd).collect();
        Context { text: &self.text, form: x.form, lexicon: &x.lexicon, hits: &self.hits, items: &self.items, divider: self.divider, folded: &self.atoms.folded, foreign, elsewhere, amended: captions::amended(&x.words, &self.text), ends, lines: OnceCell::new(), places, stands, repeats, units, years, empty }
    }
}

impl<'f> Extractor<'f> {
    /// Prepares the form, and reads what its folder says of running text.
    ///
    /// # Errors
    /// Every fault in `mentions.toml` and `sections.toml`, with file and line.
    pub fn load(form: &'f Form, dir: &Path) -> Result<Extractor<'f>, Vec<Fault>> {
        let (mentions, sections) = match (mentions::MentionReader::load(dir), sections::SectionReader::load(dir)) {
            (Ok(m), Ok(s)) => (m, s),
            (m, s) => return Err(m.err().into_iter().chain(s.err()).flatten().collect()),
        };
        Ok(Extractor {
            form,
            words: FieldWords::new(form),
            lexicon: labels::Lexicon::new(form),
            figures: figure::FigureReader::new(&form.figures),
            glosses: glossed::Glosses::new(form),
            stacks: stacked::Stacks::new(form),
            yearly: yearly::Yearly::new(form),
            mentions,
            sections,
        })
    }

    /// The names of mentions, by number.
    pub fn mention_names(&self) -> Vec<&str> {
        self.mentions.names().collect()
    }

    /// Hash of what says how running text is read.
    pub fn text_hash(&self) -> String {
        format!("{}{}", self.mentions.hash(), self.sections.hash())
    }

    /// The checks within the running text and between text and tables, numbered behind the form's identities. What
    /// words mean is read less surely than a table, so a failure is blamed on the extraction.
    pub fn text_checks(&self, report: &Report) -> Vec<Check> {
        let received = self.form.mentions_against.and_then(|i| report.figures.iter().find(|f| f.indicator == i)).and_then(|f| f.value);
        let first = self.form.identities.len();
        let number = |name: &str| TEXT_CHECKS.iter().position(|n| *n == name).map(|n| (first + n) as u16);
        self.mentions
            .checks(&report.mentions, received, report.year)
            .into_iter()
            .filter_map(|c| {
                let result = match (c.left, c.right, c.relation) {
                    (Some(l), Some(r), Relation::Equal) if l == r => CheckResult::Holds,
                    (Some(l), Some(r), Relation::AtMost) if l <= r => CheckResult::Holds,
                    (Some(_), Some(_), _) => CheckResult::Fails,
                    _ => CheckResult::NotTestable,
                };
                let blame = (result == CheckResult::Fails).then_some(Blame::Extraction);
                Some(Check { identity: number(c.name)?, left: c.left, right: c.right, result, blame })
            })
            .collect()
    }

    /// Reads one report, or says why the file is none. `decoded` gives the page's data, `text` its Simplified text
    /// (line for line the decoded one).
    pub fn extract(&self, decoded: &Decoded, text: &Text) -> Result<Report, NotAReport> {
        let read = self.reading(&text.text);
        let Itemised { atoms, hits, items, divider, .. } = &read;
        if hits.len() > MOST_LABELS {
            return Err(NotAReport { reason: "too_many_labels".into(), words: format!("{} labels stand in it, a report has about a hundred", hits.len()) });
        }
        let divider = *divider;
        // The text that the fragments are of: a sign may have been respelled in it.
        let own = &*read.text;
        let published = fields::published(&self.words, &decoded.meta, own, atoms);
        let page = self.page_title(decoded);
        let (mut title, mut tables_at) = read.title(self, page.clone(), published);
        let cx = read.context(self, title.as_ref());
        let readings = tables::read(&cx);

        let mut report = Report { figures: Vec::with_capacity(self.form.indicators.len()), ..Report::default() };
        let mut above = Above::default();
        for reading in &readings {
            self.table(&cx, reading, &mut above, &mut report);
        }
        for foreign in cx.foreign.iter().filter(|f| cx.has_label(&f.items)) {
            let words = read.text[foreign.words.0 as usize..foreign.words.1 as usize].trim();
            report.problems.push(Problem::new("extract/not-this-report", items[foreign.items.start].line, words, "these words begin tables that are another year's or body's, a region's, or a sample; they take the place of none of this report's"));
        }
        let has_tables = report.editions.iter().any(Option::is_some);
        if !has_tables && tables_at < own.len() {
            tables_at = own.len();
            title = title::title(&self.words, own, atoms, tables_at, page, published);
        }
        self.recognise(text, atoms, title.as_ref(), &report)?;
        report.layout = if has_tables { divider.name() } else { "none" };
        report.published = published;
        self.fields(own, atoms, title, tables_at, &mut report);
        beside::tell(&cx, &self.words, &readings, &mut report);
        large::doubt(&cx, &mut report);
        self.missing_tables(&mut report);
        let lines = lines::lines(&text.text, &report.table_lines);
        let (sections, another) = self.sections.read(&lines);
        report.sections = sections;
        if let Some(row) = another {
            fields::of_two(&self.words, &mut report, &decoded.meta, (&text.text[..lines[row].start], lines[row].number));
        }
        report.mentions = self.mentions.read(&text.text, &lines[..another.unwrap_or(lines.len())], &self.reporter(&report));
        report.problems.extend(self.mentions.problems(&report.mentions));
        if text.changed {
            raw_as_it_stood(&decoded.text, &mut report.figures);
        }
        report.folded = read.atoms.folded;
        Ok(report)
    }

    /// Takes the figures of one table, and what is odd about them.
    fn table(&self, cx: &Context, reading: &TableReading, above: &mut Above, report: &mut Report) {
        let (t, problems) = (reading.table.table, &mut report.problems);
        let lines = tables::lines(cx, reading);
        let last = lines.map_or(above.lines, |l| l.1);
        let end = notes::end(cx, last, BELOW);
        let on_one_line = lines.filter(|l| l.0 == l.1).and_then(|_| tables::last(reading)).map(|i| above.bytes..notes::end_byte(cx, i));
        above.bytes = on_one_line.as_ref().map_or(above.bytes, |bytes| bytes.end.max(above.bytes));
        let place = on_one_line.map_or(units::Reach::Lines(above.lines..=end), units::Reach::Bytes);
        let units = reading.alignment.as_ref().map(|a| units::of_table(cx, t, a, &place)).unwrap_or_default();
        above.lines = above.lines.max(last + 1);
        let mut figures = tables::figures(cx, &self.figures, reading, &units, problems);
        notes::doubt_noted(cx, reading, end, &mut figures, problems);
        marks::doubt_marked(cx, reading, end, &mut figures, problems);
        remarks::doubt_remarked(cx, reading, &mut figures, problems);
        remarks::tell_misspelt(cx, reading, &mut figures, problems);
        parts::doubt_shifted(self.form, reading, &mut figures, problems);
        parts::doubt_parts(self.form, reading, &mut figures, problems);
        units::tell_unstated(cx, &self.figures, (reading, &place), &units, &mut figures, problems);
        tables::unknown_labels(cx, reading, problems);
        tables::other_rows(cx, reading, problems);
        report.editions[t] = reading.edition;
        report.figures.extend(figures);
        report.table_lines.extend(lines);
    }

    /// A text as fragments, labels and items. A sign that divides cells is found where few labels fill a cell of theirs.
    fn reading<'t>(&self, text: &'t str) -> Itemised<'t> {
        let (mut text, mut atoms) = (Cow::Borrowed(text), atoms::atoms(text));
        respell(&mut text, &mut atoms, &[
            &|text, _| tabbed::respelled(text),
            &|text, _| divider::unspanned(text),
            &divider::unlisted,
            &|text, _| dated::with_noughts(text),
            &|text, _| self.yearly.respelled(text),
            &|text, _| self.glosses.taken_out(text),
        ]);
        // A text with tabs, pipes or marks enough for its tables needs no other sign.
        let divided = memchr::memchr3_iter(b'\t', b'|', CELL_END as u8, text.as_bytes()).take(60).count() == 60;
        let others: &[Respelling] = if divided {
            &[&|text, _| divider::unspaced(text), &|text, _| continued::joined(text, &self.lexicon, &self.figures)]
        } else {
            &[
                &|text, atoms| joined::respelled(text, atoms, &self.lexicon),
                &|text, atoms| divider::respelled(text, atoms, &self.lexicon),
                &|text, atoms| self.stacks.joined(text, atoms),
                &|text, _| clauses::respelled(text, &self.lexicon, &self.figures),
                &|text, atoms| wrapped::joined(text, atoms, &self.lexicon, &self.figures),
            ]
        };
        respell(&mut text, &mut atoms, others);
        respell(&mut text, &mut atoms, &[&|text, atoms| spaced::joined(&self.words.known.keys, text, atoms)]);
        let hits = self.lexicon.hits(&text, &atoms, &self.figures);
        let divider = cells::divider(&text, &atoms, &hits);
        let mut items = if hits.len() > MOST_LABELS { Vec::new() } else { cells::items(&text, &atoms, &hits, divider, &self.figures) };
        padding::close_up(&mut items);
        counted::take_out(&mut items, &text);
        Itemised { text, atoms, hits, items, divider }
    }

    /// The title that a page names itself with.
    fn page_title(&self, decoded: &Decoded) -> Option<Title> {
        let mut own = decoded.meta.iter().filter(|(k, _)| ["articletitle", "title", "og:title"].contains(&k.to_ascii_lowercase().as_str()));
        own.find_map(|(_, v)| {
            let v = dated::with_noughts(v).map_or(Cow::Borrowed(v.as_str()), Cow::Owned);
            title::take_apart(&self.words, &crate::fold::fold(v.split(['_', '|', '-']).next().unwrap_or(&v)), 0)
        })
    }

    fn fields(&self, text: &str, atoms: &atoms::Atoms, title: Option<Title>, tables_at: usize, report: &mut Report) {
        let form = &self.words;
        // Most reports have a title, and nobody needs to ask what the preamble says.
        let preamble = OnceCell::new();
        let told = || preamble.get_or_init(|| preamble::told(form, text));
        // A title without a year leaves it to the day that stands right below it.
        let day = report.published.or_else(|| fields::day_below(form, title.as_ref().filter(|t| t.years.is_empty()), None, text));
        report.year = year::year(form, title.as_ref(), atoms, || told().year, day, [&text[..tables_at.min(text.len())], text], &mut report.problems);
        report.published = report.published.or_else(|| fields::day_below(form, title.as_ref(), Some(report.year?), text));
        report.published = report.published.filter(|day| {
            let odd = report.year.is_some_and(|year| fields::is_odd_day(form, *day, year, text));
            if odd {
                report.problems.push(Problem::new("extract/odd-day", 0, dates::written(*day), "the page says that it was published then, before the end of the year that it reports on or long after it; the day of publication is left open"));
            }
            !odd
        });
        let signed = signature::signature(form, text, atoms);
        let title = title.map(|t| whose::judged(form, t, text, atoms, signed.as_ref(), told));
        let heads = signed.as_ref().is_some_and(|s| s.heads);
        report.signature = signed.map(|s| s.name);
        let reports = |name: &&str| !heads || title.as_ref().is_none_or(|t| t.body.is_none()) && whose::speaks_for(form, name, text, atoms, told());
        (report.body, report.body_full) = body::body(form, title.as_ref(), text, atoms, report.signature.as_deref().filter(reports), told);
        // Where the titled body may have reported, or the one that signs, the signature tells no place.
        let rival = title.as_ref().and_then(|t| t.rival.as_deref()).filter(|_| report.body.is_none());
        let signs = |signature: &String| rival.is_some_and(|rival| body::own_place(form, rival) == body::own_place(form, signature));
        let of_site = heads && (report.body.is_none() || title.as_ref().is_some_and(|t| t.rival.is_some()));
        report.signature = report.signature.take().filter(|signature| !signs(signature) && !of_site);
        report.level = report.body.as_deref().and_then(|b| body::level(form, b)).and_then(level_name);
        report.phone = fields::phone(form, title.as_ref(), text);
        report.website = website::website(form, text).and_then(|address| {
            let cut = |cut: website::Cut| report.problems.push(Problem::new("extract/cut-address", cut.line, cut.words, "a blank or the end of a line goes through the address of the website, and what it goes on with is not sure; it is left open"));
            address.map_err(cut).ok()
        });
        report.code = fields::code(form, text, atoms);
        if let Some((t, rival)) = title.as_ref().and_then(|t| Some((t, t.rival.as_ref()?))) {
            let counts = if t.body.as_ref() == Some(rival) { "; the title, or the line above it, names no more than the region" } else { "" };
            report.problems.push(Problem::new("extract/two-bodies", t.line, rival.as_str(), format!("the title is another body's than the one that the text names as its own: {}{counts}", t.words)));
        }
        // A step of the way through a site that lacks body or year is a column of it.
        report.title = title.filter(|t| t.is_whole() || !t.on_the_way).map(|t| named::words_of(form, t, report.body_full.as_deref()));
        if report.year.is_none() {
            report.problems.push(Problem::new("extract/no-year", 0, "", "neither title, statistics period nor publication date tell the year reported on"));
        }
        if report.body.is_none() {
            report.problems.push(Problem::new("extract/no-body", 0, "", "neither title, preamble nor signature name the issuing body"));
        }
    }

    /// Whose figures running text states.
    fn reporter<'r>(&self, report: &'r Report) -> mentions::Reporter<'r> {
        let body = report.body_full.as_deref().or(report.body.as_deref()).unwrap_or("");
        let place = body::split_organ(&self.words, body).0;
        let own = body::without_regions(&self.words, place);
        let region = Some(place).filter(|_| report.level.is_some_and(|level| ![body::TOWNSHIP, body::DEPARTMENT].contains(&level)));
        let names = [place, own, &place[..place.len() - own.len()]].into_iter().filter(|name| name.chars().count() > 1).collect();
        mentions::Reporter { year: report.year, names, region: region.and_then(|place| place.chars().next_back()) }
    }

    fn missing_tables(&self, report: &mut Report) {
        for (t, edition) in report.editions.iter().enumerate() {
            if edition.is_none() {
                report.problems.push(Problem::new("extract/no-table", 0, TABLES[t], format!("table {} is not in the file; all its cells are absent", &TABLES[t][1..])));
            }
        }
        for (t, _) in report.editions.iter().enumerate().filter(|(_, e)| e.is_some()) {
            let absent = |f: &&Figure| f.status == Status::Absent && self.form.indicators[f.indicator as usize].table == t;
            let n = report.figures.iter().filter(absent).count();
            let first = report.figures.iter().find(absent);
            if let Some(f) = first {
                let name = &self.form.indicators[f.indicator as usize].name;
                report.problems.push(Problem::new("extract/rows-missing", f.line, name.as_str(), format!("{n} cells of table {} are not in the file, the first is {name}; they are absent, not 0", &TABLES[t][1..])));
            }
        }
    }
}

/// What is written otherwise in a text, which has these fragments; none where nothing is.
type Respelling<'r> = &'r dyn Fn(&str, &atoms::Atoms) -> Option<String>;

/// Respells a text in these ways, one after another.
fn respell(text: &mut Cow<str>, atoms: &mut atoms::Atoms, respellings: &[Respelling]) {
    for respelled in respellings {
        if let Some(respelled) = respelled(text, atoms) {
            *atoms = atoms::atoms(&respelled);
            *text = Cow::Owned(respelled);
        }
    }
}

/// The five names of the contract; anything else is a fault of the form's data that lint reports.
fn level_name(level: &str) -> Option<&'static str> {
    ["township", "county", "city", "province", "department"].into_iter().find(|l| *l == level)
}

/// Conversion changes words but no separators: a cell's text as it stood is the same piece of its line. Figures whose
/// text is plain ASCII stand in both alike.
fn raw_as_it_stood(original: &str, figures: &mut [Figure]) {
    if figures.iter().all(|f| f.raw.is_ascii()) {
        return;
    }
    let lines: Vec<&str> = original.split('\n').collect();
    for f in figures.iter_mut().filter(|f| !f.raw.is_ascii()) {
        let Some(line) = lines.get((f.line as usize).wrapping_sub(1)) else { continue };
        // The digits at its start find the cell again.
        let key: String = f.raw.chars().take_while(|c| !c.is_alphabetic()).collect();
        let letters = |words: &str| words.chars().filter_map(fold_char).count();
        let least = letters(&f.raw);
        let begins = |at: &usize| line[..*at].chars().next_back().is_none_or(atoms::is_separator);
        let cells = places(line, &key).filter(|_| !key.is_empty()).filter(begins).filter_map(|at| line[at..].split(atoms::is_separator).next());
        let piece = cells.filter(|p| p.len() >= key.len()).find(|p| letters(p) >= least);
        if let Some(piece) = piece {
            f.raw = piece.into();
        }
    }
}
