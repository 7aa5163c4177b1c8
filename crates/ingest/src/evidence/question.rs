//! Whether somebody asks: a question, a request or a report of trouble.

use std::sync::LazyLock;

use super::phrases::{PhraseList, Phrases, Sentence};

/// Starts of sentences that ask.
#[rustfmt::skip]
static STARTS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English
    "| what is", "| what are", "| what's", "| whats", "| what do", "| what does", "| what would",
    "| what should", "| what if", "| why", "| how", "| where is", "| where are", "| where can",
    "| where do", "| where does", "| who is", "| who knows", "| who can", "| who owns", "| which one",
    "| which of", "| which version", "| when will", "| when is", "| when does", "| is there", "| is it",
    "| is this", "| is that", "| is anyone", "| is anybody", "| are there", "| are you", "| are we",
    "| do you", "| do we", "| do i", "| does anyone", "| does anybody", "| does it", "| does this",
    "| does that", "| does the", "| did you", "| did anyone", "| can i", "| can you", "| can we",
    "| can anyone", "| can anybody", "| can someone", "| could you", "| could i", "| could we",
    "| could someone", "| could anyone", "| would you", "| would it", "| should i", "| should we",
    "| may i", "| has anyone", "| has anybody", "| have you", "| any idea", "| any ideas", "| any way",
    "| any chance", "| any suggestion", "| any suggestions", "| any advice", "| any help",
    "| any pointers", "| any news", "| any update", "| anyone", "| anybody",
    // German
    "| wie", "| was ist", "| was sind", "| warum", "| wieso", "| weshalb", "| wo ist", "| wo finde",
    "| wo kann", "| wer", "| wann", "| welche", "| welcher", "| welches", "| kann man", "| kann ich",
    "| kann jemand", "| können wir", "| könnt ihr", "| könnte jemand", "| gibt es", "| gibt's",
    "| hat jemand", "| hat wer", "| weiß jemand", "| weiss jemand", "| ist es möglich", "| habt ihr",
    // French
    "| comment", "| pourquoi", "| où", "| quel", "| quelle", "| quels", "| quelles", "| est ce",
    "| qu'est ce", "| qui sait", "| quelqu'un", "| peut on", "| puis je", "| pouvez vous",
    "| pourriez vous", "| y a t il", "| existe t il", "| savez vous",
    // Spanish and Portuguese
    "| cómo", "| como", "| por qué", "| por que", "| dónde", "| donde", "| onde", "| cuál", "| qual",
    "| quais", "| cuándo", "| alguien", "| alguém", "| hay alguna", "| hay algún", "| existe alguma",
    "| existe algum", "| puedo", "| podemos", "| podrías", "| se puede", "| posso", "| poderia",
    "| é possível", "| es posible",
    // Italian
    "| come", "| perché", "| dove", "| quale", "| quali", "| qualcuno", "| c'è un modo", "| potete",
    "| si può", "| è possibile",
    // Dutch
    "| hoe", "| waarom", "| waar", "| welke", "| wie weet", "| weet iemand", "| kan iemand", "| kan ik",
    "| is er", "| heeft iemand",
]));

