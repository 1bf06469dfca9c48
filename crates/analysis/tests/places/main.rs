//! Two hundred addresses and more, of every kind, and texts that only look like addresses.
#![allow(clippy::unwrap_used, reason = "a database that a test misspells must fail it")]
#![allow(clippy::indexing_slicing, reason = "and so must a node that it makes up")]

mod addresses;
mod mmdb;

use std::sync::LazyLock;

use analysis::places::{Malformed, Place, PlaceKind, Places, Purpose, Source};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

use crate::addresses::{AWS, COUNTRIES, NAMES, SPECIAL};

/// A place as one line: the kind, and what tells it from others of that kind.
fn line(place: &Place) -> String {
    match &place.kind {
        PlaceKind::SpecialPurpose(range) => format!("{} {}", range.purpose.label(), range.rfc),
        PlaceKind::AwsService(host) => format!("service {host}"),
        PlaceKind::AwsInternal => "aws internal".to_owned(),
        PlaceKind::AwsNetwork { region, service, .. } => format!("aws {region} {service}"),
        PlaceKind::Country(location) => format!("country {}", location.country.code),
        PlaceKind::Unknown => "unknown".to_owned(),
        PlaceKind::Malformed(malformed) => format!("malformed {malformed:?}"),
    }
}

/// A copy of the AWS ranges with one range in it.
const NEWER: &[u8] = br#"{"createDate":"2026-11-20-10-00-00","prefixes":[
    {"ip_prefix":"200.3.14.0/24","region":"eu-west-9","service":"EC2"}],"ipv6_prefixes":[]}"#;

#[test]
fn two_hundred_texts_of_every_kind_come_out_right_with_source_and_date() {
    let places = Places::embedded();
    let countries: Vec<(&str, String)> =
        COUNTRIES.iter().map(|(text, code)| (*text, format!("country {code}"))).collect();
    let all = [SPECIAL, AWS, NAMES].into_iter().flatten().map(|(text, expected)| (*text, (*expected).to_owned()));
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (text, expected) in all.chain(countries) {
        let place = places.locate(text);
        checked += 1;
        if line(&place) != expected {
            wrong.push(format!("{text:?} is {}, not {expected}", line(&place)));
        }
        let says_when = place.source.date().is_some();
        assert_eq!(says_when, place.address.is_some(), "{text}: {}", place.source);
        assert!(!place.to_string().is_empty() && !place.source.attribution().is_empty());
        assert_eq!(place.country().is_some(), place.coordinates().is_some());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked >= 200, "{checked}");
}

#[test]
fn every_answer_names_its_source() {
    let places = Places::embedded();
    let source = |text: &str| places.locate(text).source;
    assert_eq!(source("10.0.0.1"), Source::SpecialPurposeRegistries);
    assert_eq!(source("54.72.0.1"), Source::AwsRanges(Some(date(2025, 10, 31))));
    assert_eq!(source("193.0.6.139"), Source::RegistryAssignments);
    assert_eq!(source("193.0.6.139").date(), Some(date(2026, 11, 1)));
    assert_eq!(source("AWS Internal"), Source::Record);
    assert!(source("193.0.6.139").to_string().contains("RIPE NCC"), "{}", source("193.0.6.139"));
}

#[test]
fn no_country_for_what_is_no_public_address_even_if_a_database_knows_one() {
    let entries = [("198.51.100.0/24", json!({"country": {"iso_code": "AU"}})), ("10.0.0.0/8", json!("AU"))];
    let places = Places::embedded().with_mmdb(mmdb::database("Test-Country", 6, 1_772_323_200, &entries)).unwrap();
    assert_eq!(line(&places.locate("198.51.100.7")), "documentation RFC 5737");
    assert_eq!(line(&places.locate("10.1.2.3")), "private RFC 1918");
    assert_eq!(line(&places.locate("AWS Internal")), "aws internal");
}

#[test]
fn a_database_of_the_user_goes_before_the_embedded_data() {
    let city = json!({
        "country": {"iso_code": "JP"},
        "city": {"names": {"en": "Kyoto", "de": "Kioto"}},
        "location": {"latitude": 35.0, "longitude": 135.75},
    });
    let cities = [("193.0.6.0/24", city), ("2001:67c:2e8::/48", json!({"country_code": "FI"}))];
    let network = json!({"autonomous_system_number": 64500, "autonomous_system_organization": "Example\u{202e} Net"});
    let networks = [("193.0.0.0/16", network)];
    // 2026-03-01 and 2026-01-01.
    let places = Places::embedded()
        .with_mmdb(mmdb::database("Example-City", 6, 1_772_323_200, &cities))
        .unwrap()
        .with_mmdb(mmdb::database("Example-ASN", 4, 1_767_225_600, &networks))
        .unwrap();
    let sources: Vec<String> = places.sources().map(|source| source.to_string()).collect();
    assert_eq!(sources[..2], ["Example-City, 2026-03-01", "Example-ASN, 2026-01-01"]);
    assert_eq!(places.sources().last(), Some(Source::RegistryAssignments));

    let place = places.locate("193.0.6.139");
    assert_eq!(place.to_string(), "Kyoto, Japan (JP)");
    assert_eq!(place.source.to_string(), "Example-City, 2026-03-01");
    let point = place.coordinates().unwrap();
    assert_eq!((point.latitude, point.longitude), (35.0, 135.75));
    let network = place.network.unwrap();
    assert_eq!((network.number, network.source.date()), (64500, Some(date(2026, 1, 1))));
    // Text of a database is no more to be trusted than that of a record.
    assert_eq!(network.organization.unwrap().as_str(), "Example\\u{202e} Net");

    assert_eq!(line(&places.locate("2001:67c:2e8:22::1")), "country FI");
    // Where the databases say nothing, the embedded data does; the network is still told.
    let beside = places.locate("193.0.7.1");
    assert_eq!((line(&beside).as_str(), beside.network.is_some()), ("country NL", true));
    assert_eq!(beside.source, Source::RegistryAssignments);
    // AWS's own ranges stay before both.
    assert_eq!(line(&places.locate("54.72.0.1")), "aws eu-west-1 EC2");
}

