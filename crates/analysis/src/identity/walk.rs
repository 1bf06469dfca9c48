//! Following a chain back to its first identity.

use jiff::{SignedDuration, Timestamp};
use security_model::EventView;

use super::caller::{Caller, CallerKind, Delivery, KeptCaller};
use super::chain::{Chain, Identity, IdentityKind, Incomplete, Link, Tie};
use super::issuance::{Candidates, Issuance, answered_session, requested_session};
use super::kinds::{account, compute, compute_of_service, identity, is_identity_center_role, is_instance_id};
use super::kinds::{is_long_term, is_service_linked, kind_of, named};
use super::text::Text;
use super::{MOST_LINKS, Resolver};
use crate::cloudtrail::principal::present;

/// How much later than its use a key may be handed out: services' clocks differ, and times are of whole seconds.
const SKEW: SignedDuration = SignedDuration::from_mins(5);
/// Longest life of a role session, within which a session name ties a session to the call for it.
const ROLE_SESSION: Option<SignedDuration> = Some(SignedDuration::from_hours(12));

/// What stands behind a caller.
enum Behind {
    /// Nobody: the caller is the first.
    First(Identity),
    /// Perhaps somebody.
    Unsure(Identity, Incomplete),
    /// Whoever made this call.
    Call(u32, Tie),
}

/// How a caller's session was delivered, read from its record when first asked for.
enum Delivered<'d> {
    Known(&'d Delivery),
    Read(Delivery),
    Nowhere,
}

impl Delivered<'_> {
    const fn get(&self) -> Option<&Delivery> {
        match self {
            Self::Known(delivery) => Some(delivery),
            Self::Read(delivery) => Some(delivery),
            Self::Nowhere => None,
        }
    }
}

/// A walk along one chain.
pub(super) struct Walk<'r> {
    resolver: &'r Resolver,
    links: Vec<Link>,
    seen: Vec<u32>,
    doubt: Option<Incomplete>,
    /// Whether another event of the same session has the same chain, unless it is too early for its key.
    is_steady: bool,
}

impl<'r> Walk<'r> {
    pub(super) const fn new(resolver: &'r Resolver) -> Self {
        Self { resolver, links: Vec::new(), seen: Vec::new(), doubt: None, is_steady: true }
    }

    /// Follows the chain of the event's caller. Also whether it holds for other events of the same session, if they are no
    /// earlier than [`earliest`] says.
    pub(super) fn run(mut self, event: &EventView<'_>) -> (Chain, bool) {
        let mut caller = Caller::of(event);
        // What other accounts' records say of a caller is found by the event, not by who made it.
        self.is_steady = caller.kind != CallerKind::AwsAccount
            && (is_known_by_name(&caller) || self.resolver.sessions.delivery(&caller).is_some());
        let mut time = event.event_time;
        let mut record = Some(event);
        while self.links.len() < MOST_LINKS {
            if let Some(own) = self.of_own_account(&caller, record) {
                (caller, record) = (own, None);
            }
            let call = match self.behind(&caller, time, record.take()) {
                Behind::First(first) => return self.finish(first, None),
                Behind::Unsure(first, reason) => return self.finish(first, Some(reason)),
                Behind::Call(at, _) if self.seen.contains(&at) => {
                    return self.finish(identity(&caller, IdentityKind::Role), Some(Incomplete::Loop));
                }
                Behind::Call(at, tie) => {
                    self.seen.push(at);
                    let Some(call) = self.resolver.issuances.get(at) else {
                        return self.finish(identity(&caller, IdentityKind::Role), Some(Incomplete::NotSeen));
                    };
                    self.links.push(link(&caller, call, tie));
                    call
                }
            };
            // From a call without time on, what fits depends on when its credentials were used.
            self.is_steady &= call.time.is_some();
            time = call.time.or(time);
            if let Some(first) = compute_of_service(&call.caller.lend(), call) {
                return self.finish(first, None);
            }
            caller = call.caller.lend();
        }
        let first = identity(&caller, kind_of(&caller));
        self.finish(first, Some(Incomplete::TooLong))
    }

    fn finish(mut self, first: Identity, reason: Option<Incomplete>) -> (Chain, bool) {
        self.links.reverse();
        let reason = self.doubt.or(reason);
        let is_steady = self.is_steady && reason.is_none_or(is_steady);
        (Chain { first, links: self.links, complete: reason.is_none(), reason }, is_steady)
    }

