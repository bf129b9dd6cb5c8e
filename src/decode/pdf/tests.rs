mod maker;

use super::*;
use crate::decode::Limits;
use crate::model::{CELL_END, ROW_END};
use maker::{Maker, maker, stream};

fn decoded(pdf: &Maker) -> Decoded {
    read("a.pdf", pdf.bytes(), &Limits::default()).unwrap_or_else(|p| panic!("{}: {}", p.code, p.message))
}

/// The text with `¦` for the end of a cell and `¶` for that of a row.
fn text(pdf: &Maker) -> String {
    decoded(pdf).text.replace(CELL_END, "¦").replace(ROW_END, "¶")
}

fn code(pdf: &Maker) -> &'static str {
    read("a.pdf", pdf.bytes(), &Limits::default()).map_or_else(|p| p.code, |d| panic!("{}", d.text))
}

const X: [f64; 4] = [50.0, 200.0, 260.0, 320.0];

#[test]
fn a_ruled_table_has_its_cells() {
    let y = [100.0, 130.0, 160.0];
    let mut pdf = maker();
    pdf.text(50.0, 80.0, "二、公开情况").grid(&X, &y).fill_in(&X, &y, &[&["信息内容", "制发", "废止"], &["规章", "3", ""]]).text(50.0, 200.0, "无。");
    assert_eq!(text(&pdf), "二、公开情况\n信息内容¦\n制发¦\n废止¦¶\n规章¦\n3¦\n¦¶\n无。\n");
    assert_eq!(decoded(&pdf).pages, [1]);
}

#[test]
fn every_predefined_encoding_is_read() {
    for encoding in ["GBK-EUC-H", "GBK2K-H", "UniGB-UCS2-H", "UniGB-UTF16-H"] {
        let mut pdf = Maker { encoding, ..maker() };
        pdf.text(50.0, 80.0, "政府信息公开12件（含3件）");
        assert_eq!(text(&pdf), "政府信息公开12件（含3件）\n", "{encoding}");
    }
}

#[test]
fn covered_cells_are_not_written() {
    let mut pdf = maker();
    // 三 stands beside two rows; the head spans two columns.
    for (x0, y0, x1, y1) in [
        (50.0, 100.0, 320.0, 100.0), (50.0, 130.0, 320.0, 130.0), (200.0, 160.0, 320.0, 160.0), (50.0, 190.0, 320.0, 190.0),
        (50.0, 100.0, 50.0, 190.0), (200.0, 100.0, 200.0, 190.0), (260.0, 130.0, 260.0, 190.0), (320.0, 100.0, 320.0, 190.0),
    ] {
        pdf.line(x0, y0, x1, y1);
    }
    pdf.text(60.0, 115.0, "项").text(210.0, 115.0, "数量").text(60.0, 160.0, "三");
    pdf.text(210.0, 145.0, "1").text(270.0, 145.0, "2").text(210.0, 175.0, "4").text(270.0, 175.0, "5");
    assert_eq!(text(&pdf), "项¦\n数量¦¶\n三¦\n1¦\n2¦¶\n4¦\n5¦¶\n");
}

#[test]
fn a_figure_over_a_line_or_cut_off_is_no_other_figure() {
    let y = [100.0, 130.0, 160.0];
    let row = |draw: &dyn Fn(&mut Maker)| {
        let mut pdf = maker();
        pdf.grid(&X, &y).fill_in(&X, &y, &[&["甲", "乙", "丙"], &["丁"]]);
        draw(&mut pdf);
        text(&pdf).rsplit_once("丁¦\n").expect("the row").1.to_owned()
    };
    assert_eq!(row(&|pdf| _ = pdf.text(256.0, 145.0, "13")), "~1¦\n~3¦¶\n");
    assert_eq!(row(&|pdf| _ = pdf.text(252.0, 145.0, "1").text(264.0, 145.0, "3")), "1¦\n3¦¶\n");
    // A figure that runs out of the table stands in part below it.
    assert!(row(&|pdf| _ = pdf.text(208.0, 145.0, "5").text(316.0, 145.0, "13")).starts_with("5¦\n~1¦¶\n"));
    let cut = |x: f64| row(&|pdf| _ = pdf.raw("q 204 640 56 30 re W n").text(x, 145.0, "13").raw("Q"));
    assert_eq!([cut(196.0), cut(206.0)], ["~3¦\n¦¶\n", "13¦\n¦¶\n"]);
}

#[test]
fn thin_boxes_are_lines_and_thick_ones_backgrounds() {
    let mut pdf = maker();
    pdf.fill(50.0, 100.0, 270.0, 30.0);
    for y in [100.0, 130.0, 160.0] {
        pdf.fill(50.0, y, 270.0, 0.7);
    }
    for x in X {
        pdf.fill(x, 100.0, 0.7, 60.0);
    }
    pdf.fill_in(&X, &[100.0, 130.0, 160.0], &[&["甲", "乙", "丙"], &["丁", "7", "8"]]);
    assert_eq!(text(&pdf), "甲¦\n乙¦\n丙¦¶\n丁¦\n7¦\n8¦¶\n");
}

