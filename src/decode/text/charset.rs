//! Bytes to characters. What a page declares is only a hint: archives are full of pages that were re-encoded without
//! their `<meta>` being changed, so the bytes decide wherever they can.

use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memmem};

use super::legacy::{legacy, widened};

/// Where a declaration is looked for; browsers stop at 1 KB, generators of these pages do not.
const HEAD: usize = 4096;
/// Text with what became of its bytes.
#[derive(Debug)]
pub struct Reading {
    pub text: String,
    pub encoding: &'static Encoding,
    /// How many times a U+FFFD was put in.
    pub replaced: u32,
    /// The last character is cut off (its replacement is among the counted ones).
    pub cut: bool,
    /// What the page says of itself.
    pub declared: Option<&'static Encoding>,
}

impl Reading {
    /// The declaration where it contradicts the bytes. Text in ASCII agrees with every one of them.
    pub fn contradicted(&self) -> Option<&'static Encoding> {
        self.declared.filter(|&declared| widened(declared) != self.encoding && !self.text.is_ascii())
    }

    /// Whether Chinese text comes in this encoding. A text in ASCII counts as UTF-8.
    pub fn is_likely(&self) -> bool {
        [UTF_8, GB18030, BIG5, UTF_16LE, UTF_16BE].contains(&self.encoding)
    }

    /// Whether this is no text. A text has hardly any control characters, and an encoding that is right leaves hardly any
    /// byte over. The exceptions among the control characters come from Word (cell marks, fields, line and page breaks) and
    /// from ourselves.
    pub fn is_binary(&self) -> bool {
        let bytes = self.text.as_bytes();
        // Asked of short pieces as a whole: the compiler turns that into vector instructions.
        let may_have = |piece: &&[u8]| piece.iter().fold(false, |any, &b| any | (b < 0x20 && !(0x09..=0x0D).contains(&b)));
        let controls: usize = bytes.chunks(128).filter(may_have).map(|piece| piece.iter().filter(|&&b| is_control(b)).count()).sum();
        let replaced = self.replaced as usize;
        controls * 50 > bytes.len() + 100 || (replaced > 2 && replaced * 10 > self.text.chars().count())
    }
}

fn is_control(b: u8) -> bool {
    b < 0x20 && !matches!(b, 0x07 | 0x09..=0x0D | 0x13..=0x15 | 0x1E | 0x1F)
}

/// Finds the encoding and decodes. Never fails: whether the result is text at all is for the caller to judge. `told` is
/// what the file around a page says of its encoding, if there is one.
pub fn read(mut bytes: Vec<u8>, told: Option<&str>) -> Reading {
    let declared = declared(&bytes).or_else(|| Encoding::for_label(told?.as_bytes()));
    if let Some((encoding, length)) = mark(&bytes) {
        if encoding != UTF_8 {
            return decode(encoding, &bytes[length..], declared);
        }
        // A UTF-8 mark may stand before a text in another encoding (files joined by a script), so it decides nothing.
        bytes.drain(..length);
    }
    if memchr(0, &bytes).is_some()
        && let Some(encoding) = utf16(&bytes)
    {
        return decode(encoding, &bytes, declared);
    }
    // This check and a copy run at 7 to 14 GB/s, `String::from_utf8` without a copy at 2.
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(&bytes) {
        return Reading { text: text.into_owned(), encoding: UTF_8, replaced: 0, cut: false, declared };
    }
    let encoding =
        if is_damaged_utf8(&bytes) { UTF_8 } else { utf16(&bytes).unwrap_or_else(|| legacy(&bytes, declared)) };
    decode(encoding, &bytes, declared)
}

/// The byte order mark and its length. GB18030 has one too.
fn mark(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    if bytes.starts_with(&[0x84, 0x31, 0x95, 0x33]) {
        return Some((GB18030, 4));
    }
    Encoding::for_bom(bytes)
}

fn decode(encoding: &'static Encoding, bytes: &[u8], declared: Option<&'static Encoding>) -> Reading {
    let encoding = widened(encoding);
    let mut decoder = encoding.new_decoder_without_bom_handling();
    // Two bytes of a Chinese encoding become three; ASCII stays one.
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2 + 16);
    let (mut rest, mut replaced, mut cut) = (bytes, 0, false);
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => text.reserve(rest.len() * 2 + 64),
            DecoderResult::Malformed(..) => {
                text.push('\u{FFFD}');
                replaced += 1;
                cut = rest.is_empty();
            }
        }
    }
    Reading { text, encoding, replaced, cut, declared }
}

