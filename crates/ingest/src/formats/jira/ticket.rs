//! One ticket: its own text, its comments, its people and its outcome.

use std::collections::BTreeSet;

use model::{
    Account, Container, ContainerId, ContainerKind, DirectoryEntry, EmploymentStatus, Message, MessageId,
    MessageKind, SourceName, Timestamp, Visibility,
};
use serde_json::Value;

use super::document::{Body, body};
use crate::formats::desk::INTERNAL;
use crate::formats::out::{Flow, Out};
use crate::formats::values;
use crate::{Place, RawMessage};

/// Names of resolutions that mean the matter was settled as asked. All others (won't fix, duplicate, cannot
/// reproduce, incomplete, invalid, needs more info, not our bug, withdrawn …) credit nobody.
pub(super) const DONE: [&str; 16] = [
    "fixed",
    "done",
    "resolved",
    "complete",
    "completed",
    "implemented",
    "solved",
    "answered",
    "delivered",
    "released",
    "fix released",
    "fixed and verified",
    "verified",
    "success",
    "successful",
    "deployed",
];

/// Reads tickets one after another.
pub(super) struct Tickets {
    source: SourceName,
    projects: BTreeSet<ContainerId>,
    truncated: u64,
}

/// What a ticket's messages have in common.
struct Ticket<'v> {
    key: String,
    id: MessageId,
    container: ContainerId,
    stated_visibility: Option<Visibility>,
    value: &'v Value,
    fields: &'v Value,
}

impl Tickets {
    pub(super) fn new(source: SourceName) -> Self {
        Self { source, projects: BTreeSet::new(), truncated: 0 }
    }

    pub(super) fn report(&self, out: &mut Out<'_>) {
        if self.truncated > 0 {
            let count = self.truncated;
            out.warn(format!(
                "{count} comments were not exported with their issues: fetch the issues one by one"
            ));
        }
    }

    /// Hands out a ticket and its comments.
    pub(super) fn ticket(&mut self, value: &Value, place: &Place, raw: &[u8], out: &mut Out<'_>) -> Flow {
        let fields = value.get("fields").unwrap_or(&Value::Null);
        let Some(ticket) = self.identify(value, fields) else {
            return out.bad(place.clone(), "is an issue without a key", raw);
        };
        if self.projects.insert(ticket.container.clone()) {
            out.container(Container {
                id: ticket.container.clone(),
                name: ticket.container.native().to_owned(),
                kind: ContainerKind::Project,
                stated_visibility: None,
            })?;
        }
        if ticket.stated_visibility.is_some() {
            out.skip("issue with a security level: readable by nobody");
        }
        self.opening(&ticket, place, raw, out)?;
        let comments = fields.get("comment").unwrap_or(&Value::Null);
        let read = values::list(comments, "comments");
        let total = comments.get("total").and_then(Value::as_u64).unwrap_or(0);
        self.truncated += total.saturating_sub(read.len() as u64);
        for (index, comment) in read.iter().enumerate() {
            self.comment(&ticket, comment, index, place, out)?;
        }
        Flow::Continue(())
    }

    fn identify<'v>(&self, value: &'v Value, fields: &'v Value) -> Option<Ticket<'v>> {
        let key = values::text(value, "key")?.trim().to_owned();
        let project = fields.get("project").and_then(|project| values::text(project, "key"));
        let project = project.map(str::trim).or_else(|| key.rsplit_once('-').map(|(project, _)| project));
        let restricted = fields.get("security").is_some_and(|security| !security.is_null());
        Some(Ticket {
            id: MessageId::from_native(&self.source, &key).ok()?,
            container: ContainerId::from_native(&self.source, project.filter(|key| !key.is_empty())?).ok()?,
            stated_visibility: restricted.then_some(Visibility::Nobody),
            key,
            value,
            fields,
        })
    }

    /// The ticket's own text, with its outcome.
    fn opening(&self, ticket: &Ticket<'_>, place: &Place, raw: &[u8], out: &mut Out<'_>) -> Flow {
        let fields = ticket.fields;
        let person = |name: &str| fields.get(name).and_then(|user| self.account(user));
        let assignee = person("assignee");
        let author = person("reporter").or_else(|| person("creator"));
        for account in assignee.iter().chain(&author) {
            out.account(account.clone())?;
        }
        let Some(author) = author else {
            return out.bad(place.clone(), "is an issue without reporter or creator", raw);
        };
        let Some(at) = values::text(fields, "created").and_then(values::time) else {
            return out.bad(place.clone(), "is an issue whose \"created\" is no time", raw);
        };
        let mut message = self.message(ticket, ticket.id.clone(), &author, at, fields.get("description"));
        let opening = &mut message.message;
        opening.subject = values::text(fields, "summary").map(|summary| summary.trim().to_owned());
        opening.assignee = assignee.map(|account| account.key);
        opening.permalink = link(ticket);
        if is_done(fields) {
            opening.resolved_by.clone_from(&opening.assignee);
            opening.resolved_at = values::text(fields, "resolutiondate").and_then(values::time);
        }
        out.message(message)
    }

