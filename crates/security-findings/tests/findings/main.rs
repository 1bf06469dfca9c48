//! Reading findings through the public interface.

mod arbitrary;
mod asff;
mod ocsf;
mod records;
mod secrets;

use security_findings::{Faults, Finding, RecordError, read_findings};
use security_model::Untrusted;

fn read(text: &str) -> (Vec<Finding>, Faults) {
    let mut out = Vec::new();
    let faults = read_findings(text, &mut out);
    (out, faults)
}

/// The finding in `text`, which must be the only one and readable.
fn one(text: &str) -> Finding {
    let (mut found, faults) = read(text);
    assert_eq!(faults.total(), 0, "{:?}", faults.examples());
    assert_eq!(found.len(), 1);
    found.remove(0)
}

/// The fault in `text`, which must be the only one, beside no finding.
#[expect(clippy::indexing_slicing, reason = "the number of faults is asserted before")]
fn fault(text: &str) -> RecordError {
    let (found, faults) = read(text);
    assert!(found.is_empty());
    assert_eq!(faults.total(), 1);
    faults.examples()[0].error.clone()
}

/// The text of an optional field.
fn says(field: Option<Untrusted<'_>>) -> Option<&str> {
    field.map(Untrusted::for_matching)
}
