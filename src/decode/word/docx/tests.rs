//! Documents put together here, and what must come of them.

use std::io::{Cursor, Write};

use crate::decode::{Limits, decode};
use crate::model::{CELL_END, Decoded, Problem, ROW_END};

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A package of these parts, with the list of types that every package has.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("[Content_Types].xml", "<Types/>")].iter().chain(parts) {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn document(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"{W}\" xmlns:mc=\"m\" xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" xmlns:v=\"v\" xmlns:a=\"a\" xmlns:m=\"f\"><w:body>{body}</w:body></w:document>"
    )
}

fn docx(body: &str) -> Vec<u8> {
    package(&[("word/document.xml", &document(body))])
}

fn read(bytes: Vec<u8>) -> Result<Decoded, Problem> {
    decode("a.docx", bytes, &Limits::default())
}

/// The text with `¦` for the end of a cell and `¶` for that of a row.
fn text(bytes: Vec<u8>) -> String {
    read(bytes).unwrap().text.replace(CELL_END, "¦").replace(ROW_END, "¶")
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

fn tc(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p(text))
}

/// The parts of a package in one file of XML.
fn flat(parts: &[(&str, &str)]) -> String {
    let part = |(name, content): &(&str, &str)| {
        let bare = content.split_once("?>").map_or(*content, |(_, rest)| rest);
        format!("<pkg:part pkg:name=\"/{name}\" pkg:contentType=\"application/xml\"><pkg:xmlData>{bare}</pkg:xmlData></pkg:part>")
    };
    let picture = "<pkg:part pkg:name=\"/word/media/image1.png\" pkg:compression=\"store\"><pkg:binaryData>iVBORw0K\nGgo=</pkg:binaryData></pkg:part>";
    format!("<?xml version=\"1.0\" standalone=\"yes\"?>\n<pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\">{picture}{}</pkg:package>", parts.iter().map(part).collect::<String>())
}

fn tr(cells: &[String]) -> String {
    format!("<w:tr>{}</w:tr>", cells.concat())
}

#[test]
fn paragraphs_are_lines_and_cells_end_in_marks() {
    let table = format!("<w:tbl><w:tblPr/>{}{}</w:tbl>", tr(&[tc("", "甲"), tc("", " 乙 ")]), tr(&[tc("", ""), tc("", "3")]));
    let decoded = read(docx(&format!("{}{table}{}", p("前 &amp; &#20013;"), p("后")))).unwrap();
    assert_eq!(decoded.text, "前 & 中\n甲\u{1F}\n乙\u{1F}\u{1E}\n\u{1F}\n3\u{1F}\u{1E}\n后\n");
    assert_eq!((decoded.format, decoded.problems.len()), ("docx", 0));
}

#[test]
fn covered_cells_are_not_written() {
    let rows = [
        tr(&[tc("<w:gridSpan w:val=\"2\"/><w:vMerge w:val=\"restart\"/>", "甲"), tc("", "乙")]),
        tr(&[tc("<w:gridSpan w:val=\"2\"/><w:vMerge/>", "盖"), tc("", "1")]),
        // Nothing above covers this one, whatever it says.
        tr(&[tc("<w:gridSpan w:val=\"2\"/>", "丙"), tc("<w:vMerge w:val=\"continue\"/>", "2")]),
        tr(&[tc("<w:hMerge w:val=\"restart\"/>", "丁"), tc("<w:hMerge/>", "盖"), tc("", "")]),
    ];
    assert_eq!(text(docx(&format!("<w:tbl>{}</w:tbl>", rows.concat()))), "甲¦\n乙¦¶\n1¦¶\n丙¦\n2¦¶\n丁¦\n¦¶\n");
}

#[test]
fn a_cell_below_a_shifted_row_is_matched_by_its_column() {
    let before = "<w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>";
    let rows = [
        tr(&[tc("", "甲"), tc("<w:vMerge w:val=\"restart\"/>", "乙"), tc("", "丙")]),
        format!("<w:tr>{before}{}{}</w:tr>", tc("<w:vMerge/>", ""), tc("", "3")),
    ];
    assert_eq!(text(docx(&format!("<w:tbl>{}</w:tbl>", rows.concat()))), "甲¦\n乙¦\n丙¦¶\n3¦¶\n");
}

