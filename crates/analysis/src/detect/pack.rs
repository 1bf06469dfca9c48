//! Rules as bytes, compiled once: the built-in pack, and what an operator adds, overrides or leaves out.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use security_model::{Confidence, DetectionKind, EventView, Level, SafeText, TextKind};
use sigma::{CompileOptions, Correlation, Document, LogSource, Metadata, Problem, RuleSet, Scratch, Status, parse};

use super::attack;
use super::record::{EventRecord, Layout};
use super::sentence::Template;
use crate::behavior;

/// Gathers rule files and compiles them together.
///
/// Files of a later source override rules of earlier ones that have the same id or name.
#[derive(Debug, Default)]
pub struct PackBuilder {
    documents: Vec<(Document, u32)>,
    source: u32,
    problems: Vec<Problem>,
    disabled: Vec<String>,
    other_logs: u64,
    files: u64,
}

/// Rules and correlations over CloudTrail, ready to be tried on events.
#[derive(Debug)]
pub struct RulePack {
    pub(super) rules: RuleSet,
    pub(super) layout: Layout,
    /// Of each rule, then of each correlation, in the order of the rule set.
    pub(super) about: Vec<RuleAbout>,
    problems: Vec<Problem>,
    counts: PackCounts,
    unknown_disabled: Vec<String>,
}

/// What became of the documents that a pack was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackCounts {
    /// Files read.
    pub files: u64,
    /// Rules and correlations that can make a detection.
    pub detections: u64,
    /// Behaviours that can make a detection.
    pub behaviors: u64,
    /// Rules that only feed correlations.
    pub parts: u64,
    /// Documents that later sources replaced.
    pub overridden: u64,
    /// Detections that are switched off.
    pub disabled: u64,
    /// Documents about other logs than CloudTrail, passed over.
    pub other_logs: u64,
}

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

impl PackBuilder {
    /// Begins a source: what is added now overrides what was added before.
    pub fn next_source(&mut self) {
        self.source += 1;
    }

    /// Adds a file. What is wrong in it is told by [`RulePack::problems`]; rules for other logs are passed over.
    pub fn add(&mut self, file: &str, bytes: &[u8]) {
        let parsed = parse(file, bytes);
        self.files += 1;
        self.problems.extend(parsed.problems);
        self.documents.extend(parsed.documents.into_iter().map(|document| (document, self.source)));
    }

    /// Adds the files of an archive as [`archive`](super::archive) describes it.
    pub fn add_archive(&mut self, archive: &[u8]) {
        for (file, bytes) in super::archive::files(archive) {
            self.add(file, bytes);
        }
    }

    /// Switches off the detection with this id.
    pub fn disable(&mut self, id: &str) {
        self.disabled.push(id.to_owned());
    }

    /// Compiles what was added. What was added before the first [`next_source`](Self::next_source) is the built-in pack.
    #[must_use]
    pub fn build(mut self) -> Arc<RulePack> {
        self.leave_out_other_logs();
        let overridden = self.leave_out_overridden();
        let sources: HashMap<(String, usize, usize), u32> =
            self.documents.iter().map(|(document, source)| (place(document.metadata()), *source)).collect();
        let documents = self.documents.into_iter().map(|(document, _)| document).collect();
        let (rules, problems) = RuleSet::compile(documents, &options());
        self.problems.extend(problems);

        let is_built_in = |metadata: &Metadata| sources.get(&place(metadata)).is_none_or(|source| *source == 0);
        let single = rules.rules().map(|(index, rule)| {
            let conditions = rule.conditions().map(|text| SafeText::from_raw(text, TextKind::Reference)).collect();
            about(&rule.metadata, conditions, is_built_in(&rule.metadata), false, rules.is_standalone(index))
        });
        let correlated = rules.correlations().map(|correlation| {
            let conditions = vec![SafeText::from_raw(&counted(correlation), TextKind::Sentence)];
            about(&correlation.metadata, conditions, is_built_in(&correlation.metadata), true, true)
        });
        let mut about: Vec<RuleAbout> = single.chain(correlated).collect();
        about.extend(behavior::about().map(about_behavior));
        let unknown_disabled = switch_off(&mut about, self.disabled);
        let count = |holds: fn(&RuleAbout) -> bool| about.iter().filter(|rule| holds(rule)).map(|_| 1).sum();
        let counts = PackCounts {
            files: self.files,
            detections: count(|rule| rule.reports && rule.kind == DetectionKind::Rule),
            behaviors: count(|rule| rule.reports && rule.kind == DetectionKind::Behavior),
            parts: count(|rule| !rule.reports && !rule.disabled),
            overridden,
            disabled: count(|rule| rule.disabled),
            other_logs: self.other_logs,
        };
        let layout = Layout::new(&rules);
        Arc::new(RulePack { rules, layout, about, problems: self.problems, counts, unknown_disabled })
    }

    /// Rules for other logs go, and correlations over them.
    fn leave_out_other_logs(&mut self) {
        let before = self.documents.len();
        let mut gone: HashSet<String> = HashSet::new();
        self.documents.retain(|(document, _)| {
            let Document::Rule(rule) = document else { return true };
            let keep = is_cloudtrail(&rule.logsource);
            if !keep {
                gone.extend(references(&rule.metadata));
            }
            keep
        });
        // Correlations may refer to correlations: round by round, until nothing more goes.
        while !gone.is_empty() {
            let mut more = HashSet::new();
            self.documents.retain(|(document, _)| {
                let Document::Correlation(correlation) = document else { return true };
                let keep = !correlation.rules.iter().any(|rule| gone.contains(&rule.to_lowercase()));
                if !keep {
                    more.extend(references(&correlation.metadata));
                }
                keep
            });
            gone = more;
        }
        self.other_logs += (before - self.documents.len()) as u64;
    }

