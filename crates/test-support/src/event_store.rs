//! CloudTrail records by region and time, with what `LookupEvents` shows and searches of each.

use std::collections::BTreeMap;

use crate::json::set_member;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Which events a lookup can see; data and network events are in no lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Management,
    Insight,
    Other,
}

/// One record with the members of a `LookupEvents` `Event`.
#[derive(Clone, Debug)]
pub(crate) struct StoredEvent {
    pub(crate) time: Timestamp,
    /// Order of arrival; breaks ties between events of one second.
    pub(crate) sequence: u64,
    pub(crate) account: Option<String>,
    pub(crate) category: Category,
    event_id: Option<String>,
    event_name: Option<String>,
    event_source: Option<String>,
    read_only: Option<bool>,
    username: Option<String>,
    access_key: Option<String>,
    /// `(ResourceType, ResourceName)`.
    resources: Vec<(String, String)>,
    /// The record's own JSON text.
    record: String,
}

/// Request parameters whose value names a resource, as CloudTrail lists it in an event's resources.
const RESOURCE_PARAMETERS: [(&str, &str); 8] = [
    ("userName", "AWS::IAM::User"),
    ("roleName", "AWS::IAM::Role"),
    ("groupName", "AWS::IAM::Group"),
    ("policyArn", "AWS::IAM::Policy"),
    ("accessKeyId", "AWS::IAM::AccessKey"),
    ("bucketName", "AWS::S3::Bucket"),
    ("keyId", "AWS::KMS::Key"),
    ("functionName", "AWS::Lambda::Function"),
];

impl StoredEvent {
    /// Reads a record; `None` when it is no JSON object or has no `eventTime` to order it by.
    pub(crate) fn read(record: String, sequence: u64) -> Option<(Option<String>, Self)> {
        let value: Value = serde_json::from_str(&record).ok()?;
        let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let event = Self {
            time: text("/eventTime")?.parse().ok()?,
            sequence,
            account: text("/recipientAccountId").or_else(|| text("/userIdentity/accountId")),
            category: category(&value),
            event_id: text("/eventID"),
            event_name: text("/eventName"),
            event_source: text("/eventSource"),
            read_only: value.get("readOnly").and_then(Value::as_bool),
            username: username(&value),
            access_key: text("/userIdentity/accessKeyId"),
            resources: resources(&value),
            record,
        };
        Some((text("/awsRegion"), event))
    }

    /// Whether the event has the attribute value a lookup asks for; `None` for an attribute that does not exist.
    pub(crate) fn has_attribute(&self, key: &str, value: &str) -> Option<bool> {
        let same = |field: &Option<String>| field.as_deref() == Some(value);
        Some(match key {
            "EventId" => same(&self.event_id),
            "EventName" => same(&self.event_name),
            "EventSource" => same(&self.event_source),
            "ReadOnly" => self.read_only_text() == Some(value),
            "Username" => same(&self.username),
            "AccessKeyId" => same(&self.access_key),
            "ResourceType" => self.resources.iter().any(|(kind, _)| kind == value),
            "ResourceName" => self.resources.iter().any(|(_, name)| name == value),
            _ => return None,
        })
    }

    fn read_only_text(&self) -> Option<&'static str> {
        self.read_only.map(|read_only| if read_only { "true" } else { "false" })
    }

    /// The event as `LookupEvents` returns it.
    pub(crate) fn as_reply(&self) -> Value {
        let resources: Vec<Value> =
            self.resources.iter().map(|(kind, name)| json!({"ResourceType": kind, "ResourceName": name})).collect();
        let mut event = json!({
            "EventTime": epoch_seconds(self.time),
            "Resources": resources,
            "CloudTrailEvent": self.record,
        });
        let optional = [
            ("EventId", self.event_id.as_deref()),
            ("EventName", self.event_name.as_deref()),
            ("EventSource", self.event_source.as_deref()),
            ("ReadOnly", self.read_only_text()),
            ("Username", self.username.as_deref()),
            ("AccessKeyId", self.access_key.as_deref()),
        ];
        for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            set_member(&mut event, name, value);
        }
        event
    }
}

/// JSON 1.1 timestamps are numbers of seconds, with a fraction where there is one.
fn epoch_seconds(time: Timestamp) -> Value {
    match time.as_millisecond() {
        millis if millis % 1000 == 0 => Value::from(millis / 1000),
        _ => Value::from(time.as_duration().as_secs_f64()),
    }
}

fn category(record: &Value) -> Category {
    match (record.get("eventCategory").and_then(Value::as_str), record.get("managementEvent").and_then(Value::as_bool))
    {
        (Some("Management"), _) | (None, Some(true)) => Category::Management,
        (Some("Insight"), _) => Category::Insight,
        (None, None) if record.get("insightDetails").is_some() => Category::Insight,
        // Records from before these fields existed; nothing says that they are data events.
        (None, None) => Category::Management,
        _ => Category::Other,
    }
}