#[test]
fn a_table_without_edges_has_outer_cells_all_the_same() {
    let mut pdf = maker();
    for y in [100.0, 130.0, 160.0] {
        pdf.line(50.0, y, 320.0, y);
    }
    pdf.line(200.0, 100.0, 200.0, 160.0).line(260.0, 100.0, 260.0, 160.0);
    pdf.fill_in(&X, &[100.0, 130.0, 160.0], &[&["甲", "乙", "丙"], &["丁", "7", "8"]]);
    assert_eq!(text(&pdf), "甲¦\n乙¦\n丙¦¶\n丁¦\n7¦\n8¦¶\n");
}

#[test]
fn outlines_and_false_bold_are_no_second_figure() {
    let mut pdf = maker();
    pdf.raw("2 Tr").text(50.0, 80.0, "共11件").raw("0 Tr").text(50.0, 100.0, "共22件").text(50.4, 100.0, "共22件").text(50.0, 140.0, "共33件").text(51.8, 140.9, "共33件");
    pdf.raw("3 Tr").text(50.0, 120.0, "看不见");
    assert_eq!(text(&pdf), "共11件\n共22件\n共33件\n");
}

/// One cell with `draw` in it, beside a label.
fn cell(draw: impl Fn(&mut Maker)) -> String {
    let y = [100.0, 130.0, 160.0];
    let mut pdf = maker();
    pdf.grid(&X, &y).fill_in(&X, &y, &[&["项目", "数量", "备注"], &["许可", "", "无"]]);
    draw(&mut pdf);
    let text = text(&pdf);
    assert!(text.starts_with("项目¦\n数量¦\n备注¦¶\n许可¦\n") && text.ends_with("¦\n无¦¶\n"), "{text}");
    text["项目¦\n数量¦\n备注¦¶\n许可¦\n".len()..text.len() - "¦\n无¦¶\n".len()].to_owned()
}

#[test]
fn struck_figures_stand_apart_and_their_lines_are_no_rules() {
    // Digits are five points wide here, and the middle of the line is at 145.
    let figure = |pdf: &mut Maker| {
        pdf.text(210.0, 145.0, "312");
    };
    for (struck, from, to) in [("~312", 210.0, 225.0), ("~3~12", 209.0, 215.0), ("31~2", 220.0, 226.0)] {
        assert_eq!(cell(|pdf| { figure(pdf); pdf.line(from, 145.5, to, 145.5); }), struck);
        assert_eq!(cell(|pdf| { pdf.fill(from, 145.0, to - from, 0.7); figure(pdf); }), struck);
    }
    let dots = |pdf: &mut Maker, y: f64| (0..11).for_each(|n| {
        pdf.fill(209.0 + 1.5 * f64::from(n), y, 0.75, 0.8);
    });
    assert_eq!(cell(|pdf| { figure(pdf); dots(pdf, 145.0); }), "~312");
    assert_eq!(cell(|pdf| { figure(pdf); dots(pdf, 150.0); }), "312");
    // Under or over the figure, and beside it.
    for (x, y) in [(210.0, 150.0), (210.0, 140.0), (230.0, 145.0)] {
        assert_eq!(cell(|pdf| { figure(pdf); pdf.line(x, y, x + 15.0, y); }), "312", "{x} {y}");
    }
    // A line across the whole row strikes out what it crosses.
    let mut pdf = maker();
    pdf.text(50.0, 80.0, "共3件").line(40.0, 80.0, 300.0, 80.0).text(50.0, 100.0, "共4件");
    assert_eq!(text(&pdf), "共~3件\n共4件\n");
}

#[test]
fn small_figures_above_the_line_stand_apart() {
    let raised = |rise: f64, size: f64| cell(|pdf| { pdf.text(210.0, 145.0, "12").raw(&format!("BT /F1 {size} Tf 220 {} Td <0033> Tj ET", 800.0 - 145.0 - 3.8 + rise)); });
    for (rise, size) in [(3.3, 6.0), (-2.0, 8.0), (3.5, 10.0), (2.0, 7.0), (0.0, 6.0), (-0.5, 8.0)] {
        assert_eq!(raised(rise, size), "12~3", "{rise} {size}");
    }
    for (rise, size) in [(0.0, 10.0), (0.0, 8.5), (0.3, 10.0)] {
        assert_eq!(raised(rise, size), "123", "{rise} {size}");
    }
    // So far up that it has a line to itself.
    assert_eq!((raised(6.0, 5.0), raised(-1.5, 6.0)), ("3\n12".into(), "12\n3".into()));
}

#[test]
fn white_figures_stand_apart_unless_something_lies_behind_them() {
    let white = |before: &str, behind: &str| {
        cell(|pdf| {
            pdf.raw(before).text(210.0, 145.0, "3").raw("0 g").raw(behind).text(215.0, 145.0, "12");
        })
    };
    for ink in ["1 g", "1 1 1 rg", "0 0 0 0 k", "0.98 g", "/DeviceRGB cs 1 1 1 sc"] {
        assert_eq!(white(ink, ""), "~3~12", "{ink}");
        assert_eq!(white(&format!("0 0 0.6 rg 205 640 40 20 re f {ink}"), ""), "312", "{ink}");
        assert_eq!(white(&format!("1 g 205 640 40 20 re f {ink}"), ""), "~3~12", "{ink}");
    }
    for ink in ["0 g", "1 0 0 rg", "0 0 0 1 k", "/Separated cs 1 scn"] {
        assert_eq!(white(ink, ""), "312", "{ink}");
    }
    // Painted over, and written anew.
    assert_eq!(white("0 g", "1 g 208 640 7 20 re f 0 g"), "~3~12");
    assert_eq!(white("0 g", "1 g 230 640 7 20 re f 0 g"), "312");
    let mut pdf = maker();
    pdf.raw("1 g").text(50.0, 80.0, "白字的标题").raw("0 g").text(50.0, 100.0, "正文");
    assert_eq!(text(&pdf), "白字的标题\n正文\n");
}

