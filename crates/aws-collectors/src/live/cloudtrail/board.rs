//! Which part of a window each chain of pages reads.
//!
//! A NextToken chain is sequential, so one chain cannot use the whole quota when an answer takes longer than the time
//! between requests. The board keeps several: an idle worker is given the older part of what the busiest chain has not
//! read. Parts are disjoint by whole seconds, and a chain keeps only the events of its own part, so that every event is
//! taken exactly once although a chain's last page may reach into its neighbour's.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use super::page::Outline;

/// Seconds from `first` to `last`, both inside: what `StartTime` and `EndTime` mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Span {
    fn seconds(self) -> i64 {
        (self.last - self.first + 1).max(0)
    }
}

/// A page to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) chain: usize,
    pub(crate) span: Span,
    pub(crate) token: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ready,
    InFlight,
    Done,
}

#[derive(Debug)]
struct Chain {
    /// What its request says; the token is bound to it.
    asked: Span,
    /// What it keeps: `asked`, less what was given away.
    own: Span,
    /// The oldest second it has seen; unread is everything up to and with it.
    reached: i64,
    /// Time that a page covers, from event to event; `None` before the first events.
    seconds_per_page: Option<f64>,
    empty_in_a_row: u32,
    token: Option<String>,
    tokens_seen: HashSet<u64>,
    state: State,
}

impl Chain {
    fn new(span: Span) -> Self {
        Self {
            asked: span,
            own: span,
            reached: span.last,
            seconds_per_page: None,
            empty_in_a_row: 0,
            token: None,
            tokens_seen: HashSet::new(),
            state: State::Ready,
        }
    }

    fn unread(&self) -> Option<Span> {
        let span = Span { first: self.own.first, last: self.reached.min(self.own.last) };
        (self.state != State::Done && span.first <= span.last).then_some(span)
    }

    /// Takes note of how much time a page covers. Recent pages weigh most: activity comes and goes.
    fn covered(&mut self, newest: i64, oldest: i64) {
        let from = if self.seconds_per_page.is_some() { self.reached } else { newest };
        // A page within one second still covers some of it.
        let width = ((from - oldest).max(0) as f64).max(0.5);
        self.seconds_per_page = Some(self.seconds_per_page.map_or(width, |average| (average + width) / 2.0));
        self.reached = self.reached.min(oldest);
    }
}

/// Pages without events that are followed before a chain counts as broken.
const MAX_EMPTY_PAGES: u32 = 200;
/// Chains that are begun again after their token was refused, per board.
const MAX_RESTARTS: u32 = 5;
/// A chain with fewer pages to go is left alone: splitting costs up to a page.
const WORTH_SPLITTING: f64 = 6.0;
/// Pages a chain keeps when it is split for the first time: the rest may be empty, and finding that out costs a page.
const FIRST_STRIDE: f64 = 32.0;
/// Pages it keeps after the part given away turned out (almost) empty, so that the next one is not.
const CAUTIOUS_STRIDE: f64 = 4.0;

/// The chains of one region and one attribute.
#[derive(Debug)]
pub(crate) struct Board {
    waiting: VecDeque<Span>,
    chains: Vec<Chain>,
    broken: Vec<Span>,
    restarts_left: u32,
    /// Pages a chain keeps for itself when it is split, and at most.
    stride: f64,
    longest_stride: f64,
    /// The part that was given away last, until its first page tells whether there is anything in it.
    unproven: Option<usize>,
    hasher: RandomState,
}

impl Board {
    /// A board over disjoint spans, read in the order given. With a short stride, what is read stays close to
    /// "everything newer than"; with a long one, fewer pages are spent on splitting.
    pub(crate) fn new(spans: impl IntoIterator<Item = Span>, longest_stride: f64) -> Self {
        Self {
            waiting: spans.into_iter().filter(|span| span.seconds() > 0).collect(),
            chains: Vec::new(),
            broken: Vec::new(),
            restarts_left: MAX_RESTARTS,
            stride: FIRST_STRIDE.min(longest_stride),
            longest_stride,
            unproven: None,
            hasher: RandomState::new(),
        }
    }

    /// The next page to ask for: of a chain that is ready, of a span that waits, or of a part taken from a busy chain.
    pub(crate) fn next(&mut self) -> Option<Request> {
        let ready = self.chains.iter().position(|chain| chain.state == State::Ready);
        let index = match ready {
            Some(index) => index,
            None => {
                let waiting = self.waiting.pop_front();
                let split = waiting.is_none();
                let span = waiting.or_else(|| self.split())?;
                self.chains.push(Chain::new(span));
                let index = self.chains.len() - 1;
                self.unproven = self.unproven.or(split.then_some(index));
                index
            }
        };
        let chain = self.chains.get_mut(index)?;
        chain.state = State::InFlight;
        Some(Request { chain: index, span: chain.asked, token: chain.token.clone() })
    }

