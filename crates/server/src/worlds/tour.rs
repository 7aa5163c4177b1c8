//! Everything that one reader can ask of a world.

use std::fmt::Write as _;

use axum::http::Uri;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::chance::Dice;
use super::house::Service;
use super::words::asked;

/// A request, and all of its answer: status, headers and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) request: String,
    pub(super) answer: String,
}

impl Told {
    /// Whether it is a search's answer that names people.
    pub(super) fn names_somebody(&self) -> bool {
        self.answer.contains("\"experts\":[{\"person_id\"")
    }
}

/// What to ask: questions, a channel to ask them in, and ids of people to look up, readable or not.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) questions: Vec<String>,
    pub(super) channel: String,
    pub(super) people: Vec<String>,
}

impl Route {
    /// Five questions: one of words that are hidden, the others as people ask.
    pub(super) fn new(dice: &mut Dice, hidden: &[String], channel: String, people: Vec<String>) -> Self {
        let mut questions: Vec<String> = (0..4).map(|_| asked(dice)).collect();
        let birds: Vec<&str> = hidden.iter().take(3).map(String::as_str).collect();
        questions.push(format!("What is {}, and who repairs it?", birds.join(" or ")));
        Self { questions, channel, people }
    }
}

/// Goes the whole way.
pub(super) fn tour(service: &Service, runtime: &Runtime, reader: Option<&str>, route: &Route) -> Vec<Told> {
    let mut guide = Guide { service, runtime, reader, told: Vec::new() };
    let full = if reader.is_some() { "full" } else { "summary" };
    let searches: Vec<Value> = route.questions.iter().map(|question| json!({ "query": question })).collect();
    for (number, search) in searches.iter().enumerate() {
        let mut most = search.clone();
        most["k"] = json!(20);
        most["evidence"] = json!({"max_per_expert": 10, "max_chars": 2_000});
        most["answers"] = json!({"k": 10});
        most["topics"] = json!({"k": 8});
        most["explain"] = json!(full);
        guide.search(&most);
        // Each in another way besides.
        let mut other = search.clone();
        match number {
            0 => other["view"] = json!("knows"),
            1 => other["channel"] = json!(route.channel),
            2 => other["filters"] = json!({"min_confidence": "high"}),
            3 => {
                other["channel"] = json!(route.channel);
                other["view"] = json!("knows");
                other["prefer"] = json!({"spread": false});
                other["filters"] = json!({"min_confidence": "medium"});
            }
            _ => {}
        }
        guide.search(&other);
    }
    guide.ask("POST", "/v1/experts/batch", Some(&json!({ "questions": searches }).to_string()));
    let listed = guide.ask("GET", "/v1/people?limit=100", None);
    guide.ask("GET", "/v1/people?name=gero", None);
    let known = listed["people"].as_array().into_iter().flatten();
    let mut people: Vec<String> =
        known.filter_map(|one| one["person_id"].as_str()).map(str::to_owned).collect();
    people.extend(route.people.iter().cloned());
    people.sort();
    people.dedup();
    for person in people {
        guide.ask("GET", &format!("/v1/people/{}", encoded(&person)), None);
    }
    let topics = guide.ask("GET", "/v1/topics?limit=200", None);
    for topic in topics["topics"].as_array().into_iter().flatten().filter_map(|topic| topic["id"].as_str()) {
        guide.ask("GET", &format!("/v1/topics/{}/experts", encoded(topic)), None);
    }
    guide.ask("GET", "/readyz", None);
    if reader.is_some() {
        guide.ask("GET", "/v1/me", None);
        guide.ask("GET", &format!("/v1/me/why?query={}", encoded(&route.questions[0])), None);
    }
    guide.told
}

struct Guide<'a> {
    service: &'a Service,
    runtime: &'a Runtime,
    reader: Option<&'a str>,
    told: Vec<Told>,
}

impl Guide<'_> {
    fn search(&mut self, request: &Value) {
        let answer = self.ask("POST", "/v1/experts/search", Some(&request.to_string()));
        assert!(answer["experts"].is_array(), "{request}: {answer:#}");
    }

    fn ask(&mut self, method: &str, path: &str, body: Option<&str>) -> Value {
        assert!(path.parse::<Uri>().is_ok(), "{path}");
        let answer = self.service.ask(self.runtime, self.reader, (method, path), body);
        let request = format!("{method} {path} {} as {:?}", body.unwrap_or_default(), self.reader);
        let mut whole = format!("{}\n", answer.status);
        for (name, value) in &answer.headers {
            let _ = writeln!(whole, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        }
        whole += &answer.body;
        self.told.push(Told { request, answer: whole });
        serde_json::from_str(&answer.body).unwrap_or_default()
    }
}

/// A text as a part of an address.
pub(super) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut address, byte| {
        if byte.is_ascii_alphanumeric() {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
        address
    })
}
