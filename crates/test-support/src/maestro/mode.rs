//! What the fake does with a run.

use std::fmt;
use std::str::FromStr;

use crate::author::Lie;
use crate::fixtures::pick::Picker;

/// What the fake does with a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// A true report that meets every requirement.
    #[default]
    Honest,
    /// `completed` with an empty text.
    Empty,
    /// `completed` with a null result.
    NullResult,
    /// `failed`, with HTTP 200.
    Failed,
    /// In progress for ever.
    Stuck,
    /// Polls are never answered.
    Hanging,
    /// The creation is never answered.
    HangingCreate,
    /// `requires_action`.
    RequiresAction,
    /// `completed` with an object in the place of text.
    WrongType,
    /// `completed` with a text of a megabyte.
    Megabyte,
    /// `completed` with a text of three megabytes.
    ThreeMegabytes,
    /// `completed`, but a mandatory requirement is not met and the score is 0.
    UnmetMandatory,
    /// A status that is in no schema, for ever.
    UnknownStatus,
    /// `completed`, without any scores although they were asked for.
    Unscored,
    /// The answer to each request takes half a second.
    Slow,
    /// Whatever text the service writes about the run repeats the key it was sent, plainly and in JSON's escapes.
    EchoKey,
    /// A report with falsehoods in it.
    Lie(Lie),
    /// Something between the client and the run goes wrong.
    Fault {
        /// Which requests.
        stage: Stage,
        /// What happens.
        kind: FaultKind,
        /// To how many requests of each run; 0 is all. Afterwards all is honest.
        times: u32,
    },
    /// Another mode for every run, by the seed: lies and outcomes as well as honest reports.
    Mixed,
    /// Another lie for every run, by the seed.
    MixedLies,
}

/// Which requests a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// `POST`.
    Create,
    /// `GET`.
    Poll,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// An HTTP status with a JSON body, and `Retry-After: 0` for 429 and 503.
    Http(u16),
    /// An HTTP status with a page of HTML, as a gateway answers.
    Html(u16),
    /// 307 to another host.
    Redirect,
    /// The connection is reset.
    Reset,
    /// The body ends before the JSON does.
    TruncatedJson,
    /// HTTP 200 with a page of HTML.
    NotJson,
}

impl Mode {
    /// The modes that have a name of their own; faults are written as in [`FaultKind`].
    const NAMED: [(&'static str, Self); 18] = [
        ("honest", Self::Honest),
        ("empty", Self::Empty),
        ("null_result", Self::NullResult),
        ("failed", Self::Failed),
        ("stuck", Self::Stuck),
        ("hanging", Self::Hanging),
        ("hanging_create", Self::HangingCreate),
        ("requires_action", Self::RequiresAction),
        ("wrong_type", Self::WrongType),
        ("megabyte", Self::Megabyte),
        ("three_megabytes", Self::ThreeMegabytes),
        ("unmet_mandatory", Self::UnmetMandatory),
        ("unknown_status", Self::UnknownStatus),
        ("unscored", Self::Unscored),
        ("slow", Self::Slow),
        ("echo_key", Self::EchoKey),
        ("mixed", Self::Mixed),
        ("mixed_lies", Self::MixedLies),
    ];

    /// A fault at every creation.
    #[must_use]
    pub const fn at_create(kind: FaultKind) -> Self {
        Self::Fault { stage: Stage::Create, kind, times: 0 }
    }

    /// A fault at the first polls of each run; 0 is all of them.
    #[must_use]
    pub const fn at_polls(kind: FaultKind, times: u32) -> Self {
        Self::Fault { stage: Stage::Poll, kind, times }
    }

    /// The mode of one run: what `mixed` comes to.
    pub(super) fn of_run(self, seed: u64, run: u64) -> Self {
        let mut picker = Picker::new(seed, run);
        let lie = |picker: &mut Picker| Lie::ALL.get(at(picker, Lie::ALL.len())).copied().map(Self::Lie);
        match self {
            Self::Mixed if picker.once_in(4) => MIXED.get(at(&mut picker, MIXED.len())).copied().unwrap_or_default(),
            Self::Mixed if picker.once_in(5) => Self::Honest,
            Self::Mixed | Self::MixedLies => lie(&mut picker).unwrap_or_default(),
            mode => mode,
        }
    }
}

fn at(picker: &mut Picker, length: usize) -> usize {
    usize::try_from(picker.number()).unwrap_or_default() % length.max(1)
}

/// Outcomes among the runs of `mixed`: those that end by themselves.
const MIXED: [Mode; 11] = [
    Mode::Empty,
    Mode::NullResult,
    Mode::Failed,
    Mode::RequiresAction,
    Mode::WrongType,
    Mode::UnmetMandatory,
    Mode::Unscored,
    Mode::at_create(FaultKind::Http(500)),
    Mode::at_create(FaultKind::Reset),
    Mode::at_polls(FaultKind::Html(502), 1),
    Mode::at_polls(FaultKind::TruncatedJson, 1),
];

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lie(lie) => lie.fmt(f),
            Self::Fault { stage, kind, times } => {
                let stage = if *stage == Stage::Poll { "poll:" } else { "" };
                write!(f, "{stage}{kind}")?;
                if *times > 0 { write!(f, ":{times}") } else { Ok(()) }
            }
            mode => {
                let named = Self::NAMED.iter().find(|(_, named)| named == mode);
                f.write_str(named.map_or("honest", |(name, _)| name))
            }
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(status) => write!(f, "http_{status}"),
            Self::Html(status) => write!(f, "http_{status}html"),
            Self::Redirect => f.write_str("redirect"),
            Self::Reset => f.write_str("reset"),
            Self::TruncatedJson => f.write_str("truncated_json"),
            Self::NotJson => f.write_str("not_json"),
        }
    }
}

