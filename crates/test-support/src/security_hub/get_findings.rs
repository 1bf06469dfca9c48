//! Security Hub `GetFindings` (API reference, read 2026-11-21): filter, sort, page.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::dates::parse_time;
use super::fields::{Attribute, Kind};
use super::filters::Filters;
use super::store::{FindingStore, QueryCache, Viewpoint};
use crate::json::set_member;
use crate::reply::ApiError;
use crate::token::Binding;

/// One page of one query.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRequest<'a> {
    pub(crate) body: &'a Value,
    pub(crate) now: Timestamp,
    pub(crate) binding: Binding,
    pub(crate) cursor: Option<&'a str>,
}

/// Answers one page.
pub(crate) fn get_findings(
    store: &FindingStore,
    cache: &QueryCache,
    viewpoint: &Viewpoint,
    page: PageRequest<'_>,
) -> Result<Value, ApiError> {
    let filters = Filters::read(page.body.get("Filters"), page.now)?;
    let order = sort_criteria(page.body.get("SortCriteria"))?;
    let size = page_size(page.body.get("MaxResults"))?;
    let matches = cache.matches(page.binding, store, || find(store, viewpoint, &filters, &order));
    let start: usize = page.cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let end = start.saturating_add(size).min(matches.len());
    let on_page = matches.get(start..end).unwrap_or_default();
    let findings: Vec<&Value> =
        on_page.iter().filter_map(|&at| store.all().get(at)).map(|stored| &stored.finding).collect();
    let mut reply = json!({"Findings": findings});
    if end < matches.len() {
        set_member(&mut reply, "NextToken", page.binding.issue(&end.to_string(), 0));
    }
    Ok(reply)
}

fn find(store: &FindingStore, viewpoint: &Viewpoint, filters: &Filters, order: &[SortCriterion]) -> Vec<usize> {
    let matching = store.all().iter().enumerate();
    let matching = matching.filter(|(_, stored)| viewpoint.sees(stored) && filters.hold(&stored.finding));
    let mut keyed: Vec<(Vec<SortKey>, usize)> =
        matching.map(|(at, stored)| (order.iter().map(|by| by.key(&stored.finding)).collect(), at)).collect();
    keyed.sort_by(|(one, _), (other, _)| {
        let mut compared = order.iter().zip(one.iter().zip(other)).map(|(by, (one, other))| by.compare(one, other));
        compared.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    });
    keyed.into_iter().map(|(_, at)| at).collect()
}

fn page_size(value: Option<&Value>) -> Result<usize, ApiError> {
    match value {
        None | Some(Value::Null) => Ok(100),
        Some(value) => match value.as_u64().and_then(|size| usize::try_from(size).ok()) {
            Some(size @ 1..=100) => Ok(size),
            _ => Err(ApiError::invalid_input("MaxResults must be between 1 and 100.")),
        },
    }
}

#[derive(Clone, Copy, Debug)]
struct SortCriterion {
    attribute: Attribute,
    descending: bool,
}

#[derive(Debug, PartialEq, PartialOrd)]
enum SortKey {
    Time(Timestamp),
    Number(f64),
    Text(String),
    Missing,
}

impl SortCriterion {
    fn key(self, finding: &Value) -> SortKey {
        let text = || self.attribute.texts(finding).first().map(|text| (*text).to_owned());
        let key = match self.attribute.kind {
            Kind::Date => text().and_then(|text| parse_time(&text)).map(SortKey::Time),
            Kind::Number => self.attribute.values(finding).first().and_then(|v| v.as_f64()).map(SortKey::Number),
            _ => text().map(SortKey::Text),
        };
        key.unwrap_or(SortKey::Missing)
    }

    /// Findings without a value come last either way.
    fn compare(self, one: &SortKey, other: &SortKey) -> Ordering {
        let missing = (one == &SortKey::Missing).cmp(&(other == &SortKey::Missing));
        let ascending = one.partial_cmp(other).unwrap_or(Ordering::Equal);
        missing.then(if self.descending { ascending.reverse() } else { ascending })
    }
}

fn sort_criteria(criteria: Option<&Value>) -> Result<Vec<SortCriterion>, ApiError> {
    let invalid = |reason: String| ApiError::invalid_input(format!("Invalid SortCriteria: {reason}."));
    let criteria = match criteria {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(criteria)) => criteria,
        Some(_) => return Err(invalid("it is not a list".into())),
    };
    let read = |criterion: &Value| {
        let field = criterion.get("Field").and_then(Value::as_str).unwrap_or_default();
        let attribute = Attribute::named(field).ok_or_else(|| invalid(format!("the field {field:?} is not known")))?;
        match criterion.get("SortOrder").and_then(Value::as_str) {
            Some("asc") | None => Ok(SortCriterion { attribute, descending: false }),
            Some("desc") => Ok(SortCriterion { attribute, descending: true }),
            Some(other) => Err(invalid(format!("the order {other:?} is not asc or desc"))),
        }
    };
    criteria.iter().map(read).collect()
}
