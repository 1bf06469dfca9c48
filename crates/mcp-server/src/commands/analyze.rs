//! `nightdesk analyze`: one analysis, printed.

use std::io::Write as _;

use report::requirement::StatedRequirement;
use security_model::Coverage;
use serde::Serialize;

use super::{operator_call, print};
use crate::answer::{Basis, report_text};
use crate::app::App;
use crate::arguments::{CloudTrailArguments, SecurityHubArguments, requirements_file};
use crate::bundling;
use crate::cli::{Format, Output};
use crate::error::Failure;
use crate::exit::Exit;
use crate::pipeline::{self, Analysed};

pub(super) async fn security_hub(
    app: &App,
    mut arguments: SecurityHubArguments,
    output: &Output,
) -> Result<Exit, Failure> {
    arguments.requirements.extend(prepare(output)?);
    let call = operator_call(app, output.format);
    if output.explain_egress {
        let explanation = pipeline::security_hub::explain_egress(app, &arguments, &call).await?;
        return print(&explanation).map(|()| Exit::Done);
    }
    let found = pipeline::security_hub::run(app, &arguments, &call).await?;
    drop(call.progress);
    deliver(&found, output)?;
    Ok(exit(&found.answer.coverage, output, call.cancel.is_cancelled()))
}

pub(super) async fn cloudtrail(
    app: &App,
    mut arguments: CloudTrailArguments,
    output: &Output,
) -> Result<Exit, Failure> {
    arguments.requirements.extend(prepare(output)?);
    let call = operator_call(app, output.format);
    if output.explain_egress {
        let explanation = pipeline::cloudtrail::explain_egress(app, &arguments, &call).await?;
        return print(&explanation).map(|()| Exit::Done);
    }
    let found = pipeline::cloudtrail::run(app, &arguments, &call).await?;
    drop(call.progress);
    deliver(&found, output)?;
    Ok(exit(&found.answer.coverage, output, call.cancel.is_cancelled()))
}

/// The requirements of a file. What cannot work in the end is said before anything is read or paid for.
fn prepare(output: &Output) -> Result<Vec<StatedRequirement>, Failure> {
    output.evidence_out.as_deref().map_or(Ok(()), |path| bundling::check_place("--evidence-out", path))?;
    output.requirements_file.as_deref().map_or(Ok(Vec::new()), requirements_file)
}

/// Prints the answer first: a bundle that cannot be written must not lose it.
fn deliver(found: &Analysed<impl Serialize>, output: &Output) -> Result<(), Failure> {
    match output.format {
        Format::Markdown => {
            print(&report_text(&found.analysis.report))?;
            // The report is checked word by word; what stands beside it is no part of it.
            remark(found.analysis.basis.as_ref());
        }
        Format::Json => {
            let json =
                serde_json::to_string_pretty(&found.answer).map_err(|error| Failure::Internal(error.to_string()))?;
            print(&format!("{json}\n"))?;
        }
    }
    match &output.evidence_out {
        Some(path) => bundling::write(&found.analysis, path),
        None => Ok(()),
    }
}

/// Says on stderr what the events were judged beside.
fn remark(basis: Option<&Basis>) {
    if let Some(basis) = basis {
        // A terminal that went away is no failure.
        drop(write!(std::io::stderr(), "{}", basis.text()));
    }
}

fn exit(coverage: &Coverage, output: &Output, interrupted: bool) -> Exit {
    if interrupted {
        Exit::Interrupted
    } else if output.fail_on_gaps && !coverage.complete {
        Exit::Partial
    } else {
        Exit::Done
    }
}
