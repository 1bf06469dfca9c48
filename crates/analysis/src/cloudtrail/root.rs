//! Activity of the root user, other than what a service did on its own.

use security_model::evidence::ids;
use security_model::summary::EventsSummary;
use security_model::{EventView, Untrusted};

use super::Section;
use super::evidence::{EventSets, Selector};
use super::features::Features;
use crate::names::Texts;

/// Whether the root user itself acted.
pub(crate) fn is_root_activity(event: &EventView<'_>) -> bool {
    let is = |field: Option<Untrusted<'_>>, text| field.is_some_and(|field| field.for_matching() == text);
    is(event.identity.kind, "Root")
        && event.identity.invoked_by.is_none_or(Untrusted::is_empty)
        && !is(event.event_type, "AwsServiceEvent")
}

#[derive(Default)]
pub(super) struct RootActivity(u64);

impl Section for RootActivity {
    fn observe(&mut self, event: &Features) {
        self.0 += u64::from(event.root);
    }

    fn finish(self: Box<Self>, _: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        summary.root_activity = self.0;
        sets.add(
            ids::ROOT,
            "Activity of the root user, other than what a service did on its own",
            Selector::Root,
            self.0,
        );
    }
}
