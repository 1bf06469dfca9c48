//! Values with wildcards, read into pieces.

/// One piece of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Char(char),
    /// `*`: any characters, or none.
    Any,
    /// `?`: exactly one character.
    One,
    /// Any of the dashes of `windash`.
    Dash,
}

/// Reads a value: `*` and `?` are wildcards, and a backslash makes a wildcard or a backslash after it plain. A
/// backslash before anything else is plain itself.
///
/// Source: page `sigma-rules-specification`, "Escape Character".
pub(crate) fn pieces(value: &str) -> Vec<Piece> {
    let mut found = Vec::with_capacity(value.len());
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        found.push(match c {
            '*' => Piece::Any,
            '?' => Piece::One,
            '\\' => Piece::Char(chars.next_if(|next| matches!(next, '*' | '?' | '\\')).unwrap_or('\\')),
            _ => Piece::Char(c),
        });
    }
    found
}

/// The text of pieces that have no wildcard.
pub(crate) fn plain(pieces: &[Piece]) -> Option<String> {
    pieces.iter().map(|piece| if let Piece::Char(c) = piece { Some(*c) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expect: &str) {
        let shown: String = pieces(value)
            .into_iter()
            .map(|piece| match piece {
                Piece::Char('*') => '∗',
                Piece::Char(c) => c,
                Piece::Any => '*',
                Piece::One => '?',
                Piece::Dash => '-',
            })
            .collect();
        assert_eq!(shown, expect, "{value}");
    }

    #[test]
    fn backslashes_are_read_as_the_specification_lists_them() {
        check(r"C:\Windows", r"C:\Windows");
        check(r"C:\\Windows", r"C:\Windows");
        check(r"a\*b", "a∗b");
        check(r"a\\*", r"a\*");
        check(r"a\\\*", r"a\∗");
        check(r"a\\\b", r"a\\b");
        check(r"a\\\\b", r"a\\b");
        check(r"end\", r"end\");
    }
}
