//! A writer that does what its script says, and a way to run it without a runtime.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use report::egress::Shown;
use report::writer::{
    BoxFuture, Brief, Judged, ModelScore, Revision, Usage, Wish, Writer, WriterError, WriterErrorKind, WriterKind,
    Written,
};

/// A draft that cost 100 and 20 tokens.
pub(crate) fn draft(markdown: &str) -> Result<Written, WriterError> {
    Ok(Written {
        markdown: markdown.to_owned(),
        model: Some("model-as-served".to_owned()),
        usage: Usage { input_tokens: Some(100), output_tokens: Some(20) },
        scores: vec![],
    })
}

#[derive(Default)]
struct Seen {
    brief: Vec<String>,
    sent: Vec<String>,
    sent_back: Vec<String>,
    asked: usize,
    judged: usize,
}

/// Answers with its drafts in turn.
pub(crate) struct Scripted {
    drafts: Mutex<VecDeque<Result<Written, WriterError>>>,
    judging: Option<Vec<ModelScore>>,
    taking: Duration,
    hanging: bool,
    seen: Mutex<Seen>,
}

impl Scripted {
    pub(crate) fn new(drafts: impl IntoIterator<Item = Result<Written, WriterError>>) -> Self {
        Self {
            drafts: Mutex::new(drafts.into_iter().collect()),
            judging: Some(vec![]),
            taking: Duration::ZERO,
            hanging: false,
            seen: Mutex::default(),
        }
    }

    pub(crate) fn judging<const N: usize>(mut self, scores: [(&str, f64); N]) -> Self {
        let score = |(name, score): (&str, f64)| ModelScore { name: name.to_owned(), score, reason: None };
        self.judging = Some(scores.map(score).into());
        self
    }

    pub(crate) fn without_judge(mut self) -> Self {
        self.judging = None;
        self
    }

    pub(crate) fn taking(mut self, taking: Duration) -> Self {
        self.taking = taking;
        self
    }

    pub(crate) fn hanging(mut self) -> Self {
        self.hanging = true;
        self
    }

    pub(crate) fn asked(&self) -> usize {
        self.seen.lock().unwrap().asked
    }

    pub(crate) fn judged(&self) -> usize {
        self.seen.lock().unwrap().judged
    }

    /// Problems of every revision.
    pub(crate) fn sent_back(&self) -> Vec<String> {
        self.seen.lock().unwrap().sent_back.clone()
    }

    /// Instructions, facts and requirements of the first brief.
    pub(crate) fn brief(&self) -> Vec<String> {
        self.seen.lock().unwrap().brief.clone()
    }

    pub(crate) fn everything_sent(&self) -> String {
        self.seen.lock().unwrap().sent.join("\n")
    }

    fn write_next(&self, brief: &Brief, revision: Option<&Revision>) -> Result<Written, WriterError> {
        let mut seen = self.seen.lock().unwrap();
        seen.asked += 1;
        let mut parts = vec![brief.instructions.as_str().to_owned(), brief.facts.as_str().to_owned()];
        for wish in &brief.wishes {
            parts.push(wish.name.clone());
            parts.push(wish.description.as_str().to_owned());
        }
        seen.sent.extend(parts.clone());
        if seen.brief.is_empty() {
            seen.brief = parts;
        }
        if let Some(revision) = revision {
            seen.sent_back.push(revision.problems.as_str().to_owned());
            seen.sent.push(revision.draft.as_str().to_owned());
            seen.sent.push(revision.problems.as_str().to_owned());
        }
        std::thread::sleep(self.taking);
        let exhausted = WriterError { kind: WriterErrorKind::Failed, message: "The script is over.".to_owned() };
        self.drafts.lock().unwrap().pop_front().unwrap_or(Err(exhausted))
    }
}

impl Writer for Scripted {
    fn kind(&self) -> WriterKind {
        WriterKind::Bedrock
    }

    fn model(&self) -> Option<&str> {
        Some("model-asked-for")
    }

    fn destination(&self) -> String {
        "bedrock-runtime.eu-west-1.example.com".to_owned()
    }

    fn write<'a>(
        &'a self,
        brief: &'a Brief,
        revision: Option<&'a Revision>,
    ) -> BoxFuture<'a, Result<Written, WriterError>> {
        Box::pin(async move {
            let written = self.write_next(brief, revision);
            if self.hanging {
                std::future::pending::<()>().await;
            }
            written
        })
    }

    fn judge<'a>(
        &'a self,
        wishes: &'a [Wish],
        draft: &'a Shown,
        _deadline: Instant,
    ) -> BoxFuture<'a, Result<Judged, WriterError>> {
        Box::pin(async move {
            let mut seen = self.seen.lock().unwrap();
            seen.judged += 1;
            seen.sent.extend(wishes.iter().map(|wish| wish.description.as_str().to_owned()));
            seen.sent.push(draft.as_str().to_owned());
            let unable = WriterError { kind: WriterErrorKind::Malformed, message: "No scores.".to_owned() };
            let scores = self.judging.clone().ok_or(unable)?;
            Ok(Judged { scores, usage: Usage { input_tokens: Some(10), output_tokens: Some(5) } })
        })
    }
}

/// Runs a future that never waits for anything outside.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Some(output) = poll_once(future.as_mut()) {
            return output;
        }
        std::thread::yield_now();
    }
}

pub(crate) fn poll_once<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}
