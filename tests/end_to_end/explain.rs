//! `whoknows explain`, and the two views, through the binary and over HTTP.

use serde_json::{Value, json};

use crate::support::{Place, Server, names};

/// Ana solved it twice, cem once and unconfirmed; dia answers a lot beside it; eve knows it only on the board.
const DESK: &str = "
    #network 2026-03-02 source=desk visibility=everyone
    09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
    09:05 ana > bo: Set the rekey interval of the VPN tunnel to zero, then the tunnel stays alive.
    09:06 bo +1 ana: thanks, that worked
    #network 2026-03-09 source=desk visibility=everyone
    09:00 dia: The VPN tunnel drops on my laptop, how is it kept alive?
    09:05 ana > dia: The VPN tunnel needs its keepalive set to ten seconds, then it stays alive.
    09:06 dia +1 ana: thanks, solved
    #network 2026-03-16 source=desk visibility=everyone
    09:00 bo: My VPN tunnel drops in the train, can I keep it alive?
    09:05 cem > bo: Try the VPN tunnel over TCP, that keeps the tunnel alive more often.
    #printing 2026-03-17 source=desk visibility=everyone
    10:00 bo: The label printer prints blank labels, what is wrong?
    10:04 dia > bo: The label printer needs thermal paper; turn the roll and calibrate the printer.
    10:06 bo +1 dia: thanks, that was it
    #board 2026-03-18 source=desk visibility=ana,eve
    11:00 ana: Which VPN tunnel does the board use, and how is it kept alive?
    11:05 eve > ana: The board has a VPN tunnel of its own, kept alive by the provider every minute.
    11:06 ana +1 eve: thanks
";
const QUESTION: &str = "Who can keep the VPN tunnel alive when it drops?";

