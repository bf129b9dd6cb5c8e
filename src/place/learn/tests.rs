use std::sync::Arc;

use super::*;
use crate::model::PlaceRow;
use crate::place::Evidence;
use crate::place::tests::small;

/// A report of a township of 松月县 (970121), 竹泉县 (970122) or 竹全县 (970221).
fn sure(code: &str, path: &str, host: &str) -> ReportRow {
    let place = PlaceRow { division_code: Some(code.into()), ..PlaceRow::default() };
    ReportRow { path: path.into(), hosts: hosts(&[format!("http://{host}/a")], path).into_iter().map(Into::into).collect(), place: place.into(), confidence: 0.95, ..ReportRow::default() }
}

fn open(path: &str, host: &str) -> ReportRow {
    ReportRow { place: Arc::default(), confidence: 0.0, ..sure("", path, host) }
}

/// Five reports of three townships of 竹泉县, all from one host and in one folder.
fn five() -> Vec<ReportRow> {
    let codes = ["970122001", "970122101", "970122200", "970122001", "970122101"];
    codes.iter().enumerate().map(|(i, code)| sure(code, &format!("set7/{i}.txt"), "zq.example.com")).collect()
}

/// Where 城关镇, which stands in three counties, is found to lie.
fn found(mut rows: Vec<ReportRow>, path: &str, host: &str) -> (Option<String>, f64, Vec<String>) {
    let places = small();
    rows.push(open(path, host));
    let learned = places.learn(&rows);
    let hosts: Vec<String> = rows.last().expect("just added").hosts.iter().map(|h| h.to_string()).collect();
    let evidence = Evidence { body: Some("城关镇人民政府"), body_full: Some("城关镇人民政府"), path, hosts: &hosts, learned: Some(&learned), ..Evidence::default() };
    let found = places.resolve(&evidence);
    (found.division_code, found.confidence, found.evidence)
}

#[test]
fn a_host_whose_reports_lie_in_one_county_tells_the_county() {
    let (code, confidence, words) = found(five(), "elsewhere/x.txt", "zq.example.com");
    assert_eq!(code.as_deref(), Some("970122100"));
    assert!(confidence < 0.9, "what is learned is never certain: {confidence}");
    assert!(words.contains(&"5 of 5 reports from zq.example.com are of 竹泉县".to_string()), "{words:?}");
}

#[test]
fn a_folder_tells_it_too() {
    let (code, _, words) = found(five(), "set7/x.txt", "other.example.com");
    assert_eq!(code.as_deref(), Some("970122100"));
    assert!(words.contains(&"5 of 5 reports in the folder set7 are of 竹泉县".to_string()), "{words:?}");
}

/// Near misses: nothing that falls short of the thresholds teaches.
#[test]
fn too_few_reports_or_places_teach_nothing() {
    assert_eq!(found(five()[..4].to_vec(), "set7/x.txt", "zq.example.com").0, None, "four reports");
    let mut two_places = five();
    two_places[2] = sure("970122001", "set7/2.txt", "zq.example.com");
    assert_eq!(found(two_places, "set7/x.txt", "zq.example.com").0, None, "of two townships");
    let mut unsure = five();
    unsure[2].confidence = 0.89;
    assert_eq!(found(unsure, "set7/x.txt", "zq.example.com").0, None, "one of them is not certain");
    let mut taught = five();
    taught[2].learned = true;
    assert_eq!(found(taught, "set7/x.txt", "zq.example.com").0, None, "one of them was taught itself");
}

#[test]
fn a_hijacked_mirror_teaches_nothing() {
    let mut rows = five();
    rows.extend(["970121101", "970121200", "970221101"].iter().enumerate().map(|(i, code)| sure(code, &format!("set7/m{i}.txt"), "zq.example.com")));
    assert_eq!(found(rows, "set7/x.txt", "zq.example.com").0, None);
}

