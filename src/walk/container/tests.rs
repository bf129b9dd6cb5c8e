//! Containers assembled in code: what they give, what stops them, and that nothing bad gives anything.

use std::io::Write;

use super::*;
use crate::walk::globs;

#[path = "../../../tests/packs.rs"]
mod packs;

use packs::*;

const PAGE: &[u8] = "<html><p>青山镇年度报告 12 件".as_bytes();

fn limits() -> Limits {
    Limits { depth: 4, members: 1000, bytes: 1 << 30, ratio: 200, nested_bytes: 8 << 20, member_bytes: 1 << 20 }
}

/// Members, other rows, and the row of the container itself.
struct Given {
    members: Vec<Member>,
    rows: Vec<Refused>,
    own: Refused,
}

impl Given {
    fn paths(&self) -> Vec<&str> {
        self.members.iter().map(|m| m.path.as_str()).collect()
    }

    fn row(&self, path: &str) -> (&str, &str) {
        let row = self.rows.iter().find(|r| r.path == path).unwrap_or_else(|| panic!("no row {path} in {:?}", self.rows));
        (row.outcome.name(), &row.reason)
    }

    fn is_whole(&self) -> bool {
        self.own.outcome == Outcome::Skipped && self.own.reason.starts_with("a container; its")
    }
}

fn given_within(name: &str, bytes: &[u8], limits: &Limits) -> Given {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, bytes).unwrap();
    let (mut members, mut rows) = (Vec::new(), Vec::new());
    let End { row: own, disk_failed } = stream(&file, name, &globs(&["**/.*".into()]).unwrap(), limits, &mut |found| {
        match found {
            Found::Member(m) => members.push(m),
            Found::Row(r) | Found::Container(r) => rows.push(r),
        }
        true
    });
    assert!(!disk_failed, "{name}: the disk is whole, whatever the container is");
    Given { members, rows, own }
}

#[test]
fn a_disk_that_fails_is_told_from_a_container_that_is_damaged() {
    struct Faulty(i32);
    impl Read for Faulty {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::from_raw_os_error(self.0))
        }
    }
    for (code, disk) in [(5, true), (116, true), (22, false)] {
        let failed = Cell::new(false);
        assert!(OnDisk { file: Faulty(code), failed: &failed }.read(&mut [0; 8]).is_err());
        assert_eq!(failed.get(), disk, "os error {code}");
    }
    let failed = Cell::new(false);
    let file = tempfile::tempfile().expect("a scratch file");
    assert!(OnDisk { file, failed: &failed }.seek(SeekFrom::End(-1)).is_err());
    assert!(!failed.get(), "a place before the beginning");
}

fn given(name: &str, bytes: &[u8]) -> Given {
    given_within(name, bytes, &limits())
}

/// Every kind of container around the same two members.
fn all_kinds(members: &[(&str, &[u8])]) -> Vec<(&'static str, Vec<u8>)> {
    let tar = tar(members);
    let warc: Vec<u8> = members.iter().flat_map(|(n, b)| record("resource", &format!("http://{n}"), b)).collect();
    vec![
        ("a.zip", zipped(members)),
        ("a.tar.gz", gz(&tar)),
        ("a.tar.zst", zst(&tar)),
        ("a.tar.xz", xz(&tar)),
        ("a.tar.bz2", bz2(&tar)),
        ("a.7z", sevenz(&[members])),
        ("a.warc.gz", members.iter().flat_map(|(n, b)| gz(&record("resource", &format!("http://{n}"), b))).collect()),
        ("a.warc", warc),
        ("a.tar", tar),
    ]
}

#[test]
fn every_kind_gives_its_members_in_order() {
    let other = "正文 ".repeat(3000);
    let members: [(&str, &[u8]); 3] = [("2024/b.htm", PAGE), ("2024/a.htm", other.as_bytes()), (".hidden", b"x")];
    for (name, bytes) in all_kinds(&members) {
        assert!(kind(&bytes).is_some(), "{name}");
        let given = given(name, &bytes);
        assert!(given.is_whole() && given.own.reason.contains("2 members"), "{name}: {:?}", given.own);
        assert_eq!(given.paths(), [format!("{name}!2024/b.htm"), format!("{name}!2024/a.htm")]);
        assert_eq!((&given.members[0].bytes[..], &given.members[1].bytes[..]), (PAGE, other.as_bytes()), "{name}");
        assert!(given.rows.is_empty(), "{name}");
    }
}

