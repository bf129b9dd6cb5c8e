//! Documents put together here, byte by byte, and what must come of them.

use std::io::{Cursor, Write};

use crate::decode::{Limits, decode};
use crate::model::{CELL_END, Decoded, Problem, ROW_END};

const IN_TABLE: [u8; 3] = [0x16, 0x24, 1];
const ENDS_ROW: [u8; 3] = [0x17, 0x24, 1];
const INNER_CELL: [u8; 3] = [0x4B, 0x24, 1];
const INNER_ROW: [u8; 3] = [0x4C, 0x24, 1];

fn depth(n: u8) -> Vec<u8> {
    vec![0x49, 0x66, n, 0, 0, 0]
}

/// The definition of a row: for each cell its flags.
fn cells(flags: &[u16]) -> Vec<u8> {
    let mut operand = vec![flags.len() as u8];
    (0..=flags.len()).for_each(|i| operand.extend((i as i16 * 100).to_le_bytes()));
    for flag in flags {
        operand.extend(flag.to_le_bytes());
        operand.extend([0; 18]);
    }
    let mut out = vec![0x08, 0xD6];
    out.extend((operand.len() as u16 + 1).to_le_bytes());
    out.extend(operand);
    out
}

#[derive(Default)]
struct Document {
    /// Text with its mark, and the changes of its properties.
    paragraphs: Vec<(String, Vec<u8>)>,
    /// Text that is hidden (0x083C) or deleted (0x0800): where it begins in characters, how long it is, which.
    gone: Vec<(usize, usize, u16)>,
    /// The same with whole changes.
    looks: Vec<(usize, usize, Vec<u8>)>,
    boxes: Vec<String>,
    /// Text that lies between the document's and that of boxes.
    header: String,
    flags: u16,
    /// Every other piece is in one byte a character.
    narrow: bool,
    /// Long lists lie in another stream.
    data: Vec<u8>,
    /// More parts of the table stream: number, content, and what lies behind it.
    parts: Vec<(usize, Vec<u8>, Vec<u8>)>,
}

impl Document {
    fn add(mut self, text: &str, changes: &[&[u8]]) -> Document {
        self.paragraphs.push((text.to_owned(), changes.concat()));
        self
    }

    fn row(mut self, texts: &[&str], flags: &[u16]) -> Document {
        for text in texts {
            self = self.add(&format!("{text}\u{7}"), &[&IN_TABLE]);
        }
        self.add("\u{7}", &[&IN_TABLE, &ENDS_ROW, &cells(flags)])
    }

