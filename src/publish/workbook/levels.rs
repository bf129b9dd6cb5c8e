//! One sheet a level: a row a region and year, the statutory tables side by side under their merged heads.

use std::collections::HashMap;

use rust_xlsxwriter::{ColNum, Format, FormatAlign, RowNum, Worksheet, XlsxError};

use super::style::{self, Style, widest};
use super::LevelSheet;
use crate::form::{Form, Indicator};

/// Hidden below the title: the names that the other tables use, for whoever reads the sheet with a program.
const NAMES: RowNum = 1;
/// The rows of the head: table, group of rows, row, column.
const HEAD: RowNum = 2;
/// The first row with figures.
pub const FIRST: RowNum = HEAD + 4;
const TABLES: [(&str, &str); 3] = [("二", "Table 2"), ("三", "Table 3"), ("四", "Table 4")];
/// Figures that stand side by side on a printed page: five rows of table 3 with their seven applicants.
const PAGE: usize = 35;
/// Edge of a printed page, in inches.
const EDGE: f64 = 0.35;
/// What a row holds: the sums, how many townships a sum is of, the own report, the difference.
const BASES: [&str; 4] = ["乡镇合计", "填报乡镇", "本级报告", "差额"];

/// The columns before the figures: head in two languages, name.
const KEYS: [(&str, &str); 9] = [
    ("区划代码\nCode", "division_code"),
    ("省\nProvince", "province"),
    ("市\nCity", "city"),
    ("县\nCounty", "county"),
    ("口径\nBasis", "basis"),
    ("年度\nYear", "year"),
    // Other townships than those that the sheet of coverage asks.
    ("应报乡镇\n（按区划表）\nExpected", "townships_expected"),
    ("已报乡镇\nReported", "townships_reported"),
    ("报送率\nShare", "share"),
];

/// The columns of a level that stand before the figures: a city has no county.
fn keys(depth: usize) -> Vec<(&'static str, &'static str)> {
    KEYS.iter().enumerate().filter(|(i, _)| *i <= depth + 1 || *i > 3).map(|(_, k)| *k).collect()
}

/// Column of a key.
pub fn key_column(depth: usize, name: &str) -> ColNum {
    keys(depth).iter().position(|k| k.1 == name).expect("a key of the sheet") as ColNum
}

/// Column of an indicator.
pub fn column(depth: usize, indicator: usize) -> ColNum {
    (keys(depth).len() + indicator) as ColNum
}

pub fn write(sheet: &mut Worksheet, form: &Form, level: &LevelSheet, style: &Style) -> Result<(), XlsxError> {
    sheet.set_name(style::LEVELS[level.depth])?.set_default_row_height(style::ROW);
    format_columns(sheet, form, level, style)?;
    write_title(sheet, level.depth, style)?;
    write_head(sheet, form, level.depth, style)?;
    let bands = bands(level, form.indicators.len());
    for (row, &(r, basis)) in bands.iter().enumerate() {
        write_row(sheet, FIRST + row as RowNum, form, level, (r, basis), style)?;
    }
    let keys = keys(level.depth).len() as ColNum;
    if !bands.is_empty() {
        sheet.autofilter(FIRST - 1, 0, FIRST + bands.len() as RowNum - 1, keys + form.indicators.len() as ColNum - 1)?;
    }
    sheet.set_freeze_panes(FIRST, keys)?;
    sheet.set_margins(EDGE, EDGE, EDGE, 2.0 * EDGE, EDGE, EDGE).set_footer("&L&A&R&P / &N");
    sheet.set_landscape().set_paper_size(8).set_print_scale(46).set_repeat_rows(HEAD, FIRST - 1)?.set_repeat_columns(0, keys - 1)?;
    sheet.set_vertical_page_breaks(&page_breaks(form, level.depth))?;
    Ok(())
}

