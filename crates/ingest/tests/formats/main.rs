//! The formats against whole exports: samples with every oddity, a suite that all of them run, bad input.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod chats;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod pst;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod tars;
#[cfg(test)]
mod tickets;