    fn leave_out_overridden(&mut self) -> u64 {
        let before = self.documents.len();
        let mut latest: HashMap<String, u32> = HashMap::new();
        for (document, source) in &self.documents {
            for name in references(document.metadata()) {
                let last = latest.entry(name).or_insert(*source);
                *last = (*last).max(*source);
            }
        }
        self.documents.retain(|(document, source)| {
            references(document.metadata()).all(|name| latest.get(&name).is_none_or(|last| last <= source))
        });
        (before - self.documents.len()) as u64
    }
}

impl RulePack {
    /// Every rule and correlation, then every behaviour.
    pub fn rules(&self) -> impl Iterator<Item = &RuleAbout> {
        self.about.iter()
    }

    /// The detection with this id, without regard to case.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleAbout> {
        self.about.iter().find(|rule| rule.id.as_str().eq_ignore_ascii_case(id))
    }

    /// What was wrong with rule files: errors, whose rules are left out, and warnings.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Ids that were to be switched off and that no rule has.
    #[must_use]
    pub fn unknown_disabled(&self) -> &[String] {
        &self.unknown_disabled
    }

    /// What became of the documents.
    #[must_use]
    pub const fn counts(&self) -> PackCounts {
        self.counts
    }

    /// The rules that match one event, correlations aside.
    pub fn matching<'p>(
        &'p self,
        event: &EventView<'_>,
        scratch: &mut Scratch,
    ) -> impl Iterator<Item = &'p RuleAbout> + use<'p> {
        let record = EventRecord::new(&self.layout, event);
        let matched: Vec<_> = self.rules.matches(&record, scratch).collect();
        matched.into_iter().filter_map(|rule| self.about.get(rule.index()))
    }

    /// The compiled rules.
    #[must_use]
    pub const fn rule_set(&self) -> &RuleSet {
        &self.rules
    }
}

fn place(metadata: &Metadata) -> (String, usize, usize) {
    let origin = &metadata.origin;
    (origin.file.clone(), origin.place.line, origin.place.column)
}

/// What correlations and overriding rules may call a document.
fn references(metadata: &Metadata) -> impl Iterator<Item = String> {
    let names = [metadata.id.as_deref(), metadata.name.as_deref()];
    names.into_iter().flatten().map(str::to_lowercase).collect::<Vec<_>>().into_iter()
}

fn is_cloudtrail(log: &LogSource) -> bool {
    let is = |field: &Option<String>, name: &str| field.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
    let service = is(&log.service, "cloudtrail");
    (is(&log.product, "aws") && (service || log.service.is_none())) || (log.product.is_none() && service)
}

/// What is counted by a correlation, in words.
fn counted(correlation: &Correlation) -> String {
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

fn about(
    metadata: &Metadata,
    conditions: Vec<SafeText>,
    built_in: bool,
    correlation: bool,
    standalone: bool,
) -> RuleAbout {
    const LIST: usize = 10;
    let prose = |text: &str| SafeText::from_raw(text.trim(), TextKind::Prose);
    let (tactics, techniques) = attack::of_tags(&metadata.tags);
    let sentence = metadata.custom.iter().find(|(name, _)| name == "sentence").and_then(|(_, value)| value.as_str());
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

fn about_behavior(about: &behavior::About) -> RuleAbout {
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

/// Switches detections off; returns the ids that none has.
fn switch_off(about: &mut [RuleAbout], ids: Vec<String>) -> Vec<String> {
    let mut unknown = Vec::new();
    for id in ids {
        let mut found = false;
        for rule in about.iter_mut().filter(|rule| rule.id.as_str().eq_ignore_ascii_case(&id)) {
            found = true;
            rule.disabled |= std::mem::take(&mut rule.reports);
        }
        if !found {
            unknown.push(id);
        }
    }
    unknown
}

/// The fields of CloudTrail records: a rule that looks at another could never match.
fn options() -> CompileOptions {
    const FIELDS: &str = "eventVersion userIdentity.* eventTime eventSource eventName awsRegion sourceIPAddress userAgent \
        errorCode errorMessage requestParameters requestParameters.* responseElements responseElements.* \
        additionalEventData additionalEventData.* requestID eventID readOnly eventType managementEvent apiVersion \
        recipientAccountId eventCategory resources resources.* vpcEndpointId vpcEndpointAccountId sharedEventID \
        sessionCredentialFromConsole serviceEventDetails serviceEventDetails.* tlsDetails.* addendum.* insightDetails.* \
        edgeDeviceDetails.* eventContext.*";
    const FEW_VALUED: &str = "errorCode userIdentity.type userIdentity.invokedBy readOnly";
    CompileOptions {
        known_fields: Some(FIELDS.split_whitespace().map(str::to_owned).collect()),
        few_valued_fields: FEW_VALUED.split_whitespace().map(str::to_owned).collect(),
        ready_fields: Some(Layout::ready_fields().map(str::to_owned).collect()),
        ..CompileOptions::default()
    }
}
