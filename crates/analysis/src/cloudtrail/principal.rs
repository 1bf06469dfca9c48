//! Events by principal: who acted, with role sessions folded to their role.
//!
//! | `userIdentity.type` | principal | session |
//! |---|---|---|
//! | `AssumedRole` | `sessionIssuer.arn`, else the role of the session's ARN | last segment of the ARN, else of `principalId` |
//! | `FederatedUser` | `sessionIssuer.arn`, else `arn` | last segment of the ARN |
//! | `Root` | `arn`, else the root ARN of the account | |
//! | `IAMUser` | `arn`, else `userName@account` | |
//! | `AWSService` | `invokedBy` | |
//! | `AWSAccount` | `accountId/principalId`, the session cut off | the session |
//! | `SAMLUser`, `WebIdentityUser` | `userName`, else `principalId`, then `@identityProvider` | |
//! | `IdentityCenterUser` | `onBehalfOf.userId` | |
//!
//! Where those fields are absent, and for other types: `arn` (folded if it is a role session's), `userName@account`,
//! `principalId`, `invokedBy`, `accountId`, `(unknown)`, the first that is present. Source: CloudTrail `userIdentity`
//! element, read 2026-11-21.

use std::borrow::Cow;

use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::PrincipalCount;
use security_model::{EventView, TextKind, Untrusted, UserIdentityView};

use super::Section;
use super::evidence::{EventSets, Selector};
use super::failed::Outcome;
use super::features::Features;
use crate::hash::HashMap;
use crate::names::{Name, Names, Texts};
use crate::rank::{Counts, Ranked, add, busiest, rank};

/// Who acted: name, `userIdentity.type` and account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Principal {
    pub(super) name: Name,
    pub(super) kind: Name,
    pub(super) account: Name,
}

/// The principal of an event and the name of its session.
pub(super) fn of(event: &EventView<'_>, names: &mut Names) -> (Principal, Name) {
    let folded = fold(event);
    let identity = &event.identity;
    let principal = Principal {
        name: names.intern(Some(Untrusted::new(&folded.principal)), TextKind::Name),
        kind: names.intern(identity.kind, TextKind::Identifier),
        account: names.intern(account_of(identity, &folded.principal).map(Untrusted::new), TextKind::Identifier),
    };
    (principal, names.intern(folded.session.map(Untrusted::new), TextKind::Name))
}

#[derive(Debug, PartialEq)]
pub(crate) struct Folded<'a> {
    pub(crate) principal: Cow<'a, str>,
    pub(crate) session: Option<&'a str>,
}

impl<'a> Folded<'a> {
    fn sessionless(principal: impl Into<Cow<'a, str>>) -> Self {
        Self { principal: principal.into(), session: None }
    }
}

/// A field that is present and not empty.
pub(crate) fn present(field: Option<Untrusted<'_>>) -> Option<&str> {
    field.map(Untrusted::for_matching).filter(|text| !text.is_empty())
}

pub(crate) fn fold<'a>(event: &EventView<'a>) -> Folded<'a> {
    let identity = &event.identity;
    let by_type = match present(identity.kind).unwrap_or_default() {
        "AssumedRole" => role(identity),
        "FederatedUser" => federated(identity),
        "Root" => root(event).map(Folded::sessionless),
        "AWSService" => present(identity.invoked_by).map(Folded::sessionless),
        "AWSAccount" => other_account(identity),
        "SAMLUser" | "WebIdentityUser" => provided(identity).map(Folded::sessionless),
        "IdentityCenterUser" => present(identity.on_behalf_of).map(Folded::sessionless),
        _ => None,
    };
    by_type.unwrap_or_else(|| any(identity))
}

fn role<'a>(identity: &UserIdentityView<'a>) -> Option<Folded<'a>> {
    let session = present(identity.arn).and_then(RoleSession::of);
    let of_id = || present(identity.principal_id).and_then(|id| id.split_once(':')).map(|(_, session)| session);
    let name = session.as_ref().and_then(RoleSession::name).or_else(of_id).filter(|name| !name.is_empty());
    let issuer = present(identity.session_issuer.unwrap_or_default().arn).map(Cow::Borrowed);
    let principal = issuer.or_else(|| session.map(|session| session.role_arn().into()));
    principal.map(|principal| Folded { principal, session: name })
}

/// `arn:aws:sts::111122223333:assumed-role/Role/session`, in any partition.
struct RoleSession<'a> {
    partition: &'a str,
    account: &'a str,
    role: &'a str,
    name: &'a str,
}

impl<'a> RoleSession<'a> {
    fn of(arn: &'a str) -> Option<Self> {
        let mut parts = arn.splitn(6, ':');
        let ("arn", partition, "sts", _, account, resource) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?)
        else {
            return None;
        };
        let (role, name) = resource.strip_prefix("assumed-role/")?.rsplit_once('/')?;
        Some(Self { partition, account, role, name })
    }

    fn name(&self) -> Option<&'a str> {
        Some(self.name).filter(|name| !name.is_empty())
    }

    fn role_arn(&self) -> String {
        let Self { partition, account, role, .. } = self;
        ["arn:", partition, ":iam::", account, ":role/", role].concat()
    }
}

