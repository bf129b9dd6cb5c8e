use super::super::lines::lines;
use super::*;

fn reader() -> MentionReader {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/disclosure");
    MentionReader::load(&dir).unwrap_or_else(|f| panic!("{}", f.iter().map(|f| f.to_string()).collect::<Vec<_>>().join("\n")))
}

fn read(r: &MentionReader, text: &str) -> Vec<Mention> {
    r.read(text, &lines(text, &[]), &Reporter { year: Some(2024), ..Reporter::default() })
}

/// The report's own figures as `name value`, parts as `name/item value`; `?` where there is no value.
fn all(r: &MentionReader, text: &str) -> Vec<String> {
    let shown = |m: &Mention| {
        let item = m.item.as_ref().map_or(String::new(), |i| format!("/{i}"));
        let value = m.value.map_or("?".to_string(), |v| v.to_string());
        format!("{}{item} {value}", r.name(m.mention))
    };
    read(r, text).iter().map(shown).collect()
}

fn cases(cases: &[(&str, &[&str])]) {
    let r = reader();
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, want)| (text, all(&r, text), want))
        .filter(|(_, got, want)| got != *want)
        .map(|(t, got, want)| format!("{t}\n  got  {got:?}\n  want {want:?}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn totals_and_their_near_misses() {
    cases(&[
        ("2024年，松坪镇主动公开政府信息73条。", &["proactive_total 73"]),
        ("全年通过县政府网站公开信息共计 1,204 条。", &["proactive_total 1204"]),
        ("截至2024年12月31日，累计公开政务信息二十四条。", &["proactive_total 24"]),
        ("我街道主动公开５８条政府信息。", &["proactive_total 58"]),
        ("2024年度主动公开41条，其他法定主动公开内容另行统计。", &["proactive_total 41"]),
        ("主动公开政府信息数量为零。", &["proactive_total 0"]),
        // No count of what was published.
        ("依照第二十条公开政府信息。", &[]),
        ("按照第二十条、二十一条公开信息。", &[]),
        ("按国办公开办函〔2021〕30号主动公开政府信息。", &[]),
        ("联系电话0537-6601条", &[]),
        ("主动公开率达到100%，公开政府信息占比98条中之多数。", &[]),
        ("较上年公开政府信息增加30条。", &[]),
        ("我镇每周公开政府信息3条。", &[]),
        ("下一步，主动公开政府信息不得少于100条。", &[]),
        ("不予公开政府信息3条。", &[]),
        ("依申请公开政府信息3条。", &[]),
        ("公开财政预决算信息2条。", &[]),
        ("党务公开信息20条。", &[]),
        ("安排2名专职人员主动公开信息。", &[]),
        ("《主动公开政府信息300条工作法》印发各村。", &[]),
        ("主动公开政府信息8-10条。", &[]),
        ("主动公开政府信息三四条。", &[]),
        ("主动公开政府信息3.5条。", &[]),
        ("主动公开政府信息5项工作有序推进。", &[]),
    ]);
}

#[test]
fn about_so_many_is_no_value() {
    let r = reader();
    for (text, number, qualifier) in [
        ("主动公开政府信息100余条。", 100.0, "余"),
        ("主动公开政府信息近300条。", 300.0, "近"),
        ("公开政府信息四十余条。", 40.0, "余"),
        ("公开各类信息1.7万余条。", 17000.0, "余"),
        ("公开各类信息1.7万条。", 17000.0, "万"),
        ("公开信息约20条。", 20.0, "约"),
        ("公开信息百余条。", 100.0, "余"),
        ("公开信息上千条。", 1000.0, "上"),
        ("公开信息60条左右。", 60.0, "左右"),
        ("公开信息10余万条次。", 100000.0, "余"),
    ] {
        let m = read(&r, text);
        assert_eq!(m.len(), 1, "{text}");
        assert_eq!((m[0].value, m[0].approximate, m[0].qualifier.as_deref()), (None, Some(number), Some(qualifier)), "{text}");
    }
    // 最近 is no 近.
    assert_eq!(all(&r, "最近3次培训。"), Vec::<String>::new());
}

#[test]
fn an_exact_figure_outdoes_an_approximate_one_that_agrees() {
    cases(&[
        ("公开政府信息100余条。\n共主动公开政府信息104条。", &["proactive_total 104"]),
        ("公开政府信息300余条。\n共主动公开政府信息104条。", &["proactive_total ?", "proactive_total ?"]),
        // More than so many are not fewer, nearly so many neither more nor what is rounded to another number.
        ("主动公开政府信息700余条，通过政府网站公开政府信息635条。", &["proactive_total ?", "proactive_total ?"]),
        ("主动公开政府信息700余条，通过政府网站公开政府信息735条。", &["proactive_total 735"]),
        ("主动公开政府信息近700条。\n公开政府信息635条。", &["proactive_total ?", "proactive_total ?"]),
        ("主动公开政府信息近700条。\n公开政府信息688条。", &["proactive_total 688"]),
        ("主动公开政府信息不到700条。\n公开政府信息715条。", &["proactive_total ?", "proactive_total ?"]),
        ("收到政府信息公开申请近10件。\n收到政府信息公开申请9件。", &["applications_received 9"]),
        ("收到政府信息公开申请10余件。\n收到政府信息公开申请9件。", &["applications_received ?", "applications_received ?"]),
        ("主动公开政府信息约700条。\n公开政府信息685条。", &["proactive_total 685"]),
        ("主动公开政府信息1.7万条。\n公开政府信息16890条。", &["proactive_total 16890"]),
    ]);
}

#[test]
fn contradicting_totals_are_withheld_and_named() {
    let r = reader();
    let m = read(&r, "2024年主动公开政府信息80条。\n全年公开政府信息96条。");
    assert!(m.iter().all(|m| m.value.is_none() && m.standing == Standing::Conflict));
    assert_eq!(m.iter().map(|m| m.stated).collect::<Vec<_>>(), [80.0, 96.0]);
    let p = r.problems(&m);
    assert_eq!((p.len(), p[0].code), (1, "extract/mention-conflict"));
    assert!(p[0].message.contains("80 (line 1) and 96 (line 2)"), "{}", p[0].message);
}

#[test]
fn parts_are_named_by_their_words() {
    cases(&[
        (
            "主动公开政府信息30条，其中：通知公告12条、规划计划8条；财政预决算10条。另召开2次新闻发布会。",
            &["proactive_total 30", "proactive_item/通知公告 12", "proactive_item/规划计划 8", "proactive_item/财政预决算 10", "press_conferences 2"],
        ),
        // A list that its total closes, and one that no word opens.
        ("本年度主动公开文件3条、动态5条，共计8条。", &["proactive_item/文件 3", "proactive_item/动态 5", "proactive_total 8"]),
        ("主动公开政府信息8条，文件3条，动态5条。", &["proactive_total 8", "proactive_item/文件 3", "proactive_item/动态 5"]),
        ("主动公开政府信息8条，文件3条，动态4条。", &["proactive_total 8"]),
        // The list goes on in the next sentence, and each point may have a line of its own.
        ("主动公开政府信息8条。其中，文件3条，动态5条。", &["proactive_total 8", "proactive_item/文件 3", "proactive_item/动态 5"]),
        ("主动公开政府信息8条，其中：\n1.文件3条；\n2.动态5条。", &["proactive_total 8", "proactive_item/文件 3", "proactive_item/动态 5"]),
        // Once the parts sum up, what follows is none; a remark in brackets is none either.
        ("主动公开政府信息8条，其中文件3条（含转发1条），动态5条，答复网民留言2条。", &["proactive_total 8", "proactive_item/文件 3", "proactive_item/动态 5"]),
        ("主动公开政府信息8条（含转载2条）。", &["proactive_total 8"]),
        ("召开新闻发布会3次，其中镇长出席1次。", &["press_conferences 3", "press_conferences/镇长出席 1"]),
        ("主动公开政府信息8条，其中文件3条，较上年增加1条。", &["proactive_total 8", "proactive_item/文件 3"]),
    ]);
}

#[test]
fn a_way_of_publishing_is_no_total() {
    cases(&[
        ("通过微信公众号公开信息200条。", &["proactive_total/微信公众号 200"]),
        ("通过政府网站、微信公众号主动公开政府信息200条。", &["proactive_total 200"]),
        ("主动公开政府信息50条，其中政府网站30条，微信公众号20条。", &["proactive_total 50", "proactive_item/政府网站 30", "proactive_item/微信公众号 20"]),
        (
            "通过政府网站公开信息30条，公众号发布20条，共计50条。",
            &["proactive_item/通过政府网站公开信息 30", "proactive_item/公众号发布 20", "proactive_total 50"],
        ),
        // A site, or what is named as a way, is one where another is counted beside it …
        ("通过政务网公开各类信息63条，通过政务微信等新媒体发布各类信息580条。", &["proactive_total/政务网 63"]),
        (
            "通过七彩云端主动公开政府信息63条，利用县融媒体中心公开政府信息580条。",
            &["proactive_total/通过七彩云端主动公开政府信息 63", "proactive_total/利用县融媒体中心公开政府信息 580"],
        ),
        ("通过政务公开专栏公开信息63条，通过公众号发布信息12条。", &["proactive_total/通过政务公开专栏公开信息 63"]),
        ("通过政务网公开信息63条，通过微信公众号公开信息12条，共公开政府信息75条。", &["proactive_total/政务网 63", "proactive_total/微信公众号 12", "proactive_total 75"]),
        // … and no other thing, nor by a network or no way at all.
        ("通过政务公开专栏公开信息63条。", &["proactive_total 63"]),
        ("通过政府网站主动公开政府信息63条，通过自查自纠，整改信息12条。", &["proactive_total 63"]),
        ("通过政府网站主动公开政府信息63条，通过信函渠道告知不予公开2条。", &["proactive_total 63"]),
        ("主动公开政府信息63条，通过政务网络转办信息12条。", &["proactive_total 63"]),
        // A part of what cannot be read, or was not counted as the report's, is no total; what the text has of all is one.
        ("全年发布信息数百条，其中通过门户网站公开政府信息135条。", &["proactive_total/门户网站 135"]),
        ("全年发布信息900条，其中：门户网站公开政府信息135条。", &["proactive_total/门户网站 135"]),
        ("全年制作政府信息900条，其中主动公开政府信息135条。", &["proactive_total 135"]),
        ("公开内容包括财政、民生等，通过门户网站公开政府信息135条。", &["proactive_total 135"]),
        // Ways that are its parts stand beside none.
        ("通过完善制度主动公开政府信息120条，其中网站公开80条，公开栏公开40条。", &["proactive_total 120", "proactive_item/网站公开 80", "proactive_item/公开栏公开 40"]),
    ]);
}

#[test]
fn parts_may_be_counted_in_another_unit() {
    cases(&[
        ("公开各类政府信息732余条次，其中：通过政府网站公开各类政府信息635条。", &["proactive_total ?", "proactive_item/通过政府网站公开各类政府信息 635"]),
        (
            "公开政府信息732条次，其中通过政务网公开政府信息635条，通过公众号公开政府信息97条。",
            &["proactive_total 732", "proactive_item/通过政务网公开政府信息 635", "proactive_item/通过公众号公开政府信息 97"],
        ),
        ("累计公开政府信息1200条次，其中2024年公开政府信息110条。", &["proactive_total/2024年公开政府信息 ?", "proactive_total 110"]),
        // No part of it: another count.
        ("公开信息200份，其中规划5份；全年主动公开政府信息35条。", &["proactive_total ?", "proactive_item/规划 5", "proactive_total ?"]),
    ]);
}

#[test]
fn what_grew_over_the_years_is_a_stock_and_its_growth_the_years_own() {
    let own = |words: &str| [format!("proactive_total/{words} ?"), "proactive_total 27".to_string()];
    let r = reader();
    for (text, words) in [
        ("本镇到2024年底累计主动公开政府信息81条，全文电子化率达100%，其中，本年度新增的主动公开政府信息27条。", "本年度新增的主动公开政府信息"),
        ("到2024年底累计主动公开政府信息81条，其中本年度新增27条。", "本年度新增"),
        ("至2024年12月31日，累计主动公开政府信息81条。其中，当年新增27条。", "当年新增"),
        ("累计主动公开政府信息81条，其中今年新增主动公开政府信息27条。", "今年新增主动公开政府信息"),
        ("至2024年底，累计主动公开政府信息81条，全文电子化率达100%。2024年新增27条。", "2024年新增"),
        ("截至2024年底累计主动公开政府信息81条，2024年新增主动公开政府信息27条。", "2024年新增主动公开政府信息"),
    ] {
        assert_eq!(all(&r, text), own(words), "{text}");
    }
    cases(&[
        ("共累计主动公开政府信息81条，其中全文电子化的81条，2024年新增27条。", &["proactive_total/2024年新增 ?", "proactive_item/全文电子化的 ?", "proactive_total 27"]),
        ("共累计主动公开政府信息81条，其中全文电子化的60条，2024年新增27条。", &["proactive_total/2024年新增 ?", "proactive_item/全文电子化的 ?", "proactive_total 27"]),
        ("2024年新增主动公开政府信息52条，累计公开政府信息1052条。", &["proactive_total 52", "proactive_total/2024年新增主动公开政府信息 ?"]),
        // A year's total, whatever it is called: nobody can say which of the two is the year's.
        ("2024年累计主动公开政府信息81条，其中2024年新增27条。", &["proactive_total/2024年新增 ?"]),
        ("2024年主动公开政府信息81条。2024年新增27条。", &["proactive_total 81"]),
        ("截至2024年6月底，累计主动公开政府信息81条，其中2024年新增27条。", &["proactive_total/2024年新增 ?"]),
        ("自2008年以来累计主动公开政府信息81条，其中2024年公开27条。", &["proactive_total/2024年公开 ?"]),
        // Another year's growth, and no growth.
        ("截至2024年底累计主动公开政府信息81条。2023年新增27条。", &["proactive_total 81", "proactive_total/2023年 ?"]),
        ("截至2024年底累计主动公开政府信息81条，其中网站2024年新增27条。", &["proactive_total/2024年新增 ?"]),
        ("截至2024年底累计主动公开政府信息81条。新增专栏3个。", &["proactive_total 81"]),
        ("截至2024年底累计主动公开政府信息81条，其中2024年文件27条。", &["proactive_total 81"]),
        ("2024年新增主动公开政府信息52条。公开政府信息1052条。", &["proactive_total ?", "proactive_total ?"]),
    ]);
}

#[test]
fn a_part_is_of_the_figure_that_its_name_says() {
    cases(&[
        (
            "因政府信息公开产生行政复议案件6件和行政诉讼案件3件，其中行政复议结果维持5件，尚未审结1件。",
            &["reviews 6", "lawsuits 3", "reviews/行政复议结果维持 5", "reviews/尚未审结 1"],
        ),
        ("因政府信息公开产生行政复议案件6件和行政诉讼案件3件，其中结果维持2件。", &["reviews 6", "lawsuits 3", "lawsuits/结果维持 2"]),
        (
            "通过门户网站、政府信息公开网站、政务服务网等主动公开信息806条，通过微博发布政府信息9224条。",
            &["proactive_total/门户网站、政府信息公开网站、政务服务网 806", "proactive_total/微博 9224"],
        ),
        ("本局代市政府公开信息15条，主动公开本局政府信息131条。", &["proactive_total/代市政府 ?", "proactive_total 131"]),
        ("代表市政府参会，主动公开政府信息15条。", &["proactive_total 15"]),
    ]);
}

#[test]
fn what_was_carried_over_is_not_received() {
    cases(&[
        ("收到政府信息公开申请11件（含上年度结转2件）。", &["applications_received/含上年度结转 ?"]),
        ("收到政府信息公开申请11件，其中上年结转2件，答复11件。", &["applications_received/其中上年结转 ?", "applications_answered 11"]),
        ("收到政府信息公开申请11件（含上年结转），答复11件。", &["applications_received/含上年结转 ?", "applications_answered 11"]),
        ("收到政府信息公开申请11件，其中2件为上年结转。", &["applications_received/其中2件为上年结转 ?"]),
        ("收到政府信息公开申请11件，其中2件为个人申请，上年结转2件。", &["applications_received 11"]),
        ("收到政府信息公开申请11件（含上年度结转0件）。", &["applications_received 11"]),
        ("收到政府信息公开申请11件（不含上年度结转2件）。", &["applications_received 11"]),
        ("收到政府信息公开申请11件，含上年结转共办结13件。", &["applications_received 11"]),
        ("收到政府信息公开申请11件，结转下年度2件。", &["applications_received 11"]),
        // What was answered, and a bracket that is of a part.
        ("全年办结政府信息公开申请9件（含上年结转1件）。", &["applications_answered 9"]),
        ("收到政府信息公开申请8件，其中予以公开4件，部分公开5件（含上年结转1件）。", &["applications_received 8", "applications_received/予以公开 4", "applications_received/部分公开 5"]),
    ]);
}

#[test]
fn a_long_heading_is_no_beginning_of_the_sentence_below() {
    cases(&[
        ("三、依申请公开政府信息和不予公开政府信息情况\n2024年收到政府信息公开申请3件。", &["applications_received 3"]),
        ("2、政府信息公开申请办理情况（受理、答复情况）\n未收到政府信息公开申请。", &["applications_received 0"]),
        // What it says of year and matter holds on.
        ("（二）2023年度主动公开和依申请公开政府信息工作情况\n主动公开政府信息40条。", &["proactive_total/2023年 ?"]),
        ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况\n没有行政复议和行政诉讼。", &["reviews 0", "lawsuits 0"]),
        ("1.全县各乡镇街道人民政府及县政府各工作部门主动公开政府信息数量的统计情况\n共主动公开政府信息400条。", &["proactive_total/各乡镇 ?"]),
        // A sentence that the page cut.
        ("（二）我镇通过政府门户网站等平台依法主动公开各类政府信息\n635条。", &["proactive_total 635"]),
        ("三是认真做好政府信息公开申请的受理办理和咨询投诉处理工作\n收到申请3件。", &[]),
        ("（一）做好政府信息公开申请受理，我镇通过微信公众号报送工作\n信息，公开信息63条。", &["proactive_total 63"]),
    ]);
}

#[test]
fn a_year_to_compare_with_is_of_no_later_figure() {
    cases(&[
        ("2024年，较上年增加45条，共主动公开政府信息131条。", &["proactive_total 131"]),
        ("网站访问量比去年增长，主动公开政府信息131条。", &["proactive_total 131"]),
        ("较上年公开政府信息86条增加45条。", &[]),
        ("较上年增加45条，上年主动公开政府信息86条。", &["proactive_total/上年 ?"]),
        ("我镇积极公开政府信息36条。", &["proactive_total 36"]),
        ("未接获公民、法人和其他组织的依申请公开诉求。", &["applications_received 0"]),
        ("收到申请政府信息公开请求1件。", &["applications_received 1"]),
        ("收到依申请公开办件2件，与去年相比减少4条。", &["applications_received 2"]),
        ("收到公开申请事项26项。", &["applications_received 26"]),
        ("共受理政府信息公开申请案件4件，办结3件。", &["applications_received 4", "applications_answered 3"]),
        ("政府信息公开申请受理8条。", &["applications_received 8"]),
        ("没有依申请公开政府信息办理事项。", &["applications_received 0"]),
        ("依申请公开事项办理流程3项。", &[]),
    ]);
}

#[test]
fn applications_in_words_and_figures() {
    cases(&[
        ("共收到政府信息公开申请5件，均已答复。", &["applications_received 5"]),
        ("收到3件政府信息公开申请，按期答复3件。", &["applications_received 3", "applications_answered 3"]),
        ("本年度收到公民、法人和其他组织提交的依申请公开2件。", &["applications_received 2"]),
        ("全年未收到政府信息公开申请。", &["applications_received 0"]),
        ("没有收到任何依申请公开的申请。", &["applications_received 0"]),
        ("我镇依申请公开的数量为零。", &["applications_received 0"]),
        ("收到政府信息公开申请0件。", &["applications_received 0"]),
        ("未收到政府信息公开申请，未发生行政复议、行政诉讼。", &["applications_received 0", "reviews 0", "lawsuits 0"]),
        // Neither received nor of this kind.
        ("上年结转政府信息公开申请1件。", &[]),
        ("如未收到政府信息公开申请，应注明。", &[]),
        ("收到群众来信4件。", &[]),
        ("答复网民留言12条。", &[]),
        ("收到政府信息公开行政复议申请1件。", &["reviews 1"]),
        ("不予公开的政府信息公开申请1件。", &[]),
        ("申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", &[]),
        ("一、本年新收政府信息公开申请数量\t0\t0\t3", &[]),
        ("一、本年新收政府信息公开申请数量 0 0 3 0", &[]),
    ]);
}

#[test]
fn trainings_conferences_suggestions() {
    cases(&[
        ("组织政务公开培训4次，参训80人次。", &["trainings 4"]),
        ("组织了2次业务培训。", &["trainings 2"]),
        ("召开政府信息公开工作培训会3场次。", &["trainings 3"]),
        ("每季度组织政务公开培训1次。", &[]),
        ("2025年，将组织业务培训6次。", &[]),
        ("参加上级组织的政务公开培训2次。", &[]),
        ("培训人员80人次。", &[]),
        ("全年未召开新闻发布会。", &["press_conferences 0"]),
        ("办理人大代表建议3件、政协委员提案2件。", &["npc_suggestions 3", "cppcc_proposals 2"]),
        ("共承办人大代表建议、政协提案5件，其中人大建议3件、政协提案2件。", &["suggestions_and_proposals 5", "npc_suggestions 3", "cppcc_proposals 2"]),
        ("办理人大代表建议和政协委员提案各2件。", &["npc_suggestions 2", "cppcc_proposals 2"]),
        ("办理人大代表建议、政协委员提案0件。", &["npc_suggestions 0", "cppcc_proposals 0", "suggestions_and_proposals 0"]),
        ("办理人大代表建议、政协委员提案分别为3件、2件。", &[]),
        ("未收到人大代表建议和政协委员提案。", &["npc_suggestions 0", "cppcc_proposals 0"]),
        // Handled none: whether one came is open.
        ("我镇未承办人大代表建议和政协委员提案。", &[]),
        ("公开人大代表建议办理结果3件。", &[]),
    ]);
}

#[test]
fn fees_reviews_lawsuits() {
    cases(&[
        ("本年度未收取信息处理费。", &["fees 0"]),
        ("不存在依据《政府信息公开信息处理费管理办法》收取信息处理费的情况。", &["fees 0"]),
        ("依申请公开收取信息处理费120元。", &["fees 120"]),
        ("收取信息处理费1.2万元。", &["fees 12000"]),
        ("政府信息公开引发的行政复议1件，行政诉讼0件。", &["reviews 1", "lawsuits 0"]),
        ("没有因政府信息公开被申请行政复议、提起行政诉讼。", &["reviews 0", "lawsuits 0"]),
        ("信息公开行政复议、行政诉讼0件。", &["reviews 0", "lawsuits 0", "reviews_and_lawsuits 0"]),
        ("信息公开行政复议、行政诉讼3件。", &["reviews_and_lawsuits 3"]),
        ("全年办理行政复议案件12件。", &[]),
    ]);
}

#[test]
fn another_year_or_scope_is_not_the_reports() {
    cases(&[
        ("2023年主动公开政府信息120条。", &["proactive_total/2023年 ?"]),
        ("与2023年相比，2024年主动公开政府信息90条。", &["proactive_total 90"]),
        ("2023年全年公开信息120条，2024年公开信息90条。", &["proactive_total/2023年 ?", "proactive_total 90"]),
        ("2023年工作稳步推进。共公开政府信息120条。", &["proactive_total/2023年 ?"]),
        ("2023年工作稳步推进。\n共公开政府信息90条。", &["proactive_total 90"]),
        ("按照《2023年政务公开工作要点》，公开政府信息90条。", &["proactive_total 90"]),
        ("去年公开政府信息120条，今年公开政府信息90条。", &["proactive_total/去年 ?", "proactive_total 90"]),
        ("全县共公开政府信息5000条，我镇公开政府信息90条。", &["proactive_total/全县 ?", "proactive_total 90"]),
        ("2022年至2024年，累计公开政府信息600条。", &["proactive_total/2022年 ?"]),
        ("自2024年1月1日至2024年12月31日，公开政府信息90条。", &["proactive_total 90"]),
        ("按照全县统一部署，公开政府信息90条。", &["proactive_total 90"]),
        ("收到政府信息公开申请3件，上年结转1件，已答复4件。", &["applications_received 3", "applications_answered 4"]),
        ("上半年公开政府信息40条。", &["proactive_total/上半年 ?"]),
    ]);
}

/// The figures of the report of a township as `name/item value`, `?` where they are not its own.
fn of_township(r: &MentionReader, text: &str) -> Vec<String> {
    let reporter = Reporter { year: Some(2024), names: vec!["河阳县松坪镇", "松坪镇", "河阳县"], region: None };
    let shown = |m: &Mention| format!("{}{} {}", r.name(m.mention), m.item.as_ref().map_or(String::new(), |i| format!("/{i}")), m.value.map_or("?".to_string(), |v| v.to_string()));
    r.read(text, &lines(text, &[]), &reporter).iter().map(shown).collect()
}

#[test]
fn what_another_body_did_is_not_the_reporters() {
    let r = reader();
    for (text, want) in [
        ("县政府收到政府信息公开申请33件。", vec!["applications_received/县政府 ?"]),
        ("河阳县人民政府2024年共收到政府信息公开申请33件。", vec!["applications_received/县人民政府 ?"]),
        ("县教育局主动公开政府信息470条，松坪镇主动公开政府信息47条。", vec!["proactive_total/局 ?", "proactive_total 47"]),
        ("受理公民向市政府及市政府办公室提出的政府信息公开申请5件。", vec!["applications_received/市政府办公室 ?"]),
        ("向市政府提出的政府信息公开申请19件。", vec!["applications_received/市政府 ?"]),
        ("有3个村未收到政府信息公开申请。", vec!["applications_received/个村 ?"]),
        // Its site, its wishes and its word are no deed.
        ("在县政府网站主动公开政府信息47条。", vec!["proactive_total 47"]),
        ("按照县政府要求，全年主动公开政府信息47条。", vec!["proactive_total 47"]),
        ("收到县政府转来的政府信息公开申请3件。", vec!["applications_received 3"]),
        ("镇政府收到政府信息公开申请3件。", vec!["applications_received 3"]),
    ] {
        assert_eq!(of_township(&r, text), want, "{text}");
    }
    let own = |names: Vec<&'static str>, region, text: &str| r.read(text, &lines(text, &[]), &Reporter { year: Some(2024), names, region })[0].value;
    assert_eq!(own(vec!["河阳县"], Some('县'), "县政府收到政府信息公开申请33件。"), Some(33.0));
    assert_eq!(own(vec!["河阳县教育和体育局", "教育和体育局"], None, "县教体局主动公开政府信息47条。"), Some(47.0));
    assert_eq!(own(vec!["河阳县教育和体育局", "教育和体育局"], None, "县政府主动公开政府信息47条。"), None);
}

#[test]
fn what_was_planned_or_undone_is_no_figure() {
    cases(&[
        ("考核目标：主动公开政府信息53条。我镇主动公开政府信息47条。", &["proactive_total 47"]),
        ("指标要求：2024年主动公开政府信息47条。", &[]),
        ("上级下达主动公开政府信息47条的任务。", &[]),
        ("主动公开政府信息47条（目标值）。", &[]),
        ("根据目录应主动公开政府信息47条。", &[]),
        ("撤销主动公开政府信息47条。", &[]),
        ("打印政府信息公开申请表31份。", &[]),
        ("更正已主动公开政府信息47条。", &[]),
        ("以王村为例，主动公开政府信息47条。", &[]),
        ("减免信息处理费120元。", &[]),
        // A task that was done, and words that end like one of these.
        ("全面完成年度任务，主动公开政府信息47条。", &["proactive_total 47"]),
        ("工作情况：主动公开政府信息47条。", &["proactive_total 47"]),
        ("开展信息清理，主动公开政府信息47条。", &["proactive_total 47"]),
    ]);
}

#[test]
fn a_part_of_the_year_is_not_the_year() {
    cases(&[
        ("国庆期间主动公开政府信息31条，全年主动公开政府信息47条。", &["proactive_total/期间 ?", "proactive_total 47"]),
        ("汛期，我镇主动公开政府信息47条。", &["proactive_total/汛期， ?"]),
        ("本届政府主动公开政府信息530条。", &["proactive_total/本届政府 ?"]),
        ("2021-2024年主动公开政府信息530条。", &["proactive_total/2021年 ?"]),
        ("2024年1月1日至12月31日期间，主动公开政府信息47条。", &["proactive_total 47"]),
        ("统计期间主动公开政府信息47条。", &["proactive_total 47"]),
        ("公开汛期预警等信息，主动公开政府信息47条。", &["proactive_total 47"]),
    ]);
}

#[test]
fn a_denial_may_except_some() {
    cases(&[
        ("除1件外，全年未收到政府信息公开申请。", &[]),
        ("除网上申请外，未收到其他政府信息公开申请。", &[]),
        ("几乎没有收到政府信息公开申请。", &[]),
        ("未收到个人政府信息公开申请。", &[]),
        ("除2件信访外，未收到政府信息公开申请。", &["applications_received 0"]),
        ("未收到任何个人或单位的政府信息公开申请。", &["applications_received 0"]),
    ]);
}

#[test]
fn applications_of_all_kinds_are_not_those_for_information() {
    cases(&[
        ("共收到申请3件，其中政府信息公开申请1件，信访2件。", &["applications_received/政府信息公开申请1件 ?", "applications_received/政府信息公开申请 ?", "applications_received/信访 ?"]),
        ("收到申请7件，均为非政府信息公开申请。", &[]),
        ("收到申请3件，其中网上申请2件，信函申请1件。", &["applications_received 3", "applications_received/网上申请 2", "applications_received/信函申请 1"]),
        ("收到政府信息公开申请3件，其中涉及征地的政府信息公开申请2件。", &["applications_received 3", "applications_received/征地的政府信息公开申请 2"]),
    ]);
}

#[test]
fn checks_within_the_text_and_against_table_3() {
    let r = reader();
    let text = "2024年全区公开政府信息500条，我街道公开政府信息9条，分别为文件3条、动态5条。收到政府信息公开申请2件。2023年公开信息7条。";
    let m = read(&r, text);
    let checks = r.checks(&m, Some(1.0), Some(2024));
    let sides = |name: &str| checks.iter().find(|c| c.name == name).map(|c| (c.left, c.right)).unwrap();
    assert_eq!(sides("mention_parts"), (Some(9.0), Some(8.0)));
    assert_eq!(sides("mention_applications"), (Some(2.0), Some(1.0)));
    assert_eq!(sides("mention_year"), (Some(2023.0), Some(2024.0)));
    assert_eq!(sides("mention_scope"), (Some(9.0), Some(500.0)));
    let parts = |text: &str| {
        let m = read(&r, text);
        assert!(m.iter().filter(|m| m.part_of.is_some()).count() >= 2, "{text}: {m:?}");
        r.checks(&m, None, Some(2024)).iter().find(|c| c.name == "mention_parts").map(|c| (c.left, c.right)).unwrap()
    };
    // 其中 claims no more than that these are some: nothing to hold against the total unless they give it.
    assert_eq!(parts("公开政府信息9条，其中文件3条，动态5条。"), (Some(9.0), None));
    assert_eq!(parts("公开政府信息9条，其中网站公开8条，公众号公开7条。"), (Some(9.0), None));
    assert_eq!(parts("公开政府信息9条，其中文件4条，动态5条。"), (Some(9.0), Some(9.0)));
    assert_eq!(parts("本年度主动公开文件3条、动态5条，共计9条。"), (Some(9.0), Some(8.0)));
    let none = r.checks(&[], None, Some(2024));
    assert!(none.iter().filter(|c| c.name != "mention_year").all(|c| c.left.is_none() && c.right.is_none()));
}

#[test]
fn lines_pages_and_tables() {
    let r = reader();
    // A page break within a sentence; a table between; the words as they stood.
    let text = "松坪镇政务公开\n\n（一）主动公开情况\n为进一步做好基层政务公开各项工作，方便群众查询和监督，我镇通过县人民政府门户网站全年\n\n主动公开 政府信息 28 条。\n收到申请\t9\n全年未收到政府信息公开申请。";
    let m = r.read(text, &lines(text, &[(7, 7)]), &Reporter { year: Some(2024), ..Reporter::default() });
    assert_eq!(m.iter().map(|m| (m.line, m.value)).collect::<Vec<_>>(), [(6, Some(28.0)), (8, Some(0.0))]);
    assert_eq!(m[0].text, "我镇通过县人民政府门户网站全年 主动公开 政府信息 28 条");
    assert!(m[1].by_words && !m[0].by_words);
    assert_eq!(read(&r, ""), []);
    assert_eq!(read(&r, "\u{FFFD}\u{1F}\u{1E}\n《《第十"), []);
}

#[test]
fn a_wrong_definition_names_file_and_line() {
    let dir = std::env::temp_dir().join(format!("nianbao-mentions-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let good = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/disclosure/mentions.toml")).unwrap();
    std::fs::write(
        dir.join("mentions.toml"),
        good.replace("\"press #\"", "\"presse #\"").replace("follows = [\"applications_received\"", "follows = [\"aplications\""),
    )
    .unwrap();
    let faults = MentionReader::load(&dir).err().unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults.iter().all(|f| f.line > 0 && f.file.ends_with("mentions.toml")));
    assert!(faults.iter().any(|f| f.message.contains("presse")));
}

