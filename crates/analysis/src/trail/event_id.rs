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

fn uuid(text: &str) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    let mut bytes = [0; 16];
    let mut digits = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        let digit = match byte {
            b'-' if HYPHENS.contains(&at) => continue,
            _ if HYPHENS.contains(&at) => return None,
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        let own = bytes.get_mut(digits / 2)?;
        *own = *own << 4 | digit;
        digits += 1;
    }
    Some(bytes)
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
