//! Asks and crashes: whatever state an ask is in, a server that is killed forgets nothing of it; and a file of asks of a
//! later version is left alone.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::{ALWAYS_AT_WORK, Answer, DESKS, Place, Server, bearer, with_fields};

struct House {
    place: Place,
    options: PathBuf,
    /// Bo, who asks; Ana and Cem, who are asked.
    keys: [String; 3],
    server: Server,
}

impl House {
    fn new() -> Self {
        Self::of(DESKS, "desk:bo")
    }

    /// Of a play, and whoever asks.
    fn of(play: &str, asker: &str) -> Self {
        let place = Place::with_play(play);
        let options = place.write(
            "asks.toml",
            format!(
                "[query.confidence]\nname_from = 0.05\n[server]\ndrain_ms = 0\n[server.rate]\nper_second = 0\n\
                 [asks]\ntick_ms = 50\nlimit = 20\n{ALWAYS_AT_WORK}"
            ),
        );
        let keys = [asker, "desk:ana", "desk:cem"].map(|person| bearer(&place.key(&["--person", person])));
        let server = Server::start_with_options(&place.data(), &options);
        Self { place, options, keys, server }
    }

    fn post(&self, who: usize, path: &str, body: &Value) -> Answer {
        self.server.send_with(&format!("POST {path}"), &self.keys[who], Some(body))
    }

    /// Bo asks Ana; gives where the ask is.
    #[track_caller]
    fn ask(&self, more: Value) -> String {
        let people = self.server.get("/v1/people?name=ana").json();
        let mut body = json!({"query": "How can I keep the VPN tunnel alive?"});
        if more["blind"] != true {
            body["person_id"] = people["people"][0]["person_id"].clone();
        }
        let asked = self.post(0, "/v1/asks", &with_fields(body, more));
        assert_eq!(asked.status, 200, "{asked:?}");
        format!("/v1/asks/{}", asked.json()["id"].as_str().unwrap())
    }

    /// Ana does something with it.
    #[track_caller]
    fn ana(&self, path: &str, act: &str, body: &Value) {
        let done = self.post(1, &format!("{path}/{act}"), body);
        assert_eq!(done.status, 200, "{done:?}");
    }

    /// Everybody who is asked declines.
    fn all_decline(&self, path: &str) {
        let declined = json!({"reason": "not_my_area"});
        while (1..3).any(|who| self.post(who, &format!("{path}/decline"), &declined).status == 200) {}
    }

    /// What the three are told of an ask, and of everything that happened.
    fn told(&self, path: &str) -> Vec<String> {
        let of = |who: &String| {
            let ask = self.server.send_with(&format!("GET {path}"), who, None);
            let from_the_first = format!("{who}last-event-id: 0\r\n");
            let answer = self.server.send_with("GET /v1/asks?limit=100", who, None);
            [ask.body, answer.body, self.events(&from_the_first)]
        };
        self.keys.iter().flat_map(of).map(without_id).collect()
    }

