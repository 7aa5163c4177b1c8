//! Tokens: taken when all of it holds, refused when any of it does not.

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::who::KeysUrl;

/// An issuer with one key, whose JWKS lies in a file.
pub(crate) struct Issuer {
    folder: TempDir,
    key: EncodingKey,
    jwk: Jwk,
}

const NOW: i64 = 1_000_000;

impl Issuer {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let key = EncodingKey::from_ec_der(&pair.serialize_der());
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some("one".to_owned());
        let issuer = Self { folder, key, jwk };
        issuer.publish(&json!({ "keys": [{"kty": "new", "kid": "odd"}, issuer.jwk] }));
        issuer
    }

    fn publish(&self, set: &Value) {
        std::fs::write(self.folder.path().join("jwks.json"), set.to_string()).unwrap();
    }

    pub(crate) fn tokens(&self) -> Tokens {
        Tokens {
            issuer: "https://id.firm.example".to_owned(),
            audience: "whoknows".to_owned(),
            keys: KeysFrom::File(self.folder.path().join("jwks.json")),
            account_claim: "email".to_owned(),
            account_source: SourceName::new("mail").unwrap(),
            admin: Some(("roles".to_owned(), "whoknows-admin".to_owned())),
        }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.key).unwrap()
    }
}

/// Claims that hold at `now`, in seconds.
pub(crate) fn claims(now: i64) -> Value {
    json!({"iss": "https://id.firm.example", "aud": ["other", "whoknows"], "sub": "u1", "exp": now + 60,
        "nbf": now, "email": "Ana@Firm.example"})
}

fn with(field: &str, value: Value) -> Value {
    let mut claims = claims(NOW);
    claims[field] = value;
    claims
}

fn check(issuer: &Issuer, token: &str) -> Result<Said, Refused> {
    Checker::new(issuer.tokens()).check(token, Timestamp::from_millis(NOW * 1_000))
}

#[test]
fn a_token_of_the_issuer_names_an_account() {
    let issuer = Issuer::new();
    let account = AccountKey::new("mail:ana@firm.example").unwrap();
    let said = check(&issuer, &issuer.sign(&claims(NOW))).unwrap();
    assert_eq!(said, Said { account: account.clone(), admin: false });
    for roles in [json!("whoknows-admin"), json!(["reader", "whoknows-admin"])] {
        let said = check(&issuer, &issuer.sign(&with("roles", roles))).unwrap();
        assert_eq!(said, Said { account: account.clone(), admin: true });
    }
    assert!(!check(&issuer, &issuer.sign(&with("roles", json!({"whoknows-admin": 1})))).unwrap().admin);
}

#[test]
fn what_does_not_hold_is_refused() {
    let issuer = Issuer::new();
    let cases = [
        ("exp", json!(NOW - 31), Refused::Expired),
        ("nbf", json!(NOW + 31), Refused::Expired),
        ("aud", json!("another"), Refused::Elsewhere),
        ("iss", json!("https://id.other.example"), Refused::Unknown),
        ("sub", Value::Null, Refused::Unknown),
        ("aud", Value::Null, Refused::Unknown),
        ("exp", Value::Null, Refused::Unknown),
        ("email", Value::Null, Refused::Unmapped),
        ("email", json!(" "), Refused::Unmapped),
        ("email_verified", json!(false), Refused::Unmapped),
    ];
    for (field, value, why) in cases {
        let refused = check(&issuer, &issuer.sign(&with(field, value.clone()))).unwrap_err();
        // The library calls a claim that is null a wrong one.
        let expected = if field == "aud" && value.is_null() { refused } else { why };
        assert_eq!(refused, expected, "{field}: {value}");
    }
}

#[test]
fn what_the_issuer_did_not_sign_is_refused() {
    let (issuer, other) = (Issuer::new(), Issuer::new());
    assert_eq!(check(&issuer, &other.sign(&claims(NOW))), Err(Refused::Unknown));
    let token = issuer.sign(&claims(NOW));
    let mut parts = token.split('.');
    let (header, body) = (parts.next().unwrap(), parts.next().unwrap());
    for bad in [format!("{header}.{body}."), format!("{header}.{body}"), String::new(), "a.b.c".to_owned()] {
        assert_eq!(check(&issuer, &bad), Err(Refused::Unknown), "{bad}");
    }
    // Signed with what everyone knows, the public key.
    let secret = EncodingKey::from_secret(serde_json::to_string(&issuer.jwk).unwrap().as_bytes());
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) };
    let forged = encode(&header, &claims(NOW), &secret).unwrap();
    assert_eq!(check(&issuer, &forged), Err(Refused::Unknown));
}

#[test]
fn a_key_that_the_issuer_takes_back_opens_nothing_any_more() {
    let issuer = Issuer::new();
    let checker = Checker::new(issuer.tokens());
    let (token, now) = (issuer.sign(&claims(NOW)), Timestamp::from_millis(NOW * 1_000));
    assert!(checker.check(&token, now).is_ok());
    issuer.publish(&json!({ "keys": [] }));
    assert_eq!(checker.check(&token, now), Err(Refused::Unknown));
    issuer.publish(&json!({ "keys": [issuer.jwk] }));
    assert!(checker.check(&token, now).is_ok());
    issuer.publish(&json!("not a set"));
    assert_eq!(checker.check(&token, now), Err(Refused::Unknown));
}

#[test]
fn while_the_issuers_keys_never_came_nobody_can_tell() {
    let issuer = Issuer::new();
    let keys = KeysFrom::Url(KeysUrl::new("https://id.firm.example/keys", None).unwrap());
    let checker = Checker::new(Tokens { keys, ..issuer.tokens() });
    let now = Timestamp::from_millis(NOW * 1_000);
    assert_eq!(checker.check(&issuer.sign(&claims(NOW)), now), Err(Refused::NotYet));
    assert_eq!(checker.check("a.b.c", now), Err(Refused::Unknown));
}