#[test]
fn a_label_that_is_broken_in_its_cell_is_whole_and_numbers_are_not_run_together() {
    let (x, y) = ([50.0, 93.0, 150.0, 250.0], [100.0, 140.0, 180.0]);
    let mut pdf = maker();
    pdf.grid(&x, &y);
    pdf.text(51.0, 112.0, "商业").text(51.0, 126.0, "企业").text(100.0, 112.0, "3").text(100.0, 126.0, "0").text(160.0, 120.0, "1   2");
    pdf.text(51.0, 152.0, "12345678").text(51.0, 166.0, "90").text(100.0, 152.0, "第20条").text(100.0, 166.0, "第5项");
    assert_eq!(text(&pdf), "商业企业¦\n3\n0¦\n1 2¦¶\n1234567890¦\n第20条第5项¦\n¦¶\n");
}

#[test]
fn a_number_that_stands_twice_in_its_cell_is_not_one_long_number() {
    let mut pdf = maker();
    pdf.grid(&[50.0, 93.0, 150.0], &[100.0, 140.0, 180.0]);
    pdf.text(51.0, 112.0, "12345678").text(51.0, 126.0, "12345678").text(51.0, 152.0, "12345678").text(51.0, 166.0, "12");
    assert_eq!(text(&pdf), "12345678\n12345678¦\n¦¶\n1234567812¦\n¦¶\n");
}

fn two_pages(above: &[&[&str]], below: &[&[&str]]) -> Maker {
    let mut pdf = maker();
    let y = |top: f64, rows: usize| -> Vec<f64> { (0..=rows).map(|i| top + 16.0 * i as f64).collect() };
    let first = y(760.0 - 16.0 * above.len() as f64, above.len());
    pdf.text(50.0, 300.0, "三、收到和处理申请情况").grid(&X, &first).fill_in(&X, &first, above);
    let second = y(40.0, below.len());
    pdf.page().grid(&X, &second).fill_in(&X, &second, below).text(50.0, 600.0, "四、其他");
    pdf
}

#[test]
fn a_repeated_head_is_left_out() {
    let pdf = two_pages(&[&["项目", "自然人", "总计"], &["一、新收", "1", "1"]], &[&["项目", "自然人", "总计"], &["二、结转", "0", "0"]]);
    assert_eq!(text(&pdf), "三、收到和处理申请情况\n项目¦\n自然人¦\n总计¦¶\n一、新收¦\n1¦\n1¦¶\n二、结转¦\n0¦\n0¦¶\n四、其他\n");
    assert_eq!(decoded(&pdf).pages, [1, 8]);
}

#[test]
fn a_row_that_the_break_cut_is_one_again() {
    let pdf = two_pages(&[&["项目", "自然人", "总计"], &["行政", "5", "8"]], &[&["规范性文件", "", ""], &["规章", "0", "0"]]);
    assert_eq!(text(&pdf), "三、收到和处理申请情况\n项目¦\n自然人¦\n总计¦¶\n行政规范性文件¦\n5¦\n8¦¶\n规章¦\n0¦\n0¦¶\n四、其他\n");
}

#[test]
fn a_row_of_blanks_after_the_break_stays_a_row() {
    let above: &[&[&str]] = &[&["项目", "自然人", "总计"], &["规章", "", ""], &["许可", "5", "8"]];
    let bare = two_pages(above, &[&["2.处罚", "", ""], &["强制", "0", "0"]]);
    assert!(text(&bare).contains("许可¦\n5¦\n8¦¶\n2.处罚¦\n¦\n¦¶\n强制¦"), "{}", text(&bare));
}

#[test]
fn a_label_beside_rows_on_both_pages_is_written_once() {
    let mut pdf = maker();
    let side = |pdf: &mut Maker, top: f64| {
        let y = [top, top + 30.0, top + 60.0];
        for (x0, at) in [(50.0, y[0]), (120.0, y[1]), (50.0, y[2])] {
            pdf.line(x0, at, 320.0, at);
        }
        for x in [50.0, 120.0, 260.0, 320.0] {
            pdf.line(x, y[0], x, y[2]);
        }
        y
    };
    let y = side(&mut pdf, 700.0);
    pdf.text(52.0, 715.0, "三、本年度").text(52.0, 730.0, "办理结果不").text(52.0, 750.0, "予公开的各");
    pdf.text(125.0, y[0] + 15.0, "1.甲").text(265.0, y[0] + 15.0, "11").text(125.0, y[1] + 15.0, "2.乙").text(265.0, y[1] + 15.0, "12");
    pdf.page();
    let y = side(&mut pdf, 40.0);
    pdf.text(52.0, 55.0, "种情形").text(125.0, y[0] + 15.0, "3.丙").text(265.0, y[0] + 15.0, "13").text(125.0, y[1] + 15.0, "4.丁").text(265.0, y[1] + 15.0, "14");
    assert_eq!(text(&pdf), "三、本年度办理结果不予公开的各种情形¦\n1.甲¦\n11¦¶\n2.乙¦\n12¦¶\n3.丙¦\n13¦¶\n4.丁¦\n14¦¶\n");
}

