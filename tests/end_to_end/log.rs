//! The server's log: it counts, and never quotes. In a process of its own, because what `tracing` listens to
//! belongs to a whole process: a unit test of it would depend on the tests beside it.

use serde_json::json;

use crate::support::{Place, Server};

const PLAY: &str = "
    #open 2026-03-02 source=desk visibility=everyone
    09:00 bo: Which gasket fits the old coolant pump?
    09:05 ana > bo: The green gasket fits the old coolant pump.
    09:06 bo +1 ana: thanks, that worked
";

#[test]
fn the_log_counts_and_never_quotes() {
    let place = Place::with_play(PLAY);
    let options = place.write("log.toml", "[query.confidence]\nname_from = 0.05\n");
    let server = Server::start_talkative_with_options(&place.data(), &options);
    let asked = [
        ("POST /v1/experts/search", "", json!({ "query": "Which gasket? canary", "channel": "canary" }), 200),
        ("POST /v1/experts/search", "", json!({ "query": "gasket", "canary": 1 }), 422),
        ("POST /v1/experts/search", "", json!({ "query": "gasket", "explain": "canary" }), 422),
        (
            "POST /v1/experts/search",
            "authorization: Bearer canary.canary.canary\r\nx-on-behalf-of: slack:canary\r\n",
            json!({ "query": "gasket" }),
            401,
        ),
    ];
    for (start, headers, body, status) in &asked {
        assert_eq!(server.send_with(start, headers, Some(body)).status, *status, "{body}");
    }
    for (start, status) in
        [("GET /?q=canary", 200), ("GET /canary", 404), ("GET /assets/canary", 404), ("CANARY /", 405)]
    {
        assert_eq!(server.send_with(start, "", None).status, status, "{start}");
    }
    let log = server.terminate().stderr;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("answered a request")).collect();
    assert_eq!(lines.len(), 8, "{log}");
    assert!(lines[0].contains("/v1/experts/search") && lines[0].contains("200"), "{}", lines[0]);
    assert!(lines[0].contains("search.experts") && lines[0].contains("search.degraded"), "{}", lines[0]);
    assert_eq!(log.lines().filter(|line| line.contains("refused a credential")).count(), 1, "{log}");
    for secret in ["canary", "gasket", "coolant", "desk:", "ana@"] {
        assert!(!log.to_lowercase().contains(secret), "{secret} in {log}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_crash_leaves_no_core_behind() {
    let place = Place::with_play(PLAY);
    let server = Server::start(&place.data());
    let limits = fs_err::read_to_string(format!("/proc/{}/limits", server.pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let words: Vec<&str> = core.split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{core}");
}
