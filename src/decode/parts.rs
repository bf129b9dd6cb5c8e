//! The parts of a zip container of an office program, inflated one by one within a common bound; or of one file of XML that
//! holds the same parts one behind the other (Flat OPC).
//!
//! Sizes that the container states are never trusted: bytes are counted as they come out.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Cursor, Read};

use encoding_rs::Encoding;
use mail_parser::decoders::base64::base64_decode;
use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::decode::Limits;
use crate::decode::fault::Fault;
use crate::decode::xml::Xml;

/// Members beyond which no office program's container goes.
const MEMBERS: usize = 20_000;

pub(super) struct Parts<'a> {
    members: Members<'a>,
    /// Index by name, in lower case and with strokes that lean forward: programs do not agree on either.
    names: HashMap<String, usize>,
    /// Bytes that may still come out.
    left: usize,
    limit: usize,
}

enum Members<'a> {
    Zip(ZipArchive<Cursor<&'a [u8]>>),
    Flat(Vec<Member<'a>>),
}

/// A part within a file of XML, as it is written there.
enum Member<'a> {
    Xml(&'a str),
    Base64(String),
}

impl<'a> Parts<'a> {
    pub fn open(bytes: &'a [u8], limits: &Limits) -> Result<Parts<'a>, Fault> {
        if memmem::find_iter(bytes, b"PK\x01\x02").take(MEMBERS + 1).count() > MEMBERS {
            return Err(Fault::TooLarge(format!("more than {MEMBERS} members")));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(fault)?;
        // With the end cut off, the list that is found may be that of a container within this one.
        if zip.offset() != 0 {
            return Err(Fault::damaged("the list of its members is missing"));
        }
        let names: HashMap<String, usize> = zip.file_names_raw().enumerate().map(|(i, name)| (normal(&String::from_utf8_lossy(name)), i)).collect();
        if zip.has_duplicate_names() || names.len() < zip.len() {
            return Err(twice());
        }
        Ok(Parts { members: Members::Zip(zip), names, left: limits.inflated, limit: limits.inflated })
    }

    /// The parts that a file of XML holds.
    pub fn flat(text: &'a str, limits: &Limits) -> Result<Parts<'a>, Fault> {
        // A part lies within three elements.
        let mut xml = Xml::new(text, "the package", limits.nesting + 3);
        let (mut names, mut members, mut name) = (HashMap::new(), Vec::new(), String::new());
        while let Some(tag) = xml.next_tag()? {
            let member = match (xml.depth(), tag.local()) {
                (2, "part") => {
                    name = normal(&tag.attribute("name").unwrap_or_default());
                    continue;
                }
                (3, "xmlData") => Member::Xml(xml.inside()?),
                (3, "binaryData") => Member::Base64(xml.content()?),
                _ => continue,
            };
            if members.len() == MEMBERS {
                return Err(Fault::TooLarge(format!("more than {MEMBERS} members")));
            }
            if names.insert(std::mem::take(&mut name), members.len()).is_some() {
                return Err(twice());
            }
            members.push(member);
        }
        Ok(Parts { members: Members::Flat(members), names, left: limits.inflated, limit: limits.inflated })
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(&normal(name))
    }

    /// All names, as [`Parts::read`] takes them, in no order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The bytes of a part; none where there is no such part.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(&index) = self.names.get(&normal(name)) else { return Ok(None) };
        let out = match &mut self.members {
            Members::Zip(zip) => {
                let (mut out, member) = (Vec::new(), zip.by_index(index).map_err(fault)?);
                member.take(self.left as u64 + 1).read_to_end(&mut out).map_err(|e| Fault::Damaged(format!("{name}: {e}")))?;
                out
            }
            Members::Flat(members) => match &members[index] {
                Member::Xml(text) => text.as_bytes().to_vec(),
                Member::Base64(code) => base64_decode(code.as_bytes()).ok_or_else(|| Fault::Damaged(format!("{name} is not in base64")))?,
            },
        };
        if out.len() > self.left {
            return Err(Fault::TooLarge(format!("more than {} bytes once it is inflated (limits.inflated)", self.limit)));
        }
        self.left -= out.len();
        Ok(Some(out))
    }

    /// The text of a part without which there is no document.
    pub fn needed(&mut self, name: &str) -> Result<String, Fault> {
        self.text(name)?.ok_or_else(|| Fault::damaged(format!("it has no part {name}")))
    }

    /// The text of a part in XML; none where there is no such part.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, Fault> {
        let Some(bytes) = self.read(name)? else { return Ok(None) };
        match Encoding::for_bom(&bytes) {
            None => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(Fault::Damaged(format!("{name} is not in UTF-8"))),
            },
            Some((encoding, length)) => match encoding.decode_without_bom_handling_and_without_replacement(&bytes[length..]) {
                Some(Cow::Borrowed(text)) => Ok(Some(text.to_owned())),
                Some(Cow::Owned(text)) => Ok(Some(text)),
                None => Err(Fault::Damaged(format!("{name} is not in {}", encoding.name()))),
            },
        }
    }
}

/// Programs do not agree on which of the two counts.
fn twice() -> Fault {
    Fault::damaged("two of its members have the same name")
}

/// What a part of a container in Office Open XML refers to.
pub(super) struct Relation {
    pub id: String,
    /// The last word of the type.
    pub kind: String,
    /// The name of the other part.
    pub target: String,
}

impl Parts<'_> {
    /// What a part refers to, and by the name `""` what the container does.
    pub fn relations(&mut self, part: &str, nesting: usize) -> Result<Vec<Relation>, Fault> {
        let (folder, name) = part.split_at(part.rfind('/').map_or(0, |at| at + 1));
        let Some(text) = self.text(&format!("{folder}_rels/{name}.rels"))? else { return Ok(Vec::new()) };
        let mut xml = Xml::new(&text, "the list of relations", nesting);
        let mut out = Vec::new();
        while let Some(tag) = xml.next_tag()? {
            if let (Some(id), Some(kind), Some(target)) = (tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target")) {
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let target = if target.starts_with('/') { target } else { upward(&format!("{folder}{target}")) };
                out.push(Relation { id, kind, target });
            }
        }
        Ok(out)
    }

    /// The name and the text of the main part: most programs call it as usual, some do not.
    pub fn main(&mut self, usual: &str, nesting: usize) -> Result<(String, String), Fault> {
        let found = self.relations("", nesting)?.into_iter().find(|r| r.kind == "officeDocument");
        let named = found.map(|r| r.target.trim_start_matches('/').to_owned()).filter(|name| self.has(name));
        let name = named.unwrap_or_else(|| usual.to_owned());
        let text = self.needed(&name)?;
        Ok((name, text))
    }
}

/// A path without the steps that lead back.
pub(super) fn upward(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            ".." => {
                out.pop();
            }
            "." => {}
            step => out.push(step),
        }
    }
    out.join("/")
}

fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

fn fault(error: ZipError) -> Fault {
    match error {
        ZipError::UnsupportedArchive(what) if what == ZipError::PASSWORD_REQUIRED => Fault::Encrypted,
        ZipError::InvalidPassword => Fault::Encrypted,
        error => Fault::Damaged(error.to_string()),
    }
}
