//! What an answer rests on beside the events, with its day: where addresses are, and what was ordinary before.

use std::fmt::Write as _;

use analysis::baseline::{Baseline, Fit};
use analysis::places::{Places, Source};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use schemars::JsonSchema;
use security_model::{SafeText, TextKind};
use serde::Serialize;

/// What events were judged beside.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Basis {
    /// Who says in which country an address is, first who is asked first.
    pub countries: Vec<CountrySource>,
    /// Who says which addresses are networks of AWS.
    pub aws_networks: CountrySource,
    /// What was ordinary before; null without --baseline.
    pub baseline: Option<BaselineUse>,
}

/// Who says where an address is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CountrySource {
    /// The source, with whom the data is from.
    pub name: SafeText,
    /// Its day; null if it does not say.
    pub date: Option<String>,
}

/// The baseline that behaviours knew.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BaselineUse {
    /// Its first day.
    pub from: String,
    /// Its last day.
    pub until: String,
    /// Events it was made of.
    pub events: u64,
    /// Identities it knows.
    pub identities: u64,
    /// Whether it was used.
    pub used: bool,
    /// What to mind.
    pub notes: Vec<String>,
}

/// An older baseline knows little of what is ordinary now.
const OLD: SignedDuration = SignedDuration::from_hours(90 * 24);
/// A shorter one is no history by itself: behaviours ask for seven days.
const SHORT: SignedDuration = SignedDuration::from_hours(7 * 24);
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Basis {
    /// What events of this time, if they have one, were judged beside.
    #[must_use]
    pub fn of(places: &Places, baseline: Option<&Baseline>, events: Option<(Timestamp, Timestamp)>) -> Self {
        let countries = places.sources().map(|source| country_source(&source)).collect();
        let aws_networks = country_source(&places.aws_ranges());
        Self { countries, aws_networks, baseline: baseline.map(|baseline| baseline_use(baseline, events)) }
    }

    /// A line for each, for people.
    #[must_use]
    pub fn text(&self) -> String {
        let dated = |source: &CountrySource| match &source.date {
            Some(date) => format!("{} of {date}", source.name),
            None => format!("{} (undated)", source.name),
        };
        let sources: Vec<String> = self.countries.iter().map(dated).collect();
        let aws = dated(&self.aws_networks);
        let mut text = format!("Countries by: {}. AWS networks by: {aws}.\n", sources.join("; else "));
        if let Some(baseline) = &self.baseline {
            text.push_str(&baseline.text());
        }
        text
    }
}

impl BaselineUse {
    /// A baseline on its own.
    #[must_use]
    pub fn alone(baseline: &Baseline) -> Self {
        about(baseline, Vec::new(), true)
    }

    /// A line for people.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { from, until, events, identities, used, notes } = self;
        let not = if *used { "" } else { ", NOT used" };
        let (events, identities) = (number(*events, "event", "events"), number(*identities, "identity", "identities"));
        let mut text = format!("Baseline{not}: {events} from {from} to {until}, {identities}.");
        for note in notes {
            _ = write!(text, " {note}");
        }
        text.push('\n');
        text
    }
}

fn number(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn country_source(source: &Source) -> CountrySource {
    CountrySource {
        name: SafeText::from_raw(source.attribution(), TextKind::Prose),
        date: source.date().map(|date| date.to_string()),
    }
}

fn baseline_use(baseline: &Baseline, events: Option<(Timestamp, Timestamp)>) -> BaselineUse {
    let fit = events.map(|(oldest, newest)| baseline.fit(oldest, newest));
    let mut notes = Vec::new();
    match fit {
        None => notes.push("No event has a time to be judged.".to_owned()),
        Some(Fit::After) => notes.push("It begins after the last event.".to_owned()),
        Some(Fit::Overlaps) => {
            notes.push("It overlaps the events: what happened in its time counts as ordinary.".to_owned());
        }
        Some(Fit::Before(gap)) if gap >= OLD => {
            let days = gap.as_hours() / 24;
            notes.push(format!("It is {days} days older than the events: build a newer one."));
        }
        Some(Fit::Before(gap)) if gap >= DAY => {
            notes.push(format!("Of the {} days between it and the events nothing is known.", gap.as_hours() / 24));
        }
        Some(Fit::Before(_)) => {}
    }
    about(baseline, notes, !matches!(fit, None | Some(Fit::After)))
}

fn about(baseline: &Baseline, mut notes: Vec<String>, used: bool) -> BaselineUse {
    let (from, until) = baseline.period();
    if until.duration_since(from) < SHORT {
        notes.push("It is shorter than the seven days that behaviours need.".to_owned());
    }
    match baseline.built_from() {
        None => notes.push("It does not say with which filters it was built.".to_owned()),
        Some("") => {}
        Some(words) => notes.push(format!("It was built with: {}.", SafeText::from_raw(words, TextKind::Prose))),
    }
    if baseline.left_out() > 0 {
        let left_out = baseline.left_out();
        notes.push(format!("{left_out} things did not fit into it, so that more may seem new than is."));
    }
    let day = |time: Timestamp| time.to_zoned(TimeZone::UTC).date().to_string();
    BaselineUse {
        from: day(from),
        until: day(until),
        events: baseline.events(),
        identities: baseline.identities() as u64,
        used,
        notes,
    }
}
