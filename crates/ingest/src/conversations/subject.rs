//! Subjects of mails, without what mail programs and lists put in front of them.

/// Words that say "this answers", as mail programs of many languages write them, before a colon.
#[rustfmt::skip]
const REPLY_WORDS: [&str; 22] = [
    "re", "aw", "antw", "antwort", "sv", "vs", "odp", "rif", "r", "res", "rv", "ref", "ynt", "vá", "bls",
    "atb", "回复", "回覆", "答复", "返信", "回信", "답장",
];

/// Words that say "this was passed on".
const FORWARD_WORDS: [&str; 14] =
    ["fwd", "fw", "wg", "tr", "enc", "doorst", "vl", "vb", "i", "pd", "转发", "轉寄", "転送", "전달"];

/// Subjects that many unrelated mails bear.
#[rustfmt::skip]
const GENERIC: [&str; 32] = [
    "a question", "anfrage", "ayuda", "bug report", "dringend", "feature request", "frage", "good morning",
    "hallo zusammen", "hello", "hello all", "hello everyone", "help", "help needed", "help please",
    "hi everyone", "important", "information", "introduction", "meeting", "meeting minutes", "newsletter",
    "no subject", "please help", "problem", "question", "questions", "quick question", "request",
    "status update", "test mail", "weekly report",
];

/// The fewest letters and digits of a subject that tells conversations apart; an ideograph counts as two.
const FEWEST_LETTERS: usize = 8;
/// Longest list tag in brackets, in bytes.
const LONGEST_TAG: usize = 40;
/// How much of a subject is looked at, in characters.
const LONGEST_SUBJECT: usize = 300;

/// A subject, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subject {
    /// It says that it answers something.
    pub(crate) reply: bool,
    /// It is one of a series of patches.
    pub(crate) patch: bool,
    /// Without prefixes and list tags, lower case, single spaces.
    pub(crate) normalized: String,
}

impl Subject {
    /// Takes a subject apart.
    pub(crate) fn parse(text: &str) -> Self {
        let (rest, reply, patch) = peel(text);
        let words: Vec<&str> = rest.split_whitespace().collect();
        let normalized = words.join(" ").to_lowercase().chars().take(LONGEST_SUBJECT).collect();
        Self { reply, patch, normalized }
    }

    /// Whether two mails of this subject are likely to belong together.
    pub(crate) fn identifies(&self) -> bool {
        let letters = self.normalized.chars().filter(|c| c.is_alphanumeric());
        let letters: usize = letters.map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
        let plain = self.normalized.trim_matches(|c: char| !c.is_alphanumeric());
        letters >= FEWEST_LETTERS && !self.patch && GENERIC.binary_search(&plain).is_err()
    }
}

/// The subject as people would say it: without `Re:`, `Fwd:` and list tags; a patch keeps its tag.
pub(crate) fn spoken(text: &str) -> &str {
    let mut rest = text.trim();
    loop {
        let next = match prefix(rest) {
            Some((_, after)) => after,
            None => match tag(rest) {
                Some((inner, after)) if !is_patch_tag(inner) && !after.is_empty() => after,
                _ => return rest,
            },
        };
        rest = next;
    }
}

/// The subject without prefixes and tags, whether it says it is an answer, and whether it is a patch.
fn peel(text: &str) -> (&str, bool, bool) {
    let (mut rest, mut reply, mut patch) = (text.trim(), false, false);
    loop {
        if let Some((answers, after)) = prefix(rest) {
            reply |= answers;
            rest = after;
        } else if let Some((inner, after)) = tag(rest).filter(|(_, after)| !after.is_empty()) {
            patch |= is_patch_tag(inner);
            rest = after;
        } else {
            return (rest, reply, patch);
        }
    }
}

/// A leading `Re:`, `AW:`, `Re[2]:`, `回复：` and what follows it; true if it says "answers".
fn prefix(text: &str) -> Option<(bool, &str)> {
    let end = text.char_indices().take(16).find(|(_, c)| matches!(c, ':' | '：'))?;
    let (head, colon) = (text.get(..end.0)?, end.1.len_utf8());
    let word = head.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^*".contains(c)).trim();
    let word = word.to_lowercase();
    let answers = REPLY_WORDS.contains(&word.as_str());
    let passes_on = FORWARD_WORDS.contains(&word.as_str());
    let after = text.get(end.0 + colon..)?.trim_start();
    (answers || passes_on).then_some((answers, after))
}

