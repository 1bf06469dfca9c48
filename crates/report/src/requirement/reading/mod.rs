//! How rule checks read a report: its blocks in order, prose apart from code, names, sections and severities.
//!
//! Whatever a reader of the rendered report would not see (HTML, link targets, alternative texts, struck-out text, fenced
//! code) is not part of what the report says. Everything here takes time in proportion to the text.

mod block;
mod document;
mod names;
mod severity;
mod words;

pub(super) use block::{Block, Kind};
pub(super) use document::Document;
pub(super) use names::{Names, first_of};
pub(super) use severity::{led_by, mentions};
pub(super) use words::{contains, denies, words};
