//! Splits text into records. It follows strings, escapes and brackets only: whether a record is valid JSON is for
//! whoever reads it, so that one bad record leaves its neighbours alone.
//!
//! A record whose end is missing would swallow the rest of the input. Where lines show it, the splitter finds its feet
//! again: a string never crosses a line break, and an object that starts a line, indented like the records before it,
//! is the next record if it could not stand there otherwise, or if records are known to stand one per line.

use crate::brackets::Bracket;
use crate::current::{Current, Keep, Resume, Start};
use crate::fault::{DamageKind, Limits, RecordFault};
use crate::input::{Input, find_string_stop, find_structure, is_space};
use crate::place::{Layout, Place};

/// What the splitter came to.
#[derive(Debug)]
pub(crate) enum Step {
    NeedInput,
    /// The current value is a complete record.
    Record,
    Fault(RecordFault),
    /// The input is not JSON.
    NotJson,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Between the records of the innermost list.
    Between,
    /// Inside an object or array, outside strings.
    Value,
    String {
        escaped: bool,
    },
    /// Inside a number, literal or other bare word of an array.
    Word,
    /// After a key that names an envelope.
    EnvelopeKey(&'static str),
    /// In the array of an envelope, before its first element.
    EmptyEnvelope(&'static str),
    /// In text that is no JSON, outside any value, since `offset`.
    Junk {
        offset: u64,
    },
}

pub(crate) struct Splitter {
    pub(crate) input: Input,
    pub(crate) current: Current,
    limits: Limits,
    envelopes: &'static [&'static str],
    state: State,
    place: Place,
    started: bool,
    records: u64,
    /// Where a record was last found broken: going back is allowed once for each such place.
    broken_at: u64,
    damage: Option<(DamageKind, u64)>,
}

impl Splitter {
    pub(crate) fn new(envelopes: &'static [&'static str], limits: Limits) -> Self {
        Self {
            input: Input::new(),
            current: Current::default(),
            limits,
            envelopes,
            state: State::Between,
            place: Place::default(),
            started: false,
            records: 0,
            broken_at: 0,
            damage: None,
        }
    }

