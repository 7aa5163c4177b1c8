//! The way forward through a line of markup, one character or one mark at a time.

/// Goes on after `used` bytes of a mark; where they are 0 the character `c` is no mark and is kept. What was
/// dropped between two blanks leaves one.
pub(super) fn step<'line>(rest: &'line str, c: char, used: usize, out: &mut String) -> &'line str {
    let used = if used == 0 {
        out.push(c);
        c.len_utf8()
    } else {
        used
    };
    let rest = rest.get(used..).unwrap_or("");
    if out.ends_with(' ') && used > 1 && rest.starts_with(' ') { rest.get(1..).unwrap_or("") } else { rest }
}
