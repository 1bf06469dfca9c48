//! Fake chat models on loopback: Amazon Bedrock's Converse and ConverseStream, and OpenAI's chat completions.
//!
//! [`FakeChat`] serves both on one port. What it says is scripted turn by turn, worked out from each prompt, or written
//! by the [author](crate::author) that all fakes share, truthful or not. [Faults](ChatFault) strike before an answer
//! or in the middle of it. It refuses conversations that Bedrock would refuse, and keeps a log of all it was sent. Its
//! frames are held against boto3 and its events against the OpenAI SDK by `tests/contract/validate_chat.py`.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use serde_json::json;
//! use test_support::chat::{ChatFault, FakeChat, Turn};
//!
//! let chat = FakeChat::builder()
//!     .turn(Turn::tool("t1", "look", &json!({"days": 30})))
//!     .turn(Turn::text("Three findings."))
//!     .fault(ChatFault::Throttle, 2)
//!     .start()
//!     .await?;
//! // AWS_ENDPOINT_URL_BEDROCK_RUNTIME = chat.endpoint(), or a base URL of chat.openai_base_url().
//! assert!(chat.calls().is_empty());
//! # Ok(())
//! # }
//! ```

mod answer;
mod brain;
mod control;
mod conversation;
mod converse;
mod fault;
mod openai;
mod paced;
mod prompt;
mod refusal;
mod server;
mod turn;
mod writing;

pub use fault::ChatFault;
pub use prompt::{Face, Prompt};
pub use server::{ChatCall, FakeChat, FakeChatBuilder};
pub use turn::{Part, Turn};
pub use writing::Writing;
