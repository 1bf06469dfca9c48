//! Where a call came from: the text of `sourceIPAddress` as a place, with the source of the answer and its day.
//!
//! The first of these that knows the text answers:
//!
//! 1. the special-purpose registries: private, documentation, carrier-grade NAT and the like are nowhere;
//! 2. the names that AWS writes in place of an address (`ec2.amazonaws.com`, `AWS Internal`);
//! 3. the address ranges that AWS publishes: an embedded snapshot, or the user's copy;
//! 4. the user's own MMDB databases, if given: country, city, network;
//! 5. the embedded assignments of the Regional Internet Registries: the country to which an address was given out.
//!
//! So nothing but a public address has a country, and an address of AWS has its region instead. Data is looked at no
//! earlier than by the first address that needs it.
//!
//! ```
//! use analysis::places::{PlaceKind, Places};
//!
//! let places = Places::embedded();
//! let place = places.locate("193.0.6.139");
//! assert_eq!(place.country().map(|country| country.code), Some("NL"));
//! assert!(place.source.date().is_some());
//!
//! // An address for documents is nowhere, whatever registries say.
//! assert_eq!(places.locate("198.51.100.7").to_string(), "documentation address (Documentation (TEST-NET-2), RFC 5737)");
//! assert!(matches!(places.locate("ec2.amazonaws.com").kind, PlaceKind::AwsService(_)));
//! ```

mod address;
mod aws_ranges;
mod country;
mod country_table;
mod error;
mod mmdb;
mod prefix;
mod source;
mod special;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, LazyLock, OnceLock};

use security_model::{SafeText, TextKind};

pub use self::address::Malformed;
use self::address::Reading;
use self::aws_ranges::AwsRanges;
pub use self::country::{Coordinates, Country};
pub use self::error::DataError;
pub use self::mmdb::MAX_MMDB_BYTES;
use self::mmdb::Mmdb;
pub use self::prefix::Prefix;
pub use self::source::Source;
pub use self::special::{Purpose, SpecialRange};

/// What stands in `sourceIPAddress`, where it is, and who says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The address, if the text is one; of an IPv4-mapped IPv6 address the IPv4 address.
    pub address: Option<IpAddr>,
    /// Where it is.
    pub kind: PlaceKind,
    /// Who says so.
    pub source: Source,
    /// The network it belongs to, where a database of the user's knows; it names its own source.
    pub network: Option<AutonomousSystem>,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaceKind {
    /// In a special-purpose block: on no map.
    SpecialPurpose(&'static SpecialRange),
    /// An AWS service made the call, under this host name.
    AwsService(SafeText),
    /// AWS itself made the call.
    AwsInternal,
    /// In a network of AWS.
    AwsNetwork {
        /// The published range.
        prefix: Prefix,
        /// Its region, e.g. `eu-west-1`, or `GLOBAL`.
        region: SafeText,
        /// Its service, e.g. `EC2`, or `AMAZON` for no particular one.
        service: SafeText,
    },
    /// In a country.
    Country(Location),
    /// A public address about which no source says anything.
    Unknown,
    /// No address, and no name that AWS writes.
    Malformed(Malformed),
}

/// A country, and where in it if that is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// The country.
    pub country: Country,
    /// The city, in English.
    pub city: Option<SafeText>,
    /// The point that the database gives.
    pub coordinates: Option<Coordinates>,
}

/// A network on the internet and who runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutonomousSystem {
    /// Its number, without `AS`.
    pub number: u32,
    /// Who runs it.
    pub organization: Option<SafeText>,
    /// The database that says so.
    pub source: Source,
}

impl Place {
    /// The country, if it is in one.
    #[must_use]
    pub const fn country(&self) -> Option<Country> {
        match &self.kind {
            PlaceKind::Country(location) => Some(location.country),
            _ => None,
        }
    }

    /// The point for distances: the database's, else the middle of the country.
    #[must_use]
    pub fn coordinates(&self) -> Option<Coordinates> {
        match &self.kind {
            PlaceKind::Country(location) => Some(location.coordinates.unwrap_or_else(|| location.country.middle())),
            _ => None,
        }
    }

    /// Whether AWS made the call itself: a service, or a part of AWS without a name.
    #[must_use]
    pub const fn is_aws_itself(&self) -> bool {
        matches!(self.kind, PlaceKind::AwsService(_) | PlaceKind::AwsInternal)
    }

