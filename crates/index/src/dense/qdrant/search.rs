//! Questions to a cluster: the server filters by rights and time, the table here checks once more.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use embed::QuantizedVector;
use model::AudienceId;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::{
    Condition, Filter, QuantizationSearchParamsBuilder, Query, QueryPoints, QueryPointsBuilder, Range,
    ScoredPoint, SearchParamsBuilder,
};

use super::client::Cluster;
use super::names::{Names, Published, Side};
use super::upload::{AT, AUDIENCE, DENSE, unquantized};
use crate::dense::VectorIndex;
use crate::{Admission, DocumentTable, Error, Row, Store};

/// How many more than wanted are asked for, in place of those that the table here refuses: what changed since its
/// generation, and equal cosines at the end of the list.
const SLACK: usize = 16;
/// How often it is looked again whether the writer has caught up.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The vectors of one generation in a cluster.
#[derive(Debug)]
pub struct QdrantIndex {
    cluster: Arc<Cluster>,
    model: String,
    dimensions: usize,
    len: usize,
    generation: u64,
    /// `None` if the store never sent anything.
    names: Option<Names>,
    place: Mutex<Option<(Published, Instant)>>,
}

/// What an index in a cluster is of.
#[derive(Debug, Clone)]
pub struct QdrantScope {
    /// Id of the model whose vectors are asked for.
    pub model: String,
    /// Length of its vectors.
    pub dimensions: usize,
    /// How many vectors of it the store holds.
    pub len: usize,
    /// The generation of the table that answers are checked against.
    pub generation: u64,
    /// The names of the store's collections; `None` if it never sent anything.
    pub names: Option<Names>,
}

impl QdrantScope {
    /// What a store says of itself: its generation, how many vectors of `model` it holds, where it sent them.
    pub fn of(store: &Store, model: &str, dimensions: usize) -> Result<Self, Error> {
        let names = store.cluster_id()?.map(|id| Names::new(&id, model));
        let (len, _) = store.vectors_of(model)?;
        Ok(Self { model: model.to_owned(), dimensions, len, generation: store.generation()?, names })
    }
}

impl QdrantIndex {
    /// The vectors of one generation. Nothing is asked yet: a cluster that is down stops no service.
    pub fn new(cluster: Arc<Cluster>, scope: QdrantScope) -> Self {
        let QdrantScope { model, dimensions, len, generation, names } = scope;
        Self { cluster, model, dimensions, len, generation, names, place: Mutex::new(None) }
    }

    /// Which build answers, looked up once, and again while it is behind.
    pub(super) fn published(&self) -> Result<(&Names, Published), Error> {
        let names = self.names.as_ref().ok_or(Error::NoCollection)?;
        let now = Instant::now();
        let known = *self.place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((published, looked)) = known
            && (published.generation >= self.generation || now.duration_since(looked) < LOOK_AGAIN)
        {
            return Ok((names, published));
        }
        let published = self.cluster.published(names)?.ok_or(Error::NoCollection)?;
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = Some((published, now));
        Ok((names, published))
    }

    pub(super) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    pub(super) fn forget_place(&self) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The `page` best points of each collection that this reader's answers come from.
    fn ask(
        &self,
        vector: &[f32],
        page: usize,
        table: &DocumentTable,
        admission: &Admission,
    ) -> Result<Page, Error> {
        let (names, Published { build, .. }) = self.published()?;
        let query = |side, filter| request(names.collection(build, side), vector, page, filter);
        let open = query(Side::Open, open_filter(table, admission));
        let client = &self.cluster.hasty;
        let Some(filter) = restricted_filter(table, admission) else {
            let found = self.cluster.ask(client.query(open))?;
            return Ok(Page { is_last: found.result.len() < page, points: found.result });
        };
        let restricted = query(Side::Restricted, filter);
        let both = async { tokio::try_join!(client.query(open), client.query(restricted)) };
        let (open, restricted) = self.cluster.ask(both)?;
        let is_last = open.result.len() < page && restricted.result.len() < page;
        // Beyond the last of a full page, that collection could have more: those of the other one do not count yet.
        let least =
            |found: &[ScoredPoint]| found.last().filter(|_| found.len() == page).map(|last| last.score);
        let least = [&open.result, &restricted.result].into_iter().filter_map(|found| least(found));
        let least = least.fold(f32::NEG_INFINITY, f32::max);
        let mut points = open.result;
        points.extend(restricted.result);
        points.retain(|point| point.score >= least);
        Ok(Page { points, is_last })
    }

