//! An answer made of what the reports say, word for word.

use chat_model::ToolResult;

/// What is said when no rule applies.
pub(super) const NO_TOOL: &str = "\
Offline stand-in: no model was asked, and no rule found a tool for this question. It knows two things: Security Hub findings \
(\"What should I fix first?\") and CloudTrail activity (\"Who failed to sign in?\").";

const LABEL: &str = "\
*Offline stand-in: no model was asked. A plain rule chose the tool; what follows are its report's own words.*";

/// Sections of a report that are quoted.
const SECTIONS: usize = 2;
/// Lines of a section that are quoted.
const LINES: usize = 10;

/// What headings speak of, where a question has one of the words. The first that applies goes first.
const TOPICS: [(&[&str], &[&str]); 8] = [
    (&["priorit", "first", "urgent", "fix", "remediat", "focus"], &["attention", "recommended", "action"]),
    (&["login", "log in", "logon", "sign", "mfa"], &["sign-in", "behavio", "failed"]),
    (&["denied", "fail", "reject", "unauthori"], &["failed"]),
    (&["suspicious", "weird", "strange", "unusual", "attack", "risk"], &["high-risk", "threat", "recommended"]),
    (&["who", "user", "principal", "behavio"], &["principal", "behavio", "high-risk"]),
    (&["ip ", "country", "countries", "location", "where"], &["geograph", "address"]),
    (&["control", "complian", "benchmark"], &["control", "issue"]),
    (&["severit", "critical", "how many"], &["severity"]),
];

/// Answers from the results of the tools.
pub(super) fn answer(question: &str, results: &[&ToolResult]) -> String {
    let quotes = results.iter().map(|result| quote(question, result));
    std::iter::once(LABEL.to_owned()).chain(quotes).collect::<Vec<_>>().join("\n\n")
}

fn quote(question: &str, result: &ToolResult) -> String {
    if result.is_error {
        return format!("The tool did not answer. It says: {}", result.text.trim());
    }
    // What stands below a rule is about the report as a whole: who wrote it, and whether it was verified.
    let (report, about_it) = result.text.split_once("\n---\n").unwrap_or((&result.text, ""));
    let mut parts = report.split("\n## ");
    let lead = parts.next().unwrap_or_default().trim();
    let sections: Vec<(&str, &str)> = parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).collect();
    if sections.is_empty() {
        return short(lead);
    }
    let quoted = chosen(question, &sections).into_iter().map(|(heading, body)| {
        let body = body.trim();
        // What follows its first paragraph is for those who call tools.
        let body = if is_about_gaps(heading) { body.split("\n\n").next().unwrap_or_default() } else { body };
        format!("## {heading}\n\n{}", short(body))
    });
    let last = about_it.lines().next().map(str::to_owned).filter(|line| !line.is_empty());
    std::iter::once(lead.to_owned()).chain(quoted).chain(last).collect::<Vec<_>>().join("\n\n")
}

/// The summary, the sections that the question is about, else the first ones, and the one about what was not read.
fn chosen<'a>(question: &str, sections: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let question = question.to_lowercase();
    let topics = TOPICS.iter().filter(|(words, _)| words.iter().any(|word| question.contains(word)));
    let wanted = topics.flat_map(|(_, headings)| headings.iter());
    let about = |word: &str| sections.iter().position(|(heading, _)| heading.to_lowercase().contains(word));
    let always: Vec<usize> = about("summary").into_iter().chain(about("not read")).chain(about("gaps")).collect();
    let mut places = always.clone();
    for place in wanted.filter_map(|word| about(word)).chain(0..sections.len()) {
        if places.len() < SECTIONS + always.len() && !places.contains(&place) {
            places.push(place);
        }
    }
    places.sort_unstable();
    places.into_iter().filter_map(|place| sections.get(place).copied()).collect()
}

fn is_about_gaps(heading: &str) -> bool {
    let heading = heading.to_lowercase();
    heading.contains("not read") || heading.contains("gaps")
}

fn short(text: &str) -> String {
    let mut lines = text.lines();
    let mut kept: Vec<&str> = lines.by_ref().take(LINES).collect();
    if lines.next().is_some() {
        kept.push("- … more in the report");
    }
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "# Report\n\nNightly.\n\n## Summary\n\nTwo things.\n\n## Severity\n\nHigh: 2\n\n## Types\n\nA\n\n\
        ## Recommended actions\n\n1. Close it.\n\n## Controls\n\n- S3.1\n\n## Data gaps\n\nOne region.\n\nPass an id.\n\n\
        ---\nNot verified.";

    fn answered(question: &str, text: &str, is_error: bool) -> String {
        answer(question, &[&ToolResult { id: "t".into(), text: text.into(), is_error }])
    }

    #[test]
    fn it_says_what_it_is_and_quotes_what_was_asked_for() {
        let answer = answered("What do I fix first?", REPORT, false);
        assert!(answer.starts_with("*Offline stand-in"), "{answer}");
        for quoted in ["Nightly.", "Two things.", "1. Close it.", "One region.", "Not verified."] {
            assert!(answer.contains(quoted), "{quoted} in {answer}");
        }
        assert!(!answer.contains("Pass an id.") && !answer.contains("S3.1"), "{answer}");
        assert!(answered("Which controls fail?", REPORT, false).contains("- S3.1"));
    }

    #[test]
    fn a_failure_is_told_as_it_is() {
        assert!(answered("?", "no credentials", true).contains("It says: no credentials"));
    }

    #[test]
    fn a_text_that_is_no_report_is_quoted_from_its_beginning() {
        let long = "line\n".repeat(50);
        let answer = answered("?", &long, false);
        assert!(answer.ends_with("more in the report") && answer.lines().count() < 20, "{answer}");
    }
}
