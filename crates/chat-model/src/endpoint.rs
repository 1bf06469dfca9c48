//! Where requests may go: https anywhere, plain http to this machine only.

use std::net::IpAddr;

/// Scheme, host and port of a URL: what may be shown. User information, path and query are left out.
pub(crate) fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host: String = host.chars().filter(char::is_ascii_graphic).take(255).collect();
    format!("{}://{}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
}

/// Whether a key or a signature may travel to `origin`.
pub(crate) fn is_safe(origin: &str) -> bool {
    match origin.split_once("://") {
        Some(("https", host)) => !host.is_empty(),
        Some(("http", host)) => is_loopback(host_name(host)),
        _ => false,
    }
}

/// Whether a request goes past every proxy: to this machine, and wherever it would be readable on the way.
pub(crate) fn is_direct(url: &str) -> bool {
    match origin(url).split_once("://") {
        Some(("https", host)) => is_loopback(host_name(host)),
        _ => true,
    }
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
    fn plain_http_is_for_this_machine_only() {
        for url in
            ["http://127.0.0.1:11434/v1", "http://localhost:8000", "http://[::1]:1", "https://llm.example.com/v1"]
        {
            assert!(is_safe(&origin(url)), "{url}");
        }
        for url in [
            "http://llm.example.com",
            "http://192.0.2.1:80",
            "http://127.0.0.1@llm.example.com/",
            "http://localhost.example.com",
            "http://[2001:db8::1]:80",
            "file:///etc/passwd",
            "127.0.0.1:80",
            "https:///v1",
            "",
        ] {
            assert!(!is_safe(&origin(url)), "{url}");
        }
    }

    #[test]
    fn proxies_see_only_https_to_other_machines() {
        for url in ["http://127.0.0.1:1/model", "https://localhost:1/", "https://[::1]/", "http://169.254.170.2/v2"] {
            assert!(is_direct(url), "{url}");
        }
        assert!(!is_direct("https://bedrock-runtime.us-east-1.amazonaws.com/model"));
    }

    #[test]
    fn only_what_may_be_shown_is_kept() {
        assert_eq!(origin("HTTPS://user:secret@LLM.example.com:8443/path?key=1"), "https://llm.example.com:8443");
    }
}
