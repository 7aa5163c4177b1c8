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
    "know nothing about", "know nothing of", "don't know anything about", "wrong person", "wrong one",
    "you mean the other", "you want the other", "not my department", "in another department",
    "in a different department", "different team", "not up to date", "out of date on", "out of touch with",
    "| long ago", "years ago |", "not mine |", "isn't mine |", "no longer mine",
    // German
    "keine ahnung", "weiß ich nicht", "weiss ich nicht", "ich weiß nicht", "ich weiss nicht", "nicht mein gebiet",
    "nicht mein bereich", "kenne ich nicht", "kenne mich nicht aus", "kenne mich damit nicht aus",
    "nie benutzt", "noch nie benutzt", "bin nicht sicher", "schon lange nicht mehr", "weiß nichts über",
    "weiss nichts über", "falsche person", "andere abteilung", "anderen abteilung", "nicht mehr aktuell",
    "nicht mehr auf dem stand", "ist lange her",
    // French
    "aucune idée", "je ne sais pas", "je sais pas", "j'en sais rien", "pas mon domaine", "jamais utilisé",
    "je ne connais pas", "pas la moindre idée", "mauvaise personne", "autre service", "plus à jour",
    // Spanish
    "ni idea", "no sé", "no lo sé", "no tengo idea", "no es mi área", "no conozco", "nunca lo he usado",
    "persona equivocada", "otro departamento",
    // Portuguese
    "não sei", "nao sei", "não faço ideia", "sem ideia", "não é minha área", "não conheço", "nunca usei",
    "pessoa errada", "outro departamento",
    // Italian
    "non lo so", "non so", "nessuna idea", "non è il mio campo", "non conosco", "mai usato",
    "persona sbagliata", "altro reparto",
    // Dutch
    "geen idee", "weet ik niet", "ik weet niet", "ik weet het niet", "niet mijn gebied", "nooit gebruikt",
    "verkeerde persoon", "andere afdeling",
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
    "| same for us", "| same with us", "| same for our", "| same for my", "| same at our", "| same over here",
    "here too |", "here as well |", "for us too |", "for us as well |", "for me too |", "for me as well |",
    "with us too |", "happens to us too", "happens for us too",
    // German
    "gleiches problem", "selbes problem", "dasselbe problem", "das gleiche problem", "gleicher fehler",
    "bei mir auch", "bei uns auch", "geht mir auch so", "geht uns auch so", "habe ich auch", "haben wir auch",
    "ich auch",
    // French
    "moi aussi", "nous aussi", "chez nous aussi", "même problème", "même erreur", "pareil ici",
    "pareil chez moi", "pareil chez nous", "idem",
    // Spanish
    "mismo problema", "mismo error", "me pasa lo mismo", "nos pasa lo mismo", "a mí también", "a mi también",
    "a nosotros también", "yo también",
    // Portuguese
    "mesmo problema", "mesmo erro", "aqui também", "comigo também", "conosco também", "eu também",
    // Italian
    "stesso problema", "stesso errore", "anch'io", "anche a me", "anche a noi", "anche io",
    // Dutch
    "hetzelfde probleem", "dezelfde fout", "zelfde probleem", "ik ook", "bij ons ook", "hier ook",
]));

/// What a sentence is about that reports a trouble or what one sees.
#[rustfmt::skip]
pub(super) static TROUBLES: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    "happens", "happening", "happened", "occurs", "affects", "trouble", "problem", "problems", "issue",
    "issues", "error", "errors", "bug", "see this", "see that", "see it", "seeing this", "seeing that",
    "seeing it", "have this", "have that", "have it", "having this", "having that", "get this", "get that",
    "get it", "getting this", "getting that", "hit this", "hit that", "hit it",
]));

/// Ends of a sentence that joins what was said.
#[rustfmt::skip]
pub(super) static ALSO: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&["too |", "as well |"]));

/// Sends to somebody else, and knows nothing oneself.
#[rustfmt::skip]
pub(super) static PASSES_ON: LazyLock<PhraseList> = LazyLock::new(|| PhraseList::new(&[
    // English
    "| ask", "| try asking", "| i'd ask", "| i would ask", "| better ask", "| best ask", "| maybe ask",
    "| you could ask", "| you should ask", "| you might ask", "| you can ask", "| talk to", "| speak to",
    "| speak with", "| check with", "| ping", "| pinging", "| paging", "| cc", "| contact", "| reach out to",
    "can tell you", "could tell you", "might know", "would know", "should know", "will know", "may know",
    "knows this", "knows that", "knows about", "knows more", "is the one to ask", "is the person to ask",
    "is the right person", "is the expert", "is our expert", "might be able to help", "should be able to help",
    "may be able to help",
    // German
    "| frag", "| fragt", "| wende dich an", "| melde dich bei", "| sprich mit", "kann dir helfen",
    "kennt sich aus", "weiß das", "weiß mehr",
    // French
    "| demande à", "| demandez à", "| voir avec", "| contacte", "| contactez", "pourra t'aider", "saura",
    // Spanish
    "| pregunta a", "| pregúntale a", "| habla con", "| contacta a", "te puede ayudar",
    // Portuguese
    "| pergunta ao", "| pergunte a", "| fala com", "| fale com", "pode te ajudar",
    // Italian
    "| chiedi a", "| parla con", "ti può aiutare",
    // Dutch
    "| vraag het aan", "| vraag maar", "kan je helpen",
]));

/// The same in scripts that do not part words, and in Korean.
#[rustfmt::skip]
pub(super) const PASSES_ON_UNPARTED: &[&str] = &[
    "に聞いて", "が詳しい", "请教", "问一下", "比较了解", "에게 물어", "님이 잘",
];

/// Has the same trouble, in scripts that do not part words, and in Korean.
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
    "following this", "| watching this", "| subscribing", "| bump", "| bumping", "gibt es neuigkeiten", "gibt's was neues",
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
