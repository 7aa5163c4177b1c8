//! What would show that an answer is known before it is given: the leak tests of the evaluation protocol, on
//! small organizations drawn from seeds, in which each subject has an expert and busy people answer the rest.

use std::fmt::Write as _;

use eval::{Aliases, ChannelPart, TestQuestion, measure};
use model::Timestamp;
use query::learn::{FitConfig, Sample, fit};
use query::rank::{Feature, Features, Model, Place};

use super::examples::{by_model, examine, sample};
use super::tests::CONFIG;
use crate::evaluate::{run_as, search_of};
use crate::history::{Fold, HistoryQuestion, folds, leaks, questions};
use crate::simple::{self, Method};
use crate::testing::{Made, made};
use crate::{Error, Search};

const SEEDS: [u64; 6] = [1, 2, 3, 4, 5, 6];

/// Subject, expert, and words that only this subject has.
const SUBJECTS: [(&str, &str, [&str; 6]); 8] = [
    ("printer", "ana", ["toner", "paper", "tray", "roller", "duplex", "cartridge"]),
    ("payroll", "ben", ["salary", "bonus", "payslip", "deduction", "overtime", "pension"]),
    ("network", "cleo", ["router", "switch", "subnet", "gateway", "tunnel", "firewall"]),
    ("database", "dan", ["index", "replica", "vacuum", "schema", "cursor", "migration"]),
    ("building", "eva", ["badge", "elevator", "parking", "heating", "reception", "locker"]),
    ("compiler", "finn", ["linker", "macro", "register", "inline", "syntax", "optimizer"]),
    ("travel", "gil", ["flight", "hotel", "visa", "voucher", "itinerary", "luggage"]),
    ("camera", "hana", ["lens", "shutter", "exposure", "tripod", "sensor", "filter"]),
];

/// People who answer what nobody else did, whatever it is.
const BUSY: [&str; 8] = ["zoe", "yan", "xaver", "wim", "vera", "uli", "tom", "sue"];

/// Numbers that look drawn: splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    fn shuffled<T: Clone>(&mut self, things: &[T]) -> Vec<T> {
        let mut things = things.to_vec();
        for place in (1..things.len()).rev() {
            things.swap(place, self.below(place + 1));
        }
        things
    }
}

/// 150 questions in one channel, six a day; one in so many is answered by somebody busy.
fn organization(seed: u64, one_in: usize) -> (Made, Vec<HistoryQuestion>) {
    let (mut dice, mut play, mut subjects) = (Dice(seed), String::new(), Vec::new());
    for number in 0..150 {
        let (day, hour) = (number / 6, 8 + 2 * (number % 6));
        if number % 6 == 0 {
            let _ = writeln!(play, "#help 2026-{:02}-{:02} visibility=everyone", day / 28 + 1, day % 28 + 1);
        }
        // Each subject as often as any other: or what is asked of would tell who is popular.
        if subjects.is_empty() {
            subjects = dice.shuffled(&SUBJECTS);
        }
        let (subject, expert, words) = subjects.pop().unwrap();
        let words = dice.shuffled(&words);
        let by = if dice.below(one_in) == 0 { BUSY[dice.below(BUSY.len())] } else { expert };
        let asker = format!("asker{}", dice.below(20));
        let (one, other, third) = (words[0], words[1], words[2]);
        let _ = writeln!(
            play,
            "{hour:02}:00 {asker}: why does the {subject} reject its {one} and the {other} now?"
        );
        let answer =
            format!("open the {third} panel of the {subject} and set the {one} again, then wait a minute");
        let _ = writeln!(play, "{hour:02}:05 {by} > {asker}: {answer}");
        let _ = writeln!(play, "{hour:02}:09 {asker} > {by}: thanks, that worked");
    }
    let made = made(&play);
    let found = questions(&made.finder).unwrap();
    assert!(found.len() > 120, "{}", found.len());
    (made, found)
}

fn search(question: &TestQuestion) -> Search {
    search_of(question, &Aliases::default(), ChannelPart::Full)
}

