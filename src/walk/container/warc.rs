//! WARC, what crawlers write: records of a head, a blank line and a block whose length the head tells. What a server
//! sent is a record of the kind `response`, with the server's own head in its block.

use std::io::{self, BufRead, Read};
use std::rc::Rc;

use memchr::memmem;

use super::meter::{Budget, Metered};
use super::{Entered, Streaming, Trouble, kind, too_large};
use crate::model::Outcome;

/// Bytes of a head, and of one line of it.
const LONGEST_HEAD: u64 = 256 << 10;

pub(super) fn is_warc(head: &[u8]) -> bool {
    head.starts_with(b"WARC/") && head.get(5).is_some_and(u8::is_ascii_digit)
}

/// Lines of the form `name: value`.
#[derive(Default)]
struct Head {
    fields: Vec<(String, String)>,
}

impl Head {
    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    fn push(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        if let Some((name, value)) = line.split_once(':') {
            self.fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
}

impl Streaming<'_> {
    pub(super) fn warc(&mut self, input: &mut dyn BufRead, place: &mut Entered) -> Result<(), Trouble> {
        let mut damage = None;
        while let Some(head) = next_head(input, &mut damage)? {
            if let Err(why) = self.record(&head, input, place)? {
                damage.get_or_insert(why);
            }
        }
        damage.map_or(Ok(()), |why| Err(Trouble::Damaged(why)))
    }

    /// One record, read to its end. Gives what is wrong with the record's frame.
    fn record(&mut self, head: &Head, input: &mut dyn BufRead, place: &mut Entered) -> Result<Result<(), String>, Trouble> {
        let record = head.get("WARC-Type").unwrap_or_default().to_ascii_lowercase();
        let url = head.get("WARC-Target-URI").map(|u| u.trim_matches(['<', '>']).to_owned());
        let name = url.as_deref().map_or_else(|| record.clone(), name_of);
        let Some(length) = head.get("Content-Length").and_then(|l| l.parse::<u64>().ok()) else {
            if let Some(path) = self.enter(place, &name)? {
                self.refuse(path, 0, Outcome::Unreadable, "the record does not tell its length")?;
            }
            return Ok(Err(format!("the record of {name} does not tell its length")));
        };
        let mut block = input.take(length);
        let wanted = matches!(record.as_str(), "response" | "resource" | "conversion" | "revisit" | "continuation");
        let mut bytes = Vec::new();
        if wanted {
            (&mut block).take(self.limits.member_bytes + LONGEST_HEAD + 1).read_to_end(&mut bytes)?;
        }
        let read = bytes.len() as u64 + io::copy(&mut block, &mut io::sink())?;
        let framed = read == length && ends(input)?;
        if wanted && let Some(path) = self.enter(place, &name)? {
            if framed {
                let cut = head.get("WARC-Truncated").is_some();
                self.kept(place, path, &record, bytes, length, cut, url)?;
            } else {
                self.refuse(path, read, Outcome::Unreadable, format!("the record is not {length} bytes long as it says, so its end cannot be told; fetch it again"))?;
            }
        }
        Ok(if framed { Ok(()) } else { Err(format!("the record of {name} is not as long as it says, and others may be lost behind it")) })
    }

    /// The block of a record that is a member.
    #[expect(clippy::too_many_arguments, reason = "the parts of one record")]
    fn kept(&mut self, place: &Entered, path: String, record: &str, bytes: Vec<u8>, length: u64, cut: bool, url: Option<String>) -> Result<(), Trouble> {
        if cut {
            return self.refuse(path, length, Outcome::Unreadable, "the crawler cut it (WARC-Truncated); fetch it again");
        }
        match record {
            "revisit" => return self.refuse(path, length, Outcome::Skipped, "the same content as at an earlier visit, so the crawler did not keep it"),
            "continuation" => return self.refuse(path, length, Outcome::Skipped, "a piece of a record that was split, which is not read"),
            _ => {}
        }
        if length > bytes.len() as u64 {
            return self.refuse(path, length, Outcome::Skipped, too_large(self.limits.member_bytes));
        }
        let body = if record == "response" && bytes.starts_with(b"HTTP/") { self.body(bytes) } else { Ok(bytes) };
        match body {
            Ok(body) if body.len() as u64 > self.limits.member_bytes => self.refuse(path, length, Outcome::Skipped, too_large(self.limits.member_bytes)),
            Ok(body) => {
                let nested = kind(&body);
                self.content(place, path, body, nested, url)
            }
            Err(Refusal { outcome, reason }) => {
                self.refuse(path, length, outcome, reason)?;
                if self.budget.is_spent() { Err(Trouble::Damaged(String::new())) } else { Ok(()) }
            }
        }
    }

    /// What a server sent, without its head and the codings of the way.
    fn body(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let (end, skip) = memmem::find(&bytes, b"\r\n\r\n").map(|at| (at, 4)).or_else(|| memmem::find(&bytes, b"\n\n").map(|at| (at, 2))).unwrap_or((bytes.len(), 0));
        let mut lines = bytes[..end].split(|&b| b == b'\n');
        let status = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
        let mut head = Head::default();
        lines.for_each(|l| head.push(l));
        let code = status.split_ascii_whitespace().nth(1).unwrap_or_default();
        if !code.starts_with('2') {
            return Err(Refusal { outcome: Outcome::Skipped, reason: format!("the server answered {code}") });
        }
        let mut body = bytes[end + skip..].to_vec();
        let chunked = head.get("Transfer-Encoding").is_some_and(|t| t.to_ascii_lowercase().contains("chunked"));
        // Some crawlers keep the head and write the body without the coding.
        if chunked && is_chunk(&body) {
            body = joined(&body).ok_or_else(|| damaged("its chunks do not fit together"))?;
        } else if !chunked && let Some(stated) = head.get("Content-Length").and_then(|l| l.parse::<u64>().ok()) {
            let coded = head.get("Content-Encoding").is_some();
            if !coded && (body.len() as u64) < stated {
                return Err(damaged(&format!("{} of its {stated} bytes are there", body.len())));
            }
        }
        match head.get("Content-Encoding").unwrap_or_default().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" if body.starts_with(&[0x1F, 0x8B]) => unpacked(flate2::read::MultiGzDecoder::new(&body[..]), self.limits.member_bytes, &self.budget),
            "deflate" => unpacked(flate2::read::ZlibDecoder::new(&body[..]), self.limits.member_bytes, &self.budget)
                .or_else(|_| unpacked(flate2::read::DeflateDecoder::new(&body[..]), self.limits.member_bytes, &self.budget)),
            "br" | "zstd" => Err(Refusal { outcome: Outcome::Unreadable, reason: "it was sent in a coding (Brotli or Zstandard) that is not read".into() }),
            _ => Ok(body),
        }
    }
}

