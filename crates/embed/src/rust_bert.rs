//! The same weights through libtorch: the reference that the pure Rust network is held against, and a way to
//! hardware that only libtorch reaches.
//!
//! Only with the cargo feature `rust-bert`, which needs libtorch to link (`rust-bert/README.md`).

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rust_bert::pipelines::common::ModelType;
use rust_bert::pipelines::sentence_embeddings::{SentenceEmbeddingsConfig, SentenceEmbeddingsModel};
use rust_bert::resources::{LocalResource, ResourceProvider};
use serde_json::Value;
use tch::Device;

use crate::minilm::{MODEL_FILE, TOKENIZER_FILE, framed};
use crate::tokens::{WordPieces, first_characters};
use crate::{Embedder, Error, ModelId, UnitVector};

/// What the pipeline reads besides the weights, as published with them.
const FILES: [(&str, &str); 5] = [
    (
        "modules.json",
        r#"[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
        {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
        {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]"#,
    ),
    (
        "config.json",
        r#"{"model_type":"bert","hidden_act":"gelu","hidden_size":384,"intermediate_size":1536,
        "num_attention_heads":12,"num_hidden_layers":6,"max_position_embeddings":512,"type_vocab_size":2,
        "vocab_size":30522,"pad_token_id":0,"layer_norm_eps":1e-12,"initializer_range":0.02,
        "attention_probs_dropout_prob":0.1,"hidden_dropout_prob":0.1}"#,
    ),
    (
        "pooling.json",
        r#"{"word_embedding_dimension":384,"pooling_mode_cls_token":false,"pooling_mode_mean_tokens":true,
        "pooling_mode_max_tokens":false,"pooling_mode_mean_sqrt_len_tokens":false}"#,
    ),
    ("sentence_bert_config.json", r#"{"max_seq_length":256,"do_lower_case":false}"#),
    ("tokenizer_config.json", r#"{"do_lower_case":true,"model_max_length":512}"#),
];

/// all-MiniLM-L6-v2 through the sentence embeddings pipeline of rust-bert, in f32 on the processor.
///
/// Equal to [`crate::MiniLm`] in f32 to 1e-4 a value; one text at a time, as the pipeline pads what goes
/// together and a text's vector must not depend on its batch.
pub struct RustBert {
    model: ModelId,
    pieces: WordPieces,
    /// libtorch's tensors may go to another thread, but only one at a time may use them.
    pipeline: Mutex<SentenceEmbeddingsModel>,
}

impl fmt::Debug for RustBert {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RustBert").field("model", &self.model).finish_non_exhaustive()
    }
}

impl RustBert {
    /// Reads the folder that [`crate::MiniLm::open`] reads; writes the pipeline's small files into its subfolder
    /// `rust-bert`.
    ///
    /// # Errors
    /// [`Error::NoModel`], [`Error::BadModel`], or that of a file that cannot be written.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let published = crate::models::MINILM;
        published.read(folder, MODEL_FILE)?;
        let tokenizer = published.read(folder, TOKENIZER_FILE)?;
        let pieces = WordPieces::read(&tokenizer)?;
        let small = folder.join("rust-bert");
        fs_err::create_dir_all(&small)?;
        for (name, content) in FILES {
            fs_err::write(small.join(name), content)?;
        }
        fs_err::write(small.join("vocab.txt"), vocabulary(&tokenizer)?)?;
        let resource = |path: &Path| -> Box<dyn ResourceProvider + Send> {
            Box::new(LocalResource { local_path: path.to_owned() })
        };
        let file = |name: &str| resource(&small.join(name));
        let config = SentenceEmbeddingsConfig {
            modules_config_resource: file("modules.json"),
            transformer_type: ModelType::Bert,
            transformer_config_resource: file("config.json"),
            transformer_weights_resource: resource(&folder.join(MODEL_FILE)),
            pooling_config_resource: file("pooling.json"),
            dense_config_resource: None,
            dense_weights_resource: None,
            sentence_bert_config_resource: file("sentence_bert_config.json"),
            tokenizer_config_resource: file("tokenizer_config.json"),
            tokenizer_vocab_resource: file("vocab.txt"),
            tokenizer_merges_resource: None,
            device: Device::Cpu,
            kind: None,
        };
        let pipeline = SentenceEmbeddingsModel::new(config)
            .map_err(|error| Error::BadModel { file: MODEL_FILE, reason: error.to_string() })?;
        let model = ModelId::new(format!("minilm-libtorch@{}", published.version()))?;
        Ok(Self { model, pieces, pipeline: Mutex::new(pipeline) })
    }
}

/// The word pieces in their order, one a line: what `vocab.txt` is.
fn vocabulary(tokenizer: &[u8]) -> Result<String, Error> {
    let bad = |reason: String| Error::BadModel { file: TOKENIZER_FILE, reason };
    let json: Value = serde_json::from_slice(tokenizer).map_err(|error| bad(error.to_string()))?;
    let pieces = json.pointer("/model/vocab").and_then(Value::as_object);
    let pieces = pieces.ok_or_else(|| bad("it has no vocabulary".to_owned()))?;
    let mut pieces: Vec<(u64, &str)> =
        pieces.iter().map(|(piece, number)| (number.as_u64().unwrap_or(u64::MAX), piece.as_str())).collect();
    pieces.sort_unstable();
    Ok(pieces.into_iter().flat_map(|(_, piece)| [piece, "\n"]).collect())
}

impl Embedder for RustBert {
    fn model_id(&self) -> &ModelId {
        &self.model
    }

    fn dimensions(&self) -> usize {
        384
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, Error> {
        let pipeline = self.pipeline.lock().unwrap_or_else(PoisonError::into_inner);
        let vector = |(position, text): (usize, &&str)| {
            if framed(&self.pieces, position, text)?.is_empty() {
                return Ok(UnitVector::zero(self.dimensions()));
            }
            let failed = |reason: String| Error::Failed { model: self.model.to_string(), reason };
            let found =
                pipeline.encode(&[first_characters(text)]).map_err(|error| failed(error.to_string()))?;
            let values = found.into_iter().next().ok_or_else(|| failed("it gave no vector".to_owned()))?;
            UnitVector::normalized(values)
        };
        texts.iter().enumerate().map(vector).collect()
    }
}
