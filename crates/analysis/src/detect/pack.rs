//! Rules as bytes, compiled once: the built-in pack, and what an operator adds, overrides or leaves out.

use std::sync::Arc;

use security_model::{DetectionKind, EventView, SafeText, TextKind};
use sigma::{CompileOptions, Document, LogSource, Metadata, Problem, RuleSet, Scratch, parse};

use super::about::{RuleAbout, about, about_behavior, counted};
use super::high_risk::{HighRiskCalls, field};
use super::record::{EventRecord, Layout};
use crate::behavior;
use crate::hash::{HashMap, HashSet};

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
    high_risk: Arc<HighRiskCalls>,
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
        for document in parsed.documents {
            let problems = field::problems(&document);
            if problems.is_empty() {
                self.documents.push((document, self.source));
            }
            self.problems.extend(problems);
        }
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
        let mut high_risk = HighRiskCalls::default();
        for ((_, rule), about) in rules.rules().zip(&about).filter(|(_, about)| about.reports) {
            high_risk.add(about, field::entries(rule));
        }
        let (layout, high_risk, problems) = (Layout::new(&rules), Arc::new(high_risk), self.problems);
        Arc::new(RulePack { rules, layout, about, high_risk, problems, counts, unknown_disabled })
    }

    /// Rules for other logs go, and correlations over them.
    fn leave_out_other_logs(&mut self) {
        let before = self.documents.len();
        let mut gone: HashSet<String> = HashSet::default();
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
            let mut more = HashSet::default();
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
        let mut latest: HashMap<String, u32> = HashMap::default();
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

    /// The calls that rules which make detections name as high-risk.
    #[must_use]
    pub const fn high_risk(&self) -> &Arc<HighRiskCalls> {
        &self.high_risk
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
    pub fn matching<'r>(
        &'r self,
        event: &'r EventView<'r>,
        scratch: &'r mut Scratch,
    ) -> impl Iterator<Item = &'r RuleAbout> {
        let record = EventRecord::new(&self.layout, event, None);
        self.rules.matches(&record, scratch).filter_map(|rule| self.about.get(rule.index()))
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
pub(super) fn references(metadata: &Metadata) -> impl Iterator<Item = String> {
    let names = [metadata.id.as_deref(), metadata.name.as_deref()];
    names.into_iter().flatten().map(str::to_lowercase).collect::<Vec<_>>().into_iter()
}

fn is_cloudtrail(log: &LogSource) -> bool {
    let is = |field: &Option<String>, name: &str| field.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name));
    let service = is(&log.service, "cloudtrail");
    (is(&log.product, "aws") && (service || log.service.is_none())) || (log.product.is_none() && service)
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
