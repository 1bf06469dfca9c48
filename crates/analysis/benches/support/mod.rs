//! Rules and events that benchmarks share, those of the package `tests/sigma-crosscheck` too.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use security_model::{EventView, RawJson, SessionIssuerView, Untrusted, UserIdentityView};
use serde_json::Value;

use crate::PACK;

/// The files of our pack that end so, in order.
pub(crate) fn pack_files(extension: &str) -> Vec<(String, Vec<u8>)> {
    let entries = |folder: PathBuf| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(PACK);
    let paths = entries(root).filter(|path| path.is_dir()).flat_map(entries);
    let wanted = paths.filter(|path| path.extension().is_some_and(|own| own == extension));
    let mut files: Vec<_> =
        wanted.map(|path| (path.to_str().unwrap().to_owned(), std::fs::read(path).unwrap())).collect();
    files.sort();
    files
}

/// The built-in night without the attack.
pub(crate) fn background() -> Vec<Event> {
    background_of(::sample_night::SAMPLE_SEED)
}

/// The night of this seed without the attack.
pub(crate) fn background_of(seed: u64) -> Vec<Event> {
    let night = ::sample_night::generate(seed);
    let is_attack = |record: &Value| night.story.iter().any(|step| record["eventID"] == step.event_id.as_str());
    night.cloudtrail.iter().filter(|record| !is_attack(record)).cloned().map(Event::new).collect()
}

/// The same mix, in an eighth of the memory.
pub(crate) fn every_eighth(events: Vec<Event>) -> Vec<Event> {
    // Copied, so that they lie close together.
    events.iter().step_by(8).map(|event| Event::new(event.json.clone())).collect()
}

/// A record as a log has it, and what a view lends of it.
pub(crate) struct Event {
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Event {
    pub(crate) fn new(json: Value) -> Self {
        Self { text: json.to_string(), json }
    }

    /// A member of the record as a stretch of its text, as a reader of logs lends it.
    fn part(&self, path: &str) -> Option<&str> {
        let value = self.json.pointer(path).filter(|value| !value.is_null())?;
        let member = format!("{}:{value}", Value::from(path.rsplit('/').next()?));
        let start = self.text.find(&member)? + member.len() - value.to_string().len();
        self.text.get(start..start + value.to_string().len())
    }

    fn lent(&self, path: &str) -> Option<Untrusted<'_>> {
        let text = self.part(path)?.strip_prefix('"')?.strip_suffix('"')?;
        Some(Untrusted::new(text))
    }

    pub(crate) fn view(&self) -> EventView<'_> {
        let at = |path: &str| self.lent(path);
        let issuer = "/userIdentity/sessionContext/sessionIssuer";
        EventView {
            event_id: at("/eventID"),
            event_time: self.json["eventTime"].as_str().and_then(|time| time.parse().ok()),
            event_name: at("/eventName").unwrap_or(Untrusted::new("")),
            event_source: at("/eventSource").unwrap_or(Untrusted::new("")),
            aws_region: at("/awsRegion"),
            account_id: at("/recipientAccountId"),
            recipient_account_id: at("/recipientAccountId"),
            source_ip: at("/sourceIPAddress"),
            user_agent: at("/userAgent"),
            error_code: at("/errorCode"),
            read_only: self.json["readOnly"].as_bool(),
            management_event: self.json["managementEvent"].as_bool(),
            event_type: at("/eventType"),
            event_category: at("/eventCategory"),
            identity: UserIdentityView {
                kind: at("/userIdentity/type"),
                principal_id: at("/userIdentity/principalId"),
                arn: at("/userIdentity/arn"),
                account_id: at("/userIdentity/accountId"),
                access_key_id: at("/userIdentity/accessKeyId"),
                user_name: at("/userIdentity/userName"),
                invoked_by: at("/userIdentity/invokedBy"),
                session_issuer: self.json.pointer(issuer).map(|_| SessionIssuerView {
                    kind: at(&format!("{issuer}/type")),
                    arn: at(&format!("{issuer}/arn")),
                    account_id: at(&format!("{issuer}/accountId")),
                    user_name: at(&format!("{issuer}/userName")),
                }),
                source_identity: at("/userIdentity/sessionContext/sourceIdentity"),
                credentials_issued_to: at("/userIdentity/inScopeOf/credentialsIssuedTo"),
                ec2_role_delivery: at("/userIdentity/sessionContext/ec2RoleDelivery"),
                json: self.part("/userIdentity").map(RawJson::new),
                ..UserIdentityView::default()
            },
            console_login: at("/responseElements/ConsoleLogin"),
            mfa_used: at("/additionalEventData/MFAUsed"),
            vpc_endpoint_id: at("/vpcEndpointId"),
            shared_event_id: at("/sharedEventID"),
            session_credential_from_console: self.json["sessionCredentialFromConsole"]
                .as_str()
                .map(|text| text == "true"),
            request_parameters: self.part("/requestParameters").map(RawJson::new),
            response_elements: self.part("/responseElements").map(RawJson::new),
            record: RawJson::new(&self.text),
        }
    }
}

