//! From a call to its answer, or to what goes wrong with it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, Response};
use serde_json::Value;

use super::fault::ChatFault;
use super::paced::{End, Paced};
use super::prompt::{self, Face, Prompt};
use super::refusal::Refusal;
use super::server::Shared;
use super::turn::{Part, Turn};
use super::{conversation, converse, openai};
use crate::listener::ConnectionHandle;

/// What every handler is given.
type Incoming = (State<Arc<Shared>>, ConnectInfo<ConnectionHandle>, HeaderMap);

pub(super) async fn on_converse(
    (State(shared), peer, headers): Incoming,
    Path(id): Path<String>,
    body: Bytes,
) -> Response<Body> {
    let parsed: Value = serde_json::from_slice(&body).unwrap_or_default();
    let prompt = Prompt::converse(&id, false, &parsed);
    answer(&shared, peer.0, &prompt, conversation::problem(&parsed), &headers, &body).await
}

pub(super) async fn on_converse_stream(
    (State(shared), peer, headers): Incoming,
    Path(id): Path<String>,
    body: Bytes,
) -> Response<Body> {
    let parsed: Value = serde_json::from_slice(&body).unwrap_or_default();
    let prompt = Prompt::converse(&id, true, &parsed);
    answer(&shared, peer.0, &prompt, conversation::problem(&parsed), &headers, &body).await
}

pub(super) async fn on_openai((State(shared), peer, headers): Incoming, body: Bytes) -> Response<Body> {
    let parsed: Value = serde_json::from_slice(&body).unwrap_or_default();
    let prompt = Prompt::openai(&parsed);
    let problem = prompt::items(&parsed, "/messages").is_empty().then(|| "There are no messages.".to_owned());
    answer(&shared, peer.0, &prompt, problem, &headers, &body).await
}

async fn answer(
    shared: &Shared,
    peer: ConnectionHandle,
    prompt: &Prompt,
    problem: Option<String>,
    headers: &HeaderMap,
    body: &[u8],
) -> Response<Body> {
    let struck = shared.brain.strike();
    let name = struck.map_or_else(|| "ok".to_owned(), ChatFault::name);
    let outcome = if problem.is_some() && struck.is_none() { "refused".to_owned() } else { name };
    shared.record(prompt, outcome, headers, body);
    if let Some(reply) = struck.and_then(|fault| in_place(fault, prompt, &peer)) {
        return reply;
    }
    if let Some(problem) = problem {
        return Refusal::invalid(prompt.face, problem).into_response();
    }
    let turn = match struck {
        // A call that hangs takes no turn.
        Some(ChatFault::Hang) => std::future::pending().await,
        _ => shared.brain.answer(prompt),
    };
    let Some(mut turn) = turn else {
        return Refusal::invalid(prompt.face, "The script has no further turn.".to_owned()).into_response();
    };
    turn.fault = struck.or(turn.fault);
    if turn.fault == Some(ChatFault::Hang) {
        std::future::pending::<()>().await;
    }
    match turn.fault.and_then(|fault| in_place(fault, prompt, &peer)) {
        Some(reply) => reply,
        None => spoken(prompt, &spoilt(turn), peer),
    }
}

/// The reply of a fault that takes the answer's place.
fn in_place(fault: ChatFault, prompt: &Prompt, peer: &ConnectionHandle) -> Option<Response<Body>> {
    let spoils_a_stream = matches!(fault, ChatFault::ThrottleAtStart | ChatFault::ThrottleMidStream);
    match fault {
        ChatFault::Reset => {
            peer.reset();
            Some(Response::new(Body::empty()))
        }
        ChatFault::Html => Some(with_type("text/html", Body::from("<html><body>Sign in</body></html>"))),
        ChatFault::MalformedToolUse if prompt.face == Face::Converse && !prompt.stream => {
            Some(Refusal::invalid_tool_use().into_response())
        }
        _ if spoils_a_stream && prompt.stream => None,
        _ => Refusal::of(fault, prompt.face, &prompt.model).map(Refusal::into_response),
    }
}

/// The turn with what a fault does to its words.
fn spoilt(mut turn: Turn) -> Turn {
    match turn.fault {
        Some(ChatFault::EmptyText) => turn.parts = vec![Part::Text(Vec::new())],
        Some(ChatFault::MalformedToolUse) => {
            let (id, name) = ("broken".to_owned(), "broken".to_owned());
            turn.parts = vec![Part::Tool { id, name, input: vec!["{\"days\"".to_owned(), ": 3".to_owned()] }];
        }
        Some(ChatFault::ContentFilter | ChatFault::Guardrail) => {
            turn.parts.truncate(1);
            for part in &mut turn.parts {
                if let Part::Text(pieces) = part {
                    pieces.truncate(pieces.len().div_ceil(2));
                }
            }
        }
        _ => {}
    }
    turn
}

fn spoken(prompt: &Prompt, turn: &Turn, peer: ConnectionHandle) -> Response<Body> {
    if prompt.stream {
        let Some(throttled) = Refusal::of(ChatFault::Throttle, prompt.face, &prompt.model) else {
            return Response::new(Body::empty());
        };
        let (content_type, paced) = match prompt.face {
            Face::Converse => ("application/vnd.amazon.eventstream", converse::stream(turn, &throttled)),
            Face::OpenAi => ("text/event-stream", openai::stream(&prompt.model, turn, &throttled)),
        };
        return with_type(content_type, paced.into_body(peer));
    }
    let document = match prompt.face {
        Face::Converse => converse::document(turn),
        Face::OpenAi => openai::document(&prompt.model, turn),
    };
    with_type("application/json", body_of(&document, turn.fault).into_body(peer))
}

fn body_of(document: &Value, fault: Option<ChatFault>) -> Paced {
    let mut bytes = document.to_string().into_bytes();
    let end = match fault {
        Some(ChatFault::ResetMidStream) => End::Reset,
        Some(ChatFault::HangMidStream) => End::Hang,
        Some(ChatFault::MalformedJson | ChatFault::CutMidStream) => End::Whole,
        Some(ChatFault::Slow) => return Paced::at_once(vec![bytes]).slowly(),
        _ => return Paced::at_once(vec![bytes]),
    };
    bytes.truncate(bytes.len() / 2);
    Paced { pieces: vec![bytes], pause: Duration::ZERO, end }
}

fn with_type(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
    response
}
