//! What goes over the wire: the only types here that know JSON.

mod object;
mod request;
mod response;
mod status;

pub(crate) use request::{Asked, SearchRequest};
pub(crate) use response::SearchResponse;
pub(crate) use status::{Health, Readiness};
