//! No bytes whatever make a format panic.

use proptest::prelude::*;

use crate::support::{Files, read, samples};

/// Pieces that mean something to one parser or another.
#[rustfmt::skip]
const PIECES: [&[u8]; 30] = [
    b"{", b"}", b"[", b"]", b"\"", b"\\", b"\\ud800", b"\n", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b",", b":",
    b"null", b"1e999", b"-9999999999999999999", b"From a@x Fri Mar 29 14:07:21 2019\n", b"\n\n", b"--b\n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Length: 18446744073709551615\n", b"=?utf-8?b?", b"?=",
    b"\"\"", b";", b"\t", b"<", b"]]>", b"!BDN",
];

/// One thing that happens to a file.
#[derive(Debug, Clone)]
enum Damage {
    Replace(Vec<u8>),
    Cut(prop::sample::Index),
    Remove(prop::sample::Index, prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, usize),
    Overwrite(prop::sample::Index, u8),
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..300).prop_map(Damage::Replace),
        1 => index().prop_map(Damage::Cut),
        2 => (index(), index()).prop_map(|(from, to)| Damage::Remove(from, to)),
        2 => (index(), index()).prop_map(|(from, to)| Damage::Repeat(from, to)),
        6 => (index(), 0..PIECES.len()).prop_map(|(at, piece)| Damage::Insert(at, piece)),
        6 => (index(), any::<u8>()).prop_map(|(at, byte)| Damage::Overwrite(at, byte)),
    ]
}

fn apply(damage: &Damage, bytes: &mut Vec<u8>) {
    let place = |index: &prop::sample::Index, len: usize| index.index(len + 1);
    let span = |from: &prop::sample::Index, to: &prop::sample::Index, len: usize| {
        let (from, to) = (place(from, len), place(to, len));
        from.min(to)..from.max(to)
    };
    match damage {
        Damage::Replace(other) => bytes.clone_from(other),
        Damage::Cut(at) => bytes.truncate(place(at, bytes.len())),
        Damage::Remove(from, to) => drop(bytes.drain(span(from, to, bytes.len()))),
        Damage::Repeat(from, to) => {
            let again = bytes[span(from, to, bytes.len())].to_vec();
            bytes.extend(again);
        }
        Damage::Insert(at, piece) => {
            let at = place(at, bytes.len());
            bytes.splice(at..at, PIECES[*piece].iter().copied());
        }
        Damage::Overwrite(at, byte) => {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test that somebody asks more of by a variable")]
fn cases() -> u32 {
    std::env::var("ROBUST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}

#[test]
fn no_bytes_make_a_format_panic() {
    for sample in samples() {
        let files = sample.files.len();
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) };
        let mut runner = proptest::test_runner::TestRunner::new(config);
        let input = (0..files, prop::collection::vec(damage(), 1..12));
        let outcome = runner.run(&input, |(file, damages)| {
            let mut damaged: Files = sample.files.clone();
            for damage in &damages {
                apply(damage, &mut damaged[file].1);
            }
            // An error is an answer; a panic is none.
            let _ = read(sample.format, &damaged);
            Ok(())
        });
        assert!(outcome.is_ok(), "{}: {}", sample.name, outcome.unwrap_err());
    }
}
