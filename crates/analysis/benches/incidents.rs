//! Detection and incidents where many act against many: `cargo bench -p analysis --bench incidents`.
//!
//! Users by the thousand give each other access keys, day and night for two months, so that there are about as many stories
//! as events and everybody's touches somebody else's. Whoever can write to the log can have this: divan's items (events) a
//! second are to stay about the same however many there are.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    dead_code,
    reason = "a benchmark fails where it stands, and takes of what benchmarks share what it needs"
)]

mod support;

use std::sync::Arc;

use analysis::EvidenceLimits;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, PackBuilder};
use divan::Bencher;
use divan::counter::ItemsCount;
use jiff::{SignedDuration, Timestamp};
use security_model::{EventView, RecordOrigin};
use serde_json::json;
use support::{Event, pack_files};

/// Where the pack lies, seen from this package.
const PACK: &str = "rules";
const DAYS: i64 = 60;
/// Events of one user.
const OF_ONE: usize = 12;

fn main() {
    divan::main();
}

/// Users who give each other keys: as many events.
fn keys_for_each_other(events: usize) -> Vec<Event> {
    let users = events / OF_ONE;
    let begin: Timestamp = "2026-09-01T00:00:00Z".parse().unwrap();
    let pause = SignedDuration::from_secs(DAYS * 24 * 3600 / i64::try_from(events).unwrap());
    let event = |at: usize| {
        let (user, other) = (at % users, (at * 7 + at / users) % users);
        let time = begin + pause * i32::try_from(at).unwrap();
        Event::new(json!({
            "eventVersion": "1.09", "eventID": format!("{at:08x}-0000-4000-8000-000000000000"), "eventTime": time.to_string(),
            "eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey", "awsRegion": "us-east-1",
            "sourceIPAddress": format!("198.51.100.{}", user % 250), "userAgent": "aws-cli/2.15", "readOnly": false,
            "userIdentity": {
                "type": "IAMUser", "principalId": format!("AIDA{user:016}"), "accountId": "111122223333",
                "arn": format!("arn:aws:iam::111122223333:user/user-{user}"), "userName": format!("user-{user}"),
                "accessKeyId": format!("AKIA{user:016}"),
            },
            "requestParameters": {"userName": format!("user-{other}")},
            "responseElements": {"accessKey": {
                "accessKeyId": format!("AKIB{at:016}"), "userName": format!("user-{other}"), "status": "Active",
            }},
            "eventType": "AwsApiCall", "managementEvent": true, "recipientAccountId": "111122223333",
        }))
    };
    (0..events).map(event).collect()
}

#[divan::bench(args = [5_000, 20_000, 80_000], sample_count = 3)]
fn crowd(bencher: Bencher<'_, '_>, events: usize) {
    let events = keys_for_each_other(events);
    let views: Vec<EventView<'_>> = events.iter().map(Event::view).collect();
    let mut pack = PackBuilder::default();
    pack_files("yml").iter().for_each(|(name, bytes)| pack.add(name, bytes));
    let pack = pack.build();
    let place: Arc<str> = Arc::from("crowd");
    bencher.counter(ItemsCount::new(views.len())).bench_local(|| {
        let analysis = EventAnalysis::new(EvidenceLimits { max_rows: 0 }).without_counts();
        let mut analysis = analysis.with_rules(Arc::clone(&pack), DetectionLimits::default());
        for (index, view) in (0..).zip(&views) {
            analysis.observe(view, &RecordOrigin { place: Arc::clone(&place), index });
        }
        let result = analysis.finish();
        assert!(!result.incidents.is_empty());
        result
    });
}
