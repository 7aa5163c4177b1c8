//! One ask as a state machine: what happened, one after the other, and what it comes to. No disk, no clock.

use model::{AccountKey, Timestamp};

use crate::{Outcome, Reason, Refusal, State, What};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who asks, by the account they came with.
    pub asker: AccountKey,
    /// The question.
    pub question: String,
    /// Where to put it if nobody takes it.
    pub channel: Option<String>,
    /// Whom it is offered to learns who asks only when the asker says so.
    pub anonymous: bool,
    /// Everyone may read the answer; else the two.
    pub share: bool,
    /// It goes to whoever may know, whether or not its asker may read what shows it: until then its asker is told of
    /// nobody who does not choose to appear, nor how often it was refused.
    pub blind: Option<Timestamp>,
    /// Whom to ask, best first: one account a person. A blind ask gets its list later ([`What::Brokered`]).
    pub list: Vec<AccountKey>,
}

/// The question put to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// To whom.
    pub to: AccountKey,
    /// When.
    pub at: Timestamp,
    /// Until when they can take it; once it is taken, until when they can answer.
    pub until: Timestamp,
    /// What became of it.
    pub outcome: Outcome,
    /// Since when.
    pub ended_at: Option<Timestamp>,
    /// When it was taken.
    pub accepted_at: Option<Timestamp>,
    /// Why it was refused.
    pub reason: Option<Reason>,
    /// Whom they named instead, or gave it to.
    pub other: Option<AccountKey>,
    /// Its asker is not told of it: the ask is blind, and they have not chosen to appear.
    pub hidden: bool,
}

/// What somebody said to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who.
    pub by: AccountKey,
    /// When.
    pub at: Timestamp,
    /// The words; empty in an ask that was made from its events alone.
    pub text: String,
}

/// An ask, and all that became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Names it everywhere: 16 hex digits.
    pub id: String,
    /// What is asked; of the list those who are left to be asked come first, as people named them.
    pub draft: Draft,
    /// When.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub changed_at: Timestamp,
    /// To whom it was offered, in that order; nobody twice.
    pub offers: Vec<Offer>,
    /// The answer.
    pub answer: Option<Answer>,
    /// Whether it helped, if the asker said so.
    pub helped: Option<bool>,
}

impl Ask {
    /// A fresh ask, not yet offered to anybody.
    pub const fn new(id: String, draft: Draft, asked_at: Timestamp) -> Self {
        Self {
            id,
            draft,
            asked_at,
            state: State::Offered,
            changed_at: asked_at,
            offers: Vec::new(),
            answer: None,
            helped: None,
        }
    }

    /// The offer that somebody has now: pending, or taken and not answered.
    pub fn held(&self) -> Option<&Offer> {
        let holds = match self.state {
            State::Offered => Outcome::Pending,
            State::Accepted => Outcome::Accepted,
            _ => return None,
        };
        self.offers.iter().find(|offer| offer.outcome == holds)
    }

    /// The offer that was put to one of these accounts.
    pub fn offer_to(&self, accounts: &[AccountKey]) -> Option<&Offer> {
        self.offers.iter().find(|offer| accounts.contains(&offer.to))
    }

    /// Whether one of these accounts asks it.
    pub fn is_asked_by(&self, accounts: &[AccountKey]) -> bool {
        accounts.contains(&self.draft.asker)
    }

    /// Whether one of these accounts asks it, or was ever offered it.
    pub fn concerns(&self, accounts: &[AccountKey]) -> bool {
        self.is_asked_by(accounts) || self.offer_to(accounts).is_some()
    }

