use super::super::lines::lines;
use super::*;

fn reader() -> SectionReader {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/disclosure");
    SectionReader::load(&dir).unwrap_or_else(|f| panic!("{}", f.iter().map(|f| f.to_string()).collect::<Vec<_>>().join("\n")))
}

/// `number title: text`, breaks as /.
fn all(text: &str, tables: &[(u32, u32)]) -> Vec<String> {
    reader().read(&lines(text, tables)).0.iter().map(|s| format!("{} {}: {}", s.number, s.title, s.text.replace('\n', "/"))).collect()
}

#[test]
fn parts_end_where_the_next_begins_and_tables_are_left_out() {
    let text = "松坪镇年度报告\n本报告包括总体情况、主动公开政府信息情况、其他需要报告的事项等六部分。\n一、总体情况\n工作平稳。\n（一）主动公开情况\n公开及时。\n二、主动公开政府信息情况\n规章\t0\n三、收到和处理政府信息公开申请情况\n总计\t0\n四、政府信息公开行政复议、行政诉讼情况\n0\t0\n五、存在的主要问题及改进情况\n人手不足。\n\n将加强学习。\n六、其他需要报告的事项\n无。\n松坪镇人民政府\n2025年1月10日\n扫一扫在手机打开";
    assert_eq!(
        all(text, &[(8, 8), (10, 10), (12, 12)]),
        [
            "1 总体情况: 工作平稳。/（一）主动公开情况/公开及时。",
            "2 主动公开政府信息情况: ",
            "3 收到和处理政府信息公开申请情况: ",
            "4 政府信息公开行政复议、行政诉讼情况: ",
            "5 存在的主要问题及改进情况: 人手不足。/将加强学习。",
            "6 其他需要报告的事项: 无。",
        ]
    );
    assert_eq!(reader().read(&lines(text, &[])).0[0].line, 3);
}

#[test]
fn all_titles_in_the_preamble_are_a_table_of_contents() {
    let contents = "一、总体情况\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n五、存在的主要问题及改进情况\n六、其他需要报告的事项\n";
    let text = format!("{contents}一、总体情况\n甲。\n二、主动公开政府信息情况\n0\n五、存在的主要问题及改进情况\n乙。\n六、其他需要报告的事项\n丙。");
    let s = reader().read(&lines(&text, &[(9, 9)])).0;
    assert_eq!(s.iter().map(|s| (s.number, s.line, s.text.as_str())).collect::<Vec<_>>(), [(1, 6, "甲。"), (2, 8, ""), (5, 10, "乙。"), (6, 12, "丙。")]);
}

#[test]
fn a_sub_heading_with_the_words_of_part_three_is_none() {
    let text = "一、总体情况\n甲。\n（二）收到和处理政府信息公开申请情况\n乙。\n主动公开政府信息情况\n0\n三、收到和处理政府信息公开申请情况\n0\n五、存在的主要问题及改进情况\n丙。";
    let s = reader().read(&lines(text, &[(6, 6), (8, 8)])).0;
    assert_eq!(s.iter().map(|s| (s.number, s.line)).collect::<Vec<_>>(), [(1, 1), (2, 5), (3, 7), (5, 9)]);
    assert_eq!(s[0].text, "甲。\n（二）收到和处理政府信息公开申请情况\n乙。");
}

#[test]
fn numbers_may_be_wrong_or_lost() {
    let text = "概述\n甲。\n1、 行政机关主动公开政府信息情况\n3、收到和处理政府信息公开申请情况\n（四）政府信息公开行政复议、行政诉讼情况\n一、存在的主要问题及改进情况\n乙。\n其他需要报告的事项\n丙。";
    let s = reader().read(&lines(text, &[])).0;
    assert_eq!(s.iter().map(|s| s.number).collect::<Vec<_>>(), [1, 2, 3, 5, 6]);
    // A radical for 一, as PDF has it.
    assert_eq!(reader().read(&lines("\u{2F00}、总体情况\n甲。\n六、其他需要报告的事项\n丙。", &[])).0.len(), 2);
    let all_sub = "（一）总体情况\n甲。\n（五）存在的主要问题及改进情况\n乙。\n（六）其他需要报告的事项\n丙。";
    assert_eq!(reader().read(&lines(all_sub, &[])).0.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(), ["甲。", "乙。", "丙。"]);
}

#[test]
fn a_report_on_one_line() {
    let text = "松坪镇年度报告 全文包括：一、总体情况；二、主动公开政府信息情况；六、其他需要报告的事项。 一、总体情况 2024年工作平稳。 二、主动公开政府信息情况 规章 0 五、存在的主要问题及改进情况 人手不足。六、其他需要报告的事项 无。";
    assert_eq!(
        all(text, &[(1, 1)]),
        ["1 总体情况: 2024年工作平稳。", "2 主动公开政府信息情况: ", "5 存在的主要问题及改进情况: 人手不足。", "6 其他需要报告的事项: 无。"]
    );
}

#[test]
fn text_behind_a_table_belongs_to_no_part_where_the_next_heading_is_lost() {
    let text = "一、总体情况\n甲。\n四、政府信息公开行政复议、行政诉讼情况\n0\t0\n乙，本属第五部分。\n六、其他需要报告的事项\n丙。";
    assert_eq!(all(text, &[(4, 4)])[1], "4 政府信息公开行政复议、行政诉讼情况: ");
}

#[test]
fn sentences_and_single_titles_are_no_structure() {
    assert!(all("主动公开政府信息情况良好，总体情况平稳。", &[]).is_empty());
    assert!(all("总体情况\n甲。", &[]).is_empty());
    assert!(all("", &[]).is_empty());
}

#[test]
fn the_parts_of_a_second_report_are_told_from_the_same_one_shown_twice() {
    let parts = |said: &str| format!("一、总体情况\n{said}\n二、主动公开政府信息情况\n0\n三、收到和处理政府信息公开申请情况\n0\n六、其他需要报告的事项\n无。\n");
    let another = |text: &str| reader().read(&lines(text, &[])).1;
    let long = "2024年松坪镇党委政府重视公开，安排专人负责，全年工作平稳。";
    assert_eq!(another(&(parts("松坪镇工作平稳。") + &parts("柳湾镇公开及时。"))), Some(8));
    assert_eq!(another(&(parts(long) + &parts(&long.replace("2024", "2023")))), Some(8), "another year");
    for same in ["2024年松坪镇党委政府重视公开，安排专人负责，全年工作平稳。 字体：大", "2024年松坪镇党委政府重祝公开，安排专人负责，全年工作平稳。", "2024年松坪镇全年工作平稳。"] {
        assert_eq!(another(&(parts(long) + &parts(same))), None, "{same}");
    }
    for page in ["", " 1", "\n（一）组织领导 2\n（二）平台建设 3"] {
        let contents = format!("一、总体情况{page}\n二、主动公开政府信息情况{page}\n三、收到和处理政府信息公开申请情况{page}\n");
        assert_eq!(another(&(contents + &parts("松坪镇工作平稳。"))), None, "{page}");
    }
    let (sections, _) = reader().read(&lines(&(parts("松坪镇工作平稳。") + &parts("柳湾镇公开及时。")), &[]));
    assert_eq!((sections.len(), sections[0].text.as_str()), (4, "松坪镇工作平稳。"));
}
