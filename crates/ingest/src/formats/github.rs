//! GitHub issues, as the REST interface writes them or as `gh issue list --json` does.
//!
//! A pull request is no issue: it is left out with its comments, wherever the export says which they are.

use std::collections::BTreeMap;

use model::{Account, ContainerId, EmploymentStatus, Reaction, Timestamp};
use serde_json::Value;
use text::Markup;

use super::desk::{Desk, Outcome, Words, account};
use super::objects::{Object, Peek, each, is_json};
use super::out::{Flow, Out};
use super::{Format, FormatError, ReadReport, Sink, values};
use crate::{Entry, Export};

/// The key below which a page of search results holds its issues.
const LISTS: [&str; 1] = ["items"];
/// Who stands for an account that was deleted.
const GHOST: &str = "ghost";
/// What a person can do about a bad record.
const AGAIN: &str =
    "export it again; with `gh` name the fields number, title, body, author, createdAt, url, comments";
/// What `gh` writes before an issue's number: its fields stand in the order of their names, so that a long
/// comment, or a cut, may hide the number and the title.
const BEFORE_NUMBER: [&str; 14] = [
    "assignees",
    "author",
    "blockedBy",
    "blocking",
    "body",
    "closed",
    "closedAt",
    "closedByPullRequestsReferences",
    "comments",
    "createdAt",
    "id",
    "isPinned",
    "labels",
    "milestone",
];
/// Counts of emoji, as REST and as `gh` name them.
const EMOJI: [(&str, &str); 8] = [
    ("+1", "THUMBS_UP"),
    ("-1", "THUMBS_DOWN"),
    ("laugh", "LAUGH"),
    ("hooray", "HOORAY"),
    ("confused", "CONFUSED"),
    ("heart", "HEART"),
    ("rocket", "ROCKET"),
    ("eyes", "EYES"),
];

/// Reads GitHub issues.
#[derive(Debug, Clone, Copy)]
pub struct Github;

impl Format for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn looks_for(&self) -> &'static str {
        "files *.json with lists of issues ({\"number\":…,\"title\":…,\"user\":…}, or of `gh issue list --json`) and of their comments"
    }

    fn detect(&self, export: &Export) -> bool {
        let files = export.entries().iter().filter(|entry| is_json(export, entry));
        files.take(20).any(|entry| kind(export, entry).is_some_and(|kind| kind == Kind::Issues))
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut out = Out::new(export, sink);
        let mut reading = Reading { desk: Desk::new("github")?, expected: BTreeMap::new() };
        let flow = reading.export(export, &mut out);
        reading.report(&mut out);
        out.finish(flow)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Issues,
    Comments,
}

fn kind(export: &Export, entry: &Entry) -> Option<Kind> {
    if !is_json(export, entry) {
        return None;
    }
    let peek = Peek::at(export, entry, &LISTS);
    if peek.has(&["number", "title"]) && peek.has_one(&["user", "author", "repository_url", "html_url"]) {
        return Some(Kind::Issues);
    }
    if peek.has(&["author"]) && peek.has_one(&["body", "comments"]) && peek.is_cut_among(&BEFORE_NUMBER) {
        return Some(Kind::Issues);
    }
    let comment = peek.has(&["issue_url", "body"]) && peek.has_one(&["user", "created_at"]);
    comment.then_some(Kind::Comments)
}

struct Reading {
    desk: Desk,
    /// How many more comments an issue has than were found.
    expected: BTreeMap<String, i64>,
}

/// An issue or a comment with the names of its fields taken away.
struct Post<'v> {
    value: &'v Value,
    container: &'v ContainerId,
    /// `owner/name#12`.
    ticket: &'v str,
}

impl Reading {
    fn export(&mut self, export: &Export, out: &mut Out<'_>) -> Flow {
        for entry in export.entries() {
            match kind(export, entry) {
                Some(Kind::Issues) => each(entry, &LISTS, out, |out, object| self.issue(entry, object, out))?,
                Some(Kind::Comments) => {
                    each(entry, &LISTS, out, |out, object| self.comment_apart(object, out))?;
                }
                None => out.skip("file that holds no issues"),
            }
        }
        Flow::Continue(())
    }

