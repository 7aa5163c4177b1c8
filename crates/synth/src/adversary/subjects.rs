//! What can be known: subjects with their problems, as data, and the names that a seed gives them.
//!
//! The notation, one thing a line (`//` opens a remark):
//! ```text
//! subject KEY | area | name / another name / a third
//! - the problem / in other words / … => how it is solved
//! ```
//! `{it}` is one of the names. The wordings of a problem share few words on purpose; a seed holds one of them
//! back for the test questions.

use crate::Error;
use crate::dice::Dice;
use crate::sample::sections::Sections;

/// One thing that goes wrong, and what helps.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    /// Wordings, templates.
    pub(super) wordings: Vec<String>,
    /// Template.
    pub(super) fix: String,
    /// Position of the wording that no message uses.
    pub(super) held_out: usize,
    /// An error code that comes with it.
    pub(super) error: String,
}

/// Something that somebody can know.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) key: String,
    pub(super) area: String,
    /// What people call it; the last is rare in messages.
    pub(super) names: Vec<String>,
    pub(super) problems: Vec<Problem>,
    /// The made-up product that runs it.
    pub(super) system: String,
    /// The product before that.
    pub(super) old_system: String,
    /// Names of settings.
    pub(super) settings: Vec<String>,
}

const FILES: [(&str, &str); 8] = [
    ("access.txt", include_str!("subjects/access.txt")),
    ("money.txt", include_str!("subjects/money.txt")),
    ("data.txt", include_str!("subjects/data.txt")),
    ("operations.txt", include_str!("subjects/operations.txt")),
    ("links.txt", include_str!("subjects/links.txt")),
    ("field.txt", include_str!("subjects/field.txt")),
    ("people.txt", include_str!("subjects/people.txt")),
    ("craft.txt", include_str!("subjects/craft.txt")),
];

/// All subjects in a random order, with the names, codes and settings of this seed.
pub(super) fn all(lists: &Sections, dice: &Dice) -> Result<Vec<Subject>, Error> {
    let mut subjects = Vec::new();
    for (file, text) in FILES {
        read(file, text, &mut subjects)?;
    }
    let mut dice = dice.fork("subjects");
    let mut systems: Vec<String> = Vec::new();
    for head in lists.get("head") {
        systems.extend(lists.get("tail").iter().map(|tail| format!("{head}{tail}")));
    }
    dice.shuffle(&mut systems);
    for subject in &mut subjects {
        subject.system = systems.pop().unwrap_or_default();
        subject.old_system = systems.pop().unwrap_or_default();
        let prefix: String = subject.system.chars().take(3).collect::<String>().to_uppercase();
        for problem in &mut subject.problems {
            problem.error = format!("{prefix}-{}", dice.between(100, 999));
            problem.held_out = dice.below(problem.wordings.len());
        }
        let system = subject.system.to_lowercase();
        let words = lists.get("word");
        subject.settings =
            (0..4).map(|_| format!("{system}.{}_{}", dice.word(words), dice.word(words))).collect();
    }
    dice.shuffle(&mut subjects);
    Ok(subjects)
}

fn read(file: &'static str, text: &str, subjects: &mut Vec<Subject>) -> Result<(), Error> {
    for (number, line) in text.lines().map(str::trim).enumerate() {
        let wrong = |problem| Error::Notation { file, line: number + 1, problem };
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if let Some(head) = line.strip_prefix("subject ") {
            subjects.push(head_of(head).ok_or_else(|| wrong("a subject has key, area and names"))?);
            continue;
        }
        let said = line.strip_prefix("- ").ok_or_else(|| wrong("an unknown mark"))?;
        let (asks, fix) = said.split_once(" => ").ok_or_else(|| wrong("a solution follows ' => '"))?;
        let subject = subjects.last_mut().ok_or_else(|| wrong("a subject comes first"))?;
        subject.problems.push(Problem {
            wordings: parts(asks),
            fix: fix.trim().to_owned(),
            held_out: 0,
            error: String::new(),
        });
    }
    Ok(())
}

fn head_of(head: &str) -> Option<Subject> {
    let fields: Vec<&str> = head.split('|').map(str::trim).collect();
    let [key, area, names] = fields.as_slice() else { return None };
    Some(Subject {
        key: (*key).to_owned(),
        area: (*area).to_owned(),
        names: parts(names),
        problems: Vec::new(),
        system: String::new(),
        old_system: String::new(),
        settings: Vec::new(),
    })
}

fn parts(text: &str) -> Vec<String> {
    text.split(" / ").map(|part| part.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_subject_has_three_problems_in_several_wordings() {
        let lists = Sections::read(include_str!("phrases.txt"));
        let subjects = all(&lists, &Dice::new(1)).unwrap();
        let keys: BTreeSet<_> = subjects.iter().map(|subject| &subject.key).collect();
        let systems: BTreeSet<_> = subjects.iter().map(|subject| &subject.system).collect();
        assert!(subjects.len() >= 68 && keys.len() == subjects.len() && systems.len() == subjects.len());
        for subject in &subjects {
            assert_eq!((subject.problems.len(), subject.names.len()), (3, 3), "{}", subject.key);
            for problem in &subject.problems {
                assert_eq!(problem.wordings.len(), 4, "{}", problem.fix);
            }
        }
    }

    #[test]
    fn a_mistake_in_the_notation_names_its_line() {
        let check = |text: &str, expected: &str| {
            let error = read("x.txt", text, &mut Vec::new()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check("- a => b", "x.txt, line 1: a subject comes first");
        check("\nsubject a | b", "x.txt, line 2: a subject has key, area and names");
        check("- a", "x.txt, line 1: a solution follows ' => '");
        check("? a", "x.txt, line 1: an unknown mark");
    }
}