    fn search(
        &self,
        question: &QuantizedVector,
        limit: usize,
        table: &DocumentTable,
        admission: &Admission,
    ) -> Result<Vec<(Row, f32)>, Error> {
        let vector = unquantized(question.codes(), question.scale());
        let mut page = limit.saturating_add(SLACK);
        loop {
            let Page { points, is_last } = self.ask(&vector, page, table, admission)?;
            let admitted = |point: &ScoredPoint| {
                let row = table.row(number(point)?)?;
                table.admits(row, admission).then_some((row, point.score))
            };
            let mut found: Vec<(Row, f32)> = points.iter().filter_map(admitted).collect();
            // What the table refuses must take nobody's place.
            if found.len() >= limit || is_last {
                found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
                found.dedup_by_key(|(row, _)| *row);
                found.truncate(limit);
                return Ok(found);
            }
            page = page.saturating_mul(4);
        }
    }
}

/// What came back.
struct Page {
    points: Vec<ScoredPoint>,
    /// Whether a longer page would hold nothing more.
    is_last: bool,
}

fn request(collection: String, vector: &[f32], page: usize, filter: Filter) -> QueryPoints {
    // The graph is walked over int8 codes in memory; the best are scored again with what was uploaded.
    let codes = QuantizationSearchParamsBuilder::default().rescore(true).oversampling(1.5);
    QueryPointsBuilder::new(collection)
        .query(Query::new_nearest(vector.to_vec()))
        .using(DENSE)
        .filter(filter)
        .limit(page as u64)
        .params(SearchParamsBuilder::default().quantization(codes))
        .with_payload(false)
        .build()
}

/// Older than the first row that is too young; rows are in order of time.
fn in_time(table: &DocumentTable, admission: &Admission) -> Option<Condition> {
    let first_too_young = table.last_at.get(admission.rows_before())?;
    let range = Range { lt: Some(first_too_young.as_millis() as f64), ..Range::default() };
    Some(Condition::range(AT, range))
}

pub(super) fn open_filter(table: &DocumentTable, admission: &Admission) -> Filter {
    Filter::must(in_time(table, admission))
}

/// `None` for a reader who reads nothing but what everyone may.
pub(super) fn restricted_filter(table: &DocumentTable, admission: &Admission) -> Option<Filter> {
    let theirs = admission.mask.readable().filter(|audience| *audience != AudienceId::EVERYONE);
    let theirs: Vec<i64> = theirs.map(|audience| i64::from(audience.get())).collect();
    let rights = (!theirs.is_empty()).then(|| Condition::matches(AUDIENCE, theirs))?;
    Some(Filter::must(in_time(table, admission).into_iter().chain([rights])))
}

pub(super) fn number(point: &ScoredPoint) -> Option<model::DocumentId> {
    match point.id.as_ref()?.point_id_options.as_ref()? {
        PointIdOptions::Num(number) => Some(model::DocumentId::from_raw(*number)),
        PointIdOptions::Uuid(_) => None,
    }
}

impl VectorIndex for QdrantIndex {
    fn model(&self) -> &str {
        &self.model
    }

    fn len(&self) -> usize {
        self.len
    }

    fn nearest(
        &self,
        question: &QuantizedVector,
        limit: usize,
        table: &DocumentTable,
        admission: &Admission,
    ) -> Result<Vec<(Row, f32)>, Error> {
        if question.codes().len() != self.dimensions {
            return Err(Error::Dimensions { expected: self.dimensions, given: question.codes().len() });
        }
        if limit == 0 || self.dimensions == 0 {
            return Ok(Vec::new());
        }
        match self.search(question, limit, table, admission) {
            Err(Error::NoCollection) if self.names.is_some() => {
                // The build that answered until now was replaced by another.
                self.forget_place();
                self.search(question, limit, table, admission)
            }
            result => result,
        }
    }

    fn is_behind(&self) -> bool {
        let place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        place.is_some_and(|(published, _)| published.generation < self.generation)
    }
}
