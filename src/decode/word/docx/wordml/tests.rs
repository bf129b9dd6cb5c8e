//! Documents put together here, and what must come of them.

use crate::decode::{Limits, decode};
use crate::model::{CELL_END, Decoded, Problem, ROW_END};

/// A document with this before its body, and this in it.
fn document(head: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:wordDocument xmlns:aml=\"http://schemas.microsoft.com/aml/2001/core\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:v=\"urn:schemas-microsoft-com:vml\" \
         xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\" xmlns:wx=\"http://schemas.microsoft.com/office/word/2003/auxHint\" w:macrosPresent=\"no\" xml:space=\"preserve\">\
         <o:DocumentProperties><o:Title>九</o:Title></o:DocumentProperties>{head}<w:body><wx:sect>{body}<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/></w:sectPr></wx:sect></w:body></w:wordDocument>"
    )
}

fn read(text: &str) -> Result<Decoded, Problem> {
    decode("a.doc", text.as_bytes().to_vec(), &Limits::default())
}

fn shown(head: &str, body: &str) -> String {
    read(&document(head, body)).unwrap().text.replace(CELL_END, "¦").replace(ROW_END, "¶")
}

fn run(properties: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
}

fn p(text: &str) -> String {
    format!("<w:p>{}</w:p>", run("<w:rFonts w:h-ansi=\"宋体\"/><wx:font wx:val=\"宋体\"/>", text))
}

fn tc(properties: &str, text: &str) -> String {
    format!("<w:tc><w:tcPr><w:tcW w:w=\"900\" w:type=\"dxa\"/>{properties}</w:tcPr>{}</w:tc>", p(text))
}

fn tr(properties: &str, cells: &[String]) -> String {
    format!("<w:tr><w:trPr>{properties}</w:trPr>{}</w:tr>", cells.concat())
}

/// A row of words with these runs in its last cell.
fn beside(runs: &str) -> String {
    format!("<w:tbl><w:tblPr><w:tblW w:w=\"0\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"900\"/></w:tblGrid><w:tr>{}<w:tc><w:p>{runs}</w:p></w:tc></w:tr></w:tbl>", tc("", "甲"))
}

/// What the last cell of such a row shows.
fn cell(head: &str, runs: &str) -> String {
    let line = shown(head, &beside(runs));
    line.trim_end().trim_start_matches("甲¦\n").trim_end_matches(['¦', '¶']).to_owned()
}

fn changed(kind: &str, inside: &str) -> String {
    format!("<aml:annotation aml:id=\"0\" w:type=\"Word.{kind}\" aml:author=\"a\"><aml:content>{inside}</aml:content></aml:annotation>")
}

/// A change of which nothing more is told.
fn mark(kind: &str) -> String {
    format!("<aml:annotation aml:id=\"1\" w:type=\"Word.{kind}\" aml:author=\"a\"/>")
}

#[test]
fn paragraphs_are_lines_and_cells_end_in_marks() {
    let rows = [
        tr("", &[tc("<w:gridSpan w:val=\"2\"/><w:vmerge w:val=\"restart\"/>", "甲"), tc("", "乙")]),
        tr("", &[tc("<w:gridSpan w:val=\"2\"/><w:vmerge/>", "盖"), tc("", "1")]),
        tr("", &[tc("<w:hmerge w:val=\"restart\"/>", "丁"), tc("<w:hmerge w:val=\"continue\"/>", "盖"), tc("", "")]),
    ];
    let body = format!("<wx:sub-section>{}<w:tbl>{}</w:tbl></wx:sub-section>{}", p("前 &amp; &#20013;"), rows.concat(), p("后"));
    let decoded = read(&document("", &body)).unwrap();
    assert_eq!(decoded.text.replace(CELL_END, "¦").replace(ROW_END, "¶"), "前 & 中\n甲¦\n乙¦¶\n1¦¶\n丁¦\n¦¶\n后\n");
    assert_eq!((decoded.format, decoded.encoding, decoded.problems.len()), ("doc", "UTF-8", 0));
}

#[test]
fn a_prefix_is_a_matter_of_the_file() {
    let other = document("", &beside(&run("", "3"))).replace("w:", "doc:").replace("xmlns:w=", "xmlns:doc=");
    assert!(read(&other).unwrap().text.contains('3'));
}

