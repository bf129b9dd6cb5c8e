//! What made a dataset: program, form, gazetteer, other data and settings, each as a short hash. Rows of a file may be
//! carried over from the last dataset only where all that made them is the same.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RunError;
use crate::columnar::Makers;
use crate::pipeline::Pipeline;

/// The versions as `run.json` holds them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Versions {
    /// Version and hash of the source of this program.
    pub program: String,
    /// Every file of the form's folder.
    pub form: String,
    pub gazetteer: String,
    /// Dictionaries and lists of the data folder.
    pub data: String,
    /// Settings that a row of a file depends on.
    pub settings: String,
    /// The overrides, which are applied to rows whether read or carried.
    pub overrides: String,
    /// Settings that only tables depend on: which are wanted, how they are cut and summed.
    pub tables: String,
    /// Settings of the walk: which files are read.
    pub look: String,
    /// What is expected of the dataset: another expectation is held against the same rows.
    pub expect: String,
}

impl Versions {
    /// The versions that a run of `pipeline` has.
    ///
    /// # Errors
    /// A folder that the pipeline names cannot be read.
    pub fn of(pipeline: &Pipeline) -> Result<Versions, RunError> {
        let (data, publish) = (&pipeline.data.folder, &pipeline.publish);
        let (archive, containers) = (&pipeline.archive, &pipeline.containers);
        // Members of containers are read anew whenever anything is, so their bounds concern the whole run alone.
        let look = (&archive.include, &archive.exclude, archive.max_file_bytes, &archive.vanished, &archive.only, archive.since, containers);
        Ok(Versions {
            program: format!("{}+{}", env!("CARGO_PKG_VERSION"), env!("NIANBAO_SOURCE")),
            form: folder(&pipeline.form.folder, true)?,
            gazetteer: folder(&data.join("divisions"), true)?,
            data: short(format!("{}{}", folder(data, false)?, folder(&data.join("opencc"), true)?).as_bytes()),
            settings: short(format!("{:?} {:?}", pipeline.data.convert, pipeline.limits).as_bytes()),
            overrides: short(&fs::read(pipeline.overrides()).unwrap_or_default()),
            tables: short(format!("{:?} {:?} {} {} {} {}", pipeline.rollup, publish.csv, publish.workbook, publish.batch, publish.report, publish.report_flagged).as_bytes()),
            look: short(format!("{look:?}").as_bytes()),
            expect: short(format!("{:?}", pipeline.expect).as_bytes()),
        })
    }

    /// Whether all that makes the rows of a file is the same.
    pub fn same_rows(&self, other: &Versions) -> bool {
        let rows = |v: &Versions| [v.program.clone(), v.form.clone(), v.gazetteer.clone(), v.data.clone(), v.settings.clone()];
        rows(self) == rows(other)
    }

    /// Whether all that makes tables of the same rows is the same.
    pub fn same_tables(&self, other: &Versions) -> bool {
        self.same_rows(other) && self.tables == other.tables && self.look == other.look
    }

    /// What differs from `before`, in words for the run diff.
    pub fn difference(&self, before: &Versions) -> Makers {
        let pairs = [
            (&self.form, &before.form, "new_form"),
            (&self.gazetteer, &before.gazetteer, "new_gazetteer"),
            (&self.data, &before.data, "new_data"),
            (&self.program, &before.program, "new_program"),
            (&self.settings, &before.settings, "new_settings"),
        ];
        let rows = pairs.into_iter().find(|(a, b, _)| a != b).map(|(_, _, why)| why);
        Makers { rows, look: (self.look != before.look).then_some("new_settings") }
    }
}

/// Hash of every regular file of a folder, names and contents; of its folders too where `deep`.
fn folder(path: &Path, deep: bool) -> Result<String, RunError> {
    let mut hasher = blake3::Hasher::new();
    add(path, deep, &mut hasher).map_err(|e| RunError::Setup(format!("{}: cannot be read: {e}", path.display())))?;
    Ok(hasher.finalize().to_hex()[..16].to_string())
}

fn add(path: &Path, deep: bool, hasher: &mut blake3::Hasher) -> std::io::Result<()> {
    let mut entries = fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|e| e.file_name());
    for entry in entries {
        let (name, path) = (entry.file_name(), entry.path());
        let meta = fs::metadata(&path)?;
        if meta.is_dir() && deep {
            add(&path, deep, hasher)?;
        } else if meta.is_file() && name != crate::pipeline::OVERRIDES {
            let bytes = fs::read(&path)?;
            hasher.update(name.as_encoded_bytes()).update(&[0]).update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
        }
    }
    Ok(())
}

fn short(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_string()
}
