//! The ordinary night: people, pipelines, machines and services going about their work.

mod delivery;
mod machines;
mod mishaps;
mod people;
mod services;
mod sign_in;

pub(crate) use sign_in::{ConsoleLogin, console_login};

use crate::actor::Actor;
use crate::record::Log;
use crate::request::plausible;
use crate::rng::Rng;

/// Records everything that would have happened without the attack.
pub(crate) fn record(log: &mut Log, rng: &Rng) {
    people::record(log, &mut rng.fork("people"));
    delivery::record(log, &mut rng.fork("delivery"));
    machines::record(log, &mut rng.fork("machines"));
    services::record(log, &mut rng.fork("services"));
    mishaps::record(log, &mut rng.fork("mishaps"));
}

/// An API: service and event name.
type Api = (&'static str, &'static str);

/// Records one reading call with parameters that suit it.
fn read(log: &mut Log, rng: &mut Rng, actor: &Actor, time: i64, region: &str, (service, name): Api) {
    let request = plausible(rng, service, name);
    log.push(actor.call(time, region, service, name).request(request));
}

/// The moments of something that happens every `period` seconds from `start` to `end`, give or take `jitter`.
fn ticks(rng: &mut Rng, start: i64, end: i64, period: i64, jitter: i64) -> Vec<i64> {
    let mut time = start + rng.between(0, period);
    let mut moments = Vec::new();
    while time < end {
        moments.push(time);
        time += (period + rng.between(-jitter, jitter)).max(1);
    }
    moments
}
