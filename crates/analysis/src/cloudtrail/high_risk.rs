//! High-risk calls: those of the APIs that the rules in force name as such ([`HighRiskCalls`]).

use std::sync::Arc;

use security_model::evidence::ids::{self, List};
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::HighRiskCount;
use security_model::{EventView, SafeText, TextKind};

use super::evidence::{EventSets, Selector};
use super::failed::Outcome;
use super::features::Features;
use crate::detect::{ApiIndex, HighRiskApi, HighRiskCalls};
use crate::hash::HashMap;
use crate::names::{Name, Texts};
use crate::rank::{Counts, add, busiest};

/// Counts high-risk calls. Not one of the sections, because it also says which calls those are.
#[derive(Default)]
pub(super) struct HighRisk {
    /// Of the rules in force; without rules, those of the built-in pack.
    calls: Option<Arc<HighRiskCalls>>,
    tallies: HashMap<ApiIndex, Tally>,
}

#[derive(Default)]
struct Tally {
    count: u64,
    failed: u64,
    principals: Counts<Name>,
}

impl HighRisk {
    pub(super) fn of(calls: Arc<HighRiskCalls>) -> Self {
        Self { calls: Some(calls), tallies: HashMap::default() }
    }

    fn calls(&self) -> &HighRiskCalls {
        self.calls.as_ref().unwrap_or_else(|| HighRiskCalls::built_in())
    }

    pub(super) fn api_of(&self, event: &EventView<'_>) -> Option<ApiIndex> {
        self.calls().index_of(event.event_source.for_matching(), event.event_name.for_matching())
    }

    /// Counts an event.
    pub(super) fn observe(&mut self, event: &Features) {
        let Some(api) = event.high_risk else { return };
        let tally = self.tallies.entry(api).or_default();
        tally.count += 1;
        tally.failed += u64::from(event.outcome == Outcome::Failed);
        add(&mut tally.principals, event.principal.name);
    }

    /// Writes the summary's rows and names the records behind them.
    pub(super) fn finish(mut self, texts: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let tallies = std::mem::take(&mut self.tallies);
        let mut rows: Vec<(ApiIndex, &HighRiskApi, Tally)> =
            tallies.into_iter().filter_map(|(index, tally)| Some((index, self.calls().api(index)?, tally))).collect();
        rows.sort_unstable_by(|(_, a, x), (_, b, y)| {
            let names = (&a.event_name, &a.event_source).cmp(&(&b.event_name, &b.event_source));
            // What only failed did no harm yet.
            let only_failed = |tally: &Tally| tally.failed == tally.count;
            let worst = a.risk.cmp(&b.risk).then_with(|| only_failed(x).cmp(&only_failed(y)));
            worst.then_with(|| y.count.cmp(&x.count)).then(names)
        });
        let total = rows.iter().map(|(_, _, tally)| tally.count).sum();
        sets.add(ids::HIGH_RISK, "High-risk calls, failed ones included", Selector::AnyHighRisk, total);
        let selectors = rows.iter().map(|(index, _, tally)| (Selector::HighRisk(*index), tally.count));
        sets.add_list(List::HighRisk, "Calls of one high-risk API", "events.high_risk", selectors);
        summary.high_risk = rows
            .into_iter()
            .enumerate()
            .map(|(row, (_, api, tally))| HighRiskCount {
                event_name: SafeText::from_raw(&api.event_name, TextKind::Identifier),
                event_source: SafeText::from_raw(&api.event_source, TextKind::Identifier),
                count: tally.count,
                failed: tally.failed,
                techniques: api.techniques.clone(),
                reason: api.reason.clone(),
                principals: busiest(tally.principals, texts, TextKind::Name),
                evidence_id: List::HighRisk.id(row),
            })
            .collect();
    }
}
