//! "What did this identity do?"

use rmcp::model::Prompt;

use super::{PromptEntry, argument, message, text};
use crate::error::Failure;

pub(super) fn entry() -> PromptEntry {
    PromptEntry {
        prompt: Prompt::new(
            "investigate_principal",
            Some("Everything one identity did, and the findings about it"),
            Some(vec![
                argument("principal", "ARN, user, role or session name", true),
                argument("source", "aws (default), sample, or an allowed path", false),
                argument("last", "how far back, e.g. 24h or 7d", false),
            ]),
        )
        .with_title("Investigate a principal"),
        write: |arguments| {
            let principal = text(arguments, "principal")?
                .ok_or_else(|| Failure::bad_argument("principal", "name the ARN, user, role or session to look at"))?;
            let source = text(arguments, "source")?.unwrap_or_else(|| "aws".to_owned());
            let last = text(arguments, "last")?.map(|last| format!(", last {last:?}")).unwrap_or_default();
            Ok(message(format!(
                "Investigate the principal {principal:?}. Call analyze_aws_cloudtrail with source {source:?}{last} and \
                 principals [{principal:?}], and analyze_aws_security_hub with the same source. Read the rows with \
                 get_evidence. Tell me what this identity did, from which addresses and with which tools, what failed, \
                 which high-risk calls it made, and which findings concern it or what it touched. End with whether its \
                 credentials should be disabled, and what supports that."
            )))
        },
    }
}
