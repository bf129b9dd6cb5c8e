//! What conversion must and must not change, and that both engines agree.

use std::path::{Path, PathBuf};

use super::*;
use crate::model::Script;

fn data_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn converter() -> Converter {
    Converter::load(&data_dir(), Engine::Table).expect("the data folder is sound")
}

fn entries(name: &str) -> Vec<data::Entry> {
    data::dictionary(&data_dir().join("opencc").join(name)).expect("the dictionary is sound")
}

/// A linear congruential generator (Knuth's MMIX constants): the same numbers everywhere.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }

    /// Up to 24 pieces: keys, Han characters, ASCII, brackets, notes, line ends, marks.
    fn mixture(&mut self, keys: &[String]) -> String {
        const PIECES: [&str; 20] = [
            "(",
            "（",
            ")",
            "）",
            "\n",
            "\r\n",
            "\t",
            "\u{1F}",
            "\u{1E}\n",
            "\0",
            " ",
            "\u{A0}",
            "12.5",
            "LED",
            "(qián)",
            "（gè）",
            "(me)",
            "u\u{308}\u{30C})",
            "é",
            "\u{FFFD}",
        ];
        let mut text = String::new();
        for _ in 0..self.below(24) {
            match self.below(4) {
                0 => text.push_str(PIECES[self.below(PIECES.len())]),
                1 => text.extend(char::from_u32(0x4E00 + self.below(0x5200) as u32)),
                _ => text.push_str(&keys[self.below(keys.len())]),
            }
        }
        text
    }
}

fn keys() -> Vec<String> {
    let both = [entries("TSCharacters.txt"), entries("TSPhrases.txt")].concat();
    both.into_iter().map(|entry| entry.from).collect()
}

/// Each text with what it becomes. A leading 門 makes it Traditional beyond doubt where the words alone do not.
fn check(cases: &[(&str, &str)]) {
    let converter = converter();
    for (from, to) in cases {
        assert_eq!(converter.convert((*from).to_string()).text, *to, "{from}");
    }
}

#[test]
fn words_are_converted_in_context() {
    check(&[
        ("門乾淨、乾隆、餅乾", "门干净、乾隆、饼干"),
        ("以後再說皇后", "以后再说皇后"),
        ("頭髮發展", "头发发展"),
        ("這裡與鄉里", "这里与乡里"),
        ("一目瞭然，瞭望塔門", "一目了然，瞭望塔门"),
        ("信息公開工作年度報告", "信息公开工作年度报告"),
        ("規範性檔案", "规范性档案"),
    ]);
}

#[test]
fn protected_words_win() {
    check(&[
        ("乾安縣政府", "乾安县政府"),
        ("乾安县政府辦公室", "乾安县政府办公室"),
        ("門，乾安各鄉", "门，乾安各乡"),
        ("餅乾安全檢查，烘乾安裝", "饼干安全检查，烘干安装"),
        ("位於於潛鎮，關於潛在風險", "位于於潜镇，关于潜在风险"),
        ("由於單位變動、關於其一", "由于单位变动、关于其一"),
        ("交流徵求意見、健康乾淨", "交流征求意见、健康干净"),
        ("濛洲街道辦事處在藉口鎮", "濛洲街道办事处在藉口镇"),
        ("環衞", "环卫"),
    ]);
}

#[test]
fn every_protected_word_becomes_what_is_given() {
    let converter = converter();
    let rows = data::table(&data_dir().join("protected.csv"), ["word", "simplified", "why"]).expect("sound");
    for (_, [word, simplified, _]) in rows.into_iter().map(|row| row.expect("sound")) {
        assert_eq!(converter.convert(format!("門（{word}）")).text, format!("门（{simplified}）"));
    }
}

#[test]
fn pinyin_notes_go_before_conversion() {
    let converter = converter();
    let text = converter.convert("某鄉(xiāng)領(lǐng)導(dǎo)事務(wù)，學習(xí)，乾(qián)隆，什么(me)".to_string());
    assert_eq!(text.text, "某乡领导事务，学习，乾隆，什么");
    assert_eq!(text.pinyin, 7);
    assert!(text.changed);
}

