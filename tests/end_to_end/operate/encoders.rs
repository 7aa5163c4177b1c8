//! Another encoder under a running server: its vectors are made beside the index that answers, and the server goes
//! over to both at once, and back.

use std::process::Stdio;
use std::time::Instant;

use serde_json::json;

use super::{LONGEST, admin, options, order, over};
use crate::support::endpoint::{endpoint, gated_endpoint};
use crate::support::{DESKS, Place, Server, names, whoknows};

const QUESTION: &str = "How can I keep the VPN tunnel alive?";

/// The table `[embed]` for an endpoint.
fn http(url: &str) -> String {
    format!(
        "[embed]\nmodel = \"http\"\n[embed.http]\nurl = \"{url}\"\nmodel = \"letters\"\ndimensions = 26\n\
         timeout_ms = 120000\nquestion_timeout_ms = 60000\n"
    )
}

/// Asserts that the server answers whole, by words and vectors; gives the generation. To an encoder that tells texts
/// apart by their letters, others are not far, either.
#[track_caller]
fn answers(server: &Server) -> u64 {
    let answer = server.ask(QUESTION);
    assert_eq!((names(&answer).first(), &answer["degraded"]), (Some(&"ana"), &json!([])), "{answer:#}");
    answer["generation"].as_u64().unwrap()
}

/// Waits until the server answers from another generation than that.
#[track_caller]
fn until_another(server: &Server, before: u64) {
    let began = Instant::now();
    while answers(server) == before {
        assert!(began.elapsed() < LONGEST, "still {before}");
    }
}

#[test]
fn a_server_answers_from_the_old_encoder_until_the_new_one_is_done() {
    let place = Place::with_play(DESKS);
    let watch = "[live]\nwatch_ms = 50\n";
    let file = options(&place, watch);
    let server = Server::start_with_options(&place.data(), &file);
    let first = answers(&server);
    let (url, gate, coming) = gated_endpoint();
    options(&place, &format!("{watch}{}", http(&url)));
    let mut command = whoknows();
    command.arg("reindex").arg("--config").arg(&file).arg("--data-dir").arg(place.data());
    let mut reindex = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    coming.recv_timeout(LONGEST).unwrap();
    assert_eq!([answers(&server), answers(&server)], [first, first], "amid the build");
    assert!(reindex.try_wait().unwrap().is_none(), "it waits for vectors");
    gate.open();
    assert!(reindex.wait().unwrap().success());
    until_another(&server, first);
    coming.try_iter().count();
    let second = answers(&server);
    assert!(coming.try_iter().count() > 0, "questions go through the new encoder");
    // And back, with the options as they were.
    options(&place, watch);
    place.run("rollback", &["--config", file.to_str().unwrap()]).exits(0);
    until_another(&server, second);
    coming.try_iter().count();
    answers(&server);
    assert_eq!(coming.try_iter().count(), 0, "questions go through the old encoder");
    server.terminate().exits(0);
}

#[test]
fn a_server_that_takes_messages_in_changes_its_encoder_by_order() {
    let secret = "0123456789abcdef0123456789abcdef";
    let place = Place::with_play(DESKS);
    let token = place.secret("token", secret);
    let key = admin(&place);
    let live = format!("[live]\nenabled = true\ntoken_file = {:?}\n", token.display().to_string());
    let file = options(&place, &live);
    let server = Server::start_with_options(&place.data(), &file);
    let first = answers(&server);
    let (url, gate, coming) = gated_endpoint();
    options(&place, &format!("{live}{}", http(&url)));
    let id = order(&server, &key, &json!({"kind": "reindex"}));
    coming.recv_timeout(LONGEST).unwrap();
    assert_eq!(answers(&server), first, "amid the build");
    // What comes meanwhile is answered from the old index, and is in the new one.
    let more = synth::screenplay(
        "#radio 2026-03-04 source=desk visibility=everyone
        09:00 bo: The walkie talkie hisses, how do I tune the squelch?
        09:02 dee > bo: Turn the squelch of the walkie talkie up until it is quiet.
        09:03 bo +1 dee: thanks, that did it",
    );
    let taken = server.post_records(secret, &more.unwrap()).unwrap();
    assert_eq!(taken.status, 200, "{taken:?}");
    gate.open();
    let made = over(&server, &key, &id);
    assert_eq!(made["state"], "done", "{made:#}");
    assert!(answers(&server) > first);
    let about_radios = server.ask("How do I tune the squelch of the walkie talkie?");
    assert_eq!(names(&about_radios).first(), Some(&"dee"), "{about_radios:#}");
    // A server that starts with another encoder than the index's does not make the index anew in its place.
    server.terminate().exits(0);
    options(&place, &format!("{live}{}", http(&endpoint())));
    let mut command = whoknows();
    command.arg("serve").arg("--config").arg(&file).arg("--data-dir").arg(place.data());
    let ran: crate::support::Ran = command.output().unwrap().into();
    ran.exits(1).says(&["was encoded by http-letters", "reindex"]);
}
