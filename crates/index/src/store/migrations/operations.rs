//! What operations need: what the lexical index still has to take in, how far a reading came.

/// Triggers, so that nothing that changes a document can forget to say so. They ask before they insert: the
/// conflict clause of the statement that fires them would override their own.
pub(in crate::store) const SQL: &str = "
CREATE TABLE unindexed (                     -- documents that differ from what the lexical index holds
    document INTEGER PRIMARY KEY
);
CREATE TRIGGER document_added AFTER INSERT ON document BEGIN
    INSERT INTO unindexed SELECT new.number
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE document = new.number);
END;
CREATE TRIGGER document_changed AFTER UPDATE OF own, question, language, audience ON document BEGIN
    INSERT INTO unindexed SELECT new.number
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE document = new.number);
END;
CREATE TRIGGER document_gone AFTER DELETE ON document BEGIN
    INSERT INTO unindexed SELECT old.number
        WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE document = old.number);
END;

CREATE TABLE checkpoint (                    -- exports whose reading was interrupted
    export TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    records INTEGER NOT NULL                 -- so many of them are stored
) WITHOUT ROWID;

CREATE TABLE gone (                          -- messages that an event deleted: older events change nothing
    id TEXT PRIMARY KEY
) WITHOUT ROWID;
";