#[track_caller]
fn explain(place: &Place, arguments: &[&str]) -> Value {
    place.run("explain", &[&["--json", QUESTION], arguments].concat()).exits(0).json()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn sum(values: &Value, field: &str) -> f64 {
    values.as_array().unwrap().iter().map(|value| number(&value[field])).sum()
}

#[track_caller]
fn check_sums(person: &Value) {
    assert!((number(&person["score"]) - sum(&person["parts"], "amount")).abs() < 1e-9, "{person:#}");
    for part in person["parts"].as_array().unwrap() {
        assert!((number(&part["amount"]) - sum(&part["features"], "amount")).abs() < 1e-9, "{part:#}");
        for feature in part["features"].as_array().unwrap() {
            let amount = number(&feature["weight"]) * number(&feature["z"]);
            assert!((number(&feature["amount"]) - amount).abs() < 1e-9, "{feature:#}");
            if !feature["documents"].as_array().unwrap().is_empty() {
                let told = sum(&feature["documents"], "amount") + number(&feature["others"]["amount"]);
                let lift = number(&feature["amount"]) - number(&feature["of_nothing"]);
                assert!((told - lift).abs() < 1e-9, "{feature:#}");
            }
        }
    }
}

#[test]
fn a_score_is_the_sum_of_parts_features_and_documents() {
    let place = Place::with_play(DESK);
    for view in ["helps", "knows"] {
        let told = explain(&place, &["--view", view]);
        assert_eq!(told["view"], view);
        let asked = place.ask(QUESTION, &["--view", view]);
        assert_eq!(
            names(&asked),
            told["people"]
                .as_array()
                .unwrap()
                .iter()
                .map(|p| p["display_name"].as_str().unwrap())
                .collect::<Vec<_>>()
        );
        for (person, place) in told["people"].as_array().unwrap().iter().zip(1..) {
            assert_eq!(person["place"], place);
            check_sums(person);
            let shares = sum(&person["evidence"], "share");
            assert!(shares > 0.0 && shares <= 1.0 + 1e-9, "{person:#}");
        }
        let presence = ["activity", "social", "spread"];
        let parts = told["people"][0]["parts"].as_array().unwrap();
        let has = parts.iter().any(|part| presence.contains(&part["name"].as_str().unwrap()));
        assert!(!(view == "knows" && has), "presence in who knows: {parts:#?}");
    }
    place.run("explain", &[QUESTION]).exits(0).says(&["1. ana", "topical", "evidence, by its share", "× z"]);
    place.run("explain", &["--view", "likes", QUESTION]).exits(1).says(&["knows, helps"]);
}

#[test]
fn why_not_somebody_names_the_parts_and_what_is_missing() {
    let place = Place::with_play(DESK);
    let told = explain(&place, &["-k", "1", "--person", "desk:cem"]);
    let asked = &told["asked_for"];
    assert_eq!(
        (&asked["is_shown"], &asked["person"]["display_name"]),
        (&json!(false), &json!("cem")),
        "{told:#}"
    );
    check_sums(&asked["person"]);
    let behind = &asked["behind"];
    assert_eq!((&behind["display_name"], &behind["place"]), (&json!("ana"), &json!(1)));
    let difference = number(&behind["score"]) - number(&asked["person"]["score"]);
    assert!((sum(&behind["gaps"], "behind") - difference).abs() < 1e-9, "{behind:#}");
    let gaps: Vec<f64> =
        behind["gaps"].as_array().unwrap().iter().map(|gap| number(&gap["behind"])).collect();
    assert!(gaps.windows(2).all(|pair| pair[0] >= pair[1]), "{gaps:?}");
    let codes: Vec<&str> =
        asked["missing"].as_array().unwrap().iter().map(|m| m["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"not_confirmed"), "{codes:?}");
    let ana = explain(&place, &["-k", "1", "--person", "desk:ana"]);
    assert_eq!((&ana["asked_for"]["is_shown"], &ana["asked_for"]["missing"]), (&json!(true), &json!([])));
    let herself = explain(&place, &["-k", "1", "--as", "desk:ana", "--person", "desk:ana"]);
    assert_eq!(herself["asked_for"]["is_shown"], true, "{herself:#}");
}

#[test]
fn somebody_with_hidden_evidence_is_as_unknown_as_nobody() {
    let place = Place::with_play(DESK);
    let mut answers = ["desk:eve", "desk:zoe"].map(|person| explain(&place, &["--person", person]));
    for answer in &mut answers {
        assert!(answer["asked_for"]["asked"].as_str().is_some());
        answer["asked_for"]["asked"] = Value::Null;
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0]["asked_for"]["missing"][0]["code"], "no_evidence");
    let readable = explain(&place, &["--as", "desk:ana", "--person", "desk:eve"]);
    assert_eq!(readable["asked_for"]["person"]["display_name"], "eve", "{readable:#}");
}

#[test]
fn without_a_piece_of_evidence_it_is_really_ranked_again() {
    let place = Place::with_play(DESK);
    let told = explain(&place, &[]);
    let ana = &told["people"][0];
    assert_eq!(ana["display_name"], "ana");
    let id = ana["evidence"][0]["id"].as_str().unwrap();
    let without = &explain(&place, &["--without", id])["without"];
    assert_eq!((&without["evidence"], &without["documents"]), (&json!(id), &json!(1)));
    let moved =
        without["people"].as_array().unwrap().iter().find(|moved| moved["display_name"] == "ana").unwrap();
    assert!(number(&moved["after"]["score"]) < number(&moved["before"]["score"]), "{moved:#}");
    let parts = moved["after"]["parts"].as_object().unwrap();
    let sum: f64 = parts.values().map(number).sum();
    assert!((sum - number(&moved["after"]["score"])).abs() < 1e-9, "{moved:#}");
    let whole = &explain(&place, &["--without", id, "--whole-conversation"])["without"];
    assert_eq!(whole["documents"], 2, "asker and answerer: {whole:#}");

    let refused =
        |id: &str| place.run("explain", &["--without", id, QUESTION]).exits(1).stderr.replace(id, "ID");
    let board = explain(&place, &["--as", "desk:ana", "--person", "desk:eve", "-k", "9"]);
    let people = board["people"].as_array().unwrap();
    let eve = people.iter().find(|person| person["display_name"] == "eve").unwrap();
    let hidden = eve["evidence"][0]["id"].as_str().unwrap();
    assert_eq!(refused(hidden), refused("0123456789abcdef"), "what is hidden is as if it were not there");
}

#[test]
fn the_api_takes_a_view_and_says_which_it_took() {
    let place = Place::with_play(DESK);
    let server = Server::start(&place.data());
    let ask = |more: Value| {
        let request = crate::support::with_fields(json!({ "query": QUESTION }), more);
        server.post_search(&request)
    };
    assert_eq!(ask(json!({})).json()["view"], "helps");
    for view in ["helps", "knows"] {
        let answer = ask(json!({ "view": view })).json();
        assert_eq!((answer["view"].as_str(), names(&answer)[0]), (Some(view), "ana"));
    }
    assert_eq!(ask(json!({ "prefer": { "spread": false } })).status, 200);
    for (wrong, field) in
        [(json!({ "view": "likes" }), "view"), (json!({ "prefer": { "spread": 1 } }), "prefer.spread")]
    {
        let answer = ask(wrong);
        assert_eq!((answer.status, answer.json()["field"].as_str()), (422, Some(field)), "{answer:?}");
    }
}

#[test]
fn spread_takes_from_those_who_are_leaned_on_and_only_as_the_options_say() {
    let place = Place::with_play(DESK);
    let options = |spread: &str| {
        let path = place.write(&format!("{spread}.toml"), format!("[query.rank]\nspread = {spread}\n"));
        path.to_str().unwrap().to_owned()
    };
    let part = |spread: &str, view: &str| {
        let arguments = ["--config", &options(spread), "--view", view, "--as-of", "2026-03-20T00:00:00Z"];
        let told = explain(&place, &arguments);
        let parts = told["people"][0]["parts"].as_array().unwrap().clone();
        parts.iter().find(|part| part["name"] == "spread").map(|part| number(&part["amount"]))
    };
    assert!(part("0.4", "helps").unwrap() < 0.0, "ana answers most");
    assert_eq!((part("0.0", "helps"), part("0.4", "knows")), (None, None));
    let wrong = place.write("wrong.toml", "[query.rank.helps]\nload = 1.0\n");
    place.run("ask", &["--config", wrong.to_str().unwrap(), "x"]).exits(1).says(&["query.rank.spread"]);
}
