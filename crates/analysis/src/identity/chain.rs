//! What a chain is: the first identity, and how each next one was taken on.

use std::fmt;

use jiff::Timestamp;

use super::text::Text;

/// Somebody or something that acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// What it is.
    pub kind: IdentityKind,
    /// Its name: the ARN where there is one, role sessions folded to their role.
    pub name: Text,
    /// The name of its session.
    pub session: Option<Text>,
    /// Its account.
    pub account: Option<Text>,
    /// The id of the access key with which it acted.
    pub access_key: Option<Text>,
}

/// Sorts of identities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityKind {
    /// The root user of an account.
    Root,
    /// An IAM user with a long-term access key.
    LongTermKey,
    /// An IAM user otherwise: signed in to the console, or with temporary credentials.
    IamUser,
    /// A federated user of `GetFederationToken` whose IAM user is not named.
    FederatedUser,
    /// A user of a SAML identity provider.
    SamlUser,
    /// A user or workload of an OpenID Connect identity provider.
    WebIdentityUser,
    /// A user of IAM Identity Center.
    IdentityCenterUser,
    /// An AWS service.
    AwsService,
    /// An AWS service in its service-linked role.
    ServiceLinkedRole,
    /// An EC2 instance in its instance profile's role.
    Ec2Instance,
    /// A Lambda function in its execution role.
    LambdaFunction,
    /// An ECS task in its task role.
    EcsTask,
    /// A role session; who is behind it is not known.
    Role,
    /// The name that somebody gave as source identity when taking a role.
    SourceIdentity,
    /// A principal of another account, of which only the id is known.
    OtherAccount,
    /// Nobody the record names, or of a sort that is not known.
    Unknown,
}

impl IdentityKind {
    /// The words for it, e.g. `IAM user`.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Root => "root user",
            Self::LongTermKey => "IAM user with a long-term key",
            Self::IamUser => "IAM user",
            Self::FederatedUser => "federated user",
            Self::SamlUser => "SAML user",
            Self::WebIdentityUser => "web identity",
            Self::IdentityCenterUser => "IAM Identity Center user",
            Self::AwsService => "AWS service",
            Self::ServiceLinkedRole => "service-linked role",
            Self::Ec2Instance => "EC2 instance",
            Self::LambdaFunction => "Lambda function",
            Self::EcsTask => "ECS task",
            Self::Role => "role session",
            Self::SourceIdentity => "source identity",
            Self::OtherAccount => "principal of another account",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        match (&self.session, self.kind) {
            (Some(session), IdentityKind::Role) => write!(f, " (session {session})"),
            _ => Ok(()),
        }
    }
}

/// The way from the first identity to the one that made a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Who is behind the call, as far back as the records go.
    pub first: Identity,
    /// The identities taken on after it, the one that made the call last. Empty if the first made it.
    pub links: Vec<Link>,
    /// Whether `first` is known to be the first.
    pub complete: bool,
    /// Why it may not be.
    pub reason: Option<Incomplete>,
}

/// One identity taken on by the one before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The identity taken on.
    pub who: Identity,
    /// By which call.
    pub how: How,
    /// When; `None` where no record of the call was seen, or it has no time.
    pub when: Option<Timestamp>,
    /// `eventID` of that call.
    pub event_id: Option<Text>,
    /// Account of the identity taken on.
    pub account: Option<Text>,
    /// What ties the call to the session.
    pub by: Tie,
}

/// Calls that hand out credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    /// `sts:AssumeRole`
    AssumeRole,
    /// `sts:AssumeRoleWithSAML`
    AssumeRoleWithSaml,
    /// `sts:AssumeRoleWithWebIdentity`
    AssumeRoleWithWebIdentity,
    /// `sts:AssumeRoot`
    AssumeRoot,
    /// `sts:GetSessionToken`
    GetSessionToken,
    /// `sts:GetFederationToken`
    GetFederationToken,
    /// `signin:SwitchRole`, the console's role switch
    SwitchRole,
    /// `sso:GetRoleCredentials`
    GetRoleCredentials,
    /// `sso-oauth:CreateToken`
    CreateToken,
}