/// The order of the rows: a region's sums by year, below them of how many townships those are that rest on fewer than have
/// reported, its own reports and the differences, so that a chart can take the years of one kind as one range.
pub fn bands(level: &LevelSheet, indicators: usize) -> Vec<(usize, usize)> {
    let rows = &level.rows;
    let mut out = Vec::with_capacity(2 * rows.len());
    let mut from = 0;
    for group in rows.chunk_by(|a, b| a.code == b.code && a.names == b.names) {
        let all = from..from + group.len();
        out.extend(all.clone().map(|r| (r, 0)));
        out.extend(all.clone().filter(|&r| (0..indicators).any(|i| level.fewer(r, i).is_some())).map(|r| (r, 1)));
        for basis in [2, 3] {
            out.extend(all.clone().filter(|&r| rows[r].has_own).map(|r| (r, basis)));
        }
        from += group.len();
    }
    out
}

/// The printed page of every indicator: a page begins with a table or with a row of one, never within the applicants
/// of a row.
fn pages(form: &Form) -> Vec<u32> {
    let all = &form.indicators;
    let (mut out, mut page, mut first) = (Vec::with_capacity(all.len()), 0, 0);
    for (c, here) in all.iter().enumerate() {
        if let Some(before) = c.checked_sub(1).map(|b| &all[b]) {
            let same = |i: &Indicator| i.table == here.table && (parts(i).0, parts(i).1) == (parts(here).0, parts(here).1);
            let row = all[c..].iter().take_while(|i| same(i)).count();
            if before.table != here.table || !same(before) && c + row - first > PAGE {
                (page, first) = (page + 1, c);
            }
        }
        out.push(page);
    }
    out
}

fn page_breaks(form: &Form, depth: usize) -> Vec<u32> {
    let pages = pages(form);
    (1..pages.len()).filter(|&c| pages[c] != pages[c - 1]).map(|c| u32::from(column(depth, c))).collect()
}

fn format_columns(sheet: &mut Worksheet, form: &Form, level: &LevelSheet, style: &Style) -> Result<(), XlsxError> {
    for (c, (head, name)) in keys(level.depth).iter().enumerate() {
        let c = c as ColNum;
        let names = |depth: usize| level.rows.iter().filter_map(move |r| r.names[depth]);
        let head_width = widest(head.split('\n'), 40.0);
        let (width, format) = match *name {
            "division_code" => (10.0, &style.text),
            "province" => (widest(names(0), 24.0), &style.text),
            "city" => (widest(names(1), 24.0), &style.text),
            "county" => (widest(names(2), 28.0), &style.text),
            "basis" => (widest(BASES.into_iter(), 24.0), &style.text),
            "year" => (8.0, &style.year),
            "share" => (10.0, &style.share),
            _ => (10.0, &style.count),
        };
        sheet.set_column_width(c, width.max(head_width))?.set_column_format(c, format)?;
    }
    let mut columns_of: HashMap<(usize, &str), usize> = HashMap::new();
    form.indicators.iter().for_each(|i| *columns_of.entry((i.table, parts(i).1)).or_default() += 1);
    for (i, indicator) in form.indicators.iter().enumerate() {
        let c = column(level.depth, i);
        let (_, row, leaf) = parts(indicator);
        // A row of one column has nothing to share the width of its own label with.
        let alone = columns_of[&(indicator.table, row)] == 1;
        // Heads wrap: a column is as wide as half of its own, and an amount needs room for its decimals.
        let half = |text: &str| style::width(text) / 2.0 + 1.5;
        let money = indicator.unit == "万元";
        let width = half(leaf).max(if alone { half(row) } else { 0.0 }).clamp(if money { 12.0 } else { 9.5 }, 14.0);
        let format = if money { &style.amount } else { &style.count };
        sheet.set_column_width(c, width)?.set_column_format(c, format)?;
    }
    Ok(())
}

