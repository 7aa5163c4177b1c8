//! Filters on the command line, through the real binary: what they leave, what they say when they leave nobody, and that
//! the API says the same.

use serde_json::json;

use crate::support::{Place, Server, bare, names, whoknows};

const QUESTION: &str = "How do I keep the VPN tunnel alive, it drops every hour?";

/// Dia answers in chat of 2024 and in tickets of 2026, gil in chat of 2026.
const PLAY: &str = "
    #network 2024-03-02 source=chat visibility=everyone
    09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
    09:05 dia > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
    09:06 bo +1 dia: thanks, that worked
    #ops 2026-03-08 source=desk visibility=everyone
    11:00 cem: The VPN tunnel drops every hour again, how can I keep it alive?
    11:05 dia > cem: The VPN tunnel needs its keepalive set to ten seconds.
    11:06 cem +1 dia: thanks, that worked
    #network 2026-03-09 source=chat visibility=everyone
    11:00 fay: My VPN tunnel drops every hour, how do I keep it alive?
    11:30 gil > fay: The VPN tunnel of mine stays up since I set the keepalive of the tunnel.
    11:31 fay +1 gil: thanks, that worked
";

fn place() -> Place {
    let people = [
        json!({"type": "person", "source": "chat", "id": "dia", "team": "Field Sales", "region": "EMEA",
            "languages": ["de-AT", "English"], "timezone": "Europe/Berlin", "emails": ["dia@firm.example"]}),
        json!({"type": "person", "source": "desk", "id": "dia", "emails": ["dia@firm.example"]}),
        json!({"type": "person", "source": "chat", "id": "gil", "team": "Platform", "region": "LATAM",
            "languages": ["es"], "timezone": "America/Lima"}),
    ];
    let lines = people.map(|line| line.to_string()).join("\n");
    let place = Place::new();
    let export = place.write("records.jsonl", synth::screenplay(PLAY).unwrap() + &lines);
    place.ingest(&[&export]).exits(0);
    place
}

#[test]
fn the_command_line_narrows_as_the_api_does() {
    let place = place();
    let options = place.write("narrow.toml", "[query.confidence]\nname_from = 0.05\n");
    let server = Server::start_with_options(&place.data(), &options);
    let now = "2026-04-01T00:00:00Z";
    for (arguments, filters, expected) in [
        (vec![], json!({}), vec!["dia", "gil"]),
        (vec!["--region", "emea"], json!({"regions": ["emea"]}), vec!["dia"]),
        (
            vec!["--region", "LATAM", "--region", "EMEA"],
            json!({"regions": ["LATAM", "EMEA"]}),
            vec!["dia", "gil"],
        ),
        (vec!["--team", " platform "], json!({"teams": ["platform"]}), vec!["gil"]),
        (vec!["--language", "de"], json!({"languages": ["de"]}), vec!["dia"]),
        (vec!["--timezone", "America/Lima"], json!({"timezones": ["America/Lima"]}), vec!["gil"]),
        (vec!["--source", "desk"], json!({"sources": ["desk"]}), vec!["dia"]),
        (vec!["--evidence-channel", "#ops"], json!({"channels": ["#ops"]}), vec!["dia"]),
        (
            vec!["--evidence-after", "2026-03-09T00:00:00Z"],
            json!({"evidence_after": "2026-03-09T00:00:00Z"}),
            vec!["gil"],
        ),
        (
            vec!["--region", "EMEA", "--team", "Platform"],
            json!({"regions": ["EMEA"], "teams": ["Platform"]}),
            vec![],
        ),
    ] {
        place.check_names(QUESTION, &arguments, &expected);
        let told = place.ask(QUESTION, &arguments);
        let answered = server.post_search(&json!({"query": QUESTION, "filters": filters})).json();
        assert_eq!(names(&told), names(&answered), "{arguments:?}");
        let reason = expected.is_empty().then(|| json!("all_filtered"));
        assert_eq!(told.get("reason"), reason.as_ref(), "{arguments:?}: {told:#}");
        assert_eq!(answered.get("reason"), reason.as_ref(), "{arguments:?}: {answered:#}");
    }
    server.terminate().exits(0);
    // Asked as of one moment, the answer is the same to the last digit whichever way a list is written.
    let one = place.ask(QUESTION, &["--as-of", now, "--region", "EMEA", "--region", "latam"]);
    let other = place.ask(QUESTION, &["--as-of", now, "--region", "LATAM", "--region", "emea"]);
    assert_eq!(bare(one), bare(other));
}

#[test]
fn filters_that_leave_nobody_say_so_and_empty_ones_are_refused() {
    let place = place();
    let ask = |arguments: &[&str]| place.run("ask", &[&[QUESTION], arguments].concat());
    let options = place.write("narrow.toml", "[query.confidence]\nname_from = 0.05\n");
    let config = ["--config", options.to_str().unwrap()];
    ask(&[&config[..], &["--team", "No Such Team"]].concat()).exits(0).says(&["the filters leave nobody"]);
    ask(&[&config[..], &["--hidden-gems"]].concat()).exits(0).says(&["1. "]);
    assert_ne!(ask(&["--team", "  "]).code, Some(0));
    assert_ne!(ask(&["--evidence-after", "March"]).code, Some(0));
    let help = whoknows().args(["ask", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for flag in [
        "--region",
        "--team",
        "--language",
        "--timezone",
        "--source",
        "--evidence-channel",
        "--evidence-after",
        "--hidden-gems",
    ] {
        assert!(help.contains(flag), "{flag}: {help}");
    }
}
