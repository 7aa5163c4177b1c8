//! Who there is: names, namesakes, marriages, user names.

use std::collections::BTreeSet;

use crate::dice::Dice;

/// The organisation's domain.
pub(super) const DOMAIN: &str = "northlight.example";

/// Given names with what friends say instead.
#[rustfmt::skip]
const GIVEN: [(&str, &str); 48] = [
    ("Robert", "Bob"), ("William", "Bill"), ("Elizabeth", "Liz"), ("Michael", "Mike"), ("Thomas", "Tom"),
    ("Alexander", "Alex"), ("Alexandra", "Alex"), ("Katherine", "Kate"), ("Daniel", "Dan"), ("Samuel", "Sam"),
    ("Samantha", "Sam"), ("Christopher", "Chris"), ("Christine", "Chris"), ("Andrew", "Andy"), ("Matthew", "Matt"),
    ("Nicholas", "Nick"), ("Joseph", "Joe"), ("Patricia", "Pat"), ("Patrick", "Pat"), ("Susan", "Sue"),
    ("Anna", "Anna"), ("Mei", "Mei"), ("Priya", "Priya"), ("Jörg", "Jörg"), ("Zoë", "Zoë"), ("Noor", "Noor"),
    ("Ivan", "Ivan"), ("Olga", "Olga"), ("Kenji", "Kenji"), ("Yuki", "Yuki"), ("Fatima", "Fatima"), ("Omar", "Omar"),
    ("Lars", "Lars"), ("Ingrid", "Ingrid"), ("Pedro", "Pedro"), ("Lucía", "Lucía"), ("Chidi", "Chidi"),
    ("Amara", "Amara"), ("Tariq", "Tariq"), ("Leila", "Leila"), ("Bruno", "Bruno"), ("Carla", "Carla"),
    ("Dmitri", "Dmitri"), ("Elena", "Elena"), ("Felix", "Felix"), ("Greta", "Greta"), ("Hugo", "Hugo"), ("Irene", "Irene"),
];
/// Family names that many bear.
const COMMON: [&str; 14] = [
    "Lee", "Smith", "Wang", "Müller", "Garcia", "Singh", "Kim", "Nguyen", "Silva", "Jones", "Chen", "Patel",
    "Ivanov", "Khan",
];
const STARTS: [&str; 20] = [
    "Bar", "Cal", "Dor", "Fen", "Gal", "Har", "Jor", "Kel", "Lom", "Mar", "Nor", "Ost", "Pel", "Quin", "Ros",
    "Sal", "Tor", "Ul", "Ver", "Wil",
];
const MIDDLES: [&str; 10] = ["", "a", "en", "i", "o", "er", "an", "u", "el", "in"];
const ENDS: [&str; 12] =
    ["berg", "dale", "ford", "ham", "kov", "ley", "mann", "nez", "sen", "son", "stein", "worth"];

/// Somebody who owns accounts.
#[derive(Debug, Clone)]
pub(super) struct Human {
    pub(super) given: String,
    pub(super) nick: String,
    pub(super) family: String,
    /// The family name until a marriage, if there was one.
    pub(super) family_before: Option<String>,
    pub(super) middle: Option<char>,
    /// The domain of the main address.
    pub(super) domain: String,
    /// What stands before the `@` of the main address, now and before a marriage.
    pub(super) mailbox: String,
    pub(super) mailbox_before: Option<String>,
    /// What stands before the `@` of a second address, in the short style.
    pub(super) second: Option<String>,
    pub(super) outsider: bool,
}

/// So many employees, with outsiders after them.
pub(super) fn cast(employees: usize, dice: &Dice) -> Vec<Human> {
    let mut dice = dice.fork("cast");
    let mut taken = BTreeSet::new();
    let mut people: Vec<Human> = Vec::with_capacity(employees + employees / 6);
    for _ in 0..employees {
        let namesake = if dice.chance(3) { dice.pick(&people).cloned() } else { None };
        let human = employee(namesake.as_ref(), &mut taken, &mut dice);
        people.push(human);
    }
    for _ in 0..employees / 6 {
        let known = if dice.chance(10) { dice.pick(&people).cloned() } else { None };
        let human = outsider(known.as_ref(), &mut dice);
        people.push(human);
    }
    people
}

