//! BM25 over two fields, every match counted, with statistics over what the reader may read.

use super::Lexical;
use super::partition::{Partition, Posting};
use super::statistics::Totals;
use crate::{Admission, DocumentTable, Error, Row};

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

/// A document that shares at least one term with the question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Which.
    pub row: Row,
    /// BM25 of the person's own words, at least 0.
    pub own: f32,
    /// BM25 of the question answered, at least 0.
    pub question: f32,
    /// Share of the question's idf that the two fields hold together, 0 to 1.
    pub coverage: f32,
}

/// Every readable document that shares a term with the question.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// By row, ascending.
    pub hits: Vec<Hit>,
    /// Sum of the idf of all terms of the question, also of those that no readable document holds.
    pub idf_total: f32,
    /// Share of that sum held by terms that at least one readable document holds, 0 to 1.
    pub idf_known: f32,
    /// BM25 of each person's weighed documents taken as one, by the person's number.
    pub profiles: Vec<f32>,
}

/// The lists of one term, of readable documents only.
struct TermLists {
    weight: f32,
    idf: f32,
    own: Vec<Posting>,
    question: Vec<Posting>,
}

impl Lexical {
    /// Scores every admitted document that shares a term with the question.
    ///
    /// Okapi BM25 (Robertson & Zaragoza 2009) per field, with idf = ln(1 + (N − df + ½)/(df + ½)) over the
    /// documents that hold the term in either field. N, df and mean lengths count admitted documents only.
    /// Costs one pass over the postings of the terms within the budget.
    pub fn search(
        &self,
        terms: &[QueryTerm],
        table: &DocumentTable,
        admission: &Admission,
        weigh: &dyn Fn(Row) -> f32,
        config: &ScoreConfig,
    ) -> Result<Hits, Error> {
        let totals = self.statistics.admitted(table, admission, &self.own_lengths, &self.question_lengths);
        let mut hits = Hits::default();
        let mut scratch = Scratch::new(table.len());
        let mut known = 0.0;
        let mut profiles = self.profiles(table, admission, weigh);
        for term in self.within_budget(terms, config)? {
            let lists = self.lists(term, table, admission, &totals, &mut scratch)?;
            hits.idf_total += lists.idf;
            if !lists.own.is_empty() || !lists.question.is_empty() {
                known += lists.idf;
                self.add(&lists, &totals, config, &mut scratch);
                profiles.add(&lists, table, weigh);
            }
        }
        if hits.idf_total > 0.0 {
            hits.idf_known = known / hits.idf_total;
        }
        hits.hits = scratch.into_hits(hits.idf_total);
        hits.profiles = profiles.scores;
        Ok(hits)
    }

    /// The partitions that this reader's answers come from.
    fn partitions(&self, admission: &Admission) -> impl Iterator<Item = &Partition> {
        let restricted = admission.mask.reads_more_than_everyone().then_some(&self.restricted);
        std::iter::once(&self.public).chain(restricted)
    }

    /// The terms to read: the rarest first, until the budget of postings is spent.
    fn within_budget<'t>(
        &self,
        terms: &'t [QueryTerm],
        config: &ScoreConfig,
    ) -> Result<Vec<&'t QueryTerm>, Error> {
        let mut costs = Vec::with_capacity(terms.len());
        for term in terms {
            // The public list alone decides: what hidden documents hold must not choose the terms.
            costs.push((self.public.document_frequency_bound(&term.token)?, term));
        }
        costs.sort();
        let mut spent = 0;
        let mut chosen = Vec::with_capacity(costs.len());
        for (cost, term) in costs {
            spent += cost;
            if chosen.len() >= config.min_terms && spent > config.posting_budget {
                break;
            }
            chosen.push(term);
        }
        Ok(chosen)
    }

    fn lists(
        &self,
        term: &QueryTerm,
        table: &DocumentTable,
        admission: &Admission,
        totals: &Totals,
        scratch: &mut Scratch,
    ) -> Result<TermLists, Error> {
        let (mut own, mut question) = (Vec::new(), Vec::new());
        for partition in self.partitions(admission) {
            let keep = |list: &mut Vec<Posting>, posting: Posting| {
                if table.admits(posting.0, admission) {
                    list.push(posting);
                }
            };
            partition.postings(partition.own(), &term.token, &mut |posting| keep(&mut own, posting))?;
            partition
                .postings(partition.question(), &term.token, &mut |posting| keep(&mut question, posting))?;
        }
        let frequency = scratch.documents_in_either(&own, &question) as f32;
        let documents = (totals.documents as f32).max(frequency);
        let idf = (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln();
        // A term said twice is meant a little more, not twice as much.
        let weight = 1.0 + (term.count.max(1) as f32).ln();
        Ok(TermLists { weight, idf, own, question })
    }

    /// How long each person's weighed documents are together.
    fn profiles(&self, table: &DocumentTable, admission: &Admission, weigh: &dyn Fn(Row) -> f32) -> Profiles {
        let mut lengths = vec![0.0; table.people.len()];
        for row in table.all().take(admission.rows_before()).filter(|row| table.admits(*row, admission)) {
            let weight = weigh(row);
            if weight > 0.0 {
                let length = self.own_lengths[row.at()] + self.question_lengths[row.at()];
                lengths[table.person[row.at()] as usize] += weight * length as f32;
            }
        }
        Profiles::new(lengths)
    }

    fn add(&self, lists: &TermLists, totals: &Totals, config: &ScoreConfig, scratch: &mut Scratch) {
        let gain = |frequency: u32, length: u32, mean: f32| {
            let frequency = frequency as f32;
            let norm = config.k1 * (1.0 - config.b + config.b * length as f32 / mean);
            lists.weight * lists.idf * frequency * (config.k1 + 1.0) / (frequency + norm)
        };
        let (mean_own, mean_question) = (totals.mean_own(), totals.mean_question());
        for (row, frequency) in &lists.own {
            scratch.own[row.at()] += gain(*frequency, self.own_lengths[row.at()], mean_own);
        }
        for (row, frequency) in &lists.question {
            scratch.question[row.at()] += gain(*frequency, self.question_lengths[row.at()], mean_question);
        }
        scratch.cover(lists.idf);
    }
}

