//! Baselines: what was ordinary in events of the past, as a small file, so that a short window can be judged beside a month.
//!
//! A baseline holds exactly what [behaviours](crate::behavior) ask of the past: who is known since when and by how many
//! events, and whether somebody made a call, used a service, region or tool, or acted from a country or network before.
//! Names do not stand in it: each is a number, made of the name and a salt of the file by SHA-256, of 64 bits, or of 40 for
//! things done. Whoever has the file can test a guess, and cannot read a list. That something is taken for done that was not
//! happens once in a million questions.
//!
//! It is never larger than [`MAX_BYTES`]. Beyond its bounds the identities with the fewest events are left out, and of things
//! done those that were new last; both are counted in [`Baseline::left_out`].
//!
//! No time passes between a baseline and the first event judged beside it as far as behaviours count days: nobody knows what
//! happened in between.
//!
//! ```
//! use analysis::baseline::{Baseline, BaselineBuilder, BaselineError};
//!
//! // Nothing was seen, so nothing is ordinary.
//! assert_eq!(BaselineBuilder::new(7).finish().unwrap_err(), BaselineError::NoEvents);
//! assert_eq!(Baseline::from_bytes(b"{}").unwrap_err(), BaselineError::Foreign);
//! ```

mod build;
mod error;
mod fact;
mod file;

use jiff::{SignedDuration, Timestamp};

pub use self::build::BaselineBuilder;
pub use self::error::BaselineError;
pub(crate) use self::fact::Fact;

/// Largest file, in bytes: what the bounds below come to, and the header.
pub const MAX_BYTES: usize = 5_000_000;

/// Most bytes of the words on what it was made of.
pub(crate) const MOST_WORDS: usize = 400;
/// Most things done that are kept.
pub(crate) const MOST_FACTS: usize = 1_100_000;
/// Most identities.
pub(crate) const MOST_PERSONS: usize = 30_000;
/// Most accounts.
pub(crate) const MOST_ACCOUNTS: usize = 2_000;
/// Most long-term access keys.
pub(crate) const MOST_KEYS: usize = 20_000;

const _: () = assert!(
    MOST_WORDS
        + file::MOST_FACT_BYTES
        + MOST_PERSONS * file::PERSON
        + MOST_ACCOUNTS * file::ACCOUNT
        + MOST_KEYS * file::KEY
        <= MAX_BYTES - file::HEADER
);

/// What was ordinary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    salt: u128,
    /// Seconds since 1970 of the first and the last event.
    from: u32,
    until: u32,
    events: u64,
    left_out: u64,
    /// Each sorted by its number.
    persons: Vec<(u64, Person)>,
    accounts: Vec<(u64, u32)>,
    keys: Vec<(u64, u8)>,
    facts: Vec<u64>,
    /// Which events it was made of, in words; older files do not say.
    built_from: Option<Box<str>>,
}

/// What is known of an identity. Times are seconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) since: u32,
    pub(crate) last: u32,
    pub(crate) events: u32,
    /// Days on which it acted.
    pub(crate) days: u16,
    /// Most different secrets that it read within an hour.
    pub(crate) secrets: u16,
    /// Countries from which it acted.
    pub(crate) countries: u8,
    /// Whether it looked at everything within minutes.
    pub(crate) has_enumerated: bool,
}

/// How the time of a baseline lies to that of the events judged beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It ends this long before the first event.
    Before(SignedDuration),
    /// Some of the events are in its time: what happened then is taken for ordinary.
    Overlaps,
    /// It begins after the last event, and so tells nothing: it is not used.
    After,
}

impl Baseline {
    /// Time of the first and of the last event that it was made of, in whole seconds.
    #[must_use]
    pub fn period(&self) -> (Timestamp, Timestamp) {
        (time(self.from), time(self.until))
    }

    /// Events that it was made of.
    #[must_use]
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// Which events it was made of, in the words of whoever built it: empty if all that there were; `None` where the file is
    /// of the first format, which does not say.
    #[must_use]
    pub fn built_from(&self) -> Option<&str> {
        self.built_from.as_deref()
    }

    /// Identities that it knows.
    #[must_use]
    pub fn identities(&self) -> usize {
        self.persons.len()
    }

    /// Events, identities and things done for which there was no room. Where it is not 0, more may seem new than is.
    #[must_use]
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How it lies to events from `oldest` to `newest`.
    #[must_use]
    pub fn fit(&self, oldest: Timestamp, newest: Timestamp) -> Fit {
        let (from, until) = self.period();
        match (from > newest, until >= oldest) {
            (true, _) => Fit::After,
            (false, true) => Fit::Overlaps,
            (false, false) => Fit::Before(oldest.duration_since(until)),
        }
    }

    /// Whether this was so.
    pub(crate) fn knows(&self, fact: &Fact<'_>) -> bool {
        self.facts.binary_search(&fact.brief(self.salt)).is_ok()
    }

    pub(crate) fn person(&self, principal: &str) -> Option<&Person> {
        find(&self.persons, Fact::Person(principal).number(self.salt))
    }

    /// When the account first acted.
    pub(crate) fn account_since(&self, account: &str) -> Option<Timestamp> {
        find(&self.accounts, Fact::Account(account).number(self.salt)).copied().map(time)
    }

    /// From how many networks the access key was used.
    pub(crate) fn networks_of(&self, key: &str) -> usize {
        find(&self.keys, Fact::Key(key).number(self.salt)).copied().map_or(0, usize::from)
    }
}

fn find<V>(sorted: &[(u64, V)], number: u64) -> Option<&V> {
    let at = sorted.binary_search_by_key(&number, |(own, _)| *own).ok()?;
    sorted.get(at).map(|(_, value)| value)
}

pub(crate) fn time(seconds: u32) -> Timestamp {
    Timestamp::from_second(seconds.into()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Whole seconds; a time before 1970 or after 2106 is the nearest there is.
pub(crate) fn seconds(time: Timestamp) -> u32 {
    u32::try_from(time.as_second().max(0)).unwrap_or(u32::MAX)
}
