//! The text of `sourceIPAddress`: an address, a name that AWS writes, or neither.

use std::net::{IpAddr, SocketAddr};

use crate::cloudtrail::source_ip::is_aws_service;

/// Longest text that can be an address: an IPv6 address with an embedded IPv4 one, brackets and a port.
const LONGEST_ADDRESS: usize = 64;
/// Longest host name (RFC 1035, section 2.3.4).
const LONGEST_HOST: usize = 253;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading<'a> {
    Address(IpAddr),
    AwsService(&'a str),
    AwsInternal,
    Malformed(Malformed),
}

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Malformed {
    /// There is none.
    Empty,
    /// A number of it starts with a zero, which some programs read as octal (RFC 6943, section 3.1.1).
    LeadingZero,
    /// It is no address in any form, and no name that AWS writes.
    NotAnAddress,
}

impl Malformed {
    /// The reason in words.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Empty => "there is no address",
            Self::LeadingZero => "a number with a leading zero has two readings",
            Self::NotAnAddress => "it is neither an address nor the name of an AWS service",
        }
    }
}

/// Reads a text. White space around an address, brackets and a port are put up with, as hand-made logs have them; an
/// IPv4-mapped IPv6 address is the IPv4 address in it.
pub(super) fn read(text: &str) -> Reading<'_> {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Reading::Malformed(Malformed::Empty);
    }
    if let Some(address) = address(text) {
        return Reading::Address(address.to_canonical());
    }
    if text.eq_ignore_ascii_case("AWS Internal") {
        return Reading::AwsInternal;
    }
    if text.len() <= LONGEST_HOST && is_aws_service(text) {
        return Reading::AwsService(text);
    }
    let is_dotted = || text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.split('.').count() == 4;
    let leads = |part: &str| part.len() > 1 && part.starts_with('0');
    if text.len() <= LONGEST_ADDRESS && is_dotted() && text.split('.').any(leads) {
        return Reading::Malformed(Malformed::LeadingZero);
    }
    Reading::Malformed(Malformed::NotAnAddress)
}

fn address(text: &str) -> Option<IpAddr> {
    if text.len() > LONGEST_ADDRESS {
        return None;
    }
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    text.parse().ok().or_else(bracketed).or_else(with_port)
}
