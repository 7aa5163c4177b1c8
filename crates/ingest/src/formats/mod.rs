//! Export formats: one file each, detected by content.
