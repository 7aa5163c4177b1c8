//! Conversations as screenplays: `hh:mm who (marks): words`, and what comes out as one line per document.
//!
//! `ana2` is another account of ana, `bot…` is a bot, `stranger…` an account of nobody known.
//! Marks, parted by `;`: `subject S`, `named WHO…`, `EMOJI by WHO…`, `accepted`, `auto`, `notice`, `ticket`,
//! `resolved WHO hh:mm`, `assigned WHO`, `edited hh:mm`, `readers WHO…`, `link L`, `to ID`, `quotes TEXT`.

mod always;
mod credits;
mod limits;
mod marks;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AccountKey, ContainerId, Conversation, ConversationId, Document, Message, MessageId, MessageKind,
    Named as _, PersonId, Reaction, Role, Timestamp, Visibility,
};

use super::{Config, documents};

const CONFIG: Config = Config { question_max_chars: 200, question_code_lines: 3, own_max_chars: 300 };

fn account(name: &str) -> AccountKey {
    AccountKey::new(format!("chat:{name}")).unwrap()
}

fn accounts(names: &str) -> Vec<AccountKey> {
    names.split_whitespace().map(account).collect()
}

fn time(text: &str) -> Timestamp {
    let (hours, minutes) = text.split_once(':').unwrap();
    Timestamp::from_millis((hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap()) * 60_000)
}

/// One line of a screenplay.
fn message(number: usize, line: &str) -> Message {
    let (at, rest) = line.split_once(' ').unwrap();
    let (head, text) = rest.split_once("): ").or_else(|| rest.split_once(": ")).unwrap_or((rest, ""));
    let (who, marks) = head.split_once(" (").unwrap_or((head.trim_end_matches(':'), ""));
    let mut message = Message::new(
        MessageId::new(format!("chat:m{number:02}")).unwrap(),
        ContainerId::new("chat:room").unwrap(),
        account(who),
        time(at),
        text.replace("\\n", "\n"),
    );
    for mark in marks.split(';').map(str::trim).filter(|mark| !mark.is_empty()) {
        apply(&mut message, mark);
    }
    message
}

fn apply(message: &mut Message, mark: &str) {
    if let Some((name, by)) = mark.split_once(" by ") {
        let by = accounts(by);
        message.reactions.push(Reaction { name: name.into(), count: by.len() as u32, by });
        return;
    }
    let (word, rest) = mark.split_once(' ').unwrap_or((mark, ""));
    match word {
        "subject" => message.subject = Some(rest.into()),
        "named" => message.mentions = accounts(rest),
        "accepted" => message.accepted = true,
        "auto" => message.kind = MessageKind::Automatic,
        "notice" => message.kind = MessageKind::Notice,
        "ticket" => message.native_conversation = Some("T-1".into()),
        "assigned" => message.assignee = Some(account(rest)),
        "edited" => message.edited_at = Some(time(rest)),
        "to" => message.reply_to.push(MessageId::new(format!("chat:{rest}")).unwrap()),
        "quotes" => message.quoted = rest.into(),
        "link" => message.permalink = Some(rest.into()),
        "readers" => {
            message.stated_visibility = Some(Visibility::Members(accounts(rest).into_iter().collect()));
        }
        "resolved" => {
            let (who, at) = rest.split_once(' ').unwrap_or((rest, ""));
            message.resolved_by = Some(account(who));
            message.resolved_at = (!at.is_empty()).then(|| time(at));
        }
        _ => panic!("what is {mark}?"),
    }
}

fn screenplay(text: &str) -> Vec<Message> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.enumerate().map(|(number, line)| message(number, line)).collect()
}

fn visibility(message: &Message) -> Visibility {
    message.stated_visibility.clone().unwrap_or(Visibility::Everyone)
}

/// The person behind an account, and whether it is a bot.
fn owner(account: &AccountKey) -> Option<(PersonId, bool)> {
    let name = account.native().trim_end_matches(|c: char| c.is_ascii_digit());
    (!name.starts_with("stranger")).then(|| (PersonId::new(name).unwrap(), name.starts_with("bot")))
}

fn run(messages: &[Message]) -> Vec<Document> {
    let mut known: BTreeMap<AccountKey, (PersonId, bool)> = BTreeMap::new();
    for message in messages {
        let reacting = message.reactions.iter().flat_map(|reaction| &reaction.by);
        let named = message.mentions.iter().chain(&message.resolved_by).chain(&message.assignee);
        for account in [&message.author].into_iter().chain(reacting).chain(named) {
            known.extend(owner(account).map(|owner| (account.clone(), owner)));
        }
    }
    // Accounts are known whether or not they take part: a plain name may mean one that does not.
    for account in accounts("ana bo bo2 cy dee eve bot") {
        known.extend(owner(&account).map(|owner| (account, owner)));
    }
    let people = |account: &AccountKey| known.get(account).map(|(person, bot)| (person, *bot));
    let conversation = Conversation {
        id: ConversationId::new("chat:c").unwrap(),
        container: ContainerId::new("chat:room").unwrap(),
        messages: messages.iter().map(|message| message.id.clone()).collect(),
    };
    documents(&conversation, messages, &people, &visibility, &CONFIG)
}

fn roles(document: &Document) -> String {
    document.roles.iter().map(Role::as_str).collect::<Vec<_>>().join("+")
}

/// `person roles | own | q question`, paragraphs parted by ` / `.
fn show(document: &Document) -> String {
    let own = if document.own.is_empty() { "-" } else { &document.own };
    let question = if document.question.is_empty() { "-" } else { &document.question };
    format!("{} {} | {own} | q {question}", document.person, roles(document)).replace("\n\n", " / ")
}

fn check(play: &str, expected: &[&str]) {
    let shown: Vec<String> = run(&screenplay(play)).iter().map(show).collect();
    assert_eq!(shown, expected, "{play}");
}

/// Only `person roles`, for tests that are about roles.
fn check_roles(play: &str, expected: &[&str]) {
    let shown: Vec<String> = run(&screenplay(play))
        .iter()
        .map(|document| format!("{} {}", document.person, roles(document)))
        .collect();
    assert_eq!(shown, expected, "{play}");
}

fn everybody(messages: &[Message]) -> BTreeSet<PersonId> {
    messages.iter().filter_map(|message| owner(&message.author)).map(|(person, _)| person).collect()
}
