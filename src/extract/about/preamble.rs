//! Sentences that say whose report it is where no title does: who publishes it, who made it, whom to ask. A body is taken
//! only from between two words or signs that bound it; the words of the law before it are never part of its name.

use std::borrow::Cow;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::body::{DEPARTMENT, acceptable, are_two, clean_body, ends_in_region, level, own_place, split_organ, township_for, township_of};
use super::dated::undated;
use super::title::{Names, without_days, without_years};
use crate::extract::prepared::FieldWords;
use crate::extract::words::dates::years_in;
use crate::extract::words::lists::Lists;
use crate::extract::words::wanted::{head_of, longest_of, places};
use crate::extract::words::word::ending;
use crate::fold::{fold_char, same};
use crate::form::Preamble;

/// The form's lists of words for such sentences as automata, made once a run.
pub struct Sentences {
    leads: AhoCorasick,
    before: AhoCorasick,
    makers: AhoCorasick,
    pub after: AhoCorasick,
    /// What stands behind a subject that publishes.
    publishing: AhoCorasick,
    acts: AhoCorasick,
    our_other: AhoCorasick,
    /// Words without which a sentence says nothing of a kind, by [`Saying`].
    saying: Lists<7>,
}

/// What a sentence may say.
#[derive(Clone, Copy)]
enum Saying {
    Made,
    Publishes,
    Asks,
    Concerns,
    Acts,
    OurTownship,
    OurOther,
}

impl Sentences {
    pub fn new(form: &Preamble) -> Sentences {
        let of = |words: &[&[String]]| longest_of(words.iter().copied().flatten());
        let ends = || form.between.iter().map(|pair| &pair[1]);
        Sentences {
            saying: Lists::new([
                form.before.iter().chain(&form.makers).collect(),
                form.after.iter().chain(&form.leads).collect(),
                ends().chain(&form.behind).collect(),
                ends().chain(form.concerning.iter().map(|pair| &pair[0])).collect(),
                form.acts.iter().collect(),
                form.our_township.iter().collect(),
                form.our_other.iter().collect(),
            ]),
            leads: of(&[&form.leads]),
            before: of(&[&form.before]),
            makers: of(&[&form.makers]),
            after: of(&[&form.after]),
            publishing: of(&[&form.after, &form.leads]),
            acts: of(&[&form.acts]),
            our_other: of(&[&form.our_other]),
        }
    }
}

/// So many bytes at the head of a text may hold such sentences.
const HEAD: usize = 9000;
/// Below a line that is longer, a sentence may go on in the next one.
const SHORT_LINE: usize = 20;
/// The name of a body and a year have no more bytes.
const LONGEST: usize = 150;

/// A body that is asked is named so often, with and without its region, by a text that is its own.
const SPOKEN: usize = 2;

/// So many pieces may stand between a year and the body that does something in it.
const LEAD_INS: usize = 4;

/// What such sentences say.
#[derive(Debug, Default, PartialEq)]
pub struct Told {
    /// Who publishes the report, or made it.
    pub body: Option<String>,
    /// Whom to ask, or who is spoken of: less sure than a signature.
    pub spoken_of: Option<String>,
    /// The year of the report that is published.
    pub year: Option<i32>,
    /// The text speaks of itself as a township's.
    pub of_township: bool,
}

/// What stands between two signs, folded. A line's end is no such sign, an empty line is one.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub folded: String,
    /// Where lines end in it, and whether the next one may begin something new.
    breaks: Vec<(usize, bool)>,
    /// The sign before it and the one behind it.
    pub before: char,
    pub after: char,
    /// It stands within the title of a document or another's words.
    quoted: bool,
}

impl Piece {
    /// Where what ends at `end` begins: with the piece or a line of it; none where a broken line leaves that open.
    pub fn begin(&self, end: usize) -> Option<usize> {
        match self.breaks.iter().rev().find(|(at, _)| *at < end) {
            Some((at, true)) => Some(*at),
            Some(_) => None,
            None => Some(0),
        }
    }

    pub fn ends_sentence(&self) -> bool {
        matches!(self.after, '。' | '！' | '!' | '\n')
    }
}

