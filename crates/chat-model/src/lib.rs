//! One trait for chat models: Bedrock Converse, OpenAI-compatible endpoints, scripted.
//!
//! A [`ChatModel`] takes a [`ChatRequest`] and answers with a stream of neutral [`ChatEvent`]s, or with a whole
//! [`Reply`]. Text, tool calls, stop reasons, token counts and [errors](ChatError) are the same whatever stands behind.
//! Retries, deadlines and the rules of model families are the provider's business and not the caller's.
//!
//! ```
//! use chat_model::{ChatEvent, ChatModel, ChatRequest, Message, Scripted, ThinkingFilter};
//!
//! # async fn example() -> Result<(), chat_model::ChatError> {
//! // Or `Bedrock::new(BedrockSettings::new("us.amazon.nova-2-lite-v1:0"))`, or `OpenAi::new(…)`.
//! let model = Scripted::new("offline").reply("<thinking>Hm.</thinking>Four.");
//! let request = ChatRequest::new([Message::user("How many findings are critical?")]).max_tokens(200);
//!
//! let mut events = model.stream(request).await?;
//! let mut thinking = ThinkingFilter::default();
//! let mut shown = String::new();
//! while let Some(event) = events.next().await {
//!     if let ChatEvent::TextDelta(text) = event? {
//!         shown += &thinking.push(&text);
//!     }
//! }
//! assert_eq!(shown + &thinking.finish(), "Four.");
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(example()).unwrap();
//! ```
//!
//! | To read about | see |
//! |---|---|
//! | the trait | [`ChatModel`] |
//! | what goes in | [`ChatRequest`], [`Message`], [`Block`], [`ToolSpec`] |
//! | what comes out | [`ChatEvent`], [`Reply`], [`ReplyBuilder`] |
//! | what can go wrong | [`ChatError`], [`StopReason`] |
//! | the providers | [`Bedrock`], [`OpenAi`], [`Scripted`] |
//!
//! The features `bedrock` and `openai`, both on by default, leave out a provider with everything it links.

#[cfg(feature = "bedrock")]
mod bedrock;
mod detail;
#[cfg(any(feature = "bedrock", feature = "openai"))]
mod endpoint;
mod error;
mod event;
mod message;
mod model;
#[cfg(any(feature = "bedrock", feature = "openai"))]
mod names;
#[cfg(feature = "openai")]
mod openai;
mod reply;
#[cfg(any(feature = "bedrock", feature = "openai"))]
mod retry;
mod schema;
mod scripted;
mod thinking;
#[cfg(any(feature = "bedrock", feature = "openai"))]
mod wording;

#[cfg(feature = "bedrock")]
pub use bedrock::{AwsKeys, Bedrock, BedrockSettings};
pub use detail::Detail;
pub use error::ChatError;
pub use event::{ChatEvent, EventSource, EventStream, StopReason, Usage};
pub use message::{Block, ChatRequest, Message, Role, ToolResult, ToolSpec, ToolUse};
pub use model::{BoxFuture, ChatModel};
#[cfg(feature = "openai")]
pub use openai::{ApiKey, OpenAi, OpenAiSettings};
pub use reply::{Reply, ReplyBuilder, read_reply};
#[cfg(any(feature = "bedrock", feature = "openai"))]
pub use retry::RetryPolicy;
pub use schema::nova_schema;
pub use scripted::{Scripted, ScriptedTurn};
pub use thinking::{ThinkingFilter, without_thinking};
