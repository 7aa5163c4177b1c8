//! The tables of a backtest.

use eval::{
    CalibrationBin, Concentration, Difference, Forecast, Interval, Measures, RiskPoint, SliceRow,
    abstention_recall, area_under_risk_coverage, bootstrap_mean, brier_score, calibration_bins,
    compare_slices, expected_calibration_error, holm, risk_coverage, slice_rows,
};
use model::Timestamp;

use super::exam::{fixed_slices, parts};
use super::{ChannelHits, Contestant, Dimension, Exam, Item, PastHits, Planted, Sure, planted};
use crate::Finder;
use crate::history::Facts;

/// How many people an answer shows: exposure and "one of the shown can answer" look at these.
pub const PEOPLE_SHOWN: usize = 5;

/// Bins of the calibration figure.
const BINS: usize = 10;

/// Edges of the parts by age of the evidence, in days.
pub const AGE_EDGES_DAYS: [f64; 5] = [7.0, 30.0, 90.0, 180.0, 365.0];

/// What a backtest found.
#[derive(Debug, Clone)]
pub struct Backtest {
    /// Only evidence from before counted; `None`: all that was older than each question.
    pub cut: Option<Timestamp>,
    /// Times of the first and the last question.
    pub asked: Option<(Timestamp, Timestamp)>,
    /// How many questions have an expert.
    pub n_questions: usize,
    /// How many people had answered something before the last question: they could be named.
    pub population: usize,
    /// The ranking: the chosen view first.
    pub views: Vec<System>,
    /// The simple methods, and what else is compared, each with its difference from the chosen view.
    pub beside: Vec<Beside>,
    /// MRR by age of the evidence: upper edge in days (`None`: beyond the last), questions, mean, interval.
    pub by_age: Vec<(Option<f64>, usize, f64, Interval)>,
    /// How far the chosen view's sureness can be believed.
    pub sureness: Option<Sureness>,
    /// Questions that nobody can answer; `None` where none are asked.
    pub silence: Option<Silence>,
    /// The answerable questions once more, without a word of their experts: near misses of what nobody knows.
    pub hidden: Option<Silence>,
    /// Where to ask instead, by the channel that each question was asked in; `None` where there is but one.
    pub channels: Option<ChannelHits>,
    /// Past answers to questions that were answered with a link; `None` where none were, or nobody looked.
    pub past: Option<PastHits>,
    /// How the chosen view answers questions with planted truth, `all` first; empty where none is planted.
    pub planted: Vec<Planted>,
}

/// A table of one way to answer.
#[derive(Debug, Clone)]
pub struct System {
    /// Its name.
    pub name: String,
    /// A row a slice, `all` first.
    pub rows: Vec<SliceRow>,
    /// How its namings are spread over people.
    pub spread: Option<Concentration>,
}

/// Another way to answer, held against the chosen view.
#[derive(Debug, Clone)]
pub struct Beside {
    /// Its own table.
    pub system: System,
    /// MRR of the chosen view minus its own, by the slices that every table has; p-values are corrected over the ways that are compared
    /// (Holm), slice by slice.
    pub lead: Vec<(String, Difference)>,
}

/// How far the sureness of answers can be believed: whether one of the people shown can answer.
#[derive(Debug, Clone)]
pub struct Sureness {
    /// Expected calibration error over ten bins of equal numbers.
    pub calibration_error: f64,
    /// Brier score.
    pub brier: f64,
    /// Area under the risk–coverage curve.
    pub area: f64,
    /// The bins.
    pub bins: Vec<CalibrationBin>,
    /// The curve.
    pub curve: Vec<RiskPoint>,
}

/// How well silence is chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Silence {
    /// Questions that nobody can answer.
    pub n_nobody: usize,
    /// Share of these that are met with silence as the options stand.
    pub recognized: f64,
    /// Share of answerable questions that are, too.
    pub false_silence: f64,
    /// Share of the former at the threshold that meets at most a tenth of the latter with silence.
    pub recall_at_tenth: f64,
    /// The same for a quarter.
    pub recall_at_quarter: f64,
}

impl Backtest {
    /// Puts the tables together; `views` are the ranking's, the chosen one first, `others` what it is held
    /// against.
    pub fn of(
        finder: &Finder,
        exam: &Exam,
        by: &[Dimension],
        views: &[Contestant],
        others: &[Contestant],
    ) -> Self {
        let answerable = exam.answerable();
        let facts = exam.facts(finder, &answerable);
        let fixed = fixed_slices(&answerable, &facts);
        let slices = [fixed.clone(), parts(&answerable, by)].concat();
        let population = population(finder, exam);
        let system = |contestant: &Contestant| System {
            name: contestant.name.clone(),
            rows: slice_rows(&contestant.measures, &slices, exam.seed),
            spread: Concentration::of(&contestant.run, PEOPLE_SHOWN, population),
        };
        let chosen = views.first();
        let ours = chosen.map(|chosen| chosen.measures.as_slice()).unwrap_or_default();
        let mut beside: Vec<Beside> = others
            .iter()
            .map(|other| Beside {
                system: system(other),
                lead: compare_slices(ours, &other.measures, &fixed, rank, exam.seed),
            })
            .collect();
        correct(&mut beside);
        Self {
            cut: exam.evidence_before,
            asked: times(&answerable),
            n_questions: answerable.len(),
            population,
            views: views.iter().map(system).collect(),
            beside,
            by_age: by_age(ours, &facts, exam.seed),
            sureness: chosen.and_then(|chosen| sureness(exam, chosen)),
            silence: chosen.and_then(|chosen| silence(exam, chosen)),
            hidden: chosen.and_then(|chosen| hidden(exam, chosen)),
            channels: ChannelHits::of(finder, exam, &answerable),
            past: None,
            planted: chosen.map(|chosen| planted::rows(exam, by, chosen)).unwrap_or_default(),
        }
    }
}

