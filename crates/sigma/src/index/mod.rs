//! Which rules are worth trying on a record.
//!
//! Each rule belongs to one [`Group`]. Most rules can only match when a field has one of a few texts, and most of those
//! name the same fields: two of these, and the fields that are known to have few values, make the first group. A rule
//! that needs none of them goes to the group of a field that it needs something of; what is left is tried on every
//! record.

mod costs;
mod group;
mod needles;
mod needs;

use std::collections::{BTreeMap, BTreeSet};

use self::costs::Costs;
use self::group::Filed;
pub(crate) use self::group::Group;
use self::needs::{Pins, needed};
use crate::expr::Predicate;
use crate::memo::FIELDS;
use crate::ruleset::{CompiledRule, Slot};

/// Fields of the first group that are not known to have few values, at most.
const KEYS: usize = 2;
/// Groups of one field, at most.
const SINGLE: usize = 16;

/// The groups of a rule set.
#[derive(Debug, Default)]
pub(crate) struct Index {
    groups: Vec<Group>,
}

impl Index {
    /// `few_valued` are fields that have the same few values in most records.
    pub(crate) fn new(rules: &[CompiledRule], few_valued: &[Slot], is_dear: impl Fn(Slot) -> bool) -> Self {
        let needs: Vec<Needs> = rules.iter().map(Needs::of).collect();
        let pins: Vec<Pins> = needs.iter().map(|needs| needs.pins.clone()).collect();
        let costs = Costs::new(&pins);
        let mut open: BTreeMap<u32, Needs> = (0_u32..).zip(needs).collect();
        let keys = costs.choose(&pins, KEYS);
        let mut groups = Vec::new();
        if !keys.is_empty() {
            let others = few_valued.iter().filter(|slot| !keys.contains(slot));
            let slots: Vec<Slot> = keys.iter().chain(others).copied().take(FIELDS).collect();
            groups.push(taken(&mut open, &slots, &costs));
        }
        for _ in 0..SINGLE {
            let Some(slot) = most_telling(&open, &is_dear) else { break };
            groups.push(taken(&mut open, &[slot], &costs));
        }
        let rest: Vec<_> = open.into_keys().map(|rule| (rule, Filed::Loose)).collect();
        if !rest.is_empty() {
            groups.push(Group::new(Vec::new(), rest));
        }
        Self { groups }
    }

    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// How many rules are tried on every record.
    pub(crate) fn unindexed(&self) -> usize {
        self.groups.iter().map(Group::unindexed).sum()
    }
}

/// What a rule needs of each field.
#[derive(Debug)]
struct Needs {
    /// One of these texts.
    pins: Pins,
    /// One of these texts inside, each long enough to tell something.
    needles: Pins,
    /// Any value.
    valued: BTreeSet<Slot>,
}

impl Needs {
    fn of(rule: &CompiledRule) -> Self {
        let mut needles = needed(rule, Predicate::needles);
        needles.retain(|_, texts| needles::are_telling(texts));
        let valued = needed(rule, |predicate| Some((predicate.valued()?, Vec::new())));
        Self { pins: needed(rule, Predicate::pins), needles, valued: valued.into_keys().collect() }
    }

    fn filed(&self, slots: &[Slot], costs: &Costs) -> Filed {
        let pins = slots.iter().filter_map(|slot| Some((*slot, self.pins.get(slot)?)));
        let fewest = pins.min_by(|(a, left), (b, right)| costs.share(*a, left).total_cmp(&costs.share(*b, right)));
        if let Some((slot, texts)) = fewest {
            return Filed::Under(slot, texts.clone());
        }
        let mut needles = slots.iter().filter_map(|slot| Some((*slot, self.needles.get(slot)?)));
        needles.next().map_or(Filed::Loose, |(slot, texts)| Filed::Inside(slot, texts.clone()))
    }

    /// How much a field tells of whether the rule matches.
    fn telling(&self, slot: Slot) -> u32 {
        if self.pins.contains_key(&slot) || self.needles.contains_key(&slot) {
            4
        } else {
            u32::from(self.valued.contains(&slot))
        }
    }
}

/// The group of the rules that need something of these fields.
fn taken(open: &mut BTreeMap<u32, Needs>, slots: &[Slot], costs: &Costs) -> Group {
    let members = open.extract_if(.., |_, needs| slots.iter().any(|slot| needs.valued.contains(slot)));
    let filed = members.map(|(rule, needs)| (rule, needs.filed(slots, costs))).collect();
    Group::new(slots.to_vec(), filed)
}

/// The field that tells most of the rules; a dear one only when there is no other.
fn most_telling(open: &BTreeMap<u32, Needs>, is_dear: impl Fn(Slot) -> bool) -> Option<Slot> {
    let mut telling: BTreeMap<Slot, u32> = BTreeMap::new();
    for needs in open.values() {
        for slot in &needs.valued {
            *telling.entry(*slot).or_default() += needs.telling(*slot);
        }
    }
    // Of equals, the field that was named last is the least likely to be in every record.
    telling.into_iter().max_by_key(|(slot, telling)| (!is_dear(*slot), *telling, *slot)).map(|(slot, _)| slot)
}