fn write_title(sheet: &mut Worksheet, depth: usize, style: &Style) -> Result<(), XlsxError> {
    let zh = ["省级汇总", "市级汇总", "县级汇总"][depth];
    let en = ["Totals by province", "Totals by city", "Totals by county"][depth];
    sheet.set_row_height(0, 24)?;
    sheet.write_with_format(0, 0, format!("{zh} · {en}　（空格：无人填报，不是零；着色：只是部分已报乡镇之和，或与这样的合计之差，是几个乡镇见“填报乡镇”行 · empty: reported by nobody, not zero; coloured: the sum of only some of the townships that reported, or the difference from such a sum, the row 填报乡镇 says of how many）"), &style.title)?;
    Ok(())
}

/// Group of rows (may be empty), row and column of an indicator, out of its name 不予公开·属于国家秘密：自然人.
pub fn parts(indicator: &Indicator) -> (&str, &str, &str) {
    let (row, leaf) = indicator.row_and_column();
    let (group, row) = row.split_once('·').unwrap_or(("", row));
    (group, row, leaf)
}

fn write_head(sheet: &mut Worksheet, form: &Form, depth: usize, style: &Style) -> Result<(), XlsxError> {
    for (row, height) in [(HEAD, 22.0), (HEAD + 1, 22.0), (HEAD + 2, 48.0), (HEAD + 3, 48.0)] {
        sheet.set_row_height(row, height)?;
    }
    write_names(sheet, form, depth, style)?;
    for (c, (head, _)) in keys(depth).iter().enumerate() {
        sheet.merge_range(HEAD, c as ColNum, HEAD + 3, c as ColNum, head, &style.head)?;
    }
    let all = &form.indicators;
    let pages = pages(form);
    // Line by line, since a line that is written is on disk. What is wider than a page is repeated on the next: on
    // the screen too, the middle of a wide head is out of sight.
    merge_runs(sheet, HEAD, depth, all, &style.tables, |c, i| (format!("{} {}", pages[c], i.table), table_title(form, i.table), 0))?;
    merge_runs(sheet, HEAD + 1, depth, all, &style.tables, |c, i| {
        let (group, row, _) = parts(i);
        let edition = only_edition(form, i);
        match group {
            // A row without a group takes both lines.
            "" => (format!("{} {}{row}{edition}", pages[c], i.table), format!("{row}{edition}"), 1),
            _ => (format!("{} {}{group}", pages[c], i.table), group.to_string(), 0),
        }
    })?;
    merge_runs(sheet, HEAD + 2, depth, all, &style.tables, |_, i| {
        let (group, row, _) = parts(i);
        let text = if group.is_empty() { String::new() } else { format!("{row}{}", only_edition(form, i)) };
        (format!("{}{group}{row}", i.table), text, 0)
    })?;
    for (c, i) in all.iter().enumerate() {
        sheet.write_with_format(HEAD + 3, column(depth, c), leaf(form, i), &style.tables[i.table])?;
    }
    Ok(())
}

fn write_names(sheet: &mut Worksheet, form: &Form, depth: usize, style: &Style) -> Result<(), XlsxError> {
    sheet.set_row_hidden(NAMES)?;
    for (c, (_, name)) in keys(depth).iter().enumerate() {
        sheet.write_with_format(NAMES, c as ColNum, *name, &style.note)?;
    }
    for (c, i) in form.indicators.iter().enumerate() {
        sheet.write_with_format(NAMES, column(depth, c), i.name.as_str(), &style.note)?;
    }
    Ok(())
}

fn table_title(form: &Form, table: usize) -> String {
    let (ordinal, en) = TABLES[table];
    let heading = form.table(table, 0).headings.first().map_or("", String::as_str);
    let unit = form.unit_of_table(table).map_or_else(String::new, |unit| format!("（单位：{unit}）"));
    format!("{ordinal}、{heading}{unit} · {en}")
}

/// The head of an indicator's column, with its unit where the title of its table cannot name one for all.
fn leaf(form: &Form, indicator: &Indicator) -> String {
    let unit = if form.unit_of_table(indicator.table).is_none() { format!("\n（{}）", indicator.unit) } else { String::new() };
    format!("{}{unit}", parts(indicator).2)
}

