use super::*;
use std::path::Path;

/// A province of invented places: two counties with a township of one name, a district whose townships were promoted.
const DIVISIONS: &str = "\
code,statistical_code,name,stem,kind,parent,valid_from,valid_to,former,successor,pinyin,source
97,97,虚构省,,省,,,,,,xu gou,both
9701,9701,云上市,,市,97,,,,,yun shang,both
970121,970121,松月县,,县,9701,,,970131;松岳县,,song yue,both
970121100,970121100,城关镇,,镇,970121,,,,,,both
970121101,970121201,白鹿镇,,镇,970121,,,白鹿乡,,,both
970121200,970121200,北乡义镇,,镇,970121,,,,,,both
970122,970122,竹泉县,,县,9701,,,,,zhu quan,both
970122001,970122001,七桥街道,,街道,970122,,,,,,both
970122100,970122100,城关镇,,镇,970122,,,,,,both
970122101,970122101,石门镇,,镇,970122,,,,,,both
970122200,970122200,虚构乡,,乡,970122,,,,,,both
970122201,970122201,老渡乡,,乡,970122,,2025,,,,nbs
9702,9702,海下市,,市,97,,,,,hai xia,both
970221,970221,竹全县,,县,9702,,,,,zhu quan,both
970221100,970221100,城关镇,,镇,970221,,,,,,both
970221101,970221101,青口镇,,镇,970221,,,,,,both
,970221102,旧桥镇,,镇,970221,,2025,,,,nbs
";
const AREAS: &str = "area_code,region,name\n0971,9701,云上市\n0972,9702,海下市\n";

fn weights() -> String {
    std::fs::read_to_string(data().join("weights.toml")).expect("the weights are in the data folder")
}

fn data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/divisions")
}

