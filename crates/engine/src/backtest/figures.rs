//! The figures of a backtest by name: what a gate or an expectation is held against.

use std::collections::BTreeMap;

use eval::Measures;

use super::Backtest;

impl Backtest {
    /// Every figure of the chosen view by name: `mrr`, `hit@5` … on all questions, `tail.mrr` … on a slice
    /// (`own_channel.mrr`, `team.Sales.mrr`: blanks are `_`), and `ece`, `brier`, `aurc`, `gini`, `top_percent`, `top_ten`,
    /// `false_silence` where they were measured; `planted.ndcg@5`, `planted.unanswered`, `planted.recognized`,
    /// `planted.impostors@3` (of those shown) and `planted.impostors_ranked@3` (of the bare ranking), and the same
    /// by part (`planted.kind.lapsed.ndcg@5`), where truth is planted; `nobody_recognized` and `nobody_recall@10` and
    /// `@25` (at most so many percent of the answerable silenced) for questions that nobody can answer, `hidden_…`
    /// for questions whose experts' words are hidden; `lead` is the difference in MRR from the best of what the
    /// ranking is held against.
    pub fn figures(&self) -> BTreeMap<String, f64> {
        let mut figures = BTreeMap::new();
        let mut put = |name: &str, value: Option<f64>| {
            figures.extend(value.map(|value| (name.to_owned(), value)));
        };
        let chosen = self.views.first();
        for row in chosen.iter().flat_map(|chosen| &chosen.rows) {
            let prefix = prefix(&row.name);
            put(&format!("{prefix}n"), Some(row.n_questions as f64));
            for (name, value) in Measures::ALL_NAMES.iter().zip(row.mean.all_values()) {
                put(&format!("{prefix}{}", name.to_lowercase()), Some(value));
            }
        }
        let spread = chosen.and_then(|chosen| chosen.spread.as_ref());
        put("gini", spread.map(|spread| spread.gini));
        put("top_percent", spread.map(|spread| spread.top_percent));
        put("top_ten", spread.map(|spread| spread.top_ten));
        put("ece", self.sureness.as_ref().map(|sureness| sureness.calibration_error));
        put("brier", self.sureness.as_ref().map(|sureness| sureness.brier));
        put("aurc", self.sureness.as_ref().map(|sureness| sureness.area));
        for (name, silence) in [("nobody", self.silence), ("hidden", self.hidden)] {
            put(&format!("{name}_recognized"), silence.map(|silence| silence.recognized));
            put(&format!("{name}_recall@10"), silence.map(|silence| silence.recall_at_tenth));
            put(&format!("{name}_recall@25"), silence.map(|silence| silence.recall_at_quarter));
        }
        put("false_silence", self.hidden.map(|hidden| hidden.false_silence));
        for planted in &self.planted {
            let prefix = prefix(&planted.name);
            let mut put = |name: &str, value| put(&format!("planted.{prefix}{name}"), value);
            put("n", Some(planted.n_answerable as f64));
            put("ndcg@5", planted.ndcg_at_5);
            put("unanswered", planted.unanswered);
            put("impostors_ranked@3", planted.impostors_ranked);
            put("impostors@3", planted.impostors_shown);
            put("recognized", planted.recognized);
        }
        let channels = self.channels.as_ref();
        put("channel_hit@1", channels.map(|channels| channels.first));
        put("channel_hit@3", channels.map(|channels| channels.first_three));
        put("busiest_channel_hit@1", channels.map(|channels| channels.busiest_first));
        put("busiest_channel_hit@3", channels.map(|channels| channels.busiest_first_three));
        put("past_hit@1", self.past.map(|past| past.first));
        put("past_hit@3", self.past.map(|past| past.first_three));
        let leads = self.beside.iter().filter_map(|beside| Some(beside.lead.first()?.1.mean));
        put("lead", leads.min_by(f64::total_cmp));
        figures
    }
}

/// What stands before the figures of a slice.
fn prefix(slice: &str) -> String {
    let part = slice.replace(": ", ".").replace(' ', "_");
    if part == "all" { String::new() } else { format!("{part}.") }
}
