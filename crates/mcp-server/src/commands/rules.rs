//! `nightdesk rules`: the detection rules, listed, shown, checked and tried.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use analysis::detect::{PackBuilder, RuleAbout, RulePack};
use security_model::{Level, SafeText, TextKind};
use serde_json::json;

use super::print;
use crate::cli::{Format, RulesCommand};
use crate::error::Failure;
use crate::exit::Exit;
use crate::rules::{RuleFile, Rules, read_folder, trial};
use crate::settings::Settings;
use crate::tools::wanted_rules;

pub(super) fn run(what: RulesCommand, settings: &Settings) -> Result<Exit, Failure> {
    match what {
        RulesCommand::List { level, tactic, format } => {
            let pack = Rules::new(settings).pack()?;
            let rules = wanted_rules(&pack, level.map(Level::from), tactic.as_deref())?;
            print(&list(&rules, format)?).map(|()| Exit::Done)
        }
        RulesCommand::Show { id } => {
            let pack = Rules::new(settings).pack()?;
            let rule = pack.rule(&id).ok_or_else(|| {
                Failure::bad_argument("ID", "no rule has this id; `nightdesk rules list` shows them all")
            })?;
            print(&shown(rule)).map(|()| Exit::Done)
        }
        RulesCommand::Validate { folders } => validate(&folders),
        RulesCommand::Test { folders } => test(&folders),
    }
}

fn list(rules: &[&RuleAbout], format: Format) -> Result<String, Failure> {
    let mut text = String::new();
    match format {
        Format::Markdown => {
            for rule in rules {
                _ = writeln!(text, "{:<13} {}  {} [{}]", rule.level, rule.id, rule.title, rule.tactics.join(", "));
            }
            _ = writeln!(text, "\n{} rules. `nightdesk rules show ID` says more.", rules.len());
        }
        Format::Json => {
            let rows: Vec<_> = rules
                .iter()
                .map(|rule| {
                    json!({
                        "id": rule.id, "title": rule.title, "level": rule.level, "confidence": rule.confidence,
                        "tactics": rule.tactics, "techniques": rule.techniques, "built_in": rule.built_in,
                        "author": rule.author, "license": rule.license, "file": rule.file, "line": rule.line,
                    })
                })
                .collect();
            text = serde_json::to_string_pretty(&rows).map_err(|error| Failure::Internal(error.to_string()))?;
            text.push('\n');
        }
    }
    Ok(text)
}

fn shown(rule: &RuleAbout) -> String {
    let mut text = format!("{}\n\n", rule.title);
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            _ = writeln!(text, "{name:<12} {value}");
        }
    };
    let all = |texts: &[SafeText]| texts.iter().map(SafeText::as_str).collect::<Vec<_>>().join("; ");
    let or_empty = |text: &Option<SafeText>| text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default();
    row("id", rule.id.as_str());
    row("level", rule.level.as_str());
    row("tactics", &rule.tactics.join(", "));
    row("techniques", &rule.techniques.join(", "));
    row("gains", &or_empty(&rule.description));
    row("looks for", &all(&rule.conditions));
    row("legal when", &all(&rule.false_positives));
    row("references", &all(&rule.references));
    row("author", &or_empty(&rule.author));
    row("licence", &or_empty(&rule.license));
    row("from", &format!("{}:{}{}", rule.file, rule.line, if rule.built_in { " (built in)" } else { "" }));
    row("fires", if rule.reports { "yes" } else { "no: it feeds a correlation, or is switched off" });
    text
}

/// The rules of a folder alone, without the built-in ones.
fn pack_of(folder: &Path) -> Result<(Arc<RulePack>, Vec<RuleFile>), Failure> {
    let files = read_folder(folder).map_err(Failure::Path)?;
    let mut builder = PackBuilder::default();
    // Not the built-in source: what is read here is somebody's own.
    builder.next_source();
    for file in &files {
        builder.add(&file.name, &file.bytes);
    }
    Ok((builder.build(), files))
}

fn validate(folders: &[PathBuf]) -> Result<Exit, Failure> {
    let mut refused = false;
    for folder in folders {
        let (pack, _) = pack_of(folder)?;
        let mut text = String::new();
        for problem in pack.problems() {
            _ = writeln!(text, "{}", SafeText::from_raw(&problem.to_string(), TextKind::Sentence));
        }
        let errors = pack.problems().iter().filter(|problem| problem.is_error()).count();
        let counts = pack.counts();
        _ = writeln!(
            text,
            "{}: {} files, {} detections, {} parts of correlations, {} for other logs; {errors} errors, {} warnings",
            folder.display(),
            counts.files,
            counts.detections,
            counts.parts,
            counts.other_logs,
            pack.problems().len() - errors,
        );
        refused |= errors > 0;
        print(&text)?;
    }
    Ok(if refused { Exit::BadInput } else { Exit::Done })
}

fn test(folders: &[PathBuf]) -> Result<Exit, Failure> {
    let mut failed = false;
    for folder in folders {
        let (pack, files) = pack_of(folder)?;
        let (mut tried, mut cases, mut without, mut faults) = (0_u64, 0, 0_u64, 0);
        for file in &files {
            let name = SafeText::from_raw(&file.name, TextKind::Reference);
            let own = pack.rules().filter(|rule| rule.reports && rule.file == name);
            let ids: Vec<&str> = own.map(|rule| rule.id.as_str()).collect();
            let trial = match trial::beside(&file.path, &ids, &pack) {
                Ok(None) => {
                    without += u64::from(!ids.is_empty());
                    continue;
                }
                Ok(Some(trial)) => trial,
                Err(reason) => trial::Trial { cases: 0, faults: vec![reason] },
            };
            tried += 1;
            cases += trial.cases;
            faults += trial.faults.len();
            for fault in &trial.faults {
                print(&format!("{name}: {}\n", SafeText::from_raw(fault, TextKind::Sentence)))?;
            }
        }
        print(&format!(
            "{}: {tried} rule files with records, {cases} cases, {faults} faults; {without} rule files without records\n",
            folder.display()
        ))?;
        failed |= faults > 0;
    }
    Ok(if failed { Exit::Failed } else { Exit::Done })
}
