//! The bodies and parameters of `/v1/me`.

use engine::explained::Explained;
use engine::optout::OptOut;
use engine::{Me, Search, Topic, Wanted};
use model::{AccountKey, Reader, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::people::PersonResponse;
use super::request::parse;
use super::response::WireEvidence;
use super::{SearchRequest, WireExplanation};
use crate::problem::Problem;

/// Longest name of a source, a channel or a topic that can be hidden, in characters.
const LONGEST_NAME: usize = 200;

/// Somebody, for themselves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeResponse {
    person_id: String,
    display_name: String,
    /// The accounts that are proven to be theirs.
    accounts: Vec<String>,
    /// Further accounts that are credited to them because they look alike; they open nothing.
    alike: Vec<String>,
    /// What is told of them to somebody who may read what they may; absent if that is nothing, or hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    known_for: Option<PersonResponse>,
    hidden: Vec<WireOptOut>,
}

/// What somebody hides, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hidden)]
pub(crate) struct HiddenResponse {
    hidden: Vec<WireOptOut>,
}

/// One thing that somebody hides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OptOut)]
pub(crate) struct WireOptOut {
    /// Shows it again: `DELETE /v1/me/hidden/{id}`.
    id: String,
    /// `everything`, `source`, `channel`, `topic`, `span` or `evidence`.
    kind: &'static str,
    /// Which.
    what: String,
    /// They say that they know nothing of it.
    wrong: bool,
    /// An operator did it for them.
    by_operator: bool,
    since: String,
}

/// What is to be hidden: one of these (a time has two).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HideRequest {
    /// `true`: all of it; they are named nowhere.
    everything: Option<bool>,
    /// All from one source, such as `slack`.
    #[schema(min_length = 1, max_length = 200)]
    source: Option<String>,
    /// All from one channel, list or project, by name or id.
    #[schema(min_length = 1, max_length = 200)]
    channel: Option<String>,
    /// What holds every word of this, and oneself in answer to questions that do.
    #[schema(min_length = 1, max_length = 200)]
    topic: Option<String>,
    /// One piece of evidence, by its id.
    #[schema(pattern = "^[0-9a-f]{16}$")]
    evidence: Option<String>,
    /// What was written from this time …
    #[schema(format = DateTime)]
    from: Option<String>,
    /// … to this one.
    #[schema(format = DateTime)]
    until: Option<String>,
}

/// A question, for "why me".
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhyQuery {
    /// The question in plain words.
    #[param(min_length = 1, max_length = 4000, pattern = r"\S")]
    query: String,
    /// Name of the channel, list or project it is asked in.
    #[param(min_length = 1, max_length = 200, pattern = r"\S")]
    channel: Option<String>,
}

/// Why oneself, or why not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WhyResponse {
    generation: u64,
    /// Whether the answer to somebody else who asks this, and may read what one may oneself, names one.
    named: bool,
    /// How; absent if nothing of one's evidence that is not hidden is about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<WireExplanation>,
    evidence: Vec<WireEvidence>,
    /// What is missing, the most telling first.
    missing: Vec<WireMissing>,
}

/// Something that is missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Missing)]
pub(crate) struct WireMissing {
    code: &'static str,
    text: String,
}

impl HideRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// As those of a search.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        parse(body)
    }

    /// The one thing that is to be hidden.
    ///
    /// # Errors
    /// An invalid request if it is none or several.
    pub(crate) fn wanted(self) -> Result<Wanted, Problem> {
        let span = match (self.from, self.until) {
            (Some(from), Some(until)) => Some(Wanted::Span(time("from", &from)?, time("until", &until)?)),
            (None, None) => None,
            (Some(_), None) => return Err(Problem::field("until", "a time has an end")),
            (None, Some(_)) => return Err(Problem::field("from", "a time has a beginning")),
        };
        for (field, name) in [("source", &self.source), ("channel", &self.channel), ("topic", &self.topic)] {
            let length = name.as_ref().map_or(1, |name| name.chars().count());
            if !(1..=LONGEST_NAME).contains(&length) {
                let detail = format!("{field} has {length} characters, allowed are 1 to {LONGEST_NAME}");
                return Err(Problem::field(field, detail));
            }
        }
        let mut wanted = [
            self.everything.filter(|everything| *everything).map(|_| Wanted::Everything),
            self.source.map(Wanted::Source),
            self.channel.map(Wanted::Channel),
            self.topic.map(Wanted::Topic),
            self.evidence.map(Wanted::Evidence),
            span,
        ]
        .into_iter()
        .flatten();
        match (wanted.next(), wanted.next()) {
            (Some(wanted), None) => Ok(wanted),
            _ => Err(Problem::field(
                ".",
                "say one thing: everything, source, channel, topic, evidence, or from and until",
            )),
        }
    }
}

