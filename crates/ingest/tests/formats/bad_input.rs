//! Exports that are empty, cut, damaged or malicious: each says something a person can act on.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::support::{LIMITS, cpu, folder, read, zip};
use ingest::{Export, ExportError, Limits};

fn opening(path: &Path) -> String {
    Export::open(path, &LIMITS).unwrap_err().to_string()
}

fn detecting(path: &Path) -> String {
    let export = Export::open(path, &LIMITS).unwrap();
    ingest::detect(&export).unwrap_err().to_string()
}

fn written(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    fs_err::write(&path, bytes).unwrap();
    (folder, path)
}

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let files: Vec<_> =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    zip(&files)
}

const LINE: &str =
    r#"{"id":"1","source":"t","at":"2024-01-01T00:00:00Z","author":{"id":"a"},"text":"hello"}"#;
const MAIL: &str =
    "From a@x.org Fri Mar 29 14:07:21 2019\nFrom: a@x.org\nDate: Fri, 29 Mar 2019 14:07:21 +0000\n";

#[test]
fn an_empty_folder_says_what_to_pass() {
    let empty = tempfile::tempdir().unwrap();
    assert!(opening(empty.path()).contains("holds no files: pass the unpacked export's folder"));
    fs_err::create_dir(empty.path().join("sub")).unwrap();
    fs_err::write(empty.path().join(".DS_Store"), "x").unwrap();
    assert!(opening(empty.path()).contains("holds no files"));
    let (_kept, path) = written(&packed(&[]));
    assert!(opening(&path).contains("holds no files"));
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let error = opening(Path::new("/no/such/export"));
    assert!(error.contains("/no/such/export") && error.contains("check the path"), "{error}");
}

#[test]
fn a_wrong_folder_says_what_was_looked_for_and_what_it_holds() {
    let wrong = folder(&[("photo.jpg", b"\xff\xd8"), ("letters/a.txt", b"dear"), ("b.json", b"{\"a\":1}")]);
    let error = detecting(wrong.path());
    for part in ["channels.json", "*.jsonl", "mbox", "jira", "found b.json, letters/, photo.jpg"] {
        assert!(error.contains(part), "{part} in {error}");
    }
}

#[test]
fn several_exports_at_once_are_refused() {
    let both = folder(&[
        ("chat/channels.json", b"[]"),
        ("chat/c/2024-01-01.json", b"[]"),
        ("mail/a.mbox", MAIL.as_bytes()),
    ]);
    let error = detecting(both.path());
    assert!(
        error.contains("chat: slack, mail: mail") && error.contains("each of them on its own"),
        "{error}"
    );
    let twice = folder(&[
        ("a/channels.json", b"[]"),
        ("a/c/2024-01-01.json", b"[]"),
        ("b/channels.json", b"[]"),
        ("b/c/2024-01-01.json", b"[]"),
    ]);
    assert!(detecting(twice.path()).contains("a: slack, b: slack"));
    let deeper = folder(&[("readme.txt", b"x"), ("x/channels.json", b"[]"), ("x/c/2024-01-01.json", b"[]")]);
    let error = detecting(deeper.path());
    assert!(error.contains("\"x\"") && error.contains("pass that folder"), "{error}");
}

#[test]
fn a_cut_zip_says_that_the_download_was_cut() {
    let whole = packed(&[("a.jsonl", LINE), ("b.jsonl", LINE)]);
    for cut in [5, 30, whole.len() / 2, whole.len() - 30, whole.len() - 1] {
        let (_kept, path) = written(&whole[..cut]);
        let error = opening(&path);
        assert!(error.contains("the download was cut") && error.contains("export.zip"), "at {cut}: {error}");
    }
}

#[test]
fn a_zip_with_a_name_that_leads_elsewhere_is_refused_whole() {
    for name in ["../evil.jsonl", "a/../../evil", "/etc/evil", "C:/evil", "..\\evil", "a/..", "e\u{7}vil"] {
        let (_kept, path) = written(&packed(&[("a.jsonl", LINE), (name, LINE)]));
        let error = Export::open(&path, &LIMITS).unwrap_err();
        assert!(matches!(error, ExportError::Unsafe { .. }), "{name}: {error}");
    }
}