    /// Takes in what happened.
    ///
    /// # Errors
    /// [`Refusal::State`] if it cannot happen as things stand; the ask is as it was then.
    pub fn apply(&mut self, what: &What, at: Timestamp) -> Result<(), Refusal> {
        match what {
            What::Asked => {}
            What::Brokered { list } => {
                self.must_be(&[State::Offered])?;
                if self.draft.blind.is_none() || !self.offers.is_empty() {
                    return Err(Refusal::State);
                }
                self.draft.list.clone_from(list);
                return Ok(());
            }
            What::Offered { to, until } => self.offered(to, *until, at)?,
            What::Accepted { by, until } => {
                // Whoever was too late may still take what nobody else has.
                let left = matches!(self.state, State::Escalated | State::Nobody);
                let from = if left { Outcome::TimedOut } else { Outcome::Pending };
                self.must_be(&[State::Offered, State::Escalated, State::Nobody])?;
                let offer = self.offer_mut(by, from)?;
                (offer.outcome, offer.until) = (Outcome::Accepted, *until);
                (offer.accepted_at, offer.ended_at) = (Some(at), None);
                self.state = State::Accepted;
            }
            What::Declined { by, reason, other } => {
                let offer = self.give_up(by, Outcome::Declined, at)?;
                (offer.reason, offer.other) = (Some(*reason), other.clone());
                if let Some(other) = other {
                    self.ask_first(other);
                }
            }
            What::HandedOff { by, to } => {
                self.give_up(by, Outcome::HandedOff, at)?.other = Some(to.clone());
                self.ask_first(to);
            }
            What::TimedOut { by } => drop(self.give_up(by, Outcome::TimedOut, at)?),
            What::Answered { by } => {
                self.must_be(&[State::Accepted])?;
                self.offer_mut(by, Outcome::Accepted)?.ended_at = Some(at);
                self.answer = Some(Answer { by: by.clone(), at, text: String::new() });
                self.state = State::Answered;
            }
            What::Escalated | What::Nobody => {
                self.must_be(&[State::Offered])?;
                if self.held().is_some() {
                    return Err(Refusal::State);
                }
                let to_channel = *what == What::Escalated;
                self.state = if to_channel { State::Escalated } else { State::Nobody };
            }
            What::Closed { helped } => {
                self.must_be(&[State::Answered, State::Escalated, State::Nobody])?;
                (self.state, self.helped) = (State::Closed, *helped);
            }
            What::Withdrawn => {
                self.must_be(&[State::Offered, State::Accepted])
                    .or_else(|refusal| if self.is_blind_in_vain() { Ok(()) } else { Err(refusal) })?;
                for offer in &mut self.offers {
                    if matches!(offer.outcome, Outcome::Pending | Outcome::Accepted) {
                        (offer.outcome, offer.ended_at) = (Outcome::Ended, Some(at));
                    }
                }
                self.state = State::Withdrawn;
            }
            What::Revealed => {
                if !self.draft.anonymous || self.state.is_over() {
                    return Err(Refusal::State);
                }
                self.draft.anonymous = false;
                return Ok(());
            }
            What::Appeared { by } => {
                let taken = |offer: &&mut Offer| offer.to == *by && offer.outcome == Outcome::Accepted;
                let offer = self.offers.iter_mut().find(taken).filter(|offer| offer.hidden);
                offer.ok_or(Refusal::State)?.hidden = false;
                return Ok(());
            }
        }
        self.changed_at = at;
        Ok(())
    }

    /// An ask as its events alone tell it: without the words of its answer.
    ///
    /// # Errors
    /// [`Refusal::State`] if they cannot have happened in this order.
    pub fn replayed(id: &str, draft: Draft, events: &[(Timestamp, What)]) -> Result<Self, Refusal> {
        let first = events.first().filter(|(_, what)| *what == What::Asked).ok_or(Refusal::State)?;
        let mut ask = Self::new(id.to_owned(), draft, first.0);
        for (at, what) in events {
            ask.apply(what, *at)?;
        }
        Ok(ask)
    }

    fn offered(&mut self, to: &AccountKey, until: Timestamp, at: Timestamp) -> Result<(), Refusal> {
        self.must_be(&[State::Offered])?;
        let again = self.offers.iter().any(|offer| offer.to == *to);
        if self.held().is_some() || again || *to == self.draft.asker {
            return Err(Refusal::State);
        }
        self.offers.push(Offer {
            to: to.clone(),
            at,
            until,
            outcome: Outcome::Pending,
            ended_at: None,
            accepted_at: None,
            reason: None,
            other: None,
            hidden: self.draft.blind.is_some(),
        });
        Ok(())
    }

    /// Whether everybody on its list was offered it.
    pub fn is_exhausted(&self) -> bool {
        self.draft.list.iter().all(|listed| self.offers.iter().any(|offer| offer.to == *listed))
    }

    /// Whether it is blind and came to nobody who answered.
    pub fn is_blind_in_vain(&self) -> bool {
        self.draft.blind.is_some() && matches!(self.state, State::Escalated | State::Nobody)
    }

    /// Ends the offer that somebody holds, so that it can go to the next.
    fn give_up(&mut self, by: &AccountKey, outcome: Outcome, at: Timestamp) -> Result<&mut Offer, Refusal> {
        self.must_be(&[State::Offered, State::Accepted])?;
        if self.held().is_none_or(|offer| offer.to != *by) {
            return Err(Refusal::State);
        }
        self.state = State::Offered;
        let held = self.offers.iter_mut().find(|offer| offer.to == *by).ok_or(Refusal::State)?;
        (held.outcome, held.ended_at) = (outcome, Some(at));
        Ok(held)
    }

