//! Resources: the evidence bundle of an analysis, by its id.

use std::time::Instant;

use rmcp::ErrorData;
use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};
use security_model::{SafeText, TextKind};

use crate::app::App;
use crate::bundling;
use crate::evidence_store::Analysis;

const PREFIX: &str = "nightdesk://analysis/";
const SUFFIX: &str = "/bundle";
const MIME: &str = "application/json";
const DESCRIPTION: &str = "Facts, coverage, rows, report, verification and hashes of one analysis: what nightdesk verify \
     checks a report against";

fn bundle_uri(analysis_id: &str) -> String {
    format!("{PREFIX}{analysis_id}{SUFFIX}")
}

/// The link that goes with an answer.
#[must_use]
pub fn bundle_link(analysis: &Analysis) -> Resource {
    Resource::new(bundle_uri(&analysis.analysis_id), "evidence-bundle")
        .with_title("Evidence bundle")
        .with_mime_type(MIME)
}

/// How bundles are named.
#[must_use]
pub fn bundle_template() -> ResourceTemplate {
    ResourceTemplate::new(bundle_uri("{analysis_id}"), "evidence-bundle")
        .with_title("Evidence bundle")
        .with_description(DESCRIPTION)
        .with_mime_type(MIME)
}

/// Reads a resource.
///
/// # Errors
/// That there is none of this name, or that its analysis is gone, with what to call to get it again.
pub fn read(app: &App, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let Some(id) = uri.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX)) else {
        let named = SafeText::from_raw(uri, TextKind::Reference);
        let known = bundle_uri("{analysis_id}");
        return Err(ErrorData::resource_not_found(format!("no resource {}; there is {known}", named.as_str()), None));
    };
    let analysis = app
        .evidence
        .get(id, Instant::now())
        .map_err(|failure| ErrorData::resource_not_found(failure.to_string(), None))?;
    let json = bundling::json(&analysis).map_err(|failure| ErrorData::internal_error(failure.to_string(), None))?;
    Ok(ReadResourceResult::new(vec![ResourceContents::text(json, uri).with_mime_type(MIME)]))
}
