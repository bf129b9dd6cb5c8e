//! Gives the program a name of its own source (`NIANBAO_SOURCE`), so that a dataset tells which program made its rows:
//! a changed reader reads the archive again, whatever its version number says. The hash is no proof against forgery,
//! it only tells one source from another, so the standard library's will do.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

fn main() {
    let mut files = BTreeSet::from([PathBuf::from("Cargo.lock"), PathBuf::from("pipelines/columns.csv")]);
    below(Path::new("src"), &mut files);
    let mut hasher = DefaultHasher::new();
    for file in &files {
        println!("cargo:rerun-if-changed={}", file.display());
        hasher.write(file.to_string_lossy().as_bytes());
        hasher.write(&fs::read(file).unwrap_or_default());
    }
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rustc-env=NIANBAO_SOURCE={:016x}", hasher.finish());
}

fn below(folder: &Path, files: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the source is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, files);
        } else {
            files.insert(path);
        }
    }
}
