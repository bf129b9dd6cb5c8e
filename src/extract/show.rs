//! What the reader saw, for people: the stream of items, and which label claimed which figures.

use std::fmt::Write;

use crate::extract::Extractor;
use crate::extract::context::Context;
use crate::extract::items::cells::Kind;
use crate::extract::rows::align;
use crate::extract::rows::named::Named;
use crate::extract::rows::tables;
use crate::form::TABLES;
use crate::model::Text;

/// The stream of items of one text, a line each.
pub fn show_atoms(x: &Extractor, text: &Text) -> String {
    with_context(x, text, |cx| {
        let mut out = format!("cells divided by: {}\n", cx.divider.name());
        for item in cx.items {
            let words = cx.text[item.start as usize..item.end as usize].replace('\n', "↵");
            let kind = match item.kind {
                Kind::Label(h) => {
                    let labels = cx.lexicon.labels(&cx.hits[h as usize]);
                    let names: Vec<String> = labels.iter().map(|&l| format!("{}.{}", TABLES[x.form.labels[l as usize].table], x.form.labels[l as usize].key)).collect();
                    format!("label {}", names.join(" or "))
                }
                Kind::Figure(v) => format!("figure {v}"),
                Kind::WithUnit(v, u) => format!("figure {v} in {}", x.figures.units[u as usize]),
                Kind::Blank => "blank".into(),
                Kind::Unreadable => "unreadable".into(),
                Kind::Text => "words".into(),
                Kind::Gap(n) => format!("gap of {n}"),
                Kind::RowEnd => "row end".into(),
            };
            let _ = writeln!(out, "{:>5}  {kind:<34} {}", item.line, words.chars().take(60).collect::<String>());
        }
        out
    })
}

/// Every table with the edition chosen, why, and each row with the figures that its label claimed.
pub fn show_alignment(x: &Extractor, text: &Text) -> String {
    with_context(x, text, |cx| {
        let mut out = String::new();
        for table in &x.form.tables {
            let editions: Vec<&str> = table.editions.iter().map(|&e| x.form.editions[e as usize].key.as_str()).collect();
            match align::align(cx, table, align::Claims::of(cx, table)) {
                None => drop(writeln!(out, "{} {}: not in the text", TABLES[table.table], editions.join(" "))),
                Some(a) => drop(writeln!(
                    out,
                    "{} {}: score {} ({} heads of its own, {} rows found, {} complete, {} rivals)",
                    TABLES[table.table], editions.join(" "), a.score(), a.telling, a.rows.len(), a.complete(), a.rivals.len()
                )),
            }
        }
        for reading in tables::read(cx) {
            let edition = reading.edition.map_or("not in the file", |e| &x.form.editions[e as usize].key);
            let _ = writeln!(out, "\n{} edition: {edition}", TABLES[reading.table.table]);
            let Some(a) = &reading.alignment else { continue };
            for row in &a.rows {
                let label = reading.table.rows[row.row].label.map_or("(no label)", |l| &x.form.labels[l as usize].key);
                let item = cx.items[row.item];
                let cell = |i: &usize| cx.text[cx.items[*i].start as usize..cx.items[*i].end as usize].trim().to_string();
                let words = |n: &Named| match n {
                    Named::Item(i) => cell(i),
                    Named::Nowhere => "(nowhere)".into(),
                    Named::Empty => "(empty)".into(),
                    Named::Torn(i) => format!("(twice: {})", cell(i)),
                    Named::Alone(i) => format!("(in one of two tables: {})", cell(i)),
                    Named::Unclear => "(unclear which)".into(),
                };
                let (how, cells) = match &row.cells {
                    _ if let Some(named) = &row.named => ("is named, and so are", named.iter().map(words).collect()),
                    _ if row.why.is_some() => ("doubted, behind it", row.all.iter().map(cell).collect()),
                    Some(c) => ("claims", c.iter().map(cell).collect::<Vec<_>>()),
                    None => ("withheld, behind it", row.loose().iter().map(cell).collect()),
                };
                let exact = if row.exact { "" } else { " (by edit distance)" };
                let _ = writeln!(out, "{:>5}  {label}{exact} {how} [{}]", item.line, cells.join("] ["));
            }
        }
        out
    })
}

fn with_context<T>(x: &Extractor, text: &Text, f: impl FnOnce(&Context) -> T) -> T {
    let read = x.reading(&text.text);
    let (title, _) = read.title(x, None, None);
    f(&read.context(x, title.as_ref()))
}
