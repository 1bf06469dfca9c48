//! The trait behind which every model stands.

use std::future::Future;
use std::pin::Pin;

use crate::error::ChatError;
use crate::event::EventStream;
use crate::message::ChatRequest;
use crate::reply::{Reply, read_reply};

/// A future that a trait object can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A model that answers.
///
/// Dropping a future or a stream cancels the call; what the service has done by then is spent all the same.
pub trait ChatModel: Send + Sync {
    /// The model as its service names it.
    fn id(&self) -> &str;

    /// Answers piece by piece. Errors that are known before anything is sent come at once, all others from the stream.
    fn stream(&self, request: ChatRequest) -> BoxFuture<'_, Result<EventStream, ChatError>>;

    /// Answers in one piece.
    fn complete(&self, request: ChatRequest) -> BoxFuture<'_, Result<Reply, ChatError>> {
        Box::pin(async move { read_reply(self.id(), self.stream(request).await?).await })
    }
}
