//! What people in a world say.

use super::chance::Dice;

/// First and family names of those who have accounts everywhere.
pub(super) const NAMES: [(&str, &str); 6] = [
    ("Ana", "Brandt"),
    ("Boris", "Lind"),
    ("Cemal", "Kaya"),
    ("Dinara", "Okafor"),
    ("Emil", "Novak"),
    ("Farida", "Costa"),
];

const SUBJECTS: [&str; 7] = ["tunnel", "printer", "invoice", "gateway", "badge", "turbine", "ledger"];

/// What a talk is about.
pub(super) fn subjects(dice: &mut Dice) -> (&'static str, &'static str) {
    (*dice.one(&SUBJECTS), *dice.one(&SUBJECTS))
}

/// A question as somebody puts it to the server.
pub(super) fn asked(dice: &mut Dice) -> String {
    let (one, other) = subjects(dice);
    match dice.below(4) {
        0 => format!("The {one} fails, how do I repair the {one}?"),
        1 => format!("Who knows how to renew the {other} of the {one}?"),
        2 => format!("reset the {one} and start the {other} again"),
        _ => format!("Wer kennt sich mit {one} und {other} aus?"),
    }
}

/// What somebody says first, with a word of its own.
pub(super) fn opening(dice: &mut Dice, (one, other): (&str, &str), bird: &str) -> String {
    match dice.below(5) {
        0 => format!("The {one} {other} fails every morning, how do I repair the {one}? It says {bird}."),
        1 => format!("Who knows how to renew the {one} of the {other} {bird}?"),
        2 => format!("Wie kann ich {one} und {other} wieder starten, wenn {bird} nicht mehr antwortet?"),
        3 => format!("Please reset the {one} {bird}, the {other} is down."),
        _ => format!("The {other} moves to {bird} on Monday, and the {one} follows on Friday."),
    }
}

/// What somebody says then.
pub(super) fn reply(dice: &mut Dice, (one, other): (&str, &str), bird: &str) -> String {
    match dice.below(8) {
        0 => format!("thanks a lot, that worked {bird}"),
        1 => {
            let (first, family) = dice.one(&NAMES);
            format!("Ask {first} {family}, they look after the {one} since the {bird} project.")
        }
        2 => format!("The {one} needs a new {other} from the {bird} shelf; order it before you begin."),
        3 => format!("Same here, does the {one} fail with {bird} for anybody else?"),
        4 => format!("That did not help, the {one} still says {bird}."),
        5 => format!("vielen Dank, das war es {bird}"),
        _ => format!("Reset the {one} with {bird} and start the {other} again, then it runs."),
    }
}

/// What somebody says who quotes what was said.
pub(super) fn quoting(quoted: &str, (one, _): (&str, &str), bird: &str) -> String {
    let lines: Vec<String> = quoted.lines().map(|line| format!("> {line}\n")).collect();
    let lines = lines.concat();
    format!("{lines}As was said there, the {one} needs {bird} first.")
}