#[test]
fn a_denial_ends_at_the_thing_it_denies() {
    cases(&[
        ("未发生依申请公开信息收费和费用减免情况。", &[]),
        ("没有政府信息公开申请超期答复。", &[]),
        ("未发生信息公开行政复议、行政诉讼败诉的情况。", &[]),
        ("未收到政府信息公开申请和信息公开申请超期的投诉。", &[]),
        ("未收到政府信息公开申请、投诉、举报等情况。", &["applications_received 0"]),
        ("未收到依申请公开件且未发生行政复议。", &["applications_received 0", "reviews 0"]),
        ("未收到政府信息公开申请二、主动公开政府信息情况", &["applications_received 0"]),
        ("未收到书面政府信息公开申请。", &[]),
        ("未收到任何书面政府信息公开申请。", &["applications_received 0"]),
    ]);
}

#[test]
fn months_and_what_goes_on_since_are_not_the_year() {
    cases(&[
        ("1—10月，主动公开政府信息90条。", &["proactive_total/1—10月 ?"]),
        ("一月至六月公开政府信息90条。", &["proactive_total/一月至六月 ?"]),
        ("2024年1月1日起至6月30日止，公开政府信息90条。", &["proactive_total/1月1日起至6月 ?"]),
        ("截至2024年6月底，公开政府信息90条。", &["proactive_total/截至2024年6月 ?"]),
        ("1至12月份公开政府信息90条。", &["proactive_total 90"]),
        ("2024年1月1日起至2024年12月31日止，公开政府信息90条。", &["proactive_total 90"]),
        ("自开通以来，公开政府信息2500条。", &["proactive_total/自开通以来 ?"]),
        ("近三年公开政府信息2500条。", &["proactive_total/近三年 ?"]),
        ("2024年以来，公开政府信息90条。", &["proactive_total 90"]),
        ("我镇至今未收到政府信息公开申请。", &["applications_received 0"]),
    ]);
}

