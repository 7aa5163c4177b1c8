//! Simple rankers, written here and nowhere else: an organisation on which they do well is too easy.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::adversary::{Planted, PlantedQuestion};
use crate::sample::clock::DAY;
use crate::sample::conversation::Part;

const STOP: [&str; 42] = [
    "a", "an", "the", "is", "are", "was", "it", "its", "to", "of", "in", "on", "for", "and", "or", "not",
    "no", "we", "i", "you", "they", "that", "this", "with", "at", "by", "as", "be", "do", "does", "have",
    "has", "from", "who", "what", "how", "me", "my", "our", "so", "if", "s",
];

fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !STOP.contains(word)).map(str::to_owned).collect()
}

/// BM25 (k1 = 1.2, b = 0.75) over texts.
pub(super) struct Bm25 {
    postings: HashMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    mean: f64,
}

impl Bm25 {
    pub(super) fn over<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::new();
        for (at, text) in texts.enumerate() {
            let words = words(text);
            lengths.push(words.len() as f64);
            let mut counts: BTreeMap<String, f64> = BTreeMap::new();
            for word in words {
                *counts.entry(word).or_default() += 1.0;
            }
            for (word, count) in counts {
                postings.entry(word).or_default().push((at, count));
            }
        }
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        Self { postings, lengths, mean }
    }

    /// The best texts, best first.
    pub(super) fn best(&self, query: &str, depth: usize) -> Vec<(usize, f64)> {
        let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
        for word in words(query).into_iter().collect::<BTreeSet<_>>() {
            let Some(found) = self.postings.get(&word) else { continue };
            let n = found.len() as f64;
            let idf = (1.0 + (self.lengths.len() as f64 - n + 0.5) / (n + 0.5)).ln();
            for (at, count) in found {
                let norm = 1.2 * (0.25 + 0.75 * self.lengths[*at] / self.mean);
                *scores.entry(*at).or_default() += idf * count * 2.2 / (count + norm);
            }
        }
        let mut order: Vec<(usize, f64)> = scores.into_iter().collect();
        order.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        order.truncate(depth);
        order
    }
}

/// A message for the simple rankers.
pub(super) struct Said {
    pub(super) scene: usize,
    pub(super) author: usize,
    pub(super) at: i64,
    pub(super) part: Part,
    pub(super) text: String,
}

/// People's messages.
pub(super) fn said(planted: &Planted) -> Vec<Said> {
    let mut all = Vec::new();
    for (scene, played) in planted.production.scenes.iter().enumerate() {
        for (number, line) in played.lines.iter().enumerate() {
            if !matches!(line.part, Part::Bot(_)) {
                let title = if number == 0 { played.title.as_str() } else { "" };
                let text = format!("{title} {}", line.text);
                all.push(Said { scene, author: line.author, at: line.at, part: line.part, text });
            }
        }
    }
    all
}

/// Sums by person, best first, without the asker.
fn ranking(votes: impl Iterator<Item = (usize, f64)>, asker: usize) -> Vec<usize> {
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    for (person, vote) in votes {
        *sums.entry(person).or_default() += vote;
    }
    sums.remove(&asker);
    let mut order: Vec<(usize, f64)> = sums.into_iter().collect();
    order.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    order.into_iter().map(|(person, _)| person).collect()
}

/// One organisation with what the rankers need of it.
pub(super) struct Bench<'a> {
    planted: &'a Planted,
    said: Vec<Said>,
    messages: Bm25,
    conversations: Bm25,
    /// Questions with their answers, without what others said.
    cases: Bm25,
}

impl<'a> Bench<'a> {
    pub(super) fn new(planted: &'a Planted) -> Self {
        let said = said(planted);
        let messages = Bm25::over(said.iter().map(|said| said.text.as_str()));
        let mut texts = vec![String::new(); planted.production.scenes.len()];
        let mut cases = texts.clone();
        for one in &said {
            texts[one.scene].push_str(&one.text);
            texts[one.scene].push(' ');
            if matches!(one.part, Part::Ask | Part::Answer) {
                cases[one.scene].push_str(&one.text);
                cases[one.scene].push(' ');
            }
        }
        let conversations = Bm25::over(texts.iter().map(String::as_str));
        let cases = Bm25::over(cases.iter().map(String::as_str));
        Self { planted, said, messages, conversations, cases }
    }