#[test]
fn a_single_packed_file_has_the_name_without_its_ending() {
    for (name, bytes) in [("x/年报.htm.gz", gz(PAGE)), ("x/年报.htm.zst", zst(PAGE)), ("x/年报.htm.xz", xz(PAGE)), ("x/年报.htm.bz2", bz2(PAGE))] {
        let given = given(name, &bytes);
        assert_eq!(given.paths(), [format!("{name}!年报.htm")], "{:?}", given.own);
        assert_eq!(given.members[0].bytes, PAGE);
    }
}

#[test]
fn names_of_a_zip_are_read_as_they_were_written() {
    let gbk = encoding_rs::GB18030.encode("汶水镇/年报.htm").0.into_owned();
    let mut unicode = vec![1];
    unicode.extend(crc(&gbk).to_le_bytes());
    unicode.extend("汶水镇/另名.htm".bytes());
    let mut extra = vec![0x75, 0x70];
    extra.extend((unicode.len() as u16).to_le_bytes());
    extra.extend(unicode);
    let members = [
        Packed::new(&gbk, PAGE),
        Packed { extra, ..Packed::new(&gbk, PAGE) },
        Packed { flags: 1 << 11, ..Packed::new("汶水镇/三.htm".as_bytes(), PAGE) },
        Packed::new("汶水镇/四.htm".as_bytes(), PAGE),
    ];
    let given = given("a.zip", &zip(&members));
    assert_eq!(given.paths(), ["a.zip!汶水镇/年报.htm", "a.zip!汶水镇/另名.htm", "a.zip!汶水镇/三.htm", "a.zip!汶水镇/四.htm"]);
}

#[test]
fn names_of_a_tar_may_be_long_and_in_gbk() {
    let long = "很长的目录名/".repeat(40) + "a.htm";
    let gbk = encoding_rs::GB18030.encode("年报.htm").0.into_owned();
    let mut bytes = tar(&[(&long, PAGE)]);
    bytes.truncate(bytes.len() - 1024);
    bytes.extend(tar_header(&gbk, ::tar::EntryType::Regular, 0));
    bytes.extend([0; 1024]);
    let given = given("a.tar", &bytes);
    assert!(given.is_whole(), "{:?}", given.own);
    assert_eq!(given.paths(), [format!("a.tar!{long}"), "a.tar!年报.htm".to_string()]);
}

#[test]
fn equal_and_hostile_names_stay_inside_and_apart() {
    let names: [&[u8]; 6] = [b"a.htm", b"../../a.htm", b"/a.htm", b"C:\\x\\b.htm", b"n\0ul.htm", b"c!d.htm"];
    let members: Vec<Packed> = names.iter().map(|n| Packed::new(n, PAGE)).collect();
    let given = given("a.zip", &zip(&members));
    assert_eq!(given.paths(), ["a.zip!a.htm", "a.zip!a.htm~2", "a.zip!a.htm~3", "a.zip!x/b.htm", "a.zip!n_ul.htm", "a.zip!c！d.htm"]);
}

#[test]
fn documents_are_no_containers() {
    for name in ["[Content_Types].xml", "mimetype", "OFD.xml"] {
        let bytes = zipped(&[("word/document.xml", b"<x/>"), (name, b"x")]);
        assert_eq!(kind(&bytes), None, "{name}");
        assert_eq!(kind(&bytes[..bytes.len() - 30]), None, "{name} without its end");
        let given = given("a.zip", &zipped(&[("a.docx", &bytes)]));
        assert_eq!(given.paths(), ["a.zip!a.docx"]);
    }
    assert_eq!(kind(&zipped(&[("x/[Content_Types].xml", b"x")])), Some(Kind::Zip));
    for text in [&b"BZh"[..], b"BZh91AY is text", b"WARC/x", b"PK", b"", &[0; 2000], "年报".repeat(400).as_bytes()] {
        assert_eq!(kind(text), None, "{text:?}");
    }
}

#[test]
fn containers_nest_as_far_as_the_limit() {
    let inner = gz(&tar(&[("c.htm", PAGE)]));
    let middle = zipped(&[("b.tar.gz", &inner), ("d.htm", PAGE)]);
    let outer = sevenz(&[&[("m.zip", &middle), ("e.htm", PAGE)]]);
    let whole = given("a.7z", &outer);
    assert_eq!(whole.paths(), ["a.7z!m.zip!b.tar.gz!c.htm", "a.7z!m.zip!d.htm", "a.7z!e.htm"]);
    assert_eq!(whole.row("a.7z!m.zip"), ("skipped", "a container; its 2 members have rows of their own"));
    let shallow = given_within("a.7z", &outer, &Limits { depth: 2, ..limits() });
    assert_eq!(shallow.paths(), ["a.7z!m.zip!d.htm", "a.7z!e.htm"]);
    assert!(shallow.row("a.7z!m.zip!b.tar.gz").1.contains("depth"));
    let small = given_within("a.7z", &outer, &Limits { nested_bytes: 100, ..limits() });
    assert_eq!(small.paths(), ["a.7z!e.htm"]);
    assert!(small.row("a.7z!m.zip").1.contains("nested_bytes"), "{:?}", small.rows);
}

