//! Events a second through the resolver. `cargo bench -p analysis --bench identity`; divan prints items (events) a second.
//!
//! `observe` collects, `chain` then tells of each event who is behind it, `chains` does so once for each session: events of two hundred sessions of two links.

use analysis::identity::{Limits, Resolver};
use divan::Bencher;
use divan::counter::ItemsCount;
use security_model::{EventView, RawJson, SessionIssuerView, Untrusted, UserIdentityView};

fn main() {
    divan::main();
}

const SESSIONS: usize = 200;
const EVENTS: usize = 20_000;

/// The texts of an event.
struct Owned {
    name: &'static str,
    kind: &'static str,
    arn: String,
    issuer: Option<String>,
    key: String,
    response: Option<String>,
    record: String,
}

impl Owned {
    fn view(&self) -> EventView<'_> {
        let identity = UserIdentityView {
            kind: Some(Untrusted::new(self.kind)),
            arn: Some(Untrusted::new(&self.arn)),
            access_key_id: Some(Untrusted::new(&self.key)),
            session_issuer: self
                .issuer
                .as_deref()
                .map(|arn| SessionIssuerView { arn: Some(Untrusted::new(arn)), ..SessionIssuerView::default() }),
            ..UserIdentityView::default()
        };
        EventView {
            event_id: Some(Untrusted::new("e-1")),
            event_time: "2026-11-21T02:13:00Z".parse().ok(),
            event_name: Untrusted::new(self.name),
            event_source: Untrusted::new("sts.amazonaws.com"),
            source_ip: Some(Untrusted::new("203.0.113.7")),
            user_agent: Some(Untrusted::new("aws-cli/2.15.0 Python/3.11.4 Linux/5.10 botocore/2.4.5")),
            identity,
            response_elements: self.response.as_deref().map(RawJson::new),
            record: RawJson::new(&self.record),
            ..EventView::default()
        }
    }
}

fn session(n: usize, hop: &str) -> Owned {
    Owned {
        name: "GetCallerIdentity",
        kind: "AssumedRole",
        arn: format!("arn:aws:sts::111122223333:assumed-role/{hop}/session-{n}"),
        issuer: Some(format!("arn:aws:iam::111122223333:role/{hop}")),
        key: format!("ASIA{hop}{n:07}EXAMPLE"),
        response: None,
        record: format!(r#"{{"padding":"{}"}}"#, "x".repeat(1_000)),
    }
}

fn assume(caller: Owned, taken: &Owned) -> Owned {
    let response = format!(r#"{{"credentials":{{"accessKeyId":"{}"}}}}"#, taken.key);
    Owned { name: "AssumeRole", response: Some(response), ..caller }
}

fn events() -> Vec<Owned> {
    let mut events = Vec::new();
    for n in 0..SESSIONS {
        let user = Owned {
            kind: "IAMUser",
            arn: format!("arn:aws:iam::111122223333:user/user-{n}"),
            issuer: None,
            key: format!("AKIA{n:07}EXAMPLE"),
            ..session(n, "None")
        };
        events.push(assume(user, &session(n, "First")));
        events.push(assume(session(n, "First"), &session(n, "Second")));
    }
    let rest = EVENTS - events.len();
    events.extend((0..rest).map(|n| session(n % SESSIONS, "Second")));
    events
}

#[divan::bench]
fn observe(bencher: Bencher<'_, '_>) {
    let events = events();
    let views: Vec<EventView<'_>> = events.iter().map(Owned::view).collect();
    bencher.counter(ItemsCount::new(EVENTS)).bench(|| {
        let mut resolver = Resolver::new(Limits::default());
        views.iter().for_each(|view| resolver.observe(view));
        resolver
    });
}

#[divan::bench]
fn chain(bencher: Bencher<'_, '_>) {
    let events = events();
    let views: Vec<EventView<'_>> = events.iter().map(Owned::view).collect();
    let mut resolver = Resolver::new(Limits::default());
    views.iter().for_each(|view| resolver.observe(view));
    bencher
        .counter(ItemsCount::new(EVENTS))
        .bench(|| views.iter().filter(|view| resolver.chain(view).complete).count());
}

#[divan::bench]
fn chains(bencher: Bencher<'_, '_>) {
    let events = events();
    let views: Vec<EventView<'_>> = events.iter().map(Owned::view).collect();
    let mut resolver = Resolver::new(Limits::default());
    views.iter().for_each(|view| resolver.observe(view));
    bencher.counter(ItemsCount::new(EVENTS)).bench(|| {
        let mut chains = resolver.chains();
        views.iter().filter(|view| chains.of(view).complete).count()
    });
}
