mod maker;

use super::*;
use crate::decode::Limits;
use crate::model::{CELL_END, ROW_END};
use maker::{Maker, line, maker, page, words};

fn decoded(ofd: &Maker) -> Decoded {
    read("a.ofd", ofd.bytes(), &Limits::default()).unwrap_or_else(|p| panic!("{}: {}", p.code, p.message))
}

/// The text with `¦` for the end of a cell and `¶` for that of a row.
fn text(ofd: &Maker) -> String {
    decoded(ofd).text.replace(CELL_END, "¦").replace(ROW_END, "¶")
}

fn code(ofd: &Maker) -> &'static str {
    read("a.ofd", ofd.bytes(), &Limits::default()).map_or_else(|p| p.code, |d| panic!("{}", d.text))
}

fn codes(ofd: &Maker) -> Vec<&'static str> {
    decoded(ofd).problems.iter().map(|p| p.code).collect()
}

const X: [f64; 4] = [20.0, 80.0, 105.0, 130.0];
const Y: [f64; 3] = [40.0, 52.0, 64.0];

/// One cell with `draw` in it, beside a label.
fn cell(draw: impl Fn(&mut Maker)) -> String {
    let mut ofd = maker();
    ofd.grid(&X, &Y).fill_in(&X, &Y, &[&["项目", "数量", "备注"], &["许可", "", "无"]]);
    draw(&mut ofd);
    let text = text(&ofd);
    let (before, after) = ("项目¦\n数量¦\n备注¦¶\n许可¦\n", "¦\n无¦¶\n");
    assert!(text.starts_with(before) && text.ends_with(after), "{text}");
    text[before.len()..text.len() - after.len()].to_owned()
}

/// The figure in the cell.
fn figure(attributes: &str, elements: &str) -> String {
    words(82.0, 58.0, "312", attributes, elements)
}

#[test]
fn a_ruled_table_has_its_cells() {
    let mut ofd = maker();
    ofd.text(20.0, 30.0, "二、公开情况").grid(&X, &Y).fill_in(&X, &Y, &[&["信息内容", "制发", "废止"], &["规章", "3", ""]]).text(20.0, 80.0, "无。");
    assert_eq!(text(&ofd), "二、公开情况\n信息内容¦\n制发¦\n废止¦¶\n规章¦\n3¦\n¦¶\n无。\n");
    let decoded = decoded(&ofd);
    assert_eq!((decoded.format, decoded.pages.as_slice(), decoded.problems.len()), ("ofd", &[1][..], 0));
}

#[test]
fn a_table_without_lines_has_columns_and_blanks() {
    let mut ofd = maker();
    for (n, row) in [["信息内容", "制发", "废止"], ["规章", "3", "1"], ["规范性文件", "12", ""], ["其他文件", "0", "0"]].iter().enumerate() {
        let y = 40.0 + 8.0 * n as f64;
        ofd.fill_in(&X, &[y - 1.0, y + 1.0], &[row]);
    }
    assert_eq!(text(&ofd), "信息内容¦\n制发¦\n废止¦¶\n规章¦\n3¦\n1¦¶\n规范性文件¦\n12¦\n¦¶\n其他文件¦\n0¦\n0¦¶\n");
}

