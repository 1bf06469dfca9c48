//! Text of records inside chains: as it is for comparing, neutralised whenever it is shown.

use std::fmt;

use security_model::{SafeText, TextKind, Untrusted};

use super::shelf::as_kept;

/// A text that a record carries, e.g. the ARN of an identity. Equal texts are equal raw texts.
///
/// Chains are asked for by the million and shown by the dozen, so that it is neutralised when it is shown, and not before.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    raw: Box<str>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Name,
    Identifier,
}

impl Text {
    pub(crate) fn name(raw: &str) -> Self {
        Self { raw: as_kept(raw).into(), kind: Kind::Name }
    }

    pub(crate) fn identifier(raw: &str) -> Self {
        Self { raw: as_kept(raw).into(), kind: Kind::Identifier }
    }

    /// The text as it stands in the record, for comparing.
    #[must_use]
    pub fn untrusted(&self) -> Untrusted<'_> {
        Untrusted::new(&self.raw)
    }

    pub(super) fn raw(&self) -> &str {
        &self.raw
    }

    /// The form in which it may leave.
    #[must_use]
    pub fn safe(&self) -> SafeText {
        let kind = match self.kind {
            Kind::Name => TextKind::Name,
            Kind::Identifier => TextKind::Identifier,
        };
        self.untrusted().neutralise(kind)
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.safe().fmt(f)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.safe(), f)
    }
}