/// Rules of the kinds that packs are made of, as many as asked for: what 100 hold is the beginning of what 1,000 hold.
///
/// They name APIs of the night's background and others, as many as AWS services have that a company uses, so that more
/// rules also concern more events.
pub(crate) fn generated_rules(count: usize, events: &[Event]) -> Vec<String> {
    let apis = apis(events);
    (0..count).map(|number| generated(number, &apis)).collect()
}

/// APIs that rules may name.
const APIS: usize = 1_500;

fn apis(events: &[Event]) -> Vec<(String, String)> {
    let text = |event: &Event, name: &str| event.json[name].as_str().unwrap_or_default().to_owned();
    let mut apis: Vec<_> = events.iter().map(|event| (text(event, "eventSource"), text(event, "eventName"))).collect();
    apis.sort();
    apis.dedup();
    let verbs = ["Create", "Delete", "Update", "Put", "Attach", "Detach", "Get", "List", "Start", "Stop"];
    let others = (0..).map(|number: usize| {
        let (source, _) = &apis[number % apis.len()];
        (source.clone(), format!("{}Resource{}", verbs[number % verbs.len()], number / verbs.len()))
    });
    let others: Vec<_> = others.take(APIS - apis.len()).collect();
    apis.extend(others);
    apis
}

fn generated(number: usize, apis: &[(String, String)]) -> String {
    // Steps that share no factor with the number of APIs go through all of them.
    let (source, name) = &apis[number * 367 % apis.len()];
    let pins = format!("        eventSource: {source}\n        eventName: {name}\n");
    let same_service: Vec<&str> =
        apis.iter().filter(|api| api.0 == *source).skip(number % 7).take(3).map(|api| api.1.as_str()).collect();
    let several = format!("        eventSource: {source}\n        eventName: [{}]\n", same_service.join(", "));
    let (searches, condition) = match number % 20 {
        0..=6 => (pins, "selection"),
        7..=9 => (several, "selection"),
        10 | 11 => (format!("{pins}    success:\n        errorCode: null\n"), "selection and success"),
        12 => (
            format!(
                "{pins}    filter_service:\n        - userIdentity.type: AWSService\n        \
                 - userIdentity.invokedBy|endswith: .amazonaws.com\n"
            ),
            "selection and not filter_service",
        ),
        13 => (format!("{pins}        requestParameters.name|contains: secret{number}\n"), "selection"),
        14 => (format!("{pins}        requestParameters.settings.public: true\n"), "selection"),
        15 => (format!("{several}        userIdentity.type: [Root, IAMUser]\n"), "selection"),
        16 => (
            format!("{pins}    console:\n        userAgent|contains: [Mozilla, console, tool{number}]\n"),
            "selection and not console",
        ),
        17 => (format!("{several}        errorCode|contains: [AccessDenied, UnauthorizedOperation]\n"), "selection"),
        18 => {
            let verb = &name[..name.len().min(6)];
            (
                format!(
                    "        eventSource: {source}\n        eventName|startswith: {verb}\n        readOnly: false\n"
                ),
                "selection",
            )
        }
        _ if number % 100 == 19 => (format!("        userAgent|contains: attack-tool-{number}\n"), "selection"),
        _ => (format!("{pins}        userIdentity.arn|endswith: /robot{number}\n"), "selection"),
    };
    let mut text = format!("title: Generated {number}\nlogsource: {{product: aws, service: cloudtrail}}\n");
    write!(text, "detection:\n    selection:\n{searches}    condition: {condition}\nlevel: medium\n").unwrap();
    text
}
