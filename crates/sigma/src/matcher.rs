//! Rule sets matched against records.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::alike::Alike;
use crate::graph::{Graph, Node, NodeId, Remembered};
use crate::hash::text_hash;
use crate::index::Group;
use crate::memo::{FIELDS, Given, Memo, TEXT_BYTES, spell};
use crate::record::{Record, Value};
use crate::ruleset::{RuleIndex, RuleSet, Slot};
use crate::shape::{Known, Shape};
use crate::values::Buffers;

/// Memory that matching reuses from record to record. One per thread; any rule set, though changing between several
/// loses what was learnt of their records.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The rule set that the rest belongs to.
    of: Identity,
    /// The rules that records of a likeness match, where that is all that decides.
    alike: Alike,
    trying: Trying,
    matched: Vec<RuleIndex>,
}

/// What it takes to try rules on a record.
#[derive(Debug, Default)]
struct Trying {
    /// For each group of the rule set, what its fields decide.
    shapes: Vec<Memo<Shape>>,
    outcomes: Outcomes,
    /// For each field with predicates whose outcome is remembered.
    facts: Vec<FieldFacts>,
    hashes: Hashes,
    buffers: Buffers,
    key: Vec<u8>,
    candidates: Vec<u32>,
}

/// Tells rule sets apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity(u64);

impl Identity {
    /// Another than all others, and than the default.
    pub(crate) fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl RuleSet {
    /// The rules that match a record, in the order of their indexes.
    ///
    /// Most records have the same texts in the fields that most rules name as records before them. What these texts
    /// decide is remembered in `scratch`, in bounded memory, so that only what is left of the rules is tried.
    pub fn matches<'s, R: Record + ?Sized>(
        &self,
        record: &R,
        scratch: &'s mut Scratch,
    ) -> impl Iterator<Item = RuleIndex> + use<'s, R> {
        scratch.begin(self);
        let Scratch { alike, trying, matched, .. } = scratch;
        match record.likeness() {
            None => self.try_on(record, trying, matched),
            Some(likeness) => match alike.find(likeness) {
                Some(known) => matched.extend_from_slice(known),
                None => {
                    let watched = Watched { record, strayed: Cell::new(false) };
                    self.try_on(&watched, trying, matched);
                    if !watched.strayed.get() {
                        alike.learn(likeness, matched);
                    }
                }
            },
        }
        matched.iter().copied()
    }

    fn try_on<R: Record + ?Sized>(&self, record: &R, trying: &mut Trying, matched: &mut Vec<RuleIndex>) {
        trying.begin(self);
        let Trying { shapes, outcomes, facts, hashes, buffers, key, candidates } = trying;
        for (group, known) in self.index.groups().iter().zip(shapes) {
            let mut view = View { graph: &self.graph, record, hashes, buffers, key };
            let shape = view.shape(group, known, candidates);
            let mut trial = Trial { view, outcomes, facts };
            match shape {
                Some(shape) => {
                    let left = shape.rules().iter().filter(|left| left.parts.iter().all(|part| trial.holds(*part)));
                    matched.extend(left.map(|left| RuleIndex(left.rule)));
                }
                None => {
                    group.candidates(record, &mut trial.view.buffers.text, candidates);
                    let holds = |rule: &&u32| self.graph.root(**rule).is_some_and(|root| trial.holds(root));
                    matched.extend(candidates.iter().filter(holds).map(|rule| RuleIndex(*rule)));
                }
            }
        }
        if matched.len() > 1 {
            matched.sort_unstable();
        }
    }
}

/// A record of which it is noted whether anything was asked that records of its likeness do not have in common.
struct Watched<'r, R: ?Sized> {
    record: &'r R,
    strayed: Cell<bool>,
}

impl<R: Record + ?Sized> Record for Watched<'_, R> {
    fn get(&self, slot: Slot) -> Option<Value<'_>> {
        if !self.record.is_alike(slot) {
            self.strayed.set(true);
        }
        self.record.get(slot)
    }

    fn texts(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        self.strayed.set(true);
        self.record.texts(test)
    }
}

/// A record, and what it takes to look at it.
struct View<'v, R: ?Sized> {
    graph: &'v Graph,
    record: &'v R,
    hashes: &'v mut Hashes,
    buffers: &'v mut Buffers,
    /// The values that a shape depends on.
    key: &'v mut Vec<u8>,
}

impl<'v, R: Record + ?Sized> View<'v, R> {
    /// What is left of the rules of a group; `None` when nothing is known and all its candidates have to be tried.
    fn shape<'m>(
        &mut self,
        group: &Group,
        shapes: &'m mut Memo<Shape>,
        candidates: &mut Vec<u32>,
    ) -> Option<&'m Shape> {
        let slots = group.slots();
        let mut given = [Given::default(); FIELDS];
        let given = given.get_mut(..slots.len())?;
        for (slot, given) in slots.iter().zip(given.iter_mut()) {
            *given = Given::of(self.record.get(*slot))?;
        }
        let key = spell(given, self.key)?;
        let shape = shapes.get(text_hash(key), key, || {
            group.candidates(self.record, &mut self.buffers.text, candidates);
            Shape::new(candidates, Known { graph: self.graph, slots, given, buffers: self.buffers })
        });
        shape.map(|shape| &*shape)
    }
}

