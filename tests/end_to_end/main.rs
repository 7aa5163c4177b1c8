//! End to end: the real binary, real HTTP on a free port, exports that the tests write themselves.
//!
//! One test binary for all of it, because each would link everything anew.

#[cfg(test)]
mod asks;
#[cfg(test)]
mod asks_crash;
#[cfg(test)]
mod backtest;
#[cfg(test)]
mod blind;
#[cfg(test)]
mod cluster;
#[cfg(test)]
mod encoders;
#[cfg(test)]
mod erase;
#[cfg(test)]
mod evaluate;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod ingest;
#[cfg(test)]
mod injection;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod large;
#[cfg(test)]
mod learn;
#[cfg(test)]
mod live;
#[cfg(test)]
mod log;
#[cfg(test)]
mod me;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod operate;
#[cfg(test)]
mod page;
#[cfg(test)]
mod people;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod traces;
