//! Where evidence rests: store (SQLite, the truth), lexical (tantivy), dense (vectors).
