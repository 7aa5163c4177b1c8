//! HTML mail to plain text with `>` before what is quoted, so that quotes can be told from own words.

use mail_parser::decoders::html::add_html_token;

/// Quotes nest this deep at most in the output.
const MAX_QUOTES: usize = 8;
/// No entity is longer.
const MAX_ENTITY_BYTES: usize = 32;

/// The text of a page: one line for each block, code as it stands. Costs time linear in the length.
pub(in crate::formats) fn to_text(html: &str) -> String {
    let mut reader = Reader { rest: html, no_tag_end: false, writer: Writer::default() };
    while !reader.rest.is_empty() {
        reader.step();
    }
    reader.writer.end_line();
    reader.writer.out.trim_matches('\n').to_owned()
}

struct Reader<'h> {
    rest: &'h str,
    /// There is no `>` any more: every `<` is text.
    no_tag_end: bool,
    writer: Writer,
}

impl Reader<'_> {
    fn step(&mut self) {
        let until = self.rest.find(['<', '&']).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(until);
        self.writer.text(text);
        self.rest = rest;
        if rest.starts_with('&') {
            self.entity();
        } else if rest.starts_with('<') {
            self.tag();
        }
    }

    fn entity(&mut self) {
        let head = self.rest.as_bytes();
        let end = head.iter().take(MAX_ENTITY_BYTES).position(|byte| *byte == b';').map(|end| end + 1);
        let token = end.and_then(|end| self.rest.get(..end)).filter(|token| {
            token.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b';'))
        });
        let token = token.unwrap_or("&");
        let mut decoded = String::new();
        add_html_token(&mut decoded, token.as_bytes(), false);
        self.writer.text(&decoded);
        self.rest = self.rest.get(token.len()..).unwrap_or_default();
    }

    fn tag(&mut self) {
        let begins_tag = self
            .rest
            .as_bytes()
            .get(1)
            .is_some_and(|byte| byte.is_ascii_alphabetic() || b"/!?".contains(byte));
        if self.no_tag_end || !begins_tag {
            self.writer.text("<");
            self.rest = self.rest.get(1..).unwrap_or_default();
            return;
        }
        if self.rest.starts_with("<!--") {
            self.rest = after(self.rest, "-->");
            return;
        }
        let Some(end) = self.rest.find('>') else {
            self.no_tag_end = true;
            return;
        };
        let tag = self.rest.get(1..end).unwrap_or_default();
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        let (closes, name) = match tag.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, tag),
        };
        let name: String = name.chars().take_while(char::is_ascii_alphanumeric).take(16).collect();
        self.element(&name.to_ascii_lowercase(), closes, tag.ends_with('/'));
    }

    fn element(&mut self, name: &str, closes: bool, empty: bool) {
        match name {
            "script" | "style" | "title" | "template" | "svg" if !closes && !empty => {
                self.rest = after_close(self.rest, name);
            }
            "br" => self.writer.end_line(),
            "hr" => self.writer.block(),
            "blockquote" => {
                self.writer.block();
                self.writer.quotes =
                    if closes { self.writer.quotes.saturating_sub(1) } else { self.writer.quotes + 1 };
            }
            "pre" => {
                self.writer.block();
                self.writer.pre = !closes;
            }
            "li" if !closes => {
                self.writer.block();
                self.writer.text("- ");
            }
            "td" | "th" if closes => self.writer.text(" "),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.writer.paragraph(),
            "div" | "tr" | "table" | "ul" | "ol" | "li" | "section" | "article" | "header" | "footer"
            | "dd" | "dt" => {
                self.writer.block();
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    line: String,
    quotes: usize,
    pre: bool,
    /// A blank line is due, no deeper in quotes than this.
    blank_wanted: Option<usize>,
}

impl Writer {
    fn text(&mut self, text: &str) {
        if self.pre {
            for (place, line) in text.split('\n').enumerate() {
                if place > 0 {
                    self.end_line();
                }
                self.line.push_str(line.trim_end_matches('\r'));
            }
            return;
        }
        for c in text.chars() {
            // A no-break space stays a space of its own; `-- ` and the like depend on it.
            match if c == '\u{a0}' { ' ' } else { c } {
                ' ' | '\t' | '\r' | '\n' if self.line.is_empty() || self.line.ends_with(' ') => {}
                '\t' | '\r' | '\n' => self.line.push(' '),
                c => self.line.push(c),
            }
        }
    }

    /// Ends the line if there is anything in it.
    fn block(&mut self) {
        if !self.line.trim().is_empty() {
            self.end_line();
        }
        self.line.clear();
    }

    fn paragraph(&mut self) {
        self.block();
        self.blank_wanted = (!self.out.is_empty()).then_some(self.quotes);
    }

    fn end_line(&mut self) {
        let quotes = "> ".repeat(self.quotes.min(MAX_QUOTES));
        if let Some(depth) = self.blank_wanted.take().filter(|_| !self.out.ends_with("\n\n")) {
            self.out.push_str("> ".repeat(depth.min(self.quotes).min(MAX_QUOTES)).trim_end());
            self.out.push('\n');
        }
        self.out.push_str(&quotes);
        self.out.push_str(self.line.trim_end());
        self.out.push('\n');
        self.line.clear();
    }
}

fn after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.find(mark).map_or("", |place| text.get(place + mark.len()..).unwrap_or_default())
}

/// What follows the closing tag of an element, in any case of letters.
fn after_close<'t>(text: &'t str, name: &str) -> &'t str {
    let mut rest = text;
    while let Some(place) = rest.find("</") {
        rest = rest.get(place + 2..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return after(rest, ">");
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(to_text(html), expected, "{html}");
    }

    #[test]
    fn blocks_become_lines() {
        check(
            "<html><head><title>t</title><style>p{}</style></head><body><p>Hello  <b>you</b></p><p>two<br>three</p></body></html>",
            "Hello you\n\ntwo\nthree",
        );
        check("<div>a</div><div>b</div><ul><li>x</li><li>y</li></ul>", "a\nb\n- x\n- y");
        check("<table><tr><td>a</td><td>b</td></tr></table>c", "a b\nc");
        check("<pre>if x:\n    y()\n</pre>z", "if x:\n    y()\nz");
        check("a<!-- <p>hidden -->b<script>x<y</script>c", "abc");
    }

    #[test]
    fn quotes_are_marked() {
        check(
            "<p>yes</p><div>On May 1 Ann wrote:</div><blockquote>ask <blockquote>old</blockquote>it</blockquote>bye",
            "yes\n\nOn May 1 Ann wrote:\n> ask\n> > old\n> it\nbye",
        );
    }

    #[test]
    fn entities_are_decoded() {
        check("a &lt;b&gt; &amp; &#233;&#x20ac; &nbsp;x &bogus; & &", "a <b> & é€ x &bogus; & &");
    }

    #[test]
    fn broken_html_is_survived_in_linear_time() {
        check("a < b and <", "a < b and <");
        check("<p", "<p");
        for bomb in ["<", "<p", "<!--", "<blockquote>", "&", "<script>", "</", "<pre>\n", "&#", "<br>"] {
            let _ = to_text(&bomb.repeat(300_000));
        }
    }
}
