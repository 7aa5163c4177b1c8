//! Which requests are put on record, and what of them.

use axum::http::{Method, StatusCode};

use super::{Event, Who};

/// What a request does, if it is put on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deed {
    /// The word for it.
    pub(crate) did: &'static str,
    /// Whether it changes something: then it is on record before it is answered.
    pub(crate) changes: bool,
}

/// What a route tells the log of its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The ids of the people who are shown.
    pub(crate) about: Vec<String>,
    /// The text that was asked.
    pub(crate) query: Option<String>,
}

/// Routes that say nothing of anybody.
#[cfg(test)]
pub(crate) const UNRECORDED: [&str; 1] = ["/metrics"];

/// What a request to a route does.
pub(crate) fn deed(method: &Method, route: &str) -> Option<Deed> {
    let reads = |did| Some(Deed { did, changes: false });
    let changes = |did| Some(Deed { did, changes: true });
    match (method.as_str(), route) {
        (_, "/v1/experts/search") => reads("search"),
        (_, "/v1/experts/batch") => reads("batch"),
        (_, "/v1/people") => reads("people"),
        (_, "/v1/people/{id}") => reads("profile"),
        (_, "/v1/topics") => reads("topics"),
        (_, "/v1/topics/{id}/experts") => reads("topic_experts"),
        (_, "/v1/messages") => reads("ingest"),
        ("POST", "/v1/me/hidden") => changes("hide"),
        (_, "/v1/me" | "/v1/me/hidden") => reads("me"),
        (_, "/v1/me/hidden/{id}") => changes("show"),
        (_, "/v1/me/topics/{id}/wrong") => changes("correct"),
        (_, "/v1/me/why") => reads("why"),
        (_, "/v1/me/export") => changes("export"),
        (_, "/v1/me/erase") => changes("erase"),
        (_, "/v1/admin/audit") => reads("audit"),
        _ => deed_of_asks(method, route).or_else(|| deed_of_jobs(method, route)),
    }
}

/// What a request does to the life of an ask.
fn deed_of_asks(method: &Method, route: &str) -> Option<Deed> {
    let reads = |did| Some(Deed { did, changes: false });
    let changes = |did| Some(Deed { did, changes: true });
    match (method.as_str(), route) {
        ("POST", "/v1/asks") => changes("ask"),
        (_, "/v1/asks" | "/v1/asks/{id}") => reads("asks"),
        (_, "/v1/asks/{id}/accept") => changes("accept"),
        (_, "/v1/asks/{id}/decline") => changes("decline"),
        (_, "/v1/asks/{id}/handoff") => changes("hand_off"),
        (_, "/v1/asks/{id}/answer") => changes("answer"),
        (_, "/v1/asks/{id}/close") => changes("close"),
        (_, "/v1/asks/{id}/reveal") => changes("reveal"),
        (_, "/v1/feedback") => changes("feedback"),
        ("PUT", "/v1/me/availability") => changes("availability"),
        (_, "/v1/me/availability") => reads("me"),
        (_, "/v1/events") => reads("events"),
        _ => None,
    }
}

/// What a request does to long work.
fn deed_of_jobs(method: &Method, route: &str) -> Option<Deed> {
    let reads = |did| Some(Deed { did, changes: false });
    let changes = |did| Some(Deed { did, changes: true });
    match (method.as_str(), route) {
        (_, "/v1/admin/index") => reads("index"),
        (_, "/v1/admin/jobs") => changes("order_job"),
        ("DELETE", "/v1/jobs/{id}") => changes("cancel_job"),
        (_, "/v1/jobs" | "/v1/jobs/{id}" | "/v1/jobs/{id}/events") => reads("jobs"),
        _ => None,
    }
}

impl Who {
    /// Who is counted under a principal.
    pub(crate) fn of(principal: Option<&str>) -> Self {
        let Some(principal) = principal else { return Self::Anonymous };
        match principal.split_once(' ') {
            Some(("person", id)) => Self::Person(id.to_owned()),
            Some(("key", id)) => Self::Key(id.to_owned()),
            Some(("account", key)) => key.parse().map_or_else(|_| Self::Server, Self::Account),
            _ => Self::Live,
        }
    }
}

impl Event {
    /// What a request came to.
    pub(crate) fn of(deed: Deed, who: Who, told: Told, status: StatusCode) -> Self {
        let Told { about, query } = told;
        let (did, outcome) = (deed.did.to_owned(), status.as_u16().to_string());
        Self { who, did, about, query, outcome, request: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::table;
    use crate::who::Access;

    #[test]
    fn every_route_that_is_not_open_is_put_on_record_or_said_not_to_be() {
        for route in table().iter().filter(|route| matches!(route.access, Access::Scope(_))) {
            let recorded = deed(&Method::GET, route.path).is_some();
            assert_ne!(recorded, UNRECORDED.contains(&route.path), "{}", route.path);
        }
    }

    #[test]
    fn principals_are_told_without_what_opens_anything() {
        assert_eq!(Who::of(None), Who::Anonymous);
        assert_eq!(Who::of(Some("person slack:U1 x")), Who::Person("slack:U1 x".to_owned()));
        assert_eq!(Who::of(Some("key 0123")), Who::Key("0123".to_owned()));
        assert_eq!(Who::of(Some("live")), Who::Live);
        assert_eq!(Who::of(Some("account mail:a@b")), Who::Account("mail:a@b".parse().unwrap()));
    }
}