#[test]
fn names_say_nothing_of_figures() {
    let r = reader();
    let of = |names: &[&str], region, text: &str| r.read(text, &lines(text, &[]), &Reporter { year: Some(2024), names: names.to_vec(), region }).iter().map(|m| m.value).collect::<Vec<_>>();
    let named = "2024年，天全县松坪镇主动公开政府信息85条。";
    assert_eq!(of(&["天全县松坪镇", "松坪镇", "天全县"], None, named), [Some(85.0)]);
    assert_eq!(of(&["松坪镇"], None, named), [Some(85.0)], "it stands before the body's own place");
    assert_eq!(of(&["石桥镇"], None, named), [None]);
    for text in ["2024年，全县主动公开政府信息85条。", "当天，全县松坪镇等主动公开政府信息85条。"] {
        assert_eq!(of(&["松坪镇"], None, text), [None], "{text}");
    }
    assert_eq!(of(&["松坪镇"], None, "建立健全县乡村三级制度，主动公开政府信息85条。"), [Some(85.0)]);
    assert_eq!(of(&["天全县"], Some('县'), "全县主动公开政府信息85条，全市主动公开政府信息850条。"), [Some(85.0), None]);
    assert_eq!(of(&["五将镇"], None, "五将镇主动公开政府信息85条，将召开新闻发布会2次。"), [Some(85.0)]);
}

