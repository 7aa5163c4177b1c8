//! What somebody hides of themselves, through the real server and the command line: at once, for everybody, and for
//! good; and who did what stands in the audit log.

use serde_json::{Value, json};

use crate::support::{Answer, Place, Ran, Server, bearer, whoknows};

/// Cem answers about pumps in the open; dia too.
const PLAY: &str = "
    #open 2026-03-02 source=desk visibility=everyone
    09:00 bo: Which gasket fits the old coolant pump?
    09:05 cem > bo: The green gasket fits the old coolant pump.
    09:06 bo +1 cem: thanks, that worked
    #valves 2026-03-04 source=desk visibility=everyone
    09:00 bo: Which gasket does the coolant pump take after a leak?
    09:05 dia > bo: The coolant pump takes the blue gasket after a leak.
    09:06 bo +1 dia: thanks, that worked
";

const QUESTION: &str = "Which gasket fits the old coolant pump?";

fn start(place: &Place) -> Server {
    let options = place.write(
        "keys.toml",
        "[server]\nanonymous = false\ndrain_ms = 0\n[query.confidence]\nname_from = 0.05\n",
    );
    Server::start_talkative_with_options(&place.data(), &options)
}

#[track_caller]
fn key(place: &Place, arguments: &[&str]) -> String {
    bearer(&place.key(arguments))
}

fn people(place: &Place, action: &str, arguments: &[&str]) -> Ran {
    let data = place.data();
    let own = ["people", action, "--data-dir", data.to_str().unwrap()];
    whoknows().args(own).args(arguments).output().unwrap().into()
}

fn audit(place: &Place, arguments: &[&str]) -> Ran {
    let data = place.data();
    whoknows().args(["audit", "--data-dir", data.to_str().unwrap()]).args(arguments).output().unwrap().into()
}

#[track_caller]
fn named(server: &Server, headers: &str) -> Vec<String> {
    let answer = server.send_with("POST /v1/experts/search", headers, Some(&json!({ "query": QUESTION })));
    let json = ok(&answer);
    let people = json["experts"].as_array().unwrap().iter().map(|expert| &expert["display_name"]);
    let answers = json["answers"].as_array().unwrap().iter().map(|answer| &answer["by"]["display_name"]);
    let mut names: Vec<String> =
        people.chain(answers).map(|name| name.as_str().unwrap().to_owned()).collect();
    names.sort();
    names.dedup();
    names
}