impl FromStr for Mode {
    type Err = String;

    /// `honest`, a lie such as `swapped_numbers`, or a fault: `http_429:2`, `http_502html`, `poll:reset:1`.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, mode)) = Self::NAMED.iter().find(|(name, _)| *name == text) {
            return Ok(*mode);
        }
        if let Ok(lie) = text.parse() {
            return Ok(Self::Lie(lie));
        }
        let (stage, fault) = match text.strip_prefix("poll:") {
            Some(fault) => (Stage::Poll, fault),
            None => (Stage::Create, text),
        };
        let (kind, times) = fault.split_once(':').unwrap_or((fault, "0"));
        match (kind.parse(), times.parse()) {
            (Ok(kind), Ok(times)) => Ok(Self::Fault { stage, kind, times }),
            _ => Err(format!("{text}: no such mode")),
        }
    }
}

impl FromStr for FaultKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let status = |digits: &str| digits.parse::<u16>().ok().filter(|status| (300..600).contains(status));
        let http = text.strip_prefix("http_").and_then(|rest| match rest.strip_suffix("html") {
            Some(digits) => status(digits).map(Self::Html),
            None => status(rest).map(Self::Http),
        });
        match (http, text) {
            (Some(kind), _) => Ok(kind),
            (None, "redirect") => Ok(Self::Redirect),
            (None, "reset") => Ok(Self::Reset),
            (None, "truncated_json") => Ok(Self::TruncatedJson),
            (None, "not_json") => Ok(Self::NotJson),
            (None, other) => Err(format!("{other}: no such fault")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn modes_are_written_as_they_are_read() {
        let faults = ["http_401", "http_429:2", "poll:http_502html:3", "poll:reset:1", "truncated_json", "redirect"];
        let names = Mode::NAMED.iter().map(|(name, _)| *name).chain(Lie::ALL.map(Lie::name)).chain(faults);
        for name in names {
            assert_eq!(name.parse::<Mode>().unwrap().to_string(), name);
        }
        for text in ["", "http_", "http_99", "http_200", "poll:", "poll:honest", "reset:x", "http_429:-1"] {
            assert!(text.parse::<Mode>().is_err(), "{text}");
        }
    }

    #[test]
    fn mixed_runs_differ_and_repeat_with_the_seed() {
        let modes = |seed| (0..400).map(|run| Mode::Mixed.of_run(seed, run)).collect::<Vec<_>>();
        assert_eq!(modes(1), modes(1));
        assert_ne!(modes(1), modes(2));
        let kinds: HashSet<Mode> = modes(1).into_iter().collect();
        assert!(Lie::ALL.iter().all(|lie| kinds.contains(&Mode::Lie(*lie))), "{kinds:?}");
        assert!(kinds.contains(&Mode::Honest) && kinds.contains(&Mode::Failed));
    }
}
