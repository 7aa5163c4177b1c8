//! `hannoy`: HNSW over floats in LMDB; a filter is a bitmap.

use std::path::Path;

use hannoy::distances::Cosine;
use hannoy::{Database, Reader, Writer};
use heed::{CommitOrAbort, RoTxn, WithTls};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::data::{Vector, Vectors};
use crate::lmdb::{self, Readable};
use crate::{Engine, Wanted, told};

pub(crate) struct Hannoy {
    reading: RoTxn<'static, WithTls>,
    reader: Reader<'static, Cosine>,
    readable: Readable,
}

impl Hannoy {
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
                let mut seed = StdRng::seed_from_u64(42);
                writer.builder(&mut seed).ef_construction(128).build::<16, 32>(&mut writing)?;
                Ok(writing.commit()?)
            })?;
        }
        let reading = env.static_read_txn()?;
        let reader = Reader::open(&reading, 0, database)?;
        println!("  it holds {} vectors", reader.n_items());
        Ok(Self { reading, reader, readable: Readable::of(vectors.len()) })
    }
}

impl Engine for Hannoy {
    fn nearest(&self, question: &Vector, wanted: &Wanted) -> anyhow::Result<Vec<u32>> {
        let values = Vector::values(&question.codes, question.scale);
        let mut search = self.reader.nns(wanted.limit);
        search.ef_search(wanted.width);
        if let Some(readable) = self.readable.by(wanted.asker) {
            search.candidates(readable);
        }
        Ok(search
            .by_vector(&self.reading, &values)?
            .into_nns()
            .into_iter()
            .map(|(number, _)| number)
            .collect())
    }
}
