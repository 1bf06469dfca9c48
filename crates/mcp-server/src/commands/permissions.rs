//! `nightdesk permissions`: the least-privilege IAM policy.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::error::Failure;
use crate::exit::Exit;
use crate::tools;

/// Parts that are not tools of this server: what they will need, so that one policy can be asked for at once.
/// Source: Amazon Bedrock user guide, "Prerequisites for running model inference", read 2026-11-21.
pub(super) const COMPANIONS: [(&str, &[&str], &str); 2] = [
    ("bedrock-writer", &["bedrock:InvokeModel"], "write reports with a Bedrock model"),
    (
        "strands-agent",
        &["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
        "drive the server with a Bedrock model",
    ),
];

pub(super) fn print(names: &[String]) -> Result<Exit, Failure> {
    let policy = policy(names)?;
    let text = serde_json::to_string_pretty(&policy).map_err(|error| Failure::Internal(error.to_string()))?;
    super::print(&format!("{text}\n"))?;
    Ok(Exit::Done)
}

/// The policy for `names`; for every tool when empty.
pub(super) fn policy(names: &[String]) -> Result<Value, Failure> {
    let entries = tools::all();
    for name in names {
        let is_tool = entries.iter().any(|entry| entry.tool.name == name.as_str());
        if !is_tool && !COMPANIONS.iter().any(|(companion, ..)| companion == name) {
            let known: Vec<&str> =
                entries.iter().map(|entry| entry.tool.name.as_ref()).chain(COMPANIONS.map(|(name, ..)| name)).collect();
            return Err(Failure::bad_argument("--tool", format!("no such tool; the names are {}", known.join(", "))));
        }
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);
    let mut statements = Vec::new();
    let reads: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| wanted(&entry.tool.name))
        .flat_map(|entry| entry.iam_actions.iter().map(|needed| needed.action))
        .collect();
    if !reads.is_empty() {
        statements.push(statement("NightdeskRead", &reads));
    }
    let companions: BTreeSet<&str> = COMPANIONS
        .iter()
        .filter(|(name, ..)| names.iter().any(|wanted| wanted == name))
        .flat_map(|(_, actions, _)| actions.iter().copied())
        .collect();
    if !companions.is_empty() {
        statements.push(statement("NightdeskModels", &companions));
    }
    Ok(json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// None of these actions can be narrowed to a resource.
/// Source: Service Authorization Reference (Security Hub, CloudTrail, Account Management), recalled, not re-read; for Bedrock,
/// narrow `Resource` to the models you use.
fn statement(sid: &str, actions: &BTreeSet<&str>) -> Value {
    json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": "*" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actions(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let policy = policy(&names).unwrap();
        policy["Statement"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|statement| statement["Action"].as_array().unwrap())
            .map(|action| action.as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn one_tool_asks_only_for_its_own() {
        assert_eq!(actions(&["analyze_aws_cloudtrail"]), ["account:ListRegions", "cloudtrail:LookupEvents"]);
        assert!(actions(&["get_evidence"]).is_empty());
        assert_eq!(actions(&["bedrock-writer"]), ["bedrock:InvokeModel"]);
    }

    #[test]
    fn every_tool_together_only_reads() {
        let all = actions(&[]);
        assert!(all.contains(&"securityhub:GetFindings".to_owned()));
        for action in all {
            let verb = action.split(':').nth(1).unwrap();
            assert!(["Get", "List", "Describe", "Lookup"].iter().any(|read| verb.starts_with(read)), "{action}");
        }
    }

    #[test]
    fn unknown_names_are_refused_with_the_known_ones() {
        let message = policy(&["analyse".to_owned()]).unwrap_err().to_string();
        assert!(message.contains("get_evidence") && message.contains("strands-agent"));
    }
}
