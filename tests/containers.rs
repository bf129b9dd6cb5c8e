//! The same reports in a folder and in every kind of container give the same values, and a container that is bad costs
//! nothing but itself.

use std::collections::BTreeMap;
use std::path::Path;

use nianbao::synth;
use polars::prelude::*;

use crate::packs::{self, Packed};
use crate::support;

/// All cells of a dataset without the ids of their reports, which hang on the paths.
fn values(out: &Path) -> Vec<String> {
    let mut rows = Vec::new();
    for (name, path) in support::files_below(&std::fs::canonicalize(out.join("values")).expect("published")) {
        let frame = ParquetReader::new(std::fs::File::open(path).expect("published")).finish().expect("a table");
        let columns: Vec<_> = frame.columns().iter().filter(|c| c.name() != "report_id").cloned().collect();
        let year = name.split('/').next().unwrap_or_default().to_string();
        rows.extend((0..frame.height()).map(|i| columns.iter().fold(year.clone(), |row, c| format!("{row}|{}", c.get(i).expect("a cell")))));
    }
    rows.sort_unstable();
    rows
}

/// path → (outcome, reason) of every file.
fn files(out: &Path) -> BTreeMap<String, (String, String)> {
    let frame = ParquetReader::new(std::fs::File::open(out.join("files.parquet")).expect("published")).finish().expect("a table");
    let column = |n: &str| frame.column(n).expect("a column").str().expect("strings").clone();
    let (paths, outcomes, reasons) = (column("path"), column("outcome"), column("reason"));
    (0..frame.height()).map(|i| (paths.get(i).unwrap_or("").into(), (outcomes.get(i).unwrap_or("").into(), reasons.get(i).unwrap_or("").into()))).collect()
}

#[test]
fn a_packed_archive_gives_the_values_of_the_folder() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let options = synth::Options { reports: 120, seed: 11, ..Default::default() };
    synth::write(dir.path(), support::form(), &support::places(200), &support::root().join("data"), &options).expect("an archive");
    let archive = dir.path().join("archive");
    let plain = support::run_over(&archive, dir.path(), "plain");
    let (wanted, rows) = (values(&plain), files(&plain));
    assert!(wanted.len() > 20_000, "{}", wanted.len());

    let held: Vec<(String, Vec<u8>)> = support::files_below(&archive).into_iter().map(|(n, p)| (n, std::fs::read(p).expect("a file"))).collect();
    let members: Vec<(&str, &[u8])> = held.iter().map(|(n, b)| (n.as_str(), &b[..])).collect();
    let gbk: Vec<Packed> = held.iter().map(|(n, b)| Packed::new(&encoding_rs::GB18030.encode(n).0, b)).collect();
    let tar = packs::tar(&members);
    let crawl = |(i, (name, bytes)): (usize, &(String, Vec<u8>))| packs::gz(&packs::record("response", &format!("http://{name}"), &packs::answer(bytes, i % 2 == 0, i % 3 == 0)));
    let blocks: Vec<&[(&str, &[u8])]> = members.chunks(50).collect();
    for (name, bytes) in [
        ("all.zip", packs::zip(&gbk)),
        ("all.tar.zst", packs::zst(&tar)),
        ("all.tar.gz", packs::gz(&tar)),
        ("all.7z", packs::sevenz(&blocks)),
        ("all.warc.gz", held.iter().enumerate().flat_map(crawl).collect()),
        // The name says nothing.
        ("outer.doc", packs::zipped(&[("in/all.dat", &packs::xz(&tar))])),
    ] {
        let packed = dir.path().join(format!("packed-{name}"));
        std::fs::create_dir(&packed).expect("a folder");
        std::fs::write(packed.join(name), bytes).expect("a file");
        let out = support::run_over(&packed, dir.path(), &format!("out-{name}"));
        assert!(values(&out) == wanted, "{name}: the values are not those of the folder");
        let got = files(&out);
        let inside = if name == "outer.doc" { "outer.doc!in/all.dat".to_string() } else { name.to_string() };
        for (path, (outcome, _)) in &rows {
            assert_eq!(got.get(&format!("{inside}!{path}")).map(|(o, _)| o), Some(outcome), "{name}: {path}");
        }
        let own = &got[&inside];
        assert!(own.0 == "skipped" && own.1.contains(&format!("{} members", rows.len())), "{name}: {own:?}");
    }
}

