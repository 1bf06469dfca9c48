//! Events in, matches out, in the order of event time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use super::CorrelationIndex;
use super::event::{Entry, Event, values};
use super::group::{Hit, Indices, Outcome, Run};
use super::groups::{Groups, Live};
use crate::record::Record;
use crate::ruleset::{RuleIndex, RuleSet};

/// Bounds of a [`Correlator`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrelatorOptions {
    /// How far behind the latest event one may come and still be put in its place.
    pub tolerance: Duration,
    /// Events that wait for their turn; beyond it the earliest is taken at once.
    pub waiting: usize,
    /// Events that groups hold together, and groups; beyond it the group that would end first is ended.
    pub held: usize,
}

impl Default for CorrelatorOptions {
    /// A quarter of an hour, 100,000 events waiting, 1,000,000 held.
    fn default() -> Self {
        Self { tolerance: Duration::from_secs(900), waiting: 100_000, held: 1_000_000 }
    }
}

/// What a [`Correlator`] could not take in. All zero: nothing was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CorrelatorCounts {
    /// Events that came later than the tolerance allows, left out.
    pub late: u64,
    /// Events taken before their turn because too many were waiting.
    pub hurried: u64,
    /// Times that an event lacked a field of `group-by` or the counted field, and so did not count.
    pub ungrouped: u64,
    /// Groups ended early because too much was held.
    pub groups_ended: u64,
    /// Events that left a window early because it was full.
    pub overflowed: u64,
}

/// A correlation that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrelationMatch {
    /// Which correlation.
    pub correlation: CorrelationIndex,
    /// The `group-by` fields or aliases with their values. Values come from records and are **not to be trusted**; very
    /// long ones are shortened.
    pub group: Vec<(String, String)>,
    /// The time of the first event, in milliseconds, on the caller's scale.
    pub first: i64,
    /// The time of the last event.
    pub last: i64,
    /// The number that the condition was about, where it was highest.
    pub measured: u64,
    /// The events by the indices that the caller gave them, ascending, at most
    /// [`WINDOW_EVENTS`](super::WINDOW_EVENTS).
    pub events: Vec<u64>,
    /// Events that did not fit into `events`.
    pub events_left_out: u64,
    /// Is the match a detection of its own, and not only food for another correlation?
    pub standalone: bool,
}

/// Correlates events as they come. See the [module](crate::correlate) for what each type of correlation means.
///
/// ```
/// use sigma::{CompileOptions, Correlator, CorrelatorOptions, JsonFields, RuleSet, Scratch, parse};
///
/// let text = "
/// title: Failed sign-in
/// name: failed
/// logsource: {service: example}
/// detection:
///     selection: {event: login, result: failure}
///     condition: selection
/// ---
/// title: Many failed sign-ins
/// correlation:
///     type: event_count
///     rules: [failed]
///     group-by: [user]
///     timespan: 5m
///     condition: {gte: 3}
/// ";
/// let (rules, problems) = RuleSet::compile(parse("logins.yml", text.as_bytes()).documents, &CompileOptions::default());
/// assert!(problems.is_empty());
/// let fields = JsonFields::new(&rules);
/// let mut correlator = Correlator::new(&rules, CorrelatorOptions::default());
/// let (mut scratch, mut found) = (Scratch::default(), Vec::new());
/// for index in 0..4 {
///     let value = serde_json::json!({"event": "login", "result": "failure", "user": "alice"});
///     let record = fields.record(&value);
///     let matched = rules.matches(&record, &mut scratch);
///     correlator.observe(60_000 * index as i64, index, &record, matched, &mut found);
/// }
/// correlator.finish(&mut found);
/// assert_eq!(found[0].events, [0, 1, 2, 3]);
/// ```
#[derive(Debug)]
pub struct Correlator<'r> {
    rules: &'r RuleSet,
    options: CorrelatorOptions,
    counts: CorrelatorCounts,
    /// The correlations that each rule feeds, with the place of the feed in the correlation.
    fed: Vec<Vec<(CorrelationIndex, usize)>>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    arrived: u64,
    latest: Option<i64>,
    groups: Groups,
    held: usize,
    /// The entries of the event at hand, and their keys.
    entries: Vec<Entry>,
    keys: Vec<u8>,
}