/// The signs of a sentence and of a table.
fn is_sign(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '：' | '！' | '？' | '、' | '《' | '》' | '〈' | '〉' | '“' | '”' | '（' | '）' | '【' | '】' | '〔' | '〕' | ',' | ';' | ':' | '!' | '?' | '<' | '>' | '"' | '(' | ')' | '[' | ']' | '\t' | crate::model::CELL_END | crate::model::ROW_END)
        || crate::extract::items::atoms::is_pipe(c)
}

/// Whether what follows a sign stands within quotes; a sentence or paragraph that ends closes them all.
fn is_quoted(open: bool, sign: char) -> bool {
    match sign {
        '《' | '〈' | '“' | '<' => true,
        '》' | '〉' | '”' | '>' | '。' | '\n' => false,
        '"' => !open,
        _ => open,
    }
}

/// A text cut at the signs of its sentences.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut piece = Piece { before: '\n', ..Piece::default() };
    let mut end = |piece: &mut Piece, sign: char| {
        let quoted = is_quoted(piece.quoted, sign);
        if piece.folded.is_empty() {
            (piece.before, piece.quoted) = (sign, quoted);
            return;
        }
        piece.after = sign;
        out.push(std::mem::replace(piece, Piece { before: sign, quoted, ..Piece::default() }));
    };
    for line in text.split('\n') {
        let (mut letters, mut last, mut at) = (0, ' ', 0);
        while let Some(c) = line[at..].chars().next() {
            // What folds to itself is no sign, and copied in runs.
            let run = at;
            while at < line.len() && same(line.as_bytes(), at) > 0 {
                (letters, at) = (letters + 1, at + same(line.as_bytes(), at));
            }
            if run < at {
                piece.folded.push_str(&line[run..at]);
                last = c;
                continue;
            }
            if is_sign(c) {
                end(&mut piece, c);
            } else if let Some(folded) = fold_char(c) {
                piece.folded.push(folded);
                letters += 1;
            }
            last = if c.is_whitespace() { last } else { c };
            at += c.len_utf8();
        }
        if letters == 0 || is_sign(last) {
            end(&mut piece, '\n');
        } else {
            piece.breaks.push((piece.folded.len(), letters < SHORT_LINE));
        }
    }
    end(&mut piece, '\n');
    out
}

/// A text without the brackets that give what stands before them another name: 某某局（以下简称我局）.
fn without_renames<'t>(form: &Preamble, text: &'t str) -> Cow<'t, str> {
    let open = |at: &usize| ['(', '（'].iter().any(|sign| text[..*at].ends_with(*sign));
    let Some(at) = form.renames.iter().filter_map(|w| places(text, w).find(open)).min() else { return Cow::Borrowed(text) };
    let start = text[..at].trim_end_matches(['(', '（']).len();
    let Some(end) = text[at..].find([')', '）', '\n']).map(|n| at + n) else { return Cow::Borrowed(text) };
    let rest = text[end..].trim_start_matches([')', '）']);
    Cow::Owned(format!("{}{}", &text[..start], without_renames(form, rest)))
}

/// What the head of a text says.
pub fn told(words: &FieldWords, text: &str) -> Told {
    let head = without_renames(&words.form.preamble, head_of(text, HEAD));
    let pieces = pieces(&head);
    let held: Vec<_> = pieces.iter().map(|p| words.sentences.saying.held(&p.folded)).collect();
    let has = |kind: Saying| held.iter().any(|held| held[kind as usize]);
    let kinds = Kinds { township: has(Saying::OurTownship), other: has(Saying::OurOther) };
    let reader = Reader { words, pieces: &pieces, held: &held, kinds };
    let of_township = reader.kinds.township;
    let published = reader.published();
    let bodies: Vec<String> = published.iter().filter_map(|(body, _)| body.clone()).collect();
    let mut years: Vec<i32> = published.iter().flat_map(|(_, years)| years.iter().copied()).collect();
    if years.is_empty() {
        years = reader.handed_on();
    }
    years.dedup();
    let year = (years.len() == 1).then(|| years[0]);
    if !bodies.is_empty() {
        return Told { body: one(words, bodies), spoken_of: None, year, of_township };
    }
    // The surer way decides, also where it names several.
    let ways: [&dyn Fn() -> Vec<String>; 2] = [&|| reader.made(), &|| reader.speaking()];
    if let Some(bodies) = ways.iter().map(|way| way()).find(|bodies| !bodies.is_empty()) {
        return Told { body: one(words, bodies), spoken_of: None, year, of_township };
    }
    let concerned = reader.concerned();
    let spoken_of = if concerned.is_empty() { one(words, reader.asked().chain(reader.subjects()).collect()) } else { one(words, concerned) };
    Told { body: None, spoken_of, year, of_township }
}

