//! What a bomb is made of: text that costs a careless reader too much.

use std::fmt::Write as _;

/// Texts that meet the cleaning of messages: a name and the text.
pub(crate) fn texts() -> Vec<(String, String)> {
    let patterns = [
        "<",
        "<p",
        "<div>",
        "<blockquote>",
        "</",
        "<!--",
        "<a href='",
        "&",
        "&#x",
        "&lt;",
        "`",
        "```",
        "*",
        "_",
        "~",
        "{code}",
        "{quote}",
        "{{",
        "{",
        "[",
        "[a|",
        "![](",
        "|",
        "||",
        "!a.",
        "> ",
        ">",
        "bq. ",
        "<@U1",
        "<#C1|",
        ":a:",
        "\u{0}",
        "\u{202e}",
        "\u{200d}",
        "e\u{301}",
        "\u{fdfa}",
        "\n",
        "\r",
        "\t",
        " ",
        "-- \n",
        "On a wrote:\n",
        "From: a\n",
        "diff --git a/b c/d\n",
        "@@ -1 +1 @@\n",
        "http://",
        "a@",
        "#",
        "- ",
        "1. ",
        "\\",
        "\u{1f468}\u{200d}",
    ];
    let text = |pattern: &&str| (format!("text of {pattern:?}"), pattern.repeat((1 << 20) / pattern.len()));
    patterns.iter().map(text).collect()
}

/// Files of JSON that parsers stumble over.
pub(crate) fn json() -> Vec<(String, Vec<u8>)> {
    let named = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    let mut keys = String::from("{");
    for key in 0..1_000_000 {
        write!(keys, "\"{key}\":0,").unwrap();
    }
    keys.push_str("\"x\":0}");
    vec![
        named("200,000 lists in each other", "[".repeat(200_000)),
        named("200,000 objects in each other", "{\"a\":".repeat(200_000)),
        named("lists in each other, closed", format!("{}{}", "[".repeat(200_000), "]".repeat(200_000))),
        named("a list of deep objects", format!("[{}1{}]", "{\"a\":".repeat(100_000), "}".repeat(100_000))),
        named("a million keys", keys),
        named("the same key", format!("[{{{}\"a\":1}}]", "\"a\":1,".repeat(300_000))),
        named("a million nulls", format!("[{}null]", "null,".repeat(1_000_000))),
        named("half a million empty objects", format!("[{}{{}}]", "{},".repeat(500_000))),
        named("a long string", format!("[\"{}\"]", "a".repeat(4 << 20))),
        named("a string without its end", format!("[\"{}", "a".repeat(4 << 20))),
        named("a string of escapes", format!("[\"{}\"]", "\\u0041".repeat(1_000_000))),
        named("lone surrogates", format!("[{{\"text\":\"{}\"}}]", "\\ud800".repeat(300_000))),
        named("zeros in strings", format!("[{{\"text\":\"{}\"}}]", "\\u0000".repeat(300_000))),
        named("backslashes", format!("[\"{}", "\\".repeat(4_000_001))),
        named("a long number", format!("[{}]", "9".repeat(4_000_000))),
        named("a large exponent", "[1e999999999,-1e999999999,1e-999999999]".repeat(1000)),
        named("blanks", " ".repeat(4 << 20)),
        named("commas", format!("[{}", ",".repeat(2_000_000))),
        named("quotes", "\"".repeat(2_000_001)),
        named("brackets that do not match", "[}".repeat(500_000)),
        named("a million lines", "\n".repeat(1_000_000)),
        named("a hundred thousand lines of half an object", "{\"id\":\n".repeat(100_000)),
        named("a hundred thousand small objects", "{\"id\":\"1\",\"source\":\"t\"}\n".repeat(100_000)),
        ("zero bytes".to_owned(), vec![0; 4 << 20]),
        ("bytes of 255".to_owned(), vec![0xff; 4 << 20]),
    ]
}

/// Tables that parsers stumble over; `header` is the sample's own first line.
pub(crate) fn tables(header: &str) -> Vec<(String, Vec<u8>)> {
    let named = |name: &str, text: String| (name.to_owned(), format!("{header}\n{text}").into_bytes());
    vec![
        named("a million columns", ",".repeat(1_000_000)),
        named("a field without its end", format!("\"{}", "a,\n".repeat(1_000_000))),
        named("a field of quotes", format!("\"{}\"", "\"\"".repeat(1_000_000))),
        named("quotes in fields", "a\"b,".repeat(500_000)),
        named("half a million blank rows", ",\n".repeat(500_000)),
        named("a quarter of a million short rows", "x,\n".repeat(250_000)),
        named("a long field", "a".repeat(16 << 20)),
        (
            String::from("a million columns in the header"),
            format!("{header}{}\n", ",x".repeat(1_000_000)).into_bytes(),
        ),
    ]
}

