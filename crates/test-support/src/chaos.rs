//! What each fault does: to the answer, to its bytes, or to the connection they travel on.

use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::fault::Fault;
use crate::json::set_member;
use crate::listener::ConnectionHandle;
use crate::reply::{ApiError, WireReply};
use crate::world::{PagedCall, World, access_denied};
use crate::{Operation, Service};

/// A cursor that no handler issues: the first page.
const FIRST_PAGE: &str = "first";

/// The error that a fault answers with in the operation's place, if it is of that sort.
pub(crate) fn error_of(fault: &Fault, world: &World, paged: PagedCall<'_>) -> Option<ApiError> {
    let operation = paged.call.operation;
    let service = operation.service();
    let auth_status = if service == Service::CloudTrail { 400 } else { 403 };
    Some(match fault {
        Fault::Throttle => world.throttled(operation),
        Fault::Status { status } => server_error(operation, *status),
        Fault::Error { status, code, message } => ApiError::new(*status, code, message),
        Fault::ExpiredToken => {
            let code = if service == Service::Sts { "ExpiredToken" } else { "ExpiredTokenException" };
            ApiError::new(auth_status, code, "The security token included in the request is expired")
        }
        Fault::UnrecognizedClient => unrecognized_client(service),
        Fault::AccessDenied => access_denied(paged.call, paged.account),
        Fault::InvalidNextToken => operation.invalid_token(),
        _ => return None,
    })
}

/// What credentials of nobody get, and those of an account in a region it has not switched on.
pub(crate) fn unrecognized_client(service: Service) -> ApiError {
    let (status, code) = match service {
        Service::CloudTrail => (400, "UnrecognizedClientException"),
        Service::SecurityHub | Service::Account => (403, "UnrecognizedClientException"),
        Service::Sts => (403, "InvalidClientTokenId"),
    };
    ApiError::new(status, code, "The security token included in the request is invalid.")
}

fn server_error(operation: Operation, status: u16) -> ApiError {
    let code = match (status, operation) {
        (500, Operation::GetFindingStatisticsV2 | Operation::ListRegions) => "InternalServerException",
        (500, operation) if operation.service() == Service::SecurityHub => "InternalException",
        (500, _) => "InternalFailure",
        (503, _) => "ServiceUnavailableException",
        _ => "ServiceException",
    };
    ApiError::new(status, code, "We encountered an internal error. Please try again.")
}

/// Alters a good answer, for the faults that lie in what is said.
pub(crate) fn alter_answer(fault: &Fault, world: &World, paged: PagedCall<'_>, answer: Value) -> Value {
    match fault {
        Fault::RepeatToken => repeat_token(paged, answer),
        Fault::EmptyPage => empty_page(world, paged, answer),
        Fault::WrongShape => wrong_shape(answer),
        _ => answer,
    }
}

fn repeat_token(paged: PagedCall<'_>, mut answer: Value) -> Value {
    if paged.call.operation.page_member().is_none() {
        return answer;
    }
    if let Some(token) = paged.call.text("NextToken") {
        set_member(&mut answer, "NextToken", token);
    } else if answer.get("NextToken").is_none() {
        set_member(&mut answer, "NextToken", paged.binding.issue(FIRST_PAGE, 0));
    }
    answer
}

fn empty_page(world: &World, paged: PagedCall<'_>, mut answer: Value) -> Value {
    let Some(member) = paged.call.operation.page_member() else { return answer };
    let cursor = paged.cursor.unwrap_or(FIRST_PAGE);
    set_member(&mut answer, member, Value::Array(Vec::new()));
    // Never the token that was sent: a client must not take the page for a loop.
    set_member(&mut answer, "NextToken", paged.binding.issue(cursor, world.nonce()));
    answer
}

fn wrong_shape(mut answer: Value) -> Value {
    let members = answer.as_object_mut();
    match members.and_then(|members| members.values_mut().find(|value| value.is_array())) {
        Some(list) => *list = Value::from("not a list"),
        None => answer = Value::Array(vec![Value::from("not an object")]),
    }
    answer
}

/// Stops the bytes in the middle, for the fault that lies in the body but not in the transfer.
pub(crate) fn alter_bytes(fault: &Fault, reply: &mut WireReply) {
    match fault {
        Fault::TruncatedJson => reply.body.truncate(reply.body.len() / 2),
        Fault::Html { status } => *reply = WireReply::html(*status),
        _ => {}
    }
}

/// The body as the connection carries it.
pub(crate) fn body(fault: Option<&Fault>, bytes: Vec<u8>, connection: &ConnectionHandle) -> Body {
    match fault {
        Some(Fault::Reset) => {
            connection.reset();
            Body::from(bytes)
        }
        Some(Fault::CutBody { after_bytes, reset }) => cut(bytes, *after_bytes, reset.then(|| connection.clone())),
        Some(Fault::SlowDrip { bytes: step, delay_ms }) => drip(bytes, *step, Duration::from_millis(*delay_ms)),
        _ => Body::from(bytes),
    }
}

/// Long enough for what was sent to leave before the connection ends.
const FLUSH_TIME: Duration = Duration::from_millis(20);

fn cut(mut bytes: Vec<u8>, after: usize, reset: Option<ConnectionHandle>) -> Body {
    // At least the last byte is missing, else nothing would be cut.
    bytes.truncate(after.min(bytes.len().saturating_sub(1)));
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(1);
    tokio::spawn(async move {
        if sender.send(Ok(bytes.into())).await.is_ok() {
            tokio::time::sleep(FLUSH_TIME).await;
            if let Some(connection) = reset {
                connection.reset();
            }
            let _ = sender.send(Err(io::ErrorKind::ConnectionReset.into())).await;
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

fn drip(bytes: Vec<u8>, step: usize, delay: Duration) -> Body {
    let (sender, receiver) = mpsc::channel::<io::Result<Bytes>>(1);
    tokio::spawn(async move {
        for part in bytes.chunks(step.max(1)) {
            if sender.send(Ok(Bytes::copy_from_slice(part))).await.is_err() {
                return;
            }
            tokio::time::sleep(delay).await;
        }
    });
    Body::from_stream(ReceiverStream::new(receiver))
}

/// The outcome under which a struck call is counted, when its reply says nothing of the fault.
pub(crate) const fn outcome_of(fault: &Fault) -> Option<&'static str> {
    Some(match fault {
        Fault::Html { .. } => "fault:html",
        Fault::RepeatToken => "fault:repeat_token",
        Fault::EmptyPage => "fault:empty_page",
        Fault::WrongShape => "fault:wrong_shape",
        Fault::TruncatedJson => "fault:truncated_json",
        Fault::Reset => "fault:reset",
        Fault::CutBody { .. } => "fault:cut_body",
        Fault::SlowDrip { .. } => "fault:slow_drip",
        Fault::Delay { .. } => "fault:delay",
        _ => return None,
    })
}
