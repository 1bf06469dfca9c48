//! One JSON object read as a CloudTrail record. All knowledge of where the fields stand is here.

use std::borrow::Cow;

use security_model::{EventView, RawJson, SessionIssuerView, Untrusted, UserIdentityView, parse_timestamp};

use crate::json::{flag, members, string};
use crate::recognise::Marks;

type Text<'a> = Option<Cow<'a, str>>;

/// The fields of a record that the view needs, unescaped, and what tells other kinds of JSON apart.
#[derive(Debug, Default)]
pub(crate) struct Record<'a> {
    event_id: Text<'a>,
    event_time: Text<'a>,
    event_name: Text<'a>,
    event_source: Text<'a>,
    aws_region: Text<'a>,
    recipient_account_id: Text<'a>,
    source_ip: Text<'a>,
    user_agent: Text<'a>,
    error_code: Text<'a>,
    read_only: Option<bool>,
    management_event: Option<bool>,
    event_type: Text<'a>,
    event_category: Text<'a>,
    identity: Identity<'a>,
    console_login: Text<'a>,
    mfa_used: Text<'a>,
    vpc_endpoint_id: Text<'a>,
    shared_event_id: Text<'a>,
    session_credential_from_console: Option<bool>,
    request_parameters: Option<&'a str>,
    response_elements: Option<&'a str>,
    /// `detail`, where EventBridge puts the record.
    pub(crate) detail: Option<&'a str>,
    /// `CloudTrailEvent`, where LookupEvents puts the record.
    pub(crate) lookup_event: Option<&'a str>,
    pub(crate) marks: Marks<'a>,
}

#[derive(Debug, Default)]
struct Identity<'a> {
    kind: Text<'a>,
    principal_id: Text<'a>,
    arn: Text<'a>,
    account_id: Text<'a>,
    access_key_id: Text<'a>,
    user_name: Text<'a>,
    invoked_by: Text<'a>,
    identity_provider: Text<'a>,
    on_behalf_of: Text<'a>,
    issuer: Issuer<'a>,
    mfa_authenticated: Option<bool>,
    source_identity: Text<'a>,
    scope: Scope<'a>,
    ec2_role_delivery: Text<'a>,
    assumed_root: Option<bool>,
    json: Option<&'a str>,
}

/// `userIdentity.inScopeOf`.
#[derive(Debug, Default)]
struct Scope<'a> {
    credentials_issued_to: Text<'a>,
    source_arn: Text<'a>,
}

#[derive(Debug, Default)]
struct Issuer<'a> {
    kind: Text<'a>,
    arn: Text<'a>,
    account_id: Text<'a>,
    user_name: Text<'a>,
}

impl<'a> Record<'a> {
    /// Reads the object in `text`.
    pub(crate) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut record = Self::default();
        members(text, |key, value| record.set(key, value))?;
        Ok(record)
    }

    /// Whether it is a record of CloudTrail: it names an event, and its source. Hand-edited records that lost the
    /// source still have a region, which nothing else that names events has.
    pub(crate) fn is_cloudtrail(&self) -> bool {
        let sourced = match &self.event_source {
            Some(source) => !source.starts_with("aws:"),
            None => self.aws_region.is_some(),
        };
        self.event_name.is_some() && sourced
    }

    pub(crate) fn view(&'a self, text: &'a str) -> EventView<'a> {
        EventView {
            event_id: untrusted(&self.event_id),
            event_time: self.event_time.as_deref().and_then(parse_timestamp),
            event_name: untrusted(&self.event_name).unwrap_or(Untrusted::new("")),
            event_source: untrusted(&self.event_source).unwrap_or(Untrusted::new("")),
            aws_region: untrusted(&self.aws_region),
            account_id: untrusted(&self.recipient_account_id).or_else(|| untrusted(&self.identity.account_id)),
            recipient_account_id: untrusted(&self.recipient_account_id),
            source_ip: untrusted(&self.source_ip),
            user_agent: untrusted(&self.user_agent),
            error_code: untrusted(&self.error_code),
            read_only: self.read_only,
            management_event: self.management_event,
            event_type: untrusted(&self.event_type),
            event_category: untrusted(&self.event_category),
            identity: self.identity.view(),
            console_login: untrusted(&self.console_login),
            mfa_used: untrusted(&self.mfa_used),
            vpc_endpoint_id: untrusted(&self.vpc_endpoint_id),
            shared_event_id: untrusted(&self.shared_event_id),
            session_credential_from_console: self.session_credential_from_console,
            request_parameters: self.request_parameters.map(RawJson::new),
            response_elements: self.response_elements.map(RawJson::new),
            record: RawJson::new(text.trim()),
        }
    }

    fn set(&mut self, key: &[u8], value: &'a str) {
        match key {
            b"eventID" => self.event_id = string(value),
            b"eventTime" => self.event_time = string(value),
            b"eventName" => self.event_name = string(value),
            b"eventSource" => self.event_source = string(value),
            b"awsRegion" => self.aws_region = string(value),
            b"recipientAccountId" => self.recipient_account_id = string(value),
            b"sourceIPAddress" => self.source_ip = string(value),
            b"userAgent" => self.user_agent = string(value),
            b"errorCode" => self.error_code = string(value),
            b"readOnly" => self.read_only = flag(value),
            b"managementEvent" => self.management_event = flag(value),
            b"eventType" => {
                self.event_type = string(value);
                self.marks.note(key, value);
            }
            b"eventCategory" => self.event_category = string(value),
            b"userIdentity" => self.identity = Identity::parse(value),
            b"requestParameters" => self.request_parameters = not_null(value),
            b"responseElements" => {
                self.response_elements = not_null(value);
                self.console_login = member(value, b"ConsoleLogin").and_then(string);
            }
            b"additionalEventData" => self.mfa_used = member(value, b"MFAUsed").and_then(string),
            b"vpcEndpointId" => self.vpc_endpoint_id = string(value),
            b"sharedEventID" => self.shared_event_id = string(value),
            b"sessionCredentialFromConsole" => self.session_credential_from_console = flag(value),
            b"detail" => self.detail = not_null(value),
            b"CloudTrailEvent" => self.lookup_event = not_null(value),
            _ => self.marks.note(key, value),
        }
    }
}

