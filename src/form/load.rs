//! Reads a form's folder, fills in the templates and refuses what does not fit, all faults at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::*;
use crate::fold::fold;

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
    #[allow(dead_code)]
    title_zh: String,
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
    key: String,
    notice: String,
    #[serde(default)]
    cited: Vec<String>,
}

pub(super) type Spanned<T> = toml::Spanned<T>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    table: Spanned<String>,
    editions: Vec<Spanned<String>>,
    headings: Vec<String>,
    headers: Vec<Spanned<String>>,
    telling: Vec<Spanned<String>>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    head_orders: Vec<Vec<Vec<Spanned<String>>>>,
    row: Vec<RowEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowEntry {
    label: Spanned<String>,
    columns: Option<Vec<String>>,
    #[serde(default)]
    heading: bool,
    #[serde(default = "first_column")]
    depth: u8,
}

fn first_column() -> u8 {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentitiesFile {
    identity: Vec<IdentityEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityEntry {
    name: Spanned<String>,
    #[serde(default)]
    each: Vec<String>,
    editions: Vec<Spanned<String>>,
    left: Vec<Spanned<String>>,
    relation: Spanned<String>,
    right: Vec<Spanned<String>>,
    zh: String,
    #[allow(dead_code)]
    source: String,
}

#[derive(Deserialize)]
struct LabelRow {
    table: String,
    label: String,
    text: String,
    kind: String,
}

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
    dir: PathBuf,
    faults: Vec<Fault>,
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

impl Loader {
    fn form(&mut self) -> Option<Form> {
        let (source, file): (_, FormFile) = self.toml("form.toml")?;
        let mut form = Form {
            name: file.name,
            editions: file.edition.into_iter().map(|e| Edition { key: e.key, notice: e.notice, cited: folded(e.cited) }).collect(),
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
        let against = file.applications;
        let r = &mut form.recognise;
        r.sections = folded(std::mem::take(&mut r.sections));
        r.former = folded(std::mem::take(&mut r.former));
        let (t, p) = (&mut form.title, &mut form.preamble);
        let b = &mut form.beside;
        for list in [&mut t.labels, &mut t.behind, &mut t.links, &mut t.categories, &mut t.sentences, &mut t.goes_on, &mut t.sites, &mut t.brands, &mut t.marks, &mut p.leads, &mut p.goes_on, &mut p.acts, &mut b.plain, &mut b.back, &mut b.all, &mut t.goes_over, &mut t.sources] {
            *list = folded(std::mem::take(list));
        }
        // Of words that hold each other the longest is meant.
        for list in [&mut t.labels, &mut t.categories, &mut p.leads] {
            list.sort_by_key(|w| std::cmp::Reverse(w.len()));
        }
        let w = &mut form.words;
        for list in [&mut w.ordinals, &mut w.whole, &mut w.selves, &mut w.remarks, &mut w.citing, &mut w.multiples, &mut w.issuers, &mut w.note_marks, &mut w.amends, &mut w.unit_marks, &mut w.unit_kinds, &mut w.unit_links, &mut form.figures.remarks, &mut form.figures.corrections] {
            *list = folded(std::mem::take(list));
        }
        w.means = std::mem::take(&mut w.means).into_iter().map(|(label, words)| (fold(&label), folded(words))).collect();
        self.labels(&mut form);
        let (lines, keys) = self.indicators(&mut form);
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

    fn read(&mut self, name: &str) -> Option<String> {
        match std::fs::read_to_string(self.dir.join(name)) {
            Ok(s) => {
                self.hash.update(name.as_bytes()).update(s.as_bytes());
                Some(s)
            }
            Err(e) => {
                self.fault(name, 0, format!("cannot be read ({e}); a form's folder needs this file"));
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

    fn csv<T: serde::de::DeserializeOwned>(&mut self, name: &str) -> Vec<(usize, T)> {
        let Some(text) = self.read(name) else { return Vec::new() };
        let mut rows = Vec::new();
        // One that is not closed takes the rows below it into its cell.
        for (line, _) in (1..).zip(text.lines()).filter(|(_, l)| l.matches('"').count() % 2 == 1) {
            self.fault(name, line, "a quotation mark is not closed in its line");
        }
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        for record in reader.records() {
            match record.and_then(|r| Ok((r.position().map_or(0, |p| p.line() as usize), r.deserialize(Some(&headers))?))) {
                Ok(row) => rows.push(row),
                Err(e) => {
                    let line = e.position().map_or(0, |p| p.line() as usize);
                    self.fault(name, line, format!("is not a row of this file: {e}"));
                }
            }
        }
        rows
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

    fn labels(&mut self, form: &mut Form) {
        let mut ids: HashMap<(usize, String), usize> = HashMap::new();
        for (line, row) in self.csv::<LabelRow>("labels.csv") {
            let Some(table) = table_index(&row.table) else {
                self.fault("labels.csv", line, format!("unknown table «{}»; it is one of t2, t3, t4", row.table));
                continue;
            };
            let text = fold(&row.text);
            if text.is_empty() {
                self.fault("labels.csv", line, format!("the text «{}» has no letter left once folded", row.text));
                continue;
            }
            let statutory = row.kind == "statutory";
            if !statutory && row.kind != "alias" {
                self.fault("labels.csv", line, format!("unknown kind «{}»; it is statutory or alias", row.kind));
            }
            let id = *ids.entry((table, row.label.clone())).or_insert_with(|| {
                form.labels.push(Label { table, key: row.label.clone(), texts: Vec::new(), statutory: String::new(), has_unit: false });
                form.labels.len() - 1
            });
            let label = &mut form.labels[id];
            if statutory {
                if label.statutory.is_empty() {
                    label.statutory = row.text;
                } else {
                    self.fault("labels.csv", line, format!("label «{}» has a second statutory text", row.label));
                }
            }
            if !label.texts.contains(&text) {
                label.texts.push(text);
            }
        }
        let units: Vec<&String> = form.figures.units.values().flat_map(|of| of.keys()).collect();
        for label in &mut form.labels {
            label.has_unit = label.texts.iter().any(|text| units.iter().any(|unit| text.contains(unit.as_str())));
        }
        for label in form.labels.iter().filter(|l| l.statutory.is_empty()) {
            let line = label.texts.first().map_or(0, |t| self.label_line(t));
            self.fault("labels.csv", line, format!("label «{}» of {} has no statutory text, only aliases", label.key, TABLES[label.table]));
        }
    }

    /// The lines of the indicators, and what each says of comparability.
    fn indicators(&mut self, form: &mut Form) -> (Vec<usize>, Vec<(String, String)>) {
        let (mut lines, mut keys) = (Vec::new(), Vec::new());
        let mut seen = HashMap::new();
        for (line, row) in self.csv::<IndicatorRow>("indicators.csv") {
            let Some(table) = table_index(&row.table) else {
                self.fault("indicators.csv", line, format!("unknown table «{}»", row.table));
                continue;
            };
            if let Some(first) = seen.insert(row.indicator.clone(), line) {
                self.fault("indicators.csv", line, format!("indicator «{}» stands on line {first} already", row.indicator));
                continue;
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
        let unknown = |n: &&String| !form.indicators.iter().any(|i| i.name == **n);
        for name in form.figures.signed.iter().filter(unknown) {
            self.fault("form.toml", 1, format!("«{name}» in `signed` is no indicator"));
        }
        for name in form.figures.larger.iter().flat_map(|l| &l.indicators).filter(unknown) {
            self.fault("form.toml", 1, format!("«{name}» in `larger` is no indicator"));
        }
        for level in form.figures.larger.iter().flat_map(|l| l.most.keys()).filter(|l| !form.body.level.iter().any(|b| b.level == **l)) {
            self.fault("form.toml", 1, format!("«{level}» in `larger` is no level"));
        }
        for name in form.figures.each.iter().flat_map(|e| [&e.amount, &e.of]).filter(unknown) {
            self.fault("form.toml", 1, format!("«{name}» in `each` is no indicator"));
        }
        (lines, keys)
    }

    fn tables(&mut self, form: &mut Form) {
        let mut names: Vec<String> = match std::fs::read_dir(self.dir.join("tables")) {
            Ok(dir) => dir.flatten().filter_map(|e| e.file_name().into_string().ok()).filter(|n| n.ends_with(".toml")).collect(),
            Err(e) => {
                self.fault("tables", 0, format!("cannot be read ({e}); a form's folder needs this folder"));
                return;
            }
        };
        names.sort();
        for name in names {
            let name = format!("tables/{name}");
            if let Some((text, file)) = self.toml::<TableFile>(&name) {
                self.table(form, &name, &text, file);
            }
        }
        for (t, table) in TABLES.iter().enumerate() {
            for (e, edition) in form.editions.iter().enumerate() {
                let n = form.tables.iter().filter(|x| x.table == t && x.editions.contains(&(e as u8))).count();
                if n != 1 {
                    self.faults.push(Fault {
                        file: self.dir.join("tables"),
                        line: 0,
                        message: format!("table {table} of edition {} is defined {n} times; it must be defined once", edition.key),
                    });
                }
            }
        }
    }

    fn table(&mut self, form: &mut Form, name: &str, text: &str, file: TableFile) {
        let Some(table) = table_index(file.table.get_ref()) else {
            return self.fault(name, line_at(text, file.table.span().start), format!("unknown table «{}»", file.table.get_ref()));
        };
        let mut editions = Vec::new();
        for e in &file.editions {
            match edition_index(form, e.get_ref()) {
                Some(i) => editions.push(i),
                None => self.fault(name, line_at(text, e.span().start), format!("unknown edition «{}»; form.toml names them", e.get_ref())),
            }
        }
        let label = |l: &mut Loader, key: &Spanned<String>| -> Option<LabelId> {
            let id = form.labels.iter().position(|x| x.table == table && x.key == *key.get_ref());
            if id.is_none() {
                let line = line_at(text, key.span().start);
                l.fault(name, line, format!("label «{}» of {} is not in labels.csv", key.get_ref(), TABLES[table]));
            }
            id.map(|i| i as LabelId)
        };
        let headers: Vec<_> = file.headers.iter().filter_map(|k| label(self, k)).collect();
        let telling = file.telling.iter().filter_map(|k| label(self, k)).collect();
        let head_orders: Vec<Vec<Vec<LabelId>>> = file
            .head_orders
            .iter()
            .map(|g| g.iter().map(|o| o.iter().filter_map(|k| label(self, k)).collect()).collect())
            .collect();
        let mut rows = Vec::new();
        let mut parent = None;
        for row in &file.row {
            let id = if row.label.get_ref().is_empty() { None } else { label(self, &row.label) };
            let line = line_at(text, row.label.span().start);
            if row.heading {
                parent = id;
                rows.push(Row { label: id, parent: None, depth: row.depth, cells: Vec::new(), heads: Vec::new(), names: Vec::new(), sums: Vec::new() });
                continue;
            }
            let columns = row.columns.as_ref().unwrap_or(&file.columns);
            if columns.is_empty() {
                self.fault(name, line, "this row has no columns; give `columns` for the row or the table, or mark it `heading = true`");
            }
            let mut cells = Vec::new();
            for column in columns {
                let indicator = [TABLES[table], row.label.get_ref(), column].iter().filter(|s| !s.is_empty()).copied().collect::<Vec<_>>().join("_");
                match form.indicators.iter().position(|i| i.name == indicator) {
                    Some(i) => cells.push(i as u16),
                    None => self.fault(name, line, format!("the cell {indicator} has no indicator; add it to indicators.csv")),
                }
            }
            let heads = column_heads(form, table, &headers, row.label.get_ref(), columns);
            let names = column_names(form, &headers, &heads, columns);
            rows.push(Row { label: id, parent, depth: row.depth, cells, heads, names, sums: Vec::new() });
        }
        self.claimed_twice(form, &headers, &rows);
        let mut column_heads: Vec<LabelId> = rows.iter().flat_map(|r| &r.heads).chain(head_orders.iter().flatten().flatten()).copied().collect();
        column_heads.sort_unstable();
        column_heads.dedup();
        form.tables.push(Table { index: form.tables.len(), table, editions, headings: folded(file.headings), headers, telling, head_orders, column_heads, rows, sums: Vec::new() });
    }

    /// Within one table a text may stand for one row only, and for one header only.
    fn claimed_twice(&mut self, form: &Form, headers: &[LabelId], rows: &[Row]) {
        let row_labels: Vec<LabelId> = rows.iter().filter_map(|r| r.label).collect();
        for group in [headers, &row_labels[..]] {
            let mut seen: BTreeMap<&str, LabelId> = BTreeMap::new();
            for &id in group {
                for text in &form.labels[id as usize].texts {
                    match seen.insert(text, id) {
                        Some(other) if other != id => {
                            let message = format!(
                                "the text «{text}» is claimed twice in {}: by «{}» and by «{}»",
                                TABLES[form.labels[id as usize].table], form.labels[other as usize].key, form.labels[id as usize].key
                            );
                            let line = self.label_line(text);
                            self.fault("labels.csv", line, message);
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// A label that no table uses claims texts for nothing: a row that was pasted with its key left open.
    fn unused_labels(&mut self, form: &Form) {
        let used: BTreeSet<LabelId> = form.tables.iter().flat_map(|t| t.headers.iter().copied().chain(t.rows.iter().filter_map(|r| r.label))).collect();
        for label in (0..).zip(&form.labels).filter(|(id, _)| !used.contains(id)).map(|(_, label)| label) {
            let line = label.texts.first().map_or(0, |t| self.label_line(t));
            self.fault("labels.csv", line, format!("no table has a label «{}»; put the key of a row or head of {} there", label.key, TABLES[label.table]));
        }
    }

    /// The last line of labels.csv whose text folds to `text`.
    fn label_line(&self, text: &str) -> usize {
        let source = std::fs::read_to_string(self.dir.join("labels.csv")).unwrap_or_default();
        source.lines().enumerate().filter(|(_, l)| l.split(',').nth(2).is_some_and(|t| fold(t) == text)).map(|(i, _)| i + 1).last().unwrap_or(0)
    }

    fn cells_and_indicators(&mut self, form: &Form, lines: &[usize]) {
        for (i, indicator) in form.indicators.iter().enumerate() {
            let in_tables: BTreeSet<u8> = form
                .tables
                .iter()
                .filter(|t| t.rows.iter().any(|r| r.cells.contains(&(i as u16))))
                .flat_map(|t| t.editions.iter().copied())
                .collect();
            let said: BTreeSet<u8> = indicator.editions.iter().copied().collect();
            if in_tables != said {
                let keys = |s: &BTreeSet<u8>| s.iter().map(|&e| form.editions[e as usize].key.as_str()).collect::<Vec<_>>().join(" ");
                let message = format!(
                    "indicator «{}» says editions «{}», but the tables have its cell in «{}»",
                    indicator.name, keys(&said), keys(&in_tables)
                );
                self.fault("indicators.csv", lines[i], message);
            }
        }
    }

    fn identities(&mut self, form: &mut Form) {
        let name = "identities.toml";
        let Some((text, file)) = self.toml::<IdentitiesFile>(name) else { return };
        let mut lines = Vec::new();
        for entry in file.identity {
            let line = line_at(&text, entry.name.span().start);
            let relation = match entry.relation.get_ref().as_str() {
                "=" => Relation::Equal,
                "<=" => Relation::AtMost,
                other => {
                    self.fault(name, line_at(&text, entry.relation.span().start), format!("unknown relation «{other}»; it is = or <="));
                    continue;
                }
            };
            let mut editions = Vec::new();
            for e in &entry.editions {
                match edition_index(form, e.get_ref()) {
                    Some(i) => editions.push(i),
                    None => self.fault(name, line_at(&text, e.span().start), format!("unknown edition «{}»", e.get_ref())),
                }
            }
            let each = if entry.each.is_empty() { vec![String::new()] } else { entry.each.clone() };
            for item in &each {
                let mut terms = |side: &[Spanned<String>]| -> Vec<u16> {
                    let mut out = Vec::new();
                    for t in side {
                        let wanted = t.get_ref().replace("{}", item);
                        match form.indicators.iter().position(|i| i.name == wanted) {
                            Some(i) => out.push(i as u16),
                            None => self.fault(name, line_at(&text, t.span().start), format!("identity names an unknown indicator «{wanted}»")),
                        }
                    }
                    out
                };
                let (left, right) = (terms(&entry.left), terms(&entry.right));
                let Some(&first) = left.first() else {
                    self.fault(name, line, "this identity has no term on its left side");
                    continue;
                };
                lines.push(line);
                form.identities.push(Identity {
                    name: fill(entry.name.get_ref(), item),
                    table: form.indicators[first as usize].table,
                    editions: editions.clone(),
                    left,
                    relation,
                    right,
                    zh: entry.zh.clone(),
                });
            }
        }
        for i in 1..form.identities.len() {
            let (a, rest) = form.identities.split_at(i);
            if let Some(b) = a.iter().find(|b| b.name == rest[0].name && b.editions.iter().any(|e| rest[0].editions.contains(e))) {
                let message = format!("identity «{}» is defined twice for one edition", b.name);
                self.fault(name, lines[i], message);
            }
        }
    }

    fn ignore(&mut self, form: &mut Form) {
        for (line, row) in self.csv::<IgnoreRow>("ignore.csv") {
            match table_index(&row.table) {
                _ if fold(&row.text).is_empty() => self.fault("ignore.csv", line, format!("the text «{}» has no letter left once folded", row.text)),
                _ if row.reason.trim().is_empty() => self.fault("ignore.csv", line, format!("«{}» has no reason", row.text)),
                Some(table) => form.ignore.push(Ignore { table, folded: fold(&row.text), reason: row.reason }),
                None => self.fault("ignore.csv", line, format!("unknown table «{}»", row.table)),
            }
        }
    }
}

/// The head of each column: the label of the column's own name, or of the row's and the column's. None where one has none.
fn column_heads(form: &Form, table: usize, headers: &[LabelId], row: &str, columns: &[String]) -> Vec<LabelId> {
    let head = |key: &str| headers.iter().copied().find(|&h| form.labels[h as usize].table == table && form.labels[h as usize].key == key);
    columns.iter().map(|c| head(c).or_else(|| head(&format!("{row}_{c}")))).collect::<Option<_>>().unwrap_or_default()
}

/// The heads that name each column: its own, or the two whose keys make up its name. None where a column has no name.
fn column_names(form: &Form, headers: &[LabelId], heads: &[LabelId], columns: &[String]) -> Vec<Vec<LabelId>> {
    if !heads.is_empty() {
        return heads.iter().map(|&h| vec![h]).collect();
    }
    let key = |l: LabelId| form.labels[l as usize].key.as_str();
    let pair = |column: &String| {
        let pairs = headers.iter().flat_map(|&a| headers.iter().map(move |&b| (a, b)));
        pairs.into_iter().find(|&(a, b)| column.strip_prefix(key(a)).and_then(|rest| rest.strip_prefix('_')) == Some(key(b))).map(|(a, b)| vec![a, b])
    };
    columns.iter().map(pair).collect::<Option<_>>().unwrap_or_default()
}

/// Gives every row the equalities whose terms it holds, and every table those between its rows.
fn sums(form: &mut Form) {
    for table in &mut form.tables {
        let own = |d: &&Identity| d.table == table.table && d.relation == Relation::Equal && d.editions.iter().any(|e| table.editions.contains(e));
        let place = |i: &u16| table.rows.iter().enumerate().rev().find_map(|(n, row)| Some((n, row.cells.iter().position(|x| x == i)?)));
        let between = |d: &Identity| {
            let places: Vec<(usize, usize)> = d.left.iter().chain(&d.right).map(place).collect::<Option<_>>()?;
            let &(first, column) = places.first()?;
            // Most are between the cells of one row.
            places.iter().any(|p| p.0 != first).then(|| TableSum { column, rows: places.iter().map(|p| p.0).collect(), left: d.left.clone(), right: d.right.clone() })
        };
        table.sums = form.identities.iter().filter(own).filter_map(between).collect();
        for row in &mut table.rows {
            let place = |i: &u16| row.cells.iter().position(|x| x == i);
            let within = |d: &Identity| Some(RowSum { left: d.left.iter().map(place).collect::<Option<_>>()?, right: d.right.iter().map(place).collect::<Option<_>>()? });
            let mut sums: Vec<RowSum> = form.identities.iter().filter(|d| d.relation == Relation::Equal).filter_map(within).collect();
            sums.dedup();
            row.sums = sums;
        }
    }
}

fn folded(texts: Vec<String>) -> Vec<String> {
    texts.iter().map(|t| fold(t)).collect()
}

fn table_index(key: &str) -> Option<usize> {
    TABLES.iter().position(|t| *t == key)
}

fn edition_index(form: &Form, key: &str) -> Option<u8> {
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
