//! The text of a message: from its blocks, else its `text`, else its attachments, as Slack's mrkdwn.

use std::fmt::Write as _;

use serde_json::Value;

use crate::formats::values;

/// What the message says, with markup that cleaning understands. Empty if it says nothing.
pub(super) fn text(message: &Value) -> String {
    let from_blocks = rendered(values::list(message, "blocks"));
    if !from_blocks.trim().is_empty() {
        return from_blocks;
    }
    if let Some(text) = values::text(message, "text") {
        return text.to_owned();
    }
    let attachments = values::list(message, "attachments");
    attachments.iter().map(attachment).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// What an attachment says that the author made; a preview of a page or of another message is not theirs.
fn attachment(attachment: &Value) -> String {
    let preview =
        ["is_msg_unfurl", "is_share", "is_app_unfurl"].iter().any(|key| values::flag(attachment, key))
            || values::text(attachment, "from_url").is_some();
    if preview {
        return String::new();
    }
    let nested = rendered(values::list(attachment, "blocks"));
    if !nested.trim().is_empty() {
        return nested;
    }
    let parts = ["pretext", "title", "text"].map(|key| values::text(attachment, key));
    let said = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    if said.is_empty() { values::text(attachment, "fallback").unwrap_or_default().to_owned() } else { said }
}

fn rendered(blocks: &[Value]) -> String {
    let mut out = String::new();
    for block in blocks {
        match values::text(block, "type").unwrap_or_default() {
            "rich_text" => rich_text(values::list(block, "elements"), &mut out),
            "section" | "header" => {
                composition(block.get("text"), &mut out);
                for field in values::list(block, "fields") {
                    composition(Some(field), &mut out);
                }
            }
            "context" => {
                for element in values::list(block, "elements") {
                    composition(Some(element), &mut out);
                }
            }
            "markdown" => line(values::text(block, "text").unwrap_or_default(), &mut out),
            _ => {}
        }
    }
    out
}

/// A text object: mrkdwn as it is, plain text escaped.
fn composition(object: Option<&Value>, out: &mut String) {
    let Some(object) = object else { return };
    let Some(text) = values::text(object, "text") else { return };
    match values::text(object, "type") {
        Some("mrkdwn") => line(text, out),
        Some("plain_text") => line(&escaped(text), out),
        _ => {}
    }
}

fn rich_text(elements: &[Value], out: &mut String) {
    for element in elements {
        let inner = values::list(element, "elements");
        match values::text(element, "type").unwrap_or_default() {
            "rich_text_section" => line(&inline(inner), out),
            "rich_text_preformatted" => {
                new_line(out);
                // Code may hold backticks of its own; cleaning takes the first fence that closes.
                let _ = write!(out, "```\n{}\n```", inline(inner).trim_end_matches('\n'));
            }
            "rich_text_quote" => {
                for quoted in inline(inner).lines() {
                    line(&format!("> {quoted}"), out);
                }
            }
            "rich_text_list" => rich_list(element, inner, out),
            _ => {}
        }
    }
}

fn rich_list(list: &Value, items: &[Value], out: &mut String) {
    let depth = list.get("indent").and_then(Value::as_u64).unwrap_or(0).min(8) as usize;
    let ordered = values::text(list, "style") == Some("ordered");
    let first = list.get("offset").and_then(Value::as_u64).unwrap_or(0);
    for (place, item) in items.iter().enumerate() {
        let mark = if ordered {
            format!("{}.", first.saturating_add(place as u64).saturating_add(1))
        } else {
            "-".to_owned()
        };
        line(&format!("{}{mark} {}", "  ".repeat(depth), inline(values::list(item, "elements"))), out);
    }
}

/// Text, links, names and emoji of one paragraph.
fn inline(elements: &[Value]) -> String {
    let mut out = String::new();
    for element in elements {
        let get = |key| values::text(element, key);
        match get("type").unwrap_or_default() {
            "text" => {
                let text = escaped(element.get("text").and_then(Value::as_str).unwrap_or_default());
                let code = element.get("style").is_some_and(|style| values::flag(style, "code"));
                if code && !text.contains('`') && !text.trim().is_empty() {
                    let _ = write!(out, "`{text}`");
                } else {
                    out.push_str(&text);
                }
            }
            "link" => link(get("url"), get("text"), &mut out),
            "user" => mark("<@", get("user_id"), &mut out),
            "channel" => mark("<#", get("channel_id"), &mut out),
            "usergroup" => mark("<!subteam^", get("usergroup_id"), &mut out),
            "broadcast" => mark("<!", get("range"), &mut out),
            "emoji" => {
                let _ = write!(out, ":{}:", get("name").unwrap_or_default());
            }
            "date" => out.push_str(&escaped(get("fallback").unwrap_or_default())),
            _ => out.push_str(&escaped(get("text").unwrap_or_default())),
        }
    }
    out
}

fn link(url: Option<&str>, label: Option<&str>, out: &mut String) {
    let Some(url) = url else { return };
    let url = escaped(&url.replace('|', "%7C").replace('<', "%3C").replace('>', "%3E"));
    match label {
        Some(label) => {
            let _ = write!(out, "<{url}|{}>", escaped(label).replace('|', "/"));
        }
        None => {
            let _ = write!(out, "<{url}>");
        }
    }
}

fn mark(open: &str, id: Option<&str>, out: &mut String) {
    if let Some(id) = id {
        let _ = write!(out, "{open}{}>", escaped(id));
    }
}

/// Blocks hold bare text; mrkdwn escapes these three.
fn escaped(text: &str) -> String {
    if text.contains(['&', '<', '>']) {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        text.to_owned()
    }
}

fn line(text: &str, out: &mut String) {
    new_line(out);
    out.push_str(text.trim_end_matches('\n'));
}

fn new_line(out: &mut String) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(message: &Value, expected: &str) {
        assert_eq!(text(message), expected);
    }

    #[test]
    fn rich_text_becomes_mrkdwn() {
        let rich = json!({"text": "poor copy", "blocks": [{"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [
                {"type": "user", "user_id": "U1"}, {"type": "text", "text": " is a < b & "},
                {"type": "text", "text": "x[1]", "style": {"code": true}},
                {"type": "link", "url": "https://e.org/?a|b&c", "text": "the | page"},
                {"type": "emoji", "name": "tada"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "if a > b {\n}"}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "one\ntwo"}]},
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
                {"type": "rich_text_section", "elements": [{"type": "channel", "channel_id": "C1"}]}]}]}]});
        check(
            &rich,
            "<@U1> is a &lt; b &amp; `x[1]`<https://e.org/?a%7Cb&amp;c|the / page>:tada:\n\
             ```\nif a &gt; b {\n}\n```\n> one\n> two\n  1. first\n  2. <#C1>",
        );
    }

    #[test]
    fn without_blocks_the_text_and_then_the_attachments_count() {
        check(&json!({"text": "hello &amp; bye", "blocks": null}), "hello &amp; bye");
        check(&json!({"text": "hello", "blocks": [{"type": "image"}]}), "hello");
        check(
            &json!({"text": "", "attachments": [{"title": "Alert", "text": "disk full", "fallback": "x"},
            {"fallback": "short"}]}),
            "Alert\ndisk full\n\nshort",
        );
        check(&json!({"text": "", "attachments": [{"text": "another's words", "is_msg_unfurl": true}]}), "");
        check(&json!({"text": 5, "blocks": "none", "attachments": {}}), "");
    }

    #[test]
    fn bots_sections_are_read() {
        check(
            &json!({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "a<b"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "*done*"}, "fields": [{"type": "mrkdwn", "text": "f"}]},
            {"type": "context", "elements": [{"type": "image"}, {"type": "mrkdwn", "text": "c"}]}]}),
            "a&lt;b\n*done*\nf\nc",
        );
    }
}
