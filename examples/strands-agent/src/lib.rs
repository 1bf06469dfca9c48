//! An agent in the style of Strands: a model that works through tools, with a person in charge.
//!
//! ```
//! use std::sync::Arc;
//! use strands_agent::{Agent, Nobody, Offline, ServerSettings, Tools};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let server = ServerSettings::command("nightdesk", "/usr/local/bin/nightdesk", Vec::<String>::new());
//! let tools = Tools::connect(&[server], Arc::new(Nobody)).await;
//!
//! let mut agent = Agent::new(Arc::new(Offline), tools); // or chat_model::Bedrock, or chat_model::OpenAi
//! let answer = agent.ask("Check CloudTrail for suspicious activity").await?;
//! println!("{}", answer.text);
//! agent.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! The **loop** is [`Agent::ask`]: the model answers or asks for tools, the tools run, their results go back to the
//! model, until it is done or a limit is reached. The **model** is anything that implements
//! [`chat_model::ChatModel`]. **Approval** is asked of the [`Person`] before a tool runs that is not read-only.
//! **Hooks** look in at six places and may change what they see; approval, tracing and metrics are three of them.
//!
//! | To read about | see |
//! |---|---|
//! | the loop | [`Agent::ask`], `src/cycle.rs` |
//! | one call of the model, and what is done when it fails | `src/model_call.rs`, `src/remedy.rs` |
//! | the tools a model asks for in one turn | `src/tool_calls.rs` |
//! | which model | [`ModelChoice`], [`Offline`], `src/models.rs` |
//! | MCP servers and their tools | [`ServerSettings`], [`Tools`], `src/servers`, `src/tools` |
//! | approval | [`Approval`], [`Person::approves`], `src/approval.rs` |
//! | hooks | [`Hook`], [`Trace`], [`Metrics`], `src/hooks.rs` |
//! | what is shown while it works | [`Event`], [`Person::told`] |
//! | how the conversation stays short enough | [`Window`] |
//! | when it stops | [`Limits`], [`Ending`] |
//! | what it cost | [`Usage`], [`Price`] |
//! | arguments that the person sets, requirements among them | [`Presets`], [`Requirement`] |
//!
//! `examples/minimal.rs` is the smallest complete agent.

mod agent;
mod answer;
mod approval;
mod cycle;
mod hooks;
mod limits;
mod metrics;
mod model_call;
mod models;
mod offline;
mod person;
mod presets;
mod remedy;
mod requirements;
mod servers;
mod text;
mod tool_calls;
mod tools;
mod trace;
mod usage;
mod window;

pub use agent::Agent;
pub use answer::{AgentError, Answer, CallRecord, Ending, Outcome, Score};
pub use approval::AskBeforeChanges;
pub use hooks::{Decision, Hook, ModelCalled};
pub use limits::{Limit, Limits};
pub use metrics::{Metrics, Totals};
pub use models::{DEFAULT_MODEL, ModelChoice, ModelProblem, Models, Provider, SUCCESSOR, may_have_aws_credentials};
pub use offline::Offline;
pub use person::{Approval, Elicitation, Event, Nobody, Person, Reply, ToolCall};
pub use presets::Presets;
pub use requirements::{Requirement, RequirementProblem, read_requirements};
pub use servers::{Era, ServerProblem, ServerSettings, Token, Transport, find_nightdesk, read_servers};
pub use text::{printable, visible};
pub use tools::{Tool, Tools};
pub use trace::Trace;
pub use usage::{Price, Usage};
pub use window::Window;
