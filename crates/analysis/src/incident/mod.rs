//! Incidents: detections that tell one story, ranked, with a timeline, what was left behind and what to do first.

pub(crate) mod changes;
mod group;
mod remains;
mod score;
mod seen;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use security_model::{Incident, IncidentActor, SafeText, TextKind, rfc3339};
use sha2::{Digest, Sha256};

use self::group::Group;
use self::score::Addresses;
use self::seen::Seen;
use crate::behavior::EventIndex;
use crate::cloudtrail::behind::{Changed, Story};
use crate::detect::{DetectionRow, short_principal};
use crate::identity::Chain;
use crate::names::Texts;
use crate::trail::Replay;

/// Most keys, addresses and identities that are listed of one incident.
const MOST_LISTED: usize = 20;

/// What is told of a trail.
pub(crate) struct Told {
    /// Worst first, each with who acted when.
    pub(crate) incidents: Vec<(Incident, Story)>,
    /// Everything that lasts, whoever made it, in the order of time.
    pub(crate) changes: Vec<Changed>,
    /// Rows that belong to incidents, each with the id of the worst.
    pub(crate) members: BTreeMap<usize, String>,
}

pub(crate) fn told(rows: &[DetectionRow], trail: &Replay, texts: &Texts) -> Told {
    let seen = Seen::new(rows, trail, texts);
    let groups = group::groups(&seen);
    let addresses = Addresses::of(&seen, &groups);
    let told = |group| seen.told(group, &addresses).map(|told| (told, group));
    let mut told: Vec<((Incident, Story), &Group)> = groups.iter().filter_map(told).collect();
    told.sort_by(|((a, _), _), ((b, _), _)| {
        b.score.cmp(&a.score).then_with(|| (&a.first_seen, &a.id).cmp(&(&b.first_seen, &b.id)))
    });
    let mut members = BTreeMap::new();
    for ((incident, _), group) in &told {
        for row in group.anchors.iter().chain(&group.context) {
            members.entry(*row).or_insert_with(|| incident.id.clone());
        }
    }
    Told { incidents: told.into_iter().map(|(told, _)| told).collect(), changes: remains::all(&seen), members }
}

