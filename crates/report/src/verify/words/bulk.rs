//! Words for most, nearly all and all of something, without a number.

/// More than anything else has.
pub(crate) const MOST: &[&str] = &[
    "most of",
    "mostly",
    "mainly",
    "chiefly",
    "largely",
    "primarily",
    "predominantly",
    "principally",
    "much of",
    "main source",
    "main origin",
    "primary source",
    "primary origin",
];

/// Half or more.
pub(crate) const HALF: &[&str] = &[
    "majority",
    "bulk of",
    "bulk",
    "greater part of",
    "better part of",
    "larger part of",
    "greatest part of",
    "best part of",
];

/// Not far from all.
pub(crate) const NEARLY_ALL: &[&str] = &[
    "nearly all",
    "almost all",
    "virtually all",
    "practically all",
    "just about all",
    "nearly everything",
    "almost everything",
    "nearly exclusively",
    "almost exclusively",
    "nearly entirely",
    "almost entirely",
    "almost solely",
    "almost wholly",
    "vast majority",
    "overwhelming majority",
];

/// All.
pub(crate) const ALL: &[&str] = &[
    "all of",
    "all the",
    "everything",
    "exclusively",
    "entirely",
    "solely",
    "wholly",
    "it all",
    "this all",
    "only source",
    "sole source",
];

/// Behind a name: nothing else than that.
pub(crate) const NOTHING_ELSE: &[&str] =
    &["alone", "and nowhere else", "and nothing else", "and nobody else", "and no one else", "only", "exclusively"];

/// Nouns that stand for many in the singular.
pub(crate) const MASSES: &[&str] = &["activity", "traffic", "work", "use", "usage", "behaviour", "behavior"];

/// Verbs between what is spoken of and where it is from, or what it is.
pub(crate) const LINKS: &[&str] = &[
    "is",
    "are",
    "was",
    "were",
    "came",
    "come",
    "comes",
    "originated",
    "originates",
    "originate",
    "stemmed",
    "stems",
    "stem",
    "arrived",
    "arrives",
    "derives",
    "derived",
    "traces",
    "traced",
    "went",
    "goes",
    "belongs",
    "belonged",
    "lies",
    "lay",
    "sits",
    "sat",
    "happened",
    "happens",
    "occurred",
    "occurs",
    "took",
    "concerns",
    "concerned",
    "falls",
    "fell",
    "leads",
    "led",
];

/// Words between such a verb and the name.
pub(crate) const BETWEEN: &[&str] = &[
    "from",
    "by",
    "at",
    "in",
    "on",
    "with",
    "to",
    "of",
    "under",
    "the",
    "a",
    "an",
    "one",
    "single",
    "just",
    "via",
    "through",
    "out",
    "back",
    "made",
    "sent",
    "issued",
    "caused",
    "produced",
    "generated",
    "coming",
    "originating",
    "down",
    "place",
    "due",
    "because",
    "thanks",
    "work",
    "calls",
    "into",
    "against",
    "over",
    "within",
    "behind",
];

/// Words between a name and what it has most of.
pub(crate) const OWNS: &[&str] = &[
    "accounts",
    "accounted",
    "accounting",
    "for",
    "behind",
    "responsible",
    "drove",
    "drives",
    "issued",
    "holds",
    "held",
    "takes",
    "took",
    "explains",
    "explained",
    "gave",
    "gives",
    "provided",
    "brought",
    "did",
    "triggered",
];

/// Every phrase here that a report may share.
pub(crate) fn phrases() -> impl Iterator<Item = &'static str> {
    [MOST, HALF, NEARLY_ALL, ALL, NOTHING_ELSE].into_iter().flatten().copied()
}
