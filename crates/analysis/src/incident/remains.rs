//! What an intruder left behind, what of it is still live when the records end, and what to do about it.

use security_model::{LastingChange, SafeText, TextKind, rfc3339};

use super::changes::{Change, Effect, Sort};
use super::group::Group;
use super::seen::Seen;
use crate::behavior::EventIndex;
use crate::cloudtrail::behind::Changed;
use crate::detect::short_principal;
use crate::hash::{HashMap, HashSet};
use crate::identity::{Chain, IdentityKind};

/// Most changes that are listed.
const MOST: usize = 60;
/// Most changes that an analysis tells of in all.
const MOST_OF_ALL: usize = 5_000;
/// How many later values of a setting are looked at.
const LOOKED_AHEAD: usize = 20_000;
/// Most steps about changes of one sort; `still_live` has all of them.
const MOST_OF_A_SORT: usize = 3;
/// Most steps.
const MOST_STEPS: usize = 20;

/// Lasting changes of a group.
#[derive(Debug, Default)]
pub(super) struct Remains {
    pub(super) left_behind: Vec<LastingChange>,
    pub(super) still_live: Vec<LastingChange>,
    /// Sorts of what is still live, in the same order.
    pub(super) live: Vec<(Sort, SafeText)>,
    /// Whether somebody was blinded.
    pub(super) blinds: bool,
    /// What was touched.
    pub(super) resources: Vec<SafeText>,
}

pub(super) fn of(seen: &Seen<'_>, group: &Group) -> Remains {
    let mut remains = Remains::default();
    let mut known: HashSet<(Sort, &str)> = HashSet::default();
    let mut touched: HashSet<&str> = HashSet::default();
    for (place, event, change) in seen.changes_in(&group.principals, group.window()) {
        remains.blinds |= change.effect == Effect::Made && change.sort.blinds();
        if remains.resources.len() < MOST && touched.insert(&change.object) {
            let shown = change.shown();
            if !remains.resources.contains(shown) {
                remains.resources.push(shown.clone());
            }
        }
        if change.effect == Effect::Undone || !known.insert(thing(change)) || known.len() > MOST {
            continue;
        }
        let row = lasting(seen, event, change);
        if is_live(seen, Some(group), place, change) {
            remains.still_live.push(row.clone());
            remains.live.push((change.sort, change.shown().clone()));
        }
        remains.left_behind.push(row);
    }
    remains
}

/// Every change that was made, in the order of time.
pub(super) fn all(seen: &Seen<'_>) -> Vec<Changed> {
    let changes = seen.changes();
    let made = changes.iter().enumerate().filter(|(_, (_, change))| change.effect == Effect::Made).take(MOST_OF_ALL);
    made.map(|(place, (at, change))| Changed {
        at: *at,
        change: lasting(seen, *at, change),
        is_live: is_live(seen, None, place, change),
    })
    .collect()
}

/// Whether nothing after it takes the change at `place` back: its opposite, the end of the user whose it is, or, of settings
/// that are overwritten, somebody else's new value.
fn is_live(seen: &Seen<'_>, group: Option<&Group>, place: usize, change: &Change) -> bool {
    let is_undone = seen.is_undone_after(place, thing(change))
        || change.owner.as_ref().is_some_and(|owner| seen.is_undone_after(place, (Sort::User, owner)));
    !is_undone && !group.is_some_and(|group| is_overwritten(seen, group, place, change))
}

/// Whether somebody outside of the group gave the thing another value later.
fn is_overwritten(seen: &Seen<'_>, group: &Group, place: usize, change: &Change) -> bool {
    let is_setting =
        matches!(change.sort, Sort::TrustPolicy | Sort::BucketPolicy | Sort::TrailWeakened | Sort::FunctionCode);
    let by_another = |event| seen.trail.principal(event).is_some_and(|by| !group.principals.contains(&by));
    is_setting
        && seen
            .changes_after(place, thing(change))
            .take(LOOKED_AHEAD)
            .any(|(event, later)| later.effect == Effect::Made && by_another(event))
}

