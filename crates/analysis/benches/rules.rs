//! Events a second of the rule pack: `cargo bench -p analysis --bench rules`.
//!
//! divan prints items (events) a second of one core. On a busy machine compare the column `fastest`.
//!
//! - `sample_night`: the built-in night as views, as collectors lend them; records are parsed where a rule asks.
//! - `own_records`: the records beside the rules, all of which concern some rule: the worst mix there is.
//! - `whole_analysis`: the night through counting, rules, rows and correlations.
//! - `compile`: the pack from bytes to a matcher (items are rule files).

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark fails where it stands")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use analysis::EvidenceLimits;
use analysis::cloudtrail::EventAnalysis;
use analysis::detect::{DetectionLimits, PackBuilder, RulePack};
use divan::Bencher;
use divan::counter::ItemsCount;
use security_model::{EventView, RawJson, RecordOrigin, SessionIssuerView, Untrusted, UserIdentityView};
use serde_json::Value;
use sigma::Scratch;

fn main() {
    divan::main();
}

static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| files("yml"));

/// The files of the pack that end so, in order.
fn files(extension: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let paths = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let wanted = paths.filter(|path| path.extension().is_some_and(|own| own == extension));
    let mut files: Vec<_> =
        wanted.map(|path| (path.to_str().unwrap().to_owned(), std::fs::read(path).unwrap())).collect();
    files.sort();
    files
}

fn compiled() -> Arc<RulePack> {
    let mut builder = PackBuilder::default();
    for (name, bytes) in FILES.iter() {
        builder.add(name, bytes);
    }
    builder.build()
}

/// A record that keeps what a view lends.
struct Event {
    json: Value,
    text: String,
    request: Option<String>,
    response: Option<String>,
}

impl Event {
    fn new(json: Value) -> Self {
        let part = |name: &str| json.get(name).filter(|part| !part.is_null()).map(Value::to_string);
        Self { text: json.to_string(), request: part("requestParameters"), response: part("responseElements"), json }
    }

    fn view(&self) -> EventView<'_> {
        let at = |path: &str| self.json.pointer(path).and_then(Value::as_str).map(Untrusted::new);
        let issuer = "/userIdentity/sessionContext/sessionIssuer";
        EventView {
            event_id: at("/eventID"),
            event_time: self.json["eventTime"].as_str().and_then(|time| time.parse().ok()),
            event_name: at("/eventName").unwrap_or(Untrusted::new("")),
            event_source: at("/eventSource").unwrap_or(Untrusted::new("")),
            aws_region: at("/awsRegion"),
            account_id: at("/recipientAccountId"),
            source_ip: at("/sourceIPAddress"),
            user_agent: at("/userAgent"),
            error_code: at("/errorCode"),
            read_only: self.json["readOnly"].as_bool(),
            event_type: at("/eventType"),
            event_category: at("/eventCategory"),
            identity: UserIdentityView {
                kind: at("/userIdentity/type"),
                principal_id: at("/userIdentity/principalId"),
                arn: at("/userIdentity/arn"),
                account_id: at("/userIdentity/accountId"),
                access_key_id: at("/userIdentity/accessKeyId"),
                user_name: at("/userIdentity/userName"),
                invoked_by: at("/userIdentity/invokedBy"),
                session_issuer: self.json.pointer(issuer).map(|_| SessionIssuerView {
                    kind: at(&format!("{issuer}/type")),
                    arn: at(&format!("{issuer}/arn")),
                    account_id: at(&format!("{issuer}/accountId")),
                    user_name: at(&format!("{issuer}/userName")),
                }),
                ..UserIdentityView::default()
            },
            console_login: at("/responseElements/ConsoleLogin"),
            mfa_used: at("/additionalEventData/MFAUsed"),
            request_parameters: self.request.as_deref().map(RawJson::new),
            response_elements: self.response.as_deref().map(RawJson::new),
            record: RawJson::new(&self.text),
        }
    }
}

fn night() -> Vec<Event> {
    let night = ::sample_night::generate(::sample_night::SAMPLE_SEED);
    night.cloudtrail.into_iter().map(Event::new).collect()
}

fn own() -> Vec<Event> {
    fn each(value: Value, found: &mut Vec<Event>) {
        match value {
            Value::Array(items) => items.into_iter().for_each(|item| each(item, found)),
            record => found.push(Event::new(record)),
        }
    }
    let mut found = Vec::new();
    for (_, bytes) in files("json") {
        let Value::Object(cases) = serde_json::from_slice(&bytes).unwrap() else { continue };
        cases.into_iter().for_each(|(_, cases)| each(cases, &mut found));
    }
    found
}

fn matching(bencher: Bencher<'_, '_>, events: &[Event]) {
    let pack = compiled();
    let views: Vec<EventView<'_>> = events.iter().map(Event::view).collect();
    let mut scratch = Scratch::default();
    bencher
        .counter(ItemsCount::new(views.len()))
        .bench_local(|| views.iter().map(|view| pack.matching(view, &mut scratch).count()).sum::<usize>());
}

#[divan::bench]
fn sample_night(bencher: Bencher<'_, '_>) {
    matching(bencher, &night());
}

#[divan::bench]
fn own_records(bencher: Bencher<'_, '_>) {
    matching(bencher, &own());
}

#[divan::bench(args = [false, true])]
fn whole_analysis(bencher: Bencher<'_, '_>, rules: bool) {
    let (pack, events) = (compiled(), night());
    let views: Vec<EventView<'_>> = events.iter().map(Event::view).collect();
    let place: Arc<str> = Arc::from("night");
    bencher.counter(ItemsCount::new(views.len())).bench_local(|| {
        let mut analysis = EventAnalysis::new(EvidenceLimits::default());
        if rules {
            analysis = analysis.with_rules(Arc::clone(&pack), DetectionLimits::default());
        }
        for (index, view) in (0..).zip(&views) {
            analysis.observe(view, &RecordOrigin { place: Arc::clone(&place), index });
        }
        analysis.finish().detections.rows.len()
    });
}

#[divan::bench]
fn compile(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(FILES.len())).bench_local(compiled);
}
