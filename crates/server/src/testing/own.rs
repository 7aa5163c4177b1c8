//! Made answers of what only the owner of an account is told.

use engine::explained::{AskedFor, Behind, Explained, ExplainedPart, ExplainedPerson};
use engine::optout::{Hides, OptOut};
use engine::{Error, Me, Subject, Topic, TopicBand, Wanted};
use model::{AccountKey, PersonId, Timestamp};
use serde_json::{Value, json};

use crate::cell::Own;

/// Everybody is there but strangers, and hides one topic.
pub(super) struct MadeOwn;

fn hidden(words: &str, is_wrong: bool) -> Result<OptOut, Error> {
    let hides = Hides::topic(words)?;
    Ok(OptOut {
        id: "0123456789abcdef".to_owned(),
        accounts: [].into(),
        hides,
        is_wrong,
        by_operator: false,
        at: super::at(),
    })
}

/// One topic.
pub(super) fn topics() -> Vec<Topic> {
    vec![Topic {
        name: "label printer".to_owned(),
        band: TopicBand::Several,
        last_at: super::at(),
        quarters: vec!["2026-Q1".to_owned()],
    }]
}

/// Two subjects, one person each.
pub(super) fn subjects() -> Vec<Subject> {
    let one = |name: &str| Subject {
        name: name.to_owned(),
        last_at: super::at(),
        experts: vec![(PersonId::new("slack:U1").unwrap(), "Ana Brandt".to_owned(), TopicBand::Several)],
    };
    vec![one("label printer"), one("vpn")]
}

/// One part of a score, of the asker if that is asked; behind somebody else.
pub(super) fn explained(of_asker: bool) -> Explained {
    let person = || ExplainedPerson {
        person: PersonId::new("slack:U1").unwrap(),
        name: "Ana Brandt".to_owned(),
        place: Some(1),
        score: 0.75,
        parts: vec![ExplainedPart { name: "topical", amount: 0.75, features: Vec::new() }],
        evidence: Vec::new(),
    };
    let other = PersonId::new("slack:U2").unwrap();
    let behind = Behind { person: other, name: "Bo".to_owned(), place: 3, score: 9.5, gaps: Vec::new() };
    let asked_for = AskedFor {
        asked: "slack:U1".to_owned(),
        person: Some(person()),
        is_shown: false,
        behind: Some(behind),
        missing: Vec::new(),
    };
    Explained {
        view: engine::View::Helps,
        people: vec![person()],
        nothing: None,
        asked_for: of_asker.then_some(asked_for),
        without: None,
        generation: 42,
    }
}

impl Own for MadeOwn {
    fn me(&self, account: &AccountKey, _: Timestamp) -> Result<Option<Me>, Error> {
        Ok((account.native() != "stranger").then(|| Me {
            person: PersonId::new(account.as_str()).unwrap(),
            name: "Ana Brandt".to_owned(),
            accounts: vec![account.clone()],
            alike: Vec::new(),
            profile: None,
            opt_outs: vec![hidden("vpn", false).unwrap()],
        }))
    }

    fn hidden(&self, _: &AccountKey) -> Result<Vec<OptOut>, Error> {
        Ok(vec![hidden("vpn", false)?])
    }

    fn hide(
        &self,
        _: &AccountKey,
        wanted: &Wanted,
        is_wrong: bool,
        _: Timestamp,
    ) -> Result<Vec<OptOut>, Error> {
        match wanted {
            Wanted::Topic(words) => Ok(vec![hidden(words, is_wrong)?]),
            Wanted::Evidence(id) => Err(Error::NoEvidence(id.clone())),
            other => Err(Error::OptOut(format!("{other:?}"))),
        }
    }

    fn show(&self, _: &AccountKey, id: &str) -> Result<bool, Error> {
        Ok(id == "0123456789abcdef")
    }

    fn export(&self, account: &AccountKey, _: Timestamp) -> Result<Value, Error> {
        Ok(json!({ "person": account.as_str() }))
    }
}
