//! Trailers of a commit message: who signed, reviewed, acked; they say who, not what.

use super::Lines;

/// Trailer names that stand without `-by`, and what their value must hold to be one.
const NAMED: &[(&str, &str)] = &[
    ("change-id", ""),
    ("cc", "@"),
    ("link", "://"),
    ("closes", ""),
    ("bug", ""),
    ("depends-on", ""),
    ("reviewed-on", "://"),
    ("series-to", "@"),
    ("series-cc", "@"),
    ("base-commit", ""),
    ("message-id", "@"),
    ("patchwork-id", ""),
    ("git-pr", ""),
];

/// One line if a trailer stands at `at`; at the head of a mail also the `From:` line of a patch.
pub(super) fn take(lines: &Lines<'_>, at: usize, at_head: bool) -> Option<usize> {
    let line = lines.trimmed(at);
    if line == "---" {
        return Some(1);
    }
    let (name, value) = line.split_once(':')?;
    if name.len() > 32 || !name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-') {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let value = value.trim();
    let by = name.ends_with("-by") && !value.is_empty();
    let named =
        NAMED.iter().any(|(known, holds)| *known == name && !value.is_empty() && value.contains(holds));
    let fixes = name == "fixes" && value.bytes().take(7).filter(u8::is_ascii_hexdigit).count() == 7;
    let author = at_head && name == "from" && value.contains('@');
    (by || named || fixes || author).then_some(1)
}
