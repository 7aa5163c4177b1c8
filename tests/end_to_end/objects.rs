//! What is not somebody's to know is as if it were not there, at every route that names a thing: the same status, the
//! same bytes, whether it is hidden from the asker or nowhere at all (trust.md S4).

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{ALWAYS_AT_WORK, Answer, Place, Server, bare, bearer};

/// Open talk, with which Ana and Bo are known, and a board of Dia's and Zoe's. The board has a subject of its own and
/// people whom nobody else knows of.
fn play() -> String {
    let mut play = String::new();
    for number in 0..30 {
        if number % 3 == 0 {
            writeln!(play, "#open 2026-02-{:02} source=desk visibility=everyone", 1 + number / 3).unwrap();
        }
        let minute = number % 3 * 10;
        let (thing, floor) = (number + 100, number + 300);
        writeln!(play, "09:{minute:02} bo: Where do I find the thing with the number {thing}?").unwrap();
        writeln!(play, "09:{:02} ana > bo: You find it on floor {floor}, beside the stairs.", minute + 5)
            .unwrap();
        writeln!(play, "09:{:02} bo +1 ana: thanks", minute + 6).unwrap();
    }
    let questions =
        ["Does the merger touch payroll?", "When is the merger announced?", "Who signs the merger?"];
    for (day, question) in (1..).zip(questions) {
        writeln!(play, "#board 2026-03-{day:02} source=desk visibility=dia,zoe\n09:00 zoe: {question}")
            .unwrap();
        writeln!(play, "09:05 dia > zoe: The merger is my business, day {day} of it.").unwrap();
        writeln!(play, "09:06 zoe +1 dia: thanks").unwrap();
    }
    play
}

/// A server, and keys of Ana (who may know nothing of the board), of Dia and Zoe (whose it is), and of an operator.
struct House {
    server: Server,
    ana: String,
    dia: String,
    zoe: String,
    operator: String,
    _place: Place,
}

impl House {
    fn new() -> Self {
        let place = Place::new();
        let export = place.play("play.jsonl", &play());
        place.ingest(&[&export]).exits(0);
        let options = place.write(
            "objects.toml",
            format!(
                "[server]\nanonymous = false\ndrain_ms = 0\n[server.rate]\nper_second = 0\n\
                 [query.confidence]\nname_from = 0.05\n[asks]\ntick_ms = 50\n{ALWAYS_AT_WORK}"
            ),
        );
        let key = |arguments: &[&str]| bearer(&place.key(arguments));
        let person = |account: &str| key(&["--person", account, "--scopes", "me,search,people"]);
        Self {
            ana: person("desk:ana"),
            dia: person("desk:dia"),
            zoe: person("desk:zoe"),
            operator: key(&["--service", "operator", "--scopes", "admin"]),
            server: Server::start_with_options(&place.data(), &options),
            _place: place,
        }
    }

    fn send(&self, who: &str, start: &str, body: Option<&Value>) -> Answer {
        // One id for all requests, so that answers can be compared byte by byte.
        self.server.send_with(start, &format!("{who}x-request-id: same\r\n"), body)
    }

    /// Somebody's own, which must be there.
    #[track_caller]
    fn own(&self, who: &str, start: &str, body: Option<&Value>) -> Value {
        let answer = self.send(who, start, body);
        assert!(matches!(answer.status, 200 | 202), "{start}: {answer:?}");
        answer.json()
    }