fn rank(measures: &Measures) -> f64 {
    measures.reciprocal_rank
}

fn times(items: &[&Item]) -> Option<(Timestamp, Timestamp)> {
    let times = || items.iter().map(|item| item.test.ts);
    Some((times().min()?, times().max()?))
}

/// How many people had answered before the cut, or before the last question.
fn population(finder: &Finder, exam: &Exam) -> usize {
    let last = exam.items.iter().max_by_key(|item| item.test.ts);
    last.map_or(0, |item| {
        crate::simple::Answers::count(finder, &finder.scope(&exam.search(&item.test))).ever.len()
    })
}

/// Holm's correction over what is compared, slice by slice.
fn correct(beside: &mut [Beside]) {
    let n_slices = beside.iter().map(|beside| beside.lead.len()).max().unwrap_or(0);
    for slice in 0..n_slices {
        let p_values: Vec<f64> =
            beside.iter().filter_map(|beside| Some(beside.lead.get(slice)?.1.p_value)).collect();
        let leads = beside.iter_mut().filter_map(|beside| beside.lead.get_mut(slice));
        for ((_, difference), corrected) in leads.zip(holm(&p_values)) {
            difference.p_value = corrected;
        }
    }
}

fn by_age(measures: &[Measures], facts: &[Facts], seed: u64) -> Vec<(Option<f64>, usize, f64, Interval)> {
    let mut parts: Vec<Vec<f64>> = vec![Vec::new(); AGE_EDGES_DAYS.len() + 1];
    for (measures, facts) in measures.iter().zip(facts) {
        let Some(age) = facts.evidence_age_days else { continue };
        let part = AGE_EDGES_DAYS.iter().position(|edge| age <= *edge).unwrap_or(AGE_EDGES_DAYS.len());
        if let Some(part) = parts.get_mut(part) {
            part.push(measures.reciprocal_rank);
        }
    }
    let edges = AGE_EDGES_DAYS.iter().copied().map(Some).chain([None]);
    let row = |(edge, ranks): (Option<f64>, Vec<f64>)| {
        let interval = bootstrap_mean(&ranks, seed)?;
        let mean = ranks.iter().fold(0.0, |sum, rank| sum + rank) / ranks.len() as f64;
        Some((edge, ranks.len(), mean, interval))
    };
    edges.zip(parts).filter_map(row).collect()
}

/// What was said of the questions for which `wanted` holds.
fn sure_of(exam: &Exam, all: &[Sure], wanted: impl Fn(&Item) -> bool) -> Vec<Sure> {
    exam.items.iter().zip(all).filter(|(item, _)| wanted(item)).map(|(_, sure)| *sure).collect()
}

fn of_answerable(exam: &Exam, all: &[Sure]) -> Vec<Sure> {
    sure_of(exam, all, |item| item.test.has_expert(exam.lowest_relevant_grade))
}

/// The forecast of every question that can be judged: of those that nobody can answer, none comes true. Where there
/// are none of these, all were chosen because somebody did answer them, and the forecast is the one for such.
fn sureness(exam: &Exam, chosen: &Contestant) -> Option<Sureness> {
    let answerable = of_answerable(exam, &chosen.sure);
    let hits = chosen.measures.iter().map(|measures| measures.hit_at_5 > 0.0);
    let nobody = sure_of(exam, &chosen.sure, |item| item.test.nobody);
    let judged = answerable.iter().zip(hits).chain(nobody.iter().map(|sure| (sure, false)));
    let answered_alone = nobody.is_empty();
    let forecast = |(sure, came_true): (&Sure, bool)| {
        let probability = if answered_alone { sure.answered } else { sure.sureness };
        Forecast { probability, came_true }
    };
    let forecasts: Vec<Forecast> = judged.map(forecast).collect();
    Some(Sureness {
        calibration_error: expected_calibration_error(&forecasts, BINS)?,
        brier: brier_score(&forecasts)?,
        area: area_under_risk_coverage(&forecasts)?,
        bins: calibration_bins(&forecasts, BINS),
        curve: risk_coverage(&forecasts),
    })
}

fn silence(exam: &Exam, chosen: &Contestant) -> Option<Silence> {
    Silence::of(&of_answerable(exam, &chosen.sure), &sure_of(exam, &chosen.sure, |item| item.test.nobody))
}

fn hidden(exam: &Exam, chosen: &Contestant) -> Option<Silence> {
    Silence::of(&of_answerable(exam, &chosen.sure), &of_answerable(exam, &chosen.sure_without_experts))
}

impl Silence {
    fn of(answerable: &[Sure], nobody: &[Sure]) -> Option<Self> {
        let values = |list: &[Sure]| list.iter().map(|sure| sure.known).collect::<Vec<f64>>();
        let silent =
            |list: &[Sure]| list.iter().filter(|sure| !sure.named).count() as f64 / list.len().max(1) as f64;
        let recall = |false_rate| abstention_recall(&values(answerable), &values(nobody), false_rate);
        Some(Self {
            n_nobody: nobody.len(),
            recognized: silent(nobody),
            false_silence: silent(answerable),
            recall_at_tenth: recall(0.1)?,
            recall_at_quarter: recall(0.25)?,
        })
    }
}
