//! Orders are taken, told, taken back and remembered.

use std::sync::atomic::Ordering;

use model::Timestamp;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::{DataFolder, Stage};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn clock() -> Timestamp {
    NOW
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs_err::create_dir_all(place.0.path().join("exports/chat")).unwrap();
        place
    }

    fn open(&self) -> JobBook {
        let limits = JobLimits { exports: Some(self.0.path().join("exports")), backups: None };
        JobBook::open(&DataFolder::new(self.0.path()), limits, NOW).unwrap()
    }
}

fn taken(book: &JobBook, order: Order) -> Job {
    book.order(order, None, NOW).unwrap().unwrap()
}

fn ingest(name: &str) -> Order {
    Order::Ingest { exports: vec![name.to_owned()], since: None, complete: false }
}

#[test]
fn jobs_run_in_their_order_and_tell_how_far_they_are() {
    let place = Place::new();
    let book = place.open();
    let (first, second) = (taken(&book, Order::Reindex), taken(&book, ingest("chat")));
    let turn = book.next(clock).unwrap();
    assert_eq!((turn.id, &turn.order), (first.id, &Order::Reindex));
    let at = |done| Progress { stage: Stage::Index, done, total: Some(100) };
    book.progress(turn.id, at(10), NOW);
    book.progress(turn.id, at(25), NOW.plus_seconds(5));
    let job = book.job(turn.id).unwrap();
    assert_eq!((job.state, job.version), (JobState::Running, 3));
    let eta = job.progress.unwrap().eta_seconds(NOW.plus_seconds(10)).unwrap();
    assert!((eta - 30.0).abs() < 1e-9, "{eta}");
    book.end(turn.id, Outcome::Done(json!({"documents": 3})), NOW.plus_seconds(20));
    let done = book.job(turn.id).unwrap();
    assert_eq!((done.state, done.result), (JobState::Done, Some(json!({"documents": 3}))));
    assert_eq!(book.next(clock).unwrap().id, second.id);
    let order: Vec<u64> = book.jobs().iter().map(|job| job.id).collect();
    assert_eq!(order, [second.id, first.id]);
}

#[test]
fn what_a_process_took_with_it_is_interrupted_and_no_name_lies_in_a_file() {
    let place = Place::new();
    let book = place.open();
    let target = crate::erase::Target::Person("ana@firm.example".to_owned());
    let forget = Order::Forget { target, mode: ingest::policy::Erasure::Both };
    let (running, waiting) = (taken(&book, ingest("chat")), taken(&book, forget));
    book.next(clock).unwrap();
    drop(book);
    let text = fs_err::read_to_string(place.0.path().join("jobs.json")).unwrap();
    assert!(!text.contains("ana"), "{text}");
    let book = place.open();
    for id in [running.id, waiting.id] {
        assert_eq!(book.job(id).unwrap().state, JobState::Interrupted);
    }
    assert_eq!(book.job(running.id).unwrap().arguments["exports"], json!(["chat"]));
    assert_eq!(taken(&book, Order::Reindex).id, waiting.id + 1, "numbers go on");
}

#[test]
fn a_job_is_taken_back_before_or_while_it_runs() {
    let place = Place::new();
    let book = place.open();
    let (first, second) = (taken(&book, Order::Reindex), taken(&book, Order::Reindex));
    let turn = book.next(clock).unwrap();
    assert_eq!(book.cancel(second.id, NOW).unwrap().state, JobState::Cancelled);
    let stopping = book.cancel(first.id, NOW).unwrap();
    assert!(stopping.stopping && turn.stop.load(Ordering::Relaxed));
    book.end(first.id, Outcome::Stopped, NOW);
    assert_eq!(book.job(first.id).unwrap().state, JobState::Cancelled);
    assert_eq!(book.cancel(first.id, NOW).unwrap().state, JobState::Cancelled);
    assert!(book.cancel(99, NOW).is_none());
}

#[test]
fn a_book_that_is_closed_ends_what_runs_and_takes_nothing() {
    let place = Place::new();
    let book = place.open();
    let first = taken(&book, Order::Reindex);
    let turn = book.next(clock).unwrap();
    book.close();
    assert!(turn.stop.load(Ordering::Relaxed) && book.next(clock).is_none());
    book.end(first.id, Outcome::Stopped, NOW);
    assert_eq!(book.job(first.id).unwrap().state, JobState::Interrupted);
    assert_eq!(book.order(Order::Reindex, None, NOW).unwrap(), Err(NotTaken::Full));
}

#[test]
fn the_same_key_is_the_same_job_and_too_many_are_refused() {
    let place = Place::new();
    let book = place.open();
    let first = book.order(Order::Reindex, Some("k"), NOW).unwrap().unwrap();
    assert_eq!(book.order(Order::Reindex, Some("k"), NOW).unwrap().unwrap().id, first.id);
    for _ in 1..32 {
        taken(&book, Order::Reindex);
    }
    assert_eq!(book.order(Order::Reindex, Some("other"), NOW).unwrap(), Err(NotTaken::Full));
    drop(book);
    let again = place.open().order(Order::Reindex, Some("k"), NOW).unwrap().unwrap();
    assert_eq!(again.id, first.id, "remembered");
}

#[test]
fn exports_lie_below_the_folder_and_what_is_not_set_up_is_refused() {
    let place = Place::new();
    let book = place.open();
    let refused = |order| match book.order(order, None, NOW).unwrap() {
        Err(NotTaken::Argument { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(ingest("../exports/chat")), "exports[0]");
    assert_eq!(refused(ingest("none")), "exports[0]");
    assert_eq!(refused(Order::Ingest { exports: vec![], since: None, complete: false }), "exports");
    assert_eq!(refused(Order::Backup), "kind");
}
