//! What the evidence said of each question, in numbers alone: what confidence is fitted on.

use std::collections::BTreeSet;

use query::Evidence;
use query::confidence::{AnswerFeatures, PersonFeatures};
use rayon::prelude::*;

use super::{Contestant, Exam, Item};
use crate::{Error, Finder};

/// How many people are listed for each question, those with the most evidence.
const PEOPLE: usize = 20;

/// The evidence for one question, and what turned out.
#[derive(Debug, Clone)]
pub struct QuestionEvidence {
    /// The question's name.
    pub qid: String,
    /// Whether nobody can answer it.
    pub nobody: bool,
    /// Whether one of the first five of the ranking is an expert.
    pub hit: bool,
    /// The features of the answer.
    pub answer: AnswerFeatures,
    /// The same without a word of its experts.
    pub hidden: AnswerFeatures,
    /// The people with the most evidence.
    pub people: Vec<PersonEvidence>,
}

/// The evidence of one person for one question.
#[derive(Debug, Clone)]
pub struct PersonEvidence {
    /// The features.
    pub features: PersonFeatures,
    /// Whether they are an expert.
    pub expert: bool,
    /// Whether they are a planted impostor.
    pub impostor: bool,
}

/// The evidence for every question, in the order of [`Exam::items`]. Costs two retrievals a question.
///
/// # Errors
/// The first failing search, in the order of the questions.
pub fn evidence(finder: &Finder, exam: &Exam, played: &Contestant) -> Result<Vec<QuestionEvidence>, Error> {
    let hits: BTreeSet<&str> = exam
        .answerable()
        .iter()
        .zip(&played.measures)
        .filter(|(_, measures)| measures.hit_at_5 > 0.0)
        .map(|(item, _)| item.test.qid.as_str())
        .collect();
    let of = |item: &Item| of_one(finder, exam, item, hits.contains(item.test.qid.as_str()));
    let all: Vec<Result<_, Error>> = exam.items.par_iter().map(of).collect();
    all.into_iter().collect()
}

fn of_one(finder: &Finder, exam: &Exam, item: &Item, hit: bool) -> Result<QuestionEvidence, Error> {
    let model = &finder.confidence_config().person;
    let judged = finder.judged(&exam.search(&item.test))?;
    let hidden = finder.judged(&exam.search_without_experts(finder, &item.test))?;
    Ok(QuestionEvidence {
        qid: item.test.qid.clone(),
        nobody: item.test.nobody,
        hit,
        answer: judged.answer_features(model),
        hidden: hidden.answer_features(model),
        people: people(finder, exam, item, &judged),
    })
}

fn people(finder: &Finder, exam: &Exam, item: &Item, judged: &Evidence) -> Vec<PersonEvidence> {
    let mut order: Vec<(u32, f64)> =
        judged.people().map(|person| (person, judged.weight_of(person))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let of = |(person, _): &(u32, f64)| {
        let keys = finder.keys_of(*person);
        let truths = || keys.iter().map(|key| exam.aliases.to_truth(key));
        let grade = truths().filter_map(|id| item.test.experts.get(id)).max();
        PersonEvidence {
            features: judged.person_features(*person),
            expert: grade.is_some_and(|grade| *grade >= exam.lowest_relevant_grade),
            impostor: truths().any(|id| item.test.impostors.contains_key(id)),
        }
    };
    order.iter().take(PEOPLE).map(of).collect()
}
