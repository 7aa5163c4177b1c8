//! What somebody may not read changes nothing they are told: not an answer, not a header, not a log line.

use serde_json::{Value, json};

use crate::support::exports::mail_exchange;
use crate::support::{Place, Ran, Server, barest, json_lines, whoknows};

/// Words that stand in hidden messages only.
const CANARIES: [&str; 4] = ["quetzalcoatlus", "obsidianfall", "merger-with-lindqvist", "zerbinetta"];

/// What everyone may read.
const OPEN: &str = "
    #network 2026-03-02 source=desk visibility=everyone
    09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
    09:05 ana > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
    09:06 bo +1 ana: thanks, that worked
    09:30 dia: Does anybody know how to renew the wildcard certificate?
    09:35 cem > dia: The certificate is renewed by the nightly job; start it by hand if you need it now.
    #printing 2026-03-03 source=desk visibility=everyone
    10:00 bo: The label printer prints blank labels, what is wrong?
    10:04 cem > bo: The label printer needs thermal paper; turn the roll and calibrate it.
    10:06 dia > bo: Or the print head is dirty, clean it with alcohol.
    10:07 bo +1 dia: thanks, that was it
    #network 2026-03-04 source=desk visibility=everyone
    11:00 cem: How do I open a port in the firewall?
    11:05 ana > cem: File a firewall request with port and target, I approve them every morning.
";

/// The same people about the same things and others, for some or nobody: before, between and after the open
/// messages, in the same channels and in one of their own, in other languages too.
const HIDDEN: &str = "
    #network 2026-03-01 source=desk visibility=eva,ana
    08:00 eva: The VPN tunnel of quetzalcoatlus drops every hour, how can I keep the VPN tunnel alive?
    08:05 ana > eva: The VPN tunnel needs obsidianfall, rekey and certificate for quetzalcoatlus.
    08:06 eva +1 ana: thanks, that worked
    #board 2026-03-03 source=desk visibility=eva
    07:00 eva: What does the merger-with-lindqvist mean for the label printer and the firewall?
    07:05 cem > eva: After the merger-with-lindqvist the firewall port and the label printer move to zerbinetta.
    07:06 gus > eva: Die Zertifikate von zerbinetta werden nach der Fusion neu ausgestellt, und zwar alle zusammen.
    07:07 eva +1 gus: vielen Dank, das war es
    #printing 2026-03-05 source=desk visibility=gus
    10:00 gus: Why does the label printer of zerbinetta print blank labels?
    10:04 dia > gus: The label printer of zerbinetta needs obsidianfall.
    #sealed 2026-03-05 source=sealed
    10:00 gus: How do I renew the wildcard certificate of quetzalcoatlus?
    10:04 dia > gus: The wildcard certificate of quetzalcoatlus needs obsidianfall.
";

/// Questions about what is open, what is hidden, both and neither.
const QUESTIONS: [&str; 12] = [
    "The VPN tunnel drops every hour, how can I keep it alive?",
    "Who renews the wildcard certificate?",
    "Why does the label printer print blank labels?",
    "How do I open a port in the firewall?",
    "Who can calibrate a printer?",
    "quetzalcoatlus",
    "What is obsidianfall, and does the VPN tunnel need it?",
    "What does the merger-with-lindqvist mean for the firewall?",
    "Wer stellt die Zertifikate von zerbinetta neu aus?",
    "Who talks to eva and gus?",
    "thanks, that worked",
    "Where do penguins sleep?",
];

/// A place with the open messages alone, and one with the hidden ones ingested before them, so that they
/// come first everywhere.
fn pair(open: &str, hidden: &str) -> (Place, Place) {
    let (plain, sealed) = (Place::new(), Place::new());
    plain.ingest(&[&plain.play("open.jsonl", open)]).exits(0);
    sealed.ingest(&[&sealed.play("hidden.jsonl", hidden)]).exits(0);
    sealed.ingest(&[&sealed.play("open.jsonl", open)]).exits(0);
    (plain, sealed)
}

/// Every form in which a question is put.
fn requests() -> Vec<Value> {
    let mut requests = Vec::new();
    for question in QUESTIONS {
        requests.push(json!({"query": question}));
        requests.push(
            json!({"query": question, "k": 20, "evidence": {"max_per_expert": 10}, "answers": {"k": 10}}),
        );
        for channel in ["network", "#printing", "board", "desk:board"] {
            requests.push(json!({"query": question, "channel": channel}));
        }
    }
    requests
}