/// The mean reciprocal rank of the later half, each question searched for as `search` says, graded by the truth.
fn mrr(
    made: &Made,
    asked: &[TestQuestion],
    truth: &[HistoryQuestion],
    search: &(dyn Fn(&TestQuestion) -> Search + Sync),
) -> f64 {
    let run = run_as(&made.finder, asked, search).unwrap();
    mean(
        truth
            .iter()
            .map(|q| measure(&q.test, run.ranked(&q.test.qid), &Aliases::default(), 2).reciprocal_rank),
    )
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

/// What "whoever answers most" reaches on the same questions.
fn activity(made: &Made, truth: &[HistoryQuestion]) -> f64 {
    let runs = simple::runs(&made.finder, &tests(truth), &search).unwrap();
    let (_, run) = runs.iter().find(|(method, _)| *method == Method::Busiest).unwrap();
    mean(
        truth
            .iter()
            .map(|q| measure(&q.test, run.ranked(&q.test.qid), &Aliases::default(), 2).reciprocal_rank),
    )
}

fn tests(questions: &[HistoryQuestion]) -> Vec<TestQuestion> {
    questions.iter().map(|question| question.test.clone()).collect()
}

fn later_half(questions: &[HistoryQuestion]) -> &[HistoryQuestion] {
    &questions[questions.len() / 2..]
}

#[test]
fn weights_learned_from_shuffled_experts_are_no_better_than_activity() {
    let mut ahead = Vec::new();
    for seed in SEEDS {
        let (made, found) = organization(seed, 2);
        let folds = folds(&found, 2, 0);
        let examined = |fold: Fold<'_>| examine(&made.finder, fold, Place::Told, &CONFIG).unwrap();
        let tried = examined(folds[1]);
        let measured = |model: &Model| {
            let ranked = |features: &[Features]| by_model(features, model, made.finder.candidates());
            let measures = tried.measured(&made.finder, 2, &ranked);
            mean(measures.iter().map(|measures| measures.reciprocal_rank))
        };
        // From what everybody's activity tells: a prior that knows how to rank would hide a leak.
        let prior = Model::of([(Feature::Ever, 1.0)]);
        let reached =
            |samples: &[Sample]| measured(&fit(samples, &prior, FitConfig { variance: 0.01 }).unwrap());
        let (before, mut dice) = (examined(folds[0]), Dice(seed));
        let experts: Vec<_> = before.questions.iter().map(|question| question.experts.clone()).collect();
        let with = |experts: Vec<_>| {
            let pairs = before.questions.iter().zip(&before.features).zip(experts);
            let of = |((question, features), experts): ((&TestQuestion, &Vec<Features>), _)| {
                let question = TestQuestion { experts, ..question.clone() };
                sample(&made.finder, &question, features)
            };
            reached(&pairs.filter_map(of).collect::<Vec<_>>())
        };
        let (honest, activity) = (with(experts.clone()), measured(&prior));
        let shuffled = mean((0..20).map(|_| with(dice.shuffled(&experts))));
        assert!(honest > shuffled + 0.15, "seed {seed}: honest {honest:.3}, shuffled {shuffled:.3}");
        ahead.push(shuffled - activity);
    }
    // One organization of forty questions may differ from another by chance; a leak would show in all.
    let ahead = mean(ahead.into_iter());
    assert!(ahead < 0.1, "shuffled is better than activity by {ahead:.3}");
}

#[test]
fn with_the_words_of_another_question_nothing_better_than_activity_is_left() {
    for seed in SEEDS {
        let (made, found) = organization(seed, 5);
        let truth = later_half(&found);
        let (honest, activity) = (mrr(&made, &tests(truth), truth, &search), activity(&made, truth));
        let texts: Vec<String> = truth.iter().map(|question| question.test.text.clone()).collect();
        let mut asked = tests(truth);
        for (question, text) in asked.iter_mut().zip(Dice(seed).shuffled(&texts)) {
            question.text = text;
        }
        let swapped = mrr(&made, &asked, truth, &search);
        assert!(swapped < activity + 0.1, "seed {seed}: {swapped:.3}, activity {activity:.3}");
        assert!(honest > activity + 0.15, "seed {seed}: {honest:.3}, activity {activity:.3}");
    }
}

#[test]
fn a_question_answered_with_its_own_conversation_left_in_jumps() {
    for seed in SEEDS {
        let (made, found) = organization(seed, 2);
        let truth = later_half(&found);
        let honest = mrr(&made, &tests(truth), truth, &search);
        // An hour later its own conversation is evidence, and the next one has not begun.
        let hour = |at: Timestamp| Timestamp::from_millis(at.as_millis() + 3_600_000);
        let late = |question: &TestQuestion| Search { as_of: hour(question.ts), ..search(question) };
        let left_in = mrr(&made, &tests(truth), truth, &late);
        assert!(left_in > honest + 0.05, "seed {seed}: {left_in:.3}, honest {honest:.3}");
        assert_eq!(leaks(&made.finder, &found, None), [], "honestly nothing leaks");
        let mut moved = found.clone();
        for question in &mut moved {
            question.test.ts = hour(question.test.ts);
        }
        assert!(leaks(&made.finder, &moved, None).len() >= 2 * found.len(), "the guard sees all of them");
    }
}

#[test]
fn learning_refuses_a_question_that_its_own_conversation_would_answer() {
    let (made, found) = organization(SEEDS[0], 5);
    let fold = folds(&found, 2, 0)[1];
    let examined = |questions: &[HistoryQuestion]| {
        examine(&made.finder, Fold { questions, ..fold }, Place::Told, &CONFIG)
            .map(|examined| examined.questions.len())
    };
    assert_eq!(examined(fold.questions).unwrap(), fold.questions.len());
    // An earlier question that says it was asked now: its conversation lies before the cut.
    let mut planted = fold.questions.to_vec();
    planted[3] = HistoryQuestion {
        test: TestQuestion { ts: planted[3].test.ts, ..found[0].test.clone() },
        ..found[0].clone()
    };
    let refused = examined(&planted).unwrap_err();
    assert!(matches!(&refused, Error::Leak { qid, .. } if *qid == found[0].test.qid), "{refused}");
}

/// What comes later, by the same people, full of the words of the question before it.
const LATER: &str = "
    #help 2026-03-05 visibility=everyone
    09:00 bo: the quokka converter printer says paper jam again and again, is the quokka broken?
    09:05 ana > bo: reset the quokka converter of the printer, then feed paper to the quokka by hand
    09:09 bo > ana: thanks, that worked
    10:00 cem: does the quokka need new firmware, or the router?
    10:05 ana > cem: the quokka needs firmware nine, the router needs nothing of the kind
";

#[test]
fn words_are_known_and_rare_by_what_was_there_before_the_question() {
    let before = "
        #help 2026-03-01 visibility=everyone
        09:00 bo: the printer says paper jam, what is wrong with the tray?
        09:05 ana > bo: open the tray of the printer and take the paper out by hand
        09:09 bo > ana: thanks, that worked
        10:00 bo: which router serves the second floor?
        10:05 cem > bo: the router behind the reception serves the second floor
    ";
    let (short, long) = (made(before), made(&format!("{before}{LATER}")));
    let at = |text: &str| Search {
        question: "the quokka converter of the printer has a paper jam".to_owned(),
        as_of: text.parse().unwrap(),
        ..search(&questions(&short.finder).unwrap()[0].test)
    };
    let search = at("2026-03-03T00:00:00Z");
    // By people: their numbers may differ.
    let features = |made: &Made| -> Vec<(Vec<String>, Vec<u32>)> {
        let values = |one: &Features| Feature::ALL.iter().map(|by| one.get(*by).to_bits()).collect();
        let all = made.finder.features_of(&search).unwrap();
        all.iter().map(|one| (made.finder.keys_of(one.person), values(one))).collect()
    };
    assert!(!features(&short).is_empty());
    assert_eq!(features(&short), features(&long), "what came later moved a feature");
    let known = |made: &Made, search: &Search| {
        made.finder.judged(search).unwrap().answer_features(&made.finder.confidence_config().person)
    };
    let then = known(&short, &search);
    assert_eq!(then.map(f64::to_bits), known(&long, &search).map(f64::to_bits));
    let now = known(&long, &at("2026-03-09T00:00:00Z"));
    assert!(then[1] < 0.99 && now[1] > then[1], "the quokka was unknown then: {then:?} {now:?}");
}
