//! What the fake was sent, and what it planted.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::author::Planted;

/// Bytes of bodies that are kept; the oldest requests go first.
const KEPT_BYTES: usize = 256 * 1024 * 1024;

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoggedRequest {
    /// `POST` or `GET`.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// Names and values, but for the value of `authorization`.
    pub headers: Vec<(String, String)>,
    /// Whether the key was the right one.
    pub authorised: bool,
    /// The body as text.
    pub body: String,
    /// HTTP status that it was answered with; null while or because it never was.
    pub status: Option<u16>,
    /// Fields of the body that the service does not know.
    pub unknown_fields: Vec<String>,
}

/// Falsehoods of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlantedRun {
    /// The run.
    pub run_id: String,
    /// Its mode, as written in `--mode`.
    pub mode: String,
    /// What was planted; empty where the brief had nothing for this lie to be about.
    pub planted: Vec<Planted>,
}

#[derive(Debug, Default)]
pub(super) struct Log {
    requests: Mutex<Kept>,
    planted: Mutex<Vec<PlantedRun>>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<LoggedRequest>,
    bytes: usize,
}

impl Log {
    pub(super) fn request(&self, request: LoggedRequest) {
        let mut kept = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += request.body.len();
        kept.requests.push_back(request);
        while kept.bytes > KEPT_BYTES {
            let Some(oldest) = kept.requests.pop_front() else { break };
            kept.bytes -= oldest.body.len();
        }
    }

    pub(super) fn requests(&self) -> Vec<LoggedRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).requests.iter().cloned().collect()
    }

    pub(super) fn plant(&self, run: PlantedRun) {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner).push(run);
    }

    pub(super) fn planted(&self) -> Vec<PlantedRun> {
        self.planted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn clear(&self) {
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
        self.planted.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
