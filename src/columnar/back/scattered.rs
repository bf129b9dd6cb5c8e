//! Rows of a table wherever they stand: the column of keys is read once to find them, then only their row groups are.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use polars::prelude::*;

use super::{Columns, Group, Key, columns_of, row_groups, rows, text};

/// Row groups that are held: what is asked for by path may stand in several parts, each of which rises by path.
const HELD: usize = 3;

/// A stretch of one key's rows.
struct Stretch {
    /// Its row group, and the first of its rows in it.
    group: usize,
    first: usize,
    rows: usize,
}

/// The rows of one or several files, found by key.
pub(super) struct Scattered<C> {
    files: Vec<PathBuf>,
    /// File, first row and length of each row group.
    groups: Vec<(PathBuf, Group)>,
    /// Number of a carried file → its rows; none before the first is asked for.
    stretches: Option<HashMap<u32, Vec<Stretch>>>,
    held: VecDeque<(usize, C)>,
}

impl<C: Columns> Scattered<C> {
    pub fn new(files: impl IntoIterator<Item = PathBuf>) -> Scattered<C> {
        Scattered { files: files.into_iter().collect(), groups: Vec::new(), stretches: None, held: VecDeque::new() }
    }

    /// The rows of number `wanted`, in the order in which they stand; `order` gives the number of every key that will
    /// be asked for.
    pub fn take<T>(&mut self, order: &HashMap<impl Key, u32>, wanted: u32, mut row: impl FnMut(&C, usize) -> PolarsResult<T>) -> PolarsResult<Vec<T>> {
        if self.stretches.is_none() {
            self.stretches = Some(self.find(order)?);
        }
        let own = self.stretches.as_mut().and_then(|s| s.remove(&wanted)).unwrap_or_default();
        let mut out = Vec::with_capacity(own.iter().map(|s| s.rows).sum());
        for stretch in own {
            let columns = self.group(stretch.group)?;
            for i in stretch.first..stretch.first + stretch.rows {
                out.push(row(columns, i)?);
            }
        }
        Ok(out)
    }

    fn find(&mut self, order: &HashMap<impl Key, u32>) -> PolarsResult<HashMap<u32, Vec<Stretch>>> {
        let mut found: HashMap<u32, Vec<Stretch>> = HashMap::new();
        for file in &self.files {
            for group in row_groups(file)? {
                let (frame, height) = (rows(file, group, Some(&C::NAMES[..1]))?, group.1);
                let keys = text(&frame, C::NAMES[0])?;
                let mut at = 0;
                while at < height {
                    let key = keys.get(at);
                    let end = (at + 1..height).find(|&i| keys.get(i) != key).unwrap_or(height);
                    if let Some(number) = order.get(key.unwrap_or("")) {
                        found.entry(*number).or_default().push(Stretch { group: self.groups.len(), first: at, rows: end - at });
                    }
                    at = end;
                }
                self.groups.push((file.clone(), group));
            }
        }
        Ok(found)
    }

    fn group(&mut self, number: usize) -> PolarsResult<&C> {
        if let Some(at) = self.held.iter().position(|(n, _)| *n == number) {
            return Ok(&self.held[at].1);
        }
        let (file, group) = &self.groups[number];
        let columns = columns_of(file, *group)?;
        if self.held.len() == HELD {
            self.held.pop_front();
        }
        self.held.push_back((number, columns));
        Ok(&self.held[self.held.len() - 1].1)
    }
}
