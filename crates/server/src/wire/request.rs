//! The body of `POST /v1/experts/search`: read strictly, checked once, then an [`engine::Search`].
//!
//! Decision: a field that this stage does not know is refused by name rather than ignored, because a filter
//! that is silently ignored shows people whom the caller meant to leave out. Price: a client written for a
//! later stage must leave its newer fields out.

use std::ops::RangeInclusive;

use engine::{Confidence, MAX_QUESTION_CHARACTERS, Search, View};
use model::{PersonId, Reader, Timestamp};
use serde::Deserialize;
use serde_json::error::Category;

use super::object::Object;
use crate::problem::{Problem, ProblemKind};

/// How many people are named: bounds, and the number if the request says none.
const K: (RangeInclusive<usize>, usize) = (1..=20, 5);
/// Pieces of evidence per person.
const MAX_PER_EXPERT: (RangeInclusive<usize>, usize) = (0..=10, 3);
/// Length of a snippet, in characters.
const MAX_CHARS: (RangeInclusive<usize>, usize) = (40..=2_000, 240);
/// Past answers.
const ANSWERS_K: (RangeInclusive<usize>, usize) = (0..=10, 3);
/// Longest channel name, in characters.
const LONGEST_CHANNEL: usize = 200;
/// Most people who can be excluded at once.
const MOST_EXCLUDED: usize = 1_000;
/// Longest id of a person, in characters.
const LONGEST_ID: usize = 512;

/// The request, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchRequest {
    query: String,
    k: Option<usize>,
    channel: Option<String>,
    view: Option<WireView>,
    filters: Option<Object<Filters>>,
    evidence: Option<Object<EvidenceWish>>,
    answers: Option<Object<AnswersWish>>,
    explain: Option<Explain>,
    prefer: Option<Object<Prefer>>,
}

/// What is preferred among those who know.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prefer {
    spread: Option<bool>,
}

/// Which question the ranking answers.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WireView {
    Knows,
    Helps,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filters {
    exclude_people: Option<Vec<String>>,
    min_confidence: Option<Band>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceWish {
    max_per_expert: Option<usize>,
    max_chars: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswersWish {
    k: Option<usize>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Band {
    Low,
    Medium,
    High,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Explain {
    None,
    Summary,
    Full,
}

/// A request that has been checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    /// What the engine is asked.
    pub(crate) search: Search,
    /// Whether the answer carries reasons.
    pub(crate) explained: bool,
}

impl SearchRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// [`ProblemKind::MalformedJson`] if it is not JSON, else [`ProblemKind::InvalidRequest`] with the field.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Problem> {
        let mut json = serde_json::Deserializer::from_slice(body);
        let read: Result<Object<Self>, _> = serde_path_to_error::deserialize(&mut json);
        let request = read.map_err(|error| {
            let field = error.path().to_string();
            problem(&field, error.inner())
        })?;
        json.end().map_err(|error| problem(".", &error))?;
        Ok(request.0)
    }

    /// Checks every bound.
    ///
    /// # Errors
    /// [`ProblemKind::InvalidRequest`] with the field; [`ProblemKind::Forbidden`] for a full explanation.
    pub(crate) fn check(self, now: Timestamp, reader: Reader) -> Result<Asked, Problem> {
        let explain = self.explain.unwrap_or(Explain::Summary);
        if explain == Explain::Full {
            return Err(Problem::new(
                ProblemKind::Forbidden,
                "a full explanation is for administrators and oneself, and nobody can sign in yet; \
                 ask for none or summary",
            ));
        }
        let Object(filters) = self.filters.unwrap_or_default();
        let Object(evidence) = self.evidence.unwrap_or_default();
        let Object(prefer) = self.prefer.unwrap_or_default();
        let Object(answers) = self.answers.unwrap_or_default();
        let search = Search {
            limit: bounded("k", self.k, &K)?,
            channel: self.channel.as_deref().map(channel).transpose()?,
            view: self.view.map_or(View::Helps, WireView::view),
            spread: prefer.spread.unwrap_or(true),
            exclude_people: filters.exclude_people.map(people).transpose()?.unwrap_or_default(),
            evidence_per_expert: bounded(
                "evidence.max_per_expert",
                evidence.max_per_expert,
                &MAX_PER_EXPERT,
            )?,
            snippet_characters: bounded("evidence.max_chars", evidence.max_chars, &MAX_CHARS)?,
            answers: bounded("answers.k", answers.k, &ANSWERS_K)?,
            min_confidence: filters.min_confidence.map_or(Confidence::Low, Band::confidence),
            ..Search::new(question(&self.query)?, reader, now)
        };
        Ok(Asked { search, explained: explain == Explain::Summary })
    }
}

impl WireView {
    const fn view(self) -> View {
        match self {
            Self::Knows => View::Knows,
            Self::Helps => View::Helps,
        }
    }
}

impl Band {
    const fn confidence(self) -> Confidence {
        match self {
            Self::Low => Confidence::Low,
            Self::Medium => Confidence::Medium,
            Self::High => Confidence::High,
        }
    }
}

/// JSON that does not parse is one thing, JSON that says something else is another.
fn problem(field: &str, error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data if field == "." => Problem::new(ProblemKind::InvalidRequest, error.to_string()),
        Category::Data => Problem::field(field, format!("{field}: {error}")),
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::new(ProblemKind::MalformedJson, error.to_string())
        }
    }
}

