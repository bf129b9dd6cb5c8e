//! Documents written out here, and what must come of them.

use crate::decode::{Limits, decode};
use crate::model::{CELL_END, Decoded, Problem, ROW_END};

fn read(bytes: impl Into<Vec<u8>>) -> Result<Decoded, Problem> {
    decode("a.rtf", bytes.into(), &Limits::default())
}

fn text(body: &str) -> String {
    let rtf = format!("{{\\rtf1\\ansi\\ansicpg936{{\\fonttbl{{\\f0\\fcharset134 SimSun;}}{{\\f1\\fcharset136 x;}}{{\\f2\\fcharset0 Arial;}}}}{body}}}");
    read(rtf).unwrap().text.replace(CELL_END, "¦").replace(ROW_END, "¶")
}

#[test]
fn pairs_of_bytes_are_one_character() {
    // 年报 as pairs, one of them with its second byte as a letter (丂 is 81 40).
    assert_eq!(text(r"\f0\'c4\'ea\'b1\'a8 12\par \'81@\'81\'40x"), "年报 12\n丂丂x\n");
    // The font says what a byte means; Latin fonts follow the document.
    assert_eq!(text(r"\f1\'a4\'a4{\f2\'c4\'ea}\'a4\'a4\plain\'c4\'ea"), "中年中年\n");
    let decoded = read("{\\rtf1\\ansi\\ansicpg1252 caf\\'e9 \\u20013?}").unwrap();
    assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.format), ("café 中\n", "windows-1252", "rtf"));
}

#[test]
fn raw_bytes_are_text_too() {
    let mut rtf = b"{\\rtf1\\ansi\\ansicpg936 ".to_vec();
    rtf.extend(encoding_rs::GB18030.encode("公开 3 件").0.iter());
    rtf.push(b'}');
    assert_eq!(read(rtf).unwrap().text, "公开 3 件\n");
}

#[test]
fn unicode_leaves_out_what_stands_for_it() {
    assert_eq!(text(r"\u24180?\uc2\u25253\'b1\'a8 1{\uc0\u-245 2}\uc1\u55362?\u57271?\uc3\u20013abcd"), "年报 1\u{FF0B}2𠮷中d\n");
    // Half a character is a replacement and is counted.
    let decoded = read(r"{\rtf1 a\u55362?b}").unwrap();
    assert_eq!((decoded.text.as_str(), decoded.replaced), ("a\u{FFFD}b\n", 1));
}

#[test]
fn what_shows_nothing_is_left_out() {
    let body = r"{\stylesheet{\s0 Normal;}}{\info{\title x}}{\*\generator y;}{\header z}{\pict\pngblip 0011}{\v hidden}{\deleted gone}a\v b\v0 c{\*\bkmkstart n}{\footnote f}\~\_\-d";
    assert_eq!(text(body), "ac\u{A0}-d\n");
}

#[test]
fn fields_keep_their_results_and_numbers_show() {
    assert_eq!(text(r"{\field{\*\fldinst PAGE}{\fldrslt 7}} x{\listtext 1.\tab}y\par{\pntext\'d2\'bb\'a1\'a2\tab}z"), "7 x1. y\n一、z\n");
}

#[test]
fn rows_and_cells() {
    let row = r"\trowd\cellx100\cellx200\pard\intbl ";
    let body = format!(r"q\par {row}a\cell  b \par c\cell\row {row}\cell 3\cell\row\pard r\par");
    assert_eq!(text(&body), "q\na¦\nb\nc¦¶\n¦\n3¦¶\nr\n");
}

#[test]
fn covered_cells_are_not_written() {
    let body = r"\trowd\clvmgf\cellx100\clmgf\cellx200\clmrg\cellx300\pard\intbl a\cell b\cell x\cell\row
        \trowd\clvmrg\cellx100\cellx200\clvmrg\cellx300\pard\intbl y\cell 1\cell 2\cell\row\pard ";
    // The last cell says that it is covered, but nothing above covers it.
    assert_eq!(text(body), "a¦\nb¦¶\n1¦\n2¦¶\n");
}

#[test]
fn a_table_within_a_cell() {
    let row = r"\trowd\cellx100\cellx200\pard\intbl a\cell 1\cell\row".repeat(4);
    let inner = r"\pard\intbl\itap2 n\nestcell 3\nestcell{\*\nesttableprops\trowd\cellx50\cellx90\nestrow}{\nonesttables\par}";
    let body = format!(r"{row}\trowd\cellx100\cellx200\pard\intbl b\cell{inner}\pard\intbl\itap1\cell\row\pard e");
    assert!(text(&body).ends_with("b¦\nn\n3¦¶\ne\n"), "{}", text(&body));
}

