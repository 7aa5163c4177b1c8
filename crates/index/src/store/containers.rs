//! Sources, policy, containers and audiences: where things are, and who may read there.

use std::collections::BTreeMap;

use model::{AudienceTable, Container, ContainerId, ContainerKind, SourceName, Visibility};
use rusqlite::{OptionalExtension, params};

use super::{Store, codec};
use crate::Error;

/// One source as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRow {
    /// Its name.
    pub name: SourceName,
    /// The format that its exports had.
    pub format: String,
    /// Whether what states no rights is readable by its participants (mail) or by nobody.
    pub participants_read: bool,
}

impl Store {
    /// Notes a source; the last format wins.
    pub fn put_source(&self, source: &SourceRow) -> Result<(), Error> {
        let rights = if source.participants_read { "participants" } else { "nobody" };
        let sql = "INSERT INTO source (name, format, default_rights) VALUES (?1, ?2, ?3)
                   ON CONFLICT (name) DO UPDATE SET format = excluded.format, default_rights = excluded.default_rights";
        self.connection.prepare_cached(sql)?.execute(params![source.name.as_str(), source.format, rights])?;
        Ok(())
    }

    /// All sources, by name.
    pub fn sources(&self) -> Result<Vec<SourceRow>, Error> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT name, format, default_rights FROM source ORDER BY name")?;
        let mut rows = statement.query([])?;
        let mut sources = Vec::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let rights: String = row.get(2)?;
            let place = ("source", "name", name.as_str());
            let name = SourceName::new(name.clone()).map_err(|_| codec::unreadable(place))?;
            sources.push(SourceRow {
                name,
                format: row.get(1)?,
                participants_read: rights == "participants",
            });
        }
        Ok(sources)
    }

    /// Opens (or closes) a source by policy; returns whether that changed anything.
    /// Everything in the source is marked for being made again.
    pub fn set_policy(&self, source: &SourceName, visibility: &Visibility) -> Result<bool, Error> {
        let new = codec::visibility(visibility);
        let mut statement =
            self.connection.prepare_cached("SELECT visibility FROM policy WHERE source = ?1")?;
        let old: Option<String> = statement.query_row([source.as_str()], |row| row.get(0)).optional()?;
        if old.as_deref() == Some(new.as_str()) {
            return Ok(false);
        }
        let sql = "INSERT INTO policy (source, visibility) VALUES (?1, ?2)
                   ON CONFLICT (source) DO UPDATE SET visibility = excluded.visibility";
        self.connection.prepare_cached(sql)?.execute(params![source.as_str(), new])?;
        let sql = "UPDATE container SET dirty = 1 WHERE id > ?1 || ':' AND id < ?1 || ';'";
        self.connection.prepare_cached(sql)?.execute([source.as_str()])?;
        Ok(true)
    }

    /// What the operator opened, by source.
    pub fn policies(&self) -> Result<BTreeMap<String, Visibility>, Error> {
        let mut statement = self.connection.prepare_cached("SELECT source, visibility FROM policy")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| row.map(|(source, text)| (source, codec::read_visibility(&text))).map_err(Error::from))
            .collect()
    }

    /// Writes a container; returns whether it is new or differs. A changed one is marked dirty.
    /// One that states no rights leaves those that an earlier record stated: rights never fall open. One
    /// that has only its id for a name leaves the name it had.
    ///
    /// A container of no source (`jsonl:<id>`) speaks for that id in every jsonl source: those are marked too.
    pub fn put_container(&self, container: &Container) -> Result<bool, Error> {
        let visibility = container.stated_visibility.as_ref().map(codec::visibility);
        let name = (container.name != container.id.native()).then_some(&container.name);
        let sql = "INSERT INTO container (id, name, kind, visibility, dirty)
                   VALUES (?1, coalesce(?2, ?5), ?3, ?4, 1)
                   ON CONFLICT (id) DO UPDATE SET name = coalesce(?2, name), kind = excluded.kind,
                       visibility = coalesce(excluded.visibility, visibility), dirty = 1
                   WHERE name IS NOT coalesce(?2, name) OR kind IS NOT excluded.kind
                       OR visibility IS NOT coalesce(excluded.visibility, visibility)";
        let (kind, native) = (container.kind.as_str(), container.id.native());
        let values = params![container.id.as_str(), name, kind, visibility, native];
        let changed = self.connection.prepare_cached(sql)?.execute(values)?;
        if changed > 0 && container.id.source() == "jsonl" {
            let sql = "UPDATE container SET dirty = 1 WHERE substr(id, instr(id, ':') + 1) = ?1
                       AND substr(id, 1, instr(id, ':') - 1) IN (SELECT name FROM source WHERE format = 'jsonl')";
            self.connection.prepare_cached(sql)?.execute([native])?;
        }
        Ok(changed > 0)
    }

    /// Marks a container, so that its conversations and documents are made again.
    pub fn mark_dirty(&self, container: &ContainerId) -> Result<(), Error> {
        let sql = "UPDATE container SET dirty = 1 WHERE id = ?1 AND dirty <> 1";
        self.connection.prepare_cached(sql)?.execute([container.as_str()])?;
        Ok(())
    }

    /// Marks every container: after a change of the rules that make evidence.
    pub fn mark_all_dirty(&self) -> Result<(), Error> {
        self.connection.execute("UPDATE container SET dirty = 1", [])?;
        Ok(())
    }

    /// All containers by id; with `only_dirty`, those whose documents must be made again.
    pub fn containers(&self, only_dirty: bool) -> Result<Vec<Container>, Error> {
        let sql = "SELECT id, name, kind, visibility FROM container WHERE dirty >= ?1 ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([i32::from(only_dirty)])?;
        let mut containers = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, kind): (String, String) = (row.get(0)?, row.get(2)?);
            let visibility: Option<String> = row.get(3)?;
            let unreadable = |column| codec::unreadable(("container", column, id.as_str()));
            containers.push(Container {
                id: ContainerId::new(id.clone()).map_err(|_| unreadable("id"))?,
                name: row.get(1)?,
                kind: ContainerKind::parse(&kind).ok_or_else(|| unreadable("kind"))?,
                stated_visibility: visibility.as_deref().map(codec::read_visibility),
            });
        }
        Ok(containers)
    }

    /// The audiences, numbered as documents name them.
    pub fn audiences(&self) -> Result<AudienceTable, Error> {
        let mut table = AudienceTable::new();
        let mut statement =
            self.connection.prepare_cached("SELECT number, members FROM audience ORDER BY number")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (number, members): (u32, String) = (row.get(0)?, row.get(1)?);
            let id = table.intern(&codec::read_visibility(&members));
            if id.get() != number {
                return Err(codec::unreadable(("audience", "members", &number.to_string())));
            }
        }
        Ok(table)
    }

    /// Writes the audiences from that number on: those that are new since the table was read. Numbers never
    /// change.
    pub fn put_audiences(&self, table: &AudienceTable, from: usize) -> Result<(), Error> {
        let sql = "INSERT INTO audience (number, members) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let mut statement = self.connection.prepare_cached(sql)?;
        for audience in table.rows().skip(from.max(2)) {
            statement.execute(params![audience.id.get(), codec::visibility(&audience.visibility)])?;
        }
        Ok(())
    }
}
