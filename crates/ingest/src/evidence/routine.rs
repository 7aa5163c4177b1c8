//! Messages that move a matter along rather than answer it: verification, triage, asking for logs.

use std::sync::LazyLock;

use super::phrases::{PhraseList, Phrases};

/// Longest routine message, in content words, that opens with one of [`OPENS`].
const OPENED_WORDS: usize = 60;
/// Longest routine message, in content words, that holds one of [`HOLDS`].
const HELD_WORDS: usize = 20;

/// Starts of sentences that process, by themselves enough at the start of the message.
#[rustfmt::skip]
static OPENS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "| verified", "| validated", "| tested with", "| tested on", "| tested using", "| tested in build",
    "| tested environment", "| test environment", "| environment used", "| closing", "| closed as",
    "| reopening", "| re opening", "| reopened", "| moving", "| moved to", "| assigning", "| reassigning",
    "| scheduling", "| postponing", "| deferring", "| bumping", "| resolving", "| marking", "| triaged",
    "| setting status", "| changing priority", "| raising priority", "| lowering priority",
    "| verifiziert", "| getestet mit", "| vérifié", "| testé avec", "| verificado", "| probado con",
    "| testado com", "| verificato", "| testato con", "| geverifieerd", "| getest met",
]));

/// Phrases that process in a short message.
#[rustfmt::skip]
static HOLDS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English
    "verified fixed", "verified as fixed", "verified in", "verified with", "verified on", "verified using",
    "closing this", "closing as", "closing ticket", "closing the ticket", "closing issue", "close this ticket",
    "closing bug", "close the ticket", "move to backlog", "moved to the backlog", "moving to", "moving this",
    "assigning to", "reassigning to", "please attach", "please provide", "please upload", "please include",
    "please send the logs", "please share the logs", "please post the logs", "can you attach",
    "could you attach", "can you please attach", "can you please provide", "could you please provide",
    "could you provide a", "can you provide a", "need more information", "need more info",
    "needs more information", "needs more info", "not enough information", "please reopen",
    "feel free to reopen", "please close", "please file", "please open a ticket", "please open an issue",
    "please create a ticket", "please create an issue", "please test", "please verify", "please retest",
    "please re test", "unable to reproduce", "cannot reproduce", "can't reproduce", "could not reproduce",
    "couldn't reproduce", "not reproducible", "not able to reproduce", "unable to repro", "duplicate of",
    "marking as", "marking this", "marked as", "resolving as", "resolved as", "resolving this",
    "resolving ticket", "added to the backlog", "does not occur anymore", "no longer reproducible",
    // German
    "logdateien anhängen", "logs anhängen", "bitte anhängen", "bitte hängen sie", "bitte schicken sie",
    "ticket geschlossen", "schließe das ticket", "ticket wird geschlossen", "nicht reproduzierbar",
    "nicht reproduzieren", "duplikat von", "zugewiesen an", "ins backlog",
    // French
    "merci de joindre", "veuillez joindre", "pouvez vous joindre", "veuillez fournir", "merci de fournir",
    "je ferme le ticket", "ticket fermé", "non reproductible", "impossible de reproduire", "doublon de",
    "assigné à",
    // Spanish
    "por favor adjunte", "por favor adjunta", "puede adjuntar", "puedes adjuntar", "cierro el ticket",
    "cerrando el ticket", "ticket cerrado", "no se puede reproducir", "no reproducible", "duplicado de",
    "asignado a", "verificado en",
    // Portuguese
    "por favor anexe", "por favor envie", "pode anexar", "fechando o ticket", "encerrando o chamado",
    "não reproduzível", "não consegui reproduzir", "atribuído a", "verificado na", "verificado em",
    // Italian
    "prega di allegare", "per favore allega", "puoi allegare", "può allegare", "chiudo il ticket",
    "non riproducibile", "non riesco a riprodurre", "duplicato di", "assegnato a",
    // Dutch
    "bijvoegen", "stuur de logs", "ik sluit het ticket", "ticket gesloten", "niet reproduceerbaar",
    "niet reproduceren", "duplicaat van", "toegewezen aan",
]));

/// The same in scripts that do not part words, and in Korean.
#[rustfmt::skip]
const UNPARTED: &[&str] = &[
    "添付してください", "添付をお願い", "ログを送って", "クローズします", "確認済み", "再現しません", "再現できません", "担当を変更", "请附上", "请提供",
    "關閉此", "关闭此", "关闭工单", "已验证", "验证通过", "无法复现", "无法重现", "重复的问题", "첨부해 주", "로그를 보내", "종료합니다", "닫겠습니다",
    "검증 완료", "재현되지", "재현 불가",
];

/// Whether a message of that many content words moves the matter along rather than answers it.
pub(super) fn is_routine(phrases: &Phrases, words: usize) -> bool {
    if words <= OPENED_WORDS && phrases.sentences().next().is_some_and(|first| first.has_any(&OPENS)) {
        return true;
    }
    words <= HELD_WORDS && (phrases.has_any(&HOLDS) || phrases.contains_any(UNPARTED))
}
