//! Which host names a request may be addressed to: the defense against DNS rebinding.

use axum::http::{HeaderMap, Uri, header};

/// The host names that are answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hosts {
    /// Every name: nobody is answered there who does not show who they are.
    Any,
    /// Loopback names and these, lower case.
    Loopback(Vec<String>),
}

impl Hosts {
    /// The names of a server that listens as these settings say.
    pub(crate) fn new(loopback: bool, host_names: &[String]) -> Self {
        if !loopback && host_names.is_empty() {
            return Self::Any;
        }
        Self::Loopback(host_names.iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Whether a request with this head may be answered. HTTP/1.0 without `Host` may: no browser sends it.
    pub(crate) fn accept(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let Self::Loopback(names) = self else { return true };
        if let Some(authority) = uri.authority()
            && !is_one_of(authority.as_str(), names)
        {
            return false;
        }
        headers
            .get_all(header::HOST)
            .iter()
            .all(|value| value.to_str().is_ok_and(|host| is_one_of(host, names)))
    }
}

fn is_one_of(host: &str, names: &[String]) -> bool {
    let name = without_port(host).to_ascii_lowercase();
    if name == "localhost" || names.contains(&name) {
        return true;
    }
    let bare = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
    bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

/// The host without `:port`; an IPv6 address keeps its brackets.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, expected: bool) {
        let hosts = Hosts::new(true, &["Know.Example".to_owned()]);
        let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
        assert_eq!(hosts.accept(&Uri::from_static("/"), &headers), expected, "{host}");
    }

    #[test]
    fn loopback_names_and_named_hosts_are_answered() {
        check("localhost:7070", true);
        check("LOCALHOST", true);
        check("127.0.0.1:7070", true);
        check("[::1]:7070", true);
        check("know.example", true);
    }

    #[test]
    fn a_rebound_name_is_not_answered() {
        check("attacker.example:7070", false);
        check("127.0.0.1.attacker.example", false);
        check("localhost.attacker.example:7070", false);
        check("attacker.example:localhost", false);
        check("", false);
    }

    #[test]
    fn beyond_loopback_every_name_is_answered_unless_names_are_given() {
        assert_eq!(Hosts::new(false, &[]), Hosts::Any);
        assert_ne!(Hosts::new(false, &["a.example".to_owned()]), Hosts::Any);
    }
}