/// 〔2019〕 behind what only one edition has.
fn only_edition(form: &Form, indicator: &Indicator) -> String {
    match indicator.editions[..] {
        [one] => format!("〔{}年格式〕", form.editions[one as usize].key),
        _ => String::new(),
    }
}

/// Writes one line of the head: neighbours with the same key share a merged cell that reaches `down` lines further.
/// A line without text belongs to a cell of the line above.
fn merge_runs(sheet: &mut Worksheet, line: RowNum, depth: usize, all: &[Indicator], formats: &[Format; 3], cell: impl Fn(usize, &Indicator) -> (String, String, RowNum)) -> Result<(), XlsxError> {
    let cells: Vec<_> = all.iter().enumerate().map(|(c, i)| cell(c, i)).collect();
    let mut from = 0;
    for run in cells.chunk_by(|a, b| a.0 == b.0) {
        let to = from + run.len() - 1;
        let (_, text, down) = &run[0];
        let format = &formats[all[from].table];
        let wide = (run.len() > 8).then(|| format.clone().set_align(FormatAlign::Left).set_indent(1));
        let format = wide.as_ref().unwrap_or(format);
        if !text.is_empty() && (to > from || *down > 0) {
            sheet.merge_range(line, column(depth, from), line + down, column(depth, to), text, format)?;
        } else if !text.is_empty() {
            sheet.write_with_format(line, column(depth, from), text, format)?;
        }
        from = to + 1;
    }
    Ok(())
}

/// The formats are those of the columns, since a look-up of a format costs as much as a cell; only a sum that is not of all
/// who reported, and the difference from it, has its own.
fn write_row(sheet: &mut Worksheet, at: RowNum, form: &Form, level: &LevelSheet, (r, basis): (usize, usize), style: &Style) -> Result<(), XlsxError> {
    let row = &level.rows[r];
    let mut c = 0;
    let mut text = |sheet: &mut Worksheet, t: Option<&str>| -> Result<(), XlsxError> {
        if let Some(t) = t {
            sheet.write_string(at, c, t)?;
        }
        c += 1;
        Ok(())
    };
    text(sheet, row.code)?;
    for name in &row.names[..=level.depth] {
        text(sheet, *name)?;
    }
    text(sheet, Some(BASES[basis]))?;
    sheet.write_number(at, c, row.year)?;
    if basis == 0 {
        if let Some(expected) = row.expected {
            sheet.write_number(at, c + 1, expected)?;
        }
        sheet.write_number(at, c + 2, row.reported)?;
        if let Some(share) = row.share {
            sheet.write_number(at, c + 3, share)?;
        }
    }
    for (i, indicator) in form.indicators.iter().enumerate() {
        let fewer = if basis == 2 { None } else { level.fewer(r, i) };
        let value = match basis {
            0 => (level.sum)(r, i),
            1 => fewer.map(f64::from),
            2 => (level.own)(r, i),
            _ => (level.difference)(r, i),
        };
        let Some(v) = value else { continue };
        let c = column(level.depth, i);
        match fewer {
            Some(_) => sheet.write_number_with_format(at, c, v, &style.fewer[usize::from(basis != 1 && indicator.unit == "万元")])?,
            None => sheet.write_number(at, c, v)?,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_unit_stands_over_every_column() {
        let form = crate::form::load(Path::new("pipelines/disclosure")).expect("the form is right");
        let head = |name: &str| {
            let indicator = form.indicators.iter().find(|i| i.name == name).expect("an indicator");
            (leaf(&form, indicator), table_title(&form, indicator.table))
        };
        let (column, table) = head("t2_fees_amount");
        assert!(column.ends_with("（万元）") && !table.contains("单位"), "a table with several units says them column by column: {column} {table}");
        assert!(head("t2_fees_items_last_year").0.ends_with("（项）"));
        let (column, table) = head("t3_received_total");
        assert!(!column.contains('（') && table.contains("（单位：件）"), "one unit is said once: {column} {table}");
    }
}
