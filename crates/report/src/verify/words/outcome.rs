//! Words for how a call ended.

/// It went wrong.
pub(crate) const FAILED: &[&str] = &[
    "failed",
    "fail",
    "fails",
    "failing",
    "refused",
    "denied",
    "rejected",
    "unsuccessful",
    "unsuccessfully",
    "errored",
    "blocked",
];
/// It went through.
pub(crate) const SUCCEEDED: &[&str] = &["succeeded", "succeed", "succeeds", "successful", "successfully"];
/// Words that turn the outcome that follows round.
pub(crate) const NOT: &[&str] = &["not", "never", "didn't", "doesn't", "without", "n't"];
/// Words of another subject, or of a part: what follows is not said of the call that was named.
pub(crate) const OTHERS: &[&str] = &[
    "other", "others", "whose", "rest", "most", "some", "several", "many", "half", "few", "none", "no", "nothing",
    "nobody", "them", "those", "these", "if", "whether", "unless", "would", "could", "may", "might", "should", "must",
    "any", "both", "neither", "either", "all", "each", "every", "part", "partly", "one", "once", "twice", "only",
];
/// Words between "failed" and the call that it is said of.
pub(crate) const TOWARDS: &[&str] =
    &["call", "calls", "attempt", "attempts", "to", "at", "of", "the", "a", "an", "run", "use", "try", "with", "api"];
/// Words after an outcome that is said of a call; another word after it is what it describes.
pub(crate) const FOLLOWS: &[&str] = &[
    "by", "with", "and", "but", "because", "due", "since", "as", "when", "while", "in", "on", "at", "from", "for",
    "so", "which", "too", "also", "there", "here", "again", "later", "entirely", "outright",
];
