//! What several tests need: the project's own pipeline, a scratch folder, one file through the stages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use nianbao::form::{self, Form};
use nianbao::model::{Read, Source};
use nianbao::pipeline::Pipeline;
use nianbao::run::{self, Tools};
use nianbao::synth;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_nianbao");

/// The program, called where the project lies.
pub fn nianbao() -> Command {
    let mut command = Command::new(PROGRAM);
    command.current_dir(root());
    command
}

pub fn pipeline() -> Pipeline {
    Pipeline::load(&root().join("pipelines/township.toml")).expect("the project's pipeline file is right")
}

pub fn form() -> &'static Form {
    static FORM: OnceLock<Form> = OnceLock::new();
    FORM.get_or_init(|| form::load(&root().join("pipelines/disclosure")).unwrap_or_else(|f| panic!("{f:?}")))
}

pub fn tools() -> &'static Tools<'static> {
    static TOOLS: OnceLock<Tools<'static>> = OnceLock::new();
    TOOLS.get_or_init(|| Tools::new(&pipeline(), form()).unwrap_or_else(|e| panic!("{e}")))
}

/// One file through decode, convert, extract and check; `path` is what the dataset would call it.
pub fn read(file: &Path, path: &str) -> Read {
    run::read_source(tools(), &Source::at(path, file))
}

/// The same for a text.
pub fn read_text(text: &str) -> Read {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let file = dir.path().join("report.txt");
    std::fs::write(&file, text).expect("a scratch file");
    read(&file, "report.txt")
}

/// Runs the pipeline over `archive` into a new folder below `dir`.
pub fn run_over(archive: &Path, dir: &Path, name: &str) -> PathBuf {
    let mut pipeline = pipeline();
    pipeline.archive.root = archive.to_path_buf();
    pipeline.publish.out = dir.join(name);
    run::run(&pipeline, &Silent).unwrap_or_else(|e| panic!("{e}"));
    pipeline.publish.out
}

pub struct Silent;

impl run::Progress for Silent {
    fn walked(&self, _: usize) {}
    fn read(&self, _: usize) {}
}

/// A copy of one of the project's folders, in `dir`.
pub fn copy_of(folder: &str, dir: &Path) -> PathBuf {
    let (from, to) = (root().join(folder), dir.join(folder));
    for (name, path) in files_below(&from) {
        let copy = to.join(name);
        std::fs::create_dir_all(copy.parent().expect("a file has a folder")).expect("a folder");
        std::fs::copy(path, copy).expect("a copy");
    }
    to
}

/// Every regular file below a folder, sorted, with its path relative to it.
pub fn files_below(dir: &Path) -> Vec<(String, PathBuf)> {
    let mut out = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(d) = open.pop() {
        for e in std::fs::read_dir(&d).expect("a readable folder").flatten() {
            let p = e.path();
            if p.is_dir() {
                open.push(p);
            } else {
                out.push((p.strip_prefix(dir).expect("below").to_string_lossy().into_owned(), p));
            }
        }
    }
    out.sort();
    out
}

/// Townships of every `step`th county, for invented archives.
pub fn places(step: usize) -> Vec<synth::Place> {
    let gazetteer = &tools().gazetteer;
    let counties = gazetteer.places().iter().filter(|p| p.level == "county" && p.code.len() == 6).step_by(step);
    counties
        .flat_map(|c| {
            let chain = gazetteer.chain(&c.code);
            gazetteer.townships_of(&c.code).filter(|t| t.valid_to.is_none() && t.code.len() == 9).map(move |t| synth::Place {
                township: t.name.clone(),
                county: c.name.clone(),
                city: chain.city.unwrap_or("").into(),
                province: chain.province.unwrap_or("").into(),
                code: t.code.clone(),
                ..Default::default()
            })
        })
        .collect()
}
