//! Tickets as Jira's REST interface (version 2) gives them: one file an issue.

use std::collections::BTreeMap;
use std::path::Path;

use fs_err as fs;
use serde_json::{Value, json};

use super::json as write_json;
use super::markup::{Piece, pieces};
use crate::sample::clock::{ZONES, civil};
use crate::sample::conversation::{Line, Outcome, Scene, Venue};
use crate::sample::organization::DOMAIN;
use crate::sample::production::Production;
use crate::sample::topics::Topic;
use crate::{Dice, Error};

/// Writes `<project>/<number>.json`; gives the number of descriptions and comments.
pub(crate) fn write(production: &Production, folder: &Path) -> Result<usize, Error> {
    fs::create_dir_all(folder)?;
    let mut projects: BTreeMap<&str, Vec<(i64, &Scene, &Topic)>> = BTreeMap::new();
    for scene in production.scenes.iter().filter(|scene| scene.venue == Venue::Ticket) {
        let topic = scene.topic.and_then(|at| production.topics.get(at));
        if let (Some(topic), Some(first)) = (topic, scene.lines.first()) {
            projects.entry(&topic.project).or_default().push((first.at, scene, topic));
        }
    }
    let mut written = 0;
    for (project_at, (project, mut issues)) in projects.into_iter().enumerate() {
        issues.sort_by_key(|(at, _, _)| *at);
        let dice = production.dice.fork(&format!("jira {project}"));
        let mut clerk = Clerk { production, project, id: 10_000 * (project_at as i64 + 1), dice };
        for (number, (_, scene, topic)) in issues.into_iter().enumerate() {
            let issue = clerk.issue(number + 1, scene, topic);
            write_json(&folder.join(project), &format!("{}.json", number + 1), &issue)?;
            written += scene.lines.len();
        }
    }
    Ok(written)
}

/// Files the issues of one project.
struct Clerk<'a> {
    production: &'a Production,
    project: &'a str,
    id: i64,
    dice: Dice,
}

impl Clerk<'_> {
    fn next_id(&mut self) -> String {
        self.id += 1;
        self.id.to_string()
    }

    fn issue(&mut self, number: usize, scene: &Scene, topic: &Topic) -> Value {
        let id = self.next_id();
        let created = scene.lines.first().map_or(0, |line| line.at);
        let reporter = scene.lines.first().map_or(Value::Null, |line| self.user(line.author));
        let comments: Vec<Value> = scene.lines.iter().skip(1).map(|line| self.comment(line)).collect();
        let last = scene.lines.last().map_or(created, |line| line.at);
        let (status, resolution, resolved) = match scene.outcome {
            Outcome::Open => ("Open", None, None),
            Outcome::Done(by, at) => ("Done", Some("Done"), Some((by, at))),
            Outcome::Declined(by, at) => ("Closed", Some("Won't Do"), Some((by, at))),
        };
        let kind = self.dice.pick(&["Support", "Bug", "Task", "Question"]).copied().unwrap_or("Task");
        let priority = self.dice.pick(&["Low", "Medium", "Medium", "High"]).copied().unwrap_or("Medium");
        let total = comments.len();
        json!({
            "id": id, "key": format!("{}-{number}", self.project),
            "self": format!("https://tickets.{DOMAIN}/rest/api/2/issue/{id}"),
            "fields": {
                "project": {"key": self.project, "name": self.project},
                "issuetype": {"name": kind, "subtask": false},
                "summary": scene.title,
                "description": scene.lines.first().map(|line| self.wiki(&line.text)),
                "status": {"name": status, "statusCategory": {"key": if resolved.is_some() { "done" } else { "new" }}},
                "resolution": resolution.map(|name| json!({"name": name})),
                "resolutiondate": resolved.map(|(_, at)| time(at)),
                "priority": {"name": priority},
                "assignee": scene.assignee.map(|person| self.user(person)),
                "reporter": reporter, "creator": reporter,
                "labels": [topic.key], "components": [{"name": topic.title}],
                "created": time(created), "updated": time(resolved.map_or(last, |(_, at)| at.max(last))),
                "comment": {"comments": comments, "total": total, "maxResults": total, "startAt": 0},
            },
            "changelog": {"histories": self.histories(status, resolved)},
        })
    }

    fn histories(&mut self, status: &str, resolved: Option<(usize, i64)>) -> Vec<Value> {
        let Some((by, at)) = resolved else { return Vec::new() };
        let id = self.next_id();
        let item = json!({"field": "status", "fieldtype": "jira", "fromString": "Open", "toString": status});
        vec![json!({"id": id, "author": self.user(by), "created": time(at), "items": [item]})]
    }

    fn comment(&mut self, line: &Line) -> Value {
        let author = self.user(line.author);
        json!({
            "id": self.next_id(), "author": author, "updateAuthor": author, "body": self.wiki(&line.text),
            "created": time(line.at), "updated": time(line.at + if line.edited { 140_000 } else { 0 }),
        })
    }

    fn user(&self, at: usize) -> Value {
        let Some(person) = self.production.person(at) else { return Value::Null };
        json!({
            "name": person.jira_name, "key": person.jira_name, "displayName": person.name(),
            "emailAddress": person.email, "active": !person.departed(),
            "timeZone": ZONES.get(person.zone).map(|zone| zone.name),
        })
    }

    /// The text in wiki markup.
    fn wiki(&self, text: &str) -> String {
        let marked = |piece| match piece {
            Piece::Words(words) => words.to_owned(),
            Piece::Code(code) => format!("{{{{{code}}}}}"),
            Piece::Block(code) => format!("{{code}}\n{code}\n{{code}}"),
            Piece::Link(link) => format!("[{link}]"),
            Piece::Mention(person) => {
                let name = self.production.person(person).map_or("", |person| &person.jira_name);
                format!("[~{name}]")
            }
        };
        pieces(text).into_iter().map(marked).collect::<String>().replace('\n', "\r\n")
    }
}

/// `2026-03-02T09:02:11.000+0000`.
fn time(millis: i64) -> String {
    let at = civil(millis);
    format!(
        "{}T{:02}:{:02}:{:02}.{:03}+0000",
        at.date(),
        at.hour(),
        at.minute(),
        at.second(),
        millis.rem_euclid(1000)
    )
}
