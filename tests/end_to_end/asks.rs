//! Asks through the real binary: from the question to evidence, past a crash, to the webhook, and erased.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::receiver::receiver;
use crate::support::{ALWAYS_AT_WORK, Answer, DESKS, Place, Server, bearer, names};

const QUESTION: &str = "Which gasket fits the old coolant pump of the press?";
/// As long as a busy machine may take.
const LONGEST: Duration = Duration::from_mins(2);

/// Options with live ingestion, a webhook and quick ticks; nobody is too unsure to be named.
fn options(place: &Place, hook: &str) -> PathBuf {
    let secret = |name: &str| place.secret(name, "0123456789abcdef0123456789abcdef").display().to_string();
    let (token, hook_secret) = (secret("token"), secret("hook"));
    place.write(
        "asks.toml",
        format!(
            "[live]\nenabled = true\ntoken_file = {token:?}\n[query.confidence]\nname_from = 0.05\n\
             [asks]\ntick_ms = 50\n{ALWAYS_AT_WORK}\
             [asks.webhook]\nurl = {hook:?}\nsecret_file = {hook_secret:?}\nallow_local = true\n"
        ),
    )
}

/// A person's key, as a header.
fn key(place: &Place, person: &str) -> String {
    bearer(&place.key(&["--person", person]))
}

fn post(server: &Server, who: &str, path: &str, body: &Value) -> Answer {
    server.send_with(&format!("POST {path}"), who, Some(body))
}

fn get(server: &Server, who: &str, path: &str) -> Value {
    server.send_with(&format!("GET {path}"), who, None).json()
}

fn start(place: &Place, options: &Path) -> Server {
    Server::start_with_options(&place.data(), options)
}

#[test]
fn an_answer_outlives_a_crash_is_found_by_the_next_search_and_is_erased_with_its_author() {
    let place = Place::with_play(DESKS);
    let (url, events) = receiver("/");
    let options = options(&place, &url);
    let (bo, ana, cem) = (key(&place, "desk:bo"), key(&place, "desk:ana"), key(&place, "desk:cem"));
    let server = start(&place, &options);
    let body = json!({ "query": QUESTION, "person_id": person_id(&server, "ana"), "share": true });
    let asked = post(&server, &bo, "/v1/asks", &body);
    assert_eq!((asked.status, &asked.json()["state"]), (200, &json!("offered")), "{asked:?}");
    let path = format!("/v1/asks/{}", asked.json()["id"].as_str().unwrap());
    assert_eq!(server.send_with(&format!("GET {path}"), &cem, None).status, 404);
    server.kill();
    let server = start(&place, &options);
    assert_eq!(get(&server, &ana, &path)["state"], "offered");
    let answer =
        json!({"text": "The green gasket fits the old coolant pump; the press needs the thick one."});
    let answered = post(&server, &ana, &format!("{path}/answer"), &answer);
    assert_eq!(answered.status, 200, "{answered:?}");
    let began = Instant::now();
    let evidence = loop {
        let found = server.ask(QUESTION);
        let shown = |expert: &Value| {
            expert["evidence"].as_array().unwrap().iter().any(|one| one["source"] == "whoknows")
        };
        if found["experts"].as_array().unwrap().first().is_some_and(shown) {
            break found;
        }
        assert!(began.elapsed() < LONGEST, "{found:#}");
    };
    assert_eq!(names(&evidence)[0], "ana");
    let expert = &evidence["experts"][0];
    assert_eq!(
        (&expert["availability"]["state"], &expert["load"]["open_asks"]),
        (&json!("available"), &json!(0))
    );
    let closed = post(&server, &bo, &format!("{path}/close"), &json!({"helped": true})).json();
    assert_eq!(closed["state"], "closed");
    let mut told = Vec::new();
    while told.last().is_none_or(|last| last != "ask.closed") {
        let event: Value = serde_json::from_slice(&events.recv_timeout(LONGEST).unwrap()).unwrap();
        told.push(event["type"].as_str().unwrap().to_owned());
    }
    told.dedup();
    assert_eq!(told, ["ask.asked", "ask.offered", "ask.accepted", "ask.answered", "ask.closed"]);
    let figures = server.send_with("GET /metrics", "", None).body;
    assert!(figures.contains("whoknows_asks{state=\"closed\"} 1"), "{figures}");
    server.terminate();
    let known = place.run("export-subject", &["desk:ana"]).exits(0).json();
    assert_eq!(known["asks"]["offered"][0]["answer"], answer["text"]);
    let receipt = place.run("forget", &["person", "desk:ana"]).exits(0).json();
    assert_eq!(receipt["erased"]["asks"], 1, "{receipt:#}");
    let bytes = fs_err::read(place.data().join("asks.sqlite")).unwrap();
    assert!(!bytes.windows(12).any(|window| window == b"green gasket"));
}

#[test]
fn whoever_is_away_is_passed_over_unless_it_is_said_otherwise() {
    let place = Place::with_play(DESKS);
    let (url, _events) = receiver("/");
    let server = start(&place, &options(&place, &url));
    let ana = key(&place, "desk:ana");
    let question = "How can I keep the VPN tunnel alive, it drops every hour?";
    assert_eq!(names(&server.ask(question))[0], "ana");
    let away = json!({"absences": [{"from": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}]});
    let put = server.send_with("PUT /v1/me/availability", &ana, Some(&away));
    assert_eq!((put.status, &put.json()["now"]["state"]), (200, &json!("away")), "{put:?}");
    // Nobody else knows: then it is honest to name her, and to say that she is not there.
    let alone = server.ask(question);
    assert_eq!(alone["experts"][0]["availability"]["state"], "away", "{alone:#}");
    let asked = post(&server, &key(&place, "desk:bo"), "/v1/asks", &json!({ "query": question })).json();
    assert!(asked["offers"].as_array().unwrap().is_empty(), "{asked:#}");
    assert_eq!(asked["state"], "escalated", "{asked:#}");
}

/// The id of somebody by their name.
fn person_id(server: &Server, name: &str) -> String {
    let people = server.get(&format!("/v1/people?name={name}")).json();
    people["people"][0]["person_id"].as_str().unwrap().to_owned()
}
