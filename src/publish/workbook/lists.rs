//! The sheets that are lists: shares and coverage as heat maps, failed checks, the explanation of every column.

use std::collections::BTreeMap;

use rust_xlsxwriter::{ColNum, Color, ConditionalFormat3ColorScale, Format, RowNum, Worksheet, XlsxError};

use super::style::{self, COLUMNS, COVERAGE, FAILED, SHARES, Style, widest};
use super::{Book, Names, RegionRow};
use crate::publish::{columns, morning};

/// Two lines above every list: title and note; the head; then the rows.
const HEAD: RowNum = 2;
const FIRST: RowNum = HEAD + 1;

/// A column: its head, its width, and the format of its cells where they share one. Such cells are written without a
/// format of their own: a look-up of a format a cell would double the time.
type Head<'s> = (String, f64, Option<&'s Format>);

fn begin(sheet: &mut Worksheet, name: &str, title: &str, note: &str, heads: &[Head], frozen: usize, style: &Style) -> Result<(), XlsxError> {
    sheet.set_name(name)?.set_default_row_height(style::ROW).set_row_height(0, 24)?.set_row_height(HEAD, 34)?;
    for (c, (_, width, format)) in heads.iter().enumerate() {
        sheet.set_column_width(c as ColNum, *width)?;
        if let Some(format) = format {
            sheet.set_column_format(c as ColNum, format)?;
        }
    }
    sheet.write_with_format(0, 0, title, &style.title)?.write_with_format(1, 0, note, &style.note)?;
    for (c, (head, ..)) in heads.iter().enumerate() {
        // A year is a number in the head of its column too, as it is in the level sheets.
        match head.parse::<i32>() {
            Ok(year) => sheet.write_with_format(HEAD, c as ColNum, year, &style.head)?,
            Err(_) => sheet.write_with_format(HEAD, c as ColNum, head, &style.head)?,
        };
    }
    sheet.set_freeze_panes(FIRST, frozen as ColNum)?;
    sheet.set_margins(0.35, 0.35, 0.35, 0.7, 0.35, 0.35).set_footer("&L&A&R&P / &N");
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(HEAD, HEAD)?;
    Ok(())
}

fn head<'s>(zh: &str, en: &str, width: f64, format: &'s Format) -> Head<'s> {
    (format!("{zh}\n{en}"), width.max(style::width(zh)).max(style::width(en)), Some(format))
}

fn region_heads<'a>(names: impl Iterator<Item = &'a Names<'a>> + Clone, style: &'a Style) -> Vec<Head<'a>> {
    let width = |depth: usize| widest(names.clone().filter_map(|n| n[depth]), 28.0);
    let head = |zh, en, width| head(zh, en, width, &style.text);
    vec![head("区划代码", "Code", 11.0), head("省", "Province", width(0)), head("市", "City", width(1)), head("县", "County", width(2))]
}

fn write_region(sheet: &mut Worksheet, at: RowNum, code: Option<&str>, names: &Names) -> Result<(), XlsxError> {
    for (c, text) in [code, names[0], names[1], names[2]].into_iter().enumerate() {
        if let Some(text) = text {
            sheet.write_string(at, c as ColNum, text)?;
        }
    }
    Ok(())
}