#[test]
fn tables_in_cells_and_frames_around_the_report() {
    let inner = format!("<w:tbl>{}{}</w:tbl>", tr(&[tc("", "甲"), tc("", "1")]), tr(&[tc("", "乙"), tc("", "2")]));
    let frame = format!("<w:tbl><w:tr><w:tc>{}</w:tc><w:tc>{}{inner}{}</w:tc></w:tr></w:tbl>", p("栏"), p("题"), p(""));
    assert_eq!(text(docx(&frame)), "栏\n题\n甲¦\n1¦¶\n乙¦\n2¦¶\n");
    let rows = tr(&[tc("", "甲"), tc("", "1")]).repeat(5);
    let data = format!("<w:tbl>{rows}<w:tr>{}<w:tc><w:tbl>{}</w:tbl></w:tc></w:tr></w:tbl>", tc("", "乙"), tr(&[tc("", "其中"), tc("", "3")]));
    assert!(text(docx(&data)).ends_with("乙¦\n其中\n3¦¶\n"));
}

#[test]
fn what_was_deleted_is_gone_and_what_was_inserted_stands() {
    let run = |t: &str| format!("<w:r><w:t>{t}</w:t></w:r>");
    let body = format!(
        "<w:p>{}<w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins>{}</w:ins><w:moveFrom>{}</w:moveFrom><w:moveTo>{}</w:moveTo></w:p>\
         <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{}</w:p><w:p>{}</w:p>\
         <w:tbl><w:tr>{}{}</w:tr><w:tr><w:trPr><w:del/></w:trPr>{}{}</w:tr></w:tbl>",
        run("一"), run("新"), run("走"), run("来"), run("上"), run("下"), tc("", "甲"), tc("", "1"), tc("", "废"), tc("", "9"),
    );
    assert_eq!(text(docx(&body)), "一新来\n上下\n甲¦\n1¦¶\n");
}

#[test]
fn hidden_text_and_readings_do_not_show() {
    let body = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>显</w:t></w:r>\
                <w:r><w:ruby><w:rt><w:r><w:t>dàn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>儋</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>";
    assert_eq!(text(docx(body)), "显儋\n");
}

#[test]
fn a_text_box_is_read_once() {
    let of = |t: &str| format!("<w:txbxContent>{}</w:txbxContent>", p(t));
    let body = format!(
        "<w:p><w:r><w:t>文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wps:txbx>{}</wps:txbx></w:drawing></mc:Choice>\
         <mc:Fallback><w:pict><v:textbox>{}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>尾</w:t></w:r></w:p>\
         <w:p><w:r><w:pict><v:textbox>{}</v:textbox></w:pict></w:r></w:p>",
        of("框"), of("框"), of("旧框")
    );
    assert_eq!(text(docx(&body)), "文尾\n框\n旧框\n");
}

#[test]
fn fields_keep_their_results_alone() {
    let field = |code: &str, result: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>\
             <w:r><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
        )
    };
    let body = format!(
        "<w:p><w:bookmarkStart w:id=\"1\" w:name=\"x\"/>{}<w:fldSimple w:instr=\"DATE\"><w:r><w:t>日</w:t></w:r></w:fldSimple><w:bookmarkEnd w:id=\"1\"/></w:p>\
         <w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:t>码</w:t></w:r></w:p>{}",
        field("PAGE", "7"), p("后")
    );
    assert_eq!(text(docx(&body)), "7日\n后\n");
}

#[test]
fn signs_and_breaks() {
    let body = "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:t>3</w:t><w:softHyphen/><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/>\
                <w:sym w:font=\"x\" w:char=\"2460\"/></w:r><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p>";
    assert_eq!(text(docx(body)), "甲\t乙\n丙-3\u{FFFC}①x\n");
    // Letters of a drawing are no text of the document.
    assert_eq!(text(docx(&format!("{}<w:p><w:r><w:drawing><a:p><a:r><a:t>图</a:t></a:r></a:p></w:drawing></w:r></w:p>", p("文")))), "文\n");
}

#[test]
fn numbers_of_headings_are_written_out() {
    let numbering = format!(
        "<w:numbering xmlns:w=\"{W}\"><w:abstractNum w:abstractNumId=\"5\">\
         <w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCountingThousand\"/><w:lvlText w:val=\"%1、\"/></w:lvl>\
         <w:lvl w:ilvl=\"1\"><w:start w:val=\"3\"/><w:numFmt w:val=\"chineseCounting\"/><w:pStyle w:val=\"Sub\"/><w:lvlText w:val=\"（%2）\"/></w:lvl>\
         <w:lvl w:ilvl=\"2\"><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%3.\"/></w:lvl></w:abstractNum>\
         <w:num w:numId=\"2\"><w:abstractNumId w:val=\"5\"/></w:num>\
         <w:num w:numId=\"4\"><w:abstractNumId w:val=\"5\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num></w:numbering>"
    );
    let styles = format!(
        "<w:styles xmlns:w=\"{W}\"><w:style w:type=\"paragraph\" w:styleId=\"Base\"><w:pPr><w:numPr><w:numId w:val=\"2\"/></w:numPr></w:pPr></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"Heading\"><w:basedOn w:val=\"Base\"/></w:style>\
         <w:style w:type=\"paragraph\" w:styleId=\"Sub\"><w:pPr><w:numPr><w:numId w:val=\"2\"/></w:numPr></w:pPr></w:style></w:styles>"
    );
    let styled = |style: &str, t: &str| format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t>{t}</w:t></w:r></w:p>");
    let listed = |num: u8, level: u8, t: &str| {
        format!("<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{num}\"/></w:numPr></w:pPr><w:r><w:t>{t}</w:t></w:r></w:p>")
    };
    let body = [
        styled("Heading", "总体"), styled("Sub", "公开"), listed(2, 2, "条"), styled("Heading", "申请"), styled("Sub", "受理"), listed(0, 0, "无号"),
        listed(4, 0, "另起"), listed(9, 0, "没有"),
    ]
    .concat();
    let parts = package(&[("word/document.xml", &document(&body)), ("word/numbering.xml", &numbering), ("word/styles.xml", &styles)]);
    assert_eq!(text(parts), "一、总体\n（三）公开\n1. 条\n二、申请\n（三）受理\n无号\n一、另起\n没有\n");
}