#[test]
fn a_text_box_interrupts_nothing() {
    let shape = r"{\shp{\*\shpinst\shpleft1{\sp{\sn a}{\sv b}}{\shptxt\pard box\par}}{\shprslt{\*\do box}}}";
    assert_eq!(text(&format!(r"one{shape} two\par")), "box\none two\n");
    let cell = format!(r"\trowd\cellx1\cellx2\pard\intbl a{shape}\cell 1\cell\row\trowd\cellx1\cellx2\pard\intbl b\cell 2\cell\row");
    assert_eq!(text(&cell), "box\na¦\n1¦¶\nb¦\n2¦¶\n");
}

#[test]
fn bad_documents_say_what_is_wrong() {
    let code = |rtf: &str| read(rtf).unwrap_err().code;
    assert_eq!(code("{\\rtf1}"), "decode/empty");
    assert_eq!(code("{\\rtf1"), "decode/damaged");
    assert_eq!(code(&format!("{{\\rtf1{}", "{".repeat(100_000))), "decode/nesting");
    let cut = read("{\\rtf1 text that goes on").unwrap();
    assert_eq!((cut.text.as_str(), cut.problems[0].code), ("text that goes on\n", "decode/truncated-tail"));
    assert!(cut.problems[0].message.starts_with("a.rtf: "));
    // Numbers beyond every bound.
    let wild = r"{\rtf1\bin999999999999 a}";
    assert_eq!(code(wild), "decode/damaged");
    assert_eq!(read(r"{\rtf1\itap99999\intbl\uc99999999 a\cell\row\u99999999999?b\cellx-99999999999 c}").unwrap().format, "rtf");
}

#[test]
fn damage_anywhere_is_survived() {
    let row = r"\trowd\clvmgf\cellx100\cellx200\pard\intbl \'c4\'ea\cell \u24180?{\b 1}\cell\row";
    let rtf = format!(r"{{\rtf1\ansi\ansicpg936{{\fonttbl{{\f0\fcharset134 x;}}}}\f0 {row}{row}{{\field{{\*\fldinst x}}{{\fldrslt y}}}}{{\shp{{\*\shpinst{{\shptxt z\par}}}}}}}}");
    for at in 0..rtf.len() {
        let _ = read(&rtf.as_bytes()[..at]);
        for flip in 0..8 {
            let mut bytes = rtf.clone().into_bytes();
            bytes[at] ^= 1 << flip;
            let _ = read(bytes);
        }
    }
}

#[test]
fn what_is_struck_out_or_raised_is_no_part_of_the_figure_before_it() {
    assert_eq!(text(r"26{\super 7} x\par 26\strike 7\strike0 0\par 26{\up6 7}"), "26~7 x\n26~7~0\n26~7\n");
    assert_eq!(text(r"{\strike 3}187\par \strike 3\plain 187\par {\strike 3}{\b 187}\par {\strike 3} 187"), "~3~187\n~3~187\n~3~187\n~3 187\n");
    assert_eq!(text(r"26{\super0 7}\par 26\plain 7\par 26{\up0 7}\nosupersub"), "267\n267\n267\n");
    let colours = r"{\colortbl;\red255\green255\blue255;\red255\green0\blue0;}";
    assert_eq!(text(&format!(r"{colours}{{\cf1 3}}187\par 12\cf1 3\plain\par {{\cf1 \'b1\'ed1}}")), "~3~187\n12~3\n表~1\n");
    let wide = r"12{\cf1\u65299?}\par {\f0\cf1 \'a3\'b3}187\par {\cf1\u65299?}\u65297?\par {\cf2\u65299?}\u65297?";
    assert_eq!(text(&format!("{colours}{wide}")), "12~３\n~３~187\n~３~１\n３１\n");
    assert_eq!(text(&format!(r"{colours}{{\cf2 3}}187\par {{\cf0 3}}187\par {{\cf9 3}}187")), "3187\n3187\n3187\n");
}

#[test]
fn fields_and_pictures_that_cannot_be_read_leave_a_sign() {
    let row = |cell: &str| text(&format!(r"\trowd\cellx100\cellx200\pard\intbl a\cell {cell}\cell\row"));
    assert_eq!(row(r"1{\field{\*\fldinst SYMBOL 46 \\f Symbol}{\fldrslt}}31"), "a¦\n1\u{FFFC}31¦¶\n");
    assert_eq!(row(r"{\field{\*\fldinst PAGE}{\fldrslt 7}}"), "a¦\n7¦¶\n");
    assert_eq!(row(r"{\*\shppict{\pict\pngblip 00}}{\nonshppict{\pict 00}}"), "a¦\n\u{FFFC}¦¶\n");
    assert_eq!(row(r"{\object{\*\objdata 00}{\result{\pict 00}}}"), "a¦\n\u{FFFC}¦¶\n");
}

