//! Weights by maximum likelihood: of all that a message may do, the true thing should be the likeliest.
//!
//! A multinomial logit over the open conversations and the opening of a new one, read with every earlier
//! message in its true place. Penalized by the squares of the weights; found by Adam over everything at once,
//! so that the same talks give the same weights.

use ingest::conversations::flat::{Choice, JOINING, JOINING_FIGURES, OPENING, OPENING_FIGURES, Weights};

use crate::talks::Talk;

const STEPS: i32 = 400;
const RATE: f32 = 0.05;
/// Penalty on the mean log likelihood.
const PENALTY: f32 = 2e-5;

/// A message with the place of what it truly does.
struct Example {
    choice: Choice,
    truth: Option<usize>,
    weight: f32,
}

/// The weights, which are printed too.
pub(crate) fn fit(talks: &[&Talk]) -> Weights {
    let made_up = |talk: &Talk| talk.answers.is_some();
    let count = |wanted: bool| {
        let sizes = talks.iter().filter(|talk| made_up(talk) == wanted).map(|talk| talk.messages.len());
        sizes.sum::<usize>().max(1) as f32
    };
    let (made, real) = (count(true), count(false));
    // Real talk counts three times as much as made-up talk, however long each is.
    let share = |talk: &Talk| if made_up(talk) { 0.25 / made } else { 0.75 / real };
    let examples: Vec<Example> = talks.iter().flat_map(|talk| examples(talk, share(talk))).collect();
    let all: f32 = examples.iter().map(|example| example.weight).sum();
    let mut weights = [0.0_f32; JOINING + OPENING];
    let (mut first, mut second) = ([0.0_f32; JOINING + OPENING], [0.0_f32; JOINING + OPENING]);
    for step in 1..=STEPS {
        let (gain, slope) = slope(&weights, &examples, all);
        if step == 1 || step % 100 == 0 {
            println!("step {step}: mean log likelihood {gain:.4}");
        }
        for place in 0..weights.len() {
            let by = slope[place] - PENALTY * weights[place];
            first[place] = 0.9 * first[place] + 0.1 * by;
            second[place] = 0.999 * second[place] + 0.001 * by * by;
            let (one, two) = (1.0 - 0.9_f32.powi(step), 1.0 - 0.999_f32.powi(step));
            weights[place] += RATE * (first[place] / one) / ((second[place] / two).sqrt() + 1e-8);
        }
    }
    let (joining, opening) = weights.split_at(JOINING);
    for ((_, name), weight) in JOINING_FIGURES.iter().chain(&OPENING_FIGURES).zip(&weights) {
        println!("{weight:>7.2}  {name}");
    }
    Weights {
        joining: joining.try_into().unwrap_or([0.0; JOINING]),
        opening: opening.try_into().unwrap_or([0.0; OPENING]),
    }
}

/// Reads a talk with every message put where it truly belongs.
fn examples(talk: &Talk, weight: f32) -> Vec<Example> {
    let mut number_of: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    let mut opened = 0;
    let mut found = Vec::new();
    talk.read(&mut |choice| {
        let truth = talk.truth[choice.row];
        let known = number_of.get(&truth).copied();
        let place = choice.open.iter().position(|open| Some(open.conversation) == known);
        // What its conversation's end was thought to be teaches nothing.
        if place.is_some() || known.is_none() {
            found.push(Example { choice: choice.clone(), truth: place, weight });
        }
        if place.is_none() {
            number_of.insert(truth, opened);
            opened += 1;
        }
        place
    });
    found
}

/// Mean log likelihood and its slope.
fn slope(weights: &[f32], examples: &[Example], all: f32) -> (f32, Vec<f32>) {
    let (joins, opens) = weights.split_at(JOINING);
    let dot = |weights: &[f32], figures: &[f32]| -> f32 {
        weights.iter().zip(figures).map(|(weight, figure)| weight * figure).sum()
    };
    let mut slope = vec![0.0; weights.len()];
    let mut gain = 0.0;
    for Example { choice, truth, weight } in examples {
        let weight = weight / all;
        let mut scores: Vec<f32> = choice.open.iter().map(|open| dot(joins, &open.joining)).collect();
        scores.push(dot(opens, &choice.opening));
        let top = scores.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = scores.iter().map(|score| (score - top).exp()).sum();
        let wanted = truth.unwrap_or(choice.open.len());
        gain += weight * (scores[wanted] - top - sum.ln());
        for (place, score) in scores.iter().enumerate() {
            let by = weight * (f32::from(u8::from(place == wanted)) - (score - top).exp() / sum);
            let (figures, from): (&[f32], usize) = match choice.open.get(place) {
                Some(open) => (&open.joining, 0),
                None => (&choice.opening, JOINING),
            };
            for (slope, figure) in slope[from..].iter_mut().zip(figures) {
                *slope += by * figure;
            }
        }
    }
    (gain, slope)
}
