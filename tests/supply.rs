//! What is taken in from others: from where, under which licences, and what is not wanted (trust.md S17).
//!
//! Whether something was withdrawn, or is known to be unsafe, no test without a network can say: that is looked up.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Licences that ask for nothing but their notice. An expression must hold with these alone.
const LICENCES: [&str; 9] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Zlib",
];

/// What would stand twice here: TLS is that of rustls, calendars those of `jiff`.
const UNWANTED: [&str; 4] = ["chrono", "native-tls", "openssl", "openssl-sys"];

/// Every package that the binary and its tests are built of on this machine, as the lock file has them.
fn packages() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let mut metadata = Command::new(env!("CARGO"));
    metadata.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host]);
    let output = metadata.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    found["packages"].as_array().unwrap().clone()
}

fn is_allowed(expression: &str) -> bool {
    let parsed = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX);
    let one_of_ours =
        |wanted: &spdx::LicenseReq| wanted.license.id().is_some_and(|id| LICENCES.contains(&id.name));
    parsed.is_ok_and(|parsed| parsed.evaluate(one_of_ours))
}

#[test]
fn every_package_may_be_used_with_a_notice_alone() {
    let packages = packages();
    assert!(packages.len() > 100, "{}", packages.len());
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(is_allowed(licence), "{} is under {licence}", package["name"]);
    }
}

#[test]
fn licences_are_read_as_they_are_meant() {
    for yes in ["MIT", "MIT/Apache-2.0", "GPL-3.0 OR MIT", "Apache-2.0 WITH LLVM-exception", "ISC AND MIT"] {
        assert!(is_allowed(yes), "{yes}");
    }
    for no in ["none", "", "GPL-3.0-only", "MIT AND AGPL-3.0-only", "LicenseRef-ours", "SSPL-1.0"] {
        assert!(!is_allowed(no), "{no}");
    }
}

#[test]
fn whatever_is_locked_comes_from_the_registry_with_its_hash_and_is_wanted() {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock: toml::Table = fs_err::read_to_string(lock).unwrap().parse().unwrap();
    let mut from_others = 0;
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        assert!(!UNWANTED.contains(&name), "{name} is not wanted");
        let Some(source) = package.get("source") else { continue };
        from_others += 1;
        assert!(source.as_str().unwrap().starts_with("registry+"), "{name} comes from {source}");
        assert!(package.get("checksum").is_some(), "{name} has no hash");
    }
    assert!(from_others > 100);
}