/// The share of townships that reported, a county a row and a year a column, coloured by its height.
pub fn shares(sheet: &mut Worksheet, book: &Book, style: &Style) -> Result<(), XlsxError> {
    let rows = book.levels.iter().find(|l| l.depth == 2).map_or(&[][..], |l| &l.rows);
    let mut heads = region_heads(rows.iter().map(|r| &r.names), style);
    heads.extend(book.years.iter().map(|y| (y.to_string(), 9.0, Some(&style.share))));
    let note = "已报乡镇 ÷ 应报乡镇；应报乡镇过少的不列。空格：该县尚无年报。应报乡镇：区划表中该县的全部乡镇 · townships with a report ÷ townships expected; not given where too few are expected. Empty: before the county's first report. Expected: all townships that the gazetteer has in the county";
    begin(sheet, SHARES, "各县报送率 · Share of townships that reported, by county", note, &heads, 4, style)?;
    let mut at = FIRST;
    for group in rows.chunk_by(|a: &RegionRow, b| a.code == b.code && a.names == b.names) {
        write_region(sheet, at, group[0].code, &group[0].names)?;
        for row in group {
            if let (Ok(c), Some(share)) = (book.years.binary_search(&row.year), row.share) {
                sheet.write_number(at, 4 + c as ColNum, share)?;
            }
        }
        at += 1;
    }
    if at > FIRST && !book.years.is_empty() {
        let scale = ConditionalFormat3ColorScale::new()
            .set_minimum(rust_xlsxwriter::ConditionalFormatType::Number, 0)
            .set_midpoint(rust_xlsxwriter::ConditionalFormatType::Number, 0.5)
            .set_maximum(rust_xlsxwriter::ConditionalFormatType::Number, 1)
            .set_minimum_color(Color::RGB(0xF4_B6_B0))
            .set_midpoint_color(Color::RGB(0xFF_F2_CC))
            .set_maximum_color(Color::RGB(0x8F_CE_A0));
        sheet.add_conditional_format(FIRST, 4, at - 1, 3 + book.years.len() as ColNum, &scale)?;
    }
    Ok(())
}

/// Who has not reported: a township a row, a year a column, a word and a colour a cell.
pub fn coverage(sheet: &mut Worksheet, book: &Book, style: &Style) -> Result<(), XlsxError> {
    let mut heads = region_heads(book.townships.iter().map(|r| &r.names), style);
    heads.push(head("乡镇、街道", "Township", widest(book.townships.iter().map(|r| r.township), 32.0), &style.text));
    heads.extend(book.years.iter().map(|y| (y.to_string(), 9.0, None)));
    let note = "有：有年报　读不出：有年报而没有一个数字能辨认　无：没有找到　空格：当年尚未列入。只问已有年报的县，自其首份年报的年度起；县级、市级、省级表中的“应报乡镇”另按区划表计，没有年报的县也在内 · 有 found, 读不出 found but unreadable, 无 not found, empty: not asked in that year. Asked are the counties with a report, from the year of their first; the townships expected in the sheets of counties, cities and provinces are all of the gazetteer, those of counties without a report too";
    begin(sheet, COVERAGE, "报送情况：哪些乡镇没有报 · Coverage: who has not reported", note, &heads, 5, style)?;
    const WORDS: [&str; 3] = ["有", "读不出", "无"];
    for (n, row) in book.townships.iter().enumerate() {
        let at = FIRST + n as RowNum;
        write_region(sheet, at, Some(row.code), &row.names)?;
        sheet.write_string(at, 4, row.township)?;
        for (c, presence) in row.presence.iter().enumerate() {
            if let Some(p) = presence {
                sheet.write_string_with_format(at, 5 + c as ColNum, WORDS[*p as usize], &style.presence[*p as usize])?;
            }
        }
    }
    if !book.townships.is_empty() {
        sheet.autofilter(HEAD, 0, HEAD + book.townships.len() as RowNum, heads.len() as ColNum - 1)?;
    }
    Ok(())
}

