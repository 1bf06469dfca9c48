//! How much an incident matters, from 0 to 100, with what makes it up.
//!
//! | for | points |
//! |---|---|
//! | the worst detection: critical, high, medium | 50, 35, 20 |
//! | each further kind of detection of medium level or above | 6, at most 30 |
//! | each further tactic | 5, at most 30 |
//! | logging or detection switched off | 8 |
//! | changes that succeeded after refusals | 5 |
//! | an address that the identity did not use before | 5 |
//! | something left that is still live | 5 |
//! | permissions of its own changed | 5 |
//!
//! 80 and more is critical, 55 high, 35 medium; less is no incident but detections that stand alone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use security_model::{Level, SafeText, TextKind};

use super::group::Group;
use super::remains::Remains;
use super::seen::Seen;
use crate::behavior::EventIndex;
use crate::hash::HashMap;

/// What is less is no incident.
pub(super) const LEAST: u8 = 35;

/// A score, and why.
pub(super) struct Score {
    pub(super) points: u8,
    pub(super) level: Level,
    pub(super) reasons: Vec<SafeText>,
}

pub(super) fn of(seen: &Seen<'_>, group: &Group, remains: &Remains, addresses: &Addresses) -> Score {
    let anchors = || group.anchors.iter().filter_map(|at| seen.rows.get(*at)).map(|row| &row.detection);
    let kinds: BTreeSet<&SafeText> = anchors().map(|detection| &detection.id).collect();
    let tactics: BTreeSet<&str> = anchors().flat_map(|detection| &detection.tactics).map(String::as_str).collect();
    let worst = anchors().map(|detection| detection.level).max().unwrap_or(Level::Low);
    let of_worst = anchors().filter(|detection| detection.level == worst).count();

    let mut points = match worst {
        Level::Critical => 50,
        Level::High => 35,
        _ => 20,
    };
    let mut reasons = vec![match of_worst {
        1 => format!("one detection of level {worst}"),
        many => format!("{many} detections of level {worst}"),
    }];
    let mut add = |more: usize, reason: Option<String>| {
        points += more;
        reasons.extend(reason.filter(|_| more > 0));
    };
    let further = kinds.len().saturating_sub(1);
    add((further * 6).min(30), Some(format!("{} different detections of medium level and above", kinds.len())));
    let further = tactics.len().saturating_sub(1);
    add((further * 5).min(30), Some(format!("{} tactics in these", tactics.len())));
    let yes = |holds: bool, points: usize| if holds { points } else { 0 };
    add(yes(remains.blinds, 8), Some("logging or detection was switched off or narrowed".to_owned()));
    add(yes(wrote_after_denials(seen, group), 5), Some("changes succeeded after calls had been refused".to_owned()));
    add(yes(addresses.is_new(seen, group), 5), Some("an address that the identity had not used before".to_owned()));
    let live = remains.still_live.len();
    add(yes(live > 0, 5), Some(format!("{live} changes still live when the records end")));
    add(yes(targets_itself(seen, group), 5), Some("it changed its own permissions".to_owned()));

    let points = u8::try_from(points.min(100)).unwrap_or(100);
    let level = match points {
        80.. => Level::Critical,
        55.. => Level::High,
        LEAST.. => Level::Medium,
        _ => Level::Low,
    };
    let reasons = reasons.iter().map(|reason| SafeText::from_raw(reason, TextKind::Sentence)).collect();
    Score { points, level, reasons }
}

/// Whether a call was refused, and a change was carried out later.
fn wrote_after_denials(seen: &Seen<'_>, group: &Group) -> bool {
    let mut refused = false;
    for at in seen.events_of(group) {
        let Some(row) = seen.trail.row(at) else { continue };
        if !row.succeeded() {
            let code = seen.texts.raw(row.error_code).unwrap_or_default();
            refused |= code.contains("AccessDenied") || code.contains("Unauthorized");
        } else if refused && row.read_only == Some(false) {
            return true;
        }
    }
    false
}

/// Events of an identity before it is known where it comes from.
const KNOWN_AFTER: usize = 10;

/// Of the identities that groups begin with: when each address was first used.
pub(super) struct Addresses(HashMap<u32, HashMap<u32, Timestamp>>);

impl Addresses {
    pub(super) fn of(seen: &Seen<'_>, groups: &[Group]) -> Self {
        let mut first_used: HashMap<u32, HashMap<u32, Timestamp>> = HashMap::default();
        for principal in groups.iter().filter_map(|group| group.principals.first()) {
            first_used.entry(*principal).or_insert_with(|| {
                let mut own = HashMap::default();
                for (row, time) in
                    seen.events_by(*principal).iter().filter_map(|at| seen.trail.row(*at).zip(seen.time(*at)))
                {
                    own.entry(row.source_ip.index()).or_insert(time);
                }
                own
            });
        }
        Self(first_used)
    }

    /// Whether the first identity is known from before, and came from an address that it had never used.
    fn is_new(&self, seen: &Seen<'_>, group: &Group) -> bool {
        let Some(principal) = group.principals.first() else { return false };
        let Some(first_used) = self.0.get(principal) else { return false };
        let events = seen.events_by(*principal);
        let before = events.partition_point(|at| seen.time(*at).is_some_and(|time| time < group.first));
        let now = events.iter().skip(before).take_while(|at| seen.time(**at).is_some_and(|time| time <= group.last));
        let is_new = |at: &EventIndex| {
            let address = seen.trail.row(*at).map(|row| row.source_ip.index());
            address.and_then(|address| first_used.get(&address)).is_some_and(|first| *first >= group.first)
        };
        before >= KNOWN_AFTER && now.copied().any(|at| is_new(&at))
    }
}

fn targets_itself(seen: &Seen<'_>, group: &Group) -> bool {
    seen.changes_in(&group.principals, group.window()).any(|(_, event, change)| {
        let chain = seen.trail.chain(event);
        let own = chain.and_then(|chain| chain.first.name.untrusted().for_matching().rsplit('/').next());
        change.owner.as_deref().is_some_and(|owner| own == Some(owner))
    })
}
