//! Whether the asker says or shows that an answer helped.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::phrases::{Beginning, PhraseList, Phrases, Sentence};

/// It worked.
#[rustfmt::skip]
static WORKED: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "that worked", "it worked", "this worked", "that works", "it works", "this works", "works now",
    "working now", "works great", "works perfectly", "works fine", "works for me", "worked great",
    "worked perfectly", "| solved", "that solved", "this solved", "it solved", "is solved", "it's solved",
    "now solved", "problem solved", "issue solved", "that fixed", "this fixed", "it fixed", "that did it",
    "did the trick", "does the trick", "that helps", "that helped", "this helps", "very helpful",
    "super helpful", "really helpful", "that makes sense", "makes sense now", "got it working",
    "you were right", "hat funktioniert", "funktioniert jetzt", "klappt jetzt", "hat geklappt",
    "geht jetzt", "das war's", "gelöst", "ça marche", "ca marche", "ça fonctionne", "résolu", "funcionó",
    "ya funciona", "resuelto", "solucionado", "funcionou", "resolvido", "funziona ora", "ha funzionato",
    "risolto", "werkt nu", "het werkt", "opgelost", "gelukt",
]));

/// Words before "it worked" that take it back.
#[rustfmt::skip]
const NOT_WORKED: &[&str] = &[
    "not", "never", "no", "if", "how", "whether", "why", "until", "unless", "hope", "hopefully", "when",
    "nicht", "ob", "wenn", "pas", "si", "se", "não", "non", "niet", "als", "far",
];

/// Thanks.
#[rustfmt::skip]
static THANKS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "thanks", "thank you", "thankyou", "thx", "thnx", "tnx", "ty", "tysm", "appreciated", "appreciate it",
    "appreciate the", "appreciate your", "kudos", "danke", "dankeschön", "vielen dank", "merci", "gracias",
    "obrigado", "obrigada", "valeu", "grazie", "bedankt", "dank je", "dank u", "tack", "tak", "dzięki",
    "спасибо",
]));

/// What delights when it is nearly all that a sentence says.
#[rustfmt::skip]
static DELIGHT: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "perfect", "awesome", "excellent", "brilliant", "amazing", "fantastic", "wonderful", "great", "nice",
    "cool", "sweet", "super", "perfekt", "klasse", "prima", "parfait", "génial", "perfecto", "genial",
    "perfeito", "perfetto", "ottimo", "top",
]));

/// Most words of a sentence of delight.
const DELIGHT_WORDS: usize = 4;

/// Thanks in scripts that do not part words, and that it worked.
#[rustfmt::skip]
const UNPARTED: &[&str] = &[
    "ありがとう", "助かりました", "助かります", "できました", "動きました", "解決しました", "うまくいきました", "谢谢", "謝謝", "多谢", "感谢", "解决了",
    "可以了", "搞定", "감사합니다", "고맙습니다", "고마워", "해결됐", "해결했",
];

/// What makes thanks a courtesy, or says that it did not help.
#[rustfmt::skip]
static NOT_THANKS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "in advance", "thanks anyway", "thank you anyway", "no thanks", "for trying", "for any help",
    "for any advice", "thanks to the", "thanks to a", "thanks to my", "im voraus", "d'avance",
    "de antemano", "antecipadamente", "in anticipo", "bij voorbaat", "alvast", "but it still", "still not",
    "still get", "still getting", "still fails", "still doesn't", "doesn't work", "does not work",
    "didn't work", "did not work", "didn't help", "did not help", "doesn't help", "not working", "no luck",
    "funktioniert nicht", "geht nicht", "ne marche pas", "no funciona", "não funciona", "non funziona",
    "werkt niet",
]));

/// The same where words are not parted.
const NOT_THANKS_UNPARTED: &[&str] = &["よろしくお願い", "できません", "動きません", "还是不", "還是不"];

/// What stands above the name at the end of a mail.
#[rustfmt::skip]
const SIGN_OFFS: &[&str] = &[
    "thanks", "thanks again", "thank you", "many thanks", "thanks and regards", "thanks regards", "cheers",
    "danke", "merci", "gracias", "obrigado", "grazie", "bedankt", "vielen dank",
];

/// Most lines, and most words in each, of the name below a sign-off.
const NAME_LINES: usize = 2;
const NAME_WORDS: usize = 4;

/// Emoji that say "this helped", without colons and skin tone.
#[rustfmt::skip]
const KIND_EMOJI: &[&str] = &[
    "+1", "100", "1st_place_medal", "arigato", "ballot_box_with_check", "blue_heart", "bow", "clap",
    "danke", "fire", "gracias", "green_heart", "heart", "heart_eyes", "heart_hands", "heavy_check_mark",
    "hooray", "hugging_face", "merci", "muscle", "ok_hand", "orange_heart", "partying_face", "party_blob",
    "partyparrot", "party_parrot", "pray", "purple_heart", "raised_hands", "rocket", "sparkles",
    "sparkling_heart", "star", "star-struck", "star2", "tada", "thank_you", "thanks", "thankyou",
    "thumbsup", "thumbsup_all", "trophy", "two_hearts", "ty", "white_check_mark", "yellow_heart", "✅", "✔",
    "❤", "⭐", "🌟", "🎉", "👌", "👍", "👏", "💖", "💙", "💚", "💛", "💜", "💯", "🔥", "🙌", "🙏", "🚀", "🤗", "🥳", "🧡",
];

