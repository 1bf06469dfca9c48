//! Which fields are worth looking up.

use std::collections::{BTreeMap, BTreeSet};

use super::needs::Pins;
use crate::ruleset::Slot;

/// What a look-up costs, in rules tried.
const LOOK_UP_COST: f64 = 1.0;

/// How many texts the rules tell apart in each field.
pub(super) struct Costs {
    distinct: BTreeMap<Slot, f64>,
}

impl Costs {
    pub(super) fn new(pins: &[Pins]) -> Self {
        let mut texts: BTreeMap<Slot, BTreeSet<&str>> = BTreeMap::new();
        for (slot, own) in pins.iter().flatten() {
            texts.entry(*slot).or_default().extend(own.iter().map(String::as_str));
        }
        let count = |texts: BTreeSet<&str>| u32::try_from(texts.len()).map_or(f64::MAX, f64::from);
        Self { distinct: texts.into_iter().map(|(slot, texts)| (slot, count(texts))).collect() }
    }

    /// The share of records on which a rule filed under these texts would be tried, were all texts equally frequent.
    pub(super) fn share(&self, slot: Slot, texts: &BTreeSet<String>) -> f64 {
        let own = u32::try_from(texts.len()).map_or(f64::MAX, f64::from);
        // One more for all the texts that no rule names.
        own / (1.0 + self.distinct.get(&slot).copied().unwrap_or(0.0))
    }

    /// Up to `most` fields, as long as each makes a record cheaper.
    pub(super) fn choose(&self, pins: &[Pins], most: usize) -> Vec<Slot> {
        let mut chosen: Vec<Slot> = Vec::new();
        let mut shares = vec![1.0_f64; pins.len()];
        while chosen.len() < most {
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
