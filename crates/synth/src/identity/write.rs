//! Which accounts everybody has, and what these tell.

use std::collections::BTreeSet;

use model::{Account, AccountKey, DirectoryEntry, EmploymentStatus};

use super::Draft;
use super::cast::{DOMAIN, Human, initial, plain};
use crate::dice::Dice;

const ROLES: [&str; 10] = [
    "support",
    "info",
    "billing",
    "hr",
    "sales",
    "it-helpdesk",
    "noreply",
    "support-eu",
    "security",
    "office",
];
const BOTS: [&str; 6] = ["Deploy", "Build", "Alerts", "Standup", "Tickets", "Backups"];

/// Everybody's accounts. Owners are numbered: people first, then role boxes, then bots.
pub(super) fn accounts(people: &[Human], dice: &Dice) -> Vec<Draft> {
    let mut writer = Writer { dice: dice.fork("accounts"), logins: BTreeSet::new(), drafts: Vec::new() };
    for (owner, human) in people.iter().enumerate() {
        if human.outsider {
            writer.mail(owner, human, &human.mailbox, &human.domain);
        } else {
            writer.employee(owner, human);
        }
    }
    writer.roles(people);
    writer.bots(people.len() + ROLES.len());
    writer.drafts
}

struct Writer {
    dice: Dice,
    /// User names that the ticket system gave out.
    logins: BTreeSet<String>,
    drafts: Vec<Draft>,
}

impl Writer {
    fn employee(&mut self, owner: usize, human: &Human) {
        let main = format!("{}@{}", human.mailbox, human.domain);
        if self.dice.chance(92) {
            self.chat(owner, human, &main);
        }
        if self.dice.chance(70) {
            self.tickets(owner, human, &main);
        }
        if self.dice.chance(60) {
            let entry =
                DirectoryEntry { status: Some(EmploymentStatus::Active), ..DirectoryEntry::default() };
            let name = format!("{}, {}", human.family, human.given);
            self.put((owner, human), &format!("jsonl:{}", 10_000 + owner), Some(name), &[main], entry);
        }
        if self.dice.chance(75) {
            self.mail(owner, human, &human.mailbox, &human.domain);
        }
        if let Some(before) = human.mailbox_before.as_ref().filter(|_| self.dice.chance(70)) {
            self.mail(owner, &as_before(human), before, &human.domain);
        }
        if let Some(second) = &human.second {
            self.mail(owner, human, second, &human.domain);
        }
        if self.dice.chance(6) {
            let private = format!("{}{}", plain(&human.given), self.dice.below(1_000));
            self.mail(owner, human, &private, "gmail.com");
        }
    }

