//! Learning on a small made-up past.

use std::fmt::Write as _;

use query::confidence::AnswerModel;

use super::*;
use crate::DataFolder;
use crate::testing::made;

pub(super) const CONFIG: LearnConfig = LearnConfig {
    folds: 3,
    questions_per_fold: 100,
    variance: 0.01,
    p_value: 0.1,
    most_silent: 0.25,
    lowest_relevant_grade: 2,
    seed: 1,
};

/// A past in which each subject has its own answerer, `n` questions long, twelve a day.
fn past(n: usize) -> String {
    let subjects = [("printer", "ana", "toner"), ("payroll", "ben", "salary"), ("network", "cleo", "router")];
    let mut play = String::new();
    for number in 0..n {
        if number % 12 == 0 {
            let day = number / 12;
            let _ = writeln!(play, "#help 2026-{:02}-{:02} visibility=everyone", day / 28 + 1, day % 28 + 1);
        }
        let ((subject, expert, word), asker) = (subjects[number % 3], format!("asker{number}"));
        let at = |minute: usize| format!("{:02}:{minute:02}", 8 + number % 12);
        let ask = format!("how do I fix the {subject} when its {word} fails on floor {number}?");
        let answer = format!("open the {word} panel of the {subject}, press reset and wait for a minute");
        let _ = writeln!(play, "{} {asker}: {ask}", at(0));
        let _ = writeln!(play, "{} {expert} > {asker}: {answer}", at(5));
        let _ = writeln!(play, "{} {asker} > {expert}: thanks, that worked", at(9));
    }
    play
}

#[test]
fn without_a_past_nothing_is_learned() {
    let made = made("#help 2026-01-01 visibility=everyone\n09:00 ana: hello there everybody\n");
    let report = learn(&made.finder, &CONFIG).unwrap();
    assert_eq!((report.n_questions, &report.won), (0, &None));
    assert!(report.lessons.iter().all(|lesson| lesson.verdict == Verdict::TooFew));
    assert_eq!((&report.sureness, &report.silence), (&None, &None));
    report.keep(made.finder.folder()).unwrap();
    assert_eq!(Learned::read(made.finder.folder()).unwrap(), None);
}

#[test]
fn a_past_is_learned_from_and_judged_by_what_came_later() {
    let made = made(&past(96));
    let report = learn(&made.finder, &CONFIG).unwrap();
    assert!(report.n_questions > 60, "{report:?}");
    for lesson in &report.lessons {
        // Two of the three folds of the later half.
        assert!(lesson.n_tried >= FEWEST_TRIED && lesson.n_tried < report.n_questions / 2, "{lesson:?}");
        let [learned, shipped, ..] = lesson.lines.as_slice() else { panic!("{lesson:?}") };
        // Whoever answered a subject before answers it again: both find that, so there is nothing to win.
        assert!(learned.reciprocal_rank > 0.9 && shipped.reciprocal_rank > 0.9, "{lesson:?}");
        assert_ne!(lesson.verdict, Verdict::Won);
    }
}

/// Folds whose channel is not told come last, and once were what sureness was learned from everywhere.
#[test]
fn how_sure_to_be_is_learned_from_questions_with_their_channel_where_there_are_several() {
    let place = |play: &str| learn(&made(play).finder, &CONFIG).unwrap().sureness.map(|lesson| lesson.place);
    assert_eq!(place(&past(96)), Some(Place::Untold), "the only channel tells nothing");
    let several = past(96).replacen("#help 2026-01-02", "#desk 2026-01-02", 1);
    assert_eq!(place(&several), Some(Place::Told));
}

/// An organization whose evidence never reaches the threshold is not met with silence for ever, nor named for ever.
#[test]
fn a_threshold_that_silences_the_past_is_lowered_and_goes_when_the_options_do() {
    let made = made(&past(96));
    let folder = made.finder.folder().clone();
    let embedder = std::sync::Arc::new(embed::StaticEmbedder::shipped().unwrap());
    let open = |name_from: f64| {
        let mut config = crate::testing::finder_config();
        config.query.confidence.name_from = name_from;
        Finder::open(&folder, Some(embedder.clone()), config).unwrap()
    };
    let strict = learn(&open(1.0), &CONFIG).unwrap();
    let silence = strict.silence.clone().unwrap();
    assert!(silence.verdict == Verdict::Won && silence.configured.silent > 0.99, "{silence:?}");
    assert!(silence.learned.silent <= 0.25 && silence.tried.is_some(), "{silence:?}");
    strict.keep(&folder).unwrap();
    let taken = |name_from: f64| open(name_from).confidence_config().name_from;
    assert_eq!((taken(1.0), taken(0.125), taken(0.75)), (silence.learned.name_from, 0.125, 0.75));
    let again = learn(&open(1.0), &CONFIG).unwrap();
    assert_eq!(again.silence, Some(silence), "it is judged by the options and not by itself");
    // Measured by options that are low enough, or that ask for nothing, it goes.
    let content = learn(&open(1.0), &LearnConfig { most_silent: 1.0, ..CONFIG }).unwrap();
    content.keep(&folder).unwrap();
    assert_eq!(Learned::read(&folder).unwrap().and_then(|learned| learned.silence), None);
}

