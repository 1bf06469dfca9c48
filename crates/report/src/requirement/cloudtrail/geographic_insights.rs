//! Where the calls came from and went to, as far as the records say.

use std::net::IpAddr;

use super::super::reading::{Document, denies};
use super::super::shared::emptiness;
use super::super::{Check, Finding, Reading, Requirement};
use super::places::Places;
use crate::{FactRow, FactSet, NameKind};

/// Regions that have to be named.
const TOP_REGIONS: usize = 3;
/// Ways to speak of places.
const TOPICS: &[&str] = &[
    "region",
    "regions",
    "source addresses",
    "source address",
    "addresses",
    "address",
    "locations",
    "location",
    "geography",
    "geographic",
    "places",
    "source ips",
    "source ip",
    "ip addresses",
];

pub(super) fn requirement() -> Requirement {
    let description = "Geographic insights for unusual locations: the regions with the most events and the internet address with \
         the most, as the records have them. No country or city but those that the facts give for an address. Where there are no \
         regions or addresses, it says so.";
    Requirement::built_in("geographic_insights", description, Check::Rule(check))
}

fn check(draft: &Reading<'_>) -> Finding {
    let document = draft.document();
    let places = Places::new(draft.facts);
    if let Some(place) = document.blocks.iter().find_map(|block| places.invented(block)) {
        let reason = format!("The facts do not name this place: take out \"{place}\".");
        return Finding { score: 0.0, reason };
    }
    let regions: Vec<&FactRow> = known(draft.facts, "events.by_region", NameKind::Region).take(TOP_REGIONS).collect();
    let address = address(draft.facts);
    if regions.is_empty() && address.is_none() {
        let none = document.body().any(|block| denies(&block.text(), TOPICS));
        let said = none || emptiness::is_empty_and_said(draft.facts, document);
        let wrong = (!said).then(|| "Say that the records give no regions or source addresses.".to_owned());
        return Finding::of(usize::from(said), 1, Vec::from_iter(wrong), "It says that the records name no places.");
    }
    let mut wrong = vec![];
    for (at, region) in regions.iter().enumerate() {
        if !is_named(document, region, NameKind::Region) {
            wrong.push(format!("Name region {} of the list.", at + 1));
        }
    }
    if address.is_some_and(|address| !is_named(document, address, NameKind::SourceIp)) {
        wrong.push("Name the source address with the most events.".to_owned());
    }
    let all = regions.len() + usize::from(address.is_some());
    Finding::of(all - wrong.len(), all, wrong, "Regions and addresses are covered, and no place is invented.")
}

fn known<'a>(facts: &'a FactSet, list: &'a str, kind: NameKind) -> impl Iterator<Item = &'a FactRow> {
    facts.list(list).filter(move |row| row.is_known_by(kind))
}

/// The first address of the internet, else the first address, rather than an AWS service in its place.
fn address(facts: &FactSet) -> Option<&FactRow> {
    let addresses = || {
        known(facts, "events.by_source_ip", NameKind::SourceIp).filter_map(|row| {
            let address = row.of_kind(NameKind::SourceIp).find_map(|name| name.text.as_str().parse::<IpAddr>().ok())?;
            Some((row, address))
        })
    };
    let first = || addresses().map(|(row, _)| row).next();
    addresses().find(|(_, address)| is_of_the_internet(*address)).map(|(row, _)| row).or_else(first)
}

fn is_of_the_internet(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets().first() == Some(&100) && v4.octets().get(1).is_some_and(|o| (64..128).contains(o));
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || shared)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local())
        }
    }
}

fn is_named(document: &Document, row: &FactRow, kind: NameKind) -> bool {
    document.names_any(&row.forms_of(kind))
}