#[test]
fn pinyin_notes_of_every_form() {
    check(&[
        ("女（nǚ）", "女"),
        ("律(lu\u{308}\u{300})师", "律师"),
        ("长(cha\u{301}ng)期", "长期"),
        ("张(Zhāng)某", "张某"),
        ("广(ɡuǎnɡ)场", "广场"),
        ("场(chăng)地", "场地"),
        ("双(shuāng）", "双"),
        // Nothing but a note is a toned syllable there, even where it is not the reading of this character.
        ("单位(gè)", "单位"),
    ]);
}

#[test]
fn other_brackets_stay() {
    let cases = [
        "依申请(一)公开（二）",
        "路灯(LED)改造",
        "网址(http://a.b)",
        "选项(a)",
        "合计(an)",
        "附件（PDF）",
        "么(me)",
        "单位(bō",
        "乡()",
        "x(xiāng)",
        "乡 (xiāng)",
        "乡(xiāngcūn)",
        "乡(xiang)",
        "咖啡(café)",
        "乡(bpō)",
        "乡(zhuāngg)",
        "乡(xīāng)",
        "乡\n(xiāng)",
        "\u{301}(a)",
        "乡(xiān g)",
        "乡(ǖǘǚǜ)",
    ];
    let converter = converter();
    for case in cases {
        let text = converter.convert(case.to_string());
        assert_eq!((text.text.as_str(), text.pinyin, text.changed), (case, 0, false));
    }
    // Annotated, but neither 局 nor capitals have a neutral reading.
    let text = converter.convert("长(cháng)重(zhòng)行(xíng)，邮局(de)，目的(de)，目的(DE)".to_string());
    assert_eq!((text.text.as_str(), text.pinyin), ("长重行，邮局(de)，目的，目的(DE)", 4));
}

#[test]
fn readings_between_spaces_go_where_a_text_has_several() {
    let converter = converter();
    let text = converter.convert("西洋镇 zhèn 人民政府\n执行 xíng 2022年，处 chù \t着 zhe 力，乡 xiāng\n甲 a 乙".to_string());
    assert_eq!((text.text.as_str(), text.pinyin), ("西洋镇人民政府\n执行2022年，处\t着力，乡\n甲 a 乙", 5));
    for case in [
        "镇 zhèn 人，行 xíng 政",
        "价 à 五，价 à 五，价 à 五",
        "北京 běi jīng 市，北京 běi jīng 市，北京 běi jīng 市",
        "镇 Zhèn 人，镇 Zhèn 人，镇 Zhèn 人",
        "镇\nzhèn 人，镇 zhènx 人，镇 zhen 人，镇zhèn 人",
    ] {
        assert_eq!(converter.convert(case.to_string()).text, case);
    }
}

#[test]
fn nothing_to_do_returns_the_same_allocation() {
    let converter = converter();
    for case in ["", "abc (LED) 10\n", "乡镇政府信息公开（一）", "乾县於潜镇的鮀江街道", "角徵羽与射覆"]
    {
        let text = case.to_string();
        let place = text.as_ptr();
        let found = converter.convert(text);
        assert_eq!(found.text.as_ptr(), place, "{case}");
        assert_eq!((found.script, found.changed), (Script::Simplified, false), "{case}");
    }
}

#[test]
fn the_script_is_told_by_shares() {
    let converter = converter();
    let script = |text: &str| converter.convert(text.to_string()).script;
    assert_eq!(script("鄉鎮政府信息公開報告，只有幾面表裡后台"), Script::Traditional);
    assert_eq!(script("乡镇政府信息公开报告"), Script::Simplified);
    assert_eq!(script("乡镇报告与鄉鎮報告"), Script::Mixed);
    assert_eq!(script(&format!("{}証", "乡镇政府信息公开报告".repeat(20))), Script::Simplified);
    assert_eq!(script(&format!("{}国", "鄉鎮政府信息公開報告".repeat(20))), Script::Traditional);
}

#[test]
fn a_stray_variant_is_converted_all_the_same() {
    let text = converter().convert(format!("{}証", "乡镇政府信息公开报告".repeat(20)));
    assert!(text.text.ends_with("报告证") && text.changed);
}

#[test]
fn characters_beyond_the_first_plane() {
    let beyond = entries("TSCharacters.txt").into_iter().find(|e| e.from != e.to && e.from.len() == 4).expect("one");
    let text = converter().convert(format!("a{}b", beyond.from));
    assert_eq!((text.text, text.script), (format!("a{}b", beyond.to), Script::Traditional));
}

