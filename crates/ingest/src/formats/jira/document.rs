//! Bodies: wiki markup as it is (REST v2), or a document tree turned into plain text (REST v3).

use std::fmt::Write as _;

use model::{AccountKey, SourceName};
use serde_json::Value;
use text::Markup;

use crate::formats::values;

/// A body's text, how it is to be cleaned, and the accounts it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) markup: Markup,
    pub(super) mentions: Vec<AccountKey>,
}

/// Reads a body: a text, a tree, or nothing.
pub(super) fn body(value: Option<&Value>, source: &SourceName) -> Body {
    match value {
        Some(Value::String(text)) => {
            Body { text: text.clone(), markup: Markup::JiraWiki, mentions: Vec::new() }
        }
        Some(tree @ Value::Object(_)) => {
            let mut writer = Writer { source, out: String::new(), mentions: Vec::new() };
            writer.blocks(tree, "");
            Body { text: writer.out, markup: Markup::Plain, mentions: writer.mentions }
        }
        _ => Body { text: String::new(), markup: Markup::Plain, mentions: Vec::new() },
    }
}

/// Writes a tree. Its depth is bounded: the JSON reader stops at 128 levels.
struct Writer<'s> {
    source: &'s SourceName,
    out: String,
    mentions: Vec<AccountKey>,
}

