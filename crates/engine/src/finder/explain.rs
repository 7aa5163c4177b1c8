//! Why somebody, why not, and what if: scores taken apart, and rankings really made again.

use std::collections::{BTreeMap, BTreeSet};

use index::{Admission, Row, Store};
use model::{AccountKey, PersonId, Visible};
use query::Question;
use query::explain::{DocumentAmount, FeatureAmount, Missing, Seen, breakdown, gaps, missing};
use query::explain::{units_of, voting_units};
use query::rank::{Candidate, Features, Part, Scales, features};

use super::show::evidence_id;
use super::{Finder, Scope, Session, check};
use crate::explained::{
    AskedFor, Behind, Counterfactual, Explained, ExplainedDocument, ExplainedFeature, ExplainedPart,
    ExplainedPerson, Moved, Stand, Wish,
};
use crate::{Detail, Error, Expert, Found, Search};

/// How far down the list of those who can be named places are told.
const DEEPEST_PLACE: usize = 100;

/// One ranking with the list of those who can be named.
struct Ranking<'s> {
    session: Session<'s>,
    named: Vec<PersonId>,
}

/// What a score is taken apart with.
struct Apart<'a, 's> {
    ranking: &'a Ranking<'s>,
    traced: Vec<Features>,
    scales: Scales,
    store: &'a Store,
}

impl Finder {
    /// Explains the answer to a search: the people shown, and what the wish asks besides. Costs a search; leaving
    /// evidence out costs another, and a pass over the store.
    ///
    /// Only what the asker may read is looked at: of somebody without readable evidence it says what it says of
    /// somebody unknown. Who asks about themselves is a candidate like everybody else.
    ///
    /// # Errors
    /// Those of [`Finder::search`]; [`Error::NoEvidence`] for evidence that is not there or not to be read.
    pub fn why(&self, search: &Search, wish: &Wish) -> Result<Explained, Error> {
        let person = wish.person.as_deref().and_then(|asked| self.number_of_asked(asked));
        let mut search = Search { detail: Detail::Full, answers: 0, ..search.clone() };
        check(&search)?;
        self.applied()?;
        if person.is_some_and(|person| self.askers(&search).contains(&person)) {
            search.asked_by.clear();
        }
        let question = Question::new(&search.question, &self.languages, self.embedder.as_deref());
        let before = self.ranking(&search, &question, self.scope(&search))?;
        let without = match &wish.without {
            Some(id) => {
                let admission = &before.session.scope.admission;
                let rows = self.rows_of(id, wish.whole_conversation, admission)?;
                let left = admission.clone().without_documents(rows.clone());
                let after = self.ranking(&search, &question, self.scope_from(&search, left))?;
                Some(self.counterfactual(id, &rows, person, (&before, &after)))
            }
            None => None,
        };
        self.with_store(|store| {
            let shown = self.full_answer(&before.session, &question, store, &|_| true)?;
            let apart = self.apart(&before, &shown.experts, person, store);
            let people = shown.experts.iter().map(|expert| self.taken_apart(&apart, expert));
            Ok(Explained {
                view: search.view,
                people: people.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten().collect(),
                nothing: shown.nothing,
                asked_for: match &wish.person {
                    Some(asked) => Some(self.asked_for(&apart, asked, person, &shown)?),
                    None => None,
                },
                without,
                generation: shown.generation,
            })
        })
    }

    /// The number of whoever owns an account, or has an id.
    fn number_of_asked(&self, asked: &str) -> Option<u32> {
        let owner = AccountKey::new(asked).ok().and_then(|key| self.snapshot.owners.get(&key).cloned());
        let id = owner.or_else(|| PersonId::new(asked).ok())?;
        self.number(&id)
    }

