//! What an AWS call's failure means, and what to tell the user.

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use security_model::{Gap, GapKind, SafeText, TextKind};

/// The kinds of failure that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Too fast.
    Throttled,
    /// The identity lacks the permission.
    Denied,
    /// The credentials expired.
    Expired,
    /// The credentials, or the clock they are checked against, are wrong.
    InvalidCredentials,
    /// No credentials could be loaded.
    NoCredentials,
    /// The service or the region is not enabled for the account.
    NotEnabled,
    /// A page token was refused.
    BadToken,
    /// The service failed; it may work again.
    Service,
    /// The service was not reached, or the connection broke; it may work again.
    Connection,
    /// The answer was not what the API promises: HTML, or broken JSON.
    Garbled,
    /// The endpoint override is not safe to use.
    EndpointRefused,
    /// The request was refused for a reason that repeating does not change.
    Rejected,
}

/// One failed AWS call, without any SDK type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// The service's error code or our own words for it, and the HTTP status where there is one.
    pub cause: SafeText,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, cause: &str) -> Self {
        Self { kind, cause: SafeText::from_raw(cause, TextKind::Identifier) }
    }

    /// Whether AWS knew the caller all the same.
    pub(crate) const fn accepts_the_credentials(&self) -> bool {
        matches!(self.kind, FailureKind::Denied | FailureKind::NotEnabled)
    }

    /// How often a call is tried again after this kind of failure; throttles have their own patience.
    pub(crate) const fn attempts(&self) -> u32 {
        match self.kind {
            FailureKind::Service | FailureKind::Connection => 5,
            FailureKind::Garbled => 2,
            _ => 1,
        }
    }

    /// The gap this failure leaves: `what` was not read, in `region`, by `action` (an IAM action).
    pub(crate) fn gap(&self, what: &str, action: &str, region: &str) -> Gap {
        let service = action.split(':').next().unwrap_or(action);
        let (kind, why, remedy) = match self.kind {
            FailureKind::Throttled => (
                GapKind::Throttled,
                "AWS kept throttling",
                "Something else in this account is using the same quota. Try again later, or narrow the request."
                    .to_owned(),
            ),
            FailureKind::Denied => {
                (GapKind::AccessDenied, "access denied", format!("Allow {action} in {region}, or leave {region} out."))
            }
            FailureKind::Expired => (
                GapKind::ExpiredCredentials,
                "the credentials expired",
                "Sign in again (`aws sso login`, or fresh keys) and repeat the call.".to_owned(),
            ),
            FailureKind::InvalidCredentials => (
                GapKind::ExpiredCredentials,
                "the credentials were refused",
                format!("Check the key, this machine's clock, and that {region} is enabled for the account."),
            ),
            FailureKind::NoCredentials => (
                GapKind::NoCredentials,
                "no credentials",
                "Sign in (`aws sso login`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
                    .to_owned(),
            ),
            FailureKind::NotEnabled => {
                (GapKind::NotEnabled, "not enabled", format!("Enable {service} in {region}, or leave {region} out."))
            }
            FailureKind::BadToken => {
                (GapKind::PagingBroken, "the page token was refused", "Repeat the call.".to_owned())
            }
            FailureKind::Service => (
                GapKind::ServiceError,
                "the service failed",
                "Try again later; the other regions are complete.".to_owned(),
            ),
            FailureKind::Connection => (
                GapKind::Unreachable,
                "no connection",
                format!("Check the network, DNS, proxy and endpoint settings for {service} in {region}."),
            ),
            FailureKind::Garbled => (
                GapKind::ServiceError,
                "the answer was not JSON of this API",
                "Check for a proxy or sign-in page between here and AWS, and any endpoint override.".to_owned(),
            ),
            FailureKind::EndpointRefused => (
                GapKind::Unreachable,
                "plain http endpoint refused",
                "Use https, or unset AWS_ENDPOINT_URL and `endpoint_url` in the profile.".to_owned(),
            ),
            FailureKind::Rejected => (
                GapKind::ServiceError,
                "the request was refused",
                format!("Check that {service} is available in {region} and that the filters are valid."),
            ),
        };
        Gap::new(kind, &format!("{region}: {what} not read: {why} ({})", self.cause), remedy)
    }
}

