//! Failed operations: an error code is present and is not the answer to a dry run.

use security_model::evidence::ids::{self, List};
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::FailedOperations;
use security_model::{EventView, TextKind, Untrusted};

use super::Section;
use super::by_event::{event_count, rank_events};
use super::by_region::name_count;
use super::evidence::{EventSets, Selector};
use super::features::Features;
use crate::names::{Name, Texts};
use crate::rank::{Counts, add, rank};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Failed,
    /// A dry run, answered with an error by which EC2 says that the call would have succeeded.
    DryRun,
}

impl Outcome {
    pub(super) fn of(event: &EventView<'_>) -> Self {
        match event.error_code.map_or("", Untrusted::for_matching) {
            "" => Self::Done,
            "DryRunOperation" | "Client.DryRunOperation" => Self::DryRun,
            _ => Self::Failed,
        }
    }
}

#[derive(Default)]
pub(super) struct Failed {
    total: u64,
    dry_run: u64,
    by_error: Counts<Name>,
    by_event: Counts<(Name, Name)>,
    by_principal: Counts<Name>,
}

impl Section for Failed {
    fn observe(&mut self, event: &Features) {
        match event.outcome {
            Outcome::Done => {}
            Outcome::DryRun => self.dry_run += 1,
            Outcome::Failed => {
                self.total += 1;
                add(&mut self.by_error, event.error_code);
                add(&mut self.by_event, (event.event_name, event.event_source));
                add(&mut self.by_principal, event.principal.name);
            }
        }
    }

    fn finish(self: Box<Self>, texts: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let Self { total, dry_run, by_error, by_event, by_principal } = *self;
        let by_error = rank(by_error, texts, |code| [(*code, TextKind::Identifier)]);
        let by_event = rank_events(by_event, texts);
        let by_principal = rank(by_principal, texts, |principal| [(*principal, TextKind::Name)]);

        sets.add(ids::FAILED, "Failed operations, dry runs left out", Selector::Outcome(Outcome::Failed), total);
        sets.add(ids::DRY_RUNS, "Answers to dry runs", Selector::Outcome(Outcome::DryRun), dry_run);
        sets.add_list(
            List::Error,
            "Failed operations with one error code",
            "events.failed_operations.by_error",
            by_error.iter().map(|row| (Selector::Error(row.key), row.count)),
        );
        sets.add_list(
            List::FailedEvent,
            "Failed operations of one name and source",
            "events.failed_operations.by_event",
            by_event.iter().map(|row| (Selector::FailedEvent(row.key.0, row.key.1), row.count)),
        );
        sets.add_list(
            List::FailedPrincipal,
            "Failed operations of one principal",
            "events.failed_operations.by_principal",
            by_principal.iter().map(|row| (Selector::FailedPrincipal(row.key), row.count)),
        );
        summary.failed_operations = FailedOperations {
            total,
            dry_run,
            by_error: by_error.into_iter().map(name_count).collect(),
            by_event: by_event.into_iter().map(event_count).collect(),
            by_principal: by_principal.into_iter().map(name_count).collect(),
            ..FailedOperations::default()
        };
    }
}
