//! What a vector cluster still has to take in.

/// Triggers, as for the lexical index, but silent until something was sent to a cluster. They ask before they
/// insert: the conflict clause of the statement that fires them would override their own.
pub(in crate::store) const SQL: &str = "
CREATE TABLE unsent (                        -- documents that differ from what the cluster holds
    document INTEGER PRIMARY KEY
);
CREATE TRIGGER document_added_unsent AFTER INSERT ON document
WHEN EXISTS (SELECT 1 FROM setting WHERE name = 'cluster.build') BEGIN
    INSERT INTO unsent SELECT new.number
        WHERE NOT EXISTS (SELECT 1 FROM unsent WHERE document = new.number);
END;
CREATE TRIGGER document_changed_unsent AFTER UPDATE OF vector, own, question, language, audience, last_at ON document
WHEN EXISTS (SELECT 1 FROM setting WHERE name = 'cluster.build') BEGIN
    INSERT INTO unsent SELECT new.number
        WHERE NOT EXISTS (SELECT 1 FROM unsent WHERE document = new.number);
END;
CREATE TRIGGER document_gone_unsent AFTER DELETE ON document
WHEN EXISTS (SELECT 1 FROM setting WHERE name = 'cluster.build') BEGIN
    INSERT INTO unsent SELECT old.number
        WHERE NOT EXISTS (SELECT 1 FROM unsent WHERE document = old.number);
END;
";
