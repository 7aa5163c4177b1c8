//! An embeddings endpoint as most companies run or rent one: `POST …/v1/embeddings`, in OpenAI's form.
//!
//! Every text that is encoded is sent there. Blocking, like everything below the doors.

pub(crate) mod client;
mod wire;

use std::fmt;
use std::time::Duration;

use backon::{BlockingRetryable, ExponentialBuilder};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use ureq::Agent;

use crate::tokens::first_characters;
use crate::{Embedder, Error, ModelId, UnitVector};
use wire::Request;

/// Longest number in an answer, with what stands around it.
const BYTES_A_VALUE: u64 = 32;
/// What else an answer may hold.
const BYTES_BESIDES: u64 = 1 << 20;

/// How an endpoint is spoken to.
#[derive(Clone)]
pub struct HttpConfig {
    /// The whole address of the endpoint, with `/v1/embeddings`.
    pub url: String,
    /// What the endpoint calls the model.
    pub model: String,
    /// Length of its vectors; an answer of another length is refused.
    pub dimensions: usize,
    /// Sent as a bearer token.
    pub key: Option<String>,
    /// Certificates in PEM that are trusted instead of the usual ones.
    pub authorities: Option<Vec<u8>>,
    /// The most that one request of a batch may take.
    pub timeout: Duration,
    /// The most that encoding one question may take; it is tried once.
    pub question_timeout: Duration,
    /// How often a request of a batch is tried, at least 1.
    pub attempts: usize,
    /// The wait before the second try; doubled with each, and stretched by chance so that nobody waits alike.
    pub first_wait: Duration,
    /// Texts in one request, at least 1.
    pub batch: usize,
}

impl fmt::Debug for HttpConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the key; an address can hold one too.
        formatter.debug_struct("HttpConfig").field("model", &self.model).finish_non_exhaustive()
    }
}

/// Vectors from an endpoint.
///
/// Of a text the first 4,000 characters are sent; one without a letter or digit is not sent and gets the zero
/// vector. That the same text gets the same vector is the endpoint's promise, not ours.
#[derive(Debug)]
pub struct HttpEmbedder {
    model: ModelId,
    config: HttpConfig,
    batches: Agent,
    questions: Agent,
}

impl HttpEmbedder {
    /// Takes an address; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Endpoint`] for an address that is none, a key that would travel in the clear, or numbers that
    /// cannot be meant.
    pub fn new(config: HttpConfig) -> Result<Self, Error> {
        let url: ureq::http::Uri =
            config.url.parse().map_err(|_| Error::Endpoint("the address is none".to_owned()))?;
        let refused = |reason: &str| Err(Error::Endpoint(reason.to_owned()));
        let is_here = matches!(url.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match url.scheme_str() {
            Some("https") => {}
            Some("http") if is_here || config.key.is_none() => {}
            Some("http") => return refused("a key is sent only over https, or to this machine"),
            _ => return refused("the address must begin with https:// or http://"),
        }
        if config.dimensions == 0 || config.attempts == 0 || config.batch == 0 {
            return refused("dimensions, attempts and batch_texts must be at least 1");
        }
        // One name at two addresses can be two models.
        let told = format!("{}\n{}\n{}", config.url, config.model, config.dimensions);
        let name: String =
            config.model.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take(20).collect();
        let digest = HEXLOWER.encode(&Sha256::digest(told));
        let model = ModelId::new(format!("http-{name}@{}", digest.get(..12).unwrap_or_default()))?;
        let authorities = config.authorities.as_deref();
        let batches = client::agent(config.timeout, authorities, 0)?;
        let questions = client::agent(config.question_timeout, authorities, 0)?;
        Ok(Self { model, config, batches, questions })
    }

    /// One request, once.
    fn request(&self, agent: &Agent, texts: &[&str]) -> Result<Vec<UnitVector>, Attempt> {
        let request = Request { model: &self.config.model, input: texts, encoding_format: "float" };
        let body = serde_json::to_vec(&request).map_err(|error| Attempt::Wrong(error.to_string()))?;
        let mut post = agent.post(&self.config.url).header("content-type", "application/json");
        if let Some(key) = &self.config.key {
            post = post.header("authorization", format!("Bearer {key}"));
        }
        let mut answer = post.send(body.as_slice())?;
        if answer.status() != 200 {
            return Err(Attempt::Wrong(format!("it answered with status {}", answer.status().as_u16())));
        }
        let largest = (texts.len() * self.config.dimensions) as u64 * BYTES_A_VALUE + BYTES_BESIDES;
        let body = answer.body_mut().with_config().limit(largest).read_to_vec()?;
        wire::vectors(&body, texts.len(), self.config.dimensions).map_err(Attempt::Wrong)
    }

    /// One request of a batch, tried again where that may help.
    fn insist(&self, texts: &[&str]) -> Result<Vec<UnitVector>, Error> {
        let waits = ExponentialBuilder::default()
            .with_min_delay(self.config.first_wait)
            .with_max_times(self.config.attempts - 1)
            .with_jitter();
        let request = || self.request(&self.batches, texts);
        let passing = |attempt: &Attempt| matches!(attempt, Attempt::Passing(_));
        request.retry(waits).when(passing).call().map_err(|attempt| self.failed(attempt))
    }

    fn failed(&self, attempt: Attempt) -> Error {
        let (Attempt::Passing(reason) | Attempt::Wrong(reason)) = attempt;
        Error::Failed { model: self.model.to_string(), reason }
    }

    /// Gives `texts` vectors by `ask`, which sees only those worth sending.
    fn fill(
        &self,
        texts: &[&str],
        ask: impl Fn(&[&str]) -> Result<Vec<UnitVector>, Error>,
    ) -> Result<Vec<UnitVector>, Error> {
        let worth = |text: &&str| text.chars().any(char::is_alphanumeric);
        let cut: Vec<&str> = texts.iter().map(|text| first_characters(text)).collect();
        let sent: Vec<&str> = cut.iter().copied().filter(worth).collect();
        let mut found = Vec::with_capacity(sent.len());
        for batch in sent.chunks(self.config.batch) {
            found.extend(ask(batch)?);
        }
        let mut found = found.into_iter();
        let zero = || UnitVector::zero(self.config.dimensions);
        let next = |text: &&str| if worth(text) { found.next() } else { None };
        Ok(cut.iter().map(next).map(|vector| vector.unwrap_or_else(zero)).collect())
    }
}

/// Why a try gave no vectors.
enum Attempt {
    /// The next one may.
    Passing(String),
    /// None will.
    Wrong(String),
}

impl From<ureq::Error> for Attempt {
    fn from(error: ureq::Error) -> Self {
        let reason = match &error {
            ureq::Error::StatusCode(status) => format!("it answered with status {status}"),
            other => other.to_string(),
        };
        if client::is_passing(&error) { Self::Passing(reason) } else { Self::Wrong(reason) }
    }
}

impl Embedder for HttpEmbedder {
    fn model_id(&self) -> &ModelId {
        &self.model
    }

    fn dimensions(&self) -> usize {
        self.config.dimensions
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<UnitVector>, Error> {
        self.fill(texts, |batch| self.insist(batch))
    }

    /// A question waits for nobody: one try, in less time.
    fn embed_one(&self, text: &str) -> Result<UnitVector, Error> {
        let once =
            |batch: &[&str]| self.request(&self.questions, batch).map_err(|attempt| self.failed(attempt));
        let vectors = self.fill(&[text], once)?;
        Ok(vectors.into_iter().next().unwrap_or_else(|| UnitVector::zero(self.config.dimensions)))
    }
}
