//! Tokens of an OpenID Connect issuer: checked against its keys, and mapped to an account.
//!
//! Decision: only signatures that need a private key are taken (never HMAC, never `none`), the algorithm must be
//! that of the key, and issuer, audience, end and subject must be stated.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use model::{AccountKey, SourceName, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Refused;
use super::jwks::{Held, KeysFrom};
use crate::Error;

/// How far the clocks of issuer and server may differ, in seconds.
const LEEWAY: i64 = 30;
/// Longest token, in bytes.
const LONGEST: usize = 8 << 10;

/// Whose tokens are taken, and for whom they speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The issuer, exactly as its tokens state it.
    pub issuer: String,
    /// What tokens must be meant for.
    pub audience: String,
    /// Where the issuer's keys are read.
    pub keys: KeysFrom,
    /// The claim that names an account.
    pub account_claim: String,
    /// The source of that account: with `mail` and the claim `email`, `mail:ana@firm.example`.
    pub account_source: SourceName,
    /// Tokens whose claim (a text or a list) holds this value are an administrator's.
    pub admin: Option<(String, String)>,
}

/// What a token that was checked says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) account: AccountKey,
    pub(super) admin: bool,
}

/// Checks tokens.
#[derive(Debug)]
pub(super) struct Checker {
    tokens: Tokens,
    keys: Held,
}

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    nbf: Option<i64>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Checker {
    pub(super) fn new(tokens: Tokens) -> Self {
        let keys = Held::new(tokens.keys.clone());
        Self { tokens, keys }
    }

    /// Starts what brings the keys.
    pub(super) fn start(&self) -> Result<(), Error> {
        self.keys.start()
    }

    /// How bringing the keys goes, in the text form of Prometheus.
    pub(super) fn figures(&self) -> Option<String> {
        self.keys.figures()
    }

    /// What a token says, if it is one of the issuer's, for us, and in its time.
    pub(super) fn check(&self, token: &str, now: Timestamp) -> Result<Said, Refused> {
        if token.len() > LONGEST {
            return Err(Refused::Unknown);
        }
        let header = decode_header(token).map_err(|_| Refused::Unknown)?;
        let keys = self.keys.current().ok_or(Refused::NotYet)?;
        let Some(key) = keys.find(header.kid.as_deref()) else {
            self.keys.missed();
            return Err(Refused::Unknown);
        };
        if !signs_with(key, header.alg) {
            return Err(Refused::Unknown);
        }
        let decoding = DecodingKey::from_jwk(key).map_err(|_| Refused::Unknown)?;
        let claims: Claims =
            decode(token, &decoding, &self.validation(header.alg)).map_err(|error| refused(&error))?.claims;
        let seconds = now.as_millis().div_euclid(1_000);
        if claims.exp.saturating_add(LEEWAY) <= seconds {
            return Err(Refused::Expired);
        }
        if claims.nbf.is_some_and(|from| from.saturating_sub(LEEWAY) > seconds) {
            return Err(Refused::Expired);
        }
        self.said(&claims.others)
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&[&self.tokens.issuer]);
        validation.set_audience(&[&self.tokens.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are held against the server's own clock.
        validation.validate_exp = false;
        validation
    }

    fn said(&self, claims: &Map<String, Value>) -> Result<Said, Refused> {
        let Tokens { account_claim, account_source, admin, .. } = &self.tokens;
        // An address that the issuer itself doubts proves nothing.
        let doubted = account_claim == "email" && claims.get("email_verified") == Some(&Value::Bool(false));
        let native = claims.get(account_claim).and_then(Value::as_str).filter(|_| !doubted);
        let native = native.map(str::trim).filter(|native| !native.is_empty()).ok_or(Refused::Unmapped)?;
        let native =
            if account_source.as_str() == "mail" { native.to_lowercase() } else { native.to_owned() };
        let account = AccountKey::from_native(account_source, &native).map_err(|_| Refused::Unmapped)?;
        let admin = admin.as_ref().is_some_and(|(claim, wanted)| match claims.get(claim) {
            Some(Value::String(text)) => text == wanted,
            Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(wanted)),
            _ => false,
        });
        Ok(Said { account, admin })
    }
}

/// Whether a key may sign with an algorithm: its own if it states one, else one of its kind.
fn signs_with(key: &Jwk, algorithm: Algorithm) -> bool {
    let stated =
        key.common.key_algorithm.as_ref().is_none_or(|own| format!("{own:?}") == format!("{algorithm:?}"));
    let of_its_kind = match (&key.algorithm, algorithm) {
        (
            AlgorithmParameters::RSA(_),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512,
        )
        | (AlgorithmParameters::OctetKeyPair(_), Algorithm::EdDSA) => true,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES256) => curve.curve == EllipticCurve::P256,
        (AlgorithmParameters::EllipticCurve(curve), Algorithm::ES384) => curve.curve == EllipticCurve::P384,
        _ => false,
    };
    stated && of_its_kind
}

fn refused(error: &jsonwebtoken::errors::Error) -> Refused {
    match error.kind() {
        jsonwebtoken::errors::ErrorKind::InvalidAudience => Refused::Elsewhere,
        _ => Refused::Unknown,
    }
}

#[cfg(test)]
pub(super) mod tests;
