//! The words of a form: what stands in its files about cells, labels, titles, preambles and what is beside tables.

use std::collections::BTreeMap;

use super::WordList;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureWords {
    /// Texts that mark an empty cell.
    pub blank: Vec<String>,
    /// What programs write for a cell that is empty.
    #[serde(default)]
    pub empty: Vec<String>,
    /// Column unit → cell unit → factor.
    pub units: BTreeMap<String, BTreeMap<String, f64>>,
    /// What a remark in brackets behind a figure may begin with if digits stand in it, folded on loading.
    #[serde(default)]
    pub remarks: Vec<String>,
    /// What no remark may hold: it says that the figure is another one. Folded on loading.
    #[serde(default)]
    pub corrections: Vec<String>,
    /// Unit → the largest figure that can be meant; digits that ran together make larger ones.
    #[serde(default)]
    pub most: BTreeMap<String, f64>,
    /// The indicators of which bodies of some levels may have more.
    #[serde(default)]
    pub larger: Vec<Larger>,
    /// The indicators that may be less than nothing, …
    pub signed: Vec<String>,
    /// … and the words that stand for their sign. Of words that hold each other the longest first.
    #[serde(default)]
    pub more: Vec<String>,
    #[serde(default)]
    pub less: Vec<String>,
    /// How much an amount whose unit nothing states may be.
    #[serde(default)]
    pub each: Vec<Each>,
}

/// The largest figures of some indicators, in their unit, by the level of the body that reports.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Larger {
    pub indicators: Vec<String>,
    pub most: BTreeMap<String, f64>,
}

/// The most that one of several things can come to, in the unit of the amount.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Each {
    /// The indicator that is the sum of money.
    pub amount: String,
    /// The one that counts what it was spent on.
    pub of: String,
    pub most: f64,
}

/// Words that tell one label from another. All but `distinguishing`, `changing` and `alike` are folded on loading.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelWords {
    /// In brackets behind a label, or in a head that is in no list, they say that the figures are others.
    pub qualifiers: WordList,
    /// In brackets behind a label they say that the figures are a part of what it counts, or more than that.
    pub narrowing: WordList,
    /// What in brackets behind a label explains it, or says nothing of its figures.
    #[serde(default)]
    pub remarks: Vec<String>,
    /// With these a remark tells how the form is filled in, or what its words mean.
    #[serde(default)]
    pub explaining: WordList,
    /// Behind a year these say that things go on since, and that the figures are not that year's.
    #[serde(default)]
    pub since: WordList,
    /// Behind the name of a row these say that the label means what that row does not: （指行政许可以外的事项）.
    #[serde(default)]
    pub beyond: Vec<String>,
    /// What a label means in other words, which may stand in brackets behind it.
    #[serde(default)]
    pub means: BTreeMap<String, Vec<String>>,
    /// Words before the number of an article, a part or a note.
    #[serde(default)]
    pub citing: Vec<String>,
    /// Alone in brackets behind a label they multiply its figures.
    pub multiples: Vec<String>,
    /// What counts nothing, where a unit is stated.
    pub no_units: WordList,
    /// Letters that change what a label means: where they differ from it, the words are no misspelling of it.
    pub distinguishing: String,
    /// Letters that make another word of a label that does not have them: 农业企业.
    #[serde(default)]
    pub changing: String,
    /// Pairs of letters that are alike in shape: a letter of labels, and one that is read for it.
    #[serde(default)]
    pub alike: Vec<String>,
    /// Labels that name their year in digits, with {year} for those, and the label that each of them is.
    #[serde(default)]
    pub dated: BTreeMap<String, String>,
    /// What a label is called in Latin letters, word by word, which may stand beside it within its cell.
    #[serde(default)]
    pub glosses: BTreeMap<String, Vec<String>>,
    /// What may stand between such words.
    #[serde(default)]
    pub gloss_links: Vec<String>,
    /// Heads of a column that numbers the rows.
    pub ordinals: Vec<String>,
    /// What names the year behind the report's.
    #[serde(default)]
    pub next_years: WordList,
    /// Words of a caption that say that the figures below are another year's …
    pub other_years: WordList,
    /// … if one of these stands there too.
    pub caption_nouns: WordList,
    /// Words of a caption that say that the figures below are nobody's.
    pub samples: WordList,
    /// Those of them that say who did something, in a sentence that counts what was done.
    #[serde(default)]
    pub workers: WordList,
    /// With these a clause tells what was done …
    #[serde(default)]
    pub works: WordList,
    /// … unless one of these says what figures hold.
    #[serde(default)]
    pub holding: WordList,
    /// Before the sign of a region (县, 市) they name all of it.
    pub whole: Vec<String>,
    /// Words with which a body speaks of itself.
    pub selves: Vec<String>,
    /// What names a stretch of the year, or more than one, in a caption.
    pub periods: WordList,
    /// Words of a caption behind which stands whose figures follow.
    pub issuers: Vec<String>,
    /// What stands before a note.
    pub note_marks: Vec<String>,
    /// Words of a line that corrects a figure.
    pub amends: Vec<String>,
    /// What a sentence anywhere calls each of the tables, in their order.
    #[serde(default)]
    pub table_names: Vec<Vec<String>>,
    /// With these, such a sentence says that the table is of the other year that it names.
    #[serde(default)]
    pub misplaced: WordList,
    /// Letters of a caption that says but a year or a stretch of it.
    pub date_letters: String,
    /// What a note says that is about the table below it.
    #[serde(default)]
    pub ahead: WordList,
    /// What a note below a table begins with that is about the table.
    pub notes: WordList,
    /// What stands before the colon where units are stated, …
    pub unit_marks: Vec<String>,
    /// … and what may stand before that.
    pub unit_kinds: Vec<String>,
    /// What may stand between those and a unit in a sentence.
    pub unit_links: Vec<String>,
}

