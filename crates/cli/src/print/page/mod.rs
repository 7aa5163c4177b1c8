//! The backtest as a page: one file, no scripts, nothing fetched, no message text, people only as counts.

mod planted;
mod svg;

use std::fmt::Write as _;

use engine::backtest::{Backtest, PEOPLE_SHOWN, System};
use eval::{Difference, Interval, Measures, SliceRow};

use svg::{Curve, Dot};

/// The columns of its tables.
const COLUMNS: [&str; 7] = ["MRR", "hit@1", "hit@3", "hit@5", "nDCG@5", "nDCG@10", "MAP"];

/// The page's own style, light and dark.
const STYLE: &str = include_str!("style.css");

/// The page.
pub(crate) fn backtest(backtest: &Backtest) -> String {
    let mut page = String::from("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    page += "<title>whoknows: backtest</title>\n<style>\n";
    page += STYLE;
    page += "</style>\n</head>\n<body>\n<main>\n";
    let sections = [
        head(backtest),
        slices(backtest),
        methods(backtest),
        age(backtest),
        sureness(backtest),
        silence(backtest),
        planted::planted(backtest),
        planted::elsewhere(backtest),
        spread(backtest),
        figures(backtest),
        words(),
    ];
    for section in sections.iter().filter(|section| !section.is_empty()) {
        page += section;
        page.push('\n');
    }
    page + "</main>\n</body>\n</html>\n"
}

/// A text as it may stand in an element or an attribute; a terminal that the file is printed to obeys nothing of it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in super::safe(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn head(backtest: &Backtest) -> String {
    let asked = backtest.asked.map(|(first, last)| {
        format!("{} questions asked from {} to {}", backtest.n_questions, day(first), day(last))
    });
    let cut = backtest.cut.map_or_else(
        || "each answered from what was known just before it".to_owned(),
        |cut| format!("answered from what was known before {}", day(cut)),
    );
    let mut text = format!(
        "<h1>How well would past questions have been answered?</h1>\n<p class=\"soft\">{}, {cut}. Right is who then did answer; who could have, but did not, counts as wrong.</p>\n<ul class=\"tiles\">",
        asked.unwrap_or_default()
    );
    let chosen = all(backtest.views.first());
    let mut tile = |value: Option<f64>, what: &str, as_share: bool| {
        let Some(value) = value else { return };
        let value = if as_share { format!("{:.0} %", value * 100.0) } else { format!("{value:.3}") };
        let _ = write!(text, "<li><b>{value}</b>{what}</li>");
    };
    let named = |name: &str| chosen.and_then(|row| row.mean.named(name));
    tile(named("hit@1"), "right person first", true);
    tile(named("hit@5"), "right person among five", true);
    tile(named("MRR"), "MRR", false);
    tile(backtest.figures().get("lead").copied(), "MRR ahead of the best other method", false);
    text + "</ul>"
}

/// The row of all questions.
fn all(system: Option<&System>) -> Option<&SliceRow> {
    system.and_then(|system| system.rows.first())
}

/// A section with a heading and a sentence that says what is to be seen.
fn section(heading: &str, sentence: &str, body: &str) -> String {
    format!("<section>\n<h2>{}</h2>\n<p>{}</p>\n{body}\n</section>", escaped(heading), escaped(sentence))
}

fn dot(label: &str, row: &SliceRow, ours: bool) -> Dot {
    let Interval { low, high } = row.intervals[0];
    Dot { label: label.to_owned(), mean: row.mean.reciprocal_rank, low, high, ours }
}

fn slices(backtest: &Backtest) -> String {
    let mut body = String::new();
    for view in &backtest.views {
        let dots: Vec<Dot> = view
            .rows
            .iter()
            .map(|row| dot(&format!("{} ({})", row.name, row.n_questions), row, true))
            .collect();
        let _ = writeln!(body, "<h3>{}</h3>", escaped(&view.name));
        body += &svg::dots("MRR by slice with 95 % intervals", &dots);
        body += &table(&view.rows);
    }
    section(
        "By kind of question",
        "MRR: 1 if the right person comes first, ½ if second, and so on, averaged. The line is the 95 % interval: where two lines overlap widely, there may be no difference.",
        &body,
    )
}

