//! Where the service is.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

/// The hosted service. AI21 announced its end for 2026-08-09; other deployments are named by their own URL.
pub const DEFAULT_BASE_URL: &str = "https://api.ai21.com/studio/v1";

/// A base URL that a key may be sent to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    /// Without a trailing slash.
    text: String,
    host: String,
    is_loopback: bool,
}

/// Why a text is no base URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBaseUrl {
    /// It cannot be read as an absolute URL.
    #[error("the base URL is not an absolute URL: write for example {DEFAULT_BASE_URL}")]
    NotAUrl,
    /// Neither https nor http.
    #[error("the base URL has the scheme {0}: only https can be used")]
    Scheme(String),
    /// Plain http to another machine.
    #[error(
        "the base URL is plain http to {0}, which would send the API key readable for everyone on the way: use https \
         (http is for 127.0.0.1, [::1] and localhost only)"
    )]
    Plain(String),
    /// `user:password@host`.
    #[error("the base URL holds a user name or password: the API key is given apart")]
    UserInfo,
    /// `?…` or `#…`.
    #[error("the base URL holds a query or a fragment: write only scheme, host and path")]
    Query,
}

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidBaseUrl> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidBaseUrl::NotAUrl)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if !matches!(url.scheme(), "https" | "http") {
            return Err(InvalidBaseUrl::Scheme(url.scheme().to_owned()));
        }
        if host.is_empty() {
            return Err(InvalidBaseUrl::NotAUrl);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::Query);
        }
        let is_loopback = is_loopback(&host);
        if url.scheme() == "http" && !is_loopback {
            return Err(InvalidBaseUrl::Plain(host));
        }
        Ok(Self { text: url.as_str().trim_end_matches('/').to_owned(), host, is_loopback })
    }

    /// Where runs are made.
    pub(crate) fn runs(&self) -> String {
        format!("{}/maestro/runs", self.text)
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) const fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether this is the hosted service whose end was announced.
    pub(crate) fn is_hosted(&self) -> bool {
        self.host == "api.ai21.com"
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailing_slashes_do_not_double() {
        for text in [
            "https://maestro.example.com/studio/v1",
            "https://maestro.example.com/studio/v1//",
            " https://MAESTRO.example.com/studio/v1/ ",
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().runs(), "https://maestro.example.com/studio/v1/maestro/runs");
        }
        assert_eq!(BaseUrl::parse("http://[::1]:80/").unwrap().runs(), "http://[::1]/maestro/runs");
        assert!(BaseUrl::parse(DEFAULT_BASE_URL).unwrap().is_hosted());
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in ["http://127.0.0.1:8080/studio/v1", "http://localhost:1", "http://[::1]:9"] {
            assert!(BaseUrl::parse(text).unwrap().is_loopback(), "{text}");
        }
        for text in [
            "http://maestro.example.com",
            "http://127.0.0.1.example.com",
            "http://192.0.2.1",
            "http://localhost.example.com",
        ] {
            assert!(matches!(BaseUrl::parse(text), Err(InvalidBaseUrl::Plain(_))), "{text}");
        }
    }

    #[test]
    fn each_other_fault_is_named() {
        for (text, expected) in [
            ("", InvalidBaseUrl::NotAUrl),
            ("api.ai21.com/studio/v1", InvalidBaseUrl::NotAUrl),
            ("ftp://example.com", InvalidBaseUrl::Scheme("ftp".to_owned())),
            ("file:///etc/passwd", InvalidBaseUrl::Scheme("file".to_owned())),
            ("https://user:pass@example.com", InvalidBaseUrl::UserInfo),
            ("https://key@example.com", InvalidBaseUrl::UserInfo),
            ("https://example.com/?a=b", InvalidBaseUrl::Query),
            ("https://example.com/#a", InvalidBaseUrl::Query),
        ] {
            assert_eq!(BaseUrl::parse(text), Err(expected), "{text}");
        }
    }
}
