//! Networks in CIDR notation.

use std::net::IpAddr;

/// A network: an address with its host bits zero, and how many bits it fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `192.0.2.0/24`, `2001:db8::/32` or one address. The error says what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| "the part before `/` is not an address".to_owned())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => most,
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most).ok_or(format!("`/` takes 0 to {most}"))?,
        };
        let network = Self { address, bits };
        if masked(address, bits) != raw(address) {
            return Err("the address has bits outside its network".to_owned());
        }
        Ok(network)
    }

    pub(crate) fn contains(&self, text: &str) -> bool {
        let Ok(address) = text.parse::<IpAddr>() else { return false };
        // ::ffff:192.0.2.1 is 192.0.2.1, unless the rule asks for the mapped range itself.
        let address = if self.address.is_ipv4() { address.to_canonical() } else { address };
        address.is_ipv4() == self.address.is_ipv4() && masked(address, self.bits) == raw(self.address)
    }
}

fn raw(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn masked(address: IpAddr, bits: u32) -> u128 {
    let size = if address.is_ipv4() { 32 } else { 128 };
    let host = size - bits;
    raw(address).checked_shr(host).and_then(|network| network.checked_shl(host)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(network: &str, yes: &[&str], no: &[&str]) {
        let network = Network::parse(network).unwrap();
        yes.iter().for_each(|text| assert!(network.contains(text), "{network:?} {text}"));
        no.iter().for_each(|text| assert!(!network.contains(text), "{network:?} {text}"));
    }

    #[test]
    fn networks_hold_their_addresses() {
        check("192.0.2.0/24", &["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.7"], &["192.0.3.0", "AWS Internal", ""]);
        check("192.0.2.7", &["192.0.2.7"], &["192.0.2.8"]);
        check("0.0.0.0/0", &["198.51.100.1"], &["2001:db8::1"]);
        check("2001:db8::/32", &["2001:db8::1", "2001:DB8:ffff::"], &["2001:db9::", "192.0.2.1"]);
        check("::/0", &["2001:db8::1"], &["192.0.2.1"]);
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in
            ["192.0.2.1/24", "192.0.2.0/33", "192.0.2/24", "2001:db8::/129", "*", "", "192.0.2.0/", "192.0.2.0/-1"]
        {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