    fn ask_first(&mut self, account: &AccountKey) {
        self.draft.list.retain(|listed| listed != account);
        self.draft.list.insert(0, account.clone());
    }

    fn offer_mut(&mut self, by: &AccountKey, outcome: Outcome) -> Result<&mut Offer, Refusal> {
        let found = self.offers.iter_mut().find(|offer| offer.to == *by && offer.outcome == outcome);
        found.ok_or(Refusal::State)
    }

    fn must_be(&self, states: &[State]) -> Result<(), Refusal> {
        if states.contains(&self.state) { Ok(()) } else { Err(Refusal::State) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str) -> AccountKey {
        AccountKey::new(format!("chat:{name}")).unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(seconds)
    }

    fn ask() -> Ask {
        let draft = Draft {
            asker: account("asker"),
            question: "How?".to_owned(),
            channel: None,
            anonymous: true,
            share: false,
            blind: None,
            list: vec![account("a"), account("b")],
        };
        Ask::new("1".to_owned(), draft, at(0))
    }

    fn offered(name: &str) -> What {
        What::Offered { to: account(name), until: at(100) }
    }

    fn accepted(name: &str) -> What {
        What::Accepted { by: account(name), until: at(200) }
    }

    #[track_caller]
    fn check(events: &[What], last: &What, state: Option<State>) {
        let mut ask = ask();
        for (second, what) in events.iter().enumerate() {
            ask.apply(what, at(second as i64)).unwrap();
        }
        let before = ask.clone();
        let done = ask.apply(last, at(50));
        assert_eq!(done.is_ok(), state.is_some(), "{last:?}");
        match state {
            Some(state) => assert_eq!(ask.state, state),
            None => assert_eq!(ask, before, "a refusal changes nothing"),
        }
    }

    #[test]
    fn every_step_leads_where_it_should_and_no_other_is_taken() {
        let (a, b) = (account("a"), account("b"));
        let timed_out = What::TimedOut { by: a.clone() };
        let answered = What::Answered { by: a.clone() };
        let declined = What::Declined { by: a.clone(), reason: Reason::Busy, other: None };
        let handed = What::HandedOff { by: a.clone(), to: b };
        check(&[], &offered("a"), Some(State::Offered));
        check(&[], &offered("asker"), None);
        check(&[offered("a")], &offered("b"), None);
        check(&[offered("a"), timed_out.clone()], &offered("a"), None);
        check(&[offered("a"), timed_out.clone()], &offered("b"), Some(State::Offered));
        check(&[offered("a")], &accepted("a"), Some(State::Accepted));
        check(&[offered("a")], &accepted("b"), None);
        check(&[offered("a")], &answered, None);
        check(&[offered("a"), accepted("a")], &answered, Some(State::Answered));
        check(&[offered("a"), accepted("a")], &declined, Some(State::Offered));
        check(&[offered("a"), accepted("a")], &handed, Some(State::Offered));
        check(&[offered("a"), accepted("a")], &What::Withdrawn, Some(State::Withdrawn));
        check(&[offered("a"), accepted("a")], &What::Closed { helped: None }, None);
        check(&[offered("a"), accepted("a"), answered.clone()], &What::Withdrawn, None);
        check(&[offered("a")], &What::Escalated, None);
        check(&[offered("a"), declined], &What::Escalated, Some(State::Escalated));
        let late = [offered("a"), timed_out, What::Escalated];
        check(&late, &accepted("a"), Some(State::Accepted));
        check(&late, &What::Closed { helped: Some(true) }, Some(State::Closed));
        check(&[offered("a"), What::Withdrawn], &What::Revealed, None);
    }

    #[test]
    fn whoever_is_named_is_asked_first_and_an_asker_is_shown_once() {
        let mut ask = ask();
        let other =
            What::Declined { by: account("a"), reason: Reason::SuggestOther, other: Some(account("c")) };
        for what in [offered("a"), other, What::Revealed] {
            ask.apply(&what, at(1)).unwrap();
        }
        assert_eq!(ask.draft.list, ["c", "a", "b"].map(account));
        assert!(!ask.draft.anonymous && ask.apply(&What::Revealed, at(2)).is_err());
    }
}
