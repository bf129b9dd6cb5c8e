//! The statutory tables of a form: reads `tables/*.toml`, ties rows to labels and columns to indicators.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::load::{Fault, Loader, Spanned, edition_index, folded, line_at, table_index};
use super::{Form, LabelId, Row, TABLES, Table};

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

impl Loader {
    pub(super) fn tables(&mut self, form: &mut Form) {
        let mut names: Vec<String> = match std::fs::read_dir(self.dir.join("tables")) {
            Ok(dir) => dir.flatten().filter_map(|e| e.file_name().into_string().ok()).filter(|n| n.ends_with(".toml")).collect(),
            Err(e) => {
                self.fault("tables", 0, format!("cannot be read ({e}); a form's folder needs this folder"));
                return;
            }
        };
        names.sort();
        let mut named = Vec::new();
        for name in names {
            let name = format!("tables/{name}");
            if let Some((text, file)) = self.toml::<TableFile>(&name) {
                named.extend(self.table(form, &name, &text, file).into_iter().map(|(label, line)| (form.tables.len() - 1, label, name.clone(), line)));
            }
        }
        self.telling(form, &named);
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

    /// Which heads tell a definition of a table from another: those that a file names and that not all definitions have. A file
    /// that was copied for a new edition names the heads of the old one; they tell both from a third, and say nothing between them.
    fn telling(&mut self, form: &mut Form, named: &[(usize, LabelId, String, usize)]) {
        let has = |form: &Form, of: usize, label: LabelId| {
            let others = form.tables.iter().filter(|o| o.table == form.tables[of].table && o.index != of);
            others.map(|o| o.headers.contains(&label)).collect::<Vec<bool>>()
        };
        for (of, label, name, line) in named {
            let (key, others) = (&form.labels[*label as usize].key, has(form, *of, *label));
            if !form.tables[*of].headers.contains(label) {
                self.fault(name, *line, format!("«{key}» stands in `telling` and not in `headers`"));
            } else if !others.is_empty() && others.iter().all(|h| *h) {
                self.fault(name, *line, format!("«{key}» tells nothing: every edition of this table has that head; take it out of `telling`"));
            }
        }
        for of in 0..form.tables.len() {
            let heads = named.iter().filter(|(n, ..)| form.tables[*n].table == form.tables[of].table).map(|(_, label, ..)| *label);
            let tells: BTreeSet<LabelId> = heads.filter(|l| form.tables[of].headers.contains(l) && has(form, of, *l).contains(&false)).collect();
            form.tables[of].telling = tells.into_iter().collect();
        }
        let shape = |t: &Table| (t.headers.clone(), t.rows.iter().map(|r| (r.label, r.cells.clone())).collect::<Vec<_>>());
        for (n, one) in form.tables.iter().enumerate() {
            if let Some(same) = form.tables[..n].iter().find(|o| o.table == one.table && shape(o) == shape(one)) {
                let keys = |t: &Table| t.editions.iter().map(|&e| form.editions[e as usize].key.as_str()).collect::<Vec<_>>().join(" ");
                let message = format!("table {} is the same in {} and {}; keep one file and name them in its `editions`", TABLES[one.table], keys(same), keys(one));
                self.fault("tables", 0, message);
            }
        }
    }

    /// Reads the definition of one table; gives the heads that it says are telling, with their lines.
    fn table(&mut self, form: &mut Form, name: &str, text: &str, file: TableFile) -> Vec<(LabelId, usize)> {
        let Some(table) = table_index(file.table.get_ref()) else {
            self.fault(name, line_at(text, file.table.span().start), format!("unknown table «{}»", file.table.get_ref()));
            return Vec::new();
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
        let telling: Vec<(LabelId, usize)> = file.telling.iter().filter_map(|k| Some((label(self, k)?, line_at(text, k.span().start)))).collect();
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
                let headings = headings(&rows, row.depth);
                rows.push(Row { label: id, parent: None, depth: row.depth, headings, cells: Vec::new(), heads: Vec::new(), names: Vec::new(), columns: BTreeMap::new(), sums: Vec::new() });
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
            let mut by_head: BTreeMap<LabelId, Vec<usize>> = BTreeMap::new();
            for (column, head) in names.iter().enumerate().flat_map(|(c, heads)| heads.iter().map(move |h| (c, h))) {
                let of = by_head.entry(*head).or_default();
                of.extend((of.last() != Some(&column)).then_some(column));
            }
            let headings = headings(&rows, row.depth);
            rows.push(Row { label: id, parent, depth: row.depth, headings, cells, heads, names, columns: by_head, sums: Vec::new() });
        }
        self.claimed_twice(form, &headers, &rows);
        let lines: Vec<usize> = file.row.iter().map(|r| line_at(text, r.label.span().start)).collect();
        self.cells_twice(form, name, &lines, &rows);
        self.out_of_order(form, name, &lines, &rows, &head_orders, &headers);
        let mut column_heads: Vec<LabelId> = rows.iter().flat_map(|r| &r.heads).chain(head_orders.iter().flatten().flatten()).copied().collect();
        column_heads.sort_unstable();
        column_heads.dedup();
        let names: BTreeSet<LabelId> = rows.iter().flat_map(|r| r.columns.keys().copied()).collect();
        let frames = column_heads.iter().copied().filter(|l| !rows.iter().any(|r| r.heads.contains(l))).collect();
        let mut heads = rows.iter().filter(|r| !r.is_heading()).map(|r| &r.heads);
        let one_head = heads.next().is_none_or(|first| heads.all(|h| h == first));
        form.tables.push(Table { index: form.tables.len(), table, editions, headings: folded(file.headings), headers, telling: Vec::new(), head_orders, column_heads, frames, names: names.into_iter().collect(), one_head, total_last: false, rows, sums: Vec::new() });
        telling
    }

    /// Each cell of a table has one place.
    fn cells_twice(&mut self, form: &Form, name: &str, lines: &[usize], rows: &[Row]) {
        let mut seen: BTreeMap<u16, usize> = BTreeMap::new();
        for (row, &line) in rows.iter().zip(lines) {
            for &cell in &row.cells {
                if let Some(first) = seen.insert(cell, line) {
                    self.fault(name, line, format!("the cell «{}» stands twice in this table, first in line {first}", form.indicators[usize::from(cell)].name));
                }
            }
        }
    }

    /// The figures of a row are read in the order of its columns, and stand below its heads. Columns in another order than the heads
    /// would give each figure to its neighbour, and nothing in a report could tell.
    fn out_of_order(&mut self, form: &Form, name: &str, lines: &[usize], rows: &[Row], orders: &[Vec<Vec<LabelId>>], headers: &[LabelId]) {
        let key = |l: LabelId| form.labels[usize::from(l)].key.as_str();
        for (n, (row, &line)) in rows.iter().zip(lines).enumerate() {
            // Rows that have the columns of the table are one fault.
            if rows[..n].iter().any(|above| above.names == row.names) {
                continue;
            }
            let pairs = side_by_side(&row.names);
            let rises = |order: &[LabelId], &(a, b): &(LabelId, LabelId)| {
                let at = |l: LabelId| order.iter().position(|o| *o == l);
                at(a).zip(at(b)).map(|(a, b)| a < b)
            };
            let mut open = pairs.clone();
            for group in orders {
                // Heads that span others stand in the order of lines; that of columns is told by an order without them, where there is one.
                let plain: Vec<&Vec<LabelId>> = group.iter().filter(|order| order.iter().all(|l| row.columns.contains_key(l))).collect();
                let group = if plain.is_empty() { group.iter().collect() } else { plain };
                let named: Vec<_> = pairs.iter().filter(|p| group.iter().any(|order| rises(order, p).is_some())).collect();
                open.retain(|p| !named.contains(&p));
                if let Some(first) = group.first().filter(|_| !group.iter().any(|order| named.iter().all(|p| rises(order, p) == Some(true)))) {
                    let odd = named.iter().find(|p| rises(first, p) != Some(true)).or(named.first());
                    let words = odd.map_or_else(String::new, |p| format!(", «{}» before «{}»", key(p.0), key(p.1)));
                    self.fault(name, line, format!("the columns of this row stand in another order than their heads in `head_orders`{words}: figures would be published as their neighbours'. Mend whichever is wrong by the notice"));
                }
            }
            // Heads that no order names are read as `headers` has them.
            if let Some(p) = open.iter().find(|p| rises(headers, p) == Some(false)) {
                self.fault(name, line, format!("«{}» stands before «{}» in the columns of this row, and behind it in `headers`; mend whichever is wrong, or give their order in `head_orders`", key(p.0), key(p.1)));
            }
        }
    }

    pub(super) fn cells_and_indicators(&mut self, form: &Form, lines: &[usize]) {
        // A key that was forgotten for a whole table is one fault, not one a cell.
        let mut odd: BTreeMap<(usize, String, String), Vec<usize>> = BTreeMap::new();
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
                odd.entry((indicator.table, keys(&said), keys(&in_tables))).or_default().push(i);
            }
        }
        for ((table, said, have), which) in odd {
            let name = |i: &usize| format!("«{}»", form.indicators[*i].name);
            let message = match &which[..] {
                [one] => format!("indicator {} says editions «{said}», but the tables have its cell in «{have}»", name(one)),
                [first, .., last] => format!("{} indicators of {}, from {} to {}, say editions «{said}», but the tables have their cells in «{have}»", which.len(), TABLES[table], name(first), name(last)),
                [] => continue,
            };
            self.fault("indicators.csv", lines[which[0]], message);
        }
    }
}