#[test]
fn a_table_over_two_pages_is_one_and_running_heads_of_templates_go() {
    let head = words(90.0, 10.0, "某县年度报告", "", "");
    let mut ofd = maker();
    ofd.common = r#"<ofd:TemplatePage ID="2" BaseLoc="Tpls\Tpl_0/CONTENT.xml"/>"#.to_owned();
    ofd.file("Doc_0/Tpls/Tpl_0/Content.xml", page(&head, ""));
    let (above, below) = ([268.0, 276.0, 284.0], [20.0, 28.0, 36.0]);
    ofd.head(r#"<ofd:Template TemplateID="2" ZOrder="Background"/>"#).text(20.0, 60.0, "正文").grid(&X, &above).fill_in(&X, &above, &[&["信息内容", "制发", "废止"], &["规章", "3", "1"]]);
    ofd.page().head(r#"<ofd:Template TemplateID="2" ZOrder="Background"/>"#).grid(&X, &below).fill_in(&X, &below, &[&["信息内容", "制发", "废止"], &["规范性文件", "2", "0"]]);
    assert_eq!(text(&ofd), "正文\n信息内容¦\n制发¦\n废止¦¶\n规章¦\n3¦\n1¦¶\n规范性文件¦\n2¦\n0¦¶\n");
    assert_eq!(decoded(&ofd).pages, [1, 8]);
}

#[test]
fn layers_and_templates_are_drawn_in_their_order() {
    let white = r#"<ofd:PathObject Boundary="81 54 20 8" Fill="true" Stroke="false"><ofd:FillColor Value="255 255 255"/><ofd:AbbreviatedData>M 0 0 L 20 0 L 20 8 L 0 8 C</ofd:AbbreviatedData></ofd:PathObject>"#;
    for (order, shown) in [("Background", "312"), ("Foreground", "~312")] {
        assert_eq!(cell(|ofd| {
            ofd.common = r#"<ofd:TemplatePage ID="2" BaseLoc="Tpl.xml"/>"#.to_owned();
            ofd.file("Doc_0/Tpl.xml", page(white, "")).head(&format!(r#"<ofd:Template TemplateID="2" ZOrder="{order}"/>"#)).raw(&figure("", ""));
        }), shown, "{order}");
        let layers = format!(r#"</ofd:Layer><ofd:Layer Type="{order}">{white}</ofd:Layer><ofd:Layer>"#);
        assert_eq!(cell(|ofd| _ = ofd.raw(&layers).raw(&figure("", ""))), shown, "{order}");
    }
}

#[test]
fn a_matrix_moves_and_scales_text_within_its_boundary() {
    // Written a third as large, as programs do that print from others.
    let scaled = r#"<ofd:TextObject Boundary="82 56 6 4" CTM="0.5 0 0 0.5 0 0" Font="1" Size="8"><ofd:TextCode X="0" Y="6.8" DeltaX="4 4">312</ofd:TextCode></ofd:TextObject>"#;
    assert_eq!(cell(|ofd| _ = ofd.raw(scaled)), "312");
    // Upside down, as in a mirror: nobody reads that.
    let over = scaled.replace("0.5 0 0 0.5 0 0", "0.5 0 0 -0.5 0 6");
    assert!(cell(|ofd| _ = ofd.raw(&over)).starts_with('~'));
}

#[test]
fn steps_are_followed_and_what_none_places_stands_apart() {
    let code = |steps: &str, text: &str| format!(r#"<ofd:TextObject Boundary="82 56 22 4" Font="1" Size="4"><ofd:TextCode X="0" Y="3.4"{steps}>{text}</ofd:TextCode></ofd:TextObject>"#);
    for (steps, shown) in [
        (r#" DeltaX="g 2 2""#, "312"), (r#" DeltaX="g 1000000000 2""#, "312"), (r#" DeltaX="2 2 2""#, "312"),
        // Viewers draw what follows where they like.
        ("", "~312"), (r#" DeltaX="2""#, "~312"), (r#" DeltaY="0""#, "~312"),
        // Drawn from right to left, one over the other, and so far apart that they are no one number.
        (r#" DeltaX="-2 -2""#, "213"), (r#" DeltaX="0.5 0.5""#, "~312"), (r#" DeltaX="6 6""#, "3 1 2"), (r#" DeltaX="2 x""#, "~312"),
    ] {
        let start = if steps.contains('-') { "X=\"9\"" } else { "X=\"0\"" };
        let found = cell(|ofd| _ = ofd.raw(&code(steps, "312").replace("X=\"0\"", start)));
        assert_eq!(found, shown, "{steps}");
    }
    assert_eq!(cell(|ofd| _ = ofd.raw(&code(r#" DeltaX="4 2 2""#, "\n\t共12\n"))), "共12");
    // A character that counts twice, and figures in two codes.
    assert_eq!(cell(|ofd| _ = ofd.raw(&code(r#" DeltaX="4 0 2""#, "𠮷12"))), "𠮷12");
    let two = code(r#" DeltaX="2""#, "31").replace("</ofd:TextObject>", r#"<ofd:TextCode X="4">2</ofd:TextCode></ofd:TextObject>"#);
    assert_eq!(cell(|ofd| _ = ofd.raw(&two)), "312");
}

#[test]
fn figures_that_are_not_seen_stand_apart() {
    let white = r#"<ofd:FillColor Value="255 255 255"/>"#;
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure("", ""))), "312");
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure("", white))), "~312");
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure("", r##"<ofd:FillColor Value="#FF #FF #FF"/>"##))), "~312");
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure("", r#"<ofd:FillColor Value="0 0 0"/>"#))), "312");
    // White on blue, and blue behind white on white.
    assert_eq!(cell(|ofd| _ = ofd.fill(81.0, 54.0, 20.0, 8.0, "0 0 160").raw(&figure("", white))), "312");
    assert_eq!(cell(|ofd| _ = ofd.fill(81.0, 54.0, 20.0, 8.0, "255 255 255").raw(&figure("", ""))), "312");
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure("", "")).fill(81.0, 54.0, 20.0, 8.0, "255 255 255")), "~312");
    // Struck out, and underlined.
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure("", "")).line(82.0, 58.0, 88.0, 58.0)), "~312");
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure("", "")).line(82.0, 60.3, 88.0, 60.3)), "312");
    // Without ink, and not drawn at all.
    for attributes in [r#" Visible="false""#, r#" Alpha="0""#, r#" Fill="false""#] {
        assert_eq!(cell(|ofd| _ = ofd.raw(&figure(attributes, ""))), "", "{attributes}");
    }
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure(r#" Alpha="30""#, ""))), "~312");
    // By an ink that stands for another.
    let param = |colour: &str| cell(|ofd| {
        ofd.resources(&format!(r#"<ofd:DrawParams><ofd:DrawParam ID="5" Relative="6"/><ofd:DrawParam ID="6" Relative="5"><ofd:FillColor Value="{colour}"/></ofd:DrawParam></ofd:DrawParams>"#));
        ofd.raw(&figure(r#" DrawParam="5""#, ""));
    });
    assert_eq!((param("255 255 255"), param("200 0 0")), ("~312".to_owned(), "312".to_owned()));
}

#[test]
fn what_may_be_cut_off_stands_apart() {
    let narrow = |width: f64| figure("", "").replace("Boundary=\"82 56.12 6 4\"", &format!("Boundary=\"82 56.12 {width} 4\""));
    assert_eq!(cell(|ofd| _ = ofd.raw(&narrow(6.0))), "312");
    assert!(cell(|ofd| _ = ofd.raw(&narrow(3.0))).contains('~'));
    let clip = |data: &str| figure("", &format!(r#"<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 9 9"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"#));
    assert_eq!(cell(|ofd| _ = ofd.raw(&clip("M 0 0 L 6 0 L 6 5 L 0 5 C"))), "312");
    assert_eq!(cell(|ofd| _ = ofd.raw(&clip("M 0 0 L 3 0 L 3 5 L 0 5 C"))), "3~1");
    assert_eq!(cell(|ofd| _ = ofd.raw(&clip("M 10 0 L 13 0 L 13 5 L 10 5 C"))), "");
}

#[test]
fn stamps_over_a_figure_hide_it_unless_they_let_it_show() {
    let solid = |ofd: &mut Maker| _ = ofd.picture(2, &[255; 4]);
    assert_eq!(cell(|ofd| { solid(ofd); ofd.raw(&figure("", "")).image(70.0, 50.0, 30.0, 20.0); }), "~312");
    // Beside the figure, below it, and open where it stands.
    assert_eq!(cell(|ofd| { solid(ofd); ofd.raw(&figure("", "")).image(90.0, 50.0, 30.0, 20.0); }), "312");
    assert_eq!(cell(|ofd| { solid(ofd); ofd.image(70.0, 50.0, 30.0, 20.0).raw(&figure("", "")); }), "312");
    assert_eq!(cell(|ofd| _ = ofd.picture(2, &[255, 255, 0, 0]).raw(&figure("", "")).image(70.0, 44.0, 30.0, 20.0)), "312");
    assert_eq!(cell(|ofd| _ = ofd.picture(2, &[0, 0, 255, 255]).raw(&figure("", "")).image(70.0, 44.0, 30.0, 20.0)), "~312");
    // The stamp of a signature, whose picture lies within its seal.
    let signed = |at: f64, opacity: u8| cell(|ofd| {
        ofd.picture(1, &[opacity]).raw(&figure("", ""));
        let seal = [&b"SES"[..], &ofd.files.pop().unwrap().1].concat();
        ofd.body = "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>".to_owned();
        ofd.file("Doc_0/Signs/Signatures.xml", r#"<ofd:Signatures><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>"#);
        ofd.file("Doc_0/Signs/Sign_0/Signature.xml", format!(r#"<ofd:Signature><ofd:SignedInfo><ofd:StampAnnot ID="1" PageRef="100" Boundary="{at} 44 30 30"/><ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo></ofd:Signature>"#));
        ofd.file("Doc_0/Signs/Sign_0/Seal.esl", seal);
    });
    assert_eq!([signed(70.0, 255), signed(70.0, 0), signed(95.0, 255)], ["~312", "312", "312"]);
}

#[test]
fn notes_over_a_figure_replace_it_and_watermarks_do_not() {
    let note = |ofd: &mut Maker, kind: &str, more: &str, x: f64, text: &str| {
        ofd.document = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>".to_owned();
        ofd.file("Doc_0/Annots/Annotations.xml", r#"<ofd:Annotations><ofd:Page PageID="100"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>"#);
        let note = if text.is_empty() { line(0.0, 4.0, 8.0, 4.0) } else { words(0.0, 2.0, text, "", "") };
        ofd.file("Doc_0/Annots/Page_0/Annotation.xml", format!(r#"<ofd:PageAnnot><ofd:Annot Type="{kind}"{more}><ofd:Appearance Boundary="{x} 56 8 5">{note}</ofd:Appearance></ofd:Annot></ofd:PageAnnot>"#));
    };
    let noted = |kind: &str, more: &str, x: f64, text: &str| cell(|ofd| note(ofd.raw(&figure("", "")), kind, more, x, text));
    assert_eq!(noted("Stamp", "", 82.0, "45"), "~312");
    assert_eq!(noted("Stamp", "", 90.0, "45"), "312~");
    assert_eq!(noted("Stamp", r#" Visible="false""#, 82.0, "45"), "312");
    assert_eq!(noted("Watermark", "", 82.0, "45"), "312");
    assert_eq!(noted("Highlight", "", 82.0, ""), "312");
    // A cell with nothing but a note is not blank.
    assert_eq!(cell(|ofd| note(ofd, "Stamp", "", 82.0, "45")), "~");
    let told = |kind: &str, text: &str| {
        let mut ofd = maker();
        note(ofd.text(20.0, 40.0, "正文"), kind, "", 20.0, text);
        (self::text(&ofd), codes(&ofd))
    };
    assert_eq!(told("Stamp", "已审核2"), ("已审核\n正文\n".to_owned(), vec!["decode/notes"]));
    assert_eq!(told("Watermark", "草稿"), ("草稿\n正文\n".to_owned(), vec![]));
}

#[test]
fn what_cannot_be_placed_or_whose_ink_is_missing_stands_apart() {
    let placed = |from: &str, to: &str| cell(|ofd| _ = ofd.raw(&figure(" CTM=\"1 0 0 1 0 0\"", "").replace(from, to)));
    assert_eq!(placed("Size", "Size"), "312");
    for (from, to) in [("1 0 0 1 0 0", "1 0 0 1 0 甲"), ("X=\"0\"", "X=\"\""), ("X=\"0\"", ""), ("DeltaX=\"2 2\"", "DeltaX=\"2 NaN\"")] {
        assert_eq!(placed(from, to), "~312", "{from} {to}");
    }
    assert_eq!(placed("1 0 0 1 0 0", " "), "312");
    assert_eq!(cell(|ofd| _ = ofd.raw(&figure(r#" DrawParam="5""#, ""))), "~312");
    let mut ofd = maker();
    ofd.raw(&figure("", "").replace("Size=\"4\"", ""));
    assert_eq!(code(&ofd), "decode/damaged");
}

#[test]
fn shapes_without_characters_are_told() {
    let shapes = |text: &str, count: usize| format!(
        r#"<ofd:TextObject Boundary="82 56 12 4" Font="1" Size="4"><ofd:CGTransform CodePosition="0" CodeCount="{count}" GlyphCount="3"><ofd:Glyphs>17 18 19</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X="0" Y="3.4" DeltaX="2 2">{text}</ofd:TextCode></ofd:TextObject>"#
    );
    let shown = |text: &str, count: usize| {
        let mut ofd = maker();
        ofd.grid(&X, &Y).fill_in(&X, &Y, &[&["项目", "数量", "备注"], &["行政许可情况", "", "无"]]).raw(&shapes(text, count));
        (self::text(&ofd).lines().nth(4).unwrap_or_default().to_owned(), decoded(&ofd).replaced, codes(&ofd))
    };
    assert_eq!(shown("312", 3), ("312¦".to_owned(), 0, vec![]));
    assert_eq!(shown("\u{E001}\u{E002}\u{E003}", 3), ("\u{FFFD}\u{FFFD}\u{FFFD}¦".to_owned(), 3, vec!["decode/pdf-unmapped"]));
    assert_eq!(shown("", 3), ("\u{FFFD}\u{FFFD}\u{FFFD}¦".to_owned(), 3, vec!["decode/pdf-unmapped"]));
    // Three shapes for two characters.
    assert_eq!(shown("312", 2).0, "~31~2¦");
    let mut ofd = maker();
    assert_eq!(code(ofd.raw(&shapes("\u{E001}\u{E002}\u{E003}", 3))), "decode/pdf-unmapped");
}

#[test]
fn letters_of_a_font_of_pictures_are_no_figures() {
    let font = |name: &str| cell(|ofd| {
        ofd.resources(&format!(r#"<ofd:Fonts><ofd:Font ID="9" FontName="{name}"/></ofd:Fonts>"#));
        ofd.raw(&figure("", "").replace("Font=\"1\"", "Font=\"9\""));
    });
    assert_eq!((font("宋体"), font("Wingdings 2")), ("312".to_owned(), "~~~".to_owned()));
}

#[test]
fn pages_that_are_pictures_are_told() {
    let mut ofd = maker();
    ofd.picture(1, &[255]).image(0.0, 0.0, 210.0, 297.0);
    assert_eq!(code(&ofd), "decode/scanned");
    // With text that a program recognised, unseen or below the picture.
    let mut ofd = maker();
    (0..20).for_each(|n| _ = ofd.inked(20.0, 40.0 + 8.0 * f64::from(n), "主动公开12件", r#" Alpha="0""#, ""));
    ofd.picture(1, &[255]).image(0.0, 0.0, 210.0, 297.0);
    assert_eq!(code(&ofd), "decode/scanned");
    let mut ofd = maker();
    (0..20).for_each(|n| _ = ofd.text(20.0, 40.0 + 8.0 * f64::from(n), "主动公开12件"));
    ofd.picture(1, &[255]).image(0.0, 0.0, 210.0, 297.0);
    assert_eq!(code(&ofd), "decode/scanned");
    // One page of two.
    let mut ofd = maker();
    (0..20).for_each(|n| _ = ofd.text(20.0, 40.0 + 8.0 * f64::from(n), "主动公开12件"));
    ofd.page().picture(1, &[255]).image(0.0, 0.0, 210.0, 297.0);
    assert_eq!(codes(&ofd), ["decode/scanned"]);
    assert_eq!(code(&maker()), "decode/empty");
}

#[test]
fn drawings_that_are_used_again_are_drawn_where_they_are_used() {
    let unit = |content: &str| format!(r#"<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="8" Width="9" Height="9"><ofd:Content>{content}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"#);
    let used = r#"<ofd:PageBlock><ofd:CompositeObject Boundary="82 56 20 5" CTM="0.5 0 0 0.5 0 0" ResourceID="8"/></ofd:PageBlock>"#;
    let large = words(0.0, 4.0, "312", "", "").replace("Size=\"4\"", "Size=\"8\"").replace("DeltaX=\"2 2\"", "DeltaX=\"4 4\"").replace("Boundary=\"0 2.12 6 4\"", "Boundary=\"0 0 12 8\"");
    assert_eq!(cell(|ofd| _ = ofd.resources(&unit(&large)).raw(used)), "312");
    // One that draws itself ends.
    assert_eq!(cell(|ofd| _ = ofd.resources(&unit(r#"<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="8"/>"#)).raw(used)), "");
    let many = r#"<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="8"/>"#.repeat(40);
    let mut ofd = maker();
    assert_eq!(code(ofd.resources(&unit(&many)).raw(used)), "decode/too-large");
}

#[test]
fn templates_that_stand_in_each_other_end() {
    let mut ofd = maker();
    ofd.common = r#"<ofd:TemplatePage ID="2" BaseLoc="Tpl.xml"/>"#.to_owned();
    ofd.file("Doc_0/Tpl.xml", page("", r#"<ofd:Template TemplateID="2"/>"#)).head(r#"<ofd:Template TemplateID="2"/>"#);
    assert_eq!(code(ofd.text(20.0, 40.0, "正文")), "decode/damaged");
}

#[test]
fn what_is_made_to_be_much_ends_soon() {
    let started = std::time::Instant::now();
    // A template that asks for itself a thousand times.
    let mut ofd = maker();
    let asked = r#"<ofd:Template TemplateID="2"/>"#.repeat(1000);
    ofd.common = r#"<ofd:TemplatePage ID="2" BaseLoc="Tpl.xml"/><ofd:TemplatePage ID="3" BaseLoc="Other.xml"/>"#.to_owned();
    ofd.file("Doc_0/Tpl.xml", page("", &asked.replace('2', "3"))).file("Doc_0/Other.xml", page("", "")).head(&asked).head(&asked).head(&asked);
    assert_eq!(code(&ofd), "decode/too-large");
    ofd = maker();
    assert_eq!(code(ofd.head(r#"<ofd:Template TemplateID="2"/>"#).text(20.0, 40.0, "正文")), "decode/damaged");
    // Shapes without characters, by the thousand for each of thousands of codes.
    let many = |codes: usize, shapes: usize, code: &str, shape: &str| {
        format!(r#"<ofd:TextObject Boundary="0 0 9 9" Font="1" Size="4">{}{}</ofd:TextObject>"#, shape.repeat(shapes), code.repeat(codes))
    };
    let glyphs = format!("<ofd:CGTransform GlyphCount=\"10000\"><ofd:Glyphs>{}</ofd:Glyphs></ofd:CGTransform>", "1 ".repeat(10_000));
    assert_eq!(code(maker().raw(&many(10_000, 1, r#"<ofd:TextCode X="0" Y="3" DeltaX="g 10000 0.1"/>"#, &glyphs))), "decode/too-large");
    // Shapes for each of a hundred thousand characters.
    let text = format!(r#"<ofd:TextCode X="0" Y="3" DeltaX="g 100000 0.1">{}</ofd:TextCode>"#, "1".repeat(100_000));
    decoded(maker().raw(&many(1, 100_000, &text, r#"<ofd:CGTransform CodePosition="99999" CodeCount="1"/>"#)).text(20.0, 200.0, "正文"));
    // Boxes of one path, which may all be frames of each other.
    let boxes = "M 0 0 L 9 0 L 9 9 L 0 9 C ".repeat(60_000);
    let path = format!(r#"<ofd:PathObject Boundary="0 0 99 99" Fill="true"><ofd:AbbreviatedData>{boxes}</ofd:AbbreviatedData></ofd:PathObject>"#);
    decoded(maker().raw(&path).text(20.0, 200.0, "正文"));
    // A drawing with a heavy text that is not even seen, drawn often.
    let unseen = format!(r#"<ofd:TextObject Boundary="0 0 9 9" Font="1" Size="4" Alpha="0"><ofd:TextCode X="0" Y="3">{}</ofd:TextCode></ofd:TextObject>"#, "1".repeat(1 << 20));
    let unit = format!(r#"<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="8"><ofd:Content>{unseen}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"#);
    assert_eq!(code(maker().resources(&unit).raw(&r#"<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="8"/>"#.repeat(300))), "decode/too-large");
    // Attributes and elements by the million.
    assert_eq!(code(maker().raw(&format!("<a{}/>", " b=\"\"".repeat(3_000_000)))), "decode/too-large");
    assert_eq!(code(maker().raw(&"<a/>".repeat(3_000_000))), "decode/too-large");
    // Nobody waits for the limit of time.
    assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
}

#[test]
fn several_documents_versions_and_attachments_are_told() {
    let mut ofd = maker();
    ofd.text(20.0, 40.0, "正文");
    assert_eq!(codes(&ofd), [] as [&str; 0]);
    ofd.bodies = "<ofd:DocBody><ofd:DocRoot>Doc_1/Document.xml</ofd:DocRoot></ofd:DocBody>".to_owned();
    assert_eq!(codes(&ofd), ["decode/attachments"]);
    let version = |root: &str| {
        let mut ofd = maker();
        ofd.text(20.0, 40.0, "正文").body = r#"<ofd:Versions><ofd:Version ID="1" Index="0" BaseLoc="Doc_0/V.xml"/><ofd:Version ID="2" Index="1" Current="true" BaseLoc="Doc_0/V.xml"/></ofd:Versions>"#.to_owned();
        ofd.file("Doc_0/V.xml", format!("<ofd:DocVersion><ofd:DocRoot>{root}</ofd:DocRoot></ofd:DocVersion>"));
        codes(&ofd)
    };
    assert_eq!((version("Document.xml"), version("/Doc_0/Document_2.xml")), (vec![], vec!["decode/attachments"]));
    let attached = |attribute: &str| {
        let mut ofd = maker();
        ofd.text(20.0, 40.0, "正文").document = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>".to_owned();
        ofd.file("Doc_0/Attachs/Attachments.xml", format!(r#"<ofd:Attachments><ofd:Attachment ID="1" Name="a"{attribute}/></ofd:Attachments>"#));
        codes(&ofd)
    };
    assert_eq!((attached(""), attached(r#" Visible="false""#)), (vec!["decode/attachments"], vec![]));
}

#[test]
fn packages_that_cannot_be_read_say_why() {
    let with = |change: fn(&mut Maker)| {
        let mut ofd = maker();
        change(ofd.text(20.0, 40.0, "正文"));
        code(&ofd)
    };
    assert_eq!(with(|ofd| _ = ofd.file("Encryptions.xml", "<ofd:Encryptions/>")), "decode/encrypted");
    for part in ["Doc_0/Document.xml", "Doc_0/Pages/Page_0/Content.xml", "OFD.xml"] {
        let mut ofd = maker();
        ofd.text(20.0, 40.0, "正文").without = vec![part];
        assert_eq!(code(&ofd), "decode/damaged", "{part}");
    }
    assert_eq!(with(|ofd| _ = ofd.raw("<ofd:PageBlock>")), "decode/damaged");
    assert_eq!(with(|ofd| _ = ofd.raw(&("<a>".repeat(300) + &"</a>".repeat(300)))), "decode/nesting");
    let whole = maker().text(20.0, 40.0, "正文").bytes();
    for length in [whole.len() / 2, whole.len() - 10] {
        assert_eq!(crate::decode::decode("a", whole[..length].to_vec(), &Limits::default()).unwrap_err().code, "decode/damaged");
    }
    let limits = Limits { pages: 1, ..Limits::default() };
    assert_eq!(read("a", maker().text(20.0, 40.0, "正文").page().bytes(), &limits).unwrap_err().code, "decode/too-large");
}

#[test]
fn damage_is_survived() {
    let mut ofd = maker();
    ofd.picture(2, &[255; 4]).grid(&X, &Y).fill_in(&X, &Y, &[&["项目", "数量", "备注"], &["许可", "3", "无"]]).image(70.0, 50.0, 30.0, 20.0);
    let whole = ofd.bytes();
    for n in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[n] ^= 0x55;
        let _ = crate::decode::decode("a", bytes, &Limits::default());
    }
}

#[test]
fn curves_and_odd_paths_are_read() {
    let path = |data: &str| path::parse(data).elements().len();
    assert_eq!(path("M 0 0 L 1 1 Q 1 2 3 4 B 1 2 3 4 5 6 C"), 5);
    assert_eq!(path("S 0 0 L 1,1 2,2\nL3 3"), 4);
    assert!(path("M 0 0 A 5 5 0 1 0 10 0") > 2);
    assert_eq!((path("L 1 1"), path("M 0 0 L 1 x L 2 2"), path("M 0"), path(""), path("甲 M 0 0 L 1e3 2")), (2, 1, 0, 0, 2));
    let mut ofd = maker();
    ofd.raw(&line(20.0, 40.0, 60.0, 40.0)).text(20.0, 40.0, "12").text(20.0, 60.0, "共3件");
    assert_eq!(text(&ofd), "~1~2\n共3件\n");
}
