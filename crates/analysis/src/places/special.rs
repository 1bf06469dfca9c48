//! Addresses that no host on the internet has: the special-purpose registries of IANA, and multicast.
//!
//! The tables are those of the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), written down from their
//! RFCs, with multicast and the deprecated IPv6 ranges that those registries leave to others. Blocks of the registries
//! that do reach hosts (anycast of AS112, AMT and the like) are in them too: they are nobody's place either.

use std::net::IpAddr;

use super::prefix::{Prefix, number};

/// A block of addresses with a purpose of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpecialRange {
    /// The block.
    pub prefix: Prefix,
    /// What sort of block it is.
    pub purpose: Purpose,
    /// Its name, as the registry has it.
    pub name: &'static str,
    /// Where it is defined.
    pub rfc: &'static str,
}

/// Sorts of special-purpose blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Inside a private network: RFC 1918 and unique local addresses.
    Private,
    /// Between a provider and its customers: carrier-grade NAT.
    CarrierGradeNat,
    /// The host itself.
    Loopback,
    /// The link itself.
    LinkLocal,
    /// Examples in documents.
    Documentation,
    /// Measurements in laboratories.
    Benchmarking,
    /// Many receivers at once; never a sender.
    Multicast,
    /// No address at all: unspecified, "this network", broadcast.
    Unspecified,
    /// Carries IPv4 over IPv6 or the reverse; says little of where its user is.
    Transition,
    /// A service of the internet's own machinery.
    Protocol,
    /// Set aside; nothing may use it.
    Reserved,
}

impl Purpose {
    /// The word for it, e.g. `carrier-grade NAT`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::CarrierGradeNat => "carrier-grade NAT",
            Self::Loopback => "loopback",
            Self::LinkLocal => "link-local",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::Multicast => "multicast",
            Self::Unspecified => "unspecified",
            Self::Transition => "transition",
            Self::Protocol => "protocol",
            Self::Reserved => "reserved",
        }
    }
}

/// The special-purpose block that the address lies in, the narrowest if there are several.
pub(super) fn range_of(address: IpAddr) -> Option<&'static SpecialRange> {
    let table: &[SpecialRange] = match address {
        IpAddr::V4(_) => &V4,
        IpAddr::V6(_) => &V6,
    };
    let number = number(address);
    table.iter().find(|range| range.prefix.holds(number))
}

const fn range(prefix: Prefix, purpose: Purpose, name: &'static str, rfc: &'static str) -> SpecialRange {
    SpecialRange { prefix, purpose, name, rfc }
}