impl LabelWords {
    /// Folded words without the mark of a note that they begin with, if they do.
    pub fn without_mark<'w>(&self, folded: &'w str) -> &'w str {
        self.note_marks.iter().find_map(|mark| folded.strip_prefix(mark.as_str())).unwrap_or(folded)
    }
}

/// What is said beside a table, and whether it says whose its figures are. All lists are folded on loading.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// Words that need no explanation.
    pub plain: Vec<String>,
    /// What stands before who filled the form in and when, or before what a word means.
    pub signers: WordList,
    /// With these a sentence, or words below a table, are about its figures.
    pub about: WordList,
    /// What stands before the number of a table and that of its part.
    #[serde(default)]
    pub numbered: Vec<String>,
    /// What words begin with that are about what stands above them.
    pub back: Vec<String>,
    /// With these a clause above the tables is about all of them.
    pub all: Vec<String>,
    /// What a clause begins with that speaks of the report itself.
    pub reports: WordList,
    /// How such clauses go on that say nothing of its figures.
    pub usual: WordList,
    /// What clauses about the report or all tables may hold.
    pub stated: WordList,
    /// With these a clause compares figures with another year's.
    pub compares: WordList,
    /// With these words say that figures are of all that is in a region.
    pub wide: WordList,
    /// With these, words that nothing explains say that figures are others, or doubtful.
    pub doubts: WordList,
    /// With these too, where they stand beside a table or in a title; in running text they mean other things as well.
    pub hints: WordList,
    /// With these words of a day in the next year say when something was made.
    pub made: WordList,
    /// With these a line that leads over to figures, or a remark before a title, says that they are others.
    pub leading: WordList,
    /// What such words call figures.
    pub topics: WordList,
    /// Before one of `narrowing` these make figures a part of what the form counts: 其中网上申请.
    pub parts: WordList,
    /// Behind these stands whose figures are: 为上年数据.
    pub being: WordList,
    /// Behind these stands the last month of figures.
    pub until: WordList,
    /// What a line below a table says that leads back to it.
    #[serde(default)]
    pub upward: WordList,
    /// With these a sentence says that there was nothing.
    #[serde(default)]
    pub none: WordList,
    /// Parts of a year with which a line that leads over to figures begins, …
    #[serde(default)]
    pub spans: WordList,
    /// … and the letters that may stand before them beside the year.
    #[serde(default)]
    pub span_letters: String,
    /// What points to the tables where a clause begins with it.
    pub opening: Vec<String>,
    /// What points to the tables in running text, …
    pub pointing: Vec<String>,
    /// … and what figures are called there.
    pub figures: WordList,
    /// What sentences of a page call it, or what it shows.
    #[serde(default)]
    pub pages: WordList,
    /// What a clause of a note says of a table where its figures are not what the form asks for, …
    #[serde(default)]
    pub against: Vec<Against>,
    /// … unless one of these stands before it, or among its words.
    #[serde(default)]
    pub denying: WordList,
    /// Without the mark of a note a sentence begins with one of these that says so.
    #[serde(default)]
    pub calling: WordList,
    /// Behind a number and its unit these are no figures: 20个工作日.
    #[serde(default)]
    pub terms: WordList,
    #[serde(default)]
    pub scope: Scope,
    #[serde(default)]
    pub fields: Fields,
}

