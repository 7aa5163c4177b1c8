//! Against a listener of the test's own: signed, tried again, nothing lost across a restart.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use routing::{Directory, Draft, Somebody, Week};

use super::*;

const SECRET: &[u8] = b"a secret of the test";

struct Nobody;

impl Directory for Nobody {
    fn somebody(&self, _: &AccountKey) -> Option<Somebody> {
        None
    }
}

fn desk(path: &Path) -> Desk {
    let config = routing::Config {
        offer_minutes: 60,
        answer_hours: 24,
        close_days: 7,
        limit: 5,
        rest_minutes: 0,
        less_limit: 1,
        less_rest_hours: 24,
        list: 5,
        blind_hours: 24,
        week: Week::weekdays(540, 1_020),
        webhook: true,
    };
    Desk::open(path, config).unwrap()
}

fn put(desk: &Desk) {
    let draft = Draft {
        asker: AccountKey::new("chat:zoe").unwrap(),
        question: "A secret question?".to_owned(),
        channel: Some("help".to_owned()),
        anonymous: true,
        share: false,
        blind: None,
        list: Vec::new(),
    };
    desk.ask(draft, None, &Nobody, at(0)).unwrap();
}

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + seconds * 1_000)
}

/// Answers each request with the next status; what came is signature and body.
fn listener(statuses: &[u16]) -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, seen) = channel();
    let statuses = statuses.to_vec();
    std::thread::spawn(move || {
        for status in statuses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut length, mut signature) = (0, String::new());
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim().split_once(": ") else {
                    if line.trim().is_empty() {
                        break;
                    }
                    continue;
                };
                match name.to_lowercase().as_str() {
                    "content-length" => length = value.parse().unwrap(),
                    SIGNATURE => value.clone_into(&mut signature),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let more = if status == 302 { "location: http://127.0.0.1:1/\r\n" } else { "" };
            let answer =
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n{more}connection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
            sender.send((signature, String::from_utf8(body).unwrap())).unwrap();
        }
    });
    (url, seen)
}

fn webhook(url: &str, allowed: bool) -> Webhook {
    Webhook::new(url, SECRET, allowed, Duration::from_secs(30))
}

#[test]
fn events_come_signed_in_order_and_again_until_they_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("asks.sqlite");
    let first = desk(&path);
    put(&first);
    let (url, seen) = listener(&[500, 302, 200, 200]);
    let hook = webhook(&url, true);
    hook.deliver(&first, || at(0)).unwrap();
    // A pause of five seconds, which a crash does not shorten; then of ten.
    std::mem::forget(first);
    let desk = desk(&path);
    hook.deliver(&desk, || at(4)).unwrap();
    hook.deliver(&desk, || at(5)).unwrap();
    hook.deliver(&desk, || at(14)).unwrap();
    assert_eq!(seen.try_iter().count(), 2);
    hook.deliver(&desk, || at(15)).unwrap();
    assert_eq!(desk.n_deliveries().unwrap(), 0);
    let told: Vec<(String, String)> = seen.try_iter().collect();
    for (signature, body) in &told {
        assert_eq!(*signature, sign(SECRET, at(15), body));
        assert!(
            signature.starts_with("t=1800000015,v1=") && !body.contains("question"),
            "{signature} {body}"
        );
    }
    let types: Vec<Value> = told
        .iter()
        .map(|(_, body)| serde_json::from_str::<Value>(body).unwrap())
        .map(|body| json!([body["type"], body["channel"], body["anonymous"]]))
        .collect();
    assert_eq!(types, [json!(["ask.asked", null, true]), json!(["ask.escalated", "help", true])]);
}

#[test]
fn what_the_other_side_calls_wrong_is_left_out_in_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder.path().join("asks.sqlite"));
    put(&desk);
    let (url, _seen) = listener(&[[422; 10].as_slice(), &[200]].concat());
    let hook = webhook(&url, true);
    for _ in 0..9 {
        hook.deliver(&desk, || at(0)).unwrap();
        let waiting = desk.deliveries(at(600), 1).unwrap();
        desk.undelivered(waiting[0].event.number, at(0)).unwrap();
    }
    hook.deliver(&desk, || at(0)).unwrap();
    assert!(desk.n_deliveries().unwrap() <= 1);
}

#[test]
fn an_address_of_this_machine_is_not_connected_to_unless_it_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(&folder.path().join("asks.sqlite"));
    put(&desk);
    let trap = TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let port = trap.local_addr().unwrap().port();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"] {
        let hook = webhook(&format!("http://{host}:{port}/"), false);
        hook.deliver(&desk, || at(1_000_000)).unwrap();
        assert!(trap.accept().is_err(), "{host}");
        let waiting = desk.deliveries(at(2_000_000), 1).unwrap();
        desk.undelivered(waiting[0].event.number, at(0)).unwrap();
    }
}

#[test]
fn only_addresses_of_the_open_internet_are_public() {
    let public = |text: &str| is_public(text.parse().unwrap());
    for open in ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "100.128.0.1"] {
        assert!(public(open), "{open}");
    }
    let shut = [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
        "2001::1",
        "ff02::1",
    ];
    for shut in shut {
        assert!(!public(shut), "{shut}");
    }
}

#[test]
fn pauses_grow_to_ten_minutes() {
    assert_eq!([1, 2, 3, 7, 8, 60].map(pause), [5, 10, 20, 320, 600, 600]);
}
