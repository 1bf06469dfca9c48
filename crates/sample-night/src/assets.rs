//! The built-in night, compressed, and how to write it anew.

use serde_json::{Value, json};

use crate::layout::{OutputFile, gzip};
use crate::{SAMPLE_SEED, generate};

/// The events of the built-in night: gzip of `{"Records":[…]}`.
pub const CLOUDTRAIL_JSON_GZ: &[u8] = include_bytes!("../data/cloudtrail.json.gz");

/// The findings of the built-in night: gzip of `{"Findings":[…]}`.
pub const FINDINGS_JSON_GZ: &[u8] = include_bytes!("../data/findings.json.gz");

/// The embedded files as the generator makes them now, for a folder `data`.
///
/// # Errors
/// When compressing fails.
pub fn asset_files() -> std::io::Result<Vec<OutputFile>> {
    let night = generate(SAMPLE_SEED);
    let file = |path: &str, value: &Value| -> std::io::Result<OutputFile> {
        Ok(OutputFile { path: path.to_owned(), bytes: gzip(value.to_string().as_bytes())? })
    };
    Ok(vec![
        file("cloudtrail.json.gz", &json!({ "Records": night.cloudtrail }))?,
        file("findings.json.gz", &json!({ "Findings": night.findings }))?,
    ])
}