fn time(field: &'static str, text: &str) -> Result<Timestamp, Problem> {
    text.parse()
        .map_err(|_| Problem::field(field, format!("{field} is no time such as 2026-03-01T00:00:00Z")))
}

impl WhyQuery {
    /// The search it stands for.
    ///
    /// # Errors
    /// As those of a search.
    pub(crate) fn check(self, now: Timestamp) -> Result<Search, Problem> {
        Ok(SearchRequest::plain(self.query, self.channel).check(now, Reader::anyone())?.search)
    }
}

impl MeResponse {
    /// Somebody, and what they are known for.
    pub(crate) fn new(me: Me, topics: Vec<Topic>) -> Self {
        let keys = |keys: Vec<AccountKey>| keys.iter().map(ToString::to_string).collect();
        Self {
            person_id: me.person.to_string(),
            display_name: me.name,
            accounts: keys(me.accounts),
            alike: keys(me.alike),
            known_for: me.profile.map(|profile| PersonResponse::new(profile, topics)),
            hidden: me.opt_outs.into_iter().map(WireOptOut::from).collect(),
        }
    }
}

impl From<Vec<OptOut>> for HiddenResponse {
    fn from(all: Vec<OptOut>) -> Self {
        Self { hidden: all.into_iter().map(WireOptOut::from).collect() }
    }
}

impl From<OptOut> for WireOptOut {
    fn from(one: OptOut) -> Self {
        Self {
            kind: one.hides.kind(),
            what: one.hides.said(),
            id: one.id,
            wrong: one.is_wrong,
            by_operator: one.by_operator,
            since: one.at.to_string(),
        }
    }
}

impl From<Explained> for WhyResponse {
    /// Only of the person themselves: whom they stand behind has a score too, which is not theirs to know.
    fn from(explained: Explained) -> Self {
        let asked = explained.asked_for;
        let named = asked.as_ref().is_some_and(|asked| asked.is_shown);
        let (own, missing) = asked.map_or((None, Vec::new()), |asked| (asked.person, asked.missing));
        let id = own.as_ref().map(|own| own.person.clone());
        let shown = explained.people.into_iter().find(|shown| Some(&shown.person) == id.as_ref());
        Self {
            generation: explained.generation,
            named,
            explanation: own.map(WireExplanation::from),
            evidence: shown.into_iter().flat_map(|shown| shown.evidence).map(WireEvidence::from).collect(),
            missing: missing.into_iter().map(|one| WireMissing { code: one.code, text: one.text }).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(body: &str) -> Result<Wanted, Option<String>> {
        let wanted = HideRequest::parse(body.as_bytes()).and_then(HideRequest::wanted);
        wanted.map_err(|problem| problem.field_name().map(str::to_owned))
    }

    #[test]
    fn a_body_hides_one_thing() {
        assert_eq!(wanted(r#"{"everything":true}"#), Ok(Wanted::Everything));
        assert_eq!(wanted(r#"{"topic":"vpn"}"#), Ok(Wanted::Topic("vpn".to_owned())));
        let (from, until) = ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
        let span = Wanted::Span(from.parse().unwrap(), until.parse().unwrap());
        assert_eq!(wanted(&format!(r#"{{"from":"{from}","until":"{until}"}}"#)), Ok(span));
        for body in ["{}", r#"{"everything":false}"#, r#"{"topic":"a","source":"slack"}"#] {
            assert_eq!(wanted(body), Err(Some(".".to_owned())), "{body}");
        }
        assert_eq!(wanted(r#"{"from":"2026-03-01T00:00:00Z"}"#), Err(Some("until".to_owned())));
        assert_eq!(wanted(r#"{"from":"March","until":"May"}"#), Err(Some("from".to_owned())));
    }
}
