//! Areas of work, their channels, lists and projects, and the teams that sit in them.

use std::collections::BTreeMap;

use crate::dice::Dice;
use crate::sample::channels::{Channel, Channels, Kind};
use crate::sample::clock::DAY;
use crate::sample::organization::Organization;
use crate::sample::topics::Topic;

/// An area: its name, its ticket project, its teams.
#[derive(Debug)]
pub(super) struct Area {
    pub(super) key: &'static str,
    project: &'static str,
    pub(super) teams: &'static [&'static str],
}

const fn area(key: &'static str, project: &'static str, teams: &'static [&'static str]) -> Area {
    Area { key, project, teams }
}

/// All areas; a scene carries the position of its area.
pub(super) const AREAS: [Area; 10] = [
    area("identity", "IDN", &["identity", "security"]),
    area("billing", "PAY", &["billing", "finance"]),
    area("data", "DAT", &["data", "marketing"]),
    area("infrastructure", "OPS", &["infrastructure"]),
    area("integrations", "INT", &["integrations", "solutions"]),
    area("mobile", "MOB", &["mobile", "planning"]),
    area("legal", "LEG", &["legal", "sales"]),
    area("it", "OFF", &["it", "people"]),
    area("platform", "PLT", &["platform", "planning"]),
    area("support", "SUP", &["support", "success"]),
];

/// Channels that are nobody's home.
const COMMON: [&str; 5] = ["general", "random", "engineering", "customers", "questions"];

/// Position of an area; the first for a name that there is not.
pub(super) fn position(key: &str) -> usize {
    AREAS.iter().position(|area| area.key == key).unwrap_or(0)
}

/// The people of an area, by position, teams in order.
pub(super) fn people(organization: &Organization, area: usize) -> Vec<usize> {
    let teams = AREAS.get(area).map_or(&[][..], |area| area.teams);
    teams.iter().flat_map(|team| organization.team(team).iter().copied()).collect()
}

/// The areas as the writers want them: a component, a label and a mailing list says no more than the area.
pub(super) fn topics() -> Vec<Topic> {
    let topic = |area: &Area| Topic {
        key: area.key.to_owned(),
        title: area.key.to_owned(),
        channel: home(area.key),
        project: area.project.to_owned(),
        team: area.key.to_owned(),
        language: "en".to_owned(),
        ..Topic::default()
    };
    AREAS.iter().map(topic).collect()
}

/// Name of the channel in which an area is asked.
pub(super) fn home(area: &str) -> String {
    format!("help-{area}")
}

/// Opens the channels: a home for each area (same positions), one for each team, and the common ones.
pub(super) fn channels(organization: &Organization, dice: &Dice) -> Channels {
    let mut dice = dice.fork("channels");
    let homes = AREAS.iter().map(|area| home(area.key));
    let teams = organization.teams.keys().map(|team| format!("team-{team}"));
    let common = COMMON.iter().map(|name| (*name).to_owned());
    // Presence shall say nothing: everybody is everywhere, since before the first message.
    let members: BTreeMap<usize, i64> =
        (0..organization.people.len()).map(|person| (person, organization.start - DAY)).collect();
    let mut open = |name: String| Channel {
        purpose: format!("All about {name}"),
        name,
        id: format!("C0{}", dice.token("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 9)),
        kind: Kind::Public,
        members: members.clone(),
    };
    Channels { list: homes.chain(teams).chain(common).map(&mut open).collect() }
}