impl<'a> Identity<'a> {
    fn parse(text: &'a str) -> Self {
        let mut identity = Self { json: not_null(text), ..Self::default() };
        each_member(text, |key, value| match key {
            b"type" => identity.kind = string(value),
            b"principalId" => identity.principal_id = string(value),
            b"arn" => identity.arn = string(value),
            b"accountId" => identity.account_id = string(value),
            b"accessKeyId" => identity.access_key_id = string(value),
            b"userName" => identity.user_name = string(value),
            b"invokedBy" => identity.invoked_by = string(value),
            b"identityProvider" => identity.identity_provider = string(value),
            b"onBehalfOf" => identity.on_behalf_of = member(value, b"userId").and_then(string),
            b"sessionContext" => identity.set_session(value),
            b"inScopeOf" => identity.scope = Scope::parse(value),
            _ => {}
        });
        identity
    }

    fn set_session(&mut self, text: &'a str) {
        each_member(text, |key, value| match key {
            b"sessionIssuer" => self.issuer = Issuer::parse(value),
            b"attributes" => self.mfa_authenticated = member(value, b"mfaAuthenticated").and_then(flag),
            b"sourceIdentity" => self.source_identity = string(value),
            b"ec2RoleDelivery" => self.ec2_role_delivery = string(value),
            b"assumedRoot" => self.assumed_root = flag(value),
            _ => {}
        });
    }

    fn view(&self) -> UserIdentityView<'_> {
        UserIdentityView {
            kind: untrusted(&self.kind),
            principal_id: untrusted(&self.principal_id),
            arn: untrusted(&self.arn),
            account_id: untrusted(&self.account_id),
            access_key_id: untrusted(&self.access_key_id),
            user_name: untrusted(&self.user_name),
            invoked_by: untrusted(&self.invoked_by),
            identity_provider: untrusted(&self.identity_provider),
            on_behalf_of: untrusted(&self.on_behalf_of),
            session_issuer: self.issuer.view(),
            mfa_authenticated: self.mfa_authenticated,
            source_identity: untrusted(&self.source_identity),
            credentials_issued_to: untrusted(&self.scope.credentials_issued_to)
                .or_else(|| untrusted(&self.scope.source_arn)),
            ec2_role_delivery: untrusted(&self.ec2_role_delivery),
            assumed_root: self.assumed_root,
            json: self.json.map(RawJson::new),
        }
    }
}

impl<'a> Scope<'a> {
    fn parse(text: &'a str) -> Self {
        let mut scope = Self::default();
        each_member(text, |key, value| match key {
            b"credentialsIssuedTo" => scope.credentials_issued_to = string(value),
            b"sourceArn" => scope.source_arn = string(value),
            _ => {}
        });
        scope
    }
}

impl<'a> Issuer<'a> {
    fn parse(text: &'a str) -> Self {
        let mut issuer = Self::default();
        each_member(text, |key, value| match key {
            b"type" => issuer.kind = string(value),
            b"arn" => issuer.arn = string(value),
            b"accountId" => issuer.account_id = string(value),
            b"userName" => issuer.user_name = string(value),
            _ => {}
        });
        issuer
    }

    /// Sessions of web identities carry an empty `sessionIssuer`: that is none.
    fn view(&self) -> Option<SessionIssuerView<'_>> {
        let known = [&self.kind, &self.arn, &self.account_id, &self.user_name].iter().any(|text| text.is_some());
        known.then(|| SessionIssuerView {
            kind: untrusted(&self.kind),
            arn: untrusted(&self.arn),
            account_id: untrusted(&self.account_id),
            user_name: untrusted(&self.user_name),
        })
    }
}

fn untrusted<'a>(text: &'a Text<'_>) -> Option<Untrusted<'a>> {
    text.as_deref().map(Untrusted::new)
}

fn not_null(text: &str) -> Option<&str> {
    (text != "null").then_some(text)
}

/// The members of a value that is part of a record already read; a value of another type has none.
fn each_member<'a>(text: &'a str, each: impl FnMut(&[u8], &'a str)) {
    if text.starts_with('{') {
        // The text was read once as part of the record, so it is JSON.
        let _ = members(text, each);
    }
}

fn member<'a>(text: &'a str, name: &[u8]) -> Option<&'a str> {
    let mut found = None;
    each_member(text, |key, value| {
        if key == name {
            found = Some(value);
        }
    });
    found
}
