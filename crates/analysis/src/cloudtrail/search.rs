//! Finding events by what they say, and telling all about one actor.
//!
//! Only the rows that evidence keeps can be searched; whoever shows the result says so when some were dropped.

use std::net::IpAddr;

use jiff::Timestamp;
use security_model::EventRow;
use security_model::filter::service_name;

use super::evidence::{EventData, EventEvidence};
use crate::evidence::Kept;
use crate::names::{Name, last_part};
use crate::places::Prefix;

/// Which events to find: all that is given must hold. Texts are compared without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventSearch {
    /// The identity that made the call, or the first identity behind it: the whole name, or its last part (`alice` of
    /// `arn:aws:iam::111122223333:user/alice`). A federated user goes by his own name and by that of the user behind him.
    pub principal: Option<String>,
    /// Session name.
    pub session: Option<String>,
    /// `accessKeyId`.
    pub access_key: Option<String>,
    /// `sourceIPAddress`.
    pub source_ip: Option<Source>,
    /// `awsRegion`.
    pub region: Option<String>,
    /// Account.
    pub account: Option<String>,
    /// Country code of the address, e.g. `NL`.
    pub country: Option<String>,
    /// `eventName`.
    pub event_name: Option<String>,
    /// `eventSource`, with or without `.amazonaws.com`.
    pub event_source: Option<String>,
    /// `errorCode`.
    pub error_code: Option<String>,
    /// Whether the call failed, be it a console sign-in; dry runs did not.
    pub failed: Option<bool>,
    /// Something that the call names: the whole name, or its last part.
    pub resource: Option<String>,
    /// A part of any of these, of the user agent or of the event's id.
    pub text: Option<String>,
    /// `readOnly`.
    pub read_only: Option<bool>,
    /// At this time or later.
    pub start: Option<Timestamp>,
    /// Before this time.
    pub end: Option<Timestamp>,
}

/// Where a call came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An address, or the name of a service.
    Exactly(String),
    /// Any address of a block.
    Block(Prefix),
}

impl Source {
    /// Reads an address, a block such as `203.0.113.0/24`, or the name of a service.
    ///
    /// # Errors
    /// What has a `/` and is no block of addresses.
    pub fn parse(text: &str) -> Result<Self, NotABlock> {
        match text.contains('/') {
            true => Prefix::parse(text).map(Self::Block).ok_or(NotABlock),
            false => Ok(Self::Exactly(text.to_owned())),
        }
    }
}

/// A text with a `/` that is no block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotABlock;

/// Events that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundEvents {
    /// How many.
    pub total: u64,
    /// The rows of this page, newest first, unknown times last.
    pub rows: Vec<EventRow>,
}

impl EventEvidence {
    /// Rows that can be searched.
    #[must_use]
    pub fn searchable(&self) -> usize {
        self.evidence.rows().len()
    }

    /// The events for which everything holds, from the row at `offset` on.
    #[must_use]
    pub fn search(&self, search: &EventSearch, offset: usize, limit: usize) -> FoundEvents {
        let found: Vec<&Kept<EventData>> = self.matching(search).collect();
        FoundEvents {
            total: u64::try_from(found.len()).unwrap_or(u64::MAX),
            rows: found.into_iter().skip(offset).take(limit).map(|kept| self.row(kept)).collect(),
        }
    }

