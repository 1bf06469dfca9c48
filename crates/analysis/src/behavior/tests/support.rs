//! Records, and what analytics see of them: the way from one to the other is that of the trail.

use std::sync::Arc;

use cloudtrail_log::read_event;
use security_model::{EventView, Level, Untrusted};
use serde_json::{Value, json};

use crate::baseline::Baseline;
use crate::behavior::{Behaviors, EventIndex, Findings, Found, Ids, Observed, about, wants_request, words};
use crate::cloudtrail::console::ConsoleLogin;
use crate::cloudtrail::user_agent::Family;
use crate::hash::HashMap;
use crate::identity::{Chain, Limits, Resolver};
use crate::places::{Place, Places};

pub(super) const ALICE: &str = "arn:aws:iam::111122223333:user/alice";
// Addresses of universities, whose countries are known.
pub(super) const BERLIN: &str = "130.149.1.1";
pub(super) const KYOTO: &str = "130.54.1.1";
pub(super) const PARIS: &str = "129.175.1.1";

/// A record of alice's at `minute` minutes after 1 November began.
pub(super) fn record(minute: u32, name: &str, fields: Value) -> Value {
    let day = minute / 1_440;
    let (month, day) = if day < 30 { (11, day + 1) } else { (12, day - 29) };
    let mut record = json!({
        "eventVersion": "1.11", "eventID": format!("e{minute}-{name}"), "eventName": name,
        "eventTime": format!("2026-{month}-{day:02}T{:02}:{:02}:00Z", minute % 1440 / 60, minute % 60),
        "eventSource": "ec2.amazonaws.com", "awsRegion": "eu-west-1", "recipientAccountId": "111122223333",
        "sourceIPAddress": BERLIN, "userAgent": "aws-cli/2.15.0",
        "userIdentity": { "type": "IAMUser", "arn": ALICE, "accountId": "111122223333", "userName": "alice",
            "accessKeyId": "ASIAIOSFODNN7EXAMPLE" },
    });
    let Value::Object(fields) = fields else { return record };
    record.as_object_mut().unwrap().extend(fields);
    record
}

/// A call of `service:Name`, with what it asks for.
pub(super) fn call(minute: u32, call: &str, request: Value) -> Value {
    let (service, name) = call.split_once(':').unwrap();
    let reads = ["Get", "List", "Describe"].iter().any(|start| name.starts_with(start));
    record(
        minute,
        name,
        json!({ "eventSource": format!("{service}.amazonaws.com"), "requestParameters": request,
            "readOnly": reads }),
    )
}

/// The same with other fields.
pub(super) fn with(mut record: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { return record };
    record.as_object_mut().unwrap().extend(fields);
    record
}

/// The same by an IAM user with a key of their own.
pub(super) fn by(user: &str, record: Value) -> Value {
    let identity = json!({ "type": "IAMUser", "accountId": "111122223333", "userName": user,
        "arn": format!("arn:aws:iam::111122223333:user/{user}"), "accessKeyId": format!("AKIA{}EXAMPLE", user.to_uppercase()) });
    with(record, json!({ "userIdentity": identity }))
}

#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, text: String) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap();
        *self.0.entry(text).or_insert(next)
    }
}

/// An event as it is kept.
struct Kept {
    ids: Ids,
    time: jiff::Timestamp,
    chain: Arc<Chain>,
    place: Place,
    texts: [String; 12],
    agent: Family,
    read_only: Option<bool>,
    mfa_authenticated: Option<bool>,
    console: Option<ConsoleLogin>,
    tells_mfa: bool,
    request: Option<String>,
}

fn text(field: Option<Untrusted<'_>>) -> String {
    field.map(|text| text.for_matching().to_owned()).unwrap_or_default()
}

/// What the trail keeps of records, in the order of time.
fn keep(records: &[Value]) -> Vec<Kept> {
    let mut resolver = Resolver::new(Limits::default());
    let places = Places::embedded();
    for record in records {
        read_event(&record.to_string(), |event| resolver.observe(event)).unwrap();
    }
    let mut chains = resolver.chains();
    let mut numbers: [Numbers; 4] = Default::default();
    let mut kept: Vec<Kept> = Vec::new();
    for record in records {
        read_event(&record.to_string(), |event| {
            kept.extend(keep_one(event, record, &mut chains, &places, &mut numbers))
        })
        .unwrap();
    }
    kept.sort_by_key(|kept| kept.time);
    kept
}

