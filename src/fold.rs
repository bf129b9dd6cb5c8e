//! Folding: the form of a text in which labels are compared. Only letters, digits and Han characters are left, in
//! half width; spaces, brackets, punctuation, quotes, zero-width and private-use characters are gone, since every
//! one of them was seen varying inside labels. Figures are never read from folded text.

/// The folded form of one character, none where folding drops it.
#[inline]
pub fn fold_char(c: char) -> Option<char> {
    match c {
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' => Some(c),
        'a'..='z' | '0'..='9' => Some(c),
        'A'..='Z' => Some(c.to_ascii_lowercase()),
        '\0'..='\u{7F}' => None,
        // Full-width forms of ASCII.
        '\u{FF01}'..='\u{FF5E}' => fold_char(char::from_u32(c as u32 - 0xFEE0)?),
        // 〇 is a digit among Han numerals.
        '\u{3007}' => Some('\u{3007}'),
        '\u{2F00}'..='\u{2FD5}' => Some(KANGXI[(c as u32 - 0x2F00) as usize]),
        '\u{2E80}'..='\u{2EF3}' => Some(radical_supplement(c)),
        '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' => Some(c),
        // Enumerators in one character: ① ⑴ ⒈ and ㈠.
        '\u{2460}'..='\u{2468}' => char::from_digit(c as u32 - 0x2460 + 1, 10),
        '\u{2474}'..='\u{247C}' => char::from_digit(c as u32 - 0x2474 + 1, 10),
        '\u{2488}'..='\u{2490}' => char::from_digit(c as u32 - 0x2488 + 1, 10),
        '\u{3220}'..='\u{3229}' => "一二三四五六七八九十".chars().nth((c as u32 - 0x3220) as usize),
        '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '\u{FEFF}' => None,
        // Punctuation of Chinese text, told without a look into Unicode's tables.
        '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => None,
        _ if c.is_alphanumeric() => Some(c),
        _ => None,
    }
}

/// Bytes of a Han character that folds to itself.
pub const HAN: usize = 3;

/// The bytes of the character at a place of a text, where it is one of those, nearly all, that fold to themselves; else 0.
#[inline]
pub fn same(bytes: &[u8], at: usize) -> usize {
    match SAME[usize::from(bytes[at])] {
        // Han characters: U+4E00 to U+9FFF are E4 B8 80 to E9 BF BF.
        MAYBE => if bytes[at + 1] >= 0xB8 { HAN } else { 0 },
        width => usize::from(width),
    }
}

/// By the first byte of a character its width where it folds to itself.
const SAME: [u8; 256] = {
    let mut same = [0; 256];
    let mut byte = 0;
    while byte < same.len() {
        same[byte] = match byte as u8 {
            b'a'..=b'z' | b'0'..=b'9' => 1,
            0xE5..=0xE9 => 3,
            0xE4 => MAYBE,
            _ => 0,
        };
        byte += 1;
    }
    same
};

/// The second byte tells.
const MAYBE: u8 = u8::MAX;

/// Appends the folded form of `text` to `out`. What folds to itself, most of a text, is copied in runs.
pub fn fold_into(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let (mut at, mut run) = (0, 0);
    while at < bytes.len() {
        match same(bytes, at) {
            0 => {
                if run < at {
                    out.push_str(&text[run..at]);
                }
                let c = text[at..].chars().next().expect("a character begins here");
                if let Some(folded) = fold_char(c) {
                    out.push(folded);
                }
                at += c.len_utf8();
                run = at;
            }
            width => at += width,
        }
    }
    out.push_str(&text[run..]);
}

/// The folded form of `text`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Levenshtein distance in characters.
pub fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let cost = diagonal + (ca != *cb) as usize;
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// A numeral of those that number the rows of a form.
pub fn is_han_numeral(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// Spaces as scraped pages write them, the invisible ones too; neither line breaks nor tabs.
#[inline]
pub const fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{A0}' | '\u{3000}' | '\u{2000}'..='\u{200F}' | '\u{202F}' | '\u{205F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\r' | '\u{B}' | '\u{C}' | '\u{7}'
    )
}

/// What takes the width of two letters wherever it is drawn (Unicode's East Asian Width: wide and full-width).
pub const fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}')
}

/// The radicals U+2F00 to U+2FD5 stand for these characters (Unicode's compatibility decompositions).
const KANGXI: [char; 214] = kangxi();

const fn kangxi() -> [char; 214] {
    // Listed in code point order, as Unicode's UnicodeData.txt decomposes them.
    const HAN: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";
    let bytes = HAN.as_bytes();
    let mut out = ['\0'; 214];
    let mut i = 0;
    while i < 214 {
        let b = i * 3;
        let code = ((bytes[b] as u32 & 0x0F) << 12) | ((bytes[b + 1] as u32 & 0x3F) << 6) | (bytes[b + 2] as u32 & 0x3F);
        out[i] = match char::from_u32(code) {
            Some(c) => c,
            None => '\0',
        };
        i += 1;
    }
    out
}

/// The few radicals of the supplement that PDF extraction puts for whole characters.
fn radical_supplement(c: char) -> char {
    match c {
        '\u{2EA0}' => '民',
        '\u{2E9F}' => '母',
        '\u{2EE9}' => '黄',
        '\u{2EC5}' => '见',
        '\u{2EC8}' => '讠',
        '\u{2ED3}' => '长',
        '\u{2ED4}' => '门',
        '\u{2ED8}' => '青',
        '\u{2EDA}' => '页',
        '\u{2EDB}' => '风',
        '\u{2EE2}' => '马',
        '\u{2EE5}' => '鱼',
        '\u{2EE8}' => '麦',
        '\u{2EEC}' => '齐',
        '\u{2EF0}' => '龙',
        '\u{2E81}' => '厂',
        '\u{2EB6}' => '羊',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_every_spelling_fold_alike() {
        for s in ["（五）不予处理", "(五) 不予处理", "㈤不予\u{200B}处理", "（ 五 ）不予\u{3000}处理\u{E004}"] {
            assert_eq!(fold(s), "五不予处理", "{s}");
        }
        assert_eq!(fold("１.属于\u{2F79}络"), "1属于网络");
        assert_eq!(fold("本年增／减"), fold("本年增/减"));
    }

    #[test]
    fn runs_are_copied_as_single_characters_fold() {
        for s in ["", "Ａb c，一䷀丿龥鿿\u{3400}\u{20000}①x", "，，", "一二三Z", "\u{4DFF}\u{4E00}\u{9FFF}\u{A000}"] {
            assert_eq!(fold(s), s.chars().filter_map(fold_char).collect::<String>(), "{s}");
        }
    }

    #[test]
    fn kangxi_is_in_code_point_order() {
        assert_eq!(fold_char('\u{2F00}'), Some('一'));
        assert_eq!(fold_char('\u{2FD5}'), Some('龠'));
        assert_eq!(fold_char('\u{2F55}'), Some('火'));
    }
}
