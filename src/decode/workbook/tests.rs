//! Workbooks put together here, and what must come of them.

use std::io::{Cursor, Write};

use super::*;
use crate::decode::decode;
use crate::model::{Decoded, Problem};

fn read(bytes: Vec<u8>) -> Result<Decoded, Problem> {
    decode("a.xlsx", bytes, &Limits::default())
}

fn marked(text: &str) -> String {
    text.replace(CELL_END, "¦").replace(ROW_END, "¶")
}

fn text(bytes: Vec<u8>) -> String {
    marked(&read(bytes).unwrap().text)
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Cells as (row, column, text), merges as (top, left, bottom, right).
fn laid_out(cells: &[(u32, u32, &str)], merges: &[(u32, u32, u32, u32)]) -> String {
    let mut book = Workbook::new(&Limits::default());
    book.begin_sheet("");
    cells.iter().for_each(|(row, column, text)| book.put(*row, *column, text).unwrap());
    merges.iter().for_each(|&(top, left, bottom, right)| book.merge(Merge { top, left, bottom, right }).unwrap());
    let mut decoded = Decoded::default();
    book.finish(&mut decoded).unwrap();
    marked(&decoded.text)
}

#[test]
fn rows_of_one_cell_are_lines_and_others_are_cells() {
    let cells = [(0, 0, "题"), (2, 0, "甲"), (2, 1, "1"), (3, 0, "乙"), (3, 1, "a\tb\nc"), (4, 0, "注")];
    assert_eq!(laid_out(&cells, &[]), "题\n甲¦\n1¦¶\n乙¦\na b\nc¦¶\n注\n");
}

#[test]
fn blanks_at_the_end_of_a_row_stand_where_the_file_shows_that_they_are_there() {
    // Nothing tells of empty cells: every row is as wide as the widest of its block.
    let cells = [(0, 1, "头"), (0, 2, "a"), (0, 3, "b"), (1, 1, "甲"), (1, 2, "1"), (2, 1, "乙"), (2, 3, "2"), (4, 1, "另"), (4, 2, "3")];
    assert_eq!(laid_out(&cells, &[]), "头¦\na¦\nb¦¶\n甲¦\n1¦\n¦¶\n乙¦\n¦\n2¦¶\n另¦\n3¦¶\n");
    // Cells with a border do: a row ends with the last of them.
    let cells = [(0, 0, "头"), (0, 1, "a"), (0, 2, "b"), (1, 0, "甲"), (1, 1, ""), (1, 2, ""), (1, 3, ""), (2, 0, "乙"), (2, 1, "")];
    assert_eq!(laid_out(&cells, &[]), "头¦\na¦\nb¦¶\n甲¦\n¦\n¦¶\n乙¦\n¦¶\n");
}

#[test]
fn covered_cells_are_not_written_whether_or_not_the_file_holds_them() {
    let merges = [(0, 0, 1, 1), (2, 1, 2, 2), (3, 0, 3, 2)];
    let cells = [(0, 0, "头"), (0, 2, "a"), (1, 2, "b"), (2, 0, "甲"), (2, 1, "1"), (3, 0, "节"), (4, 0, "乙"), (4, 2, "2")];
    let shown = "头¦\na¦¶\nb¦¶\n甲¦\n1¦¶\n节¦¶\n乙¦\n¦\n2¦¶\n";
    assert_eq!(laid_out(&cells, &merges), shown);
    let held = [(0, 1, "盖"), (1, 0, "盖"), (1, 1, ""), (2, 2, "盖"), (3, 1, ""), (3, 2, "")];
    assert_eq!(laid_out(&[&cells[..], &held].concat(), &merges), shown);
    // A merge that begins with a cell that is not there is an empty cell.
    assert_eq!(laid_out(&[(0, 0, "甲"), (0, 3, "2")], &[(0, 1, 0, 2)]), "甲¦\n¦\n2¦¶\n");
    // Merges that overlap are no merges of any program: the first counts.
    assert_eq!(laid_out(&[(0, 0, "甲"), (0, 1, "1"), (0, 2, "2")], &[(0, 0, 0, 1), (0, 1, 0, 2)]), "甲¦\n2¦¶\n");
}

fn hidden(ranges: &[(u32, u32)]) -> Ranges {
    let mut out = Ranges::default();
    ranges.iter().for_each(|r| out.add(r.0, r.1));
    out
}

#[test]
fn hidden_rows_and_columns_are_left_out_and_the_others_close_up() {
    let shown = |rows: &[(u32, u32)], columns: &[(u32, u32)]| {
        let mut book = Workbook::new(&Limits::default());
        book.begin_sheet("");
        for (row, column, text) in [(0, 0, "头"), (0, 1, "a"), (0, 2, "b"), (1, 0, "甲"), (1, 1, "1"), (1, 2, "2"), (2, 0, "甲"), (2, 1, "3"), (2, 2, "4"), (3, 0, "乙"), (3, 1, "5"), (3, 2, "6")] {
            book.put(row, column, text).unwrap();
        }
        book.merge(Merge { top: 1, left: 0, bottom: 2, right: 0 }).unwrap();
        book.merge(Merge { top: 3, left: 1, bottom: 3, right: 2 }).unwrap();
        book.hide(hidden(rows), hidden(columns));
        let mut decoded = Decoded::default();
        book.finish(&mut decoded).unwrap();
        (marked(&decoded.text), decoded.problems.first().map(|p| p.message.clone()).unwrap_or_default())
    };
    assert_eq!(shown(&[], &[]).0, "头¦\na¦\nb¦¶\n甲¦\n1¦\n2¦¶\n3¦\n4¦¶\n乙¦\n5¦¶\n");
    // The text of a merged cell shows as long as a part of it does.
    let (text, message) = shown(&[(1, 1)], &[]);
    assert_eq!(text, "头¦\na¦\nb¦¶\n甲¦\n3¦\n4¦¶\n乙¦\n5¦¶\n");
    assert!(message.starts_with("1 rows with content are hidden"), "{message}");
    assert_eq!(shown(&[(1, 2)], &[]).0, "头¦\na¦\nb¦¶\n乙¦\n5¦¶\n");
    assert_eq!(shown(&[], &[(1, 1)]).0, "头¦\nb¦¶\n甲¦\n2¦¶\n4¦¶\n乙¦\n5¦¶\n");
    assert_eq!(shown(&[], &[(0, 0)]).0, "a¦\nb¦¶\n1¦\n2¦¶\n3¦\n4¦¶\n5\n");
    assert!(shown(&[(1, 1)], &[(2, 16_000)]).1.starts_with("1 rows with content, 1 columns with content"));
    // Nothing stands in these, as in all columns beside a table that somebody hid.
    assert_eq!(shown(&[(9, 1_048_575)], &[(3, 16_383)]), (shown(&[], &[]).0, String::new()));
}

#[test]
fn a_sheet_that_hides_more_than_it_shows_is_kept_beside_what_it_shows() {
    let mut book = Workbook::new(&Limits::default());
    book.begin_sheet("");
    (0..9).for_each(|row| book.put(row, 0, &"年度报告".repeat(20)).unwrap());
    book.hide(hidden(&[(1, 8)]), Ranges::default());
    let mut decoded = Decoded::default();
    book.finish(&mut decoded).unwrap();
    assert_eq!((decoded.text.lines().count(), decoded.unseen.len(), decoded.unseen[0].lines().count()), (1, 1, 9));
}

#[test]
fn a_heading_between_tables_divides_them() {
    let cells = [(0, 0, "甲"), (0, 1, "1"), (1, 0, "三、申请"), (2, 0, "乙"), (2, 1, "1"), (2, 2, "2")];
    assert_eq!(laid_out(&cells, &[]), "甲¦\n1¦¶\n三、申请\n乙¦\n1¦\n2¦¶\n");
}

#[test]
fn a_sheet_costs_no_more_than_its_limits() {
    let limits = Limits { cells: 1000, ..Limits::default() };
    let mut book = Workbook::new(&limits);
    book.begin_sheet("");
    for row in 0..200 {
        book.put(row * 5000, 0, "甲").unwrap();
        book.put(row * 5000, COLUMNS - 1, "1").unwrap();
    }
    assert!(matches!(book.finish(&mut Decoded::default()), Err(Fault::TooLarge(_))));
    let mut book = Workbook::new(&limits);
    book.begin_sheet("");
    book.put(u32::MAX, u32::MAX, "1").unwrap();
    assert!((0..2000).try_for_each(|row| book.put(row, 0, "1")).is_err());
}

const RELS: &str = "<Relationships><Relationship Id=\"r1\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK_RELS: &str = "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
    <Relationship Id=\"r2\" Type=\"x/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/><Relationship Id=\"r3\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/>\
    <Relationship Id=\"r4\" Type=\"x/styles\" Target=\"styles.xml\"/><Relationship Id=\"r5\" Type=\"x/chartsheet\" Target=\"chartsheets/s.xml\"/></Relationships>";
const BOOK: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"名\" r:id=\"r1\"/><sheet name=\"图\" r:id=\"r5\"/><sheet name=\"隐\" state=\"hidden\" r:id=\"r2\"/></sheets></workbook>";
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/></numFmts><cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs>\
    <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"9\"/></cellXfs></styleSheet>";
const STRINGS: &str = "<sst uniqueCount=\"99999999999999\"><si><t>项目</t></si><si><r><t>规</t></r><r><t xml:space=\"preserve\">章_x000D_\n类 </t></r><rPh><t>ka</t></rPh></si></sst>";

fn xlsx(data: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>{data}");
    let sheet = if data.contains("</sheetData>") { sheet } else { format!("{sheet}</sheetData></worksheet>") };
    zipped(&[
        ("[Content_Types].xml", "<Types/>"), ("_rels/.rels", RELS), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", BOOK_RELS), ("xl/styles.xml", STYLES),
        ("xl/sharedStrings.xml", STRINGS), ("xl/worksheets/sheet1.xml", &sheet), ("xl/worksheets/sheet2.xml", "<worksheet/>"),
    ])
}

#[test]
fn xlsx_cells_show_what_a_person_sees() {
    let data = "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c r=\"D2\" t=\"inlineStr\"><is><t>内 &amp; 外</t></is></c></row>\
        <row><c r=\"B3\"><v>12</v></c><c r=\"C3\" s=\"1\"><v>45306</v></c><c r=\"D3\" s=\"2\"><v>0.07</v></c></row>\
        <row><c r=\"B4\"><v>3.0000000000000004</v></c><c r=\"C4\"><f>SUM(B2:B3)</f></c><c r=\"D4\" t=\"str\"><f>A1</f><v>字</v></c></row>\
        <row><c r=\"B5\" t=\"b\"><v>1</v></c><c r=\"C5\" t=\"e\"><v>#REF!</v></c><c r=\"D5\" s=\"0\"/></row></sheetData>\
        <mergeCells><mergeCell ref=\"B6:C6\"/></mergeCells></worksheet>";
    let decoded = read(xlsx(data)).unwrap();
    assert_eq!(marked(&decoded.text), "项目¦\n规章\n类¦\n内 & 外¦¶\n12¦\n2024-01-15¦\n7%¦¶\n3¦\n=?¦\n字¦¶\nTRUE¦\n#REF!¦\n¦¶\n");
    assert_eq!((decoded.format, decoded.problems[0].code), ("xlsx", "decode/hidden-text"));
}

/// A sheet of one row with these cells behind a label, with styles for them.
fn styled(styles: &str, around: [&str; 2], cells: &str) -> String {
    let sheet = format!("<worksheet>{}<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c>{cells}</row></sheetData>{}</worksheet>", around[0], around[1]);
    let styles = format!("<styleSheet>{styles}</styleSheet>");
    let bytes = zipped(&[
        ("[Content_Types].xml", "<Types/>"), ("_rels/.rels", RELS), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", BOOK_RELS), ("xl/styles.xml", &styles), ("xl/sharedStrings.xml", STRINGS),
        ("xl/worksheets/sheet1.xml", &sheet), ("xl/worksheets/sheet2.xml", "<worksheet/>"),
    ]);
    text(bytes).trim_start_matches("甲¦\n").trim_end_matches("¦¶\n").replace("¦\n", "|")
}

#[test]
fn xlsx_formats_are_followed() {
    let codes = ["0,", "0!.0000&quot;万元&quot;", ";;;", "0;-0;&quot;—&quot;", "#,##0.00", "0.00E+00"];
    let formats: String = codes.iter().enumerate().map(|(n, code)| format!("<numFmt numFmtId=\"{}\" formatCode=\"{code}\"/>", 164 + n)).collect();
    let cells: String = (0..codes.len()).map(|n| format!("<xf numFmtId=\"{}\"/>", 164 + n)).collect();
    let styles = format!("<numFmts>{formats}</numFmts><cellXfs><xf numFmtId=\"0\"/>{cells}<xf numFmtId=\"41\"/></cellXfs>");
    let row = |values: &[f64]| values.iter().enumerate().map(|(n, v)| format!("<c s=\"{}\"><v>{v}</v></c>", n + 1)).collect::<String>();
    assert_eq!(styled(&styles, ["", ""], &row(&[20000.0, 4217700.0, 9.0, 0.0, 1234.5, 5.0, 0.0])), "20|421.7700万元||—|1234.5|~5|-");
    assert_eq!(styled(&styles, ["", ""], &row(&[400.0, 0.0, 0.0, 7.0, 3.0, 0.0, 8.0])), "0|0.0000万元||7|3|~0|8");
    let zeros = "<sheetViews><sheetView showZeros=\"0\"/></sheetViews>";
    assert_eq!(styled("", [zeros, ""], "<c><v>0</v></c><c><v>10</v></c><c t=\"inlineStr\"><is><t>0</t></is></c>"), "|10|0");
    let formulas = "<sheetViews><sheetView showFormulas=\"1\"/></sheetViews>";
    assert_eq!(styled("", [formulas, ""], "<c><f>1+1</f><v>2</v></c><c><v>3</v></c>"), "=?|3");
}

#[test]
fn xlsx_fonts_and_rules_are_followed() {
    let styles = "<fonts><font><color theme=\"1\"/></font><font><strike/></font><font><vertAlign val=\"superscript\"/></font><font><color rgb=\"FFFFFFFF\"/></font><font><strike val=\"0\"/></font></fonts>\
        <fills><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF0070C0\"/></patternFill></fill></fills>\
        <cellXfs><xf/><xf fontId=\"1\"/><xf fontId=\"2\"/><xf fontId=\"3\"/><xf fontId=\"3\" fillId=\"1\"/><xf fontId=\"4\"/></cellXfs>\
        <dxfs><dxf><font><color theme=\"0\"/></font></dxf><dxf><font><color rgb=\"FFFF0000\"/></font></dxf><dxf><font><color rgb=\"FFFFFFFF\"/></font><fill><patternFill><bgColor rgb=\"FF000000\"/></patternFill></fill></dxf></dxfs>";
    let cells: String = (0..6).map(|n| format!("<c s=\"{n}\"><v>5</v></c>")).collect();
    assert_eq!(styled(styles, ["", ""], &cells), "5|~5|~5|~5|5|5");
    let rich = |runs: &[(&str, &str)]| format!("<c t=\"inlineStr\"><is>{}</is></c>", runs.iter().map(|(p, t)| format!("<r>{p}<t>{t}</t></r>")).collect::<String>());
    let struck = "<rPr><strike/></rPr>";
    assert_eq!(styled(styles, ["", ""], &[rich(&[(struck, "3"), ("", "187")]), rich(&[("", "12"), ("<rPr><vertAlign val=\"superscript\"/></rPr>", "3")]), rich(&[("<rPr><strike val=\"0\"/></rPr>", "3"), ("", "187")])].concat()), "~3~187|12~3|3187");
    let rule = |number: u32, kind: &str, formula: &str| format!("<conditionalFormatting sqref=\"B1 C1:D1\"><cfRule type=\"{kind}\" dxfId=\"{number}\"{}><formula>{formula}</formula></cfRule></conditionalFormatting>", if kind == "cellIs" { " operator=\"equal\"" } else { "" });
    let values = "<c><v>0</v></c><c><v>5</v></c><c t=\"inlineStr\"><is><t>6</t></is></c><c><v>0</v></c>";
    assert_eq!(styled(styles, ["", &rule(0, "cellIs", "0")], values), "~0|5|6|0");
    assert_eq!(styled(styles, ["", &rule(0, "cellIs", "$A$9")], values), "~0|~5|~6|0");
    assert_eq!(styled(styles, ["", &rule(0, "expression", "B1=0")], values), "~0|~5|~6|0");
    assert_eq!(styled(styles, ["", &[rule(1, "cellIs", "0"), rule(2, "cellIs", "0")].concat()], values), "0|5|6|0");
    let newer = |colour: &str| format!("<extLst><x14:conditionalFormatting><x14:cfRule type=\"expression\"><xm:f>B1=0</xm:f><x14:dxf><font><color rgb=\"{colour}\"/></font></x14:dxf></x14:cfRule><xm:sqref>B1</xm:sqref></x14:conditionalFormatting></extLst>");
    assert_eq!((styled(styles, ["", &newer("FFFFFFFF")], values), styled(styles, ["", &newer("FFFF0000")], values)), ("~0|5|6|0".into(), "0|5|6|0".into()));
    let icons = |shows: &str| format!("<conditionalFormatting sqref=\"B1\"><cfRule type=\"iconSet\"><iconSet showValue=\"{shows}\"/></cfRule></conditionalFormatting>");
    assert_eq!((styled(styles, ["", &icons("0")], values), styled(styles, ["", &icons("1")], values)), ("~0|5|6|0".into(), "0|5|6|0".into()));
}

#[test]
fn xlsx_rows_and_columns_that_do_not_show_are_left_out() {
    let data = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>2</v></c><c r=\"C1\"><v>3</v></c></row><row r=\"2\" hidden=\"1\"><c r=\"A2\"><v>4</v></c><c r=\"B2\"><v>5</v></c></row>\
        <row r=\"3\" ht=\"0\" customHeight=\"1\"><c r=\"A3\"><v>6</v></c></row><row r=\"4\" ht=\"14\"><c r=\"A4\"><v>7</v></c><c r=\"B4\"><v>8</v></c><c r=\"C4\"><v>9</v></c></row>";
    let whole = |columns: &str| {
        let sheet = format!("<worksheet>{columns}<sheetData>{data}</sheetData></worksheet>");
        let parts = [("[Content_Types].xml", "<Types/>"), ("_rels/.rels", RELS), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", BOOK_RELS), ("xl/worksheets/sheet1.xml", sheet.as_str())];
        let decoded = read(zipped(&parts)).unwrap();
        (marked(&decoded.text), decoded.problems[0].message.clone())
    };
    assert_eq!(whole(""), ("1¦\n2¦\n3¦¶\n7¦\n8¦\n9¦¶\n".to_owned(), "a.xlsx: 1 sheets, 2 rows with content are hidden and were left out; if the report or a part of it is among them, show them and save the workbook".to_owned()));
    assert_eq!(whole("<cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols>").0, "1¦\n3¦¶\n7¦\n9¦¶\n");
    assert_eq!(whole("<cols><col min=\"2\" max=\"2\" width=\"9\" hidden=\"0\"/></cols>").0, "1¦\n2¦\n3¦¶\n7¦\n8¦\n9¦¶\n");
}

#[test]
fn bad_workbooks_say_what_is_wrong() {
    let code = |bytes: Vec<u8>| read(bytes).unwrap_err().code;
    assert_eq!(code(xlsx("")), "decode/empty");
    assert_eq!(code(xlsx("<row><c><v>1</v>")), "decode/damaged");
    assert_eq!(code(xlsx("<row><c t=\"s\"><v>7</v></c></row>")), "decode/damaged");
    assert_eq!(code(xlsx(&"<a>".repeat(400))), "decode/nesting");
    let limits = Limits { cells: 500, ..Limits::default() };
    let cells = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(50)).repeat(20);
    assert_eq!(decode("a.xlsx", xlsx(&cells), &limits).unwrap_err().code, "decode/too-large");
    let merges = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"ZZZ99999999\"><v>1</v></c></row></sheetData><mergeCell ref=\"A1:XFD1048576\"/><mergeCell ref=\"B2:A1\"/><mergeCell ref=\"Z\"/></worksheet>";
    assert_eq!(text(xlsx(merges)), "1\n");
    assert_eq!(code(zipped(&[("[Content_Types].xml", "<Types/>"), ("xl/workbook.bin", "x")])), "decode/unsupported-format");
}

#[test]
fn damage_to_xlsx_is_survived() {
    let bytes = xlsx("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells></worksheet>");
    for at in 0..bytes.len() {
        let _ = read(bytes[..at].to_vec());
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x55;
        let _ = read(bytes);
    }
}

fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:style=\"s\"><style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/>\
         </style:style><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    );
    zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content), ("META-INF/manifest.xml", "<m/>")])
}

