//! Conversations into documents with roles.
