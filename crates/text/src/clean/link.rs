//! Addresses: what of them a reader would say aloud.

/// The longest shortened address, in characters.
const MAX_CHARS: usize = 160;

/// Whether a text is the address of something on a network.
pub(super) fn is_url(text: &str) -> bool {
    let text = text.trim_start();
    ["http://", "https://", "ftp://", "ssh://", "git://", "file://", "www."]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}

/// Host and path words: without scheme, `www.`, query, fragment, and path parts that are long numbers or hashes.
pub(super) fn shorten(url: &str) -> String {
    let url = url.trim();
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.strip_prefix("mailto:").unwrap_or(rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let mut short = String::new();
    let mut left = MAX_CHARS;
    for (number, part) in rest.get(..end).unwrap_or(rest).split('/').enumerate() {
        if number > 0 && !is_word(part) {
            continue;
        }
        let chars = part.chars().count() + usize::from(number > 0);
        if chars > left {
            break;
        }
        left -= chars;
        if number > 0 {
            short.push('/');
        }
        short.push_str(part);
    }
    short
}

/// A path part that says something: letters or a short number (of a pull request), not a hash of 12 hex digits.
fn is_word(part: &str) -> bool {
    let letters = part.chars().any(char::is_alphabetic);
    let hash = part.len() >= 12
        && part.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && part.bytes().any(|b| b.is_ascii_digit());
    let number = !letters && part.bytes().any(|b| b.is_ascii_digit()) && part.len() <= 8;
    (letters || number) && !hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_host_and_path_words() {
        let check = |url: &str, expected: &str| assert_eq!(shorten(url), expected);
        check("https://www.example.org/", "example.org");
        check(
            "https://git.example.org/ann/Tool.jl/blob/ab577acb9ddb4ab0/src/a_b.jl#L6",
            "git.example.org/ann/Tool.jl/blob/src/a_b.jl",
        );
        check("https://example.org/q?id=1&x=y", "example.org/q");
        check("https://example.org/questions/123456789/how-to", "example.org/questions/how-to");
        assert!(is_url("HTTPS://x.y") && is_url("www.x.y") && !is_url("x.y") && !is_url("é"));
    }
}
