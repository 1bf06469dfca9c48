//! Finds the CloudTrail record inside whatever carries it, and lends it.

use security_model::EventView;
use serde::de::IgnoredAny;
use serde_json::error::Category;
use thiserror::Error;

use crate::json::string;
use crate::record::Record;

const ANOTHER_KIND: &str = "JSON of another kind";

/// Why a record could not be read. It never carries text of the record.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// It is JSON, but no CloudTrail record.
    #[error("not a CloudTrail record, but {looks_like}")]
    NotCloudTrail {
        /// What it is, with its article, as far as that can be told.
        looks_like: &'static str,
    },
    /// It is not JSON.
    #[error("not valid JSON: {detail}")]
    Malformed {
        /// What is wrong, and where, by line and column.
        detail: String,
    },
}

/// Reads one record and lends it to `visit`.
///
/// `text` is a CloudTrail record, an EventBridge event whose `detail` is one, or an element of LookupEvents' `Events`
/// whose `CloudTrailEvent` string is one. The view's `record` is the text of the CloudTrail record itself, so that its
/// hash does not depend on the wrapping. A record without `eventSource` is taken for CloudTrail's if it names an event
/// and a region; its source is then the empty string.
///
/// # Errors
/// [`RecordError::Malformed`] when `text`, or the record in it, is not valid JSON, and [`RecordError::NotCloudTrail`]
/// when it is something else.
pub fn read_event<T>(text: &str, visit: impl FnOnce(&EventView<'_>) -> T) -> Result<T, RecordError> {
    let outer = parse(text, "")?;
    if outer.is_cloudtrail() {
        return Ok(visit(&outer.view(text)));
    }
    if let Some(event) = outer.lookup_event {
        return match string(event) {
            Some(inner) => read_inner(&inner, "CloudTrailEvent: ", &outer, visit),
            None => read_inner(event, "CloudTrailEvent: ", &outer, visit),
        };
    }
    match outer.detail {
        Some(detail) => read_inner(detail, "detail: ", &outer, visit),
        None => Err(not_cloudtrail(&outer, None)),
    }
}

fn read_inner<T>(
    text: &str,
    place: &str,
    outer: &Record<'_>,
    visit: impl FnOnce(&EventView<'_>) -> T,
) -> Result<T, RecordError> {
    let inner = parse(text, place)?;
    if inner.is_cloudtrail() { Ok(visit(&inner.view(text))) } else { Err(not_cloudtrail(outer, Some(&inner))) }
}

fn not_cloudtrail(outer: &Record<'_>, inner: Option<&Record<'_>>) -> RecordError {
    let kind = inner.and_then(|inner| inner.marks.kind()).or_else(|| outer.marks.kind());
    RecordError::NotCloudTrail { looks_like: kind.unwrap_or(ANOTHER_KIND) }
}

fn parse<'a>(text: &'a str, place: &str) -> Result<Record<'a>, RecordError> {
    let malformed = |error: serde_json::Error| RecordError::Malformed { detail: describe(&error, place) };
    if text.trim_start().starts_with('{') {
        return Record::parse(text).map_err(malformed);
    }
    serde_json::from_str::<IgnoredAny>(text).map_err(malformed)?;
    Err(RecordError::NotCloudTrail { looks_like: ANOTHER_KIND })
}

/// The kind and place of an error: its own message may quote the record.
fn describe(error: &serde_json::Error, place: &str) -> String {
    let kind = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Syntax | Category::Data | Category::Io => "syntax error",
    };
    format!("{place}{kind} at line {}, column {}", error.line(), error.column())
}