/// Narrow blocks come before the wide ones around them.
const V4: [SpecialRange; 27] = [
    range(Prefix::v4(0, 0, 0, 0, 32), Purpose::Unspecified, "\"This host on this network\"", "RFC 1122"),
    range(Prefix::v4(0, 0, 0, 0, 8), Purpose::Unspecified, "\"This network\"", "RFC 791"),
    range(Prefix::v4(10, 0, 0, 0, 8), Purpose::Private, "Private-Use", "RFC 1918"),
    range(Prefix::v4(100, 64, 0, 0, 10), Purpose::CarrierGradeNat, "Shared Address Space", "RFC 6598"),
    range(Prefix::v4(127, 0, 0, 0, 8), Purpose::Loopback, "Loopback", "RFC 1122"),
    range(Prefix::v4(169, 254, 0, 0, 16), Purpose::LinkLocal, "Link Local", "RFC 3927"),
    range(Prefix::v4(172, 16, 0, 0, 12), Purpose::Private, "Private-Use", "RFC 1918"),
    range(Prefix::v4(192, 0, 0, 8, 32), Purpose::Protocol, "IPv4 dummy address", "RFC 7600"),
    range(Prefix::v4(192, 0, 0, 9, 32), Purpose::Protocol, "Port Control Protocol Anycast", "RFC 7723"),
    range(Prefix::v4(192, 0, 0, 10, 32), Purpose::Protocol, "Traversal Using Relays around NAT Anycast", "RFC 8155"),
    range(Prefix::v4(192, 0, 0, 170, 31), Purpose::Transition, "NAT64/DNS64 Discovery", "RFC 7050"),
    range(Prefix::v4(192, 0, 0, 0, 29), Purpose::Transition, "IPv4 Service Continuity Prefix", "RFC 7335"),
    range(Prefix::v4(192, 0, 0, 0, 24), Purpose::Protocol, "IETF Protocol Assignments", "RFC 6890"),
    range(Prefix::v4(192, 0, 2, 0, 24), Purpose::Documentation, "Documentation (TEST-NET-1)", "RFC 5737"),
    range(Prefix::v4(192, 31, 196, 0, 24), Purpose::Protocol, "AS112-v4", "RFC 7535"),
    range(Prefix::v4(192, 52, 193, 0, 24), Purpose::Protocol, "AMT", "RFC 7450"),
    range(Prefix::v4(192, 88, 99, 0, 24), Purpose::Transition, "Deprecated (6to4 Relay Anycast)", "RFC 7526"),
    range(Prefix::v4(192, 168, 0, 0, 16), Purpose::Private, "Private-Use", "RFC 1918"),
    range(Prefix::v4(192, 175, 48, 0, 24), Purpose::Protocol, "Direct Delegation AS112 Service", "RFC 7534"),
    range(Prefix::v4(198, 18, 0, 0, 15), Purpose::Benchmarking, "Benchmarking", "RFC 2544"),
    range(Prefix::v4(198, 51, 100, 0, 24), Purpose::Documentation, "Documentation (TEST-NET-2)", "RFC 5737"),
    range(Prefix::v4(203, 0, 113, 0, 24), Purpose::Documentation, "Documentation (TEST-NET-3)", "RFC 5737"),
    range(Prefix::v4(233, 252, 0, 0, 24), Purpose::Documentation, "MCAST-TEST-NET", "RFC 6676"),
    range(Prefix::v4(239, 0, 0, 0, 8), Purpose::Multicast, "Administratively Scoped Multicast", "RFC 2365"),
    range(Prefix::v4(224, 0, 0, 0, 4), Purpose::Multicast, "Multicast", "RFC 5771"),
    range(Prefix::v4(255, 255, 255, 255, 32), Purpose::Unspecified, "Limited Broadcast", "RFC 919"),
    range(Prefix::v4(240, 0, 0, 0, 4), Purpose::Reserved, "Reserved", "RFC 1112"),
];

