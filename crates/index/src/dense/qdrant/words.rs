//! Questions by words to a cluster: BM25 whose statistics the server counts over what the asker may read.
//!
//! Three rounds, each one call for each of the two collections. First the server's IDF modifier is asked for every
//! term alone, over the corpus of the asker's filter; with the count of that corpus it gives the document frequency,
//! and those of both collections together make the idf of `lexical::score`. Then come the best documents by words
//! weighed with it, and those of the question's channel. Last, for these, the two fields apart and the coverage.

use std::collections::BTreeMap;

use model::DocumentId;
use qdrant_client::qdrant::{
    Condition, CountPointsBuilder, Filter, IdfParamsBuilder, PointId, Query, QueryBatchPointsBuilder,
    QueryPoints, QueryPointsBuilder, SearchParamsBuilder, VectorInput,
};

use super::names::{Build, Names, Side};
use super::search::{QdrantIndex, number, open_filter, restricted_filter};
use super::sparse::{Field, index_in, index_of};
use super::upload::{CONTAINER, EITHER, FIELDS, container_number};
use crate::lexical::{FoundWords, Hit, QueryTerm, ScoreConfig, Weighed};
use crate::{Admission, DocumentTable, Error};

/// Of the question's channel so many matches are fetched.
const IN_CHANNEL: usize = 1_000;

/// The words of one generation in a cluster.
#[derive(Debug)]
pub struct QdrantWords {
    place: QdrantIndex,
}

/// What is wanted of a search by words.
#[derive(Debug, Clone, Copy)]
pub struct WordsWanted<'a> {
    /// How many of the best.
    pub limit: usize,
    /// What the question answered counts for, where the own words count 1; above 0.
    pub question_weight: f32,
    /// Numbers of the containers whose matches are wanted, too.
    pub containers: &'a [u32],
    /// Which terms are read: its budget; k1 and b are those of the upload.
    pub score: &'a ScoreConfig,
}

/// One collection that is asked, and what the asker may read of it.
struct Part {
    collection: String,
    filter: Filter,
    /// How many documents that are.
    documents: f32,
    /// By term: the server's idf there; `None` if no such document holds it.
    idf: Vec<Option<f32>>,
}

impl Part {
    /// In how many of its documents a term is: idf = ln((N − df + ½) / (df + ½) + 1), solved.
    fn frequency(&self, term: usize) -> f32 {
        self.idf[term].map_or(0.0, |idf| ((self.documents + 1.0) / idf.exp() - 0.5).round().max(1.0))
    }
}

/// A term that is read, with its idf over all parts.
struct Weighted<'t> {
    term: &'t QueryTerm,
    place: usize,
    idf: f32,
}

impl QdrantWords {
    /// The words that lie beside the vectors of `place`.
    pub const fn new(place: QdrantIndex) -> Self {
        Self { place }
    }

    /// Scores the best documents that share a term with the question, as [`crate::lexical::Lexical::search`] does,
    /// but for these: mean lengths are those of the build; documents that were left out of the admission by name
    /// still count in idf; each shard has an idf of its own; and profiles are sums over what is fetched, by the
    /// share of the question that documents cover. `weighed` is by row.
    ///
    /// # Errors
    /// [`Error::ClusterDown`], [`Error::NoCollection`].
    pub fn search(
        &self,
        terms: &[QueryTerm],
        table: &DocumentTable,
        admission: &Admission,
        weighed: &Weighed,
        wanted: &WordsWanted<'_>,
    ) -> Result<FoundWords, Error> {
        let once = || self.search_once(terms, table, admission, weighed, wanted);
        match once() {
            Err(Error::NoCollection) => {
                self.place.forget_place();
                once()
            }
            result => result,
        }
    }

    fn search_once(
        &self,
        terms: &[QueryTerm],
        table: &DocumentTable,
        admission: &Admission,
        weighed: &Weighed,
        wanted: &WordsWanted<'_>,
    ) -> Result<FoundWords, Error> {
        let (names, published) = self.place.published()?;
        let parts = self.parts(names, published.build, terms, (table, admission))?;
        let (chosen, idf_total, idf_known) = weigh(terms, &parts, wanted.score);
        let mut hits: Vec<Hit> = Vec::new();
        for part in &parts {
            let found = self.candidates(part, &chosen, table, wanted)?;
            for (id, own, question, covered) in self.parted(part, &chosen, &found, wanted.question_weight)? {
                let Some(row) = table.row(id).filter(|row| table.admits(*row, admission)) else { continue };
                let coverage = if idf_total > 0.0 { (covered / idf_total).clamp(0.0, 1.0) } else { 0.0 };
                hits.push(Hit { row, own, question, coverage });
            }
        }
        hits.sort_unstable_by_key(|hit| hit.row);
        hits.dedup_by_key(|hit| hit.row);
        let profiles = weighed.profiles_of(&hits, table, idf_total);
        Ok(FoundWords { hits, idf_known, profiles })
    }

