//! Who decides what is said: faults first, then the script, then whatever answers without one.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::fault::ChatFault;
use super::prompt::Prompt;
use super::turn::Turn;
use super::writing::Writer;

/// Works an answer out from a prompt.
pub(super) type Answering = Box<dyn Fn(&Prompt) -> Turn + Send + Sync>;

/// What answers when the script is at its end.
pub(super) enum Mind {
    /// Nothing: the request is refused.
    Blank,
    /// A function.
    Answering(Answering),
    /// Reports.
    Writing(Writer),
}

/// Everything that decides about an answer.
pub(super) struct Brain {
    pub(super) mind: Mind,
    pub(super) state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) turns: VecDeque<Turn>,
    /// Each with the number of calls it still strikes.
    pub(super) faults: VecDeque<(ChatFault, u64)>,
}

impl Brain {
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The fault that strikes this call.
    pub(super) fn strike(&self) -> Option<ChatFault> {
        self.with(|state| {
            let (fault, left) = state.faults.front_mut()?;
            let fault = *fault;
            *left = left.saturating_sub(1);
            if *left == 0 {
                state.faults.pop_front();
            }
            Some(fault)
        })
    }

    /// What the model says; `None` when it has nothing to say.
    pub(super) fn answer(&self, prompt: &Prompt) -> Option<Turn> {
        let scripted = self.with(|state| state.turns.pop_front());
        scripted.or_else(|| match &self.mind {
            Mind::Blank => None,
            Mind::Answering(answer) => Some(answer(prompt)),
            Mind::Writing(writer) => Some(writer.answer(prompt)),
        })
    }
}

impl fmt::Debug for Brain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Brain").field("state", &self.state).finish_non_exhaustive()
    }
}
