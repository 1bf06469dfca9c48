//! Reads one region's window: several chains at the pace of the quota, and writes first when not everything will fit.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::attribute::{Attribute, READ_ONLY};
use super::board::{Board, Request, Span};
use super::page::Page;
use crate::budget::{Meter, Stop};
use crate::failure::FailureKind;
use crate::live::latency::Latency;
use crate::session::{EVENTS_PER_PAGE, Halt, LookupQuery};

/// Gives pages of LookupEvents, each with the time its answer took. Waiting for a turn and retries are behind it.
pub(crate) trait LookupPages: Clone + Send + Sync + 'static {
    fn page(
        &self,
        query: LookupQuery,
        token: Option<String>,
    ) -> impl Future<Output = Result<(Page, Duration), Halt>> + Send;

    /// Time between requests at the pace in force.
    fn spacing(&self) -> Duration;
}

/// A page on its way to the reader.
pub(crate) struct Delivery {
    /// Position of the region among those asked.
    pub(crate) region: usize,
    pub(crate) body: Vec<u8>,
    /// Which of the page's events to read; the others are read with another page.
    pub(crate) keep: Vec<bool>,
}

/// Which events a gap is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    All,
    Writes,
    /// While every write was read.
    Reads,
}

/// A part of the window that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) part: Part,
    pub(crate) spans: Vec<Span>,
    /// `None`: the paging broke.
    pub(crate) why: Option<Halt>,
}

/// How one region is read.
pub(crate) struct RegionReader<P> {
    pub(crate) index: usize,
    pub(crate) pages: P,
    pub(crate) meter: Arc<Meter>,
    /// Regions that draw on the same budget.
    pub(crate) sharers: u64,
    pub(crate) deliveries: mpsc::Sender<Delivery>,
}

/// Pages a chain keeps when it is split: many, so that few pages are spent on splitting.
const LONG_STRIDE: f64 = 64.0;
/// Few, so that what was read when the budget ends is everything newer than about one instant.
const SHORT_STRIDE: f64 = 4.0;

/// What one pass over a window reads.
#[derive(Default)]
struct Reading {
    /// Filters at the service.
    attribute: Option<Attribute>,
    /// Whether to stop when the rest will not fit the budget.
    may_stop: bool,
    /// Leaves the writes of a page aside: an earlier pass read them.
    without_writes: bool,
}

enum End {
    /// Everything was read, less what was given up.
    Read,
    /// The rest will not fit the budget.
    WillNotFit(Vec<Span>),
    Halted(Halt, Vec<Span>),
}

impl<P: LookupPages> RegionReader<P> {
    /// Reads `span`, and says what was not read.
    pub(crate) async fn read(&self, span: Span, attribute: Option<Attribute>) -> Vec<Unread> {
        let mut unread = Vec::new();
        let may_split_by_kind = attribute.is_none();
        let everything = Reading { attribute, may_stop: may_split_by_kind, without_writes: false };
        let end = self.read_spans(vec![span], everything, LONG_STRIDE, Part::All, &mut unread).await;
        match end {
            End::Read => {}
            End::Halted(why, spans) => unread.push(Unread { part: Part::All, spans, why: Some(why) }),
            End::WillNotFit(rest) => self.read_writes_first(rest, &mut unread).await,
        }
        unread
    }

    async fn read_writes_first(&self, rest: Vec<Span>, unread: &mut Vec<Unread>) {
        let writes = Reading { attribute: Some((READ_ONLY, "false".to_owned())), ..Reading::default() };
        let writes = self.read_spans(rest.clone(), writes, LONG_STRIDE, Part::Writes, unread).await;
        if let End::Halted(why, spans) = writes {
            unread.push(Unread { part: Part::Writes, spans, why: Some(why.clone()) });
            unread.push(Unread { part: Part::Reads, spans: rest, why: Some(why) });
            return;
        }
        // Not `ReadOnly=true`: an event that is neither marked true nor false would be lost.
        let others = Reading { without_writes: true, ..Reading::default() };
        let reads = self.read_spans(rest, others, SHORT_STRIDE, Part::Reads, unread).await;
        if let End::Halted(why, spans) = reads {
            unread.push(Unread { part: Part::Reads, spans, why: Some(why) });
        }
    }

