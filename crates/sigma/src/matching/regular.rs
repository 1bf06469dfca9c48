//! Regular expressions, bounded in size before they are built.

use regex::{Regex, RegexBuilder};

use super::Kind;
use crate::limits::{REGEX_CACHE_BYTES, REGEX_IN_VAIN_BYTES, REGEX_STEPS, REGEX_TOTAL_BYTES};

/// What the regular expressions of a rule set may still take.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    /// Bytes that may still be built in vain: once they are used up, only the first step is tried, so that many bombs
    /// cost little and small expressions still work.
    in_vain: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: REGEX_TOTAL_BYTES, in_vain: REGEX_IN_VAIN_BYTES }
    }
}

/// Why a regular expression is refused.
#[derive(Debug)]
pub(crate) enum Refused {
    Syntax(String),
    TooLarge,
    OverBudget,
}

/// Builds an expression at the smallest step of [`REGEX_STEPS`] that it fits into, and charges that step.
pub(crate) fn compile(text: &str, kind: Kind, budget: &mut Budget) -> Result<Regex, Refused> {
    let Kind::Regex { ignore_case, multi_line, single_line } = kind else {
        return Err(Refused::Syntax("not a regular expression".to_owned()));
    };
    for (place, step) in REGEX_STEPS.into_iter().enumerate() {
        if place > 0 && budget.in_vain == 0 {
            return Err(Refused::TooLarge);
        }
        let mut builder = RegexBuilder::new(text);
        builder.case_insensitive(ignore_case).multi_line(multi_line).dot_matches_new_line(single_line);
        match builder.size_limit(step).dfa_size_limit(step.max(REGEX_CACHE_BYTES)).nest_limit(50).build() {
            Ok(regex) => {
                budget.left = budget.left.checked_sub(step).ok_or(Refused::OverBudget)?;
                return Ok(regex);
            }
            Err(regex::Error::CompiledTooBig(_)) => budget.in_vain = budget.in_vain.saturating_sub(step),
            Err(error) => return Err(Refused::Syntax(last_line(&error.to_string()))),
        }
    }
    Err(Refused::TooLarge)
}

/// The crate's message draws the pattern over several lines; the last says what is wrong.
fn last_line(message: &str) -> String {
    message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Kind = Kind::Regex { ignore_case: false, multi_line: false, single_line: false };

    #[test]
    fn bombs_are_refused() {
        for bomb in ["(a{1000}){1000}", r"(\w{100}){100}", "(((((x{20}){20}){20}){20}){20}){20}"] {
            assert!(matches!(compile(bomb, PLAIN, &mut Budget::default()), Err(Refused::TooLarge)), "{bomb}");
        }
        let nested = format!("{}a{}", "(".repeat(1000), ")".repeat(1000));
        assert!(compile(&nested, PLAIN, &mut Budget::default()).is_err());
    }

    #[test]
    fn all_together_are_bounded() {
        let mut budget = Budget { left: REGEX_STEPS[0], in_vain: 0 };
        assert!(compile("a", PLAIN, &mut budget).is_ok());
        assert!(matches!(compile("a", PLAIN, &mut budget), Err(Refused::OverBudget)));
        // Nothing may be built in vain any more: what does not fit the first step is not tried further.
        assert!(matches!(compile("a{3000}", PLAIN, &mut budget), Err(Refused::TooLarge)));
    }

    #[test]
    fn what_is_wrong_is_one_line() {
        let Err(Refused::Syntax(message)) = compile("a(?=b)", PLAIN, &mut Budget::default()) else { panic!() };
        assert!(message.contains("look-around"), "{message}");
        assert!(!message.contains('\n'));
    }
}
