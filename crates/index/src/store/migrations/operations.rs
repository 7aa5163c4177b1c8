//! What operations need: what the lexical index still has to take in, how far a reading came, what was erased.

/// Triggers, so that nothing that changes a document can forget to say so.
pub(in crate::store) const SQL: &str = "
CREATE TABLE unindexed (                     -- documents that differ from what the lexical index holds
    document INTEGER PRIMARY KEY
);
CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
    INSERT OR IGNORE INTO unindexed VALUES (new.number);
END;
CREATE TRIGGER document_changed AFTER UPDATE OF own, question, language, audience ON document BEGIN
    INSERT OR IGNORE INTO unindexed VALUES (new.number);
END;
CREATE TRIGGER document_gone AFTER DELETE ON document BEGIN
    INSERT OR IGNORE INTO unindexed VALUES (old.number);
END;

CREATE TABLE checkpoint (                    -- exports whose reading was interrupted
    export TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    records INTEGER NOT NULL                 -- so many of them are stored
) WITHOUT ROWID;

CREATE TABLE forgotten (                     -- what must not come back: keyed hashes, no names
    hash BLOB PRIMARY KEY,
    mode TEXT NOT NULL
) WITHOUT ROWID;
";
