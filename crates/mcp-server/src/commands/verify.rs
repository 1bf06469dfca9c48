//! `nightdesk verify`: a report against an evidence bundle, offline.

use std::io::Read as _;
use std::path::Path;

use super::print;
use crate::answer::verification_text;
use crate::cli::Format;
use crate::error::Failure;
use crate::exit::Exit;
use crate::{bundling, verification};

pub(super) fn run(report: &Path, evidence: &Path, format: Format) -> Result<Exit, Failure> {
    if is_stdin(report) && is_stdin(evidence) {
        return Err(Failure::bad_argument("--evidence", "only one of the two can be read from stdin (-)"));
    }
    let bundle = if is_stdin(evidence) {
        let bytes = bundling::bounded(std::io::stdin().lock())
            .map_err(|error| Failure::bad_argument("--evidence", format!("cannot be read: {error}")))?;
        bundling::open("--evidence", &bytes)?
    } else {
        bundling::read("--evidence", evidence)?
    };
    let text = text(report)?;
    let verdict = verification::check("REPORT", &text, &bundle.report, &bundle.facts, &bundle.coverage)?;
    match format {
        Format::Markdown => print(&verification_text(&verdict, &text, usize::MAX))?,
        Format::Json => {
            let json = serde_json::to_string_pretty(&verdict).map_err(|error| Failure::Internal(error.to_string()))?;
            print(&format!("{json}\n"))?;
        }
    }
    Ok(match verdict.verdict {
        report::verify::Verdict::Verified => Exit::Done,
        report::verify::Verdict::Failed => Exit::NotVerified,
    })
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn text(report: &Path) -> Result<String, Failure> {
    let cannot = |error: std::io::Error| Failure::Path(format!("cannot read the report {}: {error}", report.display()));
    // One byte more than is checked, so that too long a report is seen as such.
    let most = verification::MAX_REPORT_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if is_stdin(report) {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(cannot)?;
    } else {
        std::fs::File::open(report).map_err(cannot)?.take(most).read_to_end(&mut bytes).map_err(cannot)?;
    }
    // A report that is cut in the middle of a character is too long, not ill encoded.
    let longer = bytes.len() > verification::MAX_REPORT_BYTES;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if longer => Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        Err(error) => Err(Failure::bad_argument(
            "REPORT",
            format!("not UTF-8 text (from byte {}); save it as UTF-8", error.utf8_error().valid_up_to()),
        )),
    }
}
