//! Which detections belong together: those of one actor in one stretch of time, and those of identities that he made or
//! opened, or that share his address.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use security_model::Level;

use super::changes::Effect;
use super::seen::{Opened, Seen};
use crate::behavior::EventIndex;
use crate::detect::DetectionRow;
use crate::hash::{HashMap, HashSet};
use crate::names::Name;
use crate::places::{PlaceKind, Purpose};

/// Detections of one actor that lie further apart are two stories.
const PAUSE: SignedDuration = SignedDuration::from_hours(6);
/// What an actor did this long before and after belongs to the story.
const AROUND: SignedDuration = SignedDuration::from_hours(2);
/// An address that more identities use is a proxy, and ties nobody to anybody.
const MOST_BEHIND_ONE_ADDRESS: usize = 3;

/// Detections that tell one story.
#[derive(Debug)]
pub(super) struct Group {
    /// First identities, the one that began first.
    pub(super) principals: Vec<u32>,
    /// Rows of medium level and above.
    pub(super) anchors: Vec<usize>,
    /// Lesser rows of the same identities at that time.
    pub(super) context: Vec<usize>,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

impl Group {
    /// Whether the time belongs to the story.
    pub(super) fn spans(&self, time: Timestamp) -> bool {
        is_between(time, self.first, self.last)
    }

    /// From when to when times belong to it.
    pub(super) fn window(&self) -> (Timestamp, Timestamp) {
        window(self.first, self.last)
    }
}

/// Rows of one identity in one stretch of time.
struct Stretch {
    principal: u32,
    rows: Vec<usize>,
    first: Timestamp,
    last: Timestamp,
}

/// The groups, each with at least one row of medium level or above.
pub(super) fn groups(seen: &Seen<'_>) -> Vec<Group> {
    let stretches = stretches(seen);
    let mut joined = Joined::new(stretches.len());
    join_what_was_made(seen, &stretches, &mut joined);
    join_by_address(seen, &stretches, &mut joined);

    let mut of: BTreeMap<usize, Vec<&Stretch>> = BTreeMap::new();
    for (at, stretch) in stretches.iter().enumerate() {
        of.entry(joined.root(at)).or_default().push(stretch);
    }
    of.into_values().filter_map(|members| group(seen, members)).collect()
}

fn group(seen: &Seen<'_>, mut members: Vec<&Stretch>) -> Option<Group> {
    members.sort_by_key(|stretch| (stretch.first, stretch.principal));
    let first = members.iter().map(|stretch| stretch.first).min()?;
    let last = members.iter().map(|stretch| stretch.last).max()?;
    let mut principals = Vec::new();
    for stretch in &members {
        if !principals.contains(&stretch.principal) {
            principals.push(stretch.principal);
        }
    }
    add_what_was_made(seen, &mut principals, first, last);
    let anchors: Vec<usize> = members.iter().flat_map(|stretch| stretch.rows.iter().copied()).collect();
    let (from, until) = window(first, last);
    let near = |at: &EventIndex| seen.time(*at).is_some_and(|time| from <= time && time <= until);
    let is_context = |row: &DetectionRow| row.detection.level < Level::Medium && row.events.iter().any(near);
    let mut context = seen.rows_by(&principals);
    context.retain(|at| seen.rows.get(*at).is_some_and(is_context));
    Some(Group { principals, anchors, context, first, last })
}

/// Adds identities that the group made or let in, and that had done nothing before.
fn add_what_was_made<'a>(seen: &Seen<'a>, principals: &mut Vec<u32>, first: Timestamp, last: Timestamp) {
    // What was opened several times was so at the first.
    let mut opened: HashSet<Opened<'a>> = HashSet::default();
    let mut let_in: BTreeMap<usize, (u32, Timestamp)> = BTreeMap::new();
    for (_, event, change) in seen.changes_in(principals, window(first, last)) {
        let Some(time) = seen.time(event).filter(|_| change.effect == Effect::Made) else { continue };
        if let Some(new) = Opened::by(seen, event, change).filter(|new| opened.insert(*new)) {
            for (chain, principal) in seen.chains_through(new) {
                let_in.entry(*chain).or_insert((*principal, time));
            }
        }
    }
    let mut known: HashSet<u32> = principals.iter().copied().collect();
    for (principal, time) in let_in.into_values() {
        if seen.first_time(principal).is_some_and(|began| began >= time) && known.insert(principal) {
            principals.push(principal);
        }
    }
}

fn stretches(seen: &Seen<'_>) -> Vec<Stretch> {
    // Event by event: a row tells of one actor and rule over the whole window, and so may belong to several stories.
    let mut of: BTreeMap<u32, Vec<(Timestamp, usize)>> = BTreeMap::new();
    for (at, row) in seen.rows.iter().enumerate().filter(|(_, row)| row.detection.level >= Level::Medium) {
        let Some(principal) = seen.principal(row) else { continue };
        let times = row.events.iter().filter_map(|event| seen.time(*event));
        of.entry(principal).or_default().extend(times.map(|time| (time, at)));
    }
    let mut stretches: Vec<Stretch> = Vec::new();
    for (principal, mut events) in of {
        events.sort_unstable();
        for (time, row) in events {
            match stretches.last_mut() {
                Some(open) if open.principal == principal && time.duration_since(open.last) <= PAUSE => {
                    open.last = time;
                    if !open.rows.contains(&row) {
                        open.rows.push(row);
                    }
                }
                _ => stretches.push(Stretch { principal, rows: vec![row], first: time, last: time }),
            }
        }
    }
    stretches
}

