//! Departments of units that no table lists, between a region and them.

use super::tests::small_with;
use super::*;

#[test]
fn the_department_of_a_unit_that_no_table_lists_is_none_of_the_region_above() {
    let places = small_with("970124,970124,市北区,,区,9701,,,,,shi bei,both\n");
    let of = |body: &str| places.resolve(&Evidence { body: Some(body), body_full: Some(body), level: Some("department"), ..Evidence::default() });
    for (body, city) in [
        ("云上市峡谷区水利局", Some("云上市")),
        ("云上市平山区水利局", Some("云上市")),
        ("云上经开区教育局", Some("云上市")),
        ("虚构省松中旗司法局", None),
        ("松月县经济开发区管委会社会事务局", Some("云上市")),
        ("云上市滨海新城建设局", Some("云上市")),
        ("云上市公安局峡谷区分局", Some("云上市")),
        ("国家税务总局云上市峡谷区税务局", Some("云上市")),
    ] {
        let one = of(body);
        assert_eq!((one.division_code.as_deref(), one.city.as_deref(), one.level, one.problem.as_ref().map_or("", |problem| problem.code)), (None, city, Some("department"), "place/unknown-body"), "{body}: {one:?}");
    }
    for (body, want) in [
        ("云上市市北区审计局", "970124"),
        // Said without the letter that the two names share.
        ("云上市北区审计局", "970124"),
        ("云上市公安局市北区分局", "970124"),
        ("国家税务总局松月县税务局", "970121"),
        ("国家税务总局云上市税务局", "9701"),
        // Words that every place has, or that only begin so, and what governs such a place.
        ("云上市北区域合作局", "9701"),
        ("云上市社区建设局", "9701"),
        ("云上市山区开发局", "9701"),
        ("云上市城区管理局", "9701"),
        ("云上市行政区划局", "9701"),
        ("云上市县域经济局", "9701"),
        ("云上市天池风景区管理局", "9701"),
        ("云上市滨海度假区管理局", "9701"),
        ("松月县红旗渠灌区水利局", "970121"),
    ] {
        let one = of(body);
        assert_eq!(one.division_code.as_deref(), Some(want), "{body}: {one:?}");
    }
}