/// Reports of several counties of one city tell the city, and 城关镇 stands in two of its counties.
#[test]
fn a_citys_host_tells_no_more_than_the_city() {
    let mut rows = five();
    rows.push(sure("970121101", "set8/a.txt", "zq.example.com"));
    let (code, _, words) = found(rows, "elsewhere/x.txt", "zq.example.com");
    assert_eq!(code, None);
    assert!(words.iter().any(|w| w.ends_with("are of 云上市")), "{words:?}");
}

/// A host or folder named after the city, or the province, may hold reports of any of its counties, though five of one were collected.
#[test]
fn what_is_named_after_a_city_teaches_no_county() {
    let on = |path: &str, host: &str| -> Vec<ReportRow> {
        let codes = five().into_iter().filter_map(|r| r.place.division_code.clone());
        codes.enumerate().map(|(i, code)| sure(&code, &format!("{path}{i}.txt"), host)).collect()
    };
    for (path, host) in [("", "www.yunshang.gov.cn"), ("", "xxgk.yunshang.gov.cn"), ("虚构省/云上市/", "a"), ("yunshang/", "a"), ("www.yunshang.gov.cn/", "a"), ("云上市/2022/", "a")] {
        let (code, _, words) = found(on(path, host), &format!("{path}x.txt"), host);
        assert_eq!(code, None, "{path} {host}");
        assert!(words.iter().any(|w| w.starts_with("5 of 5") && w.ends_with("are of 云上市")), "{path} {host}: {words:?}");
    }
    let (code, _, words) = found(on("", "xxgk.xugou.gov.cn"), "x.txt", "xxgk.xugou.gov.cn");
    assert!(code.is_none() && !words.iter().any(|w| w.starts_with("5 of 5")), "a province's: {words:?}");
    // Near misses: the name is the county's too, or says nothing.
    for (path, host) in [("", "zq.yunshang.gov.cn"), ("", "www.example.gov.cn"), ("虚构省/云上市/竹泉县/", "a"), ("云上市/zhuquan/", "a"), ("2022/", "a")] {
        assert_eq!(found(on(path, host), &format!("{path}x.txt"), host).0.as_deref(), Some("970122100"), "{path} {host}");
    }
}

#[test]
fn host_and_folder_that_disagree_tell_nothing() {
    let mut rows = five();
    let others = ["970121101", "970121200", "970121100", "970121101", "970121200"];
    rows.extend(others.iter().enumerate().map(|(i, code)| sure(code, &format!("set8/{i}.txt"), "sy.example.com")));
    assert_eq!(found(rows.clone(), "set8/x.txt", "zq.example.com").0, None);
    assert_eq!(found(rows, "set8/x.txt", "sy.example.com").0.as_deref(), Some("970121100"));
}

/// A folder of many counties within a folder of one: what lies above says nothing about it.
#[test]
fn the_nearest_folder_with_reports_enough_is_asked() {
    let mut rows: Vec<ReportRow> = (0..100).map(|i| sure(["970122001", "970122101", "970122200"][i % 3], &format!("top/{i}.txt"), "a.example.com")).collect();
    let mixed = ["970121101", "970121200", "970221101", "970122001", "970122101"];
    rows.extend(mixed.iter().enumerate().map(|(i, code)| sure(code, &format!("top/mixed/{i}.txt"), "b.example.com")));
    assert_eq!(found(rows.clone(), "top/mixed/x.txt", "c.example.com").0, None);
    assert_eq!(found(rows, "top/empty/x.txt", "c.example.com").0.as_deref(), Some("970122100"));
}

#[test]
fn hosts_are_told_from_other_words() {
    let urls = ["http://www.Zhuquan.gov.cn:80/col/1.html".to_string(), "not a host".into(), "https://zhuquan.gov.cn".into()];
    assert_eq!(hosts(&urls, "www.mirror.com/2023年.bak/v1.2/a.gov.cn"), ["mirror.com", "zhuquan.gov.cn"]);
}
