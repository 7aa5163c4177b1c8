//! What a search may be narrowed to.

use engine::Confidence;
use model::{PersonId, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// Most people who can be excluded at once.
const MOST_EXCLUDED: usize = 1_000;
/// Longest id of a person, in characters.
const LONGEST_ID: usize = 512;
/// Most values of one filter.
const MOST_VALUES: usize = 100;
/// Longest value of a filter, in characters.
const LONGEST_VALUE: usize = 200;

/// Who may be named, and what counts as evidence. Values of one list are alternatives, all lists must hold; case does
/// not matter. Somebody of whom nothing is stated is in no list.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Filters {
    /// Name only people of these regions.
    #[schema(value_type = Option<Vec<FilterText>>, max_items = 100)]
    regions: Option<Vec<String>>,
    /// Name only people of these teams.
    #[schema(value_type = Option<Vec<FilterText>>, max_items = 100)]
    teams: Option<Vec<String>>,
    /// Name only people who speak one of these languages, as exports write them; `de` finds `de-AT`, too.
    #[schema(value_type = Option<Vec<FilterText>>, max_items = 100)]
    languages: Option<Vec<String>>,
    /// Name only people of these time zones, by their IANA names.
    #[schema(value_type = Option<Vec<FilterText>>, max_items = 100)]
    timezones: Option<Vec<String>>,
    /// Count only evidence from these sources, such as `slack` or `jira`.
    #[schema(value_type = Option<Vec<FilterText>>, max_items = 100)]
    sources: Option<Vec<String>>,
    /// Count only evidence from these channels, lists or projects, by name or id.
    #[schema(value_type = Option<Vec<FilterText>>, max_items = 100)]
    channels: Option<Vec<String>>,
    /// Count only evidence from then on.
    #[schema(value_type = Option<String>, format = DateTime, example = "2025-01-01T00:00:00Z")]
    evidence_after: Option<String>,
    /// Ids of people who are not named.
    #[schema(value_type = Option<Vec<PersonIdText>>, max_items = 1000)]
    exclude_people: Option<Vec<String>>,
    /// Name only people of whom it is at least so sure.
    min_confidence: Option<Band>,
}

/// How sure.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Band {
    Low,
    Medium,
    High,
}

/// An id of a person, as an answer tells it.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 512)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct PersonIdText(String);

/// A value of a filter.
#[derive(ToSchema)]
#[schema(min_length = 1, max_length = 200, pattern = r"\S")]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct FilterText(String);

/// [`Filters`] that have been checked.
pub(super) struct Narrowed {
    pub(super) filters: engine::Filters,
    pub(super) exclude_people: Vec<PersonId>,
    pub(super) min_confidence: Confidence,
}

impl Filters {
    /// Checks every bound.
    ///
    /// # Errors
    /// [`crate::problem::ProblemKind::InvalidRequest`] with the field.
    pub(super) fn check(self) -> Result<Narrowed, Problem> {
        let filters = engine::Filters {
            regions: values("filters.regions", self.regions)?,
            teams: values("filters.teams", self.teams)?,
            languages: values("filters.languages", self.languages)?,
            timezones: values("filters.timezones", self.timezones)?,
            sources: values("filters.sources", self.sources)?,
            channels: values("filters.channels", self.channels)?,
            evidence_after: self.evidence_after.map(|text| time(&text)).transpose()?,
        };
        Ok(Narrowed {
            filters,
            exclude_people: self.exclude_people.map(people).transpose()?.unwrap_or_default(),
            min_confidence: self.min_confidence.map_or(Confidence::Low, Band::confidence),
        })
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

fn values(name: &str, given: Option<Vec<String>>) -> Result<Vec<String>, Problem> {
    let given = given.unwrap_or_default();
    if given.len() > MOST_VALUES {
        let detail = format!("{name} has {} values, allowed are at most {MOST_VALUES}", given.len());
        return Err(Problem::field(name, detail));
    }
    let trimmed = given.into_iter().enumerate().map(|(place, value)| {
        let value = value.trim().to_owned();
        let length = value.chars().count();
        if (1..=LONGEST_VALUE).contains(&length) {
            return Ok(value);
        }
        let field = format!("{name}[{place}]");
        let detail = format!("{field} has {length} characters, allowed are 1 to {LONGEST_VALUE}");
        Err(Problem::field(&field, detail))
    });
    trimmed.collect()
}

fn time(text: &str) -> Result<Timestamp, Problem> {
    let name = "filters.evidence_after";
    let wrong = || Problem::field(name, format!("{name} is no time such as 2025-01-01T00:00:00Z"));
    text.trim().parse().map_err(|_| wrong())
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
