//! What the server holds: collections, aliases, points.

use std::collections::{BTreeMap, HashMap};

use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::vectors::VectorsOptions;
use qdrant_client::qdrant::{CreateCollection, Filter, PointId, PointStruct, Value, vector};
use tonic::Status;

use crate::filter;

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) collections: BTreeMap<String, Collection>,
    /// What each alias stands on.
    pub(crate) aliases: BTreeMap<String, String>,
    pub(crate) calls: u64,
    /// How many more calls succeed; `None`: all.
    pub(crate) calls_until_failing: Option<u64>,
}

#[derive(Debug)]
pub(crate) struct Collection {
    pub(crate) made_as: CreateCollection,
    pub(crate) points: BTreeMap<u64, Point>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Point {
    pub(crate) dense: HashMap<String, Vec<f32>>,
    /// Weights by index.
    pub(crate) sparse: HashMap<String, BTreeMap<u32, f32>>,
    pub(crate) payload: HashMap<String, Value>,
}

impl State {
    /// A collection by its name or an alias.
    pub(crate) fn collection(&mut self, name: &str) -> Result<&mut Collection, Status> {
        let name = self.aliases.get(name).map_or(name, String::as_str).to_owned();
        let absent = || Status::not_found(format!("Collection `{name}` doesn't exist!"));
        self.collections.get_mut(&name).ok_or_else(absent)
    }
}

impl Collection {
    /// The points that a filter admits, numbers ascending.
    pub(crate) fn admitted(&self, filter: Option<&Filter>) -> Result<Vec<(u64, &Point)>, Status> {
        let mut found = Vec::new();
        for (id, point) in &self.points {
            if filter.map_or(Ok(true), |filter| filter::admits(filter, *id, point))? {
                found.push((*id, point));
            }
        }
        Ok(found)
    }

    pub(crate) fn upsert(&mut self, points: Vec<PointStruct>) -> Result<(), Status> {
        for PointStruct { id, payload, vectors } in points {
            let id = number(id.as_ref())?;
            let mut point = Point { payload, ..Point::default() };
            let named = match vectors.and_then(|vectors| vectors.vectors_options) {
                Some(VectorsOptions::Vectors(named)) => named.vectors,
                _ => return Err(Status::unimplemented("vectors without names")),
            };
            for (name, vector) in named.into_iter().collect::<BTreeMap<_, _>>() {
                match vector.vector {
                    Some(vector::Vector::Dense(dense)) => {
                        point.dense.insert(name, dense.data);
                    }
                    Some(vector::Vector::Sparse(sparse)) => {
                        if sparse.indices.len() != sparse.values.len() {
                            return Err(Status::invalid_argument("indices and values differ in length"));
                        }
                        let weights: BTreeMap<u32, f32> =
                            sparse.indices.iter().copied().zip(sparse.values.iter().copied()).collect();
                        if weights.len() != sparse.indices.len() {
                            return Err(Status::invalid_argument("indices must be unique"));
                        }
                        point.sparse.insert(name, weights);
                    }
                    _ => return Err(Status::unimplemented("vectors of another kind")),
                }
            }
            self.points.insert(id, point);
        }
        Ok(())
    }
}

/// The number of a point.
pub(crate) fn number(id: Option<&PointId>) -> Result<u64, Status> {
    match id.and_then(|id| id.point_id_options.as_ref()) {
        Some(PointIdOptions::Num(number)) => Ok(*number),
        _ => Err(Status::unimplemented("points without numbers")),
    }
}
