//! Messages that come while the server runs: who may send them, and where they go.

use std::fmt;
use std::sync::Arc;

use engine::ExportReport;
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::Error;

/// Shortest token, in characters: 128 bits in hexadecimal digits.
const SHORTEST_TOKEN: usize = 32;
/// Requests that may wait for the one that is being taken in.
const WAITING: usize = 32;

/// Takes in records while the server runs.
pub trait Intake: Send + Sync + 'static {
    /// Takes records, one JSON object a line or in one list. When it returns, they outlive the process.
    ///
    /// # Errors
    /// What the store says. A record that does not read is no error: it is counted in the report.
    fn take(&self, body: &[u8]) -> Result<ExportReport, engine::Error>;
}

/// A secret that a caller must show; compared in the same time whatever is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Vec<u8>);

impl Token {
    /// Takes a secret.
    ///
    /// # Errors
    /// [`Error::Token`] if it is shorter than 32 characters or holds blanks.
    pub fn new(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.len() < SHORTEST_TOKEN || !plain {
            return Err(Error::Token { shortest: SHORTEST_TOKEN });
        }
        Ok(Self(text.as_bytes().to_vec()))
    }

    /// Whether a caller shows the secret.
    pub(crate) fn is(&self, shown: &[u8]) -> bool {
        bool::from(self.0.ct_eq(shown))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

/// Live ingestion: off unless a server is given one.
#[derive(Clone)]
pub struct Live {
    pub(crate) intake: Arc<dyn Intake>,
    pub(crate) token: Token,
    pub(crate) max_body_bytes: usize,
    pub(crate) places: Arc<Semaphore>,
}

impl Live {
    /// Takes what callers who show `token` send, at most `max_body_bytes` at once.
    pub fn new(intake: Arc<dyn Intake>, token: Token, max_body_bytes: usize) -> Self {
        Self { intake, token, max_body_bytes, places: Arc::new(Semaphore::new(WAITING)) }
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Live").field("max_body_bytes", &self.max_body_bytes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn only_the_whole_secret_is_the_secret() {
        let secret = "0123456789abcdef0123456789abcdef";
        let token = Token::new(&format!("{secret}\n")).unwrap();
        for (header, shown) in [
            (secret.to_owned(), true),
            (format!("{secret}0"), false),
            (secret[1..].to_owned(), false),
            (String::new(), false),
        ] {
            assert_eq!(token.is(header.as_bytes()), shown, "{header}");
        }
        assert!(Token::new("short").is_err() && Token::new(&"a ".repeat(32)).is_err());
        assert_eq!(format!("{token:?}"), "Token");
    }
}
