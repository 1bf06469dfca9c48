//! CloudTrail `LookupEvents` (API reference, read 2026-11-21): newest first, one attribute, one region, 90 days.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::event_store::{Category, EventStore, StoredEvent};
use crate::json::set_member;
use crate::reply::ApiError;
use crate::request::AwsCall;
use crate::token::Binding;

/// How far back event history reaches.
const RETENTION: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What the fake lets a lookup see, whatever is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct History<'a> {
    pub(crate) now: Timestamp,
    /// Off: records of any age are served.
    pub(crate) retention: bool,
    /// Only this account's events; `None` when the fake has one account.
    pub(crate) account: Option<&'a str>,
}

/// Answers one page.
pub(crate) fn lookup_events(
    store: &EventStore,
    history: History<'_>,
    call: &AwsCall,
    binding: Binding,
    cursor: Option<&str>,
) -> Result<Value, ApiError> {
    let query = Query::read(&call.body)?;
    let events = store.in_region(&call.region);
    let end = cursor.and_then(Cursor::parse).map_or(events.len(), |cursor| cursor.end_in(events));
    let oldest = history.retention.then(|| history.now.checked_sub(RETENTION).ok()).flatten();
    let mut matching = events
        .get(..end)
        .unwrap_or_default()
        .iter()
        .rev()
        .take_while(|event| oldest.is_none_or(|oldest| event.time >= oldest))
        .filter(|event| history.account.is_none_or(|account| event.account.as_deref() == Some(account)))
        .filter(|event| query.matches(event));
    let page: Vec<&StoredEvent> = matching.by_ref().take(query.page_size).collect();
    let mut reply = json!({"Events": page.iter().map(|event| event.as_reply()).collect::<Vec<_>>()});
    if let (Some(last), Some(_)) = (page.last(), matching.next()) {
        set_member(&mut reply, "NextToken", binding.issue(&Cursor::after(last).to_string(), 0));
    }
    Ok(reply)
}

/// A place between two events, named by the newer one: it stays right while newer events arrive.
struct Cursor {
    millis: i64,
    sequence: u64,
}

impl Cursor {
    fn after(event: &StoredEvent) -> Self {
        Self { millis: event.time.as_millisecond(), sequence: event.sequence }
    }

    /// `None` for the cursor of the first page.
    fn parse(text: &str) -> Option<Self> {
        let (millis, sequence) = text.split_once(':')?;
        Some(Self { millis: millis.parse().ok()?, sequence: sequence.parse().ok()? })
    }

    fn end_in(&self, events: &[StoredEvent]) -> usize {
        let place = (self.millis, self.sequence);
        events.partition_point(|event| (event.time.as_millisecond(), event.sequence) < place)
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.millis, self.sequence)
    }
}

struct Query {
    category: Category,
    attribute: Option<(String, String)>,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    page_size: usize,
}

impl Query {
    fn read(body: &Value) -> Result<Self, ApiError> {
        let query = Self {
            category: category(body)?,
            attribute: attribute(body)?,
            start: epoch(body, "StartTime")?,
            end: epoch(body, "EndTime")?,
            page_size: page_size(body)?,
        };
        if let (Some(start), Some(end)) = (query.start, query.end)
            && end < start
        {
            let message = "The start time must be before or equal to the end time.";
            return Err(ApiError::new(400, "InvalidTimeRangeException", message));
        }
        Ok(query)
    }

    fn matches(&self, event: &StoredEvent) -> bool {
        event.category == self.category
            && self.start.is_none_or(|start| event.time >= start)
            && self.end.is_none_or(|end| event.time <= end)
            && self.attribute.as_ref().is_none_or(|(key, value)| event.has_attribute(key, value) == Some(true))
    }
}

fn category(body: &Value) -> Result<Category, ApiError> {
    match body.get("EventCategory") {
        None | Some(Value::Null) => Ok(Category::Management),
        Some(Value::String(name)) if name == "insight" => Ok(Category::Insight),
        Some(_) => {
            let message = "The event category is not valid; the only value is insight.";
            Err(ApiError::new(400, "InvalidEventCategoryException", message))
        }
    }
}

fn attribute(body: &Value) -> Result<Option<(String, String)>, ApiError> {
    const KEYS: [&str; 8] =
        ["EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName", "EventSource", "AccessKeyId"];
    let invalid = |message: String| ApiError::new(400, "InvalidLookupAttributesException", message);
    let attributes = match body.get("LookupAttributes") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(attributes)) => attributes,
        Some(_) => return Err(serialization("LookupAttributes", "a list")),
    };
    let [attribute] = attributes.as_slice() else {
        let too_many = || invalid("You can look up at most one attribute.".into());
        return if attributes.is_empty() { Ok(None) } else { Err(too_many()) };
    };
    let text = |name: &str| attribute.get(name).and_then(Value::as_str);
    match (text("AttributeKey"), text("AttributeValue")) {
        (Some(key), _) if !KEYS.contains(&key) => Err(invalid(format!("The lookup attribute {key} does not exist."))),
        (Some(key), Some(value)) if !value.is_empty() => Ok(Some((key.to_owned(), value.to_owned()))),
        _ => Err(invalid("A lookup attribute has an AttributeKey and an AttributeValue.".into())),
    }
}

fn epoch(body: &Value, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let seconds = match body.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value.as_f64().ok_or_else(|| serialization(name, "a number of seconds"))?,
    };
    let duration = SignedDuration::try_from_secs_f64(seconds).ok();
    let time = duration.and_then(|duration| Timestamp::from_duration(duration).ok());
    time.map(Some).ok_or_else(|| serialization(name, "a time"))
}

fn page_size(body: &Value) -> Result<usize, ApiError> {
    match body.get("MaxResults") {
        None | Some(Value::Null) => Ok(50),
        Some(Value::Number(size)) => match size.as_u64().and_then(|size| usize::try_from(size).ok()) {
            Some(size @ 1..=50) => Ok(size),
            _ => Err(ApiError::new(400, "InvalidMaxResultsException", "MaxResults must be between 1 and 50.")),
        },
        Some(_) => Err(serialization("MaxResults", "a number")),
    }
}

fn serialization(member: &str, expected: &str) -> ApiError {
    ApiError::new(400, "SerializationException", format!("{member} is not {expected}."))
}
