//! From what a source stores to the author's own words.

mod control;
mod draft;
mod emphasis;
mod html;
mod jira;
mod link;
mod mail;
mod markdown;
mod plain;
mod slack;
mod step;
mod wiki;

use draft::Draft;

/// How many characters of a message are read at most; the rest is cut off before anything else happens.
///
/// Longer messages are logs and dumps: their first 64 Ki characters say what they are about.
pub const MAX_CHARS: usize = 64 * 1024;

/// What a message's text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Markup {
    /// Text without markup, or of a tool we know nothing of; ``` fences and `>` quotes are understood.
    Plain,
    /// Slack's mrkdwn, as the `text` field of an export holds it.
    Slack,
    /// The plain text body of a mail, already decoded.
    Mail,
    /// Jira's wiki markup, with the `{html}` blocks that importers leave.
    JiraWiki,
    /// Markdown, with the mentions of Discord and Zulip.
    Markdown,
    /// HTML.
    Html,
}

/// A message taken apart. Both texts hold no control character but `\n` and `\t`, and are trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cleaned {
    /// The author's own words; code in ``` fences on lines of their own, inline code in backticks.
    pub own: String,
    /// What somebody else wrote, or what nobody writes: quotes, signatures, footers, trailers.
    pub quoted: String,
    /// Native ids that the text names (Slack `U017`, a Jira user name, a number of Discord or Zulip), in the order of their
    /// first mention, each once.
    pub mentions: Vec<String>,
}

/// Takes a message apart. Never fails; costs time linear in the length of `raw`.
#[must_use]
pub fn clean(raw: &str, markup: Markup) -> Cleaned {
    let text = control::normalize(raw);
    let mut draft = Draft::with_capacity(text.len());
    match markup {
        Markup::Plain => plain::read(&text, &mut draft),
        Markup::Slack => slack::read(&text, &mut draft),
        Markup::Mail => mail::read(&text, &mut draft),
        Markup::JiraWiki => jira::read(&text, &mut draft),
        Markup::Markdown => markdown::read(&text, &mut draft),
        Markup::Html => html::read(&text, &mut draft),
    }
    draft.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Markup; 6] =
        [Markup::Plain, Markup::Slack, Markup::Mail, Markup::JiraWiki, Markup::Markdown, Markup::Html];

    /// Text that is mostly markup, so that marks meet in every order.
    fn messy() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("```"),
            Just("`"),
            Just("<@U1|ann>"),
            Just("<"),
            Just(">"),
            Just("&gt; "),
            Just("\n"),
            Just("\r\n"),
            Just("{code}"),
            Just("{quote}"),
            Just("{html}"),
            Just("<p>"),
            Just("<pre>"),
            Just("{{"),
            Just("}}"),
            Just("["),
            Just("|"),
            Just("]"),
            Just("!a.png!"),
            Just("*"),
            Just("_"),
            Just(":smile:"),
            Just("::"),
            Just("-- \n"),
            Just("On 1 May 2020, Ann wrote:\n"),
            Just("\n> "),
            Just("diff --git a/x b/x\n"),
            Just("@@ -1,2 +1,2 @@\n"),
            Just("From: a@b.c\n"),
            Just("word "),
            Just("日本 "),
            Just("\u{0}"),
            Just("\u{202e}"),
            Just("&amp;"),
            Just("é "),
            Just("bq. "),
            Just("||"),
            Just("**"),
            Just("~~~"),
            Just("@**Ann|1**"),
            Just("](https://e.org)"),
            Just(">>> "),
            Just("</div>"),
        ];
        proptest::collection::vec(prop_oneof![4 => part.prop_map(str::to_owned), 1 => any::<String>()], 0..40)
            .prop_map(|parts| parts.concat())
    }

    fn is_clean(text: &str) -> bool {
        text.trim() == text && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
    }

    fn words(text: &str) -> Vec<&str> {
        let mut words: Vec<_> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        words.sort_unstable();
        words
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_leaves_a_control_character(text in messy()) {
            for markup in ALL {
                let cleaned = clean(&text, markup);
                prop_assert!(is_clean(&cleaned.own), "{markup:?} own {:?}", cleaned.own);
                prop_assert!(is_clean(&cleaned.quoted), "{markup:?} quoted {:?}", cleaned.quoted);
            }
        }

        #[test]
        fn plain_text_cleaned_twice_is_plain_text_cleaned_once(text in messy()) {
            let once = clean(&text, Markup::Plain);
            let twice = clean(&once.own, Markup::Plain);
            prop_assert_eq!(&twice.own, &once.own);
            prop_assert_eq!(twice.quoted, "");
        }

        #[test]
        fn plain_text_loses_no_word(text in messy()) {
            let cleaned = clean(&text, Markup::Plain);
            let all = format!("{}\n{}", cleaned.own, cleaned.quoted);
            let before = control::normalize(&text);
            prop_assert_eq!(words(&all), words(&before));
        }

        #[test]
        fn a_text_without_marks_is_the_same_in_every_markup(text in "[a-zA-Z0-9 .,]{0,80}") {
            // What makes a heading in Jira is a mark, though no sign of it looks like one.
            let is_heading = matches!(text.trim_start().as_bytes(), [b'h', b'1'..=b'6', b'.', ..]);
            prop_assume!(!is_heading);
            for markup in ALL.into_iter().filter(|markup| *markup != Markup::Html) {
                prop_assert_eq!(clean(&text, markup).own, text.trim());
            }
            // In HTML all blanks in a row are one.
            let once = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(clean(&text, Markup::Html).own, once);
        }
    }

    #[test]
    fn an_endless_message_is_cut_on_a_character() {
        for markup in ALL {
            let cleaned = clean(&"é ".repeat(MAX_CHARS), markup);
            assert_eq!(cleaned.own.chars().count(), MAX_CHARS - 1, "{markup:?}");
        }
    }

    #[test]
    fn a_million_marks_cost_no_more_than_a_million_letters() {
        let patterns = [
            "<",
            "`",
            "```",
            "*a ",
            "{",
            "{{",
            "[",
            "!",
            ":a:",
            ">",
            "{quote}",
            "{html}<",
            "On a:\n",
            "-- \n",
            "@@ -1 +1 @@\n",
            "&",
            "{code}",
            "<p",
            "[a|",
            "!a.",
            "bq. ",
            "_a",
            "From: a\n",
            "diff --git a/b c/d\n",
            "[a](b",
            "@**",
            "~~~\n",
            "<blockquote>",
            "`` ",
        ];
        for markup in ALL {
            for pattern in patterns {
                let _ = clean(&pattern.repeat(1_000_000 / pattern.len()), markup);
            }
        }
    }
}