#[test]
fn ods_cells_show_what_a_person_sees() {
    let table = "<table:table table:name=\"名\"><table:table-row><table:table-cell office:value-type=\"string\"><text:p>题<text:s text:c=\"2\"/><text:span>目</text:span></text:p>\
        <office:annotation><text:p>注</text:p></office:annotation></table:table-cell></table:table-row><table:table-row table:number-rows-repeated=\"2\"/>\
        <table:table-row><table:table-cell table:number-rows-spanned=\"2\" office:value-type=\"string\"><text:p>甲</text:p></table:table-cell>\
        <table:table-cell table:number-columns-spanned=\"2\" office:value-type=\"float\" office:value=\"1234.5\"><text:p>1,234.50</text:p></table:table-cell><table:covered-table-cell/></table:table-row>\
        <table:table-row><table:covered-table-cell/><table:table-cell table:style-name=\"c\"/><table:table-cell office:value-type=\"date\" office:date-value=\"2024-01-15\"><text:p>1月15日</text:p></table:table-cell>\
        <table:table-cell table:number-columns-repeated=\"16380\"/></table:table-row><table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row></table:table>\
        <table:table table:name=\"隐\" table:style-name=\"ta2\"><table:table-row><table:table-cell><text:p>9</text:p></table:table-cell></table:table-row></table:table>";
    let decoded = read(ods(table)).unwrap();
    assert_eq!(marked(&decoded.text), "题  目\n甲¦\n1234.5¦¶\n¦\n1月15日¦¶\n");
    assert_eq!((decoded.format, decoded.problems[0].code), ("ods", "decode/hidden-text"));
}

