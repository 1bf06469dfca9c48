//! The switchboard, for clients in other processes.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::mode::Mode;
use super::server::World;

/// `GET /_fake/log`
pub(super) async fn log(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({"requests": world.log.requests()}))
}

/// `DELETE /_fake/log`: forgets requests and falsehoods.
pub(super) async fn clear(State(world): State<Arc<World>>) -> Json<Value> {
    world.log.clear();
    Json(json!({"requests": []}))
}

/// `GET /_fake/planted`
pub(super) async fn planted(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({"runs": world.log.planted()}))
}

/// `GET /_fake/mode`
pub(super) async fn mode(State(world): State<Arc<World>>) -> Json<Value> {
    let mode = world.mode().to_string();
    Json(json!({"mode": mode}))
}

/// `POST /_fake/mode`: `{"mode": "swapped_numbers"}`
pub(super) async fn set_mode(State(world): State<Arc<World>>, body: Bytes) -> (StatusCode, Json<Value>) {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    match body.get("mode").and_then(Value::as_str).unwrap_or_default().parse::<Mode>() {
        Ok(mode) => {
            world.set_mode(mode);
            (StatusCode::OK, Json(json!({"mode": mode.to_string()})))
        }
        Err(reason) => (StatusCode::BAD_REQUEST, Json(json!({"error": reason}))),
    }
}
