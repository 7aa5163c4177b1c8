//! Who is credited in a conversation, as what, and on which messages that rests.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AccountKey, Conversation, Document, Message, PersonId, Role, RoleSet, SourceName, Timestamp, Visibility,
};

use super::marks::{Heard, Marked, Scene};
use super::opening::{Opening, capped, join};
use super::said::Said;
use super::substance::Substance;
use super::turns::{Owner, Speaker, Turn};
use super::verdict::Verdict;
use super::{Config, acknowledgement, fingerprint, referral};

/// What ties one person to the conversation.
#[derive(Debug, Default)]
pub(super) struct Credit<'a> {
    roles: RoleSet,
    /// The person's own turns, ascending.
    own: Vec<usize>,
    /// Turns of others that give a role.
    given_by: BTreeSet<usize>,
    /// When a role was given otherwise than by a turn: a ticket resolved or assigned.
    given_at: BTreeSet<Timestamp>,
    /// Accounts that reacted to the person's turns.
    reactors: BTreeSet<&'a AccountKey>,
    /// The most reactions of one kind under one turn, named or not.
    most_reactions: u32,
    /// What the asker said of the person's answers.
    heard: Heard,
}

/// The credited people of a conversation with what ties them to it.
pub(super) fn credits<'a>(
    turns: &[Turn<'a>],
    opening: &Opening<'a>,
    people: &Owner<'_, 'a>,
) -> BTreeMap<&'a PersonId, Credit<'a>> {
    let mut book = Book { turns, opening, people, credits: BTreeMap::new() };
    book.own_words();
    book.opened();
    book.answered();
    book.reacted();
    book.heard();
    book.ticket();
    book.referred();
    book.credits.retain(|_, credit| credit.roles != RoleSet::EMPTY);
    book.credits
}

struct Book<'t, 'a> {
    turns: &'t [Turn<'a>],
    opening: &'t Opening<'a>,
    people: &'t Owner<'t, 'a>,
    credits: BTreeMap<&'a PersonId, Credit<'a>>,
}

