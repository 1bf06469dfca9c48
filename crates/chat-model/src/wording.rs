//! What services mean by their messages, where their codes do not say. Matched loosely: wordings change.

/// Whether a message says that the model is withdrawn, or kept for those who already use it.
pub(crate) fn is_end_of_life(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    let plain = [
        "end of life",
        "end-of-life",
        "end of its life",
        "marked by provider as legacy",
        "legacy model",
        "model is legacy",
        "retired",
        "decommissioned",
        "discontinued",
        "no longer available",
        "no longer supported",
        "no longer offered",
    ];
    plain.iter().any(|words| message.contains(words)) || has_word(&message, "eol") || model_is_deprecated(&message)
}

/// "The model … is deprecated", and not "`temperature` is deprecated for this model".
fn model_is_deprecated(message: &str) -> bool {
    message.split_once("deprecated").is_some_and(|(before, _)| before.contains("model"))
}

/// Whether a message says that conversation or answer do not fit the model.
pub(crate) fn is_context_overflow(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    let plain = [
        "context_length_exceeded",
        "context length",
        "context window",
        "context size",
        "context limit",
        "maximum context",
        "input is too long",
        "prompt is too long",
        "prompt too long",
        "too many input tokens",
        "input tokens exceeded",
        "exceeds the maximum number of tokens",
        "exceeds maximum length",
        "exceed the model's maximum",
        "too many total text bytes",
    ];
    plain.iter().any(|words| message.contains(words))
}

/// Whether a message says that the service has no such model.
#[cfg(feature = "openai")]
pub(crate) fn is_model_unknown(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    let absent = ["not found", "does not exist", "not exist", "unknown model", "no such model", "invalid model"];
    message.contains("model") && absent.iter().any(|words| message.contains(words))
}

/// Whether a message is about the model id itself.
#[cfg(feature = "bedrock")]
pub(crate) fn is_model_id_refused(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["model identifier is invalid", "on-demand throughput", "could not resolve the foundation model"]
        .iter()
        .any(|words| message.contains(words))
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withdrawn_models_are_recognised_and_withdrawn_parameters_are_not() {
        for message in [
            "This model version has reached the end of its life. Please refer to the documentation.",
            "Access denied. This Model is marked by provider as Legacy and you have not been actively using it.",
            "The model `x` has been decommissioned and is no longer supported.",
            "Model x is EOL.",
            "This model version is deprecated.",
        ] {
            assert!(is_end_of_life(message), "{message}");
        }
        for message in [
            "`temperature` is deprecated for this model.",
            "You are not authorized to perform bedrock:InvokeModel.",
            "Could not find geolocation of model.",
            "",
        ] {
            assert!(!is_end_of_life(message), "{message}");
        }
    }

    #[test]
    fn overflow_is_recognised_in_the_words_of_several_services() {
        for message in [
            "Input is too long for requested model.",
            "This model's maximum context length is 8192 tokens. However, you requested 9001 tokens.",
            "Input Tokens Exceeded: Number of input tokens exceeds maximum length.",
            "the request exceeds the available context size. try increasing the context size",
        ] {
            assert!(is_context_overflow(message), "{message}");
        }
        assert!(!is_context_overflow("maxTokens must be at least 1"));
    }
}
