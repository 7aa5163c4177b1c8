//! Figures of asks, as Prometheus reads them.

use std::fmt::Write as _;

use routing::{Figures, TIMES_TO_ACCEPT};

use crate::metrics::single;

/// The figures, in the text form of Prometheus.
pub(crate) fn figures(figures: &Figures) -> String {
    let mut text = String::from("# HELP whoknows_asks Asks by state.\n# TYPE whoknows_asks gauge\n");
    // Writing to a text cannot fail.
    for (state, count) in &figures.asks {
        let _ = writeln!(text, "whoknows_asks{{state=\"{}\"}} {count}", state.as_str());
    }
    let name = "whoknows_ask_time_to_accept_seconds";
    let _ = write!(text, "# HELP {name} Time until somebody took an ask.\n# TYPE {name} histogram\n");
    for (within, end) in figures.taken_within.iter().zip(TIMES_TO_ACCEPT) {
        let _ = writeln!(text, "{name}_bucket{{le=\"{end}\"}} {within}");
    }
    let (count, sum) = (figures.taken, figures.taken_seconds);
    let _ = write!(text, "{name}_bucket{{le=\"+Inf\"}} {count}\n{name}_sum {sum}\n{name}_count {count}\n");
    let gauges = [
        (
            "whoknows_offers_spread",
            "How unevenly the offers of 30 days fall on those who got any (Gini): 0 evenly, to 1.",
            figures.spread,
        ),
        ("whoknows_offers_people", "People who got an offer within 30 days.", figures.offered_to as f64),
        (
            "whoknows_webhook_waiting",
            "Events that the webhook has not taken yet.",
            figures.undelivered as f64,
        ),
    ];
    for (name, help, value) in gauges {
        single(&mut text, name, "gauge", help, value);
    }
    text
}
