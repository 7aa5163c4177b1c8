//! Who is named as somebody to ask: "ask @ana", "@ana would know".

use std::sync::LazyLock;

use model::AccountKey;

use super::phrases::{Beginning, PhraseList, Phrases, is_unparted};

/// Ends of what stands before the name.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "ask", "asking", "ping", "pinging", "paging", "cc", "contact", "talk to", "talking to", "speak to",
    "speak with", "check with", "reach out to", "reaching out to", "consult", "frag", "frag mal", "frage",
    "fragt", "wende dich an", "melde dich bei", "sprich mit", "demande à", "demandez à", "demander à",
    "voir avec", "contacte", "contactez", "pregunta a", "pregúntale a", "preguntar a", "habla con",
    "contacta a", "pergunta ao", "pergunte a", "fala com", "fale com", "chiedi a", "chiedere a",
    "parla con", "vraag", "vraag het aan", "loop in", "looping in", "tagging", "bet is", "expert is",
    "person is", "wende dich mal an", "sprich mal mit", "adresse toi à", "adressez vous à",
    "contacta con", "pregunta", "fale", "chiedi", "neem contact op met", "请问一下", "请教", "联系", "问一下", "可以问", "去问",
    "可以找", "去找",
];

/// Starts of what stands after the name.
#[rustfmt::skip]
const AFTER: &[&str] = &[
    "knows", "would know", "might know", "may know", "should know", "will know", "could know",
    "probably knows", "can help", "could help", "might help", "may help", "can answer", "could answer",
    "might be able", "may be able", "should be able", "would be able", "is the expert", "is our expert",
    "is the person", "is the right person", "is the best person", "maintains", "worked on",
    "has worked on", "has experience", "is the one", "is the go to", "is your best bet", "is the best one",
    "is the right one", "is our", "looks after", "takes care of", "is in charge of", "is responsible for",
    "owns", "wrote that", "wrote this", "weiß", "weiss", "kennt", "kennt sich", "kann helfen",
    "ist zuständig", "ist der richtige", "ist die richtige", "ist dafür zuständig", "kümmert sich", "sait",
    "connaît", "peut aider", "s'occupe", "est la bonne personne", "sabe", "conoce", "conhece",
    "se encarga", "es la persona", "es el experto", "es la experta", "cuida", "é a pessoa", "é o responsável",
    "é a responsável", "può aiutare", "si occupa", "è la persona", "weet", "kan helpen", "gaat over",
    "is de juiste", "さんに聞いて", "さんに確認", "さんに相談", "さんが詳しい", "さんが担当", "さんの担当", "さんが知って", "さんならわか",
    "さんなら分か", "が詳しい", "に聞いて", "に確認して", "が担当", "知道", "比较了解", "负责", "最清楚", "님께 물어", "님에게 물어",
    "님한테 물어", "님이 잘 아", "님이 담당", "님께 문의", "님에게 문의",
];

/// Words between two names that are sent to together.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "", "or", "and", "oder", "und", "ou", "et", "o", "y", "e", "of", "en",
];

/// Words before "ask" that take it back.
#[rustfmt::skip]
const NOT_ASK: &[&str] = &[
    "not", "don't", "didn't", "never", "nicht", "pas", "no", "não", "non", "niet",
];

/// What a sentence ends or goes on with where the name after "ask" was taken out of the text.
#[rustfmt::skip]
static HIDDEN_AFTER_ASK: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "ask |", "ask about", "ask he", "ask she", "ask they", "ask who", "ping |", "pinging |", "paging |",
    "cc |", "| cc", "| pinging", "| paging", "talk to |", "check with |", "speak to |", "contact |",
    "reach out to |", "frag mal |", "voir avec |",
]));

/// What a sentence starts with where the name before it was taken out of the text.
#[rustfmt::skip]
static HIDDEN_BEFORE: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "| knows", "| would know", "| might know", "| may know", "| should know", "| will know",
    "| probably knows", "| can help", "| could help", "| might help", "| can answer", "| might be able",
    "| may be able", "| should be able", "| is the expert", "| is the person", "maybe would know",
    "maybe knows", "maybe can help", "think would know", "think knows", "think might know",
    "perhaps knows", "perhaps would know", "guess would know",
]));

/// Most names that one message sends to where the text does not show which.
const MOST_HIDDEN: usize = 3;

/// How many names and mentions of one message are looked at.
const MOST_NAMES: usize = 100;

/// The mentioned accounts that a message sends its readers to.
///
/// Where the text shows `@names`, each counts by the words around it. Where it shows none (chat exports name people by number, which cleaning takes out), the gap they left shows it, and
/// everybody mentioned counts, if these are few.
pub(super) fn referred<'m>(text: &str, mentions: &'m [AccountKey]) -> Vec<&'m AccountKey> {
    if mentions.is_empty() {
        return Vec::new();
    }
    let names = names(text);
    if names.is_empty() {
        let phrases = Phrases::of(text);
        let sent = phrases.has_any(&HIDDEN_AFTER_ASK) || phrases.has_any(&HIDDEN_BEFORE);
        return if sent && mentions.len() <= MOST_HIDDEN { mentions.iter().collect() } else { Vec::new() };
    }
    let mut found: Vec<&AccountKey> = Vec::new();
    for (row, sent) in sent_to(text, &names).into_iter().enumerate() {
        if let Some(mention) =
            named(text, &names, row, mentions).filter(|mention| sent && !found.contains(mention))
        {
            found.push(mention);
        }
    }
    found
}

