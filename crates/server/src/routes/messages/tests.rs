//! Who may send records, and what is said to them.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::Request;
use engine::ExportReport;

use crate::app::App;
use crate::live::{Intake, Live, Token};
use crate::testing::{Answer, Made, clock, config, found, send, standard};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Keeps what it is given.
#[derive(Default)]
struct Kept(Mutex<Vec<Vec<u8>>>);

impl Intake for Kept {
    fn take(&self, body: &[u8]) -> Result<ExportReport, engine::Error> {
        self.0.lock().unwrap().push(body.to_vec());
        Ok(ExportReport { added: 1, ..ExportReport::default() })
    }
}

fn request(token: Option<&str>, kind: &str, body: &str) -> Request<Body> {
    let mut request = Request::post("/v1/messages").header("content-type", kind);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

async fn sent(request: Request<Body>) -> (Answer, usize) {
    let kept = Arc::new(Kept::default());
    let intake: Arc<dyn Intake> = kept.clone();
    let live = Live::new(intake, Token::new(SECRET).unwrap(), 100);
    let made = Arc::new(Made(|_: &engine::Search| Ok(found())));
    let router = App::new(made, &config(), clock).with_live(Some(live)).into_router();
    let answer = send(router, request).await;
    let taken = kept.0.lock().unwrap().len();
    (answer, taken)
}

#[tokio::test]
async fn whoever_shows_the_token_is_heard() {
    for kind in ["application/x-ndjson", "application/json; charset=utf-8"] {
        let (answer, taken) = sent(request(Some(SECRET), kind, "{}")).await;
        assert_eq!((answer.status.as_u16(), taken), (200, 1));
        assert_eq!(answer.json()["added"], 1);
    }
}

#[tokio::test]
async fn nobody_else_is() {
    for token in [None, Some(""), Some("wrong"), Some(&SECRET[1..])] {
        let (answer, taken) = sent(request(token, "application/x-ndjson", "{}")).await;
        answer.assert_problem(401, "unauthorized");
        assert_eq!((answer.header("www-authenticate"), taken), ("Bearer", 0));
    }
}

#[tokio::test]
async fn forms_and_floods_are_refused() {
    let (answer, taken) = sent(request(Some(SECRET), "text/plain", "{}")).await;
    answer.assert_problem(415, "unsupported-media-type");
    assert_eq!(taken, 0);
    let (answer, taken) = sent(request(Some(SECRET), "application/json", &" ".repeat(101))).await;
    answer.assert_problem(413, "body-too-large");
    assert_eq!(taken, 0);
}

#[tokio::test]
async fn it_is_off_unless_it_is_turned_on() {
    let answer = send(standard(), request(Some(SECRET), "application/json", "{}")).await;
    answer.assert_problem(404, "not-found");
}
