//! Commands, options, printing, exit codes, logging set-up; the one place that reads clock and environment.
//!
//! Decision: a command is a function from arguments and options to an exit code; everything it does is in
//! `engine`. stdout carries answers and reports, stderr everything else.

mod arguments;
mod clock;
mod commands;
mod environment;
mod exit;
mod live;
mod logging;
mod print;
mod secret;
mod settings;
mod traces;

use clap::Parser;

use arguments::{Arguments, Command};
use exit::Exit;
use settings::Settings;

/// Runs the command line and returns its exit code: 0 ok, 2 partial (some records are in quarantine),
/// 3 refused by policy, 4 input broken, 1 anything else (a gate of `backtest` that is not reached, too).
pub fn main() -> std::process::ExitCode {
    leave_no_core();
    logging::tell_panics_without_words();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { Exit::Failed } else { Exit::Ok };
            // Nothing is left to do if even this cannot be printed.
            let _ = error.print();
            return code.into();
        }
    };
    let settings = settings::load(arguments.config.as_deref());
    let traces = traces::start(&arguments, settings.as_ref().ok());
    logging::start(&arguments, traces.as_ref().ok().and_then(Option::as_ref));
    let ran = settings.and_then(|settings| {
        let traces = traces?;
        let ran = run(&arguments, &settings);
        traces::stop(traces);
        ran
    });
    match ran {
        Ok(_) if !print::all_printed() => {
            print::error(&anyhow::anyhow!("what should be printed could not be (hint: is the disk full?)"));
            Exit::Failed.into()
        }
        Ok(exit) => exit.into(),
        Err(error) => {
            tracing::debug!(error = ?error, "the command failed");
            print::error(&error);
            exit::of(&error).into()
        }
    }
}

/// The shipped options as the engine takes them, for what measures it without a door.
///
/// # Errors
/// Defaults that do not read; a test holds that they do.
pub fn shipped_options() -> anyhow::Result<(engine::FinderConfig, engine::learn::LearnConfig)> {
    settings::load(None).map(|settings| (settings.finder, settings.learn))
}

/// The shipped options of what writes an index, as the engine takes them.
///
/// # Errors
/// As [`shipped_options`].
pub fn shipped_indexer() -> anyhow::Result<engine::IndexerConfig> {
    settings::load(None).map(|settings| settings.indexer)
}

/// A process that crashes writes nothing of its memory to the disk: questions, messages and keys are in it.
fn leave_no_core() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Nothing more can be asked for than the system grants; less it always does.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

fn run(arguments: &Arguments, settings: &Settings) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::Ingest(command) => commands::ingest::run(command, settings),
        Command::Plan(command) => commands::plan::run(command, settings),
        Command::Reindex(command) => commands::reindex::run(command, settings),
        Command::Backup(command) => commands::backup::run(command),
        Command::Restore(command) => commands::backup::restore(command, settings),
        Command::Healthy(command) => commands::healthy::run(command, settings),
        Command::Rollback(command) => commands::rollback::run(command, settings),
        Command::Ask(command) => commands::ask::run(command, settings),
        Command::Explain(command) => commands::explain::run(command, settings),
        Command::People(command) => commands::people::run(&command.action, settings),
        Command::Serve(command) => commands::serve::run(command, settings),
        Command::Keys(command) => commands::keys::run(command),
        Command::Audit(command) => commands::audit::run(command),
        Command::Eval(command) => commands::eval::run(command, settings),
        Command::Backtest(command) => commands::backtest::run(command, settings),
        Command::Learn(command) => commands::learn::run(command, settings),
        Command::Forget(command) => commands::forget::run(command, settings),
        Command::ExportSubject(command) => commands::forget::export(command),
        Command::Doctor(command) => commands::doctor::run(command),
        Command::Demo(command) => commands::demo::run(command, settings),
        Command::Synth(command) => commands::synth::run(command),
        Command::Models(command) => commands::models::run(command, settings),
        Command::Options(command) => commands::options::run(command, arguments.config.as_deref()),
    }
}