/// The gap of a region that refused credentials which other regions accept: they cannot be at fault.
pub(crate) fn refused_only_here(gap: Gap, region: &str) -> Gap {
    if gap.kind != GapKind::ExpiredCredentials {
        return gap;
    }
    let why = "other regions accept them: region not enabled for the account, or the session token is not valid there";
    Gap::new(
        GapKind::NotEnabled,
        &format!("{}; {why}", gap.detail),
        format!("Enable {region} for the account, or leave {region} out."),
    )
}

/// Reads an SDK error.
pub(crate) fn classify<E>(error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let raw = context.raw();
            from_service(context.err().code(), context.err().message(), raw.status().as_u16(), raw.body().bytes())
        }
        SdkError::ResponseError(context) => {
            let raw = context.raw();
            let status = raw.status().as_u16();
            match raw.body().bytes() {
                Some(body) => from_service(None, None, status, Some(body)),
                None => Failure::new(FailureKind::Connection, &format!("the answer broke off, HTTP {status}")),
            }
        }
        SdkError::TimeoutError(_) => Failure::new(FailureKind::Connection, "timed out"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            Failure::new(FailureKind::Connection, "timed out")
        }
        other => without_answer(other),
    }
}

fn without_answer(error: &(dyn std::error::Error + 'static)) -> Failure {
    let chain = || std::iter::successors(Some(error), |error| error.source());
    if chain().any(|error| error.downcast_ref::<CredentialsError>().is_some()) {
        return Failure::new(FailureKind::NoCredentials, "they could not be loaded");
    }
    if let Some(io) = chain().find_map(|error| error.downcast_ref::<std::io::Error>()) {
        return Failure::new(FailureKind::Connection, &io.kind().to_string());
    }
    Failure::new(FailureKind::Connection, "the request could not be sent")
}

fn from_service(code: Option<&str>, message: Option<&str>, status: u16, body: Option<&[u8]>) -> Failure {
    let code = code.unwrap_or_default();
    if code.is_empty() && !looks_like_json(body) {
        let kind = if status >= 500 { FailureKind::Service } else { FailureKind::Garbled };
        let shape = if starts_like_markup(body) { "an HTML page" } else { "no JSON" };
        return Failure::new(kind, &format!("{shape}, HTTP {status}"));
    }
    let kind = kind_of(code, message.unwrap_or_default(), status);
    let name = if code.is_empty() { "no error code" } else { code };
    Failure::new(kind, &format!("{name}, HTTP {status}"))
}

/// Names differ between services and API generations: CSPM has its own, V2 and CloudTrail follow the common set.
fn kind_of(code: &str, message: &str, status: u16) -> FailureKind {
    // `Exception` is optional, and REST services may prefix a namespace.
    let short = code.rsplit(['#', '.']).next().unwrap_or(code);
    let short = short.strip_suffix("Exception").unwrap_or(short);
    match short {
        "Throttling"
        | "Throttled"
        | "ThrottledRequest"
        | "TooManyRequests"
        | "RequestLimitExceeded"
        | "RequestThrottled"
        | "LimitExceeded"
        | "SlowDown"
        | "BandwidthLimitExceeded" => FailureKind::Throttled,
        "AccessDenied" | "UnauthorizedOperation" | "NotAuthorized" | "AuthorizationError" => FailureKind::Denied,
        "ExpiredToken" | "ExpiredTokenId" | "TokenRefreshRequired" => FailureKind::Expired,
        "UnrecognizedClient"
        | "InvalidClientTokenId"
        | "InvalidSignature"
        | "SignatureDoesNotMatch"
        | "MissingAuthenticationToken"
        | "IncompleteSignature"
        | "InvalidAccessKeyId"
        | "AuthFailure"
        | "RequestExpired"
        | "RequestTimeTooSkewed" => FailureKind::InvalidCredentials,
        "InvalidAccess" | "OptInRequired" | "SubscriptionRequired" | "ResourceNotFound" => FailureKind::NotEnabled,
        "InvalidNextToken" => FailureKind::BadToken,
        "InvalidInput" | "Validation" if message.to_ascii_lowercase().contains("token") => FailureKind::BadToken,
        _ if status == 429 => FailureKind::Throttled,
        _ if status >= 500 => FailureKind::Service,
        _ if status == 408 => FailureKind::Connection,
        _ if status == 403 => FailureKind::Denied,
        _ if status < 400 => FailureKind::Garbled,
        _ => FailureKind::Rejected,
    }
}

/// The failure of an answer that is not what the API promises.
pub(crate) fn garbled(body: &[u8]) -> Failure {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let what = match first {
        Some(b'<') => "an HTML page instead of JSON",
        Some(b'{') => "broken or unexpected JSON",
        Some(_) => "no JSON",
        None => "an empty answer",
    };
    Failure::new(FailureKind::Garbled, what)
}

fn first_byte(body: Option<&[u8]>) -> Option<u8> {
    body?.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

fn looks_like_json(body: Option<&[u8]>) -> bool {
    matches!(first_byte(body), Some(b'{' | b'['))
}

fn starts_like_markup(body: Option<&[u8]>) -> bool {
    first_byte(body) == Some(b'<')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_api_generations_are_told_apart() {
        let cases = [
            ("ThrottlingException", 400, FailureKind::Throttled),
            ("LimitExceededException", 429, FailureKind::Throttled),
            ("AccessDeniedException", 403, FailureKind::Denied),
            ("AccessDenied", 403, FailureKind::Denied),
            ("ExpiredTokenException", 400, FailureKind::Expired),
            ("UnrecognizedClientException", 400, FailureKind::InvalidCredentials),
            ("InvalidAccessException", 401, FailureKind::NotEnabled),
            ("InvalidNextTokenException", 400, FailureKind::BadToken),
            ("InternalFailure", 500, FailureKind::Service),
            ("SomethingNew", 400, FailureKind::Rejected),
            ("com.amazon.coral.service#ThrottlingException", 400, FailureKind::Throttled),
        ];
        for (code, status, expected) in cases {
            let failure = from_service(Some(code), None, status, Some(b"{}"));
            assert_eq!(failure.kind, expected, "{code}");
        }
    }

    #[test]
    fn an_html_page_is_named_and_worth_repeating_only_when_the_server_failed() {
        let page = Some(b" <html><body>sign in</body></html>".as_slice());
        let sign_in = from_service(None, None, 200, page);
        assert_eq!((sign_in.kind, sign_in.cause.as_str()), (FailureKind::Garbled, "an HTML page, HTTP 200"));
        assert_eq!(from_service(None, None, 502, page).kind, FailureKind::Service);
        assert_eq!(from_service(None, None, 200, Some(b"")).kind, FailureKind::Garbled);
    }

    #[test]
    fn a_refused_token_is_known_by_its_message_where_the_code_is_general() {
        let refused = from_service(Some("InvalidInputException"), Some("Invalid NextToken"), 400, Some(b"{}"));
        assert_eq!(refused.kind, FailureKind::BadToken);
        let other = from_service(Some("InvalidInputException"), Some("Bad filter"), 400, Some(b"{}"));
        assert_eq!(other.kind, FailureKind::Rejected);
    }

    #[test]
    fn a_denied_call_names_the_permission() {
        let gap = Failure::new(FailureKind::Denied, "AccessDeniedException, HTTP 400").gap(
            "events",
            "cloudtrail:LookupEvents",
            "eu-west-3",
        );
        assert_eq!(gap.kind, GapKind::AccessDenied);
        assert!(gap.remedy.starts_with("Allow cloudtrail:LookupEvents in eu-west-3"), "{}", gap.remedy);
        assert_eq!(gap.detail.as_str(), "eu-west-3: events not read: access denied (AccessDeniedException, HTTP 400)");
    }
}
