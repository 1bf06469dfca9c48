//! Calls that hand out credentials: to whom, and for which session.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;
use security_model::{EventView, RawJson, Untrusted};

use super::caller::{Caller, CallerKind, KeptCaller, access_key};
use super::chain::How;
use super::json::{member, members, string};
use super::shelf::{Full, Shelf, as_kept};
use crate::hash::HashMap;

/// Most calls remembered for one access key. AWS issues a key once, in one or two records.
const MOST_OF_A_KEY: usize = 4;
/// Most calls remembered for one session name of a role.
const MOST_OF_A_NAME: usize = 64;

/// A call that handed out credentials.
#[derive(Debug)]
pub(super) struct Issuance {
    pub(super) how: How,
    pub(super) time: Option<Timestamp>,
    pub(super) event_id: Option<Arc<str>>,
    pub(super) caller: KeptCaller,
    /// ARN of the session that the credentials are of.
    pub(super) session_arn: Option<Arc<str>>,
    /// The key that was handed out.
    pub(super) key: Option<Arc<str>>,
    pub(super) shared_event_id: Option<Arc<str>>,
}

impl Issuance {
    pub(super) fn is_of_other_account(&self) -> bool {
        self.caller.kind() == CallerKind::AwsAccount
    }

    /// Whether the other call was made by somebody else.
    fn is_by_another(&self, other: &Self) -> bool {
        let (one, other) = (self.caller.lend(), other.caller.lend());
        let has_sessions = matches!(one.kind, CallerKind::AssumedRole | CallerKind::AwsAccount);
        let other_session = has_sessions
            && (one.session != other.session || one.key.zip(other.key).is_some_and(|(one, other)| one != other));
        one.principal != other.principal || other_session
    }
}

/// The calls, and where to find them.
#[derive(Debug)]
pub(super) struct Issuances {
    all: Vec<Issuance>,
    by_key: HashMap<Arc<str>, Calls>,
    by_session: HashMap<Arc<str>, Calls>,
    by_session_id: HashMap<Arc<str>, Calls>,
    by_shared_id: HashMap<Arc<str>, Calls>,
    most: usize,
    dropped: u64,
}

/// Calls of one key or session: where they stand, and how many more there were.
#[derive(Debug, Default)]
struct Calls {
    at: Vec<Place>,
    more: bool,
}

/// Where a call stands, and when it was made, so that others can be put before or after it without looking at it.
#[derive(Clone, Copy, Debug)]
struct Place {
    time: Option<Timestamp>,
    at: u32,
}

/// Calls that fit, and whether others were left out.
pub(super) struct Candidates<'a> {
    /// Where they stand, with themselves.
    pub(super) of: Vec<(u32, &'a Issuance)>,
    /// Whether there were more than are kept.
    pub(super) more: bool,
}

impl Candidates<'_> {
    /// Whether several callers are named. What another account says of a caller counts where its own says nothing.
    pub(super) fn disagree(&self) -> bool {
        let has_own = self.of.iter().any(|(_, call)| !call.is_of_other_account());
        let mut known = self.of.iter().map(|(_, call)| *call).filter(|call| call.is_of_other_account() != has_own);
        let first = known.next();
        self.more || first.is_some_and(|first| known.any(|call| first.is_by_another(call)))
    }
}

impl Issuances {
    pub(super) fn new(most: usize) -> Self {
        Self {
            all: Vec::new(),
            by_key: HashMap::default(),
            by_session: HashMap::default(),
            by_session_id: HashMap::default(),
            by_shared_id: HashMap::default(),
            most,
            dropped: 0,
        }
    }

    /// Calls that were left out for want of room.
    pub(super) const fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn get(&self, at: u32) -> Option<&Issuance> {
        self.all.get(usize::try_from(at).ok()?)
    }

    pub(super) fn of_key(&self, key: &str) -> Option<Candidates<'_>> {
        self.candidates(self.by_key.get(as_kept(key).as_ref())?)
    }

    pub(super) fn of_session(&self, arn: &str) -> Option<Candidates<'_>> {
        self.candidates(self.by_session.get(as_kept(arn).as_ref())?)
    }

    /// By the id of the session, `AROAEXAMPLE:name`.
    pub(super) fn of_session_id(&self, id: &str) -> Option<Candidates<'_>> {
        self.candidates(self.by_session_id.get(as_kept(id).as_ref())?)
    }

    /// The record of the same call in the caller's own account.
    pub(super) fn counterpart(&self, call: &Issuance) -> Option<u32> {
        self.of_own_account(call.shared_event_id.as_deref()?, &call.caller.lend())
    }

    /// The record with this `sharedEventID` in the account of the caller, which the other account's record names.
    pub(super) fn of_own_account(&self, shared_event_id: &str, caller: &Caller<'_>) -> Option<u32> {
        let pair = self.candidates(self.by_shared_id.get(as_kept(shared_event_id).as_ref())?)?;
        let is_own = |call: &Issuance| !call.is_of_other_account() && call.caller.lend().account == caller.account;
        pair.of.iter().find(|(_, call)| is_own(call)).map(|(at, _)| *at)
    }

    fn candidates(&self, places: &Calls) -> Option<Candidates<'_>> {
        let of: Vec<(u32, &Issuance)> =
            places.at.iter().filter_map(|place| Some((place.at, self.get(place.at)?))).collect();
        (!of.is_empty()).then_some(Candidates { of, more: places.more })
    }

    /// Takes note of the event if it handed out credentials; its place if it did and there was room.
    pub(super) fn observe(&mut self, event: &EventView<'_>, shelf: &mut Shelf) -> Option<u32> {
        let how = How::of(event.event_source.for_matching(), event.event_name.for_matching())?;
        if event.error_code.is_some_and(|code| !code.is_empty()) {
            return None;
        }
        let answer = Answer::of(event, how);
        if answer.key.is_none() && answer.session_arn.is_none() {
            return None;
        }
        let room = if self.all.len() < self.most { Ok(()) } else { Err(Full) };
        let added = room.and_then(|()| self.add(event, how, &answer, shelf));
        if added.is_err() {
            self.dropped += 1;
        }
        added.ok()
    }

    fn add(&mut self, event: &EventView<'_>, how: How, answer: &Answer<'_>, shelf: &mut Shelf) -> Result<u32, Full> {
        let caller = match &answer.switched_from {
            Some(arn) => KeptCaller::new(&Caller::of_arn(arn), shelf)?,
            None => KeptCaller::new(&Caller::of(event), shelf)?,
        };
        let issuance = Issuance {
            how,
            time: event.event_time,
            event_id: shelf.keep_some(event.event_id.map(|id| id.for_matching()))?,
            caller,
            session_arn: shelf.keep_some(answer.session_arn.as_deref())?,
            key: shelf.keep_some(answer.key.as_deref())?,
            shared_event_id: shelf.keep_some(answer.shared_event_id)?,
        };
        let session_id = shelf.keep_some(answer.session_id.as_deref())?;
        let Ok(at) = u32::try_from(self.all.len()) else { return Err(Full) };
        let (key, arn) = (issuance.key.clone(), issuance.session_arn.clone());
        let shared = issuance.shared_event_id.clone();
        self.all.push(issuance);
        let all = &self.all;
        insert(&mut self.by_key, key, at, MOST_OF_A_KEY, all);
        insert(&mut self.by_session, arn, at, MOST_OF_A_NAME, all);
        insert(&mut self.by_session_id, session_id, at, MOST_OF_A_NAME, all);
        insert(&mut self.by_shared_id, shared, at, MOST_OF_A_KEY, all);
        Ok(at)
    }
}

