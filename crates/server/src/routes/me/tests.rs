//! What is told of oneself, and to whom.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Config;
use crate::keys::{Draft, KeyFile, Owner, RANDOM_BYTES, Scope};
use crate::testing::{Answer, clock, config, found, router, send};

/// A server with a key of somebody, one of a service that may do the same, and one of an administrator.
struct House {
    config: Config,
    ana: String,
    service: String,
    admin: String,
    _folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("keys.json"));
        let mut number = 0;
        let mut make = |owner: Owner, scopes: &[Scope]| {
            number += 1;
            let draft = Draft { owner, scopes: scopes.to_vec(), speaks_for: Vec::new(), expires_at: None };
            file.create(draft, &[number; RANDOM_BYTES], clock()).unwrap().1.reveal()
        };
        let ana = make(Owner::Person("slack:U1".parse().unwrap()), &[Scope::Me, Scope::Search]);
        let service = make(Owner::Service("crm".to_owned()), &[Scope::Me]);
        let admin = make(Owner::Person("slack:U9".parse().unwrap()), &[Scope::Admin]);
        let config = Config { keys_file: file.path().to_owned(), anonymous: false, ..config() };
        Self { config, ana, service, admin, _folder: folder }
    }

    async fn ask(&self, key: &str, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {key}")).body(body).unwrap();
        send(router(&self.config, |_| Ok(found())), request).await
    }
}

#[tokio::test]
async fn a_key_that_stands_for_nobody_has_no_self() {
    let house = House::new();
    for (method, path) in [
        ("GET", "/v1/me"),
        ("GET", "/v1/me/hidden"),
        ("POST", "/v1/me/hidden"),
        ("DELETE", "/v1/me/hidden/0123456789abcdef"),
        ("POST", "/v1/me/topics/vpn/wrong"),
        ("GET", "/v1/me/why?query=x"),
        ("GET", "/v1/me/export"),
    ] {
        let answer = house.ask(&house.service, method, path, json!({"topic": "vpn"})).await;
        answer.assert_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn one_sees_what_one_hides_and_changes_it() {
    let house = House::new();
    let me = house.ask(&house.ana, "GET", "/v1/me", Value::Null).await.json();
    assert_eq!(me["person_id"], "slack:U1");
    assert_eq!(me["hidden"][0]["what"], "vpn");
    let hidden = house.ask(&house.ana, "POST", "/v1/me/hidden", json!({"topic": "Label  Printer"})).await;
    let expected = json!({"hidden": [{
        "id": "0123456789abcdef", "kind": "topic", "what": "label printer", "wrong": false, "by_operator": false,
        "since": "2026-01-02T03:04:05Z"
    }]});
    assert_eq!((hidden.status.as_u16(), hidden.json()), (200, expected));
    let wrong =
        house.ask(&house.ana, "POST", "/v1/me/topics/label%20printer/wrong", Value::Null).await.json();
    assert_eq!(
        (&wrong["hidden"][0]["what"], &wrong["hidden"][0]["wrong"]),
        (&json!("label printer"), &json!(true))
    );
    for (id, status) in [("0123456789abcdef", 204), ("unknown", 404), ("%ff", 404)] {
        let answer = house.ask(&house.ana, "DELETE", &format!("/v1/me/hidden/{id}"), Value::Null).await;
        assert_eq!(answer.status.as_u16(), status, "{id}");
    }
}

#[tokio::test]
async fn what_cannot_be_hidden_is_refused() {
    let house = House::new();
    let hide = |body: Value| house.ask(&house.ana, "POST", "/v1/me/hidden", body);
    hide(json!({})).await.assert_problem(422, "invalid-request");
    hide(json!({"topic": " "})).await.assert_problem(422, "invalid-request");
    hide(json!({"topic": "vpn", "other": 1})).await.assert_problem(422, "invalid-request");
    hide(json!({"source": "x"})).await.assert_problem(422, "invalid-request");
    for field in ["source", "channel", "topic"] {
        let refused = hide(json!({ field: "é".repeat(201) })).await;
        refused.assert_problem(422, "invalid-request");
        assert_eq!(refused.json()["field"], field);
    }
    hide(json!({"evidence": "0123456789abcdef"})).await.assert_problem(404, "not-found");
}

#[tokio::test]
async fn why_me_tells_of_oneself_and_of_nobody_else() {
    let house = House::new();
    let answer = house.ask(&house.ana, "GET", "/v1/me/why?query=how%3F", Value::Null).await;
    let parts = json!([{"name": "topical", "amount": 0.75, "features": []}]);
    let expected = json!({
        "generation": 42, "named": false, "evidence": [], "missing": [],
        "explanation": {"place": 1, "score": 0.75, "parts": parts},
    });
    assert_eq!(answer.json(), expected);
    for query in ["", "query=", "query=x&other=1"] {
        let answer = house.ask(&house.ana, "GET", &format!("/v1/me/why?{query}"), Value::Null).await;
        answer.assert_problem(422, "invalid-request");
    }
}

#[tokio::test]
async fn what_people_are_known_for_is_told_where_it_is_asked() {
    let house = House::new();
    let search = |body: Value| house.ask(&house.ana, "POST", "/v1/experts/search", body);
    let told = search(json!({"query": "x", "topics": {"k": 3}})).await.json();
    assert_eq!(told["experts"][0]["topics"], json!(["label printer"]));
    assert_eq!(search(json!({"query": "x"})).await.json().pointer("/experts/0/topics"), None);
    search(json!({"query": "x", "topics": {"k": 9}})).await.assert_problem(422, "invalid-request");
}

#[tokio::test]
async fn scores_leave_for_administrators_only_and_only_if_they_ask() {
    let house = House::new();
    let search = |key: &str, explain: &str| {
        let (key, body) = (key.to_owned(), json!({"query": "x", "explain": explain}));
        let house = &house;
        async move { house.ask(&key, "POST", "/v1/experts/search", body).await }
    };
    search(&house.ana, "full").await.assert_problem(403, "forbidden");
    let told = search(&house.admin, "full").await.json();
    assert_eq!(told["experts"][0]["explanation"]["score"], 0.75);
    assert_eq!(search(&house.admin, "summary").await.json().pointer("/experts/0/explanation"), None);
    let body = json!({"questions": [{"query": "x", "explain": "full"}]});
    house.ask(&house.admin, "POST", "/v1/experts/batch", body).await.assert_problem(403, "forbidden");
}
