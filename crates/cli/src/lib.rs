//! Commands, options, printing, exit codes, logging set-up.
/// Runs the command line and returns its exit code.
pub fn main() -> std::process::ExitCode { std::process::ExitCode::SUCCESS }
