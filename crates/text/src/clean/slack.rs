//! Slack's mrkdwn: `<@U1>`, `<#C1|name>`, `<https://x|label>`, three entities, fences, `:emoji:`, `>` quotes.

use super::draft::push_fence;
use super::emphasis::Emphasis;
use super::step::step;
use super::{Draft, link};

/// Emoji names are at most 100 characters in Slack.
const MAX_EMOJI_BYTES: usize = 100;

/// Reads fences first, since nothing inside them is markup but links and entities. An unclosed fence reaches to
/// the end of the message.
pub(super) fn read(text: &str, draft: &mut Draft) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("```") {
        prose(before, draft);
        let last_line = before.rsplit('\n').next().unwrap_or("").trim();
        let (code, next) = after.split_once("```").unwrap_or((after, ""));
        let code = verbatim(code, draft);
        let quoted = matches!(last_line, ">" | "&gt;");
        push_fence(if quoted { &mut draft.quoted } else { &mut draft.own }, &code);
        rest = next.trim_start_matches(' ');
    }
    prose(rest, draft);
}

/// Prose, line by line. `>>>` quotes to the end of its paragraph: Slack quotes to the end of the message, but
/// then a pasted interpreter prompt would take everything with it.
fn prose(text: &str, draft: &mut Draft) {
    let mut in_block = false;
    for line in text.split('\n') {
        let start = line.trim_start();
        let quote = start.strip_prefix("&gt;").or_else(|| start.strip_prefix('>'));
        in_block =
            !start.is_empty() && (in_block || start.starts_with("&gt;&gt;&gt;") || start.starts_with(">>>"));
        match quote {
            Some(rest) => {
                let rest = inline(rest, draft);
                draft.quote_line(rest.trim_start_matches(['>', ' ']));
            }
            None if in_block => {
                let rest = inline(line, draft);
                draft.quote_line(&rest);
            }
            None => {
                let rest = inline(line, draft);
                draft.own_line(&rest);
            }
        }
    }
}

/// One line of prose without its markup.
fn inline(line: &str, draft: &mut Draft) -> String {
    let mut out = String::with_capacity(line.len());
    let mut emphasis = Emphasis::default();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let before = out.chars().next_back();
        let used = match c {
            '`' => code_span(rest, &mut out, draft),
            '<' => angle(rest, &mut out, draft, false),
            '&' => entity(rest, &mut out),
            ':' if !before.is_some_and(|b| b.is_ascii_alphanumeric() || b == ':') => emoji(rest),
            '*' | '_' | '~' => {
                emphasis.see(c, out.len(), before, rest.get(1..).and_then(|r| r.chars().next()));
                0
            }
            _ => 0,
        };
        rest = step(rest, c, used, &mut out);
    }
    emphasis.take_out(out)
}

