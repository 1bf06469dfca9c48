//! Judges names by themselves: known, foreign, or a setting that advice may speak of.

use super::count::Finding;
use super::identify::Shape;
use super::judge::Judge;
use super::known::Names;
use super::lexicon;
use super::line::Line;
use super::words::grammar::WAS_THERE;
use super::words::names::AWS_DOCS;
use super::{Claim, Judgement, Span};

impl Judge<'_> {
    pub(super) fn name(&mut self, block: usize, token: usize, names: &Names) {
        let rows: Vec<String> = names
            .iter()
            .filter_map(|name| self.reading.directory.get(*name))
            .flat_map(|known| {
                known
                    .rows
                    .iter()
                    .take(3)
                    .filter_map(|row| self.reading.facts.rows.get(*row as usize))
                    .map(|row| row.id.clone())
            })
            .take(5)
            .collect();
        if let Some(span) = self.span(block, token..token + 1) {
            self.claims.push(Claim { judgement: Judgement::Supported, span, facts: rows });
        }
    }

    /// An identifier that the evidence does not have.
    pub(super) fn foreign(&mut self, block: usize, line: &Line, token: usize, shape: Shape) {
        let text = line.text(token);
        let advice = line.is_advice(token);
        let harmless = match shape {
            Shape::Permission => advice || speaks_of_permission(line, token),
            Shape::ApiName => advice && is_means(line, token) || is_denied(line, token),
            Shape::Compound => {
                let recommended = is_means(line, token) || names_a_setting(line, token);
                advice && recommended && !self.is_near_miss(line, token)
                    || is_denied(line, token)
                    || is_example(line, token)
            }
            Shape::Url => advice && AWS_DOCS.iter().any(|host| text.contains(host)) && !text.contains("securityhub"),
            Shape::Network => matches!(text, "0.0.0.0/0" | "::/0" | "10.0.0.0/8" | "172.16.0.0/12" | "192.168.0.0/16"),
            Shape::Control if is_of_a_framework(line, token) => true,
            Shape::Region | Shape::Technique | Shape::Control => is_denied(line, token),
            Shape::ServiceHost => advice && is_denied(line, token),
            _ => false,
        };
        if !harmless {
            self.enter(
                block,
                token..token + 1,
                Finding { judgement: Some(Judgement::Unsupported), ..Finding::default() },
            );
        }
    }

    /// A code span that names nothing of the evidence: in advice it may be a setting, unless it is a long text or resembles
    /// a name of the evidence.
    pub(super) fn unknown(&mut self, block: usize, line: &Line, token: usize) {
        let long = line.text(token).split_whitespace().count() > 3;
        let setting = line.is_advice(token) && !long && is_setting(line.text(token)) && !self.is_near_miss(line, token);
        if setting || is_denied(line, token) || is_example(line, token) {
            return;
        }
        self.enter(block, token..token + 1, Finding { judgement: Some(Judgement::Unsupported), ..Finding::default() });
    }

    fn is_near_miss(&self, line: &Line, token: usize) -> bool {
        self.reading.directory.resembles(line.text(token))
    }

    pub(super) fn links(&mut self) {
        for (target, range) in &self.reading.document.links {
            let lower = target.to_lowercase();
            let known = self.reading.directory.exact(&lower).is_some()
                || AWS_DOCS.iter().any(|host| lower.starts_with(&format!("https://{host}")))
                || lower.starts_with('#');
            if !known {
                let span = Span { start: range.start, end: range.end };
                self.claims.push(Claim { judgement: Judgement::Unsupported, span, facts: vec![] });
                self.issue(Judgement::Unsupported, span, None, vec![]);
            }
        }
    }
}

/// `SOC 2 CC6.1`: a control of a framework rather than one of the evidence.
fn is_of_a_framework(line: &Line, token: usize) -> bool {
    let before = token.saturating_sub(2)..token;
    before
        .into_iter()
        .filter_map(|token| line.word(token))
        .any(|word| matches!(word, "soc" | "iso" | "pci" | "nist" | "cis"))
}

/// Whether the words around a name say that it was not there: `no X`, `X was not seen`.
fn is_denied(line: &Line, token: usize) -> bool {
    let not = |token| matches!(line.word(token), Some("no" | "not" | "never" | "none" | "neither" | "nor" | "absent"));
    // `did not work` says that it was there.
    let was_there = |token| {
        line.word(token).is_none_or(|word| {
            WAS_THERE.contains(&word)
                || matches!(word, "called" | "invoked" | "there" | "among" | "in" | "part" | "been" | "be" | "occur")
        })
    };
    (token.saturating_sub(3)..token).any(not) || (token + 1..token + 4).any(|token| not(token) && was_there(token + 1))
}

/// `Pass an evidence id, e.g. …`
fn is_example(line: &Line, token: usize) -> bool {
    let (_, sentence) = line.sentence_of(token);
    sentence.clone().any(|at| line.word(at) == Some("evidence") && matches!(line.word(at + 1), Some("id" | "ids")))
}

/// `Use X`, `by calling X`, `with X`: a means that is recommended.
fn is_means(line: &Line, token: usize) -> bool {
    let mut before = (token.saturating_sub(3)..token).rev().take_while(|token| line.word(*token).is_some());
    before.any(|token| {
        matches!(
            line.word(token),
            Some(
                "use"
                    | "using"
                    | "with"
                    | "via"
                    | "run"
                    | "call"
                    | "calling"
                    | "through"
                    | "deny"
                    | "allow"
                    | "block"
                    | "invoke"
                    | "permit"
                    | "restrict"
                    | "alert"
            )
        )
    })
}

/// `the X policy`, `set X`: what is named is a setting.
fn names_a_setting(line: &Line, token: usize) -> bool {
    let words = (token.saturating_sub(3)..token).chain(token + 1..token + 4).filter_map(|token| line.word(token));
    words.into_iter().any(|word| {
        matches!(
            lexicon::stem(word),
            "policy"
                | "policie"
                | "setting"
                | "option"
                | "flag"
                | "condition"
                | "key"
                | "parameter"
                | "control"
                | "feature"
                | "mode"
                | "role"
                | "set"
                | "enable"
                | "disable"
                | "attribute"
                | "managed"
                | "field"
                | "rule"
                | "metric"
                | "alarm"
        )
    })
}

/// A lower-case word without digits, or words with capitals such as `Block Public Access`: what settings look like.
fn is_setting(text: &str) -> bool {
    let plain = text.chars().all(|c| c.is_alphabetic() || c == '-') && text.matches('-').count() <= 1;
    plain || text.contains(char::is_whitespace)
}

fn speaks_of_permission(line: &Line, token: usize) -> bool {
    let (_, sentence) = line.sentence_of(token);
    sentence.into_iter().any(|token| {
        line.word(token).is_some_and(|word| {
            matches!(
                lexicon::stem(word),
                "permission"
                    | "policy"
                    | "allow"
                    | "grant"
                    | "action"
                    | "lack"
                    | "denied"
                    | "need"
                    | "require"
                    | "privilege"
            )
        })
    })
}
