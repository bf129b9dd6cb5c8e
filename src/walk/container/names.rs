//! Names of members: bytes of unknown encoding, and whatever somebody wrote into them. A name is only a name.

use std::collections::HashMap;

use encoding_rs::GB18030;

/// Characters of a name that are kept.
const LONGEST: usize = 400;

/// A name's text. UTF-8 where it is marked so, or where it is valid and holds a character of three bytes or more, as
/// every Han character is: two letters in GBK may be a valid pair of UTF-8, and then it is one of two bytes.
pub(super) fn decode(raw: &[u8], marked: bool) -> String {
    match std::str::from_utf8(raw) {
        Ok(text) if marked || text.is_ascii() || text.chars().any(|c| c.len_utf8() > 2) => text.to_owned(),
        _ if marked => String::from_utf8_lossy(raw).into_owned(),
        _ => GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

/// A path of plain names: no root, no drive, no step upwards, no control character, no mark that we give a meaning.
pub(super) fn clean(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let parts = name.split(['/', '\\']).map(str::trim).filter(|p| !p.is_empty() && *p != "." && *p != "..");
    for (i, part) in parts.enumerate() {
        let is_drive = i == 0 && part.len() == 2 && part.as_bytes()[0].is_ascii_alphabetic() && part.ends_with(':');
        if is_drive {
            continue;
        }
        if !out.is_empty() {
            out.push('/');
        }
        // `!` stands between a container and its members.
        out.extend(part.chars().map(|c| match c {
            '!' => '！',
            c if c.is_control() => '_',
            c => c,
        }));
    }
    if let Some((end, _)) = out.char_indices().nth(LONGEST) {
        out.truncate(end);
    }
    if out.is_empty() { "unnamed".into() } else { out }
}

/// The names of one container so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Hash of a name → the number to try for its next occurrence.
    seen: HashMap<[u8; 16], u32>,
}

impl Names {
    /// The name, cleaned, or with `~2`, `~3` … behind it where it was there before.
    pub fn distinct(&mut self, name: &str) -> String {
        let name = clean(name);
        let mut next = match self.seen.get(&key(&name)) {
            None => {
                self.seen.insert(key(&name), 2);
                return name;
            }
            Some(&next) => next,
        };
        loop {
            let other = format!("{name}~{next}");
            next += 1;
            if !self.seen.contains_key(&key(&other)) {
                self.seen.insert(key(&other), 2);
                self.seen.insert(key(&name), next);
                return other;
            }
        }
    }
}

fn key(name: &str) -> [u8; 16] {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_their_encoding() {
        for (raw, marked, text) in [
            ("年报/汇总.htm".as_bytes(), true, "年报/汇总.htm"),
            ("年报.htm".as_bytes(), false, "年报.htm"),
            (b"\xC4\xEA\xB1\xA8.htm", false, "年报.htm"),
            // Valid UTF-8 by chance.
            (b"\xC1\xAA\xCD\xA8.txt", false, "联通.txt"),
            (b"\xD2\xBB.txt", false, "一.txt"),
            (b"a\xFF.txt", true, "a\u{FFFD}.txt"),
            (b"plain.txt", false, "plain.txt"),
        ] {
            assert_eq!(decode(raw, marked), text, "{raw:?}");
        }
    }

    #[test]
    fn a_name_is_only_a_name() {
        for (name, path) in [
            ("../../etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            ("C:\\Users\\a.doc", "Users/a.doc"),
            ("a/./b//c/../d.htm", "a/b/c/d.htm"),
            ("a\0b\n.htm", "a_b_.htm"),
            ("a.zip!b.htm", "a.zip！b.htm"),
            ("..", "unnamed"),
            ("", "unnamed"),
            ("C:", "unnamed"),
        ] {
            assert_eq!(clean(name), path, "{name:?}");
        }
        assert_eq!(clean(&"长".repeat(5000)).chars().count(), LONGEST);
    }

    #[test]
    fn equal_names_are_told_apart_in_their_order() {
        let mut names = Names::default();
        let given = ["a", "a", "a~2", "a", "/a", "b"].map(|n| names.distinct(n));
        assert_eq!(given, ["a", "a~2", "a~2~2", "a~3", "a~4", "b"]);
        let mut names = Names::default();
        let last = (0..50_000).map(|_| names.distinct("a")).last();
        assert_eq!(last.as_deref(), Some("a~50000"));
    }
}