impl How {
    /// The name of the call, as records have it.
    #[must_use]
    pub const fn event_name(self) -> &'static str {
        match self {
            Self::AssumeRole => "AssumeRole",
            Self::AssumeRoleWithSaml => "AssumeRoleWithSAML",
            Self::AssumeRoleWithWebIdentity => "AssumeRoleWithWebIdentity",
            Self::AssumeRoot => "AssumeRoot",
            Self::GetSessionToken => "GetSessionToken",
            Self::GetFederationToken => "GetFederationToken",
            Self::SwitchRole => "SwitchRole",
            Self::GetRoleCredentials => "GetRoleCredentials",
            Self::CreateToken => "CreateToken",
        }
    }

    /// The call of this source and name, if it hands out credentials.
    pub(super) fn of(source: &str, name: &str) -> Option<Self> {
        Some(match (source, name) {
            ("sts.amazonaws.com", "AssumeRole") => Self::AssumeRole,
            ("sts.amazonaws.com", "AssumeRoleWithSAML") => Self::AssumeRoleWithSaml,
            ("sts.amazonaws.com", "AssumeRoleWithWebIdentity") => Self::AssumeRoleWithWebIdentity,
            ("sts.amazonaws.com", "AssumeRoot") => Self::AssumeRoot,
            ("sts.amazonaws.com", "GetSessionToken") => Self::GetSessionToken,
            ("sts.amazonaws.com", "GetFederationToken") => Self::GetFederationToken,
            ("signin.amazonaws.com", "SwitchRole") => Self::SwitchRole,
            ("sso.amazonaws.com", "GetRoleCredentials") => Self::GetRoleCredentials,
            ("sso-oauth.amazonaws.com" | "sso.amazonaws.com", "CreateToken") => Self::CreateToken,
            _ => return None,
        })
    }
}

/// What ties a session to the call that handed out its credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tie {
    /// The call answered with the access key of the session.
    AccessKey,
    /// The call was for a session of this name; its key is not recorded, or the console has renewed it.
    SessionName,
    /// The record of the session names whose it is; the call was not seen.
    SessionIssuer,
}

/// Why the first identity may be another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Incomplete {
    /// No record of the call that handed out the session's credentials was seen.
    NotSeen,
    /// The same, and records of such calls were left out for want of room.
    NotKept,
    /// The caller is of another account, whose records were not seen.
    OtherAccount,
    /// Records name several callers for the same credentials.
    SeveralCallers,
    /// The credentials were used before the call that handed them out.
    UsedBefore,
    /// The call that handed out the key did so for another session.
    Contradiction,
    /// The records lead back to themselves.
    Loop,
    /// The chain has more links than are followed.
    TooLong,
    /// Only a session name says so, which whoever takes the role chooses.
    NameOnly,
    /// The record does not say who made the call.
    Nobody,
}

impl Incomplete {
    /// The reason in words.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotSeen => "the call that handed out the session's credentials is not among the records read",
            Self::NotKept => "the call that handed out the session's credentials was not kept: there were too many",
            Self::OtherAccount => "the caller belongs to another account, whose records were not read",
            Self::SeveralCallers => "the records name several callers for the same credentials",
            Self::UsedBefore => "the credentials were used before the call that handed them out",
            Self::Contradiction => "the call that handed out the key did so for another session",
            Self::Loop => "the records lead back to themselves",
            Self::TooLong => "the chain has more links than are followed",
            Self::NameOnly => "only the session name says so, which whoever takes the role chooses",
            Self::Nobody => "the record does not say who made the call",
        }
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        for link in &self.links {
            write!(f, " → {} ({})", link.who, link.how.event_name())?;
        }
        self.reason.map_or(Ok(()), |reason| write!(f, "; {reason}"))
    }
}