/// The mention that the text's name number `row` stands for: the account of that very name, else the mention
/// in the same place if there are as many, else the only one there is.
fn named<'m>(
    text: &str,
    names: &[(usize, usize)],
    row: usize,
    mentions: &'m [AccountKey],
) -> Option<&'m AccountKey> {
    let (start, end) = names.get(row)?;
    let name = text.get(start + 1..*end)?;
    let same_name = mentions.iter().take(MOST_NAMES).find(|mention| mention.native() == name);
    let same_place = || mentions.get(row).filter(|_| names.len() == mentions.len());
    same_name.or_else(same_place).or_else(|| mentions.first().filter(|_| mentions.len() == 1))
}

/// Whether the text sends to each of its names.
fn sent_to(text: &str, names: &[(usize, usize)]) -> Vec<bool> {
    let mut sent: Vec<bool> = Vec::with_capacity(names.len());
    let mut end_before = 0;
    for (row, (start, end)) in names.iter().enumerate() {
        let between = last_sentence(text.get(end_before..*start).unwrap_or_default());
        let until = names.get(row + 1).map_or(text.len(), |(next, _)| *next);
        let after = first_words(text.get(*end..until).unwrap_or_default());
        let with_earlier = sent.last().is_some_and(|sent| *sent) && BETWEEN.contains(&between.as_str());
        sent.push(with_earlier || ends_with_any(&between) || starts_with_any(&after));
        end_before = *end;
    }
    // "@ana or @bo would know": the words after the last name hold for those joined to it.
    for row in (1..sent.len()).rev() {
        let between = match (names.get(row - 1), names.get(row)) {
            (Some((_, end)), Some((start, _))) => words(text.get(*end..*start).unwrap_or_default()),
            _ => continue,
        };
        if sent[row] && BETWEEN.contains(&between.as_str()) {
            sent[row - 1] = true;
        }
    }
    sent
}

fn ends_with_any(before: &str) -> bool {
    let taken_back = before.split(' ').rev().take(4).any(|word| NOT_ASK.contains(&word));
    let ends = |phrase: &&str| {
        let rest = before.strip_suffix(*phrase);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(' ') || phrase.starts_with(is_unparted))
    };
    !taken_back && BEFORE.iter().any(ends)
}

fn starts_with_any(after: &str) -> bool {
    let starts = |phrase: &&str| {
        after.strip_prefix(*phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '?']))
    };
    AFTER.iter().any(|phrase| starts(phrase) || (!phrase.is_ascii() && after.starts_with(phrase)))
}

/// All of [`BEFORE`] and [`AFTER`]: few messages hold any, and only these are looked at word by word.
static SENDING: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[BEFORE, AFTER].concat()));
/// What each of them holds in scripts that do not part words, and in Korean.
const SENDING_UNPARTED: &[&str] = &[
    "に聞いて",
    "に確認",
    "に相談",
    "が詳しい",
    "担当",
    "さんが知って",
    "さんなら",
    "问",
    "請教",
    "请教",
    "联系",
    "可以找",
    "负责",
    "最清楚",
    "知道",
    "了解",
    "님",
];

/// How much of a text is searched for plain names, in characters, and how many words around each are read.
const PLAIN_CHARS: usize = 600;
const PLAIN_WORDS: usize = 5;

/// Words that the text sends its readers to as it would to somebody of that name, without the source's saying
/// who is meant: "ask ana", "@ana would know". Most are no names: the caller knows who there is.
pub(super) fn plain_names<'t>(text: &'t str, beginning: &Beginning) -> Vec<&'t str> {
    let phrases = &beginning.phrases;
    if !phrases.has_any(&SENDING) && !phrases.contains_any(SENDING_UNPARTED) {
        return Vec::new();
    }
    let end = text.char_indices().nth(PLAIN_CHARS).map_or(text.len(), |(end, _)| end);
    let mut found: Vec<&str> = Vec::new();
    for sentence in text.get(..end).unwrap_or(text).split(['!', '?', '\n', ';', ',', '、', '。', '，']) {
        let words: Vec<&str> = sentence.split_whitespace().map(bare).collect();
        for (place, name) in words.iter().enumerate().filter(|(_, word)| word.chars().count() > 1) {
            let before = words.get(place.saturating_sub(PLAIN_WORDS)..place).unwrap_or_default();
            let after = words.get(place + 1..).unwrap_or_default();
            let joined = |words: &[&str]| words.join(" ").to_lowercase();
            let sent = ends_with_any(&joined(before))
                || starts_with_any(&joined(after.get(..PLAIN_WORDS.min(after.len())).unwrap_or_default()));
            if sent && !found.contains(name) {
                found.push(name);
            }
        }
    }
    found
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_'))
}

