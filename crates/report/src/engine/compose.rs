//! Rounds: a draft, what is wrong with it, the next draft.

use std::cmp::Ordering;
use std::time::{Duration, Instant};

use super::brief::brief;
use super::candidate::Candidate;
use super::fallback::{Stop, reason};
use super::problems::revision;
use super::secret::{self, without_secret};
use super::{Assignment, Delivery, Report, WriterInfo, delivery};
use crate::egress::Curtain;
use crate::writer::{Brief, ModelScore, Usage, Wish, Writer, WriterKind, Written};

/// Has a report written, checks it, sends it back while it does not hold and the budget lasts, and delivers it or the
/// local one.
///
/// The writer's deadline is the budget's [`max_seconds`](crate::writer::Budget::max_seconds) from now; see
/// [`compose_within`].
pub async fn compose(writer: &dyn Writer, assignment: &Assignment<'_>) -> Report {
    compose_within(writer, assignment, Duration::MAX).await
}

/// [`compose`] for a caller who has less time than the budget gives.
///
/// The writer is told its deadline, and no round starts after it. Ending by then is the writer's part, as
/// [`Writer::write`] and [`Writer::judge`] ask: nothing here has a timer, so a writer that hangs hangs this too. A caller
/// who does not trust his writer puts a timeout of his runtime around this; dropping the future sends nothing further. A
/// draft that comes late is still looked at: it is paid for.
///
/// [`max_tokens`](crate::writer::Budget::max_tokens) holds as far as the service tells what it used. Where it does not,
/// rounds and time are what limits a run.
pub async fn compose_within(writer: &dyn Writer, assignment: &Assignment<'_>, most: Duration) -> Report {
    let started = Instant::now();
    let deadline = started + most.min(Duration::from_secs(assignment.budget.max_seconds()));
    let curtain = Curtain::new(assignment.facts, assignment.pseudonyms);
    let mut run = Run {
        writer,
        assignment,
        curtain: &curtain,
        wishes: vec![],
        deadline,
        best: None,
        rounds: 0,
        model: None,
        spent: Usage::default(),
        used: 0,
    };
    let stop = match brief(assignment, &curtain, deadline) {
        Ok(brief) => {
            run.wishes.clone_from(&brief.wishes);
            run.rounds(&brief).await
        }
        Err(leak) => Stop::Caught(leak),
    };
    run.deliver(&stop, started)
}

struct Run<'a> {
    writer: &'a dyn Writer,
    assignment: &'a Assignment<'a>,
    curtain: &'a Curtain<'a>,
    /// The requirements as the writer is told them, in their order.
    wishes: Vec<Wish>,
    deadline: Instant,
    /// The best draft so far.
    best: Option<Candidate>,
    rounds: u64,
    model: Option<String>,
    spent: Usage,
    /// Tokens in and out together, as far as the service tells.
    used: u64,
}

