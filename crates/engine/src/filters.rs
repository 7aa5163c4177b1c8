//! What narrows an answer: who may be named, and what counts as evidence.
//!
//! Decision: whoever may not be named is no candidate from the first, and what does not count is neither found nor
//! counted, so that a narrow answer is as good as a wide one among those who are left. Price: statistics are counted
//! anew for each question that narrows its evidence.

use index::Row;
use model::{DirectoryEntry, Timestamp};

use crate::{Confidence, Finder, Search};

/// What narrows an answer. An empty list narrows nothing; several values of one list are alternatives, several lists
/// must all hold. Values are compared without regard to case and the space around them. What nothing is stated of
/// is in no list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// Regions of people who may be named.
    pub regions: Vec<String>,
    /// Teams of people who may be named.
    pub teams: Vec<String>,
    /// Languages that people who may be named speak: as an export writes them; of tags the first part is enough
    /// (`de` for `de-AT`).
    pub languages: Vec<String>,
    /// Time zones of people who may be named, by their IANA names.
    pub timezones: Vec<String>,
    /// Sources whose evidence counts, such as `slack` or `jira`.
    pub sources: Vec<String>,
    /// Channels, lists and projects (so a product) whose evidence counts, by name or id.
    pub channels: Vec<String>,
    /// Evidence that ended before this does not count.
    pub evidence_after: Option<Timestamp>,
}

impl Filters {
    /// What narrows nothing.
    pub const NONE: Self = Self {
        regions: Vec::new(),
        teams: Vec::new(),
        languages: Vec::new(),
        timezones: Vec::new(),
        sources: Vec::new(),
        channels: Vec::new(),
        evidence_after: None,
    };

    /// Whether it says who may be named.
    fn narrows_people(&self) -> bool {
        [&self.regions, &self.teams, &self.languages, &self.timezones]
            .into_iter()
            .any(|list| !list.is_empty())
    }

    /// Whether it says what counts as evidence.
    pub(crate) fn narrows_evidence(&self) -> bool {
        !self.sources.is_empty() || !self.channels.is_empty() || self.evidence_after.is_some()
    }

    /// Whether somebody of whom a directory says this may be named.
    fn names(&self, entry: &DirectoryEntry) -> bool {
        let has = |wanted: &[String], stated: Option<&str>| {
            wanted.is_empty() || stated.is_some_and(|stated| wanted.iter().any(|one| alike(one, stated)))
        };
        let speaks = |wanted: &String| entry.languages.iter().any(|stated| speaks(wanted, stated));
        has(&self.regions, entry.region.as_deref())
            && has(&self.teams, entry.team.as_deref())
            && has(&self.timezones, entry.timezone.as_deref())
            && (self.languages.is_empty() || self.languages.iter().any(speaks))
    }
}

impl Search {
    /// Whether somebody who would be named might not be.
    pub(crate) fn is_filtered(&self) -> bool {
        self.filters != Filters::NONE
            || !self.exclude_people.is_empty()
            || self.min_confidence > Confidence::Low
    }

    /// Whether anybody is named if nothing is filtered, as a search for one.
    pub(crate) fn unfiltered(&self) -> Self {
        Self {
            filters: Filters::NONE,
            exclude_people: Vec::new(),
            min_confidence: Confidence::Low,
            limit: 1,
            evidence_per_expert: 0,
            answers: 0,
            ..self.clone()
        }
    }
}

impl Finder {
    /// The people who may not be named, by their numbers in the document table. Costs a look at everybody where
    /// people are narrowed, else nothing.
    pub(crate) fn filtered_people(&self, filters: &Filters) -> Vec<u32> {
        if !filters.narrows_people() {
            return Vec::new();
        }
        let people = &self.snapshot().people;
        let named = |id| people.get(id).is_some_and(|person| filters.names(&person.directory));
        (0..)
            .zip(&self.snapshot().table.people)
            .filter(|(_, id)| !named(id))
            .map(|(number, _)| number)
            .collect()
    }

    /// The rows that do not count, ascending. Costs a look at every row.
    pub(crate) fn filtered_rows(&self, filters: &Filters) -> impl Iterator<Item = Row> {
        let table = &self.snapshot().table;
        let of_source = |id: &str| {
            let source = id.split_once(':').map(|(source, _)| source);
            filters.sources.is_empty()
                || source.is_some_and(|source| filters.sources.iter().any(|one| alike(one, source)))
        };
        let of_channel = |id: &str| {
            filters.channels.is_empty() || filters.channels.iter().any(|wanted| self.is_called(id, wanted))
        };
        let counts: Vec<bool> = table.containers.iter().map(|id| of_source(id) && of_channel(id)).collect();
        let first = filters.evidence_after.map_or(0, |after| table.last_at.partition_point(|at| *at < after));
        table.all().filter(move |row| row.at() < first || !counts[table.container[row.at()] as usize])
    }

    /// Whether somebody means this container by that name or id.
    pub(crate) fn is_called(&self, container: &str, wanted: &str) -> bool {
        let wanted = wanted.trim().trim_start_matches('#');
        let called = self.snapshot().containers.get(container).map(|container| container.name.as_str());
        called.is_some_and(|name| alike(name, wanted)) || alike(container, wanted)
    }
}

fn alike(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}

/// Whether a stated language is the wanted one: the same word, or a tag that begins with it.
fn speaks(wanted: &str, stated: &str) -> bool {
    let (wanted, stated) = (wanted.trim().to_lowercase(), stated.trim().to_lowercase());
    stated == wanted
        || stated.strip_prefix(&wanted).is_some_and(|rest| !wanted.is_empty() && rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests;