    /// The streams: document, table, data.
    fn streams(&self) -> (Vec<u8>, Vec<u8>) {
        let mut main = vec![0u8; 2048];
        let texts: Vec<String> = self.paragraphs.iter().map(|p| p.0.clone()).chain([self.header.clone()]).chain(self.boxes.iter().cloned()).collect();
        let count = |texts: &[String]| texts.iter().map(|t| t.encode_utf16().count() as u32).sum::<u32>();
        let n = self.paragraphs.len();
        let lengths = [count(&texts[..n]), count(&texts[n..=n]), count(&texts[n + 1..])];
        // A piece for each paragraph.
        let (mut starts, mut places, mut bounds) = (vec![0u32], Vec::new(), Vec::new());
        for text in &texts {
            let units: Vec<u16> = text.encode_utf16().collect();
            let narrow = self.narrow && units.iter().all(|u| *u < 0x80);
            let from = main.len() as u32;
            places.push(if narrow { from * 2 | 0x4000_0000 } else { from });
            units.iter().for_each(|u| if narrow { main.push(*u as u8) } else { main.extend(u.to_le_bytes()) });
            bounds.push((from, main.len() as u32));
            starts.push(starts[starts.len() - 1] + units.len() as u32);
        }
        let mut clx = vec![2u8];
        clx.extend(((starts.len() * 4 + places.len() * 8) as u32).to_le_bytes());
        starts.iter().for_each(|s| clx.extend(s.to_le_bytes()));
        for place in &places {
            clx.extend([0, 0]);
            clx.extend(place.to_le_bytes());
            clx.extend([0, 0]);
        }
        let papx = |i: usize| {
            let mut own = vec![0u8, 0];
            own.extend(self.paragraphs.get(i).map_or(&[][..], |p| &p.1));
            own.resize(own.len().div_ceil(2) * 2, 0);
            let mut out = vec![0, (own.len() / 2) as u8];
            out.extend(own);
            out
        };
        let paragraphs: Vec<(u32, u32, Vec<u8>)> = bounds.iter().enumerate().map(|(i, b)| (b.0, b.1, papx(i))).collect();
        let characters: Vec<(u32, u32, Vec<u8>)> = self
            .gone
            .iter()
            .map(|&(at, length, what)| (2048 + at as u32 * 2, 2048 + (at + length) as u32 * 2, [&[3u8][..], &what.to_le_bytes(), &[1]].concat()))
            .chain(self.looks.iter().map(|(at, length, changes)| (2048 + *at as u32 * 2, 2048 + (at + length) as u32 * 2, [&[changes.len() as u8][..], changes].concat())))
            .collect();
        let mut table = clx.clone();
        let mut parts = vec![(33usize, 0u32, clx.len() as u32)];
        for (number, width, runs) in [(13, 13, paragraphs), (12, 1, characters)] {
            let list = pages(&mut main, width, &runs);
            parts.push((number, table.len() as u32, list.len() as u32));
            table.extend(list);
        }
        for (number, content, behind) in &self.parts {
            parts.push((*number, table.len() as u32, content.len() as u32));
            table.extend([&content[..], behind].concat());
        }
        head(&mut main, self.flags | 0x0200, lengths, &parts);
        (main, table)
    }

    fn bytes(&self) -> Vec<u8> {
        let (main, table) = self.streams();
        compound(&[("WordDocument", &main), ("1Table", &table), ("Data", &self.data)])
    }

    fn text(&self) -> String {
        read(self.bytes()).unwrap().text.replace(CELL_END, "¦").replace(ROW_END, "¶")
    }
}

/// Pages of properties, one for each run, appended to the stream; gives their list.
fn pages(main: &mut Vec<u8>, width: usize, runs: &[(u32, u32, Vec<u8>)]) -> Vec<u8> {
    let mut numbers = Vec::new();
    for (from, to, changes) in runs {
        main.resize(main.len().div_ceil(512) * 512, 0);
        numbers.push((main.len() / 512) as u32);
        let mut page = vec![0u8; 512];
        page[..4].copy_from_slice(&from.to_le_bytes());
        page[4..8].copy_from_slice(&to.to_le_bytes());
        let at = 8 + width + (8 + width) % 2;
        page[8] = (at / 2) as u8;
        page[at..at + changes.len()].copy_from_slice(changes);
        page[511] = 1;
        main.extend(page);
    }
    let mut list = Vec::new();
    runs.iter().for_each(|r| list.extend(r.0.to_le_bytes()));
    list.extend(runs.last().map_or(0, |r| r.1).to_le_bytes());
    numbers.iter().for_each(|n| list.extend(n.to_le_bytes()));
    list
}

fn head(main: &mut [u8], flags: u16, lengths: [u32; 3], parts: &[(usize, u32, u32)]) {
    let mut put = |at: usize, bytes: &[u8]| main[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &0xA5ECu16.to_le_bytes());
    put(2, &0x00C1u16.to_le_bytes());
    put(10, &flags.to_le_bytes());
    put(32, &14u16.to_le_bytes());
    put(62, &22u16.to_le_bytes());
    for (n, length) in [(3, lengths[0]), (5, lengths[1]), (9, lengths[2])] {
        put(64 + n * 4, &length.to_le_bytes());
    }
    put(152, &93u16.to_le_bytes());
    for (number, at, length) in parts {
        put(154 + number * 8, &at.to_le_bytes());
        put(158 + number * 8, &length.to_le_bytes());
    }
}

fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(Vec::new())).unwrap();
    for (name, content) in streams {
        file.create_stream(name).unwrap().write_all(content).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn read(bytes: Vec<u8>) -> Result<Decoded, Problem> {
    decode("a.doc", bytes, &Limits::default())
}

#[test]
fn paragraphs_and_pieces_of_both_widths() {
    let document = Document::default().add("年报\r", &[]).add("plain 12\u{B}x\r", &[]).add("\u{1}\u{8}尾\u{1E}3\u{1F}\r", &[]);
    assert_eq!(document.text(), "年报\nplain 12\nx\n尾-3\n");
    let narrow = Document { narrow: true, ..document };
    assert_eq!(narrow.text(), "年报\nplain 12\nx\n尾-3\n");
    let decoded = read(narrow.bytes()).unwrap();
    assert_eq!((decoded.format, decoded.replaced), ("doc", 0));
}

#[test]
fn rows_and_covered_cells() {
    let document = Document::default()
        .add("前\r", &[])
        .row(&["甲", "乙", "盖"], &[0x60, 1, 2])
        .row(&["盖", "一\r二", ""], &[0x20, 0, 0])
        // Nothing above covers the last cell, whatever it says.
        .row(&["丙", "1", "2"], &[0, 0, 0x20])
        .add("后\r", &[]);
    assert_eq!(document.text(), "前\n甲¦\n乙¦¶\n一\n二¦\n¦¶\n丙¦\n1¦\n2¦¶\n后\n");
    // The other way to say which of merged cells is the first.
    let document = Document::default().row(&["甲", "盖", "乙"], &[2, 1, 0]).row(&["1", "2", "3"], &[0, 0, 0]);
    assert_eq!(document.text(), "甲¦\n乙¦¶\n1¦\n2¦\n3¦¶\n");
}

#[test]
fn a_long_definition_lies_elsewhere() {
    let mut list = [&IN_TABLE[..], &ENDS_ROW, &cells(&[1, 2])].concat();
    let length = list.len() as u16;
    list.splice(..0, length.to_le_bytes());
    list.splice(..0, [9, 9, 9]);
    let mut document = Document { data: list, ..Document::default() };
    document = document.add("甲\u{7}", &[&IN_TABLE]).add("盖\u{7}", &[&IN_TABLE]).add("\u{7}", &[&[0x46, 0x66, 3, 0, 0, 0]]).row(&["1", "2"], &[0, 0]);
    assert_eq!(document.text(), "甲¦¶\n1¦\n2¦¶\n");
}

#[test]
fn a_table_within_a_cell() {
    let mut document = Document::default();
    for _ in 0..4 {
        document = document.row(&["甲", "1"], &[0, 0]);
    }
    document = document
        .add("乙\u{7}", &[&IN_TABLE])
        .add("其中\r", &[&IN_TABLE, &depth(2), &INNER_CELL])
        .add("3\r", &[&IN_TABLE, &depth(2), &INNER_CELL])
        .add("\r", &[&IN_TABLE, &depth(2), &INNER_CELL, &INNER_ROW, &cells(&[0, 0])])
        .add("\u{7}", &[&IN_TABLE, &depth(1)])
        .add("\u{7}", &[&IN_TABLE, &depth(1), &ENDS_ROW, &cells(&[0, 0])]);
    assert!(document.text().ends_with("乙¦\n其中\n3¦¶\n"), "{}", document.text());
}

/// One level of a list: how its numbers are written, and its pattern with the levels as characters 0 to 8.
fn level(style: u8, pattern: &str) -> Vec<u8> {
    let mut out = vec![0; 28];
    (out[0], out[4]) = (1, style);
    out[25] = 2;
    out.extend([7, 7]);
    let units: Vec<u16> = pattern.encode_utf16().collect();
    out.extend((units.len() as u16).to_le_bytes());
    units.iter().for_each(|u| out.extend(u.to_le_bytes()));
    out
}

#[test]
fn numbers_of_headings_are_written_out() {
    let mut lists = vec![1, 0];
    lists.extend([&77u32.to_le_bytes()[..], &[0; 24]].concat());
    let levels = [level(39, "\0、"), level(37, "（\u{1}）"), level(0, "\u{2}.")].concat();
    let levels = [levels, level(23, "\u{F06C}").repeat(6)].concat();
    let mut numbers = 2u32.to_le_bytes().to_vec();
    numbers.extend([&77u32.to_le_bytes()[..], &[0; 12]].concat());
    // The second number begins its first level anew, at 5.
    numbers.extend([&77u32.to_le_bytes()[..], &[0; 8], &[1, 0, 0, 0]].concat());
    numbers.extend([0xFF; 8]);
    numbers.extend([5, 0, 0, 0, 0x10, 0, 0, 0]);
    // A style that stands in the list, and one that is based on it.
    let style = |base: u16, changes: &[u8]| {
        let mut out = [&[0, 0][..], &(base << 4 | 1).to_le_bytes(), &[0; 6], &[1, 0, b'S', 0, 0, 0]].concat();
        out.extend((changes.len() as u16 + 2).to_le_bytes());
        out.extend([0, 0]);
        out.extend(changes);
        let length = out.len() as u16;
        out.resize(out.len().div_ceil(2) * 2, 0);
        [&length.to_le_bytes()[..], &out].concat()
    };
    let styles = [&[6u8, 0, 2, 0, 10, 0, 0, 0][..], &style(0xFFF, &[0x0B, 0x46, 1, 0]), &style(0, &[0x0A, 0x26, 1])].concat();
    let parts = vec![(1, styles, vec![]), (73, lists, levels), (74, numbers, vec![])];
    let list = |n: u8, level: u8| vec![0x0B, 0x46, n, 0, 0x0A, 0x26, level];
    let document = Document { parts, ..Document::default() }
        .add("总体\r", &[])
        .add("公开\r", &[&[0x00, 0x46, 1, 0]])
        .add("条\r", &[&list(1, 2)])
        .add("点\r", &[&list(1, 5)])
        .add("申请\r", &[&list(1, 0)])
        .add("另起\r", &[&list(2, 0)])
        .add("没有\r", &[&list(9, 0)])
        .add("无号\r", &[&list(0, 0)]);
    assert_eq!(document.text(), "一、总体\n（一）公开\n1. 条\n点\n二、申请\n五、另起\n没有\n无号\n");
}

#[test]
fn fields_hidden_and_deleted_text_and_what_is_no_text() {
    let document = Document {
        gone: vec![(13, 1, 0x083C), (15, 2, 0x0800)],
        header: "页眉\r".into(),
        boxes: vec!["框\r".into()],
        ..Document::default()
    };
    let document = document.add("\u{13}PAGE\u{14}7\u{15}\r", &[]).add("\u{13}x\r", &[]).add("显隐明旧\r", &[]).add("下\r", &[]);
    assert_eq!(document.text(), "页眉\n\n7\n显明下\n框\n");
}

#[test]
fn what_is_struck_out_raised_or_white_is_no_part_of_the_figure_before_it() {
    let with = |changes: &[u8], styles: Vec<u8>| {
        let parts = vec![(1, styles, vec![])];
        Document { looks: vec![(2, 1, changes.to_vec())], parts, ..Document::default() }.add("26712件\r", &[]).text()
    };
    let number = |number: u16, operand: &[u8]| [&number.to_le_bytes()[..], operand].concat();
    for changes in [
        number(0x0837, &[1]), number(0x0837, &[0x81]), number(0x2A53, &[1]), number(0x2A48, &[1]), number(0x2A48, &[2]), number(0x4845, &[6, 0]), number(0x4845, &[0xFA, 0xFF]), number(0x2A42, &[8]),
        number(0x6870, &[0xFF, 0xFF, 0xFF, 0]),
    ] {
        assert_eq!(with(&changes, vec![]), "26~7~12件\n", "{changes:x?}");
    }
    for changes in [number(0x0837, &[0]), number(0x2A48, &[0]), number(0x4845, &[0, 0]), number(0x2A42, &[1]), number(0x6870, &[0xFF, 0, 0, 0]), number(0x6870, &[0xFF, 0xFF, 0xFF, 0xFF]), number(0x0835, &[1])] {
        assert_eq!(with(&changes, vec![]), "26712件\n", "{changes:x?}");
    }
    // A style of characters that is based on one that strikes out.
    let style = |base: u16, changes: &[u8]| {
        let mut definition = [&0u16.to_le_bytes()[..], &(base << 4 | 2).to_le_bytes(), &[0; 6], &1u16.to_le_bytes(), &[b's', 0, 0, 0], &(changes.len() as u16).to_le_bytes()].concat();
        definition.extend(changes);
        [&(definition.len() as u16).to_le_bytes()[..], &definition, &vec![0; definition.len() % 2]].concat()
    };
    let styles = [&[6u8, 0, 2, 0, 10, 0, 0, 0][..], &style(0xFFF, &number(0x0837, &[1])), &style(0, &number(0x0835, &[1])), &style(0, &number(0x0837, &[0]))].concat();
    assert_eq!(with(&number(0x4A30, &[1, 0]), styles.clone()), "26~7~12件\n");
    assert_eq!(with(&number(0x4A30, &[2, 0]), styles.clone()), "26712件\n");
    assert_eq!(with(&number(0x4A30, &[9, 0]), styles), "26712件\n");
    // White words may stand on any colour.
    let words = Document { looks: vec![(0, 2, number(0x2A42, &[8]))], ..Document::default() }.add("甲乙12\r", &[]);
    assert_eq!(words.text(), "甲乙12\n");
}

#[test]
fn bad_documents_say_what_is_wrong() {
    let code = |bytes: Vec<u8>| read(bytes).unwrap_err().code;
    let sound = Document::default().add("文\r", &[]);
    assert_eq!(code(Document { flags: 0x0100, ..Document::default().add("文\r", &[]) }.bytes()), "decode/encrypted");
    assert_eq!(code(Document::default().bytes()), "decode/empty");
    let (mut main, table) = sound.streams();
    assert_eq!(code(compound(&[("WordDocument", &main)])), "decode/damaged");
    assert_eq!(code(compound(&[("WordDocument", b""), ("1Table", &table)])), "decode/damaged");
    main[2] = 0x65;
    let problem = read(compound(&[("WordDocument", &main), ("1Table", &table)])).unwrap_err();
    assert_eq!((problem.code, problem.message.contains("Word 6")), ("decode/unsupported-format", true));
    assert_eq!(code(compound(&[("EncryptedPackage", b"x"), ("EncryptionInfo", b"x")])), "decode/encrypted");
    assert_eq!(code(compound(&[("Contents", b"x")])), "decode/unsupported-format");
    assert_eq!(code(sound.bytes()[..600].to_vec()), "decode/damaged");
}

#[test]
fn the_last_sector_may_lack_its_padding() {
    let bytes = Document::default().add("文\r", &[]).bytes();
    let end = bytes.iter().rposition(|b| *b != 0).unwrap() + 1;
    assert!(end < bytes.len());
    assert_eq!(read(bytes[..end].to_vec()).unwrap().text, "文\n");
}

#[test]
fn a_chain_that_leads_in_a_circle_is_damaged() {
    let (main, table) = Document::default().add(&format!("{}\r", "文".repeat(5000)), &[]).streams();
    let bytes = compound(&[("WordDocument", &main), ("1Table", &table)]);
    // The first sector of the allocation table: its entries lead from sector to sector.
    let fat = u32::from_le_bytes(bytes[76..80].try_into().unwrap()) as usize;
    let start = (fat + 1) * 512;
    let linked: Vec<usize> = (0..128).map(|i| start + i * 4).filter(|at| u32::from_le_bytes(bytes[*at..*at + 4].try_into().unwrap()) < 1000).collect();
    assert!(linked.len() > 10);
    for (n, at) in linked.iter().enumerate() {
        for to in [0u32, n as u32, 3] {
            let mut bytes = bytes.clone();
            bytes[*at..*at + 4].copy_from_slice(&to.to_le_bytes());
            let _ = read(bytes);
        }
    }
}

/// Whatever happens to a file on its way, it is read or refused.
#[test]
fn damage_anywhere_is_survived() {
    let document = Document { boxes: vec!["框\r".into()], ..Document::default() };
    let document = document.add("\u{13}x\u{14}前\u{15}\r", &[]).row(&["甲", "乙"], &[0x60, 0]).row(&["", "1"], &[0x20, 0]);
    let bytes = document.bytes();
    for at in (0..bytes.len()).step_by(7) {
        let _ = read(bytes[..at].to_vec());
    }
    let (main, table) = document.streams();
    for at in (0..main.len()).filter(|at| main[*at] != 0 || at % 16 == 0) {
        for flip in [1u8, 0x40, 0xFF] {
            let mut main = main.clone();
            main[at] ^= flip;
            let _ = read(compound(&[("WordDocument", &main), ("1Table", &table)]));
        }
    }
    for at in 0..table.len() {
        for flip in [1u8, 0x40, 0xFF] {
            let mut table = table.clone();
            table[at] ^= flip;
            let _ = read(compound(&[("WordDocument", &main), ("1Table", &table)]));
        }
    }
    for at in (0..bytes.len()).filter(|at| bytes[*at] != 0 || at % 16 == 0) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0xFF;
        let _ = read(bytes);
    }
}

