//! From facts to a report: who writes it, against which requirements, for how long.

use std::sync::Arc;
use std::time::{Duration, Instant};

use report::Subject;
use report::engine::{self, Assignment, Delivery, Report};
use report::requirement::{self, Selection};
use report::writer::{Budget, Writer};

use super::{Call, Gathered};
use crate::app::App;
use crate::arguments::ReportArguments;
use crate::error::Failure;
use crate::writers::{self, Asker, Watched};

/// How one report is to be written. Made before anything is read, so that bad arguments cost nothing.
pub(super) struct Writing {
    /// A model's writer; `None`: the local one.
    writer: Option<Arc<dyn Writer>>,
    selection: Selection,
    budget: Budget,
    pseudonyms: bool,
}

impl Writing {
    /// Plans the report that `arguments` ask for.
    pub(super) fn plan(
        app: &App,
        subject: Subject,
        detail: report::Detail,
        arguments: ReportArguments<'_>,
        call: &Call,
    ) -> Result<Self, Failure> {
        let selection = requirement::select_for(subject, detail, arguments.requirements)
            .map_err(|advice| Failure::bad_argument("requirements", advice))?;
        Ok(Self {
            writer: writers::choose(app, arguments.writer, call.asker)?,
            selection,
            budget: arguments.budget,
            pseudonyms: app.settings.pseudonyms.value,
        })
    }

    /// Seconds that a live reading may take: a model needs some of a call's time for itself.
    pub(super) fn reading_seconds(&self, call: &Call) -> u64 {
        match (&self.writer, call.asker) {
            (Some(_), Asker::Host { .. }) => call.live_seconds / 2,
            _ => call.live_seconds,
        }
    }

    /// Has the report written.
    pub(super) async fn report<S>(&self, gathered: &Gathered<S>, call: &Call) -> Report {
        let assignment = self.assignment(gathered);
        let Some(writer) = &self.writer else { return engine::deliver_local(&assignment) };
        let watched = Watched::new(writer.as_ref(), call);
        let most = match call.asker {
            Asker::Operator => Duration::MAX,
            Asker::Host { until } => until.saturating_duration_since(Instant::now()),
        };
        tokio::select! {
            report = engine::compose_within(&watched, &assignment, most) => report,
            // Whatever was under way at the writer's is dropped with its future.
            () = call.cancel.cancelled() => {
                let mut report = engine::deliver_local(&assignment);
                report.delivery = Delivery::Replaced;
                let name = writers::name(writer.kind());
                report.writer.fallback_reason = Some(format!("Interrupted before {name} had delivered"));
                report
            }
        }
    }

    /// What would be sent, to whom.
    pub(super) fn explain_egress<S>(&self, gathered: &Gathered<S>) -> String {
        match &self.writer {
            Some(writer) => engine::explain_egress(writer.as_ref(), &self.assignment(gathered)),
            None => "Nothing is sent: the local writer uses no model and no network.\n".to_owned(),
        }
    }

    fn assignment<'a, S>(&'a self, gathered: &'a Gathered<S>) -> Assignment<'a> {
        Assignment {
            facts: &gathered.facts,
            coverage: &gathered.coverage,
            selection: &self.selection,
            budget: self.budget,
            pseudonyms: self.pseudonyms,
            local: &gathered.local,
            max_bytes: gathered.max_bytes,
        }
    }
}
