//! Forty ways in which an export breaks on its way: what is good in it is kept, what is bad is counted.

use std::collections::BTreeSet;

use crate::support::{Files, LIMITS, read, read_bytes, samples, zip};
use ingest::Export;

type Corruption = (&'static str, fn(&[u8]) -> Vec<u8>);

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Every other byte position of so many.
fn at_each(bytes: &[u8], step: usize, with: &[u8]) -> Vec<u8> {
    bytes.chunks(step).flat_map(|chunk| chunk.iter().chain(with).copied()).collect()
}

fn part(bytes: &[u8], numerator: usize, denominator: usize) -> &[u8] {
    &bytes[..bytes.len() * numerator / denominator]
}

fn lines<'l>(lines: impl Iterator<Item = &'l str>) -> Vec<u8> {
    lines.flat_map(|line| line.bytes().chain([b'\n'])).collect()
}

const WAYS: [Corruption; 40] = [
    ("nothing left of it", |_| Vec::new()),
    ("one byte", |bytes| part(bytes, 1, bytes.len().max(1)).to_vec()),
    ("a quarter", |bytes| part(bytes, 1, 4).to_vec()),
    ("half", |bytes| part(bytes, 1, 2).to_vec()),
    ("three quarters", |bytes| part(bytes, 3, 4).to_vec()),
    ("all but its last byte", |bytes| bytes[..bytes.len().saturating_sub(1)].to_vec()),
    ("its second half", |bytes| bytes[bytes.len() / 2..].to_vec()),
    ("its middle missing", |bytes| [part(bytes, 1, 3), &bytes[bytes.len() * 2 / 3..]].concat()),
    ("twice", |bytes| [bytes, bytes].concat()),
    ("twice with zeros between", |bytes| [bytes, &[0; 512], bytes].concat()),
    ("a byte order mark", |bytes| [b"\xef\xbb\xbf", bytes].concat()),
    ("two byte order marks", |bytes| [b"\xef\xbb\xbf\xef\xbb\xbf", bytes].concat()),
    ("a byte order mark in its middle", |bytes| at_each(bytes, bytes.len() / 2 + 1, b"\xef\xbb\xbf")),
    ("UTF-16 little end first", |bytes| {
        [&b"\xff\xfe"[..], &text(bytes).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()]
            .concat()
    }),
    ("UTF-16 big end first", |bytes| {
        [&b"\xfe\xff"[..], &text(bytes).encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()]
            .concat()
    }),
    ("UTF-8 encoded again", |bytes| {
        bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes()
    }),
    ("Latin-1", |bytes| text(bytes).chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()),
    ("Latin-1 in its second half", |bytes| {
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let second = text(second);
        let second = second.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(0xe4));
        first.iter().copied().chain(second).collect()
    }),
    ("bytes that are no UTF-8", |bytes| at_each(bytes, 97, b"\xff")),
    ("half characters", |bytes| at_each(bytes, 89, b"\xc3")),
    ("Windows line ends", |bytes| text(bytes).replace('\n', "\r\n").into_bytes()),
    ("Windows line ends twice", |bytes| text(bytes).replace('\n', "\r\r\n").into_bytes()),
    ("old line ends", |bytes| text(bytes).replace('\n', "\r").into_bytes()),
    ("no line ends", |bytes| text(bytes).replace('\n', "").into_bytes()),
    ("blank lines", |bytes| text(bytes).replace('\n', "\n\n").into_bytes()),
    ("zeros here and there", |bytes| at_each(bytes, 61, b"\0")),
    ("zeros at its end", |bytes| [bytes, &[0; 4096]].concat()),
    ("zeros only", |bytes| vec![0; bytes.len()]),
    ("a page of zeros in its middle", |bytes| {
        let (first, second) = bytes.split_at(bytes.len() / 2);
        [first, &vec![0; second.len().min(512)], &second[second.len().min(512)..]].concat()
    }),
    ("control characters", |bytes| at_each(bytes, 71, b"\x1b[2J\x08")),
    ("an error page instead", |_| b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>".to_vec()),
    ("an error object instead", |_| b"{\"ok\":false,\"error\":\"not_authed\"}".to_vec()),
    ("null instead", |_| b"null".to_vec()),
    ("an empty list instead", |_| b"[]".to_vec()),
    ("a number instead", |_| b"17".to_vec()),
    ("packed instead", |bytes| zip(&vec![("a".to_owned(), bytes.to_vec())])),
    ("garbage behind it", |bytes| [bytes, b"}}]]garbage"].concat()),
    ("garbage before it", |bytes| [b"garbage{{[[", bytes].concat()),
    ("a line lost", |bytes| {
        let all: Vec<String> = text(bytes).lines().map(str::to_owned).collect();
        let kept = all.iter().enumerate().filter(|(place, _)| *place != all.len() / 2);
        lines(kept.map(|(_, line)| line.as_str()))
    }),
    ("its lines backwards", |bytes| lines(text(bytes).lines().rev())),
];

/// How much was left out on purpose.
fn counted(report: &ingest::ReadReport) -> u64 {
    report.skipped.values().sum()
}

