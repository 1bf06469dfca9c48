//! Which rules are worth trying on a record.
//!
//! Most rules can only match when a field has one of a few texts. Such a rule is filed under those texts, and tried only
//! on records that have one of them. Of the others, those that need a text to stand inside a field are looked for
//! together, in one pass over the field, and those that need a field to have a value are tried on records where
//! it has one; the rest is tried on every record.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::expr::{Expr, FieldTest};
use crate::hash::FastHash;
use crate::limits::RECORD_DEPTH;
use crate::matching::fold;
use crate::needles::{self, Needles};
use crate::record::{Record, Value};
use crate::ruleset::{CompiledRule, Slot};

/// Fields that are looked up for each record, at most.
const LOOKED_UP: usize = 4;
/// What a look-up costs, in rules tried.
const LOOK_UP_COST: f64 = 1.0;
/// Texts of one rule that are looked at to find what it needs; a rule with more is tried on every record.
const TEXTS_LOOKED_AT: usize = 1 << 18;

/// For each field, the folded texts of which it must have one.
pub(crate) type Pins = BTreeMap<Slot, BTreeSet<String>>;

/// Rules by the folded texts of one field.
type Table = HashMap<Box<str>, Box<[u32]>, FastHash>;

/// Rules by the texts that they need.
#[derive(Debug, Default)]
pub(crate) struct Index {
    fields: Vec<(Slot, Table)>,
    needles: Vec<Needles>,
    /// Rules by a field that must have a value.
    valued: Vec<(Slot, Box<[u32]>)>,
    always: Vec<u32>,
}

impl Index {
    pub(crate) fn new(rules: &mut [CompiledRule]) -> Self {
        let pins: Vec<Pins> = rules.iter().map(|rule| needed(rule, FieldTest::pins)).collect();
        let costs = Costs::new(&pins);
        let fields = costs.choose(&pins);
        let mut tables: Vec<HashMap<Box<str>, Vec<u32>, FastHash>> =
            fields.iter().map(|_| HashMap::default()).collect();
        let mut always = Vec::new();
        for ((place, rule), pins) in (0_u32..).zip(rules.iter_mut()).zip(&pins) {
            let best = fields.iter().zip(&mut tables).filter_map(|(slot, table)| {
                let texts = pins.get(slot)?;
                Some((costs.share(*slot, texts), *slot, texts, table))
            });
            match best.min_by(|(a, ..), (b, ..)| a.total_cmp(b)) {
                Some((_, slot, texts, table)) => {
                    rule.searches.iter_mut().for_each(|search| search.imply(slot, texts));
                    texts.iter().for_each(|text| table.entry(text.as_str().into()).or_default().push(place));
                }
                None => always.push(place),
            }
        }
        let tables =
            tables.into_iter().map(|table| table.into_iter().map(|(text, rules)| (text, rules.into())).collect());
        let inside = |place: &u32| rules.get(*place as usize).map(|rule| needed(rule, FieldTest::needles));
        let wanted = always.iter().map(|place| (*place, inside(place).unwrap_or_default())).collect();
        let (needles, rest) = needles::build(wanted);
        let mut valued: BTreeMap<Slot, Vec<u32>> = BTreeMap::new();
        let mut always = Vec::new();
        for place in rest {
            let need = |rule: &CompiledRule| needed(rule, |test| Some((test.valued()?, Vec::new())));
            // Of several fields the last named is the least likely to be in every record.
            match rules.get(place as usize).map(need).unwrap_or_default().last_key_value() {
                Some((slot, _)) => valued.entry(*slot).or_default().push(place),
                None => always.push(place),
            }
        }
        let valued = valued.into_iter().map(|(slot, rules)| (slot, rules.into())).collect();
        Self { fields: fields.into_iter().zip(tables).collect(), needles, valued, always }
    }

    pub(crate) fn unindexed(&self) -> usize {
        self.always.len()
    }

    /// Fills `found` with the rules to try, in order and each once.
    pub(crate) fn candidates<R: Record + ?Sized>(&self, record: &R, buffer: &mut String, found: &mut Vec<u32>) {
        found.clear();
        for (slot, table) in &self.fields {
            if let Some(value) = record.get(*slot) {
                look_up(value, 0, table, buffer, found);
            }
        }
        for needles in &self.needles {
            needles.look_for(record, buffer, found);
        }
        for (slot, rules) in &self.valued {
            if !matches!(record.get(*slot), None | Some(Value::Null)) {
                found.extend_from_slice(rules);
            }
        }
        // What is always tried is in order as it is.
        let in_order = found.is_empty();
        found.extend_from_slice(&self.always);
        if !in_order {
            found.sort_unstable();
            found.dedup();
        }
    }
}

fn look_up(value: Value<'_>, depth: usize, table: &Table, buffer: &mut String, found: &mut Vec<u32>) {
    match value {
        Value::Null | Value::Object(_) => return,
        Value::List(list) => {
            if depth <= RECORD_DEPTH {
                list.any(&mut |value| {
                    look_up(value, depth + 1, table, buffer, found);
                    false
                });
            }
            return;
        }
        _ => {}
    }
    buffer.clear();
    match value {
        Value::Text(text) => fold(text, buffer),
        _ => value.write(buffer),
    }
    if let Some(rules) = table.get(buffer.as_str()) {
        found.extend_from_slice(rules);
    }
}

