//! Forty corrupted exports (trust.md R9): what is good is kept, what is bad is counted and told with its place, an export
//! that cannot be read fails its job with a reason, and the next job starts.

use serde_json::json;

use super::{House, Outcome};
use crate::support::Place;
use crate::support::exports::{jira_issue, mail_exchange, slack_files};

const QUESTION: &str = "How do I bleed the brake of the cargo bike?";
const ANSWER: &str = "Open the valve of the brake caliper and push fresh oil through.";

/// What must come of it.
enum Expected {
    /// So many messages and bad records.
    Read(u64, u64),
    /// At least so many messages, and some bad records.
    Kept(u64),
    /// Nothing, and why.
    Broken(&'static str),
}
use Expected::{Broken, Kept, Read};

/// A good line of jsonl, of its own source.
fn line(case: usize, number: usize) -> String {
    json!({"source": format!("case{case}"), "id": number.to_string(), "at": "2026-03-02T09:00:00Z", "channel": "bikes",
        "author": {"id": "bo"}, "text": "The brake of the cargo bike is fine.", "visibility": "everyone"})
    .to_string()
}

/// Lines of jsonl, and what is done to them.
type Way = (&'static str, Expected, fn([String; 4]) -> Vec<u8>);

fn joined(lines: &[impl AsRef<str>]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect::<String>().into_bytes()
}

fn with(lines: [String; 4], bad: &str) -> Vec<u8> {
    let [a, b, c, d] = lines;
    joined(&[a, b, bad.to_owned(), c, d])
}

fn ways() -> [Way; 22] {
    [
        ("half a line at the end", Read(4, 1), |all| {
            with(all, "").into_iter().chain(*b"{\"id\":\"9\",\"te").collect()
        }),
        ("a byte order mark", Read(4, 0), |all| [b"\xef\xbb\xbf".to_vec(), joined(&all)].concat()),
        ("Windows line ends", Read(4, 0), |all| all.join("\r\n").into_bytes()),
        ("blank lines", Read(4, 0), |all| all.join("\n\n  \n").into_bytes()),
        ("a line of zeros", Read(4, 1), |all| with(all, "\0\0\0\0")),
        ("a page of zeros at the end", Read(4, 1), |all| [joined(&all), vec![0; 4_096]].concat()),
        ("a zero in a text", Read(3, 1), |all| replaced(&all, "fine", "fi\0ne")),
        ("half a character", Read(4, 1), |all| [joined(&all), b"{\"text\":\"\xc3\"}\n".to_vec()].concat()),
        ("Latin-1 in one line", Read(4, 1), |all| {
            [joined(&all), b"{\"text\":\"f\xfcr\"}\n".to_vec()].concat()
        }),
        ("a list", Read(4, 1), |all| with(all, "[]")),
        ("null", Read(4, 1), |all| with(all, "null")),
        ("a number", Read(4, 1), |all| with(all, "17")),
        ("an error page", Read(4, 1), |all| with(all, "<html>502 Bad Gateway</html>")),
        ("an impossible time", Read(3, 1), |all| replaced(&all, "2026-03-02T09", "2026-13-42T99")),
        ("no author", Read(3, 1), |all| replaced(&all, "\"author\"", "\"arthur\"")),
        ("a text that is a number", Read(3, 1), |all| {
            replaced(&all, "\"The brake of the cargo bike is fine.\"", "17")
        }),
        ("a thousand brackets", Read(4, 1), |all| with(all, &"[".repeat(100_000))),
        ("an endless text", Read(4, 1), |all| with(all, &format!("{{\"text\":\"{}", "x".repeat(1 << 20)))),
        ("garbage behind an object", Read(3, 1), |all| replaced(&all, "\"everyone\"}", "\"everyone\"}}}]")),
        ("two objects on a line", Read(2, 1), |all| {
            let [a, b, c, d] = all;
            joined(&[a + &b, c, d])
        }),
        ("half of a surrogate", Read(3, 1), |all| replaced(&all, "fine", "\\ud800")),
        ("a huge number", Read(4, 1), |all| with(all, &"9".repeat(100_000))),
    ]
}

/// The same lines, with something else in one of them.
fn replaced(all: &[String; 4], from: &str, to: &str) -> Vec<u8> {
    let mut all = all.clone();
    assert!(all[1].contains(from));
    all[1] = all[1].replace(from, to);
    joined(&all)
}

/// Whole files that are something else than they should be.
fn whole_files(house: &House) -> Vec<(&'static str, Expected, String)> {
    let place = &house.place;
    let slack = slack_files(QUESTION, ANSWER);
    let slack: Vec<(&str, &str)> = slack.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let zip = fs_err::read(place.zip("whole.zip", &slack)).unwrap();
    let put = |name: &str, bytes: &[u8]| {
        place.write(&format!("exports/{name}"), bytes);
        name.to_owned()
    };
    let flipped = |at: usize| {
        let mut zip = zip.clone();
        zip[at] ^= 0xff;
        zip
    };
    let day = zip.windows(11).position(|window| window == b"sk/2026-03-").unwrap() + 40;
    let utf16: Vec<u8> = "\u{feff}{\"id\":\"1\"}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mbox = mail_exchange(QUESTION, ANSWER);
    let jira = jira_issue("SUP-1", QUESTION, QUESTION, ANSWER);
    vec![
        ("an empty file", Broken("no export that is known here"), put("empty.jsonl", b"")),
        ("zeros only", Broken("no export that is known here"), put("zeros.jsonl", &[0; 4_096])),
        ("UTF-16", Broken("no export that is known here"), put("utf16.jsonl", &utf16)),
        ("half an archive", Broken("the download was cut"), put("half.zip", &zip[..zip.len() / 2])),
        ("all but its last byte", Broken("the download was cut"), put("short.zip", &zip[..zip.len() - 1])),
        ("an empty archive", Broken(""), put("empty.zip", b"")),
        ("a wrong check sum", Kept(0), put("crc.zip", &flipped(day))),
        ("a broken list of contents", Broken(""), put("list.zip", &flipped(zip.len() - 60))),
        ("a page instead of an archive", Broken(""), put("page.zip", b"<html>404</html>")),
        ("a mail that was cut", Read(2, 0), put("cut.mbox", &mbox.as_bytes()[..mbox.len() - 20])),
        ("half an issue", Broken(""), put("half-jira.json", &jira.as_bytes()[..jira.len() / 2])),
    ]
}

/// Slack folders of which one file is broken.
fn folders(place: &Place) -> Vec<(&'static str, Expected, String)> {
    let mut all = Vec::new();
    let mut folder = |name: &'static str, expected, file: usize, change: &dyn Fn(&str) -> String| {
        let mut files = slack_files(QUESTION, ANSWER);
        files[file].1 = change(&files[file].1);
        let below = format!("slack-{}", all.len());
        for (file, content) in &files {
            // Each is another workspace.
            let content =
                content.replace("U0", &format!("U{}", all.len())).replace("C0", &format!("C{}", all.len()));
            place.write(&format!("exports/{below}/{file}"), content);
        }
        all.push((name, expected, below));
    };
    let half = |text: &str| text[..text.len() / 2].to_owned();
    folder("half a day", Kept(0), 2, &half);
    folder("an empty day", Read(0, 1), 2, &|_| String::new());
    folder("an error page as a day", Kept(0), 2, &|_| "<html>502</html>".to_owned());
    folder("null as a message", Kept(2), 2, &|text| text.replacen('[', "[null,", 1));
    folder("half the users", Kept(0), 1, &half);
    folder("half the channels", Kept(0), 0, &half);
    folder("an object as a day", Kept(0), 2, &|_| "{\"ok\":false}".to_owned());
    all
}

#[test]
fn forty_corrupted_exports_cost_no_more_than_themselves() {
    let mut house = House::new("");
    let mut cases = Vec::new();
    for (number, (name, expected, way)) in ways().into_iter().enumerate() {
        let file = format!("{number}.jsonl");
        let bytes = way([0, 1, 2, 3].map(|line_number| line(number, line_number)));
        house.place.write(&format!("exports/{file}"), bytes);
        cases.push((name, expected, file));
    }
    cases.extend(whole_files(&house));
    cases.extend(folders(&house.place));
    assert_eq!(cases.len(), 40);
    let mut wrong = Vec::new();
    for (number, (name, expected, file)) in cases.iter().enumerate() {
        let outcome = house.order(file);
        let right = match (expected, &outcome) {
            (Read(added, bad), Outcome::Read { added: found, bad: found_bad }) => {
                (added, bad) == (found, found_bad)
            }
            (Kept(least), Outcome::Read { added, bad }) => added >= least && *bad > 0,
            (Broken(why), Outcome::Broken(said)) => said.contains(why),
            _ => false,
        };
        if !right {
            wrong.push(format!("{name} ({file}): {outcome:?}"));
        }
        if number % 4 == 0 {
            house.order_a_good_one();
        }
    }
    eprintln!(
        "corrupted exports: {} of 40 as promised, the next job over within {:?}",
        40 - wrong.len(),
        house.slowest
    );
    house.end();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
