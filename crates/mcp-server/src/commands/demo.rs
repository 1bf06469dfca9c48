//! `nightdesk demo`: both analyses on the built-in sample, for a person.

use report::engine::Report;

use super::{operator_call, print};
use crate::answer::{incidents_brief, report_text, requirements_text};
use crate::app::App;
use crate::arguments::{CloudTrailArguments, SecurityHubArguments, WriterArgument};
use crate::cli::Format;
use crate::error::Failure;
use crate::exit::Exit;
use crate::pipeline;

/// Longest part about incidents, in bytes: half a screen.
const INCIDENT_BYTES: usize = 2_000;

pub(super) async fn run(app: &App) -> Result<Exit, Failure> {
    let source = Some("sample".to_owned());
    let call = operator_call(app, Format::Markdown);
    // Whatever key lies about: a demonstration asks nobody for anything.
    let writer = Some(WriterArgument::Local);
    let findings = SecurityHubArguments { source: source.clone(), writer, ..SecurityHubArguments::default() };
    let posture = pipeline::security_hub::run(app, &findings, &call).await?;
    let findings_from = Some(posture.analysis.analysis_id.clone());
    let events = CloudTrailArguments { source, writer, findings_from, ..CloudTrailArguments::default() };
    let activity = pipeline::cloudtrail::run(app, &events, &call).await?;
    drop(call.progress);
    print(&format!(
        "{}\n{}---\n{}\n{}\nThis was the built-in sample. Next:\n\
         - `nightdesk incidents --source sample` for the whole story, `nightdesk investigate --help` to look closer.\n\
         - `nightdesk analyze cloudtrail --source DIR` for a folder of your own logs, `nightdesk doctor` for live AWS.\n\
         - Register `nightdesk` in your MCP host, and ask it \"anything suspicious in the sample?\".\n",
        incidents_brief(&activity.analysis.incidents, INCIDENT_BYTES),
        activity.answer.basis.text(),
        shown(&activity.analysis.report),
        shown(&posture.analysis.report),
    ))?;
    Ok(Exit::Done)
}

/// A report, its verdict, and how well it meets each requirement.
fn shown(report: &Report) -> String {
    format!("{}\nRequirements:\n{}\n---\n", report_text(report), requirements_text(report))
}
