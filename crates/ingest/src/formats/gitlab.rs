//! GitLab project exports: `issues.ndjson` of a project's tree, with its members and its visibility.
//!
//! Authors are numbers of the old installation; names come from the members and from what notes say.
//! Notes of the system are noise, and what is confidential or internal is left out unless policy
//! admits notes.

use std::collections::{BTreeMap, BTreeSet};

use model::{Account, AccountKey, ContainerId, EmploymentStatus, Reaction, Timestamp, Visibility};
use serde_json::Value;
use text::Markup;

use super::dates::Dates;
use super::desk::{
    CONFIDENTIAL, Desk, INSIDE, INTERNAL, Outcome, Words, account, address, digest, named, note,
};
use super::elements::Elements;
use super::objects::{Object, Peek, each};
use super::out::{Flow, Out};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export};

/// Objects at the top hold no lists of their own.
const LISTS: [&str; 0] = [];
/// What a person can do about a bad record.
const AGAIN: &str = "export the project again";
/// The account that stands for those who were deleted.
const GHOST: &str = "ghost";
/// How a private project says so; one level up it is everyone's who may sign in.
const PRIVATE: u64 = 0;
/// The file that holds a project's issues.
const ISSUES: &str = "issues.ndjson";

/// Reads GitLab project exports.
#[derive(Debug, Clone, Copy)]
pub struct Gitlab;

impl Format for Gitlab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn looks_for(&self) -> &'static str {
        "a project export with tree/project/issues.ndjson"
    }

    fn detect(&self, export: &Export) -> bool {
        export.entries().iter().any(|entry| is_issues(export, entry))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut reading =
            Reading { desk: Desk::new("gitlab")?, projects: BTreeMap::new(), members: BTreeMap::new() };
        let flow = reading.export(export, &mut out);
        out.finish(flow)
    }
}

/// A project's id: what never changes of it is the number and the time of the oldest issue, the first in its
/// file.
///
/// Decision: not its name, which exports leave out or share with a project of another group: two projects of
/// one id would overwrite each other and share their readers. The price is that a project gets another id,
/// and is read as another one, when its oldest issue is deleted or damaged; and that projects copied with
/// their issues from one template are still taken for one.
fn project_id(export: &Export, entry: &Entry) -> String {
    let oldest = export.read(entry, |reader| {
        let mut elements = Elements::below(reader, &LISTS);
        while let Some(Ok(element)) = elements.next() {
            let Ok(value) = serde_json::from_slice::<Value>(element.bytes) else { continue };
            if let (Some(number), Some(at)) = (values::id(&value, "iid"), time(&value, "created_at")) {
                return Some(format!("{number}@{}", at.as_millis()));
            }
        }
        None
    });
    // The reading itself says what is wrong with the file.
    let oldest = oldest.ok().flatten().unwrap_or_default();
    format!("project-{:016x}", digest(&oldest))
}

fn is_issues(export: &Export, entry: &Entry) -> bool {
    let named = entry.file_name() == ISSUES || export.is_single_file();
    named && Peek::at(export, entry, &LISTS).has(&["iid", "author_id"])
}

/// What is known of the project in one folder.
#[derive(Debug, Clone, Default)]
struct Project {
    name: Option<String>,
    level: Option<u64>,
}

struct Reading {
    desk: Desk,
    /// By the folder that holds the project's files.
    projects: BTreeMap<String, Project>,
    members: BTreeMap<String, BTreeSet<AccountKey>>,
}

/// Which issue something is of.
struct Issue<'v> {
    ticket: &'v str,
    container: &'v ContainerId,
    confidential: bool,
}

