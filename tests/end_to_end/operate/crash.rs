//! A server that is killed amid an ordered reindex: at its beginning, all along its stages, and around the swap. One
//! whole generation answers afterwards (trust.md R6).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};
use synth::bulk::{Bulk, write_jsonl};

use super::{LONGEST, admin, options, order};
use crate::support::{DESKS, Place, Server, barest, bearer};

const QUESTIONS: [&str; 3] = [
    "How can I keep the VPN tunnel alive?",
    "Why does the label printer print blank labels?",
    "Who knows nothing?",
];

/// Where a reindex is when its server is killed.
#[derive(Debug, Clone, Copy)]
enum At {
    /// Begun, and nothing told yet: the store is copied.
    Begun,
    /// So many hundredths of a stage are done.
    Stage(&'static str, u64),
    /// The new generation has that file.
    File(&'static str),
    /// The new generation is the one that answers.
    Swapped,
    /// The job is over.
    Over,
}

/// The stages of a reindex, one after another.
const STAGES: [&str; 4] = ["people", "evidence", "encode", "index"];

/// Beginning, stages, swap.
fn points() -> Vec<At> {
    let along =
        STAGES.into_iter().flat_map(|stage| [0, 25, 50, 75, 100].map(|share| At::Stage(stage, share)));
    let swap = [At::File("seal"), At::File("made.json"), At::Swapped, At::Over];
    [At::Begun, At::Begun].into_iter().chain(along).chain(swap).chain(swap).collect()
}

/// The number of the generation that answers.
fn pointer(data: &Path) -> u64 {
    fs_err::read_to_string(data.join("current")).map_or(0, |text| text.trim().parse().unwrap())
}

/// The folder of the build that is not finished, if there is one.
fn unfinished(data: &Path, after: u64) -> Option<PathBuf> {
    let entries = std::fs::read_dir(data.join("generations")).ok()?;
    let mut numbers: Vec<u64> =
        entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    numbers.sort_unstable();
    numbers
        .pop()
        .filter(|number| *number > after)
        .map(|number| data.join("generations").join(number.to_string()))
}

/// Waits until a reindex is there, or over; gives what was seen of it last.
#[track_caller]
fn wait(server: &Server, (key, id): (&str, &str), data: &Path, at: At) -> Value {
    let (began, before) = (Instant::now(), pointer(data));
    let made = unfinished(data, before).filter(|left| left.join("made.json").exists());
    let after = made.and_then(|left| left.file_name()?.to_str()?.parse().ok()).unwrap_or(before);
    loop {
        let job = server.send_with(&format!("GET /v1/jobs/{id}"), &bearer(key), None).json();
        let over = !["queued", "running"].contains(&job["state"].as_str().unwrap());
        let progress = &job["progress"];
        let (done, of) = (progress["done"].as_u64(), progress["of"].as_u64());
        let share = done.zip(of).map_or(0, |(done, of)| done * 100 / of.max(1));
        let there = match at {
            At::Begun => job["state"] == "running",
            At::Stage(stage, least) => {
                // A stage that is over before anybody looks is passed by.
                let place = |name: &str| STAGES.iter().position(|known| *known == name);
                let now = progress["stage"].as_str().and_then(place);
                (now == place(stage) && share >= least) || now > place(stage)
            }
            At::File(name) => {
                // What an earlier one left behind is gone once there is progress.
                while progress["stage"].is_string() && pointer(data) == before {
                    if unfinished(data, after).is_some_and(|folder| folder.join(name).exists()) {
                        return job;
                    }
                    assert!(began.elapsed() < LONGEST, "{name}: {job:#}");
                }
                false
            }
            At::Swapped => {
                while progress["stage"].is_string() && pointer(data) == before {
                    assert!(began.elapsed() < LONGEST, "{job:#}");
                }
                pointer(data) != before
            }
            At::Over => over,
        };
        if there || over {
            return job;
        }
        assert!(began.elapsed() < LONGEST, "{at:?}: {job:#}");
    }
}

#[test]
fn a_server_that_is_killed_amid_a_reindex_answers_from_one_whole_generation() {
    let place = Place::in_memory();
    let mut written = Vec::new();
    write_jsonl(&Bulk { seed: 5, messages: 3_000, people: 50, channels: 8 }, &mut written).unwrap();
    let exports = [place.play("desks.jsonl", DESKS), place.write("bulk.jsonl", &written)];
    place.ingest(&[&exports[0], &exports[1]]).exits(0);
    let (key, file, data) = (admin(&place), options(&place, ""), place.data());
    let mut server = Server::start_with_options(&data, &file);
    let expected = QUESTIONS.map(|question| barest(server.ask(question)));
    let (mut seen, mut swapped, mut amid) = (BTreeMap::<String, usize>::new(), 0, 0);
    for at in points() {
        let before = pointer(&data);
        let id = order(&server, &key, &json!({"kind": "reindex"}));
        let job = wait(&server, (&key, &id), &data, at);
        server.kill();
        let over = job["state"] != "running";
        amid += usize::from(!over);
        swapped += usize::from(pointer(&data) != before && !over);
        let where_ = job["progress"]["stage"].as_str().unwrap_or(if over { "over" } else { "begun" });
        *seen.entry(where_.to_owned()).or_default() += 1;
        place.run("doctor", &[]).exits(0);
        server = Server::start_with_options(&data, &file);
        let generation = server.get("/readyz").json()["generation"].clone();
        for (question, expected) in QUESTIONS.iter().zip(&expected) {
            let answer = server.ask(question);
            assert_eq!(answer["generation"], generation, "{at:?}: two generations answer");
            assert_eq!(barest(answer), *expected, "{at:?}: {question}");
        }
        // Nobody is told that it still runs.
        let told = server.send_with(&format!("GET /v1/jobs/{id}"), &bearer(&key), None).json();
        assert!(!["queued", "running"].contains(&told["state"].as_str().unwrap()), "{at:?}: {told:#}");
    }
    println!("{amid} of {} killed amid the job: {seen:?}; {swapped} after the swap", points().len());
    assert!(amid >= 20, "{amid}: {seen:?}");
    assert!(seen.keys().filter(|stage| *stage != "over").count() >= 4, "{seen:?}");
    // And it goes on: the next one comes to its end, and nothing is left over.
    let id = order(&server, &key, &json!({"kind": "reindex"}));
    assert_eq!(super::over(&server, &key, &id)["state"], "done");
    assert_eq!(server.terminate().code, Some(0));
    let kept = fs_err::read_dir(data.join("generations")).unwrap().count();
    assert!(kept <= 2, "{kept} generations");
    place.run("doctor", &[]).exits(0).says(&["whole"]);
}
