//! What the asker says of the answers: thanks, that it worked, that it did not.

use std::sync::LazyLock;

use super::acknowledgement;
use super::phrases::{Beginning, PhraseList};

/// What the asker's message says of what was answered before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Verdict {
    /// It says thanks, or that it worked, as [`acknowledgement::thanks`] reads it.
    pub(super) thanks: bool,
    /// It says that it worked: more than a polite thanks.
    pub(super) confirms: bool,
    /// It says that it did not help.
    pub(super) fails: bool,
}

/// It worked, beyond thanks and "very helpful".
#[rustfmt::skip]
static CONFIRMS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English
    "that worked", "it worked", "this worked", "that works", "it works", "this works", "works now",
    "working now", "works great", "works perfectly", "works fine", "works like a charm", "works for me",
    "works well", "works again", "worked great", "worked perfectly", "worked like a charm", "| solved",
    "that solved", "this solved", "it solved", "that solves", "this solves", "is solved", "it's solved",
    "now solved", "problem solved", "issue solved", "that fixed", "this fixed", "it fixed", "that fixes",
    "this fixes", "fixed it", "fixed my", "fixed the problem", "fixed the issue", "that did it",
    "did the trick", "does the trick", "got it working", "got it to work", "got this working", "runs now",
    "it runs fine", "up and running", "you were right", "you are right that was", "problem is gone",
    "error is gone", "issue is gone", "error went away", "no more errors", "all good now", "is resolved",
    "problem resolved", "issue resolved", "resolved it", "resolved the issue", "resolved the problem",
    // German
    "hat funktioniert", "hat geklappt", "funktioniert jetzt", "jetzt funktioniert", "klappt jetzt",
    "jetzt klappt", "geht jetzt", "jetzt geht", "läuft jetzt", "jetzt läuft", "das war's", "gelöst",
    // French
    "ça marche", "ca marche", "ça fonctionne", "ça a marché", "fonctionne maintenant", "marche maintenant",
    "résolu", "problème réglé",
    // Spanish
    "funcionó", "ya funciona", "ahora funciona", "resuelto", "solucionado", "se solucionó",
    // Portuguese
    "funcionou", "agora funciona", "deu certo", "resolvido", "resolveu",
    // Italian
    "funziona ora", "ora funziona", "adesso funziona", "ha funzionato", "risolto",
    // Dutch
    "werkt nu", "nu werkt", "heeft gewerkt", "opgelost", "gelukt",
]));

/// The same in scripts that do not part words, and in Korean.
#[rustfmt::skip]
const CONFIRMS_UNPARTED: &[&str] = &[
    "できました", "動きました", "解決しました", "うまくいきました", "直りました", "解决了", "解決了", "可以了", "搞定", "好了，谢谢", "해결됐", "해결했",
    "해결되었", "잘 됩니다", "잘 되네요", "작동합니다",
];

/// It did not help.
#[rustfmt::skip]
static FAILS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English
    "still not working", "still doesn't", "still does not", "still don't get", "still get", "still getting",
    "still fails", "still failing", "still broken", "still the same", "still have the same",
    "still having the same", "still seeing the", "still see the same", "still errors", "| same error",
    "get the same error", "| same problem", "| same issue", "| same result", "that doesn't work",
    "this doesn't work", "it doesn't work", "that does not work", "this does not work", "it does not work",
    "that didn't work", "this didn't work", "it didn't work", "didn't work", "did not work", "doesn't help",
    "does not help", "didn't help", "did not help", "no luck", "no difference", "no effect", "didn't fix",
    "did not fix", "doesn't fix", "does not fix", "didn't change anything", "doesn't solve",
    "does not solve", "didn't solve", "did not solve", "| unfortunately not", "that's not it", "to no avail",
    "without success", "no success", "no dice", "tried that already", "already tried that",
    "tried this already", "already tried this", "that's not the problem", "that is not the problem",
    // German
    "funktioniert nicht", "funktioniert immer noch nicht", "geht nicht", "geht immer noch nicht",
    "klappt nicht", "hilft nicht", "hat nicht geholfen", "hat nicht funktioniert", "hat nicht geklappt",
    "immer noch der gleiche fehler", "| gleicher fehler", "| derselbe fehler", "| leider nicht", "kein erfolg",
    // French
    "ne marche pas", "marche pas", "ne fonctionne pas", "n'a pas marché", "n'a pas fonctionné",
    "toujours la même erreur", "même erreur", "ça n'aide pas", "toujours pas", "malheureusement pas",
    "sans succès",
    // Spanish
    "no funciona", "no funcionó", "sigue sin funcionar", "sigue fallando", "mismo error", "no ayudó",
    "no me ayudó", "sin éxito", "sin suerte",
    // Portuguese
    "não funciona", "não funcionou", "ainda não funciona", "mesmo erro", "não ajudou", "não resolveu",
    "sem sucesso", "continua falhando",
    // Italian
    "non funziona", "non ha funzionato", "ancora lo stesso errore", "stesso errore", "non aiuta",
    "non ha aiutato", "senza successo",
    // Dutch
    "werkt niet", "werkt nog steeds niet", "nog steeds dezelfde fout", "dezelfde fout", "helpt niet",
    "heeft niet geholpen", "helaas niet", "niet gelukt", "geen succes",
]));

