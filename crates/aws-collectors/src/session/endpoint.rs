//! Where requests really go. An environment or a profile can redirect signed calls; plain http leaves only to loopback.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Looks at every request before it is signed and sent, wherever its endpoint came from.
#[derive(Clone, Debug, Default)]
pub(crate) struct EndpointGuard {
    seen: Arc<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    overridden: OnceLock<String>,
    refused: OnceLock<String>,
}

impl EndpointGuard {
    /// The first endpoint outside AWS's own domains that a request went to.
    pub(crate) fn overridden(&self) -> Option<&str> {
        self.seen.overridden.get().map(String::as_str)
    }

    /// The endpoint that was refused, if one was.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.seen.refused.get().map(String::as_str)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("plain http is only accepted for loopback addresses")]
struct Refused;

#[dyn_dispatch_hint]
impl Intercept for EndpointGuard {
    fn name(&self) -> &'static str {
        "EndpointGuard"
    }

    fn read_before_signing(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let origin = origin(context.request().uri());
        if !is_safe(&origin) {
            let _ = self.seen.refused.set(origin);
            return Err(Box::new(Refused));
        }
        if !is_aws(&origin) {
            let _ = self.seen.overridden.set(origin);
        }
        Ok(())
    }
}

/// Scheme, host and port of a URL: what may be shown. User information, path and query are left out.
pub(crate) fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{}://{host}", scheme.to_ascii_lowercase())
}

/// Whether signed requests may go to `origin`: https anywhere, plain http to loopback only.
pub(crate) fn is_safe(origin: &str) -> bool {
    match origin.split_once("://") {
        Some(("https", host)) => !host.is_empty(),
        Some(("http", host)) => is_loopback(host_name(host)),
        _ => false,
    }
}

fn is_aws(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host_name(host));
    let domains = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"];
    origin.starts_with("https://") && domains.iter().any(|domain| host.ends_with(domain))
}

fn host_name(host: &str) -> &str {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_loopback_only() {
        for url in ["http://127.0.0.1:4566/", "http://localhost:1", "http://[::1]:4566", "https://aws.example.com/x"] {
            assert!(is_safe(&origin(url)), "{url}");
        }
        for url in [
            "http://aws.example.com",
            "http://192.0.2.1:4566",
            "HTTP://aws.example.com",
            "http://127.0.0.1@aws.example.com/",
            "http://localhost.example.com",
            "http://[2001:db8::1]:80",
            "ftp://127.0.0.1",
            "127.0.0.1:80",
            "",
        ] {
            assert!(!is_safe(&origin(url)), "{url}");
        }
    }

    #[test]
    fn only_what_may_be_shown_is_kept() {
        assert_eq!(origin("https://user:secret@aws.example.com:8443/path?key=1"), "https://aws.example.com:8443");
    }

    #[test]
    fn an_override_is_told_from_aws() {
        assert!(is_aws("https://cloudtrail.eu-west-1.amazonaws.com"));
        assert!(is_aws("https://cloudtrail.eu-west-1.api.aws"));
        assert!(!is_aws("https://amazonaws.com.example.com"));
        assert!(!is_aws("http://127.0.0.1:4566"));
    }
}