#[test]
fn a_long_sentence_says_the_same_wherever_it_was_asked_before() {
    use super::page::Headings;
    use super::patterns::FoundWords;
    let r = reader();
    let piece = "通过网站公开信息3条、公众号公开5条，去年全县公开2023年政策文件12条，1-6月收到申请（含信函）2件；今年以来我镇";
    let text = piece.repeat(60) + "公开文件、信息、政策以及网站" + &"公开信息和文件".repeat(400) + "9条，" + &piece.repeat(20);
    let page = Page::new(&text, &lines(&text, &[]), &Headings::default());
    let found = FoundWords::new(&r.words, &page, &[]);
    let s = found.sentences[0];
    assert!(found.hits.len() > 1000 && s.end == found.text().len(), "{} words", found.hits.len());
    // Numbers and words in an order that goes forth and back.
    let numbers = || (0..found.numbers.len()).map(|n| &found.numbers[n * 37 % found.numbers.len()]);
    for n in numbers() {
        for (back, classes) in [(100, CHANNEL), (7000, EVERY), (9000, SCOPE | REGION), (20_000, SITE | OWN)] {
            let start = found.text().floor_char_boundary(n.behind.saturating_sub(back));
            let each = found.within(start, n.behind).filter(|h| h.classes & classes != 0).last();
            assert_eq!(found.last(classes, start, n.behind).map(|h| (h.start, h.end)), each.map(|h| (h.start, h.end)));
        }
        let ends = ['，', '；', '：', '。'];
        let clause = found.text()[..n.behind].rfind(ends).map_or(0, |at| at + '，'.len_utf8());
        assert_eq!(found.clause_start(s, n.behind), clause);
        assert_eq!(found.clause_end(s, n.end), found.text()[n.end..].find(ends).map_or(s.end, |at| n.end + at));
    }
    for n in numbers().step_by(7) {
        let anew = FoundWords::new(&r.words, &page, &[]);
        assert!(year_at(&found, s, n.behind) == year_at(&anew, s, n.behind), "{}", &found.text()[..n.behind]);
    }
}
