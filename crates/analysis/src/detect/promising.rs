//! Which of the events that feed correlations can be part of a match at all: most are too few of their kind at their time.
//!
//! Whom an event belongs with is known by hashes of names. Two groups whose hashes are the same by chance are looked at as
//! one, and look more promising than they are: nothing is lost.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use sigma::{RuleIndex, RuleSet, Slot};

use crate::hash::HashMap;
use crate::names::Name;

/// How events enter correlations.
pub(super) struct Entrances {
    /// Of each rule.
    of_rule: Vec<Vec<Entrance>>,
}

struct Entrance {
    correlation: usize,
    /// Where the names stand that tell groups apart.
    group: Vec<usize>,
    /// Fewer than so many within the timespan are no match.
    fewest: usize,
    /// Milliseconds.
    span: i64,
}

/// An event that feeds correlations.
pub(super) struct Feeding<'a> {
    pub(super) milliseconds: i64,
    pub(super) rules: &'a [RuleIndex],
    pub(super) names: &'a [Name],
}

/// Events that enter one correlation for one group, in the order of time.
struct Group {
    fewest: usize,
    span: i64,
    events: Vec<usize>,
}

impl Entrances {
    /// `slots` are the fields of which events have names, in their order.
    pub(super) fn new(rules: &RuleSet, slots: &[Slot]) -> Self {
        let entrance = |entrance: sigma::Entrance<'_>| {
            let place = |slot: &Slot| slots.iter().position(|own| own == slot);
            Entrance {
                correlation: entrance.correlation.index(),
                group: entrance.group.iter().filter_map(place).collect(),
                fewest: usize::try_from(entrance.fewest).unwrap_or(usize::MAX),
                span: entrance.span,
            }
        };
        Self { of_rule: rules.rules().map(|(rule, _)| rules.entrances(rule).map(entrance).collect()).collect() }
    }

    /// Of each event, given in the order of time, whether it can be part of a match.
    pub(super) fn promising<'a>(&self, events: impl ExactSizeIterator<Item = Feeding<'a>>) -> Vec<bool> {
        let mut promising = vec![false; events.len()];
        let mut times = Vec::with_capacity(events.len());
        let mut groups: HashMap<u64, Group> = HashMap::default();
        let hash = RandomState::default();
        for ((at, event), own) in events.enumerate().zip(&mut promising) {
            times.push(event.milliseconds);
            let entrances = event.rules.iter().filter_map(|rule| self.of_rule.get(rule.index())).flatten();
            for Entrance { correlation, group, fewest, span } in entrances {
                if *fewest <= 1 {
                    *own = true;
                    continue;
                }
                let name = |place: &usize| event.names.get(*place).copied().filter(|name| !name.is_absent());
                // Without one of them it does not count.
                let start = hash.hash_one(correlation);
                let Some(of) = group.iter().try_fold(start, |of, place| Some(hash.hash_one((of, name(place)?)))) else {
                    continue;
                };
                let new = || Group { fewest: *fewest, span: *span, events: Vec::new() };
                groups.entry(of).or_insert_with(new).events.push(at);
            }
        }
        for group in groups.into_values() {
            group.mark(&times, &mut promising);
        }
        promising
    }
}

