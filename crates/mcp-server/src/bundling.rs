//! Evidence bundles: made of an analysis, written to a file, read back. What a bundle is, [`report::bundle`] says.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::path::Path;

use report::bundle::{Bundle, Contents, EvidenceCap, MAX_BYTES};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::error::Failure;
use crate::evidence_store::{Analysis, Evidence};

/// Rows of one evidence id in a bundle, newest first.
const ROWS_PER_ID: usize = 10;
/// Rows in a bundle, all ids together: what is named first, then those of the most important facts.
const ROWS: usize = 1_000;

/// The bundle of an analysis, as JSON.
///
/// # Errors
/// When it would be too large.
pub fn json(analysis: &Analysis) -> Result<String, Failure> {
    let (evidence, evidence_cap) = rows(analysis)?;
    let bundle = Bundle::seal(Contents {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        analysis_id: analysis.analysis_id.clone(),
        generated_at: analysis.generated_at.clone(),
        scope: analysis.scope.clone(),
        coverage: analysis.coverage.clone(),
        facts: analysis.facts.clone(),
        evidence,
        evidence_cap,
        report: analysis.report.clone(),
        requirements: analysis.requirements.clone(),
    });
    Ok(bundle.map_err(|error| Failure::Evidence(error.to_string()))?.to_json())
}

/// The first rows behind each row of a list and each fact, and how many records of each are left out.
fn rows(analysis: &Analysis) -> Result<(BTreeMap<String, Vec<Value>>, EvidenceCap), Failure> {
    let mut rows = BTreeMap::new();
    let mut left_out = BTreeMap::new();
    let mut left = ROWS;
    // Rows without numbers of their own, such as the findings to look at first, are named by reports like any fact.
    let named = analysis.facts.rows.iter().filter(|row| row.facts.is_empty()).map(|row| row.id.as_str());
    let counted = analysis.facts.facts.iter().filter_map(|fact| fact.evidence_id.as_deref());
    for id in named.chain(counted) {
        if rows.contains_key(id) || left_out.contains_key(id) {
            continue;
        }
        let most = ROWS_PER_ID.min(left);
        let found = match &analysis.evidence {
            Evidence::Events(evidence) => evidence.page(id, 0, most).map(|page| (page.total, values(&page.rows))),
            Evidence::Findings(evidence) => evidence.page(id, 0, most).map(|page| (page.total, values(&page.rows))),
        };
        let Some((total, found)) = found else { continue };
        let found = found?;
        let missing = total.saturating_sub(found.len() as u64);
        if missing > 0 {
            left_out.insert(id.to_owned(), missing);
        }
        left = left.saturating_sub(found.len());
        if !found.is_empty() || total == 0 {
            rows.insert(id.to_owned(), found);
        }
    }
    Ok((rows, EvidenceCap { rows_per_id: ROWS_PER_ID as u64, rows: ROWS as u64, left_out }))
}

fn values(rows: &[impl Serialize]) -> Result<Vec<Value>, Failure> {
    let values: Result<_, _> = rows.iter().map(serde_json::to_value).collect();
    values.map_err(|error| Failure::Internal(error.to_string()))
}

/// Whether a file can go to `path`, which `argument` gave, as far as can be said before there is one.
///
/// # Errors
/// [`Failure::BadArgument`] when `path` is a folder, or lies in none.
pub fn check_place(argument: &str, path: &Path) -> Result<(), Failure> {
    let bad = |what: String| Failure::bad_argument(argument, what);
    if path.is_dir() || path.file_name().is_none() {
        return Err(bad(format!("{} is a folder; name a file", path.display())));
    }
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) if !folder.is_dir() => {
            Err(bad(format!("there is no folder {}; create it, or name another place", folder.display())))
        }
        _ => Ok(()),
    }
}

/// Writes the bundle of an analysis to `path`, as [`write_whole`].
///
/// # Errors
/// When `path` is a folder, or cannot be written.
pub fn write(analysis: &Analysis, path: &Path) -> Result<(), Failure> {
    check_place("--evidence-out", path)?;
    write_whole(path, json(analysis)?.as_bytes())
}

/// Writes a file for its owner only. Whoever reads it meanwhile finds the old or the new one, and never a part.
///
/// # Errors
/// When it cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |source| Failure::io(format!("cannot write {}", path.display()), source);
    let temporary = path.with_file_name(format!(".nightdesk-{}", Uuid::new_v4().simple()));
    let written = write_new(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path));
    if written.is_err() {
        // What cannot be removed either was never there.
        drop(std::fs::remove_file(&temporary));
    }
    written.map_err(failed)
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Reads a bundle that `argument` gave.
///
/// # Errors
/// [`Failure::BadArgument`] saying why it is not taken, and what to do.
pub fn open(argument: &str, bytes: &[u8]) -> Result<Bundle, Failure> {
    Bundle::open(bytes).map_err(|error| Failure::bad_argument(argument, error.to_string()))
}

/// Reads a bundle from a file, as far as bundles are long.
///
/// # Errors
/// As [`open`], and when the file cannot be read.
pub fn read(argument: &str, path: &Path) -> Result<Bundle, Failure> {
    let cannot = |error| Failure::bad_argument(argument, format!("cannot read {}: {error}", path.display()));
    let file = std::fs::File::open(path).map_err(cannot)?;
    open(argument, &bounded(file).map_err(cannot)?)
}

/// At most one byte more than a bundle may have, so that too long a one is seen as such.
pub(crate) fn bounded(from: impl std::io::Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