/// A row of cells behind a label, with these styles; figures are marked by bars.
fn ods_row(styles: &str, cells: &str, behind: &str) -> String {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet><table:table><table:table-column table:number-columns-repeated=\"9\"/><table:table-row>\
         <table:table-cell><text:p>甲</text:p></table:table-cell>{cells}</table:table-row>{behind}</table:table></office:spreadsheet></office:body></office:document-content>"
    );
    let bytes = zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content), ("META-INF/manifest.xml", "<m/>")]);
    text(bytes).trim_start_matches("甲¦\n").trim_end_matches("¦¶\n").replace("¦\n", "|")
}

#[test]
fn ods_cells_have_what_their_format_and_style_make_of_them() {
    let cell = |style: &str, value: &str, shown: &str| format!("<table:table-cell table:style-name=\"{style}\" office:value-type=\"float\" office:value=\"{value}\">{shown}</table:table-cell>");
    let p = |text: &str| format!("<text:p>{text}</text:p>");
    let formats = [cell("x", "20000", &p("20")), cell("x", "1234", &p("1,234.00")), cell("x", "9", "<text:p/>"), cell("x", "9", ""), cell("x", "0", &p("—")), cell("x", "12", &p("12件"))].concat();
    assert_eq!(ods_row("", &formats, ""), "20|1234||9|—|12件");
    let style = |name: &str, family: &str, parent: &str, inside: &str| format!("<style:style style:name=\"{name}\" style:family=\"{family}\" style:parent-style-name=\"{parent}\">{inside}</style:style>");
    let text = |properties: &str| format!("<style:text-properties {properties}/>");
    let styles = [
        style("s", "table-cell", "", &text("style:text-line-through-style=\"solid\"")),
        style("t", "table-cell", "s", &text("fo:color=\"#ff0000\"")),
        style("n", "table-cell", "s", &text("style:text-line-through-style=\"none\"")),
        style("w", "table-cell", "", &text("fo:color=\"#ffffff\"")),
        style("d", "table-cell", "w", "<style:table-cell-properties fo:background-color=\"#0070c0\"/>"),
        style("m", "table-cell", "", "<style:map style:condition=\"cell-content()=0\" style:apply-style-name=\"w\"/>"),
        style("u", "text", "", &text("style:text-position=\"super 58%\"")),
        style("v", "text", "", &text("style:text-position=\"0% 100%\"")),
    ]
    .concat();
    let cells = ["s", "t", "n", "w", "d", "m"].map(|s| cell(s, "5", &p("5"))).concat();
    assert_eq!(ods_row(&styles, &cells, ""), "~5|~5|5|~5|5|5");
    assert_eq!(ods_row(&styles, &[cell("m", "0", &p("0")), cell("x", "0", &p("0"))].concat(), ""), "~0|0");
    // The sign as a colour, and a colour that hides.
    let formats = [
        "<number:number-style style:name=\"N1\"><style:text-properties fo:color=\"#ffffff\"/><number:number/></number:number-style>".to_owned(),
        "<number:number-style style:name=\"N2\"><style:text-properties fo:color=\"#ff0000\"/><number:number/><style:map style:condition=\"value()&gt;=0\" style:apply-style-name=\"N1\"/></number:number-style>".to_owned(),
        "<style:style style:name=\"a\" style:family=\"table-cell\" style:data-style-name=\"N1\"/><style:style style:name=\"b\" style:family=\"table-cell\" style:data-style-name=\"N2\"/>".to_owned(),
    ]
    .concat();
    assert_eq!(ods_row(&formats, &[cell("a", "5", &p("5")), cell("b", "5", &p("5")), cell("c", "5", &p("5")), cell("c", "-5", &p("5")), cell("c", "-5", &p("-5"))].concat(), ""), "~5|~5|5|~5|-5");
    let span = |style: &str| format!("<table:table-cell><text:p>12<text:span text:style-name=\"{style}\">3</text:span></text:p></table:table-cell>");
    assert_eq!(ods_row(&styles, &[span("u"), span("v"), span("none")].concat(), ""), "12~3|123|123");
    let rule = "<calcext:conditional-formats><calcext:conditional-format calcext:target-range-address=\"S.B1:S.B1\"><calcext:condition calcext:apply-style-name=\"w\" calcext:value=\"=0\"/></calcext:conditional-format></calcext:conditional-formats>";
    assert_eq!(ods_row(&styles, &[cell("x", "0", &p("0")), cell("x", "0", &p("0"))].concat(), rule), "~0|0");
}

