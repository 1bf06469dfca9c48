//! The local writer: markdown for a person who reads it in a terminal or a chat.
//!
//! Each report is a list of sections, one per file, in the order of the registry of its answer (`SECTIONS` in
//! `security_hub` and `cloudtrail`). Headings, reasons and advice are our own words; everything a record carries goes
//! through [`SafeText::code_span`](security_model::SafeText::code_span) and never into a heading or a table.

mod cloudtrail;
mod layout;
mod reading;
mod security_hub;
mod text;

use security_model::summary::{EventsSummary, FindingsSummary};

use crate::Input;

/// A report on Security Hub findings, as markdown of at most `input.max_bytes` bytes.
///
/// When it does not all fit, whole rows and sections are left out, the least important first, and the report says how
/// many and where they are; a line is never cut. A limit too small for the title gives an empty text.
#[must_use]
pub fn security_hub(input: Input<'_, FindingsSummary>) -> String {
    write(&input, security_hub::SECTIONS, security_hub::footer(input.summary))
}

/// A report on CloudTrail events, as markdown of at most `input.max_bytes` bytes; see [`security_hub`] for how it fits.
#[must_use]
pub fn cloudtrail(input: Input<'_, EventsSummary>) -> String {
    write(&input, cloudtrail::SECTIONS, cloudtrail::footer(input.summary))
}

/// Builds one section, or nothing where it has nothing to say.
type Build<S> = fn(&Input<'_, S>) -> Option<layout::Section>;

fn write<S>(input: &Input<'_, S>, sections: &[Build<S>], footer: &'static str) -> String {
    let built = sections.iter().filter_map(|build| build(input)).collect();
    layout::fit(built, footer, input.detail, input.max_bytes)
}
