//! Traces: how long a request took and each stage of its search, told to an OpenTelemetry collector.
//!
//! Decision: protobuf over HTTP (OTLP), sent by a few lines over the client that is here already. The usual exporter
//! would bring a second HTTP client or gRPC with TLS of its own, and take its address from the environment.
//! Decision: spans are `tracing` spans of three crates of the house, events never leave, and of a span's attributes
//! only those on a list: whoever adds a field to a span has told nobody of it yet.
//! Decision: spans wait in a bounded queue for a thread of their own; what does not fit, or is not taken, is lost and counted.

mod caller;
mod counted;
mod send;

use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, SpanLimits,
};
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::Error;
use counted::{Counted, Waiting};
use send::Collector;

pub(crate) use caller::take_up;
pub(crate) use counted::spans_told_and_lost;

/// Crates of the house whose spans are told.
const CRATES: [&str; 3] = ["server", "engine", "query"];
/// Spans that wait, and that are sent together at most.
const QUEUE: (usize, usize) = (4_096, 512);
/// How long a span waits for others.
const LINGER: Duration = Duration::from_secs(2);

/// Where traces go.
#[derive(Debug, Clone, PartialEq)]
pub struct TracesConfig {
    /// The collector's address for OTLP over HTTP, with its path: `http://127.0.0.1:4318/v1/traces`.
    pub endpoint: String,
    /// Certificates (PEM) that are trusted for it instead of the usual ones.
    pub ca_file: Option<PathBuf>,
    /// What the service is called there.
    pub service: String,
    /// The share of requests that are traced, 0 to 1, where the caller does not say.
    pub share: f64,
}

impl TracesConfig {
    /// Refuses what cannot work.
    ///
    /// # Errors
    /// [`Error::Traces`] says what.
    pub fn check(&self) -> Result<(), Error> {
        let refused = |why: &str| Err(Error::Traces(why.to_owned()));
        let uri: Option<Uri> = self.endpoint.parse().ok();
        let known = |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
        if !uri.as_ref().is_some_and(known) {
            return refused("endpoint is no http or https address");
        }
        if self.service.is_empty() {
            return refused("the service has no name");
        }
        if !(0.0..=1.0).contains(&self.share) {
            return refused("share is not between 0 and 1");
        }
        Ok(())
    }
}

/// Traces that are told while the process runs.
#[derive(Debug)]
pub struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Starts to tell; nothing waits for the collector, and it need not be there.
    ///
    /// # Errors
    /// [`Error::Traces`] as [`TracesConfig::check`], [`Error::Tls`] if the certificates do not read.
    pub fn start(config: &TracesConfig) -> Result<Self, Error> {
        config.check()?;
        let (queue, at_once) = QUEUE;
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(queue)
            .with_max_export_batch_size(at_once)
            .with_scheduled_delay(LINGER)
            .build();
        let waiting = Waiting::default();
        let collector = Collector::new(config, waiting.clone())?;
        let next = BatchSpanProcessor::builder(collector).with_batch_config(batches).build();
        let processor = Counted { next, waiting, room: queue };
        let roots = Sampler::TraceIdRatioBased(config.share);
        // Everything is said here, so that the environment says nothing.
        let provider = SdkTracerProvider::builder()
            .with_span_processor(processor)
            .with_sampler(Sampler::ParentBased(Box::new(roots)))
            .with_span_limits(SpanLimits::default())
            .with_resource(Resource::builder_empty().with_service_name(config.service.clone()).build())
            .build();
        Ok(Self { provider })
    }

    /// What hands spans over, for the process's subscriber.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let ours = filter_fn(|about| {
            let krate = about.target().split("::").next().unwrap_or_default();
            about.is_span() && CRATES.contains(&krate)
        });
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer("whoknows"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_target(false)
            .with_level(false)
            .with_filter(ours)
    }

    /// Tells what still waits, for so long at most.
    pub fn stop(self, longest: Duration) {
        if self.provider.shutdown_with_timeout(longest).is_err() {
            tracing::warn!("some traces were not told before the end");
        }
    }
}

#[cfg(test)]
mod tests;
