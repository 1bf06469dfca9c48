//! MCP over HTTP: who may call, and what comes back.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use end_to_end::nightdesk;
use serde_json::{Value, json};

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start() -> Self {
        let mut child = nightdesk(&["serve", "--http", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split("/mcp").next()).unwrap().to_owned();
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        Self { child, address }
    }

    /// One request on its own connection; status and body.
    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: {}\r\n", self.address));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A server that refuses early may reset; what came before counts.
        drop(stream.read_to_end(&mut answer));
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        (status, answer)
    }

    fn mcp(&self, headers: &[(&str, &str)], message: &Value) -> (u16, String) {
        let mut all = vec![("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
        all.extend_from_slice(headers);
        self.send("POST", "/mcp", &all, &message.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn initialize() -> Value {
    json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "0"}},
    })
}

#[test]
fn it_answers_and_says_it_is_well() {
    let server = Server::start();
    assert_eq!(server.send("GET", "/healthz", &[], "").0, 200);
    let (status, body) = server.mcp(&[], &initialize());
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"nightdesk\""), "{body}");
    let modern = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {
            "name": "analyze_aws_cloudtrail", "arguments": {"source": "sample"},
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {},
            },
        },
    });
    let headers =
        [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "analyze_aws_cloudtrail")];
    let (status, body) = server.mcp(&headers, &modern);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("StopLogging") && body.contains("Verified: "), "{body}");

    // The analysis outlives the request: its bundle can be read by its id.
    let id = body.split("nightdesk://analysis/").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
    let uri = format!("nightdesk://analysis/{id}/bundle");
    let mut read = modern.clone();
    read["method"] = json!("resources/read");
    read["params"] = json!({"uri": uri, "_meta": modern["params"]["_meta"]});
    let headers = [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "resources/read"), ("Mcp-Name", &uri)];
    let (status, body) = server.mcp(&headers, &read);
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("application/json") && body.contains("StopLogging"), "{body}");
}

#[test]
fn only_this_machine_and_its_own_pages_may_call() {
    let server = Server::start();
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    let allowed =
        [format!("http://localhost:{port}"), "http://127.0.0.1:3000".to_owned(), "http://localhost:5173".to_owned()];
    for origin in &allowed {
        assert_eq!(server.mcp(&[("Origin", origin)], &initialize()).0, 200, "{origin}");
    }
    for origin in
        ["https://evil.invalid", "http://evil.invalid:80", "null", "http://localhost.evil.invalid:80", "file://"]
    {
        assert_eq!(server.mcp(&[("Origin", origin)], &initialize()).0, 403, "{origin}");
    }
    for host in ["evil.invalid", "evil.invalid:80", "169.254.169.254", "localhost.evil.invalid"] {
        assert_eq!(server.mcp(&[("Host", host)], &initialize()).0, 403, "{host}");
    }
}

#[test]
fn oversized_bodies_are_refused() {
    let server = Server::start();
    let mut message = initialize();
    message["params"]["clientInfo"]["name"] = json!("x".repeat(1024 * 1024));
    assert_eq!(server.mcp(&[], &message).0, 413);
}
