//! The labels of a form: reads `labels.csv`, and refuses a text that the reader would take for something else.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;

use super::load::{Fault, Loader, table_index};
use super::{Form, Label, LabelId, Row, TABLES};
use crate::fold::{fold, is_han_numeral};
use crate::written;

#[derive(Deserialize)]
struct LabelRow {
    table: String,
    label: String,
    text: String,
    kind: String,
}

const LABELS: &str = "labels.csv";

/// Letters of a label that is brief, at most.
const BRIEF: usize = 2;

/// Numerals before a label that the reader takes for its number, at most.
const NUMERALS: usize = 2;

impl Loader {
    pub(super) fn labels(&mut self, form: &mut Form) {
        let mut ids: HashMap<(usize, String), usize> = HashMap::new();
        let meant = Meant::of(form);
        for (line, row) in self.csv::<LabelRow>(LABELS, &["table", "label", "text", "kind"]).unwrap_or_default() {
            let Some(table) = table_index(&row.table) else {
                self.fault(LABELS, line, format!("unknown table «{}»; it is one of t2, t3, t4", row.table));
                continue;
            };
            let text = fold(&row.text);
            if let Some(what) = meant.fault(&text) {
                self.fault(LABELS, line, format!("the text «{}» {what}", row.text));
                continue;
            }
            let statutory = row.kind == "statutory";
            if !statutory && row.kind != "alias" {
                self.fault(LABELS, line, format!("unknown kind «{}»; it is statutory or alias", row.kind));
            }
            let id = *ids.entry((table, row.label.clone())).or_insert_with(|| {
                form.labels.push(Label { table, key: row.label.clone(), texts: Vec::new(), statutory: String::new(), has_unit: false, is_brief: false });
                form.labels.len() - 1
            });
            let label = &mut form.labels[id];
            if statutory {
                if label.statutory.is_empty() {
                    label.statutory = row.text;
                } else {
                    self.fault(LABELS, line, format!("label «{}» has a second statutory text", row.label));
                }
            }
            if !label.texts.contains(&text) {
                label.texts.push(text);
            }
        }
        let units: Vec<&String> = form.figures.units.values().flat_map(|of| of.keys()).collect();
        for label in &mut form.labels {
            label.has_unit = label.texts.iter().any(|text| units.iter().any(|unit| text.contains(unit.as_str())));
            label.is_brief = fold(&label.statutory).chars().nth(BRIEF).is_none();
        }
        for label in form.labels.iter().filter(|l| l.statutory.is_empty()) {
            let line = label.texts.first().map_or(0, |t| self.label_line(t));
            self.fault(LABELS, line, format!("label «{}» of {} has no statutory text, only aliases", label.key, TABLES[label.table]));
        }
    }

    /// The last line of labels.csv whose text folds to `text`.
    pub(super) fn label_line(&self, text: &str) -> usize {
        line_of(&self.dir, LABELS, 2, text)
    }

    /// Within one table a text may stand for one row only, and for one header only, also once what the reader takes for its number,
    /// or for the unit behind it, is off.
    pub(super) fn claimed_twice(&mut self, form: &Form, headers: &[LabelId], rows: &[Row]) {
        let row_labels: Vec<LabelId> = rows.iter().filter_map(|r| r.label).collect();
        let meant = Meant::of(form);
        for group in [headers, &row_labels[..]] {
            let mut seen: BTreeMap<&str, LabelId> = BTreeMap::new();
            let mut twice: Vec<(&str, LabelId, &str, LabelId)> = Vec::new();
            for &id in group {
                for text in &form.labels[id as usize].texts {
                    let other = seen.insert(text, id).filter(|other| *other != id);
                    twice.extend(other.map(|other| (text.as_str(), id, text.as_str(), other)));
                }
            }
            for (&text, &id) in &seen {
                let of = |bare: &'_ str| seen.get_key_value(bare).filter(|(_, other)| **other != id).map(|(own, other)| (text, id, *own, *other));
                twice.extend(meant.bare(text).find_map(of));
            }
            for (text, id, own, other) in twice {
                let [one, two] = [other, id].map(|l| form.labels[l as usize].key.as_str());
                let how = if text == own { String::new() } else { format!(" once its number or unit is off («{own}»)") };
                let message = format!("the text «{text}» is claimed twice in {}{how}: by «{one}» and by «{two}»", TABLES[form.labels[id as usize].table]);
                self.fault(LABELS, self.label_line(text), message);
            }
        }
    }

