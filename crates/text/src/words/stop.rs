//! Stop words: articles, pronouns, prepositions, auxiliaries, greetings. In small letters, without apostrophes, sorted.
//!
//! Our own short lists. They leave words alone that mean something at work (`will` is dropped, `may` is not, for
//! it is also a month), and languages without a list lose nothing but a little space in the index.

use std::sync::OnceLock;

use super::Language;

/// The stop words of a language, to be asked often: most words are told apart by their first byte and length.
#[derive(Debug)]
pub(super) struct StopWords {
    words: &'static [&'static str],
    /// Where the words that begin with each byte begin in `words`; one more for the end.
    starts: [u16; 257],
}

impl StopWords {
    /// Those of a language; of none, none.
    pub(super) fn of(language: Option<Language>) -> &'static Self {
        static TABLES: [OnceLock<StopWords>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        static EMPTY: StopWords = StopWords { words: &[], starts: [0; 257] };
        let Some(language) = language else { return &EMPTY };
        TABLES.get(language as usize).map_or(&EMPTY, |table| table.get_or_init(|| Self::new(words(language))))
    }

    fn new(words: &'static [&'static str]) -> Self {
        let starts = std::array::from_fn(|byte| {
            words.partition_point(|word| word.bytes().next().is_some_and(|first| usize::from(first) < byte))
                as u16
        });
        Self { words, starts }
    }

    /// Whether a word in small letters is one of them.
    pub(super) fn contains(&self, word: &str) -> bool {
        let Some(first) = word.bytes().next().map(usize::from) else { return false };
        let range = self.starts.get(first).zip(self.starts.get(first + 1));
        range
            .and_then(|(start, end)| self.words.get(usize::from(*start)..usize::from(*end)))
            .is_some_and(|bucket| bucket.contains(&word))
    }
}

/// The stop words of a language, ascending by bytes; empty if we have none.
fn words(language: Language) -> &'static [&'static str] {
    match language {
        Language::Catalan => CATALAN,
        Language::Czech => CZECH,
        Language::Danish => DANISH,
        Language::Dutch => DUTCH,
        Language::English => ENGLISH,
        Language::Finnish => FINNISH,
        Language::French => FRENCH,
        Language::German => GERMAN,
        Language::Hungarian => HUNGARIAN,
        Language::Italian => ITALIAN,
        Language::Norwegian => NORWEGIAN,
        Language::Polish => POLISH,
        Language::Portuguese => PORTUGUESE,
        Language::Romanian => ROMANIAN,
        Language::Russian => RUSSIAN,
        Language::Spanish => SPANISH,
        Language::Swedish => SWEDISH,
        Language::Turkish => TURKISH,
        _ => &[],
    }
}

#[rustfmt::skip]
const CATALAN: &[&str] = &[
    "a", "això", "al", "als", "amb", "aquest", "aquesta", "com", "de", "del", "dels", "des", "doncs", "e",
    "el", "els", "em", "en", "ens", "entre", "eren", "es", "està", "fa", "fins", "ha", "han", "hi", "ho",
    "i", "ja", "la", "les", "li", "lo", "meu", "molt", "més", "no", "ns", "o", "on", "per", "perquè",
    "però", "que", "qui", "què", "se", "sense", "ser", "seu", "si", "sobre", "són", "també", "te", "tot",
    "tots", "un", "una", "uns", "va", "vos", "és",
];

#[rustfmt::skip]
const CZECH: &[&str] = &[
    "a", "aby", "ale", "ani", "asi", "až", "bez", "by", "byl", "byla", "byli", "bylo", "být", "co", "což",
    "do", "ho", "i", "jak", "jako", "je", "jeho", "jejich", "její", "jen", "jestli", "ještě", "ji", "již",
    "jsem", "jsme", "jsou", "já", "k", "kam", "kde", "kdo", "když", "která", "které", "který", "ma", "mají",
    "mezi", "mi", "mnou", "my", "mám", "máme", "mít", "mě", "můj", "na", "nad", "ne", "nebo", "než", "nic",
    "nám", "náš", "o", "od", "po", "pod", "pokud", "pro", "proto", "proč", "před", "při", "s", "se", "si",
    "ta", "tak", "také", "tam", "ten", "tento", "to", "toto", "tu", "ty", "u", "už", "v", "ve", "vy", "vám",
    "váš", "však", "z", "za", "ze", "či", "že",
];

