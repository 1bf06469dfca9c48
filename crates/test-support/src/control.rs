//! The fake's own endpoints below `/_fake`, for tests in another process.

use std::sync::{Arc, PoisonError};

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::fault::{FaultRule, rule_from_json};
use crate::world::World;

/// `GET /_fake/stats`: counts of calls, and of the records held by region.
pub(crate) async fn stats(State(world): State<Arc<World>>) -> Json<Value> {
    let events = world.events.read().unwrap_or_else(PoisonError::into_inner).counts();
    let findings = world.findings.read().unwrap_or_else(PoisonError::into_inner).counts();
    Json(json!({
        "now": world.settings.now.to_string(),
        "calls": world.stats.calls().counts(),
        "held": {"events": events, "findings": findings},
    }))
}

/// `GET /_fake/log`: the newest calls with their requests.
pub(crate) async fn log(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({"calls": world.stats.records()}))
}

/// `GET /_fake/faults`: the rules in force.
pub(crate) async fn faults(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({"rules": world.faults.rules()}))
}

/// `POST /_fake/faults`: replaces the rules by one rule, a list, or `{"rules": […]}`.
pub(crate) async fn set_faults(State(world): State<Arc<World>>, body: Bytes) -> (StatusCode, Json<Value>) {
    match read_rules(&body).and_then(|rules| world.faults.set(rules)) {
        Ok(()) => (StatusCode::OK, Json(json!({"rules": world.faults.rules()}))),
        Err(reason) => (StatusCode::BAD_REQUEST, Json(json!({"error": reason}))),
    }
}

/// `DELETE /_fake/faults`: nothing goes wrong any more.
pub(crate) async fn clear_faults(State(world): State<Arc<World>>) -> Json<Value> {
    let _ = world.faults.set(Vec::new());
    Json(json!({"rules": []}))
}

fn read_rules(body: &[u8]) -> Result<Vec<FaultRule>, String> {
    let mut value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if let Some(rules) = value.get_mut("rules") {
        value = rules.take();
    }
    match value {
        Value::Array(rules) => rules.into_iter().map(rule_from_json).collect(),
        rule => Ok(vec![rule_from_json(rule)?]),
    }
}
