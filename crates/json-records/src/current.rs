//! The record being read: its text as far as it is kept, its open brackets, and why it will not be handed out.

use crate::brackets::{Bracket, Brackets};
use crate::fault::{Limits, RecordFault};
use crate::input::is_space;

/// Longer keys cannot name an envelope.
const MAX_KEY: usize = 64;

/// Keys that stand beside an envelope in what a list call answers, and do not make a record of the answer.
const ANSWER_KEYS: [&[u8]; 4] = [b"NextToken", b"nextToken", b"ResponseMetadata", b"$metadata"];

/// What happens to the text of the value being read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Keep {
    /// It is a record so far.
    #[default]
    Text,
    /// It passed the size limit.
    TooLarge,
    /// It passed the depth limit.
    TooDeep,
    /// It is the object around an envelope, not a record.
    Nothing,
}

/// Where a value began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Start {
    pub(crate) offset: u64,
    pub(crate) line: u64,
    pub(crate) indent: Option<usize>,
}

/// A place inside the current text from which a record may start, if the current one turns out to be broken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resume {
    pub(crate) at: usize,
    pub(crate) indent: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Current {
    pub(crate) start: Start,
    pub(crate) keep: Keep,
    pub(crate) text: Vec<u8>,
    pub(crate) brackets: Brackets,
    /// Last byte that is not white space.
    pub(crate) before: u8,
    /// Whether an envelope key would make a container of it.
    pub(crate) may_hold_envelope: bool,
    /// The text of the string being read, when that is a key that may name an envelope.
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) resume: Option<Resume>,
    /// Whether it holds an envelope, so far without elements.
    pub(crate) has_empty_envelope: bool,
    /// Whether it has a key that an answer around an envelope does not have.
    pub(crate) has_own_key: bool,
}

impl Current {
    pub(crate) fn begin(&mut self, start: Start, keep: Keep, may_hold_envelope: bool) {
        self.start = start;
        self.keep = keep;
        self.text.clear();
        self.brackets.clear();
        self.before = 0;
        self.may_hold_envelope = may_hold_envelope;
        self.key = None;
        self.resume = None;
        self.has_empty_envelope = false;
        self.has_own_key = false;
    }

    /// Whether it is only the object around an envelope. With an empty envelope and keys of its own it is a record
    /// that happens to have a key of that name.
    pub(crate) fn is_container(&self) -> bool {
        self.keep == Keep::Nothing || (self.has_empty_envelope && !self.has_own_key)
    }

    /// Takes note of a key of the outermost object that names no envelope.
    pub(crate) fn note_key(&mut self, key: &[u8]) {
        self.has_own_key |= !ANSWER_KEYS.contains(&key);
    }

    pub(crate) fn push(&mut self, span: &[u8], limits: &Limits) {
        if let Some(key) = &mut self.key
            && key.len() < MAX_KEY
        {
            key.extend(span.iter().take(MAX_KEY));
        }
        if self.keep != Keep::Text {
            return;
        }
        if self.text.len() + span.len() > limits.max_record_bytes {
            self.give_up(Keep::TooLarge);
        } else {
            self.text.extend_from_slice(span);
        }
    }

    pub(crate) fn open(&mut self, bracket: Bracket, limits: &Limits) {
        if !self.brackets.open(bracket, limits.max_depth) && self.keep == Keep::Text {
            self.give_up(Keep::TooDeep);
        }
    }

    /// Whether the string that starts here is a key of the outermost object.
    pub(crate) fn at_outer_key(&self) -> bool {
        self.may_hold_envelope && self.brackets.is_outermost() && matches!(self.before, b'{' | b',')
    }

    /// Remembers that a record may start here, the first time. `expected` says that records are known to start lines
    /// with this indentation.
    pub(crate) fn may_resume_here(&mut self, indent: usize, expected: bool) {
        // A printer that breaks lines after every bracket also puts inner objects at the start of a line: only an
        // indentation known from the records tells the two apart.
        let ambiguous = (indent == 0 || !expected) && self.breaks_after_bracket();
        if self.keep == Keep::Text && self.resume.is_none() && !ambiguous {
            self.resume = Some(Resume { at: self.text.len(), indent });
        }
    }

    /// The fault to report if the value ends before its brackets close.
    pub(crate) const fn cut_short(&self, index: u64, limits: &Limits) -> RecordFault {
        let offset = self.start.offset;
        match self.keep {
            Keep::TooLarge => RecordFault::TooLarge { index, offset, limit: limits.max_record_bytes },
            Keep::TooDeep => RecordFault::TooDeep { index, offset, limit: limits.max_depth },
            Keep::Text | Keep::Nothing => RecordFault::Truncated { index, offset },
        }
    }

    fn give_up(&mut self, keep: Keep) {
        self.keep = keep;
        self.text = Vec::new();
        self.resume = None;
    }

    fn breaks_after_bracket(&self) -> bool {
        self.text.iter().skip(1).take_while(|byte| is_space(**byte)).any(|byte| *byte == b'\n')
    }
}
