//! Who is behind a call: from a session back to the first identity, across roles and accounts.
//!
//! A call is made with an access key. Where that key is temporary, some earlier call handed it out, made by somebody with
//! another key, and so on back to whoever had no need of one: a user with a long-term key, somebody at an identity
//! provider, a service, a machine. [`Resolver`] collects the calls that hand out keys, in whatever order they come, and
//! then tells the [`Chain`] of any event.
//!
//! | the session | is tied to the call by |
//! |---|---|
//! | of a role, a federated user, `GetSessionToken`, `AssumeRoot` | the access key that the call answered with |
//! | the same, where the key is not recorded or the console renewed it | ARN and name of the session, within twelve hours |
//! | of a role, taken from another account | `sharedEventID`, which both accounts' records of the call carry; else the caller's `principalId` |
//! | of an EC2 instance, Lambda function or ECS task | `inScopeOf`, `ec2RoleDelivery`, or the service that took the role |
//!
//! What cannot be known is said: a chain that does not reach its beginning is not complete, and has a reason. Records may
//! be hostile. No more than [`MOST_LINKS`] are followed, no recursion is used, and [`Limits`] bound memory; what was left
//! out is counted in [`Dropped`]. Chains do not depend on the order in which events come, as long as nothing was left out.
//!
//! ```
//! use analysis::identity::{IdentityKind, Limits, Resolver};
//! # use security_model::{EventView, RawJson, Untrusted, UserIdentityView};
//! # fn event<'a>(name: &'a str, record: &'a str, response: Option<&'a str>, identity: UserIdentityView<'a>) -> EventView<'a> {
//! #     EventView { event_name: Untrusted::new(name), event_source: Untrusted::new("sts.amazonaws.com"), identity,
//! #         response_elements: response.map(RawJson::new), record: RawJson::new(record), ..EventView::default() }
//! # }
//! # let text = |text| Some(Untrusted::new(text));
//! # let alice = UserIdentityView { kind: text("IAMUser"), arn: text("arn:aws:iam::111122223333:user/alice"),
//! #     access_key_id: text("AKIAIOSFODNN7EXAMPLE"), ..UserIdentityView::default() };
//! # let admin = UserIdentityView { kind: text("AssumedRole"), access_key_id: text("ASIAIOSFODNN7EXAMPLE"),
//! #     arn: text("arn:aws:sts::444455556666:assumed-role/Admin/night"), ..UserIdentityView::default() };
//! # let response = r#"{"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE"}}"#;
//! # let assume_role = event("AssumeRole", "{}", Some(response), alice);
//! # let stop_logging = event("StopLogging", "{}", None, admin);
//! // `assume_role` is alice's call, `stop_logging` one with the key that it answered with.
//! let mut resolver = Resolver::new(Limits::default());
//! resolver.observe(&stop_logging);
//! resolver.observe(&assume_role);
//!
//! let chain = resolver.chain(&stop_logging);
//! assert!(chain.complete);
//! assert_eq!(chain.first.name.to_string(), "arn:aws:iam::111122223333:user/alice");
//! assert_eq!(chain.first.kind, IdentityKind::LongTermKey);
//! assert_eq!(chain.links[0].who.name.to_string(), "arn:aws:iam::444455556666:role/Admin");
//! ```

mod caller;
mod chain;
mod chains;
mod issuance;
pub(crate) mod json;
mod kinds;
mod network;
mod session;
mod shelf;
mod text;
mod walk;

use std::sync::Arc;

use jiff::Timestamp;
use security_model::EventView;

use self::caller::{Caller, CallerKind, KeptCaller};
pub use self::chain::{Chain, How, Identity, IdentityKind, Incomplete, Link, Tie};
pub use self::chains::Chains;
use self::issuance::Issuances;
pub use self::network::Network;
use self::session::Sessions;
use self::shelf::Shelf;
pub use self::text::Text;
use self::walk::{Walk, earliest};
use crate::hash::HashMap;

/// Whether calls of this name hand out credentials.
pub(crate) fn issues_credentials(event_source: &str, event_name: &str) -> bool {
    How::of(event_source, event_name).is_some()
}

/// Most links of a chain that are followed. Sessions taken from sessions last an hour, so that real chains are short.
pub const MOST_LINKS: usize = 64;

/// How much a [`Resolver`] remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls that handed out credentials.
    pub calls: usize,
    /// Sessions.
    pub sessions: usize,
    /// IAM users, by their unique ids.
    pub users: usize,
    /// Bytes of text.
    pub text_bytes: usize,
}