#[test]
fn odd_records_of_a_database_say_nothing() {
    let entries = [
        ("193.0.6.0/24", json!({"country": {"iso_code": 7}, "city": ["x"], "location": {"latitude": 999.0}})),
        ("193.0.7.0/24", json!({"country": {"iso_code": "XX"}})),
        ("193.0.8.0/24", json!("text")),
    ];
    let places = Places::embedded().with_mmdb(mmdb::database("Odd", 6, 1 << 60, &entries)).unwrap();
    for text in ["193.0.6.1", "193.0.7.1"] {
        let place = places.locate(text);
        assert_eq!((line(&place).as_str(), place.source), ("country NL", Source::RegistryAssignments));
    }
}

#[test]
fn damaged_databases_are_refused_or_say_nothing() {
    assert!(Places::embedded().with_mmdb(Vec::new()).is_err());
    let error = Places::embedded().with_mmdb(b"no database".to_vec()).unwrap_err().to_string();
    assert!(error.contains("MMDB") && error.contains(".mmdb"), "{error}");
    let whole = mmdb::database("Whole", 6, 1, &[("193.0.6.0/24", json!({"country": {"iso_code": "JP"}}))]);
    for at in 0..whole.len() {
        for flip in [0xff, 0x01, 0x80] {
            let mut damaged = whole.clone();
            damaged[at] ^= flip;
            if let Ok(places) = Places::embedded().with_aws_ranges(NEWER).unwrap().with_mmdb(damaged) {
                let _ = places.locate("193.0.6.1");
                let _ = places.locate("2a00::1");
            }
        }
    }
}

#[test]
fn a_newer_copy_of_the_aws_ranges_takes_the_place_of_the_embedded_one() {
    let places = Places::embedded().with_aws_ranges(NEWER).unwrap();
    let place = places.locate("200.3.14.10");
    assert_eq!(place.to_string(), "AWS EC2 eu-west-9 (200.3.14.0/24)");
    assert_eq!(place.source.date(), Some(date(2026, 11, 20)));
    assert!(!matches!(places.locate("54.72.0.1").kind, PlaceKind::AwsNetwork { .. }));
}

#[test]
fn reasons_are_words() {
    let places = Places::embedded();
    assert_eq!(places.locate("253.252.51.07").to_string(), "no address: a number with a leading zero has two readings");
    assert_eq!(places.locate("x").kind, PlaceKind::Malformed(Malformed::NotAnAddress));
    let PlaceKind::SpecialPurpose(range) = places.locate("100.64.0.1").kind else { panic!() };
    assert_eq!((range.purpose, range.prefix.to_string().as_str()), (Purpose::CarrierGradeNat, "100.64.0.0/10"));
}

static PLACES: LazyLock<Places> = LazyLock::new(Places::embedded);

proptest! {
    #[test]
    fn any_text_is_some_place(text in any::<String>()) {
        let place = PLACES.locate(&text);
        prop_assert!(place.to_string().len() < 400);
    }

    #[test]
    fn any_text_like_an_address_is_some_place(text in "[0-9a-fA-F:.\\[\\]% ]{0,70}") {
        let place = PLACES.locate(&text);
        prop_assert!(place.address.is_some() || matches!(place.kind, PlaceKind::Malformed(_)));
    }

    #[test]
    fn a_country_needs_a_public_address(bits in any::<u128>(), v4 in any::<u32>()) {
        for address in [std::net::Ipv6Addr::from(bits).into(), std::net::Ipv4Addr::from(v4).into()] {
            let place = PLACES.locate_address(address);
            if let (Some(_), std::net::IpAddr::V4(v4)) = (place.country(), place.address.unwrap()) {
                let special = v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_documentation()
                    || v4.is_multicast() || v4.is_broadcast() || v4.is_unspecified() || v4.octets()[0] >= 240;
                prop_assert!(!special, "{v4}");
            }
        }
    }
}

#[test]
fn a_text_of_a_megabyte_costs_no_more_than_reading_it() {
    let places = Places::embedded();
    for text in ["1.".repeat(500_000), ":".repeat(1_000_000), "a".repeat(1_000_000) + ".amazonaws.com"] {
        assert_eq!(places.locate(&text).kind, PlaceKind::Malformed(Malformed::NotAnAddress));
    }
}
