//! Blind asks through the real binary: two organizations that differ only in what the asker may not read.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{ALWAYS_AT_WORK, Place, Server, bearer, json_lines, names};

const QUESTION: &str = "Who has negotiated the tariff of the eastern warehouse?";
const LONGEST: Duration = Duration::from_mins(2);

fn message(number: usize, author: &str, text: &str, channel: &str, rights: &Value) -> Value {
    json!({
        "id": format!("{channel}-{number}"), "source": "desk", "channel": channel, "conversation": channel,
        "author": {"id": author, "name": author}, "at": format!("2026-03-02T09:0{number}:00Z"), "text": text,
        "visibility": rights,
    })
}

/// A server of an organization in which Ana answers questions on coffee in the open, and where `hidden`, the
/// question's subject among three.
fn world(place: &Place, hidden: bool) -> (Server, [String; 2]) {
    let everyone = json!("everyone");
    let mut messages = vec![
        message(1, "bo", "Where do I find the coffee for the machine?", "kitchen", &everyone),
        message(2, "ana", "The coffee for the machine is in the cellar, second shelf.", "kitchen", &everyone),
        message(3, "zoe", "Thanks, that worked!", "kitchen", &everyone),
    ];
    if hidden {
        let few = json!({"members": ["desk:bo", "desk:ana", "desk:cem"]});
        messages.push(message(1, "bo", QUESTION, "board", &few));
        let answer =
            "I negotiated the tariff of the eastern warehouse; the tariff for nights is in annex two.";
        messages.push(message(2, "ana", answer, "board", &few));
        messages.push(message(3, "bo", "Thanks Ana, that is it.", "board", &few));
    }
    let export = place.write("desk.jsonl", json_lines(&messages));
    place.ingest(&[&export]).exits(0);
    let options = place.write(
        "blind.toml",
        format!("[query.confidence]\nname_from = 0.05\n[asks]\ntick_ms = 50\n{ALWAYS_AT_WORK}"),
    );
    let keys = ["desk:zoe", "desk:ana"].map(|person| bearer(&place.key(&["--person", person])));
    (Server::start_with_options(&place.data(), &options), keys)
}

/// What the asker sees, but for what names one ask or one moment.
fn seen(server: &Server, zoe: &str, path: &str) -> Value {
    let mut all = json!({
        "ask": server.send_with(&format!("GET {path}"), zoe, None).json(),
        "asks": server.send_with("GET /v1/asks", zoe, None).json(),
        "search": server.send_with("POST /v1/experts/search", zoe, Some(&json!({"query": QUESTION}))).json(),
        "coffee": server.send_with("POST /v1/experts/search", zoe, Some(&json!({"query": "coffee for the machine"}))).json(),
        "ana": server.send_with("GET /v1/people?name=ana", zoe, None).json(),
    });
    mask(&mut all);
    all
}

fn mask(value: &mut Value) {
    const NAMED: [&str; 7] = ["id", "asked_at", "changed_at", "blind_until", "query_id", "took_ms", "at"];
    match value {
        Value::Object(fields) => {
            fields.retain(|field, _| !NAMED.contains(&field.as_str()));
            fields.values_mut().for_each(mask);
        }
        Value::Array(values) => values.iter_mut().for_each(mask),
        _ => {}
    }
}

#[test]
fn a_blind_ask_reaches_who_knows_and_its_asker_sees_the_same_as_where_nobody_does() {
    let places = [Place::new(), Place::new()];
    let (knows, [zoe, ana]) = world(&places[0], true);
    let (knows_not, [other_zoe, _]) = world(&places[1], false);
    let body = json!({"query": QUESTION, "blind": true});
    let put = |server: &Server, who: &str| {
        let asked = server.send_with("POST /v1/asks", who, Some(&body));
        assert_eq!(asked.status, 200, "{asked:?}");
        format!("/v1/asks/{}", asked.json()["id"].as_str().unwrap())
    };
    let (path, other_path) = (put(&knows, &zoe), put(&knows_not, &other_zoe));
    let began = Instant::now();
    while knows.send_with(&format!("GET {path}"), &ana, None).status == 404 {
        assert!(began.elapsed() < LONGEST, "Ana is never asked");
    }
    let alike = || {
        let (here, there) = (seen(&knows, &zoe, &path), seen(&knows_not, &other_zoe, &other_path));
        assert_eq!(here, there, "{here:#}\n{there:#}");
        here
    };
    let told = alike();
    assert!(names(&told["search"]).is_empty() && names(&told["coffee"]) == ["ana"], "{told:#}");
    assert_eq!(told["ask"]["state"], "offered");
    let declined = json!({"reason": "busy"});
    assert_eq!(knows.send_with(&format!("POST {path}/decline"), &ana, Some(&declined)).status, 200);
    alike();

    let path = put(&knows, &zoe);
    let began = Instant::now();
    while knows.send_with(&format!("POST {path}/accept"), &ana, Some(&json!({}))).status != 200 {
        assert!(began.elapsed() < LONGEST, "Ana is never asked");
    }
    let taken = knows.send_with(&format!("GET {path}"), &zoe, None);
    assert!(taken.body.contains("accepted") && !taken.body.contains("ana"), "{taken:?}");
    knows.send_with(&format!("POST {path}/answer"), &ana, Some(&json!({"text": "Annex two."})));
    let answered = knows.send_with(&format!("GET {path}"), &zoe, None);
    assert!(answered.body.contains("Annex two.") && !answered.body.contains("ana"), "{answered:?}");
    knows.send_with(&format!("POST {path}/reveal"), &ana, Some(&json!({})));
    let shown = knows.send_with(&format!("GET {path}"), &zoe, None).json();
    assert_eq!(shown["answer"]["by"]["display_name"], "ana", "{shown:#}");
    assert_eq!(seen(&knows, &zoe, &path)["search"], told["search"], "what is hidden stays so");
}
