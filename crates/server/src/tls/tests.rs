//! TLS over a real socket, and files that cannot be used.

use std::sync::Arc;

use tempfile::TempDir;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::*;
use crate::Config;
use crate::app::App;
use crate::testing::{Made, Running, clock, config, exchange, found};

/// A certificate for `localhost` that signs itself, in files.
fn files() -> (TempDir, Tls, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let tls = Tls { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    std::fs::write(&tls.certificate, made.cert.pem()).unwrap();
    std::fs::write(&tls.key, made.signing_key.serialize_pem()).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&tls.key, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    (folder, tls, made.cert.der().clone())
}

#[tokio::test]
async fn it_speaks_tls_and_nothing_else() {
    let (_folder, tls, certificate) = files();
    let config = Config { tls: Some(tls), header_read_timeout_ms: 500, ..config() };
    let app = App::new(Arc::new(Made(|_: &engine::Search| Ok(found()))), &config, clock);
    let server = Running::start(app, config).await;
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(client)).connect(name, server.connect().await).await.unwrap();
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = exchange(stream, request).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let mut plain = server.connect().await;
    tokio::io::AsyncWriteExt::write_all(&mut plain, request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut plain, &mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "answered without TLS");
    // Whoever says nothing is not waited for.
    let mut silent = server.connect().await;
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut silent, &mut Vec::new()).await;
    server.stop().await;
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let (_folder, tls, _) = files();
    let message = |tls: &Tls| tls.acceptor().map(|_| ()).unwrap_err().to_string();
    assert!(tls.acceptor().is_ok());
    let missing = Tls { certificate: "no-such.pem".into(), ..tls.clone() };
    assert!(message(&missing).contains("no-such.pem"));
    let swapped = Tls { certificate: tls.key.clone(), key: tls.key.clone() };
    assert!(message(&swapped).contains("key.pem"), "{}", message(&swapped));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&tls.key, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(message(&tls).contains("chmod 600"));
    }
}