/// What stands before what somebody did, at the head of a text: 枫桥县人民政府 in 2024年，枫桥县人民政府认真….
pub fn acting(words: &FieldWords, text: &str) -> Vec<String> {
    let acts = |piece: &Piece| {
        let act = words.sentences.acts.find(&piece.folded).filter(|_| !piece.quoted)?;
        let name = piece.folded.get(piece.begin(act.start())?..act.start())?;
        let name = super::title::with_shared_word(name.to_string(), &piece.folded[act.range()]);
        Some(without_years(&without_days(&name)))
    };
    pieces(head_of(text, HEAD)).iter().filter_map(acts).collect()
}

/// The body that all of these name, as it is told best; none where they name several.
fn one(words: &FieldWords, bodies: Vec<String>) -> Option<String> {
    let first = own_place(words, bodies.first()?);
    let alike = |body: &String| {
        let own = own_place(words, body);
        own == first || own.ends_with(first) || first.ends_with(own)
    };
    if !bodies.iter().all(alike) {
        return None;
    }
    bodies.iter().max_by_key(|b| (b.len() > own_place(words, b).len(), std::cmp::Reverse(b.len()))).cloned()
}

/// What the text says of whose it is: 我镇, 我局.
struct Kinds {
    township: bool,
    other: bool,
}

struct Reader<'a> {
    words: &'a FieldWords<'a>,
    pieces: &'a [Piece],
    /// By piece: what it may say.
    held: &'a [[bool; 7]],
    kinds: Kinds,
}

