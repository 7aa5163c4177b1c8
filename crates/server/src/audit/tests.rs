//! What was changed, removed or moved is found; what a crash tore is told; nothing names anybody.

use std::path::PathBuf;

use model::Timestamp;
use tempfile::TempDir;

use super::*;

struct Place {
    folder: TempDir,
    log: AuditLog,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn event(number: usize) -> Event {
    Event {
        who: Who::Person("slack:U1".to_owned()),
        did: "search".to_owned(),
        about: vec![format!("person-{number}")],
        query: Some("how do I renew the quokkaword?".to_owned()),
        outcome: "200".to_owned(),
        request: Some(format!("abc-{number}")),
    }
}

impl Place {
    /// Six entries in one month.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = AuditLog::open(folder.path(), &[7; RANDOM_BYTES], 6).unwrap();
        let place = Self { folder, log };
        for number in 0..3 {
            place.append(&[event(2 * number), event(2 * number + 1)], "2026-03-02T00:00:00Z");
        }
        place
    }

    fn append(&self, events: &[Event], when: &str) {
        self.log.append(events, at(when)).unwrap();
    }

    fn file(&self, month: &str) -> PathBuf {
        self.folder.path().join("audit").join(format!("{month}.ndjson"))
    }

    fn lines(&self) -> Vec<String> {
        fs_err::read_to_string(self.file("2026-03")).unwrap().lines().map(str::to_owned).collect()
    }

    fn put(&self, lines: &[String]) {
        fs_err::write(self.file("2026-03"), lines.join("\n") + "\n").unwrap();
    }

    fn faults(&self) -> Vec<usize> {
        self.log.check().unwrap().faults.iter().map(|fault| fault.line).collect()
    }
}

#[test]
fn what_was_written_hangs_together_over_months() {
    let place = Place::new();
    place.append(&[event(6)], "2026-04-02T00:00:00Z");
    let again = AuditLog::open(place.folder.path(), &[8; RANDOM_BYTES], 6).unwrap();
    again.append(&[event(7)], at("2026-05-02T00:00:00Z")).unwrap();
    let checked = again.check().unwrap();
    assert_eq!((checked.entries, checked.first, checked.torn, checked.faults.len()), (8, 1, 0, 0));
    // A clock that goes back.
    place.append(&[event(8)], "2026-01-02T00:00:00Z");
    assert!(!place.file("2026-01").exists() && place.faults().is_empty());
}

#[test]
fn whatever_is_changed_removed_or_moved_is_found() {
    let place = Place::new();
    let whole = place.lines();
    assert_eq!((whole.len(), place.faults()), (6, vec![]));
    for line in 0..whole.len() {
        // Any character of any line.
        for byte in [0, 5, 40, whole[line].len() / 2, whole[line].len() - 4] {
            let mut changed = whole.clone();
            let other = if changed[line].as_bytes()[byte] == b'1' { "2" } else { "1" };
            changed[line].replace_range(byte..=byte, other);
            place.put(&changed);
            assert!(place.faults().contains(&(line + 1)), "byte {byte} of line {line}");
        }
        let mut removed = whole.clone();
        removed.remove(line);
        place.put(&removed);
        let expected = match line {
            0 => vec![],
            5 => vec![0],
            _ => vec![line + 1],
        };
        assert_eq!(place.faults(), expected, "line {line} is gone");
        if line == 0 {
            assert_eq!(place.log.check().unwrap().first, 2, "older entries are gone, as after their time");
        }
        for other in line + 1..whole.len() {
            let mut moved = whole.clone();
            moved.swap(line, other);
            place.put(&moved);
            assert!(!place.faults().is_empty(), "{line} and {other}");
        }
        let mut twice = whole.clone();
        twice.insert(line, whole[line].clone());
        place.put(&twice);
        assert!(!place.faults().is_empty(), "line {line} twice");
    }
    place.put(&whole);
    assert!(place.faults().is_empty());
    fs_err::remove_file(place.file("2026-03")).unwrap();
    assert_eq!(place.faults(), [0]);
    // It is still found when the log has gone on.
    place.append(&[event(9)], "2026-03-03T00:00:00Z");
    assert_eq!(place.log.check().unwrap().first, 7);
}

