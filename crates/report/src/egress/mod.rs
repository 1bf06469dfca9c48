//! What leaves for a writer's model: facts as slots, names as tokens, and nothing that a record's author wrote.
//!
//! | what | goes out as |
//! |---|---|
//! | a number | its value, with the slot that the model writes in its place: `{{f:12}}` |
//! | a time | itself, with its slot: `{{t:3}}` |
//! | a name of a closed list (region, severity, AWS service, common error code, control id, ATT&CK id, …) | itself |
//! | the event name of a high-risk call | itself: the rules name it |
//! | every other name: identities, sessions, addresses, accounts, resources, titles, ids, anything unknown | a token, `PRINCIPAL_3`, and features in words of ours |
//!
//! Without pseudonyms, account ids, public IP addresses and resource ids of the strict form that AWS gives go out as
//! they are. ARNs, names, titles, sessions and user agents stay tokens all the same: their authors are free to write
//! into them what they like. So do key ids, which the second net takes for secrets.
//!
//! Tokens are numbered per run and mean nothing outside it. Paths of metrics and reasons of rows are words of ours;
//! what does not have their form is left out.

mod cover;
mod dictionary;
mod feature;
mod lift;
mod secret;
mod shape;
mod show;
mod slot;
mod token;
mod vocabulary;

use security_model::{Coverage, TextKind};

use crate::FactSet;

use self::dictionary::Dictionary;
use self::slot::Times;
use self::token::Tokens;

/// Longest name, in bytes: neutralised text is bounded.
const LONGEST_NAME: usize = TextKind::Reference.max_bytes();

/// Text that may be sent to a model. The only way to make one is through the second net.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown(String);

/// The second net caught something: nothing is sent, and it is a defect of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caught {
    /// What it looks like, e.g. `access key id`. Never the text.
    pub looks_like: &'static str,
}

impl std::fmt::Display for Caught {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "nothing was sent: the text held what looks like a secret or an identifier ({})", self.looks_like)
    }
}

impl std::error::Error for Caught {}

/// What in `text` looks like a secret or a key id, if anything does: the second net, for text that comes back (a draft, a
/// reason, a model's name). Never the text itself, so that it may be said and logged.
#[must_use]
pub fn looks_like_secret(text: &str) -> Option<&'static str> {
    secret::looks_like(text)
}

impl Shown {
    /// Lets text through the second net.
    ///
    /// # Errors
    /// What it looks like, when something in it looks like a secret.
    pub fn new(text: impl Into<String>) -> Result<Self, Caught> {
        let text = text.into();
        match secret::looks_like(&text) {
            Some(looks_like) => Err(Caught { looks_like }),
            None => Ok(Self(text)),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Names and numbers of one run, and what stands for them outside. Never leaves the process.
pub struct Curtain<'a> {
    facts: &'a FactSet,
    pseudonyms: bool,
    tokens: Tokens<'a>,
    names: Dictionary<'a>,
    times: Times,
}

impl std::fmt::Debug for Curtain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Curtain").field("pseudonyms", &self.pseudonyms).finish_non_exhaustive()
    }
}

impl<'a> Curtain<'a> {
    /// A curtain before the facts. Without pseudonyms, identifiers that have a strict form go out as they are; text that
    /// a record's author may have chosen never does.
    #[must_use]
    pub fn new(facts: &'a FactSet, pseudonyms: bool) -> Self {
        let mut tokens = Tokens::of(facts, pseudonyms);
        let names = Dictionary::new(tokens.spellings());
        Self { facts, pseudonyms, tokens, names, times: Times::of(facts) }
    }

    /// The facts as a model is shown them, one item per line:
    ///
    /// ```text
    /// FACTS
    /// {{f:1}} | 2616 | events | events.total | all
    /// ROWS
    /// high-risk-3 | events.high_risk | EVENT StopLogging | PRINCIPAL_3 | TECHNIQUE T1685.002 | {{f:26}} | Hides later activity
    /// TIMES
    /// {{t:1}} | the instant that ages count back from: 2026-11-21T06:00:00Z
    /// TOKENS
    /// PRINCIPAL_3 | role in ACCOUNT_1
    /// NOT READ
    /// complete
    /// ```
    ///
    /// # Errors
    /// When the second net catches something.
    pub fn show_facts(&self, coverage: &Coverage) -> Result<Shown, Caught> {
        let covered = |text: &str| cover::cover(text, &self.tokens, &self.names, self.pseudonyms);
        self.shown(show::facts(self.facts, coverage, &self.tokens, &self.times, &covered))
    }

    /// Any text of ours or a caller's about the report (a requirement, an issue's text, an earlier draft): what it names
    /// is replaced by tokens, and identifiers that no fact has are withheld. Text beyond 256 KiB is cut off.
    ///
    /// # Errors
    /// When the second net catches something.
    pub fn cover(&self, text: &str) -> Result<Shown, Caught> {
        let (text, _) = crate::markdown::within_limit(text);
        let text = crate::markdown::visible_lines(text);
        self.shown(cover::cover(&text, &self.tokens, &self.names, self.pseudonyms))
    }

    /// A model's draft with the true numbers and names: slots filled, tokens turned back into code spans, markdown
    /// written again from its tree. Slots and tokens that stand for nothing stay as they are, for the verifier to find.
    /// A draft beyond 64 KiB is cut off, and a last line says so.
    #[must_use]
    pub fn lift(&self, draft: &str) -> String {
        lift::lift(draft, self.facts, &self.times, &self.tokens)
    }

    /// With pseudonyms, the second net is finer: an identifier in outgoing text is a token that we forgot.
    fn shown(&self, text: String) -> Result<Shown, Caught> {
        let forgotten = if self.pseudonyms { shape::identifiers(&text) } else { vec![] };
        if let Some((_, shape)) = forgotten.first() {
            return Err(Caught { looks_like: shape.name() });
        }
        Shown::new(text)
    }
}