#[test]
fn what_was_deleted_is_gone_and_what_was_inserted_stands() {
    let figure = format!("{}{}", changed("Deletion", "<w:r><w:delText>9</w:delText></w:r>"), changed("Insertion", &run("", "12")));
    assert_eq!(cell("", &figure), "12");
    // What was inserted and then deleted; a deletion whose text is written as any other.
    assert_eq!(cell("", &format!("{}{}", changed("Insertion", &changed("Deletion", &run("", "9"))), run("", "12"))), "12");
    // How a run looked before says nothing of it.
    let before = changed("Formatting", "<w:rPr><w:strike/><w:vanish/></w:rPr>");
    assert_eq!([cell("", &run(&before, "12")), cell("", &run(&format!("<w:strike/>{before}"), "12"))], ["12", "~12"]);
    let rows = [tr("", &[tc("", "甲"), tc("", "1")]), tr(&mark("Deletion"), &[tc("", "废"), tc("", "9")]), tr(&mark("Insertion"), &[tc("", "乙"), tc(&mark("Deletion"), "9"), tc(&mark("Insertion"), "2")])];
    assert_eq!(shown("", &format!("<w:tbl>{}</w:tbl>", rows.concat())), "甲¦\n1¦¶\n乙¦\n2¦¶\n");
    let end = |kind: &str| format!("<w:p><w:pPr><w:rPr>{}<w:sz w:val=\"21\"/></w:rPr></w:pPr>{}</w:p>", mark(kind), run("", "上"));
    assert_eq!([shown("", &(end("Deletion") + &p("下"))), shown("", &(end("Insertion") + &p("下")))], ["上下\n", "上\n下\n"]);
    let twice = format!("<w:p><w:pPr><w:rPr>{}</w:rPr></w:pPr>{}</w:p>", changed("Insertion", &mark("Deletion")), run("", "上"));
    assert_eq!(shown("", &(twice + &p("下"))), "上下\n");
}

#[test]
fn breaks_of_the_file_are_none_of_the_text() {
    let laid_out = |text: &str| format!("\n  <w:r>\n    <w:t>\n      {text}\n    </w:t>\n  </w:r>\n");
    assert_eq!(cell("", &laid_out("12")), "12");
    assert_eq!([cell("", &laid_out("1\n   2")), cell("", &format!("{}{}", laid_out("主动"), laid_out("公开")))], ["1 2", "主动公开"]);
    assert_eq!(cell("", "<w:r><w:t> 甲 </w:t><w:br/><w:t>乙</w:t></w:r>"), "甲 \n乙");
}

#[test]
fn remarks_notes_and_bookmarks_are_not_read() {
    let remark = format!("{}{}{}<w:r><w:rPr><w:rStyle w:val=\"a\"/></w:rPr>{}</w:r>", mark("Comment.Start"), run("", "12"), mark("Comment.End"), changed("Comment", &p("改为13")));
    assert_eq!(cell("", &remark), "12");
    let bookmark = format!("<aml:annotation aml:id=\"7\" w:type=\"Word.Bookmark.Start\" w:name=\"_GoBack\"/>{}<aml:annotation aml:id=\"7\" w:type=\"Word.Bookmark.End\"/>", run("", "12"));
    assert_eq!(cell("", &bookmark), "12");
    let note = format!("{}<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:footnote>{}</w:footnote></w:r>", run("", "12"), p("注7"));
    assert_eq!([cell("", &note), cell("", &note.replace("footnote", "endnote"))], ["12", "12"]);
    assert_eq!(cell("", &format!("{}{}", run("", "12"), run("<w:vertAlign w:val=\"superscript\"/>", "1"))), "12~1");
    // Notes that divide others stand among the settings.
    let settings = format!("<w:docPr><w:view w:val=\"print\"/><w:footnotePr><w:footnote w:type=\"separator\">{}</w:footnote></w:footnotePr></w:docPr>", p("线"));
    assert_eq!(shown(&settings, &p("甲")), "甲\n");
}

