//! Words that call everything harmless, and words that take a report back.

/// Words that leave nothing over.
pub(crate) const NOTHING: &[&str] = &["nothing", "no", "none", "zero", "neither"];
/// Words that deny what follows at once.
pub(crate) const NOT: &[&str] = &["not", "never", "without", "isn't", "wasn't", "aren't", "weren't"];
/// What there would be if it were not so.
pub(crate) const ALARM: &[&str] = &[
    "attention",
    "concern",
    "concerns",
    "concerning",
    "worry",
    "worrying",
    "worried",
    "alarm",
    "alarming",
    "investigation",
    "suspicious",
    "malicious",
    "anomalous",
    "anomaly",
    "anomalies",
    "threat",
    "threats",
    "danger",
    "dangerous",
    "incident",
    "incidents",
    "unusual",
    "wrong",
    "work",
    "review",
];
/// What there would be to do, if it is said to be [`NEEDED`].
pub(crate) const DEED: &[&str] =
    &["action", "actions", "remediation", "follow-up", "followup", "response", "steps", "done", "measures"];
/// Words that ask for a deed.
pub(crate) const NEEDED: &[&str] =
    &["required", "needed", "necessary", "needs", "need", "requires", "require", "warranted", "called", "asked", "due"];
/// Statements that say so by themselves.
pub(crate) const CLEAR: &[&[&str]] = &[
    &["all", "clear"],
    &["all", "is", "well"],
    &["all", "good"],
    &["everything", "is", "fine"],
    &["all", "is", "fine"],
    &["everything", "is", "normal"],
    &["everything", "is", "in", "order"],
    &["can", "be", "ignored"],
    &["safely", "be", "ignored"],
    &["safe", "to", "ignore"],
    &["nothing", "to", "report"],
    &["nothing", "to", "do"],
    &["business", "as", "usual"],
    &["no", "cause", "for"],
];
/// What can be said of all findings at once.
pub(crate) const SETTLED: &[&str] =
    &["remediated", "resolved", "fixed", "closed", "mitigated", "handled", "addressed", "benign", "harmless"];
/// What a report cannot say of itself and hold.
pub(crate) const RETRACTED: &[&str] = &[
    "false",
    "untrue",
    "wrong",
    "incorrect",
    "inaccurate",
    "fabricated",
    "invented",
    "fictitious",
    "fake",
    "simulated",
    "simulation",
    "drill",
    "exercise",
    "rehearsal",
    "mock",
    "mistake",
    "disregard",
    "disregarded",
    "ignore",
    "ignored",
    "void",
    "invalid",
    "withdrawn",
    "retracted",
    "outdated",
    "obsolete",
    "superseded",
    "closed",
    "resolved",
    "remediated",
    "benign",
    "harmless",
    "immaterial",
    "irrelevant",
];
/// Two words that together take something back.
pub(crate) const RETRACTED_PAIRS: &[[&str; 2]] = &[
    ["test", "data"],
    ["test", "run"],
    ["no", "real"],
    ["not", "real"],
    ["false", "positive"],
    ["false", "positives"],
];
/// What holds for nothing, after "none of the above".
pub(crate) const HOLDS: &[&str] =
    &["applies", "apply", "holds", "hold", "matters", "matter", "true", "real", "counts", "affects"];
/// How a report speaks of itself.
pub(crate) const OF_ITSELF: &[&[&str]] = &[
    &["this", "report"],
    &["the", "report"],
    &["this", "summary"],
    &["this", "document"],
    &["this", "analysis"],
    &["the", "above"],
    &["sections", "above"],
    &["listed", "above"],
    &["listed", "below"],
    &["listed", "here"],
    &["items", "above"],
    &["findings", "above"],
    &["events", "above"],
    &["figures", "above"],
    &["numbers", "above"],
    &["mentioned", "above"],
    &["described", "above"],
    &["these", "figures"],
    &["these", "numbers"],
    &["everything", "here"],
    &["everything", "above"],
    &["everything", "in"],
    &["all", "of", "this"],
];
/// Words that make it a condition or a part.
pub(crate) const CONDITION: &[&str] =
    &["if", "unless", "until", "once", "when", "whether", "should", "except", "but", "only", "before", "after"];