#[test]
fn heads_of_two_levels_that_the_break_cut_are_whole() {
    let mut pdf = maker();
    let x = [50.0, 74.0, 98.0, 160.0, 222.0];
    pdf.grid(&[50.0, 74.0, 98.0, 222.0], &[740.0, 760.0]);
    pdf.text(52.0, 752.0, "结果").text(76.0, 752.0, "尚未").text(120.0, 752.0, "复议后起诉");
    pdf.page().grid(&x, &[40.0, 60.0, 80.0]);
    pdf.text(52.0, 48.0, "维持").text(76.0, 48.0, "审结").text(100.0, 50.0, "结果维持").text(162.0, 50.0, "结果纠正");
    pdf.fill_in(&x, &[60.0, 80.0], &[&["1", "2", "3", "4"]]);
    assert_eq!(text(&pdf), "结果维持¦\n尚未审结¦\n复议后起诉¦¶\n结果维持¦\n结果纠正¦¶\n1¦\n2¦\n3¦\n4¦¶\n");
}

#[test]
fn a_cell_cut_above_and_below_is_no_text_outside_the_table() {
    let mut pdf = maker();
    let y = [20.0, 320.0, 620.0];
    pdf.grid(&X, &y).fill_in(&X, &y, &[&["1.甲", "5", "8"], &["2.乙", "0", "0"]]);
    // The sides of a label whose top and bottom are on other pages: they meet nothing.
    pdf.line(20.0, 18.0, 20.0, 622.0).line(45.0, 18.0, 45.0, 622.0).text(28.0, 30.0, "果");
    assert_eq!(text(&pdf), "果¦\n1.甲¦\n5¦\n8¦¶\n2.乙¦\n0¦\n0¦¶\n");
}

#[test]
fn figures_without_a_label_belong_to_the_row_before_the_break() {
    let cut = two_pages(&[&["项目", "自然人", "总计"], &["一、新收", "", "21265"]], &[&["", "27433", ""], &["二、结转", "0", "0"]]);
    assert!(text(&cut).contains("一、新收¦\n27433¦\n21265¦¶\n二、"), "{}", text(&cut));
    // Nobody can say whether these are one number, and neither may stand alone.
    let number = two_pages(&[&["项目", "自然人", "总计"], &["一、新收", "274", "21265"]], &[&["", "33", ""], &["二、结转", "0", "0"]]);
    assert!(text(&number).contains("一、新收¦\n274\n33¦\n21265¦¶\n二、"), "{}", text(&number));
}

#[test]
fn a_sign_for_nothing_under_a_head_is_no_rest_of_it() {
    let pdf = two_pages(&[&["项目", "自然人", "总计"], &["结果维持", "结果纠正", "其他"]], &[&["/", "0", "—"], &["3", "0", "1"]]);
    assert!(text(&pdf).contains("其他¦¶\n/¦\n0¦\n—¦¶\n3¦"), "{}", text(&pdf));
}

#[test]
fn running_heads_and_page_numbers_are_gone() {
    for number in ["- {} -", "第{}页", "{}", "第 {} 页 共 3 页", "{}/3"] {
        let mut pdf = maker();
        for page in 1..=3 {
            if page > 1 {
                pdf.page();
            }
            pdf.text(200.0, 30.0, "某镇年度报告").text(50.0, 300.0, &format!("正文第{page}段。"));
            pdf.text(280.0, 780.0, &number.replace("{}", &page.to_string()));
        }
        assert_eq!(text(&pdf), "正文第1段。\n正文第2段。\n正文第3段。\n", "{number}");
        assert_eq!(decoded(&pdf).pages, [1, 2, 3]);
    }
}

#[test]
fn figures_and_words_at_the_foot_of_one_page_stay() {
    let mut pdf = maker();
    pdf.text(50.0, 700.0, "共计").text(50.0, 770.0, "12").page().text(50.0, 30.0, "另有").text(50.0, 770.0, "某镇人民政府");
    assert_eq!(text(&pdf), "共计\n12\n另有\n某镇人民政府\n");
}

#[test]
fn a_table_without_lines_has_columns_and_blanks() {
    let mut pdf = maker();
    for (i, row) in [["项目", "自然人", "商业企业", "总计"], ["新收申请", "13", "", "13"], ["结转申请", "0", "7", "7"], ["办理结果", "5", "2", "7"]].iter().enumerate() {
        for (text, x) in row.iter().zip([50.0, 200.0, 260.0, 340.0]) {
            pdf.text(x, 100.0 + 20.0 * i as f64, text);
        }
    }
    assert_eq!(text(&pdf), "项目¦\n自然人¦\n商业企业¦\n总计¦¶\n新收申请¦\n13¦\n¦\n13¦¶\n结转申请¦\n0¦\n7¦\n7¦¶\n办理结果¦\n5¦\n2¦\n7¦¶\n");
}