/// Ana answers everything; what people do with asks says that Cleo knows about networks.
#[test]
fn what_people_do_with_asks_changes_the_next_model() {
    let made = made(&past(48));
    let without = learn(&made.finder, &CONFIG).unwrap();
    let desk = routing::Desk::open(&made.finder.folder().asks(), desk_config()).unwrap();
    let key = |name: &str| model::AccountKey::new(format!("play:{name}")).unwrap();
    let feedback = |number: i64, about: &str, verdict| routing::Feedback {
        at: "2026-03-01T00:00:00Z".parse::<model::Timestamp>().unwrap().plus_seconds(number),
        by: key("asker1"),
        question: format!("how do I fix the printer when its toner fails again, case {number}?"),
        channel: None,
        about: key(about),
        verdict,
    };
    for number in 0..20 {
        desk.put_feedback(&feedback(number, "cleo", routing::Verdict::Helped)).unwrap();
        desk.put_feedback(&feedback(100 + number, "ana", routing::Verdict::WrongPerson)).unwrap();
    }
    check_changed(&without, &learn(&made.finder, &CONFIG).unwrap());
}

/// Asserts that what people did was learned from, where no channel is told.
#[track_caller]
fn check_changed(without: &Report, with: &Report) {
    for (without, with) in without.lessons.iter().zip(&with.lessons) {
        let told = with.place == Place::Told;
        assert_eq!(with.n_learned_from > without.n_learned_from, !told, "{with:?}");
        assert_eq!(with.model == without.model, told, "what tells a channel is learned where it is told");
        // They are learned from, and not judged by.
        assert_eq!(with.n_tried, without.n_tried);
    }
}

/// Everybody can be asked.
struct Everybody;

impl routing::Directory for Everybody {
    fn somebody(&self, account: &model::AccountKey) -> Option<routing::Somebody> {
        Some(routing::Somebody {
            home: account.clone(),
            accounts: vec![account.clone()],
            proven: vec![account.clone()],
            status: model::EmploymentStatus::Active,
            timezone: None,
        })
    }
}

/// Ana, who answers printers, is asked first, and Ben next; gives who has it at the end.
fn check_asks(
    act: impl Fn(&routing::Desk, &routing::Ask, model::Timestamp) -> Result<routing::Ask, routing::Error>,
) {
    let made = made(&past(48));
    let without = learn(&made.finder, &CONFIG).unwrap();
    let desk = routing::Desk::open(&made.finder.folder().asks(), desk_config()).unwrap();
    let key = |name: &str| model::AccountKey::new(format!("play:{name}")).unwrap();
    for number in 0..20 {
        let now = "2026-03-01T00:00:00Z".parse::<model::Timestamp>().unwrap().plus_seconds(number);
        let draft = routing::Draft {
            asker: key("asker1"),
            question: format!("how do I fix the printer when its toner fails again, case {number}?"),
            channel: None,
            anonymous: false,
            share: false,
            blind: None,
            list: vec![key("ana"), key("ben")],
        };
        let ask = desk.ask(draft, None, &Everybody, now).unwrap().ask;
        let done = act(&desk, &ask, now).unwrap();
        // Nothing is left on anybody's desk, and nobody answered.
        desk.close(&done.id, &[key("asker1")], None, now).unwrap();
    }
    check_changed(&without, &learn(&made.finder, &CONFIG).unwrap());
}

#[test]
fn who_declines_as_no_area_of_theirs_changes_the_next_model() {
    check_asks(|desk, ask, now| {
        desk.decline(
            &ask.id,
            &[ask.offers[0].to.clone()],
            (routing::Reason::NotMyArea, None),
            &Everybody,
            now,
        )
    });
}

#[test]
fn who_hands_off_changes_the_next_model() {
    check_asks(|desk, ask, now| {
        let cleo = model::AccountKey::new("play:cleo").unwrap();
        desk.hand_off(&ask.id, &[ask.offers[0].to.clone()], &cleo, &Everybody, now)
    });
}