    const fn new(address: Option<IpAddr>, kind: PlaceKind, source: Source) -> Self {
        Self { address, kind, source, network: None }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            PlaceKind::SpecialPurpose(range) => {
                write!(f, "{} address ({}, {})", range.purpose.label(), range.name, range.rfc)
            }
            PlaceKind::AwsService(host) => write!(f, "AWS service {host}"),
            PlaceKind::AwsInternal => f.write_str("AWS itself"),
            PlaceKind::AwsNetwork { prefix, region, service } => write!(f, "AWS {service} {region} ({prefix})"),
            PlaceKind::Country(Location { country, city: Some(city), .. }) => write!(f, "{city}, {country}"),
            PlaceKind::Country(Location { country, .. }) => country.fmt(f),
            PlaceKind::Unknown => f.write_str("unknown"),
            PlaceKind::Malformed(malformed) => write!(f, "no address: {}", malformed.reason()),
        }
    }
}

/// The sources that are asked.
#[derive(Debug, Default)]
pub struct Places {
    aws: OnceLock<AwsRanges>,
    databases: Vec<Mmdb>,
}

impl Places {
    /// The data that is part of the program. Nothing of it is looked at yet.
    #[must_use]
    pub fn embedded() -> Self {
        Self::default()
    }

    /// The same, one for the whole process: what has been looked at is not read again by the next analysis.
    #[must_use]
    pub fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Places>> = LazyLock::new(|| Arc::new(Places::embedded()));
        Arc::clone(&SHARED)
    }

    /// Asks this MMDB database as well, e.g. GeoLite2 City or DB-IP ASN. The first of several that knows a country wins, and
    /// so does the first that knows a network.
    ///
    /// # Errors
    ///
    /// [`DataError::Mmdb`] if the bytes are no such database.
    pub fn with_mmdb(mut self, bytes: Vec<u8>) -> Result<Self, DataError> {
        self.databases.push(Mmdb::new(bytes)?);
        Ok(self)
    }

    /// Uses this copy of <https://ip-ranges.amazonaws.com/ip-ranges.json> in place of the embedded one.
    ///
    /// # Errors
    ///
    /// [`DataError::AwsRanges`] if the bytes are no such document.
    pub fn with_aws_ranges(self, json: &[u8]) -> Result<Self, DataError> {
        let ranges = AwsRanges::from_json(json)?;
        Ok(Self { aws: OnceLock::from(ranges), ..self })
    }

    /// Who is asked about addresses on the internet, first who is asked first: the databases, and the embedded data.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        let databases = self.databases.iter().map(|database| database.source().clone());
        databases.chain([Source::RegistryAssignments])
    }

    /// Who is asked about networks of AWS.
    #[must_use]
    pub fn aws_ranges(&self) -> Source {
        Source::AwsRanges(self.aws.get().map_or_else(AwsRanges::embedded_date, AwsRanges::date))
    }

    /// Where the text of `sourceIPAddress` is. Takes any text; longer ones cost no more.
    #[must_use]
    pub fn locate(&self, source_ip_address: &str) -> Place {
        match address::read(source_ip_address) {
            Reading::Address(address) => self.locate_address(address),
            Reading::AwsService(host) => {
                let host = SafeText::from_raw(host, TextKind::Identifier);
                Place::new(None, PlaceKind::AwsService(host), Source::Record)
            }
            Reading::AwsInternal => Place::new(None, PlaceKind::AwsInternal, Source::Record),
            Reading::Malformed(malformed) => Place::new(None, PlaceKind::Malformed(malformed), Source::Record),
        }
    }

    /// Where an address is.
    #[must_use]
    pub fn locate_address(&self, address: IpAddr) -> Place {
        let address = address.to_canonical();
        if let Some(range) = special::range_of(address) {
            let kind = PlaceKind::SpecialPurpose(range);
            return Place::new(Some(address), kind, Source::SpecialPurposeRegistries);
        }
        let aws = self.aws.get_or_init(AwsRanges::embedded);
        if let Some(found) = aws.find(address) {
            let name = |text| SafeText::from_raw(text, TextKind::Identifier);
            let kind = PlaceKind::AwsNetwork {
                prefix: found.prefix,
                region: name(found.region),
                service: name(found.service),
            };
            return Place::new(Some(address), kind, Source::AwsRanges(aws.date()));
        }
        self.on_the_internet(address)
    }

    fn on_the_internet(&self, address: IpAddr) -> Place {
        let mut located = None;
        let mut network = None;
        for database in &self.databases {
            let found = database.find(address);
            network = network.or(found.network);
            if let (None, Some(country)) = (&located, found.country) {
                let location = Location { country, city: found.city, coordinates: found.coordinates };
                located = Some((location, database.source().clone()));
            }
        }
        let located = located.or_else(|| {
            let country = Country::of_code(iptocc::country_code(address)?)?;
            Some((Location { country, city: None, coordinates: None }, Source::RegistryAssignments))
        });
        let (kind, source) = located.map_or((PlaceKind::Unknown, Source::RegistryAssignments), |(location, source)| {
            (PlaceKind::Country(location), source)
        });
        Place { address: Some(address), kind, source, network }
    }
}