fn table(rows: &[SliceRow]) -> String {
    let mut text = String::from("<div class=\"wide\"><table><thead><tr><th>slice</th><th>questions</th>");
    for name in COLUMNS {
        let _ = write!(text, "<th>{}</th>", escaped(name));
    }
    text += "</tr></thead><tbody>";
    for row in rows {
        let _ = write!(text, "<tr><td>{}</td><td>{}</td>", escaped(&row.name), row.n_questions);
        for name in COLUMNS {
            let place = Measures::ALL_NAMES.iter().position(|known| *known == name);
            let interval = place.and_then(|place| row.intervals.get(place));
            let title =
                interval.map(|Interval { low, high }| format!("{low:.3} to {high:.3}")).unwrap_or_default();
            let _ =
                write!(text, "<td title=\"{title}\">{:.3}</td>", row.mean.named(name).unwrap_or_default());
        }
        text += "</tr>";
    }
    text + "</tbody></table></div>"
}

fn methods(backtest: &Backtest) -> String {
    let views = backtest.views.iter().filter_map(|view| Some(dot(&view.name, all(Some(view))?, true)));
    let others = backtest
        .beside
        .iter()
        .filter_map(|beside| Some(dot(&beside.system.name, all(Some(&beside.system))?, false)));
    let dots: Vec<Dot> = views.chain(others).collect();
    let mut body = svg::dots("MRR of each method with 95 % intervals", &dots);
    body += "<div class=\"wide\"><table><thead><tr><th>method</th><th>MRR</th><th>ahead by</th><th>95 %</th><th>p</th></tr></thead><tbody>";
    for beside in &backtest.beside {
        let mean = all(Some(&beside.system)).map_or(0.0, |row| row.mean.reciprocal_rank);
        let Some((_, Difference { mean: lead, interval, p_value })) = beside.lead.first() else { continue };
        let _ = write!(
            body,
            "<tr><td>{}</td><td>{mean:.3}</td><td>{lead:+.3}</td><td>{:+.3} to {:+.3}</td><td>{}</td></tr>",
            escaped(&beside.system.name),
            interval.low,
            interval.high,
            if *p_value < 0.0001 { "&lt; .0001".to_owned() } else { format!("{p_value:.4}") }
        );
    }
    body += "</tbody></table></div>";
    section(
        "Against simple methods",
        "The same questions, evidence and rights, answered by rules of thumb. “Ahead by” is the paired difference in MRR; p is corrected for the number of comparisons (Holm).",
        &body,
    )
}

fn age(backtest: &Backtest) -> String {
    if backtest.by_age.len() < 2 {
        return String::new();
    }
    let dots: Vec<Dot> = backtest
        .by_age
        .iter()
        .map(|(edge, n, mean, Interval { low, high })| {
            let name = edge.map_or_else(|| "older".to_owned(), |days| format!("up to {days} days"));
            Dot { label: format!("{name} ({n})"), mean: *mean, low: *low, high: *high, ours: true }
        })
        .collect();
    section(
        "By age of the evidence",
        "How old the newest evidence was when the question came. If the rows fall from fresh to old, ingesting more often is worth it.",
        &svg::dots("MRR by age of the newest evidence", &dots),
    )
}

fn sureness(backtest: &Backtest) -> String {
    let Some(sureness) = &backtest.sureness else { return String::new() };
    let risk = svg::curve(&Curve {
        title: "Risk against coverage",
        x: "share of questions answered, the surest first",
        y: "share answered wrongly",
        points: sureness.curve.iter().map(|point| (point.coverage, point.risk)).collect(),
        diagonal: false,
        joined: true,
    });
    let bins = svg::curve(&Curve {
        title: "Stated sureness against outcome",
        x: "stated sureness",
        y: "share that came true",
        points: sureness.bins.iter().map(|bin| (bin.mean_probability, bin.share_true)).collect(),
        diagonal: true,
        joined: false,
    });
    let figures = format!(
        "<p class=\"soft\">Calibration error {:.3}, Brier score {:.3}, area under the risk curve {:.3}.</p>",
        sureness.calibration_error, sureness.brier, sureness.area
    );
    section(
        "How far its sureness can be believed",
        "Left: the share of answers without the right person among the five shown, if only the surest questions are answered; a good curve rises from the left. Right: each dot is a tenth of the questions; dots on the dashed line are stated as sure as they turn out.",
        &format!("{risk}\n{bins}\n{figures}"),
    )
}

