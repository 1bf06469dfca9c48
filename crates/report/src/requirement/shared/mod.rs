//! Checks that both profiles use.

pub(super) mod actions;
pub(super) mod emptiness;
pub(super) mod markdown;
pub(super) mod word_limit;
