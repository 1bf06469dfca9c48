//! The client against a fake Maestro on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test, as tests themselves do"
)]

mod faults;
mod golden;
mod outcomes;
mod secrecy;

use std::time::Duration;

use maestro_client::{ApiKey, Client, ClientBuilder, Deadline, Polling, Retry, RunRequest};
use test_support::maestro::{FakeMaestro, Mode};

const KEY: &str = "k-canary-5d1f";

async fn fake(mode: &str) -> FakeMaestro {
    let mode: Mode = mode.parse().unwrap();
    FakeMaestro::builder().key(KEY).mode(mode).start().await.unwrap()
}

/// As a user has it, but in a hurry.
fn hurried(fake: &FakeMaestro) -> ClientBuilder {
    let ms = Duration::from_millis;
    Client::builder()
        .base_url(fake.base_url())
        .api_key(ApiKey::new(KEY).unwrap())
        .polling(Polling { first: ms(5), growth: 1.5, longest: ms(20) })
        .retry(Retry { attempts: 4, first_wait: ms(5), longest_wait: ms(50) })
}

fn client(fake: &FakeMaestro) -> Client {
    hurried(fake).build().unwrap()
}

fn request() -> RunRequest {
    RunRequest::new("hello").requirement("headers", "Use markdown headers", true).requirement("length", "Short", false)
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(5))
}

fn count(fake: &FakeMaestro, method: &str) -> usize {
    fake.requests().iter().filter(|request| request.method == method).count()
}