#[test]
fn the_end_that_was_cut_off_is_found_after_the_log_has_gone_on() {
    let place = Place::new();
    let whole = place.lines();
    place.put(&whole[..4]);
    place.append(&[event(9)], "2026-03-03T00:00:00Z");
    assert_eq!(place.faults(), [5]);
}

#[test]
fn what_a_crash_tore_is_told_and_the_log_goes_on() {
    let place = Place::new();
    let mut text = fs_err::read_to_string(place.file("2026-03")).unwrap();
    text.push_str("{\"n\":7,\"at\":\"2026");
    fs_err::write(place.file("2026-03"), &text).unwrap();
    let checked = place.log.check().unwrap();
    assert_eq!((checked.torn, checked.faults.len()), (17, 0));
    place.append(&[event(9)], "2026-03-03T00:00:00Z");
    let checked = place.log.check().unwrap();
    assert_eq!((checked.entries, checked.torn, checked.faults.len()), (8, 0, 0));
    let (entries, _) = place.log.page(None, 2, &|_| true).unwrap();
    assert_eq!((entries[1].did.as_str(), entries[1].outcome.as_str()), ("torn", "17 bytes"));
}

#[test]
fn a_month_goes_after_its_time_and_that_is_told() {
    let place = Place::new();
    place.append(&[event(6)], "2026-09-30T00:00:00Z");
    assert!(place.file("2026-03").exists());
    place.append(&[event(7)], "2026-10-01T00:00:00Z");
    assert!(!place.file("2026-03").exists());
    let checked = place.log.check().unwrap();
    assert_eq!((checked.first, checked.faults.len()), (7, 0));
    let (entries, _) = place.log.page(None, 10, &|entry| entry.did == "retired").unwrap();
    assert_eq!(entries[0].outcome, "2026-03");
}

#[test]
fn pages_go_back_to_the_first_entry() {
    let place = Place::new();
    place.append(&[event(6), event(7)], "2026-04-02T00:00:00Z");
    let (mut numbers, mut before) = (Vec::new(), None);
    loop {
        let (entries, next) = place.log.page(before.as_ref(), 3, &|entry| entry.n != 4).unwrap();
        numbers.extend(entries.iter().map(|entry| entry.n));
        before = next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(numbers, [8, 7, 6, 5, 3, 2, 1]);
}

#[test]
fn nobody_and_no_question_is_named_in_the_files() {
    let place = Place::new();
    let text = fs_err::read_to_string(place.file("2026-03")).unwrap();
    for canary in ["slack:U1", "person-1", "quokkaword"] {
        assert!(!text.contains(canary), "{canary}: {text}");
    }
    let names = place.log.names(["person-1", "person-5"].into_iter());
    let (entries, _) = place.log.page(None, 1, &|_| true).unwrap();
    assert_eq!(names[&entries[0].about[0]], "person-5");
    #[cfg(unix)]
    for file in fs_err::read_dir(place.folder.path().join("audit")).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let path = file.unwrap().path();
        assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn entries_without_their_key_are_not_gone_on_with() {
    let place = Place::new();
    fs_err::remove_file(place.folder.path().join("audit/key")).unwrap();
    let opened = AuditLog::open(place.folder.path(), &[7; RANDOM_BYTES], 6);
    assert!(matches!(opened, Err(AuditError::Key(_))));
}

#[tokio::test]
async fn what_is_noted_is_written_and_a_change_before_it_is_answered() {
    let place = Place::new();
    let writer = Writer::start(place.log.clone(), crate::testing::clock).unwrap();
    for number in 0..100 {
        writer.note(event(number));
    }
    assert!(writer.write(event(100)).await);
    assert_eq!((place.log.check().unwrap().entries, writer.lost()), (107, 0));
    // A log that cannot be written loses entries, and says so when it can again.
    let (folder, away) = (place.folder.path().join("audit"), place.folder.path().join("away"));
    fs_err::rename(&folder, &away).unwrap();
    assert!(!writer.write(event(101)).await);
    assert_eq!(writer.lost(), 1);
    fs_err::rename(&away, &folder).unwrap();
    assert!(writer.write(event(102)).await);
    let (entries, _) = place.log.page(None, 2, &|_| true).unwrap();
    assert_eq!((entries[0].did.as_str(), entries[0].outcome.as_str()), ("lost", "1 entries"));
    assert!(place.log.check().unwrap().faults.is_empty());
}
