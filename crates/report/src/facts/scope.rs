//! Names and times that belong to the whole of an answer.

use std::collections::BTreeSet;

use security_model::{SafeText, Scope, Unit, parse_timestamp, rfc3339};

use super::builder::{Builder, Metric, count, name};
use crate::{Name, NameKind};

/// How many accounts and regions the answer is about.
pub(super) fn numbers(builder: &mut Builder, scope: &Scope) {
    for (metric, list, key) in [(ACCOUNTS, &scope.accounts, "accounts"), (REGIONS, &scope.regions, "regions")] {
        let length = scope.truncated.get(key).copied().unwrap_or_else(|| count(list.len()));
        builder.single(metric, length, None);
    }
}

/// Accounts, regions, filters, the path that was read, and the place it was seen from.
pub(super) fn names(scope: &Scope) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    names.extend(scope.accounts.iter().map(|account| name(NameKind::Account, account)));
    names.extend(scope.regions.iter().map(|region| name(NameKind::Region, region)));
    for (filter, values) in &scope.filters {
        names.extend(values.iter().map(|value| name(kind_of_filter(filter), value)));
    }
    if !matches!(scope.source.as_str(), "aws" | "sample") {
        names.push(name(NameKind::Resource, &scope.source));
    }
    if let Some(vantage) = &scope.vantage {
        let seen_from = [
            (NameKind::Account, &vantage.caller_account),
            (NameKind::Region, &vantage.region),
            (NameKind::Url, &vantage.endpoint),
        ];
        names.extend(seen_from.into_iter().filter_map(|(kind, text)| text.as_ref().map(|text| name(kind, text))));
    }
    let mut seen: BTreeSet<(NameKind, SafeText)> = BTreeSet::new();
    names.retain(|name| seen.insert((name.kind, name.text.clone())));
    names
}

/// Start and end of the window asked, then `observed`, then times that a filter names.
pub(super) fn times(scope: &Scope, observed: [&Option<String>; 2]) -> Vec<String> {
    let mut times: Vec<String> = Vec::new();
    let since = scope.filters.get("updated_since").and_then(|values| values.first());
    let since = since.and_then(|text| parse_timestamp(text.as_str())).map(rfc3339);
    for time in [&scope.start, &scope.end].into_iter().chain(observed).chain([&since]).flatten() {
        if !times.contains(time) {
            times.push(time.clone());
        }
    }
    times
}

/// What the values of a filter name, by the tool's argument.
fn kind_of_filter(filter: &str) -> NameKind {
    match filter {
        "accounts" => NameKind::Account,
        "regions" => NameKind::Region,
        "event_names" => NameKind::EventName,
        "event_sources" => NameKind::EventSource,
        // A key stands for the identity it belongs to.
        "principals" | "access_key_ids" => NameKind::Principal,
        "source_ips" => NameKind::SourceIp,
        "severity" => NameKind::Severity,
        "resources" | "resource" => NameKind::Resource,
        "products" => NameKind::Product,
        "controls" => NameKind::Control,
        _ => NameKind::Status,
    }
}

const ACCOUNTS: Metric = Metric {
    path: "scope.accounts.length",
    unit: Unit::Accounts,
    derivation: "Distinct accounts of what was asked or counted.",
};
const REGIONS: Metric = Metric {
    path: "scope.regions.length",
    unit: Unit::Regions,
    derivation: "Distinct regions of what was asked or counted.",
};
