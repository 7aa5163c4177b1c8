//! The bodies of `/healthz` and `/readyz`.

use engine::Standing;
use serde::Serialize;

/// The body of `/healthz`.
#[derive(Debug, Serialize)]
pub(crate) struct Health {
    pub(crate) status: &'static str,
}

/// The body of `/readyz`: what everyone may know of the index.
#[derive(Debug, Serialize)]
pub(crate) struct Readiness {
    status: &'static str,
    generation: u64,
    conversations: usize,
    documents: usize,
    people: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
}

impl From<&Standing> for Readiness {
    fn from(standing: &Standing) -> Self {
        Self {
            status: "ready",
            generation: standing.generation,
            conversations: standing.conversations,
            documents: standing.documents,
            people: standing.people,
            newest: standing.newest.map(|time| time.to_string()),
        }
    }
}
