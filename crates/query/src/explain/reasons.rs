//! Reasons in words, counted over readable documents about the question.

use index::DocumentTable;
use model::{Role, RoleSet};

use crate::retrieve::Unit;

/// One reason, with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// A word a program can act on.
    pub code: &'static str,
    /// How many conversations it counts.
    pub count: usize,
    /// The sentence for a human.
    pub text: String,
}

fn times(count: usize, one: &str, many: &str) -> String {
    if count == 1 { one.to_owned() } else { many.replace("{}", &count.to_string()) }
}

/// Why a person was named, the strongest first; at most four reasons.
/// Counts the units it is given, which are about the question, one a conversation; none if there are none.
pub fn reasons(units: &[&Unit], table: &DocumentTable) -> Vec<Reason> {
    let about: Vec<RoleSet> = units.iter().map(|unit| table.roles[unit.row.get().at()]).collect();
    let count = |wanted: &dyn Fn(RoleSet) -> bool| about.iter().filter(|roles| wanted(**roles)).count();
    let answered = |roles: RoleSet| roles.contains(Role::Answered);
    let all_answered = count(&answered);
    let mut reasons = Vec::new();
    let mut add = |code: &'static str, count: usize, text: String| {
        if count > 0 {
            reasons.push(Reason { code, count, text });
        }
    };
    let accepted = count(&|roles| roles.contains(Role::Accepted));
    add(
        "answer_accepted",
        accepted,
        times(accepted, "an answer of theirs was accepted", "{} of their answers were accepted"),
    );
    let resolved = count(&|roles| roles.contains(Role::Resolved));
    add("resolved", resolved, times(resolved, "resolved a similar case", "resolved {} similar cases"));
    let thanked = count(&|roles| answered(roles) && roles.contains(Role::Thanked));
    add(
        "answered_thanked",
        thanked,
        times(
            thanked,
            "was thanked for an answer to a similar question",
            "was thanked for {} answers to similar questions",
        ),
    );
    add(
        "answered",
        all_answered,
        times(all_answered, "answered a similar question", "answered {} similar questions"),
    );
    let referred = count(&|roles| roles.contains(Role::Referred));
    add(
        "referred",
        referred,
        times(referred, "a colleague pointed to them", "colleagues pointed to them {} times"),
    );
    let assigned = count(&|roles| roles.contains(Role::Assigned));
    add("assigned", assigned, times(assigned, "had a similar case", "had {} similar cases"));
    let announced = count(&|roles| roles.contains(Role::Announced));
    add(
        "announced",
        announced,
        times(announced, "announced something about it", "announced {} things about it"),
    );
    reasons.truncate(4);
    reasons
}
