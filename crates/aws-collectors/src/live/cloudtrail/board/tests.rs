//! The board against a simulated service: whatever the events and the order of answers, each event is taken once.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

const PAGE: usize = 50;

/// Seconds of events, newest first, as the service holds them.
struct Service {
    seconds: Vec<i64>,
    served: usize,
}

impl Service {
    fn new(mut seconds: Vec<i64>) -> Self {
        seconds.sort_unstable_by(|a, b| b.cmp(a));
        Self { seconds, served: 0 }
    }

    /// The answer and the positions of its events.
    fn answer(&mut self, request: &Request) -> (Outline, Vec<usize>) {
        self.served += 1;
        let skip: usize =
            request.token.as_deref().map_or(0, |token| token.rsplit('/').next().unwrap().parse().unwrap());
        let hits: Vec<usize> = (0..self.seconds.len())
            .filter(|&i| (request.span.first..=request.span.last).contains(&self.seconds[i]))
            .collect();
        let page: Vec<usize> = hits.iter().copied().skip(skip).take(PAGE).collect();
        let next =
            (skip + PAGE < hits.len()).then(|| format!("{}/{}/{}", request.span.first, request.span.last, skip + PAGE));
        let outline = Outline { seconds: page.iter().map(|&i| Some(self.seconds[i])).collect(), writes: vec![], next };
        (outline, page)
    }
}

/// Reads everything with `workers` requests in flight; `order` picks which answer lands first.
fn read_all(service: &mut Service, span: Span, workers: usize, mut order: impl FnMut(usize) -> usize) -> Vec<u32> {
    let mut taken = vec![0; service.seconds.len()];
    let mut board = Board::new([span], 64.0);
    let mut flights: VecDeque<Request> = VecDeque::new();
    loop {
        while flights.len() < workers {
            let Some(request) = board.next() else { break };
            flights.push_back(request);
        }
        if flights.is_empty() {
            break;
        }
        let request = flights.remove(order(flights.len())).unwrap();
        let (outline, events) = service.answer(&request);
        let keep = board.landed(request.chain, &outline);
        for (event, keep) in events.into_iter().zip(keep) {
            taken[event] += u32::from(keep);
        }
        assert!(service.served < 100_000, "the board does not come to an end");
    }
    assert!(board.unread().is_empty() && board.broken().is_empty());
    taken
}

proptest! {
    #[test]
    fn every_event_is_taken_once(
        clusters in prop::collection::vec((0i64..100_000, 1i64..5_000, 0usize..400), 0..12),
        workers in 1usize..5,
        picks in prop::collection::vec(0usize..5, 64),
    ) {
        let mut seconds = Vec::new();
        for (start, width, count) in clusters {
            seconds.extend((0..count).map(|i| (start + i64::try_from(i).unwrap() * 7919 % width).min(100_000)));
        }
        let mut service = Service::new(seconds);
        let mut turn = 0;
        let taken = read_all(&mut service, Span { first: 0, last: 100_000 }, workers, |len| {
            turn += 1;
            picks[turn % picks.len()] % len
        });
        prop_assert!(taken.iter().all(|&n| n == 1), "{:?}", taken.iter().filter(|&&n| n != 1).count());
    }
}

#[test]
fn splitting_an_even_day_wastes_few_pages() {
    for (workers, most) in [(2, 203), (3, 203), (4, 205)] {
        let mut service = Service::new((0..10_000).map(|i| i * 86_400 / 10_000).collect());
        let taken = read_all(&mut service, Span { first: 0, last: 86_399 }, workers, |_| 0);
        assert!(taken.iter().all(|&n| n == 1));
        assert!(service.served <= most, "{workers} workers: {} calls", service.served);
    }
}

#[test]
fn a_burst_at_the_end_of_a_quiet_day_wastes_few_pages() {
    let mut service = Service::new((0..10_000).map(|i| 85_800 + i * 600 / 10_000).collect());
    let taken = read_all(&mut service, Span { first: 0, last: 86_399 }, 2, |_| 0);
    assert!(taken.iter().all(|&n| n == 1));
    assert!(service.served <= 206, "{} calls", service.served);
}

#[test]
fn a_quiet_newest_part_does_not_hide_how_dense_the_rest_is() {
    let mut service = Service::new((0..10_000).collect());
    let mut board = Board::new([Span { first: 0, last: 94_000 }], 64.0);
    let first = board.next().unwrap();
    board.landed(first.chain, &service.answer(&first).0);
    assert!((board.expected_pages() - 199.0).abs() < 10.0, "{}", board.expected_pages());
    assert!(board.next().is_some() && board.next().is_some(), "a second chain is begun");
}