/// Words that stand one behind the other in a clause.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Against {
    /// One word of each of these lists; behind the first, [`OWN`](Against::OWN) is any name of the report's body or year, and
    /// [`COUNT`](Against::COUNT) a number with a unit or at the end.
    pub words: Vec<WordList>,
    /// So many letters may stand between two of them.
    pub gap: usize,
    /// It is said of figures: one of these stands in the sentence, or a number with a unit.
    pub about: WordList,
    /// The number is the right one: where a row has it, nothing is said against that.
    pub right: bool,
    /// It is no doubt of a body whose report is about all that is in its region.
    pub region: bool,
}

impl Against {
    /// `{own}`, folded.
    pub const OWN: &str = "own";
    /// `{count}`, folded.
    pub const COUNT: &str = "count";
}

impl Beside {
    /// Whether words that nothing explains hold one that doubts, beside a table or in a title.
    pub fn has_doubt(&self, left: &str) -> bool {
        self.doubts.stands_in(left) || self.hints.stands_in(left)
    }
}

/// Words that say that figures are those of the report's own body or year alone.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Behind one of these stands whose they are …
    pub only: WordList,
    /// … by one of these, by the body's kind behind one of `selves`, or by it before one of `inner`.
    pub own: WordList,
    pub selves: WordList,
    pub inner: WordList,
    /// The whole of a year.
    pub stretch: WordList,
    /// What may stand behind whose they are.
    pub tails: WordList,
    /// Behind one of these a short name is given.
    pub short: WordList,
    /// Behind one of these stands what they are without: …
    pub without: WordList,
    /// … what is below the body, …
    pub lower: WordList,
    /// … and units of it.
    pub units: WordList,
}

