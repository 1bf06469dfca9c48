//! What is said of a rule or behaviour wherever it is shown.

use security_model::{Confidence, DetectionKind, Level, SafeText, TextKind};
use sigma::{Correlation, Metadata, Status};

use super::attack;
use super::sentence::Template;
use crate::behavior;

/// What is said of a rule wherever it is shown.
#[derive(Clone, Debug)]
pub struct RuleAbout {
    /// The rule's id; its name or title where it has none.
    pub id: SafeText,
    /// The deed.
    pub title: SafeText,
    /// How much a match matters.
    pub level: Level,
    /// How sure it is.
    pub confidence: Confidence,
    /// ATT&CK tactics.
    pub tactics: Vec<String>,
    /// ATT&CK technique ids.
    pub techniques: Vec<String>,
    /// What the attacker gains.
    pub description: Option<SafeText>,
    /// Who does it legally.
    pub false_positives: Vec<SafeText>,
    /// Pages about it.
    pub references: Vec<SafeText>,
    /// As the rule names its author.
    pub author: Option<SafeText>,
    /// The rule's licence.
    pub license: Option<SafeText>,
    /// Where the rule was read: the file and its line.
    pub file: SafeText,
    /// Line in that file, from 1.
    pub line: usize,
    /// Whether it is of the built-in pack.
    pub built_in: bool,
    /// Whether it is a behaviour, which no rule file has.
    pub kind: DetectionKind,
    /// Whether it counts over several records.
    pub correlation: bool,
    /// What its searches have to be together; for a correlation, what is counted.
    pub conditions: Vec<SafeText>,
    /// Whether a match is a detection: it is no part of a correlation and not switched off.
    pub reports: bool,
    pub(super) sentence: Template,
    pub(super) disabled: bool,
}

/// What is counted by a correlation, in words.
pub(super) fn counted(correlation: &Correlation) -> String {
    use sigma::CorrelationKind::{EventCount, Temporal, TemporalOrdered, ValueCount};
    let rules = correlation.rules.join(", ");
    let bounds = correlation.condition;
    let times = match (bounds.at_least, bounds.exactly) {
        (Some(number), _) => format!("at least {number} "),
        (None, Some(number)) => format!("exactly {number} "),
        _ => String::new(),
    };
    let what = match &correlation.kind {
        EventCount => format!("{times}events of {rules}"),
        ValueCount { fields } => format!("{times}distinct {} in events of {rules}", fields.join(" and ")),
        Temporal => format!("events of {rules}"),
        TemporalOrdered => format!("events of {rules}, in this order"),
    };
    let by = match correlation.group_by.as_slice() {
        [] => String::new(),
        fields => format!(" by {}", fields.join(", ")),
    };
    format!("{what} within {} s{by}", correlation.timespan.as_secs())
}

pub(super) fn about(
    metadata: &Metadata,
    conditions: Vec<SafeText>,
    built_in: bool,
    correlation: bool,
    standalone: bool,
) -> RuleAbout {
    const LIST: usize = 10;
    let prose = |text: &str| SafeText::from_raw(text.trim(), TextKind::Prose);
    let (tactics, techniques) = attack::of_tags(&metadata.tags);
    let sentence = metadata.attribute("sentence").and_then(|sentence| sentence.value.as_str());
    // Rules that the pack's correlations are made of stay parts of them whatever happens to the correlation.
    let is_ours = built_in || metadata.name.as_deref().is_some_and(|name| name.starts_with("nightdesk_"));
    let is_part = is_ours && sentence.is_none();
    RuleAbout {
        id: SafeText::from_raw(metadata.label(), TextKind::Identifier),
        title: prose(&metadata.title),
        level: level(metadata.level),
        confidence: match metadata.status {
            Some(Status::Stable) => Confidence::High,
            Some(Status::Test) => Confidence::Medium,
            _ => Confidence::Low,
        },
        tactics,
        techniques,
        description: metadata.description.as_deref().map(|text| SafeText::from_raw(text.trim(), TextKind::Sentence)),
        false_positives: metadata.false_positives.iter().take(LIST).map(|text| prose(text)).collect(),
        references: metadata.references.iter().take(LIST).map(|text| prose(text)).collect(),
        author: metadata.author.as_deref().map(prose),
        license: metadata.license.as_deref().map(prose),
        file: SafeText::from_raw(&metadata.origin.file, TextKind::Reference),
        line: metadata.origin.place.line,
        built_in,
        kind: DetectionKind::Rule,
        correlation,
        conditions,
        reports: standalone && !is_part,
        sentence: match sentence {
            Some(sentence) => Template::new(sentence),
            None if correlation => Template::new(COUNTED),
            None => Template::of_any_call(),
        },
        disabled: false,
    }
}

pub(super) fn about_behavior(about: &behavior::About) -> RuleAbout {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    let prose = |text: &str| SafeText::from_raw(text, TextKind::Prose);
    RuleAbout {
        id: SafeText::from_raw(about.id, TextKind::Identifier),
        title: prose(about.title),
        level: about.level,
        confidence: about.confidence,
        tactics: words(about.tactics),
        techniques: words(about.techniques),
        description: Some(SafeText::from_raw(about.description, TextKind::Sentence)),
        false_positives: about.false_positives.iter().map(|text| prose(text)).collect(),
        references: Vec::new(),
        author: None,
        license: None,
        file: SafeText::from_raw("(built in)", TextKind::Reference),
        line: 0,
        built_in: true,
        kind: DetectionKind::Behavior,
        correlation: false,
        conditions: about
            .needs
            .iter()
            .map(|need| SafeText::from_raw(&format!("needs {need}"), TextKind::Reference))
            .collect(),
        reports: true,
        sentence: Template::default(),
        disabled: false,
    }
}

/// The sentence of a correlation that has none.
const COUNTED: &str = "{principal} made calls that this rule looks for together; it counted {count}.";

/// A rule that does not say how bad it is may not wake anybody.
const fn level(level: Option<sigma::Level>) -> Level {
    match level {
        Some(sigma::Level::Critical) => Level::Critical,
        Some(sigma::Level::High) => Level::High,
        Some(sigma::Level::Medium) => Level::Medium,
        Some(sigma::Level::Low) | None => Level::Low,
        Some(sigma::Level::Informational) => Level::Informational,
    }
}