/// Whether bytes that are not valid UTF-8 are UTF-8 all the same: a cut tail, or rare damage. Two-byte Chinese text
/// also contains pairs that are valid UTF-8 by chance (about one in five), so the valid ones must outnumber the bad
/// ones clearly, and by more in a short text.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|&b| b >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
        if bad > 100 && valid < 2 * bad {
            return false;
        }
    }
    let cut = std::str::from_utf8(bytes).is_err_and(|e| e.error_len().is_none());
    (cut && bad == 1 && valid > 0) || valid >= 10 * bad || (valid >= 50 && valid >= 2 * bad)
}

/// 、。，：年公府政的信息 in UTF-16.
fn is_usual(unit: u16) -> bool {
    matches!(unit, 0x3001 | 0x3002 | 0xFF0C | 0xFF1A | 0x5E74 | 0x516C | 0x5E9C | 0x653F | 0x7684 | 0x4FE1 | 0x606F)
}

/// UTF-16 without a mark, by the share of code units that Chinese text is made of. Text without any NUL (no ASCII,
/// no line break) must pass a stricter test, since lower-case ASCII and Japanese read in pairs look like Han
/// characters, but not like those that every report has.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(2 * HEAD) & !1];
    let units = sample.len() / 2;
    if units < 4 {
        return None;
    }
    let score = |sample: &[u8], unit: fn([u8; 2]) -> u16| {
        let (mut plausible, mut ascii, mut usual) = (0usize, 0usize, 0usize);
        for pair in sample.chunks_exact(2) {
            let unit = unit([pair[0], pair[1]]);
            usual += usize::from(is_usual(unit));
            match unit {
                0x09 | 0x0A | 0x0D | 0x20..=0x7E => ascii += 1,
                0xA0 | 0x2010..=0x203B | 0x2460..=0x24FF | 0x3001..=0x303F => plausible += 1,
                // Pinyin notes with tone marks.
                0xE0..=0xFC | 0x100..=0x1DC => plausible += 1,
                0x3000 | 0x4E00..=0x9FFF | 0xFF00..=0xFFEF => plausible += 1,
                _ => {}
            }
        }
        (plausible + ascii, ascii, usual)
    };
    // Text in two-byte encodings, the usual case here, shows at its beginning that it is nothing of the kind.
    let head = &sample[..sample.len().min(512)];
    let best = score(head, u16::from_le_bytes).0.max(score(head, u16::from_be_bytes).0);
    if best * 2 < head.len() / 2 {
        return None;
    }
    let (little, big) = (score(sample, u16::from_le_bytes), score(sample, u16::from_be_bytes));
    let ((best, _, usual), encoding) = if little >= big { (little, UTF_16LE) } else { (big, UTF_16BE) };
    let enough = if memchr(0, sample).is_some() {
        best * 10 >= units * 9
    } else {
        let high = sample.iter().filter(|b| !b.is_ascii()).count();
        best * 20 >= units * 19 && high * 5 >= sample.len() && usual * 40 >= units
    };
    enough.then_some(encoding)
}

/// The encoding a page declares in a `<meta>` or in its XML declaration.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(HEAD)];
    memchr(b'<', head)?;
    let head = head.to_ascii_lowercase();
    let tag = |start: usize| &head[start..start + memchr(b'>', &head[start..]).unwrap_or(head.len() - start)];
    let found = memmem::find_iter(&head, b"<meta").find_map(|at| label(tag(at), b"charset"));
    let found = found.or_else(|| memmem::find(&head, b"<?xml").and_then(|at| label(tag(at), b"encoding")));
    // A declaration that could be read byte by byte is no UTF-16; the HTML standard reads it as UTF-8.
    found.map(|e| if e == UTF_16LE || e == UTF_16BE { UTF_8 } else { e })
}

