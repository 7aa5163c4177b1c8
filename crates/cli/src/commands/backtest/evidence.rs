//! The evidence of each question as numbers, one JSON object a line.

use std::io::Write;
use std::path::Path;

use engine::Finder;
use engine::backtest::{Contestant, Exam, PersonEvidence, evidence};
use serde_json::json;

/// Writes it, if a file is named.
pub(super) fn write(
    path: Option<&Path>,
    finder: &Finder,
    exam: &Exam,
    views: &[Contestant],
) -> anyhow::Result<()> {
    let (Some(path), Some(chosen)) = (path, views.first()) else { return Ok(()) };
    let mut file = std::io::BufWriter::new(fs_err::File::create(path)?);
    let person = |person: &PersonEvidence| json!({"features": person.features, "expert": person.expert, "impostor": person.impostor});
    for question in evidence(finder, exam, chosen)? {
        let people: Vec<_> = question.people.iter().map(person).collect();
        let line = json!({
            "qid": question.qid,
            "nobody": question.nobody,
            "hit": question.hit,
            "answer": question.answer,
            "hidden": question.hidden,
            "people": people,
        });
        writeln!(file, "{line}")?;
    }
    Ok(file.flush()?)
}