/// Why a record's block is no member to be read.
struct Refusal {
    outcome: Outcome,
    reason: String,
}

fn damaged(what: &str) -> Refusal {
    Refusal { outcome: Outcome::Unreadable, reason: format!("{what}; fetch it again") }
}

fn unpacked(reader: impl Read, most: u64, budget: &Rc<Budget>) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    Metered::new(reader, budget).take(most + 1).read_to_end(&mut out).map_err(|e| damaged(&format!("cannot be unpacked: {e}")))?;
    Ok(out)
}

/// `https://www.example.cn/a/b.htm` → `www.example.cn/a/b.htm`
fn name_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    if rest.ends_with('/') { format!("{rest}index") } else { rest.to_owned() }
}

/// The head of the next record. Lines that belong to no record are damage, and are passed over.
fn next_head(input: &mut dyn BufRead, damage: &mut Option<String>) -> Result<Option<Head>, Trouble> {
    loop {
        match line(input)? {
            None => return Ok(None),
            Some(line) if is_warc(&line) => break,
            Some(line) if line.is_empty() => {}
            Some(_) => drop(damage.get_or_insert_with(|| "something stands in it that is no record".into())),
        }
    }
    let mut head = Head::default();
    let mut left = LONGEST_HEAD as usize;
    loop {
        match line(input)? {
            None => return Err(Trouble::Damaged("it ends within the head of a record; fetch it again".into())),
            Some(line) if line.is_empty() => return Ok(Some(head)),
            Some(line) if line.len() < left => {
                left -= line.len();
                head.push(&line);
            }
            Some(_) => return Err(Trouble::Damaged("the head of a record has no end".into())),
        }
    }
}

/// One line without its break; of a longer one than any head has, only a piece.
fn line(input: &mut dyn BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if input.take(LONGEST_HEAD).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    while line.last().is_some_and(|b| matches!(b, b'\r' | b'\n')) {
        line.pop();
    }
    Ok(Some(line))
}

/// Two line breaks end a record. At the end of the file they may be missing.
fn ends(input: &mut dyn BufRead) -> io::Result<bool> {
    let mut breaks = 0;
    while breaks < 2 {
        match input.fill_buf()?.first() {
            Some(b'\r') => input.consume(1),
            Some(b'\n') => {
                input.consume(1);
                breaks += 1;
            }
            Some(_) => return Ok(false),
            None => return Ok(true),
        }
    }
    Ok(true)
}

fn is_chunk(body: &[u8]) -> bool {
    chunk(body).is_some()
}

/// The size of the chunk that begins here, and where its bytes do.
fn chunk(body: &[u8]) -> Option<(usize, usize)> {
    let end = memchr::memchr(b'\n', &body[..body.len().min(1024)])?;
    let line = std::str::from_utf8(&body[..end]).ok()?;
    let size = line.split(';').next()?.trim();
    if size.is_empty() || size.len() > 8 || !size.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    Some((usize::from_str_radix(size, 16).ok()?, end + 1))
}

/// The chunks of a body joined; none where one is missing.
fn joined(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    loop {
        let (size, start) = chunk(body)?;
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(body.get(start..start.checked_add(size)?)?);
        body = &body[start + size..];
        body = body.strip_prefix(b"\r\n").or_else(|| body.strip_prefix(b"\n"))?;
    }
}
