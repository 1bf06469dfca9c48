//! Who made calls, each of them once, however many calls they made.

use security_model::{SessionIssuerView, TextKind, Untrusted, UserIdentityView};

use crate::hash::HashMap;
use crate::names::{Name, Names, Texts};

/// One `userIdentity`, as far as chains and analytics read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct IdentityId(u32);

impl IdentityId {
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

/// What analytics read of an identity.
pub(super) struct ShownIdentity<'t> {
    pub(super) identity_type: &'t str,
    pub(super) user_name: &'t str,
    pub(super) access_key: &'t str,
    pub(super) invoked_by: &'t str,
    /// ARN of the session issuer.
    pub(super) issuer: &'t str,
    pub(super) mfa_authenticated: Option<bool>,
}

/// Most identities told apart; those of further calls are taken for one that is not known.
const MOST: usize = 500_000;

/// Every `userIdentity` met.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    all: Vec<Kept>,
    of: HashMap<Kept, IdentityId>,
}

impl Identities {
    /// The identity that made a call; nothing once there are too many.
    pub(crate) fn intern(&mut self, identity: &UserIdentityView<'_>, names: &mut Names) -> Option<IdentityId> {
        let Self { all, of } = self;
        let names = fields(identity).map(|field| names.intern(field, TextKind::Reference));
        let kept = Kept { names, mfa_authenticated: identity.mfa_authenticated };
        if let Some(id) = of.get(&kept) {
            return Some(*id);
        }
        let id = IdentityId(u32::try_from(all.len()).ok().filter(|_| all.len() < MOST)?);
        all.push(kept);
        of.insert(kept, id);
        Some(id)
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The session of each: its access key and the acting identity.
    pub(super) fn sessions(&self) -> impl Iterator<Item = (Name, Name)> {
        self.all.iter().map(|kept| {
            let [_, _, arn, _, access_key, _, invoked_by, ..] = kept.names;
            (access_key, if arn.is_absent() { invoked_by } else { arn })
        })
    }

    /// What analytics read of each identity; empty what it does not have.
    pub(super) fn shown<'t>(&self, texts: &'t Texts) -> impl Iterator<Item = ShownIdentity<'t>> {
        let text = |name| texts.raw(name).unwrap_or_default();
        self.all.iter().map(move |kept| {
            let [kind, _, _, _, access_key, user_name, invoked_by, _, _, _, issuer, _, _] = kept.names;
            ShownIdentity {
                identity_type: text(kind),
                user_name: text(user_name),
                access_key: text(access_key),
                invoked_by: text(invoked_by),
                issuer: text(issuer),
                mfa_authenticated: kept.mfa_authenticated,
            }
        })
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
            ..UserIdentityView::default()
        }
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
