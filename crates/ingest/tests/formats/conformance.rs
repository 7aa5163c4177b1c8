//! What every format must do, whatever it reads: one suite that all of them run.

use std::path::Path;

use crate::support::{Kept, LIMITS, SAMPLES, files, read_with, sample, zip};
use ingest::{Export, Format};
use model::MessageId;
use proptest::prelude::*;

/// So many places at which each file is cut.
const CUTS: usize = 40;

type Files = Vec<(String, Vec<u8>)>;

fn format(name: &str) -> &'static dyn Format {
    *ingest::formats().iter().find(|format| format.name() == name).unwrap()
}

/// Each format with its sample.
fn all() -> Vec<(&'static dyn Format, Files)> {
    (0..SAMPLES.len()).map(one).collect()
}

/// One of them.
fn one(which: usize) -> (&'static dyn Format, Files) {
    let (name, folder) = SAMPLES[which];
    (format(name), files(&sample(folder)))
}

fn read_files(format: &dyn Format, files: &Files) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    fs_err::write(&path, zip(files)).unwrap();
    read_path(format, &path)
}

fn read_path(format: &dyn Format, path: &Path) -> Kept {
    read_with(format, &Export::open(path, &LIMITS).unwrap()).0
}

/// The same files with other bytes.
fn changed(files: &Files, change: impl Fn(&[u8]) -> Vec<u8>) -> Files {
    files.iter().map(|(name, content)| (name.clone(), change(content))).collect()
}

#[test]
fn every_format_knows_its_own_sample_and_no_other() {
    for (format, files) in all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.zip");
        fs_err::write(&path, zip(&files)).unwrap();
        let export = Export::open(&path, &LIMITS).unwrap();
        let known: Vec<&str> = ingest::formats()
            .iter()
            .filter(|other| other.detect(&export))
            .map(|other| other.name())
            .collect();
        assert_eq!(known, [format.name()]);
    }
}

#[test]
fn reading_twice_gives_the_same() {
    for (format, files) in all() {
        assert_eq!(read_files(format, &files), read_files(format, &files), "{}", format.name());
    }
}

#[test]
fn a_zip_reads_like_its_folder_with_or_without_a_folder_around_it() {
    for (name, folder) in SAMPLES {
        let from_folder = read_path(format(name), &sample(folder));
        let packed = files(&sample(folder));
        assert_eq!(read_files(format(name), &packed), from_folder, "{name}");
        let below: Files =
            packed.iter().map(|(file, content)| (format!("export 2024/{file}"), content.clone())).collect();
        assert_eq!(read_files(format(name), &below), from_folder, "{name} below a folder");
    }
}

#[test]
fn progress_adds_up_to_what_was_read() {
    for (name, folder) in SAMPLES {
        let export = Export::open(&sample(folder), &LIMITS).unwrap();
        let (kept, _) = read_with(format(name), &export);
        assert!(kept.progress > 0 && kept.progress <= export.total_bytes(), "{name}");
    }
}

#[test]
fn windows_line_ends_and_byte_order_marks_make_no_difference() {
    for (format, mut files) in all() {
        // Lengths and hashes in this one depend on its bytes.
        files.retain(|(name, _)| name != "inbox");
        let plain = read_files(format, &files).records;
        let windows = changed(&files, |content| {
            String::from_utf8_lossy(content).replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()
        });
        let marked = changed(&files, |content| [b"\xef\xbb\xbf", content].concat());
        assert_eq!(read_files(format, &windows).records, plain, "{} with CRLF", format.name());
        assert_eq!(read_files(format, &marked).records, plain, "{} with a mark", format.name());
    }
}

