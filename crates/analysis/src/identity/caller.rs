//! Who made a call, as far as its own record says.

use std::borrow::Cow;
use std::sync::Arc;

use security_model::EventView;

use super::shelf::{Full, Shelf};
use crate::cloudtrail::principal::{account_of, fold, present};

/// Longest access key id that is looked at; AWS's have at most 128 characters (IAM API reference, `AccessKey`).
const LONGEST_KEY: usize = 128;

/// `userIdentity.type`, as far as chains tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallerKind {
    Root,
    IamUser,
    AssumedRole,
    FederatedUser,
    SamlUser,
    WebIdentityUser,
    IdentityCenterUser,
    AwsService,
    /// A principal of another account, of which only an id is recorded.
    AwsAccount,
    Other,
}

impl CallerKind {
    fn of(kind: Option<&str>) -> Self {
        match kind.unwrap_or_default() {
            "Root" => Self::Root,
            "IAMUser" => Self::IamUser,
            "AssumedRole" => Self::AssumedRole,
            "FederatedUser" => Self::FederatedUser,
            "SAMLUser" => Self::SamlUser,
            "WebIdentityUser" => Self::WebIdentityUser,
            "IdentityCenterUser" => Self::IdentityCenterUser,
            "AWSService" => Self::AwsService,
            "AWSAccount" => Self::AwsAccount,
            _ => Self::Other,
        }
    }
}

/// Who made a call.
#[derive(Clone, Debug)]
pub(super) struct Caller<'a> {
    pub(super) kind: CallerKind,
    /// The principal, with role sessions folded to their role.
    pub(super) principal: Cow<'a, str>,
    /// Name of the session.
    pub(super) session: Option<&'a str>,
    pub(super) arn: Option<&'a str>,
    pub(super) account: Option<Cow<'a, str>>,
    pub(super) key: Option<&'a str>,
    pub(super) principal_id: Option<&'a str>,
    /// `sessionContext.sessionIssuer.arn`.
    pub(super) issuer: Option<&'a str>,
    pub(super) source_identity: Option<&'a str>,
    pub(super) invoked_by: Option<&'a str>,
    pub(super) on_behalf_of: Option<&'a str>,
}

impl<'a> Caller<'a> {
    pub(super) fn of(event: &EventView<'a>) -> Self {
        let identity = &event.identity;
        let folded = fold(event);
        // Events that services report of themselves often name the service and no type.
        let kind = match (CallerKind::of(present(identity.kind)), present(identity.invoked_by)) {
            (CallerKind::Other, Some(_)) if present(identity.kind).is_none() => CallerKind::AwsService,
            (kind, _) => kind,
        };
        let account = account_of(identity, &folded.principal).map(|account| Cow::Owned(account.to_owned()));
        Self {
            kind,
            session: folded.session,
            principal: folded.principal,
            arn: present(identity.arn),
            account,
            key: access_key(present(identity.access_key_id)),
            principal_id: present(identity.principal_id),
            issuer: identity.session_issuer.and_then(|issuer| present(issuer.arn)),
            source_identity: present(identity.source_identity),
            invoked_by: present(identity.invoked_by),
            on_behalf_of: present(identity.on_behalf_of),
        }
    }

    /// A role session or user of which only the ARN is known.
    pub(super) fn of_arn(arn: &'a str) -> Self {
        let mut parts = arn.splitn(6, ':').skip(2);
        let (service, account, resource) = (parts.next(), parts.nth(1), parts.next().unwrap_or_default());
        let role = resource.strip_prefix("assumed-role/").and_then(|rest| rest.rsplit_once('/'));
        let kind = match (service, role) {
            (Some("sts"), Some(_)) => CallerKind::AssumedRole,
            (Some("iam"), _) if resource.starts_with("user/") => CallerKind::IamUser,
            (Some("iam"), _) if resource == "root" => CallerKind::Root,
            _ => CallerKind::Other,
        };
        let principal = match (role, account) {
            (Some((role, _)), Some(account)) => {
                let partition = arn.split(':').nth(1).unwrap_or("aws");
                Cow::Owned(format!("arn:{partition}:iam::{account}:role/{role}"))
            }
            _ => Cow::Borrowed(arn),
        };
        Self {
            kind,
            principal,
            session: role.map(|(_, session)| session),
            arn: Some(arn),
            account: account.filter(|account| !account.is_empty()).map(Cow::Borrowed),
            key: None,
            principal_id: None,
            issuer: None,
            source_identity: None,
            invoked_by: None,
            on_behalf_of: None,
        }
    }
}

