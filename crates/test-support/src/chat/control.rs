//! The switchboard, for clients in other processes.

use std::sync::{Arc, PoisonError};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fault::ChatFault;
use super::server::Shared;
use super::turn::Turn;

#[derive(Deserialize)]
struct FaultCount {
    kind: ChatFault,
    #[serde(default = "once")]
    times: u64,
}

const fn once() -> u64 {
    1
}

pub(super) async fn log(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let calls = shared.calls.lock().unwrap_or_else(PoisonError::into_inner);
    Json(json!({"calls": *calls}))
}

pub(super) async fn planted(State(shared): State<Arc<Shared>>) -> Json<Value> {
    Json(json!({"planted": shared.planted()}))
}

pub(super) async fn set_turns(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    told(&body, |turns: Vec<Turn>| shared.brain.with(|state| state.turns = turns.into()))
}

pub(super) async fn clear_turns(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.brain.with(|state| state.turns.clear());
    Json(json!({}))
}

pub(super) async fn set_faults(State(shared): State<Arc<Shared>>, body: Bytes) -> Response<Body> {
    told(&body, |faults: Vec<FaultCount>| {
        let faults = faults.into_iter().map(|fault| (fault.kind, fault.times.max(1)));
        shared.brain.with(|state| state.faults = faults.collect());
    })
}

pub(super) async fn clear_faults(State(shared): State<Arc<Shared>>) -> Json<Value> {
    shared.brain.with(|state| state.faults.clear());
    Json(json!({}))
}

/// Whatever content type it was sent with.
fn told<T: DeserializeOwned>(body: &[u8], heed: impl FnOnce(T)) -> Response<Body> {
    match serde_json::from_slice(body) {
        Ok(told) => {
            heed(told);
            Json(json!({})).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({"error": error.to_string()}))).into_response(),
    }
}
