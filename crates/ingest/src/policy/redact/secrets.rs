//! Keys, tokens and passwords: by their known prefixes, or where something calls itself a password.

use std::ops::Range;

use regex::Regex;

/// Forms that are secret as they stand. Prefixes are those that issuers publish for secret scanning.
const KNOWN: &str = concat!(
    r"(?s-u:-----BEGIN [A-Z ]*PRIVATE KEY-----[A-Za-z0-9+/=\s\\n:,-]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z))",
    r"|\b(?-u:AKIA|ASIA)(?-u:[0-9A-Z]{16})\b",
    r"|\b(?-u:gh[pousr]_[A-Za-z0-9]{30,})",
    r"|\b(?-u:github_pat_[A-Za-z0-9_]{22,})",
    r"|\b(?-u:glpat-[A-Za-z0-9_-]{20,})",
    r"|\b(?-u:xox[abeoprs]-[A-Za-z0-9-]{10,})",
    r"|\b(?-u:xapp-[A-Za-z0-9-]{20,})",
    r"|(?-u:https://hooks\.slack\.com/services/[A-Za-z0-9/_-]+)",
    r"|\b(?-u:AIza[0-9A-Za-z_-]{35})",
    r"|\b(?-u:ya29\.[0-9A-Za-z_-]{20,})",
    r"|\b(?-u:[rs]k_(?:live|test)_[0-9A-Za-z]{16,})",
    r"|\b(?-u:whsec_[0-9A-Za-z+/=]{20,})",
    r"|\b(?-u:sk-(?:[a-z]+-)*[A-Za-z0-9_-]{24,})",
    r"|\b(?-u:hf_[A-Za-z0-9]{30,})",
    r"|\b(?-u:npm_[A-Za-z0-9]{36})",
    r"|\b(?-u:pypi-[A-Za-z0-9_-]{50,})",
    r"|\b(?-u:dop_v1_[a-f0-9]{64})",
    r"|\b(?-u:SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})",
    r"|\b(?-u:eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,})",
);

/// Forms in which a part is secret; the part is the group.
const NAMED: &str = concat!(
    r#"(?i-u:\b(?:[a-z0-9]+[_-])?(?:password|passwd|passphrase|pwd|secret|api[_-]?key|access[_-]?key|"#,
    r#"(?:access|auth|refresh|api|bearer)[_-]?token|client[_-]?secret|secret[_-]?key|private[_-]?key)\b"#,
    r#"["']?[ \t]*[:=][ \t]*["']?)(?<value>[^\s"'`,;<>(){}\[\]]{8,})"#,
    r#"|(?i-u:\bbearer[ \t]+)(?<bearer>(?-u:[A-Za-z0-9._~+/-]{20,}=*))"#,
    r#"|(?i:[a-z][a-z0-9+.-]*://[^\s/:@]+:)(?<password>[^\s/@]{3,})@"#,
);

/// How many bytes of a value in quotes may follow a sign at which one without quotes would end.
const MAX_QUOTED_REST: usize = 200;

/// Finds secrets.
#[derive(Debug)]
pub(super) struct Secrets {
    known: Regex,
    named: Regex,
}

impl Secrets {
    pub(super) fn new() -> Result<Self, regex::Error> {
        Ok(Self { known: Regex::new(KNOWN)?, named: Regex::new(NAMED)? })
    }

    /// Ranges of the secrets, ascending and apart.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = self.known.find_iter(text).map(|found| found.range()).collect();
        // Every named form has a colon, an equals sign, or a word and a blank before a long token.
        for captures in self.named.captures_iter(text) {
            let is_call = |end: usize| text.as_bytes().get(end) == Some(&b'(');
            let value = captures.name("value").filter(|value| {
                looks_random(value.as_str()) && !(is_call(value.end()) && is_path_of_names(value.as_str()))
            });
            let value = value.map(|value| {
                let rest = rest_in_quotes(text, &value.range()).unwrap_or(0);
                value.start()..value.end() + rest
            });
            let other = || {
                let password = || captures.name("password").filter(|word| !is_placeholder(word.as_str()));
                captures.name("bearer").or_else(password).map(|found| found.range())
            };
            found.extend(value.or_else(other));
        }
        found.sort_by_key(|range| (range.start, range.end));
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match apart.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }
}

/// How much of a value in quotes follows what was found of it: hashes of passwords hold commas, at which one without
/// quotes would end.
fn rest_in_quotes(text: &str, value: &Range<usize>) -> Option<usize> {
    let before = text.get(..value.start)?.chars().next_back();
    let quote = before.filter(|quote| matches!(quote, '"' | '\''))?;
    let rest = text.get(value.end..)?;
    let length = rest.find(|c: char| c == quote || c.is_whitespace())?;
    (length <= MAX_QUOTED_REST && rest.get(length..)?.starts_with(quote)).then_some(length)
}

/// Letters and digits together, and no variable, path or call: `hunter2x9` is one, `${PASSWORD}` is none.
fn looks_random(value: &str) -> bool {
    let digits = value.bytes().any(|byte| byte.is_ascii_digit());
    let letters = value.bytes().any(|byte| byte.is_ascii_alphabetic());
    digits && letters && !is_placeholder(value) && !value.contains("://") && !value.contains("::")
}

/// What stands where a password would: a variable, a piece of code, a word for it.
fn is_placeholder(value: &str) -> bool {
    const WORDS: [&str; 6] = ["pass", "password", "passwd", "pwd", "secret", "token"];
    value.starts_with(['$', '%', '<', '{', '*', '.', '/', '['])
        || (value.contains(['"', '\'']) && value.contains(['(', '+']))
        || value.bytes().all(|byte| byte == b'x' || byte == b'*')
        || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// `Utils.hash.md5Hex`, which is code where a parenthesis follows.
fn is_path_of_names(value: &str) -> bool {
    let name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    value.contains('.') && value.split('.').all(name)
}