fn bounded(
    name: &'static str,
    given: Option<usize>,
    (range, default): &(RangeInclusive<usize>, usize),
) -> Result<usize, Problem> {
    let value = given.unwrap_or(*default);
    if range.contains(&value) {
        return Ok(value);
    }
    let (min, max) = (range.start(), range.end());
    Err(Problem::field(name, format!("{name} is {value}, allowed are {min} to {max}")))
}

fn question(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if (1..=MAX_QUESTION_CHARACTERS).contains(&length) {
        return Ok(trimmed.to_owned());
    }
    let allowed = format!("allowed are 1 to {MAX_QUESTION_CHARACTERS}");
    Err(Problem::field(
        "query",
        format!("query has {length} characters without the space around it, {allowed}"),
    ))
}

fn channel(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    let length = trimmed.chars().count();
    if (1..=LONGEST_CHANNEL).contains(&length) {
        return Ok(trimmed.to_owned());
    }
    let allowed = format!("allowed are 1 to {LONGEST_CHANNEL}; leave it out if it is not known");
    Err(Problem::field("channel", format!("channel has {length} characters, {allowed}")))
}

fn people(ids: Vec<String>) -> Result<Vec<PersonId>, Problem> {
    let name = "filters.exclude_people";
    if ids.len() > MOST_EXCLUDED {
        let detail = format!("{name} has {} ids, allowed are at most {MOST_EXCLUDED}", ids.len());
        return Err(Problem::field(name, detail));
    }
    let mut people = Vec::with_capacity(ids.len());
    for (place, id) in ids.into_iter().enumerate() {
        let field = format!("{name}[{place}]");
        if id.chars().count() > LONGEST_ID {
            return Err(Problem::field(&field, format!("{field} has more than {LONGEST_ID} characters")));
        }
        let person =
            PersonId::new(id).map_err(|error| Problem::field(&field, format!("{field}: {error}")))?;
        people.push(person);
    }
    Ok(people)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(body: &str) -> Result<Asked, Problem> {
        SearchRequest::parse(body.as_bytes())?.check(Timestamp::from_millis(7), Reader::anyone())
    }

    fn check_refused(body: &str, kind: ProblemKind, field: Option<&str>) {
        let problem = ask(body).unwrap_err();
        assert_eq!((problem.kind, problem.field_name()), (kind, field), "{body}: {problem:?}");
    }

    #[test]
    fn a_bare_question_gets_what_the_contract_promises() {
        let Asked { search, explained } = ask(r#"{"query":"  who knows?\n"}"#).unwrap();
        assert_eq!(
            search,
            Search {
                question: "who knows?".to_owned(),
                limit: 5,
                reader: Reader::anyone(),
                asked_by: vec![],
                channel: None,
                as_of: Timestamp::from_millis(7),
                evidence_before: None,
                view: View::Helps,
                spread: true,
                without_people: Vec::new(),
                exclude_people: vec![],
                evidence_per_expert: 3,
                snippet_characters: 240,
                answers: 3,
                detail: engine::Detail::Full,
                min_confidence: Confidence::Low,
            }
        );
        assert!(explained);
    }

    #[test]
    fn null_is_the_same_as_left_out() {
        let nulls = r#"{"query":"x","k":null,"channel":null,"filters":null,"evidence":{"max_chars":null},
            "answers":null,"explain":null,"view":null,"prefer":{"spread":null}}"#;
        assert_eq!(ask(nulls), ask(r#"{"query":"x"}"#));
    }

    #[test]
    fn every_number_has_its_bounds() {
        let check = |field: &str, low: usize, high: usize| {
            let body = |value: usize| match field.split_once('.') {
                Some((outer, inner)) => format!(r#"{{"query":"x","{outer}":{{"{inner}":{value}}}}}"#),
                None => format!(r#"{{"query":"x","{field}":{value}}}"#),
            };
            assert!(ask(&body(low)).is_ok() && ask(&body(high)).is_ok(), "{field}");
            check_refused(&body(high + 1), ProblemKind::InvalidRequest, Some(field));
            if let Some(below) = low.checked_sub(1) {
                check_refused(&body(below), ProblemKind::InvalidRequest, Some(field));
            }
        };
        check("k", 1, 20);
        check("evidence.max_per_expert", 0, 10);
        check("evidence.max_chars", 40, 2_000);
        check("answers.k", 0, 10);
    }

    #[test]
    fn a_question_is_counted_in_characters_after_trimming() {
        let body = |characters: usize| format!(r#"{{"query":" {} "}}"#, "語".repeat(characters));
        assert_eq!(ask(&body(4_000)).unwrap().search.question.chars().count(), 4_000);
        check_refused(&body(4_001), ProblemKind::InvalidRequest, Some("query"));
        check_refused(r#"{"query":" \t\n "}"#, ProblemKind::InvalidRequest, Some("query"));
    }

    #[test]
    fn a_field_that_is_not_known_yet_is_refused_by_name() {
        let invalid = ProblemKind::InvalidRequest;
        check_refused(r#"{"query":"x","filters":{"regions":["emea"]}}"#, invalid, Some("filters.regions"));
        check_refused(r#"{"query":"x","filters":{"teams":[]}}"#, invalid, Some("filters.teams"));
        check_refused(
            r#"{"query":"x","prefer":{"availability":true}}"#,
            invalid,
            Some("prefer.availability"),
        );
        check_refused(r#"{"query":"x","view":"likes"}"#, invalid, Some("view"));
        check_refused(r#"{"query":"x","asked_by":"slack:U1"}"#, invalid, Some("asked_by"));
        check_refused(r#"{"query":"x","explain":"all"}"#, invalid, Some("explain"));
        check_refused(r#"{"query":"x","k":"5"}"#, invalid, Some("k"));
        check_refused(r#"{"query":"x","k":-1}"#, invalid, Some("k"));
        check_refused(r#"{"query":"x","k":1e300}"#, invalid, Some("k"));
        check_refused(r#"{"query":"x","query":"y"}"#, invalid, None);
        check_refused(r#"{"query":"x","filters":[null,null]}"#, invalid, Some("filters"));
        check_refused(r#"["x",null,null,null,null,null,null]"#, invalid, None);
        check_refused("{}", invalid, None);
        check_refused("[]", invalid, None);
        check_refused("null", invalid, None);
    }

    #[test]
    fn what_is_not_json_is_told_apart() {
        for body in
            ["", "{", "{\"query\":\"x\"} x", "{\"query\":\"\\ud800\"}", "query=x", "{\"query\":\"a\nb\"}"]
        {
            check_refused(body, ProblemKind::MalformedJson, None);
        }
        let depth = "[".repeat(60_000);
        check_refused(&depth, ProblemKind::InvalidRequest, None);
        check_refused(&format!(r#"{{"query":{depth}"#), ProblemKind::InvalidRequest, Some("query"));
    }

    #[test]
    fn a_full_explanation_is_not_for_the_unknown() {
        check_refused(r#"{"query":"x","explain":"full"}"#, ProblemKind::Forbidden, None);
        assert!(!ask(r#"{"query":"x","explain":"none"}"#).unwrap().explained);
    }

    #[test]
    fn filters_and_channel_reach_the_search() {
        let body =
            r#"{"query":"x","channel":" help ","filters":{"exclude_people":["p1"],"min_confidence":"high"}}"#;
        let search = ask(body).unwrap().search;
        assert_eq!(search.channel.as_deref(), Some("help"));
        assert_eq!(search.exclude_people, [PersonId::new("p1").unwrap()]);
        assert_eq!(search.min_confidence, Confidence::High);
        let invalid = ProblemKind::InvalidRequest;
        check_refused(r#"{"query":"x","channel":"  "}"#, invalid, Some("channel"));
        let empty = r#"{"query":"x","filters":{"exclude_people":["p",""]}}"#;
        check_refused(empty, invalid, Some("filters.exclude_people[1]"));
        let many =
            format!(r#"{{"query":"x","filters":{{"exclude_people":[{}"p"]}}}}"#, r#""p","#.repeat(1_000));
        check_refused(&many, invalid, Some("filters.exclude_people"));
    }
}
