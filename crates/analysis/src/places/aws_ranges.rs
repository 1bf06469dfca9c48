//! The address ranges that AWS publishes, with the region and the service of each.

use std::net::IpAddr;

use jiff::civil::Date;
use serde::Deserialize;

use super::error::DataError;
use super::prefix::{Prefix, number};

include!(concat!(env!("OUT_DIR"), "/aws_ranges.rs"));
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/aws_ranges.bin"));
/// Bytes of a packed range: first address, prefix length, region, service (`build.rs`).
const PACKED: usize = 19;

/// Most ranges read from a document; the published one has under twenty thousand.
const MOST_RANGES: usize = 200_000;
/// Longest name of a region or service.
const LONGEST_NAME: usize = 64;

/// A table of AWS's address ranges.
#[derive(Debug)]
pub(super) struct AwsRanges {
    /// Sorted by first address, wide before narrow.
    ranges: Vec<Range>,
    regions: Vec<Box<str>>,
    services: Vec<Box<str>>,
    date: Option<Date>,
}

#[derive(Debug)]
struct Range {
    prefix: Prefix,
    region: u16,
    service: u16,
    /// The next wider range around this one.
    parent: Option<u32>,
}

/// A range, by names.
#[derive(Debug, PartialEq)]
pub(super) struct Found<'a> {
    pub(super) prefix: Prefix,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

impl AwsRanges {
    /// The ranges that are part of the program.
    pub(super) fn embedded() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| Box::from(*name)).collect();
        let ranges = EMBEDDED.chunks_exact(PACKED).filter_map(unpack).collect();
        Self::new(ranges, names(EMBEDDED_REGIONS), names(EMBEDDED_SERVICES), Self::embedded_date())
    }

    /// The day of the embedded ranges.
    pub(super) fn embedded_date() -> Option<Date> {
        EMBEDDED_DATE.parse().ok()
    }

    /// Reads a copy of <https://ip-ranges.amazonaws.com/ip-ranges.json>.
    pub(super) fn from_json(json: &[u8]) -> Result<Self, DataError> {
        let document: Document<'_> =
            serde_json::from_slice(json).map_err(|error| DataError::AwsRanges(error.to_string()))?;
        let count = document.prefixes.len() + document.ipv6_prefixes.len();
        if count == 0 || count > MOST_RANGES {
            let problem = format!("it has {count} prefixes, where 1 to {MOST_RANGES} were expected");
            return Err(DataError::AwsRanges(problem));
        }
        let (mut regions, mut services) = (Vec::new(), Vec::new());
        let mut ranges = Vec::with_capacity(count);
        let v4 = document.prefixes.iter().map(|range| (range.ip_prefix, range.region, range.service));
        let v6 = document.ipv6_prefixes.iter().map(|range| (range.ipv6_prefix, range.region, range.service));
        for (text, region, service) in v4.chain(v6) {
            let prefix = Prefix::parse(text)
                .ok_or_else(|| DataError::AwsRanges(format!("`{}` is no prefix", text.escape_debug())))?;
            let (region, service) = (name_number(&mut regions, region)?, name_number(&mut services, service)?);
            ranges.push(Range { prefix, region, service, parent: None });
        }
        let date = document.create_date.get(..10).and_then(|date| date.parse().ok());
        Ok(Self::new(ranges, regions, services, date))
    }

    fn new(mut ranges: Vec<Range>, regions: Vec<Box<str>>, services: Vec<Box<str>>, date: Option<Date>) -> Self {
        let rank = |range: &Range| match services.get(usize::from(range.service)).map(AsRef::as_ref) {
            None | Some("AMAZON") => (0, range.service),
            Some("EC2") => (1, range.service),
            Some(_) => (2, range.service),
        };
        // Of several services of one block the most telling one comes first and stays.
        ranges.sort_by(|a, b| {
            let key = |range: &Range| (range.prefix.start(), range.prefix.bits());
            key(a).cmp(&key(b)).then_with(|| rank(b).cmp(&rank(a)))
        });
        ranges.dedup_by_key(|range| range.prefix);
        link_parents(&mut ranges);
        Self { ranges, regions, services, date }
    }

    /// The day of the snapshot.
    pub(super) const fn date(&self) -> Option<Date> {
        self.date
    }

    /// The narrowest range that the address lies in.
    pub(super) fn find(&self, address: IpAddr) -> Option<Found<'_>> {
        let number = number(address);
        let after = self.ranges.partition_point(|range| range.prefix.start() <= number);
        let mut at = after.checked_sub(1);
        // Ranges nest at most as deep as an address has bits.
        while let Some(range) = at.and_then(|at| self.ranges.get(at)) {
            if range.prefix.holds(number) {
                let region = self.regions.get(usize::from(range.region))?;
                let service = self.services.get(usize::from(range.service))?;
                return Some(Found { prefix: range.prefix, region, service });
            }
            at = range.parent.and_then(|parent| usize::try_from(parent).ok());
        }
        None
    }
}

