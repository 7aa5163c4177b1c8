//! Asks over HTTP: among Zoe who asks, Ana (`slack:U1`) who is asked, and others.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use model::AccountKey;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Config;
use crate::app::App;
use crate::asks::move_on;
use crate::keys::{Draft, KeyFile, Owner, RANDOM_BYTES, Scope};
use crate::testing::{Answer, Made, asks, clock, config, found, send};

/// A server, and a key of each person.
struct House {
    router: Router,
    app: Arc<App>,
    file: KeyFile,
    _folder: TempDir,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("keys.json"));
        let rate = crate::Rate { per_second: 0, burst: 1 };
        let config = Config { keys_file: file.path().to_owned(), rate, ..config() };
        let made = Made(|_: &engine::Search| Ok(found()));
        let app = Arc::new(App::new(Arc::new(made), &config, clock).with_asks(Some(asks())));
        Self { router: App::router(&app), app, file, _folder: folder }
    }

    /// What else goes on beside the requests, once.
    fn tend(&self) {
        move_on(&self.app, self.app.asks.as_ref().unwrap());
    }

    fn key(&self, name: &str) -> String {
        let owner = Owner::Person(AccountKey::new(format!("slack:{name}")).unwrap());
        let draft = Draft { owner, scopes: vec![Scope::Search], speaks_for: vec![], expires_at: None };
        let random = [name.bytes().map(u32::from).sum::<u32>() as u8; RANDOM_BYTES];
        self.file.create(draft, &random, clock()).unwrap().1.reveal()
    }

    async fn send(
        &self,
        who: &str,
        start: (Method, &str),
        body: Option<Value>,
        more: (&str, &str),
    ) -> Answer {
        let mut request = Request::builder().method(start.0).uri(start.1).header(more.0, more.1);
        if !who.is_empty() {
            request = request.header("authorization", format!("Bearer {who}"));
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let request = request.header("content-type", "application/json").body(body).unwrap();
        send(self.router.clone(), request).await
    }

    async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.send(who, (Method::POST, path), Some(body), ("accept", "*/*")).await
    }

    async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(who, (Method::GET, path), None, ("accept", "*/*")).await
    }
}

fn without_id(answer: &Answer) -> Value {
    let mut json = answer.json();
    json.as_object_mut().unwrap().remove("instance");
    json
}

#[tokio::test]
async fn an_ask_lives_from_the_question_to_the_answer() {
    let house = House::new();
    let (zoe, ana, eve) = (house.key("zoe"), house.key("U1"), house.key("eve"));
    let asked = house.post(&zoe, "/v1/asks", json!({"query": "How?", "anonymous": true})).await;
    assert_eq!(asked.status, 200, "{asked:?}");
    let asked = asked.json();
    assert_eq!((&asked["state"], &asked["role"]), (&json!("offered"), &json!("asker")));
    assert_eq!(asked["offers"][0]["to"]["display_name"], "Name of U1");
    let path = format!("/v1/asks/{}", asked["id"].as_str().unwrap());
    let shown = house.get(&ana, &path).await.json();
    assert_eq!(
        (&shown["role"], shown.get("asker"), &shown["question"]),
        (&json!("offered"), None, &json!("How?"))
    );
    // Whom it does not concern is told the same as of an ask that is not there.
    let hidden = house.get(&eve, &path).await;
    let missing = house.get(&eve, "/v1/asks/0000000000000000").await;
    assert_eq!((hidden.status.as_u16(), without_id(&hidden)), (404, without_id(&missing)));
    for act in ["accept", "reveal"] {
        assert_eq!(house.post(&eve, &format!("{path}/{act}"), json!({})).await.status, 404);
    }
    house.post(&zoe, &format!("{path}/accept"), json!({})).await.assert_problem(403, "forbidden");
    assert_eq!(house.post(&ana, &format!("{path}/accept"), json!({})).await.json()["state"], "accepted");
    house.post(&ana, &format!("{path}/accept"), json!({})).await.assert_problem(409, "conflict");
    house.post(&ana, &format!("{path}/close"), json!({})).await.assert_problem(403, "forbidden");
    let answered = house.post(&ana, &format!("{path}/answer"), json!({"text": " Like this "})).await.json();
    assert_eq!(answered["answer"]["text"], "Like this");
    house.post(&zoe, &format!("{path}/reveal"), json!({})).await;
    let shown = house.get(&ana, &path).await.json();
    assert_eq!(shown["asker"]["display_name"], "Name of zoe");
    let closed = house.post(&zoe, &format!("{path}/close"), json!({"helped": true})).await.json();
    assert_eq!((&closed["state"], &closed["helped"]), (&json!("closed"), &json!(true)));
    let events =
        house.send(&ana, (Method::GET, "/v1/events?wait_seconds=0"), None, ("last-event-id", "0")).await;
    assert_eq!(events.header("content-type"), "text/event-stream");
    let told: Vec<&str> = events.body.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    assert_eq!(told, ["ask.offered", "ask.accepted", "ask.answered", "ask.revealed", "ask.closed"]);
    assert!(!events.body.contains("How?") && !events.body.contains("Like this"));
}