/// Where each of the first `@name`s stands, in bytes; not the `@` of a mail address.
fn names(text: &str) -> Vec<(usize, usize)> {
    let mut names = Vec::new();
    let mut before = ' ';
    let mut open: Option<usize> = None;
    for (at, letter) in text.char_indices() {
        let inside = letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_');
        if let Some(start) = open.filter(|_| !inside) {
            names.extend(name(text, start, at));
            open = None;
        }
        if letter == '@' && !before.is_alphanumeric() {
            open = Some(at);
        }
        before = letter;
        if names.len() >= MOST_NAMES {
            return names;
        }
    }
    if let Some(start) = open {
        names.extend(name(text, start, text.len()));
    }
    names
}

/// A name without the punctuation after it; `None` for a bare `@`.
fn name(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let name = text.get(start..end)?.trim_end_matches(['.', '-']);
    (name.len() > 1).then_some((start, start + name.len()))
}

fn words(text: &str) -> String {
    Phrases::of(text).words().collect::<Vec<_>>().join(" ")
}

/// How much of the text around a name is looked at, in characters.
const AROUND: usize = 80;

fn last_sentence(text: &str) -> String {
    let start = text.char_indices().rev().nth(AROUND).map_or(0, |(start, _)| start);
    let tail = text.get(start..).unwrap_or_default();
    words(tail.rsplit(['.', '!', '?', '\n']).next().unwrap_or_default())
}

fn first_words(text: &str) -> String {
    let end = text.char_indices().nth(AROUND).map_or(text.len(), |(end, _)| end);
    words(text.get(..end).unwrap_or_default().split(['.', '!', '\n']).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, mentions: &[&str], expected: &[&str]) {
        let key = |name: &&str| AccountKey::new(format!("chat:{name}")).unwrap();
        let mentions: Vec<AccountKey> = mentions.iter().map(key).collect();
        let found: Vec<&str> = referred(text, &mentions).into_iter().map(AccountKey::native).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn who_is_named_as_knowing_is_referred_to() {
        check("ask @ana", &["ana"], &["ana"]);
        check("maybe @ana would know?", &["ana"], &["ana"]);
        check("@ana.lee knows that part", &["ana"], &["ana"]);
        check("hm, cc @ana", &["ana"], &["ana"]);
        check("@bo, as @bo said: ask @ana", &["bo", "ana"], &["ana"]);
        check("@bo you should talk to @ana.", &["bo", "ana"], &["ana"]);
        check("ask @ana or @cy", &["ana", "cy"], &["ana", "cy"]);
        check("@ana or @cy might know", &["ana", "cy"], &["ana", "cy"]);
        check("frag mal @ana", &["ana"], &["ana"]);
        check("demande à @ana", &["ana"], &["ana"]);
        check("@ana さんに聞いて", &["ana"], &["ana"]);
        check("その件は @ana さんが担当です", &["ana"], &["ana"]);
        check("@ana さんなら分かると思います", &["ana"], &["ana"]);
        check("你可以问 @ana", &["ana"], &["ana"]);
        check("@ana 负责这个", &["ana"], &["ana"]);
        check("@ana 님에게 물어보세요", &["ana"], &["ana"]);
        check("@ana is the one for that", &["ana"], &["ana"]);
        check("your best bet is @ana", &["ana"], &["ana"]);
        check("pinging @ana here", &["ana"], &["ana"]);
        check("@ana kümmert sich um die Zertifikate", &["ana"], &["ana"]);
        check("c'est @ana qui s'en charge, voir avec @bo", &["ana", "bo"], &["bo"]);
        check("@ana se encarga de eso", &["ana"], &["ana"]);
    }

    #[test]
    fn plain_names_are_words_that_are_sent_to() {
        for (text, names) in [
            ("you should ask ana about that", &["ana"][..]),
            ("hm, Ana would know, ping @bo.", &["Ana", "bo"]),
            ("don't ask ana", &[]),
            ("ana rotated the key", &[]),
        ] {
            assert_eq!(plain_names(text, &Beginning::of(text)), names, "{text}");
        }
    }

    #[test]
    fn a_name_that_cleaning_took_out_leaves_its_gap() {
        check("you could ask .", &["ana"], &["ana"]);
        check("would know that", &["ana"], &["ana"]);
        check("thanks , that helps", &["ana"], &[]);
        check("you can ask for access there", &["ana"], &[]);
    }

    #[test]
    fn other_mentions_are_no_referral() {
        check("thanks @ana", &["ana"], &[]);
        check("@ana: did you see this", &["ana"], &[]);
        check("please don't ask @ana", &["ana"], &[]);
        check("mail ask@ana.example", &["ana"], &[]);
        check("ask somebody", &[], &[]);
        check("task @ana", &["ana"], &[]);
    }

    #[test]
    fn a_text_of_nothing_but_names_is_read_in_one_go() {
        check(&"@a ".repeat(200_000), &["ana", "bo"], &[]);
    }
}
