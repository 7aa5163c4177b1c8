//! Against an issuer of the test's own, at times that the test says.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use super::*;

/// Answers each request with the next answer, and tells that it came; then it is gone.
fn issuer(answers: Vec<String>) -> (KeysUrl, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = KeysUrl::new(&format!("http://{}/keys", listener.local_addr().unwrap()), None).unwrap();
    let (came, coming) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            came.send(()).unwrap();
            // Whoever is sent too much hangs up.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (url, coming)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn set(ids: &[&str]) -> String {
    let keys: Vec<String> = ids
        .iter()
        .map(|id| format!(r#"{{"kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "{id}"}}"#))
        .collect();
    format!(r#"{{"keys": [{}]}}"#, keys.join(","))
}

fn good(ids: &[&str]) -> String {
    answer("200 OK", "", &set(ids))
}

fn start(url: KeysUrl) -> (Remote, Fetcher, Instant) {
    let (remote, now) = (Remote::new(url), Instant::now());
    let fetcher = Fetcher::new(&remote.url, Arc::clone(&remote.shared), now).unwrap();
    (remote, fetcher, now)
}

fn knows(remote: &Remote, id: &str) -> bool {
    remote.current().is_some_and(|keys| keys.find(Some(id)).is_some())
}

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn keys_come_at_once_and_those_that_took_their_place_in_time() {
    let soon = answer("200 OK", "Cache-Control: public, Max-Age=600\r\n", &set(&["two"]));
    let (url, came) = issuer(vec![good(&["one"]), soon, good(&["three"])]);
    let (remote, mut fetcher, now) = start(url);
    assert!(remote.current().is_none() && remote.figures().contains("jwks_keys 0"));
    for (at, fetched, known) in
        [(0, 1, "one"), (3_599, 0, "one"), (3_600, 1, "two"), (4_199, 0, "two"), (4_200, 1, "three")]
    {
        fetcher.turn(now + seconds(at));
        assert_eq!(came.try_iter().count(), fetched, "{at}");
        for id in ["one", "two", "three"] {
            assert_eq!(knows(&remote, id), id == known, "{at} {id}");
        }
    }
    assert!(remote.figures().contains("whoknows_jwks_age_seconds 0\n"), "{}", remote.figures());
}

#[test]
fn made_up_tokens_ask_the_issuer_once_a_minute_and_no_oftener() {
    let (url, came) = issuer(vec![good(&["one"]), good(&["one"]), good(&["one", "two"])]);
    let (remote, mut fetcher, now) = start(url);
    let mut fetches = Vec::new();
    // Somebody shows such a token every second.
    for at in 0..180 {
        remote.ask();
        fetcher.turn(now + seconds(at));
        fetches.extend(came.try_iter().map(|()| at));
    }
    assert_eq!(fetches, [0, 60, 120]);
    assert!(knows(&remote, "two"));
}

#[test]
fn the_last_keys_hold_whatever_the_issuer_answers() {
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let elsewhere = format!("location: http://{}/keys\r\n", trap.local_addr().unwrap());
    let large = format!(r#"{{"keys": [], "more": "{}"}}"#, "x".repeat(1 << 20));
    let many = set(&["k"; 101]);
    let bad = [
        answer("500 Oh", "", &set(&["evil"])),
        answer("302 Found", &elsewhere, &set(&["evil"])),
        answer("200 OK", "", "<html>sign in</html>"),
        answer("200 OK", "", r#"{"issuer": "https://id.example"}"#),
        answer("200 OK", "", &large),
        answer("200 OK", "", &many),
        "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"keys\": [".to_owned(),
        String::new(),
    ];
    let n_bad = bad.len();
    let (url, came) = issuer([vec![good(&["one"])], bad.to_vec()].concat());
    let (remote, mut fetcher, now) = start(url);
    let mut at = now;
    // The last round finds nobody there any more.
    for round in 0..n_bad + 2 {
        fetcher.turn(at);
        assert_eq!(came.try_iter().count(), usize::from(round <= n_bad), "{round}");
        assert!(knows(&remote, "one") && !knows(&remote, "evil"), "{round}");
        at += seconds(86_400);
    }
    let figures = remote.figures();
    assert!(figures.contains(&format!("whoknows_jwks_failed_total {}\n", n_bad + 1)), "{figures}");
    assert!(trap.accept().is_err(), "a redirect was followed");
}

#[test]
fn a_thread_that_nobody_needs_any_more_ends() {
    let (url, came) = issuer(vec![good(&["one"])]);
    let remote = Remote::new(url);
    let shared = Arc::clone(&remote.shared);
    let fetcher = Fetcher::new(&remote.url, Arc::clone(&shared), Instant::now()).unwrap();
    let thread = std::thread::spawn(move || fetcher.run());
    came.recv().unwrap();
    drop(remote);
    thread.join().unwrap();
    assert!(shared.lock().keys.is_some());
}

#[test]
fn certificates_that_do_not_read_are_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, empty) = (folder.path().join("missing.pem"), folder.path().join("empty.pem"));
    std::fs::write(&empty, "no certificate").unwrap();
    for path in [missing, empty] {
        let url = KeysUrl::new("https://id.example/keys", Some(path)).unwrap();
        assert!(matches!(Remote::new(url).start(), Err(Error::Tls { .. })));
    }
}
