//! What rule checks are given: a draft that is parsed once for all of them.

use std::cell::OnceCell;

use security_model::Coverage;

use super::reading::{Document, Names};
use super::{Draft, Finding};
use crate::FactSet;
use crate::verify::Checked;

/// A check that code decides.
pub type Rule = fn(&Reading<'_>) -> Finding;

/// A draft as rule checks read it. What several of them need is worked out once, when the first of them asks for it.
#[derive(Debug)]
pub struct Reading<'a> {
    pub(super) markdown: &'a str,
    pub(super) facts: &'a FactSet,
    pub(super) coverage: &'a Coverage,
    pub(super) checked: &'a Checked,
    document: OnceCell<Document>,
    names: OnceCell<Names<'a>>,
}

impl<'a> Reading<'a> {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(draft: &Draft<'a>) -> Self {
        let Draft { markdown, facts, coverage, checked } = *draft;
        Self { markdown, facts, coverage, checked, document: OnceCell::new(), names: OnceCell::new() }
    }

    pub(super) fn document(&self) -> &Document {
        self.document.get_or_init(|| Document::parse(self.markdown))
    }

    pub(super) fn names(&self) -> &Names<'a> {
        self.names.get_or_init(|| Names::new(self.facts))
    }
}
