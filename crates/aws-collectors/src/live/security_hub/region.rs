//! Reads one region's findings, worst severity first.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_securityhub::types::AwsSecurityFindingFilters;
use jiff::Timestamp;
use security_model::{FindingFilter, Gap, GapKind};
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::filters::{Slice, filters};
use crate::budget::Stop;
use crate::failure::{Failure, FailureKind, garbled};
use crate::live::latency::Latency;
use crate::session::{Caller, Halt, HubPage};

/// Pages of resolved findings read to count them; more is not worth the quota.
const MAX_RESOLVED_PAGES: u32 = 10;
/// Pages without findings that are followed before a chain counts as broken.
const MAX_EMPTY_PAGES: u32 = 200;

/// Records left in the budget from which on pages are asked for one at a time, so that milder findings, whose pages
/// would come in beside them, do not use up what worse ones need.
const SCARCE_RECORDS: u64 = 2_000;

/// A page on its way to the reader.
pub(crate) struct Delivery {
    pub(crate) region: usize,
    pub(crate) body: Vec<u8>,
}

/// How one region is read.
pub(crate) struct RegionReader {
    pub(crate) index: usize,
    pub(crate) name: Arc<str>,
    pub(crate) caller: Caller,
    pub(crate) filter: Arc<FindingFilter>,
    pub(crate) now: Timestamp,
    pub(crate) deliveries: mpsc::Sender<Delivery>,
}

/// What came of a region.
pub(crate) struct RegionReport {
    pub(crate) index: usize,
    pub(crate) calls: u64,
    pub(crate) gaps: Vec<Gap>,
    /// Whether every resolved finding was read.
    pub(crate) resolved_known: bool,
    /// Why it ended, if AWS ended it.
    pub(crate) failure: Option<Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ready,
    InFlight,
    Read,
    Broken,
}

struct Chain {
    slice: Slice,
    filters: Arc<AwsSecurityFindingFilters>,
    token: Option<String>,
    tokens_seen: HashSet<u64>,
    findings: usize,
    pages: u32,
    empty_in_a_row: u32,
    restarted: bool,
    state: State,
}

impl RegionReader {
    pub(crate) async fn read(self) -> RegionReport {
        let chain = |slice| Chain {
            slice,
            filters: Arc::new(filters(slice, &self.filter, self.now)),
            token: None,
            tokens_seen: HashSet::new(),
            findings: 0,
            pages: 0,
            empty_in_a_row: 0,
            restarted: false,
            state: State::Ready,
        };
        let mut chains: Vec<Chain> = Slice::of(&self.filter).into_iter().map(chain).collect();
        let halted = self.run(&mut chains).await;
        self.report(&chains, halted)
    }

    async fn run(&self, chains: &mut [Chain]) -> Option<Halt> {
        let mut flights = JoinSet::new();
        let mut latency = Latency::default();
        let mut halted = None;
        let hasher = RandomState::new();
        loop {
            let at_once = latency.requests_in_flight(self.caller.spacing());
            let at_once = if self.caller.meter().records_scarce(SCARCE_RECORDS) { 1 } else { at_once };
            while halted.is_none() && flights.len() < at_once {
                // In order, so that worse findings are always asked for first.
                let ready = chains.iter_mut().enumerate().find(|(_, chain)| chain.state == State::Ready);
                let Some((index, chain)) = ready else { break };
                chain.state = State::InFlight;
                let page = HubPage { filters: Arc::clone(&chain.filters), token: chain.token.clone() };
                let (caller, name) = (self.caller.clone(), Arc::clone(&self.name));
                flights.spawn(async move { (index, ask(&caller, &name, page).await) });
            }
            let (index, answer) = match flights.join_next().await {
                Some(Ok(landed)) => landed,
                Some(Err(_)) => return Some(Halt::Stop(Stop::Cancelled)),
                None => return halted,
            };
            let Some(chain) = chains.get_mut(index) else { continue };
            match answer {
                Ok((page, took)) => {
                    latency.saw(took);
                    chain.landed(&page, &hasher);
                    self.caller.meter().take_records(u64::try_from(page.findings).unwrap_or(u64::MAX));
                    if self.deliveries.send(Delivery { region: self.index, body: page.body }).await.is_err() {
                        return Some(Halt::Stop(Stop::Cancelled));
                    }
                }
                Err(Halt::Failed(failure)) if failure.kind == FailureKind::BadToken => chain.token_refused(),
                // What is in flight may be paid for already: let it land.
                Err(Halt::Stop(stop)) => {
                    chain.state = State::Ready;
                    halted = Some(Halt::Stop(stop));
                }
                Err(halt) => {
                    chain.state = State::Ready;
                    return Some(halt);
                }
            }
        }
    }

