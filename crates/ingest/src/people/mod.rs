//! Accounts into people.
