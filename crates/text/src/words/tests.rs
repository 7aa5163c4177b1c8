//! Golden tests: what a text gives is what the index holds.

use proptest::prelude::*;

use super::*;

const EN: Option<Language> = Some(Language::English);

fn check(text: &str, language: Option<Language>, expected: &str) {
    assert_eq!(tokens(text, language).join(" "), expected, "{text:?}");
}

#[test]
fn prose_is_stopped_and_stemmed() {
    check("Who knows how the decoders are crashing?", EN, "know decod crash");
    check("don't can’t isn't we'll the dog's", EN, "dog");
    check("Die Schlüssel wurden nicht gewechselt", Some(Language::German), "schlussel wurd gewechselt");
    check("l'objet qu'on cherche", Some(Language::French), "objet cherch");
    check("the running dogs", None, "the running dogs");
    check("GPUs and APIs in C, R, C++ or C#; x", EN, "gpus api c r c++ c# x");
}

#[test]
fn a_text_is_unspaced_if_most_of_its_letters_are() {
    for text in ["ドライバが動かない", "nvidiaのドライバが動かない", "网络连不上", "서버가 느려요"]
    {
        assert!(is_mostly_in_pieces(text), "{text}");
    }
    for text in ["", "?!", "why is the printer 遅い", "где лежит ключ"] {
        assert!(!is_mostly_in_pieces(text), "{text}");
    }
}

#[test]
fn latin_letters_are_folded_after_stemming() {
    check("café Straße naïve", None, "cafe strasse naive");
    check("ＡＢＣ ﬁle", None, "abc file");
    check("Привет миры", Some(Language::Russian), "привет мир");
}

#[test]
fn identifiers_give_themselves_and_their_parts() {
    check("getJSONServer2()", None, "getjsonserver2 get json server2 server");
    check("snake_case_name", EN, "snake_case_name snake case name");
    check("std::vec::Vec", EN, "std::vec::vec std vec vec");
    check("Base.getproperty(x::Foo)", EN, "base.getproperty base getproperti x::foo foo");
    check("src/clean/mod.rs", EN, "src/clean/mod.rs src clean mod.rs mod rs");
    check("top-level modules", EN, "top-level top level modul");
    check("PROJ-1234: python3", EN, "proj-1234 proj 1234 python3 python");
    check("JavaScript", EN, "javascript java script");
    check("--compile=min -O0", EN, "compil min o0");
    check("e.g. the U.S.A. i.e. note:this", EN, "usa note");
    check("50MHz 3.0.x", EN, "50mhz 3.0.x");
}

#[test]
fn addresses_give_host_and_path_words() {
    check(
        "(see https://www.docs.example.org:80/guide/setup.html?x=1#top).",
        EN,
        "see docs.example.org doc exampl guid setup.html setup",
    );
    check("git.example.com/ann/tool", EN, "git.example.com/ann/tool git.example.com git exampl ann tool");
    check("ann@a.example", EN, "ann a.example exampl");
}

#[test]
fn numbers_stay_and_blobs_go() {
    check(
        "error 404 in 1.8.0 and v1.9.1 at 10:30:00 on 2020-05-12, 7",
        EN,
        "error 404 1.8.0 v1.9.1 1.9.1 10:30:00 2020-05-12",
    );
    check("0x80070005 3f2a9c1", None, "0x80070005 3f2a9c1");
    check("ab577acb9ddbb470b3d9fe606423a168028df6a2 123e4567-e89b-12d3-a456-426614174000", None, "");
    check("aGVsbG8gd29ybGQ1aGVsbG8gd29ybGQ1 --- *** ==> 😀", None, "");
    check(&"x".repeat(65), None, "");
}

#[test]
fn scripts_without_blanks_give_pairs() {
    check("東京都の人", None, "東京 京都 人");
    check("犬", None, "犬");
    check("使用Rust编写。好", None, "使用 rust 编写 好");
    check("서버 오류", None, "서버 오류");
    check("ﾃｽﾄ", None, "テスト");
    check("nvidiaのドライバが動かない", None, "nvidia ドライバ 動");
    check("キーリングのエラー", None, "キーリン ーリング エラー");
    check("サーバーとサーバ、キーとビール", None, "サーバ サーバ キー ビール");
    check("らーめん ください", None, "");
    check("ระบบ", None, "ระ ะบ บบ");
}

#[test]
fn code_keeps_what_prose_drops_and_meets_it() {
    check("the `for x in indexes` loops", EN, "for in indexes index loop");
    check("```\nif (running) return the;\n```", EN, "if running run return the");
}

#[test]
fn a_long_text_gives_no_more_than_the_limit() {
    assert_eq!(tokens(&"word ".repeat(10_000), EN).len(), MAX_TOKENS);
    assert_eq!(tokens(&"東".repeat(10_000), EN).len(), MAX_TOKENS);
    assert_eq!(tokens(&"a-".repeat(10_000), EN).len(), 0);
    assert!(tokens(&"ab-".repeat(100_000), EN).len() <= MAX_TOKENS);
}

proptest! {
    #[test]
    fn tokens_are_clean(text in any::<String>()) {
        for token in tokens(&text, EN) {
            prop_assert!(!token.is_empty() && token.chars().count() <= MAX_TOKEN_CHARS);
            prop_assert!(!token.contains(char::is_whitespace), "{token:?}");
            prop_assert!(!token.chars().all(|c| c.is_ascii_punctuation()), "{token:?}");
        }
    }

    #[test]
    fn every_stemmer_takes_every_word(word in "\\PC{0,12}") {
        for language in Language::ALL {
            let _ = tokens(&word, Some(*language));
        }
    }

    #[test]
    fn a_mention_in_code_meets_a_mention_in_prose(word in "[a-z]{3,12}") {
        let code = tokens(&format!("`{word}`"), EN);
        for token in tokens(&word, EN) {
            prop_assert!(code.contains(&token), "{token} {code:?}");
        }
    }

    #[test]
    fn any_mention_gives_what_a_passage_looks_for(chunk in "[A-Za-z0-9_./:é東'-]{1,20}") {
        let either = tokens_of_chunk(&chunk, EN);
        for token in tokens(&chunk, EN) {
            prop_assert!(either.contains(&token), "{token} {either:?}");
        }
    }
}
