//! Text and numbers of a bundle in the only form they may have, on the way out and on the way in.

use serde_json::{Map, Value};

use super::BundleError;
use crate::markdown::{is_inert, is_visible, visible_lines};

/// Longest text other than the report, in bytes.
const MAX_TEXT: usize = 4096;
/// Longest report, in bytes.
const MAX_REPORT: usize = 1024 * 1024;

/// Makes every text visible and bounded. The report is refused instead: spans of its verification count its bytes.
pub(super) fn bundle(members: &mut Map<String, Value>) -> Result<(), BundleError> {
    for (name, value) in members.iter_mut() {
        if name == "report" {
            report(value)?;
        } else {
            tidy(value, name)?;
        }
    }
    Ok(())
}

fn report(report: &mut Value) -> Result<(), BundleError> {
    const FIELD: &str = "report.markdown";
    let Some(members) = report.as_object_mut() else {
        return Err(BundleError::invalid("report", "it is no object"));
    };
    for (name, value) in members.iter_mut() {
        match value.as_str().filter(|_| name == "markdown") {
            Some(markdown) if markdown.len() > MAX_REPORT => {
                return Err(BundleError::invalid(FIELD, "it is longer than 1 MiB"));
            }
            Some(markdown) if visible_lines(markdown) != markdown => {
                return Err(BundleError::invalid(FIELD, "it holds control or invisible characters"));
            }
            Some(markdown) if !is_inert(markdown) => {
                return Err(BundleError::invalid(FIELD, "it holds a link, an image or HTML"));
            }
            Some(_) => {}
            None => tidy(value, "report")?,
        }
    }
    Ok(())
}

/// `part` is the member of the bundle that holds the value.
fn tidy(value: &mut Value, part: &str) -> Result<(), BundleError> {
    match value {
        Value::String(text) => {
            if let Some(tidied) = tidy_text(text) {
                *text = tidied;
            }
        }
        Value::Array(items) => items.iter_mut().try_for_each(|item| tidy(item, part))?,
        Value::Object(members) => {
            if members.keys().any(|name| tidy_text(name).is_some()) {
                for (name, value) in std::mem::take(members) {
                    let name = tidy_text(&name).unwrap_or(name);
                    if members.insert(name, value).is_some() {
                        return Err(BundleError::invalid(
                            part,
                            "two names in it become one when they are made visible",
                        ));
                    }
                }
            }
            members.values_mut().try_for_each(|value| tidy(value, part))?;
        }
        Value::Number(number) if number.is_f64() => {
            if let Some(rounded) = number.as_f64().map(six_decimals).and_then(serde_json::Number::from_f64) {
                *number = rounded;
            }
        }
        Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
    Ok(())
}

/// The text with white space as spaces, invisible characters as escapes, and cut at the limit; `None` if it is so already.
fn tidy_text(text: &str) -> Option<String> {
    if text.len() <= MAX_TEXT && text.chars().all(is_visible) {
        return None;
    }
    const CUT: &str = "…";
    let mut out = String::new();
    for c in text.chars() {
        let before = out.len();
        match c {
            c if is_visible(c) => out.push(c),
            c if c.is_whitespace() => out.push(' '),
            c => out.extend(c.escape_unicode()),
        }
        if out.len() > MAX_TEXT - CUT.len() {
            out.truncate(before);
            out.push_str(CUT);
            break;
        }
    }
    Some(out)
}

/// Few enough digits that every reader of JSON finds the same number.
fn six_decimals(number: f64) -> f64 {
    const LARGEST: f64 = 1e9;
    if number.abs() < LARGEST { (number * 1e6).round() / 1e6 } else { number.round().clamp(-1e15, 1e15) }
}
