//! The figures of a backtest by name: what a gate or an expectation is held against.

use std::collections::BTreeMap;

use eval::Measures;

use super::Backtest;

impl Backtest {
    /// Every figure of the chosen view by name: `mrr`, `hit@5` … on all questions, `tail.mrr` … on a slice
    /// (`own_channel.mrr`, `team.Sales.mrr`: blanks are `_`), and `ece`, `brier`, `aurc`, `gini`, `top_percent`, `top_ten`,
    /// `false_silence`, `impostors@3` where they were measured; `nobody_recognized` and `nobody_recall@10` and
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
            let part = row.name.replace(": ", ".").replace(' ', "_");
            let prefix = if part == "all" { String::new() } else { format!("{part}.") };
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
        let channels = self.channels.as_ref();
        put("channel_hit@1", channels.map(|channels| channels.first));
        put("channel_hit@3", channels.map(|channels| channels.first_three));
        put("busiest_channel_hit@1", channels.map(|channels| channels.busiest_first));
        put("busiest_channel_hit@3", channels.map(|channels| channels.busiest_first_three));
        put("past_hit@1", self.past.map(|past| past.first));
        put("past_hit@3", self.past.map(|past| past.first_three));
        put("impostors@3", self.planted.map(|planted| planted.in_first_three));
        let leads = self.beside.iter().filter_map(|beside| Some(beside.lead.first()?.1.mean));
        put("lead", leads.min_by(f64::total_cmp));
        figures
    }
}
