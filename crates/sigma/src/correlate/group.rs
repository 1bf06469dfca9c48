//! The state of one correlation for one group.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use foldhash::quality::RandomState;

use super::event::{Entry, Event};
use super::{CorrelationIndex, WINDOW_EVENTS};
use crate::rule::{Correlation, CorrelationKind};

/// Something that counts towards a correlation: an event, or a match of another correlation.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) time: i64,
    pub(super) position: usize,
    pub(super) value: Option<Arc<str>>,
    /// The event that caused it.
    pub(super) event: Arc<Event>,
    /// Through which correlation, if any.
    pub(super) through: Option<CorrelationIndex>,
    /// The indices of all the events behind it.
    pub(super) indices: Indices,
}

/// Indices of events.
#[derive(Clone, Debug)]
pub(super) enum Indices {
    One(u64),
    Several(Arc<[u64]>),
}

impl Indices {
    fn as_slice(&self) -> &[u64] {
        match self {
            Self::One(index) => std::slice::from_ref(index),
            Self::Several(indices) => indices,
        }
    }
}

impl Hit {
    /// An event that counts towards the correlation of one of its entries.
    pub(super) fn of_event(event: &Arc<Event>, entry: &Entry) -> Self {
        Self {
            time: event.time,
            position: entry.position,
            value: entry.value.clone(),
            event: Arc::clone(event),
            through: None,
            indices: Indices::One(event.index),
        }
    }
}

/// Hits that satisfied a correlation together.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) first: i64,
    pub(super) last: i64,
    /// The measured number where it was highest.
    pub(super) measured: u64,
    pub(super) indices: Vec<u64>,
    /// Indices that did not fit.
    pub(super) left_out: u64,
    /// When correlations that refer to this one were told last.
    pub(super) told: i64,
    pub(super) event: Arc<Event>,
}

/// What a hit, or the passing of time, led to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// A match that is complete.
    pub(super) finished: Option<Run>,
    /// What correlations that refer to this one are to see now.
    pub(super) tell: Option<(i64, Arc<Event>, Arc<[u64]>)>,
    /// Hits that left because the window was full.
    pub(super) overflowed: u64,
}

impl Outcome {
    pub(super) const fn has_any(&self) -> bool {
        self.finished.is_some() || self.tell.is_some() || self.overflowed > 0
    }
}

/// One group.
#[derive(Debug, Default)]
pub(super) struct Group {
    held: VecDeque<Hit>,
    values: HashMap<Arc<str>, u64, RandomState>,
    seen: Vec<u64>,
    chains: Vec<Option<Vec<Hit>>>,
    open: Option<Run>,
    begun: Option<i64>,
    last: i64,
}

impl Group {
    /// How much memory it takes, in hits and indices.
    pub(super) fn weight(&self) -> usize {
        let chained: usize = self.chains.iter().flatten().map(Vec::len).sum();
        1 + self.held.len() + chained + self.open.as_ref().map_or(0, |run| run.indices.len())
    }

    /// When nothing more can come of it unless there are further hits.
    pub(super) fn deadline(&self, correlation: &Correlation) -> i64 {
        let from = self.begun.filter(|_| !slides(correlation)).unwrap_or(self.last);
        from.saturating_add(span(correlation))
    }

    pub(super) fn hit(&mut self, hit: Hit, correlation: &Correlation) -> Outcome {
        self.begun.get_or_insert(hit.time);
        self.last = hit.time;
        if correlation.kind == CorrelationKind::TemporalOrdered {
            return self.chain(hit, correlation);
        }
        let mut outcome = Outcome::default();
        if self.repeats(&hit, correlation) {
            return outcome;
        }
        if slides(correlation) {
            self.leave_before(hit.time.saturating_sub(span(correlation)));
        }
        self.enter(hit, correlation);
        if self.held.len() as u64 > WINDOW_EVENTS {
            self.leave();
            outcome.overflowed = 1;
        }
        if slides(correlation) {
            self.judge(correlation, &mut outcome);
        }
        outcome
    }

    /// The window is over: what comes of it. The group is done with afterwards.
    pub(super) fn over(&mut self, correlation: &Correlation) -> Outcome {
        let mut outcome = Outcome::default();
        if slides(correlation) || correlation.kind == CorrelationKind::TemporalOrdered {
            outcome.finished = self.open.take();
            return outcome;
        }
        let measured = self.measure(correlation);
        if !correlation.condition.hold(measured) {
            return outcome;
        }
        if let Some(mut run) = self.run(measured) {
            run.told = self.deadline(correlation);
            outcome.tell = Some((run.told, Arc::clone(&run.event), run.indices.as_slice().into()));
            outcome.finished = Some(run);
        }
        outcome
    }

    /// An event that several rules of a count matched is counted once.
    fn repeats(&self, hit: &Hit, correlation: &Correlation) -> bool {
        correlation.kind != CorrelationKind::Temporal
            && hit.through.is_none()
            && self.held.back().is_some_and(|last| last.through.is_none() && Arc::ptr_eq(&last.event, &hit.event))
    }

