//! Our side of the protocol: what a server may tell and ask in the middle of a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rmcp::model::{
    ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationCapability,
    FormElicitationCapability, Implementation, ProgressNotificationParam, UrlElicitationCapability,
};
use rmcp::service::{NotificationContext, RequestContext};
use rmcp::{ClientHandler, ErrorData, RoleClient};
use serde_json::Value;

use crate::limits::PersonClock;
use crate::person::{Elicitation, Event, Person, Reply};
use crate::text::shortened;

/// A server's words are shown up to this length.
const MOST_CHARS: usize = 1_000;

/// What stands behind the client's end of a connection. Elicitation arrives here in both eras: as a request of the
/// server up to 2025-11-25, and taken out of an unfinished result by rmcp since 2026-07-28.
pub(super) struct Client {
    pub(super) server: String,
    pub(super) person: Arc<dyn Person>,
    pub(super) clock: PersonClock,
    pub(super) tools_changed: AtomicBool,
}

impl ClientHandler for Client {
    fn get_info(&self) -> ClientConfig {
        let elicitation = ElicitationCapability::new()
            .with_form(FormElicitationCapability::default())
            .with_url(UrlElicitationCapability::default());
        let mut capabilities = ClientCapabilities::default();
        capabilities.elicitation = Some(elicitation);
        ClientConfig::new(capabilities, Implementation::new("strands-agent", env!("CARGO_PKG_VERSION")))
    }

    async fn create_elicitation(
        &self,
        request: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let Some(question) = self.question(request) else { return Ok(ElicitResult::new(ElicitationAction::Decline)) };
        let _waiting = self.clock.wait();
        Ok(match self.person.replies(&question).await {
            Reply::Accept(values) => ElicitResult::new(ElicitationAction::Accept).with_content(Value::Object(values)),
            Reply::Decline => ElicitResult::new(ElicitationAction::Decline),
            Reply::Cancel => ElicitResult::new(ElicitationAction::Cancel),
        })
    }

    async fn on_progress(&self, progress: ProgressNotificationParam, _: NotificationContext<RoleClient>) {
        let message = progress.message.as_deref().unwrap_or_default();
        self.person.told(&Event::ToolProgress {
            server: &self.server,
            message: &shortened(message, MOST_CHARS),
            done: progress.progress,
            total: progress.total,
        });
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.tools_changed.store(true, Ordering::Relaxed);
    }
}

impl Client {
    /// `None` for a kind of question that this client did not say it knows.
    fn question(&self, request: ElicitRequestParams) -> Option<Elicitation> {
        let (message, schema, url) = match request {
            ElicitRequestParams::FormElicitationParams { message, requested_schema, .. } => {
                (message, serde_json::to_value(requested_schema).ok(), None)
            }
            ElicitRequestParams::UrlElicitationParams { message, url, .. } => (message, None, Some(url)),
            _ => return None,
        };
        let message = shortened(&message, MOST_CHARS).into_owned();
        Some(Elicitation { server: self.server.clone(), message, schema, url })
    }
}
