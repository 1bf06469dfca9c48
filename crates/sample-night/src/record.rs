//! One CloudTrail record, from the call it describes, and the log that collects them.
//!
//! Field names and their order of presence follow the CloudTrail record contents page (read 2026-11-21).

use serde_json::{Map, Value, json};

use crate::SESSION_TOKEN_CANARY;
use crate::actor::Actor;
use crate::clock::{HOUR, rfc3339};
use crate::rng::Rng;
use crate::world::{ACCOUNT, GLOBAL_REGION};

/// A call about to be recorded.
pub(crate) struct Call {
    actor: Actor,
    time: i64,
    region: String,
    service: String,
    name: String,
    request: Value,
    response: Value,
    error: Option<(String, String)>,
    event_type: &'static str,
    is_data: bool,
    read_only: Option<bool>,
    extra: Vec<(&'static str, Value)>,
}

impl Actor {
    /// A call of this caller. Services without regions are recorded in us-east-1, wherever they were called from.
    pub(crate) fn call(&self, time: i64, region: &str, service: &str, name: &str) -> Call {
        let is_global = ["iam", "cloudfront", "route53", "organizations", "ce"].contains(&service);
        Call {
            actor: self.clone(),
            time,
            region: if is_global { GLOBAL_REGION } else { region }.to_owned(),
            service: service.to_owned(),
            name: name.to_owned(),
            request: Value::Null,
            response: Value::Null,
            error: None,
            event_type: "AwsApiCall",
            is_data: false,
            read_only: Some(is_read(name)),
            extra: Vec::new(),
        }
    }
}

impl Call {
    pub(crate) fn request(mut self, request: Value) -> Self {
        self.request = request;
        self
    }

    pub(crate) fn response(mut self, response: Value) -> Self {
        self.response = response;
        self
    }

    pub(crate) fn error(mut self, code: &str, message: &str) -> Self {
        self.error = Some((code.to_owned(), message.to_owned()));
        self.response = Value::Null;
        self
    }

    /// Refused for lack of permission, in the words of the service called.
    pub(crate) fn denied(self) -> Self {
        if self.service == "ec2" {
            return self.error("Client.UnauthorizedOperation", "You are not authorized to perform this operation.");
        }
        let action = format!("{}:{}", self.service, base_name(&self.name));
        let who = self.actor.arn();
        let message = format!(
            "User: {who} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
        );
        self.error("AccessDenied", &message)
    }

    /// Refused by a policy of the organization, whatever the caller's own policies say.
    pub(crate) fn denied_by_organization(self) -> Self {
        let action = format!("{}:{}", self.service, base_name(&self.name));
        let who = self.actor.arn();
        let message = format!(
            "User: {who} is not authorized to perform: {action} with an explicit deny in a service control policy"
        );
        let code = if self.service == "ec2" { "Client.UnauthorizedOperation" } else { "AccessDeniedException" };
        self.error(code, &message)
    }

    pub(crate) fn with(mut self, field: &'static str, value: Value) -> Self {
        self.extra.push((field, value));
        self
    }

    /// Names a resource of the account in `resources`.
    pub(crate) fn on(self, kind: &str, arn: &str) -> Self {
        self.with("resources", json!([{ "accountId": ACCOUNT, "type": kind, "ARN": arn }]))
    }

    /// A data event: recorded for chosen resources only, apart from management events.
    pub(crate) const fn data(mut self) -> Self {
        self.is_data = true;
        self
    }

    /// Something that a service did by itself, which is no API call.
    pub(crate) const fn service_event(mut self) -> Self {
        self.event_type = "AwsServiceEvent";
        self
    }

    /// An event of the sign-in page.
    pub(crate) const fn sign_in(mut self) -> Self {
        self.event_type = "AwsConsoleSignIn";
        self
    }

    /// A call that does not say whether it only read.
    pub(crate) const fn read_only_unsaid(mut self) -> Self {
        self.read_only = None;
        self
    }

