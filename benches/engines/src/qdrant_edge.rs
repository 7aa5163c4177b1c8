//! `qdrant-edge`: HNSW over signed bytes in memory, floats on disk, a log of its own; a filter is a condition on the
//! payload, with an index of it, and the graph knows it.

use std::path::Path;

use qdrant_edge::external::serde_json::json;
use qdrant_edge::{
    Condition, CreateIndex, Distance, EdgeConfig, EdgeOptimizersConfig, EdgeShard, EdgeVectorParams,
    FieldCondition, FieldIndexOperations, Filter, HnswIndexConfig, JsonPath, Match, NamedQuery,
    PayloadFieldSchema, PayloadSchemaType, PointId, PointInsertOperations, PointOperations, PointStruct,
    QuantizationConfig, QuantizationSearchParams, QueryEnum, ScalarQuantizationConfig, ScalarType,
    SearchParams, SearchRequest, UpdateOperation, ValueVariants,
};

use crate::data::{Vector, Vectors};
use crate::{Asker, Engine, Wanted, told};

/// The vectors' name.
const NAME: &str = "";
/// Points that are sent together.
const TOGETHER: usize = 1_000;

pub(crate) struct QdrantEdge {
    shard: EdgeShard,
    audience: JsonPath,
}

impl QdrantEdge {
    pub(crate) fn open_or_build(vectors: &Vectors, folder: &Path) -> anyhow::Result<Self> {
        let audience = JsonPath::try_from("audience").map_err(|()| anyhow::anyhow!("not a path"))?;
        let built = folder.join("edge_config.json").exists();
        let shard = if built {
            EdgeShard::load(folder, None)?
        } else {
            let shard = EdgeShard::new(folder, config(vectors.dimensions))?;
            told(vectors.len(), || fill(&shard, vectors, &audience))?;
            shard
        };
        let info = shard.info();
        println!("  it holds {} vectors in {} segments", info.points_count, info.segments_count);
        println!("  of which {} are in a graph", info.indexed_vectors_count);
        Ok(Self { shard, audience })
    }
}

fn config(dimensions: usize) -> EdgeConfig {
    let bytes = ScalarQuantizationConfig { r#type: ScalarType::Int8, quantile: None, always_ram: Some(true) };
    let vectors = EdgeVectorParams::builder(dimensions, Distance::Cosine)
        .on_disk(true)
        .quantization_config(QuantizationConfig::from(bytes))
        .build();
    let graph = HnswIndexConfig { m: 16, ef_construct: 128, ..HnswIndexConfig::default() };
    // One segment, so that there is one graph to search.
    let one = EdgeOptimizersConfig {
        default_segment_number: Some(1),
        max_segment_size: Some(usize::MAX),
        ..EdgeOptimizersConfig::default()
    };
    EdgeConfig::builder().vector(NAME, vectors).hnsw_config(graph).optimizers(one).build()
}

fn fill(shard: &EdgeShard, vectors: &Vectors, audience: &JsonPath) -> anyhow::Result<()> {
    let schema = PayloadFieldSchema::FieldType(PayloadSchemaType::Integer);
    let index = CreateIndex { field_name: audience.clone(), field_schema: Some(schema) };
    shard.update(UpdateOperation::FieldIndexOperation(FieldIndexOperations::CreateIndex(index)))?;
    let numbered: Vec<(u32, (&[i8], f32))> = (0..).zip(vectors.each()).collect();
    for some in numbered.chunks(TOGETHER) {
        let point = |(number, (codes, scale)): &(u32, (&[i8], f32))| {
            let payload = json!({ "audience": audience_of(*number) });
            PointStruct::new(u64::from(*number), Vector::values(codes, *scale), payload).into()
        };
        let points = PointInsertOperations::PointsList(some.iter().map(point).collect());
        shard.update(UpdateOperation::PointOperation(PointOperations::UpsertPoints(points)))?;
    }
    shard.optimize()?;
    shard.flush();
    Ok(())
}

/// Who may read a vector, as the payload says it: those of every second, of every hundredth, of neither.
fn audience_of(number: u32) -> i64 {
    match number {
        number if Asker::Second.admits(number) => 1,
        number if Asker::Hundredth.admits(number) => 2,
        _ => 3,
    }
}

impl Engine for QdrantEdge {
    fn nearest(&self, question: &Vector, wanted: &Wanted) -> anyhow::Result<Vec<u32>> {
        let audience = match wanted.asker {
            Asker::All => None,
            Asker::Second => Some(1),
            Asker::Hundredth => Some(2),
        };
        let condition = |audience| {
            let is = Match::new_value(ValueVariants::Integer(audience));
            Condition::Field(FieldCondition::new_match(self.audience.clone(), is))
        };
        let quantization =
            QuantizationSearchParams { rescore: Some(false), ..QuantizationSearchParams::default() };
        let values = Vector::values(&question.codes, question.scale);
        let found = self.shard.search(SearchRequest {
            query: QueryEnum::Nearest(NamedQuery::default_dense(values)),
            filter: audience.map(|audience| Filter::new_must(condition(audience))),
            params: Some(SearchParams {
                hnsw_ef: Some(wanted.width),
                quantization: Some(quantization),
                ..SearchParams::default()
            }),
            limit: wanted.limit,
            offset: 0,
            with_payload: None,
            with_vector: None,
            score_threshold: None,
        })?;
        let number = |id| match id {
            PointId::NumId(number) => Ok(number as u32),
            PointId::Uuid(_) => Err(anyhow::anyhow!("an id that was not given")),
        };
        found.into_iter().map(|point| number(point.id)).collect()
    }
}