/// An event that waits for its turn: by time, then by arrival.
#[derive(Debug)]
struct Waiting {
    arrived: u64,
    event: Arc<Event>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.event.time, self.arrived).cmp(&(other.event.time, other.arrived))
    }
}

impl<'r> Correlator<'r> {
    /// A correlator over the correlations of a rule set.
    pub fn new(rules: &'r RuleSet, options: CorrelatorOptions) -> Self {
        let mut fed = vec![Vec::new(); rules.rules.len()];
        for (place, compiled) in (0..).map(CorrelationIndex).zip(&rules.correlations) {
            for (feed, (rule, _)) in compiled.feeds.iter().enumerate() {
                fed.iter_mut().skip(rule.index()).take(1).for_each(|fed| fed.push((place, feed)));
            }
        }
        Self {
            rules,
            options,
            counts: CorrelatorCounts::default(),
            fed,
            waiting: BinaryHeap::new(),
            arrived: 0,
            latest: None,
            groups: Groups::new(rules.correlations.len()),
            held: 0,
            entries: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Takes in a record.
    ///
    /// - `time`: milliseconds on any scale that all records share.
    /// - `index`: how to call the record in matches.
    /// - `matched`: the rules that the record matched.
    /// - `found`: gets the matches that are complete now.
    pub fn observe<R: Record + ?Sized>(
        &mut self,
        time: i64,
        index: u64,
        record: &R,
        matched: impl IntoIterator<Item = RuleIndex>,
        found: &mut Vec<CorrelationMatch>,
    ) {
        let event = self.event(time, index, record, matched);
        let latest = self.latest.map_or(time, |latest| latest.max(time));
        self.latest = Some(latest);
        let settled = latest.saturating_sub(i64::try_from(self.options.tolerance.as_millis()).unwrap_or(i64::MAX));
        if let Some(event) = event {
            if time < settled {
                self.counts.late += 1;
                return;
            }
            self.waiting.push(Reverse(Waiting { arrived: self.arrived, event: Arc::new(event) }));
            self.arrived += 1;
        }
        self.advance(settled, found);
        while self.waiting.len() > self.options.waiting {
            self.counts.hurried += 1;
            self.take_one(found);
        }
    }

    /// Takes in what is waiting and ends every window: there are no more records.
    pub fn finish(&mut self, found: &mut Vec<CorrelationMatch>) {
        while !self.waiting.is_empty() {
            self.take_one(found);
        }
        self.end_windows(None, found);
        self.latest = None;
    }

    /// What could not be taken in so far.
    pub fn counts(&self) -> CorrelatorCounts {
        self.counts
    }

    fn event<R: Record + ?Sized>(
        &mut self,
        time: i64,
        index: u64,
        record: &R,
        matched: impl IntoIterator<Item = RuleIndex>,
    ) -> Option<Event> {
        let Self { rules, fed, entries, keys, counts, .. } = self;
        entries.clear();
        keys.clear();
        for rule in matched {
            for (place, feed) in fed.get(rule.index()).into_iter().flatten() {
                let feeds = rules.correlations.get(place.index()).map(|compiled| &compiled.feeds);
                let Some((_, feed)) = feeds.and_then(|feeds| feeds.get(*feed)) else { continue };
                match Entry::new(*place, feed, record, keys) {
                    Some(entry) => entries.push(entry),
                    None => counts.ungrouped += 1,
                }
            }
        }
        // Later rules first, so that one event is never two steps of an ordered correlation.
        entries.sort_by_key(|entry| (entry.through, entry.correlation, Reverse(entry.position)));
        if entries.is_empty() {
            return None;
        }
        Some(Event { time, index, entries: entries.drain(..).collect(), keys: keys.as_slice().into() })
    }

    /// Takes in everything up to a time, after which nothing earlier can come.
    fn advance(&mut self, settled: i64, found: &mut Vec<CorrelationMatch>) {
        while self.waiting.peek().is_some_and(|Reverse(next)| next.event.time <= settled) {
            self.take_one(found);
        }
        self.end_windows(Some(settled), found);
    }

    fn take_one(&mut self, found: &mut Vec<CorrelationMatch>) {
        let Some(Reverse(Waiting { event, .. })) = self.waiting.pop() else { return };
        self.end_windows(Some(event.time), found);
        for entry in event.entries_through(None) {
            self.hit(entry, Hit::of_event(&event, entry), found);
        }
        while self.held > self.options.held && self.end_first(None, found) {
            self.counts.groups_ended += 1;
        }
    }

    fn hit(&mut self, entry: &Entry, hit: Hit, found: &mut Vec<CorrelationMatch>) {
        let (rules, place) = (self.rules, entry.correlation);
        let Some(compiled) = rules.correlations.get(place.index()) else { return };
        let Some((at, is_new)) = self.groups.of(place, hit.event.key(entry)) else { return };
        let Some(Live { key, group, .. }) = self.groups.get_mut(at) else { return };
        let before = if is_new { 0 } else { group.weight() };
        let outcome = group.hit(hit, &compiled.correlation);
        self.held = (self.held + group.weight()).saturating_sub(before);
        let deadline = group.deadline(&compiled.correlation);
        let followed = outcome.has_any().then(|| Arc::clone(key));
        if is_new {
            self.groups.arm(at, place, deadline);
        }
        if let Some(key) = followed {
            self.follow(place, &key, outcome, found);
        }
    }

    /// Ends the windows whose deadline is before a time, or all, in the order of their deadlines.
    fn end_windows(&mut self, before: Option<i64>, found: &mut Vec<CorrelationMatch>) {
        while self.end_first(before, found) {}
    }

    /// Ends the group that is over first, if it is before a time.
    fn end_first(&mut self, before: Option<i64>, found: &mut Vec<CorrelationMatch>) -> bool {
        let correlations = &self.rules.correlations;
        let of = |live: &Live| correlations.get(live.correlation.index()).map(|compiled| &compiled.correlation);
        let deadline = |live: &Live| of(live).map_or(i64::MIN, |correlation| live.group.deadline(correlation));
        let Some(mut live) = self.groups.take_over(before, deadline) else { return false };
        self.held = self.held.saturating_sub(live.group.weight());
        if let Some(correlation) = of(&live) {
            let outcome = live.group.over(correlation);
            self.follow(live.correlation, &live.key, outcome, found);
        }
        true
    }

    /// Reports what is complete, and tells the correlations that refer to this one.
    fn follow(&mut self, place: CorrelationIndex, key: &[u8], outcome: Outcome, found: &mut Vec<CorrelationMatch>) {
        self.counts.overflowed += outcome.overflowed;
        if let Some(run) = outcome.finished {
            found.extend(self.report(place, key, run));
        }
        let Some((time, event, indices)) = outcome.tell else { return };
        for entry in event.entries_through(Some(place)) {
            let hit = Hit {
                time,
                position: entry.position,
                value: entry.value.clone(),
                event: Arc::clone(&event),
                through: Some(place),
                indices: Indices::Several(Arc::clone(&indices)),
            };
            self.hit(entry, hit, found);
        }
    }

    fn report(&self, place: CorrelationIndex, key: &[u8], run: Run) -> Option<CorrelationMatch> {
        let compiled = self.rules.correlations.get(place.index())?;
        let names = compiled.correlation.group_by.iter().cloned();
        let mut events = run.indices;
        events.sort_unstable();
        events.dedup();
        Some(CorrelationMatch {
            correlation: place,
            group: names.zip(values(key)).collect(),
            first: run.first,
            last: run.last,
            measured: run.measured,
            events,
            events_left_out: run.left_out,
            standalone: compiled.standalone,
        })
    }
}
