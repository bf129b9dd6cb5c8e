//! The stages that read foreign bytes, built by themselves, and what each fuzz target does with its input.

#![allow(dead_code, reason = "the stages are built without those that use them")]

#[path = "../../src/model.rs"]
pub mod model;
#[path = "../../src/decode/mod.rs"]
pub mod decode;
#[path = "../../src/walk/mod.rs"]
pub mod walk;
#[path = "../../tests/packs.rs"]
pub mod packs;

use walk::container::{Found, Limits};

/// A file as it is. No error is a fault; a panic, a hang and memory without bound are.
pub fn decode(bytes: Vec<u8>) {
    let limits = decode::Limits { text: 4 << 20, ..Default::default() };
    if let Ok(decoded) = decode::decode("input", bytes, &limits) {
        let rows = decoded.text.matches(model::ROW_END).count();
        assert!(rows <= decoded.text.matches(model::CELL_END).count(), "a row without a cell");
    }
}

/// A container, with limits that end soon.
pub fn unpack(bytes: &[u8]) {
    let limits = Limits { depth: 3, members: 200, bytes: 32 << 20, ratio: 200, nested_bytes: 1 << 20, member_bytes: 1 << 20 };
    let dir = tempfile::tempdir().expect("a scratch folder");
    let file = dir.path().join("input");
    std::fs::write(&file, bytes).expect("a scratch file");
    let mut seen = std::collections::HashSet::new();
    walk::container::stream(&file, "input", &walk::globs(&[]).expect("no globs"), &limits, &mut |found| {
        let path = match found {
            Found::Member(m) => m.path,
            Found::Row(r) | Found::Container(r) => r.path,
        };
        assert!(path.split(['/', '!']).all(|part| part != "..") && !path.contains('\0'), "{path}");
        assert!(seen.insert(path), "a path stands twice");
        true
    });
    assert!(seen.len() <= 200, "more members than the limit");
}