    fn into_record(self, rng: &mut Rng) -> (String, Map<String, Value>) {
        let event_id = rng.uuid();
        let mut record = Map::new();
        let mut set = |field: &str, value: Value| {
            record.insert(field.to_owned(), value);
        };
        set("eventVersion", json!("1.11"));
        set("eventTime", json!(rfc3339(self.time)));
        set("eventSource", json!(format!("{}.amazonaws.com", self.service)));
        set("eventName", json!(self.name));
        set("awsRegion", json!(self.region));
        set("sourceIPAddress", json!(self.actor.ip));
        set("userAgent", json!(self.actor.agent));
        set("requestParameters", self.request);
        set("responseElements", self.response);
        if let Some((code, message)) = self.error {
            set("errorCode", json!(code));
            set("errorMessage", json!(message));
        }
        if self.event_type == "AwsApiCall" {
            set("requestID", json!(rng.uuid()));
        }
        set("eventID", json!(event_id));
        if let Some(read_only) = self.read_only {
            set("readOnly", json!(read_only));
        }
        set("eventType", json!(self.event_type));
        set("managementEvent", json!(!self.is_data));
        set("recipientAccountId", json!(ACCOUNT));
        set("eventCategory", json!(if self.is_data { "Data" } else { "Management" }));
        if self.actor.over_tls && self.event_type == "AwsApiCall" {
            let host = format!("{}.{}.amazonaws.com", self.service, self.region);
            set(
                "tlsDetails",
                json!({
                    "tlsVersion": "TLSv1.3",
                    "cipherSuite": "TLS_AES_128_GCM_SHA256",
                    "clientProvidedHostHeader": host,
                }),
            );
        }
        if self.event_type == "AwsApiCall" && self.actor.is_console_session() {
            set("sessionCredentialFromConsole", json!("true"));
        }
        for (field, value) in self.extra {
            set(field, value);
        }
        set("userIdentity", Value::Object(self.actor.identity));
        (event_id, record)
    }
}

/// The records of the night, in the order in which they were written.
pub(crate) struct Log {
    rng: Rng,
    entries: Vec<(i64, Map<String, Value>)>,
}

impl Log {
    pub(crate) const fn new(rng: Rng) -> Self {
        Self { rng, entries: Vec::new() }
    }

    /// Records a call and returns its `eventID`.
    pub(crate) fn push(&mut self, call: Call) -> String {
        let time = call.time;
        let (event_id, record) = call.into_record(&mut self.rng);
        self.entries.push((time, record));
        event_id
    }

    /// Records a call that hands out the temporary credentials with which `session` then works.
    pub(crate) fn push_assumed(&mut self, call: Call, session: &Actor) -> String {
        let of_session = |field: &str| session.identity.get(field).cloned().unwrap_or_default();
        let response = json!({
            "credentials": credentials(&mut self.rng, &of_session("accessKeyId"), call.time),
            "assumedRoleUser": { "assumedRoleId": of_session("principalId"), "arn": of_session("arn") },
        });
        self.push(call.response(response))
    }

    /// All records with their times, oldest first.
    pub(crate) fn into_entries(mut self) -> Vec<(i64, Map<String, Value>)> {
        self.entries.sort_by_key(|(time, _)| *time);
        self.entries
    }
}

/// Temporary credentials as STS answers them. The token is a placeholder that a test can look for.
pub(crate) fn credentials(rng: &mut Rng, access_key_id: &Value, time: i64) -> Value {
    json!({
        "accessKeyId": access_key_id,
        "sessionToken": format!("{SESSION_TOKEN_CANARY}-{}", rng.hex(8)),
        "expiration": rfc3339(time + HOUR),
    })
}

/// The name without the API version that Lambda and CloudFront append (`UpdateFunctionCode20150331v2`).
fn base_name(name: &str) -> &str {
    name.find("20").and_then(|at| name.get(..at)).unwrap_or(name)
}

/// What CloudTrail says in `readOnly`, for the calls of this night.
fn is_read(name: &str) -> bool {
    const PREFIXES: [&str; 10] =
        ["Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet", "Decrypt", "GenerateDataKey", "AssumeRole"];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_suffixes_are_dropped_from_action_names() {
        assert_eq!(base_name("UpdateFunctionCode20150331v2"), "UpdateFunctionCode");
        assert_eq!(base_name("ListFunctions20150331"), "ListFunctions");
        assert_eq!(base_name("GetUser"), "GetUser");
    }
}