/// Narrow blocks come before the wide ones around them. IPv4-mapped addresses are read as the IPv4 addresses they are.
const V6: [SpecialRange; 32] = [
    range(Prefix::v6([0, 0, 0, 0, 0, 0, 0, 0], 128), Purpose::Unspecified, "Unspecified Address", "RFC 4291"),
    range(Prefix::v6([0, 0, 0, 0, 0, 0, 0, 1], 128), Purpose::Loopback, "Loopback Address", "RFC 4291"),
    range(Prefix::v6([0, 0, 0, 0, 0, 0, 0, 0], 96), Purpose::Transition, "Deprecated (IPv4-compatible)", "RFC 4291"),
    range(Prefix::v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96), Purpose::Transition, "IPv4-IPv6 Translat.", "RFC 6052"),
    range(Prefix::v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48), Purpose::Transition, "IPv4-IPv6 Translat.", "RFC 8215"),
    range(Prefix::v6([0x100, 0, 0, 0, 0, 0, 0, 0], 64), Purpose::Reserved, "Discard-Only Address Block", "RFC 6666"),
    range(Prefix::v6([0x100, 0, 0, 1, 0, 0, 0, 0], 64), Purpose::Reserved, "Dummy IPv6 Prefix", "RFC 9780"),
    range(Prefix::v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32), Purpose::Transition, "TEREDO", "RFC 4380"),
    range(
        Prefix::v6([0x2001, 1, 0, 0, 0, 0, 0, 1], 128),
        Purpose::Protocol,
        "Port Control Protocol Anycast",
        "RFC 7723",
    ),
    range(
        Prefix::v6([0x2001, 1, 0, 0, 0, 0, 0, 2], 128),
        Purpose::Protocol,
        "Traversal Using Relays around NAT Anycast",
        "RFC 8155",
    ),
    range(
        Prefix::v6([0x2001, 1, 0, 0, 0, 0, 0, 3], 128),
        Purpose::Protocol,
        "DNS-SD Service Registration Protocol Anycast",
        "RFC 9665",
    ),
    range(Prefix::v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48), Purpose::Benchmarking, "Benchmarking", "RFC 5180"),
    range(Prefix::v6([0x2001, 3, 0, 0, 0, 0, 0, 0], 32), Purpose::Protocol, "AMT", "RFC 7450"),
    range(Prefix::v6([0x2001, 4, 0x112, 0, 0, 0, 0, 0], 48), Purpose::Protocol, "AS112-v6", "RFC 7535"),
    range(
        Prefix::v6([0x2001, 0x10, 0, 0, 0, 0, 0, 0], 28),
        Purpose::Reserved,
        "Deprecated (previously ORCHID)",
        "RFC 4843",
    ),
    range(Prefix::v6([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28), Purpose::Protocol, "ORCHIDv2", "RFC 7343"),
    range(
        Prefix::v6([0x2001, 0x30, 0, 0, 0, 0, 0, 0], 28),
        Purpose::Protocol,
        "Drone Remote ID Protocol Entity Tags (DETs) Prefix",
        "RFC 9374",
    ),
    range(Prefix::v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), Purpose::Protocol, "IETF Protocol Assignments", "RFC 2928"),
    range(Prefix::v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), Purpose::Documentation, "Documentation", "RFC 3849"),
    range(Prefix::v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), Purpose::Transition, "6to4", "RFC 3056"),
    range(
        Prefix::v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48),
        Purpose::Protocol,
        "Direct Delegation AS112 Service",
        "RFC 7534",
    ),
    range(Prefix::v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), Purpose::Documentation, "Documentation", "RFC 9637"),
    range(Prefix::v6([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16), Purpose::Protocol, "Segment Routing (SRv6) SIDs", "RFC 9602"),
    range(Prefix::v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), Purpose::Private, "Unique-Local", "RFC 4193"),
    range(Prefix::v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10), Purpose::LinkLocal, "Link-Local Unicast", "RFC 4291"),
    range(Prefix::v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10), Purpose::Private, "Deprecated (Site-Local)", "RFC 3879"),
    range(Prefix::v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8), Purpose::Multicast, "Multicast", "RFC 4291"),
    // What is left of the space outside 2000::/3, from which global unicast addresses are given out.
    range(Prefix::v6([0, 0, 0, 0, 0, 0, 0, 0], 3), Purpose::Reserved, "Reserved by IETF", "RFC 4291"),
    range(Prefix::v6([0x4000, 0, 0, 0, 0, 0, 0, 0], 2), Purpose::Reserved, "Reserved by IETF", "RFC 4291"),
    range(Prefix::v6([0x8000, 0, 0, 0, 0, 0, 0, 0], 2), Purpose::Reserved, "Reserved by IETF", "RFC 4291"),
    range(Prefix::v6([0xc000, 0, 0, 0, 0, 0, 0, 0], 3), Purpose::Reserved, "Reserved by IETF", "RFC 4291"),
    range(Prefix::v6([0xe000, 0, 0, 0, 0, 0, 0, 0], 3), Purpose::Reserved, "Reserved by IETF", "RFC 4291"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wide_block_hides_a_narrow_one() {
        for table in [V4.as_slice(), V6.as_slice()] {
            for (at, range) in table.iter().enumerate() {
                assert_eq!(Prefix::parse(&range.prefix.to_string()), Some(range.prefix), "{}", range.name);
                let hidden = table[at + 1..].iter().find(|later| range.prefix.holds(later.prefix.start()));
                assert!(
                    hidden.is_none_or(|later| later.prefix.bits() <= range.prefix.bits()),
                    "{} is hidden by {}",
                    hidden.map_or("", |later| later.name),
                    range.name
                );
            }
        }
    }
}
