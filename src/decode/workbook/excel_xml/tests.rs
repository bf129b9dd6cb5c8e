//! Workbooks put together here, and what must come of them.

use crate::decode::{Limits, decode};
use crate::model::{CELL_END, Decoded, Problem, ROW_END};

/// A workbook of one sheet with these styles and rows, and what stands behind its table.
fn workbook(styles: &str, table: &str, behind: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><DocumentProperties><Title>九</Title></DocumentProperties><Styles><Style ss:ID=\"Default\" ss:Name=\"Normal\"><Font ss:Size=\"11\"/><Interior/><NumberFormat/></Style>{styles}</Styles>\
         <Worksheet ss:Name=\"Sheet1\"><Table ss:ExpandedColumnCount=\"4\">{table}</Table>{behind}</Worksheet></Workbook>"
    )
}

fn read(text: &str) -> Result<Decoded, Problem> {
    decode("a.xls", text.as_bytes().to_vec(), &Limits::default())
}

fn marked(text: &str) -> String {
    text.replace(CELL_END, "¦").replace(ROW_END, "¶")
}

fn shown(styles: &str, table: &str, behind: &str) -> String {
    marked(&read(&workbook(styles, table, behind)).unwrap().text)
}

fn code(text: &str) -> &'static str {
    read(text).unwrap_err().code
}

/// Two words, and a cell behind them that is this.
fn beside(cell: &str) -> String {
    format!("<Row>{}{}{cell}</Row>", text("甲"), text("乙"))
}

fn text(words: &str) -> String {
    format!("<Cell><Data ss:Type=\"String\">{words}</Data></Cell>")
}

fn number(attributes: &str, value: &str) -> String {
    format!("<Cell {attributes}><Data ss:Type=\"Number\">{value}</Data></Cell>")
}

/// What the third cell of a row shows.
fn third(styles: &str, cell: &str, behind: &str) -> String {
    // A row below shows that the cell is there, though it may be empty.
    let all = shown(styles, &format!("{}<Row>{}</Row>", beside(cell), text("末").repeat(3)), behind);
    let row = all.split('¶').next().unwrap_or_default();
    row.strip_prefix("甲¦\n乙¦\n").unwrap_or(row).trim_end_matches('¦').to_owned()
}

#[test]
fn rows_are_cells_and_a_row_of_one_is_a_line() {
    let table = format!("<Row><Cell ss:MergeAcross=\"3\"><Data ss:Type=\"String\">题 &amp; &#20013;</Data></Cell></Row><Row>{}{}</Row><Row><Cell/>{}</Row>", text("甲"), number("", "\n 3 \n"), number("", "4"));
    let decoded = read(&workbook("", &table, "")).unwrap();
    assert_eq!(marked(&decoded.text), "题 & 中\n甲¦\n3¦¶\n¦\n4¦¶\n");
    assert_eq!((decoded.format, decoded.encoding, decoded.problems.len()), ("xls", "UTF-8", 0));
}

#[test]
fn places_follow_indexes_spans_and_merges() {
    let tall = format!("<Row><Cell ss:MergeDown=\"1\"><Data ss:Type=\"String\">甲</Data></Cell>{}{}</Row><Row><Cell ss:Index=\"2\"><Data ss:Type=\"String\">丙</Data></Cell>{}</Row>", text("乙"), number("", "1"), number("", "2"));
    assert_eq!(shown("", &tall, ""), "甲¦\n乙¦\n1¦¶\n丙¦\n2¦¶\n");
    let wide = format!("<Row><Cell ss:MergeAcross=\"1\"><Data ss:Type=\"String\">甲</Data></Cell>{}</Row><Row>{}{}{}</Row>", number("", "1"), text("乙"), text("丙"), number("", "2"));
    assert_eq!(shown("", &wide, ""), "甲¦\n1¦¶\n乙¦\n丙¦\n2¦¶\n");
    // Rows between that are not there divide the blocks; columns between are empty cells.
    let apart = format!("<Row>{}{}</Row><Row ss:Index=\"4\" ss:Span=\"3\">{}<Cell ss:Index=\"3\"><Data ss:Type=\"Number\">2</Data></Cell></Row><Row>{}{}</Row>", text("甲"), number("", "1"), text("乙"), text("丙"), number("", "3"));
    assert_eq!(shown("", &apart, ""), "甲¦\n1¦¶\n乙¦\n¦\n2¦¶\n丙¦\n3¦¶\n");
}