#[tokio::test]
async fn nobody_asks_without_being_somebody() {
    let house = House::new();
    house.post("", "/v1/asks", json!({"query": "How?"})).await.assert_problem(403, "forbidden");
    for path in ["/v1/asks", "/v1/me/availability", "/v1/events"] {
        house.get("", path).await.assert_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn lists_have_cursors_and_sides() {
    let house = House::new();
    let (zoe, ana) = (house.key("zoe"), house.key("U1"));
    for number in 0..3 {
        house.post(&zoe, "/v1/asks", json!({"query": format!("How {number}?")})).await;
    }
    let first = house.get(&zoe, "/v1/asks?limit=2").await.json();
    let words = |page: &Value| -> Vec<String> {
        page["asks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|ask| ask["question"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(words(&first), ["How 2?", "How 1?"]);
    let next = first["next_cursor"].as_str().unwrap();
    let last = house.get(&zoe, &format!("/v1/asks?cursor={next}")).await.json();
    assert_eq!((words(&last), last.get("next_cursor")), (vec!["How 0?".to_owned()], None));
    // Two at once are enough for anybody: the third went to nobody.
    assert_eq!(words(&house.get(&ana, "/v1/asks?side=offered").await.json()), ["How 1?", "How 0?"]);
    for wrong in ["limit=0", "side=none", "cursor=xyz", "other=1"] {
        house.get(&zoe, &format!("/v1/asks?{wrong}")).await.assert_problem(422, "invalid-request");
    }
}

#[tokio::test]
async fn the_same_request_with_its_key_is_one_ask() {
    let house = House::new();
    let zoe = house.key("zoe");
    let put = |query: &'static str| {
        let body = Some(json!({ "query": query }));
        house.send(&zoe, (Method::POST, "/v1/asks"), body, ("idempotency-key", "k1"))
    };
    let (first, again) = (put("How?").await.json(), put("How?").await.json());
    assert_eq!(first["id"], again["id"]);
    let other = put("Why?").await;
    other.assert_problem(422, "invalid-request");
    assert_eq!(other.json()["field"], "idempotency-key");
    let empty =
        house.send(&zoe, (Method::POST, "/v1/asks"), Some(json!({"query": "x"})), ("idempotency-key", ""));
    empty.await.assert_problem(422, "invalid-request");
}

#[tokio::test]
async fn declining_names_a_reason_and_handing_off_somebody_known() {
    let house = House::new();
    let (zoe, ana) = (house.key("zoe"), house.key("U1"));
    let asked = house.post(&zoe, "/v1/asks", json!({"query": "How?"})).await.json();
    let path = format!("/v1/asks/{}", asked["id"].as_str().unwrap());
    let wrong = [
        json!({"reason": "bored"}),
        json!({"reason": "suggest_other"}),
        json!({"reason": "busy", "person_id": "slack:U2"}),
        json!({"reason": "suggest_other", "person_id": "slack:hidden"}),
    ];
    for body in wrong {
        house.post(&ana, &format!("{path}/decline"), body).await.assert_problem(422, "invalid-request");
    }
    let declined = json!({"reason": "suggest_other", "person_id": "slack:U2"});
    let declined = house.post(&ana, &format!("{path}/decline"), declined).await.json();
    assert_eq!(
        (&declined["offers"][0]["reason"], &declined["state"]),
        (&json!("suggest_other"), &json!("offered"))
    );
    let seen = house.get(&zoe, &path).await.json();
    assert_eq!(seen["offers"][1]["to"]["person_id"], "slack:U2");
    assert_eq!(seen["offers"][0].get("reason"), None, "why somebody declined is theirs");
    let back = json!({"person_id": "slack:U1"});
    let handed = house.post(&house.key("U2"), &format!("{path}/handoff"), back).await;
    handed.assert_problem(409, "conflict");
}

#[tokio::test]
async fn people_say_when_they_want_to_be_asked() {
    let house = House::new();
    let ana = house.key("U1");
    let said = json!({
        "timezone": "Europe/Berlin", "hours": {"monday": [{"from": "09:00", "to": "12:30"}]},
        "absences": [{"from": "1970-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}], "ask_me_less": true,
    });
    let put = (Method::PUT, "/v1/me/availability");
    let told = house.send(&ana, put, Some(said), ("accept", "*/*")).await;
    assert_eq!(told.status, 200, "{told:?}");
    let told = house.get(&ana, "/v1/me/availability").await.json();
    assert_eq!(told["hours"]["monday"], json!([{"from": "09:00", "to": "12:30"}]));
    assert_eq!((&told["now"]["state"], &told["now"]["limit"]), (&json!("away"), &json!(1)));
    for wrong in [
        json!({"timezone": "Moon/Base"}),
        json!({"hours": {"monday": [{"from": "9", "to": "12:30"}]}}),
        json!({"hours": {"monday": [{"from": "13:00", "to": "12:30"}]}}),
        json!({"absences": [{"from": "x", "until": "y"}]}),
        json!({"limit": 101}),
        json!({"other": 1}),
    ] {
        let put = (Method::PUT, "/v1/me/availability");
        house.send(&ana, put, Some(wrong), ("accept", "*/*")).await.assert_problem(422, "invalid-request");
    }
}

#[tokio::test]
async fn feedback_names_a_question_or_a_search_of_ones_own() {
    let house = House::new();
    let (zoe, eve) = (house.key("zoe"), house.key("eve"));
    let search = house.post(&zoe, "/v1/experts/search", json!({"query": "How?"})).await.json();
    let about = json!({"query_id": search["query_id"], "person_id": "slack:U1", "verdict": "wrong_person"});
    assert_eq!(house.post(&zoe, "/v1/feedback", about.clone()).await.json(), json!({"taken": true}));
    house.post(&eve, "/v1/feedback", about).await.assert_problem(422, "invalid-request");
    let both = json!({"query_id": "x", "question": "y", "person_id": "slack:U1", "verdict": "helped"});
    house.post(&zoe, "/v1/feedback", both).await.assert_problem(422, "invalid-request");
    let alone = json!({"question": "How?", "person_id": "slack:U1", "verdict": "helped"});
    assert_eq!(house.post(&eve, "/v1/feedback", alone).await.status, 200);
}

#[tokio::test]
async fn a_blind_ask_tells_its_asker_nothing_until_somebody_appears() {
    let house = House::new();
    let (zoe, ana) = (house.key("zoe"), house.key("U1"));
    let put = async |query: &str| {
        let asked = house.post(&zoe, "/v1/asks", json!({"query": query, "blind": true})).await;
        assert_eq!(asked.status, 200, "{asked:?}");
        asked.json()
    };
    let (known, unknown) = (put("Who knows?").await, put("Is it that nobody knows?").await);
    let alike = |ask: &Value| {
        let mut ask = ask.clone();
        let left = ask.as_object_mut().unwrap();
        left.retain(|field, _| field != "id" && field != "question");
        ask
    };
    assert_eq!(alike(&known), alike(&unknown));
    house.tend();
    let paths = [&known, &unknown].map(|ask| format!("/v1/asks/{}", ask["id"].as_str().unwrap()));
    let events = async |who: &str| {
        house.send(who, (Method::GET, "/v1/events?wait_seconds=0"), None, ("last-event-id", "0")).await.body
    };
    for (path, before) in paths.iter().zip([&known, &unknown]) {
        assert_eq!(house.get(&zoe, path).await.json(), *before);
    }
    assert!(!events(&zoe).await.contains("ask.offered") && events(&ana).await.contains("ask.offered"));
    let offered = house.get(&ana, &paths[0]).await.json();
    assert_eq!((&offered["offers"][0]["hidden"], &offered["role"]), (&json!(true), &json!("offered")));
    house.post(&ana, &format!("{}/accept", paths[0]), json!({})).await;
    house.post(&ana, &format!("{}/answer", paths[0]), json!({"text": "Like this"})).await;
    let told = house.get(&zoe, &paths[0]).await;
    assert!(!told.body.contains("U1"), "{told:?}");
    let told = told.json();
    assert_eq!((&told["state"], &told["answer"]["by"]), (&json!("answered"), &json!({})));
    assert!(!events(&zoe).await.contains("U1"));
    house.post(&ana, &format!("{}/reveal", paths[0]), json!({})).await;
    let told = house.get(&zoe, &paths[0]).await.json();
    assert_eq!(told["answer"]["by"]["display_name"], "Name of U1");
    assert!(events(&zoe).await.contains("ask.appeared"));
    let named = json!({"query": "How?", "blind": true, "person_id": "slack:U1"});
    let refused = house.post(&zoe, "/v1/asks", named).await;
    refused.assert_problem(422, "invalid-request");
    assert_eq!(refused.json()["field"], "blind");
}

#[tokio::test]
async fn whoever_goes_through_people_by_asking_is_noticed_as_by_searching() {
    let house = House::new();
    let (zoe, ana) = (house.key("zoe"), house.key("U1"));
    let noticed = || house.app.metrics.many_people_noticed();
    let ask = async |number: usize| {
        let ask = json!({"query": "How?", "person_id": format!("slack:p{number}")});
        let asked = house.post(&zoe, "/v1/asks", ask).await;
        assert_eq!(asked.status, 200, "{asked:?}");
        let to = asked.json()["offers"][0]["to"]["person_id"].clone();
        assert_eq!(to, format!("slack:p{number}"));
    };
    for number in 0..200 {
        ask(number).await;
    }
    // Seen again, nobody counts twice; and nobody is somebody else to themselves.
    for _ in 0..2 {
        let page = house.get(&zoe, "/v1/asks?limit=100").await.json();
        assert_eq!(page["asks"].as_array().unwrap().len(), 100);
    }
    assert_eq!(noticed(), 0);
    ask(200).await;
    assert_eq!(noticed(), 1);
    // To whom they are put they show one asker.
    for _ in 0..3 {
        house.post(&zoe, "/v1/asks", json!({"query": "How?"})).await;
    }
    let page = house.get(&ana, "/v1/asks?limit=100").await.json();
    assert_eq!((page["asks"][0]["asker"]["person_id"].as_str(), noticed()), (Some("slack:zoe"), 1));
}

#[tokio::test]
async fn whom_events_name_counts_too() {
    let house = House::new();
    let zoe = house.key("zoe");
    for number in 0..201 {
        let ask = json!({"query": "How?", "person_id": format!("slack:p{number}"), "blind": false});
        house.post(&zoe, "/v1/asks", ask).await;
    }
    // Another hour's worth of it: only the events are left to show them.
    house.app.budget.forget();
    let before = house.app.metrics.many_people_noticed();
    let events =
        house.send(&zoe, (Method::GET, "/v1/events?wait_seconds=0"), None, ("last-event-id", "0")).await;
    assert!(events.body.matches("slack:p").count() >= 201, "{}", events.body.len());
    assert_eq!(house.app.metrics.many_people_noticed(), before + 1);
}
