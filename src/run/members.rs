//! The members of containers through the stages. A thread unpacks one container after the other and hands members over
//! in batches; the workers read a batch in parallel while the next is unpacked and the last is written. So no more than
//! a few batches are in memory, and the order is that of the containers' paths and of the members within each.

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rayon::prelude::*;

use super::dataset::{Dataset, joined};
use super::{Progress, RunError, Tools, failed, guarded, read_content};
use crate::model::{FileRow, Outcome, Problem, Read, Source};
use crate::pipeline::Pipeline;
use crate::walk::{Globs, Refused};
use crate::walk::container::{self, Found, Member};

/// Bytes of members in one batch, but for its last one.
const BATCH_BYTES: usize = 32 << 20;

pub(super) fn limits(pipeline: &Pipeline) -> container::Limits {
    let own = &pipeline.containers;
    container::Limits { depth: own.depth, members: own.members, bytes: own.bytes, ratio: own.ratio, nested_bytes: own.nested_bytes, member_bytes: pipeline.archive.max_file_bytes }
}

/// One document to be shown: a file, or the member of a container.
pub struct Document {
    pub source: Source,
    pub bytes: Vec<u8>,
    /// Where it was fetched, if its container says so.
    url: Option<String>,
}

impl Document {
    /// Through all stages, as in a run.
    pub fn read(self, tools: &Tools) -> Read {
        guarded(&self.source, || read_content(tools, &self.source, self.bytes, self.url))
    }
}

/// Members of a container that are named where it was asked for itself.
const NAMED: usize = 20;

/// Opens what a dataset calls `path`: a file, or `CONTAINER!MEMBER`.
///
/// # Errors
/// It is not there, or is a container; then its members are named.
pub fn document(tools: &Tools, path: &Path) -> Result<Document, RunError> {
    let name = path.to_string_lossy().into_owned();
    let source = Source::at(&*name, path);
    if path.is_file() && container::kind_of_file(path).is_some() {
        let mut all = Vec::new();
        let row = stream_into(tools, path, &name, &mut |path, _| { all.push(path); true });
        let some = all.iter().take(NAMED).map(|m| format!("\n  {m}")).collect::<String>();
        let more = if all.len() > NAMED { format!("\n  … {} in all", all.len()) } else { String::new() };
        return Err(RunError::Setup(format!("{name}: {}; name one of them{some}{more}", row.reason)));
    }
    let holder = name.match_indices('!').map(|(at, _)| PathBuf::from(&name[..at])).find(|p| p.is_file());
    let Some(holder) = holder.filter(|_| !path.exists()) else {
        let bytes = std::fs::read(path).map_err(|e| RunError::Setup(format!("{name}: {e}")))?;
        return Ok(Document { source, bytes, url: None });
    };
    let mut found = None;
    let row = stream_into(tools, &holder, &holder.to_string_lossy(), &mut |path, member| {
        found = member.filter(|_| path == name);
        found.is_none()
    });
    let Some(Member { bytes, url, .. }) = found else {
        return Err(RunError::Setup(format!("{name}: {} has no such member that can be read ({})", holder.display(), row.reason)));
    };
    Ok(Document { source: Source { bytes: bytes.len() as u64, member_of: Some(holder.to_string_lossy().into()), ..source }, bytes, url })
}

/// Gives path and content of each member of a container; one that is not read has no content.
fn stream_into(tools: &Tools, file: &Path, name: &str, out: &mut dyn FnMut(String, Option<Member>) -> bool) -> Refused {
    // What a person asks for by name is shown, whatever the pipeline leaves out.
    let end = container::stream(file, name, &Globs::empty(), &tools.containers, &mut |found| match found {
        Found::Member(member) => out(member.path.clone(), Some(member)),
        Found::Row(row) | Found::Container(row) => out(row.path, None),
    });
    end.row
}

/// What stands for a container until its members are read.
pub(super) fn container(source: &Source) -> Read {
    let reason = "a container; a run reads its members".to_string();
    let file = FileRow { path: source.path.clone(), bytes: source.bytes, outcome: Outcome::Skipped, reason, ..FileRow::default() };
    Read { container: true, ..Read::without_report(file, Vec::new()) }
}

/// Takes the containers out of a batch that was read: the sources that are left to it, and the containers. Their rows
/// come when their members have been read.
pub(super) fn set_aside<'s>(batch: &'s [Source], read: &mut Vec<Read>) -> (Cow<'s, [Source]>, Vec<Source>) {
    if read.iter().all(|r| !r.container) {
        return (Cow::Borrowed(batch), Vec::new());
    }
    let (found, own): (Vec<_>, Vec<_>) = batch.iter().zip(read.iter()).partition(|(_, r)| r.container);
    let sources = |of: Vec<(&Source, &Read)>| of.into_iter().map(|(s, _)| s.clone()).collect::<Vec<Source>>();
    let (found, own) = (sources(found), sources(own));
    read.retain(|r| !r.container);
    (Cow::Owned(own), found)
}

/// One member, or a row that is settled already.
enum Item {
    Member(Source, Member),
    Row(Box<Read>),
}

impl Item {
    /// What a member is read from; a row that is settled needs no source.
    fn source(&self) -> Source {
        match self {
            Item::Member(source, _) => source.clone(),
            Item::Row(_) => Source::default(),
        }
    }
}

/// Reads the members of all containers into the dataset. `written` is the batch that is still to be written before;
/// gives the last one, and the containers that could not be read for the disk's sake.
///
/// # Errors
/// The dataset cannot be written.
pub(super) fn read(tools: &Tools, containers: &[Source], batch: usize, mut written: Vec<Read>, dataset: &mut Dataset, progress: &dyn Progress) -> Result<(Vec<Read>, Vec<Failure>), RunError> {
    if containers.is_empty() {
        return Ok((written, Vec::new()));
    }
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(1);
        let unpacked = scope.spawn(move || unpack(tools, containers, batch, sender));
        take(tools, receiver, &mut written, dataset, progress)?;
        Ok((written, joined(unpacked)))
    })
}