/// Words that ask or report trouble wherever they stand.
#[rustfmt::skip]
static ANYWHERE: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English: asking
    "how do i", "how do you", "how do we", "how can i", "how can we", "how to", "is there a way",
    "is there any", "is it possible", "anyone know", "anyone knows", "anybody know", "any idea",
    "any ideas", "any thoughts", "i wonder", "wondering", "not sure how", "not sure why", "not sure if",
    "not sure what", "don't know how", "don't understand", "do not understand", "can someone",
    "can anyone", "could someone", "could anyone", "can you", "could you", "would you", "please help",
    "please advise", "please review", "please add", "please fix", "help me", "need help", "need some help",
    "looking for", "trying to", "i need", "we need", "i would like to", "i'd like to", "feature request",
    "where can i", "where do i", "what's the best",
    // English: trouble
    "error", "errors", "fails", "failed", "failing", "failure", "doesn't work", "does not work",
    "don't work", "not working", "isn't working", "didn't work", "won't work", "can't", "cannot",
    "unable to", "broken", "crash", "crashes", "crashed", "crashing", "bug", "exception", "segfault",
    "traceback", "stack trace", "stacktrace", "hangs", "stuck", "freezes", "timeout", "timed out", "wrong",
    "incorrect", "unexpected", "regression", "issue with", "problem with", "problems with", "trouble",
    "struggling",
    // German
    "fehler", "fehlermeldung", "funktioniert nicht", "geht nicht", "klappt nicht", "schlägt fehl",
    "fehlgeschlagen", "stürzt ab", "abgestürzt", "kaputt", "problem", "brauche", "bräuchte", "hilfe",
    "bitte um", "weiß jemand", "weiss jemand", "kann jemand", "hat jemand", "könnte jemand",
    // French
    "erreur", "ne marche pas", "ne fonctionne pas", "marche pas", "échoue", "plante", "problème",
    "besoin d'aide", "bloqué", "est ce que", "comment faire", "quelqu'un sait", "quelqu'un peut",
    "aidez moi",
    // Spanish and Portuguese
    "no funciona", "não funciona", "error", "erro", "falla", "fallo", "falha", "problema", "necesito",
    "preciso", "ayuda", "ajuda", "alguien sabe", "alguém sabe", "no puedo", "não consigo",
    // Italian
    "non funziona", "errore", "fallisce", "ho bisogno", "aiuto", "qualcuno sa", "non riesco",
    // Dutch
    "werkt niet", "foutmelding", "fout", "mislukt", "probleem", "hulp", "weet iemand", "kan iemand",
]));

/// The same in scripts that do not part words, and in Korean, whose endings grow onto the word.
#[rustfmt::skip]
const UNPARTED: &[&str] = &[
    // Japanese
    "ですか", "ますか", "でしょうか", "か |", "かな |", "教えて", "ください", "エラー", "動かない", "動きません", "できません", "できない", "不具合",
    "困って", "なぜ", "どう",
    // Chinese
    "吗", "嗎", "怎么", "怎麼", "如何", "为什么", "為什麼", "请问", "請問", "哪里", "哪裡", "什么", "什麼", "多少", "能否", "是否", "报错",
    "错误", "錯誤", "失败", "失敗", "无法", "無法", "不能", "求助",
    // Korean
    "나요", "까요", "습니까", "어떻게", "무엇", "뭔가요", "알려주", "도와주", "오류", "에러", "안되", "안 돼", "실패",
];

/// News: what follows tells rather than asks.
#[rustfmt::skip]
static NEWS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "| announcing", "| announcement", "| ann", "| fyi", "| psa", "| heads up", "| reminder", "| introducing",
    "happy to announce", "pleased to announce", "glad to announce", "excited to announce",
    "proud to announce", "like to announce", "want to announce", "is out", "is now out", "just released",
    "is released", "was released", "have released", "has been released", "is now available",
    "is available now", "new release", "just published", "just registered", "just tagged", "we released",
    "i released", "i just wrote", "i wrote a", "blog post", "| patch", "| rfc patch", "| pull", "| v2",
    "join us", "| zur info", "| ankündigung", "ist veröffentlicht", "ist jetzt verfügbar", "| pour info",
    "est disponible", "| annonce", "ya está disponible", "| aviso", "já está disponível", "è disponibile",
    "| annuncio", "| ter info", "is nu beschikbaar",
]));

/// The same in scripts that do not part words, and in Korean.
#[rustfmt::skip]
const NEWS_UNPARTED: &[&str] = &[
    "リリースしました", "公開しました", "お知らせ", "已发布", "發布了", "发布了", "公告", "공지", "출시", "배포했습니다",
];

