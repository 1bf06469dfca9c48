//! Events by source IP address, and what kind of thing stands there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use security_model::TextKind;
use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::{SourceIpCount, SourceIpKind};

use super::Section;
use super::evidence::{EventSets, Selector};
use super::features::Features;
use crate::hash::HashSet;
use crate::names::{Name, Texts};
use crate::places::Places;
use crate::rank::{Counts, Ranked, add, rank};

#[derive(Default)]
pub(super) struct SourceIps {
    counts: Counts<Name>,
    principals: HashSet<(Name, Name)>,
}

impl Section for SourceIps {
    fn observe(&mut self, event: &Features) {
        add(&mut self.counts, event.source_ip);
        self.principals.insert((event.source_ip, event.principal.name));
    }

    fn finish(self: Box<Self>, texts: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let mut principals = Counts::default();
        for (ip, _) in self.principals {
            add(&mut principals, ip);
        }
        let rows = rank(self.counts, texts, |ip| [(*ip, TextKind::Identifier)]);
        let selectors = rows.iter().map(|row| (Selector::SourceIp(row.key), row.count));
        sets.add_list(List::SourceIp, "Events from one source IP address", "events.by_source_ip", selectors);
        summary.by_source_ip = rows
            .into_iter()
            .map(|Ranked { key, count, labels: [ip] }| {
                let principal_count = principals.get(&key).copied().unwrap_or_default();
                // A text long enough to be cut is no address, so the neutralised form decides as well as the raw one.
                SourceIpCount { kind: kind_of(ip.as_str()), ip, count, principal_count, country: None }
            })
            .collect();
    }
}

/// Says where the addresses of the internet are.
pub(super) fn locate(rows: &mut [SourceIpCount], places: &Places) {
    for row in rows.iter_mut().filter(|row| row.kind == SourceIpKind::Public) {
        row.country = places.locate(row.ip.as_str()).country().map(|country| country.name.to_owned());
    }
}

/// What stands in `sourceIPAddress`.
fn kind_of(text: &str) -> SourceIpKind {
    if let Ok(address) = text.parse::<IpAddr>() {
        return if is_special(address) { SourceIpKind::Private } else { SourceIpKind::Public };
    }
    if is_aws_service(text) { SourceIpKind::AwsService } else { SourceIpKind::Unparseable }
}

/// Whether the text is `AWS Internal` or the host name of an AWS service.
pub(crate) fn is_aws_service(text: &str) -> bool {
    const DOMAINS: [&str; 4] = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".amazon.com"];
    let text = text.to_ascii_lowercase();
    let is_host = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    text == "aws internal"
        || is_host && DOMAINS.iter().any(|domain| text.strip_suffix(domain).is_some_and(|host| !host.is_empty()))
}

/// Whether no host on the internet has this address. Documentation ranges count as public: they stand for such hosts.
fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_special_v4(v4),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(|| is_special_v6(v6), is_special_v4),
    }
}

/// Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890), recalled, not re-read.
fn is_special_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || is_shared
        || first == 0
        || address.is_multicast()
        || first >= 240
}

fn is_special_v6(address: Ipv6Addr) -> bool {
    address.is_unspecified()
        || address.is_loopback()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_multicast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_services_and_the_rest_are_told_apart() {
        use SourceIpKind::{AwsService, Private, Public, Unparseable};
        let cases = [
            ("203.0.113.7", Public),
            ("2001:db8::7", Public),
            ("::ffff:198.51.100.1", Public),
            ("99.255.255.255", Public),
            ("10.1.2.3", Private),
            ("172.31.0.1", Private),
            ("172.32.0.1", Public),
            ("192.168.0.1", Private),
            ("127.0.0.1", Private),
            ("169.254.169.254", Private),
            ("100.64.0.1", Private),
            ("100.127.255.255", Private),
            ("100.128.0.0", Public),
            ("0.0.0.0", Private),
            ("224.0.0.1", Private),
            ("240.0.0.1", Private),
            ("::", Private),
            ("::1", Private),
            ("fd00::1", Private),
            ("fe80::1", Private),
            ("ff02::1", Private),
            ("::ffff:10.0.0.1", Private),
            ("AWS Internal", AwsService),
            ("secretsmanager.amazonaws.com", AwsService),
            ("ec2.cn-north-1.amazonaws.com.cn", AwsService),
            ("Monitoring.Amazon.com", AwsService),
            (".amazonaws.com", Unparseable),
            ("evil host.amazonaws.com", Unparseable),
            ("amazonaws.com.example.com", Unparseable),
            ("253.252.51.07", Unparseable),
            ("redacted", Unparseable),
            ("(none)", Unparseable),
            ("", Unparseable),
        ];
        for (text, expected) in cases {
            assert_eq!(kind_of(text), expected, "{text}");
        }
    }
}