/// The path of a container that could not be read, and why.
type Failure = (Arc<str>, String);

/// Dropping the receiver, at an error as at the end, ends the unpacking.
fn take(tools: &Tools, receiver: Receiver<Vec<Item>>, written: &mut Vec<Read>, dataset: &mut Dataset, progress: &dyn Progress) -> Result<(), RunError> {
    for items in receiver {
        if progress.stop() {
            return Err(RunError::Stopped);
        }
        progress.found(items.len());
        let sources: Vec<Source> = items.iter().map(Item::source).collect();
        let (read, result) = rayon::join(
            || items.into_par_iter().map(|item| read_item(tools, item)).inspect(|_| progress.read(1)).collect::<Vec<Read>>(),
            || dataset.write(std::mem::take(written)),
        );
        result?;
        *written = read;
        dataset.accept(written, &sources);
    }
    Ok(())
}

/// Members whose place nothing in them decides, once more: their containers are unpacked again, and only they are read.
///
/// # Errors
/// The dataset cannot be written.
pub(super) fn again(tools: &Tools, late: Vec<(Source, usize)>, batch: usize, dataset: &mut Dataset, progress: &dyn Progress) -> Result<(), RunError> {
    let mut wanted: HashMap<Arc<str>, (Source, usize)> = HashMap::new();
    let mut containers: Vec<Source> = Vec::new();
    for (source, number) in late {
        let Some(container) = source.member_of.clone() else { continue };
        if containers.last().is_none_or(|last| last.path != container) {
            containers.push(Source { path: container, member_of: None, ..source.clone() });
        }
        wanted.insert(source.path.clone(), (source, number));
    }
    std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(1);
        let containers = &containers;
        scope.spawn(move || unpack(tools, containers, batch, sender));
        for items in receiver {
            if progress.stop() {
                return Err(RunError::Stopped);
            }
            let (late, items): (Vec<_>, Vec<_>) = items.into_iter().filter_map(|item| Some((wanted.remove(&item.source().path)?, item))).unzip();
            let read = items.into_par_iter().map(|item| read_item(tools, item)).collect::<Vec<Read>>();
            dataset.accept_late(read, &late)?;
        }
        // What is left was there at the first reading.
        let mut gone: Vec<(Source, usize)> = wanted.into_values().collect();
        gone.sort_by_key(|(_, number)| *number);
        let row = |source: &Source| FileRow { path: source.path.clone(), bytes: source.bytes, outcome: Outcome::Unreadable, ..FileRow::default() };
        dataset.accept_late(gone.iter().map(|(source, _)| Read::without_report(row(source), Vec::new())).collect(), &gone)
    })
}

fn read_item(tools: &Tools, item: Item) -> Read {
    match item {
        Item::Member(source, Member { bytes, url, .. }) => guarded(&source, || read_content(tools, &source, bytes, url)),
        Item::Row(read) => *read,
    }
}

/// Unpacks the containers in their order into batches; gives those that the disk kept from being read.
fn unpack(tools: &Tools, containers: &[Source], batch: usize, sender: SyncSender<Vec<Item>>) -> Vec<Failure> {
    let (mut items, mut failures, mut bytes) = (Vec::new(), Vec::new(), 0);
    for source in containers {
        // Of each of its members the container is what is opened.
        let source = &Source { elsewhere: Some(source.file().into()), ..source.clone() };
        let mut out = |found: Found| {
            bytes += match &found {
                Found::Member(member) => member.bytes.len(),
                Found::Row(_) | Found::Container(_) => 0,
            };
            items.push(item(source, found));
            if items.len() < batch && bytes < BATCH_BYTES {
                return true;
            }
            bytes = 0;
            sender.send(std::mem::take(&mut items)).is_ok()
        };
        let end = catch_unwind(AssertUnwindSafe(|| container::stream(&source.file(), &source.path, &tools.exclude, &tools.containers, &mut out)));
        items.push(match end {
            Ok(end) => {
                failures.extend(end.disk_failed.then(|| (source.path.clone(), end.row.reason.clone())));
                Item::Row(Box::new(refused(source, end.row, true)))
            }
            Err(_) => {
                let message = "a fault of this program while unpacking it; please report it with the file";
                Item::Row(Box::new(failed(source, Outcome::Unreadable, Problem::new("run/panic", 0, "", message))))
            }
        });
    }
    // The receiver may be gone: then nobody waits for the rest.
    let _ = sender.send(items);
    failures
}

fn item(container: &Source, found: Found) -> Item {
    match found {
        Found::Member(member) => {
            let source = Source { path: member.path.as_str().into(), bytes: member.bytes.len() as u64, member_of: Some(container.path.clone()), ..container.clone() };
            Item::Member(source, member)
        }
        Found::Row(row) => Item::Row(Box::new(refused(container, row, false))),
        Found::Container(row) => Item::Row(Box::new(refused(container, row, true))),
    }
}

/// The row of a member that is not read, or of a container. A container all of whose members have rows is no problem.
fn refused(container: &Source, row: Refused, is_container: bool) -> Read {
    let source = Source { path: row.path.into(), bytes: row.bytes, ..container.clone() };
    let code = if row.outcome == Outcome::Skipped { "walk/skipped" } else { "walk/unreadable" };
    let mut read = failed(&source, row.outcome, Problem::new(code, 0, "", row.reason));
    if is_container && row.outcome == Outcome::Skipped {
        read.problems.clear();
    }
    read
}
