//! What a message of flat talk does to those around it: asks, thanks, answers, greets.

use std::sync::LazyLock;

use super::acknowledgement;
use super::phrases::{Beginning, PhraseList, Sentence};
use super::question;

/// How messages begin that go on with something said before.
#[rustfmt::skip]
static REPLIES: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English
    "| yes", "| yeah", "| yep", "| yup", "| no", "| nope", "| nah", "| ok", "| okay", "| sure", "| right",
    "| exactly", "| indeed", "| correct", "| true", "| agreed", "| ah", "| oh", "| hm", "| hmm", "| hmmm",
    "| well", "| but", "| and", "| so", "| or", "| also", "| then", "| because", "| actually", "| maybe",
    "| perhaps", "| probably", "| try", "| you can", "| you could", "| you need", "| you should",
    "| you have to", "| you might", "| you want", "| use", "| that's", "| that is", "| that was",
    "| that would", "| that works", "| it's", "| it is", "| it does", "| it should", "| this is", "| i think",
    "| i guess", "| i see", "| i agree", "| i don't think", "| i would", "| i tried", "| same", "| me too",
    "| did you", "| have you", "| do you", "| are you", "| what do you mean", "| which version", "| sorry",
    "| cool", "| nice", "| great", "| good", "| lol", "| haha", "| got it", "| makes sense", "| no idea",
    "| not sure", "| depends", "| it depends", "| see", "| fixed", "| done", "| interesting", "| if you",
    "| like", "| fair", "| +1", "| -1", "| wow",
    // German
    "| ja", "| nein", "| doch", "| genau", "| stimmt", "| klar", "| achso", "| aha", "| aber", "| dann",
    "| vielleicht", "| probier", "| versuch", "| du kannst", "| du musst", "| das ist", "| das geht",
    "| ich glaube", "| ich denke", "| gern", "| gerne", "| bitte", "| hast du",
    // French
    "| oui", "| non", "| si", "| d'accord", "| exact", "| exactement", "| en effet", "| mais", "| alors",
    "| peut être", "| essaie", "| essaye", "| essayez", "| tu peux", "| vous pouvez", "| il faut",
    "| c'est", "| je pense", "| je crois", "| as tu",
    // Spanish and Portuguese
    "| sí", "| claro", "| vale", "| exacto", "| pero", "| entonces", "| quizás", "| prueba", "| puedes",
    "| tienes que", "| hay que", "| eso", "| creo que", "| sim", "| não", "| mas", "| então", "| talvez",
    "| tenta", "| tente", "| você pode", "| é só", "| acho que", "| isso",
    // Italian
    "| sì", "| certo", "| esatto", "| però", "| ma", "| allora", "| forse", "| prova", "| puoi", "| devi",
    "| penso", "| credo",
    // Dutch
    "| nee", "| klopt", "| precies", "| maar", "| dan", "| misschien", "| probeer", "| je kunt",
    "| je moet", "| dat is", "| ik denk",
]));

/// The same in scripts that do not part words, and in Korean: a sentence of the message starts so.
#[rustfmt::skip]
const REPLIES_UNPARTED: &[&str] = &[
    // Japanese
    "| はい", "| いいえ", "| いや", "| ええ", "| うん", "| そう", "| なるほど", "| 了解", "| 承知", "| わかりました", "| 分かりました", "| たぶん", "| 多分",
    "| おそらく", "| それ", "| その", "| でも", "| では", "| じゃあ", "| 確かに", "| 試し", "| ありがとう", "| 助かり", "| できました", "| 私も", "| 僕も",
    // Chinese
    "| 是的", "| 对", "| 對", "| 不是", "| 不对", "| 好的", "| 嗯", "| 可以", "| 试试", "| 試試", "| 你可以", "| 应该", "| 應該", "| 因为", "| 因為",
    "| 但是", "| 那", "| 我觉得", "| 可能", "| 谢谢", "| 謝謝",
    // Korean
    "| 네", "| 예", "| 아니", "| 맞아", "| 맞습니다", "| 그럼", "| 그런데", "| 아마", "| 감사", "| 알겠",
];

