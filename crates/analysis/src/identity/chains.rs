//! Chains of many events, found out once for each session.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use security_model::{EventView, Untrusted};

use super::Resolver;
use super::caller::access_key;
use super::chain::Chain;
use super::walk::{Walk, earliest};

/// Tells the chains of many events after another, and remembers those that hold for a whole session.
#[derive(Debug)]
pub struct Chains<'r> {
    resolver: &'r Resolver,
    /// By access key.
    known: HashMap<Box<str>, Known>,
}

/// A chain that holds for all events of a key and ARN, unless they are earlier than the key.
#[derive(Debug)]
struct Known {
    kind: Box<str>,
    arn: Box<str>,
    issuer: Box<str>,
    since: Option<Timestamp>,
    chain: Arc<Chain>,
}

impl<'r> Chains<'r> {
    pub(super) fn new(resolver: &'r Resolver) -> Self {
        Self { resolver, known: HashMap::new() }
    }

    /// Who is behind the event: the same as [`Resolver::chain`].
    pub fn of(&mut self, event: &EventView<'_>) -> Arc<Chain> {
        let key = access_key(event.identity.access_key_id.map(Untrusted::for_matching)).filter(|key| !key.is_empty());
        let known = key.and_then(|key| self.known.get(key)).filter(|known| known.holds_for(event));
        if let Some(known) = known {
            return Arc::clone(&known.chain);
        }
        let (chain, is_steady) = Walk::new(self.resolver).run(event);
        let chain = Arc::new(chain);
        // The table of sessions bounds how many there can be: chains of sessions that are not in it are not steady.
        if let Some(key) = key.filter(|_| is_steady) {
            let [kind, arn, issuer] = marks(event).map(Box::from);
            let known = Known { kind, arn, issuer, since: earliest(&chain), chain: Arc::clone(&chain) };
            self.known.insert(key.into(), known);
        }
        chain
    }
}

impl Known {
    fn holds_for(&self, event: &EventView<'_>) -> bool {
        let is_late_enough = self.since.is_none_or(|since| event.event_time.is_none_or(|time| time >= since));
        is_late_enough && marks(event) == [&*self.kind, &*self.arn, &*self.issuer]
    }
}

/// What tells callers with the same key apart: type, ARN and session issuer.
fn marks<'a>(event: &EventView<'a>) -> [&'a str; 3] {
    let identity = &event.identity;
    let issuer = identity.session_issuer.and_then(|issuer| issuer.arn);
    [identity.kind, identity.arn, issuer].map(|field| field.map_or("", Untrusted::for_matching))
}