#[test]
fn a_zip_with_links_or_the_same_name_twice_is_refused() {
    let mut linked = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    linked.add_symlink("a.jsonl", "/etc/passwd", zip::write::SimpleFileOptions::default()).unwrap();
    let (_kept, path) = written(&linked.finish().unwrap().into_inner());
    assert!(opening(&path).contains("is a link"));

    let mut twice = packed(&[("name-1.jsonl", LINE), ("name-2.jsonl", LINE)]);
    while let Some(at) = twice.windows(6).position(|window| window == b"name-2") {
        twice[at + 5] = b'1';
    }
    let (_kept, path) = written(&twice);
    assert!(opening(&path).contains("has the same name as another"));
}

#[test]
fn a_zip_that_unpacks_to_too_much_is_stopped_by_what_it_produces() {
    let zeros = vec![b'0'; 32 << 20];
    let bomb = zip(&[("a.jsonl".into(), LINE.as_bytes().to_vec()), ("b.jsonl".into(), zeros)]);
    let (_kept, path) = written(&bomb);
    let check = |limits: Limits, reason: &str| {
        let export = Export::open(&path, &limits).unwrap();
        let mut kept = crate::support::Kept::default();
        let report = ingest::detect(&export).unwrap().read(&export, &mut kept).unwrap();
        assert_eq!(report.messages, 1, "the good file is read");
        assert!(kept.reasons().iter().any(|found| found.contains(reason)), "{:?}", kept.reasons());
    };
    check(LIMITS, "more than 200 times its packed size");
    check(Limits { max_entry_bytes: 1 << 20, ..LIMITS }, "unpacks to more than 1048576 bytes");

    let small = Limits { max_total_bytes: 2 << 20, max_ratio: u64::MAX, ..LIMITS };
    let export = Export::open(&path, &small).unwrap();
    let error = ingest::formats()
        .iter()
        .find(|format| format.name() == "jsonl")
        .unwrap()
        .read(&export, &mut crate::support::Kept::default())
        .unwrap_err();
    assert!(error.to_string().contains("unpacks to more than 2097152 bytes"), "{error}");

    let (_kept, path) = written(&packed(&[("a", ""), ("b", ""), ("c", "")]));
    let error = Export::open(&path, &Limits { max_entries: 2, ..LIMITS }).unwrap_err();
    assert!(matches!(error, ExportError::TooMany { .. }));
}