/// What a test needs of its field.
type Need = fn(&FieldTest) -> Option<(Slot, Vec<String>)>;

/// What a record must have for the rule to match. Sound, not complete: a field that is not named may still be needed.
fn needed(rule: &CompiledRule, need: Need) -> Pins {
    let mut finder = Finder { need, left: TEXTS_LOOKED_AT };
    finder.needs(&rule.condition, &rule.searches)
}

/// Finds needs, as far as that is cheap.
struct Finder {
    need: Need,
    /// Texts that may still be looked at.
    left: usize,
}

impl Finder {
    fn needs(&mut self, expr: &Expr, searches: &[Expr]) -> Pins {
        match expr {
            Expr::Search(place) => searches.get(*place).map(|search| self.needs(search, &[])).unwrap_or_default(),
            Expr::Field(test) => self.of_test(test),
            Expr::Not(_) => Pins::new(),
            Expr::All(parts) => parts.iter().map(|part| self.needs(part, searches)).fold(Pins::new(), both),
            // At least one of them holds.
            Expr::Any(parts) | Expr::AtLeast(_, parts) => {
                let mut each = parts.iter();
                let mut common = each.next().map(|part| self.needs(part, searches)).unwrap_or_default();
                for part in each {
                    if common.is_empty() {
                        break;
                    }
                    common = either(common, self.needs(part, searches));
                }
                common
            }
        }
    }

    fn of_test(&mut self, test: &FieldTest) -> Pins {
        let left = self.left.checked_sub(test.shown.len());
        self.left = left.unwrap_or(0);
        let found = left.and_then(|_| (self.need)(test));
        found.map(|(slot, texts)| (slot, texts.into_iter().collect())).into_iter().collect()
    }
}

/// Both hold: every need of either is a need; of two needs of one field the narrower is kept.
fn both(mut left: Pins, right: Pins) -> Pins {
    for (slot, texts) in right {
        match left.get(&slot) {
            Some(known) if known.len() <= texts.len() => {}
            _ => {
                left.insert(slot, texts);
            }
        }
    }
    left
}

/// One of both holds: only a field that both need is needed, and any of its texts will do.
fn either(left: Pins, mut right: Pins) -> Pins {
    let common = left.into_iter().filter_map(|(slot, texts)| {
        let others = right.remove(&slot)?;
        // The fewer go to the more: alternatives are joined one after the other.
        let (mut more, fewer) = if texts.len() < others.len() { (others, texts) } else { (texts, others) };
        more.extend(fewer);
        Some((slot, more))
    });
    common.collect()
}

/// How many texts the rules tell apart in each field.
struct Costs {
    distinct: BTreeMap<Slot, f64>,
}

impl Costs {
    fn new(pins: &[Pins]) -> Self {
        let mut texts: BTreeMap<Slot, BTreeSet<&str>> = BTreeMap::new();
        for (slot, own) in pins.iter().flatten() {
            texts.entry(*slot).or_default().extend(own.iter().map(String::as_str));
        }
        let count = |texts: BTreeSet<&str>| u32::try_from(texts.len()).map_or(f64::MAX, f64::from);
        Self { distinct: texts.into_iter().map(|(slot, texts)| (slot, count(texts))).collect() }
    }

    /// The share of records on which a rule filed under these texts would be tried, were all texts equally frequent.
    fn share(&self, slot: Slot, texts: &BTreeSet<String>) -> f64 {
        let own = u32::try_from(texts.len()).map_or(f64::MAX, f64::from);
        // One more for all the texts that no rule names.
        own / (1.0 + self.distinct.get(&slot).copied().unwrap_or(0.0))
    }

    /// Adds fields as long as that makes a record cheaper.
    fn choose(&self, pins: &[Pins]) -> Vec<Slot> {
        let mut chosen: Vec<Slot> = Vec::new();
        let mut shares = vec![1.0_f64; pins.len()];
        while chosen.len() < LOOKED_UP {
            let saved = |slot: Slot| -> f64 {
                let each = pins.iter().zip(&shares).filter_map(|(pins, share)| {
                    pins.get(&slot).map(|texts| (share - self.share(slot, texts)).max(0.0))
                });
                each.sum()
            };
            let open = self.distinct.keys().copied().filter(|slot| !chosen.contains(slot));
            let best = open.map(|slot| (saved(slot), slot)).max_by(|(a, _), (b, _)| a.total_cmp(b));
            let Some((_, slot)) = best.filter(|(saved, _)| *saved > LOOK_UP_COST) else { break };
            for (share, pins) in shares.iter_mut().zip(pins) {
                if let Some(texts) = pins.get(&slot) {
                    *share = share.min(self.share(slot, texts));
                }
            }
            chosen.push(slot);
        }
        chosen
    }
}