#[track_caller]
fn ok(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[test]
fn who_hides_themselves_is_named_no_more_at_once_and_for_good() {
    let place = Place::with_play(PLAY);
    let server = start(&place);
    let cem = key(&place, &["--person", "desk:cem", "--scopes", "me,search"]);
    let bo = key(&place, &["--person", "desk:bo", "--scopes", "search,people"]);
    assert_eq!(named(&server, &bo), ["cem", "dia"]);
    assert_eq!(ok(&server.send_with("GET /v1/me", &cem, None))["accounts"], json!(["desk:cem"]));
    // Somebody who may not, cannot.
    assert_eq!(server.send_with("POST /v1/me/hidden", &bo, Some(&json!({"everything": true}))).status, 403);

    let hidden = ok(&server.send_with("POST /v1/me/hidden", &cem, Some(&json!({"topic": "coolant pumps"}))));
    assert_eq!(named(&server, &bo), ["dia"]);
    let id = hidden["hidden"][0]["id"].as_str().unwrap();
    assert_eq!(server.send_with(&format!("DELETE /v1/me/hidden/{id}"), &cem, None).status, 204);
    assert_eq!(named(&server, &bo), ["cem", "dia"]);
    ok(&server.send_with("POST /v1/me/hidden", &cem, Some(&json!({"channel": "open"}))));
    assert_eq!(named(&server, &bo), ["dia"]);
    assert_eq!(server.send_with("GET /v1/people/nobody", &bo, None).status, 404);

    // What is theirs is theirs to see, hidden or not.
    let why = ok(&server.send_with("GET /v1/me/why?query=coolant%20pump", &cem, None));
    assert_eq!((&why["named"], why.get("explanation")), (&json!(false), None));
    let export = ok(&server.send_with("GET /v1/me/export", &cem, None));
    assert!(export["evidence"][0]["own_words"].as_str().unwrap().contains("green gasket"), "{export}");
    assert_eq!(export["hidden"][0]["kind"], "channel");
    server.terminate();

    place.run("reindex", &[]).exits(0);
    people(&place, "merge", &["desk:cem", "desk:bo"]).exits(0);
    let server = start(&place);
    let dia = key(&place, &["--person", "desk:dia", "--scopes", "search"]);
    // Dia asks, so dia is not named; cem is bo now, and still hides the channel.
    let names = named(&server, &dia);
    assert!(!names.contains(&"cem".to_owned()) && !names.contains(&"bo".to_owned()), "{names:?}");
    server.terminate();
}

#[test]
fn what_somebody_sees_in_their_copy_they_can_hide_by_its_id() {
    let place = Place::with_play(PLAY);
    let server = start(&place);
    let cem = key(&place, &["--person", "desk:cem", "--scopes", "me,search"]);
    let bo = key(&place, &["--person", "desk:bo", "--scopes", "search"]);
    let export = ok(&server.send_with("GET /v1/me/export", &cem, None));
    let [evidence] = export["evidence"].as_array().unwrap().as_slice() else { panic!("{export:#}") };
    let id = evidence["id"].as_str().unwrap();
    let found = ok(&server.send_with("POST /v1/experts/search", &bo, Some(&json!({ "query": QUESTION }))));
    let shown = found["experts"].as_array().unwrap().iter().find(|one| one["display_name"] == "cem").unwrap();
    assert_eq!(shown["evidence"][0]["id"], id, "{found:#}");
    // As an operator sees it, too.
    let operator = place.run("export-subject", &["desk:cem"]).exits(0).json();
    assert_eq!(operator["evidence"][0]["id"], id, "{operator:#}");

    let hidden = ok(&server.send_with("POST /v1/me/hidden", &cem, Some(&json!({ "evidence": id }))));
    assert_eq!(named(&server, &bo), ["dia"]);
    let export = ok(&server.send_with("GET /v1/me/export", &cem, None));
    assert_eq!(
        (&export["hidden"][0]["kind"], &export["evidence"][0]["id"]),
        (&json!("evidence"), &json!(id))
    );
    // What is hidden goes by one id in both, too.
    assert_eq!(export["hidden"][0]["id"], hidden["hidden"][0]["id"]);
    let hidden = export["hidden"][0]["id"].as_str().unwrap();
    assert_eq!(server.send_with(&format!("DELETE /v1/me/hidden/{hidden}"), &cem, None).status, 204);
    assert_eq!(named(&server, &bo), ["cem", "dia"]);
    server.terminate();
}

#[test]
fn an_operator_hides_lists_and_shows() {
    let place = Place::with_play(PLAY);
    let check = |expected: &[&str]| place.check_names(QUESTION, &[], expected);
    check(&["cem", "dia"]);
    let hidden = people(&place, "hide", &["desk:cem", "--everything", "--json"]).exits(0).json();
    let id = hidden["hidden"][0]["id"].as_str().unwrap().to_owned();
    check(&["dia"]);
    people(&place, "hidden", &[]).exits(0).says(&["everything", "desk:cem", &id]);
    people(&place, "hidden", &["desk:dia", "--json"]).exits(0);
    people(&place, "show", &["desk:dia", &id]).exits(1).says(&["nothing is hidden"]);
    people(&place, "show", &["desk:cem", &id]).exits(0);
    check(&["cem", "dia"]);
    people(&place, "hide", &["desk:cem"]).exits(1);
    people(&place, "hide", &["desk:cem", "--topic", "x", "--source", "desk"]).exits(1);
    people(&place, "hide", &["nobody", "--everything"]).exits(1).says(&["nothing is known of"]);

    // Erased: not even that there was something to hide.
    people(&place, "hide", &["desk:cem", "--source", "desk"]).exits(0);
    place.run("forget", &["person", "desk:cem"]).exits(0).says(&["\"opt_outs\": 1"]);
    assert!(!fs_err::read_to_string(place.data().join("opt-outs.json")).unwrap().contains("cem"));
}

#[test]
fn who_did_what_is_on_record_and_a_forged_line_is_found() {
    let place = Place::with_play(PLAY);
    let server = start(&place);
    let cem = key(&place, &["--person", "desk:cem", "--scopes", "me,search"]);
    let root = key(&place, &["--service", "council", "--scopes", "audit"]);
    named(&server, &cem);
    ok(&server.send_with("POST /v1/me/hidden", &cem, Some(&json!({"everything": true}))));
    let listed = ok(&server.send_with("GET /v1/admin/audit?did=hide", &root, None));
    let entry = &listed["entries"][0];
    assert_eq!((&entry["did"], &entry["outcome"]), (&json!("hide"), &json!("200")));
    assert!(
        entry["who"].as_str().unwrap().starts_with("person:") && entry["who"].as_str().unwrap().len() > 8
    );
    assert_eq!(server.send_with("GET /v1/admin/audit", &cem, None).status, 403);
    server.terminate();

    audit(&place, &["verify"]).exits(0).says(&["entries hang together"]);
    let listed = audit(&place, &["list", "--did", "search", "--json"]).exits(0).stdout;
    let search: Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    // Cem asked and is not named to himself; dia was shown. The question is a hash.
    assert_eq!(search["about"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(search["query"].as_str().unwrap().len(), 16);
    audit(&place, &["list"]).exits(0).says(&["key_create", "operator"]);
    let folder = place.data().join("audit");
    let mut files = fs_err::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let file = files.find(|path| path.extension().is_some_and(|end| end == "ndjson")).unwrap();
    let text = fs_err::read_to_string(&file).unwrap();
    assert!(!text.contains("gasket") && !text.contains("cem"), "{text}");
    fs_err::write(&file, text.replacen("\"did\":\"hide\"", "\"did\":\"look\"", 1)).unwrap();
    audit(&place, &["verify"]).exits(1).says(&["not what was written"]);
}
