//! Putting the store's vectors into lists: beside an ingest, never while a question waits.

use embed::QuantizedVector;
use model::DocumentId;

use super::train::{shared_out, train};
use crate::{Error, Store};

/// So many lists for each square root of the number of vectors.
const LISTS: f64 = 2.0;
/// So many vectors teach a centre where to lie.
const TEACHERS: u64 = 30;
/// Lists are made anew when there are so many times as many vectors as when they were made, or so many times fewer.
const GROWTH: u64 = 2;
/// Vectors that are shared out together.
const TOGETHER: usize = 8_192;

/// Which vectors are arranged, and when.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Their model.
    pub model: &'a str,
    /// Their length.
    pub dimensions: usize,
    /// From so many on that everyone may read there are lists; 0: never.
    pub from: u64,
    /// Whether lists that would do are made anew, for what taught them is to be forgotten.
    pub anew: bool,
}

/// What arranging came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arranged {
    /// There are no lists: too few vectors, or none are wanted.
    None,
    /// What there is will do.
    Kept,
    /// All vectors were put into new lists.
    Anew {
        /// How many lists.
        lists: usize,
        /// How many vectors.
        vectors: u64,
    },
    /// It was stopped, and nothing was changed.
    Stopped,
}

/// Brings the lists to what is wanted, in one transaction: whoever reads sees the old ones or the new ones, and a
/// crash leaves the old ones. Only documents that everyone may read decide whether there are lists, how many, and
/// where their centres lie. `go_on` is asked now and then.
///
/// The same store gives the same lists. Costs, if they are made anew, two passes over the vectors and about
/// 2 × √n cosines for each: at a million some 40 seconds of processor time.
///
/// # Errors
/// What the store says; then nothing was changed.
pub fn arrange(store: &Store, wanted: Wanted<'_>, go_on: &dyn Fn() -> bool) -> Result<Arranged, Error> {
    store.begin()?;
    let arranged = arrange_now(store, wanted, go_on);
    match arranged {
        Ok(Arranged::Stopped) => store.roll_back()?,
        // What went wrong first is what is told.
        Err(_) => drop(store.roll_back()),
        Ok(_) => store.commit().or_else(|error| store.roll_back().and(Err(error)))?,
    }
    arranged
}

fn arrange_now(store: &Store, wanted: Wanted<'_>, go_on: &dyn Fn() -> bool) -> Result<Arranged, Error> {
    let Wanted { model, dimensions, from, anew } = wanted;
    let enough = from > 0 && dimensions > 0 && store.newest_document()? >= from;
    let public = if enough { store.public_vectors(model)? } else { 0 };
    if !enough || public < from {
        store.drop_lists()?;
        return Ok(Arranged::None);
    }
    let fits = |taught_by: u64| {
        public < taught_by.saturating_mul(GROWTH) && taught_by < public.saturating_mul(GROWTH)
    };
    let fits = store.centres_taught_by()?.is_some_and(fits) && store.centres(model, dimensions)?.is_some();
    if fits && !anew && !store.centres_were_closed()? {
        return Ok(Arranged::Kept);
    }
    let lists = ((public as f64).sqrt() * LISTS) as usize;
    let teaches = |vector: &QuantizedVector| lot(vector) % public < lists as u64 * TEACHERS;
    let mut teachers: Vec<QuantizedVector> = Vec::new();
    store.each_vector(model, &mut |_, open, vector| {
        if open && teaches(&vector) {
            teachers.push(vector);
        }
        Ok(go_on())
    })?;
    teachers.sort_by_cached_key(|vector| (lot(vector), vector.codes().to_vec()));
    // Many wrote the same few words: one of them is enough, or centres would fall together.
    teachers.dedup_by(|a, b| a.codes() == b.codes());
    let centres = train(dimensions, &teachers, lists);
    drop(teachers);
    store.put_centres(model, &centres, public)?;
    let (mut batch, mut vectors) = (Batch::default(), 0);
    store.each_vector(model, &mut |id, open, vector| {
        vectors += 1;
        batch.ids.push((id, open && teaches(&vector)));
        batch.vectors.push(vector);
        if batch.ids.len() == TOGETHER {
            batch.put(store, &centres)?;
        }
        Ok(go_on())
    })?;
    batch.put(store, &centres)?;
    Ok(if go_on() { Arranged::Anew { lists: centres.len(), vectors } } else { Arranged::Stopped })
}

/// Vectors that are shared out together.
#[derive(Default)]
struct Batch {
    ids: Vec<(DocumentId, bool)>,
    vectors: Vec<QuantizedVector>,
}

impl Batch {
    fn put(&mut self, store: &Store, centres: &super::Centres) -> Result<(), Error> {
        let lists = shared_out(centres, &self.vectors);
        for ((id, taught), list) in self.ids.drain(..).zip(lists) {
            store.put_in_list(id, list, taught)?;
        }
        self.vectors.clear();
        Ok(())
    }
}

/// A number as if drawn by lot, from the vector alone: neither its document's number, which counts hidden documents,
/// too, nor its neighbours decide whether it teaches.
fn lot(vector: &QuantizedVector) -> u64 {
    let bytes: Vec<u8> = vector.codes().iter().map(|code| code.cast_unsigned()).collect();
    let hash = blake3::hash(&bytes);
    let (start, _) = hash.as_bytes().split_at(8);
    start.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests;