#[rustfmt::skip]
const DANISH: &[&str] = &[
    "af", "alle", "alt", "anden", "at", "blev", "blive", "bliver", "da", "de", "dem", "den", "denne", "der",
    "deres", "det", "dette", "dig", "din", "disse", "dog", "du", "efter", "eller", "en", "end", "er", "et",
    "for", "fra", "ham", "han", "har", "havde", "have", "hej", "hende", "her", "hos", "hun", "hvad", "hvem",
    "hvis", "hvor", "hvordan", "hvorfor", "i", "ikke", "ind", "jeg", "jer", "kan", "man", "mange", "med",
    "meget", "men", "mig", "min", "mod", "mon", "nogen", "noget", "nogle", "nu", "når", "og", "også", "om",
    "op", "os", "over", "på", "sig", "sin", "skal", "skulle", "som", "til", "ud", "under", "var", "ved",
    "vi", "vil", "ville", "vor", "være", "været",
];

#[rustfmt::skip]
const DUTCH: &[&str] = &[
    "aan", "al", "alles", "als", "altijd", "andere", "ben", "bij", "daar", "dan", "dat", "de", "der",
    "deze", "die", "dit", "doch", "doen", "door", "dus", "een", "en", "er", "ge", "geen", "had", "heb",
    "hebben", "heeft", "hem", "het", "hier", "hij", "hoe", "hun", "iets", "ik", "in", "is", "ja", "je",
    "jij", "kan", "kon", "kunnen", "maar", "me", "meer", "men", "met", "mij", "mijn", "moet", "na", "naar",
    "niet", "niets", "nog", "nu", "of", "om", "omdat", "ons", "onze", "ook", "op", "over", "te", "tegen",
    "toch", "toen", "tot", "u", "uit", "uw", "van", "veel", "voor", "waar", "waarom", "wanneer", "want",
    "waren", "was", "wat", "we", "wel", "werd", "wie", "wij", "wil", "worden", "wordt", "zal", "ze", "zelf",
    "zich", "zij", "zijn", "zo", "zonder", "zou",
];

#[rustfmt::skip]
const ENGLISH: &[&str] = &[
    "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are",
    "arent", "as", "at", "be", "because", "been", "before", "being", "below", "between", "both", "but",
    "by", "can", "cannot", "cant", "could", "couldnt", "did", "didnt", "do", "does", "doesnt", "doing",
    "dont", "down", "during", "each", "eg", "either", "else", "etc", "even", "ever", "few", "for", "from",
    "further", "get", "gets", "getting", "got", "had", "hadnt", "has", "hasnt", "have", "havent", "having",
    "he", "hello", "her", "here", "hers", "herself", "hi", "him", "himself", "his", "how", "however", "i",
    "id", "ie", "if", "im", "in", "into", "is", "isnt", "it", "its", "itself", "ive", "just", "let", "lets",
    "like", "me", "might", "more", "most", "much", "must", "my", "myself", "no", "nor", "not", "now", "of",
    "off", "ok", "okay", "on", "once", "only", "or", "other", "our", "ours", "ourselves", "out", "over",
    "own", "per", "please", "rather", "really", "same", "shall", "she", "should", "shouldnt", "since", "so",
    "some", "still", "such", "than", "thanks", "that", "thats", "the", "their", "theirs", "them",
    "themselves", "then", "there", "theres", "these", "they", "theyre", "this", "those", "though",
    "through", "thus", "to", "too", "under", "until", "up", "upon", "us", "very", "via", "was", "wasnt",
    "we", "were", "werent", "what", "when", "where", "whether", "which", "while", "who", "whom", "whose",
    "why", "will", "with", "within", "without", "wont", "would", "wouldnt", "yes", "yet", "you", "your",
    "youre", "yours", "yourself", "yourselves", "youve",
];

#[rustfmt::skip]
const FINNISH: &[&str] = &[
    "ei", "eivät", "en", "ette", "että", "he", "hän", "hänen", "ja", "jo", "joka", "jos", "jotka", "kanssa",
    "kuin", "kuka", "kun", "me", "mikä", "minun", "minä", "missä", "miten", "mitä", "mutta", "myös", "ne",
    "niin", "niitä", "nyt", "ole", "olen", "oli", "olla", "on", "ovat", "se", "sen", "siis", "sinä", "sitä",
    "tai", "te", "tuo", "tämä", "tämän", "vai", "vain", "voi", "voiko",
];

