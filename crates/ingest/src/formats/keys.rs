//! Looks at the beginning of a JSON file to recognise it, without parsing it.

/// The keys of the first object in a file's first bytes, also if the list begins with it; a cut is no matter.
pub(super) fn first_keys(head: &[u8]) -> Vec<String> {
    let mut keys = Vec::new();
    let (mut depth, mut brackets, mut in_text, mut escaped) = (0_u32, 0_u32, false, false);
    let mut text = Vec::new();
    for byte in head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head) {
        if in_text {
            match byte {
                b'"' if !escaped => in_text = false,
                _ if depth == 1 && text.len() < 64 => text.push(*byte),
                _ => {}
            }
            escaped = *byte == b'\\' && !escaped;
            continue;
        }
        match byte {
            b'"' => {
                in_text = true;
                escaped = false;
                if depth == 1 {
                    text.clear();
                }
            }
            b':' if depth == 1 => keys.push(String::from_utf8_lossy(&text).into_owned()),
            b'[' if depth == 0 && brackets == 0 => brackets = 1,
            b'{' | b'[' => depth = depth.saturating_add(1),
            b'}' | b']' if depth <= 1 => break,
            b'}' | b']' => depth -= 1,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ if depth == 0 => break,
            _ => {}
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_head_are_seen_though_it_is_cut() {
        for (head, expected) in [
            (r#"{"id":1,"fields":{"key":{"#, vec!["id", "fields"]),
            (r#"[{"key":"A\"b","fields""#, vec!["key"]),
            (r#"[[{"a":1}]]"#, vec![]),
            ("From ann", vec![]),
        ] {
            assert_eq!(first_keys(head.as_bytes()), expected, "{head}");
        }
    }
}
