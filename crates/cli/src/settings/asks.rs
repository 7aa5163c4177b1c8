//! Asks, as the options file says them.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::file::within;
use crate::secret;

/// The table `[asks]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asks {
    offer_minutes: u32,
    answer_hours: u32,
    close_days: u32,
    limit: u32,
    rest_minutes: u32,
    less_limit: u32,
    less_rest_hours: u32,
    list: usize,
    blind_hours: u32,
    work_days: Vec<Day>,
    work_from: String,
    work_to: String,
    tick_ms: u64,
    webhook: Webhook,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Webhook {
    url: String,
    secret_file: PathBuf,
    allow_local: bool,
    timeout_ms: u64,
}

impl Asks {
    /// Refuses what cannot work.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        within("asks.offer_minutes", self.offer_minutes.into(), 1.0, 100_000.0)?;
        within("asks.answer_hours", self.answer_hours.into(), 1.0, 10_000.0)?;
        within("asks.close_days", self.close_days.into(), 1.0, 1_000.0)?;
        within("asks.limit", self.limit.into(), 1.0, 100.0)?;
        within("asks.rest_minutes", self.rest_minutes.into(), 0.0, 100_000.0)?;
        within("asks.less_limit", self.less_limit.into(), 0.0, 100.0)?;
        within("asks.less_rest_hours", self.less_rest_hours.into(), 0.0, 10_000.0)?;
        within("asks.list", self.list as f64, 1.0, 50.0)?;
        within("asks.blind_hours", self.blind_hours.into(), 0.0, 1_000.0)?;
        within("asks.tick_ms", self.tick_ms as f64, 50.0, 600_000.0)?;
        within("asks.webhook.timeout_ms", self.webhook.timeout_ms as f64, 100.0, 60_000.0)?;
        self.week()?;
        let url = &self.webhook.url;
        let known = url.starts_with("https://") || url.starts_with("http://");
        ensure!(url.is_empty() || known, "asks.webhook.url is no http or https address");
        ensure!(
            url.is_empty() == self.webhook.secret_file.as_os_str().is_empty(),
            "asks.webhook.url and asks.webhook.secret_file go together"
        );
        Ok(())
    }

    /// What it becomes.
    ///
    /// # Errors
    /// Names the option that does not read.
    pub(crate) fn config(&self) -> anyhow::Result<routing::Config> {
        Ok(routing::Config {
            offer_minutes: self.offer_minutes,
            answer_hours: self.answer_hours,
            close_days: self.close_days,
            limit: self.limit,
            rest_minutes: self.rest_minutes,
            less_limit: self.less_limit,
            less_rest_hours: self.less_rest_hours,
            list: self.list,
            blind_hours: self.blind_hours,
            week: self.week()?,
            webhook: !self.webhook.url.is_empty(),
        })
    }

    /// Where events are told, if anywhere.
    ///
    /// # Errors
    /// The file of the secret cannot be read, or is readable for others.
    pub(crate) fn webhook(&self) -> anyhow::Result<Option<::server::Webhook>> {
        if self.webhook.url.is_empty() {
            return Ok(None);
        }
        let secret = secret::read(&self.webhook.secret_file).context("asks.webhook.secret_file")?;
        ensure!(secret.len() >= 32, "asks.webhook.secret_file needs at least 32 characters");
        let timeout = Duration::from_millis(self.webhook.timeout_ms);
        let local = self.webhook.allow_local;
        Ok(Some(::server::Webhook::new(&self.webhook.url, secret.as_bytes(), local, timeout)))
    }

    /// How often the server looks for what moves by itself.
    pub(crate) const fn tick(&self) -> Duration {
        Duration::from_millis(self.tick_ms)
    }

    fn week(&self) -> anyhow::Result<routing::Week> {
        let (from, to) =
            (minutes("asks.work_from", &self.work_from)?, minutes("asks.work_to", &self.work_to)?);
        ensure!(!self.work_days.is_empty(), "asks.work_days names no day");
        let mut worked = [false; 7];
        for day in &self.work_days {
            worked[*day as usize] = true;
        }
        let week = routing::Week::alike(worked, from, to);
        ensure!(week.check().is_ok(), "asks.work_from is not before asks.work_to");
        Ok(week)
    }
}

/// Minutes after midnight of `HH:MM`.
fn minutes(name: &str, text: &str) -> anyhow::Result<u16> {
    let parts = text.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 24 && minutes < 60).then_some(hours * 60 + minutes)
    });
    parts.with_context(|| format!("{name} is no time of day such as 09:00"))
}
