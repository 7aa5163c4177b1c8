//! Neutral text (see `conversation`) cut into pieces, for the writers to put into their markup.

/// A piece of a neutral text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Plain words.
    Words(&'a str),
    /// Code within a line.
    Code(&'a str),
    /// Lines of code.
    Block(&'a str),
    /// A person, by position.
    Mention(usize),
    /// An address of the web.
    Link(&'a str),
}

/// Cuts a text. Every byte lands in one piece, apart from the marks themselves.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some((at, piece, length)) = next(rest) else {
            pieces.push(Piece::Words(rest));
            break;
        };
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            pieces.push(Piece::Words(before));
        }
        pieces.push(piece);
        rest = after.get(length..).unwrap_or_default();
    }
    pieces
}

/// The first mark of a text: where it begins, what it is, how many bytes it takes.
fn next(text: &str) -> Option<(usize, Piece<'_>, usize)> {
    text.char_indices().find_map(|(at, letter)| {
        let rest = text.get(at..)?;
        let (piece, length) = match letter {
            '`' => code(rest)?,
            '<' => mention(rest)?,
            'h' if rest.starts_with("https://") => link(rest),
            _ => return None,
        };
        Some((at, piece, length))
    })
}

fn code(rest: &str) -> Option<(Piece<'_>, usize)> {
    if let Some(inside) = rest.strip_prefix("```") {
        let length = inside.find("```")?;
        return Some((Piece::Block(inside.get(..length)?.trim_matches('\n')), length + 6));
    }
    let inside = rest.strip_prefix('`')?;
    let length = inside.find('`')?;
    Some((Piece::Code(inside.get(..length)?), length + 2))
}

fn mention(rest: &str) -> Option<(Piece<'_>, usize)> {
    let inside = rest.strip_prefix("<@")?;
    let length = inside.find('>')?;
    Some((Piece::Mention(inside.get(..length)?.parse().ok()?), length + 3))
}

fn link(rest: &str) -> (Piece<'_>, usize) {
    let whole = rest.find(char::is_whitespace).map_or(rest, |end| &rest[..end]);
    let link = whole.trim_end_matches(['.', ',', ')', '?', '!', ';', '`']);
    (Piece::Link(link), link.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[Piece<'_>]) {
        assert_eq!(pieces(text), expected, "{text}");
    }

    #[test]
    fn marks_are_found_and_words_are_kept() {
        check(
            "a `b` <@7>.",
            &[Piece::Words("a "), Piece::Code("b"), Piece::Words(" "), Piece::Mention(7), Piece::Words(".")],
        );
        check("x\n```\nlet y\n```", &[Piece::Words("x\n"), Piece::Block("let y")]);
        check(
            "(https://a.example/b).",
            &[Piece::Words("("), Piece::Link("https://a.example/b"), Piece::Words(").")],
        );
    }

    #[test]
    fn half_a_mark_is_plain_words() {
        check("a ` b", &[Piece::Words("a ` b")]);
        check("1 <@ 2 < 3", &[Piece::Words("1 <@ 2 < 3")]);
    }
}
