//! What is read as a JWKS.

use serde_json::json;

use super::*;

fn parse(set: &Value) -> Result<Keys, &'static str> {
    Keys::parse(set.to_string().as_bytes())
}

fn key(id: &str) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": id })
}

#[test]
fn a_key_is_found_by_its_id_or_because_it_is_the_only_one() {
    let shared = json!({ "kty": "oct", "k": "AA" });
    let mut encrypts = key("c");
    encrypts["use"] = "enc".into();
    let one = parse(&json!({ "keys": [{ "kty": "new" }, shared, encrypts, key("a")] })).unwrap();
    assert!(one.find(Some("a")).is_some() && one.find(None).is_some() && one.find(Some("b")).is_none());
    let two = parse(&json!({ "keys": [key("a"), key("b")] })).unwrap();
    assert!(two.find(Some("b")).is_some() && two.find(None).is_none());
}

#[test]
fn what_is_no_list_of_keys_or_too_long_a_one_is_refused() {
    for bad in
        [json!([]), json!({}), json!({ "keys": {} }), json!(null), json!({ "keys": vec![key("a"); 101] })]
    {
        assert!(parse(&bad).is_err(), "{bad}");
    }
    assert!(Keys::parse(b"<html>").is_err());
    assert_eq!(parse(&json!({ "keys": [] })), Ok(Keys::default()));
    assert!(parse(&json!({ "keys": vec![key("a"); 100] })).is_ok());
}
