//! The local writer: markdown for a person who reads it in a terminal or a chat.
//!
//! Each report is a list of sections, one per file, in the order of the registry of its answer (`SECTIONS` in
//! `security_hub` and `cloudtrail`). Headings, reasons and advice are our own words; everything a record carries goes
//! through [`SafeText::code_span`](security_model::SafeText::code_span) and never into a heading or a table.
//!
//! Every number in a report is a fact of the answer's fact set, a share of two of them, or what a list leaves out; every
//! name stands in one of its rows. So a report holds before [`verify`](crate::verify::verify) like anybody else's.

mod case;
mod cloudtrail;
mod layout;
mod reading;
mod security_hub;
mod text;

use security_model::summary::{EventsSummary, FindingsSummary};

use crate::facts::{cloudtrail_fact_set, security_hub_fact_set};
use crate::{Detail, FactSet, Input};
use case::{Brevity, Case};
use layout::{Limits, Section, Sheet};

/// A report on Security Hub findings, as markdown of at most `input.max_bytes` bytes.
///
/// The default detail keeps below 300 words, as `wc -w` counts the markdown, and a summary below 200. What does not fit is
/// left out in whole rows and sections, the least important first, and the report says how many and where they are; a line
/// is never cut. Names of many words give way to evidence ids where they would take the room of others. A limit too small
/// for the title gives an empty text.
#[must_use]
pub fn security_hub(input: Input<'_, FindingsSummary>) -> String {
    let facts = security_hub_fact_set(input.scope, input.coverage, input.summary);
    let most_words = match input.detail {
        Detail::Summary => 190,
        Detail::Standard => 297,
        Detail::Full => usize::MAX,
    };
    let kind = Kind {
        title: "AWS Security Hub Report",
        sections: security_hub::SECTIONS,
        footer: if input.summary.total == 0 { "" } else { security_hub::FOOTER },
    };
    write(&input, &facts, &kind, most_words)
}

/// A report on CloudTrail events, as markdown of at most `input.max_bytes` bytes.
///
/// The default detail keeps below 350 words and a summary below 250; see [`security_hub`] for how it fits.
#[must_use]
pub fn cloudtrail(input: Input<'_, EventsSummary>) -> String {
    let facts = cloudtrail_fact_set(input.scope, input.coverage, input.summary, input.incidents, input.alone);
    let most_words = match input.detail {
        Detail::Summary => 240,
        Detail::Standard => 347,
        Detail::Full => usize::MAX,
    };
    let kind = Kind {
        title: "AWS CloudTrail Report",
        sections: cloudtrail::SECTIONS,
        footer: if input.summary.total == 0 { "" } else { cloudtrail::FOOTER },
    };
    write(&input, &facts, &kind, most_words)
}

/// Builds one section, or nothing where it has nothing to say.
type Build<S> = fn(&Case<'_, S>) -> Option<Section>;

/// What the reports differ in.
struct Kind<S: 'static> {
    title: &'static str,
    sections: &'static [Build<S>],
    footer: &'static str,
}

/// The most talkative form in which every section has its first rows.
fn write<S>(input: &Input<'_, S>, facts: &FactSet, kind: &Kind<S>, most_words: usize) -> String {
    let sheet = |brevity| {
        let case = Case {
            scope: input.scope,
            coverage: input.coverage,
            summary: input.summary,
            incidents: input.incidents.unwrap_or_default(),
            alone: input.alone,
            detail: input.detail,
            facts,
            brevity,
        };
        let sections = kind.sections.iter().filter_map(|build| build(&case)).collect();
        let footer = if case.is_ample() { kind.footer } else { "" };
        Sheet { title: kind.title, sections, footer }
    };
    let limits = Limits { bytes: input.max_bytes, words: most_words };
    let forms = if input.detail == Detail::Full { &Brevity::FORMS[..1] } else { Brevity::FORMS.as_slice() };
    let fitting =
        forms.iter().map(|brevity| sheet(*brevity)).find(|sheet| layout::has_room(sheet, input.detail, most_words));
    layout::fit(fitting.unwrap_or_else(|| sheet(Brevity::Tightest)), input.detail, limits)
}
