//! `nightdesk incidents`, `investigate` and `search`: an analysis, and what it knows of one subject or of some events.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{operator_call, print};
use crate::answer::{Basis, detections_alone, incidents_brief, incidents_story};
use crate::app::App;
use crate::arguments::{CloudTrailArguments, Detail, InvestigateArguments, SearchArguments, WriterArgument};
use crate::cli::{Format, Page, SubjectKind};
use crate::error::Failure;
use crate::evidence_store::Analysis;
use crate::exit::Exit;
use crate::pipeline;
use crate::tools::{Telling, find, found_text, look_into, profile_text};

pub(super) async fn incidents(app: &App, arguments: CloudTrailArguments, format: Format) -> Result<Exit, Failure> {
    let detail = arguments.detail;
    let analysis = analysed(app, arguments, format).await?;
    let gaps = if analysis.coverage.complete { "" } else { "\nNot everything that was asked for could be read.\n" };
    let told = match detail {
        Detail::Summary => incidents_brief(&analysis.incidents, usize::MAX),
        Detail::Standard | Detail::Full => incidents_story(&analysis.incidents),
    };
    let alone = detections_alone(analysis.detections.iter().map(|row| &row.detection));
    let basis = analysis.basis.as_ref().map(Basis::text).unwrap_or_default();
    deliver(format, &analysis.incidents, &format!("{told}{alone}{gaps}\n{basis}"))
}

pub(super) async fn investigate(
    app: &App,
    (kind, name): (SubjectKind, String),
    arguments: CloudTrailArguments,
    page: Page,
) -> Result<Exit, Failure> {
    let limit = rows_of_page(&page, arguments.detail);
    let mut asked = InvestigateArguments { cursor: page.cursor, limit, ..Default::default() };
    *match kind {
        SubjectKind::Principal => &mut asked.principal,
        SubjectKind::AccessKey => &mut asked.access_key,
        SubjectKind::Session => &mut asked.session,
        SubjectKind::SourceIp => &mut asked.source_ip,
        SubjectKind::Resource => &mut asked.resource,
        SubjectKind::Incident => &mut asked.incident,
    } = Some(name);
    // What cannot be asked is said before anything is read.
    asked.subject()?;
    let detail = arguments.detail;
    let analysis = analysed(app, arguments, page.format).await?;
    let found = look_into(&analysis, &asked, detail)?;
    deliver(page.format, &found, &profile_text(&found, &Telling::on_terminal(&analysis, detail)))
}

pub(super) async fn search(
    app: &App,
    filters: &[String],
    arguments: CloudTrailArguments,
    page: Page,
) -> Result<Exit, Failure> {
    let limit = rows_of_page(&page, arguments.detail);
    let asked = SearchArguments { cursor: page.cursor, limit, ..read(filters)? };
    asked.search()?;
    let detail = arguments.detail;
    let analysis = analysed(app, arguments, page.format).await?;
    let found = find(&analysis, &asked, detail)?;
    deliver(page.format, &found, &found_text(&found, &Telling::on_terminal(&analysis, detail)))
}

/// Events of a page in full detail, unless another number is asked for: as many as there may be.
const FULL_PAGE: u64 = 100;

fn rows_of_page(page: &Page, detail: Detail) -> Option<u64> {
    page.limit.or((detail == Detail::Full).then_some(FULL_PAGE))
}

/// The analysis that is asked about; its report is not printed, so that no model writes it.
async fn analysed(app: &App, arguments: CloudTrailArguments, format: Format) -> Result<Arc<Analysis>, Failure> {
    let arguments = CloudTrailArguments { writer: Some(WriterArgument::Local), ..arguments };
    let call = operator_call(app, format);
    let found = pipeline::cloudtrail::run(app, &arguments, &call).await?;
    Ok(found.analysis)
}

/// Filters as `name=value`.
fn read(filters: &[String]) -> Result<SearchArguments, Failure> {
    let advice = "write filters as name=value, e.g. event_name=StopLogging; see nightdesk search --help";
    let mut object = Map::new();
    for filter in filters {
        let (name, value) = filter.split_once('=').ok_or_else(|| Failure::bad_argument("FILTER", advice))?;
        let value = match (name, value) {
            ("failed" | "read_only", "true" | "false") => Value::Bool(value == "true"),
            _ => Value::String(value.to_owned()),
        };
        if object.insert(name.to_owned(), value).is_some() {
            return Err(Failure::bad_argument("FILTER", "give every filter once"));
        }
    }
    ["analysis_id", "cursor", "limit"].iter().for_each(|name| drop(object.remove(*name)));
    crate::tools::arguments(object)
}

fn deliver(format: Format, found: &impl Serialize, text: &str) -> Result<Exit, Failure> {
    match format {
        Format::Markdown => print(&format!("{}\n", text.trim_end()))?,
        Format::Json => {
            let json = serde_json::to_string_pretty(found).map_err(|error| Failure::Internal(error.to_string()))?;
            print(&format!("{json}\n"))?;
        }
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_by_name() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let found = read(&words("event_name=StopLogging read_only=false text=a=b")).unwrap();
        assert_eq!(found.event_name.as_deref(), Some("StopLogging"));
        assert_eq!((found.read_only, found.text.as_deref()), (Some(false), Some("a=b")));
        for (wrong, said) in [
            ("StopLogging", "name=value"),
            ("event=StopLogging", "no such argument"),
            ("read_only=maybe", "read_only"),
            ("region=a region=b", "once"),
        ] {
            let failure = read(&words(wrong)).unwrap_err().to_string();
            assert!(failure.contains(said), "{failure}");
        }
    }
}
