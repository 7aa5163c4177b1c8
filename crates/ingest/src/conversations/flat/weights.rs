//! What speaks for going on with a conversation and for opening one, and what each is worth.

use super::{Candidate, Choice, JOINING, OPENING};

/// Going on with a conversation: weight in log-odds, and what the figure is.
#[rustfmt::skip]
pub const JOINING_FIGURES: [(f32, &str); JOINING] = [
    (-0.55, "ln(1 + minutes since its last message)"),
    (-0.96, "ln(those minutes / 1440), above 0"),
    (-0.79, "ln(1 + conversations that spoke since)"),
    (0.53, "the channel's last message is its, by the same person, within 3 minutes"),
    (1.42, "the speaker has spoken in it"),
    (0.59, "the speaker's last message is its"),
    (0.65, "the speaker opened it"),
    (0.24, "ln(1 + minutes since the speaker spoke in it), if they did"),
    (-0.55, "the speaker spoke last in another"),
    (2.23, "the message names somebody in it"),
    (-2.15, "the message names somebody, but nobody in it"),
    (2.16, "it named the speaker, who has not spoken in it since"),
    (0.61, "share of the message's rare terms that it has"),
    (0.93, "ln(1 + rarity of the terms that both have)"),
    (0.99, "share of the message's rare terms that its last message has"),
    (5.29, "share of the quoted rare terms that it has"),
    (0.26, "its opener asked, nobody else has spoken, and somebody else now says what does not ask"),
    (0.39, "its last message asks and is another's, and this one does not"),
    (3.52, "the message thanks, the speaker opened it, and somebody else spoke last"),
    (0.54, "the message begins like a reply and another spoke last in it"),
    (0.35, "the message asks or greets, and neither speaker, names nor rare terms tie it to it"),
    (-0.57, "ln(messages of it)"),
    (1.05, "it is one message that nobody answered"),
    (1.33, "the speaker and its last speaker took turns in it"),
    (-0.54, "ln(1 + minutes since its last message), if the speaker has spoken in it"),
    (-0.11, "the same, if the message names somebody in it, or it named the speaker"),
];

/// Opening a conversation: the same.
#[rustfmt::skip]
pub const OPENING_FIGURES: [(f32, &str); OPENING] = [
    (-4.21, "always"),
    (1.21, "the message asks"),
    (1.88, "it greets or turns to anybody"),
    (-0.66, "it begins like a reply"),
    (-0.69, "it thanks"),
    (-1.68, "it names somebody who has spoken here"),
    (-0.21, "ln(1 + minutes since the channel's last message)"),
    (0.74, "ln(1 + words of the message)"),
    (-0.76, "the speaker's last conversation may still go on"),
    (-0.52, "the speaker wrote the channel's last message, within 3 minutes"),
    (0.71, "ln(1 + conversations that may go on)"),
    (0.39, "it quotes something"),
];

/// Weights of the figures, in log-odds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// Of going on with a conversation.
    pub joining: [f32; JOINING],
    /// Of opening one.
    pub opening: [f32; OPENING],
}

impl Weights {
    /// What ships: fitted by `benches/conversations` (a multinomial logit over all that a message may do) on
    /// made-up talk and on the first half of a real chat whose threads were hidden; see its README.
    pub const SHIPPED: Self =
        Self { joining: weights_of(&JOINING_FIGURES), opening: weights_of(&OPENING_FIGURES) };

    /// How likely the message goes on with that conversation, in log-odds up to what all choices share.
    pub fn joins(&self, candidate: &Candidate) -> f32 {
        dot(&self.joining, &candidate.joining)
    }

    /// How likely it opens a new one, on the same scale.
    pub fn opens(&self, choice: &Choice) -> f32 {
        dot(&self.opening, &choice.opening)
    }

    /// The place of the conversation that the message most probably goes on with, of several alike the one
    /// that spoke last; `None` if opening a new one is likelier than each.
    pub fn decide(&self, choice: &Choice) -> Option<usize> {
        let mut best = (self.opens(choice), None);
        for (place, candidate) in choice.open.iter().enumerate() {
            let score = self.joins(candidate);
            if score >= best.0 {
                best = (score, Some(place));
            }
        }
        best.1
    }
}

const fn weights_of<const N: usize>(figures: &[(f32, &str); N]) -> [f32; N] {
    let mut weights = [0.0; N];
    let mut place = 0;
    while place < N {
        weights[place] = figures[place].0;
        place += 1;
    }
    weights
}

fn dot(weights: &[f32], figures: &[f32]) -> f32 {
    weights.iter().zip(figures).map(|(weight, figure)| weight * figure).sum()
}