    /// Takes note of a page, and says which of its events are the chain's own.
    pub(crate) fn landed(&mut self, index: usize, page: &Outline) -> Vec<bool> {
        let token = page.next.as_ref().map(|token| self.hasher.hash_one(token));
        let Some(chain) = self.chains.get_mut(index) else { return Vec::new() };
        let own = chain.own;
        let keep =
            page.seconds.iter().map(|second| second.is_none_or(|s| (own.first..=own.last).contains(&s))).collect();
        if self.unproven == Some(index) {
            self.unproven = None;
            // Where the part held less than a page, there is little left to give away.
            self.stride = if page.next.is_some() { self.stride * 2.0 } else { CAUTIOUS_STRIDE };
            self.stride = self.stride.min(self.longest_stride);
        }
        chain.token.clone_from(&page.next);
        chain.state = State::Ready;
        let oldest = page.seconds.iter().rev().find_map(|second| *second);
        chain.empty_in_a_row = if oldest.is_some() { 0 } else { chain.empty_in_a_row + 1 };
        if let (Some(newest), Some(oldest)) = (page.seconds.iter().find_map(|second| *second), oldest) {
            chain.covered(newest, oldest);
        }
        let passed_its_end = oldest.is_some_and(|oldest| oldest < own.first);
        match token {
            None => chain.state = State::Done,
            Some(_) if passed_its_end => chain.state = State::Done,
            Some(token) if !chain.tokens_seen.insert(token) => self.restart(index),
            Some(_) if chain.empty_in_a_row >= MAX_EMPTY_PAGES => self.give_up(index),
            Some(_) => {}
        }
        keep
    }

    /// The chain's token was refused: what it has not read is begun again, or given up.
    pub(crate) fn restart(&mut self, index: usize) {
        let Some(chain) = self.chains.get(index) else { return };
        // Beginning again helps only if that asks for less than before.
        let advanced = chain.reached < chain.asked.last;
        if !advanced || self.restarts_left == 0 {
            return self.give_up(index);
        }
        self.restarts_left -= 1;
        if let Some(unread) = self.finish(index) {
            self.waiting.push_front(unread);
        }
    }

    fn give_up(&mut self, index: usize) {
        if let Some(unread) = self.finish(index) {
            self.broken.push(unread);
        }
    }

    fn finish(&mut self, index: usize) -> Option<Span> {
        self.unproven = self.unproven.filter(|unproven| *unproven != index);
        let chain = self.chains.get_mut(index)?;
        let unread = chain.unread();
        chain.state = State::Done;
        unread
    }

    /// Everything not read, newest first and merged where parts touch; what was given up is not in it.
    pub(crate) fn unread(&self) -> Vec<Span> {
        merge(self.chains.iter().filter_map(Chain::unread).chain(self.waiting.iter().copied()).collect())
    }

    /// What was given up because its paging broke.
    pub(crate) fn broken(&self) -> Vec<Span> {
        merge(self.broken.clone())
    }

    /// Time that a page covers, over all chains.
    fn average_seconds_per_page(&self) -> f64 {
        let known: Vec<f64> = self.chains.iter().filter_map(|chain| chain.seconds_per_page).collect();
        if known.is_empty() { f64::INFINITY } else { known.iter().sum::<f64>() / known.len() as f64 }
    }

    /// Pages still to come, going by the density seen so far.
    pub(crate) fn expected_pages(&self) -> f64 {
        let average = self.average_seconds_per_page();
        let waiting = self.waiting.iter().map(|span| (span.seconds() as f64 / average).max(1.0));
        let chains = self.chains.iter().filter_map(|chain| {
            let unread = chain.unread()?;
            Some((unread.seconds() as f64 / chain.seconds_per_page.unwrap_or(average)).max(1.0))
        });
        waiting.chain(chains).sum()
    }

    /// Takes the older part of what the busiest chain has not read.
    fn split(&mut self) -> Option<Span> {
        if self.unproven.is_some() {
            return None;
        }
        let busiest = self.chains.iter_mut().filter(|chain| chain.state == State::InFlight).filter_map(|chain| {
            let (unread, per_page) = (chain.unread()?, chain.seconds_per_page?);
            Some((unread.seconds() as f64 / per_page, per_page, chain))
        });
        let (pages, per_page, chain) = busiest.max_by(|a, b| a.0.total_cmp(&b.0))?;
        if pages < WORTH_SPLITTING {
            return None;
        }
        let kept_pages = (pages / 2.0).min(self.stride);
        let kept_seconds = ((kept_pages * per_page).ceil() as i64).max(1);
        let cut = chain.reached.min(chain.own.last) - kept_seconds;
        let given = Span { first: chain.own.first, last: cut };
        if given.seconds() == 0 {
            return None;
        }
        chain.own.first = cut + 1;
        Some(given)
    }
}

fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by(|a, b| b.cmp(a));
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(newer) if span.last >= newer.first - 1 => newer.first = newer.first.min(span.first),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
