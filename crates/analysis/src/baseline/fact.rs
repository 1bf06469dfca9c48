//! What a baseline may know, and the number that stands for it.

use sha2::{Digest as _, Sha256};

use crate::identity::Network;

/// Something that was so in the past. `who` is the first identity behind an event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fact<'a> {
    Person(&'a str),
    Account(&'a str),
    Key(&'a str),
    /// Somebody made the call, and it succeeded or did not.
    Call {
        who: &'a str,
        source: &'a str,
        name: &'a str,
        succeeded: bool,
    },
    Service {
        who: &'a str,
        service: &'a str,
    },
    /// Somebody acted in the region, be it by a service without regions.
    Region {
        who: &'a str,
        region: &'a str,
    },
    /// Somebody changed something there.
    RegionChanged {
        who: &'a str,
        region: &'a str,
    },
    /// Somebody acted there, in a service that has regions.
    RegionChosen {
        who: &'a str,
        region: &'a str,
    },
    Tool {
        who: &'a str,
        tool: &'a str,
    },
    /// Code of the country.
    Country {
        who: &'a str,
        country: &'a str,
    },
    AccountRegion {
        account: &'a str,
        region: &'a str,
    },
    KeyNetwork {
        key: &'a str,
        network: Network,
    },
}

/// Bits of the number of something done. Of a million such numbers, one in a million that was never put in is found.
pub(super) const BRIEF_BITS: u32 = 40;

impl Fact<'_> {
    /// The lowest bits of its number, for things done, of which there are many.
    pub(crate) fn brief(&self, salt: u128) -> u64 {
        self.number(salt) & ((1 << BRIEF_BITS) - 1)
    }

    /// The first 64 bits of SHA-256 over the salt, the kind, and each part after its length. Files hold it: it never changes.
    pub(crate) fn number(&self, salt: u128) -> u64 {
        let mut hash = Sha256::new();
        hash.update(salt.to_le_bytes());
        let mut put = |kind: u8, parts: &[&[u8]]| {
            hash.update([kind]);
            for part in parts {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        };
        match *self {
            Self::Person(name) => put(1, &[name.as_bytes()]),
            Self::Account(name) => put(2, &[name.as_bytes()]),
            Self::Key(name) => put(3, &[name.as_bytes()]),
            Self::Call { who, source, name, succeeded } => {
                put(4, &[who.as_bytes(), source.as_bytes(), name.as_bytes(), &[succeeded.into()]]);
            }
            Self::Service { who, service } => put(5, &[who.as_bytes(), service.as_bytes()]),
            Self::Region { who, region } => put(6, &[who.as_bytes(), region.as_bytes()]),
            Self::RegionChanged { who, region } => put(7, &[who.as_bytes(), region.as_bytes()]),
            Self::RegionChosen { who, region } => put(8, &[who.as_bytes(), region.as_bytes()]),
            Self::Tool { who, tool } => put(9, &[who.as_bytes(), tool.as_bytes()]),
            Self::Country { who, country } => put(10, &[who.as_bytes(), country.as_bytes()]),
            Self::AccountRegion { account, region } => put(11, &[account.as_bytes(), region.as_bytes()]),
            Self::KeyNetwork { key, network: Network::V4(bytes) } => put(12, &[key.as_bytes(), &bytes]),
            Self::KeyNetwork { key, network: Network::V6(parts) } => {
                let [a, b, c] = parts.map(u16::to_le_bytes);
                put(13, &[key.as_bytes(), &a, &b, &c]);
            }
        }
        hash.finalize().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
    }
}
