//! Why somebody is not named, or stands behind another: the parts that make the difference, and in words.

use index::DocumentTable;
use model::{Role, Timestamp};

use crate::config::{is_confirmed, is_idle, is_repeated};
use crate::rank::{Feature, Features, Part};
use crate::retrieve::Unit;

/// What a part gives somebody and somebody else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// Which part.
    pub part: Part,
    /// What it gives the person who is asked about.
    pub mine: f64,
    /// What it gives the other.
    pub theirs: f64,
}

impl Gap {
    /// How much the other is ahead in it; below 0 if behind.
    pub const fn behind(&self) -> f64 {
        self.theirs - self.mine
    }
}

/// The parts by how much they put the other ahead, the largest first, ties by the order of [`Part::ALL`]; parts
/// that both have nothing of are left out. The sum of all is the difference of the scores.
pub fn gaps(mine: &[f64; Part::ALL.len()], theirs: &[f64; Part::ALL.len()]) -> Vec<Gap> {
    let gap = |part: Part| Gap { part, mine: mine[part as usize], theirs: theirs[part as usize] };
    let weighed = |gap: &Gap| gap.mine != 0.0 || gap.theirs != 0.0;
    let mut gaps: Vec<Gap> = Part::ALL.into_iter().map(gap).filter(weighed).collect();
    gaps.sort_by(|a, b| b.behind().total_cmp(&a.behind()));
    gaps
}

/// Something that a person's evidence lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// A word a program can act on.
    pub code: &'static str,
    /// The sentence for a human.
    pub text: String,
}

impl Missing {
    /// Nothing readable of theirs is about the question: also said of people whom nobody knows, word for word, so
    /// that nobody learns whether there is something they may not read.
    pub fn everything() -> Self {
        Self::new("no_evidence", "no readable evidence of theirs is about this question")
    }

    fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

/// What is looked at to say what is missing.
#[expect(missing_debug_implementations, reason = "the table does not print")]
pub struct Seen<'a> {
    /// What is known of the person.
    pub features: &'a Features,
    /// Their documents that are about the question ([`super::units_of`]).
    pub units: &'a [&'a Unit],
    /// How many conversations about it the other has whom they are held against.
    pub of_other: usize,
    /// Columns of the documents.
    pub table: &'a DocumentTable,
    /// The time of the question.
    pub now: Timestamp,
    /// Evidence older than so many days is old.
    pub fresh_days: f64,
}

/// What a candidate's evidence lacks, the most telling first; empty if it lacks nothing that can be named.
pub fn missing(seen: &Seen<'_>) -> Vec<Missing> {
    if seen.units.is_empty() {
        return nothing_about_it(seen.features);
    }
    let mut missing = Vec::new();
    let rows: Vec<usize> = seen.units.iter().map(|unit| unit.row.get().at()).collect();
    let table = seen.table;
    let all = |holds: &dyn Fn(usize) -> bool| rows.iter().all(|row| holds(*row));
    if all(&|row| is_repeated(table.marks[row])) {
        missing.push(Missing::new("repeated", "their words about it are boilerplate, or somebody else's"));
    } else if all(&|row| is_idle(table.marks[row]) || !table.roles[row].contains(Role::Answered)) {
        missing.push(Missing::new("no_answer", "they took part in it without an answer of substance"));
    }
    if all(&|row| !table.roles[row].is_acknowledged() && !is_confirmed(table.roles[row], table.marks[row])) {
        missing.push(Missing::new("not_confirmed", "nobody confirmed that an answer of theirs helped"));
    }
    let newest = rows.iter().map(|row| table.last_at[*row]).max();
    if let Some(newest) = newest.filter(|at| seen.now.days_since(*at) > seen.fresh_days) {
        let at = newest.to_string();
        let day = at.split('T').next().unwrap_or(&at);
        missing.push(Missing::new("old", format!("their newest evidence about it is from {day}")));
    }
    if seen.units.len() < seen.of_other {
        let (mine, theirs) = (seen.units.len(), seen.of_other);
        let text = format!("{mine} of their conversations come near the question, {theirs} of the other's");
        missing.push(Missing::new("fewer_conversations", text));
    }
    missing
}

/// Somebody is a candidate, but nothing of theirs is close enough to speak for them.
fn nothing_about_it(features: &Features) -> Vec<Missing> {
    let mut missing = vec![Missing::everything()];
    if features.get(Feature::Asked) > 0.0 {
        missing.push(Missing::new("asked_only", "they asked about it themselves"));
    }
    if features.get(Feature::Votes) > 0.0 || features.get(Feature::Near) > 0.0 {
        missing.push(Missing::new("near_miss", "what they wrote only touches the question"));
    } else if features.get(Feature::Ever) > 0.0 {
        missing.push(Missing::new("presence_only", "they answer here, but being present shows no know-how"));
    }
    missing
}
