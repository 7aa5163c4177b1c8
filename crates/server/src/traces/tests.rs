//! What leaves: told to a collector of the test's own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tracing::{Dispatch, info_span};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry;

use super::*;

/// A collector that answers with this status and gives what came.
fn collector(status: u16) -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let (came, coming) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut line, mut length) = (String::new(), 0);
            while reader.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            // Nobody need look.
            let _ = came.send(body);
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
        }
    });
    (endpoint, coming)
}

fn config(endpoint: &str) -> TracesConfig {
    TracesConfig { endpoint: endpoint.to_owned(), ca_file: None, service: "whoknows".to_owned(), share: 1.0 }
}

fn spans(body: &[u8]) -> Vec<Span> {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|of| of.scope_spans);
    scopes.flat_map(|of| of.spans).collect()
}

/// Runs something with traces on, and gives the spans that came of it.
fn traced(share: f64, run: impl FnOnce()) -> Vec<Span> {
    let (endpoint, came) = collector(200);
    let traces = Traces::start(&TracesConfig { share, ..config(&endpoint) }).unwrap();
    let subscriber = Dispatch::new(registry().with(traces.layer()));
    tracing::dispatcher::with_default(&subscriber, run);
    traces.stop(Duration::from_secs(30));
    came.try_iter().flat_map(|body| spans(&body)).collect()
}

#[test]
fn only_attributes_on_the_list_leave_and_no_event() {
    let told = traced(1.0, || {
        let span = info_span!(
            "stage",
            search.documents = 7,
            question = "canary",
            search.text = "canary",
            otel.status_description = "canary"
        );
        span.in_scope(|| tracing::error!(error = "canary", "canary"));
        drop(info_span!(target: "elsewhere", "canary"));
    });
    assert_eq!(told.iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), ["stage"]);
    let names: Vec<&str> = told[0].attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    assert_eq!(names, ["search.documents"]);
    assert!(!format!("{told:?}").contains("canary"), "{told:?}");
}

#[test]
fn a_trace_of_the_caller_goes_on_and_what_else_they_send_does_not() {
    let headers = |traceparent: &str| {
        [("traceparent", traceparent), ("tracestate", "k=canary"), ("baggage", "k=canary")]
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .into_iter()
            .collect()
    };
    let told = traced(0.0, || {
        for traceparent in [
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "canary",
        ] {
            let span = info_span!("request");
            take_up(&span, &headers(traceparent));
            span.in_scope(|| drop(info_span!("stage")));
        }
    });
    // The caller who does not trace is not traced, and of those who say nothing that reads none are: the share is 0.
    assert_eq!(told.len(), 2, "{told:?}");
    let (stage, request) = (&told[0], &told[1]);
    assert_eq!((stage.name.as_str(), request.name.as_str()), ("stage", "request"));
    assert_eq!(stage.parent_span_id, request.span_id);
    assert_eq!(request.parent_span_id, [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31]);
    for span in [stage, request] {
        assert_eq!(span.trace_id[..4], [0x0a, 0xf7, 0x65, 0x19]);
        assert_eq!(span.trace_state, "");
    }
}

#[test]
fn a_collector_that_is_gone_or_hangs_holds_nothing_up() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    // Accepts, because the machine does, and never answers.
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let addresses = [gone.local_addr().unwrap(), hanging.local_addr().unwrap()];
    drop(gone);
    for address in addresses {
        let (_, before) = super::spans_told_and_lost();
        let traces = Traces::start(&config(&format!("http://{address}/v1/traces"))).unwrap();
        let subscriber = Dispatch::new(registry().with(traces.layer()));
        // More than the queue takes.
        tracing::dispatcher::with_default(&subscriber, || {
            for _ in 0..2 * QUEUE.0 {
                drop(info_span!("stage"));
            }
        });
        let started = std::time::Instant::now();
        traces.stop(Duration::from_millis(50));
        assert!(started.elapsed() < Duration::from_secs(20), "{address}");
        let (queue, at_once) = QUEUE;
        let lost = super::spans_told_and_lost().1 - before;
        assert!(lost >= (queue - at_once) as u64, "{lost} of {} are known to be lost", 2 * queue);
    }
}

#[test]
fn a_collector_that_refuses_is_no_error() {
    let (endpoint, came) = collector(503);
    let (_, before) = super::spans_told_and_lost();
    let traces = Traces::start(&config(&endpoint)).unwrap();
    let subscriber = Dispatch::new(registry().with(traces.layer()));
    tracing::dispatcher::with_default(&subscriber, || drop(info_span!("stage")));
    traces.stop(Duration::from_secs(30));
    assert_eq!(came.try_iter().count(), 1);
    assert!(super::spans_told_and_lost().1 > before, "what is refused is lost");
}

#[test]
fn options_that_cannot_be_meant_are_refused() {
    for endpoint in ["", "127.0.0.1:4318", "/v1/traces", "ftp://collector.example/"] {
        assert!(config(endpoint).check().is_err(), "{endpoint}");
    }
    let good = config("https://collector.example:4318/v1/traces");
    assert!(good.check().is_ok());
    assert!(TracesConfig { share: 1.5, ..good.clone() }.check().is_err());
    assert!(TracesConfig { share: f64::NAN, ..good.clone() }.check().is_err());
    assert!(TracesConfig { service: String::new(), ..good }.check().is_err());
}
