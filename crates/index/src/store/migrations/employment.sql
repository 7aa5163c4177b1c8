-- What personnel data says of somebody's employment; times are milliseconds since 1970.
ALTER TABLE account ADD COLUMN manager TEXT;
ALTER TABLE account ADD COLUMN starts_at INTEGER;
ALTER TABLE account ADD COLUMN ends_at INTEGER;
ALTER TABLE person ADD COLUMN manager TEXT;
ALTER TABLE person ADD COLUMN starts_at INTEGER;
ALTER TABLE person ADD COLUMN ends_at INTEGER;
