//! A CloudTrail record as the analysis sees it: borrowed, typed where it can be, whole where rules need the rest.

use std::fmt;

use jiff::Timestamp;

use crate::Untrusted;

/// The text of one JSON value inside a record. It may hold secrets, so it never prints itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RawJson<'a>(&'a str);

impl<'a> RawJson<'a> {
    /// Wraps the text of a JSON value.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The JSON text, for matching only: it must never be printed, stored in an answer or sent.
    #[must_use]
    pub const fn for_matching(self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for RawJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawJson({} bytes)", self.0.len())
    }
}

/// One CloudTrail record, lent by whoever read it.
///
/// Field names follow the CloudTrail record contents page (read 2026-11-21). A field that is absent, null or of another
/// JSON type than documented is `None`: redacted and anonymised logs are full of those, and the record still counts.
#[derive(Clone, Copy, Debug)]
pub struct EventView<'a> {
    /// `eventID`, unique per event; some sources leave it out.
    pub event_id: Option<Untrusted<'a>>,
    /// `eventTime`; `None` when absent or unparseable.
    pub event_time: Option<Timestamp>,
    /// `eventName` as recorded, version suffix included (`UpdateFunctionCode20150331v2`).
    pub event_name: Untrusted<'a>,
    /// `eventSource`, e.g. `iam.amazonaws.com`; empty where a record names a region but no source (hand-edited logs).
    pub event_source: Untrusted<'a>,
    /// `awsRegion`.
    pub aws_region: Option<Untrusted<'a>>,
    /// `recipientAccountId`, else `userIdentity.accountId`.
    pub account_id: Option<Untrusted<'a>>,
    /// `recipientAccountId` alone.
    pub recipient_account_id: Option<Untrusted<'a>>,
    /// `sourceIPAddress`: an address, or the host name of an AWS service.
    pub source_ip: Option<Untrusted<'a>>,
    /// `userAgent`.
    pub user_agent: Option<Untrusted<'a>>,
    /// `errorCode`; a failed operation is one where this is present and not empty.
    pub error_code: Option<Untrusted<'a>>,
    /// `readOnly`.
    pub read_only: Option<bool>,
    /// `managementEvent`.
    pub management_event: Option<bool>,
    /// `eventType`, e.g. `AwsApiCall`.
    pub event_type: Option<Untrusted<'a>>,
    /// `eventCategory`: `Management`, `Data`, `Insight` or `NetworkActivity`.
    pub event_category: Option<Untrusted<'a>>,
    /// `userIdentity`.
    pub identity: UserIdentityView<'a>,
    /// `responseElements.ConsoleLogin` of a console sign-in: `Success` or `Failure`.
    pub console_login: Option<Untrusted<'a>>,
    /// `additionalEventData.MFAUsed` of a console sign-in: `Yes` or `No`.
    pub mfa_used: Option<Untrusted<'a>>,
    /// `vpcEndpointId`: the VPC endpoint through which the call came.
    pub vpc_endpoint_id: Option<Untrusted<'a>>,
    /// `sharedEventID`: the same in the records that several accounts have of one call.
    pub shared_event_id: Option<Untrusted<'a>>,
    /// `sessionCredentialFromConsole`: the credentials are those of a console session.
    pub session_credential_from_console: Option<bool>,
    /// `requestParameters`.
    pub request_parameters: Option<RawJson<'a>>,
    /// `responseElements`.
    pub response_elements: Option<RawJson<'a>>,
    /// The whole record, for rules that need fields not named here and for its hash.
    pub record: RawJson<'a>,
}

/// `userIdentity` of a CloudTrail record.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserIdentityView<'a> {
    /// `type`: `Root`, `IAMUser`, `AssumedRole`, `AWSService`, …
    pub kind: Option<Untrusted<'a>>,
    /// `principalId`.
    pub principal_id: Option<Untrusted<'a>>,
    /// `arn`.
    pub arn: Option<Untrusted<'a>>,
    /// `accountId`.
    pub account_id: Option<Untrusted<'a>>,
    /// `accessKeyId`.
    pub access_key_id: Option<Untrusted<'a>>,
    /// `userName`.
    pub user_name: Option<Untrusted<'a>>,
    /// `invokedBy`: the AWS service that made the call on the principal's behalf.
    pub invoked_by: Option<Untrusted<'a>>,
    /// `identityProvider` of a federated identity.
    pub identity_provider: Option<Untrusted<'a>>,
    /// `onBehalfOf.userId` of an IAM Identity Center user.
    pub on_behalf_of: Option<Untrusted<'a>>,
    /// `sessionContext.sessionIssuer`: the role or user that the session belongs to.
    pub session_issuer: Option<SessionIssuerView<'a>>,
    /// `sessionContext.attributes.mfaAuthenticated`, written as a string in the record.
    pub mfa_authenticated: Option<bool>,
    /// `sessionContext.sourceIdentity`.
    pub source_identity: Option<Untrusted<'a>>,
    /// `inScopeOf.credentialsIssuedTo`, else `inScopeOf.sourceArn`: the compute resource that the credentials are for.
    pub credentials_issued_to: Option<Untrusted<'a>>,
    /// `sessionContext.ec2RoleDelivery`: the version of the instance metadata service that handed the credentials out.
    pub ec2_role_delivery: Option<Untrusted<'a>>,
    /// `sessionContext.assumedRoot`: the session acts as the root user of a member account.
    pub assumed_root: Option<bool>,
    /// The whole object: where it is the same, so is everything above.
    pub json: Option<RawJson<'a>>,
}

/// An event of which nothing is known.
impl Default for EventView<'_> {
    fn default() -> Self {
        Self {
            event_id: None,
            event_time: None,
            event_name: Untrusted::new(""),
            event_source: Untrusted::new(""),
            aws_region: None,
            account_id: None,
            recipient_account_id: None,
            source_ip: None,
            user_agent: None,
            error_code: None,
            read_only: None,
            management_event: None,
            event_type: None,
            event_category: None,
            identity: UserIdentityView::default(),
            console_login: None,
            mfa_used: None,
            vpc_endpoint_id: None,
            shared_event_id: None,
            session_credential_from_console: None,
            request_parameters: None,
            response_elements: None,
            record: RawJson::new("{}"),
        }
    }
}

/// `userIdentity.sessionContext.sessionIssuer`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionIssuerView<'a> {
    /// `type`, usually `Role`.
    pub kind: Option<Untrusted<'a>>,
    /// `arn`.
    pub arn: Option<Untrusted<'a>>,
    /// `accountId`.
    pub account_id: Option<Untrusted<'a>>,
    /// `userName`.
    pub user_name: Option<Untrusted<'a>>,
}
