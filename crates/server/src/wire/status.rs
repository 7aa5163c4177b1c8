//! The bodies of `/healthz` and `/readyz`.

use engine::Standing;
use serde::Serialize;
use utoipa::ToSchema;

/// The body of `/healthz`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    pub(crate) status: &'static str,
}

/// The body of `/readyz`: what everyone may know of the index.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversations: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documents: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
}

impl From<&Standing> for Readiness {
    fn from(standing: &Standing) -> Self {
        Self {
            status: "ready",
            generation: Some(standing.generation),
            conversations: Some(standing.conversations),
            documents: Some(standing.documents),
            people: Some(standing.people),
            newest: standing.newest.map(|time| time.to_string()),
        }
    }
}

impl Readiness {
    /// That it is ready, and no more.
    pub(crate) const fn bare() -> Self {
        Self {
            status: "ready",
            generation: None,
            conversations: None,
            documents: None,
            people: None,
            newest: None,
        }
    }
}
