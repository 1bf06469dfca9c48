//! Who makes a call: the `userIdentity` of each kind of caller, its address and its user agent.

use serde_json::{Map, Value, json};

use crate::clock::rfc3339;
use crate::rng::Rng;
use crate::world::{ACCOUNT, MAIN_REGION, arn, iam_arn, principal_id};

/// A caller as its records show it.
#[derive(Clone)]
pub(crate) struct Actor {
    pub(crate) identity: Map<String, Value>,
    pub(crate) ip: String,
    pub(crate) agent: String,
    /// Whether the call came over TLS from outside, which is what `tlsDetails` describes.
    pub(crate) over_tls: bool,
}

impl Actor {
    fn new(identity: Value, ip: &str, agent: &str) -> Self {
        let identity = match identity {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        Self { identity, ip: ip.to_owned(), agent: agent.to_owned(), over_tls: true }
    }

    /// An IAM user with a long-term access key.
    pub(crate) fn user(name: &str, access_key_id: &str, ip: &str, agent: &str) -> Self {
        Self::new(user_identity(name, access_key_id), ip, agent)
    }

    /// An IAM user signed in to the console.
    pub(crate) fn console_user(rng: &mut Rng, name: &str, since: i64, mfa: bool, ip: &str, agent: &str) -> Self {
        let mut actor = Self::new(user_identity(name, &temporary_key(rng)), ip, agent);
        actor.set("sessionContext", json!({ "attributes": session_attributes(since, mfa) }));
        actor
    }

    /// A session of a role of the account; `role` may carry a path.
    pub(crate) fn role(rng: &mut Rng, role: &str, session: &str, since: i64, ip: &str, agent: &str) -> Self {
        let name = role.rsplit('/').next().unwrap_or(role);
        let id = principal_id("AROA", name);
        Self::new(
            json!({
                "type": "AssumedRole",
                "principalId": format!("{id}:{session}"),
                "arn": arn("sts", "", &format!("assumed-role/{name}/{session}")),
                "accountId": ACCOUNT,
                "accessKeyId": temporary_key(rng),
                "sessionContext": {
                    "sessionIssuer": {
                        "type": "Role",
                        "principalId": id,
                        "arn": iam_arn(&format!("role/{role}")),
                        "accountId": ACCOUNT,
                        "userName": name,
                    },
                    "attributes": session_attributes(since, false),
                },
            }),
            ip,
            agent,
        )
    }

    /// The credentials that an EC2 instance gets from its metadata service.
    pub(crate) fn instance(rng: &mut Rng, role: &str, instance: &str, since: i64, ip: &str, agent: &str) -> Self {
        let mut actor = Self::role(rng, role, instance, since, ip, agent);
        if let Some(Value::Object(context)) = actor.identity.get_mut("sessionContext") {
            context.insert("ec2RoleDelivery".to_owned(), json!("2.0"));
        }
        actor
    }

    /// A service that works in the account through its service-linked role.
    pub(crate) fn linked_service(rng: &mut Rng, role: &str, session: &str, since: i64, host: &str) -> Self {
        let mut actor = Self::role(rng, &format!("aws-service-role/{host}/{role}"), session, since, host, host);
        actor.set("invokedBy", json!(host));
        actor.over_tls = false;
        actor
    }

    /// A service acting as itself.
    pub(crate) fn service(host: &str) -> Self {
        let mut actor = Self::new(json!({ "type": "AWSService", "invokedBy": host }), host, host);
        actor.over_tls = false;
        actor
    }

    /// A workload that proves itself with a token of an OpenID Connect provider.
    pub(crate) fn web_identity(provider: &str, subject: &str, ip: &str, agent: &str) -> Self {
        let provider_arn = iam_arn(&format!("oidc-provider/{provider}"));
        Self::new(
            json!({
                "type": "WebIdentityUser",
                "principalId": format!("{provider_arn}:sts.amazonaws.com:{subject}"),
                "userName": subject,
                "identityProvider": provider_arn,
            }),
            ip,
            agent,
        )
    }

    /// A person whom the identity provider vouches for, at the moment of taking a role.
    pub(crate) fn saml_user(person: &str, ip: &str, agent: &str) -> Self {
        Self::new(
            json!({
                "type": "SAMLUser",
                "principalId": format!("{}:{person}", principal_id("", "harbour-identity")),
                "userName": person,
                "identityProvider": format!("{}=", principal_id("", "harbour-identity")),
            }),
            ip,
            agent,
        )
    }

    /// A person in the access portal of IAM Identity Center.
    pub(crate) fn identity_center_user(rng: &mut Rng, person: &str, ip: &str, agent: &str) -> Self {
        let user = Rng::new(0).fork(person).uuid();
        Self::new(
            json!({
                "type": "IdentityCenterUser",
                "accountId": ACCOUNT,
                "onBehalfOf": {
                    "userId": user,
                    "identityStoreArn": format!("arn:aws:identitystore::{ACCOUNT}:identitystore/d-9067example"),
                },
                "credentialId": rng.uuid(),
            }),
            ip,
            agent,
        )
    }

    /// A principal of another account, as the account that is called sees it.
    pub(crate) fn other_account(account: &str, session: &str, ip: &str, agent: &str) -> Self {
        Self::new(
            json!({
                "type": "AWSAccount",
                "principalId": format!("{}:{session}", principal_id("AROA", account)),
                "accountId": account,
            }),
            ip,
            agent,
        )
    }

    /// The root user at the sign-in page.
    pub(crate) fn root(ip: &str, agent: &str) -> Self {
        Self::new(
            json!({
                "type": "Root",
                "principalId": ACCOUNT,
                "arn": iam_arn("root"),
                "accountId": ACCOUNT,
                "accessKeyId": "",
            }),
            ip,
            agent,
        )
    }

    /// An IAM user at the sign-in page: no credentials yet. A name that does not exist is not recorded.
    pub(crate) fn signing_in(name: Option<&str>, ip: &str, agent: &str) -> Self {
        let identity = match name {
            Some(name) => json!({
                "type": "IAMUser",
                "principalId": principal_id("AIDA", name),
                "arn": iam_arn(&format!("user/{name}")),
                "accountId": ACCOUNT,
                "userName": name,
            }),
            None => json!({
                "type": "IAMUser",
                "accountId": ACCOUNT,
                "accessKeyId": "",
                "userName": "HIDDEN_DUE_TO_SECURITY_REASONS",
            }),
        };
        Self::new(identity, ip, agent)
    }

    /// The same caller when a service makes the call on its behalf.
    pub(crate) fn through(&self, host: &str) -> Self {
        let mut actor = self.clone();
        actor.set("invokedBy", json!(host));
        actor.ip = host.to_owned();
        actor.agent = host.to_owned();
        actor.over_tls = false;
        actor
    }

    /// The same caller with this access key.
    pub(crate) fn with_key(mut self, access_key_id: &str) -> Self {
        self.set("accessKeyId", json!(access_key_id));
        self
    }

    /// The same caller with another user agent.
    pub(crate) fn with_agent(&self, agent: &str) -> Self {
        Self { agent: agent.to_owned(), ..self.clone() }
    }

    /// `arn`, for the messages that name the caller.
    pub(crate) fn arn(&self) -> &str {
        self.identity.get("arn").and_then(Value::as_str).unwrap_or("anonymous")
    }

    /// Whether the caller clicks in the console, with the temporary credentials of that session.
    pub(crate) fn is_console_session(&self) -> bool {
        self.agent.starts_with("Mozilla") && self.identity.contains_key("sessionContext")
    }

    fn set(&mut self, field: &str, value: Value) {
        self.identity.insert(field.to_owned(), value);
    }
}

/// Where AWS puts the roles of IAM Identity Center, with the suffix that belongs to a permission set.
pub(crate) fn sso_role(permission_set: &str) -> String {
    let suffix = Rng::new(0).fork(permission_set).hex(16);
    format!("aws-reserved/sso.amazonaws.com/{MAIN_REGION}/AWSReservedSSO_{permission_set}_{suffix}")
}

/// The id of a temporary access key, recognisably an example.
pub(crate) fn temporary_key(rng: &mut Rng) -> String {
    format!("ASIA{}EXAMPLE", rng.base32(9))
}

fn user_identity(name: &str, access_key_id: &str) -> Value {
    json!({
        "type": "IAMUser",
        "principalId": principal_id("AIDA", name),
        "arn": iam_arn(&format!("user/{name}")),
        "accountId": ACCOUNT,
        "accessKeyId": access_key_id,
        "userName": name,
    })
}

fn session_attributes(since: i64, mfa: bool) -> Value {
    json!({ "creationDate": rfc3339(since), "mfaAuthenticated": if mfa { "true" } else { "false" } })
}