    /// What the asker may read of each collection, counted.
    fn parts(
        &self,
        names: &Names,
        build: Build,
        terms: &[QueryTerm],
        (table, admission): (&DocumentTable, &Admission),
    ) -> Result<Vec<Part>, Error> {
        let open = Some((Side::Open, open_filter(table, admission)));
        let restricted = restricted_filter(table, admission).map(|filter| (Side::Restricted, filter));
        let mut parts = Vec::new();
        for (side, filter) in open.into_iter().chain(restricted) {
            let collection = names.collection(build, side);
            let alone = |term: &QueryTerm| {
                sparse(&collection, EITHER, &BTreeMap::from([(index_of(&term.token), 1.0)]), filter.clone())
                    .params(counted_over(&filter))
                    .limit(1)
                    .build()
            };
            let each: Vec<QueryPoints> = terms.iter().map(alone).collect();
            let count = CountPointsBuilder::new(&collection).filter(filter.clone()).exact(true);
            let cluster = self.place.cluster();
            let batch = QueryBatchPointsBuilder::new(&collection, each);
            let both =
                async { tokio::try_join!(cluster.hasty.query_batch(batch), cluster.hasty.count(count)) };
            let (answers, count) = cluster.ask(both)?;
            let idf = answers.result.iter().map(|one| one.result.first().map(|point| point.score));
            let idf: Vec<Option<f32>> = idf.collect();
            if idf.len() != terms.len() {
                return Err(Error::Cluster("a batch was answered in part".to_owned()));
            }
            let documents = count.result.map_or(0, |result| result.count) as f32;
            parts.push(Part { collection, filter, documents, idf });
        }
        Ok(parts)
    }

    /// The best of a part, and the matches in the wanted containers, with their scores.
    fn candidates(
        &self,
        part: &Part,
        chosen: &[Weighted<'_>],
        table: &DocumentTable,
        wanted: &WordsWanted<'_>,
    ) -> Result<BTreeMap<DocumentId, f32>, Error> {
        let weights = |field| weights(chosen, part, |one| index_in(field, &one.term.token), Weighted::gain);
        let mut both = weights(Field::Own);
        for (index, weight) in weights(Field::Question) {
            *both.entry(index).or_default() += weight * wanted.question_weight;
        }
        if both.is_empty() || wanted.limit == 0 {
            return Ok(BTreeMap::new());
        }
        let query = |filter, limit: usize| {
            sparse(&part.collection, FIELDS, &both, filter).limit(limit as u64).build()
        };
        let mut queries = vec![query(part.filter.clone(), wanted.limit)];
        let containers = wanted.containers.iter().filter_map(|number| table.containers.get(*number as usize));
        let containers: Vec<i64> = containers.map(|id| container_number(id)).collect();
        if !containers.is_empty() {
            let mut here = part.filter.clone();
            here.must.push(Condition::matches(CONTAINER, containers));
            queries.push(query(here, IN_CHANNEL));
        }
        let cluster = self.place.cluster();
        let batch = QueryBatchPointsBuilder::new(&part.collection, queries);
        let answers = cluster.ask(cluster.hasty.query_batch(batch))?;
        let points = answers.result.iter().flat_map(|one| &one.result);
        Ok(points.filter_map(|point| Some((number(point)?, point.score))).collect())
    }

    /// Their own words, the question answered, and the idf they cover.
    fn parted(
        &self,
        part: &Part,
        chosen: &[Weighted<'_>],
        found: &BTreeMap<DocumentId, f32>,
        question_weight: f32,
    ) -> Result<Vec<(DocumentId, f32, f32, f32)>, Error> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<PointId> = found.keys().map(|id| id.get().into()).collect();
        let mut these = part.filter.clone();
        these.must.push(Condition::has_id(ids));
        let own = weights(chosen, part, |one| index_in(Field::Own, &one.term.token), Weighted::gain);
        // The modifier multiplies by the part's idf, which is taken out here.
        let either = weights(
            chosen,
            part,
            |one| index_of(&one.term.token),
            |one| part.idf[one.place].map_or(0.0, |idf| one.idf / idf),
        );
        let limit = found.len() as u64;
        let queries = vec![
            sparse(&part.collection, FIELDS, &own, these.clone()).limit(limit).build(),
            sparse(&part.collection, EITHER, &either, these)
                .params(counted_over(&part.filter))
                .limit(limit)
                .build(),
        ];
        let cluster = self.place.cluster();
        let batch = QueryBatchPointsBuilder::new(&part.collection, queries);
        let answers = cluster.ask(cluster.hasty.query_batch(batch))?;
        let scores = |which: usize| -> BTreeMap<DocumentId, f32> {
            let points = answers.result.get(which).into_iter().flat_map(|one| &one.result);
            points.filter_map(|point| Some((number(point)?, point.score))).collect()
        };
        let (own, covered) = (scores(0), scores(1));
        let of = |map: &BTreeMap<DocumentId, f32>, id: &DocumentId| map.get(id).copied().unwrap_or(0.0);
        let parted = found.iter().map(|(id, both)| {
            let own = of(&own, id);
            let question = ((both - own) / question_weight).max(0.0);
            // What rounding leaves of nothing is nothing.
            let question = if question < both * 1e-5 { 0.0 } else { question };
            (*id, own, question, of(&covered, id))
        });
        Ok(parted.collect())
    }
}

impl Weighted<'_> {
    /// What the term weighs: said twice it is meant a little more, not twice as much.
    fn gain(&self) -> f32 {
        (1.0 + (self.term.count.max(1) as f32).ln()) * self.idf
    }
}

