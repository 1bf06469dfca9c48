//! What incidents are made of, with what is looked up in it.
//!
//! A window may hold thousands of stories of thousands of identities: whatever is asked for each of them is found by its
//! name, identity or time, and not by going through everything.

use jiff::Timestamp;

use super::changes::{Change, Effect, Sort};
use super::group::Group;
use super::remains;
use crate::behavior::EventIndex;
use crate::detect::DetectionRow;
use crate::hash::HashMap;
use crate::identity::{Chain, Text};
use crate::names::Texts;
use crate::trail::Replay;

/// What incidents are made of.
pub(super) struct Seen<'a> {
    pub(super) rows: &'a [DetectionRow],
    pub(super) trail: &'a Replay,
    pub(super) texts: &'a Texts,
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
    /// Where the last change stands that undid a thing.
    undone: HashMap<(Sort, &'a str), usize>,
    /// Of what was opened: where the chains stand that need it, each with the number of its first identity.
    chains_through: HashMap<Opened<'a>, Vec<(usize, u32)>>,
    /// Of every first identity: where its rows stand.
    rows_by: HashMap<u32, Vec<usize>>,
}

/// What lets somebody in: a user with a key or password, or a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Opened<'a> {
    User { account: Option<&'a str>, name: &'a str },
    Role(&'a str),
}

impl<'a> Opened<'a> {
    /// What a change made, or let in.
    pub(super) fn by(seen: &Seen<'a>, event: EventIndex, change: &'a Change) -> Option<Self> {
        match change.sort {
            Sort::User | Sort::ConsolePassword | Sort::AccessKey => {
                let account = seen.trail.row(event).and_then(|row| seen.texts.raw(row.account));
                Some(Self::User { account, name: change.owner.as_deref().unwrap_or(&change.object) })
            }
            Sort::TrustPolicy | Sort::Role => Some(Self::Role(&change.object)),
            _ => None,
        }
    }

    /// What a chain needs.
    pub(super) fn needed_by(chain: &'a Chain) -> impl Iterator<Item = Self> {
        let account = chain.first.account.as_ref().map(|account| account.untrusted().for_matching());
        let user = name_in(&chain.first.name, ":user/").map(|name| Self::User { account, name });
        user.into_iter().chain(chain.links.iter().filter_map(|link| name_in(&link.who.name, ":role/")).map(Self::Role))
    }
}

/// The name in an ARN of this kind, whatever its path.
fn name_in<'a>(arn: &'a Text, kind: &str) -> Option<&'a str> {
    arn.untrusted().for_matching().split_once(kind)?.1.rsplit('/').next()
}

impl<'a> Seen<'a> {
    pub(super) fn new(rows: &'a [DetectionRow], trail: &'a Replay, texts: &'a Texts) -> Self {
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
        let mut undone: HashMap<(Sort, &str), usize> = HashMap::default();
        for (place, (at, change)) in changes.iter().enumerate() {
            changes_of.entry(remains::thing(change)).or_default().push(place);
            if change.effect == Effect::Undone {
                undone.insert(remains::thing(change), place);
            }
            if let Some(principal) = trail.principal(*at) {
                changes_by.entry(principal).or_default().push(place);
            }
        }
        let mut chains_through: HashMap<Opened<'_>, Vec<(usize, u32)>> = HashMap::default();
        for (at, (principal, chain)) in trail.chains().enumerate() {
            for opened in Opened::needed_by(chain) {
                chains_through.entry(opened).or_default().push((at, principal));
            }
        }
        let mut rows_by: HashMap<u32, Vec<usize>> = HashMap::default();
        for (at, row) in rows.iter().enumerate() {
            if let Some(principal) = principal_of(row, trail) {
                rows_by.entry(principal).or_default().push(at);
            }
        }
        Self {
            rows,
            trail,
            texts,
            positions,
            by_principal,
            changes,
            changes_by,
            changes_of,
            undone,
            chains_through,
            rows_by,
        }
    }

    pub(super) fn time(&self, at: EventIndex) -> Option<Timestamp> {
        self.trail.time(at)
    }

    pub(super) fn position(&self, at: EventIndex) -> usize {
        self.positions.get(at.index()).copied().unwrap_or(usize::MAX)
    }

