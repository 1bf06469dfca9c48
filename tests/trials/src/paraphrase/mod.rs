//! True reports in other words: written from the fact set by a grammar of ours, laid out as different people would.

mod facts;
pub(crate) mod grammar;
mod layout;
mod numerals;
mod overlap;
mod template;

pub(crate) use facts::whole;
pub(crate) use layout::write;
pub(crate) use overlap::overlap;
pub(crate) use template::plural;
