//! Past the proxy or through it: plain http and this machine are never reached by proxy.
//!
//! The SDK's connector knows proxies for all requests or none, so there are two of them.

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder as HttpClientBuilder, ConnectorBuilder, tls};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use crate::endpoint;

/// A client whose https requests to other machines heed `proxies`.
pub(super) fn http_client(proxies: ProxyConfig) -> SharedHttpClient {
    SharedHttpClient::new(Routes { direct: by_way_of(ProxyConfig::disabled()), proxied: by_way_of(proxies) })
}

fn by_way_of(proxies: ProxyConfig) -> SharedHttpClient {
    HttpClientBuilder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc))
            .enable_tcp_nodelay(true)
            .proxy_config(proxies.clone());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.build()
    })
}

/// One of these per client, or connector.
#[derive(Debug)]
struct Routes<T> {
    direct: T,
    proxied: T,
}

impl HttpClient for Routes<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let connector = |client: &SharedHttpClient| client.http_connector(settings, components);
        SharedHttpConnector::new(Routes { direct: connector(&self.direct), proxied: connector(&self.proxied) })
    }
}

impl HttpConnector for Routes<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if endpoint::is_direct(request.uri()) { self.direct.call(request) } else { self.proxied.call(request) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use test_support::chat::{FakeChat, Turn};
    use tokio::net::TcpListener;
    use tokio::time::timeout;

    use super::*;
    use crate::bedrock::BedrockSettings;
    use crate::bedrock::client::{AwsKeys, EndpointGuard, connect};

    /// Whether a request to `endpoint` came to the proxy.
    async fn went_by_proxy(endpoint: &str) -> bool {
        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxies = ProxyConfig::all(format!("http://{}", proxy.local_addr().unwrap())).unwrap();
        let settings = BedrockSettings {
            region: Some("us-east-1".into()),
            endpoint: Some(endpoint.to_owned()),
            keys: Some(AwsKeys::new("AKIAIOSFODNN7EXAMPLE", "example", None)),
            ..BedrockSettings::new("us.amazon.nova-premier-v1:0")
        };
        let client = connect(&settings, &EndpointGuard::default(), http_client(proxies)).await.unwrap();
        let sent = client.converse().model_id("m").send();
        tokio::select! {
            arrived = timeout(Duration::from_secs(5), proxy.accept()) => arrived.is_ok(),
            _ = sent => false,
        }
    }

    #[tokio::test]
    async fn signed_requests_in_the_clear_pass_every_proxy() {
        let fake = FakeChat::builder().answering(|_| Turn::text("Four.")).start().await.unwrap();
        assert!(!went_by_proxy(&fake.endpoint()).await, "to this machine");
        assert!(went_by_proxy("https://bedrock.invalid").await, "the proxy is heeded otherwise");
    }
}