    fn report(&self, out: &mut Out<'_>) {
        let missing: i64 = self.expected.values().filter(|missing| **missing > 0).sum();
        if missing > 0 {
            out.warn(format!(
                "{missing} comments were not exported with their issues: fetch the comments of the repository too"
            ));
        }
    }

    fn issue(&mut self, entry: &Entry, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        let link = values::text(value, "html_url").or_else(|| values::text(value, "url"));
        let request = value.get("pull_request").is_some_and(|request| !request.is_null());
        if request || link.is_some_and(|link| link.contains("/pull/")) {
            out.skip("pull request left out");
            return Flow::Continue(());
        }
        let Some(number) = values::id(value, "number") else {
            return object.bad("is an issue without a number", AGAIN, out);
        };
        let stem = entry.file_name().rsplit_once('.').map_or(entry.file_name(), |(stem, _)| stem);
        let repository = repository(value).unwrap_or(stem);
        let Some(container) = self.desk.container(repository, repository, None, out)? else {
            return object.bad("is an issue of no repository", AGAIN, out);
        };
        let ticket = format!("{repository}#{number}");
        let post = Post { value, container: &container, ticket: &ticket };
        let Some((author, words)) = self.words(&post) else {
            return object.bad("is an issue without a time of creation", AGAIN, out);
        };
        out.account(author.clone())?;
        let Some(mut opening) = self.desk.opening(&ticket, &container, words) else {
            return object.bad("is an issue whose number is none", AGAIN, out);
        };
        opening.message.subject = values::text(value, "title").map(|title| title.trim().to_owned());
        opening.message.permalink = link.filter(|link| link.contains("/issues/")).map(str::to_owned);
        opening.message.reactions = reactions(value);
        self.outcome(value, &author, out)?.close(&mut opening.message);
        out.message(opening)?;
        let inline = values::list(value, "comments");
        let stated = value.get("comments").and_then(Value::as_u64).unwrap_or(0);
        *self.expected.entry(ticket.clone()).or_default() += i64::try_from(stated).unwrap_or(0);
        for comment in inline {
            let place = Object { value: comment, ..object };
            self.comment(&Post { value: comment, ..post }, place, out)?;
        }
        Flow::Continue(())
    }

    fn comment_apart(&mut self, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = object.value;
        if values::text(value, "html_url").is_some_and(|link| link.contains("/pull/")) {
            out.skip("comment on a pull request left out");
            return Flow::Continue(());
        }
        let issue = values::text(value, "issue_url").and_then(|url| url.rsplit_once("/issues/"));
        let Some((_, number)) = issue else {
            return object.bad("is a comment that names no issue", AGAIN, out);
        };
        let Some(repository) = repository(value) else {
            return object.bad("is a comment of no repository", AGAIN, out);
        };
        let Some(container) = self.desk.container(repository, repository, None, out)? else {
            return object.bad("is a comment of no repository", AGAIN, out);
        };
        let ticket = format!("{repository}#{number}");
        *self.expected.entry(ticket.clone()).or_default() -= 1;
        self.comment(&Post { value, container: &container, ticket: &ticket }, object, out)
    }

    fn comment(&mut self, post: &Post<'_>, object: Object<'_>, out: &mut Out<'_>) -> Flow {
        let value = post.value;
        let reason = values::text(value, "minimizedReason").unwrap_or_default().to_lowercase();
        if values::flag(value, "isMinimized") && matches!(reason.as_str(), "spam" | "abuse") {
            out.skip("comment hidden as spam or abuse left out");
            return Flow::Continue(());
        }
        let Some(id) = comment_id(value) else {
            return object.bad("has a comment without an id", AGAIN, out);
        };
        let Some((author, words)) = self.words(post) else {
            return object.bad("has a comment without a time of creation", AGAIN, out);
        };
        out.account(author)?;
        let at = words.at;
        let Some(mut reply) = self.desk.reply(post.ticket, &id, post.container, words) else {
            return object.bad("has a comment whose id is none", AGAIN, out);
        };
        let edited = time(value, "updated_at", "updatedAt");
        reply.message.edited_at = edited.filter(|edited| *edited > at);
        let link = values::text(value, "html_url").or_else(|| values::text(value, "url"));
        reply.message.permalink = link.filter(|link| link.contains("/issues/")).map(str::to_owned);
        reply.message.reactions = reactions(value);
        out.message(reply)
    }