    fn person(&self, account: &str) -> usize {
        let is =
            |person: &crate::sample::organization::Person| format!("slack:{}", person.slack_id) == account;
        self.planted.production.organization.people.iter().position(is).unwrap()
    }

    /// BM25 over messages, the sum of the best 300 by author.
    pub(super) fn combsum(&self, question: &PlantedQuestion) -> Vec<usize> {
        let best = self.messages.best(&question.text, 300);
        ranking(
            best.iter().map(|(at, score)| (self.said[*at].author, *score)),
            self.person(&question.asked_by),
        )
    }

    /// Most messages in the last 180 days.
    pub(super) fn busiest(&self, question: &PlantedQuestion) -> Vec<usize> {
        let since = self.planted.end().as_millis() - 180 * DAY;
        let recent = self.said.iter().filter(|said| said.at >= since).map(|said| (said.author, 1.0));
        ranking(recent, self.person(&question.asked_by))
    }

    /// BM25 over conversations, each crediting those who replied to its opener.
    pub(super) fn repliers(&self, question: &PlantedQuestion) -> Vec<usize> {
        let votes = self.conversations.best(&question.text, 300).into_iter().flat_map(|(scene, score)| {
            let opener = self.planted.production.scenes[scene].lines.first().map(|line| line.author);
            let replied: BTreeSet<usize> =
                self.planted.production.scenes[scene].lines.iter().map(|line| line.author).collect();
            replied
                .into_iter()
                .filter(move |person| Some(*person) != opener)
                .map(move |person| (person, score))
        });
        ranking(votes, self.person(&question.asked_by))
    }

    /// The same, crediting only whoever solved, the recent more: what structure that is read without error
    /// gives, with plain words.
    pub(super) fn solvers(&self, question: &PlantedQuestion) -> Vec<usize> {
        let end = self.planted.end().as_millis();
        let votes = self.cases.best(&question.text, 40).into_iter().flat_map(|(scene, score)| {
            let lines = &self.planted.production.scenes[scene].lines;
            let solved: BTreeSet<usize> =
                lines.iter().filter(|line| line.part == Part::Answer).map(|line| line.author).collect();
            let age = lines.first().map_or(0, |line| (end - line.at) / DAY) as f64;
            solved.into_iter().map(move |person| (person, score * score * 0.5_f64.powf(age / 400.0)))
        });
        ranking(votes, self.person(&question.asked_by))
    }

    /// Who solved conversations about the very subject, the recent more: what is left is no more than chance.
    pub(super) fn knowing(&self, question: &PlantedQuestion) -> Vec<usize> {
        let end = self.planted.end();
        let solutions = self.planted.solutions(question.subject.as_deref().unwrap_or_default());
        let votes = solutions.into_iter().flat_map(|(account, times)| {
            let person = self.person(&account);
            times.into_iter().map(move |at| (person, 0.5_f64.powf(end.days_since(at) / 300.0)))
        });
        ranking(votes, self.person(&question.asked_by))
    }

    /// nDCG at five places, gain 2^grade - 1; the mean over questions that somebody can answer.
    pub(super) fn ndcg(&self, rank: impl Fn(&PlantedQuestion) -> Vec<usize>) -> f64 {
        let known: Vec<&PlantedQuestion> = self.planted.questions.iter().filter(|q| !q.nobody()).collect();
        let sum: f64 = known.iter().map(|question| self.gained(question, &rank(question))).sum();
        sum / known.len() as f64
    }

    fn gained(&self, question: &PlantedQuestion, ranked: &[usize]) -> f64 {
        let grades: BTreeMap<usize, u8> =
            question.experts.iter().map(|(account, grade)| (self.person(account), *grade)).collect();
        let mut ideal: Vec<u8> = grades.values().copied().collect();
        ideal.sort_unstable_by(|left, right| right.cmp(left));
        let found = ranked.iter().map(|person| grades.get(person).copied().unwrap_or(0));
        dcg(found) / dcg(ideal.into_iter())
    }
}

fn dcg(grades: impl Iterator<Item = u8>) -> f64 {
    let gain = |(at, grade): (usize, u8)| f64::from((1_u32 << grade) - 1) / (at as f64 + 2.0).log2();
    grades.take(5).enumerate().map(gain).sum()
}