/// An access key id, unless it is too long to be one.
pub(crate) fn access_key(text: Option<&str>) -> Option<&str> {
    text.filter(|key| key.len() <= LONGEST_KEY)
}

/// A caller that is kept.
#[derive(Debug)]
pub(super) struct KeptCaller {
    kind: CallerKind,
    principal: Arc<str>,
    session: Option<Arc<str>>,
    arn: Option<Arc<str>>,
    account: Option<Arc<str>>,
    key: Option<Arc<str>>,
    principal_id: Option<Arc<str>>,
    issuer: Option<Arc<str>>,
    source_identity: Option<Arc<str>>,
    invoked_by: Option<Arc<str>>,
    on_behalf_of: Option<Arc<str>>,
}

impl KeptCaller {
    pub(super) fn new(caller: &Caller<'_>, shelf: &mut Shelf) -> Result<Self, Full> {
        Ok(Self {
            kind: caller.kind,
            principal: shelf.keep(&caller.principal)?,
            session: shelf.keep_some(caller.session)?,
            arn: shelf.keep_some(caller.arn)?,
            account: shelf.keep_some(caller.account.as_deref())?,
            key: shelf.keep_some(caller.key)?,
            principal_id: shelf.keep_some(caller.principal_id)?,
            issuer: shelf.keep_some(caller.issuer)?,
            source_identity: shelf.keep_some(caller.source_identity)?,
            invoked_by: shelf.keep_some(caller.invoked_by)?,
            on_behalf_of: shelf.keep_some(caller.on_behalf_of)?,
        })
    }

    pub(super) const fn kind(&self) -> CallerKind {
        self.kind
    }

    pub(super) fn principal(&self) -> &str {
        &self.principal
    }

    /// `principalId` of a role session.
    pub(super) fn role_session_id(&self) -> Option<&Arc<str>> {
        self.principal_id.as_ref().filter(|_| self.kind == CallerKind::AssumedRole)
    }

    pub(super) fn lend(&self) -> Caller<'_> {
        Caller {
            kind: self.kind,
            principal: Cow::Borrowed(&self.principal),
            session: self.session.as_deref(),
            arn: self.arn.as_deref(),
            account: self.account.as_deref().map(Cow::Borrowed),
            key: self.key.as_deref(),
            principal_id: self.principal_id.as_deref(),
            issuer: self.issuer.as_deref(),
            source_identity: self.source_identity.as_deref(),
            invoked_by: self.invoked_by.as_deref(),
            on_behalf_of: self.on_behalf_of.as_deref(),
        }
    }
}

/// What a record says about a role session beyond its view: where its credentials were delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Delivery {
    /// `userIdentity.inScopeOf.credentialsIssuedTo`, else `sourceArn`: the compute resource.
    pub(super) issued_to: Option<Box<str>>,
    /// `sessionContext.ec2RoleDelivery` is there: the instance metadata service handed the credentials out.
    pub(super) by_instance_metadata: bool,
    /// `sessionContext.assumedRoot`.
    pub(super) is_assumed_root: bool,
    /// `sessionCredentialFromConsole`: the console renews keys without a record of it.
    pub(super) from_console: bool,
}

impl Delivery {
    pub(super) fn of(event: &EventView<'_>) -> Self {
        let identity = &event.identity;
        Self {
            issued_to: present(identity.credentials_issued_to).map(|arn| super::shelf::as_kept(arn).into()),
            by_instance_metadata: present(identity.ec2_role_delivery).is_some(),
            is_assumed_root: identity.assumed_root == Some(true),
            from_console: event.session_credential_from_console == Some(true),
        }
    }
}
