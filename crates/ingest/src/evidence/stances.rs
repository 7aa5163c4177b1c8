//! Short lists, in ten languages, of what people say who do not answer: not knowing, guessing, joining in.

use std::sync::LazyLock;

use super::phrases::PhraseList;

/// Does not know, or has nothing to do with it (any more).
#[rustfmt::skip]
pub(super) static DECLINES: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English
    "no idea", "no clue", "not a clue", "| i don't know", "| i dont know", "| i do not know",
    "| i don't really know", "| sorry i don't know", "| don't know", "| dunno", "| i dunno", "| idk", "not my area", "isn't my area", "not my field", "not my expertise",
    "outside my area", "not my domain", "not an expert", "no expert", "not familiar with",
    "i'm not familiar", "not very familiar", "not too familiar", "haven't used it in", "haven't used this in",
    "haven't used that in", "haven't touched", "have not touched", "haven't looked at", "haven't worked on",
    "haven't worked with", "been years since", "been a while since", "long time since i", "i've never used",
    "i have never used", "never used it", "never used that", "never tried it", "i can't help",
    "i cannot help", "beyond me", "wish i knew", "i can't say", "not the right person", "no experience with",
    "don't have any experience", "don't have experience", "no longer work on", "never touched",
    // German
    "keine ahnung", "weiß ich nicht", "weiss ich nicht", "ich weiß nicht", "ich weiss nicht", "nicht mein gebiet",
    "nicht mein bereich", "kenne ich nicht", "kenne mich nicht aus", "kenne mich damit nicht aus",
    "nie benutzt", "noch nie benutzt", "bin nicht sicher", "schon lange nicht mehr",
    // French
    "aucune idée", "je ne sais pas", "je sais pas", "j'en sais rien", "pas mon domaine", "jamais utilisé",
    "je ne connais pas", "pas la moindre idée",
    // Spanish
    "ni idea", "no sé", "no lo sé", "no tengo idea", "no es mi área", "no conozco", "nunca lo he usado",
    // Portuguese
    "não sei", "nao sei", "não faço ideia", "sem ideia", "não é minha área", "não conheço", "nunca usei",
    // Italian
    "non lo so", "non so", "nessuna idea", "non è il mio campo", "non conosco", "mai usato",
    // Dutch
    "geen idee", "weet ik niet", "ik weet niet", "ik weet het niet", "niet mijn gebied", "nooit gebruikt",
]));

/// The same in scripts that do not part words, and in Korean.
#[rustfmt::skip]
pub(super) const DECLINES_UNPARTED: &[&str] = &[
    "わかりません", "分かりません", "わからないです", "分からないです", "詳しくない", "使ったことがない", "使ったことがありません", "不知道", "不清楚",
    "不太清楚", "不了解", "没用过", "沒用過", "不确定", "모르겠", "몰라요", "잘 모릅니다", "써본 적이 없",
];

/// Guesses.
#[rustfmt::skip]
pub(super) static GUESSES: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "not sure but", "i'm not sure |", "im not sure |", "i am not sure |", "| not sure |", "not sure though |",
    "just a guess",
    "just guessing", "wild guess", "only a guess", "shot in the dark",
    "if i had to guess", "i might be wrong", "i may be wrong", "i could be wrong", "not 100 sure",
    "not entirely sure", "not totally sure", "nicht sicher", "nur geraten", "ich rate", "pas sûr", "pas sure",
    "je devine", "no estoy seguro", "no estoy segura", "adivinando", "não tenho certeza", "é um palpite",
    "non sono sicuro", "non sono sicura", "tiro a indovinare", "niet zeker", "gok ik", "ik gok",
]));

/// Has the same trouble or question.
#[rustfmt::skip]
pub(super) static ME_TOO: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English
    "same here", "| me too", "same problem here", "same issue here", "same error here", "| same problem",
    "| same issue", "| same error", "| same question", "| same for me", "| same with me", "i have the same",
    "i have same", "i also have the same", "we have the same", "we also have the same", "also have the same",
    "i've got the same", "having the same", "having same", "getting the same error", "getting the same issue",
    "getting same error", "seeing the same", "seeing the same error", "i see the same", "experiencing the same", "running into the same",
    "facing the same", "facing same", "hitting the same", "i have this too", "i have this problem too",
    "i have this issue too", "i get this too", "i see this too", "seeing this too", "happens to me too",
    "happening to me too", "happening for me too", "same happens to me", "i'm also seeing", "also seeing this",
    "also having this", "also have this problem", "also have this issue", "also getting this",
    "also experiencing this", "i'm also having", "interested too", "also interested in this",
    "would like to know too", "want to know too", "wondering the same", "was wondering the same",
    // German
    "gleiches problem", "selbes problem", "dasselbe problem", "das gleiche problem", "gleicher fehler",
    "bei mir auch", "geht mir auch so", "habe ich auch", "ich auch",
    // French
    "moi aussi", "même problème", "même erreur", "pareil ici", "pareil chez moi", "idem",
    // Spanish
    "mismo problema", "mismo error", "me pasa lo mismo", "a mí también", "a mi también", "yo también",
    // Portuguese
    "mesmo problema", "mesmo erro", "aqui também", "comigo também", "eu também",
    // Italian
    "stesso problema", "stesso errore", "anch'io", "anche a me", "anche io",
    // Dutch
    "hetzelfde probleem", "dezelfde fout", "zelfde probleem", "ik ook", "hier ook",
]));

/// The same in scripts that do not part words, and in Korean.
#[rustfmt::skip]
pub(super) const ME_TOO_UNPARTED: &[&str] = &[
    "私も同じ", "僕も同じ", "こちらも同じ", "同じ問題が", "同じエラーが", "我也遇到", "我也有", "同样的问题", "同樣的問題", "一样的问题", "저도 같은", "저도요",
    "저도 동일", "같은 문제가", "같은 오류가",
];

/// Waits for an answer.
#[rustfmt::skip]
pub(super) static WAITS: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "any update", "any updates", "any news", "any progress", "any solution", "any luck", "did you ever",
    "did you find a", "did you solve", "did anyone solve", "were you able to solve", "| following",
    "following this", "| subscribing", "| bump", "| bumping", "gibt es neuigkeiten", "gibt's was neues",
    "irgendwelche neuigkeiten", "des nouvelles", "du nouveau", "alguna novedad", "hay novedades",
    "alguna solución", "alguma novidade", "alguma solução", "ci sono novità", "qualche novità",
    "al nieuws", "is er nieuws",
]));

/// Tells how it was solved: then "I had the same" opens an answer.
#[rustfmt::skip]
pub(super) static SOLVES: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "fixed it", "i fixed", "fixed by", "solved it", "i solved", "solved by", "solved this", "workaround",
    "work around", "turned out", "turns out", "worked for me", "works for me", "what worked", "the fix",
    "the solution", "you can", "you need", "you have to", "you should", "gelöst", "behoben", "résolu",
    "la solution", "la solución", "resuelto", "solução", "resolvi", "risolto", "soluzione",
    "opgelost", "oplossing",
]));