impl Seen<'_> {
    /// What the event is about, where that is kept.
    fn target(&self, at: EventIndex) -> Option<SafeText> {
        let changed = self.change_of(at).map(|change| change.shown().clone());
        changed.or_else(|| self.trail.target(at).map(|target| SafeText::from_raw(&target, TextKind::Reference)))
    }

    fn told(&self, group: &Group, addresses: &Addresses) -> Option<(Incident, Story)> {
        let remains = remains::of(self, group);
        let score = score::of(self, group, &remains, addresses);
        if score.points < score::LEAST {
            return None;
        }
        let timeline::Timeline { entries: timeline, tactics, first: told_from, last: told_until } =
            timeline::of(self, group);
        let chains = self.chains(group);
        let next_steps = remains::next_steps(self, group, &chains, &remains);
        let mut detections: Vec<SafeText> = Vec::new();
        for row in group.anchors.iter().chain(&group.context).filter_map(|at| self.rows.get(*at)) {
            if !detections.contains(&row.detection.id) {
                detections.push(row.detection.id.clone());
            }
        }
        let incident = Incident {
            id: id(self.trail.principal_name(*group.principals.first()?)?.untrusted().for_matching(), group.first),
            title: self.title(group, &tactics)?,
            level: score.level,
            score: score.points,
            reasons: score.reasons,
            actor: self.actor(group, &chains)?,
            first_seen: timeline.first().and_then(|entry| entry.time.clone()).or_else(|| Some(rfc3339(group.first))),
            last_seen: timeline.last().and_then(|entry| entry.time.clone()).or_else(|| Some(rfc3339(group.last))),
            tactics,
            timeline,
            resources: remains.resources,
            left_behind: remains.left_behind,
            still_live: remains.still_live,
            detections,
            findings: Vec::new(),
            next_steps,
        };
        let names = group.principals.iter().filter_map(|principal| self.trail.principal_name(*principal).cloned());
        Some((
            incident,
            Story { principals: names.collect(), first: group.first.min(told_from), last: group.last.max(told_until) },
        ))
    }

    fn title(&self, group: &Group, tactics: &[String]) -> Option<SafeText> {
        let anchors = group.anchors.iter().filter_map(|at| self.rows.get(*at));
        let worst =
            anchors.min_by_key(|row| (std::cmp::Reverse(row.detection.level), row.detection.first_seen.clone()))?;
        let who = short_principal(&self.trail.principal_name(*group.principals.first()?)?.safe());
        let span = match tactics {
            [first, .., last] => format!(", {} tactics from {first} to {last}", tactics.len()),
            _ => String::new(),
        };
        let title = format!("{}: {}{span}", who.code_span(), plain(&worst.detection.title));
        Some(SafeText::from_raw(&title, TextKind::Sentence))
    }

    /// Events of the group's detections at its time, in order, each once.
    fn detected(&self, group: &Group) -> Vec<EventIndex> {
        let rows = group.anchors.iter().chain(&group.context).filter_map(|at| self.rows.get(*at));
        let now = |at: &EventIndex| self.time(*at).is_some_and(|time| group.spans(time));
        let mut events: Vec<EventIndex> = rows.flat_map(|row| row.events.iter().copied()).filter(now).collect();
        events.sort_by_key(|at| self.position(*at));
        events.dedup();
        events
    }

    /// The chains of the group's events, each once, in order of first use.
    fn chains(&self, group: &Group) -> Vec<&Chain> {
        let events = self.detected(group);
        let mut chains: Vec<&Chain> = Vec::new();
        for chain in events.into_iter().filter_map(|at| self.trail.chain(at)) {
            if chains.len() < MOST_LISTED && !chains.contains(&&**chain) {
                chains.push(chain);
            }
        }
        chains
    }

    fn actor(&self, group: &Group, chains: &[&Chain]) -> Option<IncidentActor> {
        let first = chains.iter().find(|chain| {
            self.trail.principal_name(group.principals.first().copied().unwrap_or_default()) == Some(&chain.first.name)
        })?;
        let mut chain: Vec<SafeText> = Vec::new();
        let mut add = |text: &str| {
            let text = SafeText::from_raw(text, TextKind::Sentence);
            if chain.len() < MOST_LISTED && !chain.contains(&text) {
                chain.push(text);
            }
        };
        for one in chains {
            add(&format!("{} ({})", one.first.name.safe(), one.first.kind.label()));
            for link in &one.links {
                add(&format!("{} ({})", link.who.name.safe(), link.how.event_name()));
            }
        }
        let mut keys: BTreeSet<SafeText> = BTreeSet::new();
        let mut addresses: BTreeMap<SafeText, usize> = BTreeMap::new();
        for at in self.detected(group) {
            if let Some(key) = self.trail.access_key(at, self.texts) {
                keys.insert(SafeText::from_raw(key, TextKind::Identifier));
            }
            if let Some(address) =
                self.trail.row(at).and_then(|row| self.texts.safe(row.source_ip, TextKind::Identifier))
            {
                let place = self.trail.place(at).map(|place| format!("{address}, {place}"));
                let shown =
                    place.map_or_else(|| address.clone(), |place| SafeText::from_raw(&place, TextKind::Reference));
                *addresses.entry(shown).or_default() += 1;
            }
        }
        let mut source_ips: Vec<(SafeText, usize)> = addresses.into_iter().collect();
        source_ips.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        Some(IncidentActor {
            principal: first.first.name.safe(),
            kind: first.first.kind.label().to_owned(),
            account: first.first.account.as_ref().map(crate::identity::Text::safe),
            chain,
            access_keys: keys.into_iter().take(MOST_LISTED).collect(),
            source_ips: source_ips.into_iter().map(|(address, _)| address).take(MOST_LISTED).collect(),
        })
    }
}

/// A title as it may stand in markdown: a stranger's rule may have anything in its own.
fn plain(title: &SafeText) -> String {
    let harmless = |c: char| c.is_alphanumeric() || " ,.:;'-/".contains(c);
    if title.as_str().chars().all(harmless) { title.to_string() } else { title.code_span() }
}

/// A short name that the same records give again.
fn id(principal: &str, first: Timestamp) -> String {
    let digest = Sha256::digest(format!("{principal}\n{first}").as_bytes());
    let hex: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("incident-{hex}")
}
