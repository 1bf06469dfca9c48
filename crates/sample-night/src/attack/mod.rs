//! The attack: a deployment key leaks, and somebody uses it from half past one until after three.

mod access;
mod discovery;
mod evasion;
mod foothold;
mod theft;

use crate::Step;
use crate::actor::{Actor, temporary_key};
use crate::clock::{MINUTE, after_dusk, rfc3339};
use crate::record::{Call, Log};
use crate::rng::Rng;
use crate::world::{DEPLOY_USER, LEAKED_KEY};

/// What differs from one night's attack to the next, and what the findings about it need to know.
pub(crate) struct Intrusion {
    pub(crate) start: i64,
    /// Where the stolen key is used from.
    pub(crate) ip: &'static str,
    /// Where the attacker's browser sits.
    pub(crate) console_ip: &'static str,
    /// Where the data leaves to, and where the other account works from.
    pub(crate) exit_ip: &'static str,
    /// The temporary key with which the attacker is an administrator.
    pub(crate) admin_key: String,
    /// The user that is created to stay.
    pub(crate) new_user: &'static str,
}

impl Intrusion {
    pub(crate) fn plan(rng: &mut Rng) -> Self {
        Self {
            start: after_dusk(7, 36) + rng.between(0, 5 * MINUTE),
            ip: rng.pick(&["203.0.113.66", "203.0.113.91", "203.0.113.118"]),
            console_ip: rng.pick(&["2001:db8:66:a1::7", "2001:db8:91:2c::19"]),
            exit_ip: rng.pick(&["203.0.113.140", "203.0.113.201"]),
            admin_key: temporary_key(rng),
            new_user: rng.pick(&["svc-backup-sync", "svc-log-archive", "svc-metrics-relay"]),
        }
    }
}

/// Records the attack and returns its true course.
pub(crate) fn record(log: &mut Log, rng: &Rng, intrusion: &Intrusion) -> Vec<Step> {
    let mut attacker = Attacker {
        log,
        rng: rng.fork("attack"),
        story: Vec::new(),
        plan: intrusion,
        now: intrusion.start,
        phase: "initial-access",
    };
    let key = attacker.stolen_key();
    access::try_the_key(&mut attacker, &key);
    discovery::look_around(&mut attacker, &key);
    let admin = access::become_admin(&mut attacker, &key);
    discovery::read_everything(&mut attacker, &admin);
    let stay = foothold::make_user(&mut attacker, &admin);
    foothold::open_the_door(&mut attacker, &admin);
    foothold::sign_in(&mut attacker);
    evasion::blind_the_guards(&mut attacker, &admin);
    access::collect_secrets(&mut attacker, &admin);
    theft::share_disks(&mut attacker, &admin);
    theft::expose_and_empty_bucket(&mut attacker, &admin, &stay);
    theft::launch_miners(&mut attacker, &stay);
    attacker.story
}

/// The attacker at work: writes records and, beside them, what really happened.
struct Attacker<'a> {
    log: &'a mut Log,
    rng: Rng,
    story: Vec<Step>,
    plan: &'a Intrusion,
    now: i64,
    phase: &'static str,
}

impl Attacker<'_> {
    fn stolen_key(&self) -> Actor {
        Actor::user(DEPLOY_USER, LEAKED_KEY, self.plan.ip, BOTO3)
    }

    fn enter(&mut self, phase: &'static str) {
        self.phase = phase;
    }

    fn wait(&mut self, low: i64, high: i64) {
        self.now += self.rng.between(low, high);
    }

    /// Records a call as a step of the attack. The time in the story is the record's own.
    fn act(&mut self, name: &str, call: Call) {
        let event_id = self.log.push(call);
        self.tell(name, event_id);
    }

    fn tell(&mut self, name: &str, event_id: String) {
        self.story.push(Step { time: rfc3339(self.now), phase: self.phase, event_id, event_name: name.to_owned() });
    }
}

const ADMINISTRATOR_ACCESS: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// The attacker's tools.
const BOTO3: &str = "Boto3/1.34.51 md/Botocore#1.34.51 ua/2.0 os/linux#6.6.9-amd64 md/arch#x86_64 lang/python#3.11.8";
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

/// The user agent of the attacker's command line, which names the command.
fn cli(command: &str) -> String {
    format!("aws-cli/2.15.30 Python/3.11.8 Linux/6.6.9-amd64 exe/x86_64.kali.2024 prompt/off command/{command}")
}
