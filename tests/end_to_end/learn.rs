//! `whoknows learn` on a made-up past: what it finds, keeps and forgets.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::Place;

/// A past in which each subject has its own answerer, who answers one question in three; the others are answered
/// by somebody who never wrote before. Questions `from` to `to`, twelve a day.
fn past(from: usize, to: usize) -> String {
    let subjects = [("printer", "ana", "toner"), ("payroll", "ben", "salary"), ("network", "cleo", "router")];
    let mut play = String::new();
    for number in from..to {
        if number % 12 == 0 {
            let day = number / 12;
            let (month, day) = (day / 28 + 1, day % 28 + 1);
            let _ = writeln!(play, "#help 2026-{month:02}-{day:02} source=desk visibility=everyone");
        }
        let ((subject, expert, word), asker) = (subjects[number % 3], format!("asker{number}"));
        let guest = format!("guest{number}");
        let by = if number / 3 % 3 == 0 { expert } else { &guest };
        let at = |minute: usize| format!("{:02}:{minute:02}", 8 + number % 12);
        let ask = format!("how do I fix the {subject} when its {word} fails on floor {number}?");
        let answer = format!("open the {word} panel of the {subject}, press reset and wait for a minute");
        let _ = writeln!(play, "{} {asker}: {ask}", at(0));
        let _ = writeln!(play, "{} {by} > {asker}: {answer}", at(5));
        let _ = writeln!(play, "{} {asker} > {by}: thanks, that worked", at(9));
    }
    play
}

fn ece(place: &Place, options: &[&str]) -> f64 {
    // The questions that came after what was learned from.
    let arguments = ["--json", "--cut", "2026-01-13T00:00:00Z"];
    let report = place.run("backtest", &[options, &arguments].concat()).exits(0).json();
    assert_eq!(report["questions"], 48, "{report:#}");
    report["figures"]["ece"].as_f64().unwrap()
}

#[test]
fn how_sure_answers_sound_is_learned_and_later_questions_are_not_told_worse() {
    let place = Place::with_play(&past(0, 144));
    let model = place.path("data/model.json");
    let tried = place.run("learn", &["--json", "--dry-run"]).exits(0).json();
    assert!(!model.exists(), "a dry run writes nothing");
    let sureness = &tried["sureness"];
    let of = |which: &str, name: &str| sureness[which][name].as_f64().unwrap();
    assert_eq!(sureness["verdict"], "won", "{sureness:#}");
    assert!(of("learned", "ece") <= of("shipped", "ece"), "{sureness:#}");
    assert!(of("learned", "log_loss") < of("shipped", "log_loss"), "{sureness:#}");
    assert_eq!(sureness["learned"]["surest"].as_array().unwrap().len(), 4);

    let said = place.run("learn", &[]).exits(0);
    said.says(&["one of the first five answers", "ECE", "hit@5", "kept"]);
    let kept: Value = serde_json::from_slice(&fs_err::read(&model).unwrap()).unwrap();
    assert_eq!(kept["answered"]["coefficients"], sureness["answered"], "{kept:#}");
    assert_eq!(kept["answered"]["n_questions"], sureness["learned_from"]);

    let later = place.play("later.jsonl", &past(144, 192));
    place.ingest(&[&later]).exits(0);
    let options = place.write("shipped.toml", "[query.learn]\nused = false\n");
    let (learned, shipped) = (ece(&place, &[]), ece(&place, &["--config", options.to_str().unwrap()]));
    assert!(learned <= shipped, "learned {learned}, shipped {shipped}");

    place.run("learn", &["--forget"]).exits(0);
    assert!(!model.exists());
    assert_eq!(ece(&place, &[]).to_bits(), shipped.to_bits(), "what ships is used again");
}