/// The user name, the session name of an assumed role, or `root`.
fn username(record: &Value) -> Option<String> {
    let identity = record.get("userIdentity")?;
    let text = |name: &str| identity.get(name).and_then(Value::as_str);
    let name = match (text("userName"), text("type")) {
        (Some(name), _) => name,
        (None, Some("AssumedRole")) => text("principalId")?.split_once(':')?.1,
        (None, Some("Root")) => "root",
        _ => return None,
    };
    Some(name.to_owned())
}

fn resources(record: &Value) -> Vec<(String, String)> {
    let mut resources = Vec::new();
    for resource in record.get("resources").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).map(str::to_owned);
        if let (Some(kind), Some(name)) = (text("type"), text("ARN").or_else(|| text("ARNPrefix"))) {
            resources.push((kind, name));
        }
    }
    let parameters = record.get("requestParameters");
    for (parameter, kind) in RESOURCE_PARAMETERS {
        if let Some(name) = parameters.and_then(|p| p.get(parameter)).and_then(Value::as_str) {
            resources.push((kind.to_owned(), name.to_owned()));
        }
    }
    resources
}

/// All events, oldest first in each region.
#[derive(Debug, Default)]
pub(crate) struct EventStore {
    regions: BTreeMap<String, Vec<StoredEvent>>,
    next_sequence: u64,
}

impl EventStore {
    /// Adds records; those without a region go to `default_region`. Returns how many could not be kept because they
    /// have no `eventTime` or are no JSON object.
    pub(crate) fn add(&mut self, records: impl IntoIterator<Item = String>, default_region: &str) -> usize {
        let mut unusable = 0;
        for record in records {
            self.next_sequence += 1;
            match StoredEvent::read(record, self.next_sequence) {
                Some((region, event)) => {
                    let region = region.filter(|name| !name.is_empty()).unwrap_or_else(|| default_region.to_owned());
                    self.regions.entry(region).or_default().push(event);
                }
                None => unusable += 1,
            }
        }
        for events in self.regions.values_mut() {
            events.sort_by_key(|event| (event.time, event.sequence));
        }
        unusable
    }

    /// The events of a region, oldest first.
    pub(crate) fn in_region(&self, region: &str) -> &[StoredEvent] {
        self.regions.get(region).map_or(&[], Vec::as_slice)
    }

    /// Regions with their number of events.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        self.regions.iter().map(|(region, events)| (region.clone(), events.len())).collect()
    }

    /// The newest event's time.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        self.regions.values().filter_map(|events| events.last()).map(|event| event.time).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(record: &Value) -> StoredEvent {
        StoredEvent::read(record.to_string(), 1).unwrap().1
    }

    #[test]
    fn only_management_events_are_lookup_events() {
        let at = "2026-11-21T00:00:00Z";
        let cases = [
            (json!({"eventTime": at, "eventCategory": "Management"}), Category::Management),
            (json!({"eventTime": at, "eventCategory": "Data", "managementEvent": false}), Category::Other),
            (json!({"eventTime": at, "managementEvent": false}), Category::Other),
            (json!({"eventTime": at, "eventCategory": "Insight"}), Category::Insight),
            (json!({"eventTime": at}), Category::Management),
        ];
        for (record, expected) in cases {
            assert_eq!(read(&record).category, expected, "{record}");
        }
    }

    #[test]
    fn the_summary_follows_the_record() {
        let event = read(&json!({
            "eventTime": "2026-11-21T00:00:10Z", "eventName": "PutUserPolicy", "readOnly": false,
            "userIdentity": {"type": "AssumedRole", "principalId": "AROAEXAMPLE:deploy", "accessKeyId": "ASIAEXAMPLE"},
            "requestParameters": {"userName": "alice"},
        }));
        let reply = event.as_reply();
        assert_eq!(reply["EventTime"], json!(1_795_219_210_i64));
        assert_eq!(reply["ReadOnly"], json!("false"));
        assert_eq!(reply["Username"], json!("deploy"));
        assert_eq!(reply["Resources"], json!([{"ResourceType": "AWS::IAM::User", "ResourceName": "alice"}]));
        assert_eq!(reply.get("EventId"), None);
        assert_eq!(event.has_attribute("ResourceName", "alice"), Some(true));
        assert_eq!(event.has_attribute("Username", "Deploy"), Some(false), "attribute values are case sensitive");
        assert_eq!(event.has_attribute("SourceIp", "192.0.2.1"), None);
    }

    #[test]
    fn records_that_cannot_be_ordered_are_counted() {
        let mut store = EventStore::default();
        let records = ["{}", "[]", "not json", r#"{"eventTime":"2026-11-21T00:00:00Z"}"#].map(str::to_owned);
        assert_eq!(store.add(records, "us-east-1"), 3);
        assert_eq!(store.counts(), BTreeMap::from([("us-east-1".to_owned(), 1)]));
    }
}