#[rustfmt::skip]
const FRENCH: &[&str] = &[
    "afin", "ai", "aie", "ainsi", "alors", "après", "au", "aucun", "aussi", "autre", "autres", "aux",
    "avait", "avant", "avec", "avez", "avoir", "avons", "bien", "bonjour", "car", "ce", "ceci", "cela",
    "celle", "ces", "cet", "cette", "ceux", "chez", "ci", "comme", "comment", "dans", "de", "depuis", "des",
    "donc", "dont", "du", "elle", "elles", "en", "encore", "entre", "es", "est", "et", "eu", "fait", "il",
    "ils", "je", "jusque", "la", "le", "les", "leur", "leurs", "lui", "là", "ma", "mais", "me", "merci",
    "mes", "moi", "mon", "même", "ne", "ni", "non", "nos", "notre", "nous", "on", "ont", "ou", "où", "par",
    "parce", "pas", "peu", "peut", "plus", "pour", "pourquoi", "quand", "que", "quel", "quelle", "quelles",
    "quels", "qui", "quoi", "sa", "sans", "se", "sera", "ses", "si", "son", "sont", "sous", "suis", "sur",
    "ta", "te", "tes", "toi", "ton", "tous", "tout", "toute", "toutes", "trop", "très", "tu", "un", "une",
    "vers", "vos", "votre", "vous", "y", "à", "étaient", "était", "êtes", "être",
];

#[rustfmt::skip]
const GERMAN: &[&str] = &[
    "aber", "alle", "allem", "allen", "aller", "alles", "als", "also", "am", "an", "ander", "andere",
    "anderen", "anderer", "anderes", "auch", "auf", "aus", "bei", "beim", "bin", "bis", "bist", "bitte",
    "da", "dabei", "dadurch", "dafür", "damit", "dann", "das", "dass", "dazu", "dein", "deine", "dem",
    "den", "denn", "der", "des", "dessen", "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses",
    "doch", "dort", "du", "durch", "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "etwas",
    "euch", "euer", "für", "gegen", "habe", "haben", "hat", "hatte", "hier", "hin", "hinter", "hätte",
    "ich", "ihm", "ihn", "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "im", "in", "indem", "ins",
    "ist", "ja", "jede", "jedem", "jeden", "jeder", "jedes", "jetzt", "kann", "kein", "keine", "keinem",
    "keinen", "keiner", "können", "könnte", "mal", "man", "mehr", "mein", "meine", "mich", "mir", "mit",
    "muss", "nach", "nicht", "nichts", "noch", "nun", "nur", "ob", "oder", "ohne", "schon", "sehr", "sein",
    "seine", "sich", "sie", "sind", "so", "soll", "sollte", "sondern", "um", "und", "uns", "unser",
    "unsere", "unter", "viel", "vom", "von", "vor", "wann", "war", "waren", "warum", "was", "weil",
    "welche", "welchem", "welchen", "welcher", "welches", "wenn", "wer", "werde", "werden", "wie", "wieder",
    "will", "wir", "wird", "wo", "würde", "zu", "zum", "zur", "über",
];

#[rustfmt::skip]
const HUNGARIAN: &[&str] = &[
    "a", "abban", "ahhoz", "aki", "akkor", "ami", "amikor", "arra", "az", "azok", "azon", "azt", "be",
    "csak", "de", "ebben", "egy", "el", "ez", "ezek", "ezt", "fel", "ha", "hanem", "hogy", "hol", "honnan",
    "ide", "is", "itt", "jó", "kell", "ki", "le", "lehet", "lesz", "meg", "mert", "mi", "mint", "miért",
    "most", "már", "ne", "nem", "nincs", "olyan", "ott", "pedig", "s", "sem", "szerint", "több", "után",
    "vagy", "van", "volt", "én", "és", "ön", "úgy", "ők",
];

#[rustfmt::skip]
const ITALIAN: &[&str] = &[
    "a", "ad", "agli", "ai", "al", "alla", "alle", "allo", "anche", "ancora", "avere", "aveva", "c", "che",
    "chi", "ci", "ciao", "coi", "col", "come", "con", "cosa", "così", "cui", "da", "dagli", "dai", "dal",
    "dalla", "dalle", "degli", "dei", "del", "della", "delle", "dello", "dentro", "di", "dopo", "dove", "e",
    "ed", "era", "erano", "essere", "fa", "fare", "fino", "fra", "gli", "ha", "hai", "hanno", "ho", "i",
    "il", "in", "io", "l", "la", "le", "lei", "li", "lo", "loro", "lui", "ma", "me", "mi", "mia", "mie",
    "miei", "mio", "molto", "ne", "negli", "nei", "nel", "nella", "nelle", "no", "noi", "non", "nostro",
    "o", "ogni", "per", "perché", "più", "poi", "prima", "può", "qua", "quale", "quali", "quando", "quanto",
    "quella", "quelle", "quelli", "quello", "questa", "queste", "questi", "questo", "qui", "quindi", "se",
    "sei", "senza", "si", "sia", "siamo", "siete", "solo", "sono", "sopra", "sotto", "su", "sua", "sue",
    "sugli", "sui", "sul", "sulla", "suo", "suoi", "tra", "tu", "tua", "tuo", "tutti", "tutto", "un", "una",
    "uno", "vi", "voi", "è",
];

