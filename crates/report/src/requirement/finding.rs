//! What a rule check finds.

/// Faults that a reason lists before it only counts them.
const LISTED: usize = 4;

/// What a rule check finds.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// 0.0 to 1.0.
    pub score: f64,
    /// Why not more, or what was looked at.
    pub reason: String,
}

impl Finding {
    /// `met` demands out of `all`, with what is wrong, or `fine` when nothing is. Full marks and faults exclude each other.
    #[must_use]
    pub fn of(met: usize, all: usize, wrong: Vec<String>, fine: &str) -> Self {
        if wrong.is_empty() && met >= all {
            return Self { score: 1.0, reason: fine.to_owned() };
        }
        /// What a report with any fault scores at most.
        const BEST_WITH_FAULTS: f64 = 0.99;
        let share = if all == 0 { 0.0 } else { met as f64 / all as f64 };
        let more = wrong.len().saturating_sub(LISTED);
        let mut reason = wrong.into_iter().take(LISTED).collect::<Vec<_>>().join(" ");
        if more > 0 {
            reason.push_str(&format!(" And {more} more of the kind."));
        }
        Self { score: share.clamp(0.0, BEST_WITH_FAULTS), reason }
    }
}
