//! The bodies and parameters of `/v1/asks`.

use std::collections::BTreeSet;

use model::{AccountKey, PersonId};
use routing::{Ask, Offer, Outcome, Reason, Side};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::request::{channel, parse, question};
use crate::problem::Problem;

/// Longest answer, in characters.
const LONGEST_ANSWER: usize = 20_000;
/// Asks in a list: most, and how many if the request says none.
const LIMIT: (usize, usize) = (100, 20);

/// A question to be put to people.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskRequest {
    /// The question in plain words.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    query: String,
    /// Who is to be asked first, as an answer names them; then whoever will help best.
    #[schema(min_length = 1, max_length = 512)]
    person_id: Option<String>,
    /// Where to put it if nobody takes it, and the channel that it is asked in.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    channel: Option<String>,
    /// Whoever is asked learns who asks only when the asker says so.
    #[serde(default)]
    anonymous: bool,
    /// Everyone may read the answer; else the two.
    #[serde(default)]
    share: bool,
    /// It goes to whoever may know, whether or not the asker may read what shows it; the asker learns who it is only
    /// from whoever chooses to appear. Not with `person_id`.
    #[serde(default)]
    blind: bool,
}

/// An [`AskRequest`] that has been checked.
pub(crate) struct Put {
    pub(crate) question: String,
    pub(crate) first: Option<PersonId>,
    pub(crate) channel: Option<String>,
    pub(crate) anonymous: bool,
    pub(crate) share: bool,
    pub(crate) blind: bool,
}

/// Why, and whom instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclineRequest {
    reason: WireReason,
    /// Who should be asked: with `suggest_other`, and only then.
    #[schema(min_length = 1, max_length = 512)]
    person_id: Option<String>,
}

/// Why somebody declines.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeclineReason)]
pub(crate) enum WireReason {
    NotMyArea,
    Busy,
    WrongPerson,
    SuggestOther,
}

/// To whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOffRequest {
    /// Who is to have it.
    #[schema(min_length = 1, max_length = 512)]
    person_id: String,
}

/// The answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerRequest {
    /// The answer in plain words.
    #[schema(min_length = 1, max_length = 20000, pattern = r"\S")]
    text: String,
}

/// How it ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseRequest {
    /// Whether it helped.
    pub(crate) helped: Option<bool>,
}

/// Which asks to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsksQuery {
    /// `asked`: those that the caller asked; `offered`: those that were put to them; both if left out.
    #[param(pattern = "^(asked|offered)$")]
    side: Option<String>,
    /// How many at most; 20 if left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Where the list before this one ended: its `next_cursor`.
    #[param(min_length = 16, max_length = 16, pattern = "^[0-9a-f]{16}$")]
    cursor: Option<String>,
}

/// Asks, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskPage {
    asks: Vec<AskResponse>,
    /// Give it back as `cursor` for those that come next; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// An ask, as far as it concerns the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ask)]
pub(crate) struct AskResponse {
    id: String,
    /// `offered`, `accepted`, `answered`, `closed`, `escalated`, `nobody` or `withdrawn`.
    state: &'static str,
    /// `asker` or `offered`: what the caller has to do with it.
    role: &'static str,
    question: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    anonymous: bool,
    share: bool,
    /// Until when it goes on blindly; only of blind asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    blind_until: Option<String>,
    asked_at: String,
    changed_at: String,
    /// Who asks; absent where they are not to be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    asker: Option<Party>,
    /// To whom it was put, in that order; to others than the asker only their own, to the asker of a blind one only
    /// those who chose to appear.
    offers: Vec<WireOffer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<AskAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    helped: Option<bool>,
}

#[derive(Debug, Serialize, ToSchema)]
struct WireOffer {
    to: Party,
    at: String,
    /// Until when it can be taken; once taken, until when it can be answered.
    until: String,
    /// `pending`, `accepted`, `declined`, `handed_off`, `timed_out` or `ended`.
    outcome: &'static str,
    /// The asker is not told of it: the ask is blind, and they have not chosen to appear.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
    /// Why it was declined; only for who declined it.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
struct AskAnswer {
    /// Empty of somebody who has not chosen to appear.
    by: Party,
    at: String,
    text: String,
}

/// Somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Party {
    /// Absent for somebody whom the index does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
}

/// Tells the id and name of who owns an account.
pub(crate) type Names<'a> = &'a dyn Fn(&AccountKey) -> Option<(PersonId, String)>;

impl Party {
    /// Absent for somebody whom the index does not know, or who does not appear.
    pub(crate) fn person_id(&self) -> Option<&str> {
        self.person_id.as_deref()
    }

    pub(crate) fn of(account: &AccountKey, names: Names<'_>) -> Self {
        let (id, name) = names(account).unzip();
        Self { person_id: id.map(|id| id.to_string()), display_name: name }
    }
}

impl AskRequest {
    pub(crate) fn parse(body: &[u8]) -> Result<Put, Problem> {
        let request: Self = parse(body)?;
        Ok(Put {
            question: question(&request.query)?,
            first: request.person_id.map(person).transpose()?,
            channel: request.channel.as_deref().map(channel).transpose()?,
            anonymous: request.anonymous,
            share: request.share,
            blind: request.blind,
        })
    }
}

/// The person in the field `person_id`.
pub(super) fn person(id: String) -> Result<PersonId, Problem> {
    if id.chars().count() > 512 {
        return Err(Problem::field("person_id", "person_id has more than 512 characters"));
    }
    PersonId::new(id).map_err(|error| Problem::field("person_id", format!("person_id: {error}")))
}