#[test]
fn of_a_text_that_stands_twice_the_newer_is_read() {
    assert_eq!(text(r"a{\upr{3}{\*\ud{7}}}b"), "a7b\n");
}

#[test]
fn what_is_too_small_is_no_figure_and_struck_words_are_none() {
    assert_eq!(text(r"12{\fs2 3}4\par 12{\fs24 3}4\par 1{\charscalex1 2}"), "12~3~4\n1234\n1~2\n");
    assert_eq!(text(r"{\strike x2021y}2023z\par {\strike ab}c\par \strike a7\strike0 b\par"), "~2023z\nc\n~b\n");
    assert_eq!(text(r"\trowd\cellx100\cellx200\pard\intbl {\strike a7}\cell b\cell\row"), "~a7¦\nb¦¶\n");
}

#[test]
fn letters_of_the_colour_of_their_ground_are_no_figure() {
    let colours = r"{\colortbl;\red0\green0\blue0;\red68\green114\blue196;\red255\green255\blue0;\red255\green255\blue255;}";
    let row = |head: &str, cell: &str| text(&format!(r"{colours}\trowd\cellx100{head}\cellx200\pard\intbl a\cell {cell}\cell\row"));
    for (head, cell) in [("", r"{\cf1\highlight1 47}"), ("", r"{\cf2\chcbpat2 47}"), ("", r"\cbpat2{\cf2 47}"), (r"\clcbpat2", r"{\cf2 47}"), (r"\clcbpat2", r"\cf4 47")] {
        assert_eq!(row(head, cell), "a¦\n~47¦¶\n", "{head} {cell}");
    }
    for (head, cell) in [
        ("", r"{\cf1\highlight3 47}"), ("", r"{\cf1\highlight0 47}"), (r"\clcbpat2", r"{\cf1 47}"), (r"\clcbpat2", "47"), (r"\clcbpat2", r"{\cf0 47}"), (r"\clcbpat2", r"{\cf2\highlight3 47}"), ("", r"\cbpat2\pard\intbl{\cf2 47}"),
        ("", r"\cf2 47"), (r"\clcbpat9", r"{\cf9 47}"),
    ] {
        assert_eq!(row(head, cell), "a¦\n47¦¶\n", "{head} {cell}");
    }
    // What lies behind a cell may be told behind its text.
    let behind = format!(r"{colours}\pard\intbl a\cell{{\cf2 47}}\cell\trowd\cellx100\clcbpat2\cellx200\row");
    assert_eq!(text(&behind), "a¦\n~47¦¶\n");
    assert_eq!(row(r"\clcbpat2", r"{\cf4 x}"), "a¦\nx¦¶\n");
}

#[test]
fn formulas_and_old_drawings_leave_a_sign() {
    let row = |cell: &str| text(&format!(r"\trowd\cellx100\cellx200\pard\intbl a\cell {cell}\cell\row"));
    assert_eq!(row(r"{\mmath{\*\moMath{\mr 47}}}"), "a¦\n\u{FFFC}¦¶\n");
    assert_eq!(row(r"5{\mmath{\*\moMathPara{\*\moMath{\mr 47}}}}"), "a¦\n5\u{FFFC}¦¶\n");
    assert_eq!(row(r"{\*\do\dobxcolumn\dptxbx{\dptxbxtext\pard\plain 47\par}\dpx0}"), "a¦\n\u{FFFC}¦¶\n");
    assert_eq!(text(r"a{\*\do\dpline\dpx0}b{\mmath{\*\moMath{\mr 47}}}"), "ab\n");
}

#[test]
fn digits_of_a_font_of_pictures_are_no_figure() {
    let fonts = r"{\fonttbl{\f5\fnil\fcharset2 Wingdings 2;}{\f6\froman\fcharset0 Symbol;}{\f7\fnil\fcharset134{\*\falt Wingdings}SimSun;}}";
    assert_eq!(text(&format!(r"{fonts}12{{\f5 3}}4\par {{\f5 x}}4\par \f5 3\plain 4")), "12~3~4\nx4\n~3~4\n");
    assert_eq!(text(&format!(r"{fonts}12{{\f6 3}}{{\f7 4}}5")), "12345\n");
}