fn federated<'a>(identity: &UserIdentityView<'a>) -> Option<Folded<'a>> {
    let arn = present(identity.arn);
    let principal = present(identity.session_issuer.unwrap_or_default().arn).or(arn)?;
    let session = arn.and_then(|arn| arn.rsplit_once('/')).map(|(_, name)| name).filter(|name| !name.is_empty());
    Some(Folded { principal: principal.into(), session })
}

fn root<'a>(event: &EventView<'a>) -> Option<Cow<'a, str>> {
    if let Some(arn) = present(event.identity.arn) {
        return Some(arn.into());
    }
    let partition = match present(event.aws_region).unwrap_or_default() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let account = present(event.identity.account_id).or_else(|| present(event.account_id))?;
    Some(format!("arn:{partition}:iam::{account}:root").into())
}

fn other_account<'a>(identity: &UserIdentityView<'a>) -> Option<Folded<'a>> {
    let account = present(identity.account_id)?;
    let Some(id) = present(identity.principal_id) else { return Some(Folded::sessionless(account)) };
    let (id, session) = id.split_once(':').map_or((id, None), |(id, session)| (id, Some(session)));
    Some(Folded { principal: format!("{account}/{id}").into(), session: session.filter(|name| !name.is_empty()) })
}

fn provided<'a>(identity: &UserIdentityView<'a>) -> Option<Cow<'a, str>> {
    let name = present(identity.user_name).or_else(|| present(identity.principal_id))?;
    Some(present(identity.identity_provider).map_or(name.into(), |provider| format!("{name}@{provider}").into()))
}

fn any<'a>(identity: &UserIdentityView<'a>) -> Folded<'a> {
    if let Some(arn) = present(identity.arn) {
        return RoleSession::of(arn).map_or_else(
            || Folded::sessionless(arn),
            |session| Folded { principal: session.role_arn().into(), session: session.name() },
        );
    }
    let account = present(identity.account_id);
    let user = present(identity.user_name).map(|user| match account {
        Some(account) => Cow::Owned(format!("{user}@{account}")),
        None => Cow::Borrowed(user),
    });
    let name = user
        .or_else(|| present(identity.principal_id).map(Cow::Borrowed))
        .or_else(|| present(identity.invoked_by).map(Cow::Borrowed))
        .or_else(|| account.map(Cow::Borrowed));
    Folded::sessionless(name.unwrap_or(Cow::Borrowed("(unknown)")))
}

/// The account a principal belongs to: its own field, the session issuer's, or the one in its ARN.
pub(crate) fn account_of<'a>(identity: &UserIdentityView<'a>, principal: &'a str) -> Option<&'a str> {
    present(identity.account_id)
        .or_else(|| present(identity.session_issuer.unwrap_or_default().account_id))
        .or_else(|| principal.strip_prefix("arn:")?.split(':').nth(3).filter(|account| !account.is_empty()))
}

#[derive(Default)]
pub(super) struct Principals {
    counts: Counts<Principal>,
    failed: Counts<Principal>,
    sessions: Counts<(Principal, Name)>,
}

impl Section for Principals {
    fn observe(&mut self, event: &Features) {
        add(&mut self.counts, event.principal);
        if event.outcome == Outcome::Failed {
            add(&mut self.failed, event.principal);
        }
        if !event.session.is_absent() {
            add(&mut self.sessions, (event.principal, event.session));
        }
    }

    fn finish(self: Box<Self>, texts: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let Self { counts, failed, sessions } = *self;
        let mut by_principal: HashMap<Principal, Vec<(Name, u64)>> = HashMap::default();
        for ((principal, session), count) in sessions {
            by_principal.entry(principal).or_default().push((session, count));
        }
        let rows = rank(counts, texts, |principal| {
            [
                (principal.name, TextKind::Name),
                (principal.kind, TextKind::Identifier),
                (principal.account, TextKind::Identifier),
            ]
        });
        let selectors = rows.iter().map(|row| (Selector::Principal(row.key), row.count));
        sets.add_list(List::Principal, "Events of one principal", "events.by_principal", selectors);
        summary.by_principal = rows
            .into_iter()
            .map(|Ranked { key, count, labels: [principal, kind, account] }| {
                let sessions = by_principal.remove(&key).map(|counts| busiest(counts, texts, TextKind::Name));
                let sessions = sessions.unwrap_or_default();
                PrincipalCount {
                    principal,
                    kind,
                    account: Some(account).filter(|_| !key.account.is_absent()),
                    count,
                    failed: failed.get(&key).copied().unwrap_or_default(),
                    session_count: u64::try_from(sessions.len()).unwrap_or(u64::MAX),
                    sessions,
                }
            })
            .collect();
    }
}
