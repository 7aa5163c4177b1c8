//! `usearch`: HNSW over signed bytes, C++ inside; a filter is a function that the search calls for each it meets.

use std::path::Path;

use usearch::{Index, IndexOptions, MetricKind, ScalarKind};

use crate::data::{Vector, Vectors};
use crate::{Asker, Engine};

pub(crate) struct Usearch(Index);

pub(crate) fn build(vectors: &Vectors, width: usize, folder: &Path) -> anyhow::Result<Usearch> {
    let options = IndexOptions {
        dimensions: vectors.dimensions,
        metric: MetricKind::Cos,
        quantization: ScalarKind::I8,
        connectivity: 16,
        expansion_add: 128,
        expansion_search: width,
        multi: false,
    };
    let index = Index::new(&options)?;
    index.reserve(vectors.len())?;
    for (number, (codes, _)) in (0..).zip(vectors.each()) {
        index.add(number, codes)?;
    }
    println!("  it says it holds {} MB", index.memory_usage() / 1_000_000);
    index.save(&folder.join("index").to_string_lossy())?;
    Ok(Usearch(index))
}

impl Engine for Usearch {
    fn nearest(&self, question: &Vector, limit: usize, asker: Asker) -> anyhow::Result<Vec<u32>> {
        let found = match asker {
            Asker::All => self.0.search(&question.codes, limit)?,
            asker => self.0.filtered_search(&question.codes, limit, |key| asker.admits(key as u32))?,
        };
        Ok(found.keys.into_iter().map(|key| key as u32).collect())
    }
}