impl Default for Limits {
    /// Good for a month of a busy account, in some hundred megabytes at the very worst.
    fn default() -> Self {
        Self { calls: 200_000, sessions: 200_000, users: 50_000, text_bytes: 64 << 20 }
    }
}

/// What was left out because a limit was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Calls that handed out credentials: chains may end early.
    pub calls: u64,
    /// Events of sessions that are not in the table.
    pub session_events: u64,
    /// Events of IAM users whose unique id is not remembered: other accounts' records may not name them.
    pub user_events: u64,
}

/// Collects the calls that hand out credentials, and tells who is behind an event.
#[derive(Debug)]
pub struct Resolver {
    shelf: Shelf,
    issuances: Issuances,
    sessions: Sessions,
    /// IAM users by `principalId`, by which records of other accounts name them.
    users: HashMap<Arc<str>, KeptCaller>,
    most_users: usize,
    dropped_user_events: u64,
}

impl Resolver {
    /// A resolver that has seen nothing.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            shelf: Shelf::new(limits.text_bytes),
            issuances: Issuances::new(limits.calls),
            sessions: Sessions::new(limits.sessions),
            users: HashMap::default(),
            most_users: limits.users,
            dropped_user_events: 0,
        }
    }

    /// Takes note of an event. Chains are whole once all events have come, in whatever order.
    pub fn observe(&mut self, event: &EventView<'_>) {
        self.observe_call(event);
        self.observe_caller(event);
    }

    /// Takes note of a call that hands out credentials: its place among these, if the event is one and there is room.
    pub(crate) fn observe_call(&mut self, event: &EventView<'_>) -> Option<u32> {
        self.issuances.observe(event, &mut self.shelf)
    }

    /// Takes note of who made a call; once is enough for calls of the same `userIdentity`.
    pub(crate) fn observe_caller(&mut self, event: &EventView<'_>) {
        let caller = Caller::of(event);
        self.sessions.observe(event, &caller, &mut self.shelf);
        self.observe_user(&caller);
    }

    /// `sharedEventID` of a call that handed out credentials.
    pub(crate) fn shared_event_id(&self, call: u32) -> Option<&str> {
        self.issuances.get(call)?.shared_event_id.as_deref()
    }

    /// Of the other account's record of a call that handed out credentials: that of the caller's own account.
    pub(crate) fn original(&self, call: u32) -> Option<u32> {
        let copy = self.issuances.get(call).filter(|call| call.is_of_other_account())?;
        self.issuances.counterpart(copy)
    }

    fn observe_user(&mut self, caller: &Caller<'_>) {
        let Some(id) = caller.principal_id.filter(|_| caller.kind == CallerKind::IamUser && caller.arn.is_some())
        else {
            return;
        };
        if self.users.contains_key(id) {
            return;
        }
        // The user, not what it worked with that time.
        let user = Caller { key: None, ..caller.clone() };
        let kept = match self.users.len() < self.most_users {
            true => self.shelf.keep(id).and_then(|id| Ok((id, KeptCaller::new(&user, &mut self.shelf)?))),
            false => Err(shelf::Full),
        };
        match kept {
            Ok((id, user)) => drop(self.users.insert(id, user)),
            Err(shelf::Full) => self.dropped_user_events += 1,
        }
    }

    /// Who is behind the event, as far as the events seen so far tell. The event need not be one of them.
    #[must_use]
    pub fn chain(&self, event: &EventView<'_>) -> Chain {
        Walk::new(self).run(event).0
    }

    /// The same, for whoever remembers chains by a name of his own: also from when on the chain holds for every event of the
    /// same `userIdentity`, if it does at all.
    pub(crate) fn lasting_chain(&self, event: &EventView<'_>) -> (Chain, Option<Option<Timestamp>>) {
        let (chain, is_steady) = Walk::new(self).run(event);
        let since = earliest(&chain);
        (chain, is_steady.then_some(since))
    }

    /// The same for many events: what holds for a whole session is found out once.
    #[must_use]
    pub fn chains(&self) -> Chains<'_> {
        Chains::new(self)
    }

    /// What was left out.
    #[must_use]
    pub const fn dropped(&self) -> Dropped {
        Dropped {
            calls: self.issuances.dropped(),
            session_events: self.sessions.dropped_events(),
            user_events: self.dropped_user_events,
        }
    }
}
