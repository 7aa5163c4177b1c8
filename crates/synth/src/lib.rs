//! Made-up organisations with known experts, from a seed; writes native exports.