    pub(super) fn changes(&self) -> &[(EventIndex, &'a Change)] {
        &self.changes
    }

    /// Changes by the group's identities at its time, each with where it stands, in the order of time.
    pub(super) fn changes_in(
        &self,
        principals: &[u32],
        window: (Timestamp, Timestamp),
    ) -> impl Iterator<Item = (usize, EventIndex, &'a Change)> {
        let time = |place: &usize| self.changes.get(*place).and_then(|(at, _)| self.time(*at));
        let mut found: Vec<usize> = Vec::new();
        for places in principals.iter().filter_map(|principal| self.changes_by.get(principal)) {
            found.extend(within(places, window, time));
        }
        found.sort_unstable();
        found.into_iter().filter_map(|place| self.changes.get(place).map(|(at, change)| (place, *at, *change)))
    }

    /// The first change that this event made.
    pub(super) fn change_of(&self, at: EventIndex) -> Option<&'a Change> {
        let first = self.changes.partition_point(|(event, _)| self.position(*event) < self.position(at));
        self.changes.get(first).filter(|(event, _)| *event == at).map(|(_, change)| *change)
    }

    /// Whether a change after the one at this place undoes the thing.
    pub(super) fn is_undone_after(&self, place: usize, thing: (Sort, &str)) -> bool {
        self.undone.get(&thing).is_some_and(|last| *last > place)
    }

    /// Changes of one thing after the one at this place, in the order of time.
    pub(super) fn changes_after<'s>(
        &'s self,
        place: usize,
        thing: (Sort, &'s str),
    ) -> impl Iterator<Item = (EventIndex, &'s Change)> {
        let places = self.changes_of.get(&thing).map_or(&[][..], Vec::as_slice);
        let later = places.partition_point(|other| *other <= place);
        places.iter().skip(later).filter_map(|place| self.changes.get(*place).copied())
    }

    /// The first identity behind a row.
    pub(super) fn principal(&self, row: &DetectionRow) -> Option<u32> {
        principal_of(row, self.trail)
    }

    /// Rows of these first identities, in order.
    pub(super) fn rows_by(&self, principals: &[u32]) -> Vec<usize> {
        let mut rows: Vec<usize> =
            principals.iter().filter_map(|principal| self.rows_by.get(principal)).flatten().copied().collect();
        rows.sort_unstable();
        rows
    }

    /// The chains that need what was opened, each with where it stands among all, and with the number of its first identity.
    pub(super) fn chains_through(&self, opened: Opened<'a>) -> &[(usize, u32)] {
        self.chains_through.get(&opened).map_or(&[], Vec::as_slice)
    }

    /// When the first identity made its first call.
    pub(super) fn first_time(&self, principal: u32) -> Option<Timestamp> {
        self.time(*self.events_by(principal).first()?)
    }

    /// Events of the first identity, in the order of time, those without time last.
    pub(super) fn events_by(&self, principal: u32) -> &[EventIndex] {
        usize::try_from(principal).ok().and_then(|at| self.by_principal.get(at)).map_or(&[], Vec::as_slice)
    }

    /// Events of the group's identities at its time, in order.
    pub(super) fn events_of(&self, group: &Group) -> Vec<EventIndex> {
        let mut found: Vec<EventIndex> = Vec::new();
        for events in group.principals.iter().map(|principal| self.events_by(*principal)) {
            found.extend(within(events, group.window(), |at| self.time(*at)));
        }
        found.sort_unstable_by_key(|at| self.position(*at));
        found
    }

    /// Whether a call of this first identity was carried out, and not only tried.
    pub(super) fn did_something(&self, group: &Group, chain: &Chain) -> bool {
        self.events_of(group).into_iter().any(|at| {
            self.trail.row(at).is_some_and(|row| row.succeeded())
                && self.trail.chain(at).is_some_and(|own| own.first.name == chain.first.name)
        })
    }
}

/// What of a list in the order of time, those without time last, lies in a window.
fn within<T>(list: &[T], (from, until): (Timestamp, Timestamp), time: impl Fn(&T) -> Option<Timestamp>) -> &[T] {
    let start = list.partition_point(|one| time(one).is_some_and(|time| time < from));
    let end = list.partition_point(|one| time(one).is_some_and(|time| time <= until));
    list.get(start..end).unwrap_or_default()
}

fn principal_of(row: &DetectionRow, trail: &Replay) -> Option<u32> {
    trail.principal(row.deed.or_else(|| row.events.first().copied())?)
}