/// The keys of an information block, by what they are about, and its values.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// Keys of what does not concern the figures.
    pub plain: Vec<String>,
    /// Of who has seen to the document.
    pub signers: Vec<String>,
    /// Of what became of it.
    pub states: Vec<String>,
    /// Of the day from which on it is void.
    pub ends: Vec<String>,
    /// Of what kind of page it is.
    pub sorts: Vec<String>,
    /// Of the time that figures are of.
    pub periods: Vec<String>,
    /// Of a year, which may be that of publication.
    pub years: Vec<String>,
    /// Of whose the figures are, …
    pub owners: Vec<String>,
    /// … and of who has to do with the document.
    pub holders: Vec<String>,
    /// Of remarks.
    pub notes: Vec<String>,
    /// A key that begins with one of these is a question, …
    pub whether: WordList,
    /// … which these affirm …
    pub yes: WordList,
    /// … and these deny.
    pub no: WordList,
    /// States as they should be.
    pub fine: Vec<String>,
    /// Those of what was in force once.
    pub past: Vec<String>,
    /// Words for what no figures are to be taken from, …
    pub voids: WordList,
    /// … unless one of these stands before them.
    pub not: WordList,
    /// What they may be said of, as a kind of page.
    pub things: Vec<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognise {
    /// Words that name a report in its title.
    pub titles: WordList,
    /// Whose reports on information are others', by the ends of their names, unless they say that it is a government's.
    #[serde(default)]
    pub institutions: InstitutionWords,
    /// Titles of the parts of the running text, folded on loading.
    pub sections: Vec<String>,
    /// How the titles of the parts of reports before the first form begin, and of those that took other words; they count
    /// behind a number. Folded on loading.
    #[serde(default)]
    pub former: Vec<String>,
    pub sections_needed: usize,
    /// Reports of years up to this one have parts as whoever wrote them liked; a title that says all and sentences about what was
    /// opened make one …
    #[serde(default)]
    pub free_until: i32,
    /// … which hold one of these.
    #[serde(default)]
    pub spoken_of: WordList,
    /// What stands in the title of a template for a year …
    pub unfilled_years: WordList,
    /// … and for a name.
    pub unfilled_names: Vec<String>,
    #[serde(default)]
    pub other: Vec<OtherPage>,
}

/// Schools, hospitals and companies report under rules of their own, and under the name of a report that says nothing of a government.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstitutionWords {
    /// What their names end in.
    pub kinds: Vec<String>,
    /// What stands in the name of a report under the rules of governments.
    pub governed: WordList,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherPage {
    pub reason: String,
    pub zh: String,
    /// Its figures are nobody's.
    #[serde(default)]
    pub voids: bool,
    /// Its words name a page without the name of a report beside them.
    #[serde(default)]
    pub alone: bool,
    pub titles: WordList,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyWords {
    pub organs: Vec<String>,
    /// Ends of the names of departments that end like an organ.
    pub no_organs: Vec<String>,
    /// Ends of the names of departments that hold a word of sentences.
    pub working: Vec<String>,
    /// What is said for an organ.
    pub spoken: Vec<String>,
    /// Organs that a text names behind a place whose title leaves them out.
    pub issuing: Vec<String>,
    /// The organs of a place's party, the longest first.
    #[serde(default)]
    pub party: Vec<String>,
    pub streets: StreetWords,
    /// Ends of the names of a township's own offices.
    pub offices: Vec<String>,
    /// What is no body's own name, before the kind of body or organ.
    pub general: Vec<String>,
    /// Words that begin with, or hold, the sign of a township: 泗洪县乡村振兴局 is no 泗洪县乡.
    pub no_townships: Vec<String>,
    /// Words of sentences that no body's name holds.
    pub strangers: WordList,
    /// Words before or behind a body in a title that are no part of its name.
    pub leading: Vec<String>,
    /// What stands between the names of two bodies.
    pub joining: Vec<String>,
    /// Words beside a body at the foot of a page that say it keeps the site.
    pub hosting: WordList,
    /// Sign of a region above a place → the fewest letters of such a region's name.
    pub regions: BTreeMap<String, usize>,
    pub level: Vec<LevelWords>,
}

/// How the office of a street is called.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreetWords {
    /// What streets' names end in; such a word alone ends a body's name too.
    pub kinds: Vec<String>,
    /// What may stand behind that for its office, the longest first.
    pub offices: Vec<String>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelWords {
    pub level: String,
    pub endings: Vec<String>,
}

/// Words around a title, folded on loading.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TitleWords {
    /// Labels that a page puts before it.
    pub labels: Vec<String>,
    /// Words that a page puts before it in its line, with or without a number.
    #[serde(default)]
    pub before: Vec<String>,
    /// Words that links to its file have behind it.
    #[serde(default)]
    pub files: Vec<String>,
    /// Labels of something else that may stand behind it in its line.
    pub behind: Vec<String>,
    /// Labels of who sent the page or put it there: what stands behind one in its line is no title's.
    pub sources: Vec<String>,
    /// What stands before a link to another page.
    pub links: Vec<String>,
    /// Labels of what a page is filed under: the name of a report right behind one is no title.
    pub categories: Vec<String>,
    /// A sentence that has one of these before the name of a report, …
    pub sentences: Vec<String>,
    /// … or goes on with one of these behind it, is none.
    pub goes_on: Vec<String>,
    /// What the names of sites end in, beside those of governments.
    pub sites: Vec<String>,
    /// What the names of sites end in that run into one.
    pub brands: Vec<String>,
    /// Marks of HTML that may be left before one; other letters are another name's.
    pub marks: Vec<String>,
    /// How a text begins that ran into the end of its title.
    pub goes_over: Vec<String>,
    /// What stands before and behind the number of an article: a line that begins with one is no title.
    pub article: [String; 2],
}

