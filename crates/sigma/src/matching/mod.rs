//! Tests of single values: what modifiers make of the values of a rule.

mod encode;
mod modifier;
mod network;
mod number;
mod pattern;
mod placeholder;
mod plan;
mod regular;
mod test;
mod time_part;
mod wildcard;

pub(crate) use encode::{DASHES, encoded};
pub use modifier::Modifier;
pub(crate) use network::Network;
pub(crate) use number::{Comparison, Figure};
pub(crate) use pattern::{Pattern, fold};
pub(crate) use placeholder::{Unexpanded, expanded};
pub(crate) use plan::{Kind, Plan, Where};
pub(crate) use regular::{Budget, Refused as RegexRefused, compile as compile_regex};
pub(crate) use test::{Seen, Test};
pub(crate) use time_part::TimePart;
pub(crate) use wildcard::{Piece, pieces, plain};