impl Reader<'_> {
    /// The pieces that may say something, with their numbers.
    fn saying(&self, what: Saying) -> impl Iterator<Item = (usize, &Piece)> {
        self.pieces.iter().enumerate().filter(move |(n, _)| self.held[*n][what as usize])
    }

    /// A body's name out of what stands where one is expected: an office of a township speaks for that.
    fn body(&self, name: &str) -> Option<String> {
        let name = clean_body(self.words, name).or_else(|| township_for(self.words, name))?;
        let township = township_of(self.words, &name);
        if township.is_none() && self.kinds.township {
            return None;
        }
        let body = township.map_or(name.as_str(), |t| t);
        acceptable(self.words, body).then(|| body.to_string())
    }

    /// 现公布枫桥镇2024年政府信息公开工作年度报告: the body, if one is named, and the years.
    fn published(&self) -> Vec<(Option<String>, Vec<i32>)> {
        let mut out = Vec::new();
        for (n, piece) in self.pieces.iter().enumerate() {
            let mut from = 0;
            for (at, end) in Names::new(&self.words.names, &piece.folded, piece.folded.len()).apart() {
                let named = self.is_own(n, end).then(|| self.between_lead_and(n, from..at)).flatten();
                out.extend(named.map(|head| self.taken_apart(&head, &piece.folded[at..end])));
                from = end;
            }
        }
        out
    }

    /// Whether a report's name that ends there is one by itself: of 年度报告编制工作 it is only a part.
    fn is_own(&self, n: usize, end: usize) -> bool {
        let tail = &self.pieces[n].folded[end..];
        let undated = without_years(&undated(tail));
        undated.is_empty() || self.pieces[n].breaks.iter().any(|(at, _)| *at == end) || self.words.form.preamble.goes_on.iter().any(|w| undated.starts_with(w.as_str()))
    }

    /// What stands before a report's name and behind a word of publishing: in the same piece, or all of a title in
    /// brackets behind such a word.
    fn between_lead_and(&self, n: usize, range: Range<usize>) -> Option<String> {
        let piece = &self.pieces[n];
        let head = piece.folded.get(range.clone())?;
        if head.len() <= LONGEST && range.start == 0 && self.is_led_title(n) {
            return Some(self.bracketed_before(n) + head);
        }
        // 《某县办公室关于编制…年度报告》: the word is one of the title's, and others' titles are named too.
        if self.is_titled(n) {
            return None;
        }
        // The first word of publishing in the last line, or in the whole piece: what stands behind a later one may be half a
        // name. Over the end of a line only within a sentence.
        // Behind a title a line begins something new, however long the title is.
        let below = || piece.breaks.iter().any(|(at, _)| *at == range.start).then_some(range.start).filter(|b| *b > 0);
        let line = piece.begin(range.end).filter(|b| *b > range.start).or_else(below);
        let whole = (range.start == 0 && piece.before != '\n' || piece.breaks.iter().all(|(at, _)| *at >= range.end)).then_some(range.start);
        let behind = |from: usize| {
            let head = &piece.folded[from..range.end];
            let end = self.words.sentences.leads.find(head)?.end();
            let body = self.behind_leads(&head[end..]);
            (body.len() <= LONGEST).then(|| body.to_string())
        };
        line.and_then(behind).or_else(|| whole.and_then(behind))
    }

    /// The words without those of publishing that they begin with.
    fn behind_leads<'t>(&self, mut head: &'t str) -> &'t str {
        let form = &self.words.form.preamble;
        while let Some(rest) = form.leads.iter().chain(&form.lead_links).find_map(|l| head.strip_prefix(l.as_str())) {
            head = rest;
        }
        head
    }

    /// What stands of a title in brackets before a piece that ends it, where only round ones part it: 《某某局（某某办）2024年…》.
    fn bracketed_before(&self, n: usize) -> String {
        let round = |p: &&Piece| matches!(p.before, '(' | '（' | ')' | '）');
        let parted = self.pieces[..=n].iter().rev().take_while(round).count();
        let first = n.checked_sub(parted).filter(|&first| parted > 0 && self.pieces[first].before == '《');
        first.map_or(String::new(), |first| self.pieces[first..n].iter().map(|p| p.folded.as_str()).collect())
    }

    /// Whether a piece is the title, or the end of one, that stands in brackets behind a word of publishing.
    fn is_led_title(&self, n: usize) -> bool {
        let opened = self.pieces[..=n].iter().rposition(|p| matches!(p.before, '《' | '》' | '。' | '\n')).filter(|&o| self.pieces[o].before == '《');
        let lead = opened.and_then(|o| o.checked_sub(1)).map(|b| self.pieces[b].folded.as_str());
        let form = &self.words.form.preamble;
        lead.is_some_and(|l| {
            let l = form.lead_links.iter().fold(l, |l, link| l.strip_suffix(link.as_str()).unwrap_or(l));
            form.leads.iter().any(|w| l.ends_with(w.as_str()))
        })
    }

    /// Whether a piece stands in the title of a document.
    fn is_titled(&self, n: usize) -> bool {
        let opened = || self.pieces[..=n].iter().rev().take_while(|p| p.quoted).last();
        self.pieces[n].quoted && opened().is_some_and(|first| matches!(first.before, '《' | '〈' | '<'))
    }

    fn taken_apart(&self, head: &str, name: &str) -> (Option<String>, Vec<i32>) {
        let years = years_in(head).into_iter().chain(years_in(name)).collect();
        let undated = without_years(head);
        // 汇总2024年枫桥镇的政府信息公开年度报告编制而成: of two townships' reports nobody's is made.
        let of = undated.strip_suffix('的');
        if of.is_some_and(|of| are_two(self.words, of)) {
            return (None, years);
        }
        let full = super::title::with_shared_word(of.unwrap_or(&undated).to_string(), name);
        (self.body(&full), years)
    }

    /// 由枫桥镇人民政府编制.
    fn made(&self) -> Vec<String> {
        let lists = &self.words.sentences;
        let made = |(_, piece): (usize, &Piece)| {
            let at_begin = || lists.makers.find_iter(&piece.folded).find(|m| piece.begin(m.start() + 1) == Some(m.start()));
            let from = lists.before.find(&piece.folded).or_else(at_begin)?.end();
            let rest = &piece.folded[from..];
            self.body(&rest[..lists.after.find(rest)?.start()])
        };
        self.saying(Saying::Made).filter_map(made).collect()
    }

    /// 枫桥镇人民政府根据…，特公布…年度报告: who speaks in a sentence that publishes a report.
    fn speaking(&self) -> Vec<String> {
        let form = &self.words.form.preamble;
        let speaks = |(n, piece): (usize, &Piece)| {
            // Nobody speaks in the title of a notice, 《某县办公室关于编制…的通知》, whatever signs it has.
            let end = self.words.sentences.publishing.find(&piece.folded).filter(|_| !piece.quoted)?.start();
            let name = piece.folded.get(piece.begin(end)?..end)?;
            let body = self.body(name).filter(|_| !self.words.form.body.leading.iter().any(|about| name.ends_with(about.as_str())))?;
            let rest = self.pieces[n..].iter().scan(false, |over, p| (!std::mem::replace(over, p.ends_sentence())).then_some(p));
            let (mut publishes, mut report) = (false, false);
            for p in rest {
                publishes |= self.words.sentences.leads.is_match(&p.folded);
                report |= form.reports.iter().any(|r| p.folded.contains(r.as_str()));
            }
            // Of other words in their place many end like a body: 门户网站, 社会.
            let sure = |body: &String| township_of(self.words, body).is_some() || !split_organ(self.words, body).1.is_empty();
            (publishes && report).then_some(body).filter(sure)
        };
        self.saying(Saying::Publishes).filter_map(speaks).collect()
    }

    /// 现将2025年工作情况报告如下: the years of what is told.
    fn handed_on(&self) -> Vec<i32> {
        let (title, reports) = (&self.words.form.title, &self.words.form.preamble.reports);
        let told = |p: &Piece| {
            let folded = p.folded.as_str();
            let head = title.goes_on.iter().find_map(|w| folded.strip_suffix(w.as_str())).filter(|head| reports.iter().any(|r| head.ends_with(r.as_str())))?;
            title.sentences.iter().find_map(|s| head.find(s.as_str())).map(|at| years_in(&head[at..]))
        };
        self.pieces.iter().filter_map(told).flatten().collect()
    }

    /// 结合枫桥县教育局政府信息公开工作实际, or 请与枫桥县教育局联系 in a text that goes on to speak of 教育局: a body of the kind that the
    /// text speaks of itself as, 我局.
    fn concerned(&self) -> Vec<String> {
        if !self.kinds.other || self.kinds.township {
            return Vec::new();
        }
        let kinds = self.own_kinds();
        let form = &self.words.form.preamble;
        let within = |folded: &str, pair: &[String; 2]| {
            let start = places(folded, &pair[0]).next()? + pair[0].len();
            let end = start + places(&folded[start..], &pair[1]).next()?;
            let body = clean_body(self.words, &without_years(&folded[start..end]))?;
            let own = |end: &str| kinds.iter().any(|kind| end.contains(*kind));
            let is_own = level(self.words, &body) == Some(DEPARTMENT) && ending(&body, &self.words.endings).any(|(_, e)| own(e));
            is_own.then_some(body).filter(|body| acceptable(self.words, body))
        };
        let spoken = |body: &String| {
            let own = own_place(self.words, body);
            own.len() < body.len() && self.pieces.iter().map(|p| places(&p.folded, own).count()).sum::<usize>() >= SPOKEN
        };
        let in_piece = |(_, p): (usize, &Piece)| {
            let concerned = form.concerning.iter().find_map(|pair| within(&p.folded, pair));
            concerned.or_else(|| form.between.iter().find_map(|pair| within(&p.folded, pair)).filter(spoken))
        };
        self.saying(Saying::Concerns).filter_map(in_piece).collect()
    }

    /// The kinds of body, other than a township, that the text speaks of itself as: 局 of 我局.
    fn own_kinds(&self) -> Vec<&str> {
        let said = self.saying(Saying::OurOther).flat_map(|(_, p)| self.words.sentences.our_other.find_iter(&p.folded).map(|m| &p.folded[m.range()]));
        said.filter_map(|word| word.char_indices().nth(1).map(|(kind, _)| &word[kind..])).collect()
    }

    /// 请与枫桥镇人民政府办公室联系: a township whose office answers for the report.
    fn asked(&self) -> impl Iterator<Item = String> {
        let form = &self.words.form.preamble;
        let in_piece = |(n, piece): (usize, &Piece)| {
            let folded = &piece.folded;
            let between = |pair: &[String; 2]| {
                // 发布机构：某某镇人民政府 above 联系电话 is no sentence.
                let is_value = |end: &usize| matches!(piece.before, ':' | '：') && piece.breaks.contains(&(*end, true));
                let end = places(folded, &pair[1]).next().filter(|end| !is_value(end))?;
                // 咸安区向阳湖镇: behind a region the word is the beginning of a name.
                let start = places(&folded[..end], &pair[0]).filter(|at| !ends_in_region(self.words, &folded[..*at])).last()? + pair[0].len();
                self.township(&folded[start..end])
            };
            let behind = |w: &String| {
                let rest = &folded[places(folded, w).next()? + w.len()..];
                let next = || self.pieces.get(n + 1).filter(|p| matches!(p.before, ':' | '：')).map_or("", |p| p.folded.as_str());
                self.township(if rest.is_empty() { next() } else { rest })
            };
            form.between.iter().find_map(between).or_else(|| form.behind.iter().find_map(behind))
        };
        self.saying(Saying::Asks).filter_map(in_piece).collect::<Vec<_>>().into_iter()
    }

    /// 2024年，枫桥镇高度重视: a township that does something, in a text that no other kind of body speaks in.
    fn subjects(&self) -> Vec<String> {
        let acts = |(n, piece): (usize, &Piece)| {
            let act = self.words.sentences.acts.find(&piece.folded)?;
            let name = &piece.folded[piece.begin(act.start())?..act.start()];
            let name = super::title::with_shared_word(name.to_string(), &piece.folded[act.range()]);
            let name = self.township(without_years(&without_days(&name)).trim_start_matches(|c: char| c.is_ascii_digit())).filter(|t| name.ends_with(t.as_str()))?;
            (self.is_dated(n) || self.kinds.township).then_some(name)
        };
        self.saying(Saying::Acts).filter_map(acts).collect()
    }

    /// Whether a year by itself stands before a piece, or before words in whose piece nobody does anything: 2024年，在县委领导下，…
    fn is_dated(&self, n: usize) -> bool {
        let dated = |p: &Piece| !years_in(&p.folded).is_empty() && p.folded.len() <= LONGEST / 4;
        // Whoever acts stands before the word for it.
        let idle = |p: &Piece| !p.ends_sentence() && self.words.sentences.acts.find(&p.folded).is_none_or(|act| act.start() == 0);
        let mut before = self.pieces[..n].iter().rev().take(LEAD_INS);
        before.next().is_some_and(|last| dated(last) || idle(last) && before.take_while(|p| !p.ends_sentence()).find(|p| dated(p) || !idle(p)).is_some_and(dated))
    }

    /// A township's name, where the text is no other body's.
    fn township(&self, name: &str) -> Option<String> {
        if self.kinds.other && !self.kinds.township {
            return None;
        }
        let name = without_years(&without_days(name));
        // An address: the name stands behind the number of the house.
        let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let name = clean_body(self.words, name.rsplit_once(|c: char| c.is_ascii_digit()).map_or(name, |(_, behind)| behind.trim_start_matches('号')))?;
        let township = township_of(self.words, &name)?;
        acceptable(self.words, township).then(|| township.to_string())
    }
}