    fn behind(&mut self, caller: &Caller<'_>, time: Option<Timestamp>, record: Option<&EventView<'_>>) -> Behind {
        match caller.kind {
            CallerKind::AssumedRole => self.behind_role(caller, time, record),
            CallerKind::IamUser | CallerKind::Root => self.behind_user(caller, time, record),
            CallerKind::FederatedUser => self.behind_federated(caller, time),
            CallerKind::AwsAccount => self.behind_other_account(caller, time),
            CallerKind::SamlUser => Behind::First(self.saml_user(caller, record)),
            CallerKind::AwsService | CallerKind::WebIdentityUser => Behind::First(identity(caller, kind_of(caller))),
            CallerKind::IdentityCenterUser => Behind::First(identity(caller, IdentityKind::IdentityCenterUser)),
            CallerKind::Other if caller.on_behalf_of.is_some() => {
                Behind::First(named(caller, IdentityKind::IdentityCenterUser, caller.on_behalf_of))
            }
            CallerKind::Other => Behind::Unsure(identity(caller, IdentityKind::Unknown), Incomplete::Nobody),
        }
    }

    /// Whom IAM Identity Center vouches for comes as a SAML user, whose name is that of the session.
    fn saml_user(&self, caller: &Caller<'_>, record: Option<&EventView<'_>>) -> Identity {
        let asked_for = || {
            let event = record?;
            event.request_parameters.and_then(requested_session).or_else(|| answered_session(event))
        };
        let taken = self.links.last().map(|link| &link.who);
        let session = match taken {
            Some(who) if is_identity_center_role(who.name.raw()) => {
                who.session.as_ref().map(|name| name.raw().to_owned())
            }
            Some(_) => None,
            None => asked_for().and_then(|arn| {
                let session = Caller::of_arn(&arn);
                session.session.filter(|_| is_identity_center_role(&session.principal)).map(str::to_owned)
            }),
        };
        match session {
            Some(session) => named(caller, IdentityKind::IdentityCenterUser, Some(&session)),
            None => identity(caller, IdentityKind::SamlUser),
        }
    }

    fn behind_role(&mut self, caller: &Caller<'_>, time: Option<Timestamp>, record: Option<&EventView<'_>>) -> Behind {
        match self.by_key(caller, time) {
            Ok(call) => Behind::Call(call, Tie::AccessKey),
            Err(reason) => self.behind_named_role(caller, time, &self.delivered(caller, record), reason),
        }
    }

    /// A role session whose key leads to no call, for this reason.
    fn behind_named_role(
        &mut self,
        caller: &Caller<'_>,
        time: Option<Timestamp>,
        delivered: &Delivered<'_>,
        mut reason: Incomplete,
    ) -> Behind {
        let renewed = delivered.get().is_some_and(|delivery| delivery.from_console);
        if matches!(reason, Incomplete::NotSeen | Incomplete::NotKept) {
            match self.by_session(caller, time, renewed) {
                Ok(call) => return Behind::Call(call, Tie::SessionName),
                Err(other) => reason = other,
            }
        }
        if let Some((kind, name)) = compute(caller, delivered.get()) {
            return Behind::First(named(caller, kind, Some(name)));
        }
        if is_service_linked(&caller.principal) {
            return Behind::First(identity(caller, IdentityKind::ServiceLinkedRole));
        }
        if is_identity_center_role(&caller.principal) && caller.session.is_some() {
            return Behind::First(named(caller, IdentityKind::IdentityCenterUser, caller.session));
        }
        if caller.source_identity.is_some() {
            return Behind::Unsure(named(caller, IdentityKind::SourceIdentity, caller.source_identity), reason);
        }
        match caller.session {
            Some(session) if is_instance_id(session) => {
                Behind::Unsure(named(caller, IdentityKind::Ec2Instance, Some(session)), Incomplete::NameOnly)
            }
            _ => Behind::Unsure(identity(caller, IdentityKind::Role), reason),
        }
    }

