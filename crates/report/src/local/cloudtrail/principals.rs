//! Who did how much, and under which sessions.

use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::cloudtrail::PrincipalCount;

use crate::Input;
use crate::local::layout::{Keep, Section};
use crate::local::text::{counted, length, number};

pub(super) fn section(input: &Input<'_, EventsSummary>) -> Option<Section> {
    let principals = &input.summary.by_principal;
    if principals.is_empty() {
        return None;
    }
    Some(Section {
        heading: "Principals",
        keep: Keep::Supporting,
        path: "events.by_principal",
        lead: vec![],
        rows: principals.iter().take(input.detail.rows()).enumerate().map(|(i, row)| self::row(i, row)).collect(),
        total: length(principals),
    })
}

fn row(index: usize, principal: &PrincipalCount) -> String {
    let mut text = format!(
        "- {} ({}): {}, {} failed",
        principal.principal.code_span(),
        principal.kind.code_span(),
        counted(principal.count, "event", "events"),
        number(principal.failed),
    );
    if principal.session_count > 0 {
        text.push_str(&format!(", {}", counted(principal.session_count, "session", "sessions")));
        let shown: Vec<String> = principal.sessions.iter().take(2).map(|session| session.code_span()).collect();
        if !shown.is_empty() {
            let such_as = if principal.session_count > length(&shown) { " such as" } else { "" };
            text.push_str(&format!("{such_as} {}", shown.join(", ")));
        }
    }
    format!("{text} (`{}`)", List::Principal.id(index))
}
