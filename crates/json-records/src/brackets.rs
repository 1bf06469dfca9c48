//! The open brackets of a record, and a forgiving way to close them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bracket {
    Object,
    Array,
}

/// Open brackets, innermost last. Those past the depth limit are only counted, so that a record of any depth costs
/// the same.
#[derive(Debug, Default)]
pub(crate) struct Brackets {
    open: Vec<Bracket>,
    beyond: u64,
}

impl Brackets {
    pub(crate) fn clear(&mut self) {
        self.open.clear();
        self.beyond = 0;
    }

    /// Opens a bracket; false when it lies deeper than `max_depth`.
    pub(crate) fn open(&mut self, bracket: Bracket, max_depth: usize) -> bool {
        if self.open.len() < max_depth {
            self.open.push(bracket);
            true
        } else {
            self.beyond += 1;
            false
        }
    }

    /// Closes the nearest bracket of this kind and whatever was left open inside it; without one, nothing. So a
    /// record that lost a `]` still ends at its own `}`.
    pub(crate) fn close(&mut self, bracket: Bracket) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some(at) = self.open.iter().rposition(|open| *open == bracket) {
            self.open.truncate(at);
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.open.is_empty() && self.beyond == 0
    }

    /// Whether only the outermost bracket is open.
    pub(crate) const fn is_outermost(&self) -> bool {
        self.open.len() == 1 && self.beyond == 0
    }

    /// Whether an object may start here, `before` being the last byte that is not white space.
    pub(crate) fn allow_object_after(&self, before: u8) -> bool {
        match (self.open.last(), before) {
            _ if self.beyond > 0 => true,
            (Some(Bracket::Object), b':') | (Some(Bracket::Array), b'[' | b',') => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_closer_is_implied_and_a_stray_one_ignored() {
        let mut brackets = Brackets::default();
        assert!(brackets.open(Bracket::Object, 8));
        assert!(brackets.open(Bracket::Array, 8));
        brackets.close(Bracket::Object);
        assert!(brackets.is_empty());
        assert!(brackets.open(Bracket::Object, 8));
        brackets.close(Bracket::Array);
        assert!(brackets.is_outermost());
    }

    #[test]
    fn depth_past_the_limit_is_only_counted() {
        let mut brackets = Brackets::default();
        let opened = (0..10_000).filter(|_| brackets.open(Bracket::Array, 128)).count();
        assert_eq!(opened, 128);
        assert_eq!(brackets.open.len(), 128);
        for _ in 0..10_000 {
            assert!(!brackets.is_empty());
            brackets.close(Bracket::Array);
        }
        assert!(brackets.is_empty());
    }
}
