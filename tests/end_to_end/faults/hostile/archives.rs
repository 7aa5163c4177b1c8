//! Thirty crafted archives (trust.md S9): nothing is written outside the folder, nothing is unpacked beyond the limits,
//! each is refused in words or read within them, and the server lives on.

use std::io::Write as _;
use std::process::{Command, Stdio};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{House, Outcome};
use crate::support::json_lines;

/// More than the data directory may grow by for any of them, in bytes.
const MOST: u64 = 8 << 20;

type Files<'f> = &'f [(&'f str, &'f [u8])];

/// A message, as a line of jsonl.
fn line() -> Vec<u8> {
    let message = serde_json::json!({"source": "archive", "id": "1", "at": "2026-03-02T09:00:00Z",
        "channel": "c", "author": {"id": "bo"}, "text": "The brake is fine.", "visibility": "everyone"});
    json_lines(&[message]).into_bytes()
}

fn zip_of(files: Files<'_>) -> Vec<u8> {
    zip_with(files, SimpleFileOptions::default())
}

fn zip_with(files: Files<'_>, options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A good file, and another under this name.
fn beside(name: &str) -> Vec<u8> {
    let line = line();
    // The name is put in afterwards: what writes archives would mend some of them.
    let stand_in = "x".repeat(name.len());
    let bytes = zip_of(&[("a.jsonl", &line), (&stand_in, &line)]);
    replaced(&bytes, stand_in.as_bytes(), name.as_bytes())
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let (mut out, mut at) = (bytes.to_vec(), 0);
    while let Some(found) = out[at..].windows(from.len()).position(|window| window == from) {
        out[at + found..at + found + to.len()].copy_from_slice(to);
        at += found + from.len();
    }
    out
}

/// Changes every header of the list of contents.
fn with_headers(mut bytes: Vec<u8>, change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(4).position(|window| window == b"PK\x01\x02") {
        change(&mut bytes[at + found..]);
        at += found + 4;
    }
    bytes
}

/// Sets a number in every header of the list of contents.
fn with_declared(bytes: Vec<u8>, offset: usize, value: u32) -> Vec<u8> {
    with_headers(bytes, |header| header[offset..offset + 4].copy_from_slice(&value.to_le_bytes()))
}

fn many(count: usize) -> Vec<u8> {
    let names: Vec<String> = (0..count).map(|number| format!("{number}.jsonl")).collect();
    zip_of(&names.iter().map(|name| (name.as_str(), &b""[..])).collect::<Vec<_>>())
}

/// Bytes that nothing can be made of, and no line's end.
fn noise(length: usize) -> Vec<u8> {
    let mut dice = crate::support::chance::Dice::new(7);
    (0..length).map(|_| b'a' + dice.below(26) as u8).collect()
}

fn link_in_zip() -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("a.jsonl", SimpleFileOptions::default()).unwrap();
    writer.write_all(&line()).unwrap();
    writer.add_symlink("b.jsonl", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// An entry of a tar archive.
fn entry(kind: u8, name: &[u8], link: &[u8], content: &[u8]) -> Vec<u8> {
    sized(kind, (name, link), content, content.len())
}

fn sized(kind: u8, (name, link): (&[u8], &[u8]), content: &[u8], size: usize) -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[157..157 + link.len()].copy_from_slice(link);
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut bytes = header.to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn tar_of(entries: &[Vec<u8>]) -> Vec<u8> {
    [entries.concat(), vec![0; 1_024]].concat()
}

/// A good file, and an entry of this kind and name.
fn tar_beside(kind: u8, name: &[u8], link: &[u8]) -> Vec<u8> {
    let content = if kind == b'0' { line() } else { Vec::new() };
    tar_of(&[entry(b'0', b"a.jsonl", b"", &line()), entry(kind, name, link, &content)])
}

/// Packed by gzip, if it is there.
fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut child =
        Command::new("gzip").arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut input = child.stdin.take()?;
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let packed = child.wait_with_output().ok()?.stdout;
    writer.join().ok()?.ok().map(|()| packed)
}

/// Whether it must be refused as a whole; otherwise what is good in it may be read.
const REFUSED: bool = true;

fn zips() -> Vec<(&'static str, bool, Vec<u8>)> {
    let line = line();
    let letters = vec![b'0'; 64 << 20];
    let inner = zip_of(&[("b.jsonl", &letters[..1 << 20])]);
    let overlong = "a/".repeat(16_000) + "b.jsonl";
    let twice = replaced(&zip_of(&[("a.jsonl", &line), ("a.jsonm", &line)]), b"a.jsonm", b"a.jsonl");
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let two = zip_with(&[("a.jsonl", &line), ("b.jsonl", &line)], stored);
    // Both entries point to the same bytes.
    let overlapping = with_declared(two.clone(), 42, 0);
    let encrypted = with_headers(two, |header| header[8] |= 1);
    vec![
        ("..", REFUSED, beside("../evil.jsonl")),
        (".. in the middle", REFUSED, beside("a/../../evil.jsonl")),
        ("an absolute name", REFUSED, beside("/tmp/evil.jsonl")),
        ("a drive", REFUSED, beside("C:/evil.jsonl")),
        ("backslashes", REFUSED, beside("..\\evil.jsonl")),
        ("a control character", REFUSED, beside("evil\u{1b}[2J.jsonl")),
        ("a zero in a name", REFUSED, beside("evil\0.jsonl")),
        ("a link", REFUSED, link_in_zip()),
        ("two of one name", REFUSED, twice),
        ("two in the same bytes", REFUSED, overlapping),
        ("an encrypted one", REFUSED, encrypted),
        ("64 MiB of one letter", false, zip_of(&[("a.jsonl", &line), ("b.jsonl", &letters)])),
        ("a size that says less", false, with_declared(zip_of(&[("b.jsonl", &letters)]), 24, 1)),
        ("a size that says more", false, with_declared(zip_of(&[("a.jsonl", &line)]), 24, u32::MAX - 1)),
        ("a packed size that says more", false, with_declared(zip_of(&[("a.jsonl", &line)]), 20, 1 << 30)),
        ("an archive in an archive", false, zip_of(&[("a.jsonl", &line), ("b.zip", &inner)])),
        ("an overlong name", false, zip_of(&[("a.jsonl", &line), (&overlong, &line)])),
        ("more files than allowed", REFUSED, many(1_001)),
        ("more bytes in all than allowed", false, {
            let random = noise(20 << 20);
            zip_with(&[("a.jsonl", &line), ("b.jsonl", &random), ("c.jsonl", &random)], stored)
        }),
        ("garbage before it", false, [vec![b'x'; 4_096], zip_of(&[("a.jsonl", &line)])].concat()),
    ]
}

fn tars() -> Vec<(&'static str, bool, Vec<u8>)> {
    let line = line();
    let long =
        |name: &[u8]| tar_of(&[entry(b'L', b"././@LongLink", b"", name), entry(b'0', b"short", b"", &line)]);
    vec![
        ("..", REFUSED, tar_beside(b'0', b"../evil.jsonl", b"")),
        ("an absolute name", REFUSED, tar_beside(b'0', b"/tmp/evil.jsonl", b"")),
        ("a link", REFUSED, tar_beside(b'2', b"evil.jsonl", b"/etc/passwd")),
        ("a hard link", REFUSED, tar_beside(b'1', b"evil.jsonl", b"a.jsonl")),
        ("a device", REFUSED, tar_beside(b'3', b"evil.jsonl", b"")),
        ("a pipe", REFUSED, tar_beside(b'6', b"evil.jsonl", b"")),
        ("a long name with ..", REFUSED, long(b"../evil.jsonl\0")),
        ("a name of two megabytes", REFUSED, long(&vec![b'a'; 2 << 20])),
        ("a size that says more", REFUSED, {
            tar_of(&[entry(b'0', b"a.jsonl", b"", &line), sized(b'0', (b"b.jsonl", b""), &line, 1 << 32)])
        }),
        ("two of one name", REFUSED, tar_beside(b'0', b"a.jsonl", b"")),
    ]
}

/// Bytes in a folder.
fn size(folder: &std::path::Path) -> u64 {
    let entries = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(
            |entry| if entry.path().is_dir() { size(&entry.path()) } else { entry.metadata().unwrap().len() },
        )
        .sum()
}

#[test]
fn thirty_crafted_archives_are_refused_or_read_within_bounds() {
    let mut house =
        House::new("[ingest.limits]\nmax_entries = 1000\nmax_total_bytes = 33554432\nmax_ratio = 200\n");
    let mut cases: Vec<(&str, &str, bool, Vec<u8>)> = Vec::new();
    cases.extend(zips().into_iter().map(|(name, refused, bytes)| ("zip", name, refused, bytes)));
    cases.extend(tars().into_iter().map(|(name, refused, bytes)| ("tar", name, refused, bytes)));
    match gzip(&tar_of(&[entry(b'0', b"a.jsonl", b"", &vec![b'0'; 64 << 20])])) {
        Some(packed) => cases.push(("tar.gz", "64 MiB of one letter", false, packed)),
        None => eprintln!("SKIPPED: no gzip, for one of thirty"),
    }
    let count = cases.len();
    let before = names_beside(&house);
    let mut wrong = Vec::new();
    for (number, (kind, name, refused, bytes)) in cases.into_iter().enumerate() {
        let file = format!("{number}.{kind}");
        let path = house.place.write(&format!("exports/{file}"), bytes);
        let grown = size(&house.place.data());
        let outcome = house.order(&file);
        let grown = size(&house.place.data()).saturating_sub(grown);
        let said = match &outcome {
            Outcome::Broken(why) => why.contains(&file),
            Outcome::Read { .. } => !refused,
        };
        if !said || grown > MOST {
            wrong.push(format!("{kind}: {name}: {outcome:?}, {grown} bytes more"));
        }
        fs_err::remove_file(path).unwrap();
        assert_eq!(names_beside(&house), before, "{kind}: {name}: it wrote beside the data directory");
    }
    assert!(!std::path::Path::new("/tmp/evil.jsonl").exists());
    house.order_a_good_one();
    eprintln!("crafted archives: {} of {count} as promised", count - wrong.len());
    house.end();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What lies beside the data directory and in the folder of exports.
fn names_beside(house: &House) -> Vec<String> {
    let list = |folder: std::path::PathBuf| {
        fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().display().to_string())
    };
    let mut names: Vec<String> =
        list(house.place.path("")).chain(list(house.place.path("exports"))).collect();
    names.sort();
    names
}
