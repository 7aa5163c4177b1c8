//! The fingerprint of a text: minimum hashes over its runs of words.

use model::{FINGERPRINT_NUMBERS, Fingerprint};

use super::phrases::is_unparted;

/// Words that stand together. Three rather than four: one changed name in a short canned reply then costs
/// three runs, and most replies are short.
const RUN: usize = 3;
/// Texts of fewer words have no fingerprint: short answers are alike without being copies.
const FEWEST_WORDS: usize = 12;
/// How many words are looked at.
const MOST_WORDS: usize = 1_500;

/// Odd numbers that make eight hashes of one (multiply, then shift).
const MULTIPLIERS: [u64; FINGERPRINT_NUMBERS] = [
    0x9e37_79b9_7f4a_7c15,
    0xbf58_476d_1ce4_e5b9,
    0x94d0_49bb_1331_11eb,
    0xd6e8_feb8_6659_fd93,
    0xa076_1d64_78bd_642f,
    0xe703_7ed1_a0b4_28db,
    0x8ebc_6af0_9c88_c6e3,
    0x5899_65cc_7537_4cc3,
];

/// The fingerprint of a text, without regard to case, marks, numbers
/// and links; `None` if it has fewer than twelve
/// words. An ideograph or a syllable of Japanese is a word. Linear in the text.
pub(super) fn of(text: &str) -> Option<Fingerprint> {
    let words = word_hashes(text);
    if words.len() < FEWEST_WORDS {
        return None;
    }
    let mut least = [u32::MAX; FINGERPRINT_NUMBERS];
    for run in words.windows(RUN) {
        let hash = run.iter().fold(0_u64, |hash, word| mix(hash.rotate_left(21) ^ word));
        for (number, multiplier) in least.iter_mut().zip(MULTIPLIERS) {
            let turned = (hash ^ multiplier.rotate_left(32)).wrapping_mul(multiplier);
            *number = (*number).min(u32::try_from(turned >> 32).unwrap_or(u32::MAX));
        }
    }
    Some(Fingerprint(least))
}

/// A hash for each word. Numbers are all the same word: a build's number makes no other reply.
fn word_hashes(text: &str) -> Vec<u64> {
    let mut words = Vec::new();
    let mut word: Option<u64> = None;
    // Links say where, not what: two notes that only point elsewhere are no copies of each other.
    let prose = text.split_whitespace().filter(|word| word.matches('/').count() < 2);
    let letters = prose.flat_map(|word| word.chars().chain([' ']));
    for letter in letters.map(lower) {
        if words.len() >= MOST_WORDS {
            break;
        }
        let ideograph = is_unparted(letter);
        if letter.is_alphanumeric() && !ideograph {
            let code = if letter.is_numeric() { u64::from('0') } else { u64::from(letter) };
            let before = word.unwrap_or(0xcbf2_9ce4_8422_2325);
            let repeated_digit = code == u64::from('0') && word == Some(digit_only());
            word = Some(if repeated_digit { before } else { (before ^ code).wrapping_mul(0x0100_0000_01b3) });
            continue;
        }
        words.extend(word.take().map(mix));
        if ideograph {
            words.push(mix(u64::from(letter)));
        }
    }
    words.extend(word.map(mix));
    words
}

/// The small letter; the first of several, which is enough to tell words apart.
fn lower(letter: char) -> char {
    if letter.is_ascii() {
        letter.to_ascii_lowercase()
    } else {
        letter.to_lowercase().next().unwrap_or(letter)
    }
}

/// The hash of a word of digits alone.
const fn digit_only() -> u64 {
    (0xcbf2_9ce4_8422_2325_u64 ^ '0' as u64).wrapping_mul(0x0100_0000_01b3)
}

/// Spreads every bit over all (`SplitMix64`'s last step).
const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = "Hello Bo, the nightly export reads every certificate once at its start and keeps it \
        in memory, so please restart both nodes after each new certificate and look at the log again.";

    fn agreement(left: &str, right: &str) -> usize {
        of(left).unwrap().agreement(&of(right).unwrap())
    }

    #[test]
    fn case_marks_and_numbers_change_nothing() {
        assert_eq!(agreement(REPLY, &REPLY.to_uppercase().replace(',', " --")), 8);
        let build =
            "Checked again with build 4711 of the gateway on both nodes and with version 3.2.1 of the page";
        assert_eq!(agreement(build, &build.replace("4711", "99").replace("3.2.1", "3.20.17")), 8);
    }

    #[test]
    fn another_name_or_ending_stays_near() {
        assert!(agreement(REPLY, &REPLY.replace("Bo", "Ana")) >= 5);
        assert!(agreement(REPLY, &format!("{REPLY} Hope this helps!")) >= 5);
    }

    #[test]
    fn other_texts_are_far() {
        let other = "The second stage of the build copies the page into the image; if the image is older than \
            the page, the copy is skipped and the old page is shown until the cache is cleared by hand.";
        assert!(agreement(REPLY, other) <= 2);
    }

    #[test]
    fn links_do_not_count() {
        let pointer =
            "both branches: chat.example/team/gateway/pull/17 and chat.example/team/gateway/pull/18";
        assert_eq!(of(pointer), None);
    }

    #[test]
    fn short_texts_have_none_and_unparted_ones_count_characters() {
        for text in ["", "restart both nodes", "one two three four five six seven eight nine ten eleven"] {
            assert_eq!(of(text), None, "{text}");
        }
        assert!(of("証明書を更新した後は再起動してください").is_some());
    }
}