    pub(super) fn matching<'e, 's>(
        &'e self,
        search: &'s EventSearch,
    ) -> impl Iterator<Item = &'e Kept<EventData>> + use<'e, 's> {
        self.evidence.rows().iter().filter(|kept| self.matches(&kept.data, search))
    }

    fn matches(&self, data: &EventData, search: &EventSearch) -> bool {
        let features = &data.features;
        let texts = self.evidence.texts();
        let raw = |name: Name| texts.raw(name).unwrap_or_default();
        let is =
            |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(own));
        let flag = |wanted: Option<bool>, own: Option<bool>| wanted.is_none_or(|wanted| own == Some(wanted));
        let first = || self.behind.chain(data.at).map_or("", |chain| chain.first.name.untrusted().for_matching());

        is(&search.event_name, raw(features.event_name))
            && search.event_source.as_deref().is_none_or(|wanted| is_source(wanted, raw(features.event_source)))
            && is(&search.session, raw(features.session))
            && is(&search.access_key, data.access_key_id.as_deref().unwrap_or_default())
            && is(&search.region, raw(features.region))
            && is(&search.account, raw(features.account))
            && is(&search.error_code, raw(features.error_code))
            && flag(search.failed, Some(features.has_failed()))
            && flag(search.read_only, features.read_only)
            && search.start.is_none_or(|start| features.time.is_some_and(|time| time >= start))
            && search.end.is_none_or(|end| features.time.is_some_and(|time| time < end))
            && search.source_ip.as_ref().is_none_or(|source| is_from(source, raw(features.source_ip)))
            && search.country.as_deref().is_none_or(|wanted| {
                self.behind.country(features.source_ip).is_some_and(|own| own.eq_ignore_ascii_case(wanted))
            })
            && search.principal.as_deref().is_none_or(|wanted| {
                is_named(wanted, raw(features.principal.name))
                    || is_named(wanted, first())
                    || self.is_federated_user(wanted, data)
            })
            && search.resource.as_deref().is_none_or(|wanted| data.touched().any(|name| is_named(wanted, name)))
            && search.text.as_deref().is_none_or(|wanted| {
                let wanted = wanted.to_lowercase();
                let own = [features.event_name, features.event_source, features.session, features.region];
                let more = [features.account, features.error_code, features.source_ip, features.principal.name];
                let kept = [&data.user_agent, &data.access_key_id].map(|text| text.as_deref().unwrap_or_default());
                let id = data.event_id.as_deref().unwrap_or_default();
                own.into_iter()
                    .chain(more)
                    .map(raw)
                    .chain(kept)
                    .chain([id, first()])
                    .chain(data.touched())
                    .any(|text| text.to_lowercase().contains(&wanted))
            })
    }
}

impl EventEvidence {
    /// Whether a federated user made the call who is called so: by his name, or by his ARN,
    /// `arn:aws:sts::111122223333:federated-user/carol`. The principal of his calls is the user who let him in.
    fn is_federated_user(&self, wanted: &str, data: &EventData) -> bool {
        let features = &data.features;
        let raw = |name: Name| self.evidence.texts().raw(name).unwrap_or_default();
        let name = raw(features.session);
        if raw(features.principal.kind) != "FederatedUser" || name.is_empty() {
            return false;
        }
        match wanted.rsplit_once(":federated-user/") {
            Some((before, of_arn)) => {
                let account = before.rsplit(':').next().unwrap_or_default();
                of_arn.eq_ignore_ascii_case(name) && account == raw(features.principal.account)
            }
            None => wanted.eq_ignore_ascii_case(name),
        }
    }
}

/// The whole name, or its last part.
fn is_named(wanted: &str, name: &str) -> bool {
    !name.is_empty() && (name.eq_ignore_ascii_case(wanted) || last_part(name).eq_ignore_ascii_case(wanted))
}

fn is_source(wanted: &str, own: &str) -> bool {
    own.eq_ignore_ascii_case(wanted) || service_name(own).eq_ignore_ascii_case(wanted)
}

fn is_from(source: &Source, own: &str) -> bool {
    match source {
        Source::Exactly(wanted) => match (wanted.parse::<IpAddr>(), own.parse::<IpAddr>()) {
            (Ok(wanted), Ok(own)) => wanted.to_canonical() == own.to_canonical(),
            _ => own.eq_ignore_ascii_case(wanted),
        },
        Source::Block(block) => own.parse::<IpAddr>().is_ok_and(|own| block.contains(own.to_canonical())),
    }
}
