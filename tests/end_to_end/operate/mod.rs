//! Running it for years: generations, jobs, backups, upgrades.

mod backup;
mod crash;
mod encoders;
mod jobs;
mod slow;
mod soak;
mod stop;
mod swap;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Place, Server, bearer};

/// As long as a busy machine may take.
const LONGEST: Duration = Duration::from_mins(2);

/// An administrator's key.
pub(crate) fn admin(place: &Place) -> String {
    place.key(&["--service", "operator", "--scopes", "admin"])
}

/// Options with folders for jobs, a quick look for newer indexes, and more besides.
pub(crate) fn options(place: &Place, more: &str) -> PathBuf {
    let (exports, backups) = (place.folder("exports"), place.path("backups"));
    place.write(
        "operate.toml",
        format!(
            "[jobs]\nexports = {:?}\nbackups = {:?}\n[server.rate]\nper_second = 0\n[query.confidence]\n\
             name_from = 0.05\n{more}",
            exports.display().to_string(),
            backups.display().to_string()
        ),
    )
}

/// Orders a job and gives its number.
#[track_caller]
pub(crate) fn order(server: &Server, key: &str, job: &Value) -> String {
    let answer = server.send_with("POST /v1/admin/jobs", &bearer(key), Some(job));
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Looks at a job until it is over.
#[track_caller]
pub(crate) fn over(server: &Server, key: &str, id: &str) -> Value {
    let began = Instant::now();
    loop {
        let job = server.send_with(&format!("GET /v1/jobs/{id}"), &bearer(key), None).json();
        if !["queued", "running"].contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        assert!(began.elapsed() < LONGEST, "{job:#}");
    }
}