#[test]
fn the_main_part_may_be_called_otherwise_and_bind_another_prefix() {
    let rels = "<Relationships><Relationship Id=\"r1\" Type=\"http://x/officeDocument\" Target=\"/word/document2.xml\"/></Relationships>";
    let main = "<document xmlns=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"><body><p><r><t>文</t></r></p></body></document>";
    let types = "wordprocessingml.document.main+xml";
    assert_eq!(text(package(&[("_rels/.rels", rels), ("word\\document2.xml", main), ("x", types), ("word/document.xml", "<bad")])), "文\n");
}

#[test]
fn bad_documents_say_what_is_wrong() {
    let code = |bytes: Vec<u8>| read(bytes).unwrap_err().code;
    assert_eq!(code(docx("")), "decode/empty");
    assert_eq!(code(docx("<w:p>")), "decode/damaged");
    assert_eq!(code(package(&[("word/document.xml", "")])), "decode/empty");
    assert_eq!(code(package(&[("word/document.xml", "\u{0}\u{1}<w:a")])), "decode/damaged");
    let mut twice = package(&[("word/document.xml", &document(&p("一"))), ("word/documenx.xml", &document(&p("二")))]);
    assert_eq!(text(twice.clone()), "一\n");
    while let Some(at) = memchr::memmem::find(&twice, b"documenx") {
        twice[at + 7] = b't';
    }
    assert_eq!(code(twice), "decode/damaged");
    assert_eq!(code(docx(&"<w:p>".repeat(300))), "decode/nesting");
    assert_eq!(code(docx(&format!("{}{}", "<w:tbl><w:tr><w:tc>".repeat(40), "</w:tc></w:tr></w:tbl>".repeat(40)))), "decode/nesting");
}

#[test]
fn entities_are_not_expanded() {
    let mut entities = String::from("<!ENTITY a0 \"字字字字字字字字字字\">");
    for n in 1..20 {
        entities += &format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10));
    }
    let main = document(&p("甲&a19;乙")).replacen("?>", &format!("?><!DOCTYPE d [{entities}]>"), 1);
    assert_eq!(text(package(&[("word/document.xml", &main)])), "甲\u{FFFD}乙\n");
}

#[test]
fn a_bomb_is_stopped_by_its_size() {
    let bytes = docx(&format!("{}{}", p("文"), " ".repeat(3 << 20)));
    assert!(bytes.len() < 20_000, "{}", bytes.len());
    let limits = Limits { inflated: 1 << 20, ..Limits::default() };
    let problem = decode("a.docx", bytes, &limits).unwrap_err();
    assert_eq!(problem.code, "decode/too-large");
    assert!(problem.message.contains("limits.inflated"), "{}", problem.message);
}

/// Whatever happens to a file on its way, it is read or refused.
#[test]
fn damage_anywhere_is_survived() {
    let table = format!("<w:tbl>{}</w:tbl>", tr(&[tc("<w:vMerge w:val=\"restart\"/>", "甲"), tc("", "1")]).repeat(3));
    let bytes = docx(&format!("{}{table}", p("文")));
    for at in 0..bytes.len() {
        let _ = read(bytes[..at].to_vec());
        for flip in [1u8, 0x80, 0xFF] {
            let mut bytes = bytes.clone();
            bytes[at] ^= flip;
            let _ = read(bytes);
        }
    }
    // The same within the part, where no checksum catches it.
    let main = document(&format!("{}{table}", p("文")));
    for at in (0..main.len()).filter(|at| main.is_char_boundary(*at)) {
        let _ = super::Body::new(&main[..at], Default::default(), Default::default(), &Limits::default()).read();
        let mut bytes = main.clone().into_bytes();
        bytes[at] = bytes[at].wrapping_add(1) & 0x7F;
        if let Ok(damaged) = String::from_utf8(bytes) {
            let _ = super::Body::new(&damaged, Default::default(), Default::default(), &Limits::default()).read();
        }
    }
}