/// An id without what another file may have told of its container, or of another message with the same id.
fn tail(id: &str) -> &str {
    let own = id.split('#').next().unwrap_or(id);
    own.rsplit(['/', ':']).next().unwrap_or(own)
}

#[test]
fn a_corrupted_file_costs_no_more_than_itself() {
    for sample in samples() {
        for place in 0..sample.files.len().min(6) {
            // What the export says without the file, it must still say with what is left of it.
            let mut without: Files = sample.files.clone();
            let (name, content) = without.remove(place);
            let (others, skipped_before) = match read(sample.format, &without) {
                Ok((kept, report)) => (kept.ids, report.skipped),
                Err(_) => Default::default(),
            };
            for (way, corrupt) in WAYS {
                let mut files = sample.files.clone();
                files[place].1 = corrupt(&content);
                let (kept, report) = read(sample.format, &files)
                    .unwrap_or_else(|error| panic!("{}: {name} ({way}): {error}", sample.name));
                let ids: BTreeSet<&str> = kept.ids.iter().map(|id| tail(id)).collect();
                let lost: Vec<&String> = others.iter().filter(|id| !ids.contains(tail(id))).collect();
                // A list of private places closes them, and says how often.
                let closed = report.skipped != skipped_before;
                assert!(
                    lost.is_empty() || closed,
                    "{}: {name} ({way}) loses {lost:?} of other files",
                    sample.name
                );
                assert_eq!(report.issues as usize, kept.reasons.len(), "{}: {name} ({way})", sample.name);
                assert!(report.complete, "{}: {name} ({way})", sample.name);
            }
        }
    }
}

#[test]
fn half_a_json_file_is_said_aloud() {
    for sample in samples() {
        for place in 0..sample.files.len().min(6) {
            let (name, content) = sample.files[place].clone();
            let (before, report_before) = read(sample.format, &sample.files).unwrap();
            if !matches!(name.rsplit('.').next(), Some("json" | "jsonl" | "ndjson")) {
                continue;
            }
            let mut files = sample.files.clone();
            files[place].1 = part(&content, 1, 2).to_vec();
            let (kept, report) = read(sample.format, &files).unwrap();
            let lost = kept.ids.len() < before.ids.len();
            let said = kept.reasons.iter().any(|reason| !before.reasons.contains(reason))
                || report.warnings.len() > report_before.warnings.len()
                || counted(&report) > counted(&report_before);
            assert!(!lost || said, "{}: half of {name} is lost in silence", sample.name);
        }
    }
}

#[test]
fn a_cut_or_damaged_zip_is_an_error_or_keeps_what_is_whole() {
    for sample in samples() {
        let whole = zip(&sample.files);
        let (good, _) = read(sample.format, &sample.files).unwrap();
        for step in 0..40 {
            let at = whole.len() * step / 40;
            assert!(
                read_bytes(sample.format, "export.zip", &whole[..at]).is_err() || step == 0 || at < 4,
                "{}: a zip cut at {at} is taken for whole",
                sample.name
            );
            let mut damaged = whole.clone();
            damaged[at] ^= 0xff;
            if let Ok((kept, _)) = read_bytes(sample.format, "export.zip", &damaged) {
                assert!(kept.ids.len() <= good.ids.len() + 1, "{}: damage at {at} adds", sample.name);
            }
        }
    }
}

#[test]
fn a_wrong_checksum_costs_only_its_file() {
    for sample in samples() {
        let mut whole = zip(&sample.files);
        let good = read(sample.format, &sample.files).unwrap().0.ids.len();
        let holds_messages = |place: usize| {
            let mut without = sample.files.clone();
            without.remove(place);
            read(sample.format, &without).map_or(true, |(kept, _)| kept.ids.len() < good)
        };
        let Some(place) = (0..sample.files.len()).find(|place| holds_messages(*place)) else { continue };
        let (name, content) = &sample.files[place];
        let Some(at) = whole.windows(content.len().max(1)).position(|window| window == content) else {
            continue;
        };
        whole[at + content.len() / 2] ^= 1;
        let (kept, _) = read_bytes(sample.format, "export.zip", &whole).unwrap();
        let said = kept.reasons.iter().any(|reason| reason.starts_with(name.as_str()));
        assert!(said, "{}: a wrong checksum of {name} is not said: {:?}", sample.name, kept.reasons);
    }
}

#[test]
fn a_folder_where_a_file_should_be_is_no_disaster() {
    for sample in samples() {
        for (place, (name, _)) in sample.files.iter().enumerate().take(6) {
            let mut files = sample.files.clone();
            files[place].0 = format!("{name}/inner.txt");
            let folder = tempfile::tempdir().unwrap();
            for (name, content) in &files {
                let path = folder.path().join(name);
                fs_err::create_dir_all(path.parent().unwrap()).unwrap();
                fs_err::write(&path, content).unwrap();
            }
            let export = Export::open(folder.path(), &LIMITS).unwrap();
            let _ = sample.format.read(&export, &mut crate::support::Kept::default()).unwrap();
        }
    }
}
