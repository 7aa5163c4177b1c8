//! How the tests start the binary, speak HTTP and write exports.

pub(crate) mod chance;
pub(crate) mod deliveries;
pub(crate) mod demo;
pub(crate) mod endpoint;
pub(crate) mod exports;
pub(crate) mod hostile;
mod http;
mod place;
mod process;
pub(crate) mod receiver;
mod server;

use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;

pub(crate) use http::{Answer, bearer};
pub(crate) use place::Place;
pub(crate) use process::of_process;
pub(crate) use server::Server;

/// Two desks; everybody asks in one of them, and each subject is answered by one person.
pub(crate) const DESKS: &str = "
    #network 2026-03-02 source=desk visibility=everyone
    09:00 bo: The VPN tunnel drops every hour, how can I keep it alive?
    09:05 ana > bo: Set the rekey interval of the VPN tunnel to zero, then it stays up.
    09:06 bo +1 ana: thanks, that worked
    #printing 2026-03-03 source=desk visibility=everyone
    10:00 bo: The label printer prints blank labels, what is wrong?
    10:04 cem > bo: The label printer needs thermal paper; turn the roll and calibrate it.
    10:06 bo +1 cem: thanks, that was it
";

/// Lines of the table `[asks]`: whoever said nothing of it works at any time, so that no test hangs on the day or the
/// hour it runs at.
pub(crate) const ALWAYS_AT_WORK: &str = r#"
work_days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
work_from = "00:00"
work_to = "24:00"
"#;

/// The binary, with no options from the environment.
pub(crate) fn whoknows() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whoknows"));
    command.env_remove("WHOKNOWS_LOG");
    command
}

/// What a run of the binary left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that stdout or stderr holds every part.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            let said = self.stdout.contains(part) || self.stderr.contains(part);
            assert!(said, "{part:?} is not in\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        }
        self
    }

    /// What it printed, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr))
    }
}

/// JSON values, one a line.
pub(crate) fn json_lines<'v>(values: impl IntoIterator<Item = &'v Value>) -> String {
    values.into_iter().flat_map(|value| [value.to_string(), "\n".to_owned()]).collect()
}

/// An object with the fields of another, which go before its own.
pub(crate) fn with_fields(mut value: Value, more: Value) -> Value {
    match (&mut value, more) {
        (Value::Object(fields), Value::Object(more)) => fields.extend(more),
        other => panic!("not two objects: {other:?}"),
    }
    value
}

/// The time that 99 of 100 took.
pub(crate) fn p99(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

/// The display names of the people in an answer, best first.
pub(crate) fn names(answer: &Value) -> Vec<&str> {
    let experts = answer["experts"].as_array().unwrap();
    experts.iter().map(|expert| expert["display_name"].as_str().unwrap()).collect()
}

/// An answer without what tells one asking from the next: its id and its time.
pub(crate) fn bare(mut answer: Value) -> Value {
    let fields = answer.as_object_mut().unwrap();
    for field in ["query_id", "took_ms"] {
        assert!(fields.remove(field).is_some(), "an answer without {field}");
    }
    answer
}

/// The same, without the number of the build that answered.
pub(crate) fn barest(answer: Value) -> Value {
    let mut answer = bare(answer);
    assert!(answer.as_object_mut().unwrap().remove("generation").is_some());
    answer
}
