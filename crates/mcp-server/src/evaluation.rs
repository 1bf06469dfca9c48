//! Detections scored on labelled records: a folder with `labels.json` that says which records an attack is in.
//!
//! Each file is analysed on its own. A record counts as found at a level when it stands in a detection of that level.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::baseline::Fit;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, RulePack};
use cloudtrail_log::read_event;
use security_model::{Level, RecordOrigin, SafeText, TextKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::reference::ReferenceData;

/// Longest file, in bytes.
const BYTES: u64 = 256 << 20;

/// What `labels.json` says; keys that are not named here are for people.
#[derive(Debug, Deserialize)]
struct Labels {
    files: Vec<LabelledFile>,
}

#[derive(Debug, Deserialize)]
struct LabelledFile {
    file: PathBuf,
    kind: String,
    #[serde(default)]
    technique: Option<String>,
    #[serde(default)]
    essential: Vec<Labelled>,
    #[serde(default)]
    benign_indices: Vec<u64>,
    #[serde(default)]
    tests: Vec<Labelled>,
}

/// A record by its place in the file.
#[derive(Debug, Deserialize)]
struct Labelled {
    index: u64,
    #[serde(default)]
    expected: bool,
    #[serde(default)]
    needs_mock: bool,
    #[serde(default, rename = "eventName")]
    event_name: Option<String>,
}

/// How detections did on a labelled folder.
#[derive(Debug, Default, Serialize)]
pub struct Score {
    /// Attack techniques, by name.
    pub techniques: Vec<TechniqueScore>,
    /// Techniques of which an essential record was found at medium or above.
    pub surfaced_at_medium: u64,
    /// The same at low or above.
    pub surfaced_at_low: u64,
    /// Records that should stay quiet.
    pub benign: BenignScore,
    /// Records on which the author of some rule expects it to fire.
    pub positives: FoundScore,
    /// Records on which the author of some rule expects it not to fire; others may.
    pub negatives: FoundScore,
    /// Single calls of APIs that attackers use.
    pub catalogue: FoundScore,
    /// Incidents of medium level and above.
    pub incidents: IncidentScore,
    /// Records that could not be read.
    pub unreadable: u64,
    /// How far the baseline was of use; null without one.
    pub baseline: Option<BaselineScore>,
}

/// Files that were judged beside a baseline.
#[derive(Debug, Default, Serialize)]
pub struct BaselineScore {
    /// Files.
    pub files: u64,
    /// Of these, judged beside it; the others are earlier than it, or their events have no time.
    pub used_in: u64,
}

/// Incidents of medium level and above.
#[derive(Debug, Default, Serialize)]
pub struct IncidentScore {
    /// In files of ordinary work, in all.
    pub benign: u64,
    /// Files of ordinary work.
    pub benign_files: u64,
    /// In campaigns, in all.
    pub campaigns: u64,
    /// Campaigns.
    pub campaign_files: u64,
    /// Attack files with at least one that holds an essential record.
    pub attacks_told: u64,
    /// Attack files.
    pub attack_files: u64,
}

/// One attack technique.
#[derive(Debug, Serialize)]
pub struct TechniqueScore {
    /// As the labels call it.
    pub technique: SafeText,
    /// Highest level at which an essential record was found, over its runs.
    pub level: Option<Level>,
    /// Runs (files) of the technique.
    pub runs: u64,
    /// Of these, found at medium or above.
    pub runs_at_medium: u64,
    /// Titles of what found essential records, highest level first.
    pub found_by: Vec<SafeText>,
}

/// Records of ordinary work.
#[derive(Debug, Default, Serialize)]
pub struct BenignScore {
    /// Records.
    pub records: u64,
    /// Records that fire at each level or above.
    pub at_or_above: BTreeMap<Level, u64>,
    /// What fires, most records first.
    pub rules: Vec<NoisyRule>,
}

/// A rule that fires on ordinary work.
#[derive(Debug, Serialize)]
pub struct NoisyRule {
    /// Its id.
    pub id: SafeText,
    /// Its title.
    pub title: SafeText,
    /// Its level.
    pub level: Level,
    /// Records it fires on.
    pub records: u64,
}

/// Records found at low or above.
#[derive(Debug, Default, Serialize)]
pub struct FoundScore {
    /// Records that count.
    pub records: u64,
    /// Of these, found at low or above.
    pub at_low: u64,
    /// Of these, found at medium or above.
    pub at_medium: u64,
    /// Those not found at low or above: file, place in it, event name.
    pub missed: Vec<SafeText>,
}

/// What found the essential records of one run of a technique: levels and titles.
type Run = BTreeSet<(Level, SafeText)>;

/// One file with what was found in it.
struct Found {
    /// Of each record, the detections it stands in: level, id, title.
    records: Vec<BTreeSet<(Level, SafeText, SafeText)>>,
    /// Detections of incidents, one set for each.
    incidents: Vec<BTreeSet<SafeText>>,
    unreadable: u64,
    /// Whether its events were judged beside a baseline.
    beside: bool,
}

impl Found {
    fn at(&self, index: u64) -> Option<&BTreeSet<(Level, SafeText, SafeText)>> {
        self.records.get(usize::try_from(index).ok()?)
    }

    fn level(&self, index: u64) -> Option<Level> {
        self.at(index)?.last().map(|(level, ..)| *level)
    }
}

/// Scores `pack` on the labelled folder `root`, judged beside `reference`. User agents that contain one of `blanked` are
/// emptied first.
///
/// # Errors
/// Labels or files that cannot be read, by name.
pub fn score(
    root: &Path,
    pack: &Arc<RulePack>,
    reference: &ReferenceData,
    blanked: &[String],
) -> Result<Score, String> {
    let labels: Labels = parsed(&root.join("labels.json"))?;
    let blanked: Vec<String> = blanked.iter().map(|text| text.to_lowercase()).collect();
    let mut score =
        Score { baseline: reference.baseline.as_ref().map(|_| BaselineScore::default()), ..Score::default() };
    let mut noisy: BTreeMap<(Level, SafeText, SafeText), u64> = BTreeMap::new();
    let mut techniques: BTreeMap<String, Vec<Run>> = BTreeMap::new();
    for labelled in &labels.files {
        if !matches!(labelled.kind.as_str(), "attack" | "rule-tests" | "api-catalogue" | "benign" | "campaign") {
            continue;
        }
        let found = found(&root.join(&labelled.file), pack, reference, &blanked)?;
        score.unreadable += found.unreadable;
        if let Some(baseline) = &mut score.baseline {
            baseline.files += 1;
            baseline.used_in += u64::from(found.beside);
        }
        score.incidents.count(labelled, &found);
        match labelled.kind.as_str() {
            "attack" | "campaign" => {
                let name = labelled.technique.clone().unwrap_or_else(|| labelled.file.display().to_string());
                techniques.entry(name).or_default().push(run(labelled, &found));
            }
            "rule-tests" => {
                for test in labelled.tests.iter().filter(|test| !test.needs_mock) {
                    let into = if test.expected { &mut score.positives } else { &mut score.negatives };
                    into.count(labelled, test, &found);
                }
            }
            "api-catalogue" => labelled.essential.iter().for_each(|line| score.catalogue.count(labelled, line, &found)),
            _ => {}
        }
        let all = 0..found.records.len() as u64;
        let quiet: Vec<u64> = match labelled.kind.as_str() {
            "benign" => all.collect(),
            "attack" | "campaign" => labelled.benign_indices.clone(),
            // Of a rule's own tests it is only that rule that must stay quiet.
            _ => Vec::new(),
        };
        for index in quiet {
            score.benign.records += 1;
            for level in Level::ALL {
                let fires = found.level(index).is_some_and(|found| found >= level);
                *score.benign.at_or_above.entry(level).or_default() += u64::from(fires);
            }
            for rule in found.at(index).into_iter().flatten() {
                *noisy.entry(rule.clone()).or_default() += 1;
            }
        }
    }
    score.negatives.missed.clear();
    score.take_techniques(techniques);
    let rule = |((level, id, title), records)| NoisyRule { id, title, level, records };
    score.benign.rules = noisy.into_iter().map(rule).collect();
    score.benign.rules.sort_by(|a, b| (b.records, b.level, &a.title).cmp(&(a.records, a.level, &b.title)));
    Ok(score)
}

fn run(labelled: &LabelledFile, found: &Found) -> Run {
    let hits = labelled.essential.iter().filter_map(|record| found.at(record.index)).flatten();
    hits.map(|(level, _, title)| (*level, title.clone())).collect()
}

fn highest(run: &Run) -> Option<Level> {
    run.last().map(|(level, _)| *level)
}

impl IncidentScore {
    fn count(&mut self, labelled: &LabelledFile, found: &Found) {
        let incidents = found.incidents.len() as u64;
        match labelled.kind.as_str() {
            "benign" => {
                self.benign += incidents;
                self.benign_files += 1;
            }
            "campaign" => {
                self.campaigns += incidents;
                self.campaign_files += 1;
            }
            "attack" => {
                let told = |record: &Labelled| {
                    let ids = found.at(record.index).into_iter().flatten().map(|(_, id, _)| id);
                    ids.into_iter().any(|id| found.incidents.iter().any(|incident| incident.contains(id)))
                };
                self.attacks_told += u64::from(labelled.essential.iter().any(told));
                self.attack_files += 1;
            }
            _ => {}
        }
    }
}

impl FoundScore {
    fn count(&mut self, labelled: &LabelledFile, record: &Labelled, found: &Found) {
        let level = found.level(record.index);
        self.records += 1;
        self.at_low += u64::from(level >= Some(Level::Low));
        self.at_medium += u64::from(level >= Some(Level::Medium));
        if level < Some(Level::Low) {
            let name = record.event_name.as_deref().unwrap_or("?");
            let text = format!("{} [{}] {name}", labelled.file.display(), record.index);
            self.missed.push(SafeText::from_raw(&text, TextKind::Reference));
        }
    }
}

impl Score {
    fn take_techniques(&mut self, techniques: BTreeMap<String, Vec<Run>>) {
        for (name, runs) in techniques {
            let level = runs.iter().filter_map(highest).max();
            self.surfaced_at_medium += u64::from(level >= Some(Level::Medium));
            self.surfaced_at_low += u64::from(level >= Some(Level::Low));
            let by: BTreeSet<&(Level, SafeText)> = runs.iter().flatten().collect();
            self.techniques.push(TechniqueScore {
                technique: SafeText::from_raw(&name, TextKind::Reference),
                level,
                runs: runs.len() as u64,
                runs_at_medium: runs.iter().filter(|run| highest(run) >= Some(Level::Medium)).map(|_| 1).sum(),
                found_by: by.into_iter().rev().map(|(_, title)| title.clone()).collect(),
            });
        }
    }
}

/// A file of records: `{"Records": […]}`, or the array alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Records {
    Enveloped {
        #[serde(rename = "Records")]
        records: Vec<Value>,
    },
    Bare(Vec<Value>),
}

