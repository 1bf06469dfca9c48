//! The evidence bundle: one JSON file with everything a report rests on, to be checked offline, elsewhere, years later.
//!
//! | member | what |
//! |---|---|
//! | `schema_version` | 1; a reader refuses what is newer than itself |
//! | `tool`, `version` | `nightdesk` and its version |
//! | `analysis_id`, `generated_at` | which analysis, and when the bundle was written (RFC 3339) |
//! | `scope`, `coverage` | what was asked, what was read and what was not |
//! | `facts` | every number and name that the report may use |
//! | `evidence` | the first rows behind the numbers, newest first, by evidence id |
//! | `evidence_cap` | how many rows an id and a bundle have at most, and how many records of which id are left out |
//! | `report`, `requirements` | the report with its scores and verification; the requirements that the caller stated |
//! | `hashes` | SHA-256 in lower-case hexadecimal |
//!
//! `hashes.facts`, `.coverage` and `.evidence` are taken over the member in canonical JSON (keys sorted by their UTF-8
//! bytes, no white space, numbers and strings as `serde_json` writes them), `hashes.report_markdown` over the bytes of
//! `report.markdown`, and `hashes.bundle` over the canonical JSON of the whole without `hashes`. Fractions are rounded to
//! six decimals, so that every reader finds the same number again.
//!
//! The hashes show that a file was damaged, or that a part was edited by someone who did not mend them. They are no
//! signatures: whoever edits a bundle can compute them anew, and they say nothing about who wrote it, when, or whether
//! the records were genuine. To prove those, sign the file or keep `hashes.bundle` where nobody can change it.

mod canonical;
mod error;
mod strict;
mod tidy;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use security_model::{Coverage, Scope, parse_timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::FactSet;
use crate::engine::Report;
use crate::requirement::StatedRequirement;

pub use self::error::BundleError;

/// The schema that this build writes, and the newest that it reads.
pub const SCHEMA_VERSION: u64 = 1;
/// Largest bundle that is written or read, in bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most memory that the values of a bundle may take, in bytes: small values take far more of it than of a file.
const MAX_WEIGHT: usize = 112 * 1024 * 1024;
const TOOL: &str = "nightdesk";

/// What a bundle is made of.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Version of Nightdesk.
    pub version: String,
    /// Which analysis.
    pub analysis_id: String,
    /// When the bundle was written, RFC 3339.
    pub generated_at: String,
    /// What was asked.
    pub scope: Scope,
    /// What was read, and what was not.
    pub coverage: Coverage,
    /// What the report may say.
    pub facts: FactSet,
    /// Rows behind the numbers, by evidence id.
    pub evidence: BTreeMap<String, Vec<Value>>,
    /// What of the rows was left out.
    pub evidence_cap: EvidenceCap,
    /// The report with its scores and verification.
    pub report: Report,
    /// The requirements that the caller stated, beside the built-in ones.
    pub requirements: Vec<StatedRequirement>,
}

/// How many rows of evidence a bundle has at most, and what was left out because of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceCap {
    /// Rows of one evidence id at most, the newest.
    pub rows_per_id: u64,
    /// Rows of all ids together at most, those of the most important facts first.
    pub rows: u64,
    /// Records behind an evidence id that have no row here, by id; ids of which none is left out are not named. A record
    /// counts under each id that it is behind.
    pub left_out: BTreeMap<String, u64>,
}

/// SHA-256 of the parts, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hashes {
    /// Of `facts`.
    pub facts: String,
    /// Of `coverage`.
    pub coverage: String,
    /// Of `evidence`.
    pub evidence: String,
    /// Of the bytes of `report.markdown`.
    pub report_markdown: String,
    /// Of everything but `hashes`.
    pub bundle: String,
}

