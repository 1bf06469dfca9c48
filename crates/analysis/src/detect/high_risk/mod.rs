//! High-risk calls: the APIs that rules name in their field `high_risk`, each with what the caller gains.
//!
//! A call is looked up by source and by name without version suffix, whether it succeeded or not, and whether or not the
//! rule itself fires on it. To add an API, name it in the rule that watches it.

pub(super) mod field;

use std::sync::{Arc, LazyLock};

use security_model::Level;
use security_model::filter::base_event_name;

use self::field::Entry;
use super::RuleAbout;
use super::built_in::built_in;
use crate::hash::HashMap;

/// How bad a call is when nothing else is known about it; decides the order of rows, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Of a critical rule.
    Critical,
    /// Of a high rule.
    High,
    /// Of a medium rule or a lower one: a rule that calls an API high-risk wants it looked at.
    Medium,
}

impl From<Level> for Risk {
    fn from(level: Level) -> Self {
        match level {
            Level::Critical => Self::Critical,
            Level::High => Self::High,
            Level::Medium | Level::Low | Level::Informational => Self::Medium,
        }
    }
}

/// One high-risk API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HighRiskApi {
    /// `eventSource`.
    pub event_source: String,
    /// `eventName` without version suffix.
    pub event_name: String,
    /// How bad.
    pub risk: Risk,
    /// ATT&CK technique ids of the rule, of the version [`ATTACK_VERSION`](super::attack::ATTACK_VERSION).
    pub techniques: Vec<String>,
    /// What the caller gains.
    pub reason: String,
}

/// The place of an API in [`HighRiskCalls`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ApiIndex(u32);

/// The high-risk APIs of the rules in force.
#[derive(Debug, Default)]
pub struct HighRiskCalls {
    apis: Vec<HighRiskApi>,
    by_name: HashMap<String, Vec<ApiIndex>>,
}

static BUILT_IN: LazyLock<Arc<HighRiskCalls>> = LazyLock::new(|| Arc::clone(built_in().build().high_risk()));

impl HighRiskCalls {
    /// Those of the built-in pack, for analyses without rules. The pack is read on first use.
    pub(crate) fn built_in() -> &'static Arc<Self> {
        &BUILT_IN
    }

    /// Every API, each once, in the order in which rules first name them.
    pub fn apis(&self) -> impl Iterator<Item = &HighRiskApi> {
        self.apis.iter()
    }

    /// The entry for a call; the name may carry a version suffix.
    #[must_use]
    pub fn find(&self, event_source: &str, event_name: &str) -> Option<&HighRiskApi> {
        self.api(self.index_of(event_source, event_name)?)
    }

    pub(crate) fn index_of(&self, event_source: &str, event_name: &str) -> Option<ApiIndex> {
        let named = self.by_name.get(base_event_name(event_name))?;
        named.iter().copied().find(|index| self.api(*index).is_some_and(|api| api.event_source == event_source))
    }

    pub(crate) fn api(&self, index: ApiIndex) -> Option<&HighRiskApi> {
        self.apis.get(index.0 as usize)
    }

    /// Takes what a rule names. Of an API that several rules name, the worst risk stays; of equal ones, the first.
    pub(super) fn add(&mut self, about: &RuleAbout, entries: Vec<Entry>) {
        for Entry { event_source, event_name, reason } in entries {
            let (risk, techniques) = (Risk::from(about.level), about.techniques.clone());
            let api = HighRiskApi { event_source, event_name, risk, techniques, reason };
            match self.index_of(&api.event_source, &api.event_name) {
                Some(ApiIndex(place)) => {
                    if let Some(known) = self.apis.get_mut(place as usize).filter(|known| api.risk < known.risk) {
                        *known = api;
                    }
                }
                None => {
                    let Ok(place) = u32::try_from(self.apis.len()) else { return };
                    self.by_name.entry(api.event_name.clone()).or_default().push(ApiIndex(place));
                    self.apis.push(api);
                }
            }
        }
    }
}
