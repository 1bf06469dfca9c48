//! What matched, one row per rule, principal and session.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use jiff::Timestamp;
use security_model::{Detection, DetectionKind, RecordHash, RecordOrigin, RuleOrigin, SafeText, TextKind, rfc3339};

use super::about::RuleAbout;
use super::sentence::{Ending, Placeholder, short_principal};
use super::{DetectionLimits, DetectionRow, Explanation};
use crate::behavior::EventIndex;
use crate::hash::HashMap;
use crate::identity::Text;
use crate::names::{Name, Texts};
use crate::trail::{EventId, IdentityId, Replay};

/// Distinct addresses that a row tells apart, and shows.
const SOURCE_IPS: usize = 32;

/// Who did what one row is about, as the records name him.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    /// Place of the rule among those that the pack tells about.
    rule: usize,
    principal: Name,
    session: Name,
    identity: Option<IdentityId>,
}

/// The same once it is known who is behind him.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Behind {
    rule: usize,
    /// The first identity; none where there were too many to tell apart.
    first: Option<Text>,
    principal: Name,
    session: Name,
}

/// Who made a call, and which.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Actor {
    pub(crate) principal: Name,
    pub(crate) session: Name,
    pub(crate) source_ip: Name,
    /// Where the call stands in the trail; none if the trail had no room for it.
    pub(crate) at: Option<(EventIndex, IdentityId)>,
}

/// One event of a row; the order is that of time, unknown times last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    untimed: bool,
    pub(super) time: Option<Timestamp>,
    pub(super) event_id: EventId<Box<str>>,
    pub(super) place: Arc<str>,
    pub(super) index: u64,
    /// Where it stands in the trail.
    pub(super) at: Option<EventIndex>,
}

impl Member {
    pub(super) fn new(
        time: Option<Timestamp>,
        event_id: Option<security_model::Untrusted<'_>>,
        origin: &RecordOrigin,
        at: Option<EventIndex>,
    ) -> Self {
        // Many are kept, so that not even a kilobyte of each may be: a longer one than is shown is kept as it is shown.
        let longest = TextKind::Identifier.max_bytes();
        let event_id = EventId::of(event_id, |id| match id {
            Some(id) if id.for_matching().len() > longest => id.neutralise(TextKind::Identifier).as_str().into(),
            id => id.map(security_model::Untrusted::for_matching).unwrap_or_default().into(),
        });
        Self { untimed: time.is_none(), time, event_id, place: Arc::clone(&origin.place), index: origin.index, at }
    }

    /// An event of the trail.
    pub(super) fn of(at: EventIndex, trail: &Replay, texts: &Texts) -> Option<Self> {
        let id = trail.event_id(at, texts);
        let origin = trail.origin(at)?;
        Some(Self::new(trail.time(at), Some(security_model::Untrusted::new(&id)), &origin, Some(at)))
    }

    fn shown_id(&self) -> Option<SafeText> {
        let id = self.event_id.text(|kept| kept);
        (!id.is_empty()).then(|| SafeText::from_raw(&id, TextKind::Identifier))
    }
}

/// The event that speaks for a row: what its sentence says, and why its rule fired.
pub(super) struct Speaker {
    /// Of two the lower speaks.
    pub(super) rank: Rank,
    /// The values of the rule's sentence; the principal is the row's.
    pub(super) values: Vec<(Placeholder, Option<SafeText>)>,
    pub(super) error_code: Option<Box<str>>,
    pub(super) tests: Vec<super::Test>,
    pub(super) hash: Option<RecordHash>,
}

/// What speaks for a row: of calls one that succeeded, then the earliest; of correlations the one that measured most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) failed: bool,
    pub(super) measured: std::cmp::Reverse<u64>,
    pub(super) member: Member,
}

struct Row {
    events: u64,
    /// Calls, or matches of a correlation.
    times: u64,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    members: BTreeSet<Member>,
    source_ips: HashMap<Name, u64>,
    speaker: Speaker,
    /// The call of the actor whom the speaker's sentence names: of a correlation, whose events may be several people's, the
    /// last.
    deed: Option<EventIndex>,
}

/// The rows, in bounded memory.
pub(super) struct Rows {
    limits: DetectionLimits,
    rows: HashMap<Key, Row>,
}

impl Rows {
    pub(super) fn new(limits: DetectionLimits) -> Self {
        Self { limits, rows: HashMap::default() }
    }

    pub(super) const fn limits(&self) -> DetectionLimits {
        self.limits
    }

    /// Adds one match: an event, or the events of a correlation, with as many more that are not told.
    pub(super) fn add(
        &mut self,
        rule: usize,
        actor: Actor,
        members: impl IntoIterator<Item = (Member, Name)>,
        not_told: u64,
        rank: Rank,
        speaker: impl FnOnce(Rank) -> Speaker,
    ) {
        let (deed, identity) = actor.at.unzip();
        let mut key = Key { rule, principal: actor.principal, session: actor.session, identity };
        if self.rows.len() >= self.limits.rows && !self.rows.contains_key(&key) {
            key = Key { rule, principal: Name::ABSENT, session: Name::ABSENT, identity: None };
        }
        let row = match self.rows.entry(key) {
            Entry::Occupied(entry) => {
                let row = entry.into_mut();
                if rank < row.speaker.rank {
                    (row.speaker, row.deed) = (speaker(rank), deed);
                }
                row
            }
            Entry::Vacant(entry) => entry.insert(Row {
                events: 0,
                times: 0,
                first: None,
                last: None,
                members: BTreeSet::new(),
                source_ips: HashMap::default(),
                speaker: speaker(rank),
                deed,
            }),
        };
        row.times += 1;
        row.events += not_told;
        for (member, source_ip) in members {
            row.take(member, source_ip, self.limits.event_ids);
        }
    }