    fn enter(&mut self, hit: Hit, correlation: &Correlation) {
        if correlation.kind == CorrelationKind::Temporal {
            self.seen.resize(correlation.rules.len(), 0);
        }
        self.seen.iter_mut().skip(hit.position).take(1).for_each(|count| *count += 1);
        if let Some(value) = &hit.value {
            *self.values.entry(Arc::clone(value)).or_default() += 1;
        }
        self.held.push_back(hit);
    }

    fn leave_before(&mut self, time: i64) {
        while self.held.front().is_some_and(|hit| hit.time < time) {
            self.leave();
        }
    }

    fn leave(&mut self) {
        let Some(hit) = self.held.pop_front() else { return };
        self.seen.iter_mut().skip(hit.position).take(1).for_each(|count| *count = count.saturating_sub(1));
        let Some(value) = hit.value else { return };
        if let Some(count) = self.values.get_mut(&value) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.values.remove(&value);
            }
        }
    }

    fn measure(&self, correlation: &Correlation) -> u64 {
        let measured = match &correlation.kind {
            CorrelationKind::EventCount => self.held.len(),
            CorrelationKind::ValueCount { .. } => self.values.len(),
            CorrelationKind::Temporal | CorrelationKind::TemporalOrdered => {
                self.seen.iter().filter(|count| **count > 0).count()
            }
        };
        measured as u64
    }

    /// Opens, widens or closes the match after a hit entered.
    fn judge(&mut self, correlation: &Correlation, outcome: &mut Outcome) {
        let measured = self.measure(correlation);
        if !correlation.condition.hold(measured) {
            outcome.finished = self.open.take();
            return;
        }
        let is_open = self.open.is_some();
        if !is_open {
            self.open = self.run(measured);
        }
        let (Some(hit), Some(run)) = (self.held.back(), &mut self.open) else { return };
        if is_open {
            run.widen(hit, measured);
        }
        let told = is_open.then_some(run.told);
        if told.is_none_or(|told| hit.time.saturating_sub(told) > span(correlation)) {
            let indices: Vec<u64> = self.held.iter().flat_map(|hit| hit.indices.as_slice()).copied().collect();
            outcome.tell = Some((hit.time, Arc::clone(&hit.event), indices.into()));
            run.told = hit.time;
        }
    }

    /// The hits that are held, as a match.
    fn run(&self, measured: u64) -> Option<Run> {
        let (first, last) = (self.held.front()?, self.held.back()?);
        let event = Arc::clone(&last.event);
        let mut run = Run {
            first: first.time,
            last: last.time,
            measured,
            indices: Vec::new(),
            left_out: 0,
            told: last.time,
            event,
        };
        self.held.iter().for_each(|hit| run.add(hit));
        Some(run)
    }

    /// The longest chain that ends at each rule, always the one that began last.
    fn chain(&mut self, hit: Hit, correlation: &Correlation) -> Outcome {
        self.chains.resize(correlation.rules.len(), None);
        let earliest = hit.time.saturating_sub(span(correlation));
        let time = hit.time;
        let chain = match hit.position.checked_sub(1) {
            None => Some(vec![hit.clone()]),
            Some(before) => self.chains.get(before).cloned().flatten().map(|mut chain| {
                chain.push(hit.clone());
                chain
            }),
        };
        let Some(chain) = chain.filter(|chain| chain.first().is_some_and(|first| first.time >= earliest)) else {
            return Outcome::default();
        };
        if hit.position + 1 < correlation.rules.len() {
            self.chains.iter_mut().skip(hit.position).take(1).for_each(|slot| *slot = Some(chain.clone()));
            return Outcome::default();
        }
        self.chains.clear();
        let first = chain.first().map_or(time, |first| first.time);
        let event = Arc::clone(&hit.event);
        let measured = chain.len() as u64;
        let mut run = Run { first, last: time, measured, indices: Vec::new(), left_out: 0, told: time, event };
        chain.iter().for_each(|hit| run.add(hit));
        let tell = Some((time, hit.event, run.indices.as_slice().into()));
        Outcome { finished: Some(run), tell, overflowed: 0 }
    }
}

impl Run {
    fn widen(&mut self, hit: &Hit, measured: u64) {
        self.last = hit.time;
        self.measured = self.measured.max(measured);
        self.event = Arc::clone(&hit.event);
        self.add(hit);
    }

    fn add(&mut self, hit: &Hit) {
        for index in hit.indices.as_slice().iter().copied() {
            if (self.indices.len() as u64) < WINDOW_EVENTS {
                self.indices.push(index);
            } else {
                self.left_out += 1;
            }
        }
    }
}

/// Is the correlation judged at each event?
fn slides(correlation: &Correlation) -> bool {
    correlation.condition.only_from_below()
}

/// The timespan in milliseconds.
fn span(correlation: &Correlation) -> i64 {
    i64::try_from(correlation.timespan.as_millis()).unwrap_or(i64::MAX)
}
