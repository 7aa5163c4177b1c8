//! Clean a message, cut passages, make tokens: the same for index and query.
