//! A plain HTTP client: what arrives is shown as it arrived, broken or not.

use std::io;

use serde_json::{Value, json};
use test_support::FakeAws;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A reply with as much of its body as arrived.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// What the head promised.
    pub(crate) length: usize,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The error code, wherever the protocol puts it.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        let code = ["__type", "Code"].into_iter().find_map(|name| body.get(name)?.as_str().map(str::to_owned));
        code.unwrap_or_default()
    }
}

/// Sends a request on a connection of its own.
pub(crate) async fn send(endpoint: &str, head: &str, body: &str) -> io::Result<Reply> {
    let address = endpoint.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let request = format!("{head}host: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes).await;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof);
    ended?;
    let mut body = bytes.split_off(end?);
    body.drain(..4);
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let length = field("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0);
    Ok(Reply { status, length, body, head })
}

fn signed(service: &str, region: &str) -> String {
    format!(
        "authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/{region}/{service}/aws4_request, \
         SignedHeaders=host, Signature=00\r\n"
    )
}

/// CloudTrail `LookupEvents`.
pub(crate) async fn lookup(aws: &FakeAws, region: &str, body: &Value) -> io::Result<Reply> {
    let target = "x-amz-target: CloudTrail_20131101.LookupEvents\r\n";
    let head = format!("POST / HTTP/1.1\r\n{target}{}", signed("cloudtrail", region));
    send(&aws.endpoint(), &head, &body.to_string()).await
}

/// Any Security Hub operation: `request_line` is such as `POST /findings`; a null body is none.
pub(crate) async fn hub(aws: &FakeAws, region: &str, request_line: &str, body: &Value) -> io::Result<Reply> {
    let head = format!("{request_line} HTTP/1.1\r\n{}", signed("securityhub", region));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(&aws.endpoint(), &head, &body).await
}

/// Follows `LookupEvents` to its end; the event ids of each page.
pub(crate) async fn lookup_pages(aws: &FakeAws, region: &str, query: &Value) -> io::Result<Vec<Vec<String>>> {
    let mut pages = Vec::new();
    let mut body = query.as_object().cloned().unwrap_or_default();
    loop {
        let page = lookup(aws, region, &Value::Object(body.clone())).await?.json();
        pages.push(texts(&page, "Events", "EventId"));
        match page.get("NextToken") {
            Some(token) if pages.len() < 100 => body.insert("NextToken".into(), token.clone()),
            _ => return Ok(pages),
        };
    }
}

/// One member of each item of a list.
pub(crate) fn texts(reply: &Value, list: &str, member: &str) -> Vec<String> {
    let items = reply.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    items.iter().filter_map(|item| item.get(member)?.as_str().map(str::to_owned)).collect()
}

/// A string filter.
pub(crate) fn filter(comparison: &str, value: &str) -> Value {
    json!({"Comparison": comparison, "Value": value})
}
