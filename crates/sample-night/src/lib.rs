//! One night in a small company's AWS account, written by us: the built-in sample, and any number of other nights.
//!
//! It is the evening of 20 November 2026. The shop's staff finish their work, releases go out, backups run, machines
//! keep their pulse. Shortly after half past one somebody tries an access key of the deployment user, found in a public
//! repository. The key may do little, but its policy may be rewritten by its own user, and so it soon may do
//! everything: there is a new user with a harmless name, a role that trusts a stranger, a console sign-in without a
//! second factor; logs are switched off (the organization's own trail goes on recording), secrets are read, snapshots
//! are shared, and the customers' orders leave through a bucket that is suddenly public. In the morning the security
//! services have a good deal to say about it, among much else that has nothing to do with it.
//!
//! [`generate`] makes a night from a seed, always the same one from the same seed: the company stays, while times, ids,
//! addresses and the attacker's choices change. [`Night::story`] is the truth about the attack. The night of
//! [`SAMPLE_SEED`] is embedded as [`CLOUDTRAIL_JSON_GZ`] and [`FINDINGS_JSON_GZ`].
//!
//! Every night also holds what is legal and awkward: records delivered twice, one without `eventID`, times with an
//! offset, a service event that does not say whether it only read, a user agent that gives orders to its reader.
//! Session tokens and environment variables carry [`SESSION_TOKEN_CANARY`] and [`SECRET_CANARY`]: placeholders that no
//! answer may ever contain.

mod actor;
mod assets;
mod attack;
mod awkward;
mod background;
mod clock;
mod findings;
mod layout;
mod record;
mod request;
mod rng;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

pub use assets::{CLOUDTRAIL_JSON_GZ, FINDINGS_JSON_GZ, asset_files};
pub use layout::{OutputFile, output_files};

use crate::attack::Intrusion;
use crate::record::Log;
use crate::rng::Rng;

/// The seed of the night that is built in.
pub const SAMPLE_SEED: u64 = 2_026_112_021;

/// The time at which the built-in night is looked at, RFC 3339: the morning after, when all is written.
pub const AS_OF: &str = "2026-11-21T06:30:00Z";

/// The account in which every night happens.
pub const ACCOUNT: &str = world::ACCOUNT;

/// Stands at the start of every session token in the events. It must never leave.
pub const SESSION_TOKEN_CANARY: &str = "EXAMPLE-SESSION-TOKEN-CANARY";

/// Stands at the start of every secret environment variable in the findings. It must never leave.
pub const SECRET_CANARY: &str = "EXAMPLE-SECRET-CANARY";

/// A night: what the log holds, what the security services found, and what really happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Night {
    /// CloudTrail records, oldest first, those delivered twice included.
    pub cloudtrail: Vec<Value>,
    /// Findings in the AWS Security Finding Format, in no order.
    pub findings: Vec<Value>,
    /// Every call of the attacker, in the order made.
    pub story: Vec<Step>,
    /// `eventID` of each record that stands in `cloudtrail` twice.
    pub delivered_twice: Vec<String>,
}

/// One call of the attacker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When, RFC 3339 in UTC: the record's `eventTime`.
    pub time: String,
    /// To what end: an ATT&CK tactic in lower case with hyphens, e.g. `credential-access`.
    pub phase: &'static str,
    /// `eventID` of its record.
    pub event_id: String,
    /// `eventName` of its record.
    pub event_name: String,
}

impl Step {
    /// The step as `story.json` has it: `time`, `phase`, `eventID`, `eventName`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "time": self.time, "phase": self.phase, "eventID": self.event_id, "eventName": self.event_name })
    }
}

/// Makes the night of this seed.
#[must_use]
pub fn generate(seed: u64) -> Night {
    let rng = Rng::new(seed);
    let intrusion = Intrusion::plan(&mut rng.fork("plan"));
    let mut log = Log::new(rng.fork("ids"));
    // The attack comes first, so that a change in the background leaves the ids of its events as they were.
    let story = attack::record(&mut log, &rng, &intrusion);
    background::record(&mut log, &rng);
    let findings = findings::generate(&rng, &intrusion, &story);

    let mut entries = log.into_entries();
    let story_ids: BTreeSet<&str> = story.iter().map(|step| step.event_id.as_str()).collect();
    awkward::spoil(&mut entries, &mut rng.fork("awkward"), |id| story_ids.contains(id));
    let cloudtrail: Vec<Value> = entries.into_iter().map(|(_, record)| canonical(Value::Object(record))).collect();
    Night {
        delivered_twice: repeated_ids(&cloudtrail),
        cloudtrail,
        findings: findings.into_iter().map(canonical).collect(),
        story,
    }
}

/// Sorts the fields of every object, so that the text is the same whichever map `serde_json` was built with.
fn canonical(mut value: Value) -> Value {
    value.sort_all_objects();
    value
}

fn repeated_ids(records: &[Value]) -> Vec<String> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for id in records.iter().filter_map(|record| record.get("eventID").and_then(Value::as_str)) {
        *seen.entry(id).or_default() += 1;
    }
    seen.into_iter().filter(|(_, count)| *count > 1).map(|(id, _)| id.to_owned()).collect()
}
