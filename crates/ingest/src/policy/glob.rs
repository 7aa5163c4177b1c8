//! Patterns with `*` and `?`, without regard to case.

/// A pattern: `*` stands for any characters, `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob(Vec<char>);

impl Glob {
    pub(super) fn new(pattern: &str) -> Self {
        Self(pattern.trim().chars().flat_map(char::to_lowercase).collect())
    }

    /// Whether the whole text is of this form. Costs at most length of the pattern times length of the text.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.trim_start_matches('#').chars().flat_map(char::to_lowercase).collect();
        let (mut at, mut from) = (0, 0);
        // Where the last star stands, and up to where it has swallowed the text.
        let mut star: Option<(usize, usize)> = None;
        while from < text.len() {
            match (self.0.get(at), star) {
                (Some('*'), _) => {
                    star = Some((at, from));
                    at += 1;
                }
                (Some(c), _) if *c == '?' || text.get(from) == Some(c) => {
                    at += 1;
                    from += 1;
                }
                (_, Some((star_at, swallowed))) => {
                    star = Some((star_at, swallowed + 1));
                    at = star_at + 1;
                    from = swallowed + 1;
                }
                _ => return false,
            }
        }
        self.0.iter().skip(at).all(|c| *c == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn stars_and_question_marks_stand_for_others_and_case_does_not_matter() {
        for (pattern, text, fits) in [
            ("hr", "HR", true),
            ("hr", "hrx", false),
            ("hr-*", "hr-emea-2", true),
            ("hr-*", "hr", false),
            ("*-legal", "emea-legal", true),
            ("*-legal", "emea-legal-2", false),
            ("a*b*c", "axxbyybzzc", true),
            ("a*b*c", "axxbyybzz", false),
            ("c?t", "cat", true),
            ("c?t", "ct", false),
            ("*", "", true),
            ("general", "#general", true),
            ("über*", "ÜBERSICHT", true),
        ] {
            assert_eq!(Glob::new(pattern).fits(text), fits, "{pattern} {text}");
        }
    }
}
