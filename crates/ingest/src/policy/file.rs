//! How a policy is written.

use std::collections::BTreeMap;

use model::{SourceName, Visibility};
use serde::Deserialize;
use toml::Spanned;

use super::glob::Glob;
use super::{Kind, Policy, PolicyError, Rule, Source, redact};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Spanned<u32>,
    keep_days: Option<u32>,
    #[serde(default)]
    rules: Vec<RuleText>,
    kinds: Kinds,
    #[serde(default)]
    sources: BTreeMap<String, Spanned<SourceText>>,
    redact: redact::Choice,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    read: Spanned<bool>,
    sources: Option<Vec<Spanned<String>>>,
    containers: Option<Vec<Spanned<String>>>,
    kinds: Option<Vec<Kind>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "one switch a kind is what the file says")]
struct Kinds {
    public: bool,
    private: bool,
    dm: bool,
    group_dm: bool,
    mailbox: bool,
    project: bool,
    internal_notes: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceText {
    #[serde(default = "yes")]
    read: bool,
    keep_days: Option<u32>,
    visibility: Option<Who>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Who {
    Everyone,
    Nobody,
}

const fn yes() -> bool {
    true
}

/// What says where something stands.
struct Reader<'a> {
    text: &'a str,
    place: &'a str,
}

impl Reader<'_> {
    fn error(&self, span: Option<std::ops::Range<usize>>, why: impl Into<String>) -> PolicyError {
        let before = span.and_then(|span| self.text.get(..span.start));
        let line = before.map(|before| before.bytes().filter(|byte| *byte == b'\n').count() + 1);
        PolicyError { place: self.place.to_owned(), line, why: why.into() }
    }

    fn globs(&self, patterns: Option<Vec<Spanned<String>>>) -> Result<Option<Vec<Glob>>, PolicyError> {
        let glob = |pattern: &Spanned<String>| {
            if pattern.get_ref().trim().is_empty() {
                return Err(self.error(Some(pattern.span()), "an empty pattern fits nothing"));
            }
            Ok(Glob::new(pattern.get_ref()))
        };
        patterns.map(|patterns| patterns.iter().map(glob).collect()).transpose()
    }

    fn rule(&self, rule: RuleText) -> Result<Rule, PolicyError> {
        if rule.sources.is_none() && rule.containers.is_none() && rule.kinds.is_none() {
            let why = "a rule must have sources, containers or kinds; [kinds] says what holds for all";
            return Err(self.error(Some(rule.read.span()), why));
        }
        Ok(Rule {
            read: rule.read.into_inner(),
            sources: self.globs(rule.sources)?,
            containers: self.globs(rule.containers)?,
            kinds: rule.kinds.map(|kinds| kinds.into_iter().collect()),
        })
    }

    fn source(
        &self,
        (name, source): (String, Spanned<SourceText>),
    ) -> Result<(SourceName, Source), PolicyError> {
        let span = source.span();
        let name = SourceName::new(name).map_err(|error| self.error(Some(span), error.to_string()))?;
        let SourceText { read, keep_days, visibility } = source.into_inner();
        let visibility = visibility.map(|who| match who {
            Who::Everyone => Visibility::Everyone,
            Who::Nobody => Visibility::Nobody,
        });
        Ok((name, Source { read, keep_days, visibility }))
    }
}

/// Reads a policy.
pub(super) fn parse(text: &str, place: &str) -> Result<Policy, PolicyError> {
    let reader = Reader { text, place };
    let file: File =
        toml::from_str(text).map_err(|error| reader.error(error.span(), error.message().trim()))?;
    if *file.version.get_ref() != 1 {
        return Err(reader.error(Some(file.version.span()), "only version 1 of the policy is known"));
    }
    let kinds = file.kinds;
    Ok(Policy {
        keep_days: file.keep_days,
        rules: file.rules.into_iter().map(|rule| reader.rule(rule)).collect::<Result<_, _>>()?,
        kinds: BTreeMap::from([
            (Kind::Public, kinds.public),
            (Kind::Private, kinds.private),
            (Kind::Dm, kinds.dm),
            (Kind::GroupDm, kinds.group_dm),
            (Kind::Mailbox, kinds.mailbox),
            (Kind::Project, kinds.project),
            (Kind::InternalNotes, kinds.internal_notes),
        ]),
        sources: file.sources.into_iter().map(|source| reader.source(source)).collect::<Result<_, _>>()?,
        redact: file.redact,
        digest: blake3::hash(text.as_bytes()).to_hex().as_str().get(..16).unwrap_or_default().to_owned(),
    })
}
