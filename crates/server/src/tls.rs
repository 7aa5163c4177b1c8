//! TLS 1.2 and 1.3: the certificate and its key, read once at the start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Error;

/// Where the certificate lies; both files are PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate, and after it those that stand between it and the root.
    pub certificate: PathBuf,
    /// Its private key, for its owner only.
    pub key: PathBuf,
}

impl Tls {
    /// Reads both files.
    ///
    /// # Errors
    /// [`Error::Tls`] names the file that cannot be used.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, Error> {
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| wrong(&self.certificate, &error))?;
        only_its_owners(&self.key)?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| wrong(&self.key, &error))?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| wrong(&self.certificate, &error))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| wrong(&self.certificate, &error))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn wrong(path: &Path, error: &impl ToString) -> Error {
    Error::Tls { path: path.to_owned(), why: error.to_string() }
}

/// A private key that others can read is none.
fn only_its_owners(path: &Path) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(path).map_err(|error| wrong(path, &error))?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(wrong(path, &"can be read by others (hint: chmod 600)"));
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests;
