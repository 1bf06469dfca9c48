//! `nightdesk baseline`: what is ordinary in events, written to a file.

use std::path::Path;

use super::{operator_call, print};
use crate::answer::BaselineUse;
use crate::app::App;
use crate::arguments::CloudTrailArguments;
use crate::bundling;
use crate::cli::Format;
use crate::error::Failure;
use crate::exit::Exit;
use crate::pipeline;

pub(super) async fn run(app: &App, arguments: &CloudTrailArguments, out: &Path) -> Result<Exit, Failure> {
    // What cannot be written is said before anything is read.
    bundling::check_place("--out", out)?;
    let call = operator_call(app, Format::Markdown);
    let (baseline, coverage) = pipeline::cloudtrail::learn(app, arguments, &call).await?;
    drop(call.progress);
    let bytes = baseline.to_bytes();
    bundling::write_whole(out, &bytes)?;
    let about = BaselineUse::alone(&baseline).text();
    let gaps = if coverage.complete { "" } else { "Not everything that was asked for could be read.\n" };
    print(&format!("Wrote {} bytes to {}. {about}{gaps}", bytes.len(), out.display()))?;
    Ok(if call.cancel.is_cancelled() { Exit::Interrupted } else { Exit::Done })
}
