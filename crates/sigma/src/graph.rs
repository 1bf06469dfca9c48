//! The conditions of all rules as one graph.
//!
//! What several rules ask in the same words is one node, so that it is found out at most once for each record. Nodes have
//! one form: what is cheap stands first, conjunctions are not nested, and `not` stands inside of `or`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::expr::{Check, Expr, Predicate};
use crate::hash::FastHash;
use crate::ruleset::{CompiledRule, Slot};

/// Parts of a conjunction, or of a negated alternative, that are lifted into the conjunction around it. A longer one stays
/// as it is, because its parts would be copied into every place that refers to it.
const LIFTED: usize = 64;
/// The cost from which on the outcome of a predicate is remembered, in the unit of [`Predicate::cost`].
const REMEMBERED: u32 = 16;
/// What it costs to get a dear field, in the unit of [`Predicate::cost`].
const DEAR: u32 = 200;

/// The place of a node in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(u32);

/// A condition over other conditions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// A predicate of the rule set, by its place.
    Test(u32),
    Not(NodeId),
    All(Box<[NodeId]>),
    Any(Box<[NodeId]>),
    AtLeast(usize, Box<[NodeId]>),
}

/// The conditions of the rules of a set.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    /// Of each rule: its condition.
    roots: Vec<NodeId>,
    predicates: Vec<Arc<Predicate>>,
    /// Of each predicate: where its outcome is remembered, if it is.
    remembered: Vec<Option<Remembered>>,
    /// How many fields have predicates that are remembered.
    remembering: usize,
}

/// Where the outcome of a predicate is remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Remembered {
    pub(crate) slot: Slot,
    /// Of the fields that have such predicates.
    pub(crate) field: usize,
    /// Of the predicates of that field.
    pub(crate) bit: u32,
}

impl NodeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

impl Graph {
    pub(crate) fn new(rules: &[CompiledRule], predicates: Vec<Arc<Predicate>>) -> Self {
        let mut builder = Builder { predicates: &predicates, ..Builder::default() };
        let mut root = |rule: &CompiledRule| {
            let searches: Vec<NodeId> = rule.searches.iter().map(|search| builder.expr(search, &[])).collect();
            builder.expr(&rule.condition, &searches)
        };
        let roots = rules.iter().map(&mut root).collect();
        let nodes = builder.nodes;
        let (remembered, remembering) = remembered(&predicates);
        Self { nodes, roots, predicates, remembered, remembering }
    }

    /// How many nodes there are.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.index())
    }

    /// The condition of a rule.
    pub(crate) fn root(&self, rule: u32) -> Option<NodeId> {
        self.roots.get(rule as usize).copied()
    }

    pub(crate) fn predicate(&self, place: u32) -> Option<&Predicate> {
        self.predicates.get(place as usize).map(|predicate| &**predicate)
    }

    /// Where the outcome of a predicate is remembered, if it is.
    pub(crate) fn remembered(&self, place: u32) -> Option<Remembered> {
        self.remembered.get(place as usize).copied().flatten()
    }

    /// How many fields have predicates that are remembered.
    pub(crate) fn remembering(&self) -> usize {
        self.remembering
    }
}

/// Chooses the predicates that are dearer than looking their outcome up, and counts their fields.
fn remembered(predicates: &[Arc<Predicate>]) -> (Vec<Option<Remembered>>, usize) {
    let mut fields: HashMap<Slot, (usize, u32)> = HashMap::new();
    let place = |predicate: &Arc<Predicate>| {
        let slot = predicate.slot().filter(|_| !predicate.dear && predicate.cost() >= REMEMBERED)?;
        // References depend on another field, too.
        matches!(predicate.check, Check::Values { .. }).then_some(())?;
        let next = fields.len();
        let (field, bits) = fields.entry(slot).or_insert((next, 0));
        let bit = *bits;
        *bits += 1;
        (bit < u64::BITS).then_some(Remembered { slot, field: *field, bit })
    };
    let places = predicates.iter().map(place).collect();
    (places, fields.len())
}

/// Adds nodes, each once.
#[derive(Default)]
struct Builder<'p> {
    predicates: &'p [Arc<Predicate>],
    nodes: Vec<Node>,
    /// Of each node: about how dear it is.
    costs: Vec<u32>,
    known: HashMap<Node, NodeId, FastHash>,
}

impl Builder<'_> {
    fn expr(&mut self, expr: &Expr, searches: &[NodeId]) -> NodeId {
        match expr {
            // A condition refers to searches of its own rule only.
            Expr::Search(place) => searches.get(*place).copied().unwrap_or_else(|| self.add(Node::Any([].into()))),
            Expr::Field(test) => self.add(Node::Test(test.predicate.place)),
            Expr::Not(inner) => {
                let inner = self.expr(inner, searches);
                self.not(inner)
            }
            Expr::All(parts) => {
                let parts = self.each(parts, searches);
                self.all(parts)
            }
            Expr::Any(parts) => {
                let parts = self.each(parts, searches);
                let parts = self.in_order(parts);
                if let [only] = parts.as_slice() { *only } else { self.add(Node::Any(parts.into())) }
            }
            Expr::AtLeast(number, parts) => {
                // A part that is there twice counts twice.
                let mut parts = self.each(parts, searches);
                parts.sort_by_key(|part| (self.cost(*part), *part));
                self.add(Node::AtLeast(*number, parts.into()))
            }
        }
    }

    fn each(&mut self, parts: &[Expr], searches: &[NodeId]) -> Vec<NodeId> {
        parts.iter().map(|part| self.expr(part, searches)).collect()
    }

    fn not(&mut self, inner: NodeId) -> NodeId {
        match self.nodes.get(inner.index()).cloned() {
            Some(Node::Not(twice)) => twice,
            Some(Node::Any(parts)) if parts.len() <= LIFTED => {
                let parts = parts.iter().map(|part| self.not(*part)).collect();
                self.all(parts)
            }
            _ => self.add(Node::Not(inner)),
        }
    }

    fn all(&mut self, parts: Vec<NodeId>) -> NodeId {
        let mut lifted = Vec::with_capacity(parts.len());
        for part in self.in_order(parts) {
            match self.nodes.get(part.index()) {
                Some(Node::All(inner)) if inner.len() <= LIFTED => lifted.extend_from_slice(inner),
                _ => lifted.push(part),
            }
        }
        let parts = self.in_order(lifted);
        if let [only] = parts.as_slice() { *only } else { self.add(Node::All(parts.into())) }
    }

    /// The parts, each once, cheap ones first.
    fn in_order(&self, mut parts: Vec<NodeId>) -> Vec<NodeId> {
        parts.sort_by_key(|part| (self.cost(*part), *part));
        parts.dedup();
        parts
    }

    fn cost(&self, id: NodeId) -> u32 {
        self.costs.get(id.index()).copied().unwrap_or(0)
    }

    fn add(&mut self, node: Node) -> NodeId {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let cost = match &node {
            Node::Test(place) => self
                .predicates
                .get(*place as usize)
                .map_or(0, |predicate| predicate.cost().saturating_add(if predicate.dear { DEAR } else { 0 })),
            Node::Not(inner) => self.cost(*inner),
            Node::All(parts) | Node::Any(parts) | Node::AtLeast(_, parts) => {
                parts.iter().map(|part| self.cost(*part)).fold(1, u32::saturating_add)
            }
        };
        // Rule files are bounded far below this many nodes.
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.costs.push(cost);
        self.known.insert(node, id);
        id
    }
}
