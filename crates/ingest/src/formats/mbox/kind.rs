//! Mail that no person wrote: machines, bounces, absences, invitations, newsletters.

use mail_parser::{HeaderName, Message};
use model::MessageKind;

use super::mime::raw_header;

/// Parts of an address before the `@` that belong to machines, whole.
const MACHINES: [&str; 34] = [
    "mailer-daemon",
    "postmaster",
    "root",
    "daemon",
    "cron",
    "nobody",
    "jenkins",
    "hudson",
    "gerrit",
    "gitlab",
    "github",
    "bitbucket",
    "bugzilla",
    "bugzilla-daemon",
    "jira",
    "buildbot",
    "builder",
    "builds",
    "ci",
    "travis",
    "notification",
    "notifications",
    "notify",
    "alert",
    "alerts",
    "monitoring",
    "nagios",
    "newsletter",
    "listserv",
    "majordomo",
    "mailman",
    "bounce",
    "bounces",
    "patchwork",
];
/// Spellings of "do not reply", with every mark between the words taken out.
const NO_REPLY: [&str; 4] = ["noreply", "donotreply", "dontreply", "autoreply"];

/// What the headers and the form of a mail say about who wrote it.
pub(super) fn kind(headers: &Message<'_>, sender: &str, report: bool, calendar: bool) -> MessageKind {
    if is_machine(sender) || report || calendar || says_automatic(headers) {
        MessageKind::Automatic
    } else {
        MessageKind::Human
    }
}

/// Whether an address is a machine's by its name.
pub(super) fn is_machine(address: &str) -> bool {
    let local = address.split_once('@').map_or(address, |(local, _)| local);
    let plain = local.split_once('+').map_or(local, |(plain, _)| plain);
    let squeezed: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    MACHINES.contains(&plain)
        || NO_REPLY.iter().any(|word| squeezed.starts_with(word) || squeezed.ends_with(word))
        || plain.ends_with("-bounces")
        || plain.starts_with("bounce-")
        || plain.starts_with("bounces-")
}

fn says_automatic(headers: &Message<'_>) -> bool {
    let header = |name: &'static str| raw_header(headers, other(name)).map(|value| value.to_lowercase());
    let on_list = headers.header("List-Id").is_some() || headers.header("List-Post").is_some();
    let precedence = header("Precedence").unwrap_or_default();
    // `Auto-Submitted: no` is what a person's program writes.
    let submitted = header("Auto-Submitted").is_some_and(|value| {
        value.split([';', ' ']).next().is_some_and(|word| !word.is_empty() && word != "no")
    });
    let marked = ["X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Gerrit-MessageType", "X-Jenkins-Job"]
        .iter()
        .any(|name| header(name).is_some_and(|value| value != "no"));
    submitted
        || marked
        || matches!(precedence.as_str(), "junk" | "auto_reply" | "auto-reply")
        // A list sends everybody's mail in bulk, asks for no absences, and can be left.
        || !on_list
            && (precedence == "bulk"
                || header("X-Auto-Response-Suppress").is_some_and(|value| value != "none")
                || headers.header("List-Unsubscribe").is_some())
}

fn other(name: &'static str) -> HeaderName<'static> {
    HeaderName::from(name)
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn check(headers: &str, automatic: bool) {
        let block = format!("From: ann@example.com\n{headers}\n\n");
        let parsed = MessageParser::default().parse_headers(&block).unwrap();
        let found = kind(&parsed, "ann@example.com", false, false);
        assert_eq!(found == MessageKind::Automatic, automatic, "{headers}");
    }

    #[test]
    fn machines_mail_is_known_by_its_headers() {
        check("Auto-Submitted: auto-replied", true);
        check("Auto-Submitted: no", false);
        check("Precedence: bulk", true);
        check("Precedence: Junk\nList-Id: <a.example.com>", true);
        check("X-Auto-Response-Suppress: All", true);
        check("X-Autoreply: yes", true);
        check("List-Unsubscribe: <mailto:out@example.com>", true);
    }

    #[test]
    fn a_list_post_is_a_persons() {
        let list = "List-Id: Talk <talk.example.com>\nList-Unsubscribe: <mailto:out@example.com>";
        check(list, false);
        check(&format!("{list}\nPrecedence: list"), false);
        check(&format!("{list}\nPrecedence: bulk"), false);
        check("Subject: hello", false);
    }

    #[test]
    fn machines_are_known_by_their_address() {
        for address in [
            "no-reply@x.org",
            "noreply+abc@x.org",
            "do_not_reply@x",
            "mailer-daemon@x",
            "talk-bounces@x",
            "jenkins@x",
            "gerrit@x.org",
            "team-noreply@x",
        ] {
            assert!(is_machine(address), "{address}");
        }
        for address in ["ann@example.com", "root.ann@example.com", "cindy@x", "replyman@x", "jenkinson@x"] {
            assert!(!is_machine(address), "{address}");
        }
    }
}
