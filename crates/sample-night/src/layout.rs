//! A night as files: CloudTrail's folders in S3, findings as GetFindings answers them, and the story.
//!
//! Source: CloudTrail user guide, "Finding your CloudTrail log files", recalled, not re-read.

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::clock::{MINUTE, timestamp};
use crate::rng::Rng;
use crate::world::ACCOUNT;
use crate::{Night, Step};

/// Findings in one answer of GetFindings.
const PAGE: usize = 100;

/// One file of a night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Path below the output folder, with forward slashes.
    pub path: String,
    /// What to write.
    pub bytes: Vec<u8>,
}

/// All files of a night: `AWSLogs/…`, `securityhub/findings-NNN.json` and `story.json`.
///
/// Log files stand by *delivery*, some minutes after the events in them, and hold their records in no order.
///
/// # Errors
/// When compressing fails.
pub fn output_files(night: &Night, seed: u64) -> std::io::Result<Vec<OutputFile>> {
    let mut rng = Rng::new(seed).fork("delivery to files");
    let mut files = Vec::new();
    for ((region, delivered), mut records) in deliveries(night, &mut rng) {
        rng.shuffle(&mut records);
        let path = log_path(&region, delivered, &rng.alphanumeric(16));
        files.push(OutputFile { path, bytes: gzip(json!({ "Records": records }).to_string().as_bytes())? });
    }
    for (page, findings) in (1..).zip(night.findings.chunks(PAGE)) {
        let path = format!("securityhub/findings-{page:03}.json");
        files.push(OutputFile { path, bytes: pretty(&json!({ "Findings": findings }))? });
    }
    let story: Vec<Value> = night.story.iter().map(Step::to_json).collect();
    files.push(OutputFile { path: "story.json".to_owned(), bytes: pretty(&json!({ "steps": story }))? });
    Ok(files)
}

/// Compresses with a header that names neither time nor file, so that equal content gives equal bytes.
pub(crate) fn gzip(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

/// Records by region and by the five minutes in which they were delivered.
fn deliveries<'a>(night: &'a Night, rng: &mut Rng) -> BTreeMap<(String, i64), Vec<&'a Value>> {
    let mut files: BTreeMap<(String, i64), Vec<&Value>> = BTreeMap::new();
    for record in &night.cloudtrail {
        let text = |field: &str| record.get(field).and_then(Value::as_str).unwrap_or_default();
        let time = text("eventTime").parse::<Timestamp>().map_or(0, Timestamp::as_second);
        let delivered = (time + rng.between(2 * MINUTE, 9 * MINUTE)).div_euclid(5 * MINUTE) * 5 * MINUTE + 5 * MINUTE;
        files.entry((text("awsRegion").to_owned(), delivered)).or_default().push(record);
    }
    files
}

fn log_path(region: &str, delivered: i64, suffix: &str) -> String {
    let at = timestamp(delivered);
    let (day, minute) = (at.strftime("%Y/%m/%d"), at.strftime("%Y%m%dT%H%MZ"));
    format!("AWSLogs/{ACCOUNT}/CloudTrail/{region}/{day}/{ACCOUNT}_CloudTrail_{region}_{minute}_{suffix}.json.gz")
}

fn pretty(value: &Value) -> std::io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