#[test]
fn encrypted_and_unknown_methods_are_rows() {
    let members = [
        Packed { flags: 1, packed: Some((8, vec![7; 40])), ..Packed::new(b"secret.htm", PAGE) },
        Packed { packed: Some((99, vec![7; 40])), ..Packed::new(b"aes.htm", PAGE) },
        Packed { packed: Some((14, vec![7; 40])), ..Packed::new(b"lzma.htm", PAGE) },
        Packed::new(b"open.htm", PAGE),
    ];
    let given = given("a.zip", &zip(&members));
    assert_eq!(given.paths(), ["a.zip!open.htm"]);
    assert_eq!(given.row("a.zip!secret.htm"), ("unreadable", "encrypted; unpack it with its password"));
    assert_eq!(given.row("a.zip!aes.htm").0, "unreadable");
    assert!(given.row("a.zip!lzma.htm").1.contains("14"), "{:?}", given.rows);
}

#[test]
fn links_and_devices_are_rows_and_folders_are_none() {
    let mut bytes = Vec::new();
    for (name, kind) in [("d/", ::tar::EntryType::Directory), ("l", ::tar::EntryType::Symlink), ("h", ::tar::EntryType::Link), ("f", ::tar::EntryType::Fifo)] {
        bytes.extend(tar_header(name.as_bytes(), kind, 0));
    }
    bytes.extend([0; 1024]);
    let given = given("a.tar", &bytes);
    let rows: Vec<_> = given.rows.iter().map(|r| (r.path.as_str(), r.outcome.name())).collect();
    assert_eq!(rows, [("a.tar!l", "skipped"), ("a.tar!h", "skipped"), ("a.tar!f", "skipped")]);
}

#[test]
fn a_flipped_bit_never_changes_a_member() {
    let text = "本年收到申请 1234567890 件\n".repeat(60);
    let members: [(&str, &[u8]); 2] = [("a.htm", text.as_bytes()), ("b.htm", PAGE)];
    for (name, bytes) in all_kinds(&members) {
        // Plain tar and plain WARC have no checksum of their content, as a plain file has none.
        if name == "a.tar" || name == "a.warc" {
            continue;
        }
        for bit in (0..bytes.len() * 8).step_by(5) {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if kind(&flipped).is_none() {
                continue;
            }
            let given = given(name, &flipped);
            for member in &given.members {
                assert!(members.iter().any(|(_, b)| *b == member.bytes), "{name}: bit {bit} gave {:?}", String::from_utf8_lossy(&member.bytes));
            }
        }
    }
}

#[test]
fn whatever_is_cut_off_is_told_and_what_is_given_is_whole() {
    let text = "本年收到申请 12 件\n".repeat(60);
    let members: [(&str, &[u8]); 2] = [("a.htm", text.as_bytes()), ("b.htm", PAGE)];
    for (name, bytes) in all_kinds(&members) {
        for length in (0..bytes.len()).step_by(1 + bytes.len() / 300) {
            let cut = &bytes[..length];
            if kind(cut).is_none() {
                continue;
            }
            let given = given(name, cut);
            for member in &given.members {
                assert!(members.iter().any(|(_, b)| *b == member.bytes), "{name} cut at {length}");
            }
            let told = given.own.outcome == Outcome::Unreadable || given.rows.iter().any(|r| r.outcome == Outcome::Unreadable);
            assert!(told || given.members.len() == 2 || name.contains("warc"), "{name} cut at {length}: {:?}", given.own);
        }
    }
}

#[test]
fn a_crawl_keeps_the_records_before_the_cut() {
    let crawl: Vec<u8> = (0..3).flat_map(|i| gz(&record("resource", &format!("http://a.cn/{i}.htm"), PAGE))).collect();
    let given = given("a.warc.gz", &crawl[..crawl.len() - 20]);
    assert_eq!(given.paths(), ["a.warc.gz!a.cn/0.htm", "a.warc.gz!a.cn/1.htm"]);
    assert_eq!(given.own.outcome, Outcome::Unreadable, "{:?}", given.own);
}