/// What is changed: changes that take each other back have it in common.
pub(super) fn thing(change: &Change) -> (Sort, &str) {
    (change.sort, key(change))
}

/// What is the same thing under two names: trails go by name and by ARN.
fn key(change: &Change) -> &str {
    match change.sort {
        Sort::TrailStopped | Sort::TrailDeleted | Sort::TrailWeakened => {
            change.object.rsplit('/').next().unwrap_or(&change.object)
        }
        _ => &change.object,
    }
}

fn lasting(seen: &Seen<'_>, event: EventIndex, change: &Change) -> LastingChange {
    let event_id = seen.trail.event_id(event, seen.texts);
    LastingChange {
        kind: change.sort.label().to_owned(),
        name: change.shown().clone(),
        time: seen.time(event).map(rfc3339),
        event_id: Some(event_id).filter(|id| !id.is_empty()).map(|id| SafeText::from_raw(&id, TextKind::Identifier)),
    }
}

/// What to do, most urgent first: stop whoever acts, see again, close what is open.
pub(super) fn next_steps(seen: &Seen<'_>, group: &Group, chains: &[&Chain], remains: &Remains) -> Vec<SafeText> {
    let mut steps: Vec<String> = Vec::new();
    let mut add = |step: String| {
        if steps.len() < MOST_STEPS && !steps.contains(&step) {
            steps.push(step);
        }
    };
    // Identities that the intruder made go with what made them.
    let is_new = |chain: &Chain| {
        let name = short_principal(&chain.first.name.safe());
        let name = name.as_str().strip_prefix("user/");
        remains.left_behind.iter().any(|change| change.kind == Sort::User.label() && name == Some(change.name.as_str()))
    };
    for chain in chains.iter().filter(|chain| !is_new(chain) && seen.did_something(group, chain)) {
        if let Some(step) = stop(chain) {
            add(step);
        }
    }
    let (blind, other): (Vec<_>, Vec<_>) = remains.live.iter().partition(|(sort, _)| sort.blinds());
    let mut of_sort: HashMap<Sort, usize> = HashMap::default();
    for (sort, name) in blind.into_iter().chain(other) {
        let before = of_sort.entry(*sort).or_default();
        *before += 1;
        if *before <= MOST_OF_A_SORT {
            add(sort.remedy(&name.code_span()));
        }
    }
    for chain in chains {
        for link in chain.links.iter().filter(|link| link.who.kind == IdentityKind::Role) {
            add(format!("Revoke the sessions of {}.", short_principal(&link.who.name.safe()).code_span()));
        }
    }
    steps.into_iter().map(|step| SafeText::from_raw(&step, TextKind::Sentence)).collect()
}

/// How to stop the first identity.
fn stop(chain: &Chain) -> Option<String> {
    let first = &chain.first;
    let who = short_principal(&first.name.safe()).code_span();
    Some(match (first.kind, &first.access_key) {
        (IdentityKind::LongTermKey, Some(key)) => {
            format!("Deactivate access key {} of {who}, and find where it leaked.", key.safe().code_span())
        }
        (IdentityKind::Root, _) => {
            "Change the root password, remove root access keys and check its second factor.".to_owned()
        }
        (IdentityKind::IamUser | IdentityKind::LongTermKey, _) => {
            format!("Reset the password of {who}, and deny its sessions until it is known who used it.")
        }
        (IdentityKind::Role | IdentityKind::Ec2Instance | IdentityKind::LambdaFunction | IdentityKind::EcsTask, _) => {
            format!("Revoke the sessions of {who}.")
        }
        (
            IdentityKind::SamlUser
            | IdentityKind::WebIdentityUser
            | IdentityKind::IdentityCenterUser
            | IdentityKind::FederatedUser,
            _,
        ) => {
            format!("Suspend {who} at the identity provider, and revoke the sessions.")
        }
        _ => return None,
    })
}
