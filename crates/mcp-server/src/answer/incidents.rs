//! Incidents as text: the worst in a few lines beside a report, or each with its whole story.

use std::fmt::Write as _;

use security_model::{Detection, Incident, LastingChange, SafeText};

/// Steps and changes that the few lines name of each incident.
const NAMED: usize = 3;

/// The worst incidents in a few lines each, as many as fit into `most_bytes`; empty when not even the first does.
#[must_use]
pub fn incidents_brief(incidents: &[Incident], most_bytes: usize) -> String {
    let mut text = heading(incidents);
    for (shown, incident) in incidents.iter().enumerate() {
        let left = incidents.len() - shown;
        let more = format!("\n… {left} more in the structured content.\n");
        let fits = |part: &str| text.len() + part.len() + more.len() <= most_bytes;
        let tries = [told(incident), line(incident)];
        let Some(part) = tries.iter().find(|part| fits(part)) else {
            if shown > 0 {
                text.push_str(&more);
            }
            break;
        };
        text.push_str(part);
    }
    if text.len() <= most_bytes { text } else { String::new() }
}

/// Every incident, whole.
#[must_use]
pub fn incidents_story(incidents: &[Incident]) -> String {
    let mut text = heading(incidents);
    for incident in incidents {
        text.push_str(&line(incident));
        _ = writeln!(text, "\nWhy {} of 100:", incident.score);
        list(&mut text, incident.reasons.iter().map(ToString::to_string));
        _ = writeln!(text, "\nWho: {} ({})", incident.actor.principal.code_span(), incident.actor.kind);
        list(&mut text, incident.actor.chain.iter().map(SafeText::code_span));
        section(&mut text, "From", incident.actor.source_ips.iter().map(SafeText::code_span));
        section(&mut text, "Keys", incident.actor.access_keys.iter().map(SafeText::code_span));
        text.push_str("\nTimeline:\n");
        for entry in &incident.timeline {
            let time = entry.time.as_deref().unwrap_or("(time unknown)");
            let tactic = entry.tactic.as_deref().unwrap_or("no tactic");
            _ = writeln!(text, "- {time} {tactic}: {}", entry.summary);
        }
        section(&mut text, "Still live", incident.still_live.iter().map(change));
        let undone = incident.left_behind.iter().filter(|one| !incident.still_live.contains(one));
        section(&mut text, "Left behind and taken back", undone.map(change));
        section(&mut text, "Do first", incident.next_steps.iter().map(ToString::to_string));
        section(&mut text, "Findings", incident.findings.iter().map(SafeText::code_span));
    }
    text
}

/// Detections that belong to no incident, worst first, each in its sentence; empty when there is none.
#[must_use]
pub fn detections_alone<'a>(detections: impl Iterator<Item = &'a Detection>) -> String {
    const MOST: usize = 50;
    let alone: Vec<&Detection> = detections.filter(|detection| detection.stands_alone()).collect();
    if alone.is_empty() {
        return String::new();
    }
    let mut text = format!("\nDetections of medium level and above outside incidents: {}\n", alone.len());
    list(
        &mut text,
        alone.iter().take(MOST).map(|row| format!("{}: {} ({})", row.level, row.reason, row.id.code_span())),
    );
    if alone.len() > MOST {
        _ = writeln!(
            text,
            "- … {} more in `detections` of `nightdesk analyze cloudtrail --format json`",
            alone.len() - MOST
        );
    }
    text
}

fn heading(incidents: &[Incident]) -> String {
    match incidents.len() {
        0 => "No incident: nothing of medium level or above hangs together in what was read.\n".to_owned(),
        1 => "1 incident:\n".to_owned(),
        many => format!("{many} incidents, worst first:\n"),
    }
}

fn line(incident: &Incident) -> String {
    let time = |time: &Option<String>| time.clone().unwrap_or_else(|| "(time unknown)".to_owned());
    format!(
        "\n**{}, {} of 100**: {}. {} to {} (`{}`).\n",
        incident.level,
        incident.score,
        incident.title,
        time(&incident.first_seen),
        time(&incident.last_seen),
        incident.id,
    )
}