#[test]
fn what_is_hidden_struck_or_cannot_be_seen_is_as_in_other_documents() {
    let styles = "<w:styles><w:versionOfBuiltInStylenames w:val=\"4\"/><w:style w:type=\"paragraph\" w:default=\"on\" w:styleId=\"a\"><w:name w:val=\"Normal\"/><w:rPr><w:sz w:val=\"21\"/></w:rPr></w:style>\
                  <w:style w:type=\"character\" w:styleId=\"b\"><w:rPr><w:strike/></w:rPr></w:style><w:style w:type=\"character\" w:styleId=\"c\"><w:basedOn w:val=\"b\"/><w:rPr><w:strike w:val=\"off\"/></w:rPr></w:style>\
                  <w:style w:type=\"paragraph\" w:styleId=\"d\"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>";
    for (properties, seen) in [
        ("<w:vanish/>", "12"), ("<w:vanish w:val=\"off\"/>", "912"), ("<w:strike/>", "~9~12"), ("<w:strike w:val=\"off\"/>", "912"), ("<w:rStyle w:val=\"b\"/>", "~9~12"), ("<w:rStyle w:val=\"c\"/>", "912"), ("<w:color w:val=\"FFFFFF\"/>", "~9~12"),
        ("<w:color w:val=\"FFFFFF\"/><w:highlight w:val=\"dark-blue\"/>", "912"), ("<w:color w:val=\"000080\"/><w:highlight w:val=\"dark-blue\"/>", "~9~12"), ("<w:sz w:val=\"2\"/>", "~9~12"), ("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"000000\" wx:bgcolor=\"000000\"/><w:color w:val=\"000000\"/>", "~9~12"),
    ] {
        assert_eq!(cell(styles, &format!("{}{}", run(properties, "9"), run("", "12"))), seen, "{properties}");
    }
    assert_eq!(cell(styles, &format!("<w:pPr><w:pStyle w:val=\"d\"/></w:pPr>{}{}", run("", "9"), run("<w:vanish w:val=\"off\"/>", "12"))), "12");
    // Rows and lines without height; attributes have names of their own here.
    let row = |rule: &str| shown("", &format!("<w:tbl>{}</w:tbl>", tr(&format!("<w:trHeight w:val=\"20\" w:h-rule=\"{rule}\"/>"), &[tc("", "甲"), tc("", "12")])));
    assert_eq!([row("exact"), row("at-least")], ["甲¦\n~12¦¶\n", "甲¦\n12¦¶\n"]);
    let line = |rule: &str| cell("", &format!("<w:pPr><w:spacing w:line=\"20\" w:line-rule=\"{rule}\"/></w:pPr>{}", run("", "12")));
    assert_eq!([line("exact"), line("auto")], ["~12", "12"]);
}

#[test]
fn lists_show_their_numbers() {
    let lists = "<w:lists><w:listDef w:listDefId=\"5\"><w:lsid w:val=\"1\"/><w:plt w:val=\"Multilevel\"/><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:nfc w:val=\"37\"/><w:suff w:val=\"Nothing\"/><w:lvlText w:val=\"%1、\"/></w:lvl>\
                 <w:lvl w:ilvl=\"1\"><w:start w:val=\"3\"/><w:lvlText w:val=\"%2.\"/></w:lvl></w:listDef><w:listDef w:listDefId=\"6\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:nfc w:val=\"23\"/><w:lvlText w:val=\"-\"/></w:lvl></w:listDef>\
                 <w:list w:ilfo=\"1\"><w:ilst w:val=\"5\"/></w:list><w:list w:ilfo=\"2\"><w:ilst w:val=\"5\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"9\"/></w:lvlOverride></w:list><w:list w:ilfo=\"3\"><w:ilst w:val=\"6\"/></w:list></w:lists>";
    let styles = "<w:styles><w:style w:type=\"paragraph\" w:styleId=\"h\"><w:pPr><w:listPr><w:ilfo w:val=\"1\"/></w:listPr></w:pPr></w:style></w:styles>";
    let item = |number: u32, level: u32, text: &str| format!("<w:p><w:pPr><w:listPr><w:ilvl w:val=\"{level}\"/><w:ilfo w:val=\"{number}\"/><wx:t wx:val=\"旧\"/><wx:font wx:val=\"宋体\"/></w:listPr></w:pPr>{}</w:p>", run("", text));
    let styled = format!("<w:p><w:pPr><w:pStyle w:val=\"h\"/></w:pPr>{}</w:p>", run("", "丙"));
    let body = [item(1, 0, "甲"), item(1, 1, "子"), item(1, 1, "丑"), styled, item(2, 0, "丁"), item(0, 0, "戊")].concat();
    assert_eq!(shown(&format!("{lists}{styles}"), &body), "一、甲\n3. 子\n4. 丑\n二、丙\n九、丁\n戊\n");
    // A bullet that may be the sign of the figure behind it.
    let bullet = format!("<w:pPr><w:listPr><w:ilvl w:val=\"0\"/><w:ilfo w:val=\"3\"/></w:listPr></w:pPr>{}", run("", "12"));
    assert_eq!([cell(lists, &bullet), cell("", &bullet)], ["~12", "12"]);
}