/// The names of an answer's headers and the values of those that do not tell one asking from the next.
fn headers(head: &str) -> Vec<String> {
    let changes = |line: &str| {
        let name = line.split(':').next().unwrap().to_lowercase();
        ["date", "x-request-id", "content-length"].contains(&name.as_str())
    };
    head.lines()
        .map(|line| if changes(line) { line.split(':').next().unwrap() } else { line }.to_owned())
        .collect()
}

/// Whoever may not read the hidden messages is told the same as if there were none.
#[track_caller]
fn check_same(plain: &Place, sealed: &Place, requests: &[Value]) {
    let (without, with) = (Server::start(&plain.data()), Server::start(&sealed.data()));
    for request in requests {
        let (expected, found) = (without.post_search(request), with.post_search(request));
        assert_eq!((expected.status, found.status), (200, 200), "{found:?}");
        assert_eq!(headers(&expected.head), headers(&found.head), "{request}");
        let (expected, found) = (barest(expected.json()), barest(found.json()));
        assert_eq!(expected, found, "{request}\nwithout: {expected:#}\nwith: {found:#}");
    }
}

#[test]
fn hidden_messages_change_no_answer() {
    let (plain, sealed) = pair(OPEN, HIDDEN);
    check_same(&plain, &sealed, &requests());
}

#[test]
fn hidden_messages_that_come_later_change_no_answer() {
    let (plain, sealed) = (Place::with_play(OPEN), Place::with_play(OPEN));
    sealed.ingest(&[&sealed.play("hidden.jsonl", HIDDEN)]).exits(0);
    check_same(&plain, &sealed, &requests());
    sealed.run("reindex", &[]).exits(0);
    check_same(&plain, &sealed, &requests());
}

#[test]
fn a_hidden_channel_beside_the_only_open_one_changes_no_answer() {
    let open = "
        #help 2026-03-02 visibility=everyone
        09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
        09:05 ana > bo: Set the rekey interval of the VPN tunnel to zero.
        09:10 cem > bo: Ask your provider about the tunnel.
        09:20 bo: Who has the key of the bike shed?
        09:25 cem > bo: It hangs beside the door of the shed.
        09:30 bo: Is there any coffee left?
        09:31 cem > bo: There is coffee in the kitchen.
    ";
    let (plain, sealed) =
        pair(open, "#board 2026-03-01 visibility=eva\n09:00 eva: Where is the zerbinetta file?");
    let request = |channel: &str| json!({"query": "How do I keep the VPN tunnel alive?", "channel": channel});
    check_same(&plain, &sealed, &["help", "board", "other"].map(request));
}

/// The open exchange of three in one conversation, then the lines given, all in one channel.
fn with_lines(more: &[Value]) -> Place {
    let line = |id: &str, at: &str, author: &str, text: &str| {
        json!({"id": id, "source": "desk", "channel": "network", "conversation": "T-1", "author": {"id": author},
            "at": format!("2026-03-02T{at}:00Z"), "text": text, "visibility": "everyone"})
    };
    let open = [
        line("1", "09:00", "bo", "The VPN tunnel drops every hour, how can I keep it alive?"),
        line("2", "09:05", "ana", "Set the rekey interval of the VPN tunnel to zero, then it stays up."),
        line("3", "09:10", "bo", "thanks, that worked"),
    ];
    let place = Place::new();
    let lines = json_lines(open.iter().chain(more));
    place.ingest(&[&place.write("desk.jsonl", lines)]).exits(0);
    place
}

#[test]
fn a_hidden_message_within_an_open_conversation_changes_no_answer() {
    let hidden = |id: &str, at: &str, author: &str, text: &str| {
        json!({"id": id, "source": "desk", "channel": "network", "conversation": "T-1", "author": {"id": author},
            "at": format!("2026-03-02T{at}:00Z"), "text": text, "visibility": {"members": ["eva"]}})
    };
    let plain = with_lines(&[]);
    let after = with_lines(&[hidden("9", "09:20", "eva", "The VPN tunnel of zerbinetta drops, too.")]);
    check_same(&plain, &after, &requests());
    let between = with_lines(&[hidden("9", "09:07", "ana", "Ask zerbinetta for the key of the VPN tunnel.")]);
    check_same(&plain, &between, &requests());
    let before = with_lines(&[hidden("0", "08:59", "bo", "Does zerbinetta know about the VPN tunnel?")]);
    check_same(&plain, &before, &requests());
}

