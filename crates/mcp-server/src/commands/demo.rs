//! `nightdesk demo`: both analyses on the built-in sample, for a person.

use super::{operator_call, print};
use crate::app::App;
use crate::arguments::{CloudTrailArguments, SecurityHubArguments};
use crate::cli::Format;
use crate::error::Failure;
use crate::exit::Exit;
use crate::pipeline;

pub(super) async fn run(app: &App) -> Result<Exit, Failure> {
    let source = Some("sample".to_owned());
    let call = operator_call(app, Format::Markdown);
    let events = CloudTrailArguments { source: source.clone(), ..CloudTrailArguments::default() };
    let findings = SecurityHubArguments { source, ..SecurityHubArguments::default() };
    let activity = pipeline::cloudtrail::run(app, &events, &call).await?;
    let posture = pipeline::security_hub::run(app, &findings, &call).await?;
    drop(call.progress);
    print(&format!(
        "{}\n\n---\n\n{}\n\n---\n\nThis was the built-in sample. Next:\n\
         - `nightdesk analyze cloudtrail --source DIR` for a folder of your own logs, `nightdesk doctor` for live AWS.\n\
         - Register `nightdesk` in your MCP host, and ask it \"anything suspicious in the sample?\".\n",
        activity.report.markdown.trim_end(),
        posture.report.markdown.trim_end(),
    ))?;
    Ok(Exit::Done)
}
