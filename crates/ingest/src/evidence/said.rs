//! What one answerer's message does: answers with content, asks back, declines, joins in, or processes.

use std::sync::LazyLock;

use super::phrases::{Beginning, PhraseList, Phrases};
use super::routine;
use super::stances::{
    ALSO, DECLINES, DECLINES_UNPARTED, GUESSES, ME_TOO, ME_TOO_UNPARTED, PASSES_ON, PASSES_ON_UNPARTED,
    SOLVES, TROUBLES, WAITS,
};
use super::substance::{Substance, asks_back};

/// How much of a message is read, in characters: what it does shows early.
const READ_CHARS: usize = 400;
/// Content words that show know-how by themselves.
const SUBSTANTIVE_WORDS: usize = 10;
/// Content words that do beside code, a link, or the name of a setting.
const NAMED_WORDS: usize = 4;
/// Longest message, in content words, that is nothing but "I do not know"; and nothing but a guess.
const DECLINE_WORDS: usize = 12;
const GUESS_WORDS: usize = 12;
/// Most content words outside the sentences that send to somebody else, and most in such a sentence, of a message
/// that does nothing else.
const PASSED_BESIDE_WORDS: usize = 2;
const PASSED_WORDS: usize = 9;
/// Longest message, in content words, that only reports the same trouble; and that only waits.
const ME_TOO_WORDS: usize = 40;
const WAIT_WORDS: usize = 12;
/// Longest message, in content words, that is only a "+1".
const NOD_WORDS: usize = 5;

/// A nod at the start of a message.
static NODS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&["| +1"]));

/// What a message by somebody else than the asker does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    /// Thanks, greetings, nothing.
    Nothing,
    /// A word or two, a pointer without a word on it.
    Short,
    /// Only questions.
    AsksBack,
    /// "I do not know", "just a guess", "ask Ana".
    Declines,
    /// "Same here", "any news?".
    MeToo,
    /// Verifies, triages, moves, asks for logs.
    Routine,
    /// Enough to show know-how.
    Substantive,
}

impl Said {
    /// Whether thanks can be for it: not so for not knowing, sending to somebody else and joining in.
    pub(super) fn can_help(self) -> bool {
        !matches!(self, Self::Nothing | Self::Declines | Self::MeToo)
    }

    /// Reads a message of that substance.
    pub(super) fn of(text: &str, substance: Substance, beginning: &Beginning) -> Self {
        if text.is_empty() {
            return Self::Nothing;
        }
        let phrases = beginning.first(text, READ_CHARS);
        let words = phrases.content_words();
        if phrases.code && words > 0 && text.contains("```") {
            return Self::Substantive;
        }
        if declines(&phrases, words) || passes_on(&phrases) {
            return Self::Declines;
        }
        if joins_in(&phrases, words) {
            return Self::MeToo;
        }
        if substance == Substance::Nothing {
            return Self::Nothing;
        }
        if routine::is_routine(&phrases, words) {
            return Self::Routine;
        }
        if !phrases.code && !phrases.link && asks_back(&phrases) {
            return Self::AsksBack;
        }
        let named = phrases.code || phrases.link || names_something(text);
        let enough = words >= SUBSTANTIVE_WORDS || (named && words >= NAMED_WORDS);
        if enough { Self::Substantive } else { Self::Short }
    }
}

/// Whether the message says that its writer does not know, or only guesses.
fn declines(phrases: &Phrases, words: usize) -> bool {
    if phrases.code || phrases.link {
        return false;
    }
    (words <= DECLINE_WORDS && (phrases.has_any(&DECLINES) || phrases.contains_any(DECLINES_UNPARTED)))
        || (words <= GUESS_WORDS && phrases.has_any(&GUESSES))
}

/// Whether the message reports the same trouble or waits for an answer, without solving anything.
fn joins_in(phrases: &Phrases, words: usize) -> bool {
    if words > ME_TOO_WORDS || phrases.has_any(&SOLVES) {
        return false;
    }
    (words <= NOD_WORDS && phrases.has_any(&NODS))
        || (words <= WAIT_WORDS && phrases.has_any(&WAITS))
        || phrases.has_any(&ME_TOO)
        || phrases.contains_any(ME_TOO_UNPARTED)
        || phrases.sentences().any(|sentence| sentence.has_any(&ALSO) && sentence.has_any(&TROUBLES))
}

/// Whether the message sends to somebody else, and says next to nothing beside that.
fn passes_on(phrases: &Phrases) -> bool {
    if phrases.code || phrases.link {
        return false;
    }
    let (mut sends, mut beside) = (false, 0);
    for sentence in phrases.sentences() {
        let words = sentence.content_words();
        let sent = sentence.has_any(&PASSES_ON) || sentence.contains_any(PASSES_ON_UNPARTED);
        if sent && words <= PASSED_WORDS && !sentence.has_any(&SOLVES) {
            sends = true;
        } else {
            beside += words;
        }
    }
    sends && beside <= PASSED_BESIDE_WORDS
}

