//! The tables of `asks.sqlite`, as numbered migrations.

use rusqlite_migration::{M, Migrations};

/// Brings an older file to this version; a newer one is refused by the migration library.
pub(super) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![M::up(VERSION_1), M::up(VERSION_2)])
}

const VERSION_1: &str = "
CREATE TABLE ask (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    asker TEXT NOT NULL,
    question TEXT NOT NULL,
    channel TEXT,
    anonymous INTEGER NOT NULL,
    share INTEGER NOT NULL,
    list TEXT NOT NULL,                      -- JSON list of accounts: whom to ask, best first
    asked_at INTEGER NOT NULL,               -- milliseconds since 1970, as every time here
    state TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    due_at INTEGER,                          -- when it moves by itself; null: never
    answer_by TEXT, answer_at INTEGER, answer TEXT,
    captured_at INTEGER,                     -- when the answer went into the index
    helped INTEGER
);
CREATE INDEX ask_asker ON ask (asker, number);
CREATE INDEX ask_due ON ask (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ask_to_capture ON ask (number) WHERE answer IS NOT NULL AND captured_at IS NULL;

CREATE TABLE offer (
    ask INTEGER NOT NULL REFERENCES ask (number) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    open INTEGER NOT NULL,                   -- counts towards the load
    ended_at INTEGER, accepted_at INTEGER, reason TEXT, other TEXT,
    PRIMARY KEY (ask, place),
    UNIQUE (ask, account)
) WITHOUT ROWID;
CREATE INDEX offer_account ON offer (account, at);
CREATE INDEX offer_open ON offer (account) WHERE open = 1;

CREATE TABLE event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,   -- the order of everything; never used twice
    ask INTEGER NOT NULL REFERENCES ask (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    asker TEXT NOT NULL,
    account TEXT,                            -- whom else it concerns
    data TEXT NOT NULL                       -- JSON: what is needed to replay it
);
CREATE INDEX event_ask ON event (ask, number);
CREATE INDEX event_asker ON event (asker, number);
CREATE INDEX event_account ON event (account, number);

CREATE TABLE delivery (                      -- events that the webhook has not taken yet
    event INTEGER PRIMARY KEY REFERENCES event (number) ON DELETE CASCADE,
    tries INTEGER NOT NULL,
    next_at INTEGER NOT NULL
);

CREATE TABLE availability (
    account TEXT PRIMARY KEY,
    settings TEXT NOT NULL                   -- JSON
) WITHOUT ROWID;

CREATE TABLE feedback (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    by TEXT NOT NULL,
    question TEXT NOT NULL,
    channel TEXT,
    account TEXT NOT NULL,                   -- about whom
    verdict TEXT NOT NULL
);

CREATE TABLE once (                          -- requests that must not be carried out twice
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    hash BLOB NOT NULL,
    ask INTEGER NOT NULL REFERENCES ask (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) WITHOUT ROWID;
CREATE INDEX once_at ON once (at);
";

const VERSION_2: &str = "
ALTER TABLE ask ADD COLUMN blind INTEGER;                -- until when it goes on blindly; null: its asker is told
ALTER TABLE ask ADD COLUMN to_broker INTEGER NOT NULL DEFAULT 0;   -- nobody has looked yet for whom to ask
ALTER TABLE offer ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;    -- its asker is not told of it
ALTER TABLE event ADD COLUMN token TEXT;                 -- names it to people: no number, so that no gap tells anything
UPDATE event SET token = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX event_token ON event (token);
CREATE INDEX ask_to_broker ON ask (number) WHERE to_broker = 1;
";
