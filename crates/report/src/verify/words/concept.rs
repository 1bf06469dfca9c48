//! What a count can be about.

use std::ops::{BitAnd, BitOr, BitOrAssign, Not, Sub};

/// A set of concepts, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Concepts(u128);

impl Concepts {
    pub(crate) const NONE: Self = Self(0);

    const fn bit(bit: u32) -> Self {
        Self(1 << bit)
    }

    /// A concept for a word of a metric that no table knows; a few dozen are told apart, further ones share a bit.
    pub(crate) const fn of_unknown_word(number: usize) -> Self {
        let number = if number < UNKNOWN_WORDS { number } else { UNKNOWN_WORDS };
        Self(1 << (FIRST_UNKNOWN + number))
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The concepts one by one.
    pub(crate) fn each(self) -> impl Iterator<Item = Self> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let bit = rest & rest.wrapping_neg();
            rest ^= bit;
            (bit != 0).then_some(Self(bit))
        })
    }
}

impl BitOr for Concepts {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Concepts {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Concepts {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for Concepts {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl Not for Concepts {
    type Output = Self;
    fn not(self) -> Self {
        Self(!self.0)
    }
}

const FIRST_UNKNOWN: usize = 80;
const UNKNOWN_WORDS: usize = 47;

macro_rules! concepts {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Concepts = Concepts::bit($bit);)*
    };
}

concepts! {
    // What is counted.
    EVENT = 0;
    FINDING = 1;
    RECORD = 2;
    FILE = 3;
    PRINCIPAL = 4;
    RESOURCE = 5;
    SESSION = 6;
    ADDRESS = 7;
    REGION = 8;
    ACCOUNT = 9;
    OPERATION = 10;
    ERROR_KIND = 11;
    CONTROL = 12;
    PRODUCT = 13;
    CATEGORY = 14;
    CLIENT = 15;
    GAP = 16;
    SERVICE = 17;
    INCIDENT = 18;
    // Of which kind.
    FAILED = 20;
    SUCCEEDED = 21;
    HIGH_RISK = 22;
    DRY_RUN = 23;
    READ_ONLY = 24;
    WRITE = 25;
    UNSAID = 26;
    ROOT = 27;
    LOGIN = 28;
    NO_MFA = 29;
    FEDERATED = 30;
    NOT_FEDERATED = 31;
    PUBLIC = 32;
    PRIVATE = 33;
    UNPARSEABLE = 34;
    CRITICAL = 40;
    HIGH = 41;
    MEDIUM = 42;
    LOW = 43;
    INFORMATIONAL = 44;
    RECENT = 45;
    RESOLVED = 46;
    WORKFLOW_NEW = 47;
    WORKFLOW_NOTIFIED = 48;
    WORKFLOW_SUPPRESSED = 49;
    WORKFLOW_RESOLVED = 50;
    COMPLIANCE_PASSED = 51;
    COMPLIANCE_FAILED = 52;
    COMPLIANCE_WARNING = 53;
    COMPLIANCE_NOT_AVAILABLE = 54;
    COMPLIANCE_NONE = 55;
    STATE_ACTIVE = 56;
    STATE_ARCHIVED = 57;
    OTHER_STATUS = 58;
    ATTENTION = 59;
    SEEN = 60;
    COUNTED = 61;
    EXCLUDED = 62;
    DUPLICATE = 63;
    UNREADABLE = 64;
    CONFLICTING = 65;
    SKIPPED = 66;
    DENIED = 67;
    WORKFLOW = 68;
    // What is asked about, and only with a negation says which are meant.
    MFA = 69;
    TRIAGED = 70;
    // What an incident leaves.
    STILL_LIVE = 71;
    LEFT_BEHIND = 72;
    SCORE = 73;
}

/// What is counted, as opposed to which of them.
pub(crate) const HEADS: Concepts = Concepts((1 << 17) - 1).and(INCIDENT);

/// Counted unless something else is said.
pub(crate) const DEFAULT_HEADS: Concepts = EVENT.and(FINDING).and(RECORD).and(FILE);

/// The severity labels.
pub(crate) const SEVERITIES: Concepts = CRITICAL.and(HIGH).and(MEDIUM).and(LOW).and(INFORMATIONAL);

/// The severity labels, worst first.
pub(crate) const SEVERITY_ORDER: [Concepts; 5] = [CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL];

/// Sets of which one thing has one: each sums up to a whole.
pub(crate) const DIMENSIONS: [Concepts; 7] = [
    SEVERITIES,
    FAILED.and(SUCCEEDED),
    READ_ONLY.and(WRITE).and(UNSAID),
    WORKFLOW_NEW.and(WORKFLOW_NOTIFIED).and(WORKFLOW_SUPPRESSED).and(WORKFLOW_RESOLVED),
    COMPLIANCE_PASSED.and(COMPLIANCE_FAILED).and(COMPLIANCE_WARNING).and(COMPLIANCE_NOT_AVAILABLE).and(COMPLIANCE_NONE),
    STATE_ACTIVE.and(STATE_ARCHIVED),
    PUBLIC.and(PRIVATE).and(SERVICE).and(UNPARSEABLE),
];