pub(super) fn small() -> Gazetteer {
    Gazetteer::parse(DIVISIONS, AREAS, &weights()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// The same with more rows.
pub(super) fn small_with(rows: &str) -> Gazetteer {
    Gazetteer::parse(&format!("{DIVISIONS}{rows}"), AREAS, &weights()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Whoever writes the name of a county's government writes it in one of several ways; what is no government of the county is none.
#[test]
fn a_government_has_one_name() {
    let gazetteer = small();
    let of = |body: &str, level| {
        let title = format!("虚构省云上市{body}2023年政府信息公开工作年度报告");
        let full = format!("虚构省云上市{body}");
        gazetteer.resolve(&Evidence { title: Some(&title), body: Some(body), body_full: Some(&full), level: Some(level), ..Evidence::default() })
    };
    for body in ["松月县人民政府", "松月县政府", "松月县", "松岳县人民政府"] {
        let found = of(body, "county");
        assert_eq!((code(&found), found.government.as_deref()), (Some("970121"), Some("松月县人民政府")), "{body}: {found:?}");
    }
    // Its office is a body of its own, and has one name too.
    for body in ["松月县人民政府办公室", "松月县政府办", "松岳县政府办公室"] {
        assert_eq!(of(body, "county").government.as_deref(), Some("松月县人民政府办公室"), "{body}");
    }
    for (body, level) in [("松月县财政局", "department"), ("松月县白鹿镇人民政府", "township")] {
        let found = of(body, level);
        assert!(code(&found).is_some() && found.government.is_none(), "{body}: {found:?}");
    }
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| word.to_string()).collect()
}

fn code(resolution: &Resolution) -> Option<&str> {
    resolution.division_code.as_deref()
}

fn problem(resolution: &Resolution) -> &str {
    resolution.problem.as_ref().map_or("", |problem| problem.code)
}

#[test]
fn looks_up_by_code_and_name() {
    let places = small();
    assert_eq!(places.by_code("970121101").map(|place| place.stem.as_str()), Some("白鹿"));
    let chain = places.chain("970121101");
    assert_eq!((chain.province, chain.city, chain.county), (Some("虚构省"), Some("云上市"), Some("松月县")));
    assert_eq!(chain.township, Some("白鹿镇"));
    let names: Vec<&str> = places.townships_of("970121").map(|place| place.name.as_str()).collect();
    assert_eq!(names, ["城关镇", "白鹿镇", "北乡义镇"]);
    assert_eq!(places.places().len(), 16, "the place without a code of its own is not published");
    assert!(places.names().any(|name| name == "白鹿乡") && places.names().any(|name| name == "旧桥镇"));
    assert!(!places.names().any(|name| name.starts_with('9')));
}

#[test]
fn every_fault_names_its_line() {
    let twice = format!("{DIVISIONS}970122101,,又一镇,,镇,970122,,,,,,mca\n");
    let faults = Gazetteer::parse(&twice, AREAS, &weights()).err().unwrap_or_default();
    assert_eq!(faults, ["divisions.csv:19: code 970122101 stands in line 11 already"]);

    let bad = format!("{DIVISIONS}97012,,短镇,,镇,9701,,,,,,mca\n970199100,,孤镇,,镇,970199,,,,,,mca\n970122,x\n");
    let faults = Gazetteer::parse(&bad, "area_code,region,name\n0971,9799,无\n", &weights()).err().unwrap_or_default();
    let lines: Vec<&str> = faults.iter().map(|fault| fault.rsplit_once(": ").map_or("", |(at, _)| at)).collect();
    assert_eq!(lines.len(), 4, "{faults:#?}");
    for (fault, start) in faults.iter().zip(["divisions.csv:19:", "divisions.csv:21:", "divisions.csv:20:", "area_codes.csv:2:"]) {
        assert!(fault.starts_with(start), "{fault}");
    }
    for (row, words) in [("0971,9701", "2 cells stand here, not 3"), ("0971,9701,云上市,x", "4 cells stand here, not 3"), ("0971,9701,海下市", "is 云上市")] {
        let faults = Gazetteer::parse(DIVISIONS, &format!("area_code,region,name\n{row}\n"), &weights()).err().unwrap_or_default();
        assert!(faults.len() == 1 && faults[0].starts_with("area_codes.csv:2:") && faults[0].contains(words), "{row}: {faults:?}");
    }
    for (from, to) in [("publish = 0.75", "publish = nan"), ("publish = 0.75", "publish = -0.75"), ("publish = 0.75", "publish = 75"), ("unlisted = -1.9", "unlisted = inf"), ("path = 5.0", "path = -5.0")] {
        let faults = Gazetteer::parse(DIVISIONS, AREAS, &weights().replace(from, to)).err().unwrap_or_default();
        let line = weights().lines().position(|l| l.starts_with(from)).expect("a line") + 1;
        assert!(faults.len() == 1 && faults[0].starts_with(&format!("weights.toml:{line}:")), "{to}: {faults:?}");
    }
    let misspelt = weights().replace("area_code =", "areacode =");
    let faults = Gazetteer::parse(DIVISIONS, AREAS, &misspelt).err().unwrap_or_default();
    assert!(faults.len() == 1 && faults[0].starts_with("weights.toml:"), "{faults:?}");
}

#[test]
fn a_shared_name_needs_evidence() {
    let places = small();
    let bare = Evidence { body: Some("城关镇人民政府"), ..Evidence::default() };
    let alone = places.resolve(&bare);
    assert_eq!((code(&alone), problem(&alone)), (None, "place/ambiguous"));
    assert_eq!(alone.township.as_deref(), Some("城关镇"));
    let title = "松月县城关镇人民政府2024年政府信息公开工作年度报告";
    let told = places.resolve(&Evidence { title: Some(title), ..bare });
    assert_eq!(code(&told), Some("970121100"));
    assert!(told.confidence >= 0.9 && told.evidence[0] == "松月县 in the title", "{told:?}");
    // The city of two counties that both have one: still two places, but the city is certain.
    let phones = strings(&["0971-7000000"]);
    let city = places.resolve(&Evidence { phones: &phones, ..bare });
    assert_eq!((code(&city), city.city.as_deref(), city.county.as_deref()), (None, Some("云上市"), None));
    let phones = strings(&["（0972）7000000"]);
    let city = places.resolve(&Evidence { phones: &phones, ..bare });
    assert_eq!(code(&city), Some("970221100"));
    assert_eq!(city.evidence, ["area code 0972 (海下市)"]);
}

#[test]
fn digits_within_a_number_are_no_county() {
    let places = small();
    let bare = Evidence { body: Some("城关镇人民政府"), body_full: Some("城关镇人民政府"), ..Evidence::default() };
    // An organisation's code, a number in a run, a department's letters before it.
    for number in ["970121123/202401-00012", "K9701210/2024", "XY970121", "2024970121-3", "97012", "970121", "970121/7"] {
        let codes = strings(&[number]);
        let read = places.resolve(&Evidence { codes: &codes, ..bare });
        assert_eq!(read.evidence.iter().any(|e| e.starts_with("code ")), number.starts_with("970121") && !number.starts_with("9701211"), "{number}: {:?}", read.evidence);
    }
}

#[test]
fn every_kind_of_evidence_counts() {
    let places = small();
    let bare = Evidence { body: Some("城关镇人民政府"), body_full: Some("城关镇人民政府"), ..Evidence::default() };
    let (host, credit) = (strings(&["http://www.songyue.gov.cn/a"]), strings(&["11970121004336000X"]));
    let (index, old) = (strings(&["970121-2024-0001"]), strings(&["9701310001"]));
    let city_host = strings(&["sy.yunshang.gov.cn"]);
    let all = [
        Evidence { urls: &host, ..bare },
        Evidence { urls: &city_host, ..bare },
        Evidence { codes: &credit, ..bare },
        Evidence { codes: &index, ..bare },
        Evidence { codes: &old, ..bare },
        Evidence { path: "虚构省/云上市/松月县/城关镇.txt", ..bare },
        Evidence { path: "2024/970121/17.html", ..bare },
        Evidence { path: "www.songyue.gov.cn/17.html", ..bare },
        Evidence { signature: Some("云上市松月县城关镇人民政府"), ..bare },
        Evidence { text: "（地址：松月县城关镇东街1号）", ..bare },
        Evidence { text: "在“中国·松月”网站查阅", ..bare },
        Evidence { text: "在松岳县政府门户网站公开", ..bare },
    ];
    for evidence in all {
        let resolution = places.resolve(&evidence);
        assert_eq!(code(&resolution), Some("970121100"), "{evidence:?} {resolution:?}");
    }
    // A hijacked domain says nothing, nor does a host that two counties read alike.
    for host in ["www.songyue.com", "www.zhuquan.gov.cn"] {
        let urls = strings(&[host]);
        assert_eq!(code(&places.resolve(&Evidence { urls: &urls, ..bare })), None, "{host}");
    }
    // A date or a page number is no code.
    assert_eq!(code(&places.resolve(&Evidence { path: "20240121/t970121_9701211.txt", ..bare })), None);
}

#[test]
fn contradicting_evidence_gives_no_code() {
    let places = small();
    let urls = strings(&["www.songyue.gov.cn"]);
    let phones = strings(&["0972-7000000"]);
    let evidence = Evidence { body: Some("城关镇人民政府"), urls: &urls, phones: &phones, ..Evidence::default() };
    let resolution = places.resolve(&evidence);
    assert_eq!((code(&resolution), problem(&resolution)), (None, "place/contradiction"), "{resolution:?}");
    // Both lie in one province; that much is certain.
    assert_eq!((resolution.province.as_deref(), resolution.city.as_deref()), (Some("虚构省"), None));
    // A unique name where strong evidence points to another county.
    let title = "松月县石门镇人民政府2024年政府信息公开工作年度报告";
    let elsewhere = places.resolve(&Evidence { title: Some(title), body: Some("石门镇人民政府"), ..Evidence::default() });
    assert_eq!((code(&elsewhere), problem(&elsewhere)), (None, "place/unknown-body"), "{elsewhere:?}");
    assert_eq!(elsewhere.county.as_deref(), Some("松月县"));
    // Text copied from another body.
    let copied = Evidence { title: Some("青口镇2024年政府信息公开工作年度报告"), body: Some("石门镇人民政府"), ..Evidence::default() };
    assert_eq!(problem(&places.resolve(&copied)), "place/contradiction");
}

#[test]
fn the_way_through_a_site_leads_to_the_body() {
    let places = small();
    let of = |text: &str| places.resolve(&Evidence { body: Some("城关镇人民政府"), text, ..Evidence::default() });
    let told = of("首页 > 松月县 > 乡镇街道 > 城关镇 > 政府信息公开年报\n2023年，我镇工作有序。");
    assert_eq!(code(&told), Some("970121100"), "{told:?}");
    for text in ["首页 > 松月县教育 > 城关镇", "城关镇 > 友情链接 > 松月县 > 竹泉县"] {
        let found = of(text);
        assert_eq!((code(&found), problem(&found)), (None, "place/ambiguous"), "{text}: {found:?}");
    }
}

#[test]
fn neighbours_in_the_text_do_not_decide() {
    let places = small();
    let text = "赴竹泉县学习，赴竹全县学习，再赴竹泉县学习。";
    let urls = strings(&["www.songyue.gov.cn"]);
    let told = places.resolve(&Evidence { body: Some("城关镇人民政府"), text, urls: &urls, ..Evidence::default() });
    assert_eq!(code(&told), Some("970121100"), "{told:?}");
    let alone = places.resolve(&Evidence { body: Some("城关镇人民政府"), text: "赴竹泉县学习。", ..Evidence::default() });
    assert_eq!((code(&alone), problem(&alone)), (None, "place/ambiguous"), "{alone:?}");
}

#[test]
fn a_partner_is_not_the_place() {
    let places = small();
    let bare = Evidence { body: Some("城关镇人民政府"), ..Evidence::default() };
    let urls = strings(&["www.songyue.gov.cn"]);
    for text in ["海下市竹全县对口帮扶我镇。", "竹全县企业2家的信息已公开。", "赴海下市竹全县城关镇考察。", "转载《关于竹全县城关镇的通报》。", "竹全县人民政府捐赠物资12件。"] {
        let alone = places.resolve(&Evidence { text, ..bare });
        assert_eq!((code(&alone), alone.county.as_deref()), (None, None), "{text}: {alone:?}");
        let own = places.resolve(&Evidence { text, urls: &urls, ..bare });
        assert_eq!(code(&own), Some("970121100"), "{text}: {own:?}");
    }
    // In passing a region adds to what names it too: here against a telephone of elsewhere.
    let (path, phones) = ("虚构省/云上市/松月县/17.txt", strings(&["0972-7000000"]));
    let besides = |text| places.resolve(&Evidence { text, path, phones: &phones, ..bare });
    assert_eq!((code(&besides("松月县风景秀丽。")), code(&besides("竹泉县风景秀丽。"))), (Some("970121100"), None));
    // A sentence is one voice, however many regions it names: it does not outweigh a host.
    let against = places.resolve(&Evidence { text: "虚构省海下市竹全县城关镇召开会议。", urls: &urls, ..bare });
    assert_eq!((code(&against), problem(&against)), (None, "place/contradiction"), "{against:?}");
    let governed = places.resolve(&Evidence { text: "根据《竹全县人民政府办公室通知》要求", ..bare });
    assert_eq!(code(&governed), Some("970221100"), "{governed:?}");
}

/// What nobody knows the kind of is no department, and its county's code is not its own.
#[test]
fn a_body_of_no_known_kind_is_no_department() {
    let places = small();
    for (body, told, level, want) in [
        ("松月县妇联", None, None, None),
        ("松月县园艺场", Some("township"), Some("township"), None),
        ("松月县审计局", None, Some("department"), Some("970121")),
        ("松月县供销社", Some("department"), Some("department"), Some("970121")),
        ("海下市人民政府", Some("city"), Some("city"), Some("9702")),
        ("无名市人民政府", Some("city"), None, None),
        ("松月县产业园管理委员会", Some("county"), Some("department"), Some("970121")),
        ("松月县产业园", Some("county"), None, None),
    ] {
        let title = format!("{body}2024年政府信息公开工作年度报告");
        let own = told.map(|_| body);
        let one = places.resolve(&Evidence { title: Some(&title), body: own, body_full: own, level: told, ..Evidence::default() });
        assert_eq!((one.level, code(&one)), (level, want), "{body}: {one:?}");
        assert_eq!(problem(&one) == "place/unknown-body", want.is_none(), "{body}: {one:?}");
        assert_eq!(one.county.is_some(), body.starts_with("松月县"), "{body}: {one:?}");
    }
}

#[test]
fn a_street_by_what_it_is_called_for_short() {
    let more = "970122002,970122002,白塔镇街道,,街道,970122,,,,,,both\n970122003,970122003,东街街道,,街道,970122,,,,,,both\n";
    let mut rows: Vec<&str> = DIVISIONS.lines().skip(1).chain(more.lines()).collect();
    rows.sort_by_key(|row| (row.starts_with(','), *row));
    let header = DIVISIONS.lines().next().expect("a header");
    let places = Gazetteer::parse(&format!("{header}\n{}\n", rows.join("\n")), AREAS, &weights()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    for (body, township, want) in [
        ("竹泉县七桥街", "七桥街道", Some("970122001")),
        ("七桥街", "七桥街道", Some("970122001")),
        ("竹泉七桥街办", "七桥街道", Some("970122001")),
        ("竹泉县七桥街道办", "七桥街道", Some("970122001")),
        ("竹泉县七桥街办事处", "七桥街道", Some("970122001")),
        ("竹泉县七桥街道工作委员会", "七桥街道", Some("970122001")),
        ("竹泉县白塔镇街", "白塔镇街道", Some("970122002")),
        ("竹泉县东街办", "东街街道", Some("970122003")),
        ("竹泉县无名街", "无名街道", None),
    ] {
        let one = places.resolve(&Evidence { body_full: Some(body), body: Some(body), level: Some("township"), ..Evidence::default() });
        assert_eq!((one.level, one.township.as_deref(), code(&one)), (Some("township"), Some(township), want), "{body}: {one:?}");
    }
    for body in ["竹泉县各街办", "竹泉县街道办", "竹泉县镇街"] {
        let one = places.resolve(&Evidence { body_full: Some(body), body: Some(body), level: Some("township"), ..Evidence::default() });
        assert_eq!((one.level, problem(&one)), (None, "place/unknown-body"), "{body}: {one:?}");
    }
}

#[test]
fn an_office_speaks_for_its_government() {
    let places = small();
    for (body, told, level, want) in [
        ("松月县白鹿镇人民政府党政综合办公室", "township", "township", Some("970121101")),
        ("白鹿镇人民政府党政办", "township", "township", Some("970121101")),
        ("竹泉县七桥街道办事处办公室", "township", "township", Some("970122001")),
        ("竹泉县七桥街道综合办公室", "township", "township", Some("970122001")),
        ("海下市人民政府办公厅", "city", "city", Some("9702")),
        ("虚构省人民政府办公厅", "province", "province", Some("97")),
        // An office for one task is a department, and an office elsewhere no street's.
        ("松月县扶贫开发办公室", "department", "department", Some("970121")),
        ("松月县驻海下办事处办公室", "department", "department", Some("970121")),
    ] {
        let one = places.resolve(&Evidence { body_full: Some(body), body: Some(body), level: Some(told), ..Evidence::default() });
        assert_eq!((one.level, code(&one)), (Some(level), want), "{body}: {one:?}");
    }
}

/// Links at the foot lead to neighbours too.
#[test]
fn of_governments_in_a_line_none_is_the_pages() {
    let places = small();
    let foot = |text| places.resolve(&Evidence { body: Some("城关镇人民政府"), text, ..Evidence::default() });
    for text in ["虚构省人民政府 | 云上市人民政府 | 松月县人民政府 | 竹泉县人民政府", "友情链接：虚构省人民政府  云上市人民政府  竹泉县人民政府  松月县人民政府", "松月县政府/竹泉县政府"] {
        let linked = foot(text);
        assert!(code(&linked).is_none() && linked.evidence.iter().all(|words| !words.contains('县')), "{text}: {linked:?}");
    }
    assert_eq!(foot("云上市人民政府 | 松月县人民政府 | 竹泉县人民政府").city.as_deref(), Some("云上市"));
    // Each in the one before: the way to the page's own.
    assert_eq!(code(&foot("虚构省人民政府 | 云上市人民政府 | 松月县人民政府")), Some("970121100"));
}

#[test]
fn the_committee_of_a_county_is_its_own_townships() {
    let places = small();
    let resolve = |body, text| places.resolve(&Evidence { body: Some(body), body_full: Some(body), text, ..Evidence::default() });
    let led = resolve("石门镇", "在竹泉县委、县政府领导下，工作有序。");
    assert_eq!(code(&led), Some("970122101"), "{led:?}");
    let elsewhere = resolve("石门镇", "在松月县委、县政府领导下，工作有序。");
    assert_eq!((code(&elsewhere), problem(&elsewhere)), (None, "place/unknown-body"), "{elsewhere:?}");
    let shared = resolve("城关镇", "在松月县委县政府的坚强领导下，工作有序。");
    assert_eq!(code(&shared), Some("970121100"), "{shared:?}");
    for text in ["赴松月县委、县政府考察。", "受松月县委托开展工作。", "在云上市委、市政府领导下工作。"] {
        assert_eq!(code(&resolve("石门镇", text)), Some("970122101"), "{text}");
    }
}

#[test]
fn several_townships_are_nobody() {
    let places = small();
    for body in ["松月县城关镇等2个乡镇", "松月县城关镇与白鹿镇", "松月县城关镇白鹿镇", "松月县全县各乡镇"] {
        let several = places.resolve(&Evidence { body_full: Some(body), body: Some(body), level: Some("township"), ..Evidence::default() });
        assert_eq!((several.level, code(&several), problem(&several)), (None, None, "place/unknown-body"), "{body}: {several:?}");
    }
    // The title's words before its year are one of them, and that is not the one.
    let joined = places.resolve(&Evidence { title: Some("白鹿镇2024年石门镇政府信息公开工作年度报告"), body: Some("白鹿镇石门镇"), body_full: Some("白鹿镇石门镇"), level: Some("township"), ..Evidence::default() });
    assert_eq!((joined.level, code(&joined)), (None, None), "{joined:?}");
    let unlisted = places.resolve(&Evidence { body_full: Some("松月县和平镇"), level: Some("township"), ..Evidence::default() });
    assert_eq!(unlisted.level, Some("township"));
}

#[test]
fn names_are_tried_whole_first() {
    let places = small();
    for (body, want) in [
        ("北乡义镇人民政府", "970121200"),
        ("虚构乡人民政府", "970122200"),
        ("虚构省云上市竹泉县虚构乡", "970122200"),
        ("竹泉县人民政府七桥街道办事处", "970122001"),
        ("七桥办事处", "970122001"),
        ("竹泉石门镇", "970122101"),
    ] {
        let resolution = places.resolve(&Evidence { body_full: Some(body), ..Evidence::default() });
        assert_eq!((code(&resolution), resolution.level), (Some(want), Some("township")), "{body}: {resolution:?}");
    }
}

#[test]
fn former_names_and_promotions() {
    let places = small();
    let former = places.resolve(&Evidence { body: Some("白鹿乡人民政府"), year: Some(2021), ..Evidence::default() });
    assert_eq!((code(&former), former.statistical_code.as_deref()), (Some("970121101"), Some("970121201")));
    assert_eq!(former.township.as_deref(), Some("白鹿镇"));
    // No table knows 石门乡; a 石门镇 in the county named is its successor, but not beyond doubt.
    let promoted = Evidence { body: Some("石门乡人民政府"), body_full: Some("竹泉县石门乡人民政府"), ..Evidence::default() };
    let promoted = places.resolve(&promoted);
    assert_eq!(code(&promoted), Some("970122101"), "{promoted:?}");
    assert!(promoted.confidence < 0.9);
    let nowhere = places.resolve(&Evidence { body: Some("石门乡人民政府"), ..Evidence::default() });
    assert_eq!(code(&nowhere), None);
}

#[test]
fn places_merged_away() {
    let places = small();
    let gone = places.resolve(&Evidence { body_full: Some("竹泉县老渡乡人民政府"), ..Evidence::default() });
    assert_eq!((code(&gone), problem(&gone)), (Some("970122201"), "place/merged-away"));
    let codeless = places.resolve(&Evidence { body_full: Some("竹全县旧桥镇人民政府"), ..Evidence::default() });
    assert_eq!((code(&codeless), problem(&codeless)), (None, "place/merged-away"));
    assert_eq!(codeless.statistical_code.as_deref(), Some("970221102"));
}

#[test]
fn other_levels_carry_their_own_code() {
    let places = small();
    for (body, want, level) in [
        ("松月县人民政府", Some("970121"), "county"),
        ("云上市人民政府办公室", Some("9701"), "city"),
        ("虚构省人民政府", Some("97"), "province"),
        ("松月县财政局", Some("970121"), "department"),
        ("财政局", None, "department"),
    ] {
        let resolution = places.resolve(&Evidence { body_full: Some(body), ..Evidence::default() });
        assert_eq!((code(&resolution), resolution.level), (want, Some(level)), "{body}: {resolution:?}");
        assert_eq!(resolution.township, None);
    }
    // A county's signature under a township that no table lists does not make it the county.
    let evidence = Evidence { body: Some("新村乡人民政府"), signature: Some("松月县人民政府"), ..Evidence::default() };
    let resolution = places.resolve(&evidence);
    assert_eq!((code(&resolution), resolution.level), (None, Some("township")), "{resolution:?}");
    assert_eq!((problem(&resolution), resolution.county.as_deref()), ("place/unknown-body", Some("松月县")));
}

#[test]
fn the_real_tables() {
    let places = Gazetteer::load(&data()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let townships = |source: &str| places.places().iter().filter(|p| p.level == "township" && p.source == source).count();
    assert_eq!(townships("both") + townships("mca"), 38_723, "the civil-affairs table is complete");
    assert!(townships("both") > 38_000);
    let resolve = |body: &str, text: &str| places.resolve(&Evidence { body_full: Some(body), text, year: Some(2022), ..Evidence::default() });
    let names = |resolution: Resolution| (resolution.township, resolution.county, resolution.province);
    let some = |word: &str| Some(word.to_owned());
    // 湖南镇 lies in Zhejiang and in Fujian, 北乡义镇 is a 镇, the last one is the street office.
    assert_eq!(names(resolve("衢江区湖南镇人民政府", "")), (some("湖南镇"), some("衢江区"), some("浙江省")));
    assert_eq!(problem(&resolve("湖南镇人民政府", "")), "place/ambiguous");
    assert_eq!(names(resolve("北乡义镇人民政府", "")), (some("北乡义镇"), some("成安县"), some("河北省")));
    let street = resolve("鹿城区人民政府七都街道办事处", "");
    assert_eq!(names(street), (some("七都街道"), some("鹿城区"), some("浙江省")));
    assert_eq!(problem(&resolve("城关镇人民政府", "学习沿海城市的经验，县委和县政府高度重视。")), "place/ambiguous");
    assert_eq!(resolve("万柏林区人民政府", "").division_code, some("140109"));
    assert_eq!(resolve("四平市公主岭市范家屯镇人民政府", "").county, some("公主岭市"), "a county that changed its city");
    assert_eq!(resolve("莱芜市钢城区颜庄镇人民政府", "").county, some("钢城区"));
    assert_eq!(resolve("长治县苏店镇人民政府", "").county, some("上党区"), "a county by its former name");
}

/// The invented province with what is called otherwise than it is named, or like something else.
fn with_more() -> Gazetteer {
    let more = "\
970123,970123,东风区,,区,9701,,,东风县,,dong feng,both
970121400,970121400,林业局,,,970121,,,,,,nbs
970121401,970121401,林草局,,,970121,,,,,,nbs
970122400,970122400,林场,,场,970122,,,,,,nbs
970122401,970122401,红石林场,,林场,970122,,,,,,nbs
970122402,970122402,青林业局,,林业局,970122,,,,,,nbs
970122403,970122403,竹泉县林业局,,林业局,970122,,,,,,nbs
970222,970222,林月苗族自治县,林月,自治县,9702,,,,,lin yue,both
970222100,970222100,城关镇,,镇,970222,,,,,,both
970223,970223,滨湖新区,,区,9702,,,,,bin hu xin,both
970224,970224,东风族自治县,,自治县,9702,,,,,dong feng zu,both
970225,970225,塔里族自治旗,,自治旗,9702,,,,,ta li zu,both
";
    Gazetteer::parse(&format!("{DIVISIONS}{more}"), AREAS, &weights()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

#[test]
fn a_region_by_its_short_name() {
    let places = with_more();
    for (body, want, level) in [
        ("林月县人民政府", Some("970222"), "county"),
        ("林月自治县", Some("970222"), "county"),
        ("林月县财政局", Some("970222"), "department"),
        ("林月县城关镇人民政府", Some("970222100"), "township"),
        ("塔里旗", Some("970225"), "county"),
        // One had the name before, the other is said so for short.
        ("东风县", None, "county"),
    ] {
        let resolution = places.resolve(&Evidence { body: Some(body), body_full: Some(body), year: Some(2023), ..Evidence::default() });
        assert_eq!((code(&resolution), resolution.level), (want, Some(level)), "{body}: {resolution:?}");
    }
    // The short name of a county that has none.
    let none = places.resolve(&Evidence { body: Some("松月自治县"), body_full: Some("松月自治县"), level: Some("county"), ..Evidence::default() });
    assert_eq!((code(&none), none.level, problem(&none)), (None, None, "place/unknown-body"), "{none:?}");
    let urls = strings(&["0972-7000000"]);
    let told = places.resolve(&Evidence { body_full: Some("东风县"), phones: &urls, ..Evidence::default() });
    assert_eq!(code(&told), Some("970224"), "{told:?}");
}

#[test]
fn a_kind_alone_is_no_township() {
    let places = with_more();
    for (body, township, level) in [
        ("竹全县林业局", None, Some("department")),
        ("松月县林业局", None, Some("department")),
        ("竹泉县林业局", None, Some("department")),
        ("林业局", None, Some("department")),
        ("竹泉县青林业局", Some("青林业局"), Some("township")),
        ("松月县林场", None, None),
        ("林场", None, None),
        ("竹泉县林场", Some("林场"), Some("township")),
        ("云上市林场", None, None),
        ("竹泉县红石林场", Some("红石林场"), Some("township")),
        ("竹泉县白石林场", Some("白石林场"), Some("township")),
    ] {
        let told = if body.ends_with('局') { "department" } else { "township" };
        let resolution = places.resolve(&Evidence { body: Some(body), body_full: Some(body), level: Some(told), ..Evidence::default() });
        assert_eq!((resolution.township.as_deref(), resolution.level), (township, level), "{body}: {resolution:?}");
    }
}

/// Only with a government of its own is a unit meant that is called like every county's department.
#[test]
fn a_unit_that_is_called_like_a_department_has_a_government() {
    let places = with_more();
    for (body, want, level) in [
        ("竹泉县林业局人民政府", Some("970122403"), "township"),
        ("松月县林业局人民政府", Some("970121400"), "township"),
        ("松月县林草局人民政府", Some("970121401"), "township"),
        ("竹泉县林业局", Some("970122"), "department"),
        ("竹泉县林业局办公室", Some("970122"), "department"),
        ("松月县林草局", Some("970121"), "department"),
        ("竹全县林业局人民政府", Some("970221"), "department"),
        ("林草局", None, "department"),
        ("林草局人民政府", None, "department"),
    ] {
        let resolution = places.resolve(&Evidence { body: Some(body), body_full: Some(body), level: Some("department"), ..Evidence::default() });
        assert_eq!((code(&resolution), resolution.level), (want, Some(level)), "{body}: {resolution:?}");
    }
}

/// The name of all townships, or of none: no level, so that no sum counts it as one.
#[test]
fn a_name_of_kinds_alone_is_nobodys() {
    let places = with_more();
    let resolve = |body, signature| places.resolve(&Evidence { body: Some(body), body_full: Some(body), level: Some("township"), signature, ..Evidence::default() });
    for body in ["竹泉县乡镇", "竹泉县各乡镇", "竹泉县乡镇人民政府", "竹泉县街道", "竹泉县各镇", "竹泉县各街道办事处", "乡镇", "竹泉县镇街道办事处"] {
        for signature in [None, Some("竹泉县人民政府")] {
            let resolution = resolve(body, signature);
            assert_eq!((code(&resolution), resolution.level, resolution.township.as_deref(), problem(&resolution)), (None, None, None, "place/unknown-body"), "{body}: {resolution:?}");
        }
    }
    // A name before the kinds, and a signature that says which.
    for (body, township) in [("竹泉县乡桥镇", "乡桥镇"), ("竹泉县新乡镇", "新乡镇"), ("竹泉县各山镇", "各山镇")] {
        let resolution = resolve(body, None);
        assert_eq!((resolution.level, resolution.township.as_deref()), (Some("township"), Some(township)), "{body}");
    }
    assert_eq!(code(&resolve("竹泉县街道办事处", Some("竹泉县七桥街道办事处"))), Some("970122001"));
}

#[test]
fn an_office_is_a_street_only_by_its_name() {
    let places = with_more();
    for (body, township) in [
        ("云上市驻海下办事处", None),
        ("竹泉县湖区城乡工作办事处", None),
        ("竹泉县白鹿办事处", Some("白鹿")),
        ("竹泉县新村街道办事处", Some("新村街道")),
        ("竹泉县新村镇办事处", Some("新村镇")),
    ] {
        let resolution = places.resolve(&Evidence { body_full: Some(body), level: Some("department"), ..Evidence::default() });
        assert_eq!(resolution.township.as_deref(), township, "{body}: {resolution:?}");
    }
}

#[test]
fn a_zone_of_another_city_is_no_county() {
    let places = with_more();
    let resolve = |title: &str, body: &str| places.resolve(&Evidence { title: Some(title), body: Some(body), body_full: Some(body), ..Evidence::default() });
    let other = resolve("云上滨湖新区2024年政府信息公开工作年度报告", "云上滨湖新区");
    assert_eq!((other.county.as_deref(), other.city.as_deref()), (None, Some("云上市")), "{other:?}");
    let own = resolve("海下滨湖新区2024年政府信息公开工作年度报告", "海下滨湖新区");
    assert_eq!((own.county.as_deref(), own.city.as_deref()), (Some("滨湖新区"), Some("海下市")), "{own:?}");
}

#[test]
fn units_of_the_corps_are_no_part_of_a_name() {
    let places = small();
    for (body, township) in [
        ("第三师海下市五团青口镇", "青口镇"),
        ("海下市五团青口镇", "五团青口镇"),
    ] {
        let resolution = places.resolve(&Evidence { body_full: Some(body), ..Evidence::default() });
        assert_eq!(resolution.township.as_deref(), Some(township), "{resolution:?}");
    }
}

#[test]
fn a_county_is_no_unit_of_its_name_elsewhere() {
    let more = format!("{DIVISIONS}970223,970223,东城区,,区,9702,,,,,dong cheng,both\n970122300,970122300,东城区,,区,970122,,,,,,nbs\n");
    let places = Gazetteer::parse(&more, AREAS, &weights()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let of = |body: &'static str| places.resolve(&Evidence { body_full: Some(body), body: Some(body), ..Evidence::default() });
    for body in ["东城区人民政府办公室", "海下市东城区人民政府"] {
        let county = of(body);
        assert_eq!((county.level, code(&county)), (Some("county"), Some("970223")), "{body}");
    }
    let unit = of("竹泉县东城区人民政府");
    assert_eq!((unit.level, code(&unit)), (Some("township"), Some("970122300")), "behind its own county it is that one");
}

/// A zone with the body's name as it stands; what speaks for a place is `text` and the area code of `phone`.
fn zone(places: &Gazetteer, name: &str, text: &str, phone: &str) -> Resolution {
    places.resolve(&Evidence { body: Some(name), body_full: Some(name), level: Some("county"), text, phones: &strings(&[phone]), ..Evidence::default() })
}

#[test]
fn a_zone_lies_where_the_region_does_that_it_is_named_after() {
    let places = small();
    let one = zone(&places, "虚构省松月经济开发区管理委员会", "地址：松月县城关镇", "");
    assert_eq!((one.county.as_deref(), one.city.as_deref(), code(&one)), (Some("松月县"), Some("云上市"), None));
    let one = zone(&places, "云上国家高新区管委会", "", "");
    assert_eq!((one.county.as_deref(), one.city.as_deref(), code(&one)), (None, Some("云上市"), None));
    // A county's short form is a word of other names too: alone it tells nothing.
    let one = zone(&places, "虚构省松月经济开发区管理委员会", "", "");
    assert_eq!((one.county.as_deref(), one.province.as_deref()), (None, Some("虚构省")));
    // Nor where what is sure contradicts it, or where it is no zone.
    assert_eq!(zone(&places, "云上国家高新区管委会", "", "0972-1234567").city, None);
    assert_eq!(zone(&places, "云上湾经济开发区管委会", "", "").city, None);
}

/// The area code of a telephone, which may be misprinted or a company's, names no region against the one in the body's own name.
#[test]
fn an_area_code_alone_does_not_win_against_the_region_in_a_name() {
    let places = small();
    let city = |body: &str, level: &str, phone: &str| places.resolve(&Evidence { body: Some(body), body_full: Some(body), level: Some(level), phones: &strings(&[phone]), ..Evidence::default() }).city;
    let cases = [("云上国家高新区管委会", "county"), ("虚构松月经济开发区管委会", "county"), ("松月职业技术学院", "department"), ("云上湾职业技术学院", "department")];
    for (body, level) in cases {
        assert_eq!(city(body, level, "0972-1234567"), None, "{body}");
    }
    for (body, level) in [("松月职业技术学院", "department"), ("远山职业技术学院", "department")] {
        assert_eq!(city(body, level, "0971-1234567").as_deref(), Some("云上市"), "{body}");
    }
}

#[test]
fn of_names_that_share_characters_the_first_is_meant() {
    let rows = DIVISIONS.replace("97,97,虚构省", "96,96,实在省,,省,,,,,,shi zai,both\n9601,9601,上市市,,市,96,,,,,shang shi,both\n97,97,虚构省");
    let places = Gazetteer::parse(&rows, AREAS, &weights()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let found = |title: &str| places.resolve(&Evidence { title: Some(title), body: Some(title), body_full: Some(title), level: Some("department"), ..Evidence::default() });
    assert_eq!(found("云上市市场监督管理局").city.as_deref(), Some("云上市"));
    assert_eq!(found("上市市市场监督管理局").city.as_deref(), Some("上市市"));
}

#[test]
fn a_name_may_be_said_of_one_that_is_longer_by_its_kind() {
    let more = format!("{DIVISIONS}970221102,,河镇镇,,镇,970221,,,,,,both\n970122102,970122102,河镇,,镇,970122,,,,,,both\n");
    let mut lines: Vec<&str> = more.lines().skip(1).collect();
    // Rows stand in the order of their codes; one without comes last.
    lines.sort_by_key(|line| (line.starts_with(','), *line));
    let header = DIVISIONS.lines().next().expect("a header");
    let table = format!("{header}\n{}\n", lines.join("\n"));
    let places = Gazetteer::parse(&table, AREAS, &weights()).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let bare = Evidence { body: Some("河镇人民政府"), body_full: Some("河镇人民政府"), ..Evidence::default() };
    assert_eq!((code(&places.resolve(&bare)), problem(&places.resolve(&bare))), (None, "place/ambiguous"));
    let phones = strings(&["0972-6702021"]);
    assert_eq!(code(&places.resolve(&Evidence { phones: &phones, ..bare })), Some("970221102"));
    let whole = Evidence { body: Some("河镇镇人民政府"), body_full: Some("河镇镇人民政府"), ..Evidence::default() };
    assert_eq!(code(&places.resolve(&whole)), Some("970221102"), "the longer name is said of no other");
}

#[test]
fn the_county_of_an_address_is_not_that_of_a_department_above_it() {
    let places = small();
    let text = "请与办公室联系（地址：虚构省云上市松月县人民路1号）。";
    let told = |body: &'static str| {
        let found = places.resolve(&Evidence { body: Some(body), body_full: Some(body), level: Some("department"), text, ..Evidence::default() });
        (found.county, found.city)
    };
    let city = || Some("云上市".to_string());
    assert_eq!(told("云上市民政局"), (None, city()));
    assert_eq!(told("国家某总局"), (None, city()));
    assert_eq!(told("市民政局"), (None, city()));
    assert_eq!(told("松月县民政局"), (Some("松月县".into()), city()));
    assert_eq!(told("县民政局"), (Some("松月县".into()), city()));
}