#[test]
fn whoever_is_busy_teaches_nothing() {
    let made = made(&past(48));
    let without = learn(&made.finder, &CONFIG).unwrap();
    let desk = routing::Desk::open(&made.finder.folder().asks(), desk_config()).unwrap();
    let key = |name: &str| model::AccountKey::new(format!("play:{name}")).unwrap();
    let now = "2026-03-01T00:00:00Z".parse().unwrap();
    let question = "how do I fix the printer when its toner fails again?".to_owned();
    let draft = routing::Draft {
        asker: key("asker1"),
        question,
        channel: None,
        anonymous: false,
        share: false,
        blind: None,
        list: vec![key("ana")],
    };
    let ask = desk.ask(draft, None, &Everybody, now).unwrap().ask;
    desk.decline(&ask.id, &[key("ana")], (routing::Reason::Busy, None), &Everybody, now).unwrap();
    let with = learn(&made.finder, &CONFIG).unwrap();
    let models = |report: &Report| -> Vec<_> {
        report.lessons.iter().map(|lesson| (lesson.n_learned_from, lesson.model.clone())).collect()
    };
    assert_eq!(models(&with), models(&without));
}

fn desk_config() -> routing::Config {
    routing::Config {
        offer_minutes: 60,
        answer_hours: 24,
        close_days: 7,
        limit: 2,
        rest_minutes: 0,
        less_limit: 1,
        less_rest_hours: 24,
        list: 5,
        blind_hours: 24,
        week: routing::Week::weekdays(540, 1_020),
        webhook: false,
    }
}

#[test]
fn a_model_reads_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::new(folder.path());
    let model = Model::of([(query::rank::Feature::Own, 0.25)]);
    let lesson = Lesson {
        place: Place::Untold,
        n_learned_from: 7,
        n_tried: 30,
        lines: Vec::new(),
        model: Some(model.clone()),
        verdict: Verdict::Won,
    };
    let answered = AnswerModel { bias: 0.5, weights: [0.1, 0.2, 0.3, 0.4] };
    let silence = SilenceLesson {
        n_learned_from: 9,
        configured: Threshold { name_from: 0.55, silent: 0.75 },
        learned: Threshold { name_from: 0.322, silent: 0.25 },
        tried: None,
        verdict: Verdict::Won,
    };
    let sureness = SurenessLesson {
        place: Place::Told,
        n_learned_from: 9,
        n_tried: 30,
        shipped: None,
        learned: None,
        learned_is_better: None,
        model: answered,
        verdict: Verdict::Won,
    };
    let at = model::Timestamp::from_millis(0);
    Learned::of(&[lesson], (Some(&sureness), Some(&silence)), at).unwrap().write(&data).unwrap();
    let read = Learned::read(&data).unwrap().unwrap();
    assert_eq!((read.model(Place::Untold), read.model(Place::Told)), (Some(model.clone()), None));
    assert_eq!((read.answered(), read.name_from(0.55), read.name_from(0.8)), (Some(answered), 0.322, 0.8));
    // What did not win this time stays as it was.
    let later = Learned::of(&[], (Some(&sureness), None), at).unwrap().over(Some(read));
    assert_eq!((later.model(Place::Untold), later.answered()), (Some(model), Some(answered)));
    assert_eq!((later.name_from(0.55), later.without_silence().silence), (0.322, None));
    let lost = SurenessLesson { verdict: Verdict::NotBetter, ..sureness };
    let enough = SilenceLesson { verdict: Verdict::NotBetter, ..silence };
    assert_eq!(Learned::of(&[], (Some(&lost), Some(&enough)), at), None);
    for bad in [
        r#""told":{"n_questions":1,"weights":{"charm":1}}"#,
        r#""answered":{"n_questions":1,"coefficients":{"bias":0,"strongest":1}}"#,
        r#""answered":{"n_questions":1,"coefficients":{"bias":0,"strongest":1,"known":0,"strength":0,"luck":1}}"#,
        r#""silence":{"n_questions":1,"instead_of":0.55,"name_from":-0.5}"#,
    ] {
        fs_err::write(data.model(), format!(r#"{{"version":1,"newest_question":"",{bad}}}"#)).unwrap();
        assert!(matches!(Learned::read(&data), Err(Error::Model { .. })), "{bad}");
    }
    // What was learned before a question could be of pieces alone is read as knowing nothing of it.
    let older =
        r#""answered":{"n_questions":1,"coefficients":{"bias":0,"strongest":1,"known":0,"strength":0}}"#;
    fs_err::write(data.model(), format!(r#"{{"version":1,"newest_question":"",{older}}}"#)).unwrap();
    let older = Learned::read(&data).unwrap().and_then(|read| read.answered());
    assert_eq!(older, Some(AnswerModel { bias: 0.0, weights: [1.0, 0.0, 0.0, 0.0] }));
    assert!(Learned::forget(&data).unwrap() && !Learned::forget(&data).unwrap());
}