#[rustfmt::skip]
const NORWEGIAN: &[&str] = &[
    "alle", "at", "av", "bare", "ble", "blir", "da", "de", "deg", "dem", "den", "denne", "der", "det",
    "dette", "din", "disse", "du", "eller", "en", "er", "et", "ett", "etter", "for", "fra", "få", "ha",
    "hadde", "han", "har", "hei", "her", "hos", "hun", "hva", "hvem", "hvis", "hvor", "hvordan", "hvorfor",
    "i", "ikke", "inn", "jeg", "kan", "man", "med", "meg", "men", "mer", "min", "mot", "må", "noe", "noen",
    "nå", "når", "og", "også", "om", "opp", "oss", "over", "på", "seg", "sin", "skal", "skulle", "som",
    "så", "til", "um", "under", "ut", "var", "ved", "vi", "vil", "ville", "være", "vært",
];

#[rustfmt::skip]
const POLISH: &[&str] = &[
    "a", "aby", "ale", "ani", "bardzo", "bez", "być", "był", "była", "było", "były", "co", "czy", "czyli",
    "dla", "do", "gdy", "gdzie", "go", "i", "ich", "ile", "im", "in", "ja", "jak", "jako", "je", "jego",
    "jej", "jest", "jestem", "już", "każdy", "kiedy", "kto", "która", "które", "który", "których", "ku",
    "lub", "ma", "mam", "mi", "mnie", "może", "można", "my", "na", "nad", "nam", "nas", "nich", "nie",
    "nim", "niż", "no", "o", "od", "oraz", "po", "pod", "przed", "przez", "przy", "się", "skąd", "są", "ta",
    "tak", "także", "tam", "te", "tego", "tej", "ten", "też", "to", "tu", "ty", "tych", "tylko", "tym", "u",
    "w", "we", "wszystko", "wy", "z", "za", "ze", "że",
];

#[rustfmt::skip]
const PORTUGUESE: &[&str] = &[
    "a", "ao", "aos", "as", "até", "com", "como", "da", "das", "de", "dela", "dele", "deles", "depois",
    "do", "dos", "e", "ela", "elas", "ele", "eles", "em", "entre", "era", "eram", "essa", "essas", "esse",
    "esses", "estas", "este", "estes", "está", "estão", "eu", "foi", "foram", "há", "isso", "isto", "já",
    "lhe", "mais", "mas", "me", "mesmo", "meu", "meus", "minha", "muito", "na", "nas", "nem", "no", "nos",
    "nossa", "nosso", "num", "numa", "não", "nós", "o", "olá", "os", "ou", "para", "pela", "pelas", "pelo",
    "pelos", "por", "porque", "qual", "quando", "que", "quem", "se", "sem", "ser", "será", "seu", "seus",
    "sua", "suas", "são", "só", "também", "tem", "ter", "tinha", "têm", "um", "uma", "umas", "uns", "você",
    "vocês", "à", "às", "é",
];

#[rustfmt::skip]
const ROMANIAN: &[&str] = &[
    "a", "acea", "această", "acest", "acesta", "ai", "al", "ale", "am", "ar", "are", "as", "au", "avea",
    "ca", "care", "ce", "cel", "cine", "cu", "cum", "că", "da", "dacă", "dar", "de", "deci", "despre",
    "din", "după", "e", "ea", "ei", "el", "ele", "era", "este", "eu", "fi", "fie", "fost", "la", "le",
    "lor", "lui", "mai", "mea", "mi", "nu", "o", "or", "pe", "pentru", "prin", "sa", "sau", "se", "si",
    "sunt", "sînt", "să", "te", "tot", "tu", "un", "una", "unde", "unei", "unui", "va", "voi", "în",
    "între", "și",
];