#[test]
fn ods_rows_and_columns_that_do_not_show_are_left_out() {
    let cell = |n: u32| format!("<table:table-cell><text:p>{n}</text:p></table:table-cell>");
    let row = |how: &str, n: u32| format!("<table:table-row{how}>{}{}{}</table:table-row>", cell(n), cell(n + 1), cell(n + 2));
    let rows = |first: &str, second: &str, columns: &str| {
        let table = format!("<table:table>{columns}{}{}<table:table-row-group{second}>{}</table:table-row-group>{}</table:table>", row("", 1), row(first, 4), row("", 7), row("", 10));
        text(ods(&table))
    };
    let [one, two, three, four] = ["1¦\n2¦\n3¦¶\n", "4¦\n5¦\n6¦¶\n", "7¦\n8¦\n9¦¶\n", "10¦\n11¦\n12¦¶\n"];
    assert_eq!(rows("", "", ""), [one, two, three, four].concat());
    assert_eq!(rows(" table:visibility=\"collapse\"", "", ""), [one, three, four].concat());
    assert_eq!(rows(" table:visibility=\"filter\"", " table:display=\"false\"", ""), [one, four].concat());
    assert_eq!(rows("", "", "<table:table-column/><table:table-column table:visibility=\"collapse\"/>"), "1¦\n3¦¶\n4¦\n6¦¶\n7¦\n9¦¶\n10¦\n12¦¶\n");
}