impl<'a> Book<'_, 'a> {
    fn give(&mut self, person: &'a PersonId, role: Role) -> &mut Credit<'a> {
        let credit = self.credits.entry(person).or_default();
        credit.roles = credit.roles.with(role);
        credit
    }

    fn human(&self, account: &AccountKey) -> Option<&'a PersonId> {
        (self.people)(account).filter(|(_, bot)| !bot).map(|(person, _)| person)
    }

    fn speaker(&self, account: &'a AccountKey) -> Speaker<'a> {
        match (self.people)(account) {
            Some((_, true)) => Speaker::Machine,
            Some((person, false)) => Speaker::Person(person),
            None => Speaker::Stranger(account),
        }
    }

    fn is_opener(&self, turn: &Turn<'a>) -> bool {
        self.opening.opener == Some(turn.speaker)
    }

    fn own_words(&mut self) {
        for (row, turn) in self.turns.iter().enumerate() {
            let Some(person) = turn.writer() else { continue };
            let reactors = reactors(turn.message);
            let credit = self.credits.entry(person).or_default();
            credit.own.push(row);
            credit.reactors.extend(reactors);
            credit.most_reactions = credit.most_reactions.max(most_reactions(turn.message));
        }
    }

    fn opened(&mut self) {
        let Some(Speaker::Person(opener)) = self.opening.opener else { return };
        if !self.credits.contains_key(opener) {
            return;
        }
        if self.opening.asks {
            self.give(opener, Role::Asked);
            return;
        }
        // What reads like an announcement was a question if somebody answered.
        let answer = |turn: &Turn<'a>| !self.is_opener(turn) && turn.substance == Substance::Answer;
        if let Some(row) = self.turns.iter().position(answer) {
            self.give(opener, Role::Asked).given_by.insert(row);
        } else if self.announces() {
            self.give(opener, Role::Announced);
        }
    }

    /// Whether the opener says anything of substance that is not thanks to somebody elsewhere.
    fn announces(&self) -> bool {
        let says = |turn: &&Turn<'a>| self.is_opener(turn) && turn.substance == Substance::Answer;
        self.turns
            .iter()
            .find(says)
            .is_some_and(|turn| !acknowledgement::thanks(turn.text(), &turn.beginning))
    }

    fn answered(&mut self) {
        for turn in self.turns {
            if let (Some(person), Substance::Answer, false) =
                (turn.writer(), turn.substance, self.is_opener(turn))
            {
                self.give(person, Role::Answered);
            }
        }
    }

    /// Accepted answers, and answers under which the asker put a kind emoji.
    fn reacted(&mut self) {
        for turn in self.turns {
            let Some(person) = turn.writer() else { continue };
            if turn.message.accepted {
                self.give(person, Role::Accepted);
            }
            let pleased = self.opening.opener.is_some_and(|asker| self.pleased(turn.message, asker));
            if self.is_opener(turn)
                || turn.substance == Substance::Nothing
                || !(pleased || turn.message.accepted)
            {
                continue;
            }
            self.give(person, Role::Answered);
            if pleased {
                self.give(person, Role::Thanked);
            }
        }
    }

    fn pleased(&self, message: &'a Message, asker: Speaker<'a>) -> bool {
        let kind = message.reactions.iter().filter(|reaction| acknowledgement::is_kind(&reaction.name));
        kind.flat_map(|reaction| &reaction.by).any(|account| self.speaker(account) == asker)
    }

    /// Thanks by the asker go to whom they name, else to those who answered since the asker's last message
    /// (or before it, if nobody answered since). Each answer is thanked for once.
    ///
    /// That it worked, or did not help, is heard by the same people.
    fn heard(&mut self) {
        let mut answers: Vec<usize> = Vec::new();
        let mut asker_spoke = false;
        for (row, turn) in self.turns.iter().enumerate() {
            if !self.is_opener(turn) {
                if turn.substance > Substance::Nothing {
                    if std::mem::take(&mut asker_spoke) {
                        answers.clear();
                    }
                    answers.push(row);
                }
                continue;
            }
            asker_spoke = true;
            if answers.is_empty() {
                continue;
            }
            let verdict = Verdict::of(turn.text(), &turn.beginning);
            if verdict == Verdict::default() {
                continue;
            }
            for person in self.meant(&answers, turn.message, verdict.confirms) {
                if verdict.thanks {
                    self.give(person, Role::Answered);
                    self.give(person, Role::Thanked).given_by.insert(row);
                }
                self.credits.entry(person).or_default().heard.note(row, verdict);
            }
            if verdict.thanks {
                answers.clear();
            }
        }
    }

    /// Who of those that answered is meant by what the asker says: those it names, else those who wrote an
    /// answer of substance, else any answer, else anything that can have helped. That it worked must be meant
    /// for somebody; thanks after a mere "same here" or "ask Ana" are a courtesy.
    fn meant(&self, answers: &[usize], said: &Message, confirms: bool) -> BTreeSet<&'a PersonId> {
        let turns = || answers.iter().filter_map(|row| self.turns.get(*row));
        let any: BTreeSet<&PersonId> = turns().filter_map(Turn::writer).collect();
        let named: BTreeSet<&PersonId> = said
            .mentions
            .iter()
            .filter_map(|account| self.human(account))
            .filter(|p| any.contains(p))
            .collect();
        if !named.is_empty() {
            return named;
        }
        let tier = |turn: &Turn<'_>| match (turn.substance, turn.said()) {
            (Substance::Answer, Said::Substantive) => Some(0),
            (Substance::Answer, said) if said.can_help() => Some(1),
            (_, said) if said.can_help() => Some(2),
            _ => None,
        };
        let helpers: Vec<(u8, &PersonId)> =
            turns().filter_map(|turn| Some((tier(turn)?, turn.writer()?))).collect();
        match helpers.iter().map(|(tier, _)| *tier).min() {
            Some(best) => helpers.into_iter().filter(|(tier, _)| *tier == best).map(|(_, one)| one).collect(),
            None if confirms => any,
            None => BTreeSet::new(),
        }
    }

    /// Whose the ticket was, and who closed it as done.
    fn ticket(&mut self) {
        let Some(last) = self.turns.iter().map(Turn::written_at).max() else { return };
        for (row, turn) in self.turns.iter().enumerate() {
            let resolved_at = turn.message.resolved_at;
            let resolver = turn.message.resolved_by.as_ref().and_then(|account| self.human(account));
            if let Some(resolver) = resolver {
                let credit = self.give(resolver, Role::Resolved);
                credit.given_by.insert(row);
                credit.given_at.insert(resolved_at.unwrap_or(last));
            }
            let assignee = turn.message.assignee.as_ref().and_then(|account| self.human(account));
            if let Some(assignee) = assignee.filter(|assignee| resolver != Some(*assignee)) {
                let credit = self.give(assignee, Role::Assigned);
                credit.given_by.insert(row);
                credit.given_at.insert(resolved_at.map_or(last, |at| at.max(last)));
            }
        }
    }

    /// People whose account of the author's source bears a name that the text sends to.
    fn called(&self, turn: &Turn<'a>) -> Vec<&'a PersonId> {
        let Ok(source) = SourceName::new(turn.message.author.source()) else { return Vec::new() };
        let known = |name: &str| self.human(&AccountKey::from_native(&source, name).ok()?);
        let either_case = |name: &str| known(name).or_else(|| known(&name.to_lowercase()));
        referral::plain_names(turn.text(), &turn.beginning).into_iter().filter_map(either_case).collect()
    }

    /// Whom others than the asker sent the asker to.
    fn referred(&mut self) {
        for (row, turn) in self.turns.iter().enumerate() {
            if !turn.human() || self.is_opener(turn) {
                continue;
            }
            let mentioned = referral::referred(turn.text(), &turn.message.mentions);
            // Where the source says nobody is mentioned, an account of that very name may be.
            let plain = if turn.message.mentions.is_empty() { self.called(turn) } else { Vec::new() };
            let people = mentioned.into_iter().filter_map(|account| self.human(account)).chain(plain);
            for person in people.collect::<Vec<_>>() {
                let speaker = Speaker::Person(person);
                if speaker != turn.speaker && self.opening.opener != Some(speaker) {
                    self.give(person, Role::Referred).given_by.insert(row);
                }
            }
        }
    }
}

