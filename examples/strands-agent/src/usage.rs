//! What the model cost.

use std::ops::AddAssign;

use serde::Serialize;

/// Tokens and calls, added up. A service that does not tell its tokens adds none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Calls of the model that were answered.
    pub model_calls: u32,
    /// Tokens read, those from a cache not included.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Tokens read from a cache.
    pub cached_input_tokens: u64,
}

impl Usage {
    /// All tokens, cached ones included.
    #[must_use]
    pub const fn total_tokens(&self) -> u64 {
        self.input_tokens.saturating_add(self.output_tokens).saturating_add(self.cached_input_tokens)
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.model_calls = self.model_calls.saturating_add(other.model_calls);
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.cached_input_tokens = self.cached_input_tokens.saturating_add(other.cached_input_tokens);
    }
}

impl From<chat_model::Usage> for Usage {
    fn from(told: chat_model::Usage) -> Self {
        Self {
            model_calls: 1,
            input_tokens: told.input_tokens.unwrap_or_default(),
            output_tokens: told.output_tokens.unwrap_or_default(),
            cached_input_tokens: told.cached_input_tokens.unwrap_or_default(),
        }
    }
}

/// US dollars for a million tokens. Cached tokens are charged as read ones, which is never too little.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Price {
    /// Read.
    pub input: f64,
    /// Written.
    pub output: f64,
}

impl Price {
    /// The price of `usage`, in US dollars.
    #[must_use]
    pub fn of(&self, usage: &Usage) -> f64 {
        let read = usage.input_tokens.saturating_add(usage.cached_input_tokens);
        (read as f64 * self.input + usage.output_tokens as f64 * self.output) / 1e6
    }
}

/// Reads `INPUT/OUTPUT`, e.g. `2.5/12.5`.
impl std::str::FromStr for Price {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let dollars =
            |part: &str| part.trim().parse().ok().filter(|dollars: &f64| dollars.is_finite() && *dollars >= 0.0);
        let both = text.split_once('/').and_then(|(input, output)| dollars(input).zip(dollars(output)));
        let (input, output) = both.ok_or("write US dollars a million tokens, read and written, as 2.5/12.5")?;
        Ok(Self { input, output })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_for_a_million_tokens() {
        let price: Price = "2.5/12.5".parse().unwrap();
        let usage =
            Usage { input_tokens: 1_000_000, cached_input_tokens: 1_000_000, output_tokens: 2_000, model_calls: 1 };
        assert!((price.of(&usage) - 5.025).abs() < 1e-9);
        for bad in ["2.5", "x/1", "-1/2", "1/inf", ""] {
            assert!(bad.parse::<Price>().is_err(), "{bad}");
        }
    }
}