impl Group {
    /// Marks the events that are enough within the timespan.
    fn mark(&self, times: &[i64], promising: &mut [bool]) {
        let time = |at: Option<&usize>| times.get(*at?).copied();
        let mut marked = 0;
        for (start, window) in self.events.windows(self.fewest).enumerate() {
            let near =
                time(window.first()).zip(time(window.last())).is_some_and(|(a, b)| b.saturating_sub(a) <= self.span);
            if near {
                let new = self.events.get(start.max(marked)..start + window.len()).unwrap_or_default();
                new.iter().for_each(|at| promising.iter_mut().skip(*at).take(1).for_each(|own| *own = true));
                marked = start + window.len();
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "what is missing must fail its test")]
mod tests {
    use proptest::prelude::*;
    use security_model::{TextKind, Untrusted};
    use serde_json::json;
    use sigma::{CompileOptions, CorrelationMatch, Correlator, CorrelatorOptions, JsonFields, Scratch, parse};

    use super::*;
    use crate::names::Names;

    const RULES: &str = "
title: one
name: one
logsource: {service: cloudtrail}
detection: {selection: {event: one}, condition: selection}
---
title: two
name: two
logsource: {service: cloudtrail}
detection: {selection: {event: [one, two]}, condition: selection}
---
title: counted
correlation: {type: event_count, rules: [one, two], group-by: [user], timespan: 10s, condition: {gte: 3}}
---
title: values
name: values
correlation: {type: value_count, rules: [two], group-by: [user], timespan: 20s, condition: {field: from, gte: 2}}
---
title: both
correlation: {type: temporal, rules: [one, two], group-by: [from], timespan: 5s}
---
title: ordered
correlation: {type: temporal_ordered, rules: [two, one], group-by: [user, from], timespan: 10s}
---
title: few
correlation: {type: event_count, rules: [two], group-by: [from], timespan: 10s, condition: {lt: 3}}
---
title: after values
correlation: {type: temporal_ordered, rules: [values, one], group-by: [user], timespan: 30s}
";

    fn rules() -> RuleSet {
        let parsed = parse("test.yml", RULES.as_bytes());
        let (rules, problems) = RuleSet::compile(parsed.documents, &CompileOptions::default());
        assert!(parsed.problems.is_empty() && problems.iter().all(|problem| !problem.is_error()), "{problems:?}");
        assert_eq!(rules.correlations().count(), 6);
        rules
    }

    /// What correlates of events, of all or of the promising, and how many these are.
    fn correlated(rules: &RuleSet, events: &[(i64, u8, u8, u8)], all: bool) -> (Vec<CorrelationMatch>, usize) {
        let fields = JsonFields::new(rules);
        let slots: Vec<Slot> = ["user", "from"].iter().filter_map(|field| rules.slot(field)).collect();
        let (mut names, mut scratch) = (Names::default(), Scratch::default());
        let record = |(_, event, user, from): &(i64, u8, u8, u8)| {
            let event = ["one", "two", "three"][usize::from(*event)];
            let mut record = json!({"event": event, "from": from.to_string()});
            if *user > 0 {
                record["user"] = user.to_string().into();
            }
            record
        };
        let records: Vec<_> = events.iter().map(record).collect();
        let matched: Vec<Vec<RuleIndex>> =
            records.iter().map(|record| rules.matches(&fields.record(record), &mut scratch).collect()).collect();
        let mut name =
            |value: &serde_json::Value| names.intern(value.as_str().map(Untrusted::new), TextKind::Reference);
        let named: Vec<[Name; 2]> =
            records.iter().map(|record| [name(&record["user"]), name(&record["from"])]).collect();
        let feeding = events.iter().zip(&matched).zip(&named).map(|((event, rules), names)| Feeding {
            milliseconds: event.0 * 1_000,
            rules,
            names,
        });
        let promising = Entrances::new(rules, &slots).promising(feeding);
        let mut correlator = Correlator::new(rules, CorrelatorOptions::default());
        let mut found = Vec::new();
        for (index, event) in events.iter().enumerate().filter(|(index, _)| all || promising[*index]) {
            let record = fields.record(&records[index]);
            correlator.observe(event.0 * 1_000, index as u64, &record, matched[index].iter().copied(), &mut found);
        }
        correlator.finish(&mut found);
        found.sort_by(|a, b| (a.correlation, &a.group, &a.events).cmp(&(b.correlation, &b.group, &b.events)));
        (found, promising.into_iter().filter(|promising| *promising).count())
    }

    proptest! {
        #[test]
        fn what_is_left_out_is_not_missed(
            steps in prop::collection::vec((0..8_i64, 0..3_u8, 0..3_u8, 0..3_u8), 1..60),
        ) {
            let rules = rules();
            let events: Vec<_> = steps
                .into_iter()
                .scan(0, |time, (step, event, user, from)| {
                    *time += step;
                    Some((*time, event, user, from))
                })
                .collect();
            prop_assert_eq!(correlated(&rules, &events, false).0, correlated(&rules, &events, true).0);
        }
    }

    #[test]
    fn too_few_at_a_time_are_left_out() {
        let text = RULES.split("---").take(3).collect::<Vec<_>>().join("---");
        let (rules, _) = RuleSet::compile(parse("test.yml", text.as_bytes()).documents, &CompileOptions::default());
        // Three within ten seconds, of one user; others are too late, another's, or without a user.
        let events =
            [(0, 1, 1, 0), (5, 1, 2, 0), (6, 1, 1, 0), (7, 1, 0, 0), (10, 1, 1, 0), (21, 1, 1, 0), (22, 1, 1, 0)];
        let (found, promising) = correlated(&rules, &events, false);
        assert_eq!(promising, 3);
        assert_eq!(found.iter().map(|found| found.events.clone()).collect::<Vec<_>>(), [[0, 2, 4]]);
        assert_eq!(correlated(&rules, &events, true).0, found);
    }
}
