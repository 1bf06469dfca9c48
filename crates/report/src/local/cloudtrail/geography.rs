//! Where calls went and came from: regions, source addresses by kind, and the countries of those that are known to be in
//! one.

use security_model::evidence::ids::List;
use security_model::summary::cloudtrail::{SourceIpCount, SourceIpKind};
use security_model::summary::{EventsSummary, NamedCount};

use crate::facts::{NOT_SAID, by_country};
use crate::local::case::{Brevity, Case};
use crate::local::layout::{Keep, Section};
use crate::local::reading;
use crate::local::text::{OTHERS, counted, length, names, series};

/// Regions and countries named in one line.
const REGIONS: usize = 3;
const COUNTRIES: usize = 3;

pub(super) fn section(case: &Case<'_, EventsSummary>) -> Option<Section> {
    let summary = case.summary;
    if summary.total == 0 {
        return None;
    }
    let addresses = addresses(&summary.by_source_ip);
    let mut lead: Vec<String> = regions(case).into_iter().chain(sources(case)).chain(countries(case)).collect();
    if case.is_full() {
        lead.extend(clients(case));
    }
    if lead.is_empty() {
        let among = reading::among(case.coverage, summary.total, "event", "events");
        // An address that cannot be read is named all the same.
        let unnamed = match case.total("events.by_source_ip.length") {
            0 => "region and no source address",
            _ => "region",
        };
        lead.push(format!("No {unnamed} is named {among}."));
    }
    Some(Section {
        heading: "Geography",
        keep: Keep::Supporting,
        path: "events.by_source_ip",
        lead: vec![lead.join(" ")],
        rows: addresses
            .iter()
            .take(case.detail.rows())
            .zip(1..)
            .map(|((index, row), rank)| self::row(case, rank, *index, row))
            .collect(),
        first: 1,
        total: length(&addresses),
    })
}

/// Addresses of the internet; without any, the others that are addresses.
fn addresses(all: &[SourceIpCount]) -> Vec<(usize, &SourceIpCount)> {
    let of_kind = |kind| all.iter().enumerate().filter(move |(_, row)| row.kind == kind).collect::<Vec<_>>();
    let public = of_kind(SourceIpKind::Public);
    if public.is_empty() { of_kind(SourceIpKind::Private) } else { public }
}

/// `By region: 2,290 events in `eu-west-1`, 441 events in `us-east-1` and 15 more regions.`
fn regions(case: &Case<'_, EventsSummary>) -> Option<String> {
    let regions: Vec<&NamedCount> = case.summary.by_region.iter().filter(|row| row.name.as_str() != NOT_SAID).collect();
    let most = if case.is_full() { case.detail.names() } else { REGIONS };
    let in_region =
        |row: &&NamedCount| Some(format!("{} in {}", counted(row.count, "event", "events"), case.name(&row.name)?));
    let shown: Vec<String> = regions.iter().filter_map(in_region).take(most).collect();
    (!regions.is_empty()).then(|| format!("By region: {}.", names(shown, regions.len(), ("region", "regions"))))
}

/// `830 events came from 3 public addresses and 511 events from 1 AWS service.`
fn sources(case: &Case<'_, EventsSummary>) -> Option<String> {
    let kinds = [
        ("public", "public address", "public addresses"),
        ("private", "private address", "private addresses"),
        ("aws_service", "AWS service", "AWS services"),
    ];
    let mut parts: Vec<String> = Vec::new();
    for (kind, one, many) in kinds {
        let distinct = case.total(&format!("events.by_source_ip.{kind}.length"));
        let events = case.total(&format!("events.by_source_ip.{kind}"));
        if distinct > 0 {
            parts.push(format!("{} from {}", counted(events, "event", "events"), counted(distinct, one, many)));
        }
    }
    if case.brevity >= Brevity::Tight {
        parts.truncate(1);
    }
    (!parts.is_empty()).then(|| format!("By source: {}.", series(parts)))
}

/// `By country: 41 events from `Germany` and 2 events from `Brazil`.`
fn countries(case: &Case<'_, EventsSummary>) -> Option<String> {
    let countries = by_country(case.summary);
    let most = if case.is_full() { case.detail.names() } else { COUNTRIES };
    let shown: Vec<String> = countries
        .iter()
        .take(most)
        .map(|(country, count)| format!("{} from `{country}`", counted(*count, "event", "events")))
        .collect();
    (!shown.is_empty()).then(|| format!("By country: {}.", names(shown, countries.len(), OTHERS)))
}

fn clients(case: &Case<'_, EventsSummary>) -> Option<String> {
    let clients = &case.summary.by_user_agent_family;
    let shown: Vec<String> = clients
        .iter()
        .take(case.detail.names())
        .map(|row| format!("{} from {}", counted(row.count, "event", "events"), row.name.code_span()))
        .collect();
    (!clients.is_empty()).then(|| format!("By client: {}.", names(shown, clients.len(), ("client", "clients"))))
}

fn row(case: &Case<'_, EventsSummary>, rank: usize, index: usize, address: &SourceIpCount) -> String {
    format!(
        "{rank}. {}{}: {} by {} (`{}`)",
        case.name(&address.ip).unwrap_or_else(|| "address".to_owned()),
        address.country.as_ref().map_or_else(String::new, |country| format!(" (`{country}`)")),
        counted(address.count, "event", "events"),
        counted(address.principal_count, "principal", "principals"),
        List::SourceIp.id(index),
    )
}
