//! Everything about one actor, address, resource or incident, from the rows that evidence keeps.

use std::collections::BTreeSet;

use security_model::filter::service_name;
use security_model::summary::NamedCount;
use security_model::{EventRow, Incident, LastingChange, SafeText, TextKind, rfc3339};

use super::evidence::{EventData, EventEvidence};
use super::search::{EventSearch, Source};
use crate::behavior::EventIndex;
use crate::detect::DetectionRow;
use crate::evidence::Kept;
use crate::hash::HashSet;
use crate::names::Name;
use crate::rank::{Counts, Ranked, add, rank};

/// Whom or what to look into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An identity, as a caller or as the first identity: the whole name, or its last part.
    Principal(String),
    /// An access key id.
    AccessKey(String),
    /// A session name.
    Session(String),
    /// An address, a block of addresses, or the name of a service.
    Source(Source),
    /// Something that calls name.
    Resource(String),
    /// An incident of the analysis, by its id.
    Incident(String),
}

/// What is known of a subject.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// Events.
    pub total: u64,
    /// Of these, calls that failed; dry runs did not.
    pub failed: u64,
    /// Of these, events with `readOnly` false.
    pub writes: u64,
    /// Time of the first.
    pub first_seen: Option<String>,
    /// Time of the last.
    pub last_seen: Option<String>,
    /// How the identities came to be: each from the first one on.
    pub chains: Vec<SafeText>,
    /// Identities that made the calls.
    pub principals: Vec<NamedCount>,
    /// Sessions.
    pub sessions: Vec<NamedCount>,
    /// Access keys.
    pub access_keys: Vec<NamedCount>,
    /// Addresses, each with its place where that is known.
    pub source_ips: Vec<NamedCount>,
    /// Regions.
    pub regions: Vec<NamedCount>,
    /// Calls, as `service:EventName`.
    pub calls: Vec<NamedCount>,
    /// Families of user agents.
    pub user_agents: Vec<NamedCount>,
    /// What the calls name.
    pub resources: Vec<NamedCount>,
    /// What it made or changed that lasts.
    pub changes: Vec<LastingChange>,
    /// Of that, what was not taken back.
    pub still_live: Vec<LastingChange>,
    /// Its detections, by their place in the list that was given.
    pub detections: Vec<usize>,
    /// Its incidents, by their place in the list that was given.
    pub incidents: Vec<usize>,
    /// Its events from the one at the offset on, oldest first, unknown times first.
    pub rows: Vec<EventRow>,
}

impl EventEvidence {
    /// All about the subject, with those of the analysis's detections and incidents that are its own; `None` for an incident
    /// that there is not.
    #[must_use]
    pub fn profile(
        &self,
        subject: &Subject,
        (detections, incidents): (&[DetectionRow], &[Incident]),
        offset: usize,
        limit: usize,
    ) -> Option<Profile> {
        let rows = self.rows_of(subject)?;
        let events: HashSet<EventIndex> = rows.iter().filter_map(|kept| kept.data.at).collect();
        let mut profile = self.counted(&rows);
        for changed in self.behind.changes.iter().filter(|changed| events.contains(&changed.at)) {
            profile.changes.push(changed.change.clone());
            if changed.is_live {
                profile.still_live.push(changed.change.clone());
            }
        }
        let of_subject = |row: &DetectionRow| row.events.iter().any(|event| events.contains(event));
        profile.detections = (0..).zip(detections).filter(|(_, row)| of_subject(row)).map(|(at, _)| at).collect();
        let told: HashSet<&str> = rows.iter().filter_map(|kept| kept.data.event_id.as_deref()).collect();
        let is_part = |incident: &Incident| match subject {
            Subject::Incident(id) => incident.id == *id,
            _ => incident
                .timeline
                .iter()
                .any(|entry| entry.event_id.as_ref().is_some_and(|id| told.contains(id.as_str()))),
        };
        profile.incidents = (0..).zip(incidents).filter(|(_, one)| is_part(one)).map(|(at, _)| at).collect();
        profile.rows = rows.iter().rev().skip(offset).take(limit).map(|kept| self.row(kept)).collect();
        Some(profile)
    }

    /// The events of the subject, newest first.
    fn rows_of(&self, subject: &Subject) -> Option<Vec<&Kept<EventData>>> {
        let mut search = EventSearch::default();
        match subject {
            Subject::Principal(name) => search.principal = Some(name.clone()),
            Subject::AccessKey(key) => search.access_key = Some(key.clone()),
            Subject::Session(name) => search.session = Some(name.clone()),
            Subject::Source(source) => search.source_ip = Some(source.clone()),
            Subject::Resource(name) => search.resource = Some(name.clone()),
            Subject::Incident(id) => return self.rows_of_incident(id),
        }
        Some(self.matching(&search).collect())
    }

