//! The line that says whose words follow: "On …, Ann wrote:".

use super::Lines;

/// The longest attribution, in bytes, when its lines are joined.
const MAX_BYTES: usize = 400;

/// How an attribution begins and which words it ends with, by language: en de fr es nl pt it sv/da/no pl zh.
const FORMS: &[(&str, &[&str])] = &[
    ("On ", &["wrote"]),
    ("Am ", &["schrieb"]),
    ("Le ", &["a écrit", "a écrit"]),
    ("El ", &["escribió"]),
    ("Op ", &["schreef", "het volgende"]),
    ("Em ", &["escreveu"]),
    ("A ", &["escreveu", "va escriure"]),
    ("Il ", &["ha scritto"]),
    ("In data ", &["ha scritto"]),
    ("Den ", &["skrev"]),
    ("W dniu ", &["napisał", "pisze"]),
    ("Dnia ", &["napisał", "pisze"]),
    ("Dne ", &["napsal"]),
    ("在", &["写道", "寫道"]),
    ("于", &["写道", "寫道"]),
    ("於", &["寫道"]),
];

/// Words that end an attribution in whatever language its beginning is not fixed.
const ENDS: &[&str] = &[
    "wrote",
    "writes",
    "schrieb",
    "写道",
    "寫道",
    "写入",
    "написал",
    "написала",
    "пишет",
    "kirjoitti",
    "yazdı",
    "のメール",
    "書きました",
    "のメッセージ",
    "님이 작성",
    "작성",
    "napsal(a)",
    "пише",
    "írta",
    "a scris",
    "έγραψε",
];

/// The lines that an attribution at `at` takes, with the unmarked quote below it if its client marks none.
pub(super) fn take(lines: &Lines<'_>, at: usize, has_own_words: bool) -> Option<usize> {
    let first = lines.trimmed(at);
    let opened = FORMS.iter().any(|(opening, _)| first.starts_with(opening));
    let count = (1..=3).find(|count| ends_like_one(lines.trimmed(at + count - 1)))?;
    // Only a line that opens like an attribution may run on, and no line of it is empty.
    if count > 1 && !opened && !(count == 2 && lines.is_quote(at + count)) {
        return None;
    }
    let joined = join(lines, at, count)?;
    let below = lines.next_words(at + count, 4);
    let quote_below = below.is_some_and(|number| lines.is_quote(number));
    if !(is_dated_form(&joined) || quote_below && is_loose_form(&joined)) {
        return None;
    }
    Some(count + unmarked_quote(lines, at + count, below, quote_below, has_own_words))
}

fn ends_like_one(line: &str) -> bool {
    line.ends_with(':') || line.ends_with('：') || line.ends_with("écrit") || line.ends_with("写道")
}

fn join(lines: &Lines<'_>, at: usize, count: usize) -> Option<String> {
    let mut joined = String::new();
    for number in at..at + count {
        let line = lines.trimmed(number);
        if line.is_empty() || lines.is_quote(number) || joined.len() + line.len() > MAX_BYTES {
            return None;
        }
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
    }
    Some(joined)
}

/// A known beginning and its verb, with a date or an address between them.
fn is_dated_form(joined: &str) -> bool {
    let known = FORMS.iter().any(|(opening, verbs)| {
        joined.starts_with(opening) && verbs.iter().any(|verb| joined.contains(verb))
    });
    let closing = joined.trim_end_matches([':', '：', ' ']);
    let ended = ENDS.iter().any(|end| closing.ends_with(end));
    (known && says_when_or_who(joined)) || (ended && has_year(joined) && joined.contains('@'))
}

/// Right above a quote, less is enough: a verb, or a date or address before the colon.
fn is_loose_form(joined: &str) -> bool {
    let closing = joined.trim_end_matches([':', '：', ' ']);
    ENDS.iter().any(|end| closing.ends_with(end))
        || FORMS.iter().any(|(_, verbs)| verbs.iter().any(|verb| closing.ends_with(verb)))
        || (joined.contains('@') && joined.contains('<'))
        || (has_year(joined) && joined.contains('@'))
}

fn says_when_or_who(text: &str) -> bool {
    text.contains('@') || text.bytes().filter(u8::is_ascii_digit).count() >= 2
}

/// Four digits in a row that begin with 19 or 20.
fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")))
}

/// How many lines below an attribution are a quote without `>`: those indented by four blanks, or, below own
/// words and with no marked quote anywhere after, all of them (clients that answer on top).
fn unmarked_quote(
    lines: &Lines<'_>,
    from: usize,
    below: Option<usize>,
    quote_below: bool,
    has_own_words: bool,
) -> usize {
    let Some(below) = below else { return 0 };
    let indented = |number: usize| {
        lines.all.get(number).is_some_and(|line| line.starts_with("    ") || line.starts_with('\t'))
    };
    if indented(below) {
        let end = (below..lines.all.len()).find(|&n| !indented(n) && !lines.trimmed(n).is_empty());
        return end.unwrap_or(lines.all.len()) - from;
    }
    if !quote_below && has_own_words && !lines.quotes_follow(from) {
        return lines.all.len() - from;
    }
    0
}
