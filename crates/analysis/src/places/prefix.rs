//! Prefixes of addresses, IPv4 and IPv6 in one.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bits that an IPv4 address lacks to be an IPv6 address.
const V4_BITS: u8 = 96;
const V4_MAPPED: u128 = 0xffff << 32;

/// The number of an address; IPv4 addresses are numbered as IPv4-mapped IPv6 addresses (RFC 4291, section 2.5.5.2).
pub(super) const fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => V4_MAPPED | v4.to_bits() as u128,
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// A block of addresses, e.g. `203.0.113.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Prefix {
    start: u128,
    bits: u8,
}

impl Prefix {
    pub(super) const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Self {
        Self { start: number(IpAddr::V4(Ipv4Addr::new(a, b, c, d))), bits: length + V4_BITS }
    }

    pub(super) const fn v6(segments: [u16; 8], length: u8) -> Self {
        let [a, b, c, d, e, f, g, h] = segments;
        Self { start: Ipv6Addr::new(a, b, c, d, e, f, g, h).to_bits(), bits: length }
    }

    /// A prefix by the number of its first address; `None` if it has more than 128 bits or starts in its middle.
    pub(super) fn new(start: u128, bits: u8) -> Option<Self> {
        let prefix = Self { start, bits };
        (bits <= 128 && start & !prefix.mask() == 0).then_some(prefix)
    }

    /// Reads `203.0.113.0/24`; `None` if that is no prefix.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let length: u8 = length.parse().ok()?;
        match address {
            IpAddr::V4(_) if length > 32 => None,
            IpAddr::V4(_) => Self::new(number(address), length + V4_BITS),
            IpAddr::V6(_) => Self::new(number(address), length),
        }
    }

    fn mask(self) -> u128 {
        u128::MAX.checked_shl(128 - u32::from(self.bits.min(128))).unwrap_or(0)
    }

    pub(super) const fn start(self) -> u128 {
        self.start
    }

    pub(super) const fn bits(self) -> u8 {
        self.bits
    }

    pub(super) fn holds(self, number: u128) -> bool {
        number & self.mask() == self.start
    }

    /// Whether the address lies in the block.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        self.holds(number(address))
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = Ipv6Addr::from_bits(self.start);
        match address.to_ipv4_mapped() {
            Some(v4) if self.bits >= V4_BITS => write!(f, "{v4}/{}", self.bits - V4_BITS),
            _ => write!(f, "{address}/{}", self.bits),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_read_and_written_alike() {
        for text in ["203.0.113.0/24", "0.0.0.0/0", "203.0.113.7/32", "2001:db8::/32", "::/0", "::1/128"] {
            assert_eq!(Prefix::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "203.0.113.0", "203.0.113.7/24", "203.0.113.0/33", "2001:db8::/129", "2001:db8::1/32", "x/8"] {
            assert_eq!(Prefix::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_prefix_holds_its_first_and_last_address() {
        let holds = |prefix: &str, address: &str| Prefix::parse(prefix).unwrap().contains(address.parse().unwrap());
        assert!(holds("203.0.113.0/24", "203.0.113.0") && holds("203.0.113.0/24", "203.0.113.255"));
        assert!(!holds("203.0.113.0/24", "203.0.114.0") && !holds("203.0.113.0/24", "203.0.112.255"));
        assert!(holds("0.0.0.0/0", "255.255.255.255") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1") && !holds("2001:db8::/32", "2001:db9::"));
    }
}