    /// The chat vouches for its addresses; the login stays what it was at the first day.
    fn chat(&mut self, owner: usize, human: &Human, main: &str) {
        let login = human.mailbox_before.as_ref().unwrap_or(&human.mailbox).clone();
        let full = self.full_name(human);
        let name = match self.dice.below(10) {
            0..3 => human.nick.clone(),
            3..4 => login.clone(),
            _ => full.clone(),
        };
        let emails: Vec<String> = self.dice.chance(85).then(|| main.to_owned()).into_iter().collect();
        let entry = DirectoryEntry {
            user_name: Some(login),
            full_name: self.dice.chance(90).then_some(full),
            ..DirectoryEntry::default()
        };
        let id = format!("chat:U{}", self.dice.token("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 9));
        self.put((owner, human), &id, Some(name), &emails, entry);
    }

    /// The ticket system gives its own user names: mostly those of the mail, else short ones, first come first
    /// served, so that one person may have what another has in the chat.
    fn tickets(&mut self, owner: usize, human: &Human, main: &str) {
        let human = &if human.family_before.is_some() && self.dice.chance(60) {
            as_before(human)
        } else {
            human.clone()
        };
        let short = format!("{}{}", initial(&plain(&human.given)), plain(&human.family));
        let base = if self.dice.chance(75) { human.mailbox.clone() } else { short };
        let login = (1..).map(|n| if n == 1 { base.clone() } else { format!("{base}{n}") });
        let login = login.into_iter().find(|name| self.logins.insert(name.clone())).unwrap_or_default();
        let emails: Vec<String> = self.dice.chance(50).then(|| main.to_owned()).into_iter().collect();
        let name = match self.dice.below(20) {
            0 => None,
            1 => Some(login.clone()),
            _ => Some(self.full_name(human)),
        };
        let entry = DirectoryEntry { user_name: Some(login.clone()), ..DirectoryEntry::default() };
        self.put((owner, human), &format!("tickets:{login}"), name, &emails, entry);
    }

    fn mail(&mut self, owner: usize, human: &Human, mailbox: &str, domain: &str) {
        let mut address = format!("{mailbox}@{domain}");
        while self.drafts.iter().any(|draft| draft.owner != owner && draft.addresses.contains(&address)) {
            address.insert(0, 'x');
        }
        let name = match self.dice.below(20) {
            0 => None,
            1 => Some(human.given.clone()),
            2 => Some(format!("{}, {}", human.family, human.given)),
            _ => Some(self.full_name(human)),
        };
        let key = format!("mail:{address}");
        self.put((owner, human), &key, name, &[address], DirectoryEntry::default());
    }

    /// As people are called from day to day: often short, sometimes with a middle initial.
    fn full_name(&mut self, human: &Human) -> String {
        let given = if self.dice.chance(40) { &human.nick } else { &human.given };
        match human.middle.filter(|_| self.dice.chance(30)) {
            Some(middle) => format!("{given} {middle}. {}", human.family),
            None => format!("{given} {}", human.family),
        }
    }

    fn put(
        &mut self,
        (owner, human): (usize, &Human),
        key: &str,
        name: Option<String>,
        emails: &[String],
        directory: DirectoryEntry,
    ) {
        let Ok(key) = AccountKey::new(key) else { return };
        let told = |name: &Option<String>| name.as_ref().is_some_and(|name| name.contains(&human.family));
        let full = told(&name) || told(&directory.full_name);
        let at_home = |email: &&String| email.ends_with(DOMAIN);
        let mailboxes = emails.iter().filter(at_home).filter_map(|email| email.split('@').next());
        let users = directory.user_name.as_deref().into_iter().chain(mailboxes).map(str::to_owned).collect();
        let of_company = |email: &String| {
            let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
            let domain = domain.strip_prefix("eu.").unwrap_or(domain);
            (!matches!(domain, "gmail.com" | "outlook.com")).then(|| domain.to_owned())
        };
        self.drafts.push(Draft {
            owner,
            addresses: emails.to_vec(),
            users,
            name: full.then(|| format!("{} {}", human.given, human.family)),
            domains: emails.iter().filter_map(of_company).collect(),
            account: Account { key, name, verified_emails: emails.to_vec(), bot: false, directory },
        });
    }

    /// Boxes that several people write from, under their own names.
    fn roles(&mut self, people: &[Human]) {
        for (at, role) in ROLES.iter().enumerate() {
            let address = format!("{role}@{DOMAIN}");
            let named = if self.dice.chance(50) { self.dice.pick(people).cloned() } else { None };
            let name = named.map(|human| format!("{} {}", human.given, human.family));
            self.machine(people.len() + at, &format!("mail:{address}"), name, vec![address], false);
        }
    }

    /// Bots, some of them signed up with the address of whoever set them up.
    fn bots(&mut self, first: usize) {
        for (at, name) in BOTS.iter().enumerate() {
            let address = self
                .dice
                .chance(50)
                .then(|| self.drafts.iter().find_map(|draft| draft.addresses.first().cloned()));
            let emails = address.flatten().into_iter().collect();
            self.machine(first + at, &format!("chat:B{at:03}"), Some((*name).to_owned()), emails, true);
        }
        // The same bot address twice is one bot: only the first keeps it.
        let mut seen = BTreeSet::new();
        for draft in self.drafts.iter_mut().filter(|draft| draft.account.bot) {
            draft.account.verified_emails.retain(|address| seen.insert(address.clone()));
        }
    }

    fn machine(&mut self, owner: usize, key: &str, name: Option<String>, emails: Vec<String>, bot: bool) {
        let Ok(key) = AccountKey::new(key) else { return };
        let directory = DirectoryEntry::default();
        self.drafts.push(Draft {
            owner,
            addresses: Vec::new(),
            users: Vec::new(),
            name: None,
            domains: Vec::new(),
            account: Account { key, name, verified_emails: emails, bot, directory },
        });
    }
}

/// Somebody under the name of before the marriage.
fn as_before(human: &Human) -> Human {
    let family = human.family_before.as_ref().unwrap_or(&human.family).clone();
    let mailbox = human.mailbox_before.as_ref().unwrap_or(&human.mailbox).clone();
    Human { family, mailbox, ..human.clone() }
}