    /// A user is a user whether or not the record of its temporary credentials was seen; a root session may be another's.
    fn behind_user(&mut self, caller: &Caller<'_>, time: Option<Timestamp>, record: Option<&EventView<'_>>) -> Behind {
        let first = || identity(caller, kind_of(caller));
        // Nobody hands out long-term keys, whatever a record says.
        if caller.key.is_some_and(is_long_term) {
            return Behind::First(first());
        }
        match self.by_key(caller, time) {
            Ok(call) => return Behind::Call(call, Tie::AccessKey),
            Err(Incomplete::NotSeen | Incomplete::NotKept) => {}
            Err(reason) => return Behind::Unsure(first(), reason),
        }
        let is_assumed = caller.kind == CallerKind::Root
            && self.delivered(caller, record).get().is_some_and(|delivery| delivery.is_assumed_root);
        if is_assumed { Behind::Unsure(first(), self.not_seen()) } else { Behind::First(first()) }
    }

    fn behind_federated(&mut self, caller: &Caller<'_>, time: Option<Timestamp>) -> Behind {
        let reason = match self.by_key(caller, time) {
            Ok(call) => return Behind::Call(call, Tie::AccessKey),
            Err(reason) => reason,
        };
        let Some(user) = caller.issuer.map(Caller::of_arn) else {
            return Behind::Unsure(identity(caller, IdentityKind::FederatedUser), reason);
        };
        if matches!(reason, Incomplete::NotSeen | Incomplete::NotKept) {
            self.links.push(Link {
                who: identity(caller, IdentityKind::FederatedUser),
                how: super::How::GetFederationToken,
                when: None,
                event_id: None,
                account: account(caller),
                by: Tie::SessionIssuer,
            });
            return Behind::First(identity(&user, kind_of(&user)));
        }
        Behind::Unsure(identity(&user, kind_of(&user)), reason)
    }

    /// A principal of another account as the records of that account name it: that of the same call, else of a user's any.
    fn of_own_account(&self, caller: &Caller<'_>, record: Option<&EventView<'_>>) -> Option<Caller<'r>> {
        if caller.kind != CallerKind::AwsAccount {
            return None;
        }
        let resolver = self.resolver;
        // What is known of the event's own record says nothing of the calls before it.
        let shared = record.and_then(|record| present(record.shared_event_id));
        let call = shared.and_then(|shared| resolver.issuances.of_own_account(shared, caller));
        if let Some(call) = call.and_then(|call| resolver.issuances.get(call)) {
            return Some(call.caller.lend());
        }
        resolver.users.get(caller.principal_id?).map(KeptCaller::lend)
    }

    /// A principal of another account is known by its id alone, unless that account's records of its session are there.
    fn behind_other_account(&mut self, caller: &Caller<'_>, time: Option<Timestamp>) -> Behind {
        let resolver = self.resolver;
        let unknown = |reason| Behind::Unsure(identity(caller, IdentityKind::OtherAccount), reason);
        let Some(id) = caller.principal_id else { return unknown(Incomplete::OtherAccount) };
        let reason = match resolver.issuances.of_session_id(id).map(|calls| self.latest(calls, time, ROLE_SESSION)) {
            Some(Ok(call)) => return Behind::Call(call, Tie::SessionName),
            Some(Err(reason)) => reason,
            None => Incomplete::OtherAccount,
        };
        match resolver.sessions.of_principal_id(id) {
            Some((session, delivery)) => {
                let delivered = delivery.map_or(Delivered::Nowhere, Delivered::Known);
                self.behind_named_role(&session, time, &delivered, self.not_seen())
            }
            None => unknown(reason),
        }
    }

    /// The call that answered with the caller's access key.
    fn by_key(&mut self, caller: &Caller<'_>, time: Option<Timestamp>) -> Result<u32, Incomplete> {
        let found = caller.key.and_then(|key| self.resolver.issuances.of_key(key));
        let mut candidates = found.ok_or(self.not_seen())?;
        let contradicts = |call: &Issuance| {
            let both = call.session_arn.as_deref().zip(caller.arn);
            both.is_some_and(|(issued, used)| !issued.eq_ignore_ascii_case(used))
        };
        candidates.of.retain(|(_, call)| !contradicts(call));
        if candidates.of.is_empty() { Err(Incomplete::Contradiction) } else { self.latest(candidates, time, None) }
    }

    /// The call that asked for a session of the caller's name. Of calls that answered with a key only those for a console
    /// session count, whose keys are renewed, or for a caller whose key is not recorded: the name is anybody's to choose.
    fn by_session(&mut self, caller: &Caller<'_>, time: Option<Timestamp>, renewed: bool) -> Result<u32, Incomplete> {
        let found = caller.arn.and_then(|arn| self.resolver.issuances.of_session(arn));
        let mut candidates = found.ok_or(self.not_seen())?;
        candidates.of.retain(|(_, call)| renewed || caller.key.is_none() || call.key.is_none());
        self.latest(candidates, time, ROLE_SESSION)
    }

    /// The latest call that is not later than the use, in the caller's own account if it is recorded in two.
    fn latest(
        &mut self,
        mut candidates: Candidates<'_>,
        time: Option<Timestamp>,
        within: Option<SignedDuration>,
    ) -> Result<u32, Incomplete> {
        if candidates.of.is_empty() {
            return Err(self.not_seen());
        }
        // A name is good for some hours only.
        self.is_steady &= within.is_none();
        let disagree_at_all = candidates.disagree();
        let fits = |call: &Issuance| match (call.time, time) {
            (Some(issued), Some(used)) => {
                let age = used.duration_since(issued);
                age >= -SKEW && within.is_none_or(|within| age <= within)
            }
            _ => true,
        };
        candidates.of.retain(|(_, call)| fits(call));
        // A key is handed out once, so any other caller casts doubt; a name may be used again another day.
        let disagree = if within.is_some() { candidates.disagree() } else { disagree_at_all };
        let rank = |call: &Issuance| (!call.is_of_other_account(), call.time);
        let mut best: Option<(u32, &Issuance)> = None;
        for (at, call) in candidates.of {
            if best.is_none_or(|(_, best)| rank(call) > rank(best)) {
                best = Some((at, call));
            }
        }
        let Some((at, call)) = best else {
            return Err(if within.is_some() { self.not_seen() } else { Incomplete::UsedBefore });
        };
        if disagree {
            self.doubt = self.doubt.or(Some(Incomplete::SeveralCallers));
        }
        let counterpart = || self.resolver.issuances.counterpart(call);
        Ok(if call.is_of_other_account() { counterpart().unwrap_or(at) } else { at })
    }

    fn not_seen(&self) -> Incomplete {
        if self.resolver.issuances.dropped() > 0 { Incomplete::NotKept } else { Incomplete::NotSeen }
    }

    fn delivered(&self, caller: &Caller<'_>, record: Option<&EventView<'_>>) -> Delivered<'r> {
        match (self.resolver.sessions.delivery(caller), record) {
            (Some(delivery), _) => Delivered::Known(delivery),
            (None, Some(event)) => Delivered::Read(Delivery::of(event)),
            (None, None) => Delivered::Nowhere,
        }
    }
}