    fn report(&self, chains: &[Chain], halted: Option<Halt>) -> RegionReport {
        let mut gaps = Vec::new();
        let (resolved, main): (Vec<&Chain>, Vec<&Chain>) =
            chains.iter().partition(|chain| chain.slice == Slice::Resolved);
        let unread = main.iter().filter(|chain| matches!(chain.state, State::Ready | State::InFlight));
        let unread = unread.map(|chain| chain.describe()).collect::<Vec<_>>().join(", ");
        let broken = main.iter().filter(|chain| chain.state == State::Broken);
        let broken = broken.map(|chain| chain.describe()).collect::<Vec<_>>().join(", ");
        match &halted {
            Some(Halt::Failed(failure)) if !unread.is_empty() => {
                gaps.push(failure.gap(&format!("findings ({unread})"), "securityhub:GetFindings", &self.name));
            }
            Some(Halt::Stop(stop)) if !unread.is_empty() => {
                let detail = format!("{}: findings ({unread}) not read: {}", self.name, stop.reason());
                gaps.push(Gap::new(stop.gap_kind(), &detail, stop.remedy()));
            }
            _ => {}
        }
        if !broken.is_empty() {
            let detail = format!("{}: findings ({broken}) not read: page tokens were refused or repeated", self.name);
            gaps.push(Gap::new(GapKind::PagingBroken, &detail, "Repeat the call; narrower filters need fewer pages."));
        }
        let resolved_known = if resolved.is_empty() {
            main.iter().all(|chain| chain.state == State::Read)
        } else {
            resolved.iter().all(|chain| chain.state == State::Read)
        };
        let failure = match halted {
            Some(Halt::Failed(failure)) => Some(failure),
            Some(Halt::Stop(_)) | None => None,
        };
        // Where the service is off there are no findings.
        let off = failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::NotEnabled)
            && chains.iter().all(|chain| chain.pages == 0);
        let resolved_known = resolved_known || off;
        if !resolved_known {
            gaps.push(self.resolved_gap());
        }
        RegionReport { index: self.index, calls: self.caller.calls(), gaps, resolved_known, failure }
    }

    fn resolved_gap(&self) -> Gap {
        Gap::new(
            GapKind::NotEvaluated,
            &format!("{}: the number of resolved findings is not known: not all of them were read", self.name),
            "Narrow the filters, raise the budget, or include resolved findings to count them all.",
        )
    }
}

impl Chain {
    fn landed(&mut self, page: &Page, hasher: &RandomState) {
        self.pages += 1;
        self.findings += page.findings;
        self.empty_in_a_row = if page.findings == 0 { self.empty_in_a_row + 1 } else { 0 };
        self.token.clone_from(&page.next);
        self.state = match &page.next {
            None => State::Read,
            Some(_) if self.slice == Slice::Resolved && self.pages >= MAX_RESOLVED_PAGES => State::Broken,
            Some(_) if self.empty_in_a_row >= MAX_EMPTY_PAGES => State::Broken,
            Some(token) if !self.tokens_seen.insert(hasher.hash_one(token)) => {
                self.token_refused();
                return;
            }
            Some(_) => State::Ready,
        };
    }

    /// Begins again, once: what was read before comes again and counts as duplicates.
    fn token_refused(&mut self) {
        self.state = if self.restarted || self.token.is_none() { State::Broken } else { State::Ready };
        self.restarted = true;
        self.token = None;
        self.tokens_seen.clear();
    }

    fn describe(&self) -> String {
        match self.findings {
            0 => self.slice.name().to_owned(),
            read => format!("{} beyond the newest {read}", self.slice.name()),
        }
    }
}

struct Page {
    body: Vec<u8>,
    findings: usize,
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    #[serde(default)]
    findings: Option<Vec<IgnoredAny>>,
    #[serde(default)]
    next_token: Option<String>,
}

impl Page {
    /// Takes an answer, or refuses it whole: no half page is ever counted.
    fn parse(body: Vec<u8>) -> Result<Self, Failure> {
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| garbled(&body))?;
        let findings = match (answer.findings, &answer.next_token) {
            (Some(findings), _) => findings.len(),
            (None, Some(_)) => 0,
            (None, None) => return Err(garbled(&body)),
        };
        Ok(Self { body, findings, next: answer.next_token.filter(|token| !token.is_empty()) })
    }
}

async fn ask(caller: &Caller, region: &Arc<str>, page: HubPage) -> Result<(Page, Duration), Halt> {
    let page = Arc::new(page);
    caller
        .call(|connected| {
            let (region, page) = (Arc::clone(region), Arc::clone(&page));
            async move { Page::parse(connected.get_findings(&region, &page).await?) }
        })
        .await
}
