//! `arroy`: trees of random planes (as Annoy) over floats in LMDB; a filter is a bitmap.

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context;
use arroy::distances::Cosine;
use arroy::{Database, Reader, Writer};
use heed::{CommitOrAbort, Env};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::data::{Vector, Vectors};
use crate::lmdb::{self, Readable};
use crate::{Engine, Wanted, told};

pub(crate) struct Arroy {
    env: Env,
    database: Database<'static, Cosine>,
    readable: Readable,
}

impl Arroy {
    pub(crate) fn open_or_build(vectors: &Vectors, folder: &Path) -> anyhow::Result<Self> {
        let env = lmdb::open(folder)?;
        let database: Database<'static, Cosine> = env
            .create_databases_and_commit(env.write_txn()?, |opener, writing| {
                opener.create_database(writing, None).map(CommitOrAbort::<_, ()>::Commit)
            })?
            .unwrap_commit();
        let looking = env.read_txn()?;
        let empty = database.is_empty(&looking)?;
        drop(looking);
        if empty {
            told(vectors.len(), || {
                let mut writing = env.write_txn()?;
                let writer = Writer::new(database, 0, vectors.dimensions);
                for (number, (codes, scale)) in (0..).zip(vectors.each()) {
                    writer.add_item(&mut writing, number, &Vector::values(codes, scale))?;
                }
                writer.builder(&mut StdRng::seed_from_u64(42)).build(&mut writing)?;
                Ok(writing.commit()?)
            })?;
        }
        let reading = env.read_txn()?;
        let reader = Reader::open(&reading, 0, database)?;
        println!("  it holds {} vectors in {} trees", reader.n_items(), reader.n_trees());
        drop(reader);
        drop(reading);
        Ok(Self { env, database, readable: Readable::of(vectors.len()) })
    }
}

impl Engine for Arroy {
    fn nearest(&self, question: &Vector, wanted: &Wanted) -> anyhow::Result<Vec<u32>> {
        let values = Vector::values(&question.codes, question.scale);
        // A reader lives no longer than its transaction, so each search opens one, as its makers' engine does.
        let reading = self.env.read_txn()?;
        let reader = Reader::open(&reading, 0, self.database)?;
        let mut search = reader.nns(wanted.limit);
        search.search_k(NonZeroUsize::new(wanted.width).context("a search of no width")?);
        if let Some(readable) = self.readable.by(wanted.asker) {
            search.candidates(readable);
        }
        Ok(search.by_vector(&reading, &values)?.into_iter().map(|(number, _)| number).collect())
    }
}
