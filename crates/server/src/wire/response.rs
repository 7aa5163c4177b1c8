//! The answer of `POST /v1/experts/search`: what the engine found, as far as it may be told.
//!
//! Absent values are left out, never faked. Scores and their parts stay inside, but for administrators who ask.
//! All text is data: it is escaped as JSON, and links are passed on only if they are `http` or `https`.

use engine::explained::Explained;
use engine::{Evidence, Expert, Fallback, Found, PastAnswer, Reason, Topic};
use model::{AccountKey, EmploymentStatus, Named as _};
use routing::Presence;
use serde::Serialize;
use utoipa::ToSchema;

use super::WireExplanation;

/// The body of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SearchResponse {
    query_id: String,
    generation: u64,
    took_ms: f64,
    view: &'static str,
    degraded: Vec<&'static str>,
    experts: Vec<WireExpert>,
    answers: Vec<WireAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<WireFallback>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Expert)]
pub(crate) struct WireExpert {
    person_id: String,
    display_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<Availability>,
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<Load>,
    #[serde(skip_serializing_if = "Contact::is_empty")]
    contact: Contact,
    confidence: &'static str,
    freshness: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_evidence_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<WireReason>>,
    evidence: Vec<WireEvidence>,
    /// What they are known for, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    topics: Option<Vec<String>>,
    /// The score, taken apart: only for administrators who ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<WireExplanation>,
}

/// `available`, `away`, `busy` or `departed`; where nobody keeps asks, told only if an export states it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Availability {
    state: &'static str,
    /// Whether it is one of their working hours; absent if their time zone is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    within_hours: Option<bool>,
}

/// What lies on somebody's desk.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Load {
    open_asks: u32,
    /// Most that they take.
    limit: u32,
}

/// Native ids and addresses to reach somebody; empty for who has left.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Contact {
    #[serde(skip_serializing_if = "Option::is_none")]
    slack: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jira: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reason)]