#[test]
fn a_broken_label_in_a_table_without_lines_belongs_to_its_row() {
    let mut pdf = maker();
    for (i, row) in [["项目", "1", "2"], ["", "3", "4"], ["其他", "5", "6"]].iter().enumerate() {
        for (text, x) in row.iter().zip([50.0, 200.0, 260.0]) {
            pdf.text(x, 100.0 + 40.0 * i as f64, text);
        }
    }
    pdf.text(50.0, 133.0, "法律服务").text(50.0, 147.0, "机构");
    assert_eq!(text(&pdf), "项目¦\n1¦\n2¦¶\n法律服务机构¦\n3¦\n4¦¶\n其他¦\n5¦\n6¦¶\n");
}

#[test]
fn lines_that_were_full_go_on() {
    let mut pdf = maker();
    let full = "年".repeat(48);
    pdf.text(70.0, 100.0, &full).text(50.0, 116.0, &"报".repeat(50)).text(50.0, 132.0, "完。").text(70.0, 148.0, &full).text(50.0, 164.0, "二、新的一节");
    assert_eq!(text(&pdf), format!("{full}{}完。\n{full}\n二、新的一节\n", "报".repeat(50)));
}

#[test]
fn pages_that_are_turned_are_read_upright() {
    let mut pdf = maker();
    pdf.text(50.0, 80.0, "横向的一页").text(50.0, 110.0, "第二行");
    pdf.page_keys = "/Rotate 90".into();
    // Turned by the page's key: what is drawn is sideways, and the text must come out all the same.
    assert_eq!(text(&pdf), "横向的一页\n第二行\n");
    for turned in ["0 1 -1 0 800 0 cm", "-1 0 0 -1 600 800 cm"] {
        let mut pdf = maker();
        pdf.raw(turned).text(50.0, 80.0, "横向的一页").text(50.0, 110.0, "第二行");
        assert_eq!(text(&pdf), "横向的一页\n第二行\n", "{turned}");
    }
}

#[test]
fn what_stands_askew_is_a_watermark() {
    let mut pdf = maker();
    pdf.text(50.0, 80.0, "正文一行").raw("q 0.7 0.7 -0.7 0.7 100 100 cm").text(50.0, 780.0, "内部资料").raw("Q");
    // What it says, it says of the whole; its figures are a date or the number of a copy.
    assert_eq!(text(&pdf), "内部资料\n正文一行\n");
    let mut pdf = maker();
    pdf.text(50.0, 80.0, "正文一行");
    for x in [50.0, 150.0] {
        pdf.raw("q 0.7 0.7 -0.7 0.7 100 100 cm").text(x, 780.0, "12号副本").raw("Q").text(x, 100.0, "正");
    }
    assert_eq!(text(&pdf), "号副本\n正文一行\n正 正\n");
}

fn picture() -> Vec<u8> {
    stream("/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", &[7])
}

/// A figure of a cell, what is drawn over it, and objects from number 10 with `keys` among the page's resources.
fn drawn_over(keys: &str, objects: &[Vec<u8>], ops: &str) -> String {
    let y = [100.0, 130.0, 160.0];
    let mut pdf = maker();
    pdf.objects = objects.to_vec();
    pdf.resources = keys.into();
    pdf.grid(&X, &y).fill_in(&X, &y, &[&["项目", "数量", "备注"], &["许可", "31", "无"]]).raw(ops);
    let text = text(&pdf);
    text["项目¦\n数量¦\n备注¦¶\n许可¦\n".len()..text.len() - "¦\n无¦¶\n".len()].to_owned()
}

#[test]
fn what_is_painted_over_later_stands_apart() {
    let form = |ops: &str| stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]", ops.as_bytes());
    // The figure stands from 203 to 213, about 145 from the top, which is 655 from below.
    let place = "200 640 30 30 re f";
    for ops in ["0 g", "0.9 g", "1 1 0.8 rg", "/G9 gs 1 g", "/Separated cs 1 scn", "/Pattern cs /P scn"] {
        let states = "/ExtGState<</G9<</ca 0.99>>>>";
        assert_eq!(drawn_over(states, &[], &format!("q {ops} {place} Q")), "~31", "{ops}");
    }
    assert_eq!(drawn_over("/XObject<</F 10 0 R>>", &[form(&format!("1 g {place}"))], "/F Do"), "~31");
    assert_eq!(drawn_over("/XObject<</I 10 0 R>>", &[picture()], "q 30 0 0 30 200 640 cm /I Do Q"), "~31");
    assert_eq!(drawn_over("", &[], "q 30 0 0 30 200 640 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x07 EI Q"), "~31");
    assert_eq!(drawn_over("", &[], "q 200 640 30 30 re W n /S sh Q"), "~31");
    // A marker lets it be seen, an edge leaves it free, and what is beside it does not touch it.
    let states = "/ExtGState<</G3<</ca 0.3>>/M<</BM/Multiply>>/G0<</ca 0>>>>";
    for ops in ["/G3 gs 1 1 0 rg 200 640 30 30 re f", "/M gs 1 1 0 rg 200 640 30 30 re f", "/G0 gs 200 640 30 30 re f", "1 g 230 640 20 20 re f", "200 640 30 30 re 204 644 22 22 re f*"] {
        assert_eq!(drawn_over(states, &[], &format!("q {ops} Q")), "31", "{ops}");
    }
    // What was painted before, in a form or not.
    let mut pdf = maker();
    pdf.objects.push(form("0.9 g 40 700 300 40 re f"));
    pdf.resources = "/XObject<</F 10 0 R>>".into();
    pdf.raw("/F Do").text(50.0, 80.0, "共31件");
    assert_eq!(text(&pdf), "共31件\n");
    // Forms of a layer that is off are not drawn: nothing says so here, and the form is.
    let mut pdf = maker();
    pdf.objects.push(form("BT /F1 10 Tf 60 700 Td <0033> Tj ET"));
    pdf.resources = "/XObject<</F 10 0 R>>".into();
    pdf.raw("/F Do").text(50.0, 80.0, "共31件");
    assert_eq!(text(&pdf), "共31件\n3\n");
}

