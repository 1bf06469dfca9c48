//! `nightdesk evaluate`: how the rules in force do on labelled records.

use std::fmt::Write as _;
use std::path::Path;

use security_model::Level;

use super::print;
use crate::answer::{BaselineUse, Basis};
use crate::cli::Format;
use crate::error::Failure;
use crate::evaluation::{self, BaselineScore, FoundScore, Score};
use crate::exit::Exit;
use crate::reference::{Reference, ReferenceData};
use crate::rules::Rules;
use crate::settings::Settings;

pub(super) fn run(folder: &Path, format: Format, blanked: &[String], settings: &Settings) -> Result<Exit, Failure> {
    let pack = Rules::new(settings).pack()?;
    let reference = Reference::new(settings).data()?;
    let score = evaluation::score(folder, &pack, &reference, blanked).map_err(Failure::Path)?;
    match format {
        Format::Markdown => print(&format!("{}{}", table(&score), beside(&score, &reference)))?,
        Format::Json => {
            let json = serde_json::to_string_pretty(&score).map_err(|error| Failure::Internal(error.to_string()))?;
            print(&format!("{json}\n"))?;
        }
    }
    Ok(Exit::Done)
}

/// What the records were judged beside.
fn beside(score: &Score, reference: &ReferenceData) -> String {
    let mut text = format!("\n{}", Basis::of(&reference.places, None, None).text());
    if let Some((baseline, BaselineScore { files, used_in })) = reference.baseline.as_ref().zip(score.baseline.as_ref())
    {
        let about = BaselineUse::alone(baseline).text();
        _ = writeln!(
            text,
            "{} It was used in {used_in} of {files} files; the others end before it begins.",
            about.trim_end()
        );
    }
    text
}

fn table(score: &Score) -> String {
    let mut text = String::from("| attack technique | highest level | runs | found by |\n|---|---|---|---|\n");
    for technique in &score.techniques {
        let level = technique.level.map_or("not found", Level::as_str);
        let by = technique.found_by.first().map(ToString::to_string).unwrap_or_default();
        let runs = format!("{} of {}", technique.runs_at_medium, technique.runs);
        _ = writeln!(text, "| {} | {level} | {runs} | {by} |", technique.technique.code_span());
    }
    text.push_str("\n| measure | low and above | medium and above |\n|---|---|---|\n");
    let all = score.techniques.len();
    _ = writeln!(
        text,
        "| techniques surfaced | {} of {all} | {} of {all} |",
        score.surfaced_at_low, score.surfaced_at_medium
    );
    let benign = &score.benign;
    let share = |level: Level| {
        let fire = benign.at_or_above.get(&level).copied().unwrap_or_default();
        let percent = if benign.records == 0 { 0.0 } else { 100.0 * fire as f64 / benign.records as f64 };
        format!("{fire} of {} ({percent:.2} %)", benign.records)
    };
    _ = writeln!(text, "| benign records that fire | {} | {} |", share(Level::Low), share(Level::Medium));
    let mut row = |name: &str, found: &FoundScore| {
        let FoundScore { records, at_low, at_medium, .. } = found;
        _ = writeln!(text, "| {name} | {at_low} of {records} | {at_medium} of {records} |");
    };
    row("positives of rule tests found", &score.positives);
    row("negatives of rule tests that also fire", &score.negatives);
    row("catalogue calls found", &score.catalogue);
    let incidents = &score.incidents;
    text.push_str("\n| incidents of medium and above | number | files |\n|---|---|---|\n");
    for (name, number, files) in [
        ("in ordinary work", incidents.benign, incidents.benign_files),
        ("in campaigns", incidents.campaigns, incidents.campaign_files),
        ("attack files of which one tells", incidents.attacks_told, incidents.attack_files),
    ] {
        _ = writeln!(text, "| {name} | {number} | {files} |");
    }
    if !benign.rules.is_empty() {
        text.push_str("\n| benign records | level | fires on ordinary work |\n|---|---|---|\n");
        for rule in &benign.rules {
            _ = writeln!(text, "| {} | {} | {} |", rule.records, rule.level, rule.title);
        }
    }
    if score.unreadable > 0 {
        _ = writeln!(text, "\n{} records could not be read.", score.unreadable);
    }
    text
}