#[test]
fn a_chain_that_becomes_dense_is_split() {
    // One page over ten hours, then an event a second.
    let quiet = (0..50).map(|i| 10_000 + i * 720);
    let mut service = Service::new((0..10_000).chain(quiet).collect());
    let mut board = Board::new([Span { first: 0, last: 50_000 }], 64.0);
    for _ in 0..9 {
        let request = board.next().unwrap();
        board.landed(request.chain, &service.answer(&request).0);
    }
    assert!(board.next().is_some() && board.next().is_some(), "a second chain is begun");
}

#[test]
fn a_few_events_in_a_long_quiet_window_waste_few_pages() {
    // 20 pages in the last half hour of 90 days.
    let days = 90 * 86_400;
    for workers in 2..=4 {
        let mut service = Service::new((0..1_000).map(|i| days - 1_800 + i * 1_800 / 1_000).collect());
        let taken = read_all(&mut service, Span { first: 0, last: days }, workers, |_| 0);
        assert!(taken.iter().all(|&n| n == 1));
        assert!(service.served <= 25, "{workers} workers: {} calls", service.served);
    }
}

#[test]
fn one_worker_never_pays_for_splitting() {
    let mut service = Service::new((0..10_000).map(|i| i * 86_400 / 10_000).collect());
    read_all(&mut service, Span { first: 0, last: 86_399 }, 1, |_| 0);
    assert_eq!(service.served, 200);
}

fn page(seconds: &[i64], next: Option<&str>) -> Outline {
    Outline { seconds: seconds.iter().copied().map(Some).collect(), writes: vec![], next: next.map(str::to_owned) }
}

#[test]
fn a_repeated_token_begins_again_behind_what_was_read_and_then_gives_up() {
    let mut board = Board::new([Span { first: 0, last: 99 }], 64.0);
    let first = board.next().unwrap();
    board.landed(first.chain, &page(&[99, 90], Some("a")));
    let second = board.next().unwrap();
    board.landed(second.chain, &page(&[89, 80], Some("a")));
    // "a" came back: a new chain reads from second 80 down, because 80 may not have been complete.
    let third = board.next().unwrap();
    assert_eq!((third.span, third.token), (Span { first: 0, last: 80 }, None));
    board.landed(third.chain, &page(&[80], Some("b")));
    let fourth = board.next().unwrap();
    board.landed(fourth.chain, &page(&[80], Some("b")));
    assert_eq!(board.next(), None, "no progress since it was begun again");
    assert_eq!(board.broken(), [Span { first: 0, last: 80 }]);
}

#[test]
fn a_token_that_is_refused_at_every_page_comes_to_an_end() {
    let mut board = Board::new([Span { first: 0, last: 99 }], 64.0);
    let mut calls = 0;
    while let Some(request) = board.next() {
        calls += 1;
        assert!(calls < 100);
        match request.token {
            None => drop(board.landed(request.chain, &page(&[request.span.last, request.span.last - 1], Some("x")))),
            Some(_) => board.restart(request.chain),
        }
    }
    assert_eq!(board.broken().len(), 1);
    assert!(board.unread().is_empty());
}

#[test]
fn empty_pages_are_followed_but_not_for_ever() {
    let mut board = Board::new([Span { first: 0, last: 99 }], 64.0);
    let mut calls = 0;
    while let Some(request) = board.next() {
        calls += 1;
        assert!(calls < 1_000);
        board.landed(request.chain, &page(&[], Some(&format!("t{calls}"))));
    }
    assert_eq!((calls, board.broken()), (MAX_EMPTY_PAGES, vec![Span { first: 0, last: 99 }]));
}

#[test]
fn what_is_left_is_told_newest_first_and_merged() {
    let mut board = Board::new([Span { first: 0, last: 999 }], 64.0);
    let first = board.next().unwrap();
    board.landed(first.chain, &page(&[999, 990], Some("a")));
    let _second = board.next().unwrap();
    let third = board.next().unwrap();
    assert_eq!(third.span.first, 0, "the older part of the busy chain");
    assert_eq!(board.unread(), [Span { first: 0, last: 990 }]);
    // 991 seconds at 9 a page.
    assert!((board.expected_pages() - 110.1).abs() < 1.5, "{}", board.expected_pages());
}
