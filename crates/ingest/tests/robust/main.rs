//! Exports that are made to break readers, or that broke on their way: bombs, corrupted copies of every sample,
//! arbitrary bytes. All of it is generic over the formats: a format is covered as soon as its sample lies below
//! `tests/formats/samples/`.
//!
//! `ROBUST_CASES=N` asks for N arbitrary inputs per sample instead of a few.

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod bombs;
#[cfg(test)]
mod corrupted;
#[cfg(test)]
mod floods;
#[cfg(test)]
mod support;
