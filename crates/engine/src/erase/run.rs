//! Erasing: the list first, then the store in one transaction, then everything that is made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use ingest::policy::{Erased, Erasure, Tombstone, scrub, stand_in};
use model::{Account, AccountKey, ContainerId, MessageId, PersonId};

use super::{ErasureRequest, Receipt, Target, keyring};
use crate::doctor::seal;
use crate::folder::owner_only;
use crate::indexer::{IngestReport, Progress};
use crate::optout::{Gone, OptOutFile};
use crate::private::sync_names_beside;
use crate::{Error, Indexer};

/// What went, by kind.
type Counts = BTreeMap<&'static str, u64>;

/// Somebody, as the store knows them.
struct Subject {
    person: Option<PersonId>,
    name: Option<String>,
    accounts: BTreeSet<AccountKey>,
    addresses: BTreeSet<String>,
}

impl Indexer {
    /// Erases a person, a message or a container from the store, the lexical index, the vectors and the
    /// quarantine, a person's asks too; keeps it from coming back, and writes the files anew, so that its bytes are gone.
    /// Learned weights stay: they hold numbers of features only.
    ///
    /// Costs about as much as building the lexical index. Killed in the middle, the next ingest finishes it.
    ///
    /// # Errors
    /// [`Error::NoSubject`] if nothing is known under that name and it is no account or address either.
    pub fn forget(
        &mut self,
        request: &ErasureRequest,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Receipt, Error> {
        // What cannot be erased everywhere is not begun.
        routing::Desk::at_rest(&self.folder.asks())?;
        self.suppression = keyring::with_key(&self.folder, request.fresh_key)?;
        let (documents, vectors) = self.store.vector_counts()?;
        let mut subject_accounts = BTreeSet::new();
        let (what, tombstones, mut erased) = match &request.target {
            Target::Person(name) => {
                self.forget_subject(self.subject(name)?, request.mode, &mut subject_accounts)?
            }
            Target::Accounts(keys) => {
                self.forget_subject(self.owner(keys)?, request.mode, &mut subject_accounts)?
            }
            Target::Message(id) => {
                let tombstones = self.list(&[Erased::Message(id)], Erasure::Both)?;
                ("message", tombstones, self.erase_message(id)?)
            }
            Target::Container(id) => {
                let tombstones = self.list(&[Erased::Container(id)], Erasure::Both)?;
                ("channel", tombstones, self.erase_container(id)?)
            }
        };
        // Erasing waits for nothing: if the options choose another encoder by now, all is encoded anew here, and
        // nobody opens the index until that is done.
        self.note_encoder()?;
        self.derive(&mut IngestReport::default(), progress)?;
        let kept = self.folder.drop_kept()?;
        if kept > 0 {
            erased.insert("kept_generations", kept);
        }
        self.write_quarantine_file()?;
        let (documents_left, vectors_left) = self.store.vector_counts()?;
        erased.insert("documents", documents.saturating_sub(documents_left));
        erased.insert("vectors", vectors.saturating_sub(vectors_left));
        // Last: until now a server may still answer from an index that holds what is hidden.
        erased.insert("opt_outs", self.forget_opt_outs(&request.target, &subject_accounts)?);
        let receipt = Receipt {
            what,
            mode: request.mode.as_str(),
            at: request.now.to_string(),
            tombstones: tombstones.into_iter().map(keyring::hex).collect(),
            erased,
            generation: self.store.generation()?,
            cluster_pending: self.lacks_cluster()?,
        };
        self.keep(&receipt)?;
        seal::put_on(&self.folder, &self.place)?;
        tracing::info!(erased.what = what, erased.generation = receipt.generation, "erased");
        Ok(receipt)
    }

    /// Lists and erases somebody; tells their accounts to `accounts`.
    fn forget_subject(
        &mut self,
        subject: Subject,
        mode: Erasure,
        accounts: &mut BTreeSet<AccountKey>,
    ) -> Result<(&'static str, Vec<Tombstone>, Counts), Error> {
        let tombstones = self.list_person(&subject, mode)?;
        let mut erased = self.erase_person(&subject, mode)?;
        erased.extend(self.erase_asks(&subject)?);
        *accounts = subject.accounts;
        Ok(("person", tombstones, erased))
    }

    /// Erases once more what is on the list and in the store: it came with a store from an old backup, or an
    /// erasure was interrupted. Returns how many accounts and containers that were.
    pub(crate) fn erase_again(&mut self) -> Result<u64, Error> {
        if self.suppression.is_empty() {
            return Ok(0);
        }
        let mut again = 0;
        for account in self.store.accounts()? {
            let by_address =
                || account.verified_emails.iter().find_map(|one| self.suppression.mode(Erased::Address(one)));
            let Some(mode) = self.suppression.account(&account.key).or_else(by_address) else { continue };
            let subject = Subject {
                person: self.store.owners()?.remove(&account.key),
                name: account.name.clone(),
                accounts: BTreeSet::from([account.key.clone()]),
                addresses: account.verified_emails.iter().cloned().collect(),
            };
            self.erase_person(&subject, mode)?;
            self.erase_asks(&subject)?;
            again += 1;
        }
        for container in self.store.containers(false)? {
            if self.suppression.mode(Erased::Container(&container.id)).is_some() {
                self.erase_container(&container.id)?;
                again += 1;
                continue;
            }
            for id in self.store.message_ids_in(&container.id)? {
                if self.suppression.mode(Erased::Message(&id)).is_some() {
                    self.erase_message(&id)?;
                    again += 1;
                }
            }
        }
        Ok(again)
    }

    /// Puts accounts on the list that an erased address led to.
    pub(crate) fn list_found(&mut self, found: &[(AccountKey, Erasure)]) -> Result<(), Error> {
        let lines: Vec<(Tombstone, Erasure)> = found
            .iter()
            .map(|(key, mode)| (self.suppression.add(Erased::Account(key), *mode), *mode))
            .collect();
        keyring::append(&self.folder, &lines)
    }

    /// Whom a text means.
    fn subject(&self, text: &str) -> Result<Subject, Error> {
        let text = text.trim();
        if let Some(person) = self.store.people()?.into_iter().find(|person| person.is_meant_by(text)) {
            return Ok(Subject {
                person: Some(person.id),
                name: Some(person.name),
                accounts: person.accounts.into_iter().collect(),
                addresses: person.emails.into_iter().collect(),
            });
        }
        // Somebody may ask to be forgotten before an export that holds them was ever read.
        let mut unknown =
            Subject { person: None, name: None, accounts: BTreeSet::new(), addresses: BTreeSet::new() };
        let address = text.to_lowercase();
        match AccountKey::new(text) {
            Ok(key) => drop(unknown.accounts.insert(key)),
            Err(_) if address.contains('@') => drop(unknown.addresses.insert(address)),
            Err(_) => return Err(Error::NoSubject(text.to_owned())),
        }
        Ok(unknown)
    }

    /// Whoever owns these accounts, as far as they do by them.
    fn owner(&self, keys: &[AccountKey]) -> Result<Subject, Error> {
        let known = self.accounts_of(keys)?;
        let person =
            known.first().map(|first| self.store.owners().map(|mut owners| owners.remove(&first.key)));
        Ok(Subject {
            person: person.transpose()?.flatten(),
            name: known.iter().find_map(|account| account.name.clone()),
            accounts: keys.iter().cloned().collect(),
            addresses: known.into_iter().flat_map(|account| account.verified_emails).collect(),
        })
    }

    /// The mail addresses that are proven to be those of whoever owns these accounts.
    ///
    /// # Errors
    /// The store does not read.
    pub fn addresses_of(&self, keys: &[AccountKey]) -> Result<BTreeSet<String>, Error> {
        Ok(self.accounts_of(keys)?.into_iter().flat_map(|account| account.verified_emails).collect())
    }

    fn accounts_of(&self, keys: &[AccountKey]) -> Result<Vec<Account>, Error> {
        let mut known = self.store.accounts()?;
        known.retain(|account| keys.contains(&account.key));
        Ok(known)
    }

    fn list_person(&mut self, subject: &Subject, mode: Erasure) -> Result<Vec<Tombstone>, Error> {
        let accounts = subject.accounts.iter().map(Erased::Account);
        let entries: Vec<Erased<'_>> =
            accounts.chain(subject.addresses.iter().map(|address| Erased::Address(address))).collect();
        self.list(&entries, mode)
    }

    fn list(&mut self, entries: &[Erased<'_>], mode: Erasure) -> Result<Vec<Tombstone>, Error> {
        let tombstones: Vec<Tombstone> =
            entries.iter().map(|entry| self.suppression.add(*entry, mode)).collect();
        let lines: Vec<(Tombstone, Erasure)> = tombstones.iter().map(|hash| (*hash, mode)).collect();
        keyring::append(&self.folder, &lines)?;
        Ok(tombstones)
    }

    /// What somebody asked, was asked, and said of when to be asked.
    fn erase_asks(&self, subject: &Subject) -> Result<Counts, Error> {
        let Some(desk) = routing::Desk::at_rest(&self.folder.asks())? else { return Ok(Counts::new()) };
        let mails = subject.addresses.iter().filter_map(|one| AccountKey::new(format!("mail:{one}")).ok());
        let keys: BTreeSet<AccountKey> = subject.accounts.iter().cloned().chain(mails).collect();
        Ok(desk.forget(&keys.into_iter().collect::<Vec<_>>())?)
    }

    fn erase_person(&self, subject: &Subject, mode: Erasure) -> Result<Counts, Error> {
        self.in_transaction(|| {
            let mut counts = Counts::new();
            let mut count = |what: &'static str, n: u64| *counts.entry(what).or_default() += n;
            for key in &subject.accounts {
                let stand_in_key = self.suppression.stand_in(key, mode);
                count("quotes", self.store.clear_quotes_around(key)?);
                for mut message in self.store.messages_by(key)? {
                    match &stand_in_key {
                        None => count("messages", self.store.delete_message(&message.id)? as u64),
                        Some(stand_in) => {
                            message.author = stand_in.clone();
                            scrub(&mut message, &|named| subject.accounts.contains(named));
                            self.store.put_message(&message)?;
                            count("messages_anonymised", 1);
                        }
                    }
                }
                if let Some(key) = stand_in_key {
                    self.store.put_account(&stand_in(key))?;
                }
                for mut message in self.store.messages_naming(key)? {
                    if scrub(&mut message, &|named| subject.accounts.contains(named)) {
                        self.store.put_message(&message)?;
                        count("mentions", 1);
                    }
                }
                let pseudonym = format!("{}:former-{}", key.source(), self.suppression.pseudonym(key));
                if let Ok(pseudonym) = AccountKey::new(pseudonym) {
                    count("reader_sets", self.store.erase_reader(key, &pseudonym)?);
                }
                count("accounts", u64::from(self.store.delete_account(key)?));
            }
            if let Some(person) = &subject.person {
                self.store.mark_documents_of(person)?;
            }
            count("quarantined", self.store.delete_quarantined(&letters(subject))?);
            Ok(counts)
        })
    }

    fn erase_message(&self, id: &MessageId) -> Result<Counts, Error> {
        self.in_transaction(|| {
            let messages = self.store.delete_message(id)? as u64;
            // Short ids are in every record.
            let native = id.native().to_owned();
            let letters = if native.len() < 5 { Vec::new() } else { vec![native] };
            Ok(Counts::from([
                ("messages", messages),
                ("quarantined", self.store.delete_quarantined(&letters)?),
            ]))
        })
    }

    fn erase_container(&self, id: &ContainerId) -> Result<Counts, Error> {
        self.in_transaction(|| {
            let gone = self.store.delete_container(id)?;
            Ok(Counts::from([("messages", gone.messages), ("channels", 1)]))
        })
    }

    /// Runs something that erases in one transaction, with a note that bytes are to be purged.
    fn in_transaction(&self, run: impl FnOnce() -> Result<Counts, Error>) -> Result<Counts, Error> {
        self.store.in_transaction(|| {
            let counts = run()?;
            self.store.ask_for_purge()?;
            self.store.next_generation()?;
            Ok(counts)
        })
    }

    /// Takes out of the opt-outs what names something erased.
    fn forget_opt_outs(&self, target: &Target, accounts: &BTreeSet<AccountKey>) -> Result<u64, Error> {
        OptOutFile::new(&self.folder).forget(&match target {
            Target::Person(_) | Target::Accounts(_) => Gone::Accounts(accounts),
            Target::Message(id) => Gone::Message(id),
            Target::Container(id) => Gone::Container(id),
        })
    }

    /// Keeps a receipt in the data directory.
    fn keep(&self, receipt: &Receipt) -> Result<(), Error> {
        let path = self.folder.erasures();
        let mut file = fs_err::OpenOptions::new().create(true).append(true).open(&path)?;
        owner_only(&path)?;
        let line = serde_json::to_string(receipt).map_err(std::io::Error::from)?;
        writeln!(file, "{line}")?;
        file.sync_all()?;
        Ok(sync_names_beside(&path)?)
    }
}

/// What tells that a bad record is about somebody: ids, addresses, and a name of more than one word.
fn letters(subject: &Subject) -> Vec<String> {
    let native = subject.accounts.iter().map(AccountKey::native).filter(|native| native.len() >= 4);
    let name = subject.name.iter().map(String::as_str).filter(|name| name.trim().contains(' '));
    native.chain(subject.addresses.iter().map(String::as_str)).chain(name).map(str::to_owned).collect()
}
