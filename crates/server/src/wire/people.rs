//! The bodies and parameters of `/v1/people`.

use data_encoding::HEXLOWER;
use engine::{Channel, Listed, People, Profile, Topic};
use model::{EmploymentStatus, PersonId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::WireTopic;
use super::response::{Availability, Contact, Load, WireChannel, availability};
use crate::cell::Listing;
use crate::problem::Problem;

/// Longest name to look for, in characters.
const LONGEST_NAME: usize = 200;
/// People in a list: most, and how many if the request says none.
const LIMIT: (usize, usize) = (100, 20);
/// Longest cursor, in bytes.
const LONGEST_CURSOR: usize = 8 << 10;

/// Somebody, as far as the asker may know.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonResponse {
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
    freshness: &'static str,
    last_evidence_at: String,
    /// Where they answer most, in what the asker may read.
    channels: Vec<WireChannel>,
    /// What they answer about more than others do, in what the asker may read; the most telling first.
    topics: Vec<WireTopic>,
}

/// People, in the order of their names.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PeopleResponse {
    people: Vec<WirePerson>,
    /// Give it back as `cursor` for those who come next; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Somebody in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct WirePerson {
    person_id: String,
    display_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<String>,
}

/// Which people to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleQuery {
    /// Words that words of the name begin with, whatever their case and accents; everybody if left out.
    #[param(max_length = 200)]
    name: Option<String>,
    /// How many at most; 20 if left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Where the list before this one ended: its `next_cursor`.
    #[param(min_length = 2, max_length = 8192, pattern = "^([0-9a-f]{2})+$")]
    cursor: Option<String>,
}

impl PeopleQuery {
    /// Checks every bound.
    ///
    /// # Errors
    /// An invalid request, with the field.
    pub(crate) fn check(self) -> Result<Listing, Problem> {
        let name = self.name.unwrap_or_default();
        let length = name.chars().count();
        if length > LONGEST_NAME {
            let detail = format!("name has {length} characters, allowed are at most {LONGEST_NAME}");
            return Err(Problem::field("name", detail));
        }
        let (most, usual) = LIMIT;
        let limit = self.limit.unwrap_or(usual);
        if !(1..=most).contains(&limit) {
            return Err(Problem::field("limit", format!("limit is {limit}, allowed are 1 to {most}")));
        }
        let after = self.cursor.map(|text| read_cursor(&text).ok_or_else(no_cursor)).transpose()?;
        Ok(Listing { name, after, limit })
    }
}

fn no_cursor() -> Problem {
    Problem::field("cursor", "cursor is none that a list ended with")
}

/// Hexadecimal digits of the folded name, a line's end, and the id.
fn write_cursor(last: &Listed) -> String {
    HEXLOWER.encode(format!("{}\n{}", last.folded, last.person).as_bytes())
}

/// Any pairs of digits are a place in the order of names, so that none of the form that is documented is refused.
fn read_cursor(text: &str) -> Option<(String, PersonId)> {
    if text.is_empty() || text.len() > LONGEST_CURSOR {
        return None;
    }
    let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let (name, id) = text.split_once('\n').unwrap_or((&text, ""));
    let id = PersonId::new(id).or_else(|_| PersonId::new("\u{1}")).ok()?;
    Some((name.to_owned(), id))
}

impl PersonResponse {
    /// Somebody, and what they are known for.
    pub(crate) fn new(profile: Profile, topics: Vec<Topic>) -> Self {
        let departed = profile.status == EmploymentStatus::Departed;
        let channel = |channel: Channel| WireChannel { name: channel.name, source: channel.source };
        Self {
            person_id: profile.person.to_string(),
            display_name: profile.name,
            title: profile.title,
            team: profile.team,
            timezone: profile.timezone,
            availability: profile.presence.map(Availability::from).or_else(|| availability(profile.status)),
            load: profile.presence.map(Load::from),
            contact: if departed { Contact::default() } else { Contact::new(&profile.accounts) },
            freshness: if profile.fresh { "active" } else { "stale" },
            last_evidence_at: profile.last_evidence_at.to_string(),
            channels: profile.channels.into_iter().map(channel).collect(),
            topics: topics.into_iter().map(WireTopic::from).collect(),
        }
    }
}

impl From<People> for PeopleResponse {
    fn from(list: People) -> Self {
        let next_cursor = list.people.last().filter(|_| list.more).map(write_cursor);
        let person = |one: Listed| WirePerson {
            person_id: one.person.to_string(),
            display_name: one.name,
            title: one.title,
            team: one.team,
        };
        Self { people: list.people.into_iter().map(person).collect(), next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_that_was_written_reads_and_no_other_text_does() {
        let id = PersonId::new("mail:ana@firm.example").unwrap();
        let last = Listed {
            folded: "ana é".to_owned(),
            person: id.clone(),
            name: String::new(),
            title: None,
            team: None,
        };
        assert_eq!(read_cursor(&write_cursor(&last)), Some(("ana é".to_owned(), id)));
        for text in ["", "0", "zz", "FF", "é", "+f", &"0".repeat(10_000)] {
            assert_eq!(read_cursor(text), None, "{text}");
        }
    }
}
