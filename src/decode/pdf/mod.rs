//! PDF with a text layer: what its pages draw, and where.
//!
//! The reading is done on a thread of its own, for its stack: the library's depth is bounded, and what it needs at that
//! depth is more than a worker has. A thread also has an end: one that takes too long is left behind.

mod bounds;
mod content;
mod fonts;
mod inks;
mod layers;
mod notes;
mod steps;
#[cfg(test)]
mod tests;

use hayro_interpret::{InterpreterCache, InterpreterSettings};
use hayro_syntax::object::Dict;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use crate::decode::page::drawn::Marks;
use crate::decode::page::{self, Lost, Read};
use crate::decode::{Limits, of_file};
use crate::model::{Decoded, Problem};
use content::Reader;
use layers::Layers;

/// Why a document was not read.
enum Failure {
    Encrypted,
    Damaged,
    TooMuch(&'static str),
    Pages(usize),
}

/// The text of a PDF; tables stand as cells, `Decoded::pages` says where pages begin.
///
/// Fails with `decode/encrypted`, `decode/scanned`, `decode/empty`, `decode/too-large`, `decode/pdf-damaged`,
/// `decode/pdf-unmapped`.
pub(super) fn read(path: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Decoded, Problem> {
    let most = limits.pages;
    match page::alone("pdf", limits, move || document(bytes, most)) {
        Ok(Ok(read)) => read.told(path, "PDF"),
        Ok(Err(failure)) => Err(failure.problem(path, limits)),
        Err(Lost::Broken) => Err(Failure::Damaged.problem(path, limits)),
        Err(Lost::NoThread(e)) => {
            Err(of_file("decode/pdf-damaged", format!("{path}: no thread could be had to read it: {e}; run again with fewer threads")))
        }
        Err(Lost::Late) => Err(of_file(
            "decode/too-large",
            format!("{path}: the PDF took more than {} s of the processor's time and was given up; print it anew from a viewer", limits.seconds),
        )),
    }
}

impl Failure {
    fn problem(self, path: &str, limits: &Limits) -> Problem {
        match self {
            Failure::Encrypted => of_file(
                "decode/encrypted",
                format!("{path}: the PDF is protected by a password; save it without one, and put that file into the archive"),
            ),
            Failure::Damaged => of_file(
                "decode/pdf-damaged",
                format!("{path}: the PDF is damaged and cannot be read; fetch it again, or open it in a viewer and print it anew"),
            ),
            Failure::TooMuch(what) => of_file(
                "decode/too-large",
                format!("{path}: the PDF has too much of something: {what}; no report needs that, look at what it is"),
            ),
            Failure::Pages(n) => of_file(
                "decode/too-large",
                format!("{path}: the PDF has {n} pages, and the limit is {}; cut the report out of it", limits.pages),
            ),
        }
    }
}

fn document(bytes: Vec<u8>, most: usize) -> Result<Read, Failure> {
    bounds::measure(&bytes).map_err(Failure::TooMuch)?;
    let pdf = Pdf::new(bytes).map_err(|e| match e {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected | DecryptionError::UnsupportedAlgorithm) => Failure::Encrypted,
        _ => Failure::Damaged,
    })?;
    let pages = pdf.pages();
    if pages.len() > most {
        return Err(Failure::Pages(pages.len()));
    }
    let mut reader = Reader {
        cache: InterpreterCache::new(),
        settings: InterpreterSettings::default(),
        fonts: Default::default(),
        budget: Default::default(),
        layers: layers(&pdf),
    };
    let marks: Vec<Marks> = pages.iter().map(|p| reader.marks(p)).collect::<Result<_, _>>().map_err(Failure::TooMuch)?;
    Ok(Read::new("pdf", marks))
}

fn layers(pdf: &Pdf) -> Layers {
    let xref = pdf.xref();
    xref.get::<Dict>(xref.root_id()).map_or_else(Layers::default, |catalog| Layers::new(&catalog))
}