#[test]
fn answers_are_read_in_every_coding_with_their_address() {
    let page = "<html><p>正文 3 件</p>".repeat(300).into_bytes();
    let mut warc = record("warcinfo", "", b"software: x");
    warc.extend(record("request", "http://a.gov.cn/1.htm", b"GET / HTTP/1.1\r\n\r\n"));
    for (i, (packed, chunked)) in [(false, false), (true, false), (false, true), (true, true)].into_iter().enumerate() {
        warc.extend(record("response", &format!("http://a.gov.cn/{i}.htm"), &answer(&page, packed, chunked)));
    }
    let given = given("a.warc", &warc);
    assert!(given.is_whole(), "{:?}", given.own);
    assert_eq!(given.paths(), (0..4).map(|i| format!("a.warc!a.gov.cn/{i}.htm")).collect::<Vec<_>>());
    for (i, member) in given.members.iter().enumerate() {
        assert!(member.bytes == page, "{i}");
        assert_eq!(member.url.as_deref(), Some(format!("http://a.gov.cn/{i}.htm").as_str()));
    }
}

#[test]
fn answers_that_are_no_page_or_not_whole_are_rows() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n短";
    let chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n9\r\n123";
    let gzip = [&b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"[..], &gz(PAGE)[..30]].concat();
    let mut warc = Vec::new();
    for (name, block) in [("moved", &b"HTTP/1.1 302 Found\r\n\r\n"[..]), ("cut", cut.as_bytes()), ("chunk", chunk.as_bytes()), ("gzip", &gzip)] {
        warc.extend(record("response", &format!("http://a.cn/{name}"), block));
    }
    warc.extend(record("revisit", "http://a.cn/again", b"HTTP/1.1 200 OK\r\n\r\n"));
    warc.extend(record("resource", "http://a.cn/good", PAGE));
    let given = given("a.warc", &warc);
    assert_eq!(given.paths(), ["a.warc!a.cn/good"]);
    for (name, outcome, word) in [("moved", "skipped", "302"), ("cut", "unreadable", "900"), ("chunk", "unreadable", "chunks"), ("gzip", "unreadable", "unpacked"), ("again", "skipped", "earlier")] {
        let (got, reason) = given.row(&format!("a.warc!a.cn/{name}"));
        assert!(got == outcome && reason.contains(word), "{name}: {got} {reason}");
    }
}

#[test]
fn wrong_lengths_in_a_crawl_cost_their_record() {
    let good = record("resource", "http://a.cn/good", PAGE);
    for wrong in [3usize, 60, 100_000] {
        let bad = String::from_utf8(record("resource", "http://a.cn/bad", PAGE)).unwrap();
        let bad = bad.replacen(&format!("Content-Length: {}", PAGE.len()), &format!("Content-Length: {wrong}"), 1);
        let given = given("a.warc", &[&good[..], bad.as_bytes(), &good].concat());
        assert_eq!(given.row("a.warc!a.cn/bad").0, "unreadable", "{wrong}");
        assert_eq!(given.own.outcome, Outcome::Unreadable);
        assert!(given.members.iter().all(|m| m.bytes == PAGE), "{wrong}");
    }
}

/// Zeros without end, packed: so many bytes of them.
fn zeros(bytes: usize) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let block = vec![0; 1 << 20];
    (0..bytes >> 20).for_each(|_| out.write_all(&block).unwrap());
    out.finish().unwrap()
}

#[test]
fn bombs_are_left_at_the_limit() {
    let bomb = zeros(256 << 20);
    let stopped = given("a.gz", &bomb);
    assert!(stopped.own.reason.contains("ratio"), "{:?}", stopped.own);
    assert!(stopped.members.is_empty());
    let stopped = given_within("a.gz", &bomb, &Limits { ratio: u64::MAX, bytes: 20 << 20, ..limits() });
    assert!(stopped.own.reason.contains("20971520 bytes"), "{:?}", stopped.own);
    // In a zip it is one member of many, and the others are read.
    let zeros = vec![0; 200 << 20];
    let given_zip = given("a.zip", &zipped(&[("zeros", &zeros), ("a.htm", PAGE)]));
    assert_eq!(given_zip.paths(), ["a.zip!a.htm"]);
    assert!(given_zip.row("a.zip!zeros").1.contains("max_file_bytes"));
    let given_7z = given("a.7z", &sevenz(&[&[("zeros", &zeros), ("a.htm", PAGE)]]));
    assert!(given_7z.own.reason.contains("ratio"), "{:?}", given_7z.own);
}

