//! The issuer's keys: from a file that is watched, or from the issuer's own address.

mod fetch;
mod plan;
mod url;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, PublicKeyUse};
use serde_json::Value;

use crate::Error;
use crate::watched::Watched;
use fetch::Remote;

pub use url::KeysUrl;

/// Most keys that one issuer has; a longer list is not believed.
const MOST: usize = 100;

/// Where the issuer's keys are read: a JWKS as it publishes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysFrom {
    /// A file, read again when it changes; what writes it is the operator's.
    File(PathBuf),
    /// The issuer's address, fetched again as it asks for.
    Url(KeysUrl),
}

/// The keys as they are now.
#[derive(Debug)]
pub(super) enum Held {
    File(Watched<Keys>),
    Remote(Remote),
}

impl Held {
    /// The keys of this place; nothing is fetched before [`Self::start`].
    pub(super) fn new(from: KeysFrom) -> Self {
        match from {
            KeysFrom::File(path) => Self::File(Watched::new(path, read)),
            KeysFrom::Url(url) => Self::Remote(Remote::new(url)),
        }
    }

    /// Starts to fetch, where there is something to fetch.
    ///
    /// # Errors
    /// [`Error::Tls`] if the certificates do not read, [`Error::Keys`] without a thread.
    pub(super) fn start(&self) -> Result<(), Error> {
        match self {
            Self::File(_) => Ok(()),
            Self::Remote(remote) => remote.start(),
        }
    }

    /// The keys; `None` while they never came. Never waits for the issuer.
    pub(super) fn current(&self) -> Option<Arc<Keys>> {
        match self {
            Self::File(file) => Some(file.current()),
            Self::Remote(remote) => remote.current(),
        }
    }

    /// A token names a key that is not among them.
    pub(super) fn missed(&self) {
        if let Self::Remote(remote) = self {
            remote.ask();
        }
    }

    /// How the fetching goes, in the text form of Prometheus; nothing where nothing is fetched.
    pub(super) fn figures(&self) -> Option<String> {
        match self {
            Self::File(_) => None,
            Self::Remote(remote) => Some(remote.figures()),
        }
    }
}

/// The public keys of an issuer.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Keys(Vec<Jwk>);

impl Keys {
    /// The key that a token names; the only one where it names none.
    pub(super) fn find(&self, id: Option<&str>) -> Option<&Jwk> {
        match (id, self.0.as_slice()) {
            (Some(id), keys) => keys.iter().find(|key| key.common.key_id.as_deref() == Some(id)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// Reads a JWKS. One key of a kind that is not known here, or for something else than signing, does not shut out
    /// the others.
    fn parse(text: &[u8]) -> Result<Self, &'static str> {
        let mut set: Value = serde_json::from_slice(text).map_err(|_| "not JSON")?;
        let Some(Value::Array(keys)) = set.get_mut("keys").map(Value::take) else { return Err("no JWKS") };
        if keys.len() > MOST {
            return Err("a JWKS with too many keys");
        }
        let read = keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
        Ok(Self(read.filter(is_public_and_signs).collect()))
    }
}

fn is_public_and_signs(key: &Jwk) -> bool {
    use AlgorithmParameters::{EllipticCurve, OctetKeyPair, RSA};
    let public = matches!(key.algorithm, RSA(_) | EllipticCurve(_) | OctetKeyPair(_));
    public && !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption))
}

fn read(path: &Path) -> Result<Keys, String> {
    let text = fs_err::read(path).map_err(|error| error.to_string())?;
    Keys::parse(&text).map_err(|why| format!("{} is {why}", path.display()))
}

#[cfg(test)]
mod tests;
