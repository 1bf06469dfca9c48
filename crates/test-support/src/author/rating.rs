//! How bad it is: the product's published rule, followed by hand as a model would.

use super::brief::{Brief, Row};

const IMPAIRS_DEFENCES: [&str; 3] = ["T1562", "T1685", "T1686"];
const LASTS_OR_HARMS: [&str; 12] =
    ["T1098", "T1136", "T1484", "T1525", "T1546", "T1556", "T1020", "T1485", "T1486", "T1490", "T1531", "T1537"];

/// `CRITICAL`, `HIGH`, `MEDIUM` or `LOW`, from high-risk calls that succeeded and lesser signs.
pub(super) fn rating(brief: &Brief<'_>) -> &'static str {
    let total = |metric| brief.value(metric, "all");
    let succeeded = |techniques: &[&str]| {
        brief.list("events.high_risk").any(|row| has_technique(row, techniques) && calls_that_succeeded(brief, row) > 0)
    };
    if total("events.total") == 0 && !brief.gaps.is_empty() {
        return "MEDIUM";
    }
    let lesser = total("events.high_risk") > 0
        || total("events.root_activity") > 0
        || total("events.console_logins.without_mfa_not_federated") > 0
        || total("events.console_logins.failed") >= 3
        || much_failed(brief);
    let of_calls = match (succeeded(&IMPAIRS_DEFENCES), succeeded(&LASTS_OR_HARMS)) {
        (true, true) if brief.all("incidents.length").next().is_some() => "HIGH",
        (true, true) => "CRITICAL",
        (true, false) | (false, true) => "HIGH",
        (false, false) if lesser => "MEDIUM",
        (false, false) => "LOW",
    };
    let of_incidents = brief.list("incidents").flat_map(|row| &row.names).filter(|name| name.kind == "SEVERITY");
    let said: Vec<&str> = of_incidents.map(|name| name.text).chain([of_calls]).collect();
    ["CRITICAL", "HIGH", "MEDIUM"].into_iter().find(|label| said.contains(label)).unwrap_or("LOW")
}

fn has_technique(row: &Row<'_>, techniques: &[&str]) -> bool {
    let first = row.names.iter().find(|name| name.kind == "TECHNIQUE");
    first.and_then(|id| id.text.split('.').next()).is_some_and(|family| techniques.contains(&family))
}

fn calls_that_succeeded(brief: &Brief<'_>, row: &Row<'_>) -> u64 {
    let of = |metric: &str| brief.all(metric).find(|fact| row.slots.contains(&fact.slot)).map(|fact| fact.value);
    of("events.high_risk.succeeded").unwrap_or_else(|| {
        of("events.high_risk.count").unwrap_or(0).saturating_sub(of("events.high_risk.failed").unwrap_or(0))
    })
}

/// Some principal failed in a quarter of what it did, and at least ten times.
fn much_failed(brief: &Brief<'_>) -> bool {
    brief.all("events.by_principal.failed").any(|failed| {
        let events = brief.value("events.by_principal", failed.scope);
        failed.value >= 10 && failed.value.saturating_mul(4) >= events
    })
}
