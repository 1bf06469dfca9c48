//! Where calls came from, addresses on the internet first.

use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::{SourceIpCount, SourceIpKind};

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, length, series};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let addresses = &input.summary.by_source_ip;
    if addresses.is_empty() {
        return None;
    }
    let public: Vec<(usize, &SourceIpCount)> =
        addresses.iter().enumerate().filter(|(_, row)| row.kind == SourceIpKind::Public).collect();
    let lead = vec![kinds(addresses)];
    Some(Section {
        heading: "Source addresses",
        keep: Keep::Supporting,
        path: "events.by_source_ip",
        lead,
        rows: public.iter().take(input.detail.rows()).map(|(index, row)| self::row(*index, row)).collect(),
        total: length(&public),
    })
}

fn row(index: usize, address: &SourceIpCount) -> String {
    format!(
        "- {}: {} by {} (`{}`)",
        address.ip.code_span(),
        counted(address.count, "event", "events"),
        counted(address.principal_count, "principal", "principals"),
        List::SourceIp.id(index),
    )
}

/// How many addresses of each kind, in one sentence.
fn kinds(addresses: &[SourceIpCount]) -> String {
    let parts = [
        (SourceIpKind::Public, "public address", "public addresses"),
        (SourceIpKind::Private, "private address", "private addresses"),
        (SourceIpKind::AwsService, "AWS service", "AWS services"),
        (SourceIpKind::Unparseable, "that is neither", "that are neither"),
    ]
    .into_iter()
    .filter_map(|(kind, one, many)| {
        let of_kind: Vec<u64> = addresses.iter().filter(|row| row.kind == kind).map(|row| row.count).collect();
        let events = counted(of_kind.iter().sum(), "event", "events");
        (!of_kind.is_empty()).then(|| format!("{} ({events})", counted(length(&of_kind), one, many)))
    })
    .collect();
    format!("{}.", series(parts))
}