#[test]
fn the_same_containers_give_the_same_bytes() {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    let input = std::fs::read_to_string(support::root().join("tests/cases/extract/pipes-row/input.txt")).expect("the case");
    let texts: Vec<String> = (0..40).map(|i| input.replace("57", &(57 + i).to_string())).collect();
    let names: Vec<String> = (0..40).map(|i| format!("{}.txt", i % 7)).collect();
    let members: Vec<(&str, &[u8])> = names.iter().zip(&texts).map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
    std::fs::write(archive.join("b.zip"), packs::zipped(&members)).expect("a file");
    std::fs::write(archive.join("a.tar.gz"), packs::gz(&packs::tar(&members[..20]))).expect("a file");
    std::fs::write(archive.join("plain.txt"), &texts[3]).expect("a file");
    let runs = ["x", "y"].map(|n| std::fs::canonicalize(support::run_over(&archive, dir.path(), n)).expect("published"));
    let [x, y] = runs.map(|r| support::files_below(&r));
    assert!(x.iter().map(|f| &f.0).eq(y.iter().map(|f| &f.0)));
    for ((name, a), (_, b)) in x.iter().zip(&y).filter(|((n, _), _)| n != "run.json") {
        assert!(std::fs::read(a).expect("a file") == std::fs::read(b).expect("a file"), "{name} differs between two runs");
    }
}

#[test]
fn bad_containers_cost_nothing_but_themselves() {
    let good = std::fs::read(support::root().join("tests/cases/extract/pipes-row/input.txt")).expect("the case");
    let dir = tempfile::tempdir().expect("a scratch folder");
    let archive = dir.path().join("archive");
    std::fs::create_dir(&archive).expect("a folder");
    let zip = packs::zipped(&[("a.txt", &good), ("b.txt", b"x")]);
    let locked = packs::zip(&[Packed { flags: 1, packed: Some((8, vec![1; 30])), ..Packed::new(b"a.txt", b"x") }]);
    let seven = packs::sevenz(&[&[("a.txt", &good)]]);
    let cases: [(&str, Vec<u8>, &str, &str); 10] = [
        ("cut.zip", zip[..zip.len() - 30].to_vec(), "unreadable", "damaged"),
        ("cut.tar.gz", { let t = packs::gz(&packs::tar(&[("a.txt", &good)])); t[..t.len() - 9].to_vec() }, "unreadable", "fetch it again"),
        ("cut.7z", seven[..seven.len() - 5].to_vec(), "unreadable", "missing"),
        ("empty.zip", packs::zipped(&[]), "skipped", "0 members"),
        ("nothing.zip", Vec::new(), "unreadable", "empty"),
        ("bomb.gz", packs::gz(&vec![0; 100 << 20]), "unreadable", "ratio"),
        ("locked.zip", locked, "skipped", "1 member"),
        ("noise.tar.xz", [&b"\xFD7zXZ\0"[..], &good].concat(), "unreadable", "fetch it again"),
        ("page.zip", "<html><p>没有压缩</p></html>".into(), "not_a_report", ""),
        ("good.zip", packs::zipped(&[("good.txt", &good)]), "skipped", "1 member"),
    ];
    for (name, bytes, ..) in &cases {
        std::fs::write(archive.join(name), bytes).expect("a file");
    }
    let got = files(&support::run_over(&archive, dir.path(), "out"));
    for (name, _, outcome, word) in &cases {
        let row = got.get(*name).unwrap_or_else(|| panic!("{name} has no row"));
        assert!(row.0 == *outcome && row.1.contains(word), "{name}: {row:?}");
    }
    assert_eq!(got["good.zip!good.txt"].0, "report");
    assert_eq!(got["locked.zip!a.txt"], ("unreadable".into(), "encrypted; unpack it with its password".into()));
}
