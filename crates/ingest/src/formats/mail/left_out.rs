//! Mail that is left out on purpose: thrown away, junk, drafts, chats kept as mail.
//!
//! Folders and Gmail's labels say so, in the language of the mailbox's owner; some headers say so too.

use mail_parser::{HeaderName, Message, MessageParser};

use super::mime::raw_header;

const DELETED: &str = "mail that was thrown away";
const JUNK: &str = "junk mail";
const DRAFT: &str = "draft of a mail";
const CHAT: &str = "chat kept as mail";

/// What folders and labels are called, in small letters.
#[rustfmt::skip]
const PLACES: [(&str, &[&str]); 3] = [
    (DELETED, &[
        "trash", "bin", "deleted", "deleted items", "deleted messages", "recoverable items", "deletions",
        "papierkorb", "gelöschte elemente", "gelöscht", "corbeille", "éléments supprimés", "papelera",
        "elementos eliminados", "cestino", "posta eliminata", "lixeira", "lixo", "itens excluídos", "prullenbak",
        "verwijderde items", "kosz", "elementy usunięte", "papperskorgen", "borttaget", "papirkurv",
        "slettet post", "slettede elementer", "roskakori", "poistetut", "koš", "odstraněná pošta", "çöp kutusu",
        "silinmiş öğeler", "корзина", "удаленные", "удалённые", "ゴミ箱", "削除済みアイテム", "已删除邮件",
        "已删除", "垃圾桶", "刪除的郵件", "휴지통", "지운 편지함",
    ]),
    (JUNK, &[
        "spam", "junk", "junk e-mail", "junk email", "junk-e-mail", "bulk mail", "courrier indésirable",
        "indésirables", "correo no deseado", "posta indesiderata", "lixo eletrônico", "lixo eletrónico",
        "ongewenste e-mail", "wiadomości-śmieci", "skräppost", "uønsket e-post", "uønsket mail", "roskaposti",
        "nevyžádaná pošta", "gereksiz e-posta", "спам", "нежелательная почта", "迷惑メール", "垃圾邮件",
        "垃圾郵件", "스팸함", "정크 메일",
    ]),
    (DRAFT, &[
        "draft", "drafts", "outbox", "unsent messages", "templates", "entwurf", "entwürfe", "postausgang",
        "brouillon", "brouillons", "borrador", "borradores", "bozza", "bozze", "rascunho", "rascunhos",
        "concepten", "concept", "wersja robocza", "wersje robocze", "utkast", "kladde", "kladder", "luonnokset",
        "koncepty", "taslaklar", "taslak", "черновик", "черновики", "下書き", "草稿", "임시보관함", "임시 보관함",
    ]),
];

/// Why mail in a folder or with a label of that name is left out.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let name = name.trim().trim_matches(['"', '[', ']']).to_lowercase();
    PLACES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(reason, _)| *reason)
}

/// Why all mail in a file is left out, by the folders it lies in and its own name without its extension.
pub(super) fn by_path(path: &str) -> Option<&'static str> {
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // Maildir++ writes `.INBOX.Trash`, Thunderbird `Inbox.sbd/Trash`.
    let last = |part: &str| part.rsplit('.').next().and_then(by_name);
    by_name(stem).or_else(|| parts.iter().find_map(|part| by_name(part).or_else(|| last(part))))
}

/// Why a mail is left out, by its headers.
pub(super) fn by_headers(headers: &Message<'_>) -> Option<&'static str> {
    labels(headers).or_else(|| flags(headers)).or_else(|| archived_chat(headers))
}

/// Gmail's labels, as Takeout writes them.
fn labels(headers: &Message<'_>) -> Option<&'static str> {
    let raw = raw_header(headers, HeaderName::from("X-Gmail-Labels"))?;
    let block = format!("Subject: {raw}\n\n");
    let decoded = MessageParser::default().parse_headers(&block)?;
    let labels = decoded.subject()?;
    labels.split(',').find_map(|label| if label.trim() == "Chat" { Some(CHAT) } else { by_name(label) })
}

/// What Thunderbird, mutt and Outlook note in a mail's own headers.
fn flags(headers: &Message<'_>) -> Option<&'static str> {
    /// "Expunged, waiting for the folder to be compacted."
    const EXPUNGED: u32 = 0x8;
    let header = |name: &'static str| raw_header(headers, HeaderName::from(name));
    let mozilla = header("X-Mozilla-Status").and_then(|status| u32::from_str_radix(status.trim(), 16).ok());
    let status = header("X-Status").unwrap_or_default();
    if mozilla.is_some_and(|status| status & EXPUNGED != 0) || status.contains('D') {
        Some(DELETED)
    } else if status.contains('T') || header("X-Unsent").is_some_and(|unsent| unsent == "1") {
        Some(DRAFT)
    } else {
        None
    }
}

/// Google Chat archived as mail: a whole conversation with a machine as its author.
fn archived_chat(headers: &Message<'_>) -> Option<&'static str> {
    let from = headers.from()?.first()?.address()?;
    let (local, _) = from.split_once('@')?;
    local.split('+').next()?.eq_ignore_ascii_case("chat-archiving").then_some(CHAT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &str, expected: Option<&str>) {
        let block = format!("From: ann@example.com\n{headers}\n\n");
        let parsed = MessageParser::default().parse_headers(&block).unwrap();
        assert_eq!(by_headers(&parsed), expected, "{headers}");
    }

    #[test]
    fn labels_are_read_in_the_owners_language() {
        check("X-Gmail-Labels: Inbox,Important,Opened", None);
        check("X-Gmail-Labels: Trash,Opened", Some(DELETED));
        check("X-Gmail-Labels: Spam", Some(JUNK));
        check("X-Gmail-Labels: Chat", Some(CHAT));
        check("X-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe,Wichtig?=", Some(DRAFT));
        check("X-Gmail-Labels: =?UTF-8?B?0JrQvtGA0LfQuNC90LA=?=", Some(DELETED));
        check("X-Gmail-Labels: spam filters,trash talk", None);
    }

    #[test]
    fn programs_notes_are_read() {
        check("X-Mozilla-Status: 0009", Some(DELETED));
        check("X-Mozilla-Status: 0001", None);
        check("X-Status: D", Some(DELETED));
        check("X-Unsent: 1", Some(DRAFT));
    }

    #[test]
    fn folders_are_known_by_name() {
        for (path, expected) in [
            ("Trash.mbox", Some(DELETED)),
            ("Mail/All mail Including Spam and Trash.mbox", None),
            ("Inbox.sbd/Junk", Some(JUNK)),
            (".INBOX.Drafts/cur/17.a:2,S", Some(DRAFT)),
            ("Gelöschte Elemente/1.eml", Some(DELETED)),
            ("trashcans/1.eml", None),
            ("inbox", None),
        ] {
            assert_eq!(by_path(path), expected, "{path}");
        }
    }
}
