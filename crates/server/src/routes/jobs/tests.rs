//! Orders over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use engine::DataFolder;
use engine::jobs::{JobBook, JobLimits, Outcome, Turn};
use engine::{Progress, Stage};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::App;
use crate::keys::{Draft, KeyFile, Owner, RANDOM_BYTES, Scope};
use crate::testing::{Answer, Made, clock, config, found, send};
use crate::{Config, Rate};

/// A server with a book of jobs that nobody works through, and an administrator's key.
struct House {
    folder: TempDir,
    book: Arc<JobBook>,
    router: Router,
    secret: String,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir_all(folder.path().join("exports/chat")).unwrap();
        let limits = JobLimits { exports: Some(folder.path().join("exports")), backups: None };
        let book = Arc::new(JobBook::open(&DataFolder::new(folder.path()), limits, clock()).unwrap());
        let keys = KeyFile::new(folder.path().join("keys.json"));
        let draft = Draft {
            owner: Owner::Service("operator".to_owned()),
            scopes: vec![Scope::Admin],
            speaks_for: vec![],
            expires_at: None,
        };
        let secret = keys.create(draft, &[1; RANDOM_BYTES], clock()).unwrap().1.reveal();
        let rate = Rate { per_second: 0, burst: 1 };
        let config = Config { keys_file: keys.path().to_owned(), rate, ..config() };
        let made = Made(|_: &engine::Search| Ok(found()));
        let app = App::new(Arc::new(made), &config, clock).with_jobs(Some(Arc::clone(&book)));
        Self { folder, book, router: app.into_router(), secret }
    }

    async fn send(&self, method: &str, path: &str, key: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("authorization", format!("Bearer {}", self.secret));
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        send(self.router.clone(), request.header("content-type", "application/json").body(body).unwrap())
            .await
    }

    async fn order(&self, body: Value) -> Answer {
        self.send("POST", "/v1/admin/jobs", "", Some(body)).await
    }

    fn turn(&self) -> Turn {
        self.book.next(clock).unwrap()
    }
}

#[tokio::test]
async fn a_job_is_ordered_watched_and_over() {
    let house = House::new();
    let ordered =
        house.order(json!({"kind": "ingest", "arguments": {"exports": ["chat"], "complete": true}})).await;
    assert_eq!((ordered.status.as_u16(), ordered.header("location")), (202, "/v1/jobs/1"));
    assert_eq!(ordered.json()["state"], "queued");
    let turn = house.turn();
    house.book.progress(turn.id, Progress { stage: Stage::Read, done: 5, total: Some(10) }, clock());
    let job = house.send("GET", "/v1/jobs/1", "", None).await.json();
    assert_eq!((&job["state"], &job["progress"]["stage"]), (&json!("running"), &json!("read")));
    assert_eq!((&job["progress"]["done"], &job["progress"]["of"]), (&json!(5), &json!(10)));
    house.book.end(turn.id, Outcome::Done(json!({"added": 3})), clock());
    let events = house.send("GET", "/v1/jobs/1/events", "", None).await;
    assert_eq!(events.header("content-type"), "text/event-stream");
    assert!(
        events.body.starts_with("event: job\ndata: {") && events.body.contains("\"added\":3"),
        "{events:?}"
    );
}

#[tokio::test]
async fn whoever_watches_hears_every_change_until_the_end() {
    let house = House::new();
    house.order(json!({"kind": "reindex"})).await;
    let book = Arc::clone(&house.book);
    let watching = tokio::spawn(async move { house.send("GET", "/v1/jobs/1/events", "", None).await });
    tokio::task::yield_now().await;
    let turn = book.next(clock).unwrap();
    book.end(turn.id, Outcome::Stopped, clock());
    let events = watching.await.unwrap();
    assert!(events.body.contains("\"state\":\"cancelled\""), "{events:?}");
}

#[tokio::test]
async fn lists_go_on_by_cursor_and_jobs_are_taken_back() {
    let house = House::new();
    for _ in 0..3 {
        house.order(json!({"kind": "learn", "arguments": {"dry_run": true}})).await;
    }
    let page = house.send("GET", "/v1/jobs?limit=2", "", None).await.json();
    assert_eq!((&page["jobs"][0]["id"], &page["next_cursor"]), (&json!("3"), &json!("2")));
    let rest = house.send("GET", "/v1/jobs?limit=2&cursor=2", "", None).await.json();
    assert_eq!((&rest["jobs"][0]["id"], rest.get("next_cursor")), (&json!("1"), None));
    let gone = house.send("DELETE", "/v1/jobs/2", "", None).await.json();
    assert_eq!(gone["state"], "cancelled");
    for path in ["/v1/jobs/9", "/v1/jobs/x", "/v1/jobs/-1", "/v1/jobs/9/events"] {
        house.send("GET", path, "", None).await.assert_problem(404, "not-found");
    }
    for query in ["limit=0", "limit=101", "cursor=x", "cursor=", "other=1"] {
        let answer = house.send("GET", &format!("/v1/jobs?{query}"), "", None).await;
        assert!(answer.status.as_u16() == 422 || query == "cursor=", "{query}: {answer:?}");
    }
}

#[tokio::test]
async fn the_same_key_is_one_job_and_for_another_order_refused() {
    let house = House::new();
    let reindex = json!({"kind": "reindex"});
    for _ in 0..2 {
        let answer = house.send("POST", "/v1/admin/jobs", "once", Some(reindex.clone())).await;
        assert_eq!(answer.json()["id"], "1");
    }
    let other = house.send("POST", "/v1/admin/jobs", "once", Some(json!({"kind": "learn"}))).await;
    other.assert_problem(422, "invalid-request");
    let long = "k".repeat(201);
    house.send("POST", "/v1/admin/jobs", &long, Some(reindex)).await.assert_problem(422, "invalid-request");
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_by_its_field() {
    let house = House::new();
    let cases = [
        (json!({"kind": "sing"}), "kind"),
        (json!({"kind": "ingest"}), "arguments.exports"),
        (json!({"kind": "ingest", "arguments": {"exports": ["../keys.json"]}}), "arguments.exports[0]"),
        (json!({"kind": "ingest", "arguments": {"exports": ["/etc/passwd"]}}), "arguments.exports[0]"),
        (json!({"kind": "ingest", "arguments": {"exports": ["chat"], "since": "soon"}}), "arguments.since"),
        (json!({"kind": "reindex", "arguments": {"exports": ["chat"]}}), "arguments.exports"),
        (json!({"kind": "forget"}), "arguments"),
        (json!({"kind": "forget", "arguments": {"person": " "}}), "arguments"),
        (json!({"kind": "forget", "arguments": {"person": "a", "channel": "slack:C1"}}), "arguments"),
        (json!({"kind": "forget", "arguments": {"message": "no id"}}), "arguments.message"),
        (json!({"kind": "backup"}), "kind"),
    ];
    for (body, field) in cases {
        let answer = house.order(body.clone()).await;
        answer.assert_problem(422, "invalid-request");
        assert_eq!(answer.json()["field"], field, "{body}");
    }
    assert!(house.book.jobs().is_empty());
    assert!(!house.folder.path().join("keys.json.new").exists());
}

#[tokio::test]
async fn who_is_erased_is_told_nowhere() {
    let house = House::new();
    let answer = house
        .order(json!({"kind": "forget", "arguments": {"person": "ana@firm.example", "mode": "person"}}))
        .await;
    assert_eq!(answer.json()["arguments"], json!({"what": "person", "mode": "person"}));
    assert!(!house.send("GET", "/v1/jobs", "", None).await.body.contains("ana"));
}