fn employee(namesake: Option<&Human>, taken: &mut BTreeSet<String>, dice: &mut Dice) -> Human {
    let (given, nick) = given(dice);
    let family = family(dice);
    let (given, nick, family) = match namesake {
        Some(other) => (other.given.clone(), other.nick.clone(), other.family.clone()),
        None => (given, nick, family),
    };
    let family_before = dice.chance(4).then(|| self::family(dice));
    let middle = dice.chance(12).then(|| char::from(b'A' + dice.below(26) as u8));
    let style = dice.below(100);
    let mut mailbox_of = |family: &str| {
        let base = mailbox(&given, family, style);
        let mut numbered = (1..).map(|n| if n == 1 { base.clone() } else { format!("{base}{n}") });
        numbered.find(|name| taken.insert(name.clone()))
    };
    let mailbox_before = family_before.as_deref().and_then(&mut mailbox_of);
    let mailbox = mailbox_of(&family).unwrap_or_default();
    let short = format!("{}{}", initial(&plain(&given)), plain(&family));
    let second = Some(short).filter(|short| dice.chance(12) && taken.insert(short.clone()));
    let domain = if dice.chance(4) { format!("eu.{DOMAIN}") } else { DOMAIN.to_owned() };
    Human {
        given,
        nick,
        family,
        family_before,
        middle,
        domain,
        mailbox,
        mailbox_before,
        second,
        outsider: false,
    }
}

/// A customer or a passer-by on a list; sometimes with an employee's name.
fn outsider(namesake: Option<&Human>, dice: &mut Dice) -> Human {
    let (given, nick) = given(dice);
    let family = family(dice);
    let (given, family) =
        namesake.map_or((given, family), |other| (other.given.clone(), other.family.clone()));
    let mailbox = format!("{}{}", mailbox(&given, &family, dice.below(100)), dice.below(90));
    let domain = ["gmail.com", "acme.example", "brix.example", "outlook.com"];
    let domain = dice.pick(&domain).copied().unwrap_or("gmail.com").to_owned();
    Human {
        given,
        nick,
        family,
        family_before: None,
        middle: None,
        domain,
        mailbox,
        mailbox_before: None,
        second: None,
        outsider: true,
    }
}

fn given(dice: &mut Dice) -> (String, String) {
    let (given, nick) = dice.pick(&GIVEN).copied().unwrap_or(("Anna", "Anna"));
    (given.to_owned(), nick.to_owned())
}

fn family(dice: &mut Dice) -> String {
    if dice.chance(25) {
        return dice.pick(&COMMON).copied().unwrap_or("Lee").to_owned();
    }
    let part = |dice: &mut Dice, parts: &[&'static str]| dice.pick(parts).copied().unwrap_or("");
    format!("{}{}{}", part(dice, &STARTS), part(dice, &MIDDLES), part(dice, &ENDS))
}

/// What stands before the `@`, in the style that the person got.
fn mailbox(given: &str, family: &str, style: usize) -> String {
    let (given, family) = (plain(given), plain(family));
    match style {
        0..65 => format!("{given}.{family}"),
        65..90 => format!("{}{family}", initial(&given)),
        90..96 => format!("{given}_{family}"),
        _ => given,
    }
}

/// Lower case, without marks, as addresses are written.
pub(super) fn plain(text: &str) -> String {
    let spelled = text.to_lowercase().replace('ü', "u").replace('ö', "o").replace('ë', "e").replace('í', "i");
    spelled.chars().filter(char::is_ascii_alphanumeric).collect()
}

pub(super) fn initial(text: &str) -> String {
    text.chars().take(1).collect()
}
