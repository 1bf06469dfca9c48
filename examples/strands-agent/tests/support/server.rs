//! An MCP server for the tests, over stdio or HTTP, in both protocol eras, with tools that behave well and badly.
//!
//! `test-server` speaks over standard input and output. `test-server --http` prints `listening on URL` and serves there
//! until its standard input ends. `--token TOKEN` asks for a bearer token. Other arguments are ignored: tests find
//! processes by them.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::serve::ListenerExt as _;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ElicitRequest, ElicitRequestParams,
    InputRequest, InputRequests, InputRequiredResult, ListToolsResult, PaginatedRequestParams,
    ProgressNotificationParam, ProtocolVersion, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::transport::stdio;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt as _};
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

/// What has happened; the tool `state` tells.
#[derive(Default)]
struct State {
    meeting: AtomicU32,
    met: Notify,
    erasing: AtomicU32,
    erased: AtomicU32,
    cancelled: AtomicU32,
    grown: AtomicU32,
}

#[derive(Clone, Default)]
struct TestServer(Arc<State>);

impl ServerHandler for TestServer {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_tool_list_changed().build();
        ServerConfig::new(capabilities).with_instructions("Test server: erase destroys.")
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let reads = ToolAnnotations::new().read_only(true);
        let changes = ToolAnnotations::new().read_only(false).destructive(true);
        let mut tools = vec![
            tool("echo", "Says what it is given.", Some(&reads)),
            tool("meet", "Answers when two calls of it are running.", Some(&reads)),
            tool("hang", "Never answers.", Some(&reads)),
            tool("work", "Reports progress.", Some(&reads)),
            tool("fail", "Fails.", Some(&reads)),
            tool("refuse", "Answers with a protocol error.", Some(&reads)),
            tool("crash", "Ends the server.", Some(&reads)),
            tool("state", "What has happened so far.", Some(&reads)),
            tool("report", "Scores requirements.", Some(&reads)),
            tool("ask", "Asks the person for a name.", Some(&reads)),
            tool("erase", "Destroys.", Some(&changes)),
            tool("unmarked", "Says nothing about itself.", None),
            tool("grow", "Adds a tool.", Some(&reads)),
        ];
        if self.0.grown.load(Ordering::SeqCst) > 0 {
            tools.push(tool("grown", "Was not there before.", Some(&reads)));
        }
        Ok(ListToolsResult::with_all_items(tools))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments.clone().unwrap_or_default();
        match request.name.as_ref() {
            "ask" => return ask(&request, &context).await,
            "refuse" => return Err(ErrorData::invalid_params("not like this", None)),
            "crash" => std::process::abort(),
            _ => {}
        }
        Ok(match request.name.as_ref() {
            "echo" | "unmarked" | "grown" => said(&Value::Object(arguments).to_string()),
            "meet" => self.meet().await,
            "hang" => self.hang(&context).await,
            "work" => work(&context).await,
            "fail" => CallToolResult::error(vec![ContentBlock::text("it does not work")]),
            "report" => report(&arguments),
            "erase" => self.erase().await,
            "grow" => {
                self.0.grown.store(1, Ordering::SeqCst);
                // In the newer era only subscribers are told.
                let _ = context.peer.notify_tool_list_changed().await;
                said("grown")
            }
            "state" => said(&self.state().to_string()),
            other => return Err(ErrorData::invalid_params(format!("no tool {other}"), None)),
        }
        .into())
    }
}

impl TestServer {
    /// Both calls must be running for either to end.
    async fn meet(&self) -> CallToolResult {
        let met = self.0.met.notified();
        if self.0.meeting.fetch_add(1, Ordering::SeqCst) + 1 >= 2 {
            self.0.met.notify_waiters();
            return said("met");
        }
        match tokio::time::timeout(Duration::from_secs(5), met).await {
            Ok(()) => said("met"),
            Err(_) => CallToolResult::error(vec![ContentBlock::text("alone")]),
        }
    }

    /// Two at once are a fault of the client.
    async fn erase(&self) -> CallToolResult {
        let others = self.0.erasing.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.0.erasing.fetch_sub(1, Ordering::SeqCst);
        let before = self.0.erased.fetch_add(1, Ordering::SeqCst);
        if others > 0 {
            return CallToolResult::error(vec![ContentBlock::text("another erase was running")]);
        }
        said(&format!("erased {}", before + 1))
    }

    async fn hang(&self, context: &RequestContext<RoleServer>) -> CallToolResult {
        let counted = Cancelled(Arc::clone(&self.0));
        context.ct.cancelled().await;
        drop(counted);
        said("cancelled")
    }

    fn state(&self) -> Value {
        let count = |counter: &AtomicU32| counter.load(Ordering::SeqCst);
        json!({"erased": count(&self.0.erased), "cancelled": count(&self.0.cancelled)})
    }
}

