//! In which list each vector is, for the index that does not look at all of them.

/// Whatever gives a document another vector, or takes it away, takes it out of its list: what is in a list was put
/// there for the vector that it has.
pub(in crate::store) const SQL: &str = "
CREATE TABLE vector_centre (                 -- of the model that the setting 'lists.model' names
    list INTEGER PRIMARY KEY,                -- 0, 1, 2 …
    vector BLOB NOT NULL,                    -- one signed byte a dimension
    scale REAL NOT NULL
);
CREATE TABLE vector_list (
    document INTEGER PRIMARY KEY,
    list INTEGER NOT NULL,
    taught INTEGER NOT NULL                  -- whether the centres were made of it, among others
);
CREATE TRIGGER document_vector_changed AFTER UPDATE OF vector ON document BEGIN
    DELETE FROM vector_list WHERE document = old.number;
END;
CREATE TRIGGER document_gone_from_list AFTER DELETE ON document BEGIN
    DELETE FROM vector_list WHERE document = old.number;
END;
";