fn found(path: &Path, pack: &Arc<RulePack>, reference: &ReferenceData, blanked: &[String]) -> Result<Found, String> {
    let (Records::Enveloped { records } | Records::Bare(records)) = parsed(path)?;
    let limits = DetectionLimits { rows: usize::MAX, event_ids: usize::MAX, ..DetectionLimits::default() };
    let mut analysis = EventAnalysis::new(EvidenceLimits { max_rows: 0 })
        .without_counts()
        .with_rules(Arc::clone(pack), limits)
        .with_places(Arc::clone(&reference.places));
    if let Some(baseline) = &reference.baseline {
        analysis = analysis.with_baseline(Arc::clone(baseline));
    }
    let place: Arc<str> = Arc::from("records");
    let mut unreadable = 0;
    for (index, mut record) in (0..).zip(records.iter().cloned()) {
        blank(&mut record, blanked);
        let origin = RecordOrigin { place: Arc::clone(&place), index };
        let read = read_event(&record.to_string(), |event| analysis.observe(event, &origin));
        unreadable += u64::from(read.is_err());
    }
    let result = analysis.finish();
    let worrying = result.incidents.into_iter().filter(|incident| incident.level >= Level::Medium);
    let incidents = worrying.map(|incident| incident.detections.into_iter().collect()).collect();
    let span = result.oldest.zip(result.newest);
    let fits = |(oldest, newest)| reference.baseline.as_ref().is_some_and(|own| own.fit(oldest, newest) != Fit::After);
    let beside = span.is_some_and(fits);
    let mut found = Found { records: vec![BTreeSet::new(); records.len()], incidents, unreadable, beside };
    for row in result.detections.rows {
        let detection = row.detection;
        for record in row.records {
            let Some(hits) = usize::try_from(record.index).ok().and_then(|at| found.records.get_mut(at)) else {
                continue;
            };
            hits.insert((detection.level, detection.id.clone(), detection.title.clone()));
        }
    }
    Ok(found)
}

fn blank(record: &mut Value, blanked: &[String]) {
    let Some(agent) = record.get_mut("userAgent") else { return };
    let named = agent.as_str().map(str::to_lowercase).unwrap_or_default();
    if blanked.iter().any(|text| named.contains(text.as_str())) {
        *agent = Value::String(String::new());
    }
}

fn parsed<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, String> {
    let cannot = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", path.display());
    let length = std::fs::metadata(path).map_err(|error| cannot(&error))?.len();
    if length > BYTES {
        return Err(cannot(&format!("it is longer than {} MiB; split it", BYTES >> 20)));
    }
    let bytes = std::fs::read(path).map_err(|error| cannot(&error))?;
    serde_json::from_slice(&bytes).map_err(|error| cannot(&error))
}