#[test]
fn places_that_are_claimed_twice_or_are_none_are_damage() {
    let row = |attributes: &str| format!("<Row {attributes}>{}{}</Row>", text("甲"), number("", "1"));
    for table in [
        format!("{}{}", row("ss:Index=\"2\""), row("ss:Index=\"2\"")),
        row("ss:Index=\"0\""),
        row("ss:Index=\"1,024\""),
        row("ss:Span=\"-1\""),
        beside("<Cell ss:Index=\"2\"><Data ss:Type=\"Number\">1</Data></Cell>"),
        beside("<Cell ss:MergeAcross=\"-1\"><Data ss:Type=\"Number\">1</Data></Cell>"),
        // A row below a label that spans it begins with a cell of its own.
        format!("<Row><Cell ss:MergeDown=\"1\"><Data ss:Type=\"String\">甲</Data></Cell>{}</Row><Row>{}</Row>", number("", "1"), text("乙")),
    ] {
        assert_eq!(code(&workbook("", &table, "")), "decode/damaged", "{table}");
    }
    // Cells without words may lie there, and such as say that they do.
    for covered in ["<Cell/>", "<Cell ss:Index=\"1\"><Data ss:Type=\"String\">盖</Data></Cell>"] {
        let rows = format!("<Row><Cell ss:MergeDown=\"1\"><Data ss:Type=\"String\">甲</Data></Cell>{}</Row><Row>{covered}{}</Row>", number("", "1"), number("", "2"));
        assert_eq!(shown("", &rows, ""), "甲¦\n1¦¶\n2¦¶\n");
    }
}

#[test]
fn nothing_grows_without_bound() {
    let most = u32::MAX;
    let rows = format!("<Column ss:Index=\"{most}\" ss:Span=\"{most}\" ss:Hidden=\"1\"/><Row ss:Span=\"{most}\" ss:Hidden=\"0\">{}<Cell ss:MergeAcross=\"4000000000\" ss:MergeDown=\"{most}\"><Data ss:Type=\"Number\">1</Data></Cell>{}</Row><Row>{}</Row>", text("甲"), text("外"), number("", ""));
    assert_eq!(shown("", &rows, ""), "甲¦\n1¦¶\n");
    let far = format!("{}<Row ss:Index=\"1048577\">{}</Row><Row ss:Index=\"{most}\"/>", beside(&number("ss:Index=\"16385\"", "1")), text("外"));
    assert_eq!(shown("", &far, ""), "甲¦\n乙¦¶\n");
    let limits = Limits { cells: 100, ..Limits::default() };
    let many = workbook("", &"<Row><Cell/><Cell/></Row>".repeat(51), "");
    assert_eq!(decode("a", many.into_bytes(), &limits).unwrap_err().code, "decode/too-large");
    let deep = workbook("", &beside(&format!("<Cell><Data>{}1{}</Data></Cell>", "<B>".repeat(300), "</B>".repeat(300))), "");
    assert_eq!(code(&deep), "decode/nesting");
    let limits = Limits { inflated: 100, ..Limits::default() };
    assert_eq!(decode("a", workbook("", "", "").into_bytes(), &limits).unwrap_err().code, "decode/too-large");
}

#[test]
fn a_file_that_is_cut_is_damaged_and_nothing_panics() {
    let styles = "<Style ss:ID=\"s1\"><NumberFormat ss:Format=\"0%\"/></Style>";
    let whole = workbook(styles, &beside(&number("ss:StyleID=\"s1\" ss:Formula=\"=RC[-1]\"", "0.5")), "<WorksheetOptions xmlns=\"x\"><Visible>SheetHidden</Visible></WorksheetOptions>");
    for length in 0..whole.len() {
        if let Ok(decoded) = decode("a", whole.as_bytes()[..length].to_vec(), &Limits::default()) {
            assert!(decoded.format == "text", "{length}: {}", decoded.format);
        }
    }
    for bit in (0..whole.len() * 8).step_by(5) {
        let mut flipped = whole.clone().into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let _ = decode("a", flipped, &Limits::default());
    }
    assert_eq!(code(&whole[..whole.len() / 2]), "decode/damaged");
}