/// Whether a chain that may not be whole for this reason is so at any time.
const fn is_steady(reason: Incomplete) -> bool {
    matches!(reason, Incomplete::NotSeen | Incomplete::OtherAccount | Incomplete::NameOnly | Incomplete::Nobody)
}

/// Whether nothing but its own `userIdentity` tells who is behind the caller.
const fn is_known_by_name(caller: &Caller<'_>) -> bool {
    caller.key.is_none()
        && match caller.kind {
            CallerKind::IamUser
            | CallerKind::AwsService
            | CallerKind::WebIdentityUser
            | CallerKind::IdentityCenterUser
            | CallerKind::Other => true,
            CallerKind::Root
            | CallerKind::AssumedRole
            | CallerKind::FederatedUser
            | CallerKind::SamlUser
            | CallerKind::AwsAccount => false,
        }
}

/// The earliest time at which an event of the session can have this chain; `None` if any can.
pub(super) fn earliest(chain: &Chain) -> Option<Timestamp> {
    chain.links.last()?.when?.checked_sub(SKEW).ok()
}

fn link(caller: &Caller<'_>, call: &Issuance, tie: Tie) -> Link {
    let kind = match caller.kind {
        CallerKind::AssumedRole | CallerKind::AwsAccount => IdentityKind::Role,
        _ => kind_of(caller),
    };
    // A principal of another account is known by its id; the call names it.
    let session = call.session_arn.as_deref().filter(|_| caller.kind == CallerKind::AwsAccount).map(Caller::of_arn);
    let taken_on = session.as_ref().unwrap_or(caller);
    Link {
        who: identity(taken_on, kind),
        how: call.how,
        when: call.time,
        event_id: call.event_id.as_deref().map(Text::identifier),
        account: account(taken_on),
        by: tie,
    }
}
