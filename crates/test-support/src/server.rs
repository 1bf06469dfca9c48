//! The running fake: one loopback port, from the request's bytes to the reply's.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use axum::routing::get;
use axum::serve::Listener as _;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::builder::FakeAwsBuilder;
use crate::fault::{Fault, FaultRule};
use crate::listener::{ConnectionHandle, ResettableListener};
use crate::reply::{ApiError, WireReply};
use crate::request::{self, AwsCall, Rejected};
use crate::stats::{CallRecord, Calls};
use crate::token::Binding;
use crate::world::{PagedCall, World};
use crate::{Account, chaos, control};

/// AWS's own limit on the requests served here is far lower.
const MAX_REQUEST_BYTES: usize = 1 << 20;

/// A fake AWS that runs until it is dropped.
#[derive(Debug)]
pub struct FakeAws {
    address: SocketAddr,
    world: Arc<World>,
    /// Dropping it ends the server.
    _stop: oneshot::Sender<()>,
}

impl FakeAws {
    /// Prepares a fake with AWS's quotas, one account and no data.
    #[must_use]
    pub fn builder() -> FakeAwsBuilder {
        FakeAwsBuilder::default()
    }

    pub(crate) async fn serve(address: SocketAddr, world: World) -> io::Result<Self> {
        let listener = ResettableListener::bind(address).await?;
        let address = listener.local_addr()?;
        let world = Arc::new(world);
        let router = Router::new()
            .route("/_fake/stats", get(control::stats))
            .route("/_fake/log", get(control::log))
            .route("/_fake/faults", get(control::faults).post(control::set_faults).delete(control::clear_faults))
            .fallback(respond)
            .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
            .with_state(Arc::clone(&world));
        let (stop, stopped) = oneshot::channel::<()>();
        let service = router.into_make_service_with_connect_info::<ConnectionHandle>();
        tokio::spawn(async move {
            let stopped = async {
                // Either way, sent or dropped, it is time.
                let _ = stopped.await;
            };
            let _ = axum::serve(listener, service).with_graceful_shutdown(stopped).await;
        });
        Ok(Self { address, world, _stop: stop })
    }

    /// The URL to give as `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was called so far.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.world.stats.calls()
    }

    /// The newest calls one by one, oldest first.
    #[must_use]
    pub fn call_log(&self) -> Vec<CallRecord> {
        self.world.stats.records()
    }

    /// Replaces all fault rules; their counting starts again.
    ///
    /// # Errors
    /// Names what is wrong with a rule; then the old rules stay.
    pub fn set_faults(&self, rules: Vec<FaultRule>) -> Result<(), String> {
        self.world.faults.set(rules)
    }

    /// Adds CloudTrail records while clients are reading.
    pub fn push_events(&self, events: Vec<Value>) {
        let mut store = self.world.events.write().unwrap_or_else(PoisonError::into_inner);
        store.add(events.iter().map(Value::to_string), &self.world.settings.default_region);
    }

    /// Adds findings while clients are reading.
    pub fn push_findings(&self, findings: Vec<Value>) {
        let mut store = self.world.findings.write().unwrap_or_else(PoisonError::into_inner);
        store.add(findings, &self.world.settings.default_region);
    }
}

async fn respond(
    State(world): State<Arc<World>>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let call = match request::recognise(&method, uri.path(), uri.query().unwrap_or_default(), &headers, &body) {
        Ok(call) => call,
        Err(rejected) => return reject(&world, &rejected),
    };
    let Some(account) = world.account_of(&call.access_key) else {
        let error = ApiError::new(500, "InternalFailure", "The fake has no account.");
        return http(WireReply::error(call.operation.service(), &error), Body::from);
    };
    let Outcome { mut reply, fault, name } = decide(&world, &call, account);
    record(&world, &call, account, name);
    tokio::time::sleep(waiting_time(&world, &call, fault.as_ref())).await;
    if let Some(fault) = &fault {
        chaos::alter_bytes(fault, &mut reply);
    }
    http(reply, |bytes| chaos::body(fault.as_ref(), bytes, &connection))
}

struct Outcome {
    reply: WireReply,
    fault: Option<Fault>,
    /// Under which it is counted.
    name: String,
}

/// Quota first, then the switchboard, then the operation itself.
fn decide(world: &World, call: &AwsCall, account: &Account) -> Outcome {
    let service = call.operation.service();
    let refused =
        |error: ApiError, fault| Outcome { reply: WireReply::error(service, &error), fault, name: error.code };
    if account.has_disabled(&call.region) {
        return refused(chaos::unrecognized_client(service), None);
    }
    if !world.quotas.admit(call.operation, &account.id, &call.region, Instant::now()) {
        return refused(world.throttled(call.operation), None);
    }
    let fault = world.faults.strike(call);
    let binding = Binding::of(call, &account.id);
    let cursor = match call.text("NextToken").map(|token| binding.redeem(token)) {
        None => None,
        Some(Some(cursor)) => Some(cursor),
        Some(None) => return refused(call.operation.invalid_token(), fault),
    };
    let paged = PagedCall { call, account, binding, cursor: cursor.as_deref() };
    if let Some(error) = fault.as_ref().and_then(|fault| chaos::error_of(fault, world, paged)) {
        return refused(error, fault);
    }
    match world.answer(paged) {
        Ok(answer) => {
            let altered = match &fault {
                Some(fault) => chaos::alter_answer(fault, world, paged, answer),
                None => answer,
            };
            let name = fault.as_ref().and_then(chaos::outcome_of).unwrap_or("ok").to_owned();
            Outcome { reply: WireReply::success(service, &altered), fault, name }
        }
        Err(error) => refused(error, fault),
    }
}

fn waiting_time(world: &World, call: &AwsCall, fault: Option<&Fault>) -> Duration {
    let latency = world.settings.latency.of(call.operation.service());
    match fault {
        Some(Fault::Delay { delay_ms }) => latency + Duration::from_millis(*delay_ms),
        _ => latency,
    }
}

fn record(world: &World, call: &AwsCall, account: &Account, outcome: String) {
    world.stats.record(CallRecord {
        at_ms: world.stats.elapsed_ms(Instant::now()),
        service: call.operation.service().name().to_owned(),
        operation: call.operation.name().to_owned(),
        account: account.id.clone(),
        region: call.region.clone(),
        outcome,
        request: call.body.clone(),
    });
}

fn reject(world: &World, rejected: &Rejected) -> Response<Body> {
    world.stats.record(CallRecord {
        at_ms: world.stats.elapsed_ms(Instant::now()),
        service: rejected.service.name().to_owned(),
        operation: rejected.operation.clone(),
        account: String::new(),
        region: rejected.region.clone(),
        outcome: rejected.error.code.clone(),
        request: Value::Null,
    });
    http(WireReply::error(rejected.service, &rejected.error), Body::from)
}

/// The length is that of the whole body also when less of it arrives.
fn http(reply: WireReply, body: impl FnOnce(Vec<u8>) -> Body) -> Response<Body> {
    let mut response = Response::builder()
        .status(reply.status)
        .header("content-type", reply.content_type)
        .header("content-length", reply.body.len())
        .header("x-amzn-requestid", "00000000-0000-4000-8000-000000000000");
    if let Some(error_type) = reply.error_type {
        response = response.header("x-amzn-errortype", error_type);
    }
    response.body(body(reply.body)).unwrap_or_else(|_| {
        // Only an error code that is no header value, from a fault rule, leads here.
        let mut plain = Response::new(Body::empty());
        *plain.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        plain
    })
}