/// How much of an opening is read to tell questions from news, in characters.
const REAL_CHARS: usize = 1_500;

/// Whether an opening is a real question, request or report, rather than news that somebody may answer: it
/// asks, and if it reads as news, a sentence of it opens like a question and ends with a question mark.
pub(super) fn really_asks(subject: &str, text: &str) -> bool {
    let subject = Phrases::of_first(subject, REAL_CHARS);
    let text = Phrases::of_first(text, REAL_CHARS);
    let both = [&subject, &text];
    let news = both.iter().any(|part| part.has_any(&NEWS) || part.contains_any(NEWS_UNPARTED));
    if news {
        let plain = |sentence: Sentence<'_>| sentence.asks() && sentence.has_any(&STARTS);
        return both.iter().any(|part| part.sentences().any(plain));
    }
    both.iter().any(|part| {
        part.asks() || part.has_any(&STARTS) || part.has_any(&ANYWHERE) || part.contains_any(UNPARTED)
    })
}

/// Whether a text reads as a question, a request or a report of trouble, in ten languages (English, German,
/// French, Spanish, Portuguese, Italian, Dutch, Japanese, Chinese, Korean). A question mark inside code or a
/// link does not count. Looks at the first 4,000 characters.
pub(super) fn asks(text: &str) -> bool {
    reads_as_question(&Phrases::of(text))
}

/// The same of a message, or the beginning of one, that is read already.
pub(super) fn reads_as_question(phrases: &Phrases) -> bool {
    phrases.asks() || phrases.has_any(&STARTS) || phrases.has_any(&ANYWHERE) || phrases.contains_any(UNPARTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_requests_and_reports_ask() {
        for text in [
            "Is 3.2 out yet?",
            "how do I rotate the signing key",
            "Hi all. does anyone know the port",
            "The exporter crashes on empty files",
            "please review the attached plan",
            "I can’t log in since this morning",
            "Wie setze ich das Passwort zurück",
            "Der Export funktioniert nicht mehr",
            "Comment faire un retour arrière",
            "Le serveur ne marche pas",
            "¿Dónde está la guía?",
            "Alguien sabe la clave",
            "Alguém sabe a senha",
            "O envio não funciona",
            "Qualcuno sa la porta",
            "Il modulo non funziona",
            "Weet iemand de poort",
            "De export werkt niet",
            "設定はどこですか。",
            "手順を教えてください",
            "请问端口是多少",
            "导出失败了",
            "포트를 어떻게 바꾸나요",
        ] {
            assert!(asks(text), "{text}");
        }
    }

    #[test]
    fn news_with_trouble_or_a_question_mark_in_it_does_not_really_ask() {
        for (subject, text, real) in [
            ("", "version 3.2 is out, it fixes the error with empty files", false),
            ("Happy to announce version 3.2", "no more crashes on empty files. Interested? Join us", false),
            ("[PATCH] gateway: fix the wrong offset", "The offset was incorrect.", false),
            ("", "FYI: the exporter fails on Sundays", false),
            ("", "version 3.2 is out. How do I upgrade the gateway?", true),
            ("Boot fails", "since the last update", true),
            ("", "how do I rotate the key", true),
            ("", "Der Export funktioniert nicht", true),
            ("", "新版本已发布", false),
            ("", "the meeting moves to Thursday", false),
        ] {
            assert_eq!(really_asks(subject, text), real, "{subject} {text}");
        }
    }

    #[test]
    fn announcements_and_chat_do_not_ask() {
        for text in [
            "Version 3.2 is out",
            "The meeting moves to Thursday",
            "see https://example.com/search?q=why",
            "I use `x ? y : z` there",
            "```\nwhat is this?\n```",
            "Die neue Version ist da",
            "La nouvelle version est là",
            "新しい版を出しました",
            "新版本已经发布",
            "",
        ] {
            assert!(!asks(text), "{text}");
        }
    }
}
