//! What an answer took, in a line or two.

use strands_agent::{Answer, Totals, Usage};

/// The lines under an answer: scores, usage, and what is wrong with it.
pub(crate) fn of(answer: &Answer) -> Vec<String> {
    let mut lines: Vec<String> = answer.ending.note().map(|note| format!("! {note}")).into_iter().collect();
    let scores: Vec<String> = answer
        .scores()
        .map(|(_, score)| {
            let value = score.score.map_or_else(|| "not judged".to_owned(), |value| format!("{value:.2}"));
            format!("{}{} {value} ({})", if score.mandatory { "!" } else { "" }, score.name, score.judge)
        })
        .collect();
    if !scores.is_empty() {
        lines.push(format!("requirements, as the tools score their reports: {}", scores.join(", ")));
    }
    let calls = plural(answer.calls.len(), "tool call");
    let cost = cost(answer.cost);
    lines.push(format!("{calls} · {}{cost} · {:.2} s", tokens(&answer.usage), answer.time.as_secs_f64()));
    lines
}

/// A session so far.
pub(crate) fn session(totals: &Totals, dollars: Option<f64>) -> Vec<String> {
    let questions = plural(usize::try_from(totals.questions).unwrap_or_default(), "question");
    let seconds = totals.model_time.as_secs_f64();
    let mut lines =
        vec![format!("{questions} · {}{} · {seconds:.2} s of the model", tokens(&totals.usage), cost(dollars))];
    if dollars.is_none() {
        lines.push("no price is known; give --price IN/OUT in US dollars a million tokens".to_owned());
    }
    for (tool, (calls, failed, time)) in &totals.tools {
        let calls = plural(usize::try_from(*calls).unwrap_or_default(), "call");
        lines.push(format!("{tool}: {calls}, {failed} without success, {:.2} s", time.as_secs_f64()));
    }
    lines
}

fn tokens(usage: &Usage) -> String {
    let calls = plural(usize::try_from(usage.model_calls).unwrap_or_default(), "model call");
    if usage.total_tokens() == 0 {
        return calls;
    }
    let cached = usage.cached_input_tokens;
    let cached = if cached == 0 { String::new() } else { format!(", {cached} cached") };
    format!("{calls} · {} tokens in{cached}, {} out", usage.input_tokens, usage.output_tokens)
}

fn cost(dollars: Option<f64>) -> String {
    dollars.map_or_else(String::new, |dollars| format!(" · ${dollars:.4}"))
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
