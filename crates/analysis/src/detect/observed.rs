//! Rows of behaviours, beside those of rules.

use std::sync::Arc;

use security_model::detection::NotEvaluated;
use security_model::{Detection, SafeText, TextKind, rfc3339};

use super::{DetectionLimits, DetectionRow, Detections, Explanation, RuleAbout, RulePack, Test};
use crate::baseline::Baseline;
use crate::behavior::{Behaviors, EventIndex, Findings, Found};
use crate::identity::Text;
use crate::names::{Name, Texts};
use crate::rank::{Counts, add as add_one, busiest};
use crate::trail::Replay;

/// Shows the trail to all behaviours, and adds what they found.
pub(super) fn add(
    found: &mut Detections,
    pack: &RulePack,
    (trail, texts): (&Replay, &Texts),
    limits: DetectionLimits,
    baseline: Option<Arc<Baseline>>,
) {
    let mut behaviors = Behaviors::new(baseline);
    trail.show(texts, |event| behaviors.observe(event));
    let Findings { found: rows, not_evaluated, dropped } = behaviors.finish();
    let is_on = |id: &str| pack.rule(id).is_some_and(|about| about.reports);
    let room = limits.rows.saturating_sub(found.rows.len());
    let rows = rows.into_iter().filter_map(|row| {
        let about = pack.rule(row.about.id).filter(|about| about.reports)?;
        Some(shown(row, about, trail, texts, limits))
    });
    found.rows.extend(rows.take(room));
    let not_evaluated = not_evaluated.into_iter().filter(|(about, _)| is_on(about.id));
    found.not_evaluated.extend(not_evaluated.map(|(about, reason)| NotEvaluated {
        id: about.id.to_owned(),
        title: about.title.to_owned(),
        reason,
        needs: about.needs.iter().map(|need| (*need).to_owned()).collect(),
    }));
    let left_out = trail.left_out() + dropped;
    if left_out > 0 {
        found.not_evaluated.push(NotEvaluated {
            id: "behaviors-beyond-memory".to_owned(),
            title: "Behaviours and incidents of every event".to_owned(),
            reason: format!("{left_out} events did not fit into what behaviours may hold"),
            needs: vec!["a shorter window, or filters".to_owned()],
        });
    }
}

fn shown(found: Found, about: &RuleAbout, trail: &Replay, texts: &Texts, limits: DetectionLimits) -> DetectionRow {
    let Found { about: analytic, level, principal, session_of, events, count, first, last, reason, .. } = found;
    let id = |at: EventIndex| {
        let id = trail.event_id(at, texts);
        (!id.is_empty()).then(|| SafeText::from_raw(&id, TextKind::Identifier))
    };
    let mut addresses: Counts<Name> = Counts::default();
    for row in events.iter().filter_map(|at| trail.row(*at)).filter(|row| !row.source_ip.is_absent()) {
        add_one(&mut addresses, row.source_ip);
    }
    let kept: Vec<EventIndex> = events.into_iter().take(limits.event_ids).collect();
    let origin = trail.origin(session_of);
    let session =
        trail.chain(session_of).and_then(|chain| chain.links.last().and_then(|link| link.who.session.clone()));
    let detection = Detection {
        id: about.id.clone(),
        kind: about.kind,
        title: about.title.clone(),
        level,
        confidence: about.confidence,
        tactics: about.tactics.clone(),
        techniques: about.techniques.clone(),
        principal: principal.safe(),
        session: session.as_ref().map(Text::safe),
        source_ips: busiest(addresses, texts, TextKind::Identifier),
        count,
        first_seen: Some(rfc3339(first)),
        last_seen: Some(rfc3339(last)),
        event_ids: kept.iter().filter_map(|at| id(*at)).collect(),
        reason,
        false_positives: about.false_positives.clone(),
        rule: None,
        incident: None,
    };
    let explanation = Explanation {
        event_id: id(session_of),
        time: trail.row(session_of).and_then(|row| row.time).map(rfc3339),
        origin: SafeText::from_raw(origin.as_ref().map_or("", |origin| &origin.place), TextKind::Reference),
        index: origin.map_or(0, |origin| origin.index),
        sha256: None,
        tests: vec![Test {
            search: SafeText::from_raw("behaviour", TextKind::Identifier),
            field: None,
            test: "observed".to_owned(),
            pattern: SafeText::from_raw(analytic.description, TextKind::Reference),
            value: Some(detection.reason.clone()),
        }],
    };
    let records = kept.iter().filter_map(|at| trail.origin(*at)).collect();
    DetectionRow { detection, explanation, records, events: kept, speaker: Some(session_of), deed: Some(session_of) }
}
