//! How much a message says: thanks and greetings answer nothing.

use std::sync::LazyLock;

use super::phrases::{Beginning, PhraseList, Phrases, is_unparted};

/// Content words that make an answer.
const ANSWER_WORDS: usize = 3;
/// Up to this many content words, a phrase of [`NO_ANSWERS`] makes the whole message one.
const SHORT_WORDS: usize = 6;

/// Up to this many content words, a question of [`COUNTER_QUESTIONS`] is all that the message is.
const COUNTER_WORDS: usize = 10;

/// How much a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Substance {
    /// Nothing: empty, thanks, a greeting, "+1", "no idea".
    Nothing,
    /// One or two content words, or only a question back: an answer only if the asker says so ("yes, 8443").
    Little,
    /// Enough for an answer.
    Answer,
}

/// Words without content: articles, pronouns, auxiliaries, and what thanks and greetings are made of.
/// In alphabetical order.
#[rustfmt::skip]
const EMPTY_WORDS: &[&str] = &[
    "+1", "-1", "?", "a", "aber", "ah", "ahh", "all", "also", "am", "amazing", "an", "and", "appreciate",
    "appreciated", "are", "as", "at", "au", "auch", "auf", "aus", "avec", "awesome", "be", "bedankt",
    "been", "bei", "best", "bien", "bin", "bist", "brilliant", "but", "by", "bye", "cheers", "com", "con",
    "congrats", "congratulations", "cool", "da", "dank", "danke", "das", "dass", "de", "del", "dem", "den",
    "der", "des", "di", "did", "die", "do", "does", "du", "dzięki", "e", "een", "ein", "eine", "einen",
    "el", "en", "er", "es", "et", "excellent", "fantastic", "for", "from", "för", "für", "genau", "glad",
    "good", "gracias", "grazie", "great", "gut", "ha", "haha", "hahaha", "hallo", "have", "he", "hello",
    "help", "het", "hey", "hi", "hm", "hmm", "hola", "i", "i'll", "i'm", "ich", "if", "ik", "il", "in",
    "indeed", "is", "ist", "it", "it's", "its", "ja", "je", "just", "k", "kk", "la", "las", "le", "les",
    "lgtm", "lmao", "lo", "lol", "los", "lot", "lots", "love", "luck", "many", "me", "merci", "met", "mit",
    "morning", "much", "my", "na", "nah", "nein", "nice", "nicht", "no", "non", "nope", "not", "np", "o",
    "obrigada", "obrigado", "och", "oder", "of", "oh", "ok", "okay", "on", "one", "ooh", "or", "ou", "oui",
    "our", "para", "pas", "per", "perfect", "please", "por", "pour", "prima", "problem", "que", "really",
    "regards", "right", "same", "se", "sehr", "she", "si", "sich", "sie", "sim", "sind", "so", "sorry",
    "sounds", "sure", "sweet", "sí", "tack", "te", "thank", "thanks", "that", "that's", "the", "them",
    "then", "there", "they", "this", "thx", "tnx", "to", "too", "totally", "true", "ty", "tysm", "u", "uh",
    "um", "un", "una", "und", "une", "us", "van", "very", "vielen", "von", "vous", "was", "we", "welcome",
    "well", "were", "will", "wir", "with", "wonderful", "woohoo", "wow", "y", "yay", "yea", "yeah", "yep",
    "yes", "you", "you're", "your", "yup", "zu", "zum", "zur", "à", "é", "спасибо",
];

/// Thanks and greetings in scripts that do not part words.
#[rustfmt::skip]
const EMPTY_TEXTS: &[&str] = &[
    "ありがとうございます", "ありがとうございました", "ありがとう", "お疲れ様です", "了解です", "了解しました", "承知しました", "よろしくお願いします", "おはようございます",
    "はい", "谢谢", "謝謝", "感谢", "感謝", "多谢", "你好", "好的", "收到", "不客气", "감사합니다", "고맙습니다", "안녕하세요",
];

/// Says that one does not know, or has the same trouble.
#[rustfmt::skip]
static NO_ANSWERS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "no idea", "no clue", "don't know", "dunno", "idk", "not my area", "i wish i knew", "me too",
    "same here", "same issue", "same problem", "same question", "same error", "following this",
    "interested too", "keine ahnung", "weiß nicht", "weiss nicht", "gleiches problem", "aucune idée",
    "je ne sais pas", "moi aussi", "ni idea", "no sé", "yo también", "não sei", "eu também", "non lo so",
    "anch'io", "geen idee", "weet ik niet", "ik ook",
]));