/// Joins an identity with whoever made it, gave it a key or a password, or let it take a role.
fn join_what_was_made<'a>(seen: &Seen<'a>, stretches: &[Stretch], joined: &mut Joined) {
    let mut by: HashMap<u32, Vec<usize>> = HashMap::default();
    let mut through: HashMap<Opened<'a>, Vec<usize>> = HashMap::default();
    for (at, stretch) in stretches.iter().enumerate() {
        by.entry(stretch.principal).or_default().push(at);
        let events = stretch.rows.iter().filter_map(|row| seen.rows.get(*row)?.events.first());
        for opened in events.filter_map(|event| seen.trail.chain(*event)).flat_map(|chain| Opened::needed_by(chain)) {
            let stretches = through.entry(opened).or_default();
            if stretches.last() != Some(&at) {
                stretches.push(at);
            }
        }
    }
    // What is opened again in a stretch lets nobody in whom it had not let in before.
    let mut done: HashSet<(usize, Opened<'a>)> = HashSet::default();
    for (event, change) in seen.changes().iter().filter(|(_, change)| change.effect == Effect::Made) {
        let (Some(maker), Some(time)) = (seen.trail.principal(*event), seen.time(*event)) else { continue };
        let Some(opened) = Opened::by(seen, *event, change) else { continue };
        let maker_at = by.get(&maker).and_then(|own| {
            let is_over = |at: &usize| stretches.get(*at).is_some_and(|own| window(own.first, own.last).1 < time);
            let next = *own.get(own.partition_point(is_over))?;
            stretches.get(next).filter(|own| is_between(time, own.first, own.last)).map(|_| next)
        });
        let Some(maker_at) = maker_at.filter(|at| done.insert((*at, opened))) else { continue };
        for at in through.get(&opened).into_iter().flatten() {
            if stretches.get(*at).is_some_and(|other| other.principal != maker && other.last >= time) {
                joined.join(maker_at, *at);
            }
        }
    }
}

fn is_between(time: Timestamp, first: Timestamp, last: Timestamp) -> bool {
    let (from, until) = window(first, last);
    from <= time && time <= until
}

fn window(first: Timestamp, last: Timestamp) -> (Timestamp, Timestamp) {
    (first.checked_sub(AROUND).unwrap_or(Timestamp::MIN), last.checked_add(AROUND).unwrap_or(Timestamp::MAX))
}

/// Joins identities that were used from one address, unless many are.
fn join_by_address(seen: &Seen<'_>, stretches: &[Stretch], joined: &mut Joined) {
    let mut used: BTreeMap<u32, (Name, Vec<usize>)> = BTreeMap::new();
    for (at, stretch) in stretches.iter().enumerate() {
        let events = stretch.rows.iter().filter_map(|row| seen.rows.get(*row)).flat_map(|row| &row.events);
        let now =
            |event: &EventIndex| seen.time(*event).is_some_and(|time| stretch.first <= time && time <= stretch.last);
        let addresses: HashSet<Name> = events
            .filter(|event| now(event))
            .filter(|event| seen.trail.place(**event).is_some_and(|place| is_somebodys(&place.kind)))
            .filter_map(|event| seen.trail.row(*event).map(|row| row.source_ip))
            .collect();
        for address in addresses {
            used.entry(address.index()).or_insert_with(|| (address, Vec::new())).1.push(at);
        }
    }
    used.retain(|_, (_, users)| users.len() > 1);
    if used.is_empty() {
        return;
    }
    let mut behind: HashMap<u32, HashSet<u32>> = HashMap::default();
    for event in seen.trail.order() {
        let Some((row, principal)) = seen.trail.row(*event).zip(seen.trail.principal(*event)) else { continue };
        if used.contains_key(&row.source_ip.index()) {
            let principals = behind.entry(row.source_ip.index()).or_default();
            if principals.len() <= MOST_BEHIND_ONE_ADDRESS {
                principals.insert(principal);
            }
        }
    }
    for (address, (_, users)) in used {
        if behind.get(&address).is_some_and(|principals| principals.len() > MOST_BEHIND_ONE_ADDRESS) {
            continue;
        }
        for (one, other) in users.iter().zip(users.iter().skip(1)) {
            let apart = |a: &Stretch, b: &Stretch| b.first.duration_since(a.last) > PAUSE;
            let near =
                stretches.get(*one).zip(stretches.get(*other)).is_some_and(|(a, b)| !apart(a, b) && !apart(b, a));
            if near {
                joined.join(*one, *other);
            }
        }
    }
}

/// Addresses that somebody has for himself, as far as can be told.
const fn is_somebodys(kind: &PlaceKind) -> bool {
    match kind {
        PlaceKind::Country(_) | PlaceKind::Unknown => true,
        PlaceKind::SpecialPurpose(range) => matches!(range.purpose, Purpose::Documentation),
        _ => false,
    }
}

/// Disjoint sets.
struct Joined(Vec<usize>);

impl Joined {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while let Some(above) = self.0.get(at).copied().filter(|above| *above != at) {
            // Halved, so that long ways are gone once.
            let higher = self.0.get(above).copied().unwrap_or(above);
            if let Some(own) = self.0.get_mut(at) {
                *own = higher;
            }
            at = higher;
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        if let Some(above) = self.0.get_mut(high) {
            *above = low;
        }
    }
}