/// How messages begin that turn to everybody.
#[rustfmt::skip]
static GREETS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "| hi", "| hello", "| hey", "| hi all", "| morning", "| good morning", "| good afternoon",
    "| good evening", "| greetings", "| howdy", "| anyone", "| anybody", "| does anyone", "| does anybody",
    "| has anyone", "| has anybody", "| is anyone", "| is there", "| quick question", "| question",
    "| hallo", "| moin", "| guten morgen", "| guten tag", "| servus", "| bonjour", "| salut", "| hola",
    "| buenos días", "| buenas", "| olá", "| oi", "| bom dia", "| boa tarde", "| ciao", "| buongiorno",
    "| goedemorgen", "| hoi", "| dag allemaal",
]));

/// The same in scripts that do not part words, and in Korean.
#[rustfmt::skip]
const GREETS_UNPARTED: &[&str] = &[
    "| おはよう", "| こんにちは", "| こんばんは", "| お疲れ", "| すみません", "| 質問", "| どなたか", "| 誰か", "| 大家好", "| 你好", "| 请问", "| 請問", "| 안녕",
    "| 질문", "| 혹시",
];

/// How far into a message it shows that it goes on or turns to everybody, in sentences.
const FIRST_SENTENCES: usize = 2;

/// What a message of flat talk does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four things that a message does or not, in any combination"
)]
pub(crate) struct Moves {
    /// Asks, requests, or reports trouble.
    pub(crate) asks: bool,
    /// Thanks, or says that it worked.
    pub(crate) thanks: bool,
    /// Begins like an answer, or with a word that goes on: "yes", "but", "try".
    pub(crate) replies: bool,
    /// Begins with a greeting, or turns to anybody.
    pub(crate) greets: bool,
}

impl Moves {
    /// Reads the first 300 characters of a message, in the ten languages of the lists.
    pub(crate) fn of(text: &str) -> Self {
        let beginning = Beginning::of(text);
        let phrases = &beginning.phrases;
        let mut moves = Self {
            asks: question::reads_as_question(phrases),
            thanks: acknowledgement::thanks(text, &beginning),
            ..Self::default()
        };
        for sentence in phrases.sentences().take(FIRST_SENTENCES) {
            moves.greets |= starts(sentence, &GREETS, GREETS_UNPARTED);
        }
        let first = phrases.sentences().next();
        moves.replies = first.is_some_and(|first| starts(first, &REPLIES, REPLIES_UNPARTED));
        moves
    }
}

fn starts(sentence: Sentence<'_>, list: &PhraseList, unparted: &[&str]) -> bool {
    sentence.has_any(list) || sentence.contains_any(unparted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_does_is_read_in_many_languages() {
        let asks = Moves { asks: true, ..Moves::default() };
        let replies = Moves { replies: true, ..Moves::default() };
        let thanks = Moves { thanks: true, ..Moves::default() };
        for (text, expected) in [
            ("how do I rotate the key", asks),
            ("Hello, how do I rotate the key?", Moves { greets: true, ..asks }),
            ("yes, restart the gateway", replies),
            ("try the second one", replies),
            ("see https://example.com/guide", replies),
            ("thank you!", thanks),
            ("ok, thanks", Moves { replies: true, ..thanks }),
            ("the release is out", Moves::default()),
            ("ja, das geht", replies),
            ("oui, il faut redémarrer", replies),
            ("すみません、鍵はどう更新しますか？", Moves { greets: true, ..asks }),
            ("はい、再起動が必要です", replies),
            ("なるほど、ありがとうございます", Moves { replies: true, ..thanks }),
            ("请问端口是多少", Moves { greets: true, ..asks }),
            ("试试重启网关", replies),
            ("네, 다시 시작하면 됩니다", replies),
            ("", Moves::default()),
        ] {
            assert_eq!(Moves::of(text), expected, "{text}");
        }
    }
}
