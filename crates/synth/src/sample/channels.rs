//! Where people talk: the chat's channels and who is in them.

use std::collections::{BTreeMap, BTreeSet};

use super::casting::Casting;
use super::clock::{DAY, ZONES};
use super::organization::Organization;
use super::topics::Topic;
use crate::dice::Dice;

/// What sort of channel it is; the kinds that are not public lie in other files of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everyone may join: `channels.json`.
    Public,
    /// By invitation: `groups.json`.
    Private,
    /// Two people: `dms.json`.
    Direct,
}

/// One channel of the chat.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    pub(crate) name: String,
    pub(crate) purpose: String,
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// People and when they came, by position.
    pub(crate) members: BTreeMap<usize, i64>,
}

/// All channels; topics and talk find theirs by name.
#[derive(Debug, Clone)]
pub(crate) struct Channels {
    pub(crate) list: Vec<Channel>,
}

const EVERYBODY: [(&str, &str); 5] = [
    ("general", "Company-wide news and questions"),
    ("announcements", "Releases, people, policies. Low traffic"),
    ("random", "Whatever does not fit elsewhere"),
    ("wins", "Deals won, customers live, things to be proud of"),
    ("coffee", "Small talk over the machine"),
];

/// The private channel of the export.
pub(crate) const PRIVATE: &str = "deal-atlas";

impl Channels {
    /// The channels of the company.
    pub(crate) fn open(
        topics: &[Topic],
        casting: &Casting,
        organization: &Organization,
        dice: &Dice,
    ) -> Self {
        let mut dice = dice.fork("channels");
        let mut channels = Self { list: Vec::new() };
        let all: BTreeSet<usize> = (0..organization.people.len()).collect();
        for (name, purpose) in EVERYBODY {
            channels.add((name, purpose), Kind::Public, &all, organization, &mut dice);
        }
        let mut helpers: BTreeMap<&str, (BTreeSet<usize>, Vec<&str>)> = BTreeMap::new();
        for (topic, cast) in topics.iter().zip(&casting.casts) {
            let (members, titles) = helpers.entry(&topic.channel).or_default();
            members
                .extend(cast.experts.iter().chain(&cast.learners).chain(&cast.talkers).chain(&cast.former));
            members.extend(&casting.busy);
            titles.push(&topic.title);
        }
        for (name, (members, titles)) in &helpers {
            let purpose = format!("Questions about {}", titles.join(", "));
            channels.add((name, &purpose), Kind::Public, members, organization, &mut dice);
        }
        for (team, people) in &organization.teams {
            let members = people.iter().copied().collect();
            let purpose = format!("The {team} team among themselves");
            channels.add(
                (&format!("team-{team}"), &purpose),
                Kind::Public,
                &members,
                organization,
                &mut dice,
            );
        }
        let engineers: BTreeSet<usize> =
            ["platform", "infrastructure"].iter().flat_map(|team| organization.team(team)).copied().collect();
        channels.add(
            ("deploys", "Written by the release pipeline"),
            Kind::Public,
            &engineers,
            organization,
            &mut dice,
        );
        channels.add(
            ("alerts", "Written by the monitoring"),
            Kind::Public,
            &engineers,
            organization,
            &mut dice,
        );
        channels.add_closed(organization, &mut dice);
        channels
    }

    /// Position of the channel of that name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|channel| channel.name == name)
    }

    /// A private channel and a direct conversation: exported, and not for everyone.
    fn add_closed(&mut self, organization: &Organization, dice: &mut Dice) {
        let legal = organization.team("legal").iter().take(2);
        let sales = organization.team("sales").iter().take(3);
        let closed: BTreeSet<usize> = legal.chain(sales).copied().collect();
        self.add((PRIVATE, "Terms of a large contract"), Kind::Private, &closed, organization, dice);
        let pair: BTreeSet<usize> = organization.team("people").iter().take(2).copied().collect();
        self.add(("", ""), Kind::Direct, &pair, organization, dice);
    }

    fn add(
        &mut self,
        (name, purpose): (&str, &str),
        kind: Kind,
        members: &BTreeSet<usize>,
        organization: &Organization,
        dice: &mut Dice,
    ) {
        let initial = match kind {
            Kind::Public => 'C',
            Kind::Private => 'G',
            Kind::Direct => 'D',
        };
        let id = format!("{initial}0{}", dice.token("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 9));
        // Most came before the sample begins; some are seen to join.
        let came = |person: &usize| {
            let since = organization.people.get(*person).map_or(0, |person| person.joined);
            let early = since < organization.start || !dice.chance(60);
            let at = if early { organization.start - DAY } else { since + 3 * 3_600_000 };
            (*person, at.max(since))
        };
        let members = members.iter().map(came).collect();
        let name = if kind == Kind::Direct { id.clone() } else { name.to_owned() };
        self.list.push(Channel { name, purpose: purpose.to_owned(), id, kind, members });
    }
}

/// The office that most members of a team sit in, for talk about lunch.
pub(crate) fn city(organization: &Organization, person: usize) -> &'static str {
    let zone = organization.people.get(person).map_or(0, |person| person.zone);
    ZONES.get(zone).map_or("", |zone| zone.city)
}