    /// A label that no table uses claims texts for nothing: a row that was pasted with its key left open.
    pub(super) fn unused_labels(&mut self, form: &Form) {
        let used: std::collections::BTreeSet<LabelId> = form.tables.iter().flat_map(|t| t.headers.iter().copied().chain(t.rows.iter().filter_map(|r| r.label))).collect();
        for label in (0..).zip(&form.labels).filter(|(id, _)| !used.contains(id)).map(|(_, label)| label) {
            let line = label.texts.first().map_or(0, |t| self.label_line(t));
            self.fault(LABELS, line, format!("no table has a label «{}»; put the key of a row or head of {} there", label.key, TABLES[label.table]));
        }
    }
}

impl Form {
    /// Whether words could be added to `labels.csv` as a label of a table: they are none yet, and the reader takes them for nothing else.
    pub fn may_be_label(&self, table: &str, words: &str) -> bool {
        let (text, meant) = (fold(words), Meant::of(self));
        let texts = || self.labels.iter().filter(|l| table_index(table) == Some(l.table)).flat_map(|l| &l.texts);
        meant.fault(&text).is_none() && !texts().any(|t| *t == text || meant.bare(&text).any(|bare| bare == t))
    }
}

/// What the reader takes a cell for that is no label, all folded.
struct Meant {
    units: Vec<String>,
    /// What says that a cell is empty, how its sign is, or by what its figure is multiplied; heads of a column of row numbers.
    others: Vec<String>,
}

impl Meant {
    fn of(form: &Form) -> Meant {
        let (f, w) = (&form.figures, &form.words);
        let lists: [&[String]; 6] = [&f.blank, &f.empty, &f.more, &f.less, &w.multiples, &w.ordinals];
        Meant {
            units: f.units.values().flat_map(|of| of.keys()).chain(w.no_units.iter()).map(|unit| fold(unit)).collect(),
            others: lists.into_iter().flatten().map(|word| fold(word)).collect(),
        }
    }

    /// Why a folded text is none of a label.
    fn fault(&self, text: &str) -> Option<&'static str> {
        let digit = |c: char| c.is_ascii_digit();
        match text {
            "" => Some("has no letter left once folded"),
            _ if text.chars().all(|c| digit(c) || is_han_numeral(c)) => Some("is nothing but a number; a label is the words behind it"),
            // The last figure of the row above, or the first of its own, would be read into it.
            _ if text.starts_with(digit) => Some("begins with a figure, which may be another row's; leave the number out, it need not be there"),
            _ if text.ends_with(digit) => Some("ends in a figure, which may be the row's own; leave it out"),
            _ if self.units.iter().any(|unit| unit == text) => Some("is the name of a unit; the reader takes it for one wherever it stands"),
            _ if self.others.iter().any(|word| word == text) => Some("says in form.toml that a cell is empty, what its sign is or by what it is multiplied, or heads a column of row numbers; it cannot be a label too"),
            _ => None,
        }
    }

    /// What a folded text is to the reader where numerals before it are its number, or a unit behind it explains it.
    fn bare<'t>(&'t self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let numbers = (0..=NUMERALS).map_while(move |n| text.chars().take(n).all(is_han_numeral).then(|| text.char_indices().nth(n)).flatten().map(|(at, _)| &text[at..]));
        numbers.flat_map(move |words| std::iter::once(words).chain(self.units.iter().filter_map(move |unit| words.strip_suffix(unit.as_str())))).filter(move |words| *words != text)
    }
}

/// The last line of a table of the form's folder whose cell in this column folds to `text`; 0 where there is none.
fn line_of(dir: &Path, file: &str, column: usize, text: &str) -> usize {
    let source = written::read(&dir.join(file)).unwrap_or_default();
    let cell = |l: &str| csv::ReaderBuilder::new().has_headers(false).from_reader(l.as_bytes()).records().next().and_then(|r| r.ok()?.get(column).map(fold));
    (1..).zip(source.lines()).filter(|(_, l)| cell(l).as_deref() == Some(text)).map(|(n, _)| n).last().unwrap_or(0)
}

/// Texts of labels and ignored words that are not in the script in which a text is compared, as `simplified` gives it.
///
/// # Errors
/// Each of them, with what to write.
pub fn in_one_script(dir: &Path, form: &Form, simplified: impl Fn(&str) -> String) -> Result<(), Vec<Fault>> {
    let labels = form.labels.iter().flat_map(|l| &l.texts).map(|text| (LABELS, 2, text));
    let ignored = form.ignore.iter().map(|g| ("ignore.csv", 1, &g.folded));
    let odd = labels.chain(ignored).map(|(file, column, text)| (file, column, text, simplified(text))).filter(|(_, _, text, own)| *text != own);
    let faults: Vec<Fault> = odd.map(|(file, column, text, own)| Fault {
        file: dir.join(file),
        line: line_of(dir, file, column, text),
        message: format!("«{text}» is not in Simplified script, in which every text is compared: it would never be found; write «{own}»"),
    }).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