/// Whether the text names a setting, a function, a flag or a path: `max_size`, `--force`, `maxSize`, `a::b`,
/// `run()`, `/etc/hosts`.
fn names_something(text: &str) -> bool {
    // All that is looked for has one of these in it, and most words have none.
    let may_name = |word: &&str| {
        word.bytes().any(|byte| matches!(byte, b'_' | b':' | b'-' | b'(') || byte.is_ascii_uppercase())
    };
    text.split_whitespace().take(READ_CHARS / 4).filter(may_name).any(|word| {
        let word = word.trim_matches(|c: char| matches!(c, ',' | '.' | ';' | ':' | '"' | '\'' | '!' | '?'));
        let camel = || {
            word.as_bytes()
                .windows(2)
                .any(|p| matches!(p, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
        };
        let inner = |mark: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).contains(mark);
        !word.starts_with('@')
            && (inner("_")
                || inner("::")
                || word.starts_with("--") && word.len() > 3
                || word.ends_with("()")
                || camel())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(said: Said, texts: &[&str]) {
        for text in texts {
            let beginning = Beginning::of(text);
            let substance = Substance::of(text, &beginning);
            assert_eq!(Said::of(text, substance, &beginning), said, "{text}");
        }
    }

    #[test]
    fn enough_words_code_settings_and_explained_links_are_substantive() {
        check(
            Said::Substantive,
            &[
                "restart the gateway after each new certificate, it reads the files once at the start and keeps them in memory",
                "set max_open_files to twice that",
                "call the exporter with --keep-empty and read the columns again",
                "see https://example.com/guide, the second table shows limits per tenant",
                "try this:\n```\nexport --all\n```",
                "I had the same issue last year, the workaround was a lower pool size and a restart of the exporter",
                "I don't know the whole story, but the gateway reads certificates once, so every new certificate needs a restart of both nodes and the exporter",
                "証明書を更新した後は必ずゲートウェイを再起動してください、起動時に一度だけ読み込まれます",
            ],
        );
    }

    #[test]
    fn pointers_and_short_words_are_not() {
        check(
            Said::Short,
            &[
                "restart the gateway twice",
                "https://example.com/guide",
                "gateway.toml",
                "yes, 8443",
                "`set -x`",
            ],
        );
        check(Said::Nothing, &["", "thanks!", "You're welcome!"]);
    }

    #[test]
    fn not_knowing_and_guessing_decline() {
        check(
            Said::Declines,
            &[
                "no idea, sorry",
                "I don't know, never touched that part of the exporter",
                "not my area, maybe the platform group can tell",
                "haven't used this in years",
                "you want the other Ana, I know nothing about the exporter",
                "Long ago, I am not up to date on that one any more",
                "not sure, but maybe the pool is too small",
                "Keine Ahnung, das ist nicht mein Gebiet",
                "aucune idée, désolé, ce n'est pas mon domaine",
                "ni idea, no es mi área",
                "não sei dizer, nunca usei o exportador",
                "non lo so, non è il mio campo",
                "geen idee, daar weet ik niets van",
                "その部分は詳しくないので分かりません",
                "这个我不太清楚",
                "저는 잘 모르겠습니다",
            ],
        );
    }

    #[test]
    fn sending_to_somebody_else_declines_and_sending_there_with_an_answer_does_not() {
        check(
            Said::Declines,
            &[
                "Ask @ana, she did the last rotation.",
                "I'd ask Ana Lee, she knows the exporter",
                "Ana can tell you. Sorry!",
                "@ana would know",
                "frag mal Ana, die kennt sich aus",
                "demande à Ana",
                "@ana さんに聞いてください",
            ],
        );
        check(
            Said::Substantive,
            &[
                "Ask Ana for the key, then run the rotate command on both gateways and restart the exporter afterwards, in that order",
                "contact the registrar with the `rotate` form and both key numbers",
            ],
        );
    }

    #[test]
    fn the_same_trouble_and_waiting_join_in() {
        check(
            Said::MeToo,
            &[
                "Happens on my team, too: the exporter drops rows",
                "we see that as well: rows are gone after the export",
                "Same for us, also since Friday",
                "we have trouble with the exporter too.",
                "same here",
                "+1",
                "I'm seeing the same error on the second node since yesterday",
                "any update on this?",
                "we have the same problem with the nightly export",
                "gleiches Problem hier mit dem zweiten Knoten",
                "moi aussi, même problème sur le second serveur",
                "a mí también me pasa con el exportador",
                "mesmo problema aqui com o exportador",
                "anch'io ho lo stesso problema",
                "ik heb hetzelfde probleem met de export",
                "私も同じ問題が起きています",
                "我也遇到同样的问题",
                "저도 같은 문제가 있습니다",
            ],
        );
    }

    #[test]
    fn only_questions_ask_back() {
        check(
            Said::AsksBack,
            &[
                "which version of the gateway is that?",
                "How large is the pool there? And does it also fail on the second node?",
                "Can you share what the exporter printed?",
            ],
        );
    }

    #[test]
    fn processing_is_routine() {
        check(
            Said::Routine,
            &[
                "Please attach the logs of the exporter and the gateway",
                "Verified with build 3.2.1 on both nodes",
                "Closing ticket as fixed",
                "Moving this ticket to the backlog of the next release",
                "Bitte die Logdateien anhängen, danke im Voraus",
                "Merci de joindre les journaux du serveur",
                "Por favor adjunte los registros del servidor",
                "Por favor anexe os registros do servidor",
                "Si prega di allegare i log del server",
                "Graag de logs van de server bijvoegen",
                "サーバーのログを添付してください",
                "请提供服务器的日志文件",
                "서버 로그를 첨부해 주세요",
            ],
        );
    }
}