#[test]
fn what_is_struck_out_or_raised_is_no_part_of_the_figure_before_it() {
    let run = |properties: &str, text: &str| format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>");
    for properties in ["<w:vertAlign w:val=\"superscript\"/>", "<w:strike/>", "<w:dstrike w:val=\"true\"/>", "<w:position w:val=\"6\"/>"] {
        assert_eq!(text(docx(&format!("<w:p>{}{}{}</w:p>", run("", "26"), run(properties, "7"), run("", "件")))), "26~7件\n", "{properties}");
    }
    for properties in ["<w:vertAlign w:val=\"baseline\"/>", "<w:strike w:val=\"0\"/>", "<w:position w:val=\"0\"/>", "<w:b/>"] {
        assert_eq!(text(docx(&format!("<w:p>{}{}</w:p>", run("", "26"), run(properties, "7")))), "267\n", "{properties}");
    }
}

#[test]
fn a_style_of_characters_alters_them_as_well() {
    let run = |properties: &str, text: &str| format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>");
    let styles = "<w:styles><w:style w:type=\"character\" w:styleId=\"a\"><w:name w:val=\"old\"/><w:rPr><w:strike/></w:rPr></w:style>\
        <w:style w:type=\"character\" w:styleId=\"b\"><w:basedOn w:val=\"a\"/></w:style><w:style w:type=\"character\" w:styleId=\"c\"><w:basedOn w:val=\"c\"/><w:rPr><w:b/></w:rPr></w:style>\
        <w:style w:type=\"paragraph\" w:styleId=\"d\"><w:rPr><w:strike/></w:rPr></w:style></w:styles>";
    let shown = |properties: &str| text(package(&[("word/document.xml", &document(&format!("<w:p>{}{}{}</w:p>", run("", "26"), run(properties, "7"), run("", "12")))), ("word/styles.xml", styles)]));
    for style in ["<w:rStyle w:val=\"a\"/>", "<w:rStyle w:val=\"b\"/>", "<w:color w:val=\"FFFFFF\"/>"] {
        assert_eq!(shown(style), "26~7~12\n", "{style}");
    }
    for style in ["<w:rStyle w:val=\"c\"/>", "<w:rStyle w:val=\"d\"/>", "<w:rStyle w:val=\"a\"/><w:strike w:val=\"0\"/>", "<w:color w:val=\"FF0000\"/>", "<w:color w:val=\"auto\"/>"] {
        assert_eq!(shown(style), "26712\n", "{style}");
    }
    let white = "<w:color w:val=\"FFFFFF\"/>";
    assert_eq!(text(docx(&format!("<w:p>{}</w:p>", run(white, "2023年")))), "2023年\n");
}

fn with_styles(body: &str, styles: &str) -> String {
    text(package(&[("word/document.xml", &document(body)), ("word/styles.xml", &format!("<w:styles>{styles}</w:styles>"))]))
}

fn grid(cells: &[&str]) -> String {
    format!("<w:tbl>{}{}</w:tbl>", tr(&[tc("", "甲"), tc("", "1")]), cells.iter().map(|cell| format!("<w:tr>{}<w:tc>{cell}</w:tc></w:tr>", tc("", "乙"))).collect::<String>())
}

/// What the last cell of a table shows.
fn cell(content: &str) -> String {
    let all = text(docx(&grid(&[content])));
    all.strip_prefix("甲¦\n1¦¶\n乙¦\n").unwrap_or(&all).trim_end_matches("¦¶\n").to_owned()
}