/// Code with links and entities decoded and nothing else.
fn verbatim(code: &str, draft: &mut Draft) -> String {
    let mut out = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(at) = rest.find(['<', '&']) {
        let (plain, marked) = rest.split_at(at);
        out.push_str(plain);
        let used = if marked.starts_with('<') {
            angle(marked, &mut out, draft, true)
        } else {
            entity(marked, &mut out)
        };
        if used == 0 {
            out.push_str(marked.get(..1).unwrap_or(""));
        }
        rest = marked.get(used.max(1)..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// A span in backticks that closes on its line; gives the bytes read, 0 if it is none.
fn code_span(rest: &str, out: &mut String, draft: &mut Draft) -> usize {
    let Some(inner) = rest.get(1..).and_then(|r| r.split_once('`')).map(|(inner, _)| inner) else { return 0 };
    if inner.trim().is_empty() {
        return 0;
    }
    out.push('`');
    out.push_str(&verbatim(inner, draft));
    out.push('`');
    inner.len() + 2
}

/// One of the three entities that Slack writes; gives the bytes read, 0 if it is none.
fn entity(rest: &str, out: &mut String) -> usize {
    for (entity, plain) in [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')] {
        if rest.starts_with(entity) {
            out.push(plain);
            return entity.len();
        }
    }
    0
}

/// The length of an emoji's name with its colons, 0 if there is none: not in `a::b`, `10:30:00` or `x[:a:b]`.
pub(super) fn emoji(rest: &str) -> usize {
    let name = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_+-'".contains(b);
    let bytes = rest.as_bytes().get(1..).unwrap_or(&[]);
    let length = bytes.iter().take(MAX_EMOJI_BYTES).take_while(|b| name(b)).count();
    let says_something = bytes.iter().take(length).any(|b| b.is_ascii_lowercase() || *b == b'+')
        || matches!(rest.get(1..=length), Some("-1" | "100" | "1234"));
    if !says_something || bytes.get(length) != Some(&b':') {
        return 0;
    }
    match bytes.get(length + 1) {
        Some(b':') if !bytes.get(length + 2).is_some_and(name) => 0,
        Some(next) if next.is_ascii_alphanumeric() || *next == b'_' => 0,
        _ => length + 2,
    }
}

/// What stands in angle brackets; gives the bytes read, 0 if it is no markup.
fn angle(rest: &str, out: &mut String, draft: &mut Draft, in_code: bool) -> usize {
    let inside = rest.get(1..).unwrap_or("");
    let Some(end) = inside.find(['<', '>', '\n']) else { return 0 };
    if inside.as_bytes().get(end) != Some(&b'>') || end == 0 {
        return 0;
    }
    let inside = inside.get(..end).unwrap_or("");
    let (target, label) =
        inside.split_once('|').map_or((inside, ""), |(target, label)| (target, label.trim()));
    match target.as_bytes().first() {
        Some(b'@') => {
            draft.mention(target.get(1..).unwrap_or(""));
            push_named(out, '@', label);
        }
        Some(b'#') => push_named(out, '#', label),
        Some(b'!') => {
            let alert = matches!(target, "!here" | "!channel" | "!everyone" | "!group");
            unescape(if alert { "" } else { label }, out);
        }
        _ if in_code => unescape(if label.is_empty() { target } else { label }, out),
        _ if target.contains(':') || link::is_url(target) => web(target, label, out),
        _ => return 0,
    }
    end + 2
}

/// A name behind its sign; a name that is not known is dropped.
fn push_named(out: &mut String, sign: char, label: &str) {
    let label = label.trim_start_matches(sign);
    if !label.is_empty() {
        out.push(sign);
        unescape(label, out);
    }
}

/// A link: what it is called, else host and path words.
fn web(target: &str, label: &str, out: &mut String) {
    if label.is_empty() || link::is_url(label) {
        unescape(&link::shorten(target.strip_prefix("mailto:").unwrap_or(target)), out);
    } else {
        unescape(label, out);
    }
}

fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (plain, marked) = rest.split_at(at);
        out.push_str(plain);
        let used = entity(marked, out);
        if used == 0 {
            out.push('&');
        }
        rest = marked.get(used.max(1)..).unwrap_or("");
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use crate::{Cleaned, Markup, clean};

    fn check(raw: &str, own: &str) -> Cleaned {
        let cleaned = clean(raw, Markup::Slack);
        assert_eq!(cleaned.own, own, "{raw:?}");
        cleaned
    }

    #[test]
    fn people_are_noted_and_named_if_the_text_names_them() {
        let cleaned =
            check("hi <@U1>, ask <@U2|bo> or <@U1> <!here> <!subteam^S1|@ops>", "hi , ask @bo or @ops");
        assert_eq!(cleaned.mentions, ["U1", "U2"]);
        check("see <#C1|general> and <#C2>", "see #general and");
    }

    #[test]
    fn links_keep_their_label_or_their_words() {
        check("<https://a.example/x|the guide>", "the guide");
        check("<https://a.example/x/guide.html?q=1#p>", "a.example/x/guide.html");
        check("<https://a.example/x|https://a.example/x>", "a.example/x");
        check(
            "<mailto:ann@a.example|ann@a.example> <!date^1392734382^{date}|Feb 18>",
            "ann@a.example Feb 18",
        );
        check(
            "`<https://a.example/x>` a &lt; b &amp;&amp; c &amp;lt;",
            "`https://a.example/x` a < b && c &lt;",
        );
    }

    #[test]
    fn code_is_kept_and_fenced() {
        check("try ```let x = *p;\n  y``` now", "try\n```\nlet x = *p;\n  y\n```\nnow");
        check("the `*kept* :smile: _too_` span", "the `*kept* :smile: _too_` span");
        check("lost ```x = 1", "lost\n```\nx = 1\n```");
        check("one ` two", "one ` two");
    }

    #[test]
    fn emoji_go_but_colons_stay() {
        check("thanks :tada::skin-tone-2: :+1:", "thanks");
        check(
            "a::b 10:30:00 std::vec::Vec x[:a:b] :sym (:a, :b)",
            "a::b 10:30:00 std::vec::Vec x[:a:b] :sym (:a, :b)",
        );
        check("at 10:30:00: go", "at 10:30:00: go");
    }

    #[test]
    fn quoted_lines_go() {
        let cleaned = check("&gt; why?\n&gt; and _how_?\nbecause *so*", "because so");
        assert_eq!(cleaned.quoted, "why?\nand how?");
        let cleaned = check("&gt;&gt;&gt; one\ntwo\n\nthree", "three");
        assert_eq!(cleaned.quoted, "one\ntwo");
        let cleaned = check("&gt; ```old\ncode```\nmine", "mine");
        assert_eq!(cleaned.quoted, "```\nold\ncode\n```");
    }

    #[test]
    fn what_is_not_closed_is_text() {
        check("a < b and <@U1 and *b", "a < b and <@U1 and *b");
        check("<<>><@>", "<<>>");
    }
}