#[test]
fn bad_ods_says_what_is_wrong() {
    let code = |bytes: Vec<u8>| read(bytes).unwrap_err().code;
    let full = "<table:table><table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\"><text:p>1</text:p></table:table-cell></table:table-row></table:table>";
    assert_eq!(code(ods(full)), "decode/too-large");
    assert_eq!(code(ods("<table:table><table:table-row>")), "decode/damaged");
    assert_eq!(code(ods("")), "decode/empty");
    let locked = zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("META-INF/manifest.xml", "<manifest:encryption-data/>"), ("content.xml", "?")]);
    assert_eq!(code(locked), "decode/encrypted");
    let bytes = ods("<table:table><table:table-row><table:table-cell table:number-columns-spanned=\"2\"><text:p>1</text:p></table:table-cell></table:table-row></table:table>");
    for at in 0..bytes.len() {
        let _ = read(bytes[..at].to_vec());
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x55;
        let _ = read(bytes);
    }
}

fn record(number: u16, content: &[u8]) -> Vec<u8> {
    [&number.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
}

fn u16s(values: &[u16]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    [u16s(&[units.len() as u16]), vec![1], u16s(&units)].concat()
}

fn xls(sheet: &[Vec<u8>], globals: &[Vec<u8>]) -> Vec<u8> {
    let bof = |kind: u16| record(0x0809, &u16s(&[0x0600, kind, 0, 0, 0, 0, 0, 0]));
    let bound = |at: u32, state: u8| record(0x0085, &[&at.to_le_bytes()[..], &[state, 0, 1, 0, b'S']].concat());
    let end = record(0x000A, &[]);
    let strings = record(0x00FC, &[vec![0; 8], wide("项目"), wide("规章")].concat());
    let head = [bof(5), globals.concat(), strings, record(0x041E, &[u16s(&[164]), wide("yyyy/m")].concat())].concat();
    let formats: Vec<u8> = [0u16, 164, 9].iter().flat_map(|f| record(0x00E0, &u16s(&[0, *f, 0, 0]))).collect();
    let at = head.len() + formats.len() + 2 * bound(0, 0).len() + end.len();
    let body = [bof(16), sheet.concat(), end.clone()].concat();
    let hidden = [bof(16), record(0x0203, &[u16s(&[0, 0, 0]), 9f64.to_le_bytes().to_vec()].concat()), end.clone()].concat();
    let stream = [head, formats, bound(at as u32, 0), bound((at + body.len()) as u32, 1), end, body, hidden].concat();
    compound("Workbook", &stream)
}

fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    file.create_stream(name).unwrap().write_all(stream).unwrap();
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn sheet() -> Vec<Vec<u8>> {
    let number = |row, column, format, value: f64| record(0x0203, &[u16s(&[row, column, format]), value.to_le_bytes().to_vec()].concat());
    let shared = |row, column, n: u16| record(0x00FD, &u16s(&[row, column, 0, n, 0]));
    let short = |bits: u32| bits.to_le_bytes().to_vec();
    let formula = |row, column, result: [u8; 8]| record(0x0006, &[u16s(&[row, column, 0]), result.to_vec(), vec![0; 8]].concat());
    vec![
        record(0x0200, &[0xFF; 14]),
        shared(0, 0, 0), shared(0, 1, 1), record(0x0204, &[u16s(&[0, 2, 0]), wide("标")].concat()),
        number(1, 0, 0, 12.0), number(1, 1, 1, 45_306.0), number(1, 2, 2, 0.07),
        // Two numbers in one record: 3 and 1.5, the latter as 150 divided by a hundred.
        record(0x00BD, &[u16s(&[2, 0, 0]), short(3 << 2 | 2), u16s(&[0]), short(150 << 2 | 3), u16s(&[1])].concat()), record(0x0201, &u16s(&[2, 2, 0])),
        // A chart within the sheet, with cells of its own.
        record(0x0809, &u16s(&[0x0600, 0x20])), number(5, 5, 0, 99.0), record(0x000A, &[]),
        formula(3, 0, [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]), record(0x0207, &wide("字")), formula(3, 1, 4f64.to_le_bytes()), formula(3, 2, [2, 0, 0x17, 0, 0, 0, 0xFF, 0xFF]),
        shared(4, 0, 1), record(0x00BE, &u16s(&[4, 1, 0, 0, 2])),
        record(0x00E5, &u16s(&[1, 4, 4, 1, 2])),
    ]
}

#[test]
fn xls_cells_show_what_a_person_sees() {
    let decoded = read(xls(&sheet(), &[])).unwrap();
    assert_eq!(marked(&decoded.text), "项目¦\n规章¦\n标¦¶\n12¦\n2024-01-15¦\n7%¦¶\n3¦\n1.5¦\n¦¶\n字¦\n4¦\n#REF!¦¶\n规章¦\n¦¶\n");
    assert_eq!((decoded.format, decoded.problems[0].code), ("xls", "decode/hidden-text"));
}

/// A sheet of one row behind a label; each cell is a value and its style, whose font, format and filling are given.
fn xls_row(looks: &[(u16, u16, bool)], codes: &[&str], values: &[(f64, u16)], more: &[Vec<u8>]) -> String {
    let font = |flags: u16, colour: u16, script: u16| record(0x0031, &[u16s(&[200, flags, colour, 400, script]), vec![0; 6]].concat());
    // Numbers 0 to 3 are plain; there is none of number 4, so the rest are struck (5), raised (6), white (7).
    let mut globals: Vec<Vec<u8>> = (0..4).map(|_| font(0, 0x7FFF, 0)).chain([font(8, 0x7FFF, 0), font(0, 0x7FFF, 1), font(0, 9, 0)]).collect();
    globals.extend(codes.iter().enumerate().map(|(n, code)| record(0x041E, &[u16s(&[170 + n as u16]), wide(code)].concat())));
    for (font, code, filled) in looks {
        let fill: u32 = if *filled { 1 << 26 } else { 0 };
        globals.push(record(0x00E0, &[u16s(&[*font, *code]), vec![0; 10], fill.to_le_bytes().to_vec(), u16s(&[12])].concat()));
    }
    let number = |(n, (value, style)): (usize, &(f64, u16))| record(0x0203, &[u16s(&[0, n as u16 + 1, *style]), value.to_le_bytes().to_vec()].concat());
    let mut sheet = vec![record(0x0204, &[u16s(&[0, 0, 0]), wide("甲")].concat())];
    sheet.extend(values.iter().enumerate().map(number));
    sheet.extend(more.iter().cloned());
    let text = text(xls(&sheet, &globals));
    text.trim_start_matches("甲¦\n").trim_end_matches("¦¶\n").replace("¦\n", "|")
}

#[test]
fn xls_formats_fonts_and_fillings_are_followed() {
    let codes = ["0,", ";;;", "0;-0;\"—\"", "0.00"];
    let looks: Vec<(u16, u16, bool)> = [0u16, 170, 171, 172, 173].iter().map(|code| (0, *code, false)).chain([(5, 0, false), (6, 0, false), (7, 0, false), (7, 0, true)]).collect();
    let values: Vec<(f64, u16)> = [(5.0, 0), (20_000.0, 1), (5.0, 2), (0.0, 3), (5.0, 4), (5.0, 5), (5.0, 6), (5.0, 7), (5.0, 8)].into();
    assert_eq!(xls_row(&looks, &codes, &values, &[]), "5|20||—|5|~5|~5|~5|5");
    let window = |flags: u16| record(0x023E, &[u16s(&[flags]), vec![0; 16]].concat());
    assert_eq!(xls_row(&[(0, 0, false)], &[], &[(0.0, 0), (5.0, 0)], &[window(0x06A6)]), "|5");
    assert_eq!(xls_row(&[(0, 0, false)], &[], &[(0.0, 0), (5.0, 0)], &[window(0x06B6)]), "0|5");
    // A rule: white letters where the value is 0, and where a formula says so.
    let rule = |kind: u8, formula: &[u8], colour: u32| {
        let mut font = vec![0; 118];
        font[80..84].copy_from_slice(&colour.to_le_bytes());
        let mut cf = vec![kind, 3];
        cf.extend(u16s(&[formula.len() as u16, 0]));
        cf.extend((1u32 << 26).to_le_bytes());
        cf.extend([0, 0]);
        cf.extend(font);
        cf.extend(formula);
        vec![record(0x01B0, &u16s(&[1, 0, 0, 0, 1, 2, 1, 0, 0, 1, 2])), record(0x01B1, &cf)]
    };
    let values = [(0.0, 0), (5.0, 0), (0.0, 0)];
    assert_eq!(xls_row(&[(0, 0, false)], &[], &values, &rule(1, &[0x1E, 0, 0], 9)), "~0|5|0");
    assert_eq!(xls_row(&[(0, 0, false)], &[], &values, &rule(2, &[0x1D, 1], 9)), "~0|~5|0");
    assert_eq!(xls_row(&[(0, 0, false)], &[], &values, &rule(1, &[0x1E, 0, 0], 10)), "0|5|0");
    // Runs of a text in a cell: a font from a place on.
    let label = |runs: &[u16]| record(0x00D6, &[u16s(&[0, 3, 0]), wide("3187"), u16s(&[runs.len() as u16 / 2]), u16s(runs)].concat());
    assert_eq!(xls_row(&[(0, 0, false)], &[], &[(1.0, 0), (2.0, 0)], &[label(&[0, 5, 1, 0])]), "1|2|~3~187");
    assert_eq!(xls_row(&[(0, 0, false)], &[], &[(1.0, 0), (2.0, 0)], &[label(&[1, 0])]), "1|2|3187");
}

#[test]
fn xls_rows_and_columns_that_do_not_show_are_left_out() {
    let number = |row, column, value: f64| record(0x0203, &[u16s(&[row, column, 0]), value.to_le_bytes().to_vec()].concat());
    let row = |number: u16, height: u16, flags: u16| record(0x0208, &u16s(&[number, 0, 3, height, 0, 0, flags, 0]));
    let cells: Vec<Vec<u8>> = (0..9u16).map(|n| number(n / 3, n % 3, f64::from(n))).collect();
    let whole = |more: &[Vec<u8>]| {
        let decoded = read(xls(&[more, &cells].concat(), &[])).unwrap();
        (marked(&decoded.text), decoded.problems[0].message.contains("rows with content"))
    };
    let [one, two, three] = ["0¦\n1¦\n2¦¶\n", "3¦\n4¦\n5¦¶\n", "6¦\n7¦\n8¦¶\n"];
    assert_eq!(whole(&[row(1, 255, 0x100)]), ([one, two, three].concat(), false));
    assert_eq!(whole(&[row(1, 255, 0x120)]), ([one, three].concat(), true));
    assert_eq!(whole(&[row(1, 5, 0x100)]), ([one, three].concat(), true));
    assert_eq!(whole(&[record(0x007D, &u16s(&[1, 1, 2000, 0, 1, 0]))]).0, "0¦\n2¦¶\n3¦\n5¦¶\n6¦\n8¦¶\n");
    assert_eq!(whole(&[record(0x007D, &u16s(&[1, 1, 2000, 0, 2, 0]))]).0, [one, two, three].concat());
}

#[test]
fn bad_xls_says_what_is_wrong() {
    let code = |bytes: Vec<u8>| read(bytes).unwrap_err().code;
    assert_eq!(code(xls(&sheet(), &[record(0x002F, &[1, 0])])), "decode/encrypted");
    assert_eq!(code(xls(&[], &[])), "decode/empty");
    assert_eq!(code(xls(&[record(0x00FD, &u16s(&[0, 0, 0, 9, 0]))], &[])), "decode/damaged");
    assert_eq!(code(xls(&[record(0x0203, &[0])], &[])), "decode/damaged");
    assert_eq!(code(compound("Workbook", b"")), "decode/damaged");
    // Two sheets that are one, so that a small file would be read many times.
    let bound = record(0x0085, &[0, 0, 0, 0, 0, 0, 1, 0, b'S']);
    assert_eq!(code(compound("Workbook", &[bound.clone(), bound, record(0x000A, &[])].concat())), "decode/damaged");
    let bytes = xls(&sheet(), &[]);
    for at in (0..bytes.len()).filter(|at| bytes[*at] != 0 || at % 8 == 0) {
        let _ = read(bytes[..at].to_vec());
        for flip in [1u8, 0x80, 0xFF] {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            let _ = read(bytes);
        }
    }
}

#[test]
fn results_that_are_computed_anew_are_in_doubt() {
    let book = |calculation: &str| {
        let parts = [
            ("[Content_Types].xml", "<Types/>".to_owned()), ("_rels/.rels", RELS.to_owned()), ("xl/workbook.xml", BOOK.replace("</workbook>", &format!("{calculation}</workbook>"))), ("xl/_rels/workbook.xml.rels", BOOK_RELS.to_owned()),
            ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c r=\"A1\"><f>1+1</f><v>0</v></c><c r=\"B1\"><v>7</v></c><c r=\"C1\"><f>B1+4</f><v>11</v></c></row></sheetData></worksheet>".to_owned()),
        ];
        text(zipped(&parts.each_ref().map(|(name, part)| (*name, part.as_str()))))
    };
    assert_eq!(book("<calcPr calcId=\"1\" fullCalcOnLoad=\"1\"/>"), "~0¦\n7¦\n11¦¶\n");
    assert_eq!(book("<calcPr calcId=\"191029\"/>"), "0¦\n7¦\n11¦¶\n");
}