/// The accounting identities that do not hold, with file and line.
pub fn failed(sheet: &mut Worksheet, book: &Book, style: &Style) -> Result<(), XlsxError> {
    let heads = [
        head("文件", "File", 46.0, &style.text),
        head("行", "Line", 7.0, &style.count),
        head("机关", "Body", 26.0, &style.text),
        head("年度", "Year", 8.0, &style.year),
        head("勾稽关系", "Identity", 64.0, &style.text),
        head("核对名称", "Check", 30.0, &style.text),
        head("左边", "Left", 12.0, &style.count),
        head("右边", "Right", 12.0, &style.count),
        head("差额", "Difference", 12.0, &style.count),
        head("归因", "Blame", 38.0, &style.text),
        head("对照的上年年报", "Held against", 46.0, &style.text),
    ];
    let mut note = format!("共 {} 条 · {} in all", book.failed_total, book.failed_total);
    if book.failed.len() < book.failed_total {
        note += &format!("；这里只列前 {} 条，其余见 checks.parquet · the first {} stand here, the others in checks.parquet", book.failed.len(), book.failed.len());
    }
    begin(sheet, FAILED, "核对不符 · Failed checks", &note, &heads, 0, style)?;
    for (n, f) in book.failed.iter().enumerate() {
        let at = FIRST + n as RowNum;
        // What the checks of running text say is not in the form.
        let name = book.form.check_names().nth(f.check as usize).unwrap_or_default();
        let zh = book.form.check_words(f.check).map_or_else(|| morning::check_in_chinese(name), |words| words.1);
        let [subject, _] = book.form.check_subject(f.check);
        let zh = &if subject.is_empty() { zh.to_string() } else { format!("〔{subject}〕{zh}") };
        let blame = match (f.blame, &f.against) {
            ("source", Some(_)) => "本年或上年原文有误 source, of either year",
            ("source", None) => "原文有误 source",
            _ => "疑读取有误 extraction",
        };
        for (c, text) in [(0, f.path.as_str()), (2, &f.body), (4, zh), (5, name), (9, blame), (10, f.against.as_deref().unwrap_or_default())] {
            sheet.write_string(at, c, text)?;
        }
        if f.line > 0 {
            sheet.write_number(at, 1, f.line)?;
        }
        if let Some(year) = f.year {
            sheet.write_number(at, 3, year)?;
        }
        for (c, v) in [(6, f.left), (7, f.right), (8, f.left.zip(f.right).map(|(l, r)| l - r))] {
            if let Some(v) = v {
                sheet.write_number(at, c, v)?;
            }
        }
    }
    if !book.failed.is_empty() {
        sheet.autofilter(HEAD, 0, HEAD + book.failed.len() as RowNum, heads.len() as ColNum - 1)?;
    }
    Ok(())
}

/// What every column means.
pub fn columns(sheet: &mut Worksheet, book: &Book, style: &Style) -> Result<(), XlsxError> {
    let head = |zh, en, width| head(zh, en, width, &style.wrapped);
    let heads = [head("列", "Column", 34.0), head("单位", "Unit", 8.0), head("说明", "Chinese", 70.0), head("英文说明", "English", 70.0), head("适用格式", "Editions", 14.0), head("依据", "Source", 44.0), head("口径一致的键", "Comparable", 34.0)];
    let note = "“口径一致的键”相同的各项相加后，可跨格式版本比较；没有键的不可比较 · figures that share a key under Comparable, added up, may be compared between editions; without a key they may not";
    begin(sheet, COLUMNS, "各列说明 · What every column means", note, &heads, 1, style)?;
    let mut at = FIRST;
    for column in columns::all().iter().filter(|c| c.table == "rollup.xlsx" && !c.column.is_empty()) {
        for (c, text) in [&column.column, &column.unit, &column.zh, &column.en].into_iter().enumerate() {
            sheet.write_string(at, c as ColNum, text)?;
        }
        at += 1;
    }
    let notices: BTreeMap<u8, (&str, &str)> = book.form.editions.iter().enumerate().map(|(i, e)| (i as u8, (e.key.as_str(), e.notice.as_str()))).collect();
    for i in &book.form.indicators {
        let join = |f: &dyn Fn(&(&str, &str)) -> String, by: &str| i.editions.iter().filter_map(|e| notices.get(e)).map(f).collect::<Vec<_>>().join(by);
        let (editions, source) = (join(&|e| e.0.to_string(), " "), join(&|e| e.1.to_string(), "、"));
        let key = i.comparable.map_or("", |c| &book.form.comparable[c as usize].key);
        for (c, text) in [&i.name, &i.unit, &i.name_zh, &i.name_en, &editions, &source, key].into_iter().enumerate() {
            sheet.write_string(at, c as ColNum, text)?;
        }
        at += 1;
    }
    Ok(())
}
