//! `whoknows options`: the options as they are, or only whether they are well.

use std::path::Path;

use crate::arguments::{Options, OptionsAction};
use crate::exit::Exit;
use crate::print::say;
use crate::settings;

pub(crate) fn run(command: &Options, path: Option<&Path>) -> anyhow::Result<Exit> {
    match command.action {
        OptionsAction::Show => say!("{}", settings::show(path)?.trim_end()),
        OptionsAction::Check => settings::load(path).map(drop)?,
    }
    Ok(Exit::Ok)
}
