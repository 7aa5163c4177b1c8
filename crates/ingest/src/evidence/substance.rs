//! How much a message says: thanks and greetings answer nothing.

use std::sync::LazyLock;

use super::phrases::{Beginning, PhraseList, Phrases, Sentence};

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
        let words = start.content_words();
        if start.code || start.link || words > COUNTER_WORDS {
            return Self::Answer;
        }
        Self::weigh(&beginning.all(text))
    }

    fn weigh(phrases: &Phrases) -> Self {
        if phrases.code || phrases.link {
            return Self::Answer;
        }
        let words = phrases.content_words();
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
    let empty = |sentence: Sentence<'_>| sentence.content_words() == 0;
    phrases.has_any(&COUNTER_QUESTIONS)
        && phrases.sentences().all(|sentence| sentence.asks() || empty(sentence))
}

/// Whether a message is nothing but questions, or a request of [`COUNTER_QUESTIONS`] with a few words on it.
pub(super) fn asks_back(phrases: &Phrases) -> bool {
    let mut asks = false;
    let only = phrases.sentences().all(|sentence| {
        let question = sentence.asks();
        asks |= question;
        question || sentence.content_words() == 0
    });
    (asks && only) || (phrases.has_any(&COUNTER_QUESTIONS) && phrases.content_words() <= 2 * COUNTER_WORDS)
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