/// An evidence bundle. See the [module](self) for what its hashes prove.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Bundle {
    /// Version of this schema.
    pub schema_version: u64,
    /// `nightdesk`.
    pub tool: String,
    /// Version of Nightdesk.
    pub version: String,
    /// Which analysis.
    pub analysis_id: String,
    /// When the bundle was written, RFC 3339.
    pub generated_at: String,
    /// What was asked.
    pub scope: Scope,
    /// What was read, and what was not.
    pub coverage: Coverage,
    /// What the report may say.
    pub facts: FactSet,
    /// Rows behind the numbers, by evidence id.
    #[schemars(extend("x-untrusted" = true))]
    pub evidence: BTreeMap<String, Vec<Value>>,
    /// What of the rows was left out.
    pub evidence_cap: EvidenceCap,
    /// The report with its scores and verification.
    pub report: Report,
    /// The requirements that the caller stated, beside the built-in ones.
    pub requirements: Vec<StatedRequirement>,
    /// SHA-256 of the parts.
    pub hashes: Hashes,
}

impl Bundle {
    /// Puts a bundle together. Text is neutralised first, so that the hashes hold for what is written.
    ///
    /// # Errors
    /// When the bundle would be too large, two evidence ids become one, or the report holds what a report never does:
    /// links, images, HTML or characters that cannot be seen.
    pub fn seal(contents: Contents) -> Result<Self, BundleError> {
        let Contents {
            version,
            analysis_id,
            generated_at,
            scope,
            coverage,
            facts,
            evidence,
            evidence_cap,
            report,
            requirements,
        } = contents;
        let mut members = Map::new();
        members.insert("schema_version".to_owned(), SCHEMA_VERSION.into());
        members.insert("tool".to_owned(), TOOL.into());
        for (name, value) in [
            ("version", serde_json::to_value(version)),
            ("analysis_id", serde_json::to_value(analysis_id)),
            ("generated_at", serde_json::to_value(generated_at)),
            ("scope", serde_json::to_value(scope)),
            ("coverage", serde_json::to_value(coverage)),
            ("facts", serde_json::to_value(facts)),
            ("evidence", serde_json::to_value(evidence)),
            ("evidence_cap", serde_json::to_value(evidence_cap)),
            ("report", serde_json::to_value(report)),
            ("requirements", serde_json::to_value(requirements)),
        ] {
            members.insert(name.to_owned(), value.map_err(|error| BundleError::invalid(name, &error.to_string()))?);
        }
        tidy::bundle(&mut members)?;
        let hashes = hashes_of(&members);
        members.insert("hashes".to_owned(), serde_json::to_value(&hashes).unwrap_or_default());
        let bundle = Self::typed(members)?;
        let json = bundle.to_json();
        check_size(json.as_bytes())?;
        strict::outline(json.as_bytes(), &FIELDS)?;
        Ok(bundle)
    }

    /// The bundle as a file: JSON with one member per line group, ending in a line end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Maps with keys of text and finite numbers always serialise.
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Reads a bundle. Nothing in it is trusted: it is weighed before it is built, hashes are compared, text is
    /// neutralised again, what has a form is checked for it, and members that this version does not know are refused.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub fn open(bytes: &[u8]) -> Result<Self, BundleError> {
        check_size(bytes)?;
        let outline = strict::outline(bytes, &FIELDS)?;
        if outline.tool.as_deref() != Some(TOOL) {
            return Err(BundleError::NotABundle);
        }
        check_version(outline.schema_version)?;
        if let Some(field) = FIELDS.into_iter().find(|field| !outline.members.contains(field)) {
            return Err(BundleError::Missing { field });
        }
        let Value::Object(mut members) = strict::value(bytes)? else { return Err(BundleError::NotABundle) };
        check_hashes(&members)?;
        tidy::bundle(&mut members)?;
        Self::typed(members)
    }

    fn typed(mut members: Map<String, Value>) -> Result<Self, BundleError> {
        let members = &mut members;
        members.remove("schema_version");
        members.remove("tool");
        let bundle = Self {
            schema_version: SCHEMA_VERSION,
            tool: TOOL.to_owned(),
            version: take(members, "version")?,
            analysis_id: take(members, "analysis_id")?,
            generated_at: take(members, "generated_at")?,
            scope: take(members, "scope")?,
            coverage: take(members, "coverage")?,
            facts: take(members, "facts")?,
            // Rows may have any members.
            evidence: take_any(members, "evidence")?,
            evidence_cap: take(members, "evidence_cap")?,
            report: take(members, "report")?,
            requirements: take(members, "requirements")?,
            hashes: take(members, "hashes")?,
        };
        if let Some(unknown) = members.keys().next() {
            return Err(BundleError::invalid(unknown, "schema_version 1 has no such member"));
        }
        bundle.check_forms()?;
        Ok(bundle)
    }

    fn check_forms(&self) -> Result<(), BundleError> {
        for (field, time) in [("generated_at", &self.generated_at), ("facts.as_of", &self.facts.as_of)] {
            if parse_timestamp(time).is_none() {
                return Err(BundleError::invalid(field, "it is no RFC 3339 time"));
            }
        }
        let markdown = self.report.markdown.as_str();
        let spans = self.report.verification.issues.iter().filter_map(|issue| issue.span);
        if spans.into_iter().any(|span| markdown.get(span.start..span.end).is_none()) {
            return Err(BundleError::invalid("report.verification.issues", "a span lies outside the report"));
        }
        Ok(())
    }
}

