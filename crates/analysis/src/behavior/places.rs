//! Networks as analytics tell them apart.

use std::fmt;

use security_model::SafeText;

use crate::places::{Place, PlaceKind};

/// A network as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Network {
    Number(u32),
    AwsRegion(SafeText),
    Country(&'static str, &'static str),
}

impl Network {
    /// Its number where a database knows it, AWS's region, else the country.
    pub(super) fn of(place: &Place) -> Option<Self> {
        match (&place.network, &place.kind) {
            (Some(network), _) => Some(Self::Number(network.number)),
            (None, PlaceKind::AwsNetwork { region, .. }) => Some(Self::AwsRegion(region.clone())),
            (None, PlaceKind::Country(location)) => Some(Self::Country(location.country.code, location.country.name)),
            _ => None,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "AS{number}"),
            Self::AwsRegion(region) => write!(f, "AWS {region}"),
            Self::Country(code, name) => write!(f, "{name} ({code})"),
        }
    }
}

/// Whether it is a public address that is not of AWS.
pub(super) const fn is_outside(place: &Place) -> bool {
    place.address.is_some() && matches!(place.kind, PlaceKind::Country(_) | PlaceKind::Unknown)
}

/// Whether it is an address of AWS, or a private one.
pub(super) const fn is_inside(place: &Place) -> bool {
    matches!(place.kind, PlaceKind::AwsNetwork { .. } | PlaceKind::SpecialPurpose(_))
}
