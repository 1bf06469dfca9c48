//! "Check CloudTrail for suspicious activity."

use rmcp::model::Prompt;

use super::{PromptEntry, argument, message, text};

pub(super) fn entry() -> PromptEntry {
    PromptEntry {
        prompt: Prompt::new(
            "suspicious_activity",
            Some("What in CloudTrail needs a look, and who did it"),
            Some(vec![
                argument("source", "aws (default), sample, or an allowed path", false),
                argument("last", "how far back, e.g. 24h or 7d", false),
            ]),
        )
        .with_title("Check for suspicious activity"),
        write: |arguments| {
            let source = text(arguments, "source")?.unwrap_or_else(|| "aws".to_owned());
            let last = text(arguments, "last")?.map(|last| format!(" and last {last:?}")).unwrap_or_default();
            Ok(message(format!(
                "Check CloudTrail for suspicious activity. Call analyze_aws_cloudtrail with source {source:?}{last}. \
                 Begin with its detections of medium level and above, and have explain_detection say why one fired. Follow \
                 the failed operations and the console logins to their rows with get_evidence. Tell me what happened in the order of time: which principal, from which address, did what, \
                 and what it could lead to. Say plainly what looks ordinary. End with what to check next, each item \
                 naming a principal, key or resource."
            )))
        },
    }
}