#[test]
fn names_of_sheets_stand_above_them_where_there_are_several() {
    let of = |second: &str| {
        let book = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"表甲\" r:id=\"r1\"/><sheet name=\"Sheet2\" r:id=\"r2\"/></sheets></workbook>";
        let sheet = |row: &str| format!("<worksheet><sheetData>{row}</sheetData><headerFooter><oddHeader>&amp;C仅供参考</oddHeader><oddFooter>第&amp;P页</oddFooter></headerFooter></worksheet>");
        let (first, second) = (sheet("<row><c r=\"A1\"><v>3</v></c><c r=\"B1\"><v>7</v></c></row>"), sheet(second));
        text(zipped(&[
            ("[Content_Types].xml", "<Types/>"), ("_rels/.rels", RELS), ("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", BOOK_RELS), ("xl/worksheets/sheet1.xml", &first), ("xl/worksheets/sheet2.xml", &second),
        ]))
    };
    assert_eq!(of("<row><c r=\"A1\"><v>5</v></c></row>"), "仅供参考\n\n表甲\n3¦\n7¦¶\n\n5\n");
    assert_eq!(of(""), "仅供参考\n\n3¦\n7¦¶\n\n");
}

#[test]
fn what_a_drawing_lies_over_is_in_doubt() {
    let anchor = |from: (u32, u32), to: (u32, u32), inner: &str| {
        let corner = |name: &str, (row, column): (u32, u32)| format!("<x:{name}><x:col>{column}</x:col><x:colOff>0</x:colOff><x:row>{row}</x:row><x:rowOff>180000</x:rowOff></x:{name}>");
        format!("<x:twoCellAnchor>{}{}<x:sp>{inner}</x:sp></x:twoCellAnchor>", corner("from", from), corner("to", to))
    };
    let drawn = |anchors: &str| {
        let sheet = "<worksheet><sheetData><row><c r=\"A1\" t=\"inlineStr\"><is><t>甲1</t></is></c><c r=\"B1\"><v>3</v></c><c r=\"C1\"/></row><row><c r=\"A2\"/><c r=\"B2\"><v>5</v></c><c r=\"C2\"><v>7</v></c></row></sheetData><drawing r:id=\"d\"/></worksheet>";
        text(zipped(&[
            ("[Content_Types].xml", "<Types/>"), ("_rels/.rels", RELS), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", BOOK_RELS), ("xl/worksheets/sheet1.xml", sheet),
            ("xl/worksheets/_rels/sheet1.xml.rels", "<Relationships><Relationship Id=\"d\" Type=\"x/drawing\" Target=\"../drawings/d.xml\"/></Relationships>"), ("xl/drawings/d.xml", &format!("<x:wsDr>{anchors}</x:wsDr>")),
        ]))
    };
    assert_eq!(drawn(""), "甲1¦\n3¦\n¦¶\n¦\n5¦\n7¦¶\n");
    assert_eq!(drawn(&anchor((0, 0), (0, 3), "<t>11</t>")), "甲1¦\n~3¦\n\u{FFFC}¦¶\n¦\n5¦\n7¦¶\n");
    assert_eq!(drawn(&anchor((1, 1), (1, 2), "<p><t>仅供</t></p><p><t>参考</t></p>")), "仅供\n参考\n\n甲1¦\n3¦\n¦¶\n¦\n~5¦\n7¦¶\n");
    assert_eq!(drawn(&anchor((0, 0), (1, 3), "<cNvPr hidden=\"1\"/>")), drawn(""));
    assert_eq!(styled("<cellXfs><xf/><xf><alignment horizontal=\"fill\"/></xf><xf><alignment horizontal=\"center\"/></xf></cellXfs>", ["", ""], "<c s=\"1\"><v>5</v></c><c s=\"2\"><v>5</v></c>"), "~5|5");
    assert_eq!(styled("<fonts><font><sz val=\"1\"/></font><font><sz val=\"11\"/></font></fonts><cellXfs><xf fontId=\"1\"/><xf fontId=\"0\"/><xf fontId=\"1\"/></cellXfs>", ["", ""], "<c s=\"1\"><v>5</v></c><c s=\"2\"><v>5</v></c>"), "~5|5");
}

