//! "What security issues should I prioritise?"

use rmcp::model::Prompt;

use super::{PromptEntry, argument, message, text};

pub(super) fn entry() -> PromptEntry {
    PromptEntry {
        prompt: Prompt::new(
            "review_posture",
            Some("What should be fixed first, from Security Hub findings"),
            Some(vec![argument("source", "aws (default), sample, or an allowed path", false)]),
        )
        .with_title("Review security posture"),
        write: |arguments| {
            let source = text(arguments, "source")?.unwrap_or_else(|| "aws".to_owned());
            Ok(message(format!(
                "Review the security posture. Call analyze_aws_security_hub with source {source:?}. Then tell me, in this \
                 order: how many findings there are by severity; what needs attention first and why, with the resource \
                 and the control or detection; which controls fail most, with the link that explains the fix; what is new \
                 in the last seven days. For the first three items, look at their rows with get_evidence. End with a \
                 numbered list of actions, each naming a resource."
            )))
        },
    }
}
