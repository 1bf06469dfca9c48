//! `nightdesk doctor`: who this is to AWS, which regions answer, which permission is missing.

use std::fmt::Write as _;

use aws_collectors::{Context, Probe, ProbeResult, RegionChoice, Silent};

use super::{operator_call, print};
use crate::app::App;
use crate::arguments::asks_all_regions;
use crate::cli::Format;
use crate::error::Failure;
use crate::exit::Exit;

pub(super) async fn run(app: &App, regions: &[String]) -> Result<Exit, Failure> {
    let call = operator_call(app, Format::Markdown);
    let context = Context { now: call.now, cancel: call.cancel.clone(), progress: std::sync::Arc::new(Silent) };
    drop(call.progress);
    print(&format!("nightdesk {}\nreports  written locally: no model, no network\n", env!("CARGO_PKG_VERSION")))?;

    let identity = app.aws.identity(&context).await?;
    let unknown = || "(not said)".to_owned();
    print(&format!(
        "identity {}\naccount  {}\n",
        identity.arn.map_or_else(unknown, |arn| arn.to_string()),
        identity.account.map_or_else(unknown, |account| account.to_string()),
    ))?;

    let choice = if asks_all_regions(regions) {
        RegionChoice::All
    } else if regions.is_empty() {
        RegionChoice::Named(vec![app.aws.region().await?])
    } else {
        RegionChoice::Named(regions.to_vec())
    };
    let (regions, from) = app.aws.regions(&choice, &context).await?;
    print(&format!("regions  {} ({from})\n", regions.join(", ")))?;

    let mut missing = 0;
    for region in &regions {
        print(&format!("\n{region}\n"))?;
        for probe in Probe::ALL {
            let result = app.aws.probe(probe, region, &context).await;
            missing += u32::from(!probe.is_optional() && !matches!(result, ProbeResult::Works));
            print(&line(probe, &result))?;
        }
    }
    let verdict = if missing == 0 {
        "\nEverything the analyses need answers.\n"
    } else {
        "\nSomething the analyses need does not answer; `nightdesk permissions` prints the policy to attach.\n"
    };
    print(verdict)?;
    Ok(if missing == 0 { Exit::Done } else { Exit::Failed })
}

fn line(probe: Probe, result: &ProbeResult) -> String {
    let mut line = String::new();
    let action = probe.action();
    match result {
        ProbeResult::Works => _ = writeln!(line, "  ok       {action}"),
        ProbeResult::Fails(failure) => {
            let mark = if probe.is_optional() { "optional" } else { "MISSING " };
            _ = writeln!(line, "  {mark} {action}: {}", failure.cause);
        }
        ProbeResult::NotTried => _ = writeln!(line, "  not tried {action}"),
    }
    line
}
