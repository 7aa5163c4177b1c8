//! Languages we can stem, those we cut into pairs of characters, and all others together.

use frostem::Algorithm;
use whatlang::Lang;

macro_rules! languages {
    ($($(#[$doc:meta])* $name:ident $code:literal $lang:expr, $stemmer:expr;)*) => {
        /// The language of a text.
        ///
        /// Ordered by name in English, [`Language::Other`] last.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Language {
            $($(#[$doc])* $name,)*
            /// A language that we recognize but have no rules for: words are neither dropped nor stemmed.
            Other,
        }

        impl Language {
            /// All of them, ascending.
            pub const ALL: &'static [Self] = &[$(Self::$name,)* Self::Other];

            /// The code: ISO 639-1 in small letters, `und` for [`Language::Other`].
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Other => "und",
                }
            }

            /// The detector's name of it.
            pub(super) const fn lang(self) -> Option<Lang> {
                match self {
                    $(Self::$name => $lang,)*
                    Self::Other => None,
                }
            }

            /// Its Snowball stemmer.
            pub(super) const fn algorithm(self) -> Option<Algorithm> {
                match self {
                    $(Self::$name => $stemmer,)*
                    Self::Other => None,
                }
            }
        }
    };
}

languages! {
    /// Arabic.
    Arabic "ar" Some(Lang::Ara), Some(Algorithm::Arabic);
    /// Armenian.
    Armenian "hy" Some(Lang::Hye), Some(Algorithm::Armenian);
    /// Catalan.
    Catalan "ca" Some(Lang::Cat), Some(Algorithm::Catalan);
    /// Chinese, in simplified or traditional characters.
    Chinese "zh" Some(Lang::Cmn), None;
    /// Czech.
    Czech "cs" Some(Lang::Ces), Some(Algorithm::Czech);
    /// Danish.
    Danish "da" Some(Lang::Dan), Some(Algorithm::Danish);
    /// Dutch.
    Dutch "nl" Some(Lang::Nld), Some(Algorithm::Dutch);
    /// English.
    English "en" Some(Lang::Eng), Some(Algorithm::English);
    /// Esperanto.
    Esperanto "eo" Some(Lang::Epo), Some(Algorithm::Esperanto);
    /// Estonian.
    Estonian "et" Some(Lang::Est), Some(Algorithm::Estonian);
    /// Finnish.
    Finnish "fi" Some(Lang::Fin), Some(Algorithm::Finnish);
    /// French.
    French "fr" Some(Lang::Fra), Some(Algorithm::French);
    /// German.
    German "de" Some(Lang::Deu), Some(Algorithm::German);
    /// Greek.
    Greek "el" Some(Lang::Ell), Some(Algorithm::Greek);
    /// Hindi.
    Hindi "hi" Some(Lang::Hin), Some(Algorithm::Hindi);
    /// Hungarian.
    Hungarian "hu" Some(Lang::Hun), Some(Algorithm::Hungarian);
    /// Indonesian.
    Indonesian "id" Some(Lang::Ind), Some(Algorithm::Indonesian);
    /// Italian.
    Italian "it" Some(Lang::Ita), Some(Algorithm::Italian);
    /// Japanese.
    Japanese "ja" Some(Lang::Jpn), None;
    /// Korean.
    Korean "ko" Some(Lang::Kor), None;
    /// Lithuanian.
    Lithuanian "lt" Some(Lang::Lit), Some(Algorithm::Lithuanian);
    /// Nepali.
    Nepali "ne" Some(Lang::Nep), Some(Algorithm::Nepali);
    /// Norwegian, as bokmål.
    Norwegian "no" Some(Lang::Nob), Some(Algorithm::Norwegian);
    /// Persian.
    Persian "fa" Some(Lang::Pes), Some(Algorithm::Persian);
    /// Polish.
    Polish "pl" Some(Lang::Pol), Some(Algorithm::Polish);
    /// Portuguese.
    Portuguese "pt" Some(Lang::Por), Some(Algorithm::Portuguese);
    /// Romanian.
    Romanian "ro" Some(Lang::Ron), Some(Algorithm::Romanian);
    /// Russian.
    Russian "ru" Some(Lang::Rus), Some(Algorithm::Russian);
    /// Serbian.
    Serbian "sr" Some(Lang::Srp), Some(Algorithm::Serbian);
    /// Spanish.
    Spanish "es" Some(Lang::Spa), Some(Algorithm::Spanish);
    /// Swedish.
    Swedish "sv" Some(Lang::Swe), Some(Algorithm::Swedish);
    /// Tamil.
    Tamil "ta" Some(Lang::Tam), Some(Algorithm::Tamil);
    /// Turkish.
    Turkish "tr" Some(Lang::Tur), Some(Algorithm::Turkish);
}

impl Language {
    /// Reads a code as [`Language::code`] writes it, in any case, also with a region (`en-US`, `pt_BR`), and
    /// `nb` for Norwegian; anything else is `None`.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim();
        let main = code.split(['-', '_']).next().unwrap_or(code);
        let main = if main.eq_ignore_ascii_case("nb") { "no" } else { main };
        Self::ALL.iter().copied().find(|language| language.code().eq_ignore_ascii_case(main))
    }

    /// The detector's answer as one of ours.
    pub(super) fn from_lang(lang: Lang) -> Self {
        Self::ALL.iter().copied().find(|language| language.lang() == Some(lang)).unwrap_or(Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back_and_unique() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.code()), Some(*language));
        }
        assert_eq!(Language::parse("pt_BR"), Some(Language::Portuguese));
        assert_eq!(Language::parse("EN-us"), Some(Language::English));
        assert_eq!(Language::parse("nb-NO"), Some(Language::Norwegian));
        assert_eq!(Language::parse(""), None);
        assert_eq!(Language::parse("klingon"), None);
    }
}