/// Sums by person while terms are added one after the other.
struct Profiles {
    lengths: Vec<f32>,
    mean: f32,
    frequencies: Vec<f32>,
    touched: Vec<u32>,
    scores: Vec<f32>,
}

impl Profiles {
    const K: f32 = 2.0;
    const B: f32 = 0.5;

    fn new(lengths: Vec<f32>) -> Self {
        let people = lengths.iter().filter(|length| **length > 0.0).count().max(1);
        let mean = (lengths.iter().sum::<f32>() / people as f32).max(1.0);
        let (frequencies, scores) = (vec![0.0; lengths.len()], vec![0.0; lengths.len()]);
        Self { lengths, mean, frequencies, touched: Vec::new(), scores }
    }

    fn add(&mut self, lists: &TermLists, table: &DocumentTable, weigh: &dyn Fn(Row) -> f32) {
        for (row, frequency) in lists.own.iter().chain(&lists.question) {
            let weight = weigh(*row);
            if weight <= 0.0 {
                continue;
            }
            let person = table.person[row.at()];
            let sum = &mut self.frequencies[person as usize];
            if *sum == 0.0 {
                self.touched.push(person);
            }
            *sum += weight * *frequency as f32;
        }
        for person in self.touched.drain(..) {
            let place = person as usize;
            let frequency = std::mem::take(&mut self.frequencies[place]);
            let norm = Self::K * (1.0 - Self::B + Self::B * self.lengths[place] / self.mean);
            self.scores[place] += lists.weight * lists.idf * frequency * (Self::K + 1.0) / (frequency + norm);
        }
    }
}

/// Sums by row while terms are added one after the other.
struct Scratch {
    own: Vec<f32>,
    question: Vec<f32>,
    covered: Vec<f32>,
    /// Number of the last term that was found in the row: a term in both fields counts and covers once.
    seen: Vec<u32>,
    /// Rows of the last term, each once.
    first_seen: Vec<Row>,
    touched: Vec<Row>,
    term: u32,
}

impl Scratch {
    fn new(rows: usize) -> Self {
        Self {
            own: vec![0.0; rows],
            question: vec![0.0; rows],
            covered: vec![0.0; rows],
            seen: vec![0; rows],
            first_seen: Vec::new(),
            touched: Vec::new(),
            term: 0,
        }
    }

    /// How many different rows hold the next term in either field; marks them as seen with it.
    fn documents_in_either(&mut self, own: &[Posting], question: &[Posting]) -> usize {
        self.term += 1;
        self.first_seen.clear();
        for (row, _) in own.iter().chain(question) {
            let seen = &mut self.seen[row.at()];
            if *seen == 0 {
                self.touched.push(*row);
            }
            if *seen != self.term {
                *seen = self.term;
                self.first_seen.push(*row);
            }
        }
        self.first_seen.len()
    }

    /// Credits the rows of the last term with its idf, once each.
    fn cover(&mut self, idf: f32) {
        for row in &self.first_seen {
            self.covered[row.at()] += idf;
        }
    }

    fn into_hits(mut self, idf_total: f32) -> Vec<Hit> {
        self.touched.sort_unstable();
        let hit = |row: &Row| Hit {
            row: *row,
            own: self.own[row.at()],
            question: self.question[row.at()],
            coverage: if idf_total > 0.0 { self.covered[row.at()] / idf_total } else { 0.0 },
        };
        self.touched.iter().map(hit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_the_term_in_both_fields_counts_once() {
        let mut scratch = Scratch::new(8);
        let (own, question) = ([(Row(3), 1), (Row(1), 2)], [(Row(3), 1), (Row(7), 1)]);
        assert_eq!(scratch.documents_in_either(&own, &question), 3);
        scratch.cover(2.0);
        assert_eq!(scratch.documents_in_either(&[], &question), 2);
        scratch.cover(1.0);
        let covered: Vec<(u32, f32)> =
            scratch.into_hits(4.0).iter().map(|hit| (hit.row.0, hit.coverage)).collect();
        assert_eq!(covered, [(1, 0.5), (3, 0.75), (7, 0.75)]);
    }
}