impl DeclineRequest {
    pub(crate) fn parse(body: &[u8]) -> Result<(Reason, Option<PersonId>), Problem> {
        let request: Self = parse(body)?;
        let reason = match request.reason {
            WireReason::NotMyArea => Reason::NotMyArea,
            WireReason::Busy => Reason::Busy,
            WireReason::WrongPerson => Reason::WrongPerson,
            WireReason::SuggestOther => Reason::SuggestOther,
        };
        if (reason == Reason::SuggestOther) != request.person_id.is_some() {
            return Err(Problem::field(
                "person_id",
                "person_id goes with suggest_other, and with nothing else",
            ));
        }
        Ok((reason, request.person_id.map(person).transpose()?))
    }
}

impl HandOffRequest {
    pub(crate) fn parse(body: &[u8]) -> Result<PersonId, Problem> {
        person(parse::<Self>(body)?.person_id)
    }
}

impl AnswerRequest {
    pub(crate) fn parse(body: &[u8]) -> Result<String, Problem> {
        let text = parse::<Self>(body)?.text.trim().to_owned();
        let length = text.chars().count();
        if (1..=LONGEST_ANSWER).contains(&length) {
            return Ok(text);
        }
        let allowed = format!("text has {length} characters, allowed are 1 to {LONGEST_ANSWER}");
        Err(Problem::field("text", allowed))
    }
}

impl CloseRequest {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        parse(body)
    }
}

impl AsksQuery {
    pub(crate) fn check(self) -> Result<(Side, Option<String>, usize), Problem> {
        let side = match self.side.as_deref() {
            None => Side::Both,
            Some("asked") => Side::Asked,
            Some("offered") => Side::Offered,
            Some(_) => return Err(Problem::field("side", "side is asked or offered")),
        };
        let (most, usual) = LIMIT;
        let limit = self.limit.unwrap_or(usual);
        if !(1..=most).contains(&limit) {
            return Err(Problem::field("limit", format!("limit is {limit}, allowed are 1 to {most}")));
        }
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        match self.cursor {
            Some(cursor) if cursor.len() != 16 || !cursor.bytes().all(hex) => {
                Err(Problem::field("cursor", "cursor is none that a list ended with"))
            }
            cursor => Ok((side, cursor, limit)),
        }
    }
}

impl AskPage {
    /// A list of at most `limit`, made from one more than that if there are more.
    pub(crate) fn new(mut asks: Vec<Ask>, limit: usize, accounts: &[AccountKey], names: Names<'_>) -> Self {
        let more = asks.len() > limit;
        asks.truncate(limit);
        let next_cursor = asks.last().filter(|_| more).map(|ask| ask.id.clone());
        Self {
            asks: asks.into_iter().map(|ask| AskResponse::new(ask, accounts, names)).collect(),
            next_cursor,
        }
    }

    /// The ids of everybody whom it shows.
    pub(crate) fn people(&self) -> BTreeSet<&str> {
        self.asks.iter().flat_map(AskResponse::people).collect()
    }
}

impl AskResponse {
    /// The ids of everybody whom it shows.
    pub(crate) fn people(&self) -> BTreeSet<&str> {
        let offered = self.offers.iter().map(|offer| &offer.to);
        let all = offered.chain(&self.asker).chain(self.answer.as_ref().map(|answer| &answer.by));
        all.filter_map(Party::person_id).collect()
    }

    /// What whoever owns these accounts may know of an ask that concerns them.
    pub(crate) fn new(ask: Ask, accounts: &[AccountKey], names: Names<'_>) -> Self {
        let own = ask.is_asked_by(accounts);
        let ask = if own { ask.told_to_asker() } else { ask };
        let shown = |offer: &&Offer| own || accounts.contains(&offer.to);
        let offers = ask.offers.iter().filter(shown).map(|offer| WireOffer {
            to: Party::of(&offer.to, names),
            at: offer.at.to_string(),
            until: offer.until.to_string(),
            outcome: offer.outcome.as_str(),
            hidden: offer.hidden,
            reason: offer
                .reason
                .filter(|_| accounts.contains(&offer.to) && offer.outcome == Outcome::Declined)
                .map(Reason::as_str),
        });
        let offers = offers.collect();
        let reads = |by: &AccountKey| own || ask.draft.share || accounts.contains(by);
        let appears = |by: &AccountKey| {
            ask.offers.iter().any(|offer| offer.to == *by && (!offer.hidden || accounts.contains(by)))
        };
        let answer = ask.answer.as_ref().filter(|answer| reads(&answer.by)).map(|answer| AskAnswer {
            by: if appears(&answer.by) { Party::of(&answer.by, names) } else { Party::default() },
            at: answer.at.to_string(),
            text: answer.text.clone(),
        });
        Self {
            state: ask.state.as_str(),
            role: if own { "asker" } else { "offered" },
            asked_at: ask.asked_at.to_string(),
            changed_at: ask.changed_at.to_string(),
            asker: (own || !ask.draft.anonymous).then(|| Party::of(&ask.draft.asker, names)),
            offers,
            answer,
            helped: ask.helped.filter(|_| own),
            id: ask.id,
            question: ask.draft.question,
            channel: ask.draft.channel,
            anonymous: ask.draft.anonymous,
            share: ask.draft.share,
            blind_until: ask.draft.blind.map(|end| end.to_string()),
        }
    }
}
