//! Rules tried on the records beside them: `<rule>.records.json` holds arrays `fires`, `quiet` and `near_miss`.
//!
//! An element is a record, or an array of records for a correlation.

use std::path::Path;
use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, RulePack};
use cloudtrail_log::read_event;
use security_model::RecordOrigin;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The records beside a rule file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Records {
    #[serde(default)]
    fires: Vec<Box<RawValue>>,
    #[serde(default)]
    quiet: Vec<Box<RawValue>>,
    #[serde(default)]
    near_miss: Vec<Box<RawValue>>,
}

/// What came of the records beside one rule file.
#[derive(Debug, Default)]
pub struct Trial {
    /// Cases that were tried.
    pub cases: u64,
    /// What went otherwise than the records say.
    pub faults: Vec<String>,
}

/// Longest file of records, in bytes.
const BYTES: u64 = 16 << 20;

/// Tries the records beside the rule file at `path`; nothing when there are none.
///
/// A record of `fires` must make one of `ids` fire, the others none of them.
///
/// # Errors
/// Records that cannot be read.
pub fn beside(path: &Path, ids: &[&str], pack: &Arc<RulePack>) -> Result<Option<Trial>, String> {
    let path = path.with_extension("records.json");
    let cannot = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", path.display());
    match std::fs::metadata(&path) {
        Err(_) => return Ok(None),
        Ok(file) if file.len() > BYTES => return Err(cannot(&format!("it is longer than {} MiB", BYTES >> 20))),
        Ok(_) => {}
    }
    let text = std::fs::read_to_string(&path).map_err(|error| cannot(&error))?;
    let records: Records = serde_json::from_str(&text).map_err(|error| cannot(&error))?;
    let mut trial = Trial::default();
    for (kind, cases, expected) in
        [("fires", records.fires, true), ("quiet", records.quiet, false), ("near_miss", records.near_miss, false)]
    {
        for (number, case) in cases.iter().enumerate() {
            trial.cases += 1;
            match fired(case, pack) {
                Ok(fired) => {
                    let fires = fired.iter().any(|id| ids.iter().any(|own| own.eq_ignore_ascii_case(id)));
                    if fires != expected {
                        let said = if expected { "does not fire" } else { "fires" };
                        trial.faults.push(format!("{said} on {kind}[{number}]"));
                    }
                }
                Err(error) => trial.faults.push(format!("{kind}[{number}] cannot be read: {error}")),
            }
        }
    }
    Ok(Some(trial))
}

/// The ids of the rules that fire on a case.
fn fired(case: &RawValue, pack: &Arc<RulePack>) -> Result<Vec<String>, String> {
    let several: Vec<&RawValue> = match serde_json::from_str(case.get()) {
        Ok(several) => several,
        Err(_) => vec![case],
    };
    let limits = EvidenceLimits { max_rows: 0 };
    let analysis = EventAnalysis::new(limits).without_counts();
    let mut analysis = analysis.with_rules(Arc::clone(pack), DetectionLimits::default());
    for (index, record) in (0..).zip(several) {
        let origin = RecordOrigin { place: Arc::from("records"), index };
        read_event(record.get(), |event| analysis.observe(event, &origin)).map_err(|error| error.to_string())?;
    }
    let rows = analysis.finish().detections.rows;
    Ok(rows.into_iter().map(|row| row.detection.id.as_str().to_owned()).collect())
}