    /// The envelope being read.
    pub(crate) fn envelope(&self) -> Option<&'static str> {
        self.place.envelope.map(|(name, _)| name)
    }

    pub(crate) const fn damage(&self) -> Option<(DamageKind, u64)> {
        self.damage
    }

    /// Counts the record or fault just handed out and gives its position.
    pub(crate) const fn count(&mut self) -> u64 {
        self.records += 1;
        self.records - 1
    }

    /// Goes on to the next record, fault or end of the window.
    pub(crate) fn step(&mut self) -> Step {
        loop {
            let Some(&byte) = self.input.rest().first() else { return Step::NeedInput };
            let step = match self.state {
                State::Between => self.between(byte),
                State::Value => self.value(),
                State::String { escaped } => self.string(byte, escaped),
                State::Word => self.word(byte),
                State::EnvelopeKey(name) => self.envelope_key(byte, name),
                State::EmptyEnvelope(name) => self.empty_envelope(byte, name),
                State::Junk { offset } => self.junk(byte, offset),
            };
            if let Some(step) = step {
                return step;
            }
        }
    }

    /// The input has ended: what is still open is cut short. Called until it returns `None`; after a fault there may
    /// be more to [`step`](Self::step) through.
    pub(crate) fn finish(&mut self) -> Option<RecordFault> {
        let in_record = match self.state {
            State::Between => false,
            State::Junk { offset } => {
                self.note(DamageKind::TrailingJunk, offset);
                return None;
            }
            _ => !self.current.is_container(),
        };
        if self.can_go_back() {
            return Some(self.cut());
        }
        if !matches!(self.state, State::Between) || !self.place.is_top() {
            self.note(DamageKind::TruncatedJson, self.input.offset());
        }
        self.place = Place::default();
        self.state = State::Between;
        in_record.then(|| self.fault())
    }

    fn between(&mut self, byte: u8) -> Option<Step> {
        // A byte order mark counts as white space: concatenated files may hold several.
        let blank = is_space(byte) || (self.place.is_top() && matches!(byte, 0xef | 0xbb | 0xbf));
        if !blank && !self.started {
            self.started = true;
            if !matches!(byte, b'{' | b'[') {
                return Some(Step::NotJson);
            }
        }
        match byte {
            _ if blank && !is_space(byte) => self.input.pass_mark(),
            _ if blank => self.input.pass(self.input.rest().iter().take_while(|byte| is_space(**byte)).count()),
            b',' => self.input.pass(1),
            b'{' => self.begin(State::Value, Some(Bracket::Object)),
            b'[' if self.place.is_top() => {
                self.place.array = Some(Layout::default());
                self.input.pass(1);
            }
            b'[' => self.begin(State::Value, Some(Bracket::Array)),
            b'}' | b']' => self.close_list(byte),
            _ if self.place.is_top() => self.state = State::Junk { offset: self.input.offset() },
            b'"' => self.begin(State::String { escaped: false }, None),
            _ => self.begin(State::Word, None),
        }
        None
    }

    /// A closing bracket between records.
    fn close_list(&mut self, byte: u8) {
        let offset = self.input.offset();
        self.input.pass(1);
        match (byte, &self.place.envelope, &self.place.array) {
            (b']', Some(_), _) => {
                self.place.envelope = None;
                let start = self.place.container.unwrap_or_default();
                self.current.begin(start, Keep::Nothing, true);
                self.current.open(Bracket::Object, &self.limits);
                self.current.before = byte;
                self.state = State::Value;
            }
            // The envelope's own bracket is missing.
            (_, Some(_), _) => self.leave_container(),
            (b']', None, Some(_)) => self.place.array = None,
            _ => self.note(DamageKind::TrailingJunk, offset),
        }
    }

    fn begin(&mut self, state: State, bracket: Option<Bracket>) {
        let start = self.here();
        let may_hold_envelope = bracket == Some(Bracket::Object) && self.place.envelope.is_none();
        let layout = self.place.list_mut();
        layout.indent = layout.indent.or(start.indent);
        self.current.begin(start, Keep::Text, may_hold_envelope);
        if let Some(bracket) = bracket {
            self.current.open(bracket, &self.limits);
        }
        self.state = state;
        self.take(1);
    }

    const fn here(&self) -> Start {
        Start { offset: self.input.offset(), line: self.input.line(), indent: self.input.indent() }
    }

    fn value(&mut self) -> Option<Step> {
        self.take(find_structure(self.input.rest()));
        let byte = *self.input.rest().first()?;
        match byte {
            b'"' => {
                let key = self.current.at_outer_key().then(Vec::new);
                self.take_in_string(1);
                self.current.key = key;
                self.state = State::String { escaped: false };
                return None;
            }
            b'{' if self.is_next_record() => return Some(Step::Fault(self.cut())),
            b'{' => self.current.open(Bracket::Object, &self.limits),
            b'[' => self.current.open(Bracket::Array, &self.limits),
            b'}' => self.current.brackets.close(Bracket::Object),
            _ => self.current.brackets.close(Bracket::Array),
        }
        self.take(1);
        if self.current.brackets.is_empty() { self.complete() } else { None }
    }

    fn string(&mut self, byte: u8, escaped: bool) -> Option<Step> {
        if escaped && byte != b'\n' {
            self.take_in_string(1);
            self.state = State::String { escaped: false };
            return None;
        }
        self.take_in_string(find_string_stop(self.input.rest()));
        match *self.input.rest().first()? {
            b'\\' => {
                self.take_in_string(1);
                self.state = State::String { escaped: true };
                None
            }
            b'"' => {
                let key = self.current.key.take();
                self.take_in_string(1);
                self.end_string(key)
            }
            // No string crosses a line break: its closing quote is missing.
            _ => {
                self.current.has_own_key |= self.current.key.is_some();
                self.end_string(None)
            }
        }
    }

    fn end_string(&mut self, key: Option<Vec<u8>>) -> Option<Step> {
        self.current.key = None;
        self.current.before = b'"';
        if self.current.brackets.is_empty() {
            return self.complete();
        }
        self.state = State::Value;
        if let Some(key) = key {
            match self.envelopes.iter().find(|name| name.as_bytes() == key) {
                Some(name) => self.state = State::EnvelopeKey(name),
                None => self.current.note_key(&key),
            }
        }
        None
    }

    fn word(&mut self, byte: u8) -> Option<Step> {
        if is_space(byte) || matches!(byte, b',' | b'"' | b'{' | b'}' | b'[' | b']') {
            return self.complete();
        }
        self.take(1);
        None
    }

    fn envelope_key(&mut self, byte: u8, name: &'static str) -> Option<Step> {
        match byte {
            b':' => self.take(1),
            _ if is_space(byte) => self.take(1),
            b'[' => {
                self.take(1);
                self.current.has_empty_envelope = true;
                self.state = State::EmptyEnvelope(name);
            }
            b'n' => {
                self.current.has_empty_envelope = true;
                self.state = State::Value;
            }
            _ => {
                self.current.has_own_key = true;
                self.state = State::Value;
            }
        }
        None
    }

    /// Only an element makes a container of the object: until then its text is kept, since it may be a record.
    fn empty_envelope(&mut self, byte: u8, name: &'static str) -> Option<Step> {
        match byte {
            b']' => {
                self.take(1);
                self.state = State::Value;
            }
            b'}' => self.state = State::Value,
            b',' => self.take(1),
            _ if is_space(byte) => self.take(1),
            _ => {
                self.make_container();
                self.place.envelope = Some((name, Layout::default()));
                self.state = State::Between;
            }
        }
        None
    }

    fn make_container(&mut self) {
        let start = self.current.start;
        self.place.container.get_or_insert(start);
        self.current.keep = Keep::Nothing;
        self.current.resume = None;
    }

    fn leave_container(&mut self) {
        self.place.envelope = None;
        self.place.container = None;
        self.state = State::Between;
    }

    fn junk(&mut self, byte: u8, offset: u64) -> Option<Step> {
        if byte == b'{' && self.input.indent().is_some() {
            self.state = State::Between;
            return Some(Step::Fault(RecordFault::NotJson { index: self.count(), offset }));
        }
        self.input.pass(1);
        None
    }

    fn complete(&mut self) -> Option<Step> {
        let start = self.current.start;
        let is_container = self.current.is_container();
        if is_container {
            self.leave_container();
        }
        self.state = State::Between;
        // `{}` is also how printers that break lines everywhere write an empty object.
        let telling = self.current.before == b'}' && (self.current.keep != Keep::Text || self.current.text.len() > 2);
        let layout = self.place.list_mut();
        layout.lines |= start.indent.is_some() && start.line == self.input.line() && telling;
        if is_container {
            return None;
        }
        Some(match self.current.keep {
            Keep::Text | Keep::Nothing => Step::Record,
            Keep::TooLarge | Keep::TooDeep => Step::Fault(self.fault()),
        })
    }

    /// Whether the object that starts here inside the current value is really the next record, so that the current
    /// one is broken. If it cannot be told yet, the place is remembered.
    fn is_next_record(&mut self) -> bool {
        let Some(indent) = self.input.indent() else { return false };
        let list = *self.place.list();
        let impossible = !self.current.brackets.allow_object_after(self.current.before);
        let in_line = list.indent.is_none_or(|expected| expected == indent);
        if in_line && (impossible || list.lines) {
            return true;
        }
        let top = self.place.top;
        if !self.place.is_top() && top.lines && top.indent == Some(indent) {
            self.place = Place { top, ..Place::default() };
            return true;
        }
        if in_line {
            self.current.may_resume_here(indent, list.indent.is_some());
        }
        false
    }

    fn can_go_back(&self) -> bool {
        self.current.resume.is_some() && self.input.offset() > self.broken_at && !matches!(self.state, State::Between)
    }

    /// Gives the current value up, and goes back to the first place in it where a record may start.
    fn cut(&mut self) -> RecordFault {
        let fault = self.fault();
        let go_back = self.can_go_back();
        self.broken_at = self.broken_at.max(self.input.offset());
        if go_back && let Some(Resume { at, indent }) = self.current.resume.take() {
            self.input.rewind(self.current.text.get(at..).unwrap_or_default(), indent);
        }
        if self.current.keep == Keep::Nothing {
            self.leave_container();
        }
        self.state = State::Between;
        fault
    }

    /// What is wrong with the current value; it is counted.
    fn fault(&mut self) -> RecordFault {
        let index = self.count();
        self.current.cut_short(index, &self.limits)
    }

    fn note(&mut self, kind: DamageKind, offset: u64) {
        self.damage.get_or_insert((kind, offset));
    }

    /// Takes bytes outside strings into the current value.
    fn take(&mut self, count: usize) {
        let span = self.input.rest().get(..count).unwrap_or_default();
        if let Some(last) = span.iter().rev().find(|byte| !is_space(**byte)) {
            self.current.before = *last;
        }
        self.current.push(span, &self.limits);
        self.input.pass(count);
    }

    /// Takes bytes inside a string into the current value.
    fn take_in_string(&mut self, count: usize) {
        let span = self.input.rest().get(..count).unwrap_or_default();
        self.current.push(span, &self.limits);
        self.input.pass_in_string(count);
    }
}
