//! The user's own MMDB databases: countries, cities, networks, whichever they hold.

use std::fmt;
use std::net::IpAddr;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use maxminddb::{LookupResult, PathElement, Reader, path};
use security_model::{SafeText, TextKind};
use serde::Deserialize;

use super::country::{Coordinates, Country};
use super::error::DataError;
use super::{AutonomousSystem, Source};

/// Largest database that is read, in bytes; those published are under half of it.
pub const MAX_MMDB_BYTES: usize = 1 << 30;

/// A database, in memory.
pub(super) struct Mmdb {
    reader: Reader<Vec<u8>>,
    source: Source,
}

/// What a database says about an address. Every field is what it says, or nothing.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) country: Option<Country>,
    pub(super) city: Option<SafeText>,
    pub(super) coordinates: Option<Coordinates>,
    pub(super) network: Option<AutonomousSystem>,
}

impl Mmdb {
    pub(super) fn new(bytes: Vec<u8>) -> Result<Self, DataError> {
        if bytes.len() > MAX_MMDB_BYTES {
            return Err(DataError::Mmdb(format!("it has {} bytes, of at most {MAX_MMDB_BYTES}", bytes.len())));
        }
        let reader = Reader::from_source(bytes).map_err(|error| {
            DataError::Mmdb(SafeText::from_raw(&error.to_string(), TextKind::Prose).as_str().to_owned())
        })?;
        let metadata = reader.metadata();
        let database = SafeText::from_raw(&metadata.database_type, TextKind::Name);
        let source = Source::Mmdb { database, built: built(metadata.build_epoch) };
        Ok(Self { reader, source })
    }

    pub(super) const fn source(&self) -> &Source {
        &self.source
    }

    /// What the database says. A damaged record is one that says nothing.
    pub(super) fn find(&self, address: IpAddr) -> Found {
        let Ok(record) = self.reader.lookup(address) else { return Found::default() };
        if !record.has_data() {
            return Found::default();
        }
        Found {
            country: country(&record),
            city: city(&record),
            coordinates: coordinates(&record),
            network: self.network(&record),
        }
    }

    fn network(&self, record: &Record<'_>) -> Option<AutonomousSystem> {
        let number = get::<u32>(record, &path!["autonomous_system_number"])
            .or_else(|| get::<&str>(record, &path!["asn"])?.strip_prefix("AS")?.parse().ok())?;
        let organization = get::<&str>(record, &path!["autonomous_system_organization"])
            .or_else(|| get(record, &path!["as_name"]))
            .map(|name| SafeText::from_raw(name, TextKind::Name));
        Some(AutonomousSystem { number, organization, source: self.source.clone() })
    }
}

impl fmt::Debug for Mmdb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mmdb({})", self.source)
    }
}

type Record<'a> = LookupResult<'a, Vec<u8>>;

fn get<'a, T: Deserialize<'a>>(record: &Record<'a>, path: &[PathElement<'_>]) -> Option<T> {
    record.decode_path(path).ok().flatten()
}

/// As GeoIP2 databases and their like nest it, or as flat ones write it.
fn country(record: &Record<'_>) -> Option<Country> {
    let code = get::<&str>(record, &path!["country", "iso_code"])
        .or_else(|| get(record, &path!["country_code"]))
        .or_else(|| get(record, &path!["country"]))?;
    Country::of_code(code)
}

fn city(record: &Record<'_>) -> Option<SafeText> {
    let name = get::<&str>(record, &path!["city", "names", "en"]).or_else(|| get(record, &path!["city"]))?;
    (!name.is_empty()).then(|| SafeText::from_raw(name, TextKind::Name))
}

fn coordinates(record: &Record<'_>) -> Option<Coordinates> {
    let degrees = |name| get::<f64>(record, &path!["location", name]);
    Coordinates::new(degrees("latitude")?, degrees("longitude")?)
}

fn built(epoch: u64) -> Option<Date> {
    let time = Timestamp::from_second(i64::try_from(epoch).ok()?).ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}