#[test]
fn every_encoding_is_read_and_a_wrong_declaration_told() {
    let page = workbook("", &format!("<Row>{}{}</Row>", text("本年度主动公开政府信息，收到申请"), number("", "3")), "");
    let declared = page.replacen("?>", " encoding=\"GBK\"?>", 1);
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let wide: Vec<u8> = std::iter::once(0xFEFF).chain(page.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let utf8 = page.replacen("?>", " encoding=\"UTF-8\"?>", 1);
    for (bytes, encoding, told) in [
        (format!("\u{FEFF}{page}").into_bytes(), "UTF-8", 0),
        (wide, "UTF-16BE", 0),
        (gbk(&declared), "gb18030", 0),
        (gbk(&utf8), "gb18030", 1),
        (declared.clone().into_bytes(), "UTF-8", 1),
    ] {
        let decoded = decode("a.xml", bytes, &Limits::default()).unwrap();
        assert_eq!((decoded.encoding, decoded.problems.len()), (encoding, told));
        assert_eq!(marked(&decoded.text), "本年度主动公开政府信息，收到申请¦\n3¦¶\n");
    }
    let mut damaged = page.replace("本年度", &"本年度".repeat(30)).into_bytes();
    let at = damaged.windows(3).position(|w| w == "本".as_bytes()).unwrap();
    damaged[at] = 0xFF;
    let decoded = decode("a.xml", damaged, &Limits::default()).unwrap();
    assert_eq!((decoded.replaced > 0, decoded.problems[0].code), (true, "decode/replaced-bytes"), "{} {:?}", decoded.text, decoded.problems);
}

#[test]
fn formats_are_followed() {
    let styles = "<Style ss:ID=\"s1\"><NumberFormat ss:Format=\"0,\"/></Style><Style ss:ID=\"s2\" ss:Parent=\"s1\"><Font ss:Bold=\"1\"/></Style><Style ss:ID=\"s3\" ss:Parent=\"s1\"><NumberFormat/></Style>\
                  <Style ss:ID=\"s4\"><NumberFormat ss:Format=\"Percent\"/></Style><Style ss:ID=\"s5\"><NumberFormat ss:Format=\"Short Date\"/></Style><Style ss:ID=\"s6\"><NumberFormat ss:Format=\"Scientific\"/></Style>\
                  <Style ss:ID=\"s7\"><Alignment ss:Horizontal=\"Fill\"/></Style><Style ss:ID=\"s8\"><NumberFormat ss:Format=\";;;\"/></Style><Style ss:ID=\"s9\" ss:Parent=\"s9\"><Borders/></Style>";
    for (style, value, seen) in [("s1", "2000", "2"), ("s2", "2000", "2"), ("s3", "2000", "2000"), ("s4", "0.07", "7.00%"), ("s5", "45306", "2024-01-15"), ("s6", "12", "~12"), ("s7", "12", "~12"), ("s8", "12", ""), ("s9", "12", "12"), ("none", "12", "12"), ("s1", "1,024", "1,024"), ("s3", "1E3", "1000")] {
        assert_eq!(third(styles, &number(&format!("ss:StyleID=\"{style}\""), value), ""), seen, "{style} {value}");
    }
    let other = |kind: &str, value: &str| third(styles, &format!("<Cell ss:StyleID=\"s5\"><Data ss:Type=\"{kind}\">{value}</Data></Cell>"), "");
    assert_eq!([other("DateTime", "2024-01-15T00:00:00.000"), other("Boolean", "1"), other("Error", "#DIV/0!"), other("String", "12"), other("Number", "")], ["2024-01-15", "TRUE", "#DIV/0!", "12", ""]);
}

#[test]
fn styles_come_from_the_cell_the_row_the_column_and_the_table() {
    let styles = "<Style ss:ID=\"t\"><NumberFormat ss:Format=\"0,\"/></Style><Style ss:ID=\"u\"><NumberFormat ss:Format=\"0%\"/></Style>";
    let table = |column: &str, row: &str, cell: &str| shown(styles, &format!("<Column/><Column ss:StyleID=\"{column}\" ss:Span=\"1\"/><Row {row}>{}{}</Row>", text("甲"), number(cell, "2000")), "");
    assert_eq!([table("t", "", ""), table("t", "ss:StyleID=\"u\"", ""), table("t", "ss:StyleID=\"u\"", "ss:StyleID=\"Default\""), table("", "", "")], ["2", "200000%", "2000", "2000"].map(|n| format!("甲¦\n{n}¦¶\n")));
    let of_table = workbook(styles, &beside(&number("", "2000")), "").replacen("<Table ", "<Table ss:StyleID=\"t\" ", 1);
    assert!(marked(&read(&of_table).unwrap().text).ends_with("乙¦\n2¦¶\n"));
}

#[test]
fn figures_that_are_struck_raised_or_invisible_stand_apart() {
    let styles = "<Style ss:ID=\"s1\"><Font ss:StrikeThrough=\"1\"/></Style><Style ss:ID=\"s2\"><Font ss:VerticalAlign=\"Superscript\"/></Style><Style ss:ID=\"s3\"><Font ss:Color=\"#FFFFFF\"/></Style>\
                  <Style ss:ID=\"s4\"><Font ss:Color=\"#FFFFFF\"/><Interior ss:Color=\"#0070C0\" ss:Pattern=\"Solid\"/></Style><Style ss:ID=\"s5\"><Font ss:Color=\"#0070C0\"/><Interior ss:Color=\"#0070C0\" ss:Pattern=\"Solid\"/></Style><Style ss:ID=\"s6\"><Font ss:Size=\"1\"/></Style>";
    for (style, seen) in [("s1", "~12"), ("s2", "~12"), ("s3", "~12"), ("s4", "12"), ("s5", "~12"), ("s6", "~12")] {
        assert_eq!(third(styles, &number(&format!("ss:StyleID=\"{style}\""), "12"), ""), seen, "{style}");
    }
    let rich = |inside: &str| third("", &format!("<Cell><ss:Data ss:Type=\"String\" xmlns=\"http://www.w3.org/TR/REC-html40\">{inside}</ss:Data></Cell>"), "");
    for (inside, seen) in [
        ("<B>1</B><I>2</I>", "12"), ("<S>9</S>12", "~9~12"), ("12<Sup>1</Sup>", "12~1"), ("<Font html:Color=\"#FF0000\">12</Font>", "12"), ("<Font html:Color=\"#FFFFFF\">9</Font>12", "~9~12"), ("<S><B>9</B></S>12", "~9~12"),
        ("<Font html:Size=\"8\">1<Font html:Size=\"1\">9</Font></Font>2", "1~9~2"), ("<Span html:Style=\"text-decoration:line-through\">9</Span>甲", "~9甲"),
    ] {
        assert_eq!(rich(inside), seen, "{inside}");
    }
}

#[test]
fn notes_and_readings_are_not_read() {
    let cell = "<Cell><Data ss:Type=\"String\">丙</Data><PhoneticText xmlns=\"urn:schemas-microsoft-com:office:excel\">bing</PhoneticText><Comment ss:Author=\"a\"><ss:Data xmlns=\"http://www.w3.org/TR/REC-html40\"><B>7</B></ss:Data></Comment><NamedCell ss:Name=\"_FilterDatabase\"/></Cell>";
    assert_eq!(third("", cell, ""), "丙");
    assert_eq!(third("", "<Cell><Comment><ss:Data>7</ss:Data></Comment></Cell>", ""), "");
}

#[test]
fn results_of_formulas_are_believed_where_they_hold() {
    let formula = |code: &str, value: &str| number(&format!("ss:Formula=\"{code}\""), value);
    let row = |total: &str| shown("", &format!("<Row>{}{}{}{total}</Row><Row>{}</Row>", text("甲"), number("", "3"), number("", "4"), text("末").repeat(4)), "");
    for (total, seen) in [
        (formula("=SUM(RC[-2]:RC[-1])", "7"), "7"), (formula("=RC[-2]+R1C3", "7"), "7"), (formula("=SUM(RC[-2]:RC[-1])", "0"), "~0"), (formula("=IF(RC[-1]&gt;0,7,0)", "7"), "~7"), ("<Cell ss:Formula=\"=SUM(RC[-2]:RC[-1])\"/>".into(), "=?"),
        (formula("=SUM(RC[-2]:RC[-1])", ""), "=?"), ("<Cell ss:Formula=\"=RC[-3]\"><Data ss:Type=\"String\">甲</Data></Cell>".into(), "甲"), ("<Cell ss:Formula=\"=T(RC[-1])\"><Data ss:Type=\"String\">7</Data></Cell>".into(), "~7"),
        ("<Cell ss:Formula=\"=IF(1,&quot;&quot;)\"><Data ss:Type=\"String\"></Data></Cell>".into(), ""),
    ] {
        assert_eq!(row(&total), format!("甲¦\n3¦\n4¦\n{seen}¦¶\n末¦\n末¦\n末¦\n末¦¶\n"), "{total}");
    }
    let displayed = "<WorksheetOptions xmlns=\"urn:schemas-microsoft-com:office:excel\"><DisplayFormulas/></WorksheetOptions>";
    assert_eq!(third("", &formula("=1", "1"), displayed), "=?");
}

#[test]
fn what_a_sheet_hides_is_left_out() {
    let options = |inside: &str| format!("<x:WorksheetOptions>{inside}</x:WorksheetOptions>");
    assert_eq!([third("", &number("", "0"), &options("<x:DoNotDisplayZeros/>")), third("", &number("", "5"), &options("<x:DoNotDisplayZeros/>")), third("", &number("", "0"), "")], ["", "5", "0"]);
    let rows = format!("<Row>{}{}</Row><Row ss:Hidden=\"1\" ss:Span=\"1\">{}{}</Row><Row ss:Index=\"4\">{}{}</Row><Row ss:Height=\"0\">{}{}</Row>", text("甲"), number("", "1"), text("乙"), number("", "2"), text("丙"), number("", "3"), text("丁"), number("", "4"));
    let decoded = read(&workbook("", &rows, "")).unwrap();
    assert_eq!((marked(&decoded.text).as_str(), decoded.problems[0].code), ("甲¦\n1¦¶\n丙¦\n3¦¶\n", "decode/hidden-text"));
    let columns = format!("<Column ss:Width=\"50\"/><Column ss:Hidden=\"1\"/>{}", beside(&number("", "1")));
    assert_eq!(shown("", &columns, ""), "甲¦\n1¦¶\n");
    // Two sheets, of which one does not show.
    let one = workbook("", &beside(&number("", "1")), &options("<x:Visible>SheetHidden</x:Visible>"));
    let sheet = one.split("<Worksheet").nth(1).unwrap().replace("x:Visible>SheetHidden<", "x:Visible>SheetVisible<").replace("甲", "丁").replace("</Workbook>", "");
    let two = one.replace("</Workbook>", &format!("<Worksheet{sheet}</Workbook>"));
    let decoded = read(&two).unwrap();
    assert_eq!((marked(&decoded.text).as_str(), decoded.problems.len()), ("丁¦\n乙¦\n1¦¶\n", 1));
    let margins = options("<x:PageSetup><x:Header x:Margin=\"0.3\" x:Data=\"&amp;C仅供参考样本&amp;P\"/></x:PageSetup>");
    assert!(shown("", &beside(&number("", "1")), &margins).starts_with("仅供参考样本1\n\n甲"));
}

#[test]
fn rules_that_hide_figures_put_them_in_doubt() {
    let rule = |range: &str, condition: &str, style: &str| format!("<ConditionalFormatting xmlns=\"urn:schemas-microsoft-com:office:excel\"><Range>{range}</Range><Condition>{condition}<Format Style='{style}'/></Condition></ConditionalFormatting>");
    let less = |n: i32| format!("<Qualifier>Less</Qualifier><Value1>{n}</Value1>");
    for (behind, seen) in [
        (rule("R1C3", &less(20), "color:white"), "~12"), (rule("R1C3", &less(10), "color:white"), "12"), (rule("R2C3,R1C1:R1C2", &less(20), "color:white"), "12"), (rule("C3", "<Value1>MOD(ROW(),2)=1</Value1>", "text-line-through:single"), "~12"),
        (rule("R1C3", &less(20), "color:red;background:silver"), "12"), (rule("?", &less(20), "color:white"), "~12"), (rule("R1C3", "<Qualifier>Between</Qualifier><Value1>50</Value1><Value2>60</Value2>", "color:#fff"), "~12"),
    ] {
        assert_eq!(third("", &number("", "12"), &behind), seen, "{behind}");
    }
}

#[test]
fn entities_of_the_file_are_never_expanded() {
    let bomb = workbook("", &beside("<Cell><Data ss:Type=\"Number\">&a;1</Data></Cell>"), "").replacen("?>\n", "?>\n<!DOCTYPE Workbook [<!ENTITY a \"7\">]>\n", 1);
    assert_eq!(marked(&read(&bomb).unwrap().text), "甲¦\n乙¦\n\u{FFFD}1¦¶\n");
}