fn silence(backtest: &Backtest) -> String {
    let rows = [
        ("questions that nobody can answer", backtest.silence),
        ("the same questions without a word of those who answered", backtest.hidden),
    ];
    let mut body = String::from(
        "<div class=\"wide\"><table><thead><tr><th></th><th>questions</th><th>silence</th><th>if a tenth of the answerable may be silenced</th><th>if a quarter</th></tr></thead><tbody>",
    );
    let mut answerable = None;
    for (name, silence) in rows {
        let Some(silence) = silence else { continue };
        answerable = Some(silence.false_silence);
        let _ = write!(body, "<tr><td>{}</td><td>{}</td>", escaped(name), silence.n_nobody);
        for share in [silence.recognized, silence.recall_at_tenth, silence.recall_at_quarter] {
            let _ = write!(body, "<td>{:.0} %</td>", share * 100.0);
        }
        body += "</tr>";
    }
    let Some(answerable) = answerable else { return String::new() };
    let _ = write!(
        body,
        "</tbody></table></div>\n<p class=\"soft\">As the options stand, {:.0} % of the answerable questions are met with silence.</p>",
        answerable * 100.0
    );
    section(
        "When nobody knows",
        "Silence is the right answer where nobody is left to know. The more of these questions are met with it, and the fewer of the answerable ones, the better.",
        &body,
    )
}

fn spread(backtest: &Backtest) -> String {
    let Some(spread) = backtest.views.first().and_then(|view| view.spread.as_ref()) else {
        return String::new();
    };
    let n = spread.population as f64;
    let start = std::iter::once((0.0, 0.0));
    let points = spread.curve.iter().enumerate().map(|(place, share)| ((place + 1) as f64 / n, *share));
    let plot = svg::curve(&Curve {
        title: "Exposure over people",
        x: "share of people, the most named first",
        y: "share of namings",
        points: start.chain(points).chain([(1.0, 1.0)]).collect(),
        diagonal: true,
        joined: true,
    });
    let body = format!(
        "{plot}\n<p class=\"soft\">{} of {} people are named among the first {PEOPLE_SHOWN} at least once. The top 1 % get {:.0} % of the namings, the ten most named {:.0} %. Gini {:.2}.</p>",
        spread.people_named,
        spread.population,
        spread.top_percent * 100.0,
        spread.top_ten * 100.0,
        spread.gini
    );
    section(
        "Are a few people the answer to everything?",
        "On the dashed line everybody would be named as often; the further above it the curve runs, the fewer people carry the questions.",
        &body,
    )
}

fn figures(backtest: &Backtest) -> String {
    let mut body = String::from(
        "<details><summary>All figures, as gates name them</summary><div class=\"wide\"><table><tbody>",
    );
    for (name, value) in backtest.figures() {
        let _ = write!(body, "<tr><td>{}</td><td>{value:.4}</td></tr>", escaped(&name));
    }
    body += "</tbody></table></div></details>";
    section("Figures", "", &body)
}

fn words() -> String {
    let body = "<p class=\"soft\">all: every question. tail: none of its experts is among the ten busiest people. own channel: an expert had answered in this channel before. cold: every expert had answered fewer than three times before. known: some expert had answered something before; nobody else can be found. acknowledged: the asker thanked, or the ticket was closed as done.</p>";
    section("Words", "", body)
}

fn day(time: model::Timestamp) -> String {
    time.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_obeyed_by_the_page() {
        assert_eq!(escaped("<b a=\"'\">&"), "&lt;b a=&quot;&#39;&quot;&gt;&amp;");
        let dot = Dot { label: "<script>".to_owned(), mean: 0.5, low: 0.2, high: 0.9, ours: true };
        let plot = svg::dots("a \"title\"", &[dot]);
        assert!(!plot.contains("<script>") && plot.contains("&lt;script&gt;") && plot.ends_with("</svg>"));
    }
}
