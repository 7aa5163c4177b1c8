//! Cases: the text of who asked, the outcome, the owner.

use text::Markup;

use super::{AGAIN, Cases, id, is_true, time};
use crate::formats::dates::Dates;
use crate::formats::desk::{Outcome, Words, named};
use crate::formats::out::{Flow, Out};
use crate::formats::table::Row;

/// Words of statuses and reasons that say that a closed case was not solved.
const REFUSED: [&str; 8] =
    ["duplicate", "merged", "spam", "cancel", "reject", "no response", "invalid", "withdrawn"];

impl Cases {
    pub(super) fn case(&mut self, row: &Row<'_>, dates: Dates, out: &mut Out<'_>) -> Flow {
        let Some(case) = row.get("id").and_then(id) else {
            return row.bad("is a case without an id", AGAIN, out);
        };
        if row.get("isdeleted").is_some_and(is_true) {
            out.skip("deleted case");
            let gone = model::MessageId::from_native(&self.desk.source, case);
            return gone.map_or(Flow::Continue(()), |id| out.delete(id));
        }
        let Some(container) = self.container(out)? else { return Flow::Continue(()) };
        let assignee = self.user_in(row, "ownerid", out)?;
        // Who wrote from outside, else the contact by number, else the user who typed it in.
        let outsider =
            row.get("suppliedemail").and_then(|email| self.outsider(email, row.get("suppliedname")));
        let contact = row.get("contactid").and_then(id).and_then(|text| self.desk.key(text));
        let author = match (outsider, contact) {
            (Some(outsider), _) => {
                out.account(outsider.clone())?;
                Some(outsider.key)
            }
            (None, Some(contact)) => {
                named(&contact, out)?;
                Some(contact)
            }
            (None, None) => self.user_in(row, "createdbyid", out)?,
        };
        let Some(author) = author else { return row.bad("is a case that nobody opened", AGAIN, out) };
        let Some(at) = time(row, "createddate", dates) else {
            return row.bad("is a case whose \"CreatedDate\" is no time", AGAIN, out);
        };
        let text = row.get("description").unwrap_or_default().to_owned();
        let words = Words { author, at, text, markup: Markup::Mail, automatic: false };
        let Some(mut opening) = self.desk.opening(case, &container, words) else {
            return row.bad("is a case whose id is none", AGAIN, out);
        };
        opening.message.subject = row.get("subject").map(str::to_owned);
        let at = time(row, "closeddate", dates);
        Outcome { assignee, done: is_done(row), by: None, at }.close(&mut opening.message);
        out.message(opening)
    }
}

/// Closed, and neither the status nor the reason says that it was refused.
fn is_done(row: &Row<'_>) -> bool {
    let status = row.get("status").unwrap_or_default().to_lowercase();
    let closed = match row.get("isclosed") {
        Some(text) => is_true(text),
        None => matches!(status.as_str(), "closed" | "solved" | "resolved"),
    };
    let reason = row.first(&["closedreason", "reason"]).unwrap_or_default().to_lowercase();
    closed && !REFUSED.iter().any(|word| status.contains(word) || reason.contains(word))
}