#[test]
fn a_style_of_paragraphs_alters_them_and_pictures_in_cells_leave_a_sign() {
    let changes = [&0x0837u16.to_le_bytes()[..], &[1]].concat();
    let mut definition = [&0u16.to_le_bytes()[..], &(0xFFFu16 << 4 | 1).to_le_bytes(), &[0; 6], &1u16.to_le_bytes(), &[b's', 0, 0, 0], &2u16.to_le_bytes(), &[0, 0], &(changes.len() as u16).to_le_bytes()].concat();
    definition.extend(&changes);
    let style = [&(definition.len() as u16).to_le_bytes()[..], &definition, &vec![0; definition.len() % 2]].concat();
    let styles = [&[6u8, 0, 1, 0, 10, 0, 0, 0][..], &style].concat();
    let struck = Document { parts: vec![(1, styles, vec![])], ..Document::default() }.add("267\r", &[]).add("甲7\r", &[]);
    assert_eq!(struck.text(), "~267\n~\n");
    let row = |text: &str| Document::default().row(&["甲", text], &[0, 0]).text();
    assert_eq!([row("\u{1}"), row("3\u{8}"), row("\u{13} FORMDROPDOWN \u{1}\u{15}"), row("\u{13} PAGE \u{14}7\u{15}")], ["甲¦\n\u{FFFC}¦¶\n", "甲¦\n3\u{FFFC}¦¶\n", "甲¦\n\u{FFFC}¦¶\n", "甲¦\n7¦¶\n"]);
    assert_eq!(Document::default().add("\u{8}\r", &[]).add("文\r", &[]).text(), "文\n");
}

