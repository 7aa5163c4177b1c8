//! From a ranked list of numbers to people, bands, past answers, and where to ask instead.

use std::collections::BTreeMap;

use index::Store;
use model::{EmploymentStatus, Timestamp};
use query::explain::{reasons, shares, units_of, voting_units};
use query::rank::{Candidate, Part, Scales, View, topical};
use query::retrieve::Unit;
use query::{Band, ConfidenceConfig, Evidence, Question, band, sufficiency};
use tracing::info_span;

use super::{Finder, Session};
use crate::{Confidence, Error, Expert, Found, Reason};

/// Whether somebody is there; fills in what is known of that.
pub(super) type There<'a> = dyn Fn(&mut Expert) -> bool + 'a;

/// Those who can be named, best first.
pub(super) struct Named<'s> {
    pub(super) experts: Vec<Expert>,
    /// Their numbers, and the units that speak for them, in the same order.
    chosen: Vec<(u32, Vec<&'s Unit>)>,
}

impl From<Band> for Confidence {
    fn from(band: Band) -> Self {
        match band {
            Band::Low => Self::Low,
            Band::Medium => Self::Medium,
            Band::High => Self::High,
        }
    }
}

impl Finder {
    /// The person behind a candidate, with nothing said of them yet.
    pub(super) fn bare_expert(&self, candidate: &Candidate) -> Option<Expert> {
        let id = self.snapshot.table.people.get(candidate.person as usize)?;
        let person = self.snapshot.people.get(id)?;
        Some(Expert {
            person: id.clone(),
            name: person.name.clone(),
            title: person.directory.title.clone(),
            team: person.directory.team.clone(),
            timezone: person.directory.timezone.clone(),
            status: person.directory.status.unwrap_or(EmploymentStatus::Active),
            accounts: person.accounts.clone(),
            presence: None,
            confidence: Confidence::Low,
            last_evidence_at: None,
            fresh: false,
            reasons: Vec::new(),
            evidence: Vec::new(),
            parts: Part::ALL.into_iter().map(Part::as_str).zip(candidate.parts).collect(),
        })
    }

    /// People with reasons and evidence, past answers, or honestly nobody and where to ask instead.
    pub(super) fn full_answer(
        &self,
        session: &Session<'_>,
        question: &Question,
        store: &Store,
        there: &There<'_>,
    ) -> Result<Found, Error> {
        let mut named = info_span!("name").in_scope(|| self.named(session, session.search.limit, there));
        info_span!("evidence").in_scope(|| self.add_evidence(&mut named, session, question, store))?;
        let mut found = self.found(session, named.experts);
        if found.experts.is_empty() {
            found.fallback = self.fallback(session.search, &session.pool, &session.scope);
        }
        let _stage = info_span!("answers").entered();
        found.answers =
            self.past_answers(session, question, store)?.into_iter().map(|(_, answer)| answer).collect();
        Ok(found)
    }

    /// The best people with at least one readable piece of evidence, at most `limit`; nobody where the evidence
    /// does not suffice. Whoever is not `there` is passed over, if anybody else is left.
    pub(super) fn named<'s>(&self, session: &'s Session<'_>, limit: usize, there: &There<'_>) -> Named<'s> {
        let evidence = self.evidence_in(&session.pool, &session.scope);
        let (mut experts, mut chosen) = (Vec::new(), Vec::new());
        let (mut absent, mut absent_chosen) = (Vec::new(), Vec::new());
        if !sufficiency(&evidence, &self.config.query.confidence).enough {
            return Named { experts, chosen };
        }
        let confidence = &self.config.query.confidence;
        let knows =
            (session.search.view == View::Knows).then(|| known(&session.ranked, &evidence, confidence));
        let table = &self.snapshot.table;
        let voting = voting_units(&session.pool, table, &self.config.query.rank);
        for candidate in &session.ranked {
            if experts.len() == limit {
                break;
            }
            let person = candidate.person;
            let probability = match &knows {
                None => evidence.person(person, &confidence.person),
                Some(knows) => match knows.get(&person) {
                    Some(probability) => *probability,
                    None => continue,
                },
            };
            let Some(mut expert) = self.bare_expert(candidate) else { continue };
            // Presence in a channel or a near miss shows no know-how: who wrote nothing about it is not named.
            let units = units_of(&voting, table, candidate.person, confidence);
            if !self.explain(&mut expert, &units, session) {
                continue;
            }
            expert.confidence = band(probability, confidence).into();
            let excluded = session.search.exclude_people.contains(&expert.person);
            if excluded || expert.confidence < session.search.min_confidence {
                continue;
            }
            if !there(&mut expert) {
                if absent.len() < limit {
                    absent_chosen.push((candidate.person, units));
                    absent.push(expert);
                }
                continue;
            }
            chosen.push((candidate.person, units));
            experts.push(expert);
        }
        if experts.is_empty() {
            (experts, chosen) = (absent, absent_chosen);
        }
        Named { experts, chosen }
    }

    /// Fills freshness and reasons; `false` if no readable document of the person is about the question.
    fn explain(&self, expert: &mut Expert, units: &[&Unit], session: &Session<'_>) -> bool {
        let table = &self.snapshot.table;
        let in_words = reasons(units, table);
        if in_words.is_empty() {
            return false;
        }
        let newest: Option<Timestamp> = units.iter().map(|unit| table.last_at[unit.row.get().at()]).max();
        let age = newest.map(|at| session.search.as_of.days_since(at));
        expert.last_evidence_at = newest;
        expert.fresh = age.is_some_and(|days| days <= self.config.fresh_days);
        expert.reasons =
            in_words.into_iter().map(|r| Reason { code: r.code, count: r.count, text: r.text }).collect();
        true
    }

    /// Reads the evidence of everybody named, the largest share of their score first.
    fn add_evidence(
        &self,
        named: &mut Named<'_>,
        session: &Session<'_>,
        question: &Question,
        store: &Store,
    ) -> Result<(), Error> {
        if session.search.evidence_per_expert == 0 || named.chosen.is_empty() {
            return Ok(());
        }
        let mut watched: Vec<u32> = named.chosen.iter().map(|(person, _)| *person).collect();
        watched.sort_unstable();
        let (search, scope) = (session.search, &session.scope);
        let traced = self.in_circumstances(search, scope, &watched, |here| topical(&session.pool, here));
        let candidates = self.config.query.rank.candidates;
        let scales = Scales::of(&session.features, &session.model, candidates);
        for (expert, (person, units)) in named.experts.iter_mut().zip(&named.chosen) {
            let Some(features) = traced.iter().find(|features| features.person == *person) else { continue };
            for share in shares(units, features, &scales) {
                if expert.evidence.len() == search.evidence_per_expert {
                    break;
                }
                expert.evidence.extend(self.evidence(session, question, store, share)?);
            }
        }
        Ok(())
    }
}

/// Who may be named in "who knows", with the probability that they can answer: those who more likely know than not,
/// and whose know-how did not lapse while others went on.
fn known(ranked: &[Candidate], evidence: &Evidence, config: &ConfidenceConfig) -> BTreeMap<u32, f64> {
    let probabilities = ranked.iter().map(|one| (one.person, evidence.person(one.person, &config.person)));
    let mut known: BTreeMap<u32, f64> =
        probabilities.filter(|(_, probability)| *probability >= config.show_from).collect();
    let years = |person: &u32| evidence.years_since_shown(*person);
    let freshest = known.keys().filter_map(years).fold(f64::INFINITY, f64::min);
    known.retain(|person, _| years(person).is_none_or(|ago| (ago - freshest) * 365.0 <= config.lapsed_days));
    known
}
