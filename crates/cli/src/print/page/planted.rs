//! The page's section on planted truth, for made-up organizations; and where to ask instead, past answers.

use std::fmt::Write as _;

use engine::backtest::{Backtest, FIRST_PLACES, Planted};

use super::{escaped, section};

/// A share in whole percent; a dash where nothing was measured.
fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0))
}

/// Those who know against those who only seem to; empty without planted truth.
pub(super) fn planted(backtest: &Backtest) -> String {
    if backtest.planted.is_empty() {
        return String::new();
    }
    let mut body = String::from(
        "<div class=\"wide\"><table><thead><tr><th>questions</th><th>answerable</th><th>nDCG@5</th><th>unanswered</th><th>impostors ranked</th><th>impostors shown</th><th>for nobody</th><th>recognized</th></tr></thead><tbody>",
    );
    for row in &backtest.planted {
        body += &line(row);
    }
    body += "</tbody></table></div>";
    let sentence = format!(
        "In a made-up organization it is known exactly who knows. Unanswered: answerable questions for which nobody was named. Impostors: their share of the first {FIRST_PLACES} places, of the bare ranking and of the people who are really shown. Recognized: questions that nobody can answer, and for which nobody was named."
    );
    section("Who knows, and who only seems to", &sentence, &body)
}

fn line(row: &Planted) -> String {
    let gain = row.ndcg_at_5.map_or_else(|| "–".to_owned(), |gain| format!("{gain:.3}"));
    let mut text = format!("<tr><td>{}</td><td>{}</td><td>{gain}</td>", escaped(&row.name), row.n_answerable);
    for share in [row.unanswered, row.impostors_ranked, row.impostors_shown] {
        let _ = write!(text, "<td>{}</td>", percent(share));
    }
    let _ = write!(text, "<td>{}</td><td>{}</td></tr>", row.n_nobody, percent(row.recognized));
    text
}

/// What an answer brings besides people: the channel to ask in, the answer that was given before.
pub(super) fn elsewhere(backtest: &Backtest) -> String {
    let mut rows = Vec::new();
    if let Some(found) = backtest.channels {
        rows.push((
            "the channel it was asked in, not told",
            found.n_questions,
            Some(found.first),
            found.first_three,
        ));
        rows.push((
            "the busiest channels instead",
            found.n_questions,
            Some(found.busiest_first),
            found.busiest_first_three,
        ));
    }
    if let Some(found) = backtest.past {
        rows.push((
            "the earlier answer that a colleague linked to",
            found.n_questions,
            None,
            found.first_three,
        ));
    }
    if rows.is_empty() {
        return String::new();
    }
    let mut body = String::from(
        "<div class=\"wide\"><table><thead><tr><th></th><th>questions</th><th>first</th><th>among three</th></tr></thead><tbody>",
    );
    for (name, n, first, three) in rows {
        let (first, three) = (percent(first), percent(Some(three)));
        let _ =
            write!(body, "<tr><td>{}</td><td>{n}</td><td>{first}</td><td>{three}</td></tr>", escaped(name));
    }
    body += "</tbody></table></div>";
    section(
        "Where to ask, and what was answered before",
        "Where nobody is named, channels are; and where the question was answered before, that answer comes along.",
        &body,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_is_a_dash() {
        let row = Planted {
            name: "kind: <b>".to_owned(),
            n_answerable: 0,
            ndcg_at_5: None,
            unanswered: None,
            impostors_ranked: None,
            impostors_shown: Some(0.256),
            n_nobody: 28,
            recognized: Some(1.0),
        };
        assert_eq!(
            line(&row),
            "<tr><td>kind: &lt;b&gt;</td><td>0</td><td>–</td><td>–</td><td>–</td><td>26 %</td><td>28</td><td>100 %</td></tr>"
        );
    }
}
