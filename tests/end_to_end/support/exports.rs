//! Small exports in each native form, and one organization for tests that need many messages.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use synth::{Plan, Sample, write_sample};

use super::Place;

/// Eight o'clock in the morning of a day in March 2026, in seconds.
const MORNING: u64 = 1_772_438_400;

/// A user of a Slack export.
pub(crate) fn slack_user(id: &str, name: &str, email: Option<&str>) -> Value {
    json!({"id": id, "name": name.to_lowercase(), "deleted": false, "is_bot": false,
        "profile": {"real_name": name, "display_name": name, "email": email}})
}

/// A message of a Slack export: its number makes its time, `thread` is the number of the message it answers.
pub(crate) fn slack_message(number: u64, user: &str, text: &str, thread: Option<u64>) -> Value {
    let ts = |number: u64| format!("{}.000100", MORNING + number * 60);
    let mut message = json!({"type": "message", "user": user, "text": text, "ts": ts(number)});
    if let Some(thread) = thread {
        message["thread_ts"] = json!(ts(thread));
    }
    message
}

/// One question and its answer, as a day of a channel: Bo asks, Ana answers.
pub(crate) fn slack_day(question: &str, answer: &str) -> String {
    let (bo, ana) = ("U0BO", "U0ANA");
    let mut asked = slack_message(1, bo, question, Some(1));
    asked["reply_count"] = json!(1);
    json!([asked, slack_message(2, ana, answer, Some(1))]).to_string()
}

/// The two people of [`slack_day`], as `users.json`.
pub(crate) fn slack_users() -> String {
    let ana = slack_user("U0ANA", "Ana Brandt", Some("ana@firm.example"));
    json!([ana, slack_user("U0BO", "Bo Lind", Some("bo@firm.example"))]).to_string()
}

/// A list of channels, each with the two people or nobody as members.
pub(crate) fn slack_channels(channels: &[(&str, &str, &[&str])]) -> String {
    let channel =
        |(id, name, members): &(&str, &str, &[&str])| json!({"id": id, "name": name, "members": members});
    Value::Array(channels.iter().map(channel).collect()).to_string()
}

/// The files of a small Slack export with one public channel, `helpdesk`.
pub(crate) fn slack_files(question: &str, answer: &str) -> Vec<(&'static str, String)> {
    vec![
        ("channels.json", slack_channels(&[("C0HELP", "helpdesk", &[])])),
        ("users.json", slack_users()),
        ("helpdesk/2026-03-02.json", slack_day(question, answer)),
    ]
}

/// Writes the files of an export below a folder.
pub(crate) fn write_files(place: &Place, folder: &str, files: &[(&str, String)]) -> PathBuf {
    for (name, content) in files {
        place.write(&format!("{folder}/{name}"), content);
    }
    place.path(folder)
}

/// A mail of an mbox file; `answers` is the number of the mail it answers.
pub(crate) fn mail(
    number: u32,
    from: &str,
    to: &str,
    answers: Option<u32>,
    subject: &str,
    text: &str,
) -> String {
    let address = from.split(['<', '>']).nth(1).unwrap_or(from);
    let refers = answers.map_or_else(String::new, |to| {
        format!("In-Reply-To: <{to}@firm.example>\nReferences: <{to}@firm.example>\n")
    });
    format!(
        "From {address} Mon Mar  2 09:{number:02}:00 2026\nFrom: {from}\nTo: {to}\nSubject: {subject}\n\
         Date: Mon, 2 Mar 2026 09:{number:02}:00 +0000\nMessage-ID: <{number}@firm.example>\n{refers}\n{text}\n\n"
    )
}

/// Bo asks Ana by mail, and she answers.
pub(crate) fn mail_exchange(question: &str, answer: &str) -> String {
    let (ana, bo) = ("Ana Brandt <ana@firm.example>", "Bo Lind <bo@firm.example>");
    mail(1, bo, ana, None, "A question", question) + &mail(2, ana, bo, Some(1), "Re: A question", answer)
}

/// An issue of a Jira export: Bo reports it, Ana comments and it is fixed.
pub(crate) fn jira_issue(key: &str, summary: &str, description: &str, answer: &str) -> String {
    let person = |name: &str, full: &str| json!({"name": name, "displayName": full, "emailAddress": format!("{name}@firm.example"), "active": true});
    let (ana, bo) = (person("ana", "Ana Brandt"), person("bo", "Bo Lind"));
    let number = key.rsplit('-').next().unwrap();
    json!({
        "id": format!("1000{number}"), "key": key,
        "fields": {
            "project": {"key": "SUP", "name": "Support"}, "summary": summary, "description": description,
            "created": "2026-03-02T10:00:00.000+0000", "updated": "2026-03-03T10:00:00.000+0000",
            "reporter": bo, "assignee": ana, "resolution": {"name": "Fixed"},
            "resolutiondate": "2026-03-03T09:00:00.000+0000",
            "status": {"name": "Closed", "statusCategory": {"key": "done"}},
            "comment": {"total": 1, "maxResults": 5, "comments": [
                {"id": format!("5{number}"), "author": ana, "body": answer, "created": "2026-03-02T11:00:00.000+0000"}
            ]}
        }
    })
    .to_string()
}

/// A made-up company of a few hundred messages in all three native forms.
pub(crate) fn company(folder: &Path) -> Sample {
    let end = "2026-06-01T00:00:00Z".parse().unwrap();
    write_sample(&Plan { seed: 11, people: 60, months: 2, end }, folder).unwrap()
}
