//! The tables of the store, as numbered migrations.

use rusqlite_migration::{M, Migrations};

use super::migrations::{lists, operations, places, sending, touched};

/// The version that this code reads and writes.
pub(super) const LATEST: i64 = 11;

/// Brings any older store to this version; a newer one is refused by the migration library.
pub(super) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(VERSION_1),
        M::up(VERSION_2),
        M::up(EMPLOYMENT),
        M::up(PEOPLE),
        M::up(operations::SQL),
        M::up(EVIDENCE_ANEW),
        M::up(sending::SQL),
        M::up(lists::SQL),
        M::up(touched::SQL),
        M::up(places::SQL),
        M::up(OTHER_SCRIPTS_ANEW),
    ])
}

/// Flat talk is parted and thanks are credited in another way: every container is made again at the next ingest.
const EVIDENCE_ANEW: &str = "UPDATE container SET dirty = 1;";

/// Words of scripts without blanks are cut in another way, and the shipped encoder compares nothing of other scripts
/// than Latin: the lexical index, all containers and the vectors of what is not plain ASCII are made again at the next
/// ingest.
const OTHER_SCRIPTS_ANEW: &str = "
DELETE FROM setting WHERE name = 'indexed';
UPDATE container SET dirty = 1;
UPDATE document SET model = NULL, vector = NULL, scale = NULL
 WHERE length(question) < length(CAST(question AS BLOB)) OR length(own) < length(CAST(own AS BLOB));
";

/// Who somebody reports to, and from when to when they work here.
const EMPLOYMENT: &str = include_str!("migrations/employment.sql");

const VERSION_1: &str = "
CREATE TABLE source (
    name TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    default_rights TEXT NOT NULL             -- 'participants' or 'nobody', where the export states none
) WITHOUT ROWID;

CREATE TABLE policy (                        -- what the operator opened; beats the default rights
    source TEXT PRIMARY KEY,
    visibility TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE container (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    visibility TEXT,                         -- null: leaves it to policy
    dirty INTEGER NOT NULL DEFAULT 1         -- its conversations and documents must be made again
) WITHOUT ROWID;

CREATE TABLE account (
    key TEXT PRIMARY KEY,
    name TEXT,
    emails TEXT NOT NULL,                    -- JSON list, verified, lower case
    bot INTEGER NOT NULL,
    status TEXT, title TEXT, team TEXT, region TEXT,
    languages TEXT NOT NULL,                 -- JSON list
    timezone TEXT,
    person TEXT                              -- who owns it; set by resolution
) WITHOUT ROWID;
CREATE INDEX account_person ON account (person);

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    bot INTEGER NOT NULL,
    emails TEXT NOT NULL,
    status TEXT, title TEXT, team TEXT, region TEXT,
    languages TEXT NOT NULL,
    timezone TEXT
) WITHOUT ROWID;

CREATE TABLE message (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    container TEXT NOT NULL,
    author TEXT NOT NULL,
    at INTEGER NOT NULL,                     -- milliseconds since 1970, as every time here
    kind TEXT NOT NULL,
    subject TEXT,
    text TEXT NOT NULL,
    quoted TEXT NOT NULL,
    native_conversation TEXT,
    details TEXT NOT NULL,                   -- JSON: what only evidence reads (replies, reactions, rights …)
    content_hash BLOB NOT NULL,
    conversation TEXT
);
CREATE INDEX message_container ON message (container, conversation, at);
CREATE INDEX message_author ON message (author);

CREATE TABLE audience (
    number INTEGER PRIMARY KEY,
    members TEXT NOT NULL UNIQUE             -- as in policy.visibility
);

CREATE TABLE document (
    number INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used twice: evidence ids in old answers stay true
    conversation TEXT NOT NULL,
    container TEXT NOT NULL,
    person TEXT NOT NULL,
    own TEXT NOT NULL,
    question TEXT NOT NULL,
    roles INTEGER NOT NULL,
    reactions INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    messages TEXT NOT NULL,                  -- JSON list of message ids
    permalink TEXT,
    language TEXT,
    content_hash BLOB NOT NULL,
    model TEXT,                              -- which encoder made the vector; null: none yet
    vector BLOB,                             -- one signed byte a dimension
    scale REAL,
    UNIQUE (container, conversation, person)
);

CREATE INDEX document_person ON document (person);

CREATE TABLE quarantine (
    export TEXT NOT NULL,
    file TEXT NOT NULL,
    line INTEGER NOT NULL,                   -- 0: none
    byte_offset INTEGER NOT NULL,            -- -1: none
    reason TEXT NOT NULL,
    hint TEXT,
    raw BLOB NOT NULL,
    PRIMARY KEY (export, file, line, byte_offset, reason)
) WITHOUT ROWID;

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
";

/// Marks, askers and fingerprints. Every container is made again at the next ingest, which fills them.
const VERSION_2: &str = "
ALTER TABLE document ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE document ADD COLUMN asker TEXT;                               -- who asked, if somebody else
ALTER TABLE document ADD COLUMN fingerprint BLOB;                         -- eight 32-bit numbers
ALTER TABLE document ADD COLUMN own_answers INTEGER NOT NULL DEFAULT 0;   -- own messages that say enough
ALTER TABLE document ADD COLUMN own_characters INTEGER NOT NULL DEFAULT 0;
UPDATE container SET dirty = 1;
";

/// Reasons of joins, decisions of operators, kinds of people.
const PEOPLE: &str = "
ALTER TABLE account ADD COLUMN user_name TEXT;
ALTER TABLE account ADD COLUMN full_name TEXT;
ALTER TABLE account ADD COLUMN kind TEXT;
ALTER TABLE account ADD COLUMN proven TEXT;   -- the smallest account it is proven to share its owner with
ALTER TABLE person ADD COLUMN kind TEXT;

CREATE TABLE account_join (                   -- why accounts are one person's; made again with people
    left_account TEXT NOT NULL,
    right_account TEXT NOT NULL,
    rule TEXT NOT NULL,
    shared TEXT NOT NULL,
    PRIMARY KEY (left_account, right_account)
) WITHOUT ROWID;

CREATE TABLE people_decision (                -- what an operator said; outlives every export
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,                       -- 'merge' or 'apart'
    left_accounts TEXT NOT NULL,              -- JSON lists of account keys; of a merge the named one is first
    right_accounts TEXT NOT NULL,
    decided_at INTEGER NOT NULL,
    undone_at INTEGER
);
";
