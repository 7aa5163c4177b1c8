//! Rights held against random worlds: the routes over the real finder over an index of the real ingest.
//!
//! A world is a small organization with accounts, channels, mails and rights in every shape that records can state.
//! What somebody may read in it is told by plain sets ([`oracle`]), which share no code with the product.
//! `SEED` says from which seed, `WHOKNOWS_FULL=1` asks for the full counts of trust.md.

mod canary;
mod chance;
mod house;
mod leaks;
mod mail;
mod oracle;
mod pairs;
mod races;
mod tour;
mod words;
mod world;
