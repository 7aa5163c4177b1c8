//! Test questions, qrels, runs, measures and their intervals.
