//! Keys whose letters stand apart (发 布 日 期：, 联系 电话：) become whole, so that whoever asks for a key finds it.

use super::atoms::{Atoms, COLON, SQUARE};
use crate::extract::beside::block::Keys;
use crate::fold::{fold, is_space};

/// In letters, the longest key that is written so.
const LONGEST: usize = 10;

/// In bytes, a fragment that is a part of one is no longer, with signs around it.
const PART: usize = 24;

/// In spaces, the widest gap between two letters of a word in which all stand apart, and how far its gaps may differ.
const GAP: usize = 8;
const UNEVEN: usize = 1;

/// A text without the spaces within its keys, on as many lines as before; none where it has none of them.
pub fn joined(keys: &Keys, text: &str, atoms: &Atoms) -> Option<String> {
    let mut out = String::new();
    let (mut done, mut n) = (0, 0);
    while n < atoms.fragments.len() {
        let Some(last) = key_at(keys, text, atoms, n) else {
            n += 1;
            continue;
        };
        for i in n..last {
            out.push_str(&text[done..atoms.fragments[i].end as usize]);
            done = atoms.fragments[i + 1].start as usize;
        }
        // A value that ran into the next key ends the last fragment.
        n = last;
    }
    (done > 0).then(|| out + &text[done..])
}

/// The last of the fragments that are a key together, the first of which is given.
fn key_at(keys: &Keys, text: &str, atoms: &Atoms, first: usize) -> Option<usize> {
    let piece = |n: usize| atoms.fragments.get(n).map(|f| &text[f.start as usize..f.end as usize]);
    // How many spaces, and nothing else, stand behind a fragment.
    let gap = |n: usize| {
        let (f, next) = (atoms.fragments.get(n)?, atoms.fragments.get(n + 1)?);
        let between = &text[f.end as usize..next.start as usize];
        between.chars().all(is_space).then(|| between.chars().count())
    };
    let closes = |rest: &str| rest.starts_with(COLON) || rest.starts_with(SQUARE[1]);
    // Most fragments are lines, or figures.
    if atoms.fragments[first].line != atoms.fragments.get(first + 1)?.line {
        return None;
    }
    let whole = piece(first)?;
    if !whole.ends_with(char::is_alphabetic) {
        return None;
    }
    // A word begins behind a sign: 请与党政办联系（电 话：.
    let whole = whole.rsplit(is_sign).next()?;
    let width = gap(first)?;
    // 枫桥镇人民政府发 布 日 期：: a value ran into the first letter.
    let glued = !is_letter(whole) && piece(first + 1)?.chars().nth(1).is_none_or(|c| !c.is_alphabetic());
    let opening = if glued { &whole[whole.char_indices().next_back()?.0..] } else { whole };
    let before = first.checked_sub(1).filter(|n| gap(*n).is_some());
    // The middle of words whose letters stand apart is no beginning.
    let alike = |n: &usize| gap(*n).is_some_and(|gap| gap.abs_diff(width) <= UNEVEN);
    if opening.len() > PART || before.filter(alike).and_then(piece).is_some_and(is_letter) && !glued {
        return None;
    }
    let (mut word, mut apart, mut key) = (String::new(), true, None);
    for n in first.. {
        let part = if n == first { Some(opening) } else { piece(n) };
        let Some(part) = part.filter(|p| p.starts_with(char::is_alphabetic)) else { break };
        let (letters, rest) = part.split_at(part.find(|c: char| !c.is_alphabetic()).unwrap_or(part.len()));
        word.push_str(letters);
        apart &= is_letter(letters);
        if word.chars().count() > LONGEST {
            break;
        }
        let behind = gap(n).filter(|_| rest.is_empty());
        let closed = || closes(rest) || behind.is_some() && piece(n + 1).is_some_and(closes);
        let ended = || closed() || rest.is_empty() && behind.is_none();
        if n > first && (if glued { n > first + 1 && closed() } else { apart || closed() || before.is_none() && ended() }) {
            let folded = fold(&word);
            // 审 核 状 态 ends with a key.
            key = (keys.are(&folded) || apart && !glued && ended() && keys.end(&folded)).then_some(n).or(key);
        }
        if behind.is_none_or(|gap| apart && (gap > GAP || gap.abs_diff(width) > UNEVEN)) {
            break;
        }
    }
    key
}

/// What a word may stand behind.
fn is_sign(c: char) -> bool {
    matches!(c, '[' | '【' | '(' | '（' | '，' | '。' | '；' | ':' | '：')
}

/// Whether a text is one letter alone.
fn is_letter(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::items::atoms::atoms;

    #[test]
    fn keys_whose_letters_stand_apart_become_whole() {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/disclosure");
        let form = crate::form::load(&dir).unwrap_or_else(|faults| panic!("{}", faults[0]));
        let keys = Keys::new(&form);
        let read = |text: &str| joined(&keys, text, &atoms(text));
        let cases = [
            ("索 引 号：1/2\n发\u{A0}布\u{3000}日 期 ：2024-01-25\n", "索引号：1/2\n发布日期 ：2024-01-25\n"),
            ("联系 电话：1\t文    号：无", "联系电话：1\t文号：无"),
            ("【发 布 日 期】2024", "【发布日期】2024"),
            ("审 核 状 态\t待审核", "审核状态\t待审核"),
            ("发布 日期\u{1F}\n2024\u{1F}", "发布日期\u{1F}\n2024\u{1F}"),
            ("单 位    名 称 ", "单位    名称 "),
            ("请与党政办联系（电 话：1）。", "请与党政办联系（电话：1）。"),
            ("机构：枫桥镇人民政府发 布 日 期：2024", "机构：枫桥镇人民政府发布日期：2024"),
        ];
        for (text, want) in cases {
            assert_eq!(read(text).as_deref(), Some(want), "{text}");
        }
        for text in ["发布日期：2024", "发\t布\t日\t期", "发布\n日期：1", "枫 桥 镇 报 告 时 间 表", "截至 时间 不详", "", "日 ", "日 月"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