/// Finds for each range the next wider one: those still open at its start stand on a stack.
fn link_parents(ranges: &mut [Range]) {
    let mut open: Vec<(u32, Prefix)> = Vec::new();
    for (at, range) in (0..).zip(ranges) {
        while open.last().is_some_and(|(_, prefix)| !prefix.holds(range.prefix.start())) {
            open.pop();
        }
        range.parent = open.last().map(|(at, _)| *at);
        open.push((at, range.prefix));
    }
}

fn unpack(bytes: &[u8]) -> Option<Range> {
    let (start, rest) = bytes.split_first_chunk::<16>()?;
    let [bits, region, service] = rest else { return None };
    let prefix = Prefix::new(u128::from_be_bytes(*start), *bits)?;
    Some(Range { prefix, region: u16::from(*region), service: u16::from(*service), parent: None })
}

/// The number of a name. There are some dozen, so that looking through them is quick enough.
fn name_number(names: &mut Vec<Box<str>>, name: &str) -> Result<u16, DataError> {
    const MOST_NAMES: usize = 1_000;
    let at = match names.iter().position(|known| **known == *name) {
        Some(at) => at,
        None if name.len() > LONGEST_NAME || names.len() >= MOST_NAMES => {
            return Err(DataError::AwsRanges("it has too many, or too long, names of regions or services".to_owned()));
        }
        None => {
            names.push(Box::from(name));
            names.len() - 1
        }
    };
    u16::try_from(at).map_err(|_| DataError::AwsRanges("it has too many names".to_owned()))
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(rename = "createDate", borrow, default)]
    create_date: &'a str,
    #[serde(borrow)]
    prefixes: Vec<DocumentV4<'a>>,
    #[serde(borrow)]
    ipv6_prefixes: Vec<DocumentV6<'a>>,
}

#[derive(Deserialize)]
struct DocumentV4<'a> {
    ip_prefix: &'a str,
    region: &'a str,
    service: &'a str,
}

#[derive(Deserialize)]
struct DocumentV6<'a> {
    ipv6_prefix: &'a str,
    region: &'a str,
    service: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"syncToken":"1","createDate":"2026-11-01-00-00-00","prefixes":[
        {"ip_prefix":"192.0.2.0/24","region":"GLOBAL","service":"AMAZON","network_border_group":"GLOBAL"},
        {"ip_prefix":"192.0.2.64/26","region":"eu-west-1","service":"AMAZON","network_border_group":"eu-west-1"},
        {"ip_prefix":"192.0.2.64/26","region":"eu-west-1","service":"EC2","network_border_group":"eu-west-1"},
        {"ip_prefix":"192.0.2.96/30","region":"eu-west-1","service":"S3","network_border_group":"eu-west-1"}],
        "ipv6_prefixes":[{"ipv6_prefix":"2001:db8:1::/48","region":"us-east-1","service":"EC2"}]}"#;

    fn names(table: &AwsRanges, address: &str) -> Option<(String, String, String)> {
        let found = table.find(address.parse().unwrap())?;
        Some((found.prefix.to_string(), found.region.to_owned(), found.service.to_owned()))
    }

    fn expected(prefix: &str, region: &str, service: &str) -> Option<(String, String, String)> {
        Some((prefix.to_owned(), region.to_owned(), service.to_owned()))
    }

    #[test]
    fn the_narrowest_range_and_its_most_telling_service_count() {
        let table = AwsRanges::from_json(DOCUMENT.as_bytes()).unwrap();
        assert_eq!(table.date(), Some(jiff::civil::date(2026, 11, 1)));
        assert_eq!(names(&table, "192.0.2.1"), expected("192.0.2.0/24", "GLOBAL", "AMAZON"));
        assert_eq!(names(&table, "192.0.2.65"), expected("192.0.2.64/26", "eu-west-1", "EC2"));
        assert_eq!(names(&table, "192.0.2.97"), expected("192.0.2.96/30", "eu-west-1", "S3"));
        // After the end of an inner range the outer one holds again.
        assert_eq!(names(&table, "192.0.2.100"), expected("192.0.2.64/26", "eu-west-1", "EC2"));
        assert_eq!(names(&table, "192.0.2.200"), expected("192.0.2.0/24", "GLOBAL", "AMAZON"));
        assert_eq!(names(&table, "192.0.3.0"), None);
        assert_eq!(names(&table, "2001:db8:1::9"), expected("2001:db8:1::/48", "us-east-1", "EC2"));
        assert_eq!(names(&table, "2001:db8:2::"), None);
    }

    #[test]
    fn documents_of_another_form_are_refused_by_name() {
        for (document, part) in [
            ("{}", "missing field"),
            (r#"{"prefixes":[],"ipv6_prefixes":[]}"#, "0 prefixes"),
            (r#"{"prefixes":[{"ip_prefix":"x","region":"a","service":"b"}],"ipv6_prefixes":[]}"#, "`x` is no prefix"),
        ] {
            let error = AwsRanges::from_json(document.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("ip-ranges.json"), "{error}");
        }
    }

    #[test]
    fn the_embedded_table_is_whole() {
        let table = AwsRanges::embedded();
        assert!(table.date().is_some() && table.ranges.len() > 5_000);
        assert_eq!(table.ranges.len() * PACKED, EMBEDDED.len());
    }
}