pub(crate) struct WireReason {
    code: &'static str,
    count: usize,
    text: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub(crate) struct WireEvidence {
    id: String,
    source: String,
    channel: String,
    role: &'static str,
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    permalink: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    snippet: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub(crate) struct WireAnswer {
    question: String,
    answer: String,
    by: By,
    at: String,
    source: String,
    channel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    permalink: Option<String>,
    signals: Vec<&'static str>,
    stale: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct By {
    person_id: String,
    display_name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fallback)]
pub(crate) struct WireFallback {
    r#type: &'static str,
    name: String,
    source: String,
    why: String,
    /// Next best channels, best first.
    others: Vec<WireChannel>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub(crate) struct WireChannel {
    pub(super) name: String,
    pub(super) source: String,
}

impl SearchResponse {
    /// The body for what was found; `took_ms` is waiting and searching, told to a tenth of a millisecond.
    pub(crate) fn new(found: Found, query_id: &str, took_ms: f64, explained: bool) -> Self {
        Self {
            query_id: query_id.to_owned(),
            generation: found.generation,
            took_ms: (took_ms * 10.0).round() / 10.0,
            view: found.view.as_str(),
            degraded: found.degraded.into_iter().map(engine::Degraded::as_str).collect(),
            experts: found.experts.into_iter().map(|expert| WireExpert::new(expert, explained)).collect(),
            answers: found.answers.into_iter().map(WireAnswer::from).collect(),
            fallback: WireFallback::of(found.fallback),
            reason: found.nothing.map(engine::Nothing::as_str),
        }
    }

    /// Adds to everybody named, in their order, the first so many of what they are known for.
    pub(crate) fn tell_topics(&mut self, topics: Vec<Vec<Topic>>, most: usize) {
        for (expert, topics) in self.experts.iter_mut().zip(topics) {
            expert.topics = Some(topics.into_iter().take(most).map(|topic| topic.name).collect());
        }
    }

    /// Adds to everybody named how their score is made.
    pub(crate) fn explain(&mut self, explained: Explained) {
        for person in explained.people {
            let named = self.experts.iter_mut().find(|expert| expert.person_id == person.person.as_str());
            if let Some(named) = named {
                named.explanation = Some(person.into());
            }
        }
    }
}

impl From<Presence> for Availability {
    fn from(presence: Presence) -> Self {
        Self { state: presence.standing.as_str(), within_hours: presence.within_hours }
    }
}

impl From<Presence> for Load {
    fn from(presence: Presence) -> Self {
        Self { open_asks: presence.open_asks, limit: presence.limit }
    }
}

impl WireExpert {
    fn new(expert: Expert, explained: bool) -> Self {
        let departed = expert.status == EmploymentStatus::Departed;
        let reasons = || expert.reasons.into_iter().map(WireReason::from).collect();
        Self {
            person_id: expert.person.as_str().to_owned(),
            display_name: expert.name,
            title: expert.title,
            team: expert.team,
            timezone: expert.timezone,
            availability: expert.presence.map(Availability::from).or_else(|| availability(expert.status)),
            load: expert.presence.map(Load::from),
            contact: if departed { Contact::default() } else { Contact::new(&expert.accounts) },
            confidence: expert.confidence.as_str(),
            freshness: if expert.fresh { "active" } else { "stale" },
            last_evidence_at: expert.last_evidence_at.map(|time| time.to_string()),
            reasons: explained.then(reasons),
            evidence: expert.evidence.into_iter().map(WireEvidence::from).collect(),
            topics: None,
            explanation: None,
        }
    }
}

/// "Active" also means that nothing says otherwise, so it is not told.
pub(super) const fn availability(status: EmploymentStatus) -> Option<Availability> {
    match status {
        EmploymentStatus::Active => None,
        EmploymentStatus::Away | EmploymentStatus::Departed => {
            Some(Availability { state: status.as_str(), within_hours: None })
        }
    }
}

impl Contact {
    pub(super) fn new(accounts: &[AccountKey]) -> Self {
        let native =
            |source: &str| accounts.iter().find(|key| key.source() == source).map(AccountKey::native);
        Self {
            slack: native("slack").map(str::to_owned),
            email: native("mail").filter(|address| address.contains('@')).map(str::to_owned),
            jira: native("jira").map(str::to_owned),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<Reason> for WireReason {
    fn from(reason: Reason) -> Self {
        Self { code: reason.code, count: reason.count, text: reason.text }
    }
}

impl From<Evidence> for WireEvidence {
    fn from(evidence: Evidence) -> Self {
        Self {
            id: evidence.id,
            source: evidence.source,
            channel: evidence.channel,
            role: evidence.role.as_str(),
            at: evidence.at.to_string(),
            permalink: evidence.permalink.filter(|link| is_web_link(link)),
            question: evidence.question,
            snippet: evidence.snippet,
        }
    }
}

impl From<PastAnswer> for WireAnswer {
    fn from(answer: PastAnswer) -> Self {
        Self {
            question: answer.question,
            answer: answer.answer,
            by: By { person_id: answer.by.as_str().to_owned(), display_name: answer.by_name },
            at: answer.at.to_string(),
            source: answer.source,
            channel: answer.channel,
            permalink: answer.permalink.filter(|link| is_web_link(link)),
            signals: answer.signals,
            stale: answer.stale,
        }
    }
}

impl WireFallback {
    /// The best channel, and the others beside it.
    fn of(channels: Vec<Fallback>) -> Option<Self> {
        let mut channels = channels.into_iter();
        let best = channels.next()?;
        let other = |channel: Fallback| WireChannel { name: channel.channel, source: channel.source };
        Some(Self {
            r#type: "channel",
            name: best.channel,
            source: best.source,
            why: best.why,
            others: channels.map(other).collect(),
        })
    }
}

/// An export can carry any text as a link, `javascript:` too: only what opens a web page is passed on.
fn is_web_link(link: &str) -> bool {
    let starts =
        |scheme: &str| link.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    let plain = !link.chars().any(|c| c.is_control() || c.is_whitespace());
    (starts("https://") || starts("http://")) && plain && link.len() <= 4_096
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn check_link(link: &str, expected: bool) {
        assert_eq!(is_web_link(link), expected, "{link:?}");
    }

    #[test]
    fn only_web_links_are_passed_on() {
        check_link("https://chat.example/archives/C1/p1", true);
        check_link("HTTP://chat.example/", true);
        check_link("javascript:alert(1)//https://", false);
        check_link("data:text/html,<script>", false);
        check_link(" https://chat.example/", false);
        check_link("https://chat.example/\u{0}", false);
        check_link("//chat.example", false);
        check_link("é", false);
        check_link("", false);
    }

    #[test]
    fn an_answer_says_what_was_found_and_nothing_about_scores() {
        let body = SearchResponse::new(testing::found(), "abc-1", 7.26, true);
        let json = serde_json::to_value(&body).unwrap();
        let expected = serde_json::json!({
            "query_id": "abc-1", "generation": 42, "took_ms": 7.3, "view": "helps", "degraded": ["dense_unavailable"],
            "experts": [{
                "person_id": "slack:U1", "display_name": "Ana Brandt", "title": "Engineer",
                "timezone": "Europe/Berlin",
                "contact": { "slack": "U1", "email": "ana@example.com" },
                "confidence": "high", "freshness": "active", "last_evidence_at": "2026-01-02T03:04:05Z",
                "reasons": [{ "code": "answered", "count": 2, "text": "answered 2 questions like this" }],
                "evidence": [{
                    "id": "9", "source": "slack", "channel": "help", "role": "answered",
                    "at": "2026-01-02T03:04:05Z", "question": "How?", "snippet": "Like <b>this</b>"
                }]
            }],
            "answers": [{
                "question": "How?", "answer": "Like this", "at": "2026-01-02T03:04:05Z",
                "by": { "person_id": "slack:U1", "display_name": "Ana Brandt" },
                "source": "slack", "channel": "help", "permalink": "https://chat.example/p1",
                "signals": ["asker_thanked"], "stale": false
            }]
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn without_explanation_there_are_no_reasons() {
        let body = SearchResponse::new(testing::found(), "abc-1", 0.0, false);
        let json = serde_json::to_value(&body).unwrap();
        assert_eq!(json.pointer("/experts/0/reasons"), None);
        assert!(json.pointer("/experts/0/evidence/0").is_some());
    }

    #[test]
    fn who_has_left_is_said_to_have_left_and_cannot_be_reached() {
        let mut found = testing::found();
        found.experts[0].status = EmploymentStatus::Departed;
        let json = serde_json::to_value(SearchResponse::new(found, "abc-1", 0.0, true)).unwrap();
        assert_eq!(json.pointer("/experts/0/contact"), None);
        assert_eq!(json.pointer("/experts/0/availability/state"), Some(&"departed".into()));
    }
}
