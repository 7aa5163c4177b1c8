//! Exports that are broken or hostile, ordered as jobs of a running server: each costs itself and nothing else.

mod archives;
mod corrupted;

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::operate::{admin, options, order, over};
use crate::support::{Place, Server, names};

const FIRST: &str = "
    #lobby 2026-03-01 source=desk visibility=everyone
    09:00 zoe: Good morning all
";

/// What came of an export.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// It could not be read at all: why.
    Broken(String),
    /// It was read: messages that came of it, and records that did not read.
    Read { added: u64, bad: u64 },
}

/// A server with a folder of exports.
struct House {
    place: Place,
    key: String,
    server: Server,
    orders: u64,
    /// The longest that an order after a bad one took.
    slowest: Duration,
}

impl House {
    /// With these options besides.
    fn new(more: &str) -> Self {
        let place = Place::with_play(FIRST);
        let key = admin(&place);
        let server = Server::start_with_options(&place.data(), &options(&place, more));
        Self { place, key, server, orders: 0, slowest: Duration::ZERO }
    }

    fn ingest(&self, name: &str) -> Value {
        let id = order(&self.server, &self.key, &json!({"kind": "ingest", "arguments": {"exports": [name]}}));
        over(&self.server, &self.key, &id)
    }

    /// Orders an export to be read; what came of it, with words for whoever ordered it.
    fn order(&self, name: &str) -> Outcome {
        let job = self.ingest(name);
        if job["state"] == "failed" {
            let why = job["error"].as_str().unwrap().to_owned();
            assert!(!why.is_empty(), "{name}: {job:#}");
            return Outcome::Broken(why);
        }
        assert_eq!(job["state"], "done", "{name}: {job:#}");
        let export = &job["result"]["exports"][0];
        assert!(
            export["broken"].is_null(),
            "{name}: an export that does not read is a job that failed: {job:#}"
        );
        let bad = export["quarantined"].as_u64().unwrap();
        let issues = export["issues"].as_array().unwrap();
        assert_eq!(issues.is_empty(), bad == 0, "{name}: {job:#}");
        for issue in issues {
            let said = issue["reason"].as_str().is_some_and(|reason| !reason.is_empty());
            let placed = issue["file"].is_string() || issue["line"].is_u64() || issue["offset"].is_u64();
            assert!(said && placed, "{name}: {issue:#}");
        }
        Outcome::Read { added: export["added"].as_u64().unwrap(), bad }
    }

    /// Orders a good export: it is read, whatever came before.
    fn order_a_good_one(&mut self) {
        self.orders += 1;
        let words = format!("goodword{}", letters(self.orders));
        let play = format!(
            "#pumps 2026-03-02 source=good{} visibility=everyone\n\
             09:00 bo: Which {words} gasket fits the old coolant pump?\n\
             09:05 ana > bo: The {words} gasket is the green one, it fits the old coolant pump.\n",
            self.orders
        );
        self.place.play("exports/good.jsonl", &play);
        let began = Instant::now();
        assert_eq!(self.order("good.jsonl"), Outcome::Read { added: 2, bad: 0 });
        self.slowest = self.slowest.max(began.elapsed());
        let answer = self.server.ask(&format!("Which {words} gasket fits the old coolant pump?"));
        assert!(names(&answer).contains(&"ana"), "{answer:#}");
    }

    fn end(self) {
        assert_eq!(self.server.terminate().code, Some(0));
        self.place.run("doctor", &[]).exits(0).says(&["whole"]);
    }
}

/// A number in letters.
fn letters(number: u64) -> String {
    let letter = |number: u64| char::from(b'a' + (number % 26) as u8);
    [letter(number / 26), letter(number)].into_iter().collect()
}