/// Counts when it is dropped: a cancelled call may be dropped before it notices.
struct Cancelled(Arc<State>);

impl Drop for Cancelled {
    fn drop(&mut self) {
        self.0.cancelled.fetch_add(1, Ordering::SeqCst);
    }
}

/// Asks for a name, as each era does.
async fn ask(
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let is_modern = context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
    let answer = if !is_modern {
        let answer = context.peer.create_elicitation(question()?).await;
        serde_json::to_value(answer.map_err(|error| ErrorData::internal_error(error.to_string(), None))?).ok()
    } else if let Some(responses) = &request.input_responses {
        if request.request_state.as_deref() != Some("round 1") {
            return Err(ErrorData::invalid_params("the state did not come back", None));
        }
        responses.get("who").cloned()
    } else {
        let requests =
            InputRequests::from([("who".to_owned(), InputRequest::Elicitation(ElicitRequest::new(question()?)))]);
        return Ok(InputRequiredResult::new(Some(requests), Some("round 1".to_owned())).into());
    };
    let answer = answer.unwrap_or_default();
    let name = answer.pointer("/content/name").and_then(Value::as_str);
    let action = answer.get("action").and_then(Value::as_str).unwrap_or("nothing");
    Ok(said(&name.map_or_else(|| action.to_owned(), |name| format!("hello {name}"))).into())
}

fn question() -> Result<ElicitRequestParams, ErrorData> {
    let form = json!({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]});
    let requested_schema =
        serde_json::from_value(form).map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
    Ok(ElicitRequestParams::FormElicitationParams { meta: None, message: "Who are you?".to_owned(), requested_schema })
}

async fn work(context: &RequestContext<RoleServer>) -> CallToolResult {
    if let Some(token) = context.meta.get_progress_token() {
        for step in 1..=3 {
            let progress = ProgressNotificationParam::new(token.clone(), f64::from(step));
            let progress = progress.with_total(3.0).with_message(format!("step {step}"));
            let _ = context.peer.notify_progress(progress).await;
        }
        // A client may drop a progress message that comes with the result.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    said("worked")
}

fn report(arguments: &Map<String, Value>) -> CallToolResult {
    let stated = arguments.get("requirements").and_then(Value::as_array).cloned().unwrap_or_default();
    let scores: Vec<Value> = stated
        .iter()
        .map(|one| {
            json!({"name": one["name"], "description": one["description"], "mandatory": one["mandatory"],
                          "score": 1.0, "judge": "rule", "reason": null})
        })
        .collect();
    let mut result = said("All is well.");
    result.structured_content = Some(json!({"analysis_id": "a-1", "report": {"score": 1.0, "requirements": scores}}));
    result
}

fn said(text: &str) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}

fn tool(name: &'static str, description: &'static str, annotations: Option<&ToolAnnotations>) -> Tool {
    let properties = match name {
        "echo" => json!({"n": {"type": "integer"}, "text": {"type": "string"}}),
        "report" => json!({"requirements": {"type": "array"}, "source": {"type": "string"}}),
        _ => json!({}),
    };
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "additionalProperties": name != "echo"
    });
    let schema = schema.as_object().cloned().unwrap_or_default();
    let tool = Tool::new(name, description, Arc::new(schema));
    match annotations {
        Some(annotations) => tool.with_annotations(annotations.clone()),
        None => tool,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |flag: &str| arguments.iter().skip_while(|argument| *argument != flag).nth(1).cloned();
    if arguments.iter().any(|argument| argument == "--http") {
        return serve_http(after("--token")).await;
    }
    TestServer::default().serve(stdio()).await?.waiting().await?;
    Ok(())
}

async fn serve_http(token: Option<String>) -> Result<(), Box<dyn Error>> {
    let server = TestServer::default();
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(LocalSessionManager::default()),
        StreamableHttpServerConfig::default(),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let wanted = token.map(|token| format!("Bearer {token}"));
    let check = axum::middleware::from_fn(move |request: Request, next: Next| {
        let given = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let welcome = wanted.is_none() || given == wanted.as_deref();
        async move { if welcome { next.run(request).await } else { unauthorised() } }
    });
    let router = axum::Router::new().nest_service("/mcp", service).layer(check);
    let mut stdout = tokio::io::stdout();
    let line = format!("listening on http://{address}/mcp\n");
    tokio::io::AsyncWriteExt::write_all(&mut stdout, line.as_bytes()).await?;
    tokio::io::AsyncWriteExt::flush(&mut stdout).await?;
    let ended = async {
        let mut nothing = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut tokio::io::stdin(), &mut nothing).await;
    };
    tokio::select! {
        served = axum::serve(listener, router) => Ok(served?),
        () = ended => Ok(()),
    }
}

fn unauthorised() -> Response {
    (StatusCode::UNAUTHORIZED, [("www-authenticate", "Bearer")]).into_response()
}