    /// Events as they come at once, in chunks of a size each.
    fn events(&self, headers: &str) -> String {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(self.server.address()).unwrap();
        let head = format!(
            "GET /v1/events?wait_seconds=0 HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{headers}\r\n",
            self.server.address()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).unwrap();
        told.lines()
            .filter(|line| line.starts_with("id:") || line.starts_with("event:"))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn kill(self) -> Self {
        let Self { place, options, keys, server } = self;
        server.kill();
        let server = Server::start_with_options(&place.data(), &options);
        Self { place, options, keys, server }
    }
}

/// A problem without the id of its request.
fn without_id(body: String) -> String {
    match serde_json::from_str::<Value>(&body) {
        Ok(mut json) if json.get("instance").is_some() => {
            json["instance"] = Value::Null;
            json.to_string()
        }
        _ => body,
    }
}

#[test]
fn an_ask_outlives_a_crash_in_every_state() {
    let mut house = House::new();
    let mut seen: Vec<(String, String)> = Vec::new();
    let states = ["offered", "accepted", "answered", "closed", "withdrawn", "escalated", "blind"];
    for state in states {
        let more = match state {
            "escalated" => json!({"channel": "network"}),
            "blind" => json!({"blind": true}),
            _ => json!({}),
        };
        let path = house.ask(more);
        match state {
            "accepted" => house.ana(&path, "accept", &json!({})),
            "answered" | "closed" => {
                house.ana(&path, "answer", &json!({"text": "Set the rekey interval to zero."}));
            }
            "escalated" => house.all_decline(&path),
            _ => {}
        }
        if matches!(state, "closed" | "withdrawn") {
            let closed = house.post(0, &format!("{path}/close"), &json!({"helped": true}));
            assert_eq!(closed.status, 200, "{closed:?}");
        }
        if state == "blind" {
            // Whom to ask is looked for beside the requests.
            while house.server.send_with(&format!("GET {path}"), &house.keys[1], None).status == 404 {}
        }
        let before = house.told(&path);
        house = house.kill();
        assert_eq!(house.told(&path), before, "{state}");
        seen.push((state.to_owned(), path));
        for (state, path) in &seen {
            let now = house.server.send_with(&format!("GET {path}"), &house.keys[0], None).json();
            let state = if state == "blind" { "offered" } else { state };
            assert_eq!(now["state"], state, "{now:#}");
        }
    }
    // And they go on: who was asked takes it, and whoever took it answers.
    house.ana(&seen[0].1, "accept", &json!({}));
    house.ana(&seen[1].1, "answer", &json!({"text": "Set it to zero."}));
    house.ana(&seen[6].1, "accept", &json!({}));
    assert_eq!(house.server.terminate().code, Some(0));
}

#[test]
fn nor_is_it_forgotten_that_nobody_could_be_asked() {
    // Eve may read nothing, so that neither somebody nor a channel comes to mind.
    let house = House::of(&DESKS.replace("visibility=everyone", "visibility=ana,bo,cem"), "desk:eve");
    let asked = house.post(0, "/v1/asks", &json!({"query": "How can I keep the VPN tunnel alive?"})).json();
    assert_eq!(asked["state"], "nobody", "{asked:#}");
    let path = format!("/v1/asks/{}", asked["id"].as_str().unwrap());
    let before = house.told(&path);
    let house = house.kill();
    assert_eq!(house.told(&path), before);
}

#[test]
fn asks_of_a_newer_version_are_refused_and_left_alone() {
    let house = House::new();
    house.ask(json!({}));
    let House { place, options, server, .. } = house;
    server.terminate().exits(0);
    let path = place.data().join("asks.sqlite");
    // Whoever closes it last puts everything into the file itself.
    place.run("export-subject", &["desk:ana"]).exits(0);
    let mut bytes = fs_err::read(&path).unwrap();
    assert!(!path.with_extension("sqlite-wal").exists(), "what was written is in the file itself");
    // SQLite keeps the version of the tables in the sixtieth byte and the three after it.
    let version: [u8; 4] = bytes[60..64].try_into().unwrap();
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs_err::write(&path, &bytes).unwrap();
    let config = options.to_str().unwrap();
    for arguments in [
        &["serve", "--config", config, "--address", "127.0.0.1:0"][..],
        &["learn"],
        &["export-subject", "desk:ana"],
        &["forget", "person", "desk:ana"],
        &["ask", "--config", config, "How can I keep the VPN tunnel alive?"],
    ] {
        place.run(arguments[0], &arguments[1..]).exits(1).says(&["newer whoknows"]);
        assert!(fs_err::read(&path).unwrap() == bytes, "{arguments:?} changed something");
    }
    // The version that it is of finds everything.
    bytes[60..64].copy_from_slice(&version);
    fs_err::write(&path, &bytes).unwrap();
    assert_eq!(
        place.run("export-subject", &["desk:bo"]).exits(0).json()["asks"]["asked"].as_array().unwrap().len(),
        1
    );
    place.check_names("How can I keep the VPN tunnel alive?", &[], &["ana"]);
}