/// Asks back what exactly was asked.
#[rustfmt::skip]
static COUNTER_QUESTIONS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "| what do you mean", "| what exactly", "| what version", "| which version", "| what error",
    "| what's the error", "| what is the error", "| what are you trying", "| what's your",
    "| what is your", "| what does it say", "| what happens", "| which platform", "| which os",
    "| can you share", "| can you post", "| can you show", "| can you elaborate", "| can you give",
    "| can you provide", "| could you share", "| could you post", "| could you show",
    "| could you elaborate", "| could you give", "| could you provide", "| could you clarify",
    "| can you clarify", "| do you have an example", "| do you have a", "| any update", "| any updates",
    "| any news", "| was genau", "| welche version", "| kannst du", "| quelle version", "| qué versión",
    "| qual versão", "| quale versione", "| welke versie",
]));

impl Substance {
    /// Weighs a message. Code, a link, or the name of a file or package is an answer by itself.
    pub(super) fn of(text: &str, beginning: &Beginning) -> Self {
        let start = &beginning.phrases;
        let words = content_words(start);
        if start.code || start.link || words > COUNTER_WORDS {
            return Self::Answer;
        }
        Self::weigh(&beginning.all(text))
    }

    fn weigh(phrases: &Phrases) -> Self {
        if phrases.code || phrases.link {
            return Self::Answer;
        }
        let words = content_words(phrases);
        match words {
            0 => Self::Nothing,
            _ if words <= SHORT_WORDS && phrases.has_any(&NO_ANSWERS) => Self::Nothing,
            _ if words < ANSWER_WORDS => Self::Little,
            _ if words <= COUNTER_WORDS && only_asks_back(phrases) => Self::Little,
            _ => Self::Answer,
        }
    }
}

fn only_asks_back(phrases: &Phrases) -> bool {
    let empty = |sentence: &Phrases| content_words(sentence) == 0;
    phrases.has_any(&COUNTER_QUESTIONS)
        && phrases.sentences().all(|sentence| sentence.asks() || empty(&sentence))
}

/// Whether a message is nothing but questions, or a request of [`COUNTER_QUESTIONS`] with a few words on it.
pub(super) fn asks_back(phrases: &Phrases) -> bool {
    let mut asks = false;
    let only = phrases.sentences().all(|sentence| {
        let question = sentence.asks();
        asks |= question;
        question || content_words(&sentence) == 0
    });
    (asks && only) || (phrases.has_any(&COUNTER_QUESTIONS) && content_words(phrases) <= 2 * COUNTER_WORDS)
}

/// How many words of content it holds.
pub(super) fn content_words(phrases: &Phrases) -> usize {
    phrases.words().map(content).sum()
}

/// How many content words a word counts for: an unparted run of ideographs counts for one in two characters.
fn content(word: &str) -> usize {
    if EMPTY_WORDS.binary_search(&word).is_ok() {
        return 0;
    }
    let unparted = word.chars().filter(|c| is_unparted(*c)).count();
    let korean = word.chars().any(|c| matches!(c, '\u{ac00}'..='\u{d7a3}'));
    if unparted == 0 && !korean {
        return 1;
    }
    let rest = EMPTY_TEXTS.iter().fold(word.to_owned(), |rest, empty| rest.replace(empty, ""));
    let left = rest.chars().filter(|c| c.is_alphanumeric()).count();
    if korean { left.min(1) } else { left.div_ceil(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(substance: Substance, texts: &[&str]) {
        for text in texts {
            assert_eq!(Substance::of(text, &Beginning::of(text)), substance, "{text}");
        }
    }

    #[test]
    fn the_empty_words_are_sorted_for_their_binary_search() {
        let unsorted: Vec<_> = EMPTY_WORDS.windows(2).filter(|pair| pair[0] >= pair[1]).collect();
        assert_eq!(unsorted, Vec::<&[&str]>::new());
    }

    #[test]
    fn thanks_greetings_and_not_knowing_say_nothing() {
        check(
            Substance::Nothing,
            &[
                "",
                "+1",
                "Thanks!",
                "thank you so much",
                "@bo :tada:",
                "You're welcome!",
                "Sounds good to me",
                "no idea, sorry",
                "I have the same problem here",
                "Vielen Dank!",
                "ありがとうございます！",
                "谢谢",
                "감사합니다",
                "Keine Ahnung",
                "🎉🎉",
            ],
        );
    }

    #[test]
    fn a_word_or_two_say_little() {
        check(Substance::Little, &["yes, 8443", "Thursday", "glad it worked"]);
        check(
            Substance::Little,
            &["What do you mean by a signing gateway?", "which version of the gateway is that?"],
        );
    }

    #[test]
    fn three_content_words_code_or_a_link_are_an_answer() {
        check(
            Substance::Answer,
            &[
                "restart the gateway twice",
                "gateway.toml",
                "can it be the second gateway certificate?",
                "What do you mean by that? The gateway reads its certificates once, so any new one needs a restart of it",
                "`set -x`",
                "https://example.com/guide",
                "設定ファイルを変更します",
                "重启网关就可以",
                "I don't know the whole story, but the gateway needs a restart after each new certificate",
            ],
        );
    }
}
