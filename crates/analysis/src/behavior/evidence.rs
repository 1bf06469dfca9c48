//! What a finding rests on, in the order of time.

use jiff::{SignedDuration, Timestamp};
use security_model::{Level, SafeText};

use super::observed::EventIndex;
use super::{About, Found, Observed};
use crate::identity::Text;

/// Most events that a finding names; its count goes on.
const MOST_EVENTS: usize = 100;

/// An event that may become part of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) time: Timestamp,
    pub(super) at: EventIndex,
}

impl Mark {
    pub(super) const fn of(o: &Observed<'_>) -> Self {
        Self { time: o.time, at: o.at }
    }

    /// Whether no more than this lies between it and a later event.
    pub(super) fn is_within(self, span: SignedDuration, o: &Observed<'_>) -> bool {
        o.time.duration_since(self.time) <= span
    }
}

/// The events of a finding, and whose they are.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    principal: Text,
    access_key: Option<Text>,
    speaker: EventIndex,
    marks: Vec<Mark>,
    count: u64,
    last: Timestamp,
}

impl Evidence {
    /// One event, which speaks for the finding.
    pub(super) fn of(o: &Observed<'_>) -> Self {
        Self {
            principal: o.chain.first.name.clone(),
            access_key: Some(o.access_key).filter(|key| !key.is_empty()).map(Text::identifier),
            speaker: o.at,
            marks: vec![Mark::of(o)],
            count: 1,
            last: o.time,
        }
    }

    /// One event, and others before it.
    pub(super) fn after(o: &Observed<'_>, before: impl IntoIterator<Item = Mark>) -> Self {
        let mut evidence = Self::of(o);
        for mark in before {
            evidence.add_mark(mark);
        }
        evidence
    }

    pub(super) fn add(&mut self, o: &Observed<'_>) {
        self.add_mark(Mark::of(o));
    }

    pub(super) fn add_mark(&mut self, mark: Mark) {
        self.count += 1;
        self.last = self.last.max(mark.time);
        if self.marks.len() < MOST_EVENTS {
            self.marks.push(mark);
        }
    }

    /// Names few of its events: enough to look it up.
    pub(super) fn brief(mut self) -> Self {
        const FEW: usize = 5;
        self.settle();
        self.marks.truncate(FEW);
        self
    }

    /// Brings the events into order. Those that were added twice count once.
    fn settle(&mut self) {
        let held = self.marks.len();
        self.marks.sort_unstable();
        self.marks.dedup();
        let doubles = u64::try_from(held - self.marks.len()).unwrap_or_default();
        self.count = self.count.saturating_sub(doubles);
    }

    /// Takes in the events of another finding.
    pub(super) fn absorb(&mut self, other: Self) {
        self.count += other.count;
        self.last = self.last.max(other.last);
        let room = MOST_EVENTS.saturating_sub(self.marks.len());
        self.marks.extend(other.marks.into_iter().take(room));
    }

    pub(super) const fn principal(&self) -> &Text {
        &self.principal
    }

    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    pub(super) const fn last(&self) -> Timestamp {
        self.last
    }

    pub(super) fn found(mut self, about: &'static About, level: Level, reason: SafeText) -> Found {
        self.settle();
        Found {
            about,
            level,
            principal: self.principal,
            access_key: self.access_key,
            session_of: self.speaker,
            count: self.count,
            first: self.marks.first().map_or(self.last, |mark| mark.time),
            last: self.last,
            events: self.marks.into_iter().map(|mark| mark.at).collect(),
            reason,
        }
    }
}

/// Different things within a while, e.g. calls that were refused.
#[derive(Debug)]
pub(super) struct Burst<K> {
    /// The last event of each.
    recent: Vec<(K, Mark)>,
    evidence: Option<Evidence>,
    most: usize,
}

/// How many different things within how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) distinct: usize,
    pub(super) span: SignedDuration,
}

/// Most different things that are told apart.
const MOST_DISTINCT: usize = 512;

impl<K> Default for Burst<K> {
    fn default() -> Self {
        Self { recent: Vec::new(), evidence: None, most: 0 }
    }
}

impl<K: PartialEq> Burst<K> {
    /// Takes an event in; whether there is a burst now.
    pub(super) fn add(&mut self, o: &Observed<'_>, thing: K, size: Size) -> bool {
        match self.recent.iter_mut().find(|(known, _)| *known == thing) {
            Some((_, mark)) => *mark = Mark::of(o),
            None => {
                self.recent.retain(|(_, mark)| mark.is_within(size.span, o));
                if self.recent.len() < MOST_DISTINCT {
                    self.recent.push((thing, Mark::of(o)));
                }
            }
        }
        if self.recent.len() < size.distinct {
            return false;
        }
        let now = self.recent.iter().filter(|(_, mark)| mark.is_within(size.span, o)).count();
        if now < size.distinct {
            return false;
        }
        self.most = self.most.max(now);
        match &mut self.evidence {
            Some(evidence) => {
                let since = evidence.last();
                let missed = self.recent.iter().map(|(_, mark)| *mark).filter(|mark| mark.time > since);
                for mark in missed.filter(|mark| mark.at != o.at) {
                    evidence.add_mark(mark);
                }
                evidence.add(o);
            }
            None => {
                let before = self.recent.iter().map(|(_, mark)| *mark).filter(|mark| mark.is_within(size.span, o));
                self.evidence = Some(Evidence::after(o, before.filter(|mark| mark.at != o.at)));
            }
        }
        true
    }

    /// Different things within the last while.
    pub(super) fn within(&self, span: SignedDuration, o: &Observed<'_>) -> usize {
        self.recent.iter().filter(|(_, mark)| mark.is_within(span, o)).count()
    }

    /// The most different things that were there at once, and the events.
    pub(super) fn into_found(self) -> Option<(usize, Evidence)> {
        Some((self.most, self.evidence?))
    }
}
