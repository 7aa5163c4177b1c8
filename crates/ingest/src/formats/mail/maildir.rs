//! Maildirs: one file a mail in `cur` and `new`, flags in the file's name.
//!
//! The name is `unique:2,FLAGS`; on file systems that know no colon, `;` or `!` stand for it.

/// Whether a mail there is still being delivered: it may be half a mail.
pub(super) fn is_undelivered(name: &str) -> bool {
    folder(name) == Some("tmp")
}

/// Whether the file lies where a maildir keeps mails.
pub(super) fn is_delivered(name: &str) -> bool {
    matches!(folder(name), Some("cur" | "new")) && flags(name).is_some()
}

/// Why a mail is left out, by its flags.
pub(super) fn left_out(name: &str) -> Option<&'static str> {
    let flags = flags(name).filter(|_| matches!(folder(name), None | Some("cur" | "new")))?;
    if flags.contains('T') {
        Some("mail that was thrown away")
    } else if flags.contains('D') {
        Some("draft of a mail")
    } else {
        None
    }
}

/// The folder that the file lies in.
fn folder(name: &str) -> Option<&str> {
    name.rsplit('/').nth(1)
}

/// The flags at the end of the file's name.
fn flags(name: &str) -> Option<&str> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let (before, flags) = file.rsplit_once("2,")?;
    let marked = before.ends_with([':', ';', '!']);
    (marked && flags.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_whatever_stands_for_the_colon() {
        for (name, expected) in [
            ("cur/17.a.host:2,S", None),
            ("cur/17.a.host:2,ST", Some("mail that was thrown away")),
            ("INBOX/cur/17.a.host;2,DS", Some("draft of a mail")),
            ("cur/17.a.host!2,FRST", Some("mail that was thrown away")),
            ("new/17.a.host", None),
            ("cur/17.a.host:2,", None),
            ("other/2,T", None),
        ] {
            assert_eq!(left_out(name), expected, "{name}");
        }
        assert!(is_undelivered("INBOX/tmp/17.a") && !is_undelivered("tmp"));
        assert!(is_delivered("cur/17.a:2,S") && !is_delivered("cur/readme.txt"));
    }
}
