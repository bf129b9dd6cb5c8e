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
    book.begin_sheet();
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

#[test]
fn a_heading_between_tables_divides_them() {
    let cells = [(0, 0, "甲"), (0, 1, "1"), (1, 0, "三、申请"), (2, 0, "乙"), (2, 1, "1"), (2, 2, "2")];
    assert_eq!(laid_out(&cells, &[]), "甲¦\n1¦¶\n三、申请\n乙¦\n1¦\n2¦¶\n");
}

#[test]
fn a_sheet_costs_no_more_than_its_limits() {
    let limits = Limits { cells: 1000, ..Limits::default() };
    let mut book = Workbook::new(&limits);
    book.begin_sheet();
    for row in 0..200 {
        book.put(row * 5000, 0, "甲").unwrap();
        book.put(row * 5000, COLUMNS - 1, "1").unwrap();
    }
    assert!(matches!(book.finish(&mut Decoded::default()), Err(Fault::TooLarge(_))));
    let mut book = Workbook::new(&limits);
    book.begin_sheet();
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
