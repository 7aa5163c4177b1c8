//! Which words have content.

use std::sync::LazyLock;

use super::is_unparted;
use super::list::Places;

/// Words without content: articles, pronouns, auxiliaries, and what thanks and greetings are made of.
/// In alphabetical order, each once.
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

/// The empty words by their places: most words of a message are none of them.
static EMPTY: LazyLock<Places<()>> = LazyLock::new(|| Places::of(EMPTY_WORDS.iter().map(|word| (*word, ()))));

/// How many content words a word counts for, given its place: an unparted run of ideographs counts for one in two
/// characters.
pub(super) fn content(word: &str, place: u16) -> usize {
    if EMPTY.get(word, place).is_some() {
        return 0;
    }
    if word.is_ascii() {
        return 1;
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

    #[test]
    fn the_empty_words_are_sorted_and_each_is_there_once() {
        let unsorted: Vec<_> = EMPTY_WORDS.windows(2).filter(|pair| pair[0] >= pair[1]).collect();
        assert_eq!(unsorted, Vec::<&[&str]>::new());
    }
}
