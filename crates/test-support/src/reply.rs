//! Replies and errors in the three wire formats: JSON 1.1, REST-JSON and Query/XML.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::Service;

/// An AWS error: what a handler returns instead of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// HTTP status.
    pub(crate) status: u16,
    /// Error code as modelled, e.g. `ThrottlingException`.
    pub(crate) code: String,
    /// Text for a person.
    pub(crate) message: String,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }

    /// A Security Hub request that the service would not take.
    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidInputException", message)
    }
}

/// A reply ready for the wire.
#[derive(Clone, Debug)]
pub(crate) struct WireReply {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    /// `x-amzn-ErrorType`, which the REST-JSON protocol carries beside the body.
    pub(crate) error_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl WireReply {
    /// Writes a successful reply in the service's protocol.
    pub(crate) fn success(service: Service, reply: &Value) -> Self {
        let body = match service {
            Service::Sts => caller_identity_xml(reply).into_bytes(),
            _ => reply.to_string().into_bytes(),
        };
        Self { status: 200, content_type: content_type(service), error_type: None, body }
    }

    /// Writes an error in the service's protocol.
    pub(crate) fn error(service: Service, error: &ApiError) -> Self {
        let body = match service {
            Service::CloudTrail => json!({"__type": error.code, "message": error.message}).to_string(),
            Service::SecurityHub => json!({"Code": error.code, "Message": error.message}).to_string(),
            Service::Account => json!({"message": error.message}).to_string(),
            Service::Sts => error_xml(error),
        };
        let error_type = (service != Service::Sts).then(|| error.code.clone());
        Self { status: error.status, content_type: content_type(service), error_type, body: body.into_bytes() }
    }

    /// A page such as a load balancer or a proxy answers with, whatever was asked.
    pub(crate) fn html(status: u16) -> Self {
        let body = "<html>\r\n<head><title>Service unavailable</title></head>\r\n<body>\r\n<center><h1>The server is \
                    temporarily unable to answer</h1></center>\r\n</body>\r\n</html>\r\n";
        Self { status, content_type: "text/html", error_type: None, body: body.into() }
    }
}

const fn content_type(service: Service) -> &'static str {
    match service {
        Service::CloudTrail => "application/x-amz-json-1.1",
        Service::SecurityHub | Service::Account => "application/json",
        Service::Sts => "text/xml",
    }
}

const STS_NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

fn caller_identity_xml(reply: &Value) -> String {
    let mut members = String::new();
    for (name, value) in reply.as_object().into_iter().flatten() {
        let _ = write!(members, "<{name}>{}</{name}>", xml_escaped(value.as_str().unwrap_or_default()));
    }
    format!(
        "<GetCallerIdentityResponse xmlns=\"{STS_NAMESPACE}\"><GetCallerIdentityResult>{members}\
         </GetCallerIdentityResult><ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId>\
         </ResponseMetadata></GetCallerIdentityResponse>"
    )
}

fn error_xml(error: &ApiError) -> String {
    let side = if error.status < 500 { "Sender" } else { "Receiver" };
    format!(
        "<ErrorResponse xmlns=\"{STS_NAMESPACE}\"><Error><Type>{side}</Type><Code>{}</Code><Message>{}</Message>\
         </Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>",
        xml_escaped(&error.code),
        xml_escaped(&error.message)
    )
}

fn xml_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_writes_its_own_error_form() {
        let error = ApiError::new(400, "ThrottlingException", "Rate exceeded");
        let cloudtrail = WireReply::error(Service::CloudTrail, &error);
        let body: Value = serde_json::from_slice(&cloudtrail.body).unwrap();
        assert_eq!(body, json!({"__type": "ThrottlingException", "message": "Rate exceeded"}));

        let hub = WireReply::error(Service::SecurityHub, &error);
        assert_eq!(hub.error_type.as_deref(), Some("ThrottlingException"));

        let sts = WireReply::error(Service::Sts, &ApiError::new(403, "AccessDenied", "a < b & c"));
        let text = String::from_utf8(sts.body).unwrap();
        assert!(text.contains("<Code>AccessDenied</Code><Message>a &lt; b &amp; c</Message>"), "{text}");
    }
}