#[test]
fn a_picture_with_holes_hides_what_its_mask_covers() {
    let masked = |sample: u8| {
        let picture = stream("/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/SMask 11 0 R", &[7]);
        let mask = stream("/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", &[sample]);
        drawn_over("/XObject<</I 10 0 R>>", &[picture, mask], "q 30 0 0 30 200 640 cm /I Do Q")
    };
    assert_eq!((masked(255), masked(0)), ("~31".into(), "31".into()));
}

#[test]
fn text_below_the_picture_of_a_page_is_none() {
    let mut pdf = maker();
    pdf.objects.push(picture());
    pdf.resources = "/XObject<</I 10 0 R>>".into();
    pdf.text(50.0, 80.0, "识别出来的文字十二个字以上，没有人核对过").raw("q 600 0 0 800 0 0 cm /I Do Q");
    assert_eq!(code(&pdf), "decode/scanned");
    // Over it, it is a page on a background.
    let mut pdf = maker();
    pdf.objects.push(picture());
    pdf.resources = "/XObject<</I 10 0 R>>".into();
    pdf.raw("q 600 0 0 800 0 0 cm /I Do Q").text(50.0, 80.0, "有底图的一页文字，十二个字以上，看得见");
    assert_eq!(text(&pdf), "有底图的一页文字，十二个字以上，看得见\n");
}

#[test]
fn text_that_is_not_seen_is_not_read_and_pale_text_is_in_doubt() {
    let ink = |state: &str| drawn_over(&format!("/ExtGState<</G<<{state}>>>>"), &[], "/G gs BT /F1 10 Tf 216 651 Td <00330031> Tj ET");
    assert_eq!((ink("/ca 0"), ink("/ca 0.01")), ("31".into(), "31".into()));
    assert_eq!((ink("/ca 0.1"), ink("/BM/Screen"), ink("/ca 0.8"), ink("/BM/Multiply")), ("31 ~31".into(), "31 ~31".into(), "31 31".into(), "31 31".into()));
    for (ground, ink, shown) in [("0 g", "0 g", "~7"), ("0.5 g", "0.52 g", "~7"), ("0 0 1 rg", "0 0 1 rg", "~7"), ("0.5 g", "0 g", "7"), ("0.9 g", "0 g", "7"), ("0 0 1 rg", "1 g", "7")] {
        assert_eq!(cell(|pdf| { pdf.raw(&format!("{ground} 202 640 40 20 re f {ink}")).text(210.0, 145.0, "7"); }), shown, "{ground} {ink}");
    }
}

#[test]
fn two_texts_in_one_place_are_in_doubt_and_shadows_are_one() {
    let twice = |a: &str, b: &str, x: f64, y: f64| {
        cell(|pdf| {
            pdf.text(210.0, 145.0, a).text(210.0 + x, 145.0 + y, b);
        })
    };
    for (x, y) in [(0.0, 0.0), (1.0, 1.0), (1.6, 1.6), (2.5, -1.0)] {
        assert_eq!(twice("173", "173", x, y), "173", "{x} {y}");
    }
    for (a, b, x) in [("173", "233", 0.0), ("173", "233", 2.5), ("38", "53", 1.2), ("7", "3", 2.0), ("17", "7", 1.0)] {
        assert!(twice(a, b, x, 0.0).contains('~'), "{a} {b} {x}: {}", twice(a, b, x, 0.0));
    }
    assert_eq!((twice("17", "3", 10.0, 0.0), twice("11", "11", 10.0, 0.0)), ("173".into(), "1111".into()));
}

#[test]
fn cells_that_hold_drawings_are_not_blank() {
    let digit = "210 650 m 215 652 l 213 660 212 660 210 660 c f";
    assert_eq!(cell(|pdf| { pdf.raw(digit); }), "~");
    assert_eq!(cell(|pdf| { pdf.raw(digit).text(216.0, 145.0, "1"); }), "~1");
    assert_eq!(cell(|pdf| { pdf.text(210.0, 145.0, "7").line(204.0, 145.5, 208.5, 145.5); }), "~7");
    for turn in ["0 1 -1 0", "0 -1 1 0", "-1 0 0 -1"] {
        assert_eq!(cell(|pdf| { pdf.raw(&format!("q {turn} 225 652 cm BT /F1 8 Tf 0 0 Td <0037> Tj ET Q")); }), "~", "{turn}");
    }
    // A ground with round corners, a picture that the cell stands in, and words beside a sign.
    let ground = "0.9 g 204 645 m 250 645 l 255 650 255 650 255 655 c 204 665 l f 0 g";
    assert_eq!(cell(|pdf| { pdf.raw(ground).text(210.0, 145.0, "7"); }), "7");
    assert_eq!(cell(|pdf| { pdf.raw(digit).text(216.0, 145.0, "件"); }), "件");
    assert_eq!(cell(|pdf| { pdf.raw("1 g").raw(digit).raw("0 g"); }), "");
}