    /// Who wrote a post, and what. A deleted account is the ghost's; it has left.
    fn words(&self, post: &Post<'_>) -> Option<(Account, Words)> {
        let value = post.value;
        let user = value.get("user").or_else(|| value.get("author")).unwrap_or(&Value::Null);
        let author = self.person(user).or_else(|| self.person(&serde_json::json!({ "login": GHOST })))?;
        let at = time(value, "created_at", "createdAt")?;
        let text = values::text(value, "body").unwrap_or_default().to_owned();
        let words =
            Words { author: author.key.clone(), at, text, markup: Markup::Plain, automatic: author.bot };
        Some((author, words))
    }

    fn person(&self, user: &Value) -> Option<Account> {
        let login = values::text(user, "login").map(str::trim)?;
        let bot = values::text(user, "type") == Some("Bot")
            || values::flag(user, "is_bot")
            || login.ends_with("[bot]")
            || login.starts_with("app/");
        // Bots are `name[bot]` in one interface and `app/name` in the other.
        let native = login.trim_end_matches("[bot]").trim_start_matches("app/");
        let mut person = account(self.desk.key(native)?);
        person.name = values::text(user, "name").map(|name| name.trim().to_owned());
        person.bot = bot;
        person.directory.status = (login == GHOST).then_some(EmploymentStatus::Departed);
        Some(person)
    }

    /// Closed as completed in the name of the first assignee, else of whoever else closed it.
    fn outcome(
        &self,
        value: &Value,
        author: &Account,
        out: &mut Out<'_>,
    ) -> std::ops::ControlFlow<(), Outcome> {
        let mut assignees = values::list(value, "assignees").iter().filter_map(|user| self.person(user));
        let assignee = assignees.next().or_else(|| self.person(value.get("assignee")?));
        let closer = value.get("closed_by").and_then(|user| self.person(user));
        for person in assignee.iter().chain(&closer) {
            out.account(person.clone())?;
        }
        let closer = closer.filter(|closer| !closer.bot && !author.bot && closer.key != author.key);
        let is = |name: &str, word: &str| {
            values::text(value, name).is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        let reason = values::text(value, "state_reason").or_else(|| values::text(value, "stateReason"));
        let done = is("state", "closed") && reason.is_none_or(|word| word.eq_ignore_ascii_case("completed"));
        let by = assignee.as_ref().or(closer.as_ref()).map(|person| person.key.clone());
        let at = time(value, "closed_at", "closedAt");
        let assignee = assignee.map(|person| person.key);
        std::ops::ControlFlow::Continue(Outcome { assignee, done, by, at })
    }
}

/// `owner/name`, from whichever address the record has.
fn repository(value: &Value) -> Option<&str> {
    let addresses = ["repository_url", "html_url", "issue_url", "url"];
    addresses.iter().filter_map(|name| values::text(value, name)).find_map(|address| {
        let (_, path) = address.split_once("://")?;
        let (_, path) = path.split_once('/')?;
        let path = path.split_once("repos/").map_or(path, |(_, path)| path);
        let (at, _) = path.match_indices('/').nth(1).unwrap_or((path.len(), ""));
        path.get(..at).filter(|repository| repository.contains('/'))
    })
}

/// The number of a comment, which REST gives as it is and `gh` in its address.
fn comment_id(value: &Value) -> Option<String> {
    let address = values::text(value, "url").and_then(|url| url.rsplit_once("issuecomment-"));
    address.map(|(_, id)| id.to_owned()).or_else(|| values::id(value, "id"))
}

fn time(value: &Value, rest: &str, gh: &str) -> Option<Timestamp> {
    values::text(value, rest).or_else(|| values::text(value, gh)).and_then(values::time)
}

/// Emoji by count; the export does not say who gave them.
fn reactions(value: &Value) -> Vec<Reaction> {
    let groups = values::list(value, "reactionGroups");
    let count = |(rest, gh): &(&str, &str)| {
        let group = groups.iter().find(|group| values::text(group, "content") == Some(gh));
        let count = group.and_then(|group| group.pointer("/users/totalCount"));
        let count = value.get("reactions").and_then(|counts| counts.get(rest)).or(count)?.as_u64()?;
        let count = u32::try_from(count).ok().filter(|count| *count > 0)?;
        Some(Reaction { name: (*rest).to_owned(), count, by: Vec::new() })
    };
    EMOJI.iter().filter_map(count).collect()
}