/// The JSON schema of a bundle.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Bundle)
}

const FIELDS: [&str; 13] = [
    "schema_version",
    "tool",
    "version",
    "analysis_id",
    "generated_at",
    "scope",
    "coverage",
    "facts",
    "evidence",
    "evidence_cap",
    "report",
    "requirements",
    "hashes",
];

fn check_size(bytes: &[u8]) -> Result<(), BundleError> {
    if bytes.len() > MAX_BYTES {
        return Err(BundleError::TooLarge { bytes: bytes.len() });
    }
    Ok(())
}

fn check_version(stated: Option<Option<u64>>) -> Result<(), BundleError> {
    match stated {
        None => Err(BundleError::Missing { field: "schema_version" }),
        Some(Some(found)) if found > SCHEMA_VERSION => Err(BundleError::Newer { found }),
        Some(Some(SCHEMA_VERSION)) => Ok(()),
        Some(_) => Err(BundleError::NotABundle),
    }
}

fn check_hashes(members: &Map<String, Value>) -> Result<(), BundleError> {
    let stated: Hashes = members.get("hashes").cloned().map_or_else(
        || Err(BundleError::Missing { field: "hashes" }),
        |value| serde_json::from_value(value).map_err(|error| BundleError::invalid("hashes", &error.to_string())),
    )?;
    let found = hashes_of(members);
    for (part, stated, found) in [
        ("facts", stated.facts, found.facts),
        ("coverage", stated.coverage, found.coverage),
        ("evidence", stated.evidence, found.evidence),
        ("report.markdown", stated.report_markdown, found.report_markdown),
        ("a member other than facts, coverage, evidence and report.markdown", stated.bundle, found.bundle),
    ] {
        if stated != found {
            return Err(BundleError::HashMismatch { part });
        }
    }
    Ok(())
}

fn hashes_of(members: &Map<String, Value>) -> Hashes {
    let of = |name: &str| canonical::hash(members.get(name).unwrap_or(&Value::Null));
    let markdown = members.get("report").and_then(|report| report.get("markdown")).and_then(Value::as_str);
    Hashes {
        facts: of("facts"),
        coverage: of("coverage"),
        evidence: of("evidence"),
        report_markdown: canonical::hash_bytes(markdown.unwrap_or_default().as_bytes()),
        bundle: canonical::hash_members(members, "hashes"),
    }
}

/// The typed member, if it is written again as it was read: else the hashes would not hold for what is written.
fn take<T: DeserializeOwned + Serialize>(
    members: &mut Map<String, Value>,
    field: &'static str,
) -> Result<T, BundleError> {
    let before = members.get(field).map(canonical::hash);
    let typed: T = take_any(members, field)?;
    let after = serde_json::to_value(&typed).ok().as_ref().map(canonical::hash);
    if before != after {
        let reason = "it holds members or values that schema_version 1 does not write";
        return Err(BundleError::invalid(field, reason));
    }
    Ok(typed)
}

fn take_any<T: DeserializeOwned>(members: &mut Map<String, Value>, field: &'static str) -> Result<T, BundleError> {
    let value = members.remove(field).ok_or(BundleError::Missing { field })?;
    serde_json::from_value(value).map_err(|error| BundleError::invalid(field, &error.to_string()))
}
