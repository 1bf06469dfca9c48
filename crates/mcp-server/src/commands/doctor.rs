//! `nightdesk doctor`: which writer answers, who this is to AWS, which regions answer, which permission is missing.

use std::fmt::Write as _;

use aws_collectors::{Context, FailureKind, Probe, ProbeResult, RegionChoice, Silent};

use super::{operator_call, print};
use crate::app::App;
use crate::arguments::asks_all_regions;
use crate::cli::Format;
use crate::error::Failure;
use crate::exit::Exit;
use crate::writers;

pub(super) async fn run(app: &App, regions: &[String]) -> Result<Exit, Failure> {
    let call = operator_call(app, Format::Markdown);
    let context = Context { now: call.now, cancel: call.cancel.clone(), progress: std::sync::Arc::new(Silent) };
    drop(call.progress);
    let writer = writers::doctor(&app.settings).await;
    print(&format!("nightdesk {}\nwriter   {writer}\n", env!("CARGO_PKG_VERSION")))?;

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

    let (mut missing, mut off) = (0, 0);
    for region in &regions {
        print(&format!("\n{region}\n"))?;
        for probe in Probe::ALL {
            let result = app.aws.probe(probe, region, &context).await;
            if !probe.is_optional() && !matches!(result, ProbeResult::Works) {
                // What is switched off is not for a policy to mend.
                if is_off(&result) { off += 1 } else { missing += 1 }
            }
            print(&line(probe, &result))?;
        }
    }
    let verdict = match (missing, off) {
        (0, 0) => "\nEverything the analyses need answers.\n",
        (0, _) => "\nA service or region is not enabled: enable it, or leave that region out.\n",
        _ => "\nSomething the analyses need does not answer; `nightdesk permissions` prints the policy to attach.\n",
    };
    print(verdict)?;
    Ok(if missing + off == 0 { Exit::Done } else { Exit::Failed })
}

fn is_off(result: &ProbeResult) -> bool {
    matches!(result, ProbeResult::Fails(failure) if failure.kind == FailureKind::NotEnabled)
}

fn line(probe: Probe, result: &ProbeResult) -> String {
    let mut line = String::new();
    let action = probe.action();
    match result {
        ProbeResult::Works => _ = writeln!(line, "  ok       {action}"),
        ProbeResult::Fails(failure) => {
            let mark = match (is_off(result), probe.is_optional()) {
                (true, _) => "off     ",
                (false, true) => "optional",
                (false, false) => "MISSING ",
            };
            _ = writeln!(line, "  {mark} {action}: {}", failure.cause);
        }
        ProbeResult::NotTried => _ = writeln!(line, "  not tried {action}"),
    }
    line
}