/// Mails without separators: a name, the headers and body, and what an issue must say (`None`: it is read).
pub(crate) fn mails() -> Vec<(String, String, Option<&'static str>)> {
    let mut nested = String::new();
    for level in 0..200_000 {
        write!(nested, "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n").unwrap();
    }
    let parts = "--b\nContent-Type: text/plain\n\nx\n".repeat(1_000_000 / 8);
    let deep = Some("nested more than 50 deep");
    let long = Some("header longer");
    let all: Vec<Flood> = vec![
        ("forty thousand mails in each other", "Content-Type: message/rfc822\n\n".repeat(40_000), deep),
        ("two hundred thousand multiparts", nested, deep),
        (
            "multiparts of one boundary",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(100_000),
            deep,
        ),
        ("digests", "Content-Type: multipart/digest; boundary=b\n\n--b\n\n".repeat(100_000), deep),
        (
            "many parts",
            format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--"),
            Some("more than 1000 parts"),
        ),
        ("a million headers", format!("{}\n\nx", "A: b\n".repeat(1_000_000)), long),
        ("a header without its end", format!("A: {}", "b".repeat(8 << 20)), long),
        ("folded lines", format!("A: b\n{}\n\nx", " c\n".repeat(1_000_000)), long),
        ("a million recipients", format!("To: {}z@x.org\n\nx", "a@x.org,\n ".repeat(1_000_000)), long),
        ("recipients within the limit", format!("To: {}z@x.org\n\nx", "a@x.org,\n ".repeat(90_000)), None),
        ("groups of recipients", format!("To: {}\n\nx", "a:b@x.org;".repeat(90_000)), None),
        ("parameters", format!("Content-Type: text/plain; {}\n\nx", "a*0=b;\n ".repeat(100_000)), long),
        (
            "continued parameters",
            format!("Content-Type: text/plain; {}\n\nx", "name*1*=a;".repeat(1_500)),
            None,
        ),
    ];
    let all = all.into_iter().chain(headers()).chain(bodies());
    all.map(|(name, mail, reason)| (format!("mail: {name}"), mail, reason)).collect()
}

type Flood = (&'static str, String, Option<&'static str>);

/// Headers within their limits.
fn headers() -> Vec<Flood> {
    vec![
        ("encoded words", format!("Subject: {}\n\nx", "=?utf-8?q?".repeat(60_000)), None),
        ("words split in characters", format!("Subject: {}\n\nx", "=?utf-8?q?=C3?= ".repeat(60_000)), None),
        ("words of wide encodings", format!("Subject: {}\n\nx", "=?gb2312?b?1g==?=\n ".repeat(40_000)), None),
        ("half addresses", format!("To: {}\n\nx", "\"<(".repeat(60_000)), None),
        ("comments", format!("To: {}a@x.org\n\nx", "(".repeat(200_000)), None),
        ("references", format!("References: {}\n\nx", "<a@b> ".repeat(100_000)), None),
        (
            "servers",
            format!("{}\nx", "Received: from a by b; Fri, 29 Mar 2019 14:00:00 +0000\n".repeat(15_000)),
            None,
        ),
        ("labels", format!("X-Gmail-Labels: {}\n\nx", "a,".repeat(200_000)), None),
    ]
}

/// Bodies.
fn bodies() -> Vec<Flood> {
    let html =
        |pattern: &str| format!("Content-Type: text/html\n\n{}", pattern.repeat((4 << 20) / pattern.len()));
    let charset =
        |name: &str| format!("Content-Type: text/plain; charset={name}\n\n{}", "+AGE-\x1b$B".repeat(100_000));
    let winmail =
        "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n";
    let journal = "X-MS-Journal-Report:\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n";
    let original = "--b\nContent-Type: message/rfc822\n\nFrom: a@x.org\nDate: Fri, 29 Mar 2019 14:07:21 +0000\n\nx\n--b--\n";
    let long = Some("header longer");
    vec![
        (
            "soft breaks",
            format!("Content-Type: text/plain; format=flowed\n\n{}", "> a \n".repeat(500_000)),
            None,
        ),
        ("deep quotes", format!("\n{}", (0..3000).map(|n| ">".repeat(n) + " a\n").collect::<String>()), None),
        (
            "forwarded headers",
            format!("\n{}", "Von: a\nGesendet: b\nAn: c\nBetreff: d\n\n".repeat(50_000)),
            None,
        ),
        ("quoted blocks", html("<blockquote>"), None),
        ("open tags", html("<"), None),
        ("comments in HTML", html("<!--"), None),
        ("entities", html("&amp;"), None),
        ("styles", html("<style>"), None),
        (
            "dashes",
            format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b-\n".repeat(1_000_000)),
            None,
        ),
        ("bad base64", format!("Content-Transfer-Encoding: base64\n\n{}", "!!!!".repeat(1_000_000)), None),
        (
            "bad quoted-printable",
            format!("Content-Transfer-Encoding: quoted-printable\n\n{}", "=".repeat(4_000_000)),
            None,
        ),
        ("utf-7", charset("utf-7"), None),
        ("iso-2022-jp", charset("iso-2022-jp"), None),
        ("an unknown encoding", charset(&"x".repeat(8000)), None),
        ("a packed mail of noise", format!("{winmail}{}", "eJ8+Ig".repeat(500_000)), None),
        (
            "a journal of recipients",
            format!("{journal}Sender: a@x.org\n{}{original}", "To: b@x.org\n".repeat(300_000)),
            None,
        ),
        (
            "a journal without its original",
            format!("{journal}Sender: a@x.org\n--b--"),
            Some("without its original"),
        ),
        ("a long mail", format!("\n{}", "x\n".repeat(17 << 20)), Some("more than 32 MiB")),
        ("one long line", format!("\n{}", "x".repeat(16 << 20)), None),
        (
            "lines that begin like a mail",
            format!("\n{}", "From a@x.org Fri Mar 29 14:07:21 2019 \n".repeat(200_000)),
            long,
        ),
        (
            "a false length",
            format!("Content-Length: 18446744073709551615\n\n{}", "x\n\n".repeat(500_000)),
            None,
        ),
    ]
}