#[test]
fn a_cut_file_keeps_what_stands_before_the_cut() {
    for (format, files) in all() {
        for (place, (name, content)) in files.iter().enumerate() {
            // Without its lists an export has other channels, not fewer messages.
            let holds_messages = match format.name() {
                "slack" => name.contains('/'),
                "teams" | "zulip" | "google_chat" => name.contains("messages"),
                _ => true,
            };
            let mut before = 0;
            for cut in 0..=CUTS {
                let mut cut_files = files.clone();
                cut_files[place].1.truncate(content.len() * cut / CUTS);
                let messages = read_files(format, &cut_files).messages().count();
                if holds_messages {
                    // A mail that is cut is not yet the second copy that the whole one is.
                    assert!(messages + 1 >= before, "{name} cut at {cut} of {CUTS} lost what stood before");
                }
                before = messages;
            }
        }
    }
}

#[test]
fn every_message_names_an_author_and_a_container_that_were_handed_out() {
    for (format, files) in all() {
        let kept = read_files(format, &files);
        for raw in kept.messages() {
            let message = &raw.message;
            let known = |wanted: &str| {
                kept.records.iter().any(|record| match record {
                    ingest::Record::Account(account) => account.key.as_str() == wanted,
                    ingest::Record::Container(container) => container.id.as_str() == wanted,
                    _ => false,
                })
            };
            assert!(known(message.author.as_str()), "author of {}", message.id);
            assert!(known(message.container.as_str()), "container of {}", message.id);
        }
    }
}

#[test]
fn a_sink_that_has_had_enough_is_left_in_peace() {
    struct Few(usize);
    impl ingest::Sink for Few {
        fn record(&mut self, _: ingest::Record) -> std::ops::ControlFlow<()> {
            assert!(self.0 > 0, "a record came after the end");
            self.0 -= 1;
            if self.0 == 0 { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
        }
        fn issue(&mut self, _: ingest::Issue) -> std::ops::ControlFlow<()> {
            std::ops::ControlFlow::Continue(())
        }
    }
    for (name, folder) in SAMPLES {
        let export = Export::open(&sample(folder), &LIMITS).unwrap();
        let all = read_with(format(name), &export).0.records.len();
        for records in 1..=all.min(8) {
            let report = format(name).read(&export, &mut Few(records)).unwrap();
            assert!(!report.complete, "{name} after {records}");
        }
    }
}

/// No reason repeats what the record says.
#[test]
fn no_reason_repeats_the_text_of_a_record() {
    for (format, files) in all() {
        for issue in &read_files(format, &files).issues {
            for word in ["ghost", "sentence", "undefined", "nobody wrote", "yesterday", "two words", "poem"] {
                assert!(!issue.reason.contains(word), "{}: {}", issue.place, issue.reason);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_damage_makes_a_format_panic(
        which in 0..SAMPLES.len(),
        file in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let (format, mut files) = one(which);
        let (_, content) = file.get(&files).clone();
        let place = file.index(files.len());
        let mut damaged = content;
        if !damaged.is_empty() {
            for (at, byte) in damage {
                let at = at.index(damaged.len());
                damaged[at] = byte;
            }
        }
        files[place].1 = damaged;
        let kept = read_files(format, &files);
        let ids: Vec<&MessageId> = kept.messages().map(|raw| &raw.message.id).collect();
        prop_assert!(ids.iter().all(|id| !id.native().is_empty()));
    }

    #[test]
    fn no_bytes_at_all_make_a_format_panic(which in 0..SAMPLES.len(), bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (format, _) = one(which);
        let mail = [b"From a@x Fri Mar 29 14:07:21 2019\n".as_slice(), &bytes].concat();
        let files: Files = vec![
            ("c/2024-01-01.json".into(), bytes.clone()),
            ("a.json".into(), bytes.clone()),
            ("realm.json".into(), bytes.clone()),
            ("messages-1.json".into(), bytes.clone()),
            ("messages.json".into(), bytes.clone()),
            ("a.csv".into(), bytes.clone()),
            ("a.jsonl".into(), bytes),
            ("a.mbox".into(), mail),
        ];
        let _ = read_files(format, &files);
    }
}