/// The accounts that reacted, but for the author.
fn reactors(message: &Message) -> impl Iterator<Item = &AccountKey> {
    message.reactions.iter().flat_map(|reaction| &reaction.by).filter(|account| **account != message.author)
}

/// The most reactions of one kind, named or not, but for the author's own.
fn most_reactions(message: &Message) -> u32 {
    let others = |reaction: &model::Reaction| {
        reaction.count.saturating_sub(u32::from(reaction.by.contains(&message.author)))
    };
    message.reactions.iter().map(others).max().unwrap_or(0)
}

impl<'a> Credit<'a> {
    /// The document of this credit; `None` if neither the person nor the opening says a word.
    pub(super) fn document(
        self,
        person: &PersonId,
        conversation: &Conversation,
        scene: &Scene<'_, 'a>,
        config: &Config,
    ) -> Option<Document> {
        let (turns, opening) = (scene.turns, scene.opening);
        let opened = self.roles.contains(Role::Asked) || self.roles.contains(Role::Announced);
        let question = if opened { opening.subject.to_owned() } else { opening.question(config) };
        let own = own_text(turns, &self.own, config);
        if own.is_empty() && question.is_empty() {
            return None;
        }
        let mut used: BTreeSet<usize> =
            self.own.iter().copied().chain(self.given_by.iter().copied()).collect();
        if !opened {
            used.extend(&opening.rows);
        } else if !opening.subject.is_empty() {
            used.insert(opening.root());
        }
        let visibility = used.iter().fold(Visibility::Everyone, |all, row| all.and(&(scene.readers)(*row)));
        if !opened {
            used.extend(self.heard.rows(scene, &visibility));
        }
        let written = used.iter().filter_map(|row| turns.get(*row)).map(Turn::written_at);
        let last_at = written.chain(self.given_at.iter().copied()).max()?;
        let mine: Vec<&Message> =
            self.own.iter().filter_map(|row| turns.get(*row)).map(|turn| turn.message).collect();
        let first_given = self.given_by.iter().filter_map(|row| turns.get(*row)).map(|turn| turn.message.at);
        let first_given = self.given_at.first().copied().or_else(|| first_given.min());
        let head = turns.get(opening.root())?.message;
        let says_enough =
            |row: &&usize| turns.get(**row).is_some_and(|turn| turn.substance == Substance::Answer);
        let own_answers = u32::try_from(self.own.iter().filter(says_enough).count()).unwrap_or(u32::MAX);
        let marked = Marked {
            person,
            roles: self.roles,
            own: &self.own,
            used: &used,
            heard: &self.heard,
            visibility: &visibility,
            last_at,
        };
        let marks = marked.marks(scene);
        let reactors = u32::try_from(self.reactors.len()).unwrap_or(u32::MAX);
        Some(Document {
            conversation: conversation.id.clone(),
            container: conversation.container.clone(),
            person: person.clone(),
            question,
            roles: self.roles,
            marks,
            asker: asker(opening, person, self.roles).cloned(),
            fingerprint: fingerprint::of(&own),
            own,
            own_answers,
            reactions: reactors.max(self.most_reactions),
            first_at: mine.first().map(|message| message.at).or(first_given).unwrap_or(last_at),
            last_at,
            visibility,
            permalink: mine.first().map_or(head, |message| message).permalink.clone(),
            messages: mine.iter().map(|message| message.id.clone()).collect(),
        })
    }
}

/// Who asked what the person took part in; `None` if that is the person themselves or nobody known. Whoever
/// opened with news has asked those who answered.
fn asker<'a>(opening: &Opening<'a>, person: &PersonId, roles: RoleSet) -> Option<&'a PersonId> {
    match opening.opener {
        Some(Speaker::Person(asker)) if opening.asks || roles.contains(Role::Answered) => {
            Some(asker).filter(|asker| *asker != person)
        }
        _ => None,
    }
}

/// The person's words, joined until there are enough.
fn own_text(turns: &[Turn<'_>], own: &[usize], config: &Config) -> String {
    let mut text = String::new();
    for turn in own.iter().filter_map(|row| turns.get(*row)) {
        if text.len() > config.own_max_chars.saturating_mul(4) {
            break;
        }
        join(&mut text, turn.text());
    }
    capped(&text, config.own_max_chars)
}
