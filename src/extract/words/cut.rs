//! A text cut at signs. Letters, digits and Han characters are none, so that most of it is passed over at once.

use crate::fold::{HAN, same};

/// The parts of a text between signs, from either end. A last part behind a sign that ends the text may be empty.
pub struct Cut<'t, F> {
    rest: Option<&'t str>,
    is_sign: F,
    /// Whether a sign stays at the end of the part before it.
    stays: bool,
}

impl<'t, F: Fn(char) -> bool> Cut<'t, F> {
    pub fn at(text: &'t str, is_sign: F) -> Cut<'t, F> {
        Cut { rest: Some(text), is_sign, stays: false }
    }

    pub fn behind(text: &'t str, is_sign: F) -> Cut<'t, F> {
        Cut { rest: Some(text).filter(|text| !text.is_empty()), is_sign, stays: true }
    }

    /// The first sign of a text, and where it stands.
    fn first_sign(&self, text: &str) -> Option<(usize, char)> {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            at += match same(bytes, at) {
                0 => {
                    let c = text[at..].chars().next()?;
                    if (self.is_sign)(c) {
                        return Some((at, c));
                    }
                    c.len_utf8()
                }
                width => width,
            };
        }
        None
    }

    /// The last one.
    fn last_sign(&self, text: &str) -> Option<(usize, char)> {
        let (bytes, mut end) = (text.as_bytes(), text.len());
        loop {
            while end >= HAN && same(bytes, end - HAN) == HAN {
                end -= HAN;
            }
            let c = text[..end].chars().next_back()?;
            end -= c.len_utf8();
            if (self.is_sign)(c) {
                return Some((end, c));
            }
        }
    }
}

impl<'t, F: Fn(char) -> bool> Iterator for Cut<'t, F> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let rest = self.rest?;
        let Some((at, sign)) = self.first_sign(rest) else { return self.rest.take() };
        let behind = at + sign.len_utf8();
        self.rest = Some(&rest[behind..]);
        Some(&rest[..if self.stays { behind } else { at }])
    }
}

impl<F: Fn(char) -> bool> DoubleEndedIterator for Cut<'_, F> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let rest = self.rest?;
        let own = if self.stays { rest.strip_suffix(|c| (self.is_sign)(c)).unwrap_or(rest) } else { rest };
        let Some((at, sign)) = self.last_sign(own) else { return self.rest.take() };
        let behind = at + sign.len_utf8();
        self.rest = Some(&rest[..if self.stays { behind } else { at }]);
        Some(&rest[behind..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_give_the_same_parts() {
        let is_sign = |c: char| matches!(c, '。' | '|' | '\u{3000}');
        for text in ["", "一", "|", "一二|b。", "。。一　C，3|", "|一"] {
            let at: Vec<&str> = text.split(is_sign).collect();
            let behind: Vec<&str> = text.split_inclusive(is_sign).collect();
            assert_eq!(Cut::at(text, is_sign).collect::<Vec<_>>(), at, "{text}");
            assert_eq!(Cut::at(text, is_sign).rev().collect::<Vec<_>>(), at.into_iter().rev().collect::<Vec<_>>(), "{text}");
            let full = |parts: Vec<&'static str>| parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>();
            assert_eq!(full(Cut::behind(text, is_sign).collect()), behind, "{text}");
            assert_eq!(full(Cut::behind(text, is_sign).rev().collect()), behind.into_iter().rev().collect::<Vec<_>>(), "{text}");
        }
    }
}