/// A leading `[tag]` and what follows it.
fn tag(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let end = inner.bytes().take(LONGEST_TAG).position(|byte| byte == b']')?;
    Some((inner.get(..end)?, inner.get(end + 1..)?.trim_start()))
}

/// `PATCH`, `PATCH v2 3/7`, `RFC PATCH`, `linux dev-5.4 PATCH 1/2`.
fn is_patch_tag(tag: &str) -> bool {
    tag.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let word = word.to_ascii_lowercase();
        word == "patch"
            || word.strip_prefix("patchv").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, normalized: &str, reply: bool) {
        let subject = Subject::parse(text);
        assert_eq!((subject.normalized.as_str(), subject.reply), (normalized, reply), "{text}");
    }

    #[test]
    fn the_generic_list_is_sorted_for_its_binary_search() {
        assert!(GENERIC.is_sorted());
    }

    #[test]
    fn prefixes_of_many_languages_are_taken_off() {
        check("Re: Boot fails on rev C", "boot fails on rev c", true);
        check("RE: Re[2]: re(3): Boot  fails", "boot fails", true);
        check("AW: WG: Boot fails", "boot fails", true);
        check("SV: Antw: Boot fails", "boot fails", true);
        check("回复：启动失败", "启动失败", true);
        check("Fwd: Boot fails", "boot fails", false);
        check("[team-list] Re: [team-list] Boot fails", "boot fails", true);
        check("Release: boot fails", "release: boot fails", false);
        check("http://example.com fails", "http://example.com fails", false);
    }

    #[test]
    fn a_patch_is_known_by_its_tag() {
        for (text, patch) in [
            ("[PATCH] fan: fix speed", true),
            ("Re: [PATCH v2 3/7] fan: fix speed", true),
            ("[PATCHv3 1/2] fan: fix speed", true),
            ("[linux dev-5.4 PATCH] fan: fix speed", true),
            ("[dispatch] fan: fix speed", false),
        ] {
            assert_eq!(Subject::parse(text).patch, patch, "{text}");
            assert_eq!(Subject::parse(text).normalized, "fan: fix speed");
        }
    }

    #[test]
    fn generic_short_and_patch_subjects_identify_nothing() {
        for (text, identifies) in [
            ("Re: Question", false),
            ("Re: question?", false),
            ("hello", false),
            ("fan", false),
            ("", false),
            ("Re:", false),
            ("[PATCH] fan: fix speed", false),
            ("fan speed is wrong", true),
            ("启动失败", true),
        ] {
            assert_eq!(Subject::parse(text).identifies(), identifies, "{text}");
        }
    }

    #[test]
    fn a_subject_is_spoken_without_prefixes_but_with_its_patch_tag() {
        for (text, said) in [
            ("Re: [team-list] Boot fails", "Boot fails"),
            ("Re: [PATCH 1/2] fan: fix", "[PATCH 1/2] fan: fix"),
            ("[only a tag]", "[only a tag]"),
            ("Re:", ""),
        ] {
            assert_eq!(spoken(text), said);
        }
    }

    #[test]
    fn a_subject_of_a_megabyte_is_peeled_in_one_go() {
        check(&"Re: [x] ".repeat(130_000), "[x]", true);
        assert_eq!(Subject::parse(&"[".repeat(1_000_000)).normalized.len(), LONGEST_SUBJECT);
    }

    proptest::proptest! {
        #[test]
        fn peeling_twice_changes_nothing(text in "(Re: |Fwd:|\\[tag\\] ?|AW: ){0,4}[a-z：:\\[\\] ]{0,20}") {
            let once = Subject::parse(&text);
            proptest::prop_assert_eq!(&Subject::parse(&once.normalized).normalized, &once.normalized);
            proptest::prop_assert_eq!(spoken(spoken(&text)), spoken(&text));
        }
    }
}
