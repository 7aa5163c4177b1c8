//! The address of an issuer's keys.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use axum::http::Uri;

use crate::Error;

/// The address of an issuer's keys, encrypted unless it is this machine's.
///
/// It is the operator's own option: nothing that a request says reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeysUrl {
    url: String,
    ca_file: Option<PathBuf>,
}

impl KeysUrl {
    /// Takes an address; certificates (PEM) in `ca_file` are trusted for it instead of the usual ones.
    ///
    /// # Errors
    /// [`Error::Keys`] for anything but `https`, or `http` to a loopback address: whoever could change the keys on
    /// their way would be whom they like.
    pub fn new(url: &str, ca_file: Option<PathBuf>) -> Result<Self, Error> {
        let refused = |why: &str| Error::Keys(why.to_owned());
        let uri: Uri = url.parse().map_err(|_| refused("the address is no address"))?;
        let (Some(scheme), Some(host), Some(authority)) = (uri.scheme_str(), uri.host(), uri.authority())
        else {
            return Err(refused("the address is no https address"));
        };
        if authority.as_str().contains('@') {
            return Err(refused("the address carries a name or a password"));
        }
        match scheme {
            "https" => {}
            "http" if is_loopback(host) => {}
            "http" => return Err(refused("the address is not encrypted: http is for loopback addresses")),
            _ => return Err(refused("the address is no https address")),
        }
        Ok(Self { url: url.to_owned(), ca_file })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.url
    }

    pub(super) fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_encrypted_address_or_one_of_this_machine_is_taken() {
        for good in
            ["https://id.example/keys?v=1", "http://127.0.0.1:8/k", "http://[::1]:8/", "http://localhost/"]
        {
            assert!(KeysUrl::new(good, None).is_ok(), "{good}");
        }
        for bad in [
            "",
            "keys.json",
            "/keys",
            "file:///keys.json",
            "ftp://id.example/keys",
            "http://id.example/keys",
            "http://localhost.evil.example/",
            "http://127.0.0.1.evil.example/",
            "https://ana:secret@id.example/keys",
            "http://10.0.0.1/",
        ] {
            assert!(KeysUrl::new(bad, None).is_err(), "{bad}");
        }
    }
}