    async fn read_spans(
        &self,
        spans: Vec<Span>,
        reading: Reading,
        stride: f64,
        part: Part,
        unread: &mut Vec<Unread>,
    ) -> End {
        let mut board = Board::new(spans, stride);
        let end = self.run(&mut board, &reading).await;
        let broken = board.broken();
        if !broken.is_empty() {
            unread.push(Unread { part, spans: broken, why: None });
        }
        end
    }

    async fn run(&self, board: &mut Board, reading: &Reading) -> End {
        let mut flights = JoinSet::new();
        let mut latency = Latency::default();
        let mut halted: Option<Halt> = None;
        loop {
            while halted.is_none() && flights.len() < latency.requests_in_flight(self.pages.spacing()) {
                let Some(request) = board.next() else { break };
                self.launch(&mut flights, request, reading.attribute.clone());
            }
            let (chain, answer) = match flights.join_next().await {
                Some(Ok(landed)) => landed,
                // A task of ours that was cancelled or panicked: nothing of its page was read.
                Some(Err(_)) => return End::Halted(Halt::Stop(Stop::Cancelled), board.unread()),
                None => break,
            };
            match answer {
                Ok((page, took)) => {
                    latency.saw(took);
                    let mut keep = board.landed(chain, &page.outline);
                    if reading.without_writes {
                        keep.iter_mut().zip(&page.outline.writes).for_each(|(keep, is_write)| *keep &= !is_write);
                    }
                    let stop = reading.may_stop && halted.is_none() && !self.will_fit(board);
                    if stop {
                        give_back_oldest(&page, &mut keep);
                    }
                    if self.deliver(page, keep).await.is_err() {
                        return End::Halted(Halt::Stop(Stop::Cancelled), board.unread());
                    }
                    if stop {
                        return End::WillNotFit(board.unread());
                    }
                }
                Err(Halt::Failed(failure)) if failure.kind == FailureKind::BadToken => board.restart(chain),
                // What is in flight may be paid for already: let it land.
                Err(Halt::Stop(stop)) => halted = Some(Halt::Stop(stop)),
                Err(halt) => return End::Halted(halt, board.unread()),
            }
        }
        match halted {
            Some(halt) => End::Halted(halt, board.unread()),
            None => End::Read,
        }
    }

    #[expect(clippy::type_complexity, reason = "the set of answers on their way, used in one place")]
    fn launch(
        &self,
        flights: &mut JoinSet<(usize, Result<(Page, Duration), Halt>)>,
        request: Request,
        attribute: Option<Attribute>,
    ) {
        let query = LookupQuery { first: request.span.first, last: request.span.last, attribute };
        let pages = self.pages.clone();
        flights.spawn(async move { (request.chain, pages.page(query, request.token).await) });
    }

    async fn deliver(&self, page: Page, keep: Vec<bool>) -> Result<(), ()> {
        let kept = keep.iter().filter(|keep| **keep).count();
        self.meter.take_records(u64::try_from(kept).unwrap_or(u64::MAX));
        self.deliveries.send(Delivery { region: self.index, body: page.body, keep }).await.map_err(|_| ())
    }

    fn will_fit(&self, board: &Board) -> bool {
        let page = u64::from(EVENTS_PER_PAGE);
        let left = self.meter.requests_left(self.pages.spacing(), page, self.sharers);
        left.is_none_or(|left| board.expected_pages() <= left as f64)
    }
}

/// The oldest second of a page may go on in the next; when that is not read, it is left to whoever reads the rest.
fn give_back_oldest(page: &Page, keep: &mut [bool]) {
    let Some(oldest) = page.outline.seconds.iter().flatten().min().copied() else { return };
    if page.outline.next.is_none() {
        return;
    }
    for (keep, second) in keep.iter_mut().zip(&page.outline.seconds) {
        *keep &= second.is_none_or(|second| second > oldest);
    }
}

#[cfg(test)]
mod tests;