/// One incident in a few lines.
fn told(incident: &Incident) -> String {
    let mut text = line(incident);
    if !incident.still_live.is_empty() {
        let named: Vec<String> = incident.still_live.iter().take(NAMED).map(change).collect();
        let more = incident.still_live.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        _ = writeln!(text, "Still live: {}{more}.", named.join(", "));
    }
    match incident.findings.len() {
        0 => {}
        1 => text.push_str("1 Security Hub finding is on the same resources or keys.\n"),
        many => _ = writeln!(text, "{many} Security Hub findings are on the same resources or keys."),
    }
    for (number, step) in (1..).zip(incident.next_steps.iter().take(NAMED)) {
        _ = writeln!(text, "{number}. {step}");
    }
    text
}

fn change(change: &LastingChange) -> String {
    format!("{} {}", change.kind, change.name.code_span())
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        _ = writeln!(text, "\n{title}:");
        list(text, lines);
    }
}

fn list(text: &mut String, lines: impl Iterator<Item = String>) {
    for line in lines {
        _ = writeln!(text, "- {line}");
    }
}

#[cfg(test)]
mod tests {
    use security_model::{Confidence, DetectionKind, IncidentActor, Level, TextKind, TimelineEntry};

    use super::*;

    fn text(text: &str) -> SafeText {
        SafeText::from_raw(text, TextKind::Sentence)
    }

    fn incident(steps: usize) -> Incident {
        let live = LastingChange { kind: "access key".to_owned(), name: text("AKIA"), time: None, event_id: None };
        Incident {
            id: "incident-1".to_owned(),
            title: text("`user/alice`: A user was made"),
            level: Level::High,
            score: 60,
            reasons: vec![text("one detection of level high")],
            actor: IncidentActor {
                principal: text("alice"),
                kind: "IAM user".to_owned(),
                account: None,
                chain: vec![],
                access_keys: vec![],
                source_ips: vec![],
            },
            first_seen: Some("2026-11-21T01:37:03Z".to_owned()),
            last_seen: None,
            tactics: vec![],
            timeline: vec![TimelineEntry {
                time: None,
                event_id: None,
                event_name: text("CreateUser"),
                tactic: None,
                summary: text("`alice` made `bob`."),
            }],
            resources: vec![],
            left_behind: vec![live.clone()],
            still_live: vec![live],
            detections: vec![],
            findings: vec![],
            next_steps: vec![text("Delete `bob`."); steps],
        }
    }

    #[test]
    fn the_few_lines_fit_their_room() {
        let many = vec![incident(5); 9];
        for most in [0, 50, 100, 200, 400, 800, 4_000] {
            assert!(incidents_brief(&many, most).len() <= most, "{most}");
        }
        let text = incidents_brief(&many, 600);
        assert!(text.contains("Still live: access key `AKIA`.\n1. Delete `bob`."), "{text}");
        assert!(text.contains("more in the structured content"), "{text}");
        assert!(incidents_brief(&[], 200).starts_with("No incident"));
    }

    #[test]
    fn the_story_has_everything() {
        let text = incidents_story(&[incident(1)]);
        for said in
            ["**high, 60 of 100**", "Why 60 of 100", "`alice` made `bob`.", "Still live:\n- access key", "Do first:"]
        {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(!text.contains("taken back"), "{text}");
    }

    #[test]
    fn detections_outside_incidents_are_told_in_their_sentence() {
        let row = |incident: Option<&str>, level| Detection {
            id: text("secrets-sweep"),
            kind: DetectionKind::Behavior,
            title: text("Many secrets were read"),
            level,
            confidence: Confidence::Medium,
            tactics: vec![],
            techniques: vec![],
            principal: text("alice"),
            session: None,
            source_ips: vec![],
            count: 20,
            first_seen: None,
            last_seen: None,
            event_ids: vec![],
            reason: text("`alice` read 20 secrets."),
            false_positives: vec![],
            rule: None,
            incident: incident.map(str::to_owned),
        };
        let told = [row(Some("incident-1"), Level::High), row(None, Level::Low)];
        assert_eq!(detections_alone(told.iter()), "");
        let alone = [row(None, Level::Medium)];
        let text = detections_alone(told.iter().chain(&alone));
        assert!(
            text.contains("outside incidents: 1\n- medium: `alice` read 20 secrets. (`secrets-sweep`)\n"),
            "{text}"
        );
        let many = vec![row(None, Level::Medium); 53];
        assert!(detections_alone(many.iter()).contains("- … 3 more in `detections`"));
    }
}