/// Keeps the calls of a name in the order of time, whichever way round they came; beyond `most` the latest go.
fn insert(index: &mut HashMap<Arc<str>, Calls>, name: Option<Arc<str>>, at: u32, most: usize, all: &[Issuance]) {
    let Some(name) = name else { return };
    let call = |at: u32| usize::try_from(at).ok().and_then(|at| all.get(at));
    let order = |at: u32| call(at).map(|call| (call.event_id.as_deref(), call.caller.principal()));
    let places = index.entry(name).or_default();
    let new = Place { time: call(at).and_then(|call| call.time), at };
    let compared = |known: &Place| known.time.cmp(&new.time).then_with(|| order(known.at).cmp(&order(at)));
    match places.at.binary_search_by(compared) {
        // The same record, delivered twice.
        Ok(_) => return,
        Err(position) => places.at.insert(position, new),
    }
    if places.at.len() > most {
        places.at.truncate(most);
        places.more = true;
    }
}

/// What a call that hands out credentials answered.
#[derive(Debug, Default)]
struct Answer<'a> {
    key: Option<Cow<'a, str>>,
    session_arn: Option<Cow<'a, str>>,
    session_id: Option<Cow<'a, str>>,
    shared_event_id: Option<&'a str>,
    /// The ARN from which the console switched.
    switched_from: Option<Cow<'a, str>>,
}

impl<'a> Answer<'a> {
    fn of(event: &EventView<'a>, how: How) -> Self {
        let mut answer = Self::default();
        if let Some(response) = event.response_elements {
            answer.read_response(response);
        }
        answer.shared_event_id = event.shared_event_id.map(Untrusted::for_matching);
        if how == How::SwitchRole {
            let additional = member(event.record.for_matching(), "additionalEventData");
            answer.switched_from = additional.and_then(|text| member(text, "SwitchFrom")).and_then(string);
            answer.session_arn = answer.switched_to(event);
        } else if answer.session_arn.is_none() {
            answer.session_arn = event.request_parameters.and_then(requested_session);
        }
        answer
    }

    fn read_response(&mut self, response: RawJson<'a>) {
        members(response.for_matching(), |key, value| match key {
            "credentials" | "roleCredentials" => {
                let key = member(value, "accessKeyId").and_then(string);
                self.key = key.filter(|key| access_key(Some(key)).is_some());
            }
            "assumedRoleUser" => {
                self.session_arn = member(value, "arn").and_then(string);
                self.session_id = member(value, "assumedRoleId").and_then(string);
            }
            "federatedUser" => self.session_arn = member(value, "arn").and_then(string),
            _ => {}
        });
    }

    /// The session to which the console switched: the record is in its name.
    fn switched_to(&self, event: &EventView<'a>) -> Option<Cow<'a, str>> {
        let (from, to) = (self.switched_from.as_deref()?, event.identity.arn?.for_matching());
        (from != to && !to.is_empty()).then_some(Cow::Borrowed(to))
    }
}

/// The session that a request asked for, where the answer is not recorded.
pub(super) fn requested_session(request: RawJson<'_>) -> Option<Cow<'_, str>> {
    let (mut role, mut session) = (None, None);
    members(request.for_matching(), |key, value| match key {
        "roleArn" => role = string(value),
        "roleSessionName" => session = string(value),
        _ => {}
    });
    let (role, session) = (role?, session?);
    let mut parts = role.splitn(6, ':');
    let ("arn", partition, "iam", _, account, resource) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?)
    else {
        return None;
    };
    let name = resource.strip_prefix("role/")?.rsplit('/').next()?;
    Some(Cow::Owned(format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}")))
}

/// The session that the answer names.
pub(super) fn answered_session<'a>(event: &EventView<'a>) -> Option<Cow<'a, str>> {
    let mut answer = Answer::default();
    answer.read_response(event.response_elements?);
    answer.session_arn
}