/// Words that tell who reports on which year, in sentences and beside labels.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preamble {
    /// A body stands behind one of these and before one of `after` …
    pub before: Vec<String>,
    pub after: Vec<String>,
    /// … or behind one of these at the beginning of a clause.
    pub makers: Vec<String>,
    /// Words of publishing before a body and the name of its report, …
    pub leads: Vec<String>,
    /// … and what may stand behind them.
    pub lead_links: Vec<String>,
    /// How a sentence goes on behind the name of a report that it publishes.
    pub goes_on: Vec<String>,
    /// What a sentence that publishes a report calls it.
    pub reports: Vec<String>,
    /// Between two of these stands the body whose work it is.
    pub concerning: Vec<[String; 2]>,
    /// A body to ask stands between two of these, …
    pub between: Vec<[String; 2]>,
    /// … or behind one of these.
    pub behind: Vec<String>,
    /// What a body is said to do at the beginning of its report.
    pub acts: Vec<String>,
    /// With these a township speaks of itself, …
    pub our_township: Vec<String>,
    /// … and with these another body.
    pub our_other: Vec<String>,
    pub period: Vec<String>,
    /// No report is of a later year: one that is said to be is a slip.
    pub latest_year: i32,
    /// In years, how long behind the year reported on a report may be published, where nothing else tells of that year.
    pub latest_delay: i32,
    /// The signs of a stretch of time, beside digits.
    pub stretch: String,
    /// What a sentence says that tells what will be done.
    pub planning: WordList,
    /// What comes about in a year, right behind it: the report is of another one.
    pub events: WordList,
    /// Behind one of these and before one of `year_ends` stands the year reported on.
    pub until: Vec<String>,
    pub year_ends: WordList,
    /// What a bracket begins with that gives another name: （以下简称…）.
    pub renames: Vec<String>,
    /// What stands before a number that is not to be asked: 监督电话.
    pub no_contact: WordList,
    pub contact: Vec<String>,
    /// What a line holds that says who keeps a site: a telephone in it, or beside it, is the site's.
    pub sites: WordList,
    pub published: Vec<String>,
    /// What a page's own data call the day of publication, in lower case and without signs, the surest first.
    #[serde(default)]
    pub page_days: Vec<String>,
    /// What records of programs call it; a day that the text shows goes before.
    #[serde(default)]
    pub record_days: Vec<String>,
    /// Those of them that tell when the document was made or altered, where nothing tells of its publication.
    pub made: Vec<String>,
    /// Those of them that all tell when the page was published.
    #[serde(default)]
    pub posted: Vec<String>,
    /// What the information of a page calls who publishes it: a township that reports, if no other body is named.
    pub publishers: Vec<String>,
    /// What may stand behind the day of publication at the end of a text.
    pub printed: Vec<String>,
    pub codes: Vec<String>,
    /// What programs write in a code that nobody filled in, in lower case.
    pub no_codes: Vec<String>,
}
