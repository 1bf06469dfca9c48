//! Something is done in a region in which nobody of the account ever did anything, after the account is known for long.

use jiff::Timestamp;
use security_model::{Confidence, Level};

use super::by_name::ByName;
use super::evidence::Evidence;
use super::first_seen::is_global;
use super::people::HISTORY;
use super::{About, Analytic, Event, Findings, Known, Signals, words};
use crate::baseline::Fact;

pub(super) static ABOUT: About = About {
    id: "region-never-used",
    title: "Something was done in a region that the account never used",
    level: Level::Medium,
    confidence: Confidence::Medium,
    tactics: &["stealth", "impact"],
    techniques: &["T1535"],
    description: "Nobody looks at regions that are not used: miners and hidden machines are there first.",
    needs: &["seven days of events of the account", "awsRegion"],
    false_positives: &["the first day of a new location", "a provisioning tool told to cover every region"],
};

#[derive(Default)]
struct Account {
    since: Option<Timestamp>,
    regions: Vec<Region>,
}

struct Region {
    name: Box<str>,
    /// Who was there first, when that was news.
    news: Option<News>,
}

struct News {
    by: u32,
    at: Timestamp,
    evidence: Evidence,
    level: Level,
    call: String,
}

pub(super) const WANTS: Signals = Signals::NEW_REGION.with(Signals::SENSITIVE).with(Signals::NEW_SESSION);

/// Most regions of an account.
const MOST_REGIONS: usize = 64;

#[derive(Default)]
pub(super) struct RegionNeverUsed {
    accounts: ByName<Account>,
}

impl Analytic for RegionNeverUsed {
    fn wants(&self) -> Signals {
        WANTS
    }

    fn observe(&mut self, event: &Event<'_, '_>) {
        let o = event.o;
        let Some(account) = self.accounts.or_default(o.account) else { return };
        let since = || event.before.account_since(o.account).unwrap_or(o.time);
        let since = *account.since.get_or_insert_with(since);
        if o.region.is_empty() || is_global(o) {
            return;
        }
        let level = match (event.is_done(), event.is(Signals::SENSITIVE)) {
            (true, true) => Level::Medium,
            (true, false) => Level::Low,
            (false, _) => Level::Informational,
        };
        if let Some(region) = account.regions.iter_mut().find(|region| *region.name == *o.region) {
            let Some(news) = region.news.as_mut().filter(|news| news.by == o.ids.principal) else { return };
            let is_fresh = o.time.duration_since(news.at).as_hours() < 24;
            if is_fresh && level > news.level {
                news.evidence.add(o);
                (news.level, news.call) = (level, words::call(o));
            }
            return;
        }
        if account.regions.len() >= MOST_REGIONS {
            return;
        }
        let is_known = event.before.knows(&Fact::AccountRegion { account: o.account, region: o.region });
        let is_news = !is_known && o.time.duration_since(since) >= HISTORY;
        let news = is_news.then(|| News {
            by: o.ids.principal,
            at: o.time,
            evidence: Evidence::of(o),
            level,
            call: words::call(o),
        });
        account.regions.push(Region { name: o.region.into(), news });
    }

    fn finish(self: Box<Self>, known: &Known, findings: &mut Findings) {
        if known.span() < HISTORY {
            let hours = known.span().as_hours();
            let reason = format!("insufficient history: seven days of events are needed, and there are {hours} hours");
            return findings.blind(&ABOUT, reason);
        }
        findings.dropped += self.accounts.dropped();
        for region in self.accounts.into_sorted().into_iter().flat_map(|(_, account)| account.regions) {
            let Some(news) = region.news else { continue };
            let (who, name, call) = (words::who(news.evidence.principal()), words::code(&region.name), news.call);
            let reason = format!("{who} called {call} in region {name}, which the account never used before.");
            findings.found.push(news.evidence.found(&ABOUT, news.level, words::sentence(&reason)));
        }
    }
}
