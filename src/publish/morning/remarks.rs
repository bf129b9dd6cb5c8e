//! What the program says in English, said in Chinese by the patterns of `words.json`, which the page's script uses too.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::WORDS;

/// The words of the page.
static ALL: LazyLock<serde_json::Value> = LazyLock::new(|| serde_json::from_str(WORDS).expect("words.json is JSON"));

/// Pattern and words, in which `{1}` is the pattern's first group.
static REMARKS: LazyLock<Vec<(Regex, String)>> = LazyLock::new(|| {
    let pairs: Vec<(String, String)> = serde_json::from_value(ALL["remarks"].clone()).expect("remarks are pairs of texts");
    pairs.into_iter().map(|(pattern, words)| (Regex::new(&format!("^(?:{pattern})$")).expect("remarks are regular expressions"), words)).collect()
});

/// A sentence of the program in both languages, in English alone where there are no Chinese words for it.
pub fn in_both(text: &str) -> String {
    in_chinese(text).map_or_else(|| text.to_string(), |zh| format!("{text} · {zh}"))
}

/// What a check of running text says; nothing where there are no words for it.
pub fn check_in_chinese(name: &str) -> &'static str {
    ALL[format!("check.{name}")][0].as_str().unwrap_or_default()
}

/// A sentence of the program in Chinese; none where there are no words for it.
fn in_chinese(text: &str) -> Option<String> {
    REMARKS.iter().find_map(|(pattern, words)| pattern.captures(text).map(|groups| filled(words, &groups)))
}

fn filled(words: &str, groups: &Captures) -> String {
    let number = |n: usize| format!("{{{n}}}");
    let said = groups.iter().enumerate().skip(1);
    // A sentence may hold another: that of a container has what is wrong with it.
    let chinese = |text: &str| in_chinese(text).unwrap_or_else(|| text.to_string());
    said.fold(words.to_string(), |words, (n, group)| words.replace(&number(n), &group.map_or_else(String::new, |g| chinese(g.as_str()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_of_running_text_have_words() {
        assert!(crate::model::TEXT_CHECKS.iter().all(|name| !check_in_chinese(name).is_empty()));
        assert_eq!(check_in_chinese("t3_balance_total"), "");
    }

    #[test]
    fn groups_are_filled_in_and_the_whole_must_fit() {
        assert_eq!(in_chinese("0 reports were found, reports_min is 45").as_deref(), Some("找到 0 份年报，至少应有 45 份（reports_min）"));
        assert_eq!(in_chinese("1 report of 2022 was found, reports_a_year_min is 5").as_deref(), Some("2022 年找到 1 份年报，至少应有 5 份（reports_a_year_min）"));
        assert_eq!(in_chinese("and 0 reports were found"), None);
        assert_eq!(in_chinese("words that nobody has translated"), None);
        assert_eq!(in_chinese("a container that cannot be read: the zip is damaged: no list; fetch it again").as_deref(), Some("压缩包无法读取：zip 压缩包损坏（no list），请重新下载"));
        assert_eq!(in_chinese("the file is RAR archives, and this build does not read RAR archives yet; save it as text or HTML").as_deref(), Some("文件是 RAR 压缩包，本程序不读；请另存为文本或网页"));
    }
}
