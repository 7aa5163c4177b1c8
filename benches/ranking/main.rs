//! Ranking at a million messages and ten thousand people: how long an answer and each step of it take, on one core.
//!
//! `WHOKNOWS_RANKING_INDEX` names a folder in which the made-up organization is kept from run to run; with
//! `WHOKNOWS_RANKING_QUESTIONS` (a file of test questions) it is an index of anything, and these are asked of it.

mod answers;
mod organization;
mod steps;
mod times;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use embed::{Embedder, StaticEmbedder};
use engine::explained::Wish;
use engine::{DataFolder, Detail, Finder, FinderConfig, Search, View};
use model::{AccountKey, Reader, Timestamp};

use answers::Answers;
use organization::{CHANNELS, DOCUMENTS, NOW, Numbers, PEOPLE, Words};
use times::Times;

const QUESTIONS: usize = 500;
const SEED: u64 = 7;
/// Who asks; may read two of the private channels.
const ASKER: usize = 17;
/// May read others.
const OTHER: usize = 13;
/// How much earlier a question of the past is asked.
const PAST_DAYS: i64 = 200;
/// Every so many questions the answer is explained, too.
const EXPLAINED_EVERY: usize = 25;

fn main() -> anyhow::Result<()> {
    let work = tempfile::tempdir()?;
    let kept = std::env::var_os("WHOKNOWS_RANKING_INDEX").map(PathBuf::from);
    let folder = kept.unwrap_or_else(|| work.path().join("index"));
    if let Some(questions) = std::env::var_os("WHOKNOWS_RANKING_QUESTIONS") {
        return real(&folder, Path::new(&questions));
    }
    let embedder = Arc::new(Words::new()?);
    let start = Instant::now();
    if !folder.join("done").exists() {
        organization::make(&folder, &embedder)?;
        fs_err::write(folder.join("done"), "")?;
        let seconds = start.elapsed().as_secs_f64();
        say(&format!("made {DOCUMENTS} documents, {PEOPLE} people, {CHANNELS} channels in {seconds:.0} s"));
    }
    made(&folder, embedder.clone())?;
    steps::steps(&folder, &embedder)
}

fn say(line: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// A way of asking every question.
struct Way {
    name: &'static str,
    in_channel: bool,
    search: Search,
}

fn ways() -> anyhow::Result<Vec<Way>> {
    let search = Search {
        limit: 20,
        asked_by: vec![organization::account(ASKER)?],
        detail: Detail::Ranking,
        ..Search::new(String::new(), Reader::anyone(), Timestamp::from_millis(NOW))
    };
    let knows = Search { view: View::Knows, spread: false, ..search.clone() };
    let own = |person: usize| -> anyhow::Result<Search> {
        Ok(Search { reader: Reader::owning([organization::account(person)?]), ..search.clone() })
    };
    let earlier = Timestamp::from_millis(NOW - PAST_DAYS * 86_400_000);
    let way = |name, in_channel, search| Way { name, in_channel, search };
    Ok(vec![
        way("helps, in a channel", true, search.clone()),
        way("helps, anywhere", false, search.clone()),
        way("knows, in a channel", true, knows.clone()),
        way("knows, anywhere", false, knows),
        way("helps, full answer", true, Search { detail: Detail::Full, ..search.clone() }),
        way("helps, rights of their own", true, own(ASKER)?),
        way("helps, rights of another", true, own(OTHER)?),
        way("helps, in the past", true, Search { as_of: earlier, ..search.clone() }),
    ])
}

fn open(folder: &Path, embedder: Arc<dyn Embedder>) -> anyhow::Result<Finder> {
    let start = Instant::now();
    let config = FinderConfig { use_learned: false, ..cli::shipped_options()?.0 };
    let finder = Finder::open(&DataFolder::new(folder), Some(embedder), config)?;
    say(&format!("opened in {:.1} s, {:.0} MB", start.elapsed().as_secs_f64(), memory("VmRSS:")));
    // From here on the peak is that of answering.
    let _ = fs_err::write("/proc/self/clear_refs", "5");
    Ok(finder)
}

/// Made-up questions as a door asks them: the whole of a search, encoding and naming included.
fn made(folder: &Path, embedder: Arc<Words>) -> anyhow::Result<()> {
    let finder = open(folder, embedder)?;
    let mut answers = Answers::open()?;
    for way in ways()? {
        let (mut numbers, mut times) = (Numbers::new(SEED), Times::default());
        for number in 0..QUESTIONS {
            let (question, channel) =
                (organization::question(&mut numbers), organization::channel(&mut numbers));
            let channel = way.in_channel.then_some(channel);
            ask(
                &finder,
                &Search { question, channel, ..way.search.clone() },
                &mut times,
                &mut answers,
                number,
            )?;
        }
        say(&times.told(way.name));
        say(&format!("{:<32}  answers {}", "", answers.told()));
    }
    say(&format!("peak memory of answering: {:.0} MB", memory("VmHWM:")));
    Ok(())
}

/// Asks one question and takes the answer in; now and then it has the answer explained, off the clock.
fn ask(
    finder: &Finder,
    search: &Search,
    times: &mut Times,
    answers: &mut Answers,
    number: usize,
) -> anyhow::Result<()> {
    let found = times.take(|| finder.search(search))?;
    answers.take(&number.to_string(), &found)?;
    if number.is_multiple_of(EXPLAINED_EVERY) {
        let best = found.experts.first().map(|expert| expert.person.to_string());
        let without = found.experts.iter().flat_map(|expert| &expert.evidence).next();
        let without = without.map(|evidence| evidence.id.clone());
        let wish = Wish { person: best, without, whole_conversation: true };
        answers.write(&format!("{number} {:?}", finder.why(search, &wish)?))?;
    }
    Ok(())
}

/// Test questions of a real collection, as of their time and as of the end, in full and as a bare ranking.
fn real(folder: &Path, questions: &Path) -> anyhow::Result<()> {
    let finder = open(folder, Arc::new(StaticEmbedder::shipped()?))?;
    let questions = eval::parse_questions(&fs_err::read_to_string(questions)?)?;
    let last = questions.iter().map(|question| question.ts).max().unwrap_or(Timestamp::from_millis(NOW));
    let mut answers = Answers::open()?;
    for (name, view, detail, past) in [
        ("helps, full answer", View::Helps, Detail::Full, false),
        ("knows, full answer", View::Knows, Detail::Full, false),
        ("helps, as of the question", View::Helps, Detail::Ranking, true),
    ] {
        let mut times = Times::default();
        for (number, question) in questions.iter().enumerate() {
            let words = question.words().chars().take(engine::MAX_QUESTION_CHARACTERS).collect::<String>();
            if words.trim().is_empty() {
                continue;
            }
            let as_of = if past { question.ts } else { last };
            let search = Search {
                limit: 20,
                asked_by: question
                    .asked_by
                    .iter()
                    .filter_map(|key| AccountKey::new(key.as_str()).ok())
                    .collect(),
                channel: question.channel_part(eval::ChannelPart::Full).map(str::to_owned),
                view,
                spread: view == View::Helps,
                detail,
                ..Search::new(words, Reader::anyone(), as_of)
            };
            ask(&finder, &search, &mut times, &mut answers, number)?;
        }
        say(&times.told(name));
        say(&format!("{:<32}  answers {}", "", answers.told()));
    }
    Ok(())
}

/// A line of this process's status, in MB.
fn memory(line: &str) -> f64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.split_whitespace().next()?.parse::<f64>().ok());
    found.unwrap_or(0.0) / 1e3
}
