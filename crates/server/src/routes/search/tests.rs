//! The search route: what it accepts, refuses, bounds and says.

use std::sync::Mutex;
use std::sync::mpsc;

use axum::body::Body;
use axum::http::Request;
use engine::{Fallback, Found, Nothing};
use proptest::prelude::*;
use serde_json::json;

use crate::Config;
use crate::testing::{Answer, config, found, post, router, send, standard};

fn nothing() -> Found {
    Found {
        experts: vec![],
        answers: vec![],
        fallback: ["help-identity", "general"]
            .map(|channel| Fallback {
                channel: channel.to_owned(),
                source: "slack".to_owned(),
                why: "similar questions were answered there".to_owned(),
            })
            .into(),
        nothing: Some(Nothing::NoEvidence),
        degraded: vec![],
        generation: 42,
        view: engine::View::Helps,
    }
}

/// A body that never ends and never brings anything.
struct Never;

impl axum::body::HttpBody for Never {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

async fn ask(body: &str) -> Answer {
    send(standard(), post(body.to_owned())).await
}

#[tokio::test]
async fn a_question_is_answered_with_people_and_past_answers() {
    let answer = ask(r#"{"query":"how?"}"#).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let json = answer.json();
    assert_eq!(json["experts"][0]["display_name"], "Ana Brandt");
    assert_eq!(json["answers"][0]["by"]["person_id"], "slack:U1");
    assert_eq!(json["query_id"], "abc-1");
    assert!(json["took_ms"].as_f64().is_some_and(|took| took >= 0.0));
    assert!(!answer.body.contains("0.625") && !answer.body.contains("0.875"), "no scores: {}", answer.body);
}

#[tokio::test]
async fn nobody_known_is_an_answer_with_a_channel_and_a_reason() {
    let answer = send(router(&config(), |_| Ok(nothing())), post(r#"{"query":"how?"}"#)).await;
    assert_eq!(answer.status, 200);
    let mut json = answer.json();
    json["took_ms"] = 0.into();
    let expected = json!({
        "query_id": "abc-1", "generation": 42, "took_ms": 0, "view": "helps", "degraded": [], "experts": [], "answers": [],
        "reason": "no_evidence",
        "fallback": {
            "type": "channel", "name": "help-identity", "source": "slack",
            "why": "similar questions were answered there",
            "others": [{"name": "general", "source": "slack"}]
        }
    });
    assert_eq!(json, expected);
}

#[tokio::test]
async fn every_question_is_asked_with_the_rights_of_anyone_at_the_clock_of_the_server() {
    let router = router(&config(), |search| {
        assert_eq!(search.reader, model::Reader::anyone());
        assert_eq!(search.as_of, crate::testing::clock());
        assert!(search.asked_by.is_empty());
        Ok(found())
    });
    assert_eq!(send(router, post(r#"{"query":"how?"}"#)).await.status, 200);
}

#[tokio::test]
async fn evidence_is_escaped_and_only_web_links_leave() {
    let answer = ask(r#"{"query":"how?"}"#).await;
    let json = answer.json();
    assert_eq!(json["experts"][0]["evidence"][0]["snippet"], "Like <b>this</b>");
    assert_eq!(json["experts"][0]["evidence"][0].get("permalink"), None);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_field_out_of_its_bounds_is_named() {
    let answer = ask(r#"{"query":"x","evidence":{"max_chars":39}}"#).await;
    answer.assert_problem(422, "invalid-request");
    assert_eq!(answer.json()["field"], "evidence.max_chars");
    assert_eq!(answer.json()["detail"], "evidence.max_chars is 39, allowed are 40 to 2000");
    let unknown = ask(r#"{"query":"x","filters":{"moods":["good"]}}"#).await;
    unknown.assert_problem(422, "invalid-request");
    assert_eq!(unknown.json()["field"], "filters.moods");
}

#[tokio::test]
async fn four_thousand_characters_of_any_script_pass_and_one_more_does_not() {
    for character in ["a", "é", "語", "🦀"] {
        let body = |length: usize| json!({ "query": character.repeat(length) }).to_string();
        assert_eq!(ask(&body(4_000)).await.status, 200);
        ask(&body(4_001)).await.assert_problem(422, "invalid-request");
    }
}

#[tokio::test]
async fn what_is_not_json_is_400_and_what_is_not_declared_as_json_is_415() {
    ask("{").await.assert_problem(400, "malformed-json");
    ask("").await.assert_problem(400, "malformed-json");
    for declared in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        let request = Request::post("/v1/experts/search").header("content-type", declared);
        let answer = send(standard(), request.body(Body::from(r#"{"query":"x"}"#)).unwrap()).await;
        answer.assert_problem(415, "unsupported-media-type");
    }
    for declared in ["application/json; charset=utf-8", "Application/JSON", "application/vnd.x+json"] {
        let request = Request::post("/v1/experts/search").header("content-type", declared);
        let answer = send(standard(), request.body(Body::from(r#"{"query":"x"}"#)).unwrap()).await;
        assert_eq!(answer.status, 200, "{declared}");
    }
    let packed = Request::post("/v1/experts/search")
        .header("content-type", "application/json")
        .header("content-encoding", "gzip");
    send(standard(), packed.body(Body::empty()).unwrap()).await.assert_problem(415, "unsupported-media-type");
}

#[tokio::test]
async fn a_body_above_the_cap_is_413_whether_or_not_it_says_its_length() {
    let cap = config().max_body_bytes;
    let padded = |length: usize| format!(r#"{{"query":"x"}}{}"#, " ".repeat(length - 13));
    assert_eq!(ask(&padded(cap)).await.status, 200);
    ask(&padded(cap + 1)).await.assert_problem(413, "body-too-large");
    let mut declared = post(Body::empty());
    declared.headers_mut().insert("content-length", (cap + 1).to_string().parse().unwrap());
    send(standard(), declared).await.assert_problem(413, "body-too-large");
}

#[tokio::test]
async fn an_invalid_search_is_422_and_a_failing_one_says_nothing_of_its_cause() {
    let invalid = router(&config(), |_| Err(engine::Error::QuestionLength { length: 0, max: 4_000 }));
    send(invalid, post(r#"{"query":"x"}"#)).await.assert_problem(422, "invalid-request");
    let failing = router(&config(), |_| Err(engine::Error::Io(std::io::Error::other("/secret/path"))));
    let answer = send(failing, post(r#"{"query":"x"}"#)).await;
    answer.assert_problem(500, "internal");
    assert!(!answer.body.contains("secret"));
}

#[tokio::test]
async fn a_search_that_panics_is_500_and_frees_its_place() {
    let router = router(&Config { queue: 0, ..config() }, |search| {
        assert!(search.question != "panic", "quoted: {}", search.question);
        Ok(found())
    });
    let answer = send(router.clone(), post(r#"{"query":"panic"}"#)).await;
    answer.assert_problem(500, "internal");
    assert!(!answer.body.contains("quoted"));
    assert_eq!(send(router, post(r#"{"query":"x"}"#)).await.status, 200);
}

#[tokio::test]
async fn a_full_queue_is_503_with_a_time_to_come_back() {
    let (release, held) = mpsc::channel::<()>();
    let (entered, started) = mpsc::channel::<()>();
    let (held, entered) = (Mutex::new(held), Mutex::new(entered));
    let router = router(&Config { search_threads: 1, queue: 0, ..config() }, move |_| {
        let _ = entered.lock().unwrap().send(());
        held.lock().unwrap().recv().unwrap();
        Ok(found())
    });
    let first = tokio::spawn(send(router.clone(), post(r#"{"query":"first"}"#)));
    tokio::task::spawn_blocking(move || started.recv()).await.unwrap().unwrap();
    send(router.clone(), post(r#"{"query":"second"}"#)).await.assert_problem(503, "busy");
    release.send(()).unwrap();
    assert_eq!(first.await.unwrap().status, 200);
    release.send(()).unwrap();
    assert_eq!(send(router, post(r#"{"query":"third"}"#)).await.status, 200);
}

#[tokio::test]
async fn a_search_past_its_deadline_is_503_and_keeps_its_place_until_it_ends() {
    let (release, held) = mpsc::channel::<()>();
    let held = Mutex::new(held);
    let settings = Config { search_threads: 1, queue: 0, request_timeout_ms: 1, ..config() };
    let router = router(&settings, move |_| {
        let _ = held.lock().unwrap().recv();
        Ok(found())
    });
    send(router.clone(), post(r#"{"query":"slow"}"#)).await.assert_problem(503, "busy");
    let second = send(router.clone(), post(r#"{"query":"next"}"#)).await;
    second.assert_problem(503, "busy");
    assert!(second.body.contains("are waiting"), "{}", second.body);
    drop(release);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_408() {
    let body = Body::new(Never);
    let router = router(&Config { request_timeout_ms: 1, ..config() }, |_| Ok(found()));
    let answer = send(router, post(body)).await;
    answer.assert_problem(408, "request-timeout");
    assert_eq!(answer.header("connection"), "close");
}

#[tokio::test]
async fn the_route_takes_post_alone() {
    let answer = crate::testing::get(standard(), "/v1/experts/search").await;
    answer.assert_problem(405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn questions_are_data() {
    let injections = [
        "'; DROP TABLE people; --",
        "<script>alert(1)</script>",
        "can't find \"unbalanced",
        "AND OR NOT ((( ^ ~ title:[a TO b}",
        "a\u{0}b",
        "\u{202e}reversed\u{feff}",
        "{{7*7}} ${jndi:ldap://x} %s%n",
        "../../etc/passwd",
        "\u{1b}[2J",
    ];
    for question in injections {
        let answer = ask(&json!({ "query": question }).to_string()).await;
        assert_eq!(answer.status, 200, "{question:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_question_is_answered_or_refused_for_its_length(question in "\\PC{0,60}|(?s:.{0,60})") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(ask(&json!({ "query": question }).to_string()));
        let expected = if question.trim().is_empty() { 422 } else { 200 };
        prop_assert_eq!(answer.status.as_u16(), expected);
    }

    #[test]
    fn any_body_is_answered_with_json(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(send(standard(), post(body)));
        prop_assert!(matches!(answer.status.as_u16(), 200 | 400 | 422));
        answer.json();
    }
}
