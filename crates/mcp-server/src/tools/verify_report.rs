//! `verify_report`: whether a text is true to the facts of an analysis.

use std::time::Instant;

use report::verify::Verification;
use rmcp::model::Tool;

use super::{ToolEntry, answer, arguments, reads_only};
use crate::answer::{MAX_TEXT_BYTES, fit_verdict, verification_text};
use crate::app::App;
use crate::arguments::VerifyArguments;
use crate::error::Failure;
use crate::pipeline::Call;
use crate::{bundling, schema, verification};

const TOOL: &str = "verify_report";

pub(super) fn entry() -> ToolEntry {
    let title = "Check a report against its evidence";
    ToolEntry {
        tool: Tool::new(
            TOOL,
            "Checks any English markdown against the facts of an analysis: numbers, names, times, rankings, and that \
             nothing was found. Says what is contradicted, misattributed, ambiguous, unsupported or left out, where, and \
             what would be right. Write a report from facts, call this, and mend what it says.",
            schema::input::<VerifyArguments>(),
        )
        .with_title(title)
        .with_annotations(reads_only(title, false))
        .with_raw_output_schema(schema::output::<Verification>()),
        iam_actions: &[],
        run: |app, object, call| {
            Box::pin(async move {
                let arguments: VerifyArguments = arguments(object)?;
                // A bundle may be long: reading it must not hold up other calls.
                let checking = tokio::task::spawn_blocking(move || {
                    let mut verdict = verify(&app, &arguments, &call)?;
                    let text = verification_text(&verdict, &arguments.report, MAX_TEXT_BYTES);
                    fit_verdict(&mut verdict, &text);
                    answer(&verdict, text)
                });
                checking.await.map_err(|error| Failure::Internal(error.to_string()))?
            })
        },
    }
}

fn verify(app: &App, arguments: &VerifyArguments, call: &Call) -> Result<Verification, Failure> {
    match (&arguments.analysis_id, &arguments.evidence_path) {
        (Some(id), None) => {
            let analysis = app.evidence.get(id, Instant::now())?;
            verification::check("report", &arguments.report, &analysis.report, &analysis.facts, &analysis.coverage)
        }
        (None, Some(path)) => {
            let path = call.paths.bundle(path)?;
            // A pipe could keep the reader waiting for ever.
            if !path.is_file() {
                return Err(Failure::bad_argument("evidence_path", "not a file; name the bundle itself"));
            }
            let bundle = bundling::read("evidence_path", &path)?;
            verification::check("report", &arguments.report, &bundle.report, &bundle.facts, &bundle.coverage)
        }
        _ => Err(Failure::bad_argument("analysis_id", "give either analysis_id or evidence_path")),
    }
}
