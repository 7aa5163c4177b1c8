//! Spans out: stripped to what may be told, as one request of OTLP.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::trace::{SpanContext, Status, TraceState};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanExporter, SpanLinks};
use prost::Message;
use ureq::Agent;

use super::TracesConfig;
use super::counted::{Waiting, sent};
use crate::{Error, outward};

/// Every attribute that a span may be told with. None holds what somebody asked or wrote, who they are, or what
/// opens something.
pub(super) const ATTRIBUTES: [&str; 8] = [
    "caller.kind",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "request.own_id",
    "search.answers",
    "search.documents",
    "search.experts",
];

/// Longest time for one request.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whom spans are told.
pub(super) struct Collector {
    endpoint: String,
    agent: Agent,
    resource: ResourceAttributesWithSchema,
    /// Whether the last request was taken; each turn is logged once.
    taken: AtomicBool,
    waiting: Waiting,
}

impl Collector {
    pub(super) fn new(config: &TracesConfig, waiting: Waiting) -> Result<Self, Error> {
        Ok(Self {
            endpoint: config.endpoint.clone(),
            agent: outward::agent(config.ca_file.as_deref(), Some(PATIENCE))?,
            resource: ResourceAttributesWithSchema::default(),
            taken: AtomicBool::new(true),
            waiting,
        })
    }

    fn send(&self, spans: Vec<SpanData>) -> Result<(), String> {
        let resource_spans = group_spans_by_resource_and_scope(spans, &self.resource);
        let body = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
        let request = self.agent.post(&self.endpoint).header("content-type", "application/x-protobuf");
        let response = request.send(&body).map_err(|error| error.to_string())?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(format!("it answered {}", response.status().as_u16()))
        }
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Collector").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl SpanExporter for Collector {
    /// Blocks: it is called on a thread of its own.
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        let count = spans.len();
        self.waiting.leave(count);
        let result = self.send(spans.into_iter().map(stripped).collect());
        sent(count, result.is_ok());
        let before = self.taken.swap(result.is_ok(), Ordering::Relaxed);
        match &result {
            Ok(()) if !before => tracing::info!("the collector takes traces again"),
            Err(error) if before => {
                tracing::warn!(error, spans.lost = count, "the collector takes no traces; they are lost");
            }
            _ => {}
        }
        result.map_err(OTelSdkError::InternalFailure)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.into();
    }
}

/// A span with nothing but its name, times, ids, and the attributes that may be told. Names are the code's own.
fn stripped(mut span: SpanData) -> SpanData {
    span.attributes.retain(|attribute| ATTRIBUTES.contains(&attribute.key.as_str()));
    span.dropped_attributes_count = 0;
    span.events = SpanEvents::default();
    span.links = SpanLinks::default();
    if let Status::Error { description } = &mut span.status {
        *description = Cow::Borrowed("");
    }
    let own = &span.span_context;
    span.span_context =
        SpanContext::new(own.trace_id(), own.span_id(), own.trace_flags(), own.is_remote(), TraceState::NONE);
    span
}
