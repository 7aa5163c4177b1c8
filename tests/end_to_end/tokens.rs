//! Tokens of an issuer whose keys the real binary fetches from it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Sender, channel};

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::support::{DESKS, Place, Server, bearer};

/// A key of Ed25519 made of one byte (RFC 8410: the head of its PKCS #8 form, then 32 bytes).
fn key(byte: u8) -> EncodingKey {
    let head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    EncodingKey::from_ed_der(&[&head[..], &[byte; 32]].concat())
}

fn token(signer: u8, id: &str, audience: &str, role: &str) -> String {
    let header = Header { kid: Some(id.to_owned()), ..Header::new(Algorithm::EdDSA) };
    let claims = json!({"iss": "https://id.example", "aud": audience, "sub": "canary", "exp": 4_000_000_000_u64,
        "email": "ana@firm.example", "roles": [role]});
    encode(&header, &claims, &key(signer)).unwrap()
}

/// An issuer that keeps every request waiting for the next set of keys.
fn issuer() -> (String, Sender<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let (publish, published) = channel::<Value>();
    std::thread::spawn(move || {
        for set in published {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let body = set.to_string();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes()).unwrap();
        }
    });
    (url, publish)
}

#[test]
fn the_server_starts_without_the_issuer_and_takes_its_tokens_once_the_keys_are_there() {
    let place = Place::with_play(DESKS);
    let (url, publish) = issuer();
    let text = format!(
        "[server]\nanonymous = false\ndrain_ms = 0\n[server.tokens]\nissuer = \"https://id.example\"\n\
         audience = \"whoknows\"\nkeys_url = \"{url}\"\nadmin_claim = \"roles\"\nadmin_value = \"admin\"\n"
    );
    let server = Server::start_talkative_with_options(&place.data(), &place.write("tokens.toml", &text));
    let ask = |token: &str| {
        server.send_with("POST /v1/experts/search", &bearer(token), Some(&json!({ "query": "VPN tunnel" })))
    };
    let anas = token(1, "one", "whoknows", "reader");
    let early = ask(&anas);
    assert_eq!(early.status, 503, "{early:?}");
    assert!(early.header("retry-after").is_some());
    assert_eq!(server.get("/readyz").status, 200);

    let mut published =
        serde_json::to_value(Jwk::from_encoding_key(&key(1), Algorithm::EdDSA).unwrap()).unwrap();
    published["kid"] = "one".into();
    publish.send(json!({ "keys": [published] })).unwrap();
    let answered = std::iter::repeat_with(|| ask(&anas)).find(|answer| answer.status != 503).unwrap();
    assert_eq!(answered.status, 200, "{answered:?}");
    for bad in [
        token(2, "one", "whoknows", "admin"),
        token(2, "two", "whoknows", "admin"),
        token(1, "one", "another", "admin"),
    ] {
        assert_eq!(ask(&bad).status, 401);
    }
    let admin = bearer(&token(1, "one", "whoknows", "admin"));
    let figures = server.send_with("GET /metrics", &admin, None).body;
    assert!(
        figures.contains("whoknows_jwks_keys 1\n") && figures.contains("whoknows_jwks_age_seconds "),
        "{figures}"
    );

    let log = server.terminate().stderr;
    assert!(log.contains("the issuer's keys changed"), "{log}");
    let signature = anas.rsplit('.').next().unwrap();
    for secret in [signature, "canary", "ana@firm.example"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
