//! API keys: made on the command line, shown to the real server, taken back while it runs.

use serde_json::{Value, json};

use crate::support::{Answer, Place, Server, bearer};

/// Two channels: one that everyone may read, one for Ana and Bo alone.
const PLAY: &str = "
    #open 2026-03-02 source=desk visibility=everyone
    09:00 bo: Which gasket fits the old coolant pump?
    09:05 cem > bo: The green gasket fits the old coolant pump.
    09:06 bo +1 cem: thanks, that worked
    #board 2026-03-03 source=desk visibility=ana,bo
    10:00 bo: Which gasket fits the old coolant pump of the secret plant?
    10:04 ana > bo: The platinum gasket fits the old coolant pump of the secret plant.
    10:06 bo +1 ana: thanks, that was it
";

const QUESTION: &str = "Which gasket fits the old coolant pump?";

/// A server that lets nobody in who shows nothing, and nobody too unsure to be named.
fn start(place: &Place) -> Server {
    let options = place.write(
        "keys.toml",
        "[server]\nanonymous = false\ndrain_ms = 0\n[query.confidence]\nname_from = 0.05\n",
    );
    Server::start_talkative_with_options(&place.data(), &options)
}

#[track_caller]
fn search(server: &Server, headers: &str) -> Answer {
    server.send_with("POST /v1/experts/search", headers, Some(&json!({ "query": QUESTION })))
}

#[track_caller]
fn named(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let json = answer.json();
    let experts = json["experts"].as_array().unwrap();
    let mut names: Vec<String> =
        experts.iter().map(|expert| expert["display_name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn id_of(secret: &str) -> &str {
    secret.split('_').nth(1).unwrap()
}

#[test]
fn a_key_reads_what_its_owner_may_and_ends_when_it_is_revoked() {
    let place = Place::with_play(PLAY);
    let server = start(&place);
    assert_eq!(search(&server, "").status, 401);
    let bo = place.key(&["--person", "desk:bo"]);
    let crm = place.key(&["--service", "crm", "--scopes", "search"]);
    let bot = place.key(&["--bot", "helper", "--speaks-for", "desk"]);
    assert_eq!(named(&search(&server, &bearer(&bo))), ["ana", "cem"]);
    assert_eq!(named(&search(&server, &bearer(&crm))), ["cem"]);
    assert_eq!(named(&search(&server, &bearer(&bot))), ["cem"]);
    let for_bo = format!("{}x-on-behalf-of: desk:bo\r\n", bearer(&bot));
    assert_eq!(named(&search(&server, &for_bo)), ["ana", "cem"]);
    let for_nobody = format!("{}x-on-behalf-of: desk:nobody\r\n", bearer(&bot));
    assert_eq!(search(&server, &for_nobody).status, 403);

    let rotated = place.run("keys", &["rotate", id_of(&crm), "--grace", "0"]).exits(0).stdout;
    assert_eq!(search(&server, &bearer(&crm)).status, 401);
    assert_eq!(named(&search(&server, &bearer(rotated.lines().next().unwrap()))), ["cem"]);
    place.run("keys", &["revoke", id_of(&bo)]).exits(0);
    assert_eq!(search(&server, &bearer(&bo)).status, 401);

    let list = place.run("keys", &["list", "--json"]).exits(0).json();
    let states: Vec<&str> =
        list.as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["revoked", "active", "active"]);
    let ran = server.terminate();
    assert_eq!(ran.code, Some(0));
    // At the finest level of the log, too.
    for secret in [&bo, &crm, &bot] {
        let hidden = secret.rsplit('_').next().unwrap();
        assert!(!ran.stderr.contains(hidden) && !ran.stdout.contains(hidden), "a key in the log");
        assert!(!list.to_string().contains(hidden) && ran.stderr.contains(id_of(secret)));
    }
    for canary in ["gasket", "coolant", "desk:bo", "platinum"] {
        assert!(!ran.stderr.contains(canary), "{canary} in the log");
    }
}

#[test]
fn keys_outlive_the_index() {
    let place = Place::with_play(PLAY);
    let key = place.key(&["--person", "desk:bo"]);
    place.run("reindex", &[]).exits(0);
    assert_eq!(named(&search(&start(&place), &bearer(&key))), ["ana", "cem"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs_err::metadata(place.data().join("keys.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn who_is_forgotten_takes_their_keys_along() {
    let place = Place::with_play(PLAY);
    let bo = place.key(&["--person", "desk:bo"]);
    place.key(&["--service", "crm"]);
    place.run("forget", &["person", "desk:bo"]).exits(0);
    assert_eq!(search(&start(&place), &bearer(&bo)).status, 401);
    let kept = fs_err::read_to_string(place.data().join("keys.json")).unwrap();
    assert!(!kept.contains("bo\"") && kept.contains("crm"), "{kept}");
}

#[test]
fn who_is_hidden_is_missing_in_lists_and_on_their_own_page() {
    let place = Place::with_play(PLAY);
    let server = start(&place);
    let (bo, crm) =
        (place.key(&["--person", "desk:bo"]), place.key(&["--service", "crm", "--scopes", "people"]));
    let people = |secret: &str| -> Value { server.send_with("GET /v1/people", &bearer(secret), None).json() };
    let names = |list: &Value| -> Vec<String> {
        list["people"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["display_name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&people(&bo)), ["ana", "bo", "cem"]);
    assert_eq!(names(&people(&crm)), ["bo", "cem"]);
    let of_bo = people(&bo);
    let ana = of_bo["people"][0]["person_id"].as_str().unwrap();
    let one = |secret: &str, id: &str| {
        let more = format!("{}x-request-id: same\r\n", bearer(secret));
        server.send_with(&format!("GET /v1/people/{}", id.replace(':', "%3A")), &more, None)
    };
    let profile = one(&bo, ana).json();
    assert_eq!((&profile["display_name"], &profile["channels"][0]["name"]), (&json!("ana"), &json!("board")));
    let (hidden, missing) = (one(&crm, ana), one(&crm, "desk:nobody"));
    assert_eq!((hidden.status, missing.status), (404, 404));
    assert_eq!(hidden.body, missing.body, "hidden is missing");
    assert_eq!(hidden.head, missing.head);
}

#[test]
fn beyond_loopback_it_takes_tls_or_a_word_and_never_answers_who_shows_nothing() {
    let place = Place::with_play(PLAY);
    let refused = place.run("serve", &["--address", "0.0.0.0:0"]);
    refused.exits(1).says(&["without TLS", "--insecure"]);
}
