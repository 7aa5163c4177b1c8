//! The questions of a fold with their candidates' features.

use std::collections::BTreeMap;

use eval::{Aliases, ChannelPart, Measures, RankedPerson, TestQuestion, measure};
use model::Timestamp;
use query::confidence::AnswerFeatures;
use query::learn::Sample;
use query::rank::{Features, Model, Place, candidates, rank};
use rayon::prelude::*;

use super::LearnConfig;
use crate::evaluate::{PEOPLE_PER_QUESTION, search_of};
use crate::history::{Facts, Fold, facts, refuse_leaks};
use crate::{Error, Finder, MAX_QUESTION_CHARACTERS, Search};

/// A fold, looked at once: what is learned from and judged by.
#[derive(Debug)]
pub(crate) struct Examined {
    cut: Timestamp,
    place: Place,
    /// The questions.
    pub(crate) questions: Vec<TestQuestion>,
    /// Everybody's features, a list a question.
    pub(crate) features: Vec<Vec<Features>>,
    samples: Vec<Sample>,
}

impl Examined {
    /// What there is to learn from, those questions left out whose experts nobody could have found.
    pub(super) fn samples(&self) -> impl Iterator<Item = Sample> {
        self.samples.iter().cloned()
    }

    /// Whether the channel of its questions tells anything: not where all evidence lies in one.
    pub(crate) fn place(&self, finder: &Finder) -> Place {
        let tells = |question: &TestQuestion| {
            let search = self.search(question);
            !finder.scope(&search).channel.containers.is_empty()
        };
        if self.questions.first().is_some_and(tells) { Place::Told } else { Place::Untold }
    }

    /// Where it begins: what its evidence is frozen at.
    pub(super) const fn cut(&self) -> Timestamp {
        self.cut
    }

    /// The search that a question of this fold stands for.
    pub(crate) fn search(&self, question: &TestQuestion) -> Search {
        search(question, self.cut, self.place)
    }

    /// Whether questions tell their channel, as this fold was looked at.
    pub(super) const fn asked_in(&self) -> Place {
        self.place
    }

    /// What the evidence said of each question as a whole. Costs one retrieval a question.
    ///
    /// # Errors
    /// The first failing search, in the order of the questions.
    pub(super) fn answer_features(&self, finder: &Finder) -> Result<Vec<AnswerFeatures>, Error> {
        let person = &finder.confidence_config().person;
        let of = |question| Ok(finder.judged(&self.search(question))?.answer_features(person));
        let all: Vec<Result<AnswerFeatures, Error>> = self.questions.par_iter().map(of).collect();
        all.into_iter().collect()
    }

    /// Whether each question's experts had shown anything when it was asked.
    pub(super) fn could_be_found(&self, finder: &Finder) -> Vec<bool> {
        let of = |(question, features): (&TestQuestion, &Vec<Features>)| {
            let experts: Vec<u32> = question.experts.keys().filter_map(|key| finder.number_of(key)).collect();
            features.iter().any(|features| experts.contains(&features.person))
        };
        self.questions.iter().zip(&self.features).map(of).collect()
    }

    /// The measures of each question, its candidates ranked by `rank`: people by their numbers, best first.
    pub(crate) fn measured(
        &self,
        finder: &Finder,
        lowest_relevant_grade: u8,
        rank: &(dyn Fn(&[Features]) -> Vec<u32> + Sync),
    ) -> Vec<Measures> {
        let of = |(question, features): (&TestQuestion, &Vec<Features>)| {
            let people = rank(features).into_iter().take(PEOPLE_PER_QUESTION);
            let ranked: Vec<RankedPerson> = people.map(|person| finder.keys_of(person)).collect();
            measure(question, &ranked, &Aliases::default(), lowest_relevant_grade)
        };
        self.questions.par_iter().zip(&self.features).map(of).collect()
    }

    /// Which of its questions are of the tail. Costs one pass over the documents for each question.
    pub(crate) fn tail(&self, finder: &Finder, lowest_relevant_grade: u8) -> Vec<bool> {
        let search = |question: &TestQuestion| self.search(question);
        let facts = facts(finder, &self.questions, &Aliases::default(), lowest_relevant_grade, &search);
        facts.iter().map(Facts::is_tail).collect()
    }
}

/// People by a model, best first.
pub(crate) fn by_model(features: &[Features], model: &Model, limit: usize) -> Vec<u32> {
    rank(features, model, limit).into_iter().map(|candidate| candidate.person).collect()
}

fn search(question: &TestQuestion, cut: Timestamp, place: Place) -> Search {
    let part = match place {
        Place::Told => ChannelPart::Full,
        Place::Untold => ChannelPart::None,
    };
    let search = search_of(question, &Aliases::default(), part);
    Search { evidence_before: Some(cut), ..search }
}

/// Looks at the questions of a fold, evenly drawn if there are too many.
pub(crate) fn examine(
    finder: &Finder,
    fold: Fold<'_>,
    place: Place,
    config: &LearnConfig,
) -> Result<Examined, Error> {
    let every = fold.questions.len().div_ceil(config.questions_per_fold.max(1)).max(1);
    let drawn: Vec<_> = fold.questions.iter().step_by(every).cloned().collect();
    refuse_leaks(finder, &drawn, Some(fold.cut))?;
    let asked = |question: &TestQuestion| {
        let words = question.words();
        !words.trim().is_empty()
            && words.chars().count() <= MAX_QUESTION_CHARACTERS
            && question.has_expert(config.lowest_relevant_grade)
    };
    let questions: Vec<TestQuestion> =
        drawn.into_iter().map(|question| question.test).filter(asked).collect();
    let features: Vec<Result<Vec<Features>, Error>> =
        questions.par_iter().map(|question| finder.features_of(&search(question, fold.cut, place))).collect();
    let features = features.into_iter().collect::<Result<Vec<_>, _>>()?;
    let sample = |(question, features): (&TestQuestion, &Vec<Features>)| sample(finder, question, features);
    let samples = questions.iter().zip(&features).filter_map(sample).collect();
    Ok(Examined { cut: fold.cut, place, questions, features, samples })
}

/// Of several grades only the highest is learned: where somebody was thanked or closed the matter, whoever else
/// spoke is no truth to learn.
pub(super) fn sample(finder: &Finder, question: &TestQuestion, features: &[Features]) -> Option<Sample> {
    let experts: BTreeMap<u32, u8> =
        question.experts.iter().filter_map(|(key, grade)| Some((finder.number_of(key)?, *grade))).collect();
    let pool = candidates(features, finder.candidates());
    let best = pool.iter().filter_map(|person| experts.get(&person.person)).max()?;
    let gain = |person: u32| f64::from(u8::from(experts.get(&person) == Some(best)));
    Sample::new(&pool, gain)
}