/// The encoding that stands behind `key` and an equals sign.
fn label(tag: &[u8], key: &[u8]) -> Option<&'static Encoding> {
    memmem::find_iter(tag, key).find_map(|at| {
        let value = tag[at + key.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
        let length = value.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(b)).count();
        Encoding::for_label(&value[..length])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: Vec<u8>) -> Reading {
        super::read(bytes, None)
    }

    use encoding_rs::GBK;

    const SIMPLIFIED: &str = "本年度青山镇主动公开政府信息一百二十条，收到群众来信申请三件，均已按时答复办结。";
    const TRADITIONAL: &str = "本年度青山鎮主動公開政府資訊一百二十條，收到群眾來信申請三件，均已按時答覆辦結。";

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    fn utf16_bytes(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    fn assert_read(bytes: Vec<u8>, encoding: &'static Encoding, text: &str, replaced: u32) {
        let reading = read(bytes);
        assert_eq!(
            (reading.encoding.name(), reading.text.as_str(), reading.replaced),
            (encoding.name(), text, replaced)
        );
    }

    #[test]
    fn unicode_is_found_with_and_without_a_mark() {
        for text in [SIMPLIFIED, "plain ASCII, 12 items\r\n", "2023年\n1 | 2 | 3\n", TRADITIONAL] {
            let marked = format!("\u{FEFF}{text}");
            assert_read(text.as_bytes().to_vec(), UTF_8, text, 0);
            assert_read(marked.as_bytes().to_vec(), UTF_8, text, 0);
            assert_read(utf16_bytes(&marked, u16::to_le_bytes), UTF_16LE, text, 0);
            assert_read(utf16_bytes(&marked, u16::to_be_bytes), UTF_16BE, text, 0);
            assert_read(utf16_bytes(text, u16::to_le_bytes), UTF_16LE, text, 0);
            assert_read(utf16_bytes(text, u16::to_be_bytes), UTF_16BE, text, 0);
        }
    }

    #[test]
    fn half_a_utf16_file_ends_in_one_replacement() {
        let text = format!("{SIMPLIFIED}\n共3件\n").repeat(9);
        let mut bytes = utf16_bytes(&text, u16::to_le_bytes);
        bytes.truncate((bytes.len() / 2) | 1);
        let reading = read(bytes);
        assert_eq!((reading.encoding, reading.replaced, reading.cut), (UTF_16LE, 1, true));
        assert!(text.starts_with(reading.text.strip_suffix('\u{FFFD}').unwrap()));
    }

    #[test]
    fn utf8_with_a_cut_tail_or_a_rare_bad_byte_stays_utf8() {
        let bytes = SIMPLIFIED.as_bytes();
        let reading = read(bytes[..bytes.len() - 1].to_vec());
        assert_eq!((reading.encoding, reading.replaced, reading.cut), (UTF_8, 1, true));
        let mut bytes = SIMPLIFIED.repeat(8).into_bytes();
        bytes[30] = 0xFF;
        let reading = read(bytes);
        assert_eq!((reading.encoding, reading.cut), (UTF_8, false));
        assert!((1..=3).contains(&reading.replaced), "{}", reading.replaced);
    }

    #[test]
    fn a_replacement_character_of_the_file_itself_is_not_counted() {
        assert_read("数\u{FFFD}字".into(), UTF_8, "数\u{FFFD}字", 0);
    }

    #[test]
    fn gbk_and_big5_are_told_apart_on_one_sentence() {
        assert_read(encoded(GBK, SIMPLIFIED), GB18030, SIMPLIFIED, 0);
        assert_read(encoded(BIG5, TRADITIONAL), BIG5, TRADITIONAL, 0);
        // Traditional text in GBK is no Big5.
        assert_read(encoded(GBK, TRADITIONAL), GB18030, TRADITIONAL, 0);
        let rare = format!("{SIMPLIFIED}𠮷家村、䶮县");
        assert_read(encoded(GB18030, &rare), GB18030, &rare, 0);
    }

    #[test]
    fn a_table_drawn_with_lines_is_no_big5() {
        let rule = |left: char, right: char| format!("{left}{}┼{}{right}\n", "─".repeat(40), "─".repeat(40));
        let rows: String = ["规章", "行政规范性文件", "行政许可", "行政处罚"].map(|r| format!("│{r}　　│　　3　　│\n{}", rule('├', '┤'))).concat();
        let drawn = format!("{}{rows}", rule('┌', '┐'));
        let doubled = drawn.replace('─', "═").replace('┼', "╪");
        for text in [doubled.repeat(9), drawn.repeat(9), format!("{}{SIMPLIFIED}\n", rule('┌', '┐').repeat(40)), format!("{SIMPLIFIED}\n{}", drawn.repeat(3))] {
            assert_read(encoded(GB18030, &text), GB18030, &text, 0);
        }
        // What is drawn in Big5 is still Big5, and so are the characters that stand for lines elsewhere.
        let text = format!("{TRADITIONAL}\n{}\n岸岸岸\n", "─│".repeat(60));
        assert_read(encoded(BIG5, &text), BIG5, &text, 0);
    }

    #[test]
    fn a_few_chinese_characters_among_ascii_are_read() {
        for (text, encoding) in [("12 件", GBK), ("表:3", GBK), ("<td>12</td>\n<td>合计</td>", GBK)] {
            assert_read(encoded(encoding, text), GB18030, text, 0);
        }
        let page = format!("{}\n<p>青山镇</p>\n{}", "<br>\n".repeat(900), "<hr class=\"line\">\n".repeat(900));
        assert_read(encoded(GBK, &page), GB18030, &page, 0);
    }

    #[test]
    fn a_cut_or_damaged_gb18030_text_is_still_found() {
        let bytes = encoded(GBK, &SIMPLIFIED.repeat(3));
        let reading = read(bytes[..bytes.len() - 1].to_vec());
        assert_eq!((reading.encoding, reading.replaced, reading.cut), (GB18030, 1, true));
        let mut damaged = encoded(GBK, &format!("{SIMPLIFIED}\n").repeat(20));
        damaged[40] = 0xFF;
        let reading = read(damaged);
        assert_eq!(reading.encoding, GB18030);
        assert!((1..=2).contains(&reading.replaced), "{}", reading.replaced);
    }

    #[test]
    fn short_text_that_lost_a_byte_is_still_chinese() {
        let mut bytes = encoded(GBK, SIMPLIFIED);
        bytes.remove(bytes.len() - 20);
        assert_eq!(read(bytes).encoding, GB18030);
    }

    #[test]
    fn other_languages_are_not_taken_for_chinese() {
        for (text, encoding) in [
            (
                "Le rapport général de l'année précédente a été publié à Évreux, où il fut discuté.",
                encoding_rs::WINDOWS_1252,
            ),
            (
                "本報告は年度の情報公開の状況についてまとめたものであり、市民に公表されています。",
                encoding_rs::SHIFT_JIS,
            ),
            ("本報告は年度の情報公開の状況についてまとめたものであり、市民に公表されています。", encoding_rs::EUC_JP),
            (
                "이 보고서는 지난해 정보공개 현황을 정리한 것이며 시민에게 공개되어 있습니다. 감사합니다.",
                encoding_rs::EUC_KR,
            ),
        ] {
            let reading = read(encoded(encoding, text));
            assert_eq!(
                (reading.encoding.name(), reading.text.as_str(), reading.is_likely()),
                (encoding.name(), text, false)
            );
        }
    }

    #[test]
    fn declarations_are_checked_against_the_bytes() {
        let page = |charset: &str, text: &str| format!("<html><meta charset={charset}><p>{text}</p>");
        let cases = [
            (page("gb2312", SIMPLIFIED), UTF_8, UTF_8, true),
            (page("utf-8", SIMPLIFIED), GBK, GB18030, true),
            (page("big5", SIMPLIFIED), GBK, GB18030, true),
            (page("'gbk'", TRADITIONAL), BIG5, BIG5, true),
            (page("\"GB2312\"", SIMPLIFIED), GBK, GB18030, false),
            (page("gb2312", "no Han"), UTF_8, UTF_8, false),
            (page("big5", "說"), BIG5, BIG5, false),
        ];
        for (page, written, found, lies) in cases {
            let reading = read(encoded(written, &page));
            assert_eq!((reading.encoding, reading.text.as_str()), (found, page.as_str()));
            assert_eq!(reading.contradicted().is_some(), lies, "{page}");
        }
    }

    #[test]
    fn declarations_are_found_in_every_spelling() {
        for (head, found) in [
            ("<META http-equiv=Content-Type content=\"text/html; charset=GBK\">", Some(GBK)),
            ("<meta name=x><meta charset = 'Big5' />", Some(BIG5)),
            ("<?xml version=\"1.0\" encoding=\"gb18030\"?>", Some(GB18030)),
            ("<meta charset=\"utf-16\">", Some(UTF_8)),
            ("<meta charset=\"nonsense\">", None),
            ("charset=gbk without a tag", None),
            ("<meta charset", None),
        ] {
            assert_eq!(declared(head.as_bytes()), found, "{head}");
        }
    }
}
