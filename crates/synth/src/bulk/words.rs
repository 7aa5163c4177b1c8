//! Words by Zipf's law, and how long a message is.

use crate::dice::Dice;

/// Throws numbers from 0 on, the first the most often: the n-th with a weight of 1 / n^power.
pub(super) struct Zipf(Vec<u32>);

/// Sixteen bits of chance pick a place of the table, twenty for words.
const PLACES: usize = 1 << 16;

impl Zipf {
    pub(super) fn new(count: usize, power: f64) -> Self {
        Self::with_places(count, power, PLACES)
    }

    fn with_places(count: usize, power: f64, places: usize) -> Self {
        let weight = |rank: usize| ((rank + 1) as f64).powf(-power);
        let sum: f64 = (0..count).map(weight).sum();
        let mut table = Vec::with_capacity(places);
        let mut reached = 0.0;
        for rank in 0..count {
            reached += weight(rank) / sum;
            let until = ((reached * places as f64).round() as usize).min(places);
            table.resize(table.len().max(until), rank as u32);
        }
        table.resize(places, 0);
        Self(table)
    }

    pub(super) fn throw(&self, dice: &mut Dice) -> usize {
        self.0.get(dice.below(self.0.len())).map_or(0, |rank| *rank as usize)
    }
}

/// The commonest words of the language, commonest first: half of everything that is written.
const COMMON: &str = "the to a of and is in it i that you for this on with be have not are as but if can so or \
    do we at from was there what when an how all will would one just which my by get has use like me they some \
    about no time then out up more does your should make think know any work need see good only code also same \
    right where other problem because after want try thanks now way could question change error file test new \
    version first set run here help find issue anyone works still build server add before look than working \
    data system since using without running failed update called option value start missing between why \
    something anything another release branch config deploy client";

/// How many words there are besides.
const RARE: usize = 60_000;

/// The vocabulary.
pub(super) struct Words {
    words: Vec<String>,
    zipf: Zipf,
}

/// Lengths of messages in characters, each as likely as the others; 224 on average.
const LENGTHS: [i64; 20] =
    [8, 15, 22, 30, 38, 47, 57, 68, 80, 93, 108, 125, 145, 170, 200, 240, 300, 400, 600, 1_740];

impl Words {
    pub(super) fn made(dice: &mut Dice) -> Self {
        const STARTS: [&str; 16] =
            ["b", "br", "c", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v"];
        const MIDDLES: [&str; 10] = ["a", "e", "i", "o", "u", "ea", "io", "ou", "an", "er"];
        const ENDS: [&str; 8] = ["", "n", "r", "t", "l", "ing", "ed", "s"];
        let mut words: Vec<String> = COMMON.split_whitespace().map(str::to_owned).collect();
        for _ in 0..RARE {
            let mut word = String::new();
            for _ in 0..dice.between(2, 3) {
                word.push_str(dice.pick(&STARTS).unwrap_or(&""));
                word.push_str(dice.pick(&MIDDLES).unwrap_or(&""));
            }
            word.push_str(dice.pick(&ENDS).unwrap_or(&""));
            words.push(word);
        }
        let zipf = Zipf::with_places(words.len(), 1.0, 1 << 20);
        Self { words, zipf }
    }

    /// Writes the words of one message into `text`.
    pub(super) fn say(&self, dice: &mut Dice, text: &mut String) {
        let about = dice.pick(&LENGTHS).copied().unwrap_or(100);
        let length = dice.between(about * 3 / 4, about * 5 / 4) as usize;
        while text.len() < length {
            text.push_str(self.words.get(self.zipf.throw(dice)).map_or("", String::as_str));
            text.push(' ');
        }
        text.pop();
    }
}
