//! What people write is inert wherever the command line shows it: no terminal obeys it, no page runs it (trust.md S10).

use crate::support::hostile::{SHOWN, export, obeyed_by_terminals, word};
use crate::support::{Place, Ran, whoknows};

/// Asserts that what a command printed is for reading only; gives it.
#[track_caller]
fn inert(ran: Ran) -> Ran {
    for text in [&ran.stdout, &ran.stderr] {
        assert_eq!(obeyed_by_terminals(text), [' '; 0], "{text:?}");
    }
    ran
}

/// An index of nothing but hostile talk, and options under which everybody is named.
fn place() -> (Place, String) {
    let place = Place::new();
    let file = place.write("hostile.jsonl", export());
    let ran = inert(place.ingest(&[&file]));
    assert!(matches!(ran.code, Some(0 | 2)), "{ran:?}");
    inert(place.run("plan", &[file.to_str().unwrap()]));
    let options = place.write("hostile.toml", "[query.confidence]\nname_from = 0.01\n");
    let options = options.to_str().unwrap().to_owned();
    (place, options)
}

#[test]
fn no_terminal_obeys_what_is_written() {
    let (place, options) = place();
    let mut shown = 0;
    for (number, payload) in SHOWN.iter().enumerate() {
        let plain = format!("Which {} fits the old coolant pump?", word(number));
        // No argument of a command holds a NUL.
        let hostile = format!("{plain} {}", payload.replace('\0', " "));
        for question in [&plain, &hostile] {
            let ran = inert(place.run("ask", &["--config", &options, question]).exits(0));
            shown += usize::from(ran.stdout.contains("green rim"));
        }
        let json = inert(place.run("ask", &["--config", &options, "--json", &hostile]).exits(0)).json();
        for link in json.to_string().split("\"permalink\":\"").skip(1) {
            assert!(link.starts_with("http"), "{link}");
        }
        if number % 8 == 0 {
            let asked = ["--config", &options, &hostile, "--person", &format!("desk:p{number}")];
            inert(place.run("explain", &asked));
        }
    }
    assert!(shown > SHOWN.len(), "{shown} answers of {} payloads", SHOWN.len());
    println!("{} payloads, {shown} answers", SHOWN.len());
}

#[test]
fn nor_what_lists_reports_and_errors_say() {
    let (place, options) = place();
    let data = place.data();
    let people = |arguments: &[&str]| {
        let (action, more) = arguments.split_first().unwrap();
        let mut command = whoknows();
        command.args(["people", action, "--data-dir"]).arg(&data).args(more);
        inert(command.output().unwrap().into())
    };
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["review"],
        &["review", "--json"],
        &["list", "--decisions"],
        &["hide", "desk:p1", "--topic", "\u{1b}[31mpump\u{202e} gasket"],
        &["hidden"],
        &["hidden", "--json"],
        &["merge", "desk:p70", "desk:p71"],
        &["list", "--decisions"],
        &["show", "desk:p1", "\u{1b}[2J\u{9b}"],
    ] {
        people(arguments);
    }
    for arguments in [
        &["doctor"][..],
        &["export-subject", "desk:p74"],
        &["export-subject", "\u{1b}]0;x\u{7}"],
        &["backtest", "--share", "0.1", "--by", "channel"],
        &["backtest", "--share", "0.1", "--json"],
        &["learn", "--dry-run"],
        &["forget", "person", "\u{9b}31m"],
        &["ask", "--config", "\u{1b}[31m.toml", "x"],
        &["ingest", "\u{1b}[31m\u{202e}"],
        &["reindex"],
        &["keys", "create", "--service", "\u{1b}[31m"],
    ] {
        inert(place.run(arguments[0], &arguments[1..]));
    }
    let broken = place.write(
        "broken.jsonl",
        "{\"source\": \"desk\", \"id\": \"\u{1b}[31m\u{9b}\u{202e}\"}\n{\u{1b}]0;x\u{7}\n",
    );
    inert(place.ingest(&[&broken]));
    place.run("ask", &["--config", &options, "How?"]).exits(0);
    let mut audit = whoknows();
    audit.args(["audit", "--data-dir"]).arg(&data).arg("list");
    inert(audit.output().unwrap().into());
}

#[test]
fn the_page_of_a_backtest_holds_nothing_that_runs() {
    let (place, options) = place();
    let page = place.path("page.html");
    let arguments =
        ["--config", &options, "--share", "0.1", "--by", "channel", "--html", page.to_str().unwrap()];
    let ran = inert(place.run("backtest", &arguments));
    assert!(page.is_file(), "{ran:?}");
    let html = fs_err::read_to_string(&page).unwrap();
    assert_eq!(obeyed_by_terminals(&html), [' '; 0]);
    for payload in SHOWN.iter().filter(|payload| payload.contains('<')) {
        assert!(!html.contains(payload), "{payload}");
    }
    let lower = html.to_lowercase();
    for runs in ["<script", "<iframe", "<object", "<embed", "<img", "<svg onload", "<a "] {
        assert!(!lower.contains(runs), "{runs}");
    }
}
