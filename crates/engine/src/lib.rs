//! The service without a door: Indexer runs the stages, Finder answers.
