//! An export as it lies on disk: a folder, a zip archive or a single file, seen as a list of entries.