#[rustfmt::skip]
const RUSSIAN: &[&str] = &[
    "а", "без", "бы", "был", "была", "были", "было", "быть", "в", "вам", "вас", "весь", "во", "вот", "все",
    "всех", "всё", "вы", "где", "да", "даже", "для", "до", "его", "ее", "если", "есть", "еще", "ещё", "её",
    "же", "за", "здесь", "и", "из", "или", "им", "их", "к", "как", "какая", "какой", "когда", "кто", "ли",
    "либо", "меня", "мне", "может", "можно", "мой", "мы", "на", "над", "надо", "нас", "не", "него", "нее",
    "нет", "ни", "них", "но", "ну", "о", "об", "он", "она", "они", "оно", "от", "очень", "по", "под",
    "после", "при", "с", "себя", "со", "спасибо", "так", "также", "там", "те", "тем", "то", "того", "тоже",
    "той", "только", "том", "ты", "у", "уже", "чего", "чем", "что", "чтобы", "эти", "это", "этого", "этой",
    "этом", "этот", "я",
];

#[rustfmt::skip]
const SPANISH: &[&str] = &[
    "a", "al", "algo", "alguna", "algunas", "alguno", "algunos", "ante", "antes", "aquí", "así", "aunque",
    "bien", "cada", "casi", "como", "con", "contra", "cual", "cuando", "cuál", "cuándo", "cómo", "de",
    "del", "desde", "donde", "dos", "dónde", "e", "el", "ella", "ellas", "ellos", "en", "entre", "era",
    "eran", "es", "esa", "esas", "ese", "eso", "esos", "esta", "estas", "este", "esto", "estos", "está",
    "están", "fue", "ha", "había", "hace", "han", "hasta", "hay", "he", "hola", "la", "las", "le", "les",
    "lo", "los", "me", "mi", "mis", "mucho", "muy", "más", "nada", "ni", "no", "nos", "nosotros", "o", "os",
    "otra", "otras", "otro", "otros", "para", "pero", "poco", "por", "porque", "pues", "que", "quien",
    "quién", "qué", "se", "sea", "ser", "si", "sido", "sin", "sobre", "solo", "son", "soy", "su", "sus",
    "sí", "también", "tan", "tanto", "te", "tiene", "todo", "todos", "tu", "tus", "un", "una", "uno",
    "unos", "usted", "vosotros", "y", "ya", "yo", "él",
];

#[rustfmt::skip]
const SWEDISH: &[&str] = &[
    "alla", "allt", "att", "av", "bara", "blev", "bli", "blir", "de", "dem", "den", "denna", "deras",
    "dess", "dessa", "det", "detta", "dig", "din", "du", "där", "då", "efter", "ej", "eller", "en", "er",
    "ett", "från", "för", "ha", "hade", "han", "har", "hej", "henne", "hennes", "hon", "honom", "hur",
    "här", "i", "icke", "ingen", "inom", "inte", "jag", "ju", "kan", "kunde", "man", "med", "mellan", "men",
    "mer", "mig", "min", "mitt", "mot", "mycket", "ni", "nu", "när", "någon", "något", "några", "och", "om",
    "oss", "på", "sig", "sin", "sitt", "ska", "skulle", "som", "så", "till", "under", "upp", "ut", "utan",
    "vad", "var", "vara", "varför", "vart", "vem", "vi", "vid", "vilka", "vilken", "vill", "är", "över",
];

#[rustfmt::skip]
const TURKISH: &[&str] = &[
    "ama", "bana", "bazı", "belki", "ben", "beni", "benim", "bir", "biz", "bu", "bunu", "bunun", "da",
    "daha", "de", "defa", "değil", "diye", "en", "gibi", "hem", "hep", "her", "hiç", "ile", "ise", "için",
    "kadar", "ki", "kim", "mi", "mu", "mü", "mı", "nasıl", "ne", "neden", "nerede", "niye", "o", "olan",
    "olarak", "oldu", "olduğu", "onlar", "onu", "onun", "sana", "sen", "siz", "tüm", "var", "ve", "veya",
    "ya", "yani", "yok", "çok", "çünkü", "şey", "şu",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_is_sorted_small_and_without_doubles() {
        for language in Language::ALL {
            let list = words(*language);
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{language:?}");
            assert!(
                list.iter().all(|word| word.to_lowercase() == *word && !word.contains('\'')),
                "{language:?}"
            );
        }
        for language in Language::ALL {
            let table = StopWords::of(Some(*language));
            assert!(words(*language).iter().all(|word| table.contains(word)), "{language:?}");
            assert!(!table.contains("") && !table.contains("zzz") && !table.contains("\u{10ffff}"));
        }
        assert!(!StopWords::of(None).contains("the"));
        assert!(words(Language::English).len() >= 120);
        assert!(words(Language::Other).is_empty());
    }
}