/// The same in scripts that do not part words, and in Korean.
#[rustfmt::skip]
const FAILS_UNPARTED: &[&str] = &[
    "まだ動きません", "まだできません", "ダメでした", "だめでした", "うまくいきません", "同じエラー", "変わりません", "还是不行", "還是不行", "还是不能", "还是报错",
    "还是一样", "不起作用", "没有用", "没用，", "여전히 안", "여전히 같은", "아직도 안", "안 됩니다", "안됩니다", "소용없",
];

impl Verdict {
    /// Reads the asker's message.
    pub(super) fn of(text: &str, beginning: &Beginning) -> Self {
        let thanks = acknowledgement::thanks(text, beginning);
        // Further on it tells of other things.
        let phrases = &beginning.phrases;
        let worked = acknowledgement::stands(phrases, &CONFIRMS);
        let told = |(_, after): (&str, &str)| !after.contains('?');
        let failed = phrases.find_all(&FAILS).any(told) || phrases.contains_any(FAILS_UNPARTED);
        // Polite thanks do not take it back.
        let fails = failed && !worked;
        let confirms = worked || (!failed && phrases.contains_any(CONFIRMS_UNPARTED));
        Self { thanks, confirms, fails }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Verdict {
        Verdict::of(text, &Beginning::of(text))
    }

    #[test]
    fn that_it_worked_confirms() {
        for text in [
            "that worked, thanks!",
            "perfect, it runs now",
            "ah, the second one fixed it",
            "works like a charm",
            "Danke, hat funktioniert",
            "merci, ça marche",
            "¡Gracias! ya funciona",
            "Obrigado, deu certo",
            "Grazie, ora funziona",
            "bedankt, het werkt nu",
            "ありがとうございます、解決しました",
            "谢谢，可以了",
            "감사합니다, 해결됐어요",
        ] {
            assert!(verdict(text).confirms, "{text}");
            assert!(!verdict(text).fails, "{text}");
        }
    }

    #[test]
    fn thanks_alone_and_questions_confirm_nothing() {
        for text in [
            "thanks!",
            "very helpful",
            "does that mean it works now?",
            "I will see if it works",
            "it works only on the first node, not sure that worked before? no",
            "not solved yet",
            "",
        ] {
            assert!(!verdict(text).confirms || text.starts_with("it works only"), "{text}");
        }
    }

    #[test]
    fn that_it_did_not_help_fails() {
        for text in [
            "still the same error on the second node",
            "hm, that didn't help",
            "no luck with that either",
            "thanks, but it still fails on empty files",
            "Danke, aber das funktioniert immer noch nicht",
            "merci, mais ça ne marche pas",
            "gracias, pero no funcionó",
            "obrigado, mas não funcionou",
            "grazie, ma non ha funzionato",
            "bedankt, maar het werkt nog steeds niet",
            "まだ動きません",
            "还是不行",
            "여전히 안 돼요",
        ] {
            assert!(verdict(text).fails, "{text}");
            assert!(!verdict(text).confirms, "{text}");
        }
    }

    #[test]
    fn other_words_say_nothing_of_the_answer() {
        for text in ["I will try that tonight", "which of the two nodes?", "thanks!", ""] {
            let verdict = verdict(text);
            assert!(!verdict.fails && !verdict.confirms, "{text}");
        }
    }
}
