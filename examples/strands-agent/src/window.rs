//! The conversation window: how much of the conversation the model is given.
//!
//! Whatever is left out, three things hold: a tool call and its result stay together, the conversation begins with a
//! question, and the question being answered stays.

use chat_model::{Block, Message, Role};

/// A result is never shortened below this many characters.
const SHORTEST_RESULT: usize = 2_000;

/// How much of the conversation is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Most messages. Tool calls and their results are messages too.
    pub messages: usize,
}

impl Default for Window {
    fn default() -> Self {
        Self { messages: 40 }
    }
}

impl Window {
    /// Leaves out the oldest part of a conversation that has become too long.
    pub fn fit(&self, conversation: &mut Vec<Message>) {
        let surplus = conversation.len().saturating_sub(self.messages);
        if surplus == 0 {
            return;
        }
        let start = questions(conversation).find(|start| *start >= surplus).or_else(|| questions(conversation).last());
        conversation.drain(..start.unwrap_or_default());
        while conversation.len() > self.messages && drop_oldest_call(conversation) {}
    }

    /// Makes a conversation shorter that the model says is too long for it: half of it goes, or the oldest tool calls of
    /// the question being answered, or half of the longest result. `false` when nothing can go.
    pub fn shrink(&self, conversation: &mut Vec<Message>) -> bool {
        let half = conversation.len() / 2;
        let start = questions(conversation).find(|start| *start >= half).or_else(|| questions(conversation).last());
        match start {
            Some(start) if start > 0 => {
                conversation.drain(..start);
                true
            }
            _ => drop_oldest_call(conversation) || shorten_longest_result(conversation),
        }
    }
}

/// Where questions begin, oldest first: the only places where a conversation may be cut.
fn questions(conversation: &[Message]) -> impl Iterator<Item = usize> {
    conversation.iter().enumerate().filter(|(_, message)| is_question(message)).map(|(at, _)| at)
}

fn is_question(message: &Message) -> bool {
    message.role == Role::User && !message.content.iter().any(|block| matches!(block, Block::ToolResult(_)))
}

/// Drops the tool calls that come right after the first question, with their results, unless they are the latest.
fn drop_oldest_call(conversation: &mut Vec<Message>) -> bool {
    let is_call = conversation.get(1).is_some_and(|message| message.tool_uses().next().is_some());
    let has_results = conversation.get(2).is_some_and(|message| !is_question(message));
    let droppable = is_call && has_results && conversation.len() > 3;
    if droppable {
        conversation.drain(1..3);
    }
    droppable
}

fn shorten_longest_result(conversation: &mut [Message]) -> bool {
    let results = conversation.iter_mut().flat_map(|message| &mut message.content).filter_map(|block| match block {
        Block::ToolResult(result) => Some(result),
        _ => None,
    });
    let Some(longest) = results.max_by_key(|result| result.text.len()) else { return false };
    let kept = longest.text.chars().count() / 2;
    if kept < SHORTEST_RESULT {
        return false;
    }
    longest.text =
        longest.text.chars().take(kept).chain("\n[shortened: the result is too long for the model]".chars()).collect();
    true
}

#[cfg(test)]
mod tests {
    use chat_model::{ToolResult, ToolUse};
    use serde_json::json;

    use super::*;

    /// A conversation of questions, each with so many rounds of tool calls; the last question is not answered yet.
    fn conversation(rounds: &[usize]) -> Vec<Message> {
        let mut messages = Vec::new();
        for (question, rounds) in rounds.iter().enumerate() {
            messages.push(Message::user(format!("question {question}")));
            for round in 0..*rounds {
                let id = format!("{question}-{round}");
                let call = ToolUse { id: id.clone(), name: "look".into(), input: json!({}) };
                messages.push(Message { role: Role::Assistant, content: vec![Block::ToolUse(call)] });
                messages.push(Message::tool_results([ToolResult { id, text: "x".repeat(5_000), is_error: false }]));
            }
            messages.push(Message::assistant("answer"));
        }
        messages.pop();
        messages
    }

    /// What Bedrock asks of a conversation.
    fn assert_sound(messages: &[Message], question: &str) {
        assert!(is_question(&messages[0]), "begins with a question");
        assert!(messages.iter().any(|message| message.text() == question), "{question} is kept");
        for pair in messages.windows(2) {
            assert_ne!(pair[0].role, pair[1].role, "roles take turns");
            let calls: Vec<&str> = pair[0].tool_uses().map(|call| call.id.as_str()).collect();
            let results = pair[1].content.iter().filter_map(|block| match block {
                Block::ToolResult(result) => Some(result.id.as_str()),
                _ => None,
            });
            assert_eq!(calls, results.collect::<Vec<_>>(), "a call and its result stay together");
        }
    }

    #[test]
    fn whatever_is_left_out_calls_keep_their_results() {
        for first in 0..5 {
            for second in 0..5 {
                for third in 0..5 {
                    for most in 1..14 {
                        let mut messages = conversation(&[first, second, third]);
                        let last = messages.last().cloned();
                        Window { messages: most }.fit(&mut messages);
                        assert_sound(&messages, "question 2");
                        assert_eq!(messages.last(), last.as_ref(), "the newest message is kept");
                        assert!(messages.len() <= most.max(3), "{} of {most}", messages.len());
                    }
                }
            }
        }
    }

    #[test]
    fn a_conversation_that_fits_is_left_alone() {
        let mut messages = conversation(&[2, 2]);
        let before = messages.clone();
        Window::default().fit(&mut messages);
        assert_eq!(messages, before);
    }

    #[test]
    fn shrinking_ends_and_keeps_the_conversation_sound() {
        let mut messages = conversation(&[1, 0, 4]);
        let mut times = 0;
        while Window::default().shrink(&mut messages) {
            assert_sound(&messages, "question 2");
            times += 1;
        }
        // The older questions, then three rounds one by one, then 5,000 characters to 2,500.
        assert_eq!((times, messages.len()), (5, 3));
        assert!(
            messages[2].content.iter().any(|block| matches!(block, Block::ToolResult(r) if r.text.ends_with("model]")))
        );
    }
}
