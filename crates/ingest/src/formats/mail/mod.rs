//! Mail: mbox files, loose mails (EML), maildirs, Google Takeout, Exchange journals and PST files.
//!
//! Decision: one format with several doors. What is cut out of an mbox, lies in a file of its own or is
//! found in a PST becomes the same thing, a mail in RFC 5322 form, and one core reads it; so mixed folders
//! are read in one go, and a mail that lies in two of them is one message. The price is that a PST's
//! properties are written as headers only to be read again.
//!
//! Decision: a mail is taken apart here, without recursion, and the mail parser sees only header blocks and
//! single text parts; so no mail can overflow the stack. The price is a small MIME walker of our own.

mod charset;
mod door;
mod headers;
pub(super) mod html;
mod journal;
mod kind;
mod left_out;
mod maildir;
mod mbox;
mod message;
mod mime;
mod pst;
mod reading;
mod rtf;
mod tnef;
mod words;

use super::out::Out;
use super::{DefaultRights, Format, FormatError, ReadReport, Sink};
use crate::Export;

/// Reads mail.
#[derive(Debug, Clone, Copy)]
pub struct Mail;

impl Format for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    fn looks_for(&self) -> &'static str {
        "mbox files that begin with a line such as \"From ann@example.com Fri Mar 29 14:07:21 2019\", \
         *.eml files, a maildir's cur and new, or *.pst"
    }

    fn detect(&self, export: &Export) -> bool {
        door::is_mail(export)
    }

    fn default_rights(&self) -> DefaultRights {
        DefaultRights::Participants
    }

    fn read(&self, export: &Export, sink: &mut dyn Sink) -> Result<ReadReport, FormatError> {
        let mut reading = reading::Reading::new()?;
        let mut out = Out::new(export, sink);
        let flow = reading.export(export, &mut out);
        reading.say(&mut out);
        out.finish(flow)
    }
}
