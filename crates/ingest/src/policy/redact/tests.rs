//! What is blotted out, and what looks like it and is not.

use super::*;

fn all() -> Redactor {
    Redactor::new(Choice { secrets: true, ibans: true, cards: true, phones: true }).unwrap()
}

fn check(text: &str, expected: &str) {
    let mut counts = Redacted::default();
    assert_eq!(all().text(text, &mut counts), expected);
    assert_eq!(counts.total() == 0, text == expected, "{text}: {counts:?}");
}

#[test]
fn secrets_are_blotted_out_and_their_names_stay() {
    // Keys are put together here, so that no scanner takes this file for a leak.
    let key = |prefix: &str, rest: &str| format!("{prefix}{rest}");
    for secret in [
        key("AKIA", "IOSFODNN7EXAMPLE"),
        key("ghp_", &"a1".repeat(18)),
        key("xoxb-", "123456789012-abcdefABCDEF"),
        key("sk_live_", "4eC39HqLyjWDarjtT1zdp7dc"),
        key("eyJhbGciOiJIUzI1NiJ9.", "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"),
        key("-----BEGIN RSA PRIVATE KEY-----\n", "MIIEow+/=\nAAAA\n-----END RSA PRIVATE KEY-----"),
    ] {
        check(&format!("use {secret} for it"), "use [secret] for it");
    }
    check("password: hunter2x9 please", "password: [secret] please");
    check("DB_PASSWORD=\"s3cr3tvalue\"", "DB_PASSWORD=\"[secret]\"");
    check("password = 'argon2:$argon2id$v=19$m=10240,t=10,p=8$USld1w' # set", "password = '[secret]' # set");
    check("{password:'sanford1000',message:'hi'}", "{password:'[secret]',message:'hi'}");
    check("password: 'hunter2x9, and then", "password: '[secret], and then");
    check("postgres://app:pa55word@db.example/x", "postgres://app:[secret]@db.example/x");
    check("postgres://app:p4ss'w0rd!@db.example/x", "postgres://app:[secret]@db.example/x");
    check("password: correct.horse.battery9 ok", "password: [secret] ok");
    check("Authorization: Bearer abcdefghijklmnopqrst1234", "Authorization: Bearer [secret]");
}

#[test]
fn talk_of_secrets_is_no_secret() {
    for text in [
        "the password is wrong",
        "password: ${DB_PASSWORD}",
        "set api_key = settings.api_key",
        "secret: required",
        "rotate the access token: see https://wiki.example/tokens2",
        "postgres://app:${PASSWORD}@db.example/x",
        "https://user:password@host.example/ is basic authentication",
        "\"https://\" + name + \":\" + $('#password').val() + \"@host\"",
        "password: App.Utils.md5HexDigest(text)",
        "https://example.com:8080/path",
    ] {
        check(text, text);
    }
}

#[test]
fn account_numbers_need_right_check_digits() {
    check("pay DE89 3704 0044 0532 0130 00 AND thanks", "pay [iban] AND thanks");
    check("GB82WEST12345698765432", "[iban]");
    check("fr14 2004 1010 0505 0001 3m02 606.", "[iban].");
    for text in ["DE88 3704 0044 0532 0130 00", "GB82WEST123456987654321", "AB12CDEF3456789012"] {
        check(text, text);
    }
}

#[test]
fn card_numbers_need_an_issuer_and_a_right_check_digit() {
    check("card 4111 1111 1111 1111 exp 12/30", "card [card] exp 12/30");
    check("5500-0000-0000-0004", "[card]");
    check("378282246310005", "[card]");
    for text in ["4111 1111 1111 1112", "order 1234567890123456", "id4111111111111111", "9111111111111111"] {
        check(text, text);
    }
    check("it is 4111111111111111.", "it is [card].");
    check("2.4111 1111 1111 1111", "2.[card]");
    check("41111111 11111111", "[card]");
    for text in [
        "x = 0.4111111111111111",
        "4111111111111111.5",
        "d18 4028000000000000 d19",
        "4 1111 11111111111",
        "-6.411111111111111 1",
        "4111-1111 1111-1111",
    ] {
        check(text, text);
    }
}

#[test]
fn telephone_numbers_need_a_written_form() {
    check("call +49 170 1234567 today", "call [phone] today");
    check("+14155550123", "[phone]");
    check("(415) 555-0123 or 415-555-0123", "[phone] or [phone]");
    check("Tel: 030 123456-78", "Tel: [phone]");
    check("Mobile: 0170 1234567, Telefax: 030 1234567", "Mobile: [phone], Telefax: [phone]");
    check("Cellphone: 0170 1234567 or work_phone: 030 1234567", "Cellphone: [phone] or work_phone: [phone]");
    check("my mobile 0170 1234567, Phone 020 7946 0958", "my mobile [phone], Phone [phone]");
    check("phone: +1.7035550123", "phone: [phone]");
    for text in
        ["app.mobile 1 0 2012-12-28 10:51:52", "Mobile 1.6.0 (02/01/11 17:45)", "gain +450.00000000 dB"]
    {
        check(text, text);
    }
    for text in
        ["version 1.2.3+45", "2026-03-02 10:00:00", "ticket 415555012", "10.20.30.40:8080", "+1 for that"]
    {
        check(text, text);
    }
}

#[test]
fn a_text_without_anything_is_not_copied() {
    let text = "How do I turn off single sign-on?";
    assert!(matches!(all().text(text, &mut Redacted::default()), Cow::Borrowed(_)));
}
