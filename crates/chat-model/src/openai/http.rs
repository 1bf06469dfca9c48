//! One POST, with everything that keeps keys and memory safe.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Response, Url, redirect};
use serde_json::Value;

use super::failure::Context;
use super::secret::Secret;
use super::{ApiKey, OpenAiSettings};
use crate::endpoint;
use crate::error::ChatError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// No model writes this much in one answer.
const MAX_ANSWER: usize = 8 << 20;
/// What is read of an error's body.
const MAX_ERROR: usize = 64 << 10;

/// A client for one URL.
#[derive(Clone, Debug)]
pub(super) struct Http {
    client: Client,
    url: Url,
    context: Context,
}

impl Http {
    pub(super) fn new(settings: &OpenAiSettings) -> Result<Self, ChatError> {
        let url = completions_url(&settings.base_url)?;
        let builder = Client::builder();
        // Plain http is for this machine: through a proxy the key would leave it in the clear.
        let builder = if url.scheme() == "http" { builder.no_proxy() } else { builder };
        let client = builder
            .default_headers(headers(settings.api_key.as_ref())?)
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(|_| ChatError::not_configured("the TLS or proxy settings of this machine cannot be used"))?;
        let context = Context {
            model: settings.model.clone(),
            origin: endpoint::origin(url.as_str()),
            key: settings.api_key.clone(),
        };
        Ok(Self { client, url, context })
    }

    pub(super) fn context(&self) -> Context {
        self.context.clone()
    }

    /// Sends a body; any answer but a success is an error.
    pub(super) async fn post(&self, body: &Value) -> Result<Response, ChatError> {
        let request = self.client.post(self.url.clone()).body(body.to_string());
        let response = request.send().await.map_err(|error| self.context.transport(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        // The status alone says enough when the body breaks off.
        let body = self.read(response, MAX_ERROR).await.unwrap_or_default();
        Err(self.context.refused(status, &headers, &body))
    }

    /// Reads a whole answer.
    pub(super) async fn read_json(&self, response: Response) -> Result<Value, ChatError> {
        let body = self.read(response, MAX_ANSWER).await?;
        let mut value: Value = serde_json::from_slice(&body)
            .map_err(|_| ChatError::malformed("it is not JSON; check the base URL, and for a proxy in between"))?;
        Secret::new(self.context.key.as_ref()).hide_within(&mut value);
        match value.get("error").filter(|error| !error.is_null()) {
            Some(_) => Err(self.context.reported(&value)),
            None => Ok(value),
        }
    }

    async fn read(&self, mut response: Response, most: usize) -> Result<Vec<u8>, ChatError> {
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| self.context.transport(&error))? {
            if body.len() + piece.len() > most {
                return Err(ChatError::malformed("it is longer than any model writes"));
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }
}

fn completions_url(base_url: &str) -> Result<Url, ChatError> {
    let base_url = base_url.trim().trim_end_matches('/');
    let unusable = || ChatError::not_configured("the base URL is no URL; give one like http://localhost:11434/v1");
    let url = Url::parse(&format!("{base_url}/chat/completions")).map_err(|_| unusable())?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(ChatError::not_configured("the base URL has a query or a fragment; leave it out"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ChatError::not_configured("the base URL holds a user name or password; give a key instead"));
    }
    let origin = endpoint::origin(url.as_str());
    if !endpoint::is_safe(&origin) {
        let problem = format!("the base URL {origin} is neither https nor on this machine; use https");
        return Err(ChatError::not_configured(problem));
    }
    Ok(url)
}

fn headers(key: Option<&ApiKey>) -> Result<HeaderMap, ChatError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    if let Some(key) = key.map(ApiKey::expose).filter(|key| !key.is_empty()) {
        // What JSON has to escape could not be found again in an answer that repeats it.
        if !key.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\')) {
            return Err(ChatError::not_configured("the API key holds characters that no key has"));
        }
        let mut bearer = HeaderValue::from_str(&format!("Bearer {key}"))
            .map_err(|_| ChatError::not_configured("the API key holds characters that no key has"))?;
        bearer.set_sensitive(true);
        headers.insert(AUTHORIZATION, bearer);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_added_to_the_base_url() {
        for base in ["http://localhost:11434/v1", "http://localhost:11434/v1/", " http://localhost:11434/v1// "] {
            assert_eq!(completions_url(base).unwrap().as_str(), "http://localhost:11434/v1/chat/completions");
        }
    }

    #[test]
    fn base_urls_that_would_give_the_key_away_are_refused() {
        for base in
            ["http://llm.example.com/v1", "ftp://localhost", "localhost:11434/v1", "", "https://u:p@localhost/v1"]
        {
            assert!(matches!(completions_url(base), Err(ChatError::NotConfigured { .. })), "{base}");
        }
        assert!(completions_url("https://llm.example.com/v1?key=sk-secret").is_err());
    }

    #[test]
    fn a_key_never_prints_itself() {
        let key = ApiKey::new("sk-secret");
        let settings = OpenAiSettings::new("https://llm.example.com/v1", "m").api_key(key);
        let http = Http::new(&settings).unwrap();
        let printed = format!("{settings:?} {http:?}");
        assert!(!printed.contains("sk-secret"), "{printed}");
        let broken = OpenAiSettings { api_key: Some(ApiKey::new("sk\nsecret")), ..settings };
        assert!(!Http::new(&broken).unwrap_err().to_string().contains("secret"));
        for key in ["sk\"secret", "sk\\secret", "sk secret"] {
            let escaped = OpenAiSettings { api_key: Some(ApiKey::new(key)), ..broken.clone() };
            assert!(Http::new(&escaped).is_err(), "JSON would write {key:?} in another way");
        }
    }
}
