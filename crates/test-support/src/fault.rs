//! The fault switchboard: rules that say which calls go wrong, and how.

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Service;
use crate::request::AwsCall;

/// How a call goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The service's own throttling error.
    Throttle,
    /// A server error in the service's own form, e.g. 500 or 503.
    Status {
        /// HTTP status, 400 to 599.
        status: u16,
    },
    /// An HTML page, such as a proxy answers with.
    Html {
        /// HTTP status, 200 included.
        status: u16,
    },
    /// Any error, e.g. `InvalidSignatureException` for a skewed clock.
    Error {
        /// HTTP status, 400 to 599.
        status: u16,
        /// Error code.
        code: String,
        /// Text for a person.
        #[serde(default)]
        message: String,
    },
    /// The credentials have expired.
    ExpiredToken,
    /// The credentials are of nobody.
    UnrecognizedClient,
    /// IAM denies the action, in AWS's own words.
    AccessDenied,
    /// The page token is refused, also one that was just issued.
    InvalidNextToken,
    /// Every page from here on carries the token that asked for it, so that following it never ends.
    RepeatToken,
    /// An empty page whose token leads on to the page that was asked for.
    EmptyPage,
    /// Valid JSON in which a list has become a string.
    WrongShape,
    /// JSON that stops in the middle, with the length that fits: the transfer itself is whole.
    TruncatedJson,
    /// The connection is reset before the first byte of the reply.
    Reset,
    /// The connection ends inside the body.
    CutBody {
        /// Bytes of the body that still arrive.
        after_bytes: usize,
        /// Reset rather than closed.
        #[serde(default)]
        reset: bool,
    },
    /// The right reply, a few bytes at a time.
    SlowDrip {
        /// Bytes at a time.
        bytes: usize,
        /// Milliseconds between them.
        delay_ms: u64,
    },
    /// The right reply, late.
    Delay {
        /// Milliseconds.
        delay_ms: u64,
    },
}

/// A rule of the switchboard: which calls, and what happens to them.
///
/// Written as text, a rule is a list such as `operation=LookupEvents,region=eu-west-1,from=3,to=5,kind=throttle`, or
/// the same as a JSON object. Calls are counted from 1, per rule, among those the rule matches; calls over a quota
/// are throttled first and not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// Only this service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// Only this operation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Only this region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The first call that goes wrong.
    #[serde(default = "first")]
    pub from: u64,
    /// The last call that goes wrong; none: all later ones do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u64>,
    /// Of those, every how-manieth.
    #[serde(default = "first")]
    pub every: u64,
    /// What happens.
    #[serde(flatten)]
    pub fault: Fault,
}

const fn first() -> u64 {
    1
}

/// Longest wait a fault may cause, so that no test hangs on the fake.
const MAX_DELAY_MS: u64 = 120_000;

impl FaultRule {
    /// A rule for every call.
    #[must_use]
    pub const fn new(fault: Fault) -> Self {
        Self { service: None, operation: None, region: None, from: 1, to: None, every: 1, fault }
    }

    /// Only this operation, by its name in the service model.
    #[must_use]
    pub fn operation(mut self, name: impl Into<String>) -> Self {
        self.operation = Some(name.into());
        self
    }

    /// Only this service.
    #[must_use]
    pub const fn service(mut self, service: Service) -> Self {
        self.service = Some(service);
        self
    }

    /// Only this region.
    #[must_use]
    pub fn region(mut self, name: impl Into<String>) -> Self {
        self.region = Some(name.into());
        self
    }

    /// Only the matching calls from this one to that one, counted from 1.
    #[must_use]
    pub const fn calls(mut self, from: u64, to: u64) -> Self {
        self.from = from;
        self.to = Some(to);
        self
    }

    /// Only every `n`th call of the range, beginning with its first.
    #[must_use]
    pub const fn every(mut self, n: u64) -> Self {
        self.every = n;
        self
    }

    /// Only the `n`th matching call.
    #[must_use]
    pub const fn on_call(self, n: u64) -> Self {
        self.calls(n, n)
    }

    fn checked(self) -> Result<Self, String> {
        if self.from == 0 || self.every == 0 || self.to.is_some_and(|to| to < self.from) {
            return Err("calls are counted from 1: from, every >= 1 and to >= from".into());
        }
        if let Some(name) = &self.operation
            && !crate::Operation::ALL.iter().any(|known| known.name() == name)
        {
            return Err(format!("no operation {name}; the fake has {}", operation_names()));
        }
        match &self.fault {
            Fault::SlowDrip { delay_ms, .. } | Fault::Delay { delay_ms } if *delay_ms > MAX_DELAY_MS => {
                Err(format!("delay_ms is at most {MAX_DELAY_MS}"))
            }
            Fault::SlowDrip { bytes: 0, .. } => Err("bytes is at least 1".into()),
            Fault::Status { status } | Fault::Error { status, .. } if !(400..600).contains(status) => {
                Err("status is 400 to 599".into())
            }
            Fault::Html { status } if !(200..600).contains(status) => Err("status is 200 to 599".into()),
            _ => Ok(self),
        }
    }

