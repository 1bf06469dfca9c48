//! Something is opened to everybody or to a strange account, by the policy that was set and not by the call.
//!
//! An account is strange when none of the records read were its own.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use security_model::{Confidence, Level};
use serde_json::Value;

use super::evidence::Evidence;
use super::grants::{Grant, Who, account_of, grants_of};
use super::ids::MOST;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, request, words};

pub(super) static ABOUT: About = About {
    id: "resource-exposed",
    title: "A resource was opened to everybody or to a strange account",
    level: Level::High,
    confidence: Confidence::High,
    tactics: &["exfiltration", "persistence"],
    techniques: &["T1537", "T1098"],
    description: "What a policy lets outsiders read they copy without a trace in this account; the policy itself was read, conditions included.",
    needs: &["requestParameters with the policy that was set"],
    false_positives: &["public web content", "a vendor or a second account of the company whose records were not read"],
};

/// Most accounts that records may be of.
const MOST_ACCOUNTS: usize = 10_000;
/// Most others whom one policy lets in that are looked at.
const MOST_OUTSIDERS: usize = 64;

#[derive(Default)]
pub(super) struct Exposure {
    own: BTreeSet<Box<str>>,
    opened: Vec<Opened>,
    calls: u64,
    readable: u64,
    dropped: u64,
}

struct Opened {
    by: u32,
    evidence: Evidence,
    what: String,
    to: Vec<Grant>,
}

impl Analytic for Exposure {
    fn wants(&self) -> Signals {
        Signals::POLICY | Signals::NEW_SESSION | Signals::NEW_REGION
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        if !self.own.contains(o.account) && self.own.len() < MOST_ACCOUNTS {
            self.own.insert(o.account.into());
        }
        if !event.is(Signals::POLICY) || !o.succeeded() {
            return;
        }
        self.calls += 1;
        let Some(text) = o.request else { return };
        self.readable += 1;
        // Most such calls say nothing about who.
        if !["Statement", "rincipal", "roup", "ccount", "dd", "cl", "URI"].iter().any(|word| text.contains(word)) {
            return;
        }
        let request = request::of(o);
        let mut opened = opened(o.event_name, &request);
        opened.retain(|grant| matches!(grant.who, Who::Public | Who::Account(_) | Who::Network(_)));
        opened.truncate(MOST_OUTSIDERS);
        if opened.is_empty() {
            return;
        }
        if self.opened.len() >= MOST {
            self.dropped += 1;
            return;
        }
        self.opened.push(Opened {
            by: o.ids.principal,
            evidence: Evidence::of(o),
            what: words::thing(&name(o, &request)),
            to: opened,
        });
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.calls > 0 && self.readable == 0 {
            return findings.blind(&ABOUT, "no call that sets a policy says which");
        }
        findings.dropped += self.dropped;
        // One finding for each identity and level tells the first, and names all.
        let mut rows: BTreeMap<(u32, Level), (Evidence, String, u64)> = BTreeMap::new();
        for Opened { by, evidence, what, to } in self.opened {
            let Some((level, to)) = judged(&to, &self.own) else { continue };
            match rows.entry((by, level)) {
                Entry::Occupied(mut row) => {
                    let (known, _, more) = row.get_mut();
                    known.absorb(evidence);
                    *more += 1;
                }
                Entry::Vacant(row) => {
                    let reason = format!("{} opened {what} to {to}", words::who(evidence.principal()));
                    row.insert((evidence, reason, 0));
                }
            }
        }
        for ((_, level), (evidence, reason, more)) in rows {
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            findings.found.push(evidence.found(&ABOUT, level, words::sentence(&format!("{reason}{more}."))));
        }
    }
}

/// How much it matters who was let in, and who that is.
fn judged(grants: &[Grant], own: &BTreeSet<Box<str>>) -> Option<(Level, String)> {
    if grants.iter().any(|grant| grant.who == Who::Public && grant.unconditional) {
        return Some((Level::High, "everybody, without a narrowing condition".to_owned()));
    }
    let strange = grants.iter().find_map(|grant| match &grant.who {
        Who::Account(id) if !own.contains(id.as_str()) => Some(words::code(id)),
        _ => None,
    });
    if let Some(id) = strange {
        return Some((Level::Medium, format!("account {id}, of which nothing was read")));
    }
    grants.iter().find_map(|grant| match &grant.who {
        Who::Network(block) => Some((Level::Low, format!("everybody from {}", words::code(block)))),
        _ => None,
    })
}

