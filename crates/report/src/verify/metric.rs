//! What the path, unit and scope of a metric say about its numbers.

use security_model::Unit;

use super::words::concept::*;
use crate::Subject;

/// Which of several readings of a word a metric means.
pub(super) fn one_of(meaning: Concepts, subject: Subject, reading: bool) -> Concepts {
    let meaning = if reading { meaning - READ_ONLY } else { meaning };
    let fitting = match subject {
        Subject::CloudTrail => meaning - COMPLIANCE_FAILED,
        Subject::SecurityHub => meaning,
    };
    fitting.each().next().unwrap_or(Concepts::NONE)
}

/// What a unit counts.
pub(super) fn head(unit: Unit, metric: &str) -> Concepts {
    match unit {
        Unit::Events => EVENT,
        Unit::Findings | Unit::Detections => FINDING,
        Unit::Records => RECORD,
        Unit::Principals => PRINCIPAL,
        Unit::Resources => RESOURCE,
        Unit::Files => FILE,
        Unit::Sessions => SESSION,
        Unit::Addresses => ADDRESS,
        Unit::Regions => REGION,
        Unit::Accounts => ACCOUNT,
        Unit::Operations => OPERATION,
        Unit::Kinds => kind_counted(metric),
        Unit::Incidents => INCIDENT,
        // Calls that write are changes as well: what lasts of them is said to.
        Unit::Changes | Unit::Points => Concepts::NONE,
    }
}

/// What the rows of a list are.
fn kind_counted(metric: &str) -> Concepts {
    let kinds = [
        ("by_error", ERROR_KIND),
        ("by_category", CATEGORY),
        ("by_product", PRODUCT),
        ("controls", CONTROL),
        ("user_agent", CLIENT),
        ("gaps", GAP),
    ];
    kinds.iter().find(|(part, _)| metric.contains(part)).map_or(Concepts::NONE, |(_, kind)| *kind)
}

/// Scopes that are labels of ours rather than names.
pub(super) fn status(metric: &str, scope: &str) -> Option<Concepts> {
    if metric.contains("by_severity") {
        return severity(scope);
    }
    if metric.contains("by_workflow_status") {
        return Some(match scope {
            "NEW" => WORKFLOW_NEW,
            "NOTIFIED" => WORKFLOW_NOTIFIED,
            "SUPPRESSED" => WORKFLOW_SUPPRESSED,
            // Resolved findings are counted apart; this is the workflow's own number.
            "RESOLVED" => WORKFLOW_RESOLVED | WORKFLOW,
            _ => OTHER_STATUS,
        });
    }
    if metric.contains("by_compliance_status") {
        return Some(match scope {
            "PASSED" => COMPLIANCE_PASSED,
            "FAILED" => COMPLIANCE_FAILED,
            "WARNING" => COMPLIANCE_WARNING,
            "NOT_AVAILABLE" => COMPLIANCE_NOT_AVAILABLE,
            "NONE" => COMPLIANCE_NONE,
            _ => OTHER_STATUS,
        });
    }
    metric.contains("by_record_state").then_some(match scope {
        "ACTIVE" => STATE_ACTIVE,
        "ARCHIVED" => STATE_ARCHIVED,
        _ => OTHER_STATUS,
    })
}

/// The concept of a severity label.
pub(super) fn severity(label: &str) -> Option<Concepts> {
    Some(match label {
        "CRITICAL" => CRITICAL,
        "HIGH" => HIGH,
        "MEDIUM" => MEDIUM,
        "LOW" => LOW,
        "INFORMATIONAL" => INFORMATIONAL,
        _ => return None,
    })
}
