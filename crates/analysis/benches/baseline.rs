//! A month as a baseline: `cargo bench -p analysis --bench baseline`.
//!
//! First the size of the file is printed, of a million events in thirty days by two thousand users and roles in twenty accounts:
//! people at their desks and at the console, and roles of machines. divan then prints the times:
//!
//! - `build`: from events to the file. Events are made within the measured time.
//! - `load`: from the file to what behaviours ask.
//! - `load_of_the_largest`: the same of a file of the largest size, by a hundred times as many identities.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails where it stands, and prints"
)]

use std::sync::{Arc, LazyLock};

use analysis::baseline::{Baseline, BaselineBuilder, MAX_BYTES};
use divan::Bencher;
use jiff::Timestamp;
use security_model::{EventView, RecordOrigin, SessionIssuerView, Untrusted, UserIdentityView};

const EVENTS: u64 = 1_000_000;
const IDENTITIES: u64 = 2_000;
const SECONDS: u64 = 30 * 86_400;
/// 1 October 2026.
const START: u64 = 1_790_812_800;

static MONTH: LazyLock<Vec<u8>> = LazyLock::new(|| built(EVENTS, IDENTITIES));
static LARGEST: LazyLock<Vec<u8>> = LazyLock::new(|| built(EVENTS, 100 * IDENTITIES));

fn main() {
    for (name, file) in [("month", &*MONTH), ("largest", &*LARGEST)] {
        let baseline = Baseline::from_bytes(file).unwrap();
        let (identities, left_out) = (baseline.identities(), baseline.left_out());
        println!("{name}: {} bytes, {identities} identities, {left_out} left out", file.len());
        assert!(file.len() <= MAX_BYTES);
    }
    divan::main();
}

#[divan::bench(sample_count = 1)]
fn build() -> Vec<u8> {
    built(EVENTS, IDENTITIES)
}

#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Baseline::from_bytes(&MONTH));
}

#[divan::bench]
fn load_of_the_largest(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Baseline::from_bytes(&LARGEST));
}

fn built(events: u64, identities: u64) -> Vec<u8> {
    let mut builder = BaselineBuilder::new(1);
    for number in 0..events {
        observe(&mut builder, number, events, identities);
    }
    builder.finish().unwrap().to_bytes()
}

/// A number that looks random, always the same for the same two.
fn mixed(of: u64, kind: u64) -> u64 {
    let mut number = of.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ kind.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// One event. Few identities make most calls, and of its calls each makes few most often.
fn observe(builder: &mut BaselineBuilder, number: u64, events: u64, identities: u64) {
    let skewed = |kind: u64, of: u64| (mixed(number, kind) % of) * (mixed(number, kind + 100) % of) / of;
    let who = skewed(1, identities);
    let repertoire = 8 + mixed(who, 2) % 120;
    let call = mixed(who, 1_000 + skewed(3, repertoire)) % 1_500;
    let region = ["eu-west-1", "us-east-1", "eu-central-1", "us-west-2", "ap-south-1"]
        [usize::try_from(skewed(4, 1 + mixed(who, 5) % 5)).unwrap()];
    let is_person = who.is_multiple_of(5);
    let account = format!("{:012}", 111_122_220_000 + who % 20);
    let verb = ["Get", "List", "Describe", "Describe", "Put", "Create", "Update"][usize::try_from(call % 7).unwrap()];
    let (source, name) = (format!("service{}.amazonaws.com", call % 90), format!("{verb}Thing{call}"));
    let place = mixed(who, 7 + skewed(6, 1 + mixed(who, 8) % 4));
    let address = match is_person {
        true => format!("130.{}.{}.{}", 60 + place % 90, place / 100 % 250, 1 + place / 7 % 250),
        false => format!("10.{}.{}.{}", place % 200, place / 200 % 250, 1 + place / 7 % 250),
    };
    let session = if is_person { format!("person{who}") } else { format!("i-{:017x}", mixed(who, number % 3)) };
    let (kind, arn, key, issuer) = match is_person {
        true => ("IAMUser", format!("arn:aws:iam::{account}:user/{session}"), format!("AKIA{who:016}"), None),
        false => {
            let role = format!("arn:aws:iam::{account}:role/workload-{who}");
            let arn = format!("arn:aws:sts::{account}:assumed-role/workload-{who}/{session}");
            ("AssumedRole", arn, format!("ASIA{:016x}", mixed(who, number * 60 / events)), Some(role))
        }
    };
    let agents = ["aws-cli/2.15.0", "Boto3/1.26", "console.amazonaws.com", "Terraform/1.6.0", "aws-sdk-go/1.50"];
    let agent = agents[usize::try_from((who + skewed(9, 3)) % 5).unwrap()];
    let (event_id, text) = (format!("{:032x}", mixed(number, 12)), |text| Some(Untrusted::new(text)));
    let seconds = START + number * SECONDS / events;
    let event = EventView {
        event_id: text(&event_id),
        event_time: Timestamp::from_second(i64::try_from(seconds).unwrap()).ok(),
        event_name: Untrusted::new(&name),
        event_source: Untrusted::new(&source),
        aws_region: text(region),
        account_id: text(&account),
        source_ip: text(&address),
        user_agent: text(agent),
        error_code: mixed(number, 10).is_multiple_of(50).then(|| Untrusted::new("AccessDenied")),
        event_type: text("AwsApiCall"),
        event_category: text("Management"),
        identity: UserIdentityView {
            kind: text(kind),
            arn: text(&arn),
            account_id: text(&account),
            access_key_id: text(&key),
            user_name: is_person.then(|| Untrusted::new(&session)),
            session_issuer: issuer.as_deref().map(|role| SessionIssuerView {
                kind: text("Role"),
                arn: text(role),
                account_id: text(&account),
                user_name: role.rsplit('/').next().map(Untrusted::new),
            }),
            ..UserIdentityView::default()
        },
        ..EventView::default()
    };
    builder.observe(&event, &RecordOrigin { place: Arc::clone(&PLACE), index: number });
}

static PLACE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("month.json"));
