//! Incidents: detections that tell one story, ranked, with a timeline, what was left behind and what to do first.

pub(crate) mod changes;
mod group;
mod remains;
mod score;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use security_model::{Incident, IncidentActor, SafeText, TextKind, rfc3339};
use sha2::{Digest, Sha256};

use self::changes::{Change, Sort};
use self::group::Group;
use crate::behavior::EventIndex;
use crate::cloudtrail::behind::{Changed, Story};
use crate::detect::{DetectionRow, short_principal};
use crate::hash::HashMap;
use crate::identity::Chain;
use crate::names::Texts;
use crate::trail::Replay;

/// Most keys, addresses and identities that are listed of one incident.
const MOST_LISTED: usize = 20;

/// What incidents are made of.
struct Seen<'a> {
    rows: &'a [DetectionRow],
    trail: &'a Replay,
    texts: &'a Texts,
    /// Of every event of the trail: where it stands in the order of time.
    positions: Vec<usize>,
    /// Of every first identity: its events in the order of time.
    by_principal: Vec<Vec<EventIndex>>,
    /// Lasting changes in the order of time.
    changes: Vec<(EventIndex, &'a Change)>,
    /// Of every first identity: where its changes stand, in order.
    changes_by: HashMap<u32, Vec<usize>>,
    /// Where the changes of one thing stand, in order.
    changes_of: HashMap<(Sort, &'a str), Vec<usize>>,
    /// Of every first identity: where its rows stand.
    rows_by: HashMap<u32, Vec<usize>>,
}

/// What is told of a trail.
pub(crate) struct Told {
    /// Worst first, each with who acted when.
    pub(crate) incidents: Vec<(Incident, Story)>,
    /// Everything that lasts, whoever made it, in the order of time.
    pub(crate) changes: Vec<Changed>,
}

pub(crate) fn told(rows: &[DetectionRow], trail: &Replay, texts: &Texts) -> Told {
    let seen = Seen::new(rows, trail, texts);
    let groups = group::groups(&seen);
    let mut incidents: Vec<(Incident, Story)> = groups.iter().filter_map(|group| seen.told(group)).collect();
    incidents.sort_by(|(a, _), (b, _)| {
        b.score.cmp(&a.score).then_with(|| (&a.first_seen, &a.id).cmp(&(&b.first_seen, &b.id)))
    });
    Told { incidents, changes: remains::all(&seen) }
}

impl<'a> Seen<'a> {
    fn new(rows: &'a [DetectionRow], trail: &'a Replay, texts: &'a Texts) -> Self {
        let mut positions = vec![usize::MAX; trail.order().len()];
        let mut by_principal: Vec<Vec<EventIndex>> = Vec::new();
        for (position, at) in trail.order().iter().enumerate() {
            positions.iter_mut().skip(at.index()).take(1).for_each(|own| *own = position);
            if let Some(principal) = trail.principal(*at).and_then(|principal| usize::try_from(principal).ok()) {
                by_principal.resize_with(by_principal.len().max(principal + 1), Vec::new);
                by_principal.iter_mut().skip(principal).take(1).for_each(|events| events.push(*at));
            }
        }
        let mut changes: Vec<(EventIndex, &Change)> =
            trail.changes().iter().map(|(at, change)| (*at, change)).collect();
        changes.sort_by_key(|(at, _)| positions.get(at.index()).copied());
        let mut changes_by: HashMap<u32, Vec<usize>> = HashMap::default();
        let mut changes_of: HashMap<(Sort, &str), Vec<usize>> = HashMap::default();
        for (place, (at, change)) in changes.iter().enumerate() {
            changes_of.entry(remains::thing(change)).or_default().push(place);
            if let Some(principal) = trail.principal(*at) {
                changes_by.entry(principal).or_default().push(place);
            }
        }
        let mut rows_by: HashMap<u32, Vec<usize>> = HashMap::default();
        for (at, row) in rows.iter().enumerate() {
            if let Some(principal) = principal_of(row, trail) {
                rows_by.entry(principal).or_default().push(at);
            }
        }
        Self { rows, trail, texts, positions, by_principal, changes, changes_by, changes_of, rows_by }
    }

    fn time(&self, at: EventIndex) -> Option<Timestamp> {
        self.trail.time(at)
    }

    fn position(&self, at: EventIndex) -> usize {
        self.positions.get(at.index()).copied().unwrap_or(usize::MAX)
    }

    fn changes(&self) -> &[(EventIndex, &'a Change)] {
        &self.changes
    }

    /// Changes by these first identities, each with where it stands, in the order of time.
    fn changes_by(&self, principals: &[u32]) -> impl Iterator<Item = (usize, EventIndex, &'a Change)> {
        let places = together(&self.changes_by, principals);
        places.into_iter().filter_map(|place| self.changes.get(place).map(|(at, change)| (place, *at, *change)))
    }

    /// Changes of one thing after the one at this place, in the order of time.
    fn changes_after<'s>(
        &'s self,
        place: usize,
        thing: (Sort, &'s str),
    ) -> impl Iterator<Item = (EventIndex, &'s Change)> {
        let places = self.changes_of.get(&thing).map_or(&[][..], Vec::as_slice);
        let later = places.partition_point(|other| *other <= place);
        places.iter().skip(later).filter_map(|place| self.changes.get(*place).copied())
    }

    /// The first identity behind a row.
    fn principal(&self, row: &DetectionRow) -> Option<u32> {
        principal_of(row, self.trail)
    }

    /// Rows of these first identities, in order.
    fn rows_by(&self, principals: &[u32]) -> Vec<usize> {
        together(&self.rows_by, principals)
    }

    /// When the first identity made its first call.
    fn first_time(&self, principal: u32) -> Option<Timestamp> {
        self.time(*self.events_by(principal).first()?)
    }

    /// Events of the first identity, in the order of time, those without time last.
    fn events_by(&self, principal: u32) -> &[EventIndex] {
        usize::try_from(principal).ok().and_then(|at| self.by_principal.get(at)).map_or(&[], Vec::as_slice)
    }

    /// Events of the group's identities at its time, in order.
    fn events_of(&self, group: &Group) -> Vec<EventIndex> {
        let (from, until) = group.window();
        let mut found: Vec<EventIndex> = Vec::new();
        for events in group.principals.iter().map(|principal| self.events_by(*principal)) {
            let start = events.partition_point(|at| self.time(*at).is_some_and(|time| time < from));
            let end = events.partition_point(|at| self.time(*at).is_some_and(|time| time <= until));
            found.extend(events.get(start..end).unwrap_or_default());
        }
        found.sort_unstable_by_key(|at| self.position(*at));
        found
    }

    /// Whether a call of this first identity was carried out, and not only tried.
    fn did_something(&self, group: &Group, chain: &Chain) -> bool {
        self.events_of(group).into_iter().any(|at| {
            self.trail.row(at).is_some_and(|row| row.succeeded())
                && self.trail.chain(at).is_some_and(|own| own.first.name == chain.first.name)
        })
    }

    /// What the event is about, where that is kept.
    fn target(&self, at: EventIndex) -> Option<SafeText> {
        let first = self.changes.partition_point(|(event, _)| self.position(*event) < self.position(at));
        let changed =
            self.changes.get(first).filter(|(event, _)| *event == at).map(|(_, change)| change.shown().clone());
        changed.or_else(|| self.trail.target(at).map(|target| SafeText::from_raw(&target, TextKind::Reference)))
    }

    fn told(&self, group: &Group) -> Option<(Incident, Story)> {
        let remains = remains::of(self, group);
        let score = score::of(self, group, &remains);
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

/// The places of all these first identities, in order.
fn together(places: &HashMap<u32, Vec<usize>>, principals: &[u32]) -> Vec<usize> {
    let mut all: Vec<usize> =
        principals.iter().filter_map(|principal| places.get(principal)).flatten().copied().collect();
    all.sort_unstable();
    all
}

fn principal_of(row: &DetectionRow, trail: &Replay) -> Option<u32> {
    trail.principal(row.deed.or_else(|| row.events.first().copied())?)
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