#[test]
fn styles_of_paragraphs_and_tables_alter_what_stands_in_them() {
    let style = |kind: &str, more: &str, says: &str| format!("<w:style w:type=\"{kind}\" w:styleId=\"s\"{more}>{says}</w:style>");
    let struck = "<w:rPr><w:strike/></w:rPr>";
    let named = format!("<w:p><w:pPr><w:pStyle w:val=\"s\"/></w:pPr><w:r><w:t>26</w:t></w:r><w:r><w:rPr><w:strike w:val=\"0\"/></w:rPr><w:t>7</w:t></w:r></w:p>{}", p("3"));
    assert_eq!(with_styles(&named, &style("paragraph", "", struck)), "~26~7\n3\n");
    assert_eq!(with_styles(&named, &style("paragraph", "", "<w:rPr><w:vanish/></w:rPr>")), "3\n");
    assert_eq!(with_styles(&named, &style("paragraph", "", "<w:pPr><w:shd w:fill=\"FFFFFF\"/></w:pPr><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr>")), "~26~7\n3\n");
    assert_eq!(with_styles(&named, &style("character", "", struck)), "267\n3\n");
    assert_eq!(with_styles(&p("3"), &style("paragraph", " w:default=\"1\"", struck)), "~3\n");
    assert_eq!(with_styles(&p("3"), "<w:docDefaults><w:rPrDefault><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr></w:rPrDefault></w:docDefaults>"), "~3\n");
    let table = grid(&["<w:p><w:r><w:t>3</w:t></w:r></w:p>"]).replacen("<w:tbl>", "<w:tbl><w:tblPr><w:tblStyle w:val=\"s\"/></w:tblPr>", 1);
    let last = |says: &str| with_styles(&table, &style("table", "", says));
    assert!(last(struck).ends_with("~3¦¶\n") && last("<w:tblStylePr w:type=\"lastRow\"><w:rPr><w:strike/></w:rPr></w:tblStylePr>").ends_with("~3¦¶\n"));
    // White heads on dark stand in most styles of tables.
    assert!(last("<w:tblStylePr w:type=\"firstRow\"><w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr></w:tblStylePr>").ends_with("\n3¦¶\n"));
}

#[test]
fn what_cannot_be_seen_on_its_ground_or_for_its_size_is_no_figure() {
    let figure = |run: &str, around: &str| cell(&format!("{around}<w:r><w:rPr>{run}</w:rPr><w:t>3</w:t></w:r></w:p>"));
    let black = "<w:color w:val=\"000000\"/>";
    for (run, around) in [
        ("<w:sz w:val=\"2\"/>", "<w:p>"), ("<w:w w:val=\"1\"/>", "<w:p>"), ("<w:rFonts w:ascii=\"Wingdings 2\"/>", "<w:p>"), ("<w:color w:val=\"C00000\"/><w:shd w:val=\"clear\" w:fill=\"C00000\"/>", "<w:p>"),
        (&format!("{black}<w:highlight w:val=\"black\"/>"), "<w:p>"), (black, "<w:tcPr><w:shd w:val=\"clear\" w:fill=\"000000\"/></w:tcPr><w:p>"), (black, "<w:p><w:pPr><w:shd w:val=\"clear\" w:fill=\"000000\"/></w:pPr>"),
        ("", "<w:p><w:pPr><w:spacing w:line=\"1\" w:lineRule=\"exact\"/></w:pPr>"), ("", "<w:p><w:pPr><w:ind w:left=\"-20000\"/></w:pPr>"),
    ] {
        assert_eq!(figure(run, around), "~3", "{run} {around}");
    }
    for (run, around) in [
        ("<w:sz w:val=\"12\"/>", "<w:p>"), ("<w:w w:val=\"66\"/>", "<w:p>"), ("<w:rFonts w:ascii=\"Symbol\"/>", "<w:p>"), (black, "<w:p>"), ("", "<w:tcPr><w:shd w:val=\"clear\" w:fill=\"000000\"/></w:tcPr><w:p>"),
        ("<w:color w:val=\"FFFFFF\"/>", "<w:tcPr><w:shd w:val=\"clear\" w:fill=\"1F4E79\"/></w:tcPr><w:p>"), ("", "<w:p><w:pPr><w:spacing w:line=\"320\" w:lineRule=\"exact\"/></w:pPr>"),
    ] {
        assert_eq!(figure(run, around), "3", "{run} {around}");
    }
    let low = |height: u32| text(docx(&grid(&["<w:p><w:r><w:t>3</w:t></w:r></w:p>"]).replace("<w:tr><w:tc><w:tcPr></w:tcPr><w:p><w:r><w:t xml:space=\"preserve\">乙", &format!("<w:tr><w:trPr><w:trHeight w:val=\"{height}\" w:hRule=\"exact\"/></w:trPr><w:tc><w:p><w:r><w:t>乙"))));
    assert!(low(10).ends_with("~3¦¶\n") && low(300).ends_with("\n3¦¶\n"));
}

#[test]
fn a_formula_is_text_only_where_its_signs_follow_each_other() {
    let r = |t: &str| format!("<m:r><m:t>{t}</m:t></m:r>");
    let math = |inner: &str| cell(&format!("<w:p><w:r><w:t>5</w:t></w:r><m:oMath>{inner}</m:oMath></w:p>"));
    assert_eq!(math(&format!("<m:f><m:num>{}</m:num><m:den>{}</m:den></m:f>", r("1"), r("2"))), "5~1~2");
    assert_eq!(math(&format!("<m:sSup><m:e>{}</m:e><m:sup>{}</m:sup></m:sSup>{}", r("13"), r("2"), r("7"))), "5~13~2~7");
    assert_eq!(math(&r("37")), "537");
}

