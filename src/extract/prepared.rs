//! The form's words, made ready once a run for those who look for them.

use std::cmp::Reverse;

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use crate::extract::about::body::TOWNSHIP;
use crate::extract::about::website::GOVERNMENT;
use crate::extract::about::preamble::Sentences;
use crate::extract::beside::captions::CaptionWords;
use crate::extract::beside::explained::Known;
use crate::extract::words::trie::Trie;
use crate::extract::words::wanted::{Wanted, finder, longest_of};
use crate::extract::words::word::{Word, Words};
use crate::form::{Form, WordList};

/// The form's words for these fields, prepared once a run.
pub struct FieldWords<'f> {
    pub form: &'f Form,
    /// The names of a report.
    pub names: Trie,
    /// The ends of bodies' names with their levels, the longest first.
    pub endings: Words,
    pub levels: Vec<&'f str>,
    /// The longest first.
    pub organs: Words,
    /// Those of them that are not the government itself.
    pub offices: AhoCorasick,
    /// What is said for an organ: a name ends in it, no line is a name for ending in it.
    pub spoken: Words,
    /// The ends of townships' names.
    pub townships: Words,
    /// The signs of the regions above a place, and the fewest letters of such a region's name.
    pub regions: Words,
    pub fewest: Vec<usize>,
    pub published: Wanted,
    /// By word of these: whether it tells when the document was made or altered.
    pub made: Vec<bool>,
    /// By word of these: whether it tells when the page was published, as others of them do.
    pub posted: Vec<bool>,
    pub contact: Wanted,
    /// What says who publishes a page.
    pub publishers: Wanted,
    /// What stands before the statistics period.
    pub period: Wanted,
    /// What stands before the body in a preamble.
    pub before: Wanted,
    pub codes: Wanted,
    /// What states a unit, and what is said for what is counted.
    pub units: AhoCorasick,
    pub sentences: Sentences,
    pub scheme: Finder<'static>,
    pub host: Finder<'static>,
    pub government: Finder<'static>,
    pub captions: CaptionWords,
    /// The titles of all other pages.
    pub others: WordList,
    /// The titles of a report and of its parts.
    pub headings: Vec<Word>,
    /// What explains words beside a table.
    pub known: Known,
}

impl<'f> FieldWords<'f> {
    pub fn new(form: &'f Form) -> FieldWords<'f> {
        // Of equal endings the last one decides.
        let mut endings: Vec<(&String, &str)> = form.body.level.iter().flat_map(|l| l.endings.iter().map(|e| (e, l.level.as_str()))).collect();
        endings.reverse();
        endings.sort_by_key(|(e, _)| Reverse(e.len()));
        FieldWords {
            form,
            names: Trie::new(form.recognise.titles.iter().map(|t| t.chars()), std::iter::empty()),
            levels: endings.iter().map(|e| e.1).collect(),
            endings: endings.into_iter().map(|e| e.0.clone()).collect::<Vec<_>>().into(),
            organs: Words::from(form.body.organs.clone()).longest_first(),
            offices: longest_of(form.body.organs.iter().filter(|organ| !form.body.issuing.contains(organ))),
            spoken: form.body.spoken.clone().into(),
            townships: form.body.level.iter().filter(|l| l.level == TOWNSHIP).flat_map(|l| &l.endings).cloned().collect::<Vec<_>>().into(),
            regions: form.body.regions.keys().cloned().collect::<Vec<_>>().into(),
            fewest: form.body.regions.values().copied().collect(),
            published: Wanted::whole(&form.preamble.published),
            made: form.preamble.published.iter().map(|w| form.preamble.made.contains(w)).collect(),
            posted: form.preamble.published.iter().map(|w| form.preamble.posted.contains(w)).collect(),
            publishers: Wanted::new(&form.preamble.publishers),
            contact: Wanted::new(&form.preamble.contact),
            period: Wanted::new(&form.preamble.period),
            before: Wanted::new(&form.preamble.before),
            codes: Wanted::new(&form.preamble.codes),
            units: longest_of(form.words.unit_marks.iter().chain(&form.words.unit_kinds)),
            sentences: Sentences::new(&form.preamble),
            scheme: finder("://"),
            host: finder("www."),
            government: finder(GOVERNMENT),
            known: Known::new(form),
            captions: CaptionWords::new(form),
            others: WordList::from(form.recognise.other.iter().flat_map(|o| o.titles.iter().cloned()).collect::<Vec<_>>()),
            headings: form.recognise.titles.iter().chain(&form.recognise.sections).cloned().map(Word::from).collect(),
        }
    }
}
