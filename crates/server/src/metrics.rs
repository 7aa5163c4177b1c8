//! Figures of operation, as Prometheus reads them: counts and times, never a question, a name or an address.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use engine::Standing;

/// Upper ends of the buckets of times, in milliseconds.
const BUCKETS_MS: [u64; 11] = [1, 2, 5, 10, 20, 50, 100, 250, 500, 1_000, 2_000];

/// What is counted while the server runs.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, &'static str, u16), Times>>,
    refused: AtomicU64,
    limited: AtomicU64,
    many_people: AtomicU64,
    connections: AtomicU64,
}

/// How many, and how long they took.
#[derive(Debug, Default, Clone)]
struct Times {
    within: [u64; BUCKETS_MS.len()],
    count: u64,
    seconds: f64,
}

/// What is known only at the moment of looking.
#[derive(Debug)]
pub(crate) struct Now {
    pub(crate) standing: Standing,
    pub(crate) running: usize,
    pub(crate) waiting: usize,
    pub(crate) draining: bool,
    pub(crate) audit_lost: u64,
    /// Spans of traces that were told, and that were lost.
    pub(crate) spans: (u64, u64),
}

impl Metrics {
    /// A request was answered. `route` is the route's pattern, never a path.
    pub(crate) fn answered(&self, route: &str, method: &'static str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let times = requests.entry((route.to_owned(), method, status)).or_default();
        times.count += 1;
        times.seconds += took.as_secs_f64();
        for (within, end) in times.within.iter_mut().zip(BUCKETS_MS) {
            *within += u64::from(took <= Duration::from_millis(end));
        }
    }

    /// A credential opened nothing.
    pub(crate) fn refused_credentials(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody asked too often.
    pub(crate) fn limited(&self) {
        self.limited.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody was shown unusually many people.
    pub(crate) fn many_people(&self) {
        self.many_people.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was noticed.
    #[cfg(test)]
    pub(crate) fn many_people_noticed(&self) -> u64 {
        self.many_people.load(Ordering::Relaxed)
    }

    /// A connection was opened.
    pub(crate) fn opened(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection was closed.
    pub(crate) fn closed(&self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }

    /// Everything, in the text form of Prometheus.
    pub(crate) fn write(&self, now: &Now) -> String {
        let mut text = String::new();
        let standing = &now.standing;
        let gauges = [
            ("whoknows_generation", "Build of the index that answers.", standing.generation),
            (
                "whoknows_conversations",
                "Conversations that everyone may read.",
                standing.conversations as u64,
            ),
            ("whoknows_documents", "Documents that everyone may read.", standing.documents as u64),
            ("whoknows_people", "People with evidence that everyone may read.", standing.people as u64),
            ("whoknows_searches_running", "Searches on a thread now.", now.running as u64),
            ("whoknows_searches_waiting", "Searches that wait for a thread.", now.waiting as u64),
            ("whoknows_connections_open", "Open connections.", self.connections.load(Ordering::Relaxed)),
            ("whoknows_draining", "1 while the server stops.", u64::from(now.draining)),
        ];
        for (name, help, value) in gauges {
            single(&mut text, name, "gauge", help, value);
        }
        let counters = [
            ("whoknows_credentials_refused_total", "Credentials that opened nothing.", &self.refused),
            ("whoknows_rate_limited_total", "Requests beyond a principal's rate.", &self.limited),
            (
                "whoknows_many_people_total",
                "Hours in which a principal was shown more than 200 different people.",
                &self.many_people,
            ),
        ];
        for (name, help, value) in counters {
            single(&mut text, name, "counter", help, value.load(Ordering::Relaxed));
        }
        let help = "Entries of the audit log that could not be written.";
        single(&mut text, "whoknows_audit_lost_total", "counter", help, now.audit_lost);
        let (told, lost) = now.spans;
        let help = "Spans that the collector of traces took.";
        single(&mut text, "whoknows_spans_told_total", "counter", help, told);
        let help = "Spans that were lost: the collector did not take them, or too many waited for it.";
        single(&mut text, "whoknows_spans_lost_total", "counter", help, lost);
        self.write_requests(&mut text);
        text
    }

    fn write_requests(&self, text: &mut String) {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let name = "whoknows_request_duration_seconds";
        let _ = write!(text, "# HELP {name} Time from head to answer.\n# TYPE {name} histogram\n");
        for ((route, method, status), times) in requests {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            for (within, end) in times.within.iter().zip(BUCKETS_MS) {
                let end = end as f64 / 1_000.0;
                let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{end}\"}} {within}");
            }
            let Times { count, seconds, .. } = times;
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {count}");
            let _ = writeln!(text, "{name}_sum{{{labels}}} {seconds}\n{name}_count{{{labels}}} {count}");
        }
    }
}

/// Writes one figure without labels, in the text form of Prometheus; `kind` is `gauge` or `counter`.
pub(crate) fn single(text: &mut String, name: &str, kind: &str, help: &str, value: impl Display) {
    // Writing to a text cannot fail.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
}