impl Writer<'_> {
    /// The blocks below a node, each line begun with `prefix`.
    fn blocks(&mut self, node: &Value, prefix: &str) {
        for child in values::list(node, "content") {
            match values::text(child, "type").unwrap_or_default() {
                "paragraph" | "heading" | "caption" => self.lines(prefix, prefix, child),
                "codeBlock" => self.code(prefix, child),
                "blockquote" => self.blocks(child, &format!("{prefix}> ")),
                "bulletList" | "taskList" | "decisionList" => self.list(child, prefix, None),
                "orderedList" => {
                    let first = child.pointer("/attrs/order").and_then(Value::as_u64).unwrap_or(1);
                    self.list(child, prefix, Some(first));
                }
                "rule" => self.line(prefix, ""),
                "tableRow" => {
                    let cells: Vec<String> =
                        values::list(child, "content").iter().map(|cell| self.flat(cell)).collect();
                    self.line(prefix, &cells.join(" | "));
                }
                // Links and names may stand where a block is expected.
                "text" | "mention" | "emoji" | "inlineCard" => self.lines(prefix, prefix, node),
                // Panels, tables, expanders: what matters is inside them.
                _ => self.blocks(child, prefix),
            }
            let bare = ["text", "mention", "emoji", "inlineCard"];
            if values::text(child, "type").is_some_and(|kind| bare.contains(&kind)) {
                return;
            }
        }
    }

    fn list(&mut self, list: &Value, prefix: &str, first: Option<u64>) {
        for (place, item) in values::list(list, "content").iter().enumerate() {
            let mark = match first {
                Some(first) => format!("{}. ", first.saturating_add(place as u64)),
                None => "- ".to_owned(),
            };
            let before = self.out.len();
            self.blocks(item, &format!("{prefix}  "));
            // The mark takes the place of the first line's indent.
            let skip = before + usize::from(before > 0) + prefix.len();
            if self.out.get(skip..skip + 2) == Some("  ") {
                self.out.replace_range(skip..skip + 2, &mark);
            }
        }
    }

    fn code(&mut self, prefix: &str, node: &Value) {
        let code = self.inline(node);
        self.line(prefix, "```");
        for line in code.trim_end_matches('\n').split('\n') {
            self.line(prefix, line);
        }
        self.line(prefix, "```");
    }

    fn lines(&mut self, first: &str, rest: &str, node: &Value) {
        let text = self.inline(node);
        for (place, line) in text.split('\n').enumerate() {
            self.line(if place == 0 { first } else { rest }, line);
        }
    }

    fn line(&mut self, prefix: &str, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        let _ = write!(self.out, "{prefix}{text}");
    }

    /// A cell of a table in one line.
    fn flat(&mut self, cell: &Value) -> String {
        let blocks = values::list(cell, "content");
        blocks.iter().map(|block| self.inline(block).replace('\n', " ")).collect::<Vec<_>>().join(" ")
    }

    /// The text below a node.
    fn inline(&mut self, node: &Value) -> String {
        let mut text = String::new();
        for child in values::list(node, "content") {
            let attribute = |name: &str| child.get("attrs").and_then(|attrs| values::text(attrs, name));
            match values::text(child, "type").unwrap_or_default() {
                "text" => Self::text(child, &mut text),
                "hardBreak" => text.push('\n'),
                "mention" => {
                    let name = attribute("text").unwrap_or_default().trim_start_matches('@');
                    let _ = write!(text, "@{name}");
                    let key = attribute("id").and_then(|id| values::account(self.source, id));
                    self.mentions.extend(key.filter(|key| !self.mentions.contains(key)));
                }
                "emoji" => text.push_str(attribute("text").or(attribute("shortName")).unwrap_or_default()),
                "inlineCard" => text.push_str(attribute("url").unwrap_or_default()),
                "status" | "date" => text.push_str(attribute("text").unwrap_or_default()),
                _ => text.push_str(&self.inline(child)),
            }
        }
        text
    }

    fn text(node: &Value, text: &mut String) {
        let words = node.get("text").and_then(Value::as_str).unwrap_or_default();
        let marks = values::list(node, "marks");
        let marked = |kind: &str| marks.iter().find(|mark| values::text(mark, "type") == Some(kind));
        if marked("code").is_some() && !words.contains('`') && !words.trim().is_empty() {
            let _ = write!(text, "`{words}`");
        } else {
            text.push_str(words);
        }
        let target = marked("link").and_then(|link| link.pointer("/attrs/href")).and_then(Value::as_str);
        if let Some(target) = target.filter(|target| *target != words) {
            let _ = write!(text, " ({target})");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(tree: &Value, expected: &str) {
        let source = SourceName::new("jira").unwrap();
        assert_eq!(body(Some(tree), &source).text, expected);
    }

    fn paragraph(text: &str) -> Value {
        json!({"type": "paragraph", "content": [{"type": "text", "text": text}]})
    }

    #[test]
    fn a_tree_becomes_text() {
        check(
            &json!({"type": "doc", "version": 1, "content": [
                paragraph("Hello"),
                {"type": "bulletList", "content": [
                    {"type": "listItem", "content": [paragraph("one"),
                        {"type": "orderedList", "content": [{"type": "listItem", "content": [paragraph("in")]}]}]},
                    {"type": "listItem", "content": [paragraph("two")]}]},
                {"type": "codeBlock", "content": [{"type": "text", "text": "a = 1\nb = 2"}]},
                {"type": "blockquote", "content": [paragraph("they said")]},
                {"type": "panel", "content": [paragraph("note")]},
                {"type": "table", "content": [{"type": "tableRow", "content": [
                    {"type": "tableCell", "content": [paragraph("x")]},
                    {"type": "tableCell", "content": [paragraph("y")]}]}]}]}),
            "Hello\n- one\n  1. in\n- two\n```\na = 1\nb = 2\n```\n> they said\nnote\nx | y",
        );
    }

    #[test]
    fn mentions_links_and_code_are_kept() {
        let tree = json!({"type": "doc", "content": [{"type": "paragraph", "content": [
            {"type": "mention", "attrs": {"id": "557057:abc", "text": "@Ann"}},
            {"type": "text", "text": " see "},
            {"type": "text", "text": "docs", "marks": [{"type": "link", "attrs": {"href": "https://e.org"}}]},
            {"type": "hardBreak"},
            {"type": "text", "text": "x()", "marks": [{"type": "code"}]}]}]});
        let read = body(Some(&tree), &SourceName::new("jira").unwrap());
        assert_eq!(read.text, "@Ann see docs (https://e.org)\n`x()`");
        assert_eq!(read.mentions, [AccountKey::new("jira:557057:abc").unwrap()]);
    }

    #[test]
    fn odd_trees_are_survived() {
        check(&json!({}), "");
        check(&json!({"content": [null, 5, {"type": 7}, {"content": "x"}]}), "");
        check(
            &json!({"content": [{"type": "text", "text": "bare"}, {"type": "text", "text": " words"}]}),
            "bare words",
        );
    }
}
