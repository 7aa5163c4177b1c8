//! What happens without a request: asks move on, answers go into the index, the webhook is told.

use std::sync::Arc;

use engine::Search;
use model::Reader;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::{Asks, Seen};
use crate::app::App;

/// Answers that go into the index in one go.
const AT_ONCE: usize = 20;

/// Blind asks that are looked at in one go.
const BLIND_AT_ONCE: usize = 200;

/// Starts what goes on beside the requests; each task ends when the server stops.
pub(crate) fn tend(app: &Arc<App>) -> Vec<JoinHandle<()>> {
    let Some(asks) = app.asks.clone() else { return Vec::new() };
    let mut tasks = vec![tokio::spawn(again(Arc::clone(app), Arc::clone(&asks), move_on))];
    if asks.webhook.is_some() {
        tasks.push(tokio::spawn(again(Arc::clone(app), asks, deliver)));
    }
    tasks
}

/// Runs something on a blocking thread at every change, and at every tick, until the server stops.
async fn again(app: Arc<App>, asks: Arc<Asks>, round: fn(&App, &Asks)) {
    let mut changed = asks.watch();
    loop {
        if *changed.borrow_and_update() {
            return;
        }
        let (app, asks_now) = (Arc::clone(&app), Arc::clone(&asks));
        if tokio::task::spawn_blocking(move || round(&app, &asks_now)).await.is_err() {
            tracing::error!("a round of asks broke off");
        }
        let _ = timeout(asks.tick, changed.changed()).await;
    }
}

pub(crate) fn move_on(app: &App, asks: &Asks) {
    if let Err(error) = broker(app, asks) {
        tracing::error!(%error, "blind asks could not be put; it is tried again");
    }
    let now = (app.clock)();
    match asks.desk.tick(&Seen { answerer: app.answerer.as_ref(), now }, now) {
        Ok(0) => {}
        Ok(moved) => {
            tracing::info!(asks.moved = moved, "asks moved on");
            asks.wake();
        }
        Err(error) => tracing::error!(%error, "asks could not move on"),
    }
    if let Err(error) = capture(app, asks) {
        tracing::error!(%error, "an answer could not be taken into the index; it is tried again");
    }
}

/// Looks for whom to ask blindly. A crash in between looks again.
fn broker(app: &App, asks: &Asks) -> Result<(), engine::Error> {
    let mut put = 0;
    for ask in asks.desk.unbrokered(BLIND_AT_ONCE)? {
        let now = (app.clock)();
        let search = Search {
            limit: asks.desk.config().list,
            asked_by: vec![ask.draft.asker.clone()],
            ..Search::new(ask.draft.question.clone(), Reader::anyone(), now)
        };
        // One that cannot be looked for must not hold up the others.
        match app.answerer.brokered(search) {
            Ok(list) => {
                let seen = Seen { answerer: app.answerer.as_ref(), now };
                asks.desk.broker(&ask.id, &list, &seen, now)?;
                put += 1;
            }
            Err(error) => tracing::error!(%error, "it could not be looked for whom to ask blindly"),
        }
    }
    if put > 0 {
        asks.wake();
    }
    Ok(())
}

/// Takes answers into the index, where it takes in records at all. A crash in between takes one in twice, which
/// changes nothing.
fn capture(app: &App, asks: &Asks) -> Result<(), engine::Error> {
    let Some(live) = &app.live else { return Ok(()) };
    for answered in asks.desk.uncaptured(AT_ONCE)? {
        let report = live.intake.take(&engine::asks::records(&answered.ask))?;
        asks.desk.captured(answered.number, (app.clock)())?;
        tracing::info!(records.added = report.added, records.changed = report.changed, "took an answer in");
    }
    Ok(())
}

fn deliver(app: &App, asks: &Asks) {
    let Some(webhook) = &asks.webhook else { return };
    if let Err(error) = webhook.deliver(&asks.desk, app.clock) {
        tracing::error!(%error, "events could not be read for the webhook");
    }
}
