//! What things are called in the cluster: which store, which model, which build, up to which generation.

/// What every name begins with.
const PREFIX: &str = "whoknows";

/// The two collections of a build: a reader of whom nothing is known never touches the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// What everyone may read.
    Open,
    /// What has named readers.
    Restricted,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Open, Self::Restricted];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Restricted => "restricted",
        }
    }
}

/// One complete upload of a store's vectors: its collections carry the number in their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Build(pub u32);

/// The names of one store's vectors of one model.
///
/// A collection is `whoknows_STORE_MODEL_BUILD_open` or `…_restricted`; the alias
/// `whoknows_STORE_MODEL_BUILD_at_GENERATION` stands on the open one and says up to which generation of the store
/// the build is complete. One call renames an alias, so that the change is seen by all readers at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// What the names of all models of the store begin with.
    store: String,
    prefix: String,
}

/// What is published: a build, complete up to a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Published {
    /// Which build.
    pub build: Build,
    /// Up to which generation of the store.
    pub generation: u64,
}

impl Names {
    /// Names for a store, by its id, and a model. Two models never share a collection: what cannot stand in a
    /// name is replaced, and a digest of the whole id follows.
    pub fn new(store: &str, model: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        let readable: String = model.chars().map(plain).take(32).collect();
        let digest = blake3::hash(model.as_bytes()).to_hex();
        let digest = digest.get(..8).unwrap_or_default();
        let store = format!("{PREFIX}_{store}_");
        Self { prefix: format!("{store}{readable}-{digest}"), store }
    }

    pub(super) fn collection(&self, build: Build, side: Side) -> String {
        format!("{}_{}_{}", self.prefix, build.0, side.as_str())
    }

    pub(super) fn alias(&self, published: Published) -> String {
        format!("{}_{}_at_{}", self.prefix, published.build.0, published.generation)
    }

    /// What an alias says, if it is one of these.
    pub(super) fn read_alias(&self, alias: &str) -> Option<Published> {
        let (build, generation) = self.rest(alias)?.split_once("_at_")?;
        Some(Published { build: Build(build.parse().ok()?), generation: generation.parse().ok()? })
    }

    /// Which build a collection belongs to, if it is one of these.
    pub(super) fn read_collection(&self, collection: &str) -> Option<(Build, Side)> {
        let (build, side) = self.rest(collection)?.split_once('_')?;
        let side = Side::BOTH.into_iter().find(|known| known.as_str() == side)?;
        Some((Build(build.parse().ok()?), side))
    }

    /// Whether a collection or an alias is this store's, of whatever model.
    pub(super) fn is_ours(&self, name: &str) -> bool {
        name.starts_with(&self.store)
    }

    fn rest<'n>(&self, name: &'n str) -> Option<&'n str> {
        name.strip_prefix(&self.prefix)?.strip_prefix('_')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_and_nobody_elses_does() {
        let names = Names::new("ab12", "letters/v1@x");
        let published = Published { build: Build(3), generation: 41 };
        let alias = names.alias(published);
        assert_eq!(names.read_alias(&alias), Some(published));
        let collection = names.collection(Build(3), Side::Restricted);
        assert_eq!(names.read_collection(&collection), Some((Build(3), Side::Restricted)));
        assert_eq!((names.read_alias(&collection), names.read_collection(&alias)), (None, None));
        assert!(
            Names::new("ab12", "another").is_ours(&alias) && !Names::new("ab1", "another").is_ours(&alias)
        );
        for others in [Names::new("ab13", "letters/v1@x"), Names::new("ab12", "letters-v1@x")] {
            assert_eq!((others.read_alias(&alias), others.read_collection(&collection)), (None, None));
        }
        assert!(collection.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{collection}");
    }
}
