//! Approval: a tool that may change something runs only when the person says so.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use chat_model::BoxFuture;

use crate::hooks::{Decision, Hook};
use crate::person::{Approval, Person, ToolCall};

/// Asks the person before a tool runs. Every [`Agent`](crate::Agent) has one.
///
/// Tools that their server marks as read-only run unasked. That mark is the server's own claim: ask about all tools
/// when you do not trust the server.
pub struct AskBeforeChanges {
    person: Arc<dyn Person>,
    all: bool,
    /// Tools that the person has approved for the session.
    approved: Mutex<HashSet<String>>,
}

impl AskBeforeChanges {
    /// Asks about tools that are not read-only.
    #[must_use]
    pub fn new(person: Arc<dyn Person>) -> Self {
        Self { person, all: false, approved: Mutex::default() }
    }

    /// Asks about every tool.
    #[must_use]
    pub fn about_all(mut self) -> Self {
        self.all = true;
        self
    }

    async fn decide(&self, call: &ToolCall) -> Decision {
        if call.read_only && !self.all || self.with(|approved| approved.contains(&call.tool)) {
            return Decision::Run;
        }
        match self.person.approves(call).await {
            Approval::Once => Decision::Run,
            Approval::Session => {
                self.with(|approved| approved.insert(call.tool.clone()));
                Decision::Run
            }
            Approval::Deny(reason) => Decision::Refuse(reason),
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        act(&mut self.approved.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Hook for AskBeforeChanges {
    fn before_tool_call<'a>(&'a self, call: &'a mut ToolCall) -> BoxFuture<'a, Decision> {
        Box::pin(self.decide(call))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Says what it is told to, and counts how often it was asked.
    struct Says(Approval, AtomicU32);

    impl Person for Says {
        fn approves<'a>(&'a self, _: &'a ToolCall) -> BoxFuture<'a, Approval> {
            self.1.fetch_add(1, Ordering::Relaxed);
            Box::pin(std::future::ready(self.0.clone()))
        }
    }

    fn call(tool: &str, read_only: bool) -> ToolCall {
        let (id, server) = ("t1".to_owned(), "s".to_owned());
        ToolCall { id, tool: tool.to_owned(), server, arguments: serde_json::Map::new(), read_only, destructive: true }
    }

    async fn asked(says: Approval, all: bool, calls: &[ToolCall]) -> (Vec<Decision>, u32) {
        let person = Arc::new(Says(says, AtomicU32::new(0)));
        let hook = AskBeforeChanges::new(Arc::<Says>::clone(&person));
        let hook = if all { hook.about_all() } else { hook };
        let mut decisions = Vec::new();
        for call in calls {
            decisions.push(hook.before_tool_call(&mut call.clone()).await);
        }
        (decisions, person.1.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn only_what_may_change_something_is_asked_about() {
        let calls = [call("read", true), call("write", false), call("write", false)];
        let (decisions, times) = asked(Approval::Once, false, &calls).await;
        assert!(decisions.iter().all(|decision| *decision == Decision::Run));
        assert_eq!(times, 2, "once means once");
        assert_eq!(asked(Approval::Once, true, &calls).await.1, 3, "with about_all, reading is asked about too");
    }

    #[tokio::test]
    async fn an_approval_for_the_session_is_for_that_tool_only() {
        let calls = [call("write", false), call("write", false), call("erase", false), call("write", false)];
        assert_eq!(asked(Approval::Session, false, &calls).await.1, 2);
    }

    #[tokio::test]
    async fn a_denial_says_why() {
        let (decisions, _) = asked(Approval::Deny("not today".into()), false, &[call("write", false)]).await;
        assert_eq!(decisions, [Decision::Refuse("not today".into())]);
    }
}
