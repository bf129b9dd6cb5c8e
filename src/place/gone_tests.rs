//! Regions that are gone, and counties within the names of others' departments.

use super::tests::small_with;
use super::*;
use std::path::Path;

fn real() -> Gazetteer {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/divisions");
    Gazetteer::load(&data).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn of(places: &Gazetteer, body: &str, level: &str, year: Option<i32>) -> Resolution {
    places.resolve(&Evidence { title: Some(body), body: Some(body), body_full: Some(body), level: Some(level), year, ..Evidence::default() })
}

fn code_and_county(found: &Resolution) -> (Option<&str>, Option<&str>) {
    (found.division_code.as_deref(), found.county.as_deref())
}

#[test]
fn counties_that_stood_side_by_side_are_two() {
    let places = real();
    for (body, level, year, code, county) in [
        ("杭州市下城区人民政府", "county", 2020, "330103", "下城区"),
        ("杭州市拱墅区人民政府", "county", 2020, "330105", "拱墅区"),
        ("杭州市拱墅区人民政府", "county", 2022, "330105", "拱墅区"),
        ("杭州市下城区财政局", "department", 2020, "330103", "下城区"),
        ("北京市崇文区人民政府", "county", 2009, "110103", "崇文区"),
        ("张家口市宣化县人民政府", "county", 2015, "130721", "宣化县"),
        ("张家口市宣化区人民政府", "county", 2015, "130705", "宣化区"),
        ("重庆市江北区人民政府", "county", 2023, "500105", "江北区"),
        // One that was renamed, or is of another kind now, stays one.
        ("南昌市新建县人民政府", "county", 2014, "360112", "新建区"),
        ("烟台市蓬莱市人民政府", "county", 2019, "370614", "蓬莱区"),
        ("淮安市楚州区人民政府", "county", 2010, "320803", "淮安区"),
        ("北京市密云县人民政府", "county", 2014, "110118", "密云区"),
    ] {
        let found = of(&places, body, level, Some(year));
        assert_eq!(code_and_county(&found), (Some(code), Some(county)), "{body}: {found:?}");
        assert_eq!(found.problem.is_some(), places.by_code(code).is_some_and(|place| place.valid_to.is_some()), "{body}");
    }
    let city = of(&places, "莱芜市人民政府", "city", Some(2018));
    assert_eq!((city.level, city.division_code.as_deref(), city.county), (Some("city"), Some("3712"), None));
}

/// What lay in a region that is gone lies in the one that took it in, by name as by code.
#[test]
fn the_townships_of_one_that_is_gone_are_found() {
    let places = real();
    let codes = ["11330103002494000X".to_owned()];
    for evidence in [
        Evidence { title: Some("杭州市下城区长庆街道办事处"), year: Some(2020), ..Evidence::default() },
        Evidence { title: Some("杭州市下城区长庆街道办事处"), year: Some(2023), ..Evidence::default() },
        Evidence { title: Some("杭州市拱墅区长庆街道办事处"), codes: &codes, year: Some(2023), ..Evidence::default() },
    ] {
        let found = places.resolve(&Evidence { body: Some("长庆街道办事处"), body_full: evidence.title, level: Some("township"), ..evidence });
        assert!(found.division_code.as_deref().is_some_and(|code| code.starts_with("330105")), "{found:?}");
        assert!(found.confidence > 0.98, "{found:?}");
    }
    // One that no table lists: the year tells of which of the two it was.
    for (year, county) in [(2020, "下城区"), (2023, "拱墅区")] {
        let found = of(&places, "杭州市下城区无名街道办事处", "township", Some(year));
        assert_eq!(code_and_county(&found), (None, Some(county)), "{found:?}");
    }
}

#[test]
fn a_place_goes_before_the_one_that_took_it_in_under_its_name() {
    let places = small_with("970123,970123,竹山区,,区,9701,,2025,,970124,zhu shan,nbs\n970124,,两竹区,,区,9701,,,970123;竹山区,,liang zhu,mca\n");
    for (body, level) in [("云上市竹山区人民政府", "county"), ("云上市竹山区财政局", "department")] {
        for year in [None, Some(2023), Some(2025)] {
            let found = of(&places, body, level, year);
            assert_eq!(code_and_county(&found), (Some("970123"), Some("竹山区")), "{body} {year:?}: {found:?}");
        }
    }
    // Behind its years nobody can say which of them is meant.
    let later = of(&places, "云上市竹山区人民政府", "county", Some(2027));
    assert_eq!((code_and_county(&later), later.problem.as_ref().map(|p| p.code)), ((None, None), Some("place/ambiguous")), "{later:?}");
}

#[test]
fn the_branch_of_a_citys_department_is_the_countys() {
    let places = real();
    for (body, code) in [
        ("温州市公安局鹿城区分局", "330302"),
        ("绍兴市生态环境局上虞分局", "330604"),
        ("南宁市自然资源局良庆分局", "450108"),
        ("重庆市规划和自然资源局渝中区局", "500103"),
        ("宁波市公安局江北分局", "330205"),
        ("威海市文登教育局", "371003"),
        ("聊城市东昌府教育局", "371502"),
        // The city's: no county, or not all of what stands there.
        ("温州市公安局交通警察分局", "3303"),
        ("广州市公安局白云机场分局", "4401"),
        ("荆州市公安局", "4210"),
        ("威海市教育局", "3710"),
        ("南京市玄武湖管理局", "3201"),
    ] {
        let found = of(&places, body, "department", Some(2022));
        assert_eq!((found.level, found.division_code.as_deref()), (Some("department"), Some(code)), "{body}: {found:?}");
    }
    let office = of(&places, "威海市文登人民政府办公室", "department", Some(2022));
    assert_eq!((office.level, office.division_code.as_deref(), office.government.as_deref()), (Some("county"), Some("371003"), Some("文登区人民政府办公室")), "{office:?}");
    // Whether it is the city's or the county's nobody can say.
    let either = of(&places, "威海市文登水库管理局", "department", Some(2022));
    assert_eq!((either.division_code.as_deref(), either.problem.as_ref().map(|p| p.code)), (None, Some("place/ambiguous")), "{either:?}");
}

/// 民族街道 was 民族街街道 before: two forms of one name, and one place.
#[test]
fn a_street_is_no_rival_of_itself() {
    let found = of(&real(), "武汉市江汉区民族街", "township", Some(2022));
    assert_eq!((found.division_code.as_deref(), found.township.as_deref()), (Some("420103001"), Some("民族街道")), "{found:?}");
}