#[test]
fn pictures_boxes_fields_and_links() {
    let picture = "<w:r><w:pict><w:binData w:name=\"wordml://1.png\">iVBORw0KGgo=</w:binData><v:shape style=\"width:9pt\"><v:imagedata src=\"wordml://1.png\"/></v:shape></w:pict></w:r>";
    assert_eq!(cell("", &format!("{}{picture}", run("", "12"))).replace('\n', "/"), "12/\u{FFFC}");
    let behind = picture.replace("width:9pt", "z-index:-1");
    assert_eq!([cell("", &format!("{}{behind}", run("", "12"))), cell("", &picture.replace("width:9pt", "visibility:hidden"))], ["12", ""]);
    let framed = format!("<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>{}</w:p>", p("框"), run("", "文"));
    assert_eq!(shown("", &framed), "文\n框\n");
    let field = format!("<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> REF x </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>", run("", "12"));
    assert_eq!(cell("", &field), "12");
    assert_eq!([cell("", &format!("<w:fldSimple w:instr=\" DOCPROPERTY x \">{}</w:fldSimple>", run("", "12"))), cell("", &format!("<w:hlink w:dest=\"a\">{}</w:hlink>", run("", "12")))], ["12", "12"]);
    assert_eq!(cell("", "<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0FC\"/></w:r>"), "\u{FFFC}");
    assert_eq!(cell("", "<w:r><w:t>1</w:t><w:tab wx:wTab=\"9\"/><w:t>2</w:t><w:br w:type=\"text-wrapping\"/><w:t>3</w:t></w:r>"), "1 2\n3");
}

#[test]
fn running_heads_stand_before_the_text() {
    let section = format!("<w:p><w:pPr><w:sectPr><w:hdr w:type=\"odd\">{}</w:hdr></w:sectPr></w:pPr></w:p>{}<w:sectPr><w:ftr w:type=\"odd\">{}<w:p><w:r><w:pict><v:shape><v:textpath string=\"征求意见稿\"/></v:shape></w:pict></w:r></w:p></w:ftr></w:sectPr>", p("仅供参考样本"), p("甲"), p("第 1 页"));
    assert_eq!(shown("", &section), "仅供参考样本\n征求意见稿\n\n甲\n");
}

#[test]
fn tables_lie_in_tables_within_bounds() {
    let inner = format!("<w:tbl>{}{}</w:tbl>", tr("", &[tc("", "甲"), tc("", "1")]), tr("", &[tc("", "乙"), tc("", "2")]));
    assert_eq!(shown("", &format!("<w:tbl><w:tr><w:tc>{}{inner}</w:tc></w:tr></w:tbl>", p("题"))), "题\n甲¦\n1¦¶\n乙¦\n2¦¶\n");
    let deep = |n: usize| format!("{}{}{}", "<w:tbl><w:tr><w:tc>".repeat(n), p("甲"), "</w:tc></w:tr></w:tbl>".repeat(n));
    assert_eq!(read(&document("", &deep(17))).unwrap_err().code, "decode/nesting");
    assert_eq!(read(&document("", &format!("{}{}", "<w:smartTag>".repeat(300), "</w:smartTag>".repeat(300)))).unwrap_err().code, "decode/nesting");
    let wide = tr("<w:gridBefore w:val=\"99999999999\"/>", &[tc("<w:gridSpan w:val=\"99999999999\"/>", "甲"), tc("", "1")]);
    assert_eq!(shown("", &format!("<w:tbl>{wide}</w:tbl>")), "甲¦\n1¦¶\n");
}

#[test]
fn every_encoding_is_read_and_a_file_that_is_cut_is_damaged() {
    let page = document("", &(p("本年度主动公开政府信息，收到申请") + &beside(&run("", "12"))));
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let whole = read(&page).unwrap();
    for (bytes, encoding, told) in [(gbk(&page.replace("\"UTF-8\"", "\"gb2312\"")), "gb18030", 0), (gbk(&page), "gb18030", 1), (format!("\u{FEFF}{page}").into_bytes(), "UTF-8", 0)] {
        let decoded = decode("a.doc", bytes, &Limits::default()).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.problems.len()), (whole.text.as_str(), encoding, told));
    }
    for length in 0..page.len() {
        if let Ok(decoded) = decode("a", page.as_bytes()[..length].to_vec(), &Limits::default()) {
            assert_eq!(decoded.format, "text", "{length}");
        }
    }
    for bit in (0..page.len() * 8).step_by(5) {
        let mut flipped = page.clone().into_bytes();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let _ = decode("a", flipped, &Limits::default());
    }
    assert_eq!(read(&page[..page.len() / 2]).unwrap_err().code, "decode/damaged");
    assert_eq!(read(&document("", "")).unwrap_err().code, "decode/empty");
    let bomb = page.replacen("?>\n", "?>\n<!DOCTYPE a [<!ENTITY a \"7\">]>\n", 1).replace("12<", "&a;2<");
    assert!(read(&bomb).unwrap().text.contains("\u{FFFD}2"));
}