/// The definition of a row of two cells with what else is said of it.
fn coloured(figure: &str, looks: Vec<u8>, paragraph: &[u8], row: &[u8]) -> String {
    let length = figure.encode_utf16().count();
    let document = Document { looks: vec![(2, length, looks)], ..Document::default() };
    let document = document.add("甲\u{7}", &[&IN_TABLE]).add(&format!("{figure}\u{7}"), &[&IN_TABLE, paragraph]);
    document.add("\u{7}", &[&IN_TABLE, &ENDS_ROW, &cells(&[0, 0]), row]).text()
}

#[test]
fn letters_of_the_colour_of_their_ground_are_no_figure() {
    let change = |number: u16, operand: &[u8]| [&number.to_le_bytes()[..], operand].concat();
    let ink = |parts: [u8; 3]| change(0x6870, &[parts[0], parts[1], parts[2], 0]);
    let (blue, black) = ([0x44, 0x72, 0xC4], [0; 3]);
    // Shades by parts: even in the second colour, and in the first.
    let even = |c: [u8; 3]| [0, 0, 0, 0xFF, c[0], c[1], c[2], 0, 0, 0];
    let full = |c: [u8; 3]| [c[0], c[1], c[2], 0, 0, 0, 0, 0xFF, 1, 0];
    let shades = |number: u16, all: &[[u8; 10]]| change(number, &[&[all.len() as u8 * 10][..], &all.concat()].concat());
    let none = [0, 0, 0, 0xFF, 0, 0, 0, 0xFF, 0, 0];
    for (looks, paragraph, row) in [
        ([ink(black), change(0x2A0C, &[1])].concat(), vec![], vec![]),
        ([change(0x2A42, &[1]), shades(0xCA71, &[even(black)])].concat(), vec![], vec![]),
        ([change(0x2A42, &[9]), change(0x4866, &[0x20, 1])].concat(), vec![], vec![]),
        (ink(blue), shades(0xC64D, &[even(blue)]), vec![]),
        (ink(blue), vec![], shades(0xD612, &[none, even(blue)])),
        (ink(blue), vec![], shades(0xD612, &[none, full(blue)])),
        (ink(blue), vec![], change(0xD62D, &[&[12, 1, 2][..], &even(blue)].concat())),
        (change(0x2A42, &[2]), vec![], change(0xD609, &[4, 0, 0, 0x40, 0])),
        (change(0x2A42, &[2]), vec![], change(0x7627, &[1, 2, 0x40, 0])),
    ] {
        assert_eq!(coloured("47", looks.clone(), &paragraph, &row), "甲¦\n~47¦¶\n", "{looks:x?} {paragraph:x?} {row:x?}");
    }
    for (looks, paragraph, row) in [
        ([ink(black), change(0x2A0C, &[7])].concat(), vec![], vec![]),
        ([ink(black), change(0x2A0C, &[0])].concat(), vec![], vec![]),
        (ink(black), vec![], shades(0xD612, &[none, even(blue)])),
        // Letters of no colour in particular are seen on every ground.
        (change(0x2A42, &[0]), vec![], shades(0xD612, &[none, even(black)])),
        (ink(blue), vec![], shades(0xD612, &[even(blue), none])),
        ([ink(blue), change(0x2A0C, &[7])].concat(), vec![], shades(0xD612, &[none, even(blue)])),
    ] {
        assert_eq!(coloured("47", looks.clone(), &paragraph, &row), "甲¦\n47¦¶\n", "{looks:x?} {paragraph:x?} {row:x?}");
    }
    assert_eq!(coloured("年", change(0x2A42, &[8]), &[], &shades(0xD612, &[none, even(blue)])), "甲¦\n年¦¶\n");
}

