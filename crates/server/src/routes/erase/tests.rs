//! Who may erase themselves, how they confirm it, and who sees the receipt.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use engine::DataFolder;
use engine::erase::{Erasure, Target};
use engine::jobs::{JobBook, JobLimits, Order, Outcome};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::App;
use crate::keys::{Draft, KeyFile, Owner, RANDOM_BYTES, Scope};
use crate::testing::{Answer, Made, clock, config, found, send};
use crate::{Config, Rate};

const ONCE: &str = "4b7e3c1a-0c9d-4e53-9a57-2f0b4c8a1d11";

/// A server with a book of jobs that nobody works through, and the keys of two people, a service and a bot.
struct House {
    _folder: TempDir,
    book: Arc<JobBook>,
    router: Router,
    keys: [String; 4],
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let book = JobBook::open(&DataFolder::new(folder.path()), JobLimits::default(), clock()).unwrap();
        let book = Arc::new(book);
        let file = KeyFile::new(folder.path().join("keys.json"));
        let person = |account: &str| Owner::Person(account.parse().unwrap());
        let owners = [
            person("slack:U1"),
            person("slack:U2"),
            Owner::Service("crm".to_owned()),
            Owner::Bot("helper".to_owned()),
        ];
        let mut number = 0;
        let keys = owners.map(|owner| {
            number += 1;
            let speaks_for = vec!["slack".parse().unwrap()];
            let speaks_for = if matches!(owner, Owner::Bot(_)) { speaks_for } else { vec![] };
            let draft = Draft { owner, scopes: vec![Scope::Me], speaks_for, expires_at: None };
            file.create(draft, &[number; RANDOM_BYTES], clock()).unwrap().1.reveal()
        });
        let rate = Rate { per_second: 0, burst: 1 };
        let config = Config { keys_file: file.path().to_owned(), rate, ..config() };
        let made = Made(|_: &engine::Search| Ok(found()));
        let app = App::new(Arc::new(made), &config, clock).with_jobs(Some(Arc::clone(&book)));
        Self { _folder: folder, book, router: app.into_router(), keys }
    }

    async fn order(&self, key: usize, once: &str, body: Value) -> Answer {
        let mut request = Request::post("/v1/me/erase").header("content-type", "application/json");
        request = request.header("authorization", format!("Bearer {}", self.keys[key]));
        if !once.is_empty() {
            request = request.header("idempotency-key", once);
        }
        if key == 3 {
            request = request.header("x-on-behalf-of", "slack:U1");
        }
        send(self.router.clone(), request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn receipt(&self, once: &str) -> Answer {
        let request = Request::get("/v1/me/erase/receipt").header("idempotency-key", once);
        send(self.router.clone(), request.body(Body::empty()).unwrap()).await
    }
}

#[tokio::test]
async fn one_erases_oneself_and_sees_the_receipt_without_the_key_that_went() {
    let house = House::new();
    let body = json!({"confirm": "slack:U1", "mode": "anonymise"});
    let ordered = house.order(0, ONCE, body.clone()).await;
    assert_eq!((ordered.status.as_u16(), ordered.header("location")), (202, "/v1/me/erase/receipt"));
    assert_eq!(ordered.json()["accounts"], json!(["slack:U1"]));
    let again = house.order(0, ONCE, body).await;
    assert_eq!((again.status.as_u16(), house.book.jobs().len()), (202, 1), "the same order is one");
    let turn = house.book.next(clock).unwrap();
    let accounts = vec!["slack:U1".parse().unwrap()];
    assert_eq!(turn.order, Order::Forget { target: Target::Accounts(accounts), mode: Erasure::Anonymise });
    assert_eq!(house.receipt(ONCE).await.json()["state"], "running");
    house.book.end(turn.id, Outcome::Done(json!({"erased": {"messages": 2}})), clock());
    let receipt = house.receipt(ONCE).await.json();
    assert_eq!((&receipt["state"], &receipt["receipt"]["erased"]["messages"]), (&json!("done"), &json!(2)));
    assert_eq!((&receipt["mode"], receipt.get("accounts")), (&json!("anonymise"), None));
    house.receipt("4b7e3c1a-0c9d-4e53-9a57-2f0b4c8a1d12").await.assert_problem(404, "not-found");
    house.receipt("short").await.assert_problem(422, "invalid-request");
}

#[tokio::test]
async fn nobody_is_erased_by_accident_by_a_bot_or_under_anothers_key() {
    let house = House::new();
    let own = json!({"confirm": "slack:U1"});
    for confirm in ["slack:U2", "", "yes"] {
        let answer = house.order(0, ONCE, json!({"confirm": confirm})).await;
        answer.assert_problem(422, "invalid-request");
        assert_eq!(answer.json()["field"], "confirm");
    }
    house.order(0, ONCE, json!({})).await.assert_problem(422, "invalid-request");
    for once in ["", "short"] {
        let answer = house.order(0, once, own.clone()).await;
        answer.assert_problem(422, "invalid-request");
        assert_eq!(answer.json()["field"], "idempotency-key");
    }
    house.order(2, ONCE, own.clone()).await.assert_problem(403, "forbidden");
    house.order(3, ONCE, own.clone()).await.assert_problem(403, "forbidden");
    assert!(house.book.jobs().is_empty());
    assert_eq!(house.order(0, ONCE, own).await.status, 202);
    let other = house.order(1, ONCE, json!({"confirm": "slack:U2"})).await;
    other.assert_problem(422, "invalid-request");
    assert_eq!(house.book.jobs().len(), 1, "nobody is told that another's erasure is theirs");
}

#[tokio::test]
async fn while_a_job_is_at_work_one_is_told_when_to_come_back() {
    let house = House::new();
    house.book.order(Order::Reindex, None, clock()).unwrap().unwrap();
    let body = json!({"confirm": "slack:U1"});
    for at_work in [false, true] {
        if at_work {
            house.book.next(clock).unwrap();
        }
        let answer = house.order(0, ONCE, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (409, "15"), "{answer:?}");
        assert_eq!(answer.json()["type"], "urn:whoknows:problem:conflict");
    }
    house.book.end(1, Outcome::Done(json!({})), clock());
    assert_eq!(house.order(0, ONCE, body).await.status, 202);
}