impl Reading {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        let folder = |entry: &Entry| entry.folder().to_owned();
        let mut issues = Vec::new();
        for entry in export.entries() {
            match entry.file_name() {
                "project.json" => {
                    // It lies beside the folder of the same name.
                    let below = match entry.folder() {
                        "" => "project".to_owned(),
                        above => format!("{above}/project"),
                    };
                    self.projects.entry(below.clone()).or_default();
                    each(entry, &LISTS, out, |_, object| {
                        let text = |name| values::text(object.value, name).map(str::to_owned);
                        let name =
                            text("path_with_namespace").or_else(|| text("path")).or_else(|| text("name"));
                        let level = object.value.get("visibility_level").and_then(Value::as_u64);
                        self.projects.insert(below.clone(), Project { name, level });
                        Flow::Continue(())
                    })?;
                }
                "project_members.ndjson" => {
                    each(entry, &LISTS, out, |out, object| self.member(&folder(entry), object, out))?;
                }
                // Its name is enough here: the first issue may be damaged, or longer than what is looked at.
                name if name == ISSUES || is_issues(export, entry) => issues.push(entry),
                "merge_requests.ndjson" => out.skip("file of merge requests"),
                _ => out.skip("file that holds no issues or members"),
            }
        }
        for entry in issues {
            let heading = self.projects.get(entry.folder());
            let name = heading.and_then(|project| project.name.clone());
            let name = name.unwrap_or_else(|| "project".to_owned());
            let stated = heading.map(|project| self.rights(entry.folder(), project, out));
            let id = project_id(export, entry);
            let Some(container) = self.desk.container(&id, &name, stated, out)? else { continue };
            each(entry, &LISTS, out, |out, object| self.issue(&id, &container, object, out))?;
        }
        Flow::Continue(())
    }

    /// A private project is its members'; groups that were invited are not in the export, and stay out. One
    /// whose file does not say what it is may be private: nobody's.
    fn rights(&self, folder: &str, project: &Project, out: &mut Out<'_>) -> Visibility {
        let members = self.members.get(folder).filter(|members| !members.is_empty());
        match (project.level, members) {
            (None, _) => {
                out.warn(format!("{folder}.json does not say who may read the project: nobody may"));
                Visibility::Nobody
            }
            (Some(PRIVATE), None) => Visibility::Nobody,
            (Some(PRIVATE), Some(members)) => Visibility::Members(members.clone()),
            (Some(_), _) => Visibility::Everyone,
        }
    }

    fn member(&mut self, folder: &str, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let user = object.value.get("user").unwrap_or(&Value::Null);
        let id = values::id(user, "id").or_else(|| values::id(object.value, "user_id"));
        let Some(key) = id.and_then(|id| self.desk.key(&id)) else {
            out.skip("member who is not yet a user");
            return Flow::Continue(());
        };
        self.members.entry(folder.to_owned()).or_default().insert(key.clone());
        let text = |name: &str| values::text(user, name);
        let name = text("name").or_else(|| text("username")).map(|name| name.trim().to_owned());
        let email = text("public_email").or_else(|| text("email")).and_then(address);
        out.account(Account { name, verified_emails: email.into_iter().collect(), ..account(key) })
    }

    fn issue(
        &mut self,
        project: &str,
        container: &ContainerId,
        object: Object<'_>,
        out: &mut Out<'_>,
    ) -> Flow {
        let value = object.value;
        let Some(number) = values::id(value, "iid") else {
            return object.bad("is an issue without a number", AGAIN, out);
        };
        let author = self.person(value, "author_id", out)?;
        let Some(at) = time(value, "created_at") else {
            return object.bad("is an issue without a time of creation", AGAIN, out);
        };
        let ticket = format!("{project}#{number}");
        let text = values::text(value, "description").unwrap_or_default().to_owned();
        let words = Words { author: author.clone(), at, text, markup: Markup::Plain, automatic: false };
        let Some(mut opening) = self.desk.opening(&ticket, container, words) else {
            return object.bad("is an issue whose number is none", AGAIN, out);
        };
        let confidential = values::flag(value, "confidential");
        opening.message.subject = values::text(value, "title").map(|title| title.trim().to_owned());
        opening.message.reactions = self.reactions(value);
        self.outcome(value, &author, out)?.close(&mut opening.message);
        if confidential {
            note(opening, CONFIDENTIAL, out)?;
        } else {
            out.message(opening)?;
        }
        let issue = Issue { ticket: &ticket, container, confidential };
        for note in values::list(value, "notes") {
            self.note(&issue, Object { value: note, ..object }, out)?;
        }
        Flow::Continue(())
    }

    fn note(&mut self, issue: &Issue<'_>, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        if values::flag(value, "system") {
            out.skip("note of the system left out");
            return Flow::Continue(());
        }
        let Some(id) = values::id(value, "id") else {
            return object.bad("has a note without an id", AGAIN, out);
        };
        let Some(at) = time(value, "created_at") else {
            return object.bad("has a note without a time of creation", AGAIN, out);
        };
        let author = self.person(value, "author_id", out)?;
        let text = values::text(value, "note").unwrap_or_default().to_owned();
        let words = Words { author, at, text, markup: Markup::Plain, automatic: false };
        let Some(mut reply) = self.desk.reply(issue.ticket, &id, issue.container, words) else {
            return object.bad("has a note whose id is none", AGAIN, out);
        };
        let internal = values::flag(value, "internal") || values::flag(value, "confidential");
        reply.message.edited_at = time(value, "last_edited_at").filter(|edited| *edited > at);
        reply.message.reactions = self.reactions(value);
        match (internal, issue.confidential) {
            (true, _) => note(reply, INTERNAL, out),
            (false, true) => note(reply, INSIDE, out),
            (false, false) => out.message(reply),
        }
    }

    /// The account whose number stands in a field, with the name that stands beside it; the ghost's without.
    fn person(&self, value: &Value, field: &str, out: &mut Out<'_>) -> std::ops::ControlFlow<(), AccountKey> {
        let number = values::id(value, field).unwrap_or_else(|| GHOST.to_owned());
        let key = self.desk.key(&number).or_else(|| self.desk.key(GHOST));
        let Some(key) = key else { return std::ops::ControlFlow::Break(()) };
        let said = value.get("author").unwrap_or(&Value::Null);
        let name = values::text(said, "name").map(|name| name.trim().to_owned());
        if key.native() == GHOST {
            let mut ghost = account(key.clone());
            ghost.directory.status = Some(EmploymentStatus::Departed);
            out.account(ghost)?;
        } else if name.is_some() && field == "author_id" {
            out.account(Account { name, ..account(key.clone()) })?;
        } else {
            named(&key, out)?;
        }
        std::ops::ControlFlow::Continue(key)
    }

    /// Closed, and neither moved nor a duplicate: by the assignee, else by whoever else closed it.
    fn outcome(
        &self,
        value: &Value,
        author: &AccountKey,
        out: &mut Out<'_>,
    ) -> std::ops::ControlFlow<(), Outcome> {
        let assignees = values::list(value, "issue_assignees");
        let assignee = match assignees.first() {
            Some(assignee) => Some(self.person(assignee, "user_id", out)?),
            None => None,
        };
        let is_closing = |event: &&Value| values::text(event, "state") == Some("closed");
        let closing = values::list(value, "resource_state_events").iter().rfind(is_closing);
        let closer = match closing {
            Some(event) => Some(self.person(event, "user_id", out)?),
            None => None,
        };
        let elsewhere = ["moved_to_id", "duplicated_to_id", "promoted_to_epic_id"];
        let moved = elsewhere.iter().any(|name| values::id(value, name).is_some());
        let done = values::text(value, "state") == Some("closed") && !moved;
        let by = assignee.clone().or(closer.filter(|closer| closer != author && closer.native() != GHOST));
        let at = time(value, "closed_at").or_else(|| time(closing?, "created_at"));
        std::ops::ControlFlow::Continue(Outcome { assignee, done, by, at })
    }

    /// Emoji with who gave them.
    fn reactions(&self, value: &Value) -> Vec<Reaction> {
        let mut by_name: BTreeMap<&str, BTreeSet<AccountKey>> = BTreeMap::new();
        for award in values::list(value, "award_emoji") {
            let key = values::id(award, "user_id").and_then(|id| self.desk.key(&id));
            if let (Some(name), Some(key)) = (values::text(award, "name"), key) {
                by_name.entry(name).or_default().insert(key);
            }
        }
        let one = |(name, by): (&str, BTreeSet<AccountKey>)| {
            let count = u32::try_from(by.len()).unwrap_or(u32::MAX);
            Reaction { name: name.to_owned(), count, by: by.into_iter().collect() }
        };
        by_name.into_iter().map(one).collect()
    }
}

fn time(value: &Value, name: &str) -> Option<Timestamp> {
    values::text(value, name).and_then(|text| Dates::default().time(text))
}