#[test]
fn of_two_contents_that_is_read_which_word_shows() {
    let of = |requires: &str| text(docx(&format!("<w:p><mc:AlternateContent xmlns:zz=\"urn:zz\"><mc:Choice Requires=\"{requires}\"><w:r><w:t>甲</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>乙</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>")));
    assert_eq!([of("wps"), of("zz"), of("wps zz"), of("unbound")], ["甲\n", "乙\n", "乙\n", "乙\n"]);
}

#[test]
fn pictures_in_cells_and_fields_that_draw_are_something_that_cannot_be_read() {
    let anchored = |behind: u8| format!("<w:r><w:drawing><wp:anchor behindDoc=\"{behind}\"/></w:drawing></w:r>");
    let figure = "<w:r><w:t>3</w:t></w:r>";
    let of = |inner: &str| cell(&format!("<w:p>{inner}</w:p>"));
    for (inner, shown) in [
        (anchored(0), "\u{FFFC}"), (anchored(1), "\u{FFFC}"), (format!("{figure}{}", anchored(0)), "3\n\u{FFFC}"), (format!("{figure}{}", anchored(1)), "3"),
        (format!("{figure}<w:r><w:pict><v:rect style=\"position:absolute\"/></w:pict></w:r>"), "3\n\u{FFFC}"), (format!("{figure}<w:r><w:pict><v:rect style=\"z-index:-7\"/></w:pict></w:r>"), "3"),
        ("<w:r><w:object/></w:r>".to_owned(), "\u{FFFC}"), (format!("{figure}<w:r><w:drawing><wp:docPr hidden=\"1\"/></w:drawing></w:r>"), "3"),
        ("<w:r><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>7</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></w:r>".to_owned(), "7"),
    ] {
        assert_eq!(of(&inner), shown, "{inner}");
    }
    let field = |code: &str| of(&format!("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>{figure}"));
    assert_eq!([field(" FORMDROPDOWN "), field("EQ \\f(1,2)"), field(" XE 甲 ")], ["\u{FFFC}3", "\u{FFFC}3", "3"]);
    // Beside text a picture is none.
    assert_eq!(text(docx(&format!("<w:p>{figure}{}</w:p>", anchored(0)))), "3\n");
}

#[test]
fn running_heads_stand_before_the_text_where_they_say_something_of_their_own() {
    let margin = |name: &str, inner: &str| package(&[("word/document.xml", &document(&p("甲镇报告"))), (name, &format!("<w:hdr xmlns:w=\"{W}\">{inner}</w:hdr>"))]);
    assert_eq!(text(margin("word/header1.xml", &p("仅供参考"))), "仅供参考\n\n甲镇报告\n");
    assert_eq!(text(margin("word/footer2.xml", &format!("{}{}", p("甲镇"), p("第1页")))), "甲镇报告\n");
    assert_eq!(text(margin("word/header1.xml", "<w:p><w:r><w:pict><v:shape><v:textpath string=\"样张\"/></v:shape></w:pict></w:r></w:p>")), "样张\n\n甲镇报告\n");
    assert_eq!(text(margin("word/comments.xml", &p("仅供参考"))), "甲镇报告\n");
}

#[test]
fn words_that_are_struck_out_are_none_outside_of_tables() {
    let struck = |text: &str| format!("<w:r><w:rPr><w:strike/></w:rPr><w:t>{text}</w:t></w:r>");
    let line = |inner: &str| text(docx(&format!("<w:p>{inner}<w:r><w:t>2023年乙镇</w:t></w:r></w:p>")));
    assert_eq!([line(&struck("甲镇")), line(&struck("2021年")), line(&struck("2021"))], ["2023年乙镇\n", "~2023年乙镇\n", "~2021~2023年乙镇\n"]);
    assert_eq!(cell(&format!("<w:p>{}</w:p>", struck("甲7"))), "~甲7");
}

const THEME: &str = "<a:theme><a:themeElements><a:clrScheme><a:dk1><a:sysClr val=\"windowText\" lastClr=\"000000\"/></a:dk1><a:accent1><a:srgbClr val=\"4472C4\"/></a:accent1></a:clrScheme></a:themeElements></a:theme>";

/// What the last cell of a table shows in a document with a theme.
fn themed(run: &str, cell: &str) -> String {
    let content = format!("<w:tcPr>{cell}</w:tcPr><w:p><w:r><w:t>12</w:t></w:r><w:r><w:rPr>{run}</w:rPr><w:t>3</w:t></w:r></w:p>");
    let all = text(package(&[("word/document.xml", &document(&grid(&[&content]))), ("word/theme/theme1.xml", THEME)]));
    all.strip_prefix("甲¦\n1¦¶\n乙¦\n").unwrap_or(&all).trim_end_matches("¦¶\n").to_owned()
}