    fn ranking<'s>(
        &self,
        search: &'s Search,
        question: &Question,
        scope: Scope,
    ) -> Result<Ranking<'s>, Error> {
        let session = self.session(search, question, scope)?;
        let named = self.named(&session, DEEPEST_PLACE, &|_| true).experts;
        let named = named.into_iter().map(|expert| expert.person).collect();
        Ok(Ranking { session, named })
    }

    fn apart<'a, 's>(
        &self,
        ranking: &'a Ranking<'s>,
        shown: &[Expert],
        person: Option<u32>,
        store: &'a Store,
    ) -> Apart<'a, 's> {
        let session = &ranking.session;
        let numbers = shown.iter().filter_map(|expert| self.number(&expert.person));
        let watched: Vec<u32> = numbers.chain(person).collect::<BTreeSet<_>>().into_iter().collect();
        let (search, scope) = (session.search, &session.scope);
        let traced = self.in_circumstances(search, scope, &watched, |here| features(&session.pool, here));
        let candidates = self.config.query.rank.candidates;
        let scales = Scales::of(&session.features, &session.model, candidates);
        Apart { ranking, traced, scales, store }
    }

    fn taken_apart(&self, apart: &Apart<'_, '_>, expert: &Expert) -> Result<Option<ExplainedPerson>, Error> {
        let Some(number) = self.number(&expert.person) else { return Ok(None) };
        let told = self.person(apart, number)?;
        Ok(told.map(|told| ExplainedPerson { evidence: expert.evidence.clone(), ..told }))
    }

    /// A candidate's score, taken apart; `None` for who is no candidate.
    fn person(&self, apart: &Apart<'_, '_>, number: u32) -> Result<Option<ExplainedPerson>, Error> {
        let Some(candidate) = candidate(&apart.ranking.session, number) else { return Ok(None) };
        let known = apart.traced.iter().find(|features| features.person == number);
        let (Some(features), Some(expert)) = (known, self.bare_expert(candidate)) else { return Ok(None) };
        let (table, admission) = (&self.snapshot.table, &apart.ranking.session.scope.admission);
        let told = breakdown(features, &apart.scales, table, admission);
        let mut parts = Vec::with_capacity(told.parts.len());
        for part in told.parts {
            let features = part.features.iter().map(|feature| self.feature(apart, feature));
            let features = features.collect::<Result<_, _>>()?;
            parts.push(ExplainedPart { name: part.part.as_str(), amount: part.amount, features });
        }
        let place = apart.ranking.place(&expert.person);
        let (person, name, score) = (expert.person, expert.name, told.score);
        Ok(Some(ExplainedPerson { person, name, place, score, parts, evidence: Vec::new() }))
    }

    fn feature(&self, apart: &Apart<'_, '_>, feature: &FeatureAmount) -> Result<ExplainedFeature, Error> {
        let session = &apart.ranking.session;
        let limit = session.search.evidence_per_expert.min(feature.documents.len());
        let (first, rest) = feature.documents.split_at(limit);
        let id = |row: Visible<Row>| self.id_of(session, apart.store, row);
        let mut documents = Vec::with_capacity(limit);
        for DocumentAmount { row, value, amount } in first {
            let document = |id| ExplainedDocument { id, value: *value, amount: *amount };
            documents.extend(id(*row)?.map(document));
        }
        let of = &feature.contribution;
        let told: f64 = documents.iter().map(|document| document.amount).sum();
        let total: f64 = feature.documents.iter().map(|document| document.amount).sum();
        Ok(ExplainedFeature {
            name: of.term.name(),
            value: of.value,
            z: of.z,
            weight: of.weight,
            amount: of.amount,
            of_nothing: of.of_nothing,
            n_others: rest.len() + limit - documents.len(),
            others: total - told,
            documents,
        })
    }

    fn asked_for(
        &self,
        apart: &Apart<'_, '_>,
        asked: &str,
        number: Option<u32>,
        shown: &Found,
    ) -> Result<AskedFor, Error> {
        let told = number.map(|number| self.person(apart, number)).transpose()?.flatten();
        let asked = asked.to_owned();
        let (Some(number), Some(person)) = (number, told) else {
            let missing = vec![Missing::everything()];
            return Ok(AskedFor { asked, person: None, is_shown: false, behind: None, missing });
        };
        let is_shown = shown.experts.iter().any(|expert| expert.person == person.person);
        let last = if is_shown { None } else { shown.experts.last() };
        let behind = last.and_then(|last| self.held_against(apart, number, last));
        let missing = if is_shown { Vec::new() } else { self.missing(apart, number, last) };
        Ok(AskedFor { asked, person: Some(person), is_shown, behind, missing })
    }

    fn held_against(&self, apart: &Apart<'_, '_>, number: u32, last: &Expert) -> Option<Behind> {
        let session = &apart.ranking.session;
        let mine = candidate(session, number)?;
        let theirs = candidate(session, self.number(&last.person)?)?;
        Some(Behind {
            person: last.person.clone(),
            name: last.name.clone(),
            place: apart.ranking.place(&last.person)?,
            score: theirs.score,
            gaps: gaps(&mine.parts, &theirs.parts),
        })
    }

    fn missing(&self, apart: &Apart<'_, '_>, number: u32, last: Option<&Expert>) -> Vec<Missing> {
        let (table, config) = (&self.snapshot.table, &self.config.query);
        let pool = &apart.ranking.session.pool;
        let voting = voting_units(pool, table, &config.rank);
        let units = |person: u32| units_of(&voting, table, person, &config.confidence);
        let Some(features) = apart.traced.iter().find(|features| features.person == number) else {
            return vec![Missing::everything()];
        };
        let of_other = last.and_then(|last| self.number(&last.person)).map_or(0, |last| units(last).len());
        let (units, now) = (&units(number), apart.ranking.session.search.as_of);
        missing(&Seen { features, units, of_other, table, now, fresh_days: self.config.fresh_days })
    }

    /// The readable documents that an evidence's id stands for.
    fn rows_of(&self, id: &str, whole: bool, admission: &Admission) -> Result<Vec<Row>, Error> {
        let table = &self.snapshot.table;
        let mut found = None;
        self.with_store(|store| {
            Ok(store.each_document("none", &mut |document| {
                let parts = [&document.container, &document.conversation, document.person.as_str()];
                if evidence_id(&parts) == id {
                    found = table.row(document.id);
                }
                Ok(())
            })?)
        })?;
        let row = found.filter(|row| table.admits(*row, admission));
        let row = row.ok_or_else(|| Error::NoEvidence(id.to_owned()))?;
        let same = |other: &Row| table.conversation[other.at()] == table.conversation[row.at()];
        Ok(if whole { table.admitted(admission).filter(same).collect() } else { vec![row] })
    }

    fn counterfactual(
        &self,
        id: &str,
        rows: &[Row],
        person: Option<u32>,
        (before, after): (&Ranking<'_>, &Ranking<'_>),
    ) -> Counterfactual {
        let table = &self.snapshot.table;
        let shown = [before, after].into_iter().flat_map(|ranking| {
            ranking.named.iter().take(ranking.session.search.limit).filter_map(|id| self.number(id))
        });
        let written_by = rows.iter().map(|row| table.person[row.at()]);
        let numbers: BTreeSet<u32> = shown.chain(written_by).chain(person).collect();
        let mut people: Vec<Moved> = numbers
            .into_iter()
            .filter_map(|number| {
                let candidate = candidate(&before.session, number).or(candidate(&after.session, number))?;
                let expert = self.bare_expert(candidate)?;
                let (before, after) = (before.stand(&expert, number), after.stand(&expert, number));
                Some(Moved { person: expert.person, name: expert.name, before, after })
            })
            .collect();
        let place =
            |stand: &Option<Stand>| stand.as_ref().and_then(|stand| stand.place).unwrap_or(usize::MAX);
        people.sort_by_key(|moved| (place(&moved.before), place(&moved.after)));
        Counterfactual { evidence: id.to_owned(), n_documents: rows.len(), people }
    }
}

fn candidate<'a>(session: &'a Session<'_>, number: u32) -> Option<&'a Candidate> {
    session.ranked.iter().find(|candidate| candidate.person == number)
}

impl Ranking<'_> {
    fn place(&self, id: &PersonId) -> Option<usize> {
        self.named.iter().position(|named| named == id).map(|place| place + 1)
    }

    fn stand(&self, expert: &Expert, number: u32) -> Option<Stand> {
        let candidate = candidate(&self.session, number)?;
        let parts: BTreeMap<Part, f64> = Part::ALL.into_iter().zip(candidate.parts).collect();
        let parts = parts.into_iter().filter(|(_, amount)| *amount != 0.0);
        Some(Stand {
            place: self.place(&expert.person),
            score: candidate.score,
            parts: parts.map(|(part, amount)| (part.as_str(), amount)).collect(),
        })
    }
}
