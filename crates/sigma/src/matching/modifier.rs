//! The modifiers by name.

/// A modifier of a field: `field|contains|all`.
///
/// Source: page `sigma-appendix-modifiers`, version 2.1.0. Of that page only `week` is not here, because the page gives
/// it 52 weeks and no calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the modifier of its name; the page above says what it does")]
pub enum Modifier {
    All,
    Base64,
    Base64Offset,
    Cased,
    Cidr,
    Contains,
    Day,
    EndsWith,
    Exists,
    Expand,
    FieldRef,
    Gt,
    Gte,
    Hour,
    IgnoreCase,
    Lt,
    Lte,
    Minute,
    Month,
    MultiLine,
    Neq,
    Re,
    SingleLine,
    StartsWith,
    Utf16,
    Utf16Be,
    Utf16Le,
    Wide,
    Windash,
    Year,
}

impl Modifier {
    /// Every supported modifier with its name, in alphabetical order.
    pub const NAMES: &'static [(&'static str, Self)] = &[
        ("all", Self::All),
        ("base64", Self::Base64),
        ("base64offset", Self::Base64Offset),
        ("cased", Self::Cased),
        ("cidr", Self::Cidr),
        ("contains", Self::Contains),
        ("day", Self::Day),
        ("endswith", Self::EndsWith),
        ("exists", Self::Exists),
        ("expand", Self::Expand),
        ("fieldref", Self::FieldRef),
        ("gt", Self::Gt),
        ("gte", Self::Gte),
        ("hour", Self::Hour),
        ("i", Self::IgnoreCase),
        ("lt", Self::Lt),
        ("lte", Self::Lte),
        ("m", Self::MultiLine),
        ("minute", Self::Minute),
        ("month", Self::Month),
        ("neq", Self::Neq),
        ("re", Self::Re),
        ("s", Self::SingleLine),
        ("startswith", Self::StartsWith),
        ("utf16", Self::Utf16),
        ("utf16be", Self::Utf16Be),
        ("utf16le", Self::Utf16Le),
        ("wide", Self::Wide),
        ("windash", Self::Windash),
        ("year", Self::Year),
    ];

    /// The modifier of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, modifier)| *modifier)
    }

    /// The name that rules use.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, known)| *known == self).map_or("", |(name, _)| name)
    }
}
