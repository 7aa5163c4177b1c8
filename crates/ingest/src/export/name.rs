//! Names of entries: what is refused, what is passed over, what is left away.

use super::Entry;

/// A zip entry's name as it is safe to use, or what is wrong with it.
pub(super) fn checked(raw: &str) -> Result<String, &'static str> {
    if raw.starts_with('/') {
        return Err("is an absolute path");
    }
    if raw.contains('\\') {
        return Err("has a backslash in its name");
    }
    if raw.chars().any(char::is_control) {
        return Err("has a control character in its name");
    }
    if raw.as_bytes().get(1) == Some(&b':') {
        return Err("names a drive");
    }
    if raw.split('/').any(|part| part == "..") {
        return Err("leads out of the folder with \"..\"");
    }
    let parts: Vec<&str> = raw.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.is_empty() { Err("has no name") } else { Ok(parts.join("/")) }
}

/// What operating systems and editors leave lying about, never part of an export. The folders of a maildir
/// (`.Sent/cur/…`) begin with a dot too, and are kept.
pub(super) fn is_clutter(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let in_maildir = matches!(parts.as_slice(), [.., _, "cur" | "new", _]);
    let clutter = |(place, part): (usize, &&str)| {
        let hidden = part.starts_with('.') && !(in_maildir && place + 2 < parts.len());
        hidden || matches!(*part, "__MACOSX" | "Thumbs.db" | "desktop.ini" | "ehthumbs.db")
    };
    parts.iter().enumerate().any(clutter)
}

/// Takes a single top folder that holds everything off the names. It stays if only files named like days
/// lie below it: then its name is a channel's.
pub(super) fn strip_common_top(entries: &mut [Entry]) {
    let top = entries.first().and_then(|entry| entry.name.split_once('/')).map(|(top, _)| top.to_owned());
    let Some(top) = top else { return };
    let below = |entry: &Entry| {
        entry.name.strip_prefix(top.as_str()).and_then(|rest| rest.strip_prefix('/')).map(str::to_owned)
    };
    let Some(stripped) = entries.iter().map(below).collect::<Option<Vec<String>>>() else { return };
    if stripped.iter().all(|name| is_day(name)) {
        return;
    }
    for (entry, name) in entries.iter_mut().zip(stripped) {
        entry.name = name;
    }
}

/// Whether a name begins with a day: `2021-03-08…`.
fn is_day(name: &str) -> bool {
    let shape = |(place, byte): (usize, &u8)| match place {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    name.len() >= 10 && name.as_bytes().iter().take(10).enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["../a", "a/../../b", "/etc/passwd", "C:/x", "a\\..\\b", "a\nb", "", "./", "a\0b"] {
            assert!(checked(name).is_err(), "{name:?} was taken");
        }
    }

    #[test]
    fn ordinary_names_are_kept() {
        for (name, expected) in [("a/b.json", "a/b.json"), ("./a//b", "a/b"), ("..a/b..", "..a/b..")] {
            assert_eq!(checked(name).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn clutter_is_known() {
        assert!(
            is_clutter("__MACOSX/a.json") && is_clutter("general/.DS_Store") && is_clutter(".git/config")
        );
        assert!(!is_clutter("general/2021-01-01.json"));
        assert!(!is_clutter(".Sent/cur/17.a:2,S") && is_clutter(".Sent/maildirfolder"));
    }
}
