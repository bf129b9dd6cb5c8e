//! Reads a form's folder, fills in the templates and refuses what does not fit, all faults at once.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::identities::sums;
use super::*;
use crate::fold::fold;
use crate::written;

/// A fault in a definition: the file, the line (0 for a file or folder that is not there), what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: PathBuf,
    pub line: usize,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file.display(), self.message),
            line => write!(f, "{}:{line}: {}", self.file.display(), self.message),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormFile {
    name: String,
    /// The indicator that applications in running text are held against.
    applications: toml::Spanned<String>,
    edition: Vec<EditionEntry>,
    figures: FigureWords,
    labels: LabelWords,
    #[serde(default)]
    beside: Beside,
    recognise: Recognise,
    body: BodyWords,
    title: TitleWords,
    preamble: Preamble,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditionEntry {
    key: Spanned<String>,
    notice: String,
    #[serde(default)]
    cited: Vec<String>,
}

pub(super) type Spanned<T> = toml::Spanned<T>;

#[derive(Deserialize)]
struct IndicatorRow {
    indicator: String,
    table: String,
    editions: String,
    unit: String,
    name_zh: String,
    name_en: String,
    comparable: String,
    because: String,
}

#[derive(Deserialize)]
struct IgnoreRow {
    table: String,
    text: String,
    reason: String,
}

/// Collects faults while the definition is read.
pub(super) struct Loader {
    pub(super) dir: PathBuf,
    pub(super) faults: Vec<Fault>,
    hash: blake3::Hasher,
}

/// Reads and validates the form in `dir`, or lists every fault with file and line.
pub fn load(dir: &Path) -> Result<Form, Vec<Fault>> {
    let mut l = Loader { dir: dir.to_path_buf(), faults: Vec::new(), hash: blake3::Hasher::new() };
    let form = l.form();
    l.faults.sort();
    l.faults.dedup();
    match form {
        Some(form) if l.faults.is_empty() => Ok(form),
        _ => Err(l.faults),
    }
}

/// Reads another file of the form's folder, with its text, or tells the fault in it.
///
/// # Errors
/// The file is not there, is not UTF-8 or not of this shape.
pub fn read<T: serde::de::DeserializeOwned>(dir: &Path, name: &str) -> Result<(String, T), Vec<Fault>> {
    let mut l = Loader { dir: dir.to_path_buf(), faults: Vec::new(), hash: blake3::Hasher::new() };
    l.toml(name).ok_or(l.faults)
}

impl Loader {
    fn form(&mut self) -> Option<Form> {
        let (source, file): (_, FormFile) = self.toml("form.toml")?;
        let mut form = Form {
            name: file.name,
            editions: self.editions(file.edition, &source),
            tables: Vec::new(),
            labels: Vec::new(),
            indicators: Vec::new(),
            identities: Vec::new(),
            comparable: Vec::new(),
            years: Vec::new(),
            rates: Vec::new(),
            ignore: Vec::new(),
            figures: file.figures,
            words: file.labels,
            beside: file.beside,
            recognise: file.recognise,
            body: file.body,
            title: file.title,
            preamble: file.preamble,
            mentions_against: None,
            hash: String::new(),
        };
        self.factors(&form, &source);
        self.keys_twice(&form, &source);
        let against = file.applications;
        let r = &mut form.recognise;
        r.sections = folded(std::mem::take(&mut r.sections));
        r.former = folded(std::mem::take(&mut r.former));
        let (t, p) = (&mut form.title, &mut form.preamble);
        let b = &mut form.beside;
        for list in [&mut t.labels, &mut t.before, &mut t.files, &mut t.behind, &mut t.links, &mut t.categories, &mut t.sentences, &mut t.goes_on, &mut t.sites, &mut t.brands, &mut t.marks, &mut p.leads, &mut p.goes_on, &mut p.acts, &mut b.plain, &mut b.back, &mut b.all, &mut t.goes_over, &mut t.sources] {
            *list = folded(std::mem::take(list));
        }
        // Of words that hold each other the longest is meant.
        for list in [&mut t.labels, &mut t.before, &mut t.categories, &mut p.leads] {
            list.sort_by_key(|w| std::cmp::Reverse(w.len()));
        }
        let w = &mut form.words;
        for list in [&mut w.ordinals, &mut w.gloss_links, &mut w.whole, &mut w.selves, &mut w.remarks, &mut w.citing, &mut w.multiples, &mut w.issuers, &mut w.note_marks, &mut w.amends, &mut w.unit_marks, &mut w.unit_kinds, &mut w.unit_links, &mut form.figures.remarks, &mut form.figures.corrections] {
            *list = folded(std::mem::take(list));
        }
        w.dated = std::mem::take(&mut w.dated).into_iter().map(|(dated, label)| (dated, fold(&label))).collect();
        w.glosses = std::mem::take(&mut w.glosses).into_iter().map(|(label, words)| (fold(&label), folded(words))).collect();
        w.means = std::mem::take(&mut w.means).into_iter().map(|(label, words)| (fold(&label), folded(words))).collect();
        self.labels(&mut form);
        let read = self.indicators(&mut form, &source);
        for (name, empty) in [("labels.csv", form.labels.is_empty()), ("indicators.csv", form.indicators.is_empty())] {
            if empty && self.faults.is_empty() {
                self.fault(name, 1, "there is no row in it");
            }
        }
        // Without them everything else would only say so again.
        let (lines, keys) = read.filter(|_| !form.labels.is_empty() && !form.indicators.is_empty())?;
        self.comparable(&mut form, &lines, keys);
        self.tables(&mut form);
        self.cells_and_indicators(&form, &lines);
        self.unused_labels(&form);
        self.identities(&mut form);
        self.years(&mut form);
        self.rates(&mut form);
        sums(&mut form);
        self.ignore(&mut form);
        form.mentions_against = form.indicators.iter().position(|i| i.name == *against.get_ref()).map(|i| i as u16);
        if form.mentions_against.is_none() {
            self.fault("form.toml", line_at(&source, against.span().start), format!("«{}» is no indicator", against.get_ref()));
        }
        form.hash = self.hash.finalize().to_hex()[..16].to_string();
        Some(form)
    }

    pub(super) fn fault(&mut self, file: &str, line: usize, message: impl Into<String>) {
        self.faults.push(Fault { file: self.dir.join(file), line, message: message.into() });
    }

    /// The editions, each key once.
    fn editions(&mut self, entries: Vec<EditionEntry>, source: &str) -> Vec<Edition> {
        let mut editions: Vec<Edition> = Vec::new();
        for e in entries {
            let line = line_at(source, e.key.span().start);
            let key = e.key.into_inner();
            if editions.iter().any(|other| other.key == key) {
                self.fault("form.toml", line, format!("edition «{key}» stands here twice; take one out"));
            } else {
                editions.push(Edition { key, notice: e.notice, cited: folded(e.cited) });
            }
        }
        editions
    }

    fn read(&mut self, name: &str) -> Option<String> {
        let path = self.dir.join(name);
        match written::read(&path) {
            Ok(text) => {
                self.hash.update(name.as_bytes()).update(text.as_bytes());
                Some(text)
            }
            Err(fault) => {
                let needed = if path.exists() { "" } else { "; a form's folder needs this file" };
                self.fault(name, 0, format!("{fault}{needed}"));
                None
            }
        }
    }

    pub(super) fn toml<T: serde::de::DeserializeOwned>(&mut self, name: &str) -> Option<(String, T)> {
        let text = self.read(name)?;
        match toml::from_str(&text) {
            Ok(v) => Some((text, v)),
            Err(e) => {
                let line = e.span().map_or(0, |s| line_at(&text, s.start));
                self.fault(name, line, e.message().to_string());
                None
            }
        }
    }

    /// The rows of a file with at least these columns; none where it is no such file.
    pub(super) fn csv<T: serde::de::DeserializeOwned>(&mut self, name: &str, columns: &[&str]) -> Option<Vec<(usize, T)>> {
        let text = self.read(name)?;
        let mut rows = Vec::new();
        // The rows below one that is not closed would be missed in vain.
        if let Some(line) = written::open_quotes(&text).next() {
            self.fault(name, line, "a quotation mark is not closed in its line");
            return None;
        }
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        if let Some(missing) = columns.iter().find(|c| !headers.iter().any(|h| h == **c)) {
            self.fault(name, 1, format!("there is no column «{missing}»: {}", written::heading_fault(&columns.join(","), &text)));
            return None;
        }
        for record in reader.records() {
            match record.and_then(|r| Ok((r.position().map_or(0, |p| p.line() as usize), r.deserialize(Some(&headers))?))) {
                Ok(row) => rows.push(row),
                Err(e) => {
                    let line = e.position().map_or(0, |p| p.line() as usize);
                    self.fault(name, line, format!("is not a row of this file: {}", written::row_fault(&e)));
                }
            }
        }
        Some(rows)
    }

    /// A unit's factor multiplies what is published: it must be a number above nothing, and 1 for the column's own unit.
    fn factors(&mut self, form: &Form, source: &str) {
        #[derive(Deserialize)]
        struct Lines {
            figures: Factors,
        }
        #[derive(Deserialize)]
        struct Factors {
            units: BTreeMap<String, BTreeMap<String, Spanned<f64>>>,
            #[serde(default)]
            most: BTreeMap<String, Spanned<f64>>,
        }
        let Ok(lines) = toml::from_str::<Lines>(source) else { return };
        let name = "form.toml";
        for (column, units) in &lines.figures.units {
            for (unit, factor) in units {
                let (line, value) = (line_at(source, factor.span().start), *factor.get_ref());
                if fold(unit).is_empty() {
                    self.fault(name, line, format!("«{unit}» is no unit; a figure without one is in the column's unit"));
                }
                if !(value.is_finite() && value > 0.0) {
                    self.fault(name, line, format!("«{value}» is no factor of «{unit}»; it is a number above 0"));
                } else if unit == column && value != 1.0 {
                    self.fault(name, line, format!("«{unit}» is the column's own unit, and its factor is 1, not {value}"));
                }
            }
        }
        for (unit, most) in &lines.figures.most {
            if most.get_ref().is_nan() || *most.get_ref() <= 0.0 {
                self.fault(name, line_at(source, most.span().start), format!("«{}» is no largest figure in {unit}; it is a number above 0", most.get_ref()));
            }
        }
        if form.figures.units.keys().any(|column| fold(column).is_empty()) {
            self.fault(name, line_at(source, source.find("[figures.units.").unwrap_or(0)), "a column under [figures.units] has no unit");
        }
    }

    /// The lines of the indicators, and what each says of comparability; none where their file cannot be read.
    fn indicators(&mut self, form: &mut Form, source: &str) -> Option<(Vec<usize>, Vec<(String, String)>)> {
        let (mut lines, mut keys) = (Vec::new(), Vec::new());
        let mut seen = HashMap::new();
        let columns = ["indicator", "table", "editions", "unit", "name_zh", "name_en", "comparable", "because"];
        for (line, row) in self.csv::<IndicatorRow>("indicators.csv", &columns)? {
            let Some(table) = table_index(&row.table) else {
                self.fault("indicators.csv", line, format!("unknown table «{}»", row.table));
                continue;
            };
            if let Some(first) = seen.insert(row.indicator.clone(), line) {
                self.fault("indicators.csv", line, format!("indicator «{}» stands on line {first} already", row.indicator));
                continue;
            }
            if row.name_zh.trim().is_empty() {
                self.fault("indicators.csv", line, format!("indicator «{}» has no name_zh", row.indicator));
            }
            if !form.figures.units.contains_key(&row.unit) {
                let known: Vec<&str> = form.figures.units.keys().map(String::as_str).collect();
                self.fault("indicators.csv", line, format!("form.toml has no [figures.units.\"{}\"], so no cell in «{}» could be read; it has {}", row.unit, row.unit, known.join(", ")));
            }
            let mut editions = Vec::new();
            for e in row.editions.split_whitespace() {
                match edition_index(form, e) {
                    Some(i) => editions.push(i),
                    None => self.fault("indicators.csv", line, format!("unknown edition «{e}»")),
                }
            }
            let larger = form.figures.larger.iter().filter(|l| l.indicators.contains(&row.indicator)).flat_map(|l| l.most.values()).copied().fold(0.0, f64::max);
            form.indicators.push(Indicator {
                signed: form.figures.signed.contains(&row.indicator),
                name: row.indicator,
                table,
                editions,
                most: form.figures.most.get(&row.unit).copied().unwrap_or(f64::INFINITY).max(larger),
                whole: form.figures.units.get(&row.unit).is_none_or(|m| m.values().all(|f| f.fract() == 0.0)),
                unit: row.unit,
                name_zh: row.name_zh,
                name_en: row.name_en,
                comparable: None,
            });
            lines.push(line);
            keys.push((row.comparable, row.because));
        }
        self.named_figures(form, source);
        Some((lines, keys))
    }

    /// A key of an information block is about one thing: of two lists that have it only one is asked.
    fn keys_twice(&mut self, form: &Form, source: &str) {
        let f = &form.beside.fields;
        let lists = [("plain", &f.plain), ("signers", &f.signers), ("states", &f.states), ("ends", &f.ends), ("sorts", &f.sorts), ("periods", &f.periods), ("years", &f.years), ("owners", &f.owners), ("holders", &f.holders), ("notes", &f.notes)];
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (list, key) in lists.iter().flat_map(|(list, keys)| keys.iter().map(move |key| (*list, key))) {
            if let Some(first) = seen.insert(fold(key), list).filter(|first| *first != list) {
                let line = (1..).zip(source.lines()).filter(|(_, l)| l.contains(&format!("\"{key}\""))).last().map_or(1, |(n, _)| n);
                self.fault("form.toml", line, format!("«{key}» stands in `{first}` and in `{list}` of [beside.fields]; a key is about one thing, so take it out of the wrong one"));
            }
        }
    }

    /// That the lists of form.toml which name indicators and levels name some.
    fn named_figures(&mut self, form: &Form, source: &str) {
        let figures = &form.figures;
        let indicators = |names: Vec<&String>, list: &'static str| {
            let unknown = names.into_iter().filter(|n| form.indicators.iter().all(|i| i.name != **n));
            unknown.map(|n| (n.clone(), format!("«{n}» in `{list}` is no indicator"))).collect::<Vec<_>>()
        };
        let mut odd = indicators(figures.signed.iter().collect(), "signed");
        odd.extend(indicators(figures.larger.iter().flat_map(|l| &l.indicators).collect(), "larger"));
        odd.extend(indicators(figures.each.iter().flat_map(|e| [&e.amount, &e.of]).collect(), "each"));
        let levels = figures.larger.iter().flat_map(|l| l.most.keys()).filter(|l| form.body.level.iter().all(|b| b.level != **l));
        odd.extend(levels.map(|l| (l.clone(), format!("«{l}» in `larger` is no level"))));
        for (name, message) in odd {
            let line = source.lines().position(|l| l.contains(&format!("\"{name}\"")) || l.trim_start().starts_with(&name)).map_or(1, |n| n + 1);
            self.fault("form.toml", line, message);
        }
    }

    fn ignore(&mut self, form: &mut Form) {
        for (line, row) in self.csv::<IgnoreRow>("ignore.csv", &["table", "text", "reason"]).unwrap_or_default() {
            let (text, table) = (fold(&row.text), table_index(&row.table));
            // Ignored words are looked for at the end of unknown ones: the end of a label would hide its misspellings.
            let hides = |l: &&Label| Some(l.table) == table && l.texts.iter().any(|t| t.ends_with(&text));
            match table {
                _ if text.is_empty() => self.fault("ignore.csv", line, format!("the text «{}» has no letter left once folded", row.text)),
                _ if let Some(label) = form.labels.iter().find(hides) => {
                    self.fault("ignore.csv", line, format!("«{}» is the label «{}» or its end; a row that is not recognised would be passed over in silence", row.text, label.key));
                }
                _ if row.reason.trim().is_empty() => self.fault("ignore.csv", line, format!("«{}» has no reason", row.text)),
                Some(table) => form.ignore.push(Ignore { table, folded: text, reason: row.reason }),
                None => self.fault("ignore.csv", line, format!("unknown table «{}»", row.table)),
            }
        }
    }
}

pub(super) fn folded(texts: Vec<String>) -> Vec<String> {
    texts.iter().map(|t| fold(t)).collect()
}

pub(super) fn table_index(key: &str) -> Option<usize> {
    TABLES.iter().position(|t| *t == key)
}

pub(super) fn edition_index(form: &Form, key: &str) -> Option<u8> {
    form.editions.iter().position(|e| e.key == key).map(|i| i as u8)
}

/// Replaces the `{…}` of a check's name by the item it is repeated for.
pub(super) fn fill(name: &str, item: &str) -> String {
    match (name.find('{'), name.find('}')) {
        (Some(a), Some(b)) if a < b => format!("{}{item}{}", &name[..a], &name[b + 1..]),
        _ => name.to_string(),
    }
}

pub(super) fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|&&b| b == b'\n').count() + 1
}
