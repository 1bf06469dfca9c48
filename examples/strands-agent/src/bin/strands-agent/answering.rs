//! One question, until it is answered or interrupted.

use strands_agent::{Agent, AgentError, Answer};

use crate::signals::{Signals, Stop};
use crate::terminal::Terminal;

/// How a question ended.
pub(crate) enum Ended {
    Answered(Box<Answer>),
    Failed(AgentError),
    /// Ctrl-C.
    Interrupted,
    /// The whole program is to end.
    Terminated,
}

/// Asks the agent. Ctrl-C stops this answer, and nothing else.
pub(crate) async fn ask(agent: &mut Agent, question: &str, terminal: &Terminal, signals: &mut Signals) -> Ended {
    terminal.forget_stop();
    let ended = tokio::select! {
        answer = agent.ask(question) => match answer {
            Ok(answer) => Ended::Answered(Box::new(answer)),
            Err(error) => Ended::Failed(error),
        },
        stop = signals.stop() => match stop {
            Stop::Interrupt => Ended::Interrupted,
            Stop::Terminate => Ended::Terminated,
        },
        () = terminal.stopped() => Ended::Interrupted,
    };
    terminal.break_line();
    ended
}

/// Closes the agent's connections; a signal does not wait for a server that takes its time.
pub(crate) async fn close(agent: Agent, signals: &mut Signals) {
    tokio::select! {
        () = agent.close() => {}
        _ = signals.stop() => {}
    }
}