/// The headings among the rows above one of this depth, the nearest first: each stands further left than the one below.
fn headings(above: &[Row], mut depth: u8) -> Vec<LabelId> {
    let nearer = |r: &&Row| {
        let above = r.depth < depth;
        depth = depth.min(r.depth);
        above
    };
    above.iter().rev().filter(|r| r.is_heading()).filter(nearer).filter_map(|r| r.label).collect()
}

/// The head of each column: the label of the column's own name, or of the row's and the column's. None where one has none.
fn column_heads(form: &Form, table: usize, headers: &[LabelId], row: &str, columns: &[String]) -> Vec<LabelId> {
    let head = |key: &str| headers.iter().copied().find(|&h| form.labels[h as usize].table == table && form.labels[h as usize].key == key);
    columns.iter().map(|c| head(c).or_else(|| head(&format!("{row}_{c}")))).collect::<Option<_>>().unwrap_or_default()
}

/// Of columns that differ in one head alone, the two heads, in the order of the columns.
fn side_by_side(names: &[Vec<LabelId>]) -> Vec<(LabelId, LabelId)> {
    let mut pairs = Vec::new();
    for (n, first) in names.iter().enumerate() {
        for second in &names[n + 1..] {
            let only = |of: &[LabelId], not: &[LabelId]| of.iter().copied().filter(|l| !not.contains(l)).collect::<Vec<_>>();
            if let ([a], [b]) = (&only(first, second)[..], &only(second, first)[..]) {
                pairs.push((*a, *b));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
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
