//! The words of an ask: states, outcomes, reasons, and what can happen.

use model::{AccountKey, Timestamp};

/// Where an ask stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Somebody is asked, and has neither taken nor refused it.
    Offered,
    /// Somebody took it, and has not answered yet.
    Accepted,
    /// It is answered; its asker has not closed it.
    Answered,
    /// It is over.
    Closed,
    /// Nobody on the list took it: it is put to a channel.
    Escalated,
    /// Nobody on the list took it, and there is no channel for it.
    Nobody,
    /// Its asker took it back before it was answered.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Offered,
        Self::Accepted,
        Self::Answered,
        Self::Closed,
        Self::Escalated,
        Self::Nobody,
        Self::Withdrawn,
    ];

    /// The word in answers and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Answered => "answered",
            Self::Closed => "closed",
            Self::Escalated => "escalated",
            Self::Nobody => "nobody",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether nothing can happen any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }
}

/// Why somebody declines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// They do not know about it.
    NotMyArea,
    /// They have no time.
    Busy,
    /// Somebody else was meant.
    WrongPerson,
    /// Somebody else should be asked, whom they name.
    SuggestOther,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::NotMyArea, Self::Busy, Self::WrongPerson, Self::SuggestOther];

    /// The word in requests and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotMyArea => "not_my_area",
            Self::Busy => "busy",
            Self::WrongPerson => "wrong_person",
            Self::SuggestOther => "suggest_other",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

/// What somebody says of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// They helped.
    Helped,
    /// They did not help.
    NotHelpful,
    /// They do not know about it.
    WrongPerson,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Self; 3] = [Self::Helped, Self::NotHelpful, Self::WrongPerson];

    /// The word in requests and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Helped => "helped",
            Self::NotHelpful => "not_helpful",
            Self::WrongPerson => "wrong_person",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Pending,
    /// Taken.
    Accepted,
    /// Refused.
    Declined,
    /// Given to somebody else.
    HandedOff,
    /// Not taken, or taken and not answered, in time.
    TimedOut,
    /// The ask ended first.
    Ended,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Accepted, Self::Declined, Self::HandedOff, Self::TimedOut, Self::Ended];

    /// The word in answers and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::HandedOff => "handed_off",
            Self::TimedOut => "timed_out",
            Self::Ended => "ended",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// Something that happened to an ask. Texts (question, answer) are not in it: they lie with the ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It was put.
    Asked,
    /// It was looked for whom to ask blindly.
    Brokered {
        /// Whom, best first: one account a person.
        list: Vec<AccountKey>,
    },
    /// Somebody is asked, until then.
    Offered {
        /// Whom.
        to: AccountKey,
        /// Then it goes to the next.
        until: Timestamp,
    },
    /// Somebody took it, and has until then to answer.
    Accepted {
        /// Who.
        by: AccountKey,
        /// Then it goes to the next.
        until: Timestamp,
    },
    /// Somebody refused it.
    Declined {
        /// Who.
        by: AccountKey,
        /// Why.
        reason: Reason,
        /// Whom they named instead: asked next, if there.
        other: Option<AccountKey>,
    },
    /// Somebody gave it to somebody else, who is offered it next.
    HandedOff {
        /// Who.
        by: AccountKey,
        /// To whom.
        to: AccountKey,
    },
    /// Somebody's time was up.
    TimedOut {
        /// Whose.
        by: AccountKey,
    },
    /// Somebody answered.
    Answered {
        /// Who.
        by: AccountKey,
    },
    /// It is put to a channel.
    Escalated,
    /// Nobody is left to ask.
    Nobody,
    /// It is over; whether it helped, if its asker said so.
    Closed {
        /// Whether it helped.
        helped: Option<bool>,
    },
    /// Its asker took it back.
    Withdrawn,
    /// Its asker showed who they are.
    Revealed,
    /// Whoever took a blind ask showed who they are.
    Appeared {
        /// Who.
        by: AccountKey,
    },
}

impl What {
    /// The word of an event, as in `ask.offered`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Brokered { .. } => "brokered",
            Self::Offered { .. } => "offered",
            Self::Accepted { .. } => "accepted",
            Self::Declined { .. } => "declined",
            Self::HandedOff { .. } => "handed_off",
            Self::TimedOut { .. } => "timed_out",
            Self::Answered { .. } => "answered",
            Self::Escalated => "escalated",
            Self::Nobody => "nobody",
            Self::Closed { .. } => "closed",
            Self::Withdrawn => "withdrawn",
            Self::Revealed => "revealed",
            Self::Appeared { .. } => "appeared",
        }
    }

    /// Whose doing or turn it is, besides the asker's.
    pub const fn whom(&self) -> Option<&AccountKey> {
        match self {
            Self::Offered { to: account, .. }
            | Self::Accepted { by: account, .. }
            | Self::Declined { by: account, .. }
            | Self::HandedOff { by: account, .. }
            | Self::TimedOut { by: account }
            | Self::Answered { by: account }
            | Self::Appeared { by: account } => Some(account),
            _ => None,
        }
    }
}
