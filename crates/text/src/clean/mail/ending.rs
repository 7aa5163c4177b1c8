//! What stands below a mail's words: signature, list footer, "sent from my phone", disclaimers.

use super::{Draft, Lines};

/// A signature after `--` without its blank is at most this long; longer, it is a rule between two parts.
const MAX_SIGNATURE_LINES: usize = 12;

/// How a phone signs.
const PHONES: &[&str] = &[
    "sent from my ",
    "sent from mail for",
    "sent from outlook",
    "sent from yahoo",
    "sent from proton",
    "sent via ",
    "sent with ",
    "get outlook for",
    "get bluemail",
    "von meinem ",
    "gesendet von meinem",
    "gesendet von mail",
    "gesendet mit ",
    "envoyé de mon",
    "envoyé depuis",
    "enviado desde mi",
    "enviado do meu",
    "enviado de meu",
    "inviato da ",
    "inviato dal mio",
    "verstuurd vanaf mijn",
    "verzonden vanaf mijn",
    "skickat från min",
    "sendt fra min",
    "wysłane z ",
    "отправлено с ",
    "发自我的",
    "從我的",
    "iphoneから送信",
    "내 iphone에서",
    "p please consider the environment",
    "please consider the environment before",
];

/// Words of a confidentiality notice; three of them in one paragraph make one.
const NOTICE_WORDS: &[&str] = &[
    "confidential",
    "intended recipient",
    "intended only",
    "intended solely",
    "intended for the",
    "privileged",
    "proprietary",
    "notify the sender",
    "notify us",
    "received this",
    "unauthorized",
    "unauthorised",
    "disclosure",
    "dissemination",
    "distribution of this",
    "strictly prohibited",
    "prohibited",
    "delete",
    "e-mail and any",
    "email and any",
    "any attachments",
    "views expressed",
    "vertraulich",
    "empfänger",
    "irrtümlich",
    "unbefugt",
    "vernichten",
    "confidentiel",
    "destinataire",
    "par erreur",
    "confidencial",
    "destinatario",
    "por error",
    "riservat",
    "per errore",
    "vertrouwelijk",
    "geadresseerde",
    "保密",
    "收件人",
    "机密",
    "機密",
];

/// At most this many paragraphs at the end are looked at for a notice.
const MAX_NOTICES: usize = 6;

/// The lines that an ending at `at` takes.
pub(super) fn take(lines: &Lines<'_>, at: usize) -> Option<usize> {
    signature(lines, at).or_else(|| list_footer(lines, at)).or_else(|| phone(lines.trimmed(at)).then_some(1))
}

/// From `-- ` to the next quote or the end.
fn signature(lines: &Lines<'_>, at: usize) -> Option<usize> {
    let line = lines.all.get(at)?;
    if line.trim_end() != "--" {
        return None;
    }
    let mut filled = 0;
    let mut end = at + 1;
    while end < lines.all.len() && !lines.is_quote(end) {
        filled += usize::from(!lines.trimmed(end).is_empty());
        if filled > MAX_SIGNATURE_LINES && !line.ends_with(' ') {
            return None;
        }
        end += 1;
    }
    // The line above that quote names its author.
    let end = if end < lines.all.len() { attribution_start(lines, at + 1, end) } else { end };
    Some(end - at)
}

/// Leaves the lines right above a quote to the reader of attributions.
fn attribution_start(lines: &Lines<'_>, from: usize, quote: usize) -> usize {
    (from..quote).rev().find(|&n| lines.trimmed(n).is_empty()).map_or(from, |empty| empty + 1).max(from)
}

/// A rule followed by a mailing list's address or its way out.
fn list_footer(lines: &Lines<'_>, at: usize) -> Option<usize> {
    let line = lines.trimmed(at);
    let rule = line.len() >= 10
        && ["_", "-", "=", "*"].iter().any(|c| line.trim_matches(|x| c.contains(x)).is_empty());
    let group = line.starts_with("You received this message because you are subscribed");
    if group {
        return Some(lines.all.len() - at);
    }
    if !rule {
        return None;
    }
    let end = (at + 6).min(lines.all.len());
    let is_list = (at + 1..end).any(|n| {
        let line = lines.trimmed(n).to_lowercase();
        ["listinfo", "mailman", "mailing list", "unsubscribe", "/lists.", "@lists.", "//lists"]
            .iter()
            .any(|w| line.contains(w))
    });
    is_list.then(|| (at + 1..end).find(|&n| lines.is_quote(n)).unwrap_or(end) - at)
}

fn phone(line: &str) -> bool {
    line.len() <= 90 && {
        let line = line.trim_start_matches(['(', '*', '_']).to_lowercase();
        PHONES.iter().any(|phone| line.starts_with(phone))
    }
}

/// Moves confidentiality notices from the end of the own words to the quoted ones.
pub(super) fn move_disclaimers(draft: &mut Draft) {
    for _ in 0..MAX_NOTICES {
        let own = draft.own.trim_end();
        let start = own.rfind("\n\n").map_or(0, |at| at + 2);
        let Some(last) = own.get(start..) else { return };
        if !is_notice(last) {
            return;
        }
        draft.quoted.push('\n');
        draft.quoted.push_str(last);
        draft.own.truncate(start);
    }
}

fn is_notice(paragraph: &str) -> bool {
    if paragraph.len() < 80 || paragraph.contains("```") {
        return false;
    }
    // Notices are wrapped anywhere; their phrases are looked for across line ends.
    let text = paragraph.to_lowercase().replace('\n', " ");
    NOTICE_WORDS.iter().filter(|word| text.contains(*word)).count() >= 3
}
