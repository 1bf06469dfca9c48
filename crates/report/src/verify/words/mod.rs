//! What words mean to the verifier: one table per subject, each phrase with the concepts it may stand for.
//!
//! Phrases are in lower case and in the singular; the plural is found by itself. A phrase that may mean several things
//! lists them all, and the facts decide which it is.

pub(crate) mod activity;
pub(crate) mod advice;
pub(crate) mod bulk;
pub(crate) mod clearance;
pub(crate) mod concept;
pub(crate) mod grammar;
pub(crate) mod names;
pub(crate) mod outcome;
pub(crate) mod posture;
pub(crate) mod quantity;
pub(crate) mod reading;
pub(crate) mod turning;

use concept::Concepts;

/// Concepts, and the phrases that may stand for any of them.
pub(crate) type Entry = (Concepts, &'static [&'static str]);

/// Phrases that hold words of other phrases and mean none of them.
const NEUTRAL: &[Entry] = &[(
    Concepts::NONE,
    &[
        "account for",
        "accounted for",
        "accounting for",
        "at risk",
        "close to",
        "close on",
        "close look",
        "in action",
        "take action",
        "call for",
        "called for",
        "in use",
        "user agent string",
        "high time",
        "low hanging",
        "read about",
        "high level",
        "high number",
        "high volume",
        "high rate",
        "low number",
        "low volume",
        "low rate",
        "time window",
        "time range",
        "in time",
        "at the time",
        "point in time",
        "check whether",
        "check who",
        "check that",
        "check if",
        "change management",
        "zero trust",
        "time",
        "occasion",
        "instance",
        "check out",
        "as a result",
        "result in",
        "in case",
        "in place",
        "take place",
        "took place",
        "access key",
        "on the other side",
        "side",
        "person hour",
        "person day",
        "man hour",
        "man day",
        "service control policy",
        "control plane",
        "data event",
        "root cause",
        "further action",
        "no action",
        "action item",
        "next action",
        "source file",
        "record state",
        "compliance status",
        "workflow state",
        "api permission",
        "log file validation",
        "attack surface",
        "high availability",
        "on call",
        "our watch",
        "my watch",
        "on the log",
        "per cent",
        "person week",
        "good measure",
    ],
)];

/// Every table of phrases with a meaning.
pub(crate) fn tables() -> impl Iterator<Item = &'static Entry> {
    [activity::PHRASES, posture::PHRASES, reading::PHRASES, NEUTRAL].into_iter().flatten()
}

/// Every phrase the verifier knows, so that trials can print how much of their own wording it shares.
pub(crate) fn phrases() -> impl Iterator<Item = &'static str> {
    let meanings = tables().flat_map(|(_, phrases)| phrases.iter().copied());
    meanings.chain(quantity::phrases()).chain(bulk::phrases()).chain(advice::phrases())
}
