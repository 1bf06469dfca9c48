//! Words that turn the meaning of another word round, or make one of several: `not`, `without`, `last week`.

/// Words that say that what stands next to them was not so.
pub(crate) const NOT: &[&str] = &[
    "not", "never", "without", "w/o", "non", "un", "sans", "minus", "hardly", "cannot", "didn", "wasn", "weren",
    "couldn", "isn", "aren", "hasn", "haven", "hadn", "doesn", "don", "won", "wouldn",
];

/// Words that say that something was left out or switched off.
pub(crate) const LACKING: &[&str] = &[
    "no",
    "lack",
    "lacks",
    "lacked",
    "lacking",
    "missing",
    "missed",
    "absent",
    "absence",
    "less",
    "free",
    "skip",
    "skips",
    "skipped",
    "skipping",
    "bypass",
    "bypassed",
    "bypassing",
    "bypasses",
    "omitted",
    "off",
    "disabled",
    "unused",
    "unprotected",
    "nor",
    "avoided",
    "ignored",
    "ignoring",
    "inactive",
];

/// Words that say that something is still to come.
pub(crate) const TO_COME: &[&str] = &[
    "yet", "await", "awaits", "awaiting", "waiting", "wait", "pending", "nobody", "none", "no", "still", "anyone",
    "anybody", "due",
];

/// Words that make a week or seven days the last ones.
pub(crate) const RECENTLY: &[&str] = &[
    "last",
    "past",
    "previous",
    "preceding",
    "prior",
    "latest",
    "recent",
    "final",
    "within",
    "in",
    "during",
    "over",
    "under",
    "than",
    "old",
    "ago",
    "before",
    "leading",
    "up",
    "period",
    "window",
    "young",
    "younger",
    "this",
    "old",
];