#[test]
fn notes_that_are_stuck_over_a_figure_put_it_in_doubt() {
    let noted = |figure: &str, note: &str, look: &str| {
        let y = [100.0, 130.0, 160.0];
        let mut pdf = maker();
        pdf.objects.push(stream("/Type/XObject/Subtype/Form/BBox[0 0 30 20]/Resources<</Font<</F1 3 0 R>>>>", look.as_bytes()));
        pdf.page_keys = format!("/Annots[<</Type/Annot/Rect[202 643 232 663]{note}>>]");
        pdf.grid(&X, &y).fill_in(&X, &y, &[&["项目", "数量", "备注"], &["许可", figure, "无"]]);
        let text = text(&pdf);
        let cells: Vec<String> = text.split('¦').map(|c| c.trim_start_matches('¶').trim().to_owned()).collect();
        cells[4].clone()
    };
    let value = "BT /F1 10 Tf 12 8 Td <00360036> Tj ET";
    assert_eq!(noted("59", "/Subtype/Widget/V(66)/AP<</N 10 0 R>>", value), "~5966");
    assert_eq!(noted("", "/Subtype/Widget/V(66)/AP<</N 10 0 R>>", value), "~66");
    assert_eq!((noted("59", "/Subtype/Widget/V(66)", ""), noted("", "/Subtype/Widget/V(66)", "")), ("~59".into(), "~".into()));
    assert_eq!(noted("59", "/Subtype/Square/IC[1 1 1]", ""), "~59");
    assert_eq!(noted("59", "/Subtype/Square/AP<</N 10 0 R>>", "1 g 0 0 30 20 re f"), "~59");
    assert_eq!(noted("59", "/Subtype/StrikeOut/QuadPoints[202 660 214 660 202 650 214 650]", ""), "~59");
    // Frames, links, what is hidden, empty fields.
    for note in ["/Subtype/Square", "/Subtype/Link", "/Subtype/FreeText/Contents(66)/F 2", "/Subtype/Widget/V()", "/Subtype/Highlight"] {
        assert_eq!(noted("59", note, ""), "59", "{note}");
    }
}

#[test]
fn a_scan_is_named() {
    let mut pdf = maker();
    pdf.objects.push(picture());
    pdf.resources = "/XObject<</I 10 0 R>>".into();
    pdf.raw("q 600 0 0 800 0 0 cm /I Do Q").raw("3 Tr").text(50.0, 80.0, "识别出来的文字十二个字以上，没有人核对过").raw("0 Tr");
    assert_eq!(code(&pdf), "decode/scanned");
    pdf.page().text(50.0, 80.0, "第二页有足够的文字，第一页是一张图片，不影响阅读第二页的内容，也不会让它消失");
    let read = decoded(&pdf);
    assert_eq!((read.problems[0].code, read.problems.len()), ("decode/scanned", 1));
    assert_eq!(code(&maker()), "decode/empty");
}

#[test]
fn a_password_is_named() {
    let mut pdf = maker();
    pdf.text(50.0, 80.0, "保密");
    let word = "ab".repeat(32);
    pdf.trailer = format!("/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{word}>/U<{word}>>>/ID[<00><00>]");
    assert_eq!(code(&pdf), "decode/encrypted");
}

#[test]
fn text_that_has_no_meaning_is_told() {
    let mut pdf = maker();
    pdf.objects.push(b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>]>>".to_vec());
    pdf.resources = "/Font<</F1 3 0 R/F2 10 0 R>>".into();
    let strange = "BT /F2 10 Tf 300 300 Td <00110012> Tj ET";
    pdf.text(50.0, 80.0, "多数文字可以阅读").raw(strange);
    let read = decoded(&pdf);
    assert_eq!((read.replaced, read.problems[0].code, read.problems[0].line), (2, "decode/pdf-unmapped", 2));
    let mut pdf = Maker { pages: vec![String::new()], ..pdf };
    pdf.raw(strange);
    assert_eq!(code(&pdf), "decode/pdf-unmapped");
}

/// Whatever is wrong with a file, it ends in a text or a reason by itself: the limit is far above what the slowest machine takes.
fn survives(what: &str, bytes: Vec<u8>) {
    let limits = Limits { seconds: 600, ..Limits::default() };
    if let Err(problem) = read("a.pdf", bytes, &limits) {
        assert!(problem.code.starts_with("decode/") && !problem.message.contains("more than 600 s"), "{what}: {}", problem.message);
    }
}

fn sample() -> Maker {
    two_pages(&[&["项目", "自然人", "总计"], &["行政", "5", "8"]], &[&["规范性文件", "", ""], &["规章", "0", "0"]])
}

