//! zip, by its central directory, entry by entry, so that a list of any length costs no memory and equal names stay
//! apart. Each member has a checksum, which is compared when its end is read.

use std::io::{BufReader, Read, SeekFrom};

use ::zip::read::{Config, ZipReadOptions};
use ::zip::result::ZipError;
use ::zip::unstable::read::ZipIterable;
use memchr::memmem;

use super::meter::Metered;
use super::names::decode;
use super::{ENCRYPTED, Input, Entered, Streaming, Trouble};
use crate::model::Outcome;

/// Members that make a zip file a document, at its root: Office Open XML, OpenDocument (and EPUB), OFD.
const DOCUMENT: [&[u8]; 3] = [b"[Content_Types].xml", b"mimetype", b"OFD.xml"];
/// Documents have fewer members.
const DOCUMENT_MEMBERS: usize = 10_000;
/// Bit 11 of a member's flags: the name is UTF-8.
const UTF8: u16 = 1 << 11;

/// Whether a zip file is a document and no container of files.
pub(super) fn is_document(input: &mut dyn Input) -> bool {
    if let Ok(mut archive) = ZipIterable::try_new(&mut *input, Config::default())
        && let Ok(entries) = archive.files()
    {
        return entries.take(DOCUMENT_MEMBERS).map_while(Result::ok).any(|e| DOCUMENT.contains(&e.name_raw()));
    }
    // Its end is missing: the first members tell.
    let mut head = Vec::new();
    let read = input.seek(SeekFrom::Start(0)).and_then(|_| Read::take(input, 1 << 16).read_to_end(&mut head));
    read.is_ok() && DOCUMENT.iter().any(|name| is_member(&head, name))
}

/// Whether a local header of these bytes has this name: it stands 30 bytes behind the mark.
fn is_member(bytes: &[u8], name: &[u8]) -> bool {
    memmem::find_iter(bytes, b"PK\x03\x04").any(|at| {
        let length = bytes.get(at + 26..at + 28).map(|l| usize::from(u16::from_le_bytes([l[0], l[1]])));
        length == Some(name.len()) && bytes[at..].get(30..30 + name.len()) == Some(name)
    })
}

impl Streaming<'_> {
    pub(super) fn zip(&mut self, input: &mut dyn Input, place: &mut Entered) -> Result<(), Trouble> {
        let mut archive = ZipIterable::try_new(BufReader::new(input), Config::default()).map_err(|e| Trouble::Damaged(words(&e)))?;
        let entries = archive.files().map_err(|e| Trouble::Damaged(words(&e)))?;
        while let Some(entry) = entries.next() {
            let entry = entry.map_err(|e| Trouble::Damaged(words(&e)))?;
            let name = decode(entry.name_raw(), entry.flags().as_u16() & UTF8 != 0);
            if name.ends_with(['/', '\\']) || entry.is_dir() {
                continue;
            }
            let (link, encrypted, size) = (entry.is_symlink(), entry.encrypted(), entry.size());
            let reader = match entry.with_reader(entries.reader_mut(), ZipReadOptions::new()) {
                Ok(reader) if !link => reader,
                other => {
                    let Some(path) = self.enter(place, &name)? else { continue };
                    let (outcome, reason) = match other {
                        Ok(_) => (Outcome::Skipped, "a link to another member; it is not followed".to_string()),
                        Err(_) if encrypted => (Outcome::Unreadable, ENCRYPTED.to_string()),
                        Err(e) => (Outcome::Unreadable, words(&e)),
                    };
                    self.refuse(path, size, outcome, reason)?;
                    continue;
                }
            };
            let mut reader = Metered::new(reader, &self.budget.clone());
            self.member(place, &name, None, &mut reader)?;
        }
        Ok(())
    }
}

fn words(error: &ZipError) -> String {
    match error {
        ZipError::CompressionMethodNotSupported(method) => format!("packed by zip's method {method}, which is not read; repack it with the usual one (deflate)"),
        ZipError::UnsupportedArchive(what) => format!("a kind of zip that is not read: {what}"),
        e => format!("the zip is damaged: {e}; fetch it again"),
    }
}
