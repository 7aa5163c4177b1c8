//! Bombs: each is read in a process of its own, which must end well: at most two seconds of computing for each
//! export, at most 256 MiB of memory, an answer in words, and the mail behind the bomb still read.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::floods;
use crate::support::{Sample, cpu, peak_memory, read, read_bytes, samples, zip};
use ingest::ExportError;
use ingest::FormatError;

const MOST_TIME: Duration = Duration::from_secs(2);
const MOST_MEMORY: u64 = 256 << 20;
/// The variable that tells a child which group of bombs is its own.
const GROUP: &str = "ROBUST_BOMBS";
const GROUPS: [&str; 7] = ["mails-0", "mails-1", "json-0", "json-1", "texts", "tables", "archives"];

fn parts_of(group: &str) -> fn() -> usize {
    match group {
        "mails-0" | "mails-1" => mails,
        "json-0" | "json-1" => json,
        "texts" => texts,
        "tables" => tables,
        _ => archives,
    }
}

#[test]
fn no_bomb_takes_the_process_with_it() {
    let child = |group: &str| -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "bombs::a_group_of_bombs_is_read", "--nocapture"])
            .env(GROUP, group)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let mut bombs = 0;
    for pair in GROUPS.chunks(2) {
        let children: Vec<(&str, Child)> = pair.iter().map(|group| (*group, child(group))).collect();
        for (group, child) in children {
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{group}: {said}\n{}", String::from_utf8_lossy(&output.stderr));
            let read = said.lines().find_map(|line| line.trim().strip_prefix("bombs read: ")?.parse().ok());
            bombs += read.unwrap_or(0_usize);
        }
    }
    assert!(bombs >= 60, "only {bombs} bombs were read");
}

/// The child's part; without the variable it has nothing to do.
#[test]
fn a_group_of_bombs_is_read() {
    let Some(group) = group() else { return };
    let read = parts_of(&group)();
    let peak = peak_memory();
    assert!(peak <= MOST_MEMORY, "{group} took {} MiB", peak >> 20);
    println!("\nbombs read: {read}");
}

/// What the parent asks this process to read.
#[expect(clippy::disallowed_methods, reason = "a parent speaks to its child by a variable")]
fn group() -> Option<String> {
    std::env::var(GROUP).ok()
}

/// Which half of a group's bombs is this process's: 1 for the odd ones.
fn odd() -> usize {
    usize::from(group().is_some_and(|group| group.ends_with("-1")))
}

/// Reads and measures; what was kept, or the error in words.
fn measured(
    bomb: &str,
    read: impl FnOnce() -> Result<Vec<String>, FormatError>,
) -> Result<Vec<String>, String> {
    let start = cpu();
    let outcome = read();
    let taken = cpu().saturating_sub(start);
    assert!(taken <= MOST_TIME, "{bomb} took {taken:?}");
    outcome.map_err(|error| error.to_string())
}

fn mails() -> usize {
    const MAIL: &str =
        "From a@x.org Fri Mar 29 14:07:21 2019\nFrom: a@x.org\nDate: Fri, 29 Mar 2019 14:07:21 +0000\n";
    let format = *ingest::formats().iter().find(|format| format.name() == "mail").unwrap();
    let odd = odd();
    let mut count = 0;
    for (bomb, mail, reason) in floods::mails().into_iter().skip(odd).step_by(2) {
        let file = format!("{MAIL}{mail}\n\n{MAIL}Message-ID: <after@x>\n\nafter\n");
        let (single, _) = mail.split_at(mail.len().min(33 << 20));
        let single = format!("From: a@x.org\nDate: Fri, 29 Mar 2019 14:07:21 +0000\n{single}");
        drop(mail);
        let mut reasons = Vec::new();
        let ids = measured(&bomb, || {
            let (kept, _) = read_bytes(format, "a.mbox", file.as_bytes())?;
            reasons = kept.reasons;
            Ok(kept.ids)
        });
        assert!(ids.unwrap().iter().any(|id| id == "mail:after@x"), "{bomb}: the next mail is lost");
        match reason {
            Some(reason) => {
                assert!(reasons.iter().any(|found| found.contains(reason)), "{bomb}: {reasons:?}");
            }
            None => assert_eq!(reasons, [""; 0], "{bomb}"),
        }
        drop(file);
        let alone =
            measured(&bomb, || read_bytes(format, "a.eml", single.as_bytes()).map(|(kept, _)| kept.ids));
        assert!(alone.is_ok(), "{bomb} in a file of its own: {alone:?}");
        count += 1;
    }
    count
}

/// The largest file of a sample with one of these endings.
fn largest(sample: &Sample, endings: &[&str]) -> Option<usize> {
    let fits = |name: &str| name.rsplit('.').next().is_some_and(|ending| endings.contains(&ending));
    let files = sample.files.iter().enumerate().filter(|(_, (name, _))| fits(name));
    files.max_by_key(|(_, (_, content))| content.len()).map(|(place, _)| place)
}

const JSON: [&str; 3] = ["json", "jsonl", "ndjson"];

fn json() -> usize {
    let samples = samples();
    // What the test itself holds counts too: half of them at a time.
    let bombs: Vec<_> = floods::json().into_iter().skip(odd()).step_by(2).collect();
    for sample in &samples {
        let Some(place) = largest(sample, &JSON) else { continue };
        for (bomb, content) in &bombs {
            let mut files = sample.files.clone();
            files[place].1.clone_from(content);
            let packed = zip(&files);
            drop(files);
            let bomb = format!("{} with {bomb}", sample.name);
            let outcome =
                measured(&bomb, || read_bytes(sample.format, "a.zip", &packed).map(|(kept, _)| kept.ids));
            assert!(outcome.is_ok(), "{bomb}: {outcome:?}");
        }
    }
    bombs.len()
}

