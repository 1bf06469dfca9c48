//! `eventID`s in little room: nearly all are UUIDs in their usual form.

use security_model::{TextKind, Untrusted};

use crate::names::{Name, Names, Texts};

/// An `eventID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum EventId {
    /// A UUID, 36 characters in lower case.
    Uuid([u8; 16]),
    /// Any other text, or none.
    Text(Name),
}

/// Where the hyphens of a UUID stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl EventId {
    pub(super) fn of(text: Option<Untrusted<'_>>, names: &mut Names) -> Self {
        text.and_then(|text| uuid(text.for_matching()))
            .map_or_else(|| Self::Text(names.intern(text, TextKind::Identifier)), Self::Uuid)
    }

    /// The text as the record has it; empty if it has none.
    pub(crate) fn text(self, texts: &Texts) -> String {
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
                text
            }
            Self::Text(name) => texts.raw(name).unwrap_or_default().to_owned(),
        }
    }
}

/// Where the bytes of a UUID stand, two digits each.
const BYTES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// The value of a lower-case hexadecimal digit; above 15 for what is none.
const fn digit(byte: u8) -> u8 {
    let (number, letter) = (byte.wrapping_sub(b'0'), byte.wrapping_sub(b'a'));
    let letter = if letter < 6 { letter + 10 } else { u8::MAX };
    if number < 10 { number } else { letter }
}

fn uuid(text: &str) -> Option<[u8; 16]> {
    let text: &[u8; 36] = text.as_bytes().try_into().ok()?;
    if HYPHENS.iter().any(|at| text.get(*at) != Some(&b'-')) {
        return None;
    }
    let value = |at: usize| text.get(at).map_or(u8::MAX, |byte| digit(*byte));
    let mut all = 0;
    let bytes = BYTES.map(|at| {
        let (high, low) = (value(at), value(at + 1));
        all |= high | low;
        high << 4 | low
    });
    (all < 16).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_comes_back_as_it_was() {
        let mut names = Names::default();
        let ids = [
            "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
            "0A1B2C3D-4e5f-6071-8293-a4b5c6d7e8f9",
            "0a1b2c3d4e5f-6071-8293-a4b5c6d7e8f9-",
            "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f",
            "e1",
            "",
        ];
        let kept = ids.map(|id| EventId::of(Some(Untrusted::new(id)), &mut names));
        assert!(matches!(kept.first(), Some(EventId::Uuid(_))));
        assert_eq!(kept.iter().filter(|id| matches!(id, EventId::Uuid(_))).count(), 1);
        let texts = names.into_texts();
        assert_eq!(kept.map(|id| id.text(&texts)), ids);
    }
}