#[test]
fn digits_of_a_font_of_pictures_are_no_figure() {
    let font = |name: &str| {
        let units: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        [&[39 + units.len() as u8][..], &[0; 39], &units].concat()
    };
    let fonts = [&[2, 0, 0, 0][..], &font("SimSun"), &font("Wingdings 2")].concat();
    let with = |number: u8| {
        let looks = vec![(1, 1, vec![0x4F, 0x4A, number, 0])];
        Document { looks, parts: vec![(15, fonts.clone(), vec![])], ..Document::default() }.add("234\r", &[]).text()
    };
    assert_eq!([with(0), with(1), with(9)], ["234\n", "2~3~4\n", "234\n"]);
}

#[test]
fn a_minus_of_which_a_list_was_made_sets_its_figure_apart() {
    let with = |bullet: &str| {
        let lists = [&[1, 0][..], &77u32.to_le_bytes(), &[0; 22], &[1, 0]].concat();
        let numbers = [&1u32.to_le_bytes()[..], &77u32.to_le_bytes(), &[0; 12], &[0xFF; 4]].concat();
        let list = [0x0B, 0x46, 1, 0, 0x0A, 0x26, 0];
        let document = Document { parts: vec![(73, lists, level(23, bullet)), (74, numbers, vec![])], ..Document::default() };
        let document = document.add("8件\r", &[&list]).add("甲\u{7}", &[&IN_TABLE]).add("8\u{7}", &[&IN_TABLE, &list]);
        document.add("\u{7}", &[&IN_TABLE, &ENDS_ROW, &cells(&[0, 0])]).text()
    };
    assert_eq!([with("-"), with("\u{F06C}")], ["8件\n甲¦\n~8¦¶\n", "8件\n甲¦\n8¦¶\n"]);
}