impl Scratch {
    /// Makes ready for a record.
    fn begin(&mut self, rules: &RuleSet) {
        if self.of != rules.identity {
            *self = Self { of: rules.identity, trying: Trying::of(rules), ..Self::default() };
        }
        self.matched.clear();
    }
}

impl Trying {
    fn of(rules: &RuleSet) -> Self {
        let mut new = Self { outcomes: Outcomes::of(rules.graph.len()), ..Self::default() };
        new.shapes.resize_with(rules.index.groups().len(), Memo::default);
        new.facts.resize_with(rules.graph.remembering(), FieldFacts::default);
        new
    }

    /// Makes ready for a record.
    fn begin(&mut self, rules: &RuleSet) {
        if self.outcomes.begin() {
            self.facts.iter_mut().for_each(|facts| facts.now = Default::default());
        }
        self.hashes.begin(rules.fields.len());
    }
}

/// What was found out about the nodes of a graph on one record.
#[derive(Debug, Default)]
struct Outcomes {
    /// For each node twice the number of the record that it was last found out for, and one more if it held.
    stamps: Vec<u32>,
    /// Twice the number of the record.
    record: u32,
}

impl Outcomes {
    fn of(nodes: usize) -> Self {
        Self { stamps: vec![0; nodes], record: 0 }
    }

    /// Goes on to the next record; true when numbers begin anew.
    fn begin(&mut self) -> bool {
        let next = self.record.checked_add(2);
        if next.is_none() {
            self.stamps.fill(0);
        }
        self.record = next.unwrap_or(2);
        next.is_none()
    }

    fn known(&self, id: NodeId) -> Option<bool> {
        let stamp = *self.stamps.get(id.index())?;
        (stamp & !1 == self.record).then_some(stamp & 1 == 1)
    }

    fn learn(&mut self, id: NodeId, holds: bool) {
        if let Some(stamp) = self.stamps.get_mut(id.index()) {
            *stamp = self.record | u32::from(holds);
        }
    }
}

/// The hashes of the texts of one record, by field.
#[derive(Debug, Default)]
struct Hashes {
    /// With the number of the record.
    each: Vec<(u32, u64)>,
    record: u32,
}

impl Hashes {
    fn begin(&mut self, fields: usize) {
        self.record = self.record.wrapping_add(1);
        if self.record == 0 || self.each.len() != fields {
            self.each.clear();
            self.each.resize(fields, (0, 0));
            self.record = 1;
        }
    }

    fn of(&mut self, slot: Slot, text: &str) -> u64 {
        match self.each.get_mut(slot.index()) {
            Some((record, hash)) if *record == self.record => *hash,
            Some(known) => {
                *known = (self.record, text_hash(text.as_bytes()));
                known.1
            }
            None => text_hash(text.as_bytes()),
        }
    }
}

/// A record on which conditions are tried.
struct Trial<'t, R: ?Sized> {
    view: View<'t, R>,
    outcomes: &'t mut Outcomes,
    facts: &'t mut [FieldFacts],
}

/// What the predicates of a field come to.
#[derive(Debug, Default)]
struct FieldFacts {
    memo: Memo<Facts>,
    /// For the record of this number.
    now: (u32, Facts),
}

/// What the predicates of a field come to for one text, a bit for each.
#[derive(Clone, Copy, Debug, Default)]
struct Facts {
    known: u64,
    holds: u64,
}

impl<R: Record + ?Sized> Trial<'_, R> {
    fn holds(&mut self, id: NodeId) -> bool {
        if let Some(known) = self.outcomes.known(id) {
            return known;
        }
        let graph = self.view.graph;
        let holds = match graph.node(id) {
            None => false,
            Some(Node::Test(place)) => self.test(*place),
            Some(Node::Not(inner)) => !self.holds(*inner),
            Some(Node::All(parts)) => parts.iter().all(|part| self.holds(*part)),
            Some(Node::Any(parts)) => parts.iter().any(|part| self.holds(*part)),
            Some(Node::AtLeast(number, parts)) => {
                parts.iter().filter(|part| self.holds(**part)).take(*number).count() == *number
            }
        };
        self.outcomes.learn(id, holds);
        holds
    }

    fn test(&mut self, place: u32) -> bool {
        let View { graph, record, hashes, buffers, .. } = &mut self.view;
        let Some(predicate) = graph.predicate(place) else { return false };
        let Some(Remembered { slot, field, bit }) = graph.remembered(place) else {
            return predicate.holds(*record, buffers);
        };
        let Some(FieldFacts { memo, now }) = self.facts.get_mut(field) else { return false };
        let bit = 1_u64 << bit;
        let number = self.outcomes.record;
        if now.0 == number && now.1.known & bit != 0 {
            return now.1.holds & bit != 0;
        }
        let facts = match record.get(slot) {
            Some(Value::Text(text)) if text.len() <= TEXT_BYTES => {
                memo.get(hashes.of(slot, text), text.as_bytes(), Facts::default)
            }
            _ => None,
        };
        let Some(facts) = facts else { return predicate.holds(*record, buffers) };
        if facts.known & bit == 0 {
            facts.known |= bit;
            if predicate.holds(*record, buffers) {
                facts.holds |= bit;
            }
        }
        *now = (number, *facts);
        facts.holds & bit != 0
    }
}
