//! What a section is written from.

use security_model::{Coverage, Detection, Incident, SafeText, Scope, Severity};

use crate::{Detail, FactSet};

/// One answer, and how talkative its report may be.
pub(crate) struct Case<'a, S> {
    pub(crate) scope: &'a Scope,
    pub(crate) coverage: &'a Coverage,
    pub(crate) summary: &'a S,
    /// Worst first; none where nobody looked.
    pub(crate) incidents: &'a [Incident],
    /// Detections that belong to none of them, worst first.
    pub(crate) alone: &'a [Detection],
    pub(crate) detail: Detail,
    pub(crate) facts: &'a FactSet,
    pub(crate) brevity: Brevity,
}

/// What is left out so that every section has its first rows, and how many words a name may have: whoever names resources
/// and findings decides how many it has, and a report of limited length has other things to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Brevity {
    /// With what is nice to know.
    Ample,
    /// Names at their usual length.
    Plain,
    /// Short titles only.
    Tight,
    /// Names of hardly more than a word.
    Tightest,
}

impl Brevity {
    /// From the most talkative.
    pub(crate) const FORMS: [Self; 4] = [Self::Ample, Self::Plain, Self::Tight, Self::Tightest];

    const fn title_words(self) -> usize {
        match self {
            Self::Ample | Self::Plain => 18,
            Self::Tight => 12,
            Self::Tightest => 5,
        }
    }

    const fn name_words(self) -> usize {
        match self {
            Self::Ample | Self::Plain => 6,
            Self::Tight => 3,
            Self::Tightest => 1,
        }
    }
}

/// Digits of an account id.
const ACCOUNT_DIGITS: usize = 12;

impl<S> Case<'_, S> {
    /// Whether the whole of everything is wanted.
    pub(crate) fn is_full(&self) -> bool {
        self.detail == Detail::Full
    }

    /// Whether there is room for what is nice to know.
    pub(crate) fn is_ample(&self) -> bool {
        self.brevity == Brevity::Ample
    }

    /// The fact about everything of a metric.
    pub(crate) fn total(&self, metric: &str) -> u64 {
        self.facts.total(metric).map_or(0, |fact| fact.value)
    }

    /// A title in a code span, unless it is too long.
    pub(crate) fn title(&self, text: &SafeText) -> Option<String> {
        self.span(text, self.brevity.title_words())
    }

    /// Any other name in a code span, unless it is too long.
    pub(crate) fn name(&self, text: &SafeText) -> Option<String> {
        self.span(text, self.brevity.name_words())
    }

    fn span(&self, text: &SafeText, most_words: usize) -> Option<String> {
        // Nobody can tell a name of some digits alone from a count; account ids and what is longer are none.
        let is_digits = text.as_str().bytes().all(|byte| byte.is_ascii_digit());
        if is_digits && text.as_str().len() < ACCOUNT_DIGITS {
            return None;
        }
        let span = text.code_span();
        (self.is_full() || span.split_whitespace().count() <= most_words).then_some(span)
    }

    /// The first name that is short enough, with `before` in front of it; empty when none is.
    pub(crate) fn first<'n>(&self, before: &str, names: impl IntoIterator<Item = &'n SafeText>) -> String {
        let name = names.into_iter().next().and_then(|name| self.name(name));
        name.map_or_else(String::new, |name| format!("{before}{name}"))
    }

    /// The worst severity of anything that is called by one of these names.
    pub(crate) fn worst_of(&self, names: &[&SafeText]) -> Option<Severity> {
        let rows = self.facts.rows.iter().filter(|row| row.names.iter().any(|name| names.contains(&&name.text)));
        rows.filter_map(|row| row.severity).min()
    }
}
