//! Who made calls, each of them once, however many calls they made.

use std::collections::HashMap;

use security_model::{EventView, SessionIssuerView, TextKind, Untrusted, UserIdentityView};

use crate::names::{Name, Names, Texts};

/// One `userIdentity`, as far as chains and analytics read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct IdentityId(u32);

impl IdentityId {
    pub(super) const fn new(index: u32) -> Self {
        Self(index)
    }

    pub(crate) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// Fields that are kept of a `userIdentity`.
const FIELDS: usize = 13;

/// The fields in the order of [`fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Kept {
    names: [Name; FIELDS],
    mfa_authenticated: Option<bool>,
}

/// Most identities told apart; those of further calls are taken for one that is not known.
const MOST: usize = 500_000;

/// Every `userIdentity` met.
#[derive(Debug, Default)]
pub(super) struct Identities {
    all: Vec<Kept>,
    of: HashMap<Kept, IdentityId>,
    /// The last identity with this ARN, access key and service: mostly it is the one.
    last: HashMap<[Name; 3], IdentityId>,
}

impl Identities {
    /// The identity that made the call.
    pub(super) fn intern(&mut self, event: &EventView<'_>, names: &mut Names) -> Option<IdentityId> {
        let fields = fields(&event.identity);
        let mut name = |field: Option<Untrusted<'_>>| names.intern(field, TextKind::Reference);
        let marks = [name(event.identity.arn), name(event.identity.access_key_id), name(event.identity.invoked_by)];
        if let Some(id) = self.last.get(&marks)
            && self.all.get(id.index()).is_some_and(|kept| kept.is(&fields, &event.identity, names))
        {
            return Some(*id);
        }
        let kept = Kept {
            names: fields.map(|field| names.intern(field, TextKind::Reference)),
            mfa_authenticated: event.identity.mfa_authenticated,
        };
        let id = match self.of.get(&kept) {
            Some(id) => *id,
            None if self.all.len() >= MOST => return None,
            None => {
                let id = IdentityId(u32::try_from(self.all.len()).ok()?);
                self.all.push(kept);
                self.of.insert(kept, id);
                id
            }
        };
        if self.last.len() < MOST || self.last.contains_key(&marks) {
            self.last.insert(marks, id);
        }
        Some(id)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The identity as records have it.
    pub(super) fn view<'t>(&self, id: IdentityId, texts: &'t Texts) -> UserIdentityView<'t> {
        let Some(kept) = self.all.get(id.index()) else { return UserIdentityView::default() };
        let [
            kind,
            principal_id,
            arn,
            account_id,
            access_key_id,
            user_name,
            invoked_by,
            identity_provider,
            on_behalf_of,
            source_identity,
            issuer_arn,
            issuer_account,
            issuer_name,
        ] = kept.names.map(|name| texts.raw(name).map(Untrusted::new));
        let issuer =
            SessionIssuerView { kind: None, arn: issuer_arn, account_id: issuer_account, user_name: issuer_name };
        let has_issuer = issuer_arn.is_some() || issuer_account.is_some() || issuer_name.is_some();
        UserIdentityView {
            kind,
            principal_id,
            arn,
            account_id,
            access_key_id,
            user_name,
            invoked_by,
            identity_provider,
            on_behalf_of,
            session_issuer: has_issuer.then_some(issuer),
            mfa_authenticated: kept.mfa_authenticated,
            source_identity,
        }
    }
}

impl Kept {
    /// Whether it is this identity, text by text.
    fn is(&self, fields: &[Option<Untrusted<'_>>; FIELDS], identity: &UserIdentityView<'_>, names: &Names) -> bool {
        let same = |(name, field): (&Name, &Option<Untrusted<'_>>)| {
            names.raw(*name).unwrap_or_default() == field.map_or("", Untrusted::for_matching)
        };
        self.mfa_authenticated == identity.mfa_authenticated && self.names.iter().zip(fields).all(same)
    }
}

fn fields<'a>(identity: &UserIdentityView<'a>) -> [Option<Untrusted<'a>>; FIELDS] {
    let issuer = identity.session_issuer.unwrap_or_default();
    [
        identity.kind,
        identity.principal_id,
        identity.arn,
        identity.account_id,
        identity.access_key_id,
        identity.user_name,
        identity.invoked_by,
        identity.identity_provider,
        identity.on_behalf_of,
        identity.source_identity,
        issuer.arn,
        issuer.account_id,
        issuer.user_name,
    ]
}
