//! Texts kept once, within a budget of bytes.

use std::borrow::Cow;
use std::sync::Arc;

use security_model::{TextKind, Untrusted};

use crate::hash::HashSet;
use crate::names::{kept_text, shared_bytes};

/// What a shelf costs for each text besides the text.
const ENTRY_BYTES: usize = 16;

/// Shared texts.
#[derive(Debug)]
pub(super) struct Shelf {
    texts: HashSet<Arc<str>>,
    bytes: usize,
    most_bytes: usize,
}

/// The budget is spent.
#[derive(Debug)]
pub(super) struct Full;

impl Shelf {
    pub(super) fn new(most_bytes: usize) -> Self {
        Self { texts: HashSet::default(), bytes: 0, most_bytes }
    }

    /// A shared copy of `text`.
    pub(super) fn keep(&mut self, text: &str) -> Result<Arc<str>, Full> {
        let text = as_kept(text);
        if let Some(kept) = self.texts.get(text.as_ref()) {
            return Ok(Arc::clone(kept));
        }
        let kept: Arc<str> = Arc::from(text);
        let bytes = self.bytes + shared_bytes(&kept) + ENTRY_BYTES;
        if bytes > self.most_bytes {
            return Err(Full);
        }
        self.bytes = bytes;
        self.texts.insert(Arc::clone(&kept));
        Ok(kept)
    }

    /// The same for a text that may be absent.
    pub(super) fn keep_some(&mut self, text: Option<&str>) -> Result<Option<Arc<str>>, Full> {
        text.map(|text| self.keep(text)).transpose()
    }
}

/// A text as a shelf has it, to look it up by: a long one stands there neutralised, with its hash.
pub(super) fn as_kept(text: &str) -> Cow<'_, str> {
    kept_text(Untrusted::new(text), TextKind::Reference)
}