#[test]
fn lines_are_neither_added_nor_lost() {
    let (converter, keys) = (converter(), keys());
    let mut numbers = Numbers(1);
    for _ in 0..20_000 {
        let text = numbers.mixture(&keys);
        let lines = text.matches('\n').count();
        let found = converter.convert(text.clone());
        assert_eq!(found.text.matches('\n').count(), lines, "{text:?}");
        assert_eq!(found.changed, found.text != text, "{text:?}");
    }
}

#[test]
fn faults_in_the_data_name_file_and_line() {
    let dir = std::env::temp_dir().join(format!("convert-faults-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a temporary folder");
    let path = dir.join("some.txt");
    std::fs::write(&path, "# note\n門\t门\n車车\n").expect("written");
    let fault = data::dictionary(&path).expect_err("no tab in line 3");
    assert!(fault.contains("some.txt:3: "), "{fault}");
    std::fs::write(&path, "word,simplified,why\n門,门,\n").expect("written");
    let fault = protect::Protected::load(&path).map(|_| ()).expect_err("no reason in line 2");
    assert!(fault.contains("some.txt:2: "), "{fault}");
    std::fs::write(&path, "word,simplified,why\n門,门,一\n車,车,\"二\n").expect("written");
    let fault = protect::Protected::load(&path).map(|_| ()).expect_err("a quotation mark in line 3");
    assert!(fault.contains("some.txt:3: "), "{fault}");
    std::fs::write(&path, "word,simplified,why\n門前,门前,一\n車,车门,二\n").expect("written");
    let fault = protect::Protected::load(&path).map(|_| ()).expect_err("a character more in line 3");
    assert!(fault.contains("some.txt:3: ") && fault.contains("different lengths"), "{fault}");
    std::fs::write(&path, "# note\n").expect("written");
    let faults = [data::dictionary(&path).map(|_| ()), pinyin::Pinyin::load(&path).map(|_| ())];
    for fault in faults.map(|read| read.expect_err("there is nothing in it")) {
        assert!(fault.contains("some.txt:1: "), "{fault}");
    }
    let fault = Converter::load(&dir, Engine::Table).map(|_| ()).expect_err("no dictionaries");
    assert!(fault.contains("TSCharacters.txt"), "{fault}");
    std::fs::remove_dir_all(&dir).expect("removed");
}

#[cfg(not(feature = "opencc"))]
#[test]
fn without_the_library_its_engine_is_refused() {
    let fault = Converter::load(&data_dir(), Engine::Opencc).map(|_| ()).expect_err("not built in");
    assert!(fault.contains("cargo feature `opencc`"), "{fault}");
}

#[cfg(feature = "opencc")]
mod both_engines {
    use super::*;

    fn both() -> [Converter; 2] {
        [Engine::Table, Engine::Opencc].map(|e| Converter::load(&data_dir(), e).expect("the data folder is sound"))
    }

    /// Past everything that stands before the engines, then as a whole.
    fn agree([table, library]: &[Converter; 2], text: &str) {
        let engine = |converter: &Converter| {
            let mut out = String::new();
            converter.replace(text, &mut out);
            out
        };
        assert_eq!(engine(table), engine(library), "{text:?}");
        let whole = |converter: &Converter| converter.convert(format!("門{text}")).text;
        assert_eq!(whole(table), whole(library), "{text:?}");
    }

    #[test]
    fn agree_on_every_key() {
        let both = both();
        for key in keys() {
            agree(&both, &key);
            agree(&both, &format!("不{key}於其{key}"));
        }
    }

    #[test]
    fn agree_on_mixtures() {
        let (both, keys) = (both(), keys());
        let mut numbers = Numbers(2);
        for _ in 0..20_000 {
            agree(&both, &numbers.mixture(&keys));
        }
    }

    #[test]
    fn agree_from_several_threads() {
        let (both, keys) = (both(), keys());
        std::thread::scope(|scope| {
            for seed in 3..7 {
                let (both, keys) = (&both, &keys);
                scope.spawn(move || {
                    let mut numbers = Numbers(seed);
                    (0..1_000).for_each(|_| agree(both, &numbers.mixture(keys)));
                });
            }
        });
    }
}