    fn comment(
        &self,
        ticket: &Ticket<'_>,
        comment: &Value,
        index: usize,
        place: &Place,
        out: &mut Out<'_>,
    ) -> Flow {
        let internal = comment.get("jsdPublic").and_then(Value::as_bool) == Some(false);
        if internal && !out.admits_notes(&ticket.container) {
            out.refuse(INTERNAL, 1);
            return Flow::Continue(());
        }
        let bad = |out: &mut Out<'_>, what: &str| {
            let raw = comment.to_string();
            out.bad(place.clone(), format!("comment {} of the issue {what}", index + 1), raw.as_bytes())
        };
        let Some(id) = values::id(comment, "id") else { return bad(out, "has no id") };
        let Some(author) = comment.get("author").and_then(|user| self.account(user)) else {
            return bad(out, "has no author");
        };
        let Some(at) = values::text(comment, "created").and_then(values::time) else {
            return bad(out, "has no time of creation");
        };
        let Ok(id) = MessageId::from_native(&self.source, &format!("{}/{}", ticket.key, id.trim())) else {
            return bad(out, "has no id");
        };
        out.account(author.clone())?;
        let mut message = self.message(ticket, id, &author, at, comment.get("body"));
        let reply = &mut message.message;
        reply.reply_to = vec![ticket.id.clone()];
        let updated = values::text(comment, "updated").and_then(values::time);
        reply.edited_at = updated.filter(|updated| *updated != at);
        if comment.get("visibility").is_some_and(|visibility| !visibility.is_null()) {
            out.skip("comment for a role or group: readable by nobody");
            reply.stated_visibility = Some(Visibility::Nobody);
        }
        let native = reply.id.native().rsplit('/').next().unwrap_or_default().to_owned();
        reply.permalink = link(ticket).map(|link| format!("{link}?focusedCommentId={native}"));
        out.message(message)
    }

    fn message(
        &self,
        ticket: &Ticket<'_>,
        id: MessageId,
        author: &Account,
        at: Timestamp,
        raw: Option<&Value>,
    ) -> RawMessage {
        let Body { text, markup, mentions } = body(raw, &self.source);
        let message = Message {
            kind: if author.bot { MessageKind::Automatic } else { MessageKind::Human },
            native_conversation: Some(ticket.key.clone()),
            mentions,
            stated_visibility: ticket.stated_visibility.clone(),
            ..Message::new(id, ticket.container.clone(), author.key.clone(), at, text)
        };
        RawMessage { message, markup }
    }

    /// The account of a user object: server installations know people by name, the cloud by account id.
    fn account(&self, user: &Value) -> Option<Account> {
        let id = ["name", "accountId", "key"].iter().find_map(|field| values::text(user, field))?;
        let email = values::text(user, "emailAddress").filter(|email| email.contains('@'));
        let status = user
            .get("active")
            .and_then(Value::as_bool)
            .map(|active| if active { EmploymentStatus::Active } else { EmploymentStatus::Departed });
        Some(Account {
            key: values::account(&self.source, id)?,
            name: values::text(user, "displayName").map(|name| name.trim().to_owned()),
            verified_emails: email.map(|email| email.trim().to_lowercase()).into_iter().collect(),
            bot: values::text(user, "accountType") == Some("app"),
            directory: DirectoryEntry {
                status,
                timezone: values::text(user, "timeZone").map(str::to_owned),
                user_name: values::text(user, "name").map(str::to_owned),
                ..DirectoryEntry::default()
            },
        })
    }
}

/// Closed as done: a resolution that says so, in a status that does not contradict it.
fn is_done(fields: &Value) -> bool {
    let resolution = fields.get("resolution").and_then(|resolution| values::text(resolution, "name"));
    let done = resolution.is_some_and(|name| DONE.contains(&name.trim().to_lowercase().as_str()));
    let category = fields.pointer("/status/statusCategory/key").and_then(Value::as_str);
    done && category.is_none_or(|category| category == "done")
}

/// The page people open, from the address of the interface.
fn link(ticket: &Ticket<'_>) -> Option<String> {
    let (site, _) = values::text(ticket.value, "self")?.split_once("/rest/")?;
    Some(format!("{site}/browse/{}", ticket.key))
}