impl Run<'_> {
    async fn rounds(&mut self, brief: &Brief) -> Stop {
        let mut sent_back = None;
        loop {
            if let Some(stop) = self.is_spent() {
                return stop;
            }
            let written = match self.writer.write(brief, sent_back.as_ref()).await {
                Ok(written) => written,
                Err(error) => return Stop::Failed(error),
            };
            let candidate = self.examine(written).await;
            let better = self.best.as_ref().is_none_or(|best| candidate.compare(best) == Ordering::Greater);
            if better {
                self.best = Some(candidate);
            }
            let Some(best) = &self.best else { return Stop::NoBetter };
            if best.is_done() {
                return Stop::Done;
            }
            if !better {
                return Stop::NoBetter;
            }
            sent_back = match revision(best, self.assignment, self.curtain) {
                Ok(revision) => Some(revision),
                Err(leak) => return Stop::Caught(leak),
            };
        }
    }

    /// Whether a further round may start.
    fn is_spent(&self) -> Option<Stop> {
        if self.rounds > self.assignment.budget.fix_rounds() {
            Some(Stop::RoundsSpent)
        } else if Instant::now() >= self.deadline {
            Some(Stop::TimeUp)
        } else if self.used >= self.assignment.budget.max_tokens() {
            Some(Stop::TokensSpent)
        } else {
            None
        }
    }

    async fn examine(&mut self, written: Written) -> Candidate {
        self.rounds += 1;
        self.spend(written.usage);
        self.model = written.model.or_else(|| self.model.take());
        let scores = self.received(written.scores);
        let mut candidate = Candidate::new(written.markdown, self.rounds, self.assignment, self.curtain, &scores);
        // A reader is asked once code has nothing left to say, or when there is no further round to wait for.
        let last = self.is_spent();
        let worth_judging = candidate.passes_code() || (candidate.is_verified() && last.is_some());
        if worth_judging && !matches!(last, Some(Stop::TimeUp | Stop::TokensSpent)) {
            self.ask_reader(&mut candidate).await;
        }
        candidate
    }

    /// Has the writer's model score what only a reader can judge. Without an answer nobody judged.
    async fn ask_reader(&mut self, candidate: &mut Candidate) {
        let shown = self.assignment.selection.requirements.iter().zip(&self.wishes);
        let unjudged = shown.filter(|(requirement, _)| candidate.is_unjudged(requirement));
        let wishes: Vec<Wish> = unjudged.map(|(_, wish)| wish.clone()).collect();
        if wishes.is_empty() {
            return;
        }
        let Ok(draft) = self.curtain.cover(&candidate.raw) else { return };
        if let Ok(judged) = self.writer.judge(&wishes, &draft, self.deadline).await {
            self.spend(judged.usage);
            let scores = self.received(judged.scores);
            candidate.judge(self.assignment, &scores);
        }
    }

    /// Scores under the names of our requirements (outside, a name may have been covered or numbered) and without secrets.
    fn received(&self, scores: Vec<ModelScore>) -> Vec<ModelScore> {
        let requirements = &self.assignment.selection.requirements;
        let own = |mut score: ModelScore| {
            let mut shown = requirements.iter().zip(&self.wishes);
            if let Some((requirement, _)) = shown.find(|(_, wish)| wish.name == score.name) {
                score.name.clone_from(&requirement.name);
            }
            without_secret(score)
        };
        scores.into_iter().map(own).collect()
    }

    fn spend(&mut self, usage: Usage) {
        let add = |sum: Option<u64>, more: Option<u64>| match (sum, more) {
            (None, None) => None,
            (sum, more) => Some(sum.unwrap_or(0).saturating_add(more.unwrap_or(0))),
        };
        self.spent.input_tokens = add(self.spent.input_tokens, usage.input_tokens);
        self.spent.output_tokens = add(self.spent.output_tokens, usage.output_tokens);
        self.used = self.spent.input_tokens.unwrap_or(0).saturating_add(self.spent.output_tokens.unwrap_or(0));
    }

    fn deliver(self, stop: &Stop, started: Instant) -> Report {
        let because = reason(self.writer.kind(), stop, self.best.as_ref());
        let drafted = self.best.clone().filter(Candidate::is_verified).map(|best| {
            let info = self.info(self.writer.kind(), self.model_name(), None);
            delivery::drafted(self.assignment, best, info)
        });
        let local = || {
            let info = self.info(WriterKind::Local, None, Some(because));
            delivery::local(self.assignment, info, Delivery::Replaced)
        };
        let mut report = match drafted {
            Some(drafted) if drafted.score == Some(0.0) => {
                // It misses a mandatory requirement. The local report helps only if it does better.
                Some(local()).filter(|local| local.score.is_some_and(|score| score > 0.0)).unwrap_or(drafted)
            }
            Some(drafted) => drafted,
            None => local(),
        };
        report.writer.elapsed_ms = delivery::elapsed_ms(started);
        report
    }

    /// The model as the service names it, else as it was asked for.
    fn model_name(&self) -> Option<String> {
        let name = self.model.as_deref().or_else(|| self.writer.model())?;
        is_model_name(name).then(|| name.to_owned())
    }

    fn info(&self, kind: WriterKind, model: Option<String>, fallback_reason: Option<String>) -> WriterInfo {
        WriterInfo {
            kind,
            model,
            rounds: self.rounds,
            input_tokens: self.spent.input_tokens,
            output_tokens: self.spent.output_tokens,
            elapsed_ms: 0,
            fallback_reason,
        }
    }
}

/// Longest name of a model, in bytes.
const LONGEST_MODEL_NAME: usize = 128;

/// Whether a service's word for its model is one: services, and whoever stands between, choose their own words.
fn is_model_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:/-".contains(&byte);
    (1..=LONGEST_MODEL_NAME).contains(&name.len()) && name.bytes().all(allowed) && secret::in_text(name).is_none()
}
