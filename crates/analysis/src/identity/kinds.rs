//! What kind of identity a caller is, and which machine it is.

use super::caller::{Caller, CallerKind, Delivery};
use super::chain::{Identity, IdentityKind};
use super::issuance::Issuance;
use super::text::Text;

/// The kind of a caller by its own record.
pub(super) const fn kind_of(caller: &Caller<'_>) -> IdentityKind {
    match caller.kind {
        CallerKind::Root => IdentityKind::Root,
        CallerKind::IamUser => match caller.key {
            Some(key) if is_long_term(key) => IdentityKind::LongTermKey,
            _ => IdentityKind::IamUser,
        },
        CallerKind::AssumedRole => IdentityKind::Role,
        CallerKind::FederatedUser => IdentityKind::FederatedUser,
        CallerKind::SamlUser => IdentityKind::SamlUser,
        CallerKind::WebIdentityUser => IdentityKind::WebIdentityUser,
        CallerKind::IdentityCenterUser => IdentityKind::IdentityCenterUser,
        CallerKind::AwsService => IdentityKind::AwsService,
        CallerKind::AwsAccount => IdentityKind::OtherAccount,
        CallerKind::Other => IdentityKind::Unknown,
    }
}

/// Access key ids of users begin with `AKIA`, temporary ones with `ASIA` (IAM user guide, unique identifiers).
pub(super) const fn is_long_term(key: &str) -> bool {
    matches!(key.as_bytes(), [b'A', b'K', b'I', b'A', ..])
}

pub(super) fn identity(caller: &Caller<'_>, kind: IdentityKind) -> Identity {
    // The principal of a federated user is the user who let him in.
    let name = caller.arn.filter(|_| kind == IdentityKind::FederatedUser).unwrap_or(&caller.principal);
    Identity {
        kind,
        name: Text::name(name),
        session: caller.session.map(Text::name),
        account: account(caller),
        access_key: caller.key.map(Text::identifier),
    }
}

/// The same under another name, with the principal's account.
pub(super) fn named(caller: &Caller<'_>, kind: IdentityKind, name: Option<&str>) -> Identity {
    let name = name.unwrap_or_else(|| caller.principal.as_ref());
    Identity { name: Text::name(name), ..identity(caller, kind) }
}

pub(super) fn account(caller: &Caller<'_>) -> Option<Text> {
    caller.account.as_deref().map(Text::identifier)
}

pub(super) fn is_service_linked(role: &str) -> bool {
    role.contains(":role/aws-service-role/")
}

/// Only IAM Identity Center can make roles of this name, and only it hands out their sessions, named by the user.
pub(super) fn is_identity_center_role(role: &str) -> bool {
    let resource = role.split_once(":role/").map_or("", |(_, resource)| resource);
    resource.starts_with("aws-reserved/sso.amazonaws.com/") || resource.starts_with("AWSReservedSSO_")
}

pub(super) fn is_instance_id(session: &str) -> bool {
    session.strip_prefix("i-").is_some_and(|id| {
        (8..=17).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

/// The compute resource whose credentials these are, as the record says; `None` if it does not.
pub(super) fn compute<'c>(caller: &Caller<'c>, delivery: Option<&'c Delivery>) -> Option<(IdentityKind, &'c str)> {
    let delivery = delivery?;
    let of_resource = delivery.issued_to.as_deref().and_then(|arn| Some((compute_kind(arn)?, arn)));
    let of_metadata = || caller.session.filter(|_| delivery.by_instance_metadata);
    of_resource.or_else(|| of_metadata().map(|instance| (IdentityKind::Ec2Instance, instance)))
}

fn compute_kind(arn: &str) -> Option<IdentityKind> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, resource) = (parts.next()?, parts.nth(2)?);
    Some(match service {
        "lambda" => IdentityKind::LambdaFunction,
        "ecs" => IdentityKind::EcsTask,
        "ec2" if resource.starts_with("instance/") => IdentityKind::Ec2Instance,
        _ => return None,
    })
}

/// The compute resource for which a service took its role; the service named the session after it.
pub(super) fn compute_of_service(caller: &Caller<'_>, call: &Issuance) -> Option<Identity> {
    if caller.kind != CallerKind::AwsService {
        return None;
    }
    let session = call.session_arn.as_deref().map(Caller::of_arn)?;
    let kind = match caller.invoked_by? {
        "ec2.amazonaws.com" if session.session.is_some_and(is_instance_id) => IdentityKind::Ec2Instance,
        "lambda.amazonaws.com" => IdentityKind::LambdaFunction,
        "ecs-tasks.amazonaws.com" => IdentityKind::EcsTask,
        _ => return None,
    };
    Some(named(&session, kind, session.session))
}
