//! BM25 over two fields, every match counted, with statistics over what the reader may read.

use super::Lexical;
use super::hits::Hits;
use super::partition::{Located, Partition, Posting};
use super::places::{ByLength, Gate, Spot};
use super::scratch::Scratch;
use super::weighed::{Profiles, Weighed};
use crate::{Admission, DocumentTable, Error};

/// Parameters of the score.
#[derive(Debug, Clone)]
pub struct ScoreConfig {
    /// BM25 k1: how soon repeating a term stops counting. 0.4 to 2; 0.9 where documents are short.
    pub k1: f32,
    /// BM25 b: how much length is held against a document. 0 to 1.
    pub b: f32,
    /// How many postings a question may read: its most frequent terms are dropped beyond that.
    pub posting_budget: u64,
    /// Terms that are read however frequent they are, the rarest first.
    pub min_terms: usize,
}

/// A token of the question, with how often it stands there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueryTerm {
    /// The token, as `text::words::tokens` cuts it.
    pub token: String,
    /// How often it is in the question, at least 1.
    pub count: u32,
}

/// The lists of one term, of readable documents only.
pub(super) struct TermLists {
    pub(super) weight: f32,
    pub(super) idf: f32,
    pub(super) own: Vec<Posting>,
    pub(super) question: Vec<Posting>,
}

/// A term, and where its postings are in each partition that is read.
struct Found<'t> {
    term: &'t QueryTerm,
    located: Vec<Located>,
}

impl Lexical {
    /// Scores every admitted document that shares a term with the question.
    ///
    /// Okapi BM25 (Robertson & Zaragoza 2009) per field, with idf = ln(1 + (N − df + ½)/(df + ½)) over the
    /// documents that hold the term in either field. N, df and mean lengths count admitted documents only;
    /// `weighed` has N, the mean lengths, and what each document weighs in its person's profile
    /// ([`Lexical::weigh`]), and is of the same admission. Costs one pass over the postings of the terms within
    /// the budget.
    ///
    /// # Errors
    /// A broken index.
    pub fn search(
        &self,
        terms: &[QueryTerm],
        table: &DocumentTable,
        admission: &Admission,
        weighed: &Weighed,
        config: &ScoreConfig,
    ) -> Result<Hits<'_>, Error> {
        let mut scratch = Scratch::new(self.places_of(admission));
        let (mut profiles, norms) = (Profiles::new(weighed), Norms::new(weighed, config));
        let (mut idf_total, mut known) = (0.0, 0.0);
        let mut lists = TermLists { weight: 0.0, idf: 0.0, own: Vec::new(), question: Vec::new() };
        for found in self.within_budget(terms, admission, config)? {
            self.read(&found, table, admission, &mut lists)?;
            lists.rate(found.term, weighed, &mut scratch);
            idf_total += lists.idf;
            if !lists.own.is_empty() || !lists.question.is_empty() {
                known += lists.idf;
                self.add(&lists, &norms, &mut scratch, &mut profiles);
            }
        }
        let idf_known = if idf_total > 0.0 { known / idf_total } else { 0.0 };
        let (places, sums) = (&self.places, scratch.sums);
        Ok(Hits { places, sums, idf_total, idf_known, profiles: profiles.scores })
    }

    /// The partitions that this reader's answers come from.
    fn partitions(&self, admission: &Admission) -> impl Iterator<Item = &Partition> {
        let restricted = admission.mask.reads_more_than_everyone().then_some(&self.restricted);
        std::iter::once(&self.public).chain(restricted)
    }

    /// How many places they have.
    pub(super) fn places_of(&self, admission: &Admission) -> usize {
        if admission.mask.reads_more_than_everyone() { self.places.len() } else { self.places.n_public }
    }

    /// The terms to read: the rarest first, until the budget of postings is spent.
    fn within_budget<'t>(
        &self,
        terms: &'t [QueryTerm],
        admission: &Admission,
        config: &ScoreConfig,
    ) -> Result<Vec<Found<'t>>, Error> {
        let mut costs = Vec::with_capacity(terms.len());
        for term in terms {
            let located = self.partitions(admission).map(|partition| partition.locate(&term.token));
            let located = located.collect::<Result<Vec<_>, _>>()?;
            // The public list alone decides: what hidden documents hold must not choose the terms.
            let cost = located.first().map_or(0, Located::bound);
            costs.push((cost, Found { term, located }));
        }
        costs.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.term.cmp(b.1.term)));
        let mut spent = 0;
        let mut chosen = Vec::with_capacity(costs.len());
        for (cost, found) in costs {
            spent += cost;
            if chosen.len() >= config.min_terms && spent > config.posting_budget {
                break;
            }
            chosen.push(found);
        }
        Ok(chosen)
    }

    /// Reads the admitted postings of a term.
    fn read(
        &self,
        found: &Found<'_>,
        table: &DocumentTable,
        admission: &Admission,
        lists: &mut TermLists,
    ) -> Result<(), Error> {
        lists.own.clear();
        lists.question.clear();
        for (number, (partition, located)) in self.partitions(admission).zip(&found.located).enumerate() {
            let gate = Gate::new(&self.places, table, admission, number == 0);
            partition.read(located, gate, [&mut lists.own, &mut lists.question])?;
        }
        Ok(())
    }

    /// Adds a term to the sums of the places that hold it.
    fn add(&self, lists: &TermLists, norms: &Norms, scratch: &mut Scratch, profiles: &mut Profiles<'_>) {
        let TermLists { weight, idf, own, question } = lists;
        let gain = |frequency: u32, norm: f32| {
            let frequency = frequency as f32;
            weight * idf * frequency * norms.most / (frequency + norm)
        };
        let spots = &self.places.spots;
        profiles.begin(own.len() + question.len());
        for (place, frequency) in own {
            let at = *place as usize;
            let (Spot { person, own, .. }, sums) = (spots[at], &mut scratch.sums[at]);
            sums.own += gain(*frequency, norms.own.of(own));
            sums.covered += idf;
            profiles.count(at, person, *frequency);
        }
        for (place, frequency) in question {
            let at = *place as usize;
            let covers = if scratch.is_owned(*place) { 0.0 } else { *idf };
            let (Spot { person, question, .. }, sums) = (spots[at], &mut scratch.sums[at]);
            sums.question += gain(*frequency, norms.question.of(question));
            sums.covered += covers;
            profiles.count(at, person, *frequency);
        }
        profiles.add(weight * idf);
    }
}

/// What BM25 makes of lengths, for one search.
struct Norms {
    /// The gain of a term that a document repeats without end, before its weight: k1 + 1.
    most: f32,
    own: ByLength,
    question: ByLength,
}

impl Norms {
    fn new(weighed: &Weighed, config: &ScoreConfig) -> Self {
        let of = |mean: f32| {
            let norm = |tokens: u32| config.k1 * (1.0 - config.b + config.b * tokens as f32 / mean);
            ByLength::new(norm)
        };
        let totals = &weighed.totals;
        Self { most: config.k1 + 1.0, own: of(totals.mean_own()), question: of(totals.mean_question()) }
    }
}

impl TermLists {
    /// Works out what the term weighs, from how many admitted documents hold it.
    fn rate(&mut self, term: &QueryTerm, weighed: &Weighed, scratch: &mut Scratch) {
        let frequency = scratch.documents_in_either(&self.own, &self.question) as f32;
        let documents = (weighed.totals.documents as f32).max(frequency);
        self.idf = (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln();
        // A term said twice is meant a little more, not twice as much.
        self.weight = 1.0 + (term.count.max(1) as f32).ln();
    }
}
