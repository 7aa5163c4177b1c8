//! How many spans were told and how many were lost.
//!
//! Decision: what does not fit into the queue is turned away here, before the library's own queue would drop it
//! without a number.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

/// Spans that the collector took, of this process: it has one subscriber.
static TOLD: AtomicU64 = AtomicU64::new(0);
/// Spans that nobody will ever see.
static LOST: AtomicU64 = AtomicU64::new(0);

/// How many spans the collector took, and how many were lost because it did not or too many waited for it.
pub(crate) fn spans_told_and_lost() -> (u64, u64) {
    (TOLD.load(Ordering::Relaxed), LOST.load(Ordering::Relaxed))
}

/// So many spans were sent, and taken or not.
pub(super) fn sent(spans: usize, taken: bool) {
    let counter = if taken { &TOLD } else { &LOST };
    counter.fetch_add(spans as u64, Ordering::Relaxed);
}

/// Spans that wait to be sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    /// One more, unless there is no room for it.
    fn join(&self, room: usize) -> bool {
        let one_more = |waiting: usize| (waiting < room).then_some(waiting + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_ok()
    }

    /// So many are on their way.
    pub(super) fn leave(&self, spans: usize) {
        let fewer = |waiting: usize| Some(waiting.saturating_sub(spans));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
    }
}

/// A processor of spans that is handed no more than it has room for.
#[derive(Debug)]
pub(super) struct Counted<P> {
    pub(super) next: P,
    pub(super) waiting: Waiting,
    /// How many may wait; the processor's own queue takes as many.
    pub(super) room: usize,
}

impl<P: SpanProcessor> SpanProcessor for Counted<P> {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.next.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        if self.waiting.join(self.room) {
            self.next.on_end(span);
        } else {
            LOST.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.next.set_resource(resource);
    }
}
