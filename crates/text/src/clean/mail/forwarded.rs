//! Forwarded and top-posted mails: a rule or a header block, and everything below it.

use super::Lines;

/// What a rule line says between its dashes, in small letters.
const RULES: &[&str] = &[
    "original message",
    "forwarded message",
    "original appointment",
    "reply message",
    "ursprüngliche nachricht",
    "originalnachricht",
    "original-nachricht",
    "weitergeleitete nachricht",
    "message d'origine",
    "message original",
    "message transféré",
    "mensaje original",
    "mensaje reenviado",
    "mensagem original",
    "mensagem encaminhada",
    "messaggio originale",
    "messaggio inoltrato",
    "oorspronkelijk bericht",
    "doorgestuurd bericht",
    "originalmeddelande",
    "ursprungligt meddelande",
    "oprindelig meddelelse",
    "wiadomość oryginalna",
    "oryginalna wiadomość",
    "исходное сообщение",
    "пересылаемое сообщение",
    "原始邮件",
    "原邮件",
    "转发邮件",
    "转发的邮件",
    "原始郵件",
    "転送メッセージ",
    "元のメッセージ",
    "원본 메시지",
];

/// Openings of a forwarded mail without dashes.
const OPENINGS: &[&str] = &[
    "begin forwarded message",
    "anfang der weitergeleiteten",
    "début du message transféré",
    "inicio del mensaje reenviado",
    "inizio messaggio inoltrato",
    "begin doorgestuurd bericht",
];

/// Header names in small letters, by what they say: sender, time, recipients, subject.
const HEADERS: [&[&str]; 4] = [
    &[
        "from",
        "von",
        "de",
        "da",
        "van",
        "från",
        "fra",
        "od",
        "от",
        "kimden",
        "lähettäjä",
        "发件人",
        "寄件者",
        "寄件人",
        "差出人",
        "보낸 사람",
        "보낸사람",
    ],
    &[
        "sent",
        "date",
        "gesendet",
        "datum",
        "envoyé",
        "envoyé le",
        "enviado",
        "enviado el",
        "enviada em",
        "fecha",
        "data",
        "inviato",
        "verzonden",
        "skickat",
        "sendt",
        "dato",
        "wysłano",
        "отправлено",
        "дата",
        "发送时间",
        "日期",
        "寄件日期",
        "送信日時",
        "日付",
        "보낸 날짜",
        "날짜",
    ],
    &[
        "to",
        "an",
        "à",
        "para",
        "a",
        "aan",
        "till",
        "til",
        "do",
        "кому",
        "cc",
        "kopie",
        "copie",
        "kopia",
        "收件人",
        "抄送",
        "收件者",
        "副本",
        "宛先",
        "받는 사람",
        "reply-to",
        "message-id",
        "importance",
    ],
    &[
        "subject",
        "betreff",
        "objet",
        "asunto",
        "assunto",
        "oggetto",
        "onderwerp",
        "ämne",
        "emne",
        "temat",
        "тема",
        "konu",
        "aihe",
        "主题",
        "主旨",
        "件名",
        "제목",
    ],
];

/// A header block stands within this many lines; long recipient lists run over several.
const BLOCK_LINES: usize = 14;

/// The lines that a forwarded mail at `at` takes: all that is left, or, if `>` quotes follow (somebody answers
/// between them), only its rule and header block.
pub(super) fn take(lines: &Lines<'_>, at: usize) -> Option<usize> {
    let line = lines.trimmed(at);
    let headers_at = if is_rule(line) || is_opening(line) {
        at + 1
    } else if is_underline(line)
        && lines.next_words(at + 1, 3).is_some_and(|next| block_end(lines, next).is_some())
    {
        lines.next_words(at + 1, 3)?
    } else {
        block_end(lines, at)?;
        at
    };
    let start = lines.next_words(headers_at, 3).unwrap_or(headers_at);
    let end = block_end(lines, start).unwrap_or(headers_at);
    if lines.quotes_follow(end) { Some(end - at) } else { Some(lines.all.len() - at) }
}

/// `-----Original Message-----`, in any language, between dashes.
fn is_rule(line: &str) -> bool {
    // Some mailers draw the rule with U+2010 or dashes.
    let dash = |c: char| matches!(c, '-' | '‐' | '–' | '—');
    if line.len() > 160 || !line.starts_with(dash) || !line.ends_with(dash) {
        return false;
    }
    let says = line.trim_matches(|c| dash(c) || c == ' ').to_lowercase();
    RULES.iter().any(|rule| says.starts_with(rule))
}

fn is_opening(line: &str) -> bool {
    line.len() <= 80 && line.ends_with(':') && {
        let line = line.to_lowercase();
        OPENINGS.iter().any(|opening| line.starts_with(opening))
    }
}

fn is_underline(line: &str) -> bool {
    line.len() >= 8 && line.bytes().all(|b| b == b'_' || b == b'-')
}

/// Which of the four kinds of header a line is.
fn header(line: &str) -> Option<usize> {
    let line = line.trim_start_matches(['*', ' ']);
    let colon = line.find([':', '：'])?;
    if colon == 0 || colon > 40 {
        return None;
    }
    let name = line.get(..colon)?.trim_matches(['*', ' ']).to_lowercase();
    HEADERS.iter().position(|names| names.contains(&name.as_str()))
}

/// Where the header block that begins at `at` ends, if one does: a sender, then at least two other kinds.
fn block_end(lines: &Lines<'_>, at: usize) -> Option<usize> {
    if header(lines.trimmed(at)) != Some(0) {
        return None;
    }
    let mut found = [false; 4];
    let mut end = at;
    for number in at..(at + BLOCK_LINES).min(lines.all.len()) {
        let line = lines.trimmed(number);
        if line.is_empty() {
            break;
        }
        if let Some(kind) = header(line)
            && let Some(slot) = found.get_mut(kind)
        {
            *slot = true;
        }
        end = number + 1;
    }
    let kinds = found.iter().filter(|found| **found).count();
    (kinds >= 3).then_some(end)
}
