//! What is built on the figures of several editions, years or bodies: comparable indicators, checks over years, rates.
//! Reads `years.toml` and `rates.toml`, and the columns `comparable` and `because` of `indicators.csv`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::load::{Loader, Spanned, fill, line_at};
use super::{Comparable, Form, Rate, YearCheck};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearsFile {
    check: Vec<YearEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearEntry {
    name: Spanned<String>,
    #[serde(default)]
    each: Vec<String>,
    this_year: Vec<Spanned<String>>,
    last_year: Vec<Spanned<String>>,
    #[serde(default)]
    plus: Vec<Spanned<String>>,
    #[serde(default)]
    minus: Vec<Spanned<String>>,
    zh: String,
    #[serde(default)]
    en: String,
    #[allow(dead_code)]
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RatesFile {
    rate: Vec<RateEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateEntry {
    name: Spanned<String>,
    numerator: Vec<Spanned<String>>,
    denominator: Vec<Spanned<String>>,
    zh: String,
    en: String,
}

const INDICATORS: &str = "indicators.csv";
const YEARS: &str = "years.toml";
const RATES: &str = "rates.toml";

impl Loader {
    /// Joins the indicators that share a key. `keys` holds key and reason of each indicator, `lines` where it stands.
    pub(super) fn comparable(&mut self, form: &mut Form, lines: &[usize], keys: Vec<(String, String)>) {
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, (key, because)) in keys.iter().enumerate() {
            match (key.is_empty(), because.trim().is_empty()) {
                (false, true) => self.fault(INDICATORS, lines[i], format!("«{key}» is said to be comparable without a reason; write it under `because`")),
                (true, false) => self.fault(INDICATORS, lines[i], "there is a reason under `because`, but no key under `comparable`"),
                _ => {}
            }
            if !key.is_empty() {
                groups.entry(key).or_default().push(i);
            }
        }
        // In the form's order, so that tables made of them read like the form.
        let mut groups: Vec<(&str, Vec<usize>)> = groups.into_iter().collect();
        groups.sort_by_key(|(_, parts)| parts[0]);
        for (key, parts) in groups {
            let first = parts[0];
            let named = parts.iter().find(|&&i| form.indicators[i].name == key).copied();
            if named.is_none() {
                self.fault(INDICATORS, lines[first], format!("the key «{key}» must be the name of one of the indicators that share it"));
            }
            for &i in &parts[1..] {
                let (a, b) = (&form.indicators[first], &form.indicators[i]);
                if (a.table, &a.unit) != (b.table, &b.unit) {
                    self.fault(INDICATORS, lines[i], format!("«{}» and «{}» share the key «{key}», but not table and unit", a.name, b.name));
                }
            }
            // An edition may lack it, as one that dropped a row does; the others are compared all the same.
            let having: BTreeSet<u8> = parts.iter().flat_map(|&i| form.indicators[i].editions.iter().copied()).collect();
            if having.len() < 2 {
                let key_of = having.first().map_or("", |&e| form.editions[e as usize].key.as_str());
                self.fault(INDICATORS, lines[first], format!("the key «{key}» has indicators in edition {key_of} alone: there is nothing to compare"));
            }
            for &i in &parts {
                form.indicators[i].comparable = Some(form.comparable.len() as u16);
            }
            let because = keys[named.unwrap_or(first)].1.clone();
            let parts = parts.into_iter().map(|i| i as u16).collect();
            form.comparable.push(Comparable { key: key.to_string(), named: named.unwrap_or(first) as u16, parts, because });
        }
    }

    /// Terms as indicators; `{}` stands for `item`.
    fn terms(&mut self, form: &Form, file: (&str, &str), terms: &[Spanned<String>], item: &str) -> Vec<u16> {
        let mut out = Vec::new();
        for t in terms {
            let wanted = t.get_ref().replace("{}", item);
            match form.indicators.iter().position(|i| i.name == wanted) {
                Some(i) => out.push(i as u16),
                None => self.fault(file.0, line_at(file.1, t.span().start), format!("names an unknown indicator «{wanted}»")),
            }
        }
        out
    }

    /// The checks over years.
    pub(super) fn years(&mut self, form: &mut Form) {
        let Some((text, file)) = self.toml::<YearsFile>(YEARS) else { return };
        for entry in &file.check {
            let line = line_at(&text, entry.name.span().start);
            let each = if entry.each.is_empty() { vec![String::new()] } else { entry.each.clone() };
            for item in &each {
                let sides = [&entry.this_year, &entry.last_year, &entry.plus, &entry.minus];
                let [this_year, last_year, plus, minus] = sides.map(|terms| self.terms(form, (YEARS, &text), terms, item));
                let (Some(&first), false) = (this_year.first(), last_year.is_empty()) else {
                    self.fault(YEARS, line, "this check needs a term on either side: `this_year` and `last_year`");
                    continue;
                };
                for (&i, term) in last_year.iter().zip(&entry.last_year) {
                    let indicator = &form.indicators[i as usize];
                    if indicator.editions.len() > 1 && indicator.comparable.is_none() {
                        let message = format!("«{}» stands in several editions and is not comparable between them; give it a key under `comparable` in indicators.csv, and the reason", indicator.name);
                        self.fault(YEARS, line_at(&text, term.span().start), message);
                    }
                }
                let name = fill(entry.name.get_ref(), item);
                if form.check_names().any(|n| n == name) {
                    self.fault(YEARS, line, format!("a check «{name}» is defined already"));
                }
                let now: Vec<u16> = this_year.iter().chain(&plus).chain(&minus).copied().collect();
                let editions = together(form, &now);
                if editions.is_empty() {
                    self.fault(YEARS, line, format!("no edition has all terms of this year of «{name}»"));
                }
                let table = form.indicators[first as usize].table;
                if now.iter().chain(&last_year).any(|&i| form.indicators[i as usize].table != table) {
                    self.fault(YEARS, line, format!("the terms of «{name}» are of several tables; a check over years is about one"));
                }
                form.years.push(YearCheck { name, editions, table, this_year, last_year, plus, minus, zh: entry.zh.clone(), en: entry.en.clone() });
            }
        }
    }

    /// The rates.
    pub(super) fn rates(&mut self, form: &mut Form) {
        let Some((text, file)) = self.toml::<RatesFile>(RATES) else { return };
        for entry in file.rate {
            let line = line_at(&text, entry.name.span().start);
            let numerator = self.terms(form, (RATES, &text), &entry.numerator, "");
            let denominator = self.terms(form, (RATES, &text), &entry.denominator, "");
            let name = entry.name.into_inner();
            if numerator.is_empty() || denominator.is_empty() {
                self.fault(RATES, line, format!("the rate «{name}» needs a numerator and a denominator"));
                continue;
            }
            if form.rates.iter().any(|r| r.name == name) {
                self.fault(RATES, line, format!("a rate «{name}» is defined already"));
            }
            let all: Vec<u16> = numerator.iter().chain(&denominator).copied().collect();
            if together(form, &all).is_empty() {
                self.fault(RATES, line, format!("no edition has all terms of «{name}»: no report could give it"));
            }
            let unit = &form.indicators[all[0] as usize].unit;
            if let Some(&other) = all.iter().find(|&&i| form.indicators[i as usize].unit != *unit) {
                self.fault(RATES, line, format!("the rate «{name}» mixes units: {unit} and {}", form.indicators[other as usize].unit));
            }
            form.rates.push(Rate { name, numerator, denominator, zh: entry.zh, en: entry.en });
        }
    }
}

/// The editions that have every one of these indicators.
fn together(form: &Form, indicators: &[u16]) -> Vec<u8> {
    let all = 0..form.editions.len() as u8;
    all.filter(|e| indicators.iter().all(|&i| form.indicators[i as usize].editions.contains(e))).collect()
}
