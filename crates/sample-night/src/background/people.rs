//! The staff: an evening of work, someone on call, an early bird.

use serde_json::json;

use super::{Api, ConsoleLogin, console_login, read};
use crate::actor::{Actor, sso_role, temporary_key};
use crate::clock::{MINUTE, after_dusk};
use crate::record::{Log, credentials};
use crate::rng::Rng;
use crate::world::{FUNCTIONS, GLOBAL_REGION, INSTANCES, MAIN_REGION, SECURITY_GROUPS, iam_arn};

/// Someone of the staff and when they sit down.
struct Person {
    name: &'static str,
    permission_set: &'static str,
    ip: &'static str,
    agent: &'static str,
    /// Hours and minutes after dusk.
    starts: (i64, i64),
    minutes: i64,
    calls: i64,
    habits: &'static [Api],
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
const CHROME: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15";
const CLI_ON_MAC: &str =
    "aws-cli/2.31.9 md/awscrt#0.27.6 ua/2.1 os/macos#25.1.0 md/arch#arm64 lang/python#3.13.7 md/pyimpl#CPython";
const BOTO3: &str = "Boto3/1.40.55 md/Botocore#1.40.55 ua/2.1 os/linux#6.14.0 md/arch#x86_64 lang/python#3.12.3";

const OPERATIONS: &[Api] = &[
    ("ec2", "DescribeInstances"),
    ("ec2", "DescribeInstanceStatus"),
    ("ec2", "DescribeSecurityGroups"),
    ("monitoring", "DescribeAlarms"),
    ("eks", "DescribeCluster"),
    ("cloudtrail", "LookupEvents"),
    ("rds", "DescribeDBInstances"),
    ("logs", "DescribeLogGroups"),
];
const DEVELOPMENT: &[Api] = &[
    ("lambda", "GetFunction20150331v2"),
    ("lambda", "ListFunctions20150331"),
    ("logs", "DescribeLogGroups"),
    ("logs", "DescribeLogStreams"),
    ("ecr", "DescribeImages"),
    ("cloudformation", "DescribeStackEvents"),
    ("s3", "ListBuckets"),
];
const ANALYSIS: &[Api] = &[
    ("s3", "ListBuckets"),
    ("s3", "GetBucketLocation"),
    ("athena", "ListWorkGroups"),
    ("glue", "GetTables"),
    ("glue", "GetDatabases"),
    ("athena", "GetQueryExecution"),
];
const AUDIT: &[Api] = &[
    ("iam", "ListUsers"),
    ("iam", "GetRole"),
    ("iam", "ListAttachedRolePolicies"),
    ("s3", "GetBucketPolicy"),
    ("cloudtrail", "DescribeTrails"),
    ("securityhub", "GetFindings"),
    ("config", "DescribeConfigRules"),
    ("guardduty", "ListDetectors"),
];
const BILLING: &[Api] =
    &[("ce", "GetCostAndUsage"), ("ce", "GetCostForecast"), ("organizations", "DescribeOrganization")];

#[rustfmt::skip]
const STAFF: [Person; 8] = [
    Person { name: "mira.okafor", permission_set: "PlatformAdmin", ip: "198.51.100.61", agent: SAFARI, starts: (0, 5), minutes: 95, calls: 42, habits: OPERATIONS },
    Person { name: "priya.raman", permission_set: "Developer", ip: "198.51.100.62", agent: CHROME, starts: (0, 2), minutes: 130, calls: 38, habits: DEVELOPMENT },
    Person { name: "tomas.vega", permission_set: "Developer", ip: "2001:db8:51:7::2a", agent: CLI_ON_MAC, starts: (1, 10), minutes: 100, calls: 34, habits: DEVELOPMENT },
    Person { name: "lea.fontaine", permission_set: "DataAnalyst", ip: "192.0.2.144", agent: BOTO3, starts: (0, 20), minutes: 70, calls: 30, habits: ANALYSIS },
    Person { name: "oskar.brandt", permission_set: "SecurityAudit", ip: "198.51.100.65", agent: FIREFOX, starts: (0, 40), minutes: 60, calls: 26, habits: AUDIT },
    Person { name: "wei.zhang", permission_set: "Billing", ip: "198.51.100.66", agent: CHROME, starts: (0, 15), minutes: 30, calls: 9, habits: BILLING },
    Person { name: "jonas.lind", permission_set: "PlatformAdmin", ip: "192.0.2.37", agent: FIREFOX, starts: (4, 42), minutes: 35, calls: 24, habits: OPERATIONS },
    Person { name: "hana.sato", permission_set: "Developer", ip: "192.0.2.201", agent: CHROME, starts: (10, 50), minutes: 55, calls: 22, habits: DEVELOPMENT },
];

pub(super) fn record(log: &mut Log, rng: &mut Rng) {
    for person in &STAFF {
        shift(log, rng, person);
    }
    on_call_repairs(log, rng);
    console_users(log, rng);
}

fn shift(log: &mut Log, rng: &mut Rng, person: &Person) {
    let (hours, minutes) = person.starts;
    let start = after_dusk(hours, minutes) + rng.between(0, 8 * MINUTE);
    let email = format!("{}@example.com", person.name);
    let role = sso_role(person.permission_set);
    let session = Actor::role(rng, &role, &email, start, person.ip, person.agent);
    portal_sign_in(log, rng, person, &role, &session, start);
    if person.agent.starts_with("Mozilla") {
        log.push(console_login(&session, start + 4, ConsoleLogin::Federated));
    }
    let spread = person.minutes * MINUTE;
    for _ in 0..person.calls {
        let api = rng.pick(person.habits);
        let region = if rng.chance(8) { GLOBAL_REGION } else { MAIN_REGION };
        let time = start + 10 + rng.between(0, spread);
        read(log, rng, &session, time, region, api);
    }
}

/// What IAM Identity Center records before a role session exists.
fn portal_sign_in(log: &mut Log, rng: &mut Rng, person: &Person, role: &str, session: &Actor, time: i64) {
    let email = format!("{}@example.com", person.name);
    let visitor = Actor::identity_center_user(rng, &email, person.ip, person.agent);
    for (event, offset) in [("Authenticate", -9), ("ListApplications", -6), ("Federate", -2)] {
        log.push(visitor.call(time + offset, MAIN_REGION, "sso", event).service_event());
    }
    let call = Actor::saml_user(&email, person.ip, person.agent)
        .call(time - 1, MAIN_REGION, "sts", "AssumeRoleWithSAML")
        .request(json!({
            "sAMLAssertionID": format!("_{}", rng.uuid()),
            "roleSessionName": email,
            "roleArn": iam_arn(&format!("role/{role}")),
            "principalArn": iam_arn("saml-provider/harbour-identity"),
            "durationSeconds": 28_800,
        }));
    log.push_assumed(call, session);
}

/// A page at half past ten: a worker is out of memory; it is restarted and a rule is narrowed.
fn on_call_repairs(log: &mut Log, rng: &mut Rng) {
    let start = after_dusk(4, 44) + rng.between(0, 5 * MINUTE);
    let role = sso_role("PlatformAdmin");
    let engineer = Actor::role(rng, &role, "jonas.lind@example.com", start, "192.0.2.37", CLI_ON_MAC);
    let [_, _, worker, _] = INSTANCES;
    log.push(engineer.call(start + 300, MAIN_REGION, "ec2", "RebootInstances").request(json!({
        "instancesSet": { "items": [{ "instanceId": worker.id }] }
    })));
    log.push(engineer.call(start + 420, MAIN_REGION, "ssm", "StartSession").request(json!({ "target": worker.id })));
    let rule = json!({
        "groupId": SECURITY_GROUPS.last().copied().unwrap_or_default(),
        "ipPermissions": { "items": [{
            "ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432,
            "ipRanges": { "items": [{ "cidrIp": "10.20.0.0/16" }] },
        }] },
    });
    for (offset, event) in [(900, "AuthorizeSecurityGroupIngress"), (960, "RevokeSecurityGroupIngress")] {
        let call = engineer.call(start + offset, MAIN_REGION, "ec2", event).request(rule.clone());
        log.push(call.response(json!({ "_return": true })));
    }
    let function = FUNCTIONS.first().copied().unwrap_or_default();
    log.push(
        engineer
            .call(start + 1_100, MAIN_REGION, "lambda", "UpdateFunctionConfiguration20150331v2")
            .request(json!({ "functionName": function, "memorySize": 512, "environment": {} })),
    );
}

/// The last two people with IAM users, and a kiosk account that never got a second factor.
fn console_users(log: &mut Log, rng: &mut Rng) {
    let visits: [(&str, bool, &str, (i64, i64)); 3] = [
        ("ines.duarte", true, "198.51.100.81", (0, 12)),
        ("paul.mercer", true, "198.51.100.82", (1, 31)),
        ("label-printer", false, "198.51.100.83", (10, 5)),
    ];
    for (name, mfa, ip, (hours, minutes)) in visits {
        let time = after_dusk(hours, minutes) + rng.between(0, 6 * MINUTE);
        let at_the_door = Actor::signing_in(Some(name), ip, CHROME);
        if name == "paul.mercer" {
            log.push(console_login(&at_the_door, time - 40, ConsoleLogin::Failed));
        }
        let outcome = if mfa { ConsoleLogin::WithMfa(name) } else { ConsoleLogin::PasswordOnly };
        log.push(console_login(&at_the_door, time, outcome));
        let session = Actor::console_user(rng, name, time, mfa, ip, CHROME);
        for _ in 0..rng.between(8, 14) {
            let api = rng.pick(&[("s3", "ListBuckets"), ("s3", "GetBucketLocation"), ("monitoring", "DescribeAlarms")]);
            let moment = time + rng.between(15, 25 * MINUTE);
            read(log, rng, &session, moment, MAIN_REGION, api);
        }
        if mfa {
            session_token(log, rng, &session, time + 26 * MINUTE);
        }
    }
}

fn session_token(log: &mut Log, rng: &mut Rng, session: &Actor, time: i64) {
    let key = json!(temporary_key(rng));
    let response = json!({ "credentials": credentials(rng, &key, time) });
    log.push(
        session
            .call(time, GLOBAL_REGION, "sts", "GetSessionToken")
            .request(json!({ "durationSeconds": 3_600 }))
            .response(response),
    );
}