#[test]
fn a_hidden_message_does_not_bridge_a_pause_in_open_talk() {
    let line = |id: &str, at: &str, author: &str, text: &str, visibility: Value| {
        json!({"id": id, "source": "desk", "channel": "network", "author": {"id": author}, "text": text,
            "at": format!("2026-03-02T{at}:00Z"), "visibility": visibility})
    };
    let open = |id: &str, at: &str, author: &str, text: &str| line(id, at, author, text, json!("everyone"));
    let first = open("1", "09:00", "bo", "The VPN tunnel drops every hour, how can I keep it alive?");
    let second =
        open("2", "09:15", "ana", "The label printer has thermal paper again, calibrate it before use.");
    let hidden = line("3", "09:08", "eva", "Who told zerbinetta?", json!({"members": ["eva"]}));
    let place = |lines: &[&Value]| {
        let place = Place::new();
        place.ingest(&[&place.write("desk.jsonl", json_lines(lines.iter().copied()))]).exits(0);
        place
    };
    check_same(&place(&[&first, &second]), &place(&[&first, &hidden, &second]), &requests());
}

#[test]
fn what_everyone_may_know_of_the_index_does_not_count_what_is_hidden() {
    let (plain, sealed) = pair(OPEN, HIDDEN);
    let ready = |place: &Place| {
        let mut body = Server::start(&place.data()).get("/readyz").json();
        body.as_object_mut().unwrap().remove("generation");
        body
    };
    assert_eq!(ready(&plain), ready(&sealed));
}

#[test]
fn hidden_words_are_in_no_answer_header_or_log_line() {
    let (_, sealed) = pair(OPEN, HIDDEN);
    let server = Server::start_talkative(&sealed.data());
    let mut told = String::new();
    for request in requests() {
        let answer = server.post_search(&request);
        told += &answer.head;
        told += &answer.body;
    }
    told += &server.get("/readyz").body;
    let ran = server.terminate().exits(0);
    assert!(ran.stderr.contains("answered a request"), "nothing was logged: {}", ran.stderr);
    told += &ran.stdout;
    told += &ran.stderr;
    for canary in CANARIES {
        assert!(!told.to_lowercase().contains(canary), "{canary} was told");
    }
}

#[test]
fn the_log_holds_no_question_no_message_and_no_address() {
    let place = Place::new();
    let mails = mail_exchange(
        "The VPN tunnel drops every hour, how can I keep it alive?",
        "Set the rekey interval of the VPN tunnel to zero.",
    );
    let export = place.write("a.mbox", mails);
    place.ingest(&[&export]).exits(0);
    place.set_visibility(&export, "mail=everyone");
    let question = "Which rekey interval keeps the VPN tunnel of xylophones alive?";
    let server = Server::start_talkative(&place.data());
    let answer = server.ask(question);
    assert_eq!(answer["experts"][0]["contact"]["email"], "ana@firm.example", "{answer:#}");
    server.get("/?q=xylophones");
    server.post_search(&json!({"query": "xylophones", "k": 99}));
    server.post_search(&json!({"query": "xylophones", "nonsense": "ana@firm.example"}));
    let log = server.terminate().exits(0).stderr.to_lowercase();
    for secret in ["xylophon", "rekey", "tunnel", "ana@firm.example", "bo@firm.example", "ana brandt"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    assert!(log.contains("/v1/experts/search"), "{log}");
}

#[test]
fn an_ingest_logs_no_message_and_no_address() {
    let place = Place::new();
    let mails = mail_exchange("What is a xylophone made of?", "A xylophone is made of bars.");
    let export =
        place.write("a.mbox", mails + "From x Mon Mar  2 09:00:00 2026\nFrom: xylophone\n\nxylophone\n");
    let mut command = whoknows();
    command.env("WHOKNOWS_LOG", "trace").arg("ingest").arg("--data-dir").arg(place.data()).arg(&export);
    let ran = Ran::from(command.output().unwrap());
    let told = format!("{}{}", ran.stdout, ran.stderr).to_lowercase();
    assert!(told.contains("read an export"), "nothing was logged: {told}");
    for secret in ["xylophone", "ana@firm.example", "bo@firm.example"] {
        assert!(!told.contains(secret), "{secret} was told:\n{told}");
    }
}
