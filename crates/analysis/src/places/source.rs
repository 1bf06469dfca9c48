//! Where an answer comes from, and of what day it is.

use std::fmt;

use jiff::civil::{Date, date};
use security_model::SafeText;

/// When the special-purpose tables were compared with a public copy of IANA's registries that was of that day.
const REGISTRIES_COMPARED: Date = date(2026, 8, 3);
/// When the version of `iptocc` that the workspace pins was published; its data is of the night before.
const ASSIGNMENTS_PUBLISHED: Date = date(2026, 11, 1);

/// The source of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The record itself: its text is a name, or no address.
    Record,
    /// IANA's registries of special-purpose addresses.
    SpecialPurposeRegistries,
    /// The address ranges that AWS publishes, as of this day.
    AwsRanges(Option<Date>),
    /// The user's own MMDB database.
    Mmdb {
        /// What the database calls itself.
        database: SafeText,
        /// When it was built.
        built: Option<Date>,
    },
    /// The statistics of the five Regional Internet Registries: to whom an address was given out, not where it is used.
    RegistryAssignments,
}

impl Source {
    /// The day of the data; `None` where the record speaks for itself, or the data does not say.
    #[must_use]
    pub const fn date(&self) -> Option<Date> {
        match self {
            Self::Record => None,
            Self::SpecialPurposeRegistries => Some(REGISTRIES_COMPARED),
            Self::AwsRanges(date) | Self::Mmdb { built: date, .. } => *date,
            Self::RegistryAssignments => Some(ASSIGNMENTS_PUBLISHED),
        }
    }

    /// Whom the data is from, to be named wherever it is used.
    #[must_use]
    pub fn attribution(&self) -> &str {
        match self {
            Self::Record => "the record itself",
            Self::SpecialPurposeRegistries => "IANA special-purpose address registries",
            Self::AwsRanges(_) => "AWS IP address ranges (ip-ranges.json)",
            Self::Mmdb { database, .. } => database.as_str(),
            Self::RegistryAssignments => {
                "delegated statistics of AFRINIC, APNIC, ARIN, LACNIC and RIPE NCC (through the iptocc crate)"
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.attribution())?;
        self.date().map_or(Ok(()), |date| write!(f, ", {date}"))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_day_of_the_assignments_is_that_of_the_pinned_version() {
        let manifest = include_str!("../../../../Cargo.toml");
        assert!(manifest.contains("iptocc = \"=1.4.175\""), "a new version has a new day: ASSIGNMENTS_PUBLISHED");
    }
}