/// Whether the asker's message says that what was answered helped: thanks, delight or "it works now", in ten
/// languages. Not so thanks in advance, thanks below a new question, a mail's closing formula, thanks with
/// "still fails", and "does it work?". Looks at the first 4,000 characters.
pub(super) fn thanks(text: &str, beginning: &Beginning) -> bool {
    let phrases = match without_sign_off(text) {
        Some(body) => Cow::Owned(Phrases::of(&body)),
        None => beginning.all(text),
    };
    if worked(&phrases) {
        return true;
    }
    if phrases.has_any(&NOT_THANKS) || phrases.contains_any(NOT_THANKS_UNPARTED) {
        return false;
    }
    let asks_again = phrases.asks();
    phrases.sentences().enumerate().any(|(row, sentence)| {
        let kind = sentence.has_any(&THANKS) || sentence.contains_any(UNPARTED) || delight(sentence);
        kind && (row == 0 || !asks_again)
    })
}

/// Whether an emoji says that an answer helped; also as a character, and with a skin tone.
pub(super) fn is_kind(emoji: &str) -> bool {
    let name = emoji.trim_matches(':');
    let name = name.split("::").next().unwrap_or(name);
    let plain: String =
        name.chars().filter(|c| !matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')).collect();
    KIND_EMOJI.contains(&plain.to_lowercase().as_str())
}

fn worked(phrases: &Phrases) -> bool {
    stands(phrases, &WORKED)
}

/// Whether one of the list's phrases is said, neither asked for nor taken back ("not", "if", "hope").
pub(super) fn stands(phrases: &Phrases, list: &PhraseList) -> bool {
    let asked = |rest: &str| rest.split(' ').any(|word| word == "?");
    phrases.find_all(list).any(|(before, after)| !asked(after) && !taken_back(before))
}

/// Whether one of the three words before "it worked" takes it back.
fn taken_back(before: &str) -> bool {
    before.split_whitespace().rev().take(3).any(|word| word.ends_with("n't") || NOT_WORKED.contains(&word))
}

fn delight(sentence: Sentence<'_>) -> bool {
    sentence.has_any(&DELIGHT) && !sentence.asks() && sentence.words().count() <= DELIGHT_WORDS
}

/// The text without "Thanks," and the name below it, if it ends so and there is something above it.
fn without_sign_off(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let words = |line: &str| Phrases::of(line).words().collect::<Vec<_>>().join(" ");
    for below in 0..=NAME_LINES {
        let Some(row) = lines.len().checked_sub(below + 1).filter(|row| *row > 0) else { break };
        let Some((line, name)) = lines.get(row).zip(lines.get(row + 1..)) else { break };
        let formula = SIGN_OFFS.contains(&words(line).as_str());
        if formula && (below > 0 || line.trim_end().ends_with(',')) {
            return Some(lines.get(..row).unwrap_or_default().join("\n"));
        }
        if name.iter().chain([line]).any(|line| words(line).split(' ').count() > NAME_WORDS) {
            break;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thanks_and_success_acknowledge() {
        for text in [
            "Thanks!",
            "ah, thank you @ana",
            "that worked",
            "it works now, but I have another question: can I also undo it?",
            "Thanks! One more thing: where is the log?",
            "perfect",
            "Great stuff, ty",
            "ok I see.\nThanks!",
            "Thanks for the review, I will send a new version.\n\nBo",
            "Danke, hat funktioniert",
            "merci beaucoup",
            "¡Gracias!",
            "Obrigado pela ajuda",
            "Grazie mille",
            "Bedankt voor de hulp",
            "ありがとうございます！",
            "谢谢，可以了",
            "감사합니다",
        ] {
            assert!(thanks(text, &Beginning::of(text)), "{text}");
        }
    }

    #[test]
    fn courtesies_and_failures_do_not() {
        for text in [
            "Any pointer is welcome, thanks in advance",
            "Which version is that? Thanks",
            "thanks, but it still fails on empty files",
            "does that mean it works now?",
            "not solved yet",
            "I solved the first half of it, the second one is harder",
            "let me see if it works",
            "I looked at the trace and the offset is wrong.\n\nThanks,\nBo",
            "I attach the trace of the second run here.\nMany thanks\nBo Um\nPlatform group",
            "Vielen Dank im Voraus",
            "手順を教えてください。よろしくお願いします",
            "the great thing about this design is how it splits the work",
            "",
        ] {
            assert!(!thanks(text, &Beginning::of(text)), "{text}");
        }
    }

    #[test]
    fn kind_emoji_are_known_by_name_character_and_skin_tone() {
        for (emoji, kind) in [
            ("+1", true),
            (":tada:", true),
            ("+1::skin-tone-3", true),
            ("👍🏽", true),
            ("❤️", true),
            ("eyes", false),
            ("-1", false),
        ] {
            assert_eq!(is_kind(emoji), kind, "{emoji}");
        }
    }
}
