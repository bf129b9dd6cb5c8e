//! What the program says in English, said in Chinese by the patterns of `words.json`, which the page's script uses too.

use std::sync::LazyLock;

use super::WORDS;

/// Pattern and words, in which `{1}` is the pattern's first group.
static REMARKS: LazyLock<Vec<(Vec<Part>, String)>> = LazyLock::new(|| {
    let words: serde_json::Value = serde_json::from_str(WORDS).expect("words.json is JSON");
    let pairs = words["remarks"].as_array().into_iter().flatten();
    pairs.filter_map(|p| Some((parts(p[0].as_str()?)?, p[1].as_str()?.to_string()))).collect()
});

/// A sentence of the program in both languages, in English alone where there are no Chinese words for it.
pub fn in_both(text: &str) -> String {
    in_chinese(text).map_or_else(|| text.to_string(), |zh| format!("{text} · {zh}"))
}

/// A sentence of the program in Chinese; none where there are no words for it.
fn in_chinese(text: &str) -> Option<String> {
    let text: Vec<char> = text.chars().collect();
    REMARKS.iter().find_map(|(parts, words)| {
        let mut groups = Vec::new();
        fits(parts, &text, 0, &mut groups).then(|| filled(words, &groups))
    })
}

fn filled(words: &str, groups: &[String]) -> String {
    let number = |n: usize| format!("{{{}}}", n + 1);
    groups.iter().enumerate().fold(words.to_string(), |words, (n, group)| words.replace(&number(n), group))
}

/// The patterns are regular expressions, of which this is all they use.
#[derive(Debug, PartialEq)]
enum Part {
    /// Signs out of a set, `least` to `most` of them.
    Some { of: Signs, least: usize, most: usize },
    Open,
    Close,
}

#[derive(Debug, PartialEq)]
enum Signs {
    Any,
    /// From the first to the second of each pair.
    Of(Vec<(char, char)>),
}

/// None for a pattern that uses more.
fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut out = Vec::new();
    let mut signs = pattern.chars().peekable();
    while let Some(sign) = signs.next() {
        let of = match sign {
            '(' | ')' => {
                out.push(if sign == '(' { Part::Open } else { Part::Close });
                continue;
            }
            '.' => Signs::Any,
            '[' => set(&mut signs)?,
            '\\' => signs.next().map(|c| Signs::Of(vec![(c, c)]))?,
            '*' | '+' | '?' | '|' | '{' | '^' | '$' => return None,
            c => Signs::Of(vec![(c, c)]),
        };
        let (least, most) = match signs.next_if(|c| matches!(c, '*' | '?')) {
            Some('*') => (0, usize::MAX),
            Some(_) => (0, 1),
            None => (1, 1),
        };
        out.push(Part::Some { of, least, most });
    }
    Some(out)
}

fn set(signs: &mut impl Iterator<Item = char>) -> Option<Signs> {
    let inside: Vec<char> = signs.take_while(|c| *c != ']').collect();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < inside.len() {
        let range = at + 2 < inside.len() && inside[at + 1] == '-';
        out.push((inside[at], inside[if range { at + 2 } else { at }]));
        at += if range { 3 } else { 1 };
    }
    (!out.is_empty()).then_some(Signs::Of(out))
}

/// Whether the whole rest of a text fits; the longest first, as a script does it.
fn fits(parts: &[Part], text: &[char], at: usize, groups: &mut Vec<String>) -> bool {
    let Some((part, rest)) = parts.split_first() else { return at == text.len() };
    match part {
        // Groups do not lie in each other: one is what stands up to its end.
        Part::Open => {
            let close = rest.iter().position(|p| *p == Part::Close).unwrap_or(rest.len());
            let (inside, behind) = (&rest[..close], &rest[(close + 1).min(rest.len())..]);
            (at..=text.len()).rev().any(|end| {
                if !fits(inside, &text[..end], at, &mut Vec::new()) {
                    return false;
                }
                groups.push(text[at..end].iter().collect());
                fits(behind, text, end, groups) || {
                    groups.pop();
                    false
                }
            })
        }
        Part::Close => fits(rest, text, at, groups),
        Part::Some { of, least, most } => {
            let fit = |c: &char| match of {
                Signs::Any => true,
                Signs::Of(ranges) => ranges.iter().any(|(a, b)| (a..=b).contains(&c)),
            };
            let n = text[at..].iter().take_while(|c| fit(c)).take(*most).count();
            (*least..=n).rev().any(|n| fits(rest, text, at + n, groups))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_understood() {
        let words: serde_json::Value = serde_json::from_str(WORDS).expect("words.json is JSON");
        for pair in words["remarks"].as_array().expect("a list") {
            let pattern = pair[0].as_str().expect("a pattern");
            assert!(parts(pattern).is_some(), "{pattern} uses what remarks.rs does not understand");
        }
    }

    #[test]
    fn groups_are_filled_in_and_the_whole_must_fit() {
        assert_eq!(in_chinese("0 reports were found, reports_min is 45").as_deref(), Some("找到 0 份年报，至少应有 45 份（reports_min）"));
        assert_eq!(in_chinese("1 report of 2022 was found, reports_a_year_min is 5").as_deref(), Some("2022 年找到 1 份年报，至少应有 5 份（reports_a_year_min）"));
        assert_eq!(in_chinese("and 0 reports were found"), None);
        assert_eq!(in_chinese("words that nobody has translated"), None);
    }
}