    /// The rows, worst first, then in the order of time.
    pub(super) fn finish(self, about: &[RuleAbout], texts: &Texts, trail: &Replay) -> Vec<DetectionRow> {
        let most = self.limits.event_ids;
        let mut behind: HashMap<Behind, Row> = HashMap::default();
        for (key, row) in self.rows {
            match behind.entry(key.behind(&row, texts, trail)) {
                Entry::Occupied(mut known) => known.get_mut().absorb(row, most),
                Entry::Vacant(new) => drop(new.insert(row)),
            }
        }
        let shown = |(key, row): (Behind, Row)| Some(row.shown(&key, about.get(key.rule)?, texts));
        behind.into_iter().filter_map(shown).collect()
    }
}

impl Key {
    fn behind(self, row: &Row, texts: &Texts, trail: &Replay) -> Behind {
        let Self { rule, principal, session, .. } = self;
        let chain = row.deed.filter(|_| !principal.is_absent()).and_then(|at| trail.chain(at));
        let first = chain.map(|chain| chain.first.name.clone()).or_else(|| texts.raw(principal).map(Text::name));
        Behind { rule, first, principal, session }
    }
}

impl Row {
    /// Takes the events of another row of the same actor.
    fn absorb(&mut self, other: Self, most: usize) {
        let Self { events, times, first, last, members, source_ips, speaker, deed } = other;
        self.events += events;
        self.times += times;
        self.first = [self.first, first].into_iter().flatten().min();
        self.last = self.last.max(last);
        self.members.extend(members);
        while self.members.len() > most {
            self.members.pop_last();
        }
        for (address, count) in source_ips {
            *self.source_ips.entry(address).or_default() += count;
        }
        if speaker.rank < self.speaker.rank {
            (self.speaker, self.deed) = (speaker, deed);
        }
    }

    fn take(&mut self, member: Member, source_ip: Name, most: usize) {
        self.events += 1;
        if let Some(time) = member.time {
            self.first = Some(self.first.map_or(time, |first| first.min(time)));
            self.last = Some(self.last.map_or(time, |last| last.max(time)));
        }
        if !source_ip.is_absent() && (self.source_ips.len() < SOURCE_IPS || self.source_ips.contains_key(&source_ip)) {
            *self.source_ips.entry(source_ip).or_default() += 1;
        }
        // The earliest are kept, whatever order they come in.
        if self.members.len() < most || self.members.last().is_some_and(|last| member < *last) {
            self.members.insert(member);
            if self.members.len() > most {
                self.members.pop_last();
            }
        }
    }

    fn shown(self, key: &Behind, about: &RuleAbout, texts: &Texts) -> DetectionRow {
        let principal = key.first.as_ref().map(Text::safe);
        let principal = principal.unwrap_or_else(|| SafeText::from_raw("(several)", TextKind::Name));
        let Speaker { rank, values, error_code, tests, hash } = self.speaker;
        let short = short_principal(&principal);
        let acting = texts.safe(key.principal, TextKind::Name).filter(|acting| *acting != principal);
        let acting = acting.as_ref().map(short_principal);
        let value = |wanted: &Placeholder| match wanted {
            Placeholder::Principal => Some(short.clone()),
            Placeholder::Acting => acting.clone(),
            _ => values.iter().find(|(place, _)| place == wanted).and_then(|(_, value)| value.clone()),
        };
        let more = if about.correlation { 0 } else { self.times.saturating_sub(1) };
        let reason = about.sentence.fill(&value, Ending { error_code: error_code.as_deref(), more });
        let detection = Detection {
            id: about.id.clone(),
            kind: DetectionKind::Rule,
            title: about.title.clone(),
            level: about.level,
            confidence: about.confidence,
            tactics: about.tactics.clone(),
            techniques: about.techniques.clone(),
            principal,
            session: texts.safe(key.session, TextKind::Name),
            source_ips: crate::rank::busiest(self.source_ips, texts, TextKind::Identifier),
            count: self.events,
            first_seen: self.first.map(rfc3339),
            last_seen: self.last.map(rfc3339),
            event_ids: self.members.iter().filter_map(Member::shown_id).collect(),
            reason,
            false_positives: about.false_positives.clone(),
            rule: Some(RuleOrigin {
                author: about.author.clone(),
                license: about.license.clone(),
                url: about.references.first().cloned(),
            }),
            incident: None,
        };
        let spoke = rank.member;
        let explanation = Explanation {
            event_id: spoke.shown_id(),
            time: spoke.time.map(rfc3339),
            origin: SafeText::from_raw(&spoke.place, TextKind::Reference),
            index: spoke.index,
            sha256: hash.map(RecordHash::to_hex),
            tests,
        };
        let events = self.members.iter().filter_map(|member| member.at).collect();
        let records =
            self.members.into_iter().map(|member| RecordOrigin { place: member.place, index: member.index }).collect();
        DetectionRow { detection, explanation, records, events, speaker: spoke.at, deed: self.deed }
    }
}
