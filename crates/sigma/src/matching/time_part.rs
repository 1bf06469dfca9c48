//! Parts of a date: what the time modifiers extract.

use super::Figure;

/// A part of a date and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimePart {
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

impl TimePart {
    /// The part as it stands in `2026-11-21T04:05…` or `2026-11-21 04:05…`. The zone is not looked at, as the page
    /// `sigma-appendix-modifiers`, "Time Modifiers", warns.
    pub(crate) fn of(self, text: &str) -> Option<Figure> {
        let shape = text
            .bytes()
            .zip(*b"dddd-dd-dd")
            .filter(|(byte, shape)| if *shape == b'd' { byte.is_ascii_digit() } else { byte == shape });
        if shape.count() != 10 {
            return None;
        }
        let part = match self {
            Self::Year => text.get(0..4),
            Self::Month => text.get(5..7),
            Self::Day => text.get(8..10),
            Self::Hour => clock(text).and_then(|clock| clock.get(0..2)),
            Self::Minute => clock(text).and_then(|clock| clock.get(3..5)),
        }?;
        part.parse().ok().filter(|_| part.bytes().all(|b| b.is_ascii_digit())).map(Figure::Whole)
    }
}

/// The `hh:mm…` after the date.
fn clock(text: &str) -> Option<&str> {
    let clock = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    (clock.as_bytes().get(2) == Some(&b':')).then_some(clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(part: TimePart, text: &str, expect: Option<i128>) {
        assert_eq!(part.of(text), expect.map(Figure::Whole), "{text}");
    }

    #[test]
    fn parts_are_read_as_they_stand() {
        let text = "2026-11-21T04:05:06Z";
        check(TimePart::Year, text, Some(2026));
        check(TimePart::Month, text, Some(11));
        check(TimePart::Day, text, Some(21));
        check(TimePart::Hour, text, Some(4));
        check(TimePart::Minute, text, Some(5));
        check(TimePart::Hour, "2026-11-21 23:59", Some(23));
        check(TimePart::Day, "2026-11-21", Some(21));
        check(TimePart::Hour, "2026-11-21", None);
        for text in ["", "...", "21/11/2026", "2026-1-21T04:05", "2026-11-21T+4:05", "2026-11-é1", "1732161600"] {
            check(TimePart::Hour, text, None);
        }
    }
}