#[test]
fn damaged_files_end_in_a_reason() {
    let whole = sample().bytes();
    for n in (0..whole.len()).step_by(97) {
        survives("cut", whole[..n].to_vec());
        let mut flipped = whole.clone();
        flipped[n] ^= 1 << (n % 8);
        flipped[(n * 7919) % whole.len()] = b'9';
        survives("flipped", flipped);
    }
    survives("no more than a mark", b"%PDF-1.7\n".to_vec());
}

#[test]
fn circles_and_depth_end() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let form = |body: &str, n: usize| stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</I {n} 0 R/J {n} 0 R>>>>"), body.as_bytes());
    let function = b"<</FunctionType 3/Domain[0 1]/Functions[10 0 R 10 0 R]/Bounds[.5]/Encode[0 1 0 1]>>".to_vec();
    let cases: Vec<(&str, Vec<Vec<u8>>, String, &str)> = vec![
        ("a form that draws itself twice", vec![form("/I Do /J Do", 10)], "/XObject<</I 10 0 R>>".into(), "/I Do"),
        ("a function of itself", vec![function], "/ExtGState<</G<</TR 10 0 R>>>>/ColorSpace<</C[/Separation/X/DeviceGray 10 0 R]>>".into(), "/G gs /C cs 1 scn"),
        ("a colour space of itself", vec![b"[/Indexed 10 0 R 1 <00>]".to_vec()], "/ColorSpace<</C 10 0 R>>".into(), "/C cs 1 scn 0 0 9 9 re f"),
        ("a font of itself", vec![b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[10 0 R]/ToUnicode 10 0 R>>".to_vec()], "/Font<</F1 10 0 R>>".into(), "BT /F1 9 Tf (ab) Tj ET"),
        ("widths without an end", vec![b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Subtype/CIDFontType2/W[0 4294967295 500]>>]>>".to_vec()], "/Font<</F1 10 0 R>>".into(), "BT /F1 9 Tf (ab) Tj ET"),
        ("a length of itself", vec![b"<</Length 10 0 R>>\nstream\nx\nendstream".to_vec()], "/XObject<</I 10 0 R>>".into(), "/I Do"),
        ("an object that is a reference to itself", vec![b"10 0 R".to_vec()], "/XObject 10 0 R/Font 10 0 R".into(), "/I Do"),
        ("deep arrays", vec![deep("[", "]").into_bytes()], "/ColorSpace<</C 10 0 R>>".into(), "/C cs"),
        ("deep dictionaries", vec![deep("<</A ", ">>").into_bytes()], "/ExtGState<</G 10 0 R>>".into(), "/G gs"),
    ];
    for (what, objects, resources, ops) in cases {
        let mut pdf = maker();
        (pdf.objects, pdf.resources) = (objects, resources);
        pdf.raw(ops).text(50.0, 80.0, "正文");
        survives(what, pdf.bytes());
    }
    for (what, ops) in [
        ("deep states", "q ".repeat(400_000)), ("deep arrays in a page", deep("[", "]")), ("deep strings", deep("(", ")")),
        ("deep dictionaries in a page", deep("/A <</B ", ">> BDC ")), ("many lines", "0 0 m 9 700 l S 5 5 m 500 5 l S\n".repeat(60_000)),
        ("long string", format!("BT /F1 9 Tf <{}> Tj ET", "5B57".repeat(100_000))), ("open strings", "(".repeat(500_000)),
    ] {
        let mut pdf = maker();
        pdf.text(50.0, 80.0, "正文").raw(&ops);
        survives(what, pdf.bytes());
    }
    let mut pdf = maker();
    pdf.page_keys = "/Type/Pages/Kids[2 0 R 2 0 R]".into();
    survives("pages that hold themselves", pdf.bytes());
    survives("an index that leads to itself", [&sample().bytes()[..], b"xref\n0 1\n0000000000 65535 f \ntrailer<</Prev 9/XRefStm 9>>\nstartxref\n9\n%%EOF"].concat());
    survives("a million objects that never end", [b"%PDF-1.4\n".to_vec(), b"1 0 obj(\n".repeat(20_000)].concat());
}

#[test]
fn what_unpacks_to_a_gigabyte_is_refused() {
    use std::io::Write as _;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    (0..1024).for_each(|_| encoder.write_all(&[b' '; 1 << 20]).unwrap());
    let bomb = encoder.finish().unwrap();
    let mut pdf = maker();
    pdf.objects.push(stream("/Filter/FlateDecode/Type/XObject/Subtype/Form/BBox[0 0 9 9]", &bomb));
    pdf.resources = "/XObject<</I 10 0 R>>".into();
    pdf.raw("/I Do").text(50.0, 80.0, "正文");
    assert_eq!(code(&pdf), "decode/too-large");
    // As text in hexadecimal it is not seen before the page asks for it.
    let hex: String = bomb.iter().map(|b| format!("{b:02x}")).collect();
    pdf.objects[0] = stream("/Filter[/AHx/Fl]/Type/XObject/Subtype/Form/BBox[0 0 9 9]", hex.as_bytes());
    assert_eq!(code(&pdf), "decode/too-large");
}

#[test]
fn too_many_pages_are_refused() {
    let mut pdf = maker();
    pdf.text(50.0, 80.0, "正文");
    pdf.page().text(50.0, 80.0, "正文");
    let limits = Limits { pages: 1, ..Limits::default() };
    assert_eq!(read("a.pdf", pdf.bytes(), &limits).unwrap_err().code, "decode/too-large");
}
