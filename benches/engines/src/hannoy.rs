//! `hannoy`: HNSW over floats in LMDB; a filter is a bitmap.

use std::path::Path;

use anyhow::Context;
use hannoy::{Database, Reader, Writer, distances::Cosine};
use heed::{CommitOrAbort, Env, EnvOpenOptions, WithTls};
use rand::SeedableRng;
use rand::rngs::StdRng;
use roaring::RoaringBitmap;

use crate::data::{Vector, Vectors};
use crate::{Asker, Engine};

pub(crate) struct Hannoy {
    env: Env<WithTls>,
    database: Database<'static, Cosine>,
    width: usize,
    second: RoaringBitmap,
    hundredth: RoaringBitmap,
}

pub(crate) fn build(vectors: &Vectors, width: usize, folder: &Path) -> anyhow::Result<Hannoy> {
    // SAFETY: nobody else has the file. That the house forbids `unsafe` is one of the findings.
    let env = unsafe { EnvOpenOptions::new().map_size(16 << 30).open(folder) }?;
    let env: &'static Env<WithTls> = Box::leak(Box::new(env));
    let transaction = env.write_txn()?;
    let database: Database<Cosine> = env
        .create_databases_and_commit(transaction, |maker, transaction| -> heed::Result<_> {
            maker.create_database(transaction, None).map(CommitOrAbort::<_, ()>::Commit)
        })?
        .unwrap_commit();
    let writer: Writer<Cosine> = Writer::new(database, 0, vectors.dimensions);
    let mut transaction = env.write_txn()?;
    for (number, vector) in (0..).zip(vectors.each_as_floats()) {
        writer.add_item(&mut transaction, number, &vector)?;
    }
    writer.builder(&mut StdRng::seed_from_u64(42)).ef_construction(100).build::<16, 32>(&mut transaction)?;
    transaction.commit()?;
    let of = |asker: Asker| (0..vectors.len() as u32).filter(|number| asker.admits(*number)).collect();
    Ok(Hannoy {
        env: env.clone(),
        database,
        width,
        second: of(Asker::Second),
        hundredth: of(Asker::Hundredth),
    })
}

impl Engine for Hannoy {
    fn nearest(&self, question: &Vector, limit: usize, asker: Asker) -> anyhow::Result<Vec<u32>> {
        let transaction = self.env.read_txn()?;
        let reader = Reader::<Cosine>::open(&transaction, 0, self.database).context("opening")?;
        let mut query = reader.nns(limit);
        query.ef_search(self.width.max(limit));
        match asker {
            Asker::All => {}
            Asker::Second => drop(query.candidates(&self.second)),
            Asker::Hundredth => drop(query.candidates(&self.hundredth)),
        }
        let found = query.by_vector(&transaction, &question.floats())?;
        Ok(found.into_nns().into_iter().map(|(number, _)| number).collect())
    }
}
