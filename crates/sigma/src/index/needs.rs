//! What a record must have for a rule to match.

use std::collections::{BTreeMap, BTreeSet};

use crate::expr::{Expr, FieldTest, Predicate};
use crate::ruleset::{CompiledRule, Slot};

/// Texts of one rule that are looked at to find what it needs; a rule with more is tried on every record.
const TEXTS_LOOKED_AT: usize = 1 << 18;

/// For each field, the folded texts of which it must have one.
pub(super) type Pins = BTreeMap<Slot, BTreeSet<String>>;

/// What a test needs of its field.
pub(super) type Need = fn(&Predicate) -> Option<(Slot, Vec<String>)>;

/// What a record must have for the rule to match. Sound, not complete: a field that is not named may still be needed.
pub(super) fn needed(rule: &CompiledRule, need: Need) -> Pins {
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
        let found = left.and_then(|_| (self.need)(&test.predicate));
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
