//! What was written to a case: comments, mails, posts in its feed.

use model::AccountKey;
use text::Markup;

use super::{AGAIN, Cases, id, is_true, time};
use crate::formats::dates::Dates;
use crate::formats::desk::{INTERNAL, Words, note, plain};
use crate::formats::mail::html::to_text;
use crate::formats::out::{Flow, Out};
use crate::formats::table::Row;

/// Posts that somebody wrote; all others are notices of changes.
const WRITTEN: [&str; 4] = ["TextPost", "LinkPost", "ContentPost", "QuestionPost"];

/// A reply, before it is put into its case.
struct Reply {
    author: AccountKey,
    /// The column that says when.
    column: &'static str,
    text: String,
    markup: Markup,
    internal: bool,
}

impl Cases {
    pub(super) fn comment(&mut self, row: &Row<'_>, dates: Dates, out: &mut Out<'_>) -> Flow {
        let Some(author) = self.user_in(row, "createdbyid", out)? else {
            return row.bad("is a comment without an author", AGAIN, out);
        };
        let text = row.get("commentbody").unwrap_or_default().to_owned();
        let internal = !row.get("ispublished").is_some_and(is_true);
        let markup = Markup::Plain;
        self.reply(row, dates, Reply { author, column: "createddate", text, markup, internal }, out)
    }

    pub(super) fn mail(&mut self, row: &Row<'_>, dates: Dates, out: &mut Out<'_>) -> Flow {
        // What came in is its sender's, what went out is the user's who wrote it.
        let incoming = row.get("incoming").is_some_and(is_true);
        let sender = row.get("fromaddress").and_then(|email| self.outsider(email, row.get("fromname")));
        let author = match sender.filter(|_| incoming) {
            Some(sender) => {
                out.account(sender.clone())?;
                Some(sender.key)
            }
            None => self.user_in(row, "createdbyid", out)?,
        };
        let Some(author) = author else { return row.bad("is a mail without a sender", AGAIN, out) };
        let text = match row.get("textbody") {
            Some(text) => text.to_owned(),
            None => row.get("htmlbody").map(to_text).unwrap_or_default(),
        };
        let column = if row.get("messagedate").is_some() { "messagedate" } else { "createddate" };
        self.reply(row, dates, Reply { author, column, text, markup: Markup::Mail, internal: false }, out)
    }

    pub(super) fn post(&mut self, row: &Row<'_>, dates: Dates, out: &mut Out<'_>) -> Flow {
        // A feed may be of anything; ids of cases begin with 500.
        if !row.get("parentid").is_some_and(|parent| parent.starts_with("500")) {
            out.skip("post in the feed of something that is no case");
            return Flow::Continue(());
        }
        if !row.get("type").is_some_and(|kind| WRITTEN.contains(&kind)) {
            out.skip("post that is a notice of a change");
            return Flow::Continue(());
        }
        let Some(author) = self.user_in(row, "createdbyid", out)? else {
            return row.bad("is a post without an author", AGAIN, out);
        };
        let text = plain(row.get("body").unwrap_or_default());
        let internal = row.get("visibility").is_none_or(|word| word != "AllUsers");
        let markup = Markup::Plain;
        self.reply(row, dates, Reply { author, column: "createddate", text, markup, internal }, out)
    }

    fn reply(&mut self, row: &Row<'_>, dates: Dates, reply: Reply, out: &mut Out<'_>) -> Flow {
        if row.get("isdeleted").is_some_and(is_true) {
            out.skip("deleted reply");
            return Flow::Continue(());
        }
        let Some(case) = row.get("parentid").and_then(id) else {
            return row.bad("is a reply to no case", AGAIN, out);
        };
        let Some(own) = row.get("id").and_then(id) else {
            return row.bad("is a reply without an id", AGAIN, out);
        };
        let Some(at) = time(row, reply.column, dates) else {
            return row.bad("is a reply without a time", AGAIN, out);
        };
        let Some(container) = self.container(out)? else { return Flow::Continue(()) };
        let Reply { author, text, markup, internal, .. } = reply;
        let words = Words { author, at, text, markup, automatic: false };
        let Some(mut message) = self.desk.reply(case, own, &container, words) else {
            return row.bad("is a reply whose id is none", AGAIN, out);
        };
        message.message.subject =
            row.get("subject").filter(|_| row.get("fromaddress").is_some()).map(str::to_owned);
        if internal { note(message, INTERNAL, out) } else { out.message(message) }
    }
}
