//! Mail that no person wrote: machines, bounces, absences, invitations, newsletters.

use mail_parser::{HeaderName, Message};

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

/// How an absence is announced in a subject, in small letters, where no header says so.
const ABSENT: [&str; 16] = [
    "automatic reply:",
    "out of office:",
    "autoreply:",
    "auto-reply:",
    "automatische antwort:",
    "abwesenheitsnotiz:",
    "abwesend:",
    "réponse automatique",
    "respuesta automática:",
    "risposta automatica:",
    "resposta automática:",
    "automatisch antwoord:",
    "autosvar:",
    "автоответ:",
    "自动答复:",
    "自動返信:",
];
/// Headers that only programs write.
const MARKS: [&str; 12] = [
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Gerrit-MessageType",
    "X-Jenkins-Job",
    "X-Jenkins-Result",
    "X-GitHub-Reason",
    "X-GitLab-Project",
    "X-JIRA-FingerPrint",
    "X-Bugzilla-Reason",
    "X-Launchpad-Notification-Type",
    "X-Patchwork-Hint",
];

const MACHINE: &str = "mail by a machine (credits nobody)";
const REPORT: &str = "delivery report (credits nobody)";
const INVITATION: &str = "invitation (credits nobody)";
const AUTOMATIC: &str = "automatic reply (credits nobody)";
const BULK: &str = "newsletter or bulk mail (credits nobody)";

/// Why a mail credits nobody, by its headers and its form; `None` for a person's mail.
pub(super) fn automatic(
    headers: &Message<'_>,
    sender: &str,
    report: bool,
    calendar: bool,
) -> Option<&'static str> {
    if report {
        Some(REPORT)
    } else if calendar {
        Some(INVITATION)
    } else if is_machine(sender) {
        Some(MACHINE)
    } else {
        says_automatic(headers)
    }
}

/// Whether an address is a machine's by its name.
pub(super) fn is_machine(address: &str) -> bool {
    let local = address.split_once('@').map_or(address, |(local, _)| local);
    let plain = local.split_once('+').map_or(local, |(plain, _)| plain);
    let squeezed: String = plain.chars().filter(char::is_ascii_alphanumeric).collect();
    MACHINES.contains(&plain)
        || local.ends_with("[bot]")
        || ["-bot", "_bot", ".bot"].iter().any(|end| plain.ends_with(end))
        || plain.starts_with("syzbot")
        || NO_REPLY.iter().any(|word| squeezed.starts_with(word) || squeezed.ends_with(word))
        || plain.ends_with("-bounces")
        || plain.starts_with("bounce-")
        || plain.starts_with("bounces-")
}

fn says_automatic(headers: &Message<'_>) -> Option<&'static str> {
    let header = |name: &'static str| raw_header(headers, other(name)).map(|value| value.to_lowercase());
    let post = header("List-Post");
    // RFC 2369: a list that nobody may write to says `NO`.
    let may_write = post.as_deref().is_some_and(|post| !post.starts_with("no"));
    let sent_in_bulk = headers.header("List-Unsubscribe-Post").is_some() && post.is_none();
    let on_list = may_write || post.is_none() && headers.header("List-Id").is_some() && !sent_in_bulk;
    let precedence = header("Precedence").unwrap_or_default();
    // `Auto-Submitted: no` is what a person's program writes.
    let submitted = header("Auto-Submitted").is_some_and(|value| {
        value.split([';', ' ']).next().is_some_and(|word| !word.is_empty() && word != "no")
    });
    let subject = headers.subject().unwrap_or_default().trim_start().to_lowercase();
    if submitted
        || matches!(precedence.as_str(), "auto_reply" | "auto-reply")
        || ABSENT.iter().any(|opening| subject.starts_with(opening))
    {
        return Some(AUTOMATIC);
    }
    if MARKS.iter().any(|name| header(name).is_some_and(|value| value != "no")) {
        return Some(MACHINE);
    }
    // A list sends everybody's mail in bulk, asks for no absences, and can be left.
    let bulk = precedence == "junk"
        || !on_list
            && (precedence == "bulk"
                || header("X-Auto-Response-Suppress").is_some_and(|value| value != "none")
                || headers.header("List-Unsubscribe").is_some());
    bulk.then_some(BULK)
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
        let found = super::automatic(&parsed, "ann@example.com", false, false);
        assert_eq!(found.is_some(), automatic, "{headers}: {found:?}");
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
        let sender = "List-Id: <shop.example.com>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click";
        check(&format!("{sender}\nList-Unsubscribe: <https://example.com/out>"), true);
        check(
            "List-Id: <news.example.com>\nList-Post: NO\nList-Unsubscribe: <https://example.com/out>",
            true,
        );
        check("Subject: Automatische Antwort: Urlaub", true);
        check("Subject: =?utf-8?q?R=C3=A9ponse_automatique_:_absent?=", true);
        check("X-GitHub-Reason: mention\nList-Id: <repo.example.com>", true);
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
            "release-bot@x",
            "dependabot[bot]@x",
            "syzbot+123abc@x",
        ] {
            assert!(is_machine(address), "{address}");
        }
        for address in
            ["ann@example.com", "root.ann@example.com", "cindy@x", "replyman@x", "jenkinson@x", "abbot@x"]
        {
            assert!(!is_machine(address), "{address}");
        }
    }
}