#[test]
fn ods_drawings_low_rows_and_formats_of_conditions_are_followed() {
    let cell = |style: &str, inner: &str| format!("<table:table-cell table:style-name=\"{style}\" office:value-type=\"float\" office:value=\"5\">{inner}<text:p>5</text:p></table:table-cell>");
    let over = "<draw:frame table:end-cell-address=\"S.D1\"/>";
    assert_eq!(ods_row("", &[cell("x", "<draw:frame/>"), cell("x", ""), "<table:table-cell><draw:custom-shape/></table:table-cell>".to_owned()].concat(), ""), "~5|5|\u{FFFC}");
    assert_eq!(ods_row("", &[cell("x", over), cell("x", ""), cell("x", ""), cell("x", "")].concat(), ""), "~5|~5|~5|5");
    let map = |other: &str| format!("<style:style style:name=\"m\" style:family=\"table-cell\"><style:map style:condition=\"cell-content()=5\" style:apply-style-name=\"o\"/></style:style><style:style style:name=\"o\" style:family=\"table-cell\"{other}/>");
    assert_eq!([map(" style:data-style-name=\"N7\""), map(" style:data-style-name=\"N0\""), map("")].map(|styles| ods_row(&styles, &cell("m", ""), "")), ["~5", "5", "5"]);
    let row = |height: &str| ods_row(&format!("<style:style style:name=\"r\" style:family=\"table-row\"><style:table-row-properties style:row-height=\"{height}\"/></style:style>"), &cell("x", ""), &format!("<table:table-row table:style-name=\"r\"><table:table-cell><text:p>乙</text:p></table:table-cell>{}</table:table-row>", cell("x", "")));
    assert_eq!((row("0.02cm").contains('乙'), row("0.45cm").contains('乙')), (false, true));
}