#[test]
fn zips_of_zips_of_zips_end() {
    let mut bytes = zipped(&[("zeros", &vec![0; 8 << 20])]);
    for _ in 0..6 {
        let members: Vec<(String, &[u8])> = (0..16).map(|i| (format!("{i}.zip"), &bytes[..])).collect();
        bytes = zipped(&members.iter().map(|(n, b)| (n.as_str(), *b)).collect::<Vec<_>>());
    }
    let stopped = given("42.zip", &bytes);
    assert!(stopped.members.is_empty());
    assert_eq!(stopped.own.outcome, Outcome::Unreadable, "{:?}", stopped.own);
    let deep = given_within("42.zip", &bytes, &Limits { members: u64::MAX, depth: 3, ..limits() });
    assert!(deep.rows.iter().any(|r| r.reason.contains("depth")));
}

#[test]
fn too_many_members_end_it() {
    let names: Vec<String> = (0..30).map(|i| format!("{i}.htm")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), PAGE)).collect();
    for (name, bytes) in all_kinds(&members) {
        let given = given_within(name, &bytes, &Limits { members: 10, ..limits() });
        assert_eq!(given.members.len(), 10, "{name}");
        assert!(given.own.reason.contains("more than 10 members"), "{name}: {:?}", given.own);
    }
}

#[test]
fn sizes_are_not_believed() {
    // A member of a terabyte that is not there, and a name of a gigabyte.
    let mut huge = tar_header(b"huge", ::tar::EntryType::Regular, 1 << 40);
    huge.extend(PAGE);
    assert_eq!(given("a.tar", &huge).row("a.tar!huge").0, "unreadable");
    let name = tar_header(b"././@LongLink", ::tar::EntryType::GNULongName, 1 << 30);
    assert!(given("a.tar", &name).own.reason.contains("name"));
    // A zip that says a terabyte of members, and one whose members lie over each other.
    let mut many = zipped(&[("a", PAGE)]);
    let end = many.len() - 22;
    many[end + 8..end + 12].copy_from_slice(&[0xFF; 4]);
    assert_eq!(given("a.zip", &many).own.outcome, Outcome::Unreadable);
    // A window of four gigabytes.
    let block: &[(&str, &[u8])] = &[("a.htm", PAGE)];
    let wide = sevenz_of(PAGE, sevenz_header(&[block], &[PAGE.len()], 40));
    let given = given("a.7z", &wide);
    assert!(given.row("a.7z!a.htm").1.contains("window"), "{:?}", given.rows);
    // A header that unpacks to gigabytes.
    let mut header = vec![0x17, 0x06, 0, 1, 0x09, 5, 0, 0x07, 0x0B, 1, 0, 1, 0x21, 0x21, 1, 24, 0x0C];
    header.extend([0xF8, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0, 0]);
    let bomb = sevenz_of(b"12345", header);
    assert!(super::super::container::tests::given("a.7z", &bomb).own.reason.contains("list of members"));
}

#[test]
fn a_damaged_block_of_a_7z_costs_its_members_alone() {
    let text = "本年 ".repeat(2000);
    let blocks: [&[(&str, &[u8])]; 2] = [&[("a.htm", text.as_bytes()), ("b.htm", PAGE)], &[("c.htm", PAGE)]];
    let mut bytes = sevenz(&blocks);
    bytes[40] ^= 0xFF;
    let given = given("a.7z", &bytes);
    assert_eq!(given.paths(), ["a.7z!c.htm"], "{:?}", given.own);
    assert_eq!(given.row("a.7z!b.htm").0, "unreadable");
    assert_eq!(given.own.outcome, Outcome::Unreadable);
}

#[test]
fn an_empty_container_has_no_members() {
    for (name, bytes) in [("a.zip", zipped(&[])), ("a.tar.gz", gz(&[0; 1024]))] {
        let given = given(name, &bytes);
        assert!(given.members.iter().all(|m| m.bytes == [0; 1024]), "{name}");
    }
    assert!(given("a.zip", &zipped(&[])).is_whole());
}

#[test]
fn it_ends_when_no_more_is_wanted() {
    let names: Vec<String> = (0..30).map(|i| format!("{i}.htm")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), PAGE)).collect();
    for (name, bytes) in all_kinds(&members) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, bytes).unwrap();
        let mut seen = 0;
        stream(&file, name, &globs(&[]).unwrap(), &limits(), &mut |_| {
            seen += 1;
            seen < 3
        });
        assert_eq!(seen, 3, "{name}");
    }
}
