//! The caller's own trace (W3C Trace Context), so that theirs and ours are one.

use axum::http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The header that names a trace, the caller's span in it, and whether it is told at all.
const TRACEPARENT: &str = "traceparent";

/// Makes a span that has not begun a part of the caller's trace, if the caller names one. `tracestate` is not taken
/// up: it would carry any text the caller likes.
pub(crate) fn take_up(span: &Span, headers: &HeaderMap) {
    if span.is_disabled() || !headers.contains_key(TRACEPARENT) {
        return;
    }
    let caller = TraceContextPropagator::new().extract_with_context(&Context::new(), &Named(headers));
    // Without a trace to be part of it is one of its own.
    let _ = span.set_parent(caller);
}

/// The one header that is taken up.
struct Named<'h>(&'h HeaderMap);

impl Extractor for Named<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == TRACEPARENT).then(|| self.0.get(TRACEPARENT)?.to_str().ok()).flatten()
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT]
    }
}