    fn rows_of_incident(&self, id: &str) -> Option<Vec<&Kept<EventData>>> {
        let (_, story) = self.behind.stories.iter().find(|(incident, _)| incident == id)?;
        let is_part = |data: &EventData| {
            let by = self.behind.chain(data.at).is_some_and(|chain| story.principals.contains(&chain.first.name));
            by && data.features.time.is_some_and(|time| story.first <= time && time <= story.last)
        };
        Some(self.evidence.rows().iter().filter(|kept| is_part(&kept.data)).collect())
    }

    fn counted(&self, rows: &[&Kept<EventData>]) -> Profile {
        let times = || rows.iter().filter_map(|kept| kept.data.features.time);
        let count = |holds: &dyn Fn(&EventData) -> bool| rows.iter().filter(|kept| holds(&kept.data)).map(|_| 1).sum();
        let chains: BTreeSet<String> =
            rows.iter().filter_map(|kept| self.behind.chain(kept.data.at)).map(ToString::to_string).collect();
        Profile {
            total: u64::try_from(rows.len()).unwrap_or(u64::MAX),
            failed: count(&|data| data.features.has_failed()),
            writes: count(&|data| data.features.read_only == Some(false)),
            first_seen: times().min().map(rfc3339),
            last_seen: times().max().map(rfc3339),
            chains: chains.iter().map(|chain| SafeText::from_raw(chain, TextKind::Sentence)).collect(),
            principals: self.ranked(rows, TextKind::Name, |data| data.features.principal.name),
            sessions: self.ranked(rows, TextKind::Name, |data| data.features.session),
            regions: self.ranked(rows, TextKind::Identifier, |data| data.features.region),
            source_ips: self.addresses(rows),
            calls: texts(rows, |data| self.call(data)),
            access_keys: texts(rows, |data| data.access_key_id.as_deref().map(str::to_owned)),
            user_agents: texts(rows, |data| Some(data.features.agent.label().to_owned())),
            resources: counted(rows.iter().flat_map(|kept| kept.data.touched().map(str::to_owned))),
            ..Profile::default()
        }
    }

    fn ranked(&self, rows: &[&Kept<EventData>], kind: TextKind, name: impl Fn(&EventData) -> Name) -> Vec<NamedCount> {
        let shown = |Ranked { count, labels: [name], .. }: Ranked<Name, 1>| NamedCount { name, count };
        self.ranks(rows, kind, name).into_iter().map(shown).collect()
    }

    fn addresses(&self, rows: &[&Kept<EventData>]) -> Vec<NamedCount> {
        let shown = |Ranked { key, count, labels: [address] }: Ranked<Name, 1>| {
            let place = self.behind.place(key).map(|place| format!("{address}, {place}"));
            let name = place.map_or(address, |place| SafeText::from_raw(&place, TextKind::Reference));
            NamedCount { name, count }
        };
        self.ranks(rows, TextKind::Identifier, |data| data.features.source_ip).into_iter().map(shown).collect()
    }

    fn ranks(
        &self,
        rows: &[&Kept<EventData>],
        kind: TextKind,
        name: impl Fn(&EventData) -> Name,
    ) -> Vec<Ranked<Name, 1>> {
        let mut counts = Counts::default();
        for name in rows.iter().map(|kept| name(&kept.data)).filter(|name| !name.is_absent()) {
            add(&mut counts, name);
        }
        rank(counts, self.evidence.texts(), |name| [(*name, kind)])
    }

    fn call(&self, data: &EventData) -> Option<String> {
        let texts = self.evidence.texts();
        let source = texts.raw(data.features.event_source).unwrap_or("(none)");
        let name = texts.raw(data.features.event_name)?;
        Some(format!("{}:{name}", service_name(source)))
    }
}

fn texts(rows: &[&Kept<EventData>], text: impl Fn(&EventData) -> Option<String>) -> Vec<NamedCount> {
    counted(rows.iter().filter_map(|kept| text(&kept.data)))
}

/// Most first, then by name.
fn counted(names: impl Iterator<Item = String>) -> Vec<NamedCount> {
    let mut counts = Counts::default();
    for name in names {
        add(&mut counts, name);
    }
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let shown =
        |(name, count): (String, u64)| NamedCount { name: SafeText::from_raw(&name, TextKind::Reference), count };
    counts.into_iter().map(shown).collect()
}
