//! CloudTrail events from files.

use std::sync::Arc;

use super::FileSource;
use super::findings::{collection, declare_if_nothing_wanted, on_blocking_thread};
use super::reading::{self, RecordTaker};
use crate::budget::Meter;
use crate::context::Context;
use crate::error::CollectError;
use crate::event_intake::EventIntake;
use crate::request::{Collection, EventRequest, EventSink};

/// Collects events from files.
pub(crate) async fn collect<S: EventSink + 'static>(
    source: FileSource,
    request: EventRequest,
    ctx: &Context,
    sink: S,
) -> (S, Result<Collection, CollectError>) {
    let cancel = ctx.cancel.child_token();
    let meter = Meter::start(request.budget, cancel.clone());
    let progress = Arc::clone(&ctx.progress);
    let work = move || {
        let mut intake = EventIntake::new(source.label(), request.filter, sink);
        let tally = reading::read(&source, &mut intake, &meter, progress.as_ref());
        let seen = intake.seen();
        let (mut books, sink) = intake.into_parts();
        let result = tally.map(|tally| {
            let wanted = EventIntake::<S>::WANTED;
            declare_if_nothing_wanted(&mut books, &tally, seen, wanted, "findings", "analyze_aws_security_hub");
            collection(books.close())
        });
        (sink, result)
    };
    on_blocking_thread(cancel, work).await
}