fn keep_one(
    event: &EventView<'_>,
    record: &Value,
    chains: &mut crate::identity::Chains<'_>,
    places: &Places,
    numbers: &mut [Numbers; 4],
) -> Option<Kept> {
    let chain = chains.of(event);
    let time = event.event_time?;
    let identity = &event.identity;
    let (source, name) = (event.event_source.for_matching(), event.event_name.for_matching());
    let wanted = wants_request(source, name);
    let texts = [
        source.to_owned(),
        name.to_owned(),
        text(event.aws_region),
        text(event.account_id),
        text(event.source_ip),
        text(event.error_code),
        text(event.event_type),
        text(identity.kind),
        text(identity.user_name),
        text(identity.session_issuer.and_then(|issuer| issuer.arn)),
        text(identity.access_key_id),
        text(identity.invoked_by),
    ];
    let [principals, sessions, calls, addresses] = numbers;
    let who = chain.links.last().map_or(&chain.first, |link| &link.who);
    let ids = Ids {
        principal: principals.of(chain.first.name.to_string()),
        session: sessions.of(format!("{}|{}|{:?}", text(identity.access_key_id), who.name, who.session)),
        call: calls.of(format!("{source}|{name}")),
        address: addresses.of(text(event.source_ip)),
    };
    Some(Kept {
        ids,
        time,
        place: places.locate(event.source_ip.map_or("", |ip| ip.for_matching())),
        chain,
        texts,
        agent: Family::of(&text(event.user_agent)),
        read_only: event.read_only,
        mfa_authenticated: identity.mfa_authenticated,
        console: ConsoleLogin::of(event),
        tells_mfa: event.mfa_used.is_some(),
        request: record.get("requestParameters").filter(|value| wanted && !value.is_null()).map(Value::to_string),
    })
}

/// Shows events to analytics.
fn show(kept: &[Kept], behaviors: &mut Behaviors) {
    for (at, kept) in (0..).zip(kept) {
        let [source, name, region, account, ip, error, event_type, kind, user, issuer, key, invoked_by] = &kept.texts;
        behaviors.observe(&Observed {
            at: EventIndex(at),
            ids: kept.ids,
            time: kept.time,
            chain: &kept.chain,
            place: &kept.place,
            event_source: source,
            event_name: name,
            region,
            account,
            source_ip: ip,
            agent: kept.agent,
            error_code: error,
            read_only: kept.read_only,
            event_type,
            identity_type: kind,
            user_name: user,
            issuer,
            access_key: key,
            invoked_by,
            mfa_authenticated: kept.mfa_authenticated,
            console: kept.console,
            tells_mfa: kept.tells_mfa,
            request: kept.request.as_deref(),
        });
    }
}

/// What all analytics found. What is found must be whole.
pub(super) fn run(records: &[Value]) -> Findings {
    beside(None, records)
}

/// The same, beside what was ordinary before.
pub(super) fn beside(baseline: Option<Arc<Baseline>>, records: &[Value]) -> Findings {
    let mut behaviors = Behaviors::new(baseline);
    show(&keep(records), &mut behaviors);
    let findings = behaviors.finish();
    for found in &findings.found {
        let words = found.reason.as_str().split_whitespace().count();
        assert!(words <= 30 && found.reason.as_str().ends_with('.'), "{words} words: {}", found.reason);
        assert_says_who_and_what(found);
        assert!(found.count >= 1 && found.first <= found.last && !found.events.is_empty());
        assert!(found.events.is_sorted() && found.level <= found.about.level, "{}", found.reason);
        assert!(about().any(|about| about == found.about));
    }
    findings
}

/// A sentence says who acted, or from which address when that is all there is, and what it tells has a value: another name
/// in a code span, or a number.
#[track_caller]
fn assert_says_who_and_what(found: &Found) {
    let reason = found.reason.as_str();
    let who = words::who(&found.principal);
    let address = reason.split('`').find(|span| span.parse::<std::net::IpAddr>().is_ok()).map(|ip| format!("`{ip}`"));
    let actor = if reason.contains(&who) { who } else { address.unwrap_or(who) };
    assert!(reason.contains(&actor), "{}: {reason} does not name {actor}", found.about.id);
    let rest = reason.replacen(&actor, "", 1);
    let has_value = rest.contains('`') || rest.bytes().any(|byte| byte.is_ascii_digit());
    assert!(has_value && !reason.contains("(unknown)"), "{}: {reason}", found.about.id);
}

/// What one analytic found.
pub(super) fn found(id: &str, records: &[Value]) -> Vec<Found> {
    let findings = run(records);
    let blind: Vec<_> = findings.not_evaluated.iter().filter(|(about, _)| about.id == id).collect();
    assert!(blind.is_empty(), "{blind:?}");
    findings.found.into_iter().filter(|found| found.about.id == id).collect()
}

/// Level, number of events and reason of each.
pub(super) fn told(id: &str, records: &[Value]) -> Vec<(Level, u64, String)> {
    found(id, records).into_iter().map(|found| (found.level, found.count, found.reason.to_string())).collect()
}

/// Fails when the analytic finds something or cannot look.
#[track_caller]
pub(super) fn quiet(id: &str, records: &[Value]) {
    let told = told(id, records);
    assert!(told.is_empty(), "{told:?}");
}

/// Why the analytic could not look.
pub(super) fn blind(id: &str, records: &[Value]) -> String {
    let findings = run(records);
    assert!(findings.found.iter().all(|found| found.about.id != id));
    findings.not_evaluated.into_iter().find(|(about, _)| about.id == id).unwrap().1
}