    fn concerns(&self, call: &AwsCall) -> bool {
        self.service.is_none_or(|service| service == call.operation.service())
            && self.operation.as_deref().is_none_or(|name| name == call.operation.name())
            && self.region.as_deref().is_none_or(|region| region == call.region)
    }

    const fn hits(&self, nth: u64) -> bool {
        let in_range = nth >= self.from && !matches!(self.to, Some(to) if nth > to);
        in_range && (nth - self.from).is_multiple_of(self.every)
    }
}

fn operation_names() -> String {
    crate::Operation::ALL.map(crate::Operation::name).join(", ")
}

impl FromStr for FaultRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.to_string())?
        } else {
            pairs(text)?
        };
        rule_from_json(value)
    }
}

/// Reads and checks one rule.
pub(crate) fn rule_from_json(value: Value) -> Result<FaultRule, String> {
    serde_json::from_value::<FaultRule>(value).map_err(|error| error.to_string())?.checked()
}

fn pairs(text: &str) -> Result<Value, String> {
    let mut members = Map::new();
    for pair in text.split(',') {
        let (name, value) = pair.split_once('=').ok_or_else(|| format!("{pair:?} is not name=value"))?;
        let value = match value.trim() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from),
        };
        members.insert(name.trim().to_owned(), value);
    }
    Ok(Value::Object(members))
}

/// More rules than this is a mistake.
const MAX_RULES: usize = 64;

/// The rules in force with their counters.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    rules: Mutex<Vec<(FaultRule, u64)>>,
}

impl FaultPlan {
    /// Replaces all rules; counting starts again.
    pub(crate) fn set(&self, rules: Vec<FaultRule>) -> Result<(), String> {
        if rules.len() > MAX_RULES {
            return Err(format!("at most {MAX_RULES} rules"));
        }
        let rules: Result<Vec<_>, _> = rules.into_iter().map(|rule| Ok((rule.checked()?, 0))).collect();
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules.map_err(|error: String| error)?;
        Ok(())
    }

    pub(crate) fn rules(&self) -> Vec<FaultRule> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(rule, _)| rule.clone()).collect()
    }

    /// Counts the call in every rule that concerns it, and returns the fault of the first rule that hits.
    pub(crate) fn strike(&self, call: &AwsCall) -> Option<Fault> {
        let mut struck = None;
        for (rule, count) in self.rules.lock().unwrap_or_else(PoisonError::into_inner).iter_mut() {
            if rule.concerns(call) {
                *count += 1;
                if struck.is_none() && rule.hits(*count) {
                    struck = Some(rule.fault.clone());
                }
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Operation;

    fn call(region: &str) -> AwsCall {
        AwsCall {
            operation: Operation::LookupEvents,
            region: region.into(),
            access_key: String::new(),
            body: Value::Null,
            query: Vec::new(),
            path_label: None,
        }
    }

    #[test]
    fn a_rule_hits_the_calls_it_names() {
        let plan = FaultPlan::default();
        let rule = "operation=LookupEvents,region=eu-west-1,from=2,to=6,every=2,kind=throttle".parse().unwrap();
        plan.set(vec![rule]).unwrap();
        let hits: Vec<u64> = (1..=8).filter(|_| plan.strike(&call("eu-west-1")).is_some()).collect();
        assert_eq!(hits, [2, 4, 6]);
        assert_eq!(plan.strike(&call("us-east-1")), None);
    }

    #[test]
    fn every_matching_rule_counts_but_the_first_hit_decides() {
        let plan = FaultPlan::default();
        plan.set(vec![
            FaultRule::new(Fault::Throttle).on_call(2),
            FaultRule::new(Fault::Reset).service(Service::CloudTrail).calls(2, 3),
        ])
        .unwrap();
        let struck: Vec<_> = (0..4).map(|_| plan.strike(&call("us-east-1"))).collect();
        assert_eq!(struck, [None, Some(Fault::Throttle), Some(Fault::Reset), None]);
    }

    #[test]
    fn text_and_json_say_the_same() {
        let text: FaultRule = "service=securityhub,kind=cut_body,after_bytes=10,reset=true".parse().unwrap();
        let json: FaultRule =
            r#"{"service":"securityhub","kind":"cut_body","after_bytes":10,"reset":true}"#.parse().unwrap();
        assert_eq!(text, json);
        assert_eq!(text.fault, Fault::CutBody { after_bytes: 10, reset: true });
    }

    #[test]
    fn impossible_rules_are_refused() {
        for text in [
            "kind=nothing",
            "from=0,kind=reset",
            "from=3,to=2,kind=reset",
            "operation=ListBuckets,kind=reset",
            "kind=delay,delay_ms=999999999",
            "kind=status,status=200",
            "reset",
        ] {
            assert!(text.parse::<FaultRule>().is_err(), "{text}");
        }
    }
}
