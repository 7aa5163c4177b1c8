//! Traces of the real binary, told to a collector of the test's own: whole, joined to the caller's, and with nothing
//! in them of what anybody asked, wrote or is called.

use std::collections::BTreeMap;
use std::net::TcpListener;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use serde_json::json;

use crate::support::receiver::receiver;
use crate::support::{Place, Server};

const PLAY: &str = "
    #open 2026-03-02 source=desk visibility=everyone
    09:00 bogdan: Which gasket fits the old coolant pump?
    09:05 annabella > bogdan: The green gasket fits the old coolant pump.
    09:06 bogdan +1 annabella: thanks, that worked
";

/// Every attribute that may leave; the server's own list is held against it here once more.
const ATTRIBUTES: [&str; 8] = [
    "caller.kind",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "request.own_id",
    "search.answers",
    "search.documents",
    "search.experts",
];

fn options(place: &Place, endpoint: &str) -> std::path::PathBuf {
    let text = format!(
        "[server]\ndrain_ms = 0\n[server.traces]\nendpoint = \"{endpoint}\"\n[query.confidence]\nname_from = 0.05\n"
    );
    place.write("traces.toml", &text)
}

fn spans(body: &[u8]) -> Vec<Span> {
    let request = ExportTraceServiceRequest::decode(body).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|of| of.scope_spans);
    scopes.flat_map(|of| of.spans).collect()
}

#[test]
fn a_search_is_one_trace_with_its_stages_and_without_a_word_of_it() {
    let place = Place::with_play(PLAY);
    let (endpoint, came) = receiver("/v1/traces");
    let server = Server::start_talkative_with_options(&place.data(), &options(&place, &endpoint));
    let caller = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\
                  tracestate: vendor=canary\r\nbaggage: k=canary\r\nx-request-id: canary\r\n";
    let body = json!({ "query": "Which gasket fits the coolant pump? canary", "channel": "open" });
    let answer = server.send_with("POST /v1/experts/search", caller, Some(&body));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["experts"][0]["display_name"], "annabella");
    for (start, status) in [
        ("GET /v1/people/desk%3Acanary", 404),
        ("GET /v1/people?name=canary", 200),
        ("GET /canary", 404),
        ("CANARY /", 405),
        ("GET /?q=canary", 200),
    ] {
        assert_eq!(server.send_with(start, "", None).status, status, "{start}");
    }
    let shown = "authorization: Bearer canary.canary.canary\r\n";
    assert_eq!(server.send_with("GET /v1/me", shown, None).status, 401);
    let log = server.terminate().stderr;
    assert!(!log.contains("otel.") && !log.contains("request{"), "a span in the log: {log}");

    let bodies: Vec<Vec<u8>> = came.try_iter().collect();
    for secret in ["canary", "CANARY", "gasket", "coolant", "green", "annabella", "bogdan", "desk"] {
        let found = |body: &Vec<u8>| body.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!bodies.iter().any(found), "{secret} in a trace");
    }
    let all: Vec<Span> = bodies.iter().flat_map(|body| spans(body)).collect();
    for span in &all {
        for attribute in &span.attributes {
            assert!(ATTRIBUTES.contains(&attribute.key.as_str()), "{attribute:?}");
        }
        assert!(span.events.is_empty() && span.links.is_empty() && span.trace_state.is_empty(), "{span:?}");
    }
    let of_caller: Vec<&Span> = all.iter().filter(|span| span.trace_id[..2] == [0x0a, 0xf7]).collect();
    let by_name: BTreeMap<&str, &Span> = of_caller.iter().map(|span| (span.name.as_str(), *span)).collect();
    let names: Vec<&str> = by_name.keys().copied().collect();
    let stages = ["answers", "dense", "encode", "evidence", "lexical", "name", "rank", "search", "wait"];
    assert_eq!(names, [&["POST /v1/experts/search"], &stages[..]].concat());
    let (request, search) = (by_name["POST /v1/experts/search"], by_name["search"]);
    assert_eq!(request.parent_span_id, [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31]);
    for (name, span) in &by_name {
        let parent = match *name {
            "POST /v1/experts/search" => continue,
            "search" | "wait" => request,
            _ => search,
        };
        assert_eq!(span.parent_span_id, parent.span_id, "{name}");
        assert!(span.start_time_unix_nano >= parent.start_time_unix_nano, "{name}");
        assert!(span.end_time_unix_nano <= parent.end_time_unix_nano, "{name}");
    }
    let others: Vec<&str> =
        all.iter().map(|span| span.name.as_str()).filter(|name| name.contains("ET")).collect();
    assert!(others.contains(&"GET /v1/people/{id}") && others.contains(&"GET /v1/people"), "{others:?}");
    assert!(others.contains(&"GET"), "a path that is no route has no name: {others:?}");
}

#[test]
fn without_a_collector_the_server_answers_and_stops_as_ever() {
    let place = Place::with_play(PLAY);
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}/v1/traces", gone.local_addr().unwrap());
    drop(gone);
    let server = Server::start_with_options(&place.data(), &options(&place, &endpoint));
    for _ in 0..20 {
        assert_eq!(server.get("/healthz").status, 200);
    }
    let ran = server.terminate();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stderr.matches("takes no traces").count(), 1, "{}", ran.stderr);
}