#[test]
fn xls_results_that_are_computed_anew_are_in_doubt() {
    // Behind a label stand 3 and 7, then formulas; each has a result, flags and tokens.
    let sum = [&[0x25][..], &u16s(&[0, 0, 1, 2]), &[0x19, 0x10, 0, 0]].concat();
    let text = [0x17, 1, 0, b'a'];
    let row = |formulas: &[([u8; 8], u16, &[u8])], more: &[Vec<u8>]| {
        let formula = |(n, (result, flags, tokens)): (usize, &([u8; 8], u16, &[u8]))| record(0x0006, &[u16s(&[0, n as u16 + 3, 0]), result.to_vec(), u16s(&[*flags, 0, 0, tokens.len() as u16]), tokens.to_vec()].concat());
        xls_row(&[(0, 0, false)], &[], &[(3.0, 0), (7.0, 0)], &[formulas.iter().enumerate().map(formula).collect(), more.to_vec()].concat())
    };
    let (zero, ten, empty) = (0f64.to_le_bytes(), 10f64.to_le_bytes(), [3, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
    assert_eq!(row(&[(zero, 2, &sum), (ten, 3, &sum), (zero, 0, &sum), (ten, 1, &text)], &[]), "3|7|~0|10|0|~10");
    assert_eq!(row(&[(zero, 0, &sum), (ten, 0, &sum)], &[record(0x005E, &[0, 0])]), "3|7|~0|10");
    assert_eq!(row(&[(zero, 0, &sum)], &[record(0x023E, &[u16s(&[0x06A6]), vec![0; 16]].concat()), record(0x005E, &[0, 0])]), "3|7|=?");
    // No program computed any; one did, and gave a text; one did, but no text comes of a sum.
    assert_eq!(row(&[(empty, 0, &text)], &[]), "3|7|=?");
    assert_eq!(row(&[(empty, 0, &text), (ten, 0, &sum)], &[]), "3|7||10");
    assert_eq!(row(&[(empty, 0, &sum), (ten, 0, &sum)], &[]), "3|7|=?|10");
}

#[test]
fn xls_letters_of_the_colour_of_their_ground_are_in_doubt() {
    // Each cell has a colour of letters and one of its ground.
    let row = |cells: &[(u16, u16)], more: &[Vec<u8>]| {
        let mut globals: Vec<Vec<u8>> = cells.iter().map(|(letters, _)| record(0x0031, &[u16s(&[200, 0, *letters, 400, 0]), vec![0; 6]].concat())).collect();
        globals.extend(cells.iter().enumerate().map(|(n, (_, ground))| record(0x00E0, &[u16s(&[n as u16, 0]), vec![0; 10], (1u32 << 26).to_le_bytes().to_vec(), u16s(&[*ground])].concat())));
        let numbers = (0..cells.len() as u16).map(|n| record(0x0203, &[u16s(&[0, n, n]), 5f64.to_le_bytes().to_vec()].concat()));
        text(xls(&numbers.collect::<Vec<_>>(), &[globals, more.to_vec()].concat())).trim_end_matches("¦¶\n").replace("¦\n", "|")
    };
    let cells = [(12, 12), (9, 12), (12, 65), (0x21, 65)];
    assert_eq!(row(&cells, &[]), "~5|5|5|5");
    let colours: Vec<u8> = (0..56u8).flat_map(|n| if n == 0x21 - 8 { [255, 255, 255, 0] } else { [n, 0, n, 0] }).collect();
    // White is no longer white.
    assert_eq!(row(&cells, &[record(0x0092, &[u16s(&[56]), colours].concat())]), "~5|~5|5|~5");
}

#[test]
fn what_an_xls_drawing_lies_over_is_in_doubt() {
    let place = [1, 0, 0, 0, 1, 900, 0, 250];
    let old = record(0x005D, &u16s(&[&[1, 0, 8, 1, 0x614], &place[..]].concat()));
    let new = |kind: u16| vec![record(0x00EC, &u16s(&[&[0, 0xF010, 18, 0, 0], &place[..]].concat())), record(0x005D, &u16s(&[0x15, 0x12, kind, 1, 0, 0, 0, 0, 0, 0, 0]))];
    for (drawing, shown) in [(vec![old], "~5|6"), (new(8), "~5|6"), (new(0x19), "5|6"), (Vec::new(), "5|6")] {
        assert_eq!(xls_row(&[(0, 0, false)], &[], &[(5.0, 0), (6.0, 0)], &drawing), shown);
    }
}

#[test]
fn ods_zeros_and_values_that_do_not_show_are_blank_or_in_doubt() {
    let cell = |value: &str| format!("<table:table-cell office:value-type=\"float\" office:value=\"{value}\"><text:p>{value}</text:p></table:table-cell>");
    let sheet = |name: &str, behind: &str| format!("<table:table table:name=\"{name}\"><table:table-row>{}{}{}</table:table-row>{behind}</table:table>", cell("0"), cell("5"), cell("0"));
    let book = |tables: &str, settings: &str| {
        let content = format!("<office:document-content><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>");
        text(zipped(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content), ("settings.xml", settings), ("META-INF/manifest.xml", "<m/>")]))
    };
    let zeros = |shows: bool| format!("<s><config:config-item-set config:name=\"ooo:configuration-settings\"><config:config-item config:name=\"ShowZeroValues\">{shows}</config:config-item></config:config-item-set></s>");
    assert_eq!(book(&sheet("S", ""), &zeros(true)), "0¦\n5¦\n0¦¶\n");
    assert_eq!(book(&[sheet("S", ""), sheet("T", "")].concat(), &zeros(false)).matches('0').count(), 0);
    assert_eq!(book(&sheet("S", ""), "<s><"), "0¦\n5¦\n0¦¶\n");
    let icons = |first: &str| format!("<calcext:conditional-formats><calcext:conditional-format calcext:target-range-address=\"S.B1:S.C1\"><calcext:icon-set><calcext:formatting-entry{first}/><calcext:formatting-entry/></calcext:icon-set></calcext:conditional-format></calcext:conditional-formats>");
    assert_eq!([" calcext:show-value=\"false\"", ""].map(|first| book(&sheet("S", &icons(first)), "")), ["0¦\n~5¦\n~0¦¶\n", "0¦\n5¦\n0¦¶\n"]);
}

#[test]
fn xlsx_buttons_and_tinted_colours_are_followed() {
    let button = |kind: &str| {
        let sheet = "<worksheet><sheetData><row><c r=\"A1\"><v>3</v></c><c r=\"B1\"><v>5</v></c></row></sheetData><legacyDrawing r:id=\"d\"/></worksheet>";
        let vml = format!("<xml><v:shape><v:textbox>7<br></v:textbox><x:ClientData ObjectType=\"{kind}\"><x:Anchor>1, 0, 0, 0, 1, 62, 0, 18</x:Anchor></x:ClientData></v:shape></xml>");
        text(zipped(&[
            ("[Content_Types].xml", "<Types/>"), ("_rels/.rels", RELS), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", BOOK_RELS), ("xl/worksheets/sheet1.xml", sheet),
            ("xl/worksheets/_rels/sheet1.xml.rels", "<Relationships><Relationship Id=\"d\" Type=\"x/vmlDrawing\" Target=\"../drawings/v.vml\"/></Relationships>"), ("xl/drawings/v.vml", &vml),
        ]))
    };
    assert_eq!([button("Button"), button("Note")], ["3¦\n~5¦¶\n", "3¦\n5¦¶\n"]);
    let styles = "<fonts><font/><font><color theme=\"1\" tint=\"0.999\"/></font><font><color theme=\"1\" tint=\"0.35\"/></font><font><color theme=\"4\"/></font><font><color theme=\"0\" tint=\"-0.05\"/></font></fonts>\
        <fills><fill/><fill><patternFill patternType=\"solid\"><fgColor theme=\"4\"/></patternFill></fill><fill><patternFill patternType=\"solid\"><fgColor theme=\"4\" tint=\"0.8\"/></patternFill></fill></fills>\
        <cellXfs><xf/><xf fontId=\"1\"/><xf fontId=\"2\"/><xf fontId=\"3\" fillId=\"1\"/><xf fontId=\"3\" fillId=\"2\"/><xf fontId=\"4\" fillId=\"1\"/><xf fontId=\"4\"/></cellXfs>";
    let cells: String = (1..7).map(|n| format!("<c s=\"{n}\"><v>5</v></c>")).collect();
    assert_eq!(styled(styles, ["", ""], &cells), "~5|5|~5|5|5|~5");
}
