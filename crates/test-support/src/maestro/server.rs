//! The running fake: one loopback port.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use axum::routing::{get, post};
use axum::serve::Listener as _;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::answer::{self, Run};
use super::checks;
use super::control;
use super::log::{Log, LoggedRequest, PlantedRun};
use super::mode::{FaultKind, Mode, Stage};
use crate::fixtures::pick::Picker;
use crate::listener::{ConnectionHandle, ResettableListener};

/// Room for what a hostile test may send.
const MAX_REQUEST_BYTES: usize = 64 << 20;
/// Runs that are kept; a test that needs older ones does not exist.
const MAX_RUNS: usize = 10_000;

/// A fake Maestro that runs until it is dropped.
#[derive(Debug)]
pub struct FakeMaestro {
    address: SocketAddr,
    world: Arc<World>,
    /// Dropping it ends the server.
    _stop: oneshot::Sender<()>,
}

/// Sets a fake up.
#[derive(Clone, Debug)]
pub struct FakeMaestroBuilder {
    port: u16,
    key: String,
    mode: Mode,
    polls: u32,
    seed: u64,
}

#[derive(Debug)]
pub(super) struct World {
    key: String,
    polls: u32,
    seed: u64,
    pub(super) log: Log,
    state: Mutex<Runs>,
}

#[derive(Debug)]
struct Runs {
    mode: Mode,
    made: u64,
    /// Faults that creations have met since the mode was set.
    create_faults: u32,
    by_id: HashMap<String, Run>,
}

/// What is sent back.
enum Reply {
    Json(u16, Value),
    Fault(FaultKind, Value),
    Never,
}

impl Default for FakeMaestroBuilder {
    fn default() -> Self {
        Self { port: 0, key: "k-test".to_owned(), mode: Mode::Honest, polls: 1, seed: 1 }
    }
}

impl FakeMaestroBuilder {
    /// The port on 127.0.0.1; a free one without it.
    #[must_use]
    pub const fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The only key that is let in, `k-test` without it.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = key.into();
        self
    }

    /// What becomes of the runs.
    #[must_use]
    pub const fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Polls that find a run in progress before it ends; 1 without it.
    #[must_use]
    pub const fn polls(mut self, polls: u32) -> Self {
        self.polls = polls;
        self
    }

    /// Varies run ids, lies and `mixed`. The n-th run of a seed is always the same.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub async fn start(self) -> io::Result<FakeMaestro> {
        let listener = ResettableListener::bind((Ipv4Addr::LOCALHOST, self.port).into()).await?;
        let address = listener.local_addr()?;
        let runs = Runs { mode: self.mode, made: 0, create_faults: 0, by_id: HashMap::new() };
        let Self { key, polls, seed, .. } = self;
        let world = Arc::new(World { key, polls, seed, log: Log::default(), state: Mutex::new(runs) });
        let router = Router::new()
            .route("/studio/v1/maestro/runs", post(create))
            .route("/studio/v1/maestro/runs/{id}", get(poll))
            .route("/_fake/log", get(control::log).delete(control::clear))
            .route("/_fake/planted", get(control::planted))
            .route("/_fake/mode", get(control::mode).post(control::set_mode))
            .fallback(nothing_here)
            .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
            .with_state(Arc::clone(&world));
        let (stop, stopped) = oneshot::channel::<()>();
        let service = router.into_make_service_with_connect_info::<ConnectionHandle>();
        tokio::spawn(async move {
            // Requests that are never answered would keep a graceful end waiting.
            tokio::select! {
                _ = axum::serve(listener, service) => {}
                _ = stopped => {}
            }
        });
        Ok(FakeMaestro { address, world, _stop: stop })
    }
}

impl FakeMaestro {
    /// Sets a fake up.
    #[must_use]
    pub fn builder() -> FakeMaestroBuilder {
        FakeMaestroBuilder::default()
    }

    /// `http://127.0.0.1:PORT`, where `/_fake/…` is.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The URL to give as `AI21_API_HOST`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("{}/studio/v1", self.endpoint())
    }

    /// The requests so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.world.log.requests()
    }

    /// The falsehoods planted so far, one item for each run that lied.
    #[must_use]
    pub fn planted(&self) -> Vec<PlantedRun> {
        self.world.log.planted()
    }

    /// Forgets requests and falsehoods.
    pub fn clear(&self) {
        self.world.log.clear();
    }

    /// Changes what becomes of the runs made from now on.
    pub fn set_mode(&self, mode: Mode) {
        self.world.set_mode(mode);
    }
}

