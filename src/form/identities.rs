//! The accounting identities of a form: reads `identities.toml`, gives each row and table its own, and says when figures hold one.

use serde::Deserialize;

use super::load::{Loader, Spanned, edition_index, fill, line_at};
use super::{Form, Identity, Relation, RowSum, TableSum};

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
    #[serde(default)]
    en: String,
    #[allow(dead_code)]
    source: String,
}

impl Loader {
    pub(super) fn identities(&mut self, form: &mut Form) {
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
            if entry.editions.is_empty() {
                self.fault(name, line, "this identity names no edition: it would never be tested");
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
                for (e, said) in editions.iter().zip(&entry.editions) {
                    if let Some(&odd) = left.iter().chain(&right).find(|&&i| !form.indicators[usize::from(i)].editions.contains(e)) {
                        let message = format!("edition {} has no «{}»: this identity could never be tested there", said.get_ref(), form.indicators[usize::from(odd)].name);
                        self.fault(name, line_at(&text, said.span().start), message);
                    }
                }
                lines.push(line);
                form.identities.push(Identity {
                    name: fill(entry.name.get_ref(), item),
                    table: form.indicators[first as usize].table,
                    editions: editions.clone(),
                    left,
                    relation,
                    right,
                    zh: entry.zh.clone(),
                    en: entry.en.clone(),
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
}

/// Figures are decimal fractions of at most four places.
const NEAR: f64 = 1e-6;

/// Whether two sums of figures are the same.
pub fn equal(a: f64, b: f64) -> bool {
    (a - b).abs() < NEAR
}

/// Whether a sum of figures is more than another.
pub fn exceeds(a: f64, b: f64) -> bool {
    a > b + NEAR
}

/// What terms add up to; none where one of them has no figure.
pub fn total<T: Copy>(terms: &[T], value: impl Fn(T) -> Option<f64>) -> Option<f64> {
    terms.iter().map(|&term| value(term)).sum()
}

impl Identity {
    /// Whether what its two sides add up to is as it says.
    pub fn holds(&self, left: f64, right: f64) -> bool {
        match self.relation {
            Relation::Equal => equal(left, right),
            Relation::AtMost => !exceeds(left, right),
        }
    }
}

impl RowSum {
    /// Whether it holds for the figures at these places; none where one of them is missing.
    pub fn holds(&self, value: impl Fn(usize) -> Option<f64>) -> Option<bool> {
        Some(equal(total(&self.left, &value)?, total(&self.right, &value)?))
    }
}

/// Gives every row the equalities whose terms it holds, and every table those between its rows and what those of its rows say.
pub(super) fn sums(form: &mut Form) {
    for table in &mut form.tables {
        // One that not all editions of the table have proves nothing of a row before its edition is known.
        let equal = |d: &&Identity| d.table == table.table && d.relation == Relation::Equal;
        let said = |d: &Identity, e: &u8| form.identities.iter().filter(equal).any(|o| (&o.left, &o.right) == (&d.left, &d.right) && o.editions.contains(e));
        let own = |d: &&Identity| equal(d) && table.editions.iter().all(|e| said(d, e));
        let place = |i: &u16| table.rows.iter().enumerate().rev().find_map(|(n, row)| Some((n, row.cells.iter().position(|x| x == i)?)));
        let between = |d: &Identity| {
            let places: Vec<(usize, usize)> = d.left.iter().chain(&d.right).map(place).collect::<Option<_>>()?;
            let &(first, column) = places.first()?;
            // Most are between the cells of one row.
            places.iter().any(|p| p.0 != first).then(|| TableSum { column, rows: places.iter().map(|p| p.0).collect(), left: d.left.clone(), right: d.right.clone() })
        };
        let mut between: Vec<TableSum> = form.identities.iter().filter(own).filter_map(between).collect();
        between.dedup();
        table.sums = between;
        for row in &mut table.rows {
            let place = |i: &u16| row.cells.iter().position(|x| x == i);
            let within = |d: &Identity| Some(RowSum { left: d.left.iter().map(place).collect::<Option<_>>()?, right: d.right.iter().map(place).collect::<Option<_>>()? });
            let mut sums: Vec<RowSum> = form.identities.iter().filter(own).filter_map(within).collect();
            sums.dedup();
            row.sums = sums;
        }
        let ends = |cells: usize, s: &RowSum| cells > 2 && s.right == [cells - 1] && s.left.iter().copied().eq(0..cells - 1);
        table.total_last = table.rows.iter().filter(|r| !r.is_heading()).all(|r| matches!(r.sums.as_slice(), [s] if ends(r.cells.len(), s)));
    }
}
