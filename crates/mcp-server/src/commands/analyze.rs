//! `nightdesk analyze`: one analysis, printed.

use security_model::Coverage;
use serde::Serialize;

use super::{operator_call, print};
use crate::app::App;
use crate::arguments::{CloudTrailArguments, SecurityHubArguments};
use crate::cli::{Format, Output};
use crate::error::Failure;
use crate::exit::Exit;
use crate::pipeline;

pub(super) async fn security_hub(app: &App, arguments: &SecurityHubArguments, output: Output) -> Result<Exit, Failure> {
    let call = operator_call(app, output.format);
    let answer = pipeline::security_hub::run(app, arguments, &call).await?;
    drop(call.progress);
    show(output.format, &answer, &answer.report.markdown)?;
    Ok(exit(&answer.coverage, output, call.cancel.is_cancelled()))
}

pub(super) async fn cloudtrail(app: &App, arguments: &CloudTrailArguments, output: Output) -> Result<Exit, Failure> {
    let call = operator_call(app, output.format);
    let answer = pipeline::cloudtrail::run(app, arguments, &call).await?;
    drop(call.progress);
    show(output.format, &answer, &answer.report.markdown)?;
    Ok(exit(&answer.coverage, output, call.cancel.is_cancelled()))
}

fn show(format: Format, answer: &impl Serialize, markdown: &str) -> Result<(), Failure> {
    match format {
        Format::Markdown => print(&format!("{}\n", markdown.trim_end())),
        Format::Json => {
            let json = serde_json::to_string_pretty(answer).map_err(|error| Failure::Internal(error.to_string()))?;
            print(&format!("{json}\n"))
        }
    }
}

fn exit(coverage: &Coverage, output: Output, interrupted: bool) -> Exit {
    if interrupted {
        Exit::Interrupted
    } else if output.fail_on_gaps && !coverage.complete {
        Exit::Partial
    } else {
        Exit::Done
    }
}