#[test]
fn colours_of_the_theme_and_the_filling_of_letters_are_known() {
    let accent = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"auto\" w:themeFill=\"accent1\"/>";
    for (run, cell) in [
        ("<w:color w:val=\"auto\" w:themeColor=\"background1\"/>", ""), ("<w:color w:themeColor=\"light1\"/>", ""), ("<w:color w:val=\"4472C4\"/>", accent), ("<w:color w:val=\"auto\" w:themeColor=\"accent1\"/>", accent),
        ("<w14:textFill><w14:noFill/></w14:textFill>", ""), ("<w14:textFill><w14:solidFill><w14:schemeClr w14:val=\"bg1\"/></w14:solidFill></w14:textFill>", ""),
        ("<w:color w:val=\"FF0000\"/><w14:textFill><w14:solidFill><w14:srgbClr w14:val=\"FFFFFF\"/></w14:solidFill></w14:textFill>", ""),
    ] {
        assert_eq!(themed(run, cell), "12~3", "{run} {cell}");
    }
    for (run, cell) in [
        ("<w:color w:val=\"auto\" w:themeColor=\"background1\" w:themeShade=\"80\"/>", ""), ("<w:color w:val=\"auto\" w:themeColor=\"text1\"/>", accent), ("<w:color w:val=\"auto\" w:themeColor=\"background1\"/>", accent), ("", accent),
        ("<w14:textOutline><w14:noFill/></w14:textOutline>", ""), ("<w14:textFill><w14:solidFill><w14:schemeClr w14:val=\"bg1\"><w14:lumMod w14:val=\"50000\"/></w14:schemeClr></w14:solidFill></w14:textFill>", ""),
        ("<w:rPrChange><w:rPr><w14:textFill><w14:noFill/></w14:textFill></w:rPr></w:rPrChange>", ""),
    ] {
        assert_eq!(themed(run, cell), "123", "{run} {cell}");
    }
    let styled = format!("<w:p><w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:rStyle w:val=\"s\"/></w:rPr><w:t>3</w:t></w:r></w:p>{}", p("4"));
    assert_eq!(with_styles(&styled, "<w:style w:type=\"character\" w:styleId=\"s\"><w:rPr><w:color w:themeColor=\"background1\"/></w:rPr></w:style>"), "12~3\n4\n");
}

