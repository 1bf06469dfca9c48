//! The running fake: one loopback port, both faces, and a switchboard.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderValue};
use axum::routing::{get, post};
use axum::serve::Listener as _;
use serde::Serialize;
use tokio::sync::oneshot;

use super::brain::{Brain, Mind, State as BrainState};
use super::fault::ChatFault;
use super::prompt::{Face, Prompt};
use super::turn::Turn;
use super::writing::{Writer, Writing};
use super::{answer, control};
use crate::author::Planted;
use crate::listener::{ConnectionHandle, ResettableListener};

const MAX_REQUEST_BYTES: usize = 16 << 20;

/// One call as it arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChatCall {
    /// Which API was called.
    pub face: Face,
    /// The model that was asked for.
    pub model: String,
    /// Whether the answer was to be streamed.
    pub stream: bool,
    /// `ok`, the name of a fault, or `refused` for a request that Bedrock would refuse too.
    pub outcome: String,
    /// The header lines, credentials included: for searches.
    pub headers: Vec<String>,
    /// The body, byte for byte where it was UTF-8.
    pub body: String,
}

/// Prepares a fake.
#[derive(Debug)]
pub struct FakeChatBuilder {
    address: SocketAddr,
    brain: Brain,
}

impl FakeChatBuilder {
    /// Sets the loopback address; any free port without it.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Adds a turn to the script.
    #[must_use]
    pub fn turn(self, turn: Turn) -> Self {
        self.brain.with(|state| state.turns.push_back(turn));
        self
    }

    /// Answers what the script does not with what `answer` makes of the prompt.
    #[must_use]
    pub fn answering(mut self, answer: impl Fn(&Prompt) -> Turn + Send + Sync + 'static) -> Self {
        self.brain.mind = Mind::Answering(Box::new(answer));
        self
    }

    /// Answers what the script does not with what `author` writes from the prompt's text.
    #[must_use]
    pub fn author(self, author: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.answering(move |prompt| Turn::text(&author(&prompt.text())))
    }

    /// Answers what the script does not with reports on the facts of the prompt, and with scores where those are
    /// asked for.
    #[must_use]
    pub fn writing(mut self, writing: Writing) -> Self {
        self.brain.mind = Mind::Writing(Writer::new(writing));
        self
    }

    /// Lets a fault strike the next `times` calls, after those of faults set before.
    #[must_use]
    pub fn fault(self, fault: ChatFault, times: u64) -> Self {
        self.brain.with(|state| state.faults.push_back((fault, times.max(1))));
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// The address is in use, or is not a loopback address.
    pub async fn start(self) -> io::Result<FakeChat> {
        FakeChat::serve(self.address, self.brain).await
    }
}

/// A fake chat service that runs until it is dropped.
#[derive(Debug)]
pub struct FakeChat {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Dropping it ends the server.
    _stop: oneshot::Sender<()>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) brain: Brain,
    pub(super) calls: Mutex<Vec<ChatCall>>,
}

impl FakeChat {
    /// Prepares a fake that has nothing to say yet.
    #[must_use]
    pub fn builder() -> FakeChatBuilder {
        let brain = Brain { mind: Mind::Blank, state: Mutex::new(BrainState::default()) };
        FakeChatBuilder { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), brain }
    }

    async fn serve(address: SocketAddr, brain: Brain) -> io::Result<Self> {
        let listener = ResettableListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { brain, calls: Mutex::default() });
        let router = Router::new()
            .route("/model/{id}/converse", post(answer::on_converse))
            .route("/model/{id}/converse-stream", post(answer::on_converse_stream))
            .route("/v1/chat/completions", post(answer::on_openai))
            .route("/_fake/log", get(control::log))
            .route("/_fake/planted", get(control::planted))
            .route("/_fake/turns", post(control::set_turns).delete(control::clear_turns))
            .route("/_fake/faults", post(control::set_faults).delete(control::clear_faults))
            .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
            .with_state(Arc::clone(&shared));
        let (stop, stopped) = oneshot::channel::<()>();
        let service = router.into_make_service_with_connect_info::<ConnectionHandle>();
        tokio::spawn(async move {
            // Not gracefully: a call that hangs would keep the server for ever.
            tokio::select! {
                _ = axum::serve(listener, service) => {}
                _ = stopped => {}
            }
        });
        Ok(Self { address, shared, _stop: stop })
    }

    /// The URL to give as `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base URL to give to an OpenAI client.
    #[must_use]
    pub fn openai_base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Every call so far, oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<ChatCall> {
        self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every call since the start or the last `take_calls`, which are then forgotten: for runs of thousands.
    #[must_use]
    pub fn take_calls(&self) -> Vec<ChatCall> {
        std::mem::take(&mut *self.shared.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Falsehoods planted so far, by a fake that writes reports.
    #[must_use]
    pub fn planted(&self) -> Vec<Planted> {
        self.shared.planted()
    }

    /// Adds turns to the script.
    pub fn push_turns(&self, turns: impl IntoIterator<Item = Turn>) {
        self.shared.brain.with(|state| state.turns.extend(turns));
    }

    /// Lets a fault strike the next `times` calls, after those of faults set before.
    pub fn push_fault(&self, fault: ChatFault, times: u64) {
        self.shared.brain.with(|state| state.faults.push_back((fault, times.max(1))));
    }
}

impl Shared {
    pub(super) fn planted(&self) -> Vec<Planted> {
        match &self.brain.mind {
            Mind::Writing(writer) => writer.planted(),
            Mind::Blank | Mind::Answering(_) => Vec::new(),
        }
    }

    pub(super) fn record(&self, prompt: &Prompt, outcome: String, headers: &HeaderMap, body: &[u8]) {
        let line = |(name, value): (_, &HeaderValue)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        let call = ChatCall {
            face: prompt.face,
            model: prompt.model.clone(),
            stream: prompt.stream,
            outcome,
            headers: headers.iter().map(line).collect(),
            body: String::from_utf8_lossy(body).into_owned(),
        };
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }
}
