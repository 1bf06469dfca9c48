//! One identity reads many different secrets within an hour, and many more than it does on other days.

use jiff::SignedDuration;
use security_model::{Confidence, Level};

use super::evidence::{Burst, Size};
use super::ids::States;
use super::{About, Analytic, Event, Findings, Known, Observed, Signals, request, words};
use crate::cloudtrail::user_agent::Family;

/// Different secrets within [`SPAN`].
const SECRETS: usize = 10;
const SPAN: SignedDuration = SignedDuration::from_hours(1);
/// So many times the most of other days.
const TIMES_BEFORE: usize = 3;
/// Most secrets of one call that are told apart.
const MOST_OF_ONE: usize = 20;

pub(super) static ABOUT: About = About {
    id: "secrets-sweep",
    title: "Many different secrets were read within an hour",
    level: Level::Medium,
    confidence: Confidence::Medium,
    tactics: &["credential-access"],
    techniques: &["T1555.006"],
    description: "Secrets open what comes next: databases, partners, other accounts. Whoever takes stock takes all.",
    needs: &["requestParameters of GetSecretValue and GetParameter calls"],
    false_positives: &["a deployment or rotation role, on the first day that is read of it"],
};

#[derive(Default)]
struct Reader {
    burst: Burst<Box<str>>,
    /// Whether others made up the burst than what calls itself a provisioning tool.
    by_others: bool,
    day: i64,
    /// The most within an hour, today and on any day before.
    today: usize,
    before: usize,
}

#[derive(Default)]
pub(super) struct SecretsSweep {
    readers: States<u32, Reader>,
    calls: u64,
    that_name: u64,
}

impl SecretsSweep {
    /// The most that each identity read within an hour.
    pub(super) fn most_before(&self) -> impl Iterator<Item = (u32, usize)> {
        self.readers.iter().map(|(principal, reader)| (principal, reader.before.max(reader.today)))
    }
}

impl Analytic for SecretsSweep {
    fn wants(&self) -> Signals {
        Signals::SECRET
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        self.calls += 1;
        let names = names(o);
        self.that_name += u64::from(o.request.is_some());
        let Some(reader) = self.readers.of(o.ids.principal) else { return };
        let day = o.time.as_second().div_euclid(86_400);
        if day != reader.day {
            let before = event.before.person(o.who()).map_or(0, |person| usize::from(person.secrets));
            reader.before = reader.before.max(reader.today).max(before);
            (reader.day, reader.today) = (day, 0);
        }
        // Whoever reads so many every day that no more can be told apart is never news.
        let size = Size { distinct: SECRETS.max(reader.before * TIMES_BEFORE), span: SPAN };
        for name in names {
            let is_burst = reader.burst.add(o, name, size);
            reader.by_others |= is_burst && !is_tool(o);
        }
        reader.today = reader.today.max(reader.burst.within(size.span, o));
    }

    fn finish(self: Box<Self>, _: &Known, findings: &mut Findings) {
        if self.calls > 0 && self.that_name == 0 {
            return findings.blind(&ABOUT, "no event that reads a secret says which");
        }
        findings.dropped += self.readers.dropped();
        for (_, reader) in self.readers.into_sorted() {
            let (before, by_others) = (reader.before, reader.by_others);
            let Some((most, evidence)) = reader.burst.into_found() else { continue };
            let who = words::who(evidence.principal());
            let than = if before > 0 { format!(", at most {before} on other days") } else { String::new() };
            let reason = format!("{who} asked for {most} different secrets within an hour{than}.");
            let (level, evidence) = if by_others { (ABOUT.level, evidence) } else { (Level::Low, evidence.brief()) };
            findings.found.push(evidence.found(&ABOUT, level, words::sentence(&reason)));
        }
    }
}

/// What the call reads. Provisioning tools read again the version that they wrote.
fn names(o: &Observed<'_>) -> Vec<Box<str>> {
    if is_tool(o) && o.request.is_some_and(|request| request.contains("\"versionId\"")) {
        return Vec::new();
    }
    let several = match o.event_name {
        "BatchGetSecretValue" => "secretIdList",
        "GetParameters" => "names",
        _ => return Some(o.target()).filter(|target| !target.is_empty()).map(Box::from).into_iter().collect(),
    };
    let request = request::of(o);
    request::items(&request, several).iter().filter_map(|item| item.as_str()).take(MOST_OF_ONE).map(Box::from).collect()
}

fn is_tool(o: &Observed<'_>) -> bool {
    matches!(o.agent, Family::Terraform | Family::Pulumi | Family::Cloudformation)
}