/// What the call's target is called.
fn name(o: &Observed<'_>, request: &Value) -> String {
    let names = [
        "bucketName",
        "functionName",
        "roleName",
        "keyId",
        "secretId",
        "queueUrl",
        "topicArn",
        "repositoryName",
        "vaultName",
        "snapshotId",
        "imageId",
        "dBSnapshotIdentifier",
        "dBClusterSnapshotIdentifier",
        "fileSystemId",
    ];
    let name = names.iter().find_map(|name| request::text(request, name)).map_or_else(|| o.target(), str::to_owned);
    if name.is_empty() { o.event_name.to_owned() } else { name }
}

/// Whom the call lets in.
fn opened(call: &str, request: &Value) -> Vec<Grant> {
    let grant = |who| Grant { who, actions: Vec::new(), unconditional: true };
    let mut grants = match call {
        "ModifySnapshotAttribute" | "ModifyImageAttribute" => shared(request),
        "ModifyDBSnapshotAttribute" | "ModifyDBClusterSnapshotAttribute" => {
            let added = request.get("valuesToAdd").and_then(Value::as_array).into_iter().flatten();
            added.filter_map(Value::as_str).filter_map(one).collect()
        }
        "PutBucketAcl" => acl(request),
        _ if call.starts_with("Add") => added(request),
        _ => Vec::new(),
    };
    if call == "PutPermission" {
        grants.extend(request::text(request, "principal").and_then(one).filter(|_| request.get("condition").is_none()));
    }
    let mut grants: Vec<Grant> = grants.into_iter().map(grant).collect();
    policies(request, 0, &mut grants);
    grants
}

/// `all` and `*` are everybody.
fn one(text: &str) -> Option<Who> {
    match text {
        "all" | "*" => Some(Who::Public),
        text => account_of(text).map(|account| Who::Account(account.to_owned())),
    }
}

/// Attributes of snapshots and images.
fn shared(request: &Value) -> Vec<Who> {
    let permission = ["createVolumePermission", "launchPermission"].iter().find_map(|name| request.get(name));
    let Some(add) = permission.and_then(|permission| permission.get("add")) else { return Vec::new() };
    let texts = |item: &Value| {
        let group = request::text(item, "group").map(str::to_owned);
        group.or_else(|| request::text(item, "userId").map(str::to_owned))
    };
    request::items(&serde_json::json!({ "add": add }), "add").iter().filter_map(texts).filter_map(|t| one(&t)).collect()
}

/// Permissions of functions, layers, queues and topics.
fn added(request: &Value) -> Vec<Who> {
    let is_text = |name: &str| request::text(request, name).is_some();
    if is_text("principalOrgID") || is_text("organizationId") {
        return Vec::new();
    }
    let principal = request::text(request, "principal").and_then(one);
    let source = request::text(request, "sourceAccount").and_then(one);
    let principal = match (principal, source) {
        (Some(Who::Public), Some(account)) => Some(account),
        (Some(Who::Public), None) if is_text("sourceArn") => None,
        (principal, _) => principal,
    };
    let accounts = ["aWSAccountIds", "aWSAccountId"].iter().flat_map(|name| request::items(request, name));
    principal.into_iter().chain(accounts.filter_map(Value::as_str).filter_map(one)).collect()
}

/// Access lists of buckets.
fn acl(request: &Value) -> Vec<Who> {
    let canned = ["x-amz-acl", "xAmzAcl"].iter().filter_map(|name| request.get(*name));
    let is_canned = canned.into_iter().any(|acl| acl.to_string().contains("public-read"));
    let text = request.to_string();
    let is_public =
        is_canned || text.contains("/groups/global/AllUsers") || text.contains("/groups/global/AuthenticatedUsers");
    if is_public { vec![Who::Public] } else { Vec::new() }
}

/// Policies stand anywhere, as JSON or as text that is JSON.
fn policies(value: &Value, depth: u8, grants: &mut Vec<Grant>) {
    const DEEPEST: u8 = 8;
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Object(members) if members.contains_key("Statement") => grants.extend(grants_of(value)),
        Value::Object(members) => members.values().for_each(|member| policies(member, depth + 1, grants)),
        Value::Array(items) => items.iter().for_each(|item| policies(item, depth + 1, grants)),
        Value::String(text) if text.contains("Statement") => {
            if let Some(policy) = request::embedded(text) {
                policies(&policy, depth + 1, grants);
            }
        }
        _ => {}
    }
}
