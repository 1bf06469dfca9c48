//! `eventID`s in little room: nearly all are UUIDs in their usual form.

use std::borrow::Cow;

use security_model::Untrusted;

/// An `eventID`. The order is that of the texts, UUIDs first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum EventId<T> {
    /// A UUID, 36 characters in lower case.
    Uuid([u8; 16]),
    /// Any other text, or none, in the form in which it is kept.
    Text(T),
}

/// Where the hyphens of a UUID stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl<T> EventId<T> {
    /// The id of an event; a text that is no UUID, or none, is to be kept as `kept` does it.
    pub(crate) fn of<'a>(text: Option<Untrusted<'a>>, kept: impl FnOnce(Option<Untrusted<'a>>) -> T) -> Self {
        text.and_then(|text| uuid(text.for_matching())).map_or_else(|| Self::Text(kept(text)), Self::Uuid)
    }

    /// The text as the record has it, as far as it was kept; empty if it has none.
    pub(crate) fn text<'t>(&'t self, of_kept: impl FnOnce(&'t T) -> &'t str) -> Cow<'t, str> {
        match self {
            Self::Uuid(bytes) => {
                let mut text = String::with_capacity(36);
                for byte in bytes {
                    if HYPHENS.contains(&text.len()) {
                        text.push('-');
                    }
                    for digit in [byte >> 4, byte & 15] {
                        text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
                    }
                }
                text.into()
            }
            Self::Text(kept) => of_kept(kept).into(),
        }
    }
}

/// The bytes of eight lower-case hexadecimal digits; nothing if one is none.
fn four_bytes(digits: [u8; 8]) -> Option<[u8; 4]> {
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    // All eight at once, a byte each: letters are those with this bit, and count from nine.
    let digits = u64::from_be_bytes(digits);
    let letter = digits >> 6 & each(1);
    let values = (digits & each(15)) + letter * 9;
    // Written out again they must be what they were.
    let above_nine = (values + each(6)) >> 4 & each(1);
    if values & each(0xf0) != 0 || values + each(b'0') + above_nine * u64::from(b'a' - b'9' - 1) != digits {
        return None;
    }
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    Some((((fours | fours >> 16) & 0xffff_ffff) as u32).to_be_bytes())
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    if HYPHENS.iter().any(|at| text.get(*at) != Some(&b'-')) {
        return None;
    }
    let four = |at: usize| text.get(at..)?.first_chunk::<4>().copied();
    let eight = |at: usize, then: usize| [four(at)?, four(then)?].as_flattened().try_into().ok();
    let places = [eight(0, 4)?, eight(9, 14)?, eight(19, 24)?, eight(28, 32)?];
    let [a, b, c, d] = places.map(four_bytes);
    [a?, b?, c?, d?].as_flattened().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_comes_back_as_it_was() {
        let ids = [
            "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
            "0A1B2C3D-4e5f-6071-8293-a4b5c6d7e8f9",
            "0a1b2c3d4e5f-6071-8293-a4b5c6d7e8f9-",
            "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f",
            "e1",
            "",
        ];
        let kept = ids.map(|id| EventId::of(Some(Untrusted::new(id)), |text| text.unwrap().for_matching()));
        assert!(matches!(kept.first(), Some(EventId::Uuid(_))));
        assert_eq!(kept.iter().filter(|id| matches!(id, EventId::Uuid(_))).count(), 1);
        assert_eq!(kept.each_ref().map(|id| id.text(|kept| kept)), ids);
    }

    #[test]
    fn only_lower_case_digits_are_digits() {
        for at in 0..8 {
            for byte in 0..=u8::MAX {
                let mut digits = *b"0a9f1b8c";
                digits[at] = byte;
                let expected = std::str::from_utf8(&digits).ok().filter(|_| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
                let expected = expected.map(|digits| u32::from_str_radix(digits, 16).unwrap().to_be_bytes());
                assert_eq!(four_bytes(digits), expected, "{at} {byte}");
            }
        }
    }
}