#[test]
fn a_minus_of_which_a_list_was_made_sets_its_figure_apart() {
    let numbering = |sign: &str| format!("<w:numbering><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"{sign}\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>");
    let listed = |t: &str| format!("<w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{t}</w:t></w:r></w:p>");
    let shown = |sign: &str| {
        let body = format!("{}{}", listed("8件"), grid(&[&listed("8"), &listed("甲8")]));
        text(package(&[("word/document.xml", &document(&body)), ("word/numbering.xml", &numbering(sign))]))
    };
    assert_eq!(shown("-"), "8件\n甲¦\n1¦¶\n乙¦\n~8¦¶\n乙¦\n甲8¦¶\n");
    assert_eq!(shown("\u{F0B7}"), "8件\n甲¦\n1¦¶\n乙¦\n8¦¶\n乙¦\n甲8¦¶\n");
}

#[test]
fn digits_that_are_turned_round_are_set_apart() {
    let of = |direction: &str, t: &str| cell(&format!("<w:p><w:bdo w:val=\"{direction}\"><w:r><w:t>{t}</w:t></w:r></w:bdo><w:r><w:t>件</w:t></w:r></w:p>"));
    assert_eq!([of("rtl", "74"), of("rtl", "共74"), of("ltr", "74")], ["~74件", "共~74件", "74件"]);
    assert_eq!(cell(&p("\u{202E}74\u{202C}件")), "\u{202E}~74\u{202C}件");
}

#[test]
fn what_two_styles_hide_is_no_sure_figure() {
    let styles = "<w:style w:type=\"paragraph\" w:styleId=\"a\"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:type=\"character\" w:styleId=\"b\"><w:rPr><w:vanish/></w:rPr></w:style>";
    let shown = |run: &str| with_styles(&format!("<w:p><w:pPr><w:pStyle w:val=\"a\"/></w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>47</w:t></w:r></w:p>{}", p("3")), styles);
    assert_eq!([shown("<w:rStyle w:val=\"b\"/><w:sz w:val=\"20\"/>"), shown(""), shown("<w:rStyle w:val=\"b\"/><w:vanish/>"), shown("<w:vanish w:val=\"0\"/>")], ["~47\n3\n", "3\n", "3\n", "47\n3\n"]);
}

#[test]
fn of_a_control_whose_value_another_part_holds_that_is_shown() {
    let control = |more: &str| format!("<w:sdt><w:sdtPr>{more}</w:sdtPr><w:sdtContent><w:r><w:t>47</w:t></w:r></w:sdtContent></w:sdt>");
    let shown = |control: String, value: &str| text(package(&[("word/document.xml", &document(&format!("<w:p>{control}</w:p>{}", p("3")))), ("customXml/item1.xml", &format!("<r><a>{value}</a></r>"))]));
    let bound = "<w:dataBinding w:xpath=\"/r/a\" w:storeItemID=\"{1}\"/>";
    assert_eq!([shown(control(bound), "99"), shown(control(bound), " 47"), shown(control("<w:text/>"), "99")], ["~47\n3\n", "47\n3\n", "47\n3\n"]);
}

#[test]
fn a_package_in_one_file_of_xml_reads_as_one_in_a_container() {
    let relations = "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/main.xml\"/></Relationships>";
    let styles = format!("<w:styles xmlns:w=\"{W}\"><w:style w:type=\"character\" w:styleId=\"a\"><w:rPr><w:strike/></w:rPr></w:style></w:styles>");
    let header = format!("<w:hdr xmlns:w=\"{W}\">{}</w:hdr>", p("仅供参考样本"));
    let body = format!("{}<w:tbl>{}{}</w:tbl>", p("前"), tr(&[tc("<w:vMerge w:val=\"restart\"/>", "甲"), tc("", "1")]), tr(&[tc("<w:vMerge/>", ""), "<w:tc><w:p><w:r><w:rPr><w:rStyle w:val=\"a\"/></w:rPr><w:t>9</w:t></w:r><w:r><w:t>12</w:t></w:r></w:p></w:tc>".into()]));
    let main = document(&body);
    let parts = [("_rels/.rels", relations), ("word/main.xml", main.as_str()), ("word/styles.xml", styles.as_str()), ("word/header1.xml", header.as_str())];
    let zipped = package(&[&parts[..], &[("word/document.xml", "")]].concat());
    let one = read(flat(&parts).into_bytes()).unwrap();
    assert_eq!(one.text, read(zipped).unwrap().text);
    assert!(one.text.contains("仅供参考样本") && one.text.contains("~9~12"), "{}", one.text);
    assert_eq!((one.format, one.encoding, one.problems.len()), ("docx", "UTF-8", 0));
    // In another encoding, and cut in the middle.
    let wide: Vec<u8> = std::iter::once(0xFEFF).chain(flat(&parts).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let wide = read(wide).unwrap();
    assert_eq!((wide.text, wide.encoding), (one.text, "UTF-16LE"));
    let whole = flat(&parts);
    assert_eq!(read(whole[..whole.len() / 2].into()).unwrap_err().code, "decode/damaged");
}

#[test]
fn packages_in_one_file_have_the_bounds_of_others() {
    let parts = |main: &str| flat(&[("word/document.xml", main)]);
    let deep = format!("{}{}", "<w:smartTag>".repeat(400), "</w:smartTag>".repeat(400));
    assert_eq!(read(parts(&document(&deep)).into_bytes()).unwrap_err().code, "decode/nesting");
    assert_eq!(read(flat(&[("ppt/presentation.xml", "<p/>")]).into_bytes()).unwrap_err().code, "decode/unsupported-format");
    assert_eq!(read(flat(&[]).into_bytes()).unwrap_err().code, "decode/damaged");
    let coded = flat(&[]).replace("/word/media/image1.png", "/word/document.xml").replace("iVBORw0K\nGgo=", "!!");
    assert_eq!(read(coded.into_bytes()).unwrap_err().code, "decode/damaged");
    let limits = Limits { inflated: 5000, ..Limits::default() };
    let twice = parts(&document(&p(&"字".repeat(900))));
    assert_eq!(decode("a", twice.clone().into_bytes(), &Limits { inflated: twice.len(), ..limits }).unwrap().format, "docx");
    let main = document(&p("甲"));
    let sheet = "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>甲</t></is></c><c><v>3</v></c></row></sheetData></worksheet>";
    let relation = |kind: &str, target: &str| format!("<Relationships><Relationship Id=\"r1\" Type=\"x/{kind}\" Target=\"{target}\"/></Relationships>");
    let workbook = [("xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>"), ("xl/_rels/workbook.xml.rels", &relation("worksheet", "a.xml")), ("xl/a.xml", sheet)];
    assert_eq!(text(flat(&workbook).into_bytes()), "甲¦\n3¦¶\n");
    for bit in (0..parts(&main).len() * 8).step_by(7) {
        let mut flipped = parts(&main).into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let _ = read(flipped);
    }
}

#[test]
fn another_vocabulary_that_is_bound_as_well_is_not_the_documents() {
    let body = document(&p("甲")).replacen("xmlns:w=", "xmlns:w10=\"http://schemas.microsoft.com/office/word/2003/wordml\" xmlns:w=", 1);
    assert_eq!(text(package(&[("word/document.xml", &body)])), "甲\n");
}