/// Puts a text where a sample's JSON has the words of a message.
fn with_text(content: &[u8], text: &str) -> Option<Vec<u8>> {
    const KEYS: [&str; 9] =
        ["text", "content", "body", "message", "description", "html_body", "plain_body", "comments", "value"];
    let json = std::str::from_utf8(content).ok()?;
    let escaped = serde_json::to_string(text).ok()?;
    KEYS.iter().find_map(|key| {
        let start = json.find(&format!("\"{key}\":"))? + key.len() + 3;
        let value = json.get(start..)?;
        let quote = start + value.find('"').filter(|at| value[..*at].trim().is_empty())?;
        let mut escaped_byte = false;
        let end = json.get(quote + 1..)?.bytes().position(|byte| {
            let ends = byte == b'"' && !escaped_byte;
            escaped_byte = byte == b'\\' && !escaped_byte;
            ends
        })?;
        Some(format!("{}{escaped}{}", &json[..quote], &json[quote + end + 2..]).into_bytes())
    })
}

fn texts() -> usize {
    let samples = samples();
    let bombs = floods::texts();
    for sample in &samples {
        let Some(place) = largest(sample, &JSON) else { continue };
        for (bomb, text) in &bombs {
            let mut files = sample.files.clone();
            let Some(content) = with_text(&files[place].1, text) else { continue };
            files[place].1 = content;
            let bomb = format!("{} with a {bomb}", sample.name);
            let outcome = measured(&bomb, || read(sample.format, &files).map(|(kept, _)| kept.ids));
            assert!(outcome.is_ok(), "{bomb}: {outcome:?}");
        }
    }
    bombs.len()
}

fn tables() -> usize {
    let mut count = floods::tables("a,b").len();
    for sample in &samples() {
        let Some(place) = largest(sample, &["csv"]) else { continue };
        let header =
            String::from_utf8_lossy(&sample.files[place].1).lines().next().unwrap_or_default().to_owned();
        let bombs = floods::tables(&header);
        count = bombs.len();
        for (bomb, content) in bombs {
            let mut files = sample.files.clone();
            files[place].1 = content;
            let bomb = format!("{} with {bomb}", sample.name);
            let outcome = measured(&bomb, || read(sample.format, &files).map(|(kept, _)| kept.ids));
            assert!(outcome.is_ok(), "{bomb}: {outcome:?}");
        }
    }
    count
}

/// Archives that hold more than they say, or names that lead elsewhere: refused, or bounded.
fn archives() -> usize {
    use std::io::Write as _;
    let packed = |files: &[(String, Vec<u8>)]| {
        let mut packed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in files {
            packed.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
            packed.write_all(content).unwrap();
        }
        packed.finish().unwrap().into_inner()
    };
    let line =
        br#"{"id":"1","source":"t","at":"2024-01-01T00:00:00Z","author":{"id":"a"},"text":"hello"}"#.to_vec();
    let one = |name: &str, content: Vec<u8>| {
        packed(&[("a.jsonl".to_owned(), line.clone()), (name.to_owned(), content)])
    };
    let many =
        |count: usize| packed(&(0..count).map(|n| (format!("{n}.jsonl"), Vec::new())).collect::<Vec<_>>());
    let inner = one("b.jsonl", vec![b'0'; 1 << 20]);
    let mut lies = one("b.jsonl", vec![b'0'; 4 << 20]);
    // The declared sizes in the list of contents are no promise.
    if let Some(at) = lies.windows(4).rposition(|window| window == b"PK\x01\x02") {
        lies[at + 24..at + 28].copy_from_slice(&1_u32.to_le_bytes());
    }
    let mut twice = one("a.jsonm", line.clone());
    while let Some(at) = twice.windows(7).position(|window| window == b"a.jsonm") {
        twice[at + 6] = b'l';
    }
    let bombs: Vec<(&str, Vec<u8>)> = vec![
        ("32 MiB of zeros", one("b.jsonl", vec![0; 32 << 20])),
        ("32 MiB of one letter", one("b.jsonl", vec![b'0'; 32 << 20])),
        (
            "five of them",
            packed(&(0..5).map(|n| (format!("{n}.jsonl"), vec![b'0'; 16 << 20])).collect::<Vec<_>>()),
        ),
        ("an archive in an archive", one("b.zip", inner)),
        ("a declared size that is a lie", lies),
        ("more files than the limit", many(1001)),
        ("ten thousand files", many(10_000)),
        ("two files of one name", twice),
        ("a name that leads out", one("../b.jsonl", line.clone())),
        ("a name from the root", one("/b.jsonl", line.clone())),
        ("a name with a drive", one("C:/b.jsonl", line.clone())),
        ("a name with backslashes", one("a\\b.jsonl", line.clone())),
        ("a long name", one(&"a/".repeat(5_000), line.clone())),
        ("a name of controls", one("a\u{1b}[2J.jsonl", line.clone())),
    ];
    for (bomb, bytes) in &bombs {
        for format in ingest::formats() {
            let outcome = measured(bomb, || match read_bytes(*format, "a.zip", bytes) {
                Err(FormatError::Export(ExportError::Read { .. })) => {
                    panic!("{bomb} is taken for a broken disk")
                }
                other => other.map(|(kept, _)| kept.reasons),
            });
            if let Err(error) = outcome {
                assert!(!error.is_empty(), "{bomb}");
            }
        }
    }
    bombs.len()
}
