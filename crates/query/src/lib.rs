//! Question to readable documents to ranked, explained people and past answers.