/// The terms to read, the rarest first until the budget of postings is spent, as the lexical index chooses them; the
/// sum of their idf; and the share of it of terms that are known.
fn weigh<'t>(terms: &'t [QueryTerm], parts: &[Part], config: &ScoreConfig) -> (Vec<Weighted<'t>>, f32, f32) {
    let documents: f32 = parts.iter().map(|part| part.documents).sum();
    let mut costs: Vec<(u64, usize)> = (0..terms.len())
        // What everyone may read alone decides.
        .map(|place| (parts.first().map_or(0, |part| part.frequency(place) as u64), place))
        .collect();
    costs.sort_unstable_by_key(|(cost, place)| (*cost, &terms[*place]));
    let (mut spent, mut total, mut known) = (0, 0.0, 0.0);
    let mut chosen = Vec::new();
    for (read, (cost, place)) in costs.into_iter().enumerate() {
        spent += cost;
        if read >= config.min_terms && spent > config.posting_budget {
            break;
        }
        let frequency: f32 = parts.iter().map(|part| part.frequency(place)).sum();
        let documents = documents.max(frequency);
        let idf = (1.0 + (documents - frequency + 0.5) / (frequency + 0.5)).ln();
        total += idf;
        if frequency > 0.0 {
            known += idf;
            chosen.push(Weighted { term: &terms[place], place, idf });
        }
    }
    (chosen, total, if total > 0.0 { known / total } else { 0.0 })
}

/// Weights by index, of the terms that the part holds.
fn weights<'t>(
    chosen: &[Weighted<'t>],
    part: &Part,
    index: impl Fn(&Weighted<'t>) -> u32,
    weight: impl Fn(&Weighted<'t>) -> f32,
) -> BTreeMap<u32, f32> {
    let mut weights = BTreeMap::new();
    for one in chosen.iter().filter(|one| part.idf[one.place].is_some()) {
        *weights.entry(index(one)).or_default() += weight(one);
    }
    weights
}

/// Has the modifier count over what a filter admits; over everything, where it admits that.
fn counted_over(filter: &Filter) -> SearchParamsBuilder {
    if filter.must.is_empty() {
        return SearchParamsBuilder::default();
    }
    SearchParamsBuilder::default().idf(IdfParamsBuilder::default().corpus(filter.clone()))
}

fn sparse(collection: &str, using: &str, weights: &BTreeMap<u32, f32>, filter: Filter) -> QueryPointsBuilder {
    let (indices, values): (Vec<u32>, Vec<f32>) =
        weights.iter().map(|(index, weight)| (*index, *weight)).unzip();
    QueryPointsBuilder::new(collection)
        .query(Query::new_nearest(VectorInput::new_sparse(indices, values)))
        .using(using)
        .filter(filter)
        .with_payload(false)
}
