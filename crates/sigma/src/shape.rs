//! What is left of the rules of a group once the values of some fields are known.

use crate::graph::{Graph, Node, NodeId};
use crate::memo::Given;
use crate::ruleset::Slot;
use crate::values::Buffers;

/// Rules that may still match, each with the conditions that are left of it.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    rules: Box<[Left]>,
}

/// A rule that may still match.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) rule: u32,
    /// All of them must hold; cheap ones first.
    pub(crate) parts: Box<[NodeId]>,
}

impl Shape {
    /// What is left of rules.
    pub(crate) fn new(rules: &[u32], mut known: Known<'_>) -> Self {
        let left = |rule: &u32| {
            let parts = known.left(known.graph.root(*rule)?)?;
            Some(Left { rule: *rule, parts })
        };
        Self { rules: rules.iter().filter_map(left).collect() }
    }

    pub(crate) fn rules(&self) -> &[Left] {
        &self.rules
    }
}

/// What the values of some fields decide.
pub(crate) struct Known<'k> {
    pub(crate) graph: &'k Graph,
    pub(crate) slots: &'k [Slot],
    pub(crate) given: &'k [Given<'k>],
    pub(crate) buffers: &'k mut Buffers,
}

/// What is known of a condition.
enum Fate {
    Decided(bool),
    /// It is what this node is, which may be a part of it.
    Open(NodeId),
}

impl Known<'_> {
    /// The conditions of which all must still hold; `None` when one cannot.
    fn left(&mut self, root: NodeId) -> Option<Box<[NodeId]>> {
        let mut left = Vec::new();
        let mut waiting = vec![root];
        while let Some(id) = waiting.pop() {
            match self.fate(id) {
                Fate::Decided(false) => return None,
                Fate::Decided(true) => {}
                Fate::Open(open) => match self.graph.node(open) {
                    Some(Node::All(parts)) => waiting.extend(parts.iter().rev()),
                    _ => left.push(open),
                },
            }
        }
        Some(left.into())
    }

    fn fate(&mut self, id: NodeId) -> Fate {
        match self.graph.node(id) {
            None => Fate::Decided(false),
            Some(Node::Test(place)) => self.test(*place).map_or(Fate::Open(id), Fate::Decided),
            Some(Node::Not(inner)) => match self.fate(*inner) {
                Fate::Decided(holds) => Fate::Decided(!holds),
                Fate::Open(_) => Fate::Open(id),
            },
            Some(Node::All(parts)) => self.joined(id, parts, false),
            Some(Node::Any(parts)) => self.joined(id, parts, true),
            Some(Node::AtLeast(number, parts)) => self.at_least(id, *number, parts),
        }
    }

    /// Parts of which one with the outcome `deciding` decides the whole.
    fn joined(&mut self, id: NodeId, parts: &[NodeId], deciding: bool) -> Fate {
        let mut open = None;
        let mut several = false;
        for part in parts {
            match self.fate(*part) {
                Fate::Decided(holds) if holds == deciding => return Fate::Decided(deciding),
                Fate::Decided(_) => {}
                Fate::Open(part) => several |= open.replace(part).is_some(),
            }
        }
        match open {
            None => Fate::Decided(!deciding),
            Some(only) if !several => Fate::Open(only),
            Some(_) => Fate::Open(id),
        }
    }

    fn at_least(&mut self, id: NodeId, number: usize, parts: &[NodeId]) -> Fate {
        let (mut held, mut open) = (0, 0);
        for part in parts {
            match self.fate(*part) {
                Fate::Decided(holds) => held += usize::from(holds),
                Fate::Open(_) => open += 1,
            }
        }
        if held >= number {
            Fate::Decided(true)
        } else if held + open < number {
            Fate::Decided(false)
        } else {
            Fate::Open(id)
        }
    }

    fn test(&mut self, place: u32) -> Option<bool> {
        let predicate = self.graph.predicate(place)?;
        let slot = predicate.slot()?;
        let (_, given) = self.slots.iter().zip(self.given).find(|(own, _)| **own == slot)?;
        predicate.holds_for(given.value(), self.buffers)
    }
}