#[test]
fn a_damaged_entry_costs_only_itself() {
    let mut bytes = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in ["a.jsonl", "b.jsonl"] {
        bytes.start_file(name, stored).unwrap();
        std::io::Write::write_all(&mut bytes, LINE.replace("hello", name).as_bytes()).unwrap();
    }
    let mut bytes = bytes.finish().unwrap().into_inner();
    let at = bytes.windows(9).position(|window| window == b"\"a.jsonl\"").unwrap();
    bytes[at + 1] = b'X';
    let (_kept, path) = written(&bytes);
    let (kept, report) = read(&path);
    assert!(kept.texts().contains(&"b.jsonl"));
    assert_eq!(report.issues, 1);
    assert!(kept.reasons()[0].starts_with("a.jsonl cannot be read to its end"), "{:?}", kept.reasons());
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_not_followed() {
    let outside = folder(&[("secret.jsonl", LINE.as_bytes())]);
    let inside = folder(&[("a.jsonl", LINE.as_bytes())]);
    std::os::unix::fs::symlink(outside.path(), inside.path().join("more")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.jsonl"), inside.path().join("b.jsonl")).unwrap();
    let export = Export::open(inside.path(), &LIMITS).unwrap();
    assert_eq!(export.entries().len(), 1);
    assert_eq!(export.passed_over(), 2);
}

#[test]
fn half_json_keeps_the_first_half() {
    let half = folder(&[
        ("channels.json", br#"[{"id":"C1","name":"c"}]"#),
        ("c/2024-01-01.json", br#"[{"type":"message","user":"U1","text":"kept","ts":"1.0"},{"type":"mess"#),
        ("c/2024-01-02.json", br#"[{"type":"message","user":"U1","text":"next","ts":"2.0"}]"#),
    ]);
    let (kept, _) = read(half.path());
    assert_eq!(kept.texts(), ["kept", "next"]);
    assert_eq!(kept.reasons(), ["c/2024-01-01.json:1@57 ends in the middle of a list or record"]);
    assert_eq!(kept.issues[0].hint, Some("it was cut: export it again"));
    assert_eq!(kept.issues[0].raw, br#"{"type":"mess"#);
}

#[test]
fn one_bad_element_costs_only_itself() {
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let day = format!(
        r#"[{{"ts":"1.0","user":"U1","text":"a"}},{{"ts":"1.1","user":"U1","text":"bad \ud800"}},{{"ts":"1.2","text":"{}"}},
        {{"ts":"1.3","user":"U1","blocks":{deep}}},null,{{"ts":"1.4","user":"U1","text":"nul \u0000 here"}},{{"user":"U1","ts":"2.0","text":"z"}}]"#,
        "\u{0}"
    );
    let slack =
        folder(&[("channels.json", br#"[{"id":"C1","name":"c"}]"#), ("c/2024-01-01.json", day.as_bytes())]);
    let (kept, report) = read(slack.path());
    assert_eq!(kept.texts(), ["a", "nul  here", "z"]);
    assert_eq!(report.issues, 4);
    assert!(kept.reasons().iter().any(|reason| reason.contains("is null instead of a message")));
}

#[test]
fn lines_of_every_badness_are_set_aside_one_by_one() {
    let mut file = format!("\u{feff}{LINE}\r\n\r\n").into_bytes();
    file.extend_from_slice(b"{\"id\":\"2\",\"text\":\"\xff\xfe\"}\n");
    file.extend_from_slice(b"{\"id\":\"3\",\"te\0xt\":1}\n\0\0\0\n");
    file.extend_from_slice("[".repeat(100_000).as_bytes());
    file.push(b'\n');
    file.extend_from_slice(&vec![b'x'; (8 << 20) + 1]);
    file.push(b'\n');
    file.extend_from_slice(LINE.replace("\"1\"", "\"9\"").as_bytes());
    let export = folder(&[("a.jsonl", &file)]);
    let (kept, report) = read(export.path());
    assert_eq!(kept.texts(), ["hello", "hello"]);
    assert_eq!(report.issues, 5);
    let places: Vec<Option<u64>> = kept.issues.iter().map(|issue| issue.place.line).collect();
    assert_eq!(places, [3, 4, 5, 6, 7].map(Some));
    assert!(kept.issues.iter().all(|issue| issue.raw.len() <= ingest::issue::MAX_RAW_BYTES));
}

#[test]
fn a_message_is_cut_at_the_limit() {
    let limits = Limits { max_message_chars: 3, ..LIMITS };
    let export = folder(&[("a.jsonl", LINE.replace("hello", "héllo").as_bytes())]);
    let export = Export::open(export.path(), &limits).unwrap();
    let (kept, report) = crate::support::read_with(ingest::detect(&export).unwrap(), &export);
    assert_eq!(kept.texts(), ["hél"]);
    assert_eq!(report.skipped.get("text cut at the limit"), Some(&1));
}

#[test]
fn a_sentence_that_begins_with_from_does_not_cut_a_mail() {
    let mail = format!("{MAIL}\nHello.\n\nFrom our side it is fine.\n\nFrom now on, too.\n");
    let export = folder(&[("a.mbox", mail.as_bytes())]);
    let (kept, report) = read(export.path());
    assert_eq!(kept.texts(), ["Hello.\n\nFrom our side it is fine.\n\nFrom now on, too."]);
    assert_eq!(report.issues, 0);
}

/// Reads an mbox of the bomb and a harmless mail: the harmless one must come out, within two seconds.
fn check_bomb(name: &str, bomb: &str, reason: Option<&str>) {
    let file = format!("{MAIL}{bomb}\n\n{MAIL}Message-ID: <after@x>\n\nafter\n");
    let export = folder(&[("a.mbox", file.as_bytes())]);
    let start = cpu();
    let (kept, _) = read(export.path());
    let taken = cpu().saturating_sub(start);
    assert!(
        kept.messages().any(|raw| raw.message.id.as_str() == "mail:after@x"),
        "{name}: the next mail is lost"
    );
    let reasons = kept.reasons();
    match reason {
        Some(reason) => assert!(reasons.iter().any(|found| found.contains(reason)), "{name}: {reasons:?}"),
        None => assert_eq!(reasons, [] as [&str; 0], "{name}"),
    }
    assert!(taken < Duration::from_secs(2), "{name} took {taken:?}");
}

#[test]
fn mails_made_to_break_parsers_are_set_aside() {
    let nested = "Content-Type: message/rfc822\n\n";
    check_bomb("nested mails", &nested.repeat(40_000), Some("nested more than 50 deep"));
    let mut multiparts = String::new();
    for level in 0..200_000 {
        write!(multiparts, "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n").unwrap();
    }
    check_bomb("nested multiparts", &multiparts, Some("nested more than 50 deep"));
    let same = "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(100_000);
    check_bomb("multiparts of one boundary", &same, Some("nested more than 50 deep"));
    let parts = "--b\nContent-Type: text/plain\n\nx\n".repeat(1_000_000 / 8);
    let parts = format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--");
    check_bomb("many parts", &parts, Some("more than 1000 parts"));
    check_bomb("many headers", &format!("{}\n\nx", "A: b\n".repeat(1_000_000)), Some("header longer"));
    let recipients = format!("To: {}z@x.org\n\nx", "a@x.org,\n ".repeat(1_000_000));
    check_bomb("many recipients", &recipients, Some("header longer"));
    let parameters = format!("Content-Type: text/plain; {}\n\nx", "a*0=b;\n ".repeat(100_000));
    check_bomb("many parameters", &parameters, Some("header longer"));
    check_bomb("a long mail", &format!("\n{}", "x\n".repeat(17 << 20)), Some("more than 32 MiB"));
}

#[test]
fn what_lies_encoded_in_a_mail_is_not_unpacked() {
    // Forty thousand nested mails in base64: "Content-Type: message/rfc822\n\n" padded to 30 bytes, encoded.
    let line = "Q29udGVudC1UeXBlOiBtZXNzYWdlL3JmYzgyMgoK";
    let bomb =
        format!("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}", line.repeat(40_000));
    check_bomb("encoded mails", &bomb, None);
    let multipart = format!("Content-Type: multipart/mixed; boundary=b\n\n--b\n{bomb}\n--b--");
    check_bomb("encoded mails in a part", &multipart, None);
}

#[test]
fn floods_within_the_limits_are_read_in_time() {
    check_bomb("encoded words", &format!("Subject: {}\n\nx", "=?utf-8?q?".repeat(60_000)), None);
    check_bomb("half addresses", &format!("To: {}\n\nx", "\"<(".repeat(60_000)), None);
    check_bomb("comments", &format!("To: {}a@x.org\n\nx", "(".repeat(200_000)), None);
    check_bomb("references", &format!("References: {}\n\nx", "<a@b> ".repeat(100_000)), None);
    check_bomb(
        "received",
        &format!("{}\nx", "Received: from a by b; Fri, 29 Mar 2019 14:00:00 +0000\n".repeat(15_000)),
        None,
    );
    check_bomb(
        "soft breaks",
        &format!("Content-Type: text/plain; format=flowed\n\n{}", "> a \n".repeat(500_000)),
        None,
    );
    check_bomb("html", &format!("Content-Type: text/html\n\n{}", "<blockquote>".repeat(300_000)), None);
    check_bomb("open tags", &format!("Content-Type: text/html\n\n{}", "<".repeat(3_000_000)), None);
    check_bomb(
        "dashes",
        &format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b-\n".repeat(1_000_000)),
        None,
    );
    check_bomb(
        "bad base64",
        &format!("Content-Transfer-Encoding: base64\n\n{}", "!!!!".repeat(1_000_000)),
        None,
    );
    check_bomb("charset", "Content-Type: text/plain; charset=utf-7\n\n+AGE-", None);
}