impl World {
    fn runs(&self) -> MutexGuard<'_, Runs> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn mode(&self) -> Mode {
        self.runs().mode
    }

    pub(super) fn set_mode(&self, mode: Mode) {
        let mut runs = self.runs();
        runs.mode = mode;
        runs.create_faults = 0;
    }

    fn authorised(&self, headers: &HeaderMap) -> bool {
        let header = headers.get("authorization").and_then(|value| value.to_str().ok());
        header.and_then(|header| header.strip_prefix("Bearer ")) == Some(&self.key)
    }

    fn create(&self, body: &[u8], unknown_fields: &mut Vec<String>) -> (Reply, Mode) {
        let (checked, fields) = checks::check(body);
        *unknown_fields = checked.unknown_fields;
        let mut runs = self.runs();
        let number = runs.made;
        let mode = runs.mode.of_run(self.seed, number);
        if let Mode::Fault { stage: Stage::Create, kind, times } = mode {
            runs.create_faults += 1;
            if times == 0 || runs.create_faults <= times {
                // Each creation is another draw of `mixed`.
                runs.made += u64::from(runs.mode != mode);
                return (Reply::Fault(kind, json!({"id": "x", "status": "in_progress", "result": null})), mode);
            }
        }
        if mode == Mode::HangingCreate {
            return (Reply::Never, mode);
        }
        if !checked.problems.is_empty() {
            return (Reply::Json(422, json!({"detail": checked.problems})), mode);
        }
        runs.made += 1;
        let id = Picker::new(self.seed, number).uuid(number);
        let seed = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number);
        let (run, planted) = Run::new(id.clone(), mode, self.polls, &fields, seed);
        if matches!(mode, Mode::Lie(_)) {
            self.log.plant(PlantedRun { run_id: id.clone(), mode: mode.to_string(), planted });
        }
        // The creation itself never brings a result.
        let object = json!({"id": id, "status": "in_progress", "result": null});
        if runs.by_id.len() >= MAX_RUNS {
            runs.by_id.clear();
        }
        runs.by_id.insert(id, run);
        (Reply::Json(200, object), mode)
    }

    fn poll(&self, id: &str) -> (Reply, Mode) {
        let mut runs = self.runs();
        let Some(run) = runs.by_id.get_mut(id) else {
            return (Reply::Json(404, json!({"detail": "Run not found"})), Mode::Honest);
        };
        let mode = run.mode;
        if let Mode::Fault { stage: Stage::Poll, kind, times } = mode {
            run.faults += 1;
            if times == 0 || run.faults <= times {
                return (Reply::Fault(kind, run.object()), mode);
            }
        }
        if mode == Mode::Hanging {
            return (Reply::Never, mode);
        }
        let mut object = run.object();
        if mode == Mode::EchoKey {
            answer::echo(&mut object, &self.key);
        }
        run.polls_left = run.polls_left.saturating_sub(1);
        (Reply::Json(200, object), mode)
    }
}

/// Everything of a request that is logged, before it is answered.
fn entry(world: &World, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> LoggedRequest {
    let value = |name: &str, value: &[u8]| match name {
        "authorization" => "(not logged)".to_owned(),
        _ => String::from_utf8_lossy(value).into_owned(),
    };
    LoggedRequest {
        method: method.to_string(),
        path: uri.to_string(),
        headers: headers.iter().map(|(name, v)| (name.to_string(), value(name.as_str(), v.as_bytes()))).collect(),
        authorised: world.authorised(headers),
        body: String::from_utf8_lossy(body).into_owned(),
        status: None,
        unknown_fields: Vec::new(),
    }
}

async fn create(
    State(world): State<Arc<World>>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut entry = entry(&world, &method, &uri, &headers, &body);
    let (reply, mode) = match entry.authorised {
        true => world.create(&body, &mut entry.unknown_fields),
        false => (unauthorised(), Mode::Honest),
    };
    respond(&world, entry, reply, mode, &connection).await
}

async fn poll(
    State(world): State<Arc<World>>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    Path(id): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let entry = entry(&world, &method, &uri, &headers, b"");
    let (reply, mode) = if entry.authorised { world.poll(&id) } else { (unauthorised(), Mode::Honest) };
    respond(&world, entry, reply, mode, &connection).await
}

async fn nothing_here(
    State(world): State<Arc<World>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let entry = entry(&world, &method, &uri, &headers, &body);
    world.log.request(LoggedRequest { status: Some(404), ..entry });
    write(404, "application/json", json!({"detail": "Not Found"}).to_string())
}

fn unauthorised() -> Reply {
    Reply::Json(401, json!({"detail": "Forbidden: Bad or missing Apikey/JWT."}))
}

async fn respond(
    world: &World,
    entry: LoggedRequest,
    reply: Reply,
    mode: Mode,
    connection: &ConnectionHandle,
) -> Response<Body> {
    if mode == Mode::Slow {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let response = match reply {
        Reply::Never => {
            world.log.request(entry);
            return std::future::pending().await;
        }
        Reply::Json(status, value) => {
            let body = value.to_string().replace(answer::ESCAPED_KEY, &answer::escaped(&world.key));
            write(status, "application/json", body)
        }
        Reply::Fault(kind, value) => faulty(kind, &value, connection),
    };
    world.log.request(LoggedRequest { status: Some(response.status().as_u16()), ..entry });
    response
}

const PAGE: &str = "<html><head><title>Bad gateway</title></head><body><h1>The server is not well</h1></body></html>";

fn faulty(kind: FaultKind, value: &Value, connection: &ConnectionHandle) -> Response<Body> {
    match kind {
        FaultKind::Http(422) => {
            let problem = json!({"loc": ["body", "input"], "msg": "Value error, made up", "type": "value_error"});
            write(422, "application/json", json!({"detail": [problem]}).to_string())
        }
        FaultKind::Http(status) => {
            let detail = format!("A made-up error with the status {status}.");
            let mut response = write(status, "application/json", json!({"detail": detail}).to_string());
            if matches!(status, 429 | 503) {
                response.headers_mut().insert("retry-after", 0.into());
            }
            response
        }
        FaultKind::Html(status) => write(status, "text/html", PAGE.to_owned()),
        FaultKind::NotJson => write(200, "text/html", PAGE.to_owned()),
        FaultKind::Redirect => {
            let mut response = write(307, "text/plain", String::new());
            let elsewhere = axum::http::HeaderValue::from_static("https://elsewhere.invalid/studio/v1/maestro/runs");
            response.headers_mut().insert("location", elsewhere);
            response
        }
        FaultKind::Reset => {
            connection.reset();
            write(200, "application/json", value.to_string())
        }
        FaultKind::TruncatedJson => {
            let text = value.to_string();
            write(200, "application/json", text.chars().take(text.chars().count() / 2).collect())
        }
    }
}

fn write(status: u16, content_type: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert("content-type", axum::http::HeaderValue::from_static(content_type));
    response
}
