//! Plots as inline SVG: dots with intervals, and curves. Colours come from the page's style, so that they follow
//! light and dark.

use std::fmt::Write as _;

use super::escaped;

/// A mean with its interval, as a row of a plot.
pub(super) struct Dot {
    pub(super) label: String,
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// Whether it is the ranking's own, or another's.
    pub(super) ours: bool,
}

/// A plot of points over two shares, each from 0 to 1.
pub(super) struct Curve<'a> {
    /// What it shows, for those who cannot see it.
    pub(super) title: &'a str,
    pub(super) x: &'a str,
    pub(super) y: &'a str,
    pub(super) points: Vec<(f64, f64)>,
    /// Whether the diagonal is where the points should lie.
    pub(super) diagonal: bool,
    /// Whether points stand for themselves, or are joined.
    pub(super) joined: bool,
}

const WIDTH: f64 = 760.0;
const LABELS: f64 = 300.0;
const ROW: f64 = 24.0;
const SIDE: f64 = 300.0;
const MARGIN: f64 = 46.0;

/// Dots with whiskers, one a row, on an axis from 0 to the next tenth above all of them.
pub(super) fn dots(title: &str, dots: &[Dot]) -> String {
    let highest = dots.iter().map(|dot| dot.high).fold(0.1, f64::max);
    let end = ((highest * 10.0).ceil() / 10.0).min(1.0);
    let (width, height) = (WIDTH - LABELS - 70.0, ROW * dots.len() as f64 + 34.0);
    let x = |value: f64| LABELS + (value / end).clamp(0.0, 1.0) * width;
    let mut svg = opened(title, WIDTH, height);
    for step in 0..=5 {
        let value = end * f64::from(step) / 5.0;
        let (at, bottom) = (x(value), height - 24.0);
        let _ =
            write!(svg, "<line class=\"grid\" x1=\"{at:.1}\" y1=\"6\" x2=\"{at:.1}\" y2=\"{bottom:.1}\"/>");
        let _ = write!(
            svg,
            "<text class=\"soft\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value:.2}</text>",
            height - 8.0
        );
    }
    for (place, dot) in dots.iter().enumerate() {
        let y = ROW * place as f64 + 20.0;
        let class = if dot.ours { "ours" } else { "other" };
        let (low, high, mean) = (x(dot.low), x(dot.high), x(dot.mean));
        let _ = write!(svg, "<text x=\"8\" y=\"{:.1}\">{}</text>", y + 4.0, escaped(&shortened(&dot.label)));
        let _ = write!(
            svg,
            "<line class=\"{class}\" x1=\"{low:.1}\" y1=\"{y:.1}\" x2=\"{high:.1}\" y2=\"{y:.1}\"/>"
        );
        let _ = write!(svg, "<circle class=\"{class}\" cx=\"{mean:.1}\" cy=\"{y:.1}\" r=\"4\"/>");
        let _ = write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\">{:.3}</text>", WIDTH - 56.0, y + 4.0, dot.mean);
    }
    svg + "</svg>"
}

/// A square plot of points between 0 and 1.
pub(super) fn curve(curve: &Curve<'_>) -> String {
    let (width, height) = (SIDE + 2.0 * MARGIN, SIDE + 1.6 * MARGIN);
    let x = |value: f64| MARGIN + value.clamp(0.0, 1.0) * SIDE;
    let y = |value: f64| 16.0 + (1.0 - value.clamp(0.0, 1.0)) * SIDE;
    let mut svg = opened(curve.title, width, height);
    for step in 0..=5 {
        let value = f64::from(step) / 5.0;
        let (across, up) = (x(value), y(value));
        let (left, right, top, bottom) = (x(0.0), x(1.0), y(1.0), y(0.0));
        let _ =
            write!(svg, "<line class=\"grid\" x1=\"{left}\" y1=\"{up:.1}\" x2=\"{right}\" y2=\"{up:.1}\"/>");
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{across:.1}\" y1=\"{top}\" x2=\"{across:.1}\" y2=\"{bottom}\"/>"
        );
        let _ = write!(
            svg,
            "<text class=\"soft\" x=\"{across:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{value:.1}</text>",
            bottom + 16.0
        );
        let _ = write!(
            svg,
            "<text class=\"soft\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{value:.1}</text>",
            left - 6.0,
            up + 4.0
        );
    }
    if curve.diagonal {
        let _ = write!(
            svg,
            "<line class=\"ideal\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>",
            x(0.0),
            y(0.0),
            x(1.0),
            y(1.0)
        );
    }
    if curve.joined {
        let mut points = String::new();
        for (across, up) in &curve.points {
            let _ = write!(points, "{:.1},{:.1} ", x(*across), y(*up));
        }
        let _ = write!(svg, "<polyline class=\"curve\" points=\"{}\"/>", points.trim_end());
    } else {
        for (across, up) in &curve.points {
            let _ =
                write!(svg, "<circle class=\"ours\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>", x(*across), y(*up));
        }
    }
    let middle = MARGIN + SIDE / 2.0;
    let _ = write!(
        svg,
        "<text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
        height - 8.0,
        escaped(curve.x)
    );
    let up = 16.0 + SIDE / 2.0;
    let _ = write!(
        svg,
        "<text transform=\"translate(13 {up}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
        escaped(curve.y)
    );
    svg + "</svg>"
}

fn opened(title: &str, width: f64, height: f64) -> String {
    let title = escaped(title);
    format!(
        "<svg role=\"img\" aria-label=\"{title}\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\"><title>{title}</title>"
    )
}

/// A label that fits its place.
fn shortened(label: &str) -> String {
    if label.chars().count() <= 44 {
        return label.to_owned();
    }
    label.chars().take(43).chain(['…']).collect()
}
