//! The options under `embed`, and the encoder that they choose.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use embed::{Embedder, HttpConfig, HttpEmbedder, MiniLm, Precision, StaticEmbedder};
use serde::{Deserialize, Serialize};

use super::file::within;
use crate::secret;

/// The wait before an endpoint is tried the second time.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// The table `[embed]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Embed {
    model: Model,
    pub(crate) minilm: Minilm,
    http: Http,
}

/// Which encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Model {
    Static,
    Minilm,
    Http,
    None,
    /// The weights of `minilm` through libtorch; only in a build with that feature.
    RustBert,
}

/// The table `[embed.minilm]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Minilm {
    precision: Digits,
    folder: PathBuf,
    pub(crate) hub: String,
    ca_file: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Digits {
    Int8,
    F32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Http {
    url: String,
    model: String,
    dimensions: usize,
    key_file: PathBuf,
    ca_file: PathBuf,
    timeout_ms: u64,
    question_timeout_ms: u64,
    attempts: usize,
    batch_texts: usize,
}

impl Embed {
    /// Refuses what cannot work.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let http = &self.http;
        within("embed.http.dimensions", http.dimensions as f64, 0.0, 65_536.0)?;
        within("embed.http.timeout_ms", http.timeout_ms as f64, 1.0, 3_600_000.0)?;
        within("embed.http.question_timeout_ms", http.question_timeout_ms as f64, 1.0, 60_000.0)?;
        within("embed.http.attempts", http.attempts as f64, 1.0, 100.0)?;
        within("embed.http.batch_texts", http.batch_texts as f64, 1.0, 10_000.0)?;
        if self.model == Model::Http {
            let is_told = !http.url.is_empty() && !http.model.is_empty() && http.dimensions > 0;
            anyhow::ensure!(is_told, "embed.model = \"http\" needs embed.http.url, .model and .dimensions");
        }
        Ok(())
    }

    /// The chosen encoder's name.
    pub(crate) const fn chosen(&self) -> &'static str {
        match self.model {
            Model::Static => "static",
            Model::Minilm => "minilm",
            Model::Http => "http",
            Model::None => "none",
            Model::RustBert => "rust-bert",
        }
    }

    /// Opens the chosen encoder; fetched models lie in `models`.
    ///
    /// # Errors
    /// What is not there, and what to do about it.
    pub(crate) fn open(&self, models: &Path) -> anyhow::Result<Option<Arc<dyn Embedder>>> {
        let folder = self.minilm.folder(models);
        Ok(Some(match self.model {
            Model::None => return Ok(None),
            Model::Static => Arc::new(StaticEmbedder::shipped()?),
            Model::Minilm => Arc::new(MiniLm::open(&folder, self.minilm.precision())?),
            Model::Http => Arc::new(HttpEmbedder::new(self.http.config()?)?),
            #[cfg(feature = "rust-bert")]
            Model::RustBert => Arc::new(embed::RustBert::open(&folder)?),
            #[cfg(not(feature = "rust-bert"))]
            Model::RustBert => anyhow::bail!(
                "this whoknows was built without libtorch (hint: embed.model = \"minilm\" runs the same weights)"
            ),
        }))
    }
}

impl Minilm {
    /// Where the files lie.
    pub(crate) fn folder(&self, models: &Path) -> PathBuf {
        if self.folder.as_os_str().is_empty() { models.join("minilm") } else { self.folder.clone() }
    }

    /// Certificates that are trusted for the hub, if not the usual ones.
    pub(crate) fn authorities(&self) -> anyhow::Result<Option<Vec<u8>>> {
        authorities(&self.ca_file)
    }

    const fn precision(&self) -> Precision {
        match self.precision {
            Digits::Int8 => Precision::Int8,
            Digits::F32 => Precision::F32,
        }
    }
}

impl Http {
    fn config(&self) -> anyhow::Result<HttpConfig> {
        let key = if self.key_file.as_os_str().is_empty() {
            None
        } else {
            Some(secret::read(&self.key_file).context("embed.http.key_file")?)
        };
        Ok(HttpConfig {
            url: self.url.clone(),
            model: self.model.clone(),
            dimensions: self.dimensions,
            key,
            authorities: authorities(&self.ca_file)?,
            timeout: Duration::from_millis(self.timeout_ms),
            question_timeout: Duration::from_millis(self.question_timeout_ms),
            attempts: self.attempts,
            first_wait: FIRST_WAIT,
            batch: self.batch_texts,
        })
    }
}

fn authorities(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    if path.as_os_str().is_empty() {
        return Ok(None);
    }
    Ok(Some(fs_err::read(path)?))
}
