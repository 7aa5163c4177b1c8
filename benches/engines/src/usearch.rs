//! `usearch`: HNSW over signed bytes, C++ inside; a filter is a function that the search calls for each it meets.

use std::path::Path;

use usearch::{Index, IndexOptions, MetricKind, ScalarKind};

use crate::data::{Vector, Vectors};
use crate::{Asker, Engine, Wanted, told};

pub(crate) struct Usearch(Index);

impl Usearch {
    pub(crate) fn open_or_build(vectors: &Vectors, folder: &Path) -> anyhow::Result<Self> {
        let options = IndexOptions {
            dimensions: vectors.dimensions,
            metric: MetricKind::Cos,
            quantization: ScalarKind::I8,
            connectivity: 16,
            expansion_add: 128,
            expansion_search: 64,
            multi: false,
        };
        let (index, file) = (Index::new(&options)?, folder.join("index"));
        println!("  its kernels: {}", index.hardware_acceleration());
        let path = file.to_string_lossy();
        if file.exists() {
            index.load(&path)?;
        } else {
            told(vectors.len(), || {
                index.reserve(vectors.len())?;
                for (number, (codes, _)) in (0..).zip(vectors.each()) {
                    index.add(number, codes)?;
                }
                Ok(index.save(&path)?)
            })?;
        }
        println!("  it says it holds {} vectors in {} MB", index.size(), index.memory_usage() / 1_000_000);
        Ok(Self(index))
    }
}

impl Engine for Usearch {
    fn nearest(&self, question: &Vector, wanted: &Wanted) -> anyhow::Result<Vec<u32>> {
        let Wanted { limit, asker, width } = *wanted;
        self.0.change_expansion_search(width);
        let found = match asker {
            Asker::All => self.0.search(&question.codes, limit)?,
            asker => self.0.filtered_search(&question.codes, limit, |key| asker.admits(key as u32))?,
        };
        Ok(found.keys.into_iter().map(|key| key as u32).collect())
    }
}