    /// Asserts that Ana is told the same of what is hidden from her as of what is not there; gives the status.
    #[track_caller]
    fn alike(&self, start: &str, body: Option<&Value>, (hidden, missing): (&str, &str)) -> u16 {
        assert_eq!(hidden.len(), missing.len(), "ids of one length");
        let told = |id: &str| {
            let body = body.map(|body| serde_json::from_str(&body.to_string().replace("ID", id)).unwrap());
            let answer = self.send(&self.ana, &start.replace("ID", id), body.as_ref());
            // What the asker said themselves may be said back, and the time is another.
            let head: Vec<&str> = answer.head.lines().filter(|line| !line.starts_with("date:")).collect();
            let body = if id.len() > 2 { answer.body.replace(id, "ID") } else { answer.body };
            (answer.status, head.join("\n"), body)
        };
        let (here, nowhere) = (told(hidden), told(missing));
        assert_eq!(here, nowhere, "{start}");
        here.0
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// An id of the same form that is nobody's.
fn like(id: &str) -> String {
    let turned = |letter: char| match letter {
        '0'..='8' | 'a'..='e' => char::from(letter as u8 + 1),
        '9' => '0',
        'f' => 'a',
        other => other,
    };
    let (source, rest) = id.split_once(':').map_or(("", id), |(source, rest)| (source, rest));
    let rest: String = if rest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        rest.chars().map(turned).collect()
    } else {
        "q".repeat(rest.len())
    };
    if source.is_empty() { rest } else { format!("{source}:{rest}") }
}

/// Operations that name a thing, and were not tried.
fn untried(house: &House, told: &[String]) -> Vec<String> {
    let document = house.own(&house.ana, "GET /openapi.json", None);
    let named = document["paths"].as_object().unwrap().iter().filter(|(path, _)| path.contains('{'));
    let operations = named.flat_map(|(path, item)| {
        item.as_object()
            .unwrap()
            .keys()
            .map(move |method| format!("{} {}", method.to_uppercase(), path.replace("{id}", "ID")))
    });
    // A subject that one says is wrong may be any words, known or not.
    operations.filter(|one| !told.contains(one) && one != "POST /v1/me/topics/ID/wrong").collect()
}

#[test]
fn what_is_hidden_is_told_of_as_what_is_not_there_at_every_route_that_names_a_thing() {
    let house = House::new();
    let mut told = Vec::new();
    let mut check = |status: u16, start: &str, body: Option<Value>, ids: (&str, &str)| {
        assert_eq!(house.alike(start, body.as_ref(), ids), status, "{start}");
        told.push(start.split('?').next().unwrap().to_owned());
    };

    // People.
    let dia = house.own(&house.dia, "GET /v1/people?name=dia", None);
    let dia = text(&dia["people"][0]["person_id"]);
    let nobody = like(&dia);
    let bo = house.own(&house.ana, "GET /v1/people?name=bo", None);
    let bo = text(&bo["people"][0]["person_id"]);
    let person = (dia.as_str(), nobody.as_str());
    house.own(&house.dia, &format!("GET /v1/people/{dia}"), None);
    check(404, "GET /v1/people/ID", None, person);
    check(200, "GET /v1/people?name=ID", None, ("dia", "dxa"));
    let to = |more: Value| Some(crate::support::with_fields(more, json!({"person_id": "ID"})));
    check(422, "POST /v1/asks", to(json!({"query": "How?"})), person);
    check(422, "POST /v1/feedback", to(json!({"question": "How?", "verdict": "helped"})), person);
    let search = json!({"query": "merger", "filters": {"exclude_people": ["ID"]}, "answers": {"k": 0}});
    let without = |id: &str| {
        let body = serde_json::from_str(&search.to_string().replace("ID", id)).unwrap();
        bare(house.own(&house.ana, "POST /v1/experts/search", Some(&body)))
    };
    assert_eq!(without(&dia), without(&nobody), "POST /v1/experts/search");

    // Subjects.
    let subjects = house.own(&house.dia, "GET /v1/topics?limit=200", None);
    let subjects: Vec<String> =
        subjects["topics"].as_array().unwrap().iter().map(|topic| text(&topic["id"])).collect();
    let subject =
        subjects.iter().find(|topic| topic.contains("merger")).unwrap_or_else(|| panic!("{subjects:?}"));
    let subject = subject.replace(' ', "%20");
    house.own(&house.dia, &format!("GET /v1/topics/{subject}/experts"), None);
    check(404, "GET /v1/topics/ID/experts", None, (&subject, &"x".repeat(subject.len())));

    // Evidence: hers to hide is only what is hers.
    let found = house.own(
        &house.zoe,
        "POST /v1/experts/search",
        Some(&json!({"query": "When is the merger announced?"})),
    );
    let evidence = text(&found["experts"][0]["evidence"][0]["id"]);
    let ids = (evidence.as_str(), like(&evidence));
    check(404, "POST /v1/me/hidden", Some(json!({"evidence": "ID"})), (ids.0, &ids.1));
    // What Dia hides.
    let hidden = house.own(&house.dia, "POST /v1/me/hidden", Some(&json!({"source": "desk"})));
    let hidden = text(&hidden["hidden"][0]["id"]);
    check(404, "DELETE /v1/me/hidden/ID", None, (&hidden, &like(&hidden)));
    let shown = house.send(&house.dia, &format!("DELETE /v1/me/hidden/{hidden}"), None);
    assert_eq!(shown.status, 204, "{shown:?}");

    // Asks, and the id of an answer that somebody else got.
    let body = json!({"query": "Who signs the merger with the eastern warehouse?"});
    let ask = text(&house.own(&house.dia, "POST /v1/asks", Some(&body))["id"]);
    house.own(&house.dia, &format!("GET /v1/asks/{ask}"), None);
    let ids = (ask.as_str(), like(&ask));
    let ids = (ids.0, ids.1.as_str());
    check(404, "GET /v1/asks/ID", None, ids);
    for (act, body) in [
        ("accept", json!({})),
        ("decline", json!({"reason": "busy"})),
        ("handoff", json!({"person_id": bo})),
        ("answer", json!({"text": "so"})),
        ("close", json!({})),
        ("reveal", json!({})),
    ] {
        check(404, &format!("POST /v1/asks/ID/{act}"), Some(body), ids);
    }
    let cursor = house.alike("GET /v1/asks?cursor=ID", None, ids);
    assert!(matches!(cursor, 200 | 422), "{cursor}");
    let query = text(
        &house.own(&house.dia, "POST /v1/experts/search", Some(&json!({"query": "merger"})))["query_id"],
    );
    let (start, number) = query.split_once('-').unwrap();
    let other = format!("{}-{number}", like(start));
    let feedback = json!({"query_id": "ID", "person_id": dia, "verdict": "helped"});
    assert_eq!(house.alike("POST /v1/feedback", Some(&feedback), (&query, &other)), 422);

    // An ask of one's own cannot be used to try who there is.
    let own = house.own(&house.ana, "POST /v1/asks", Some(&json!({"query": "Where do I find the thing?"})));
    let own = text(&own["id"]);
    for (act, body) in [
        ("decline", json!({"reason": "suggest_other", "person_id": "ID"})),
        ("handoff", json!({"person_id": "ID"})),
    ] {
        assert_eq!(house.alike(&format!("POST /v1/asks/{own}/{act}"), Some(&body), person), 422, "{act}");
    }

    // Jobs are an operator's.
    let job = house.own(&house.operator, "POST /v1/admin/jobs", Some(&json!({"kind": "reindex"})));
    let job = job["id"].as_u64().map_or_else(|| text(&job["id"]), |id| id.to_string());
    let ids = (job.as_str(), "9".repeat(job.len()));
    for start in ["GET /v1/jobs/ID", "GET /v1/jobs/ID/events", "DELETE /v1/jobs/ID"] {
        check(403, start, None, (ids.0, &ids.1));
    }

    // Every route that names a thing was tried.
    let left = untried(&house, &told);
    assert!(left.is_empty(), "not tried: {left:?}");
    let wrong = |topic: &str| {
        let mut told = house.own(&house.ana, &format!("POST /v1/me/topics/{topic}/wrong"), None);
        for field in ["id", "since", "what"] {
            told["hidden"][0][field] = json!(null);
        }
        told
    };
    assert_eq!(wrong("merger"), wrong("purser"));
}
