//! Events by user-agent family: which tool says it made the call.
//!
//! A user agent is free text, so a family is a claim. The list is closed: no family is named by a record.

use security_model::evidence::ids::List;
use security_model::summary::EventsSummary;
use security_model::summary::NamedCount;
use security_model::{SafeText, TextKind};

use super::Section;
use super::evidence::{EventSets, Selector};
use super::features::Features;
use super::source_ip::is_aws_service;
use crate::names::Texts;
use crate::rank::{Counts, add};

/// A family of user agents. The order decides between several that one text names: a tool before the SDK it is built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    Terraform,
    Pulumi,
    Cloudformation,
    Kubernetes,
    AwsConsole,
    AwsInternal,
    AwsService,
    AwsCli,
    Boto3,
    Botocore,
    SdkJava,
    SdkGo,
    SdkJs,
    SdkNet,
    SdkRust,
    SdkPhp,
    SdkRuby,
    SdkCpp,
    Curl,
    PythonRequests,
    Browser,
    Other,
    Absent,
}

/// Starts of product names (`name/version`), lower case, in order of precedence.
const PRODUCTS: [(Family, &[&str]); 19] = [
    (Family::Terraform, &["terraform", "hashicorp-terraform", "opentofu"]),
    (Family::Pulumi, &["pulumi"]),
    (Family::Cloudformation, &["cloudformation"]),
    (Family::Kubernetes, &["kube"]),
    (Family::AwsConsole, &["s3console", "aws-console", "awsconsole"]),
    (Family::AwsInternal, &["aws-internal"]),
    (Family::AwsCli, &["aws-cli"]),
    (Family::Boto3, &["boto3"]),
    (Family::Botocore, &["botocore"]),
    (Family::SdkJava, &["aws-sdk-java"]),
    (Family::SdkGo, &["aws-sdk-go"]),
    (Family::SdkJs, &["aws-sdk-js", "aws-sdk-node"]),
    (Family::SdkNet, &["aws-sdk-dotnet", "aws-sdk-net", "awspowershell"]),
    (Family::SdkRust, &["aws-sdk-rust"]),
    (Family::SdkPhp, &["aws-sdk-php"]),
    (Family::SdkRuby, &["aws-sdk-ruby"]),
    (Family::SdkCpp, &["aws-sdk-cpp"]),
    (Family::Curl, &["curl"]),
    (Family::PythonRequests, &["python-requests"]),
];

impl Family {
    /// The family a user agent claims; S3 writes it in square brackets.
    pub(crate) fn of(user_agent: &str) -> Self {
        let text = user_agent.trim().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        if text.is_empty() {
            return Self::Absent;
        }
        if let Some(family) = Self::of_aws(&text) {
            return family;
        }
        let names: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | ';' | '+'))
            .filter_map(|token| token.split_once('/'))
            .filter(|(name, version)| !name.is_empty() && !version.is_empty())
            .map(|(name, _)| name)
            .collect();
        let claimed = PRODUCTS
            .iter()
            .find(|(_, starts)| names.iter().any(|name| starts.iter().any(|start| name.starts_with(start))));
        match claimed {
            Some((family, _)) => *family,
            None if text.starts_with("mozilla/") || text.starts_with("opera/") => Self::Browser,
            None => Self::Other,
        }
    }

    /// What AWS writes for itself: a service's host name, the console's, or `AWS Internal`.
    fn of_aws(text: &str) -> Option<Self> {
        let is_console = || text.starts_with("console.") || text.starts_with("signin.");
        match text {
            "aws internal" => Some(Self::AwsInternal),
            "cloudformation.amazonaws.com" => Some(Self::Cloudformation),
            _ if !is_aws_service(text) => None,
            _ if is_console() => Some(Self::AwsConsole),
            _ => Some(Self::AwsService),
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Terraform => "terraform",
            Self::Pulumi => "pulumi",
            Self::Cloudformation => "cloudformation",
            Self::Kubernetes => "kubernetes",
            Self::AwsConsole => "aws console",
            Self::AwsInternal => "aws internal",
            Self::AwsService => "aws service",
            Self::AwsCli => "aws-cli",
            Self::Boto3 => "boto3",
            Self::Botocore => "botocore",
            Self::SdkJava => "aws-sdk-java",
            Self::SdkGo => "aws-sdk-go",
            Self::SdkJs => "aws-sdk-js",
            Self::SdkNet => "aws-sdk-net",
            Self::SdkRust => "aws-sdk-rust",
            Self::SdkPhp => "aws-sdk-php",
            Self::SdkRuby => "aws-sdk-ruby",
            Self::SdkCpp => "aws-sdk-cpp",
            Self::Curl => "curl",
            Self::PythonRequests => "python requests",
            Self::Browser => "browser",
            Self::Other => "other",
            Self::Absent => "(none)",
        }
    }
}

#[derive(Default)]
pub(super) struct Families(Counts<Family>);

impl Section for Families {
    fn observe(&mut self, event: &Features) {
        add(&mut self.0, event.agent);
    }

    fn finish(self: Box<Self>, _: &Texts, summary: &mut EventsSummary, sets: &mut EventSets) {
        let mut rows: Vec<(Family, u64)> = self.0.into_iter().collect();
        rows.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.label().cmp(b.0.label())));
        let selectors = rows.iter().map(|(family, count)| (Selector::Agent(*family), *count));
        sets.add_list(List::UserAgent, "Events of one user-agent family", "events.by_user_agent_family", selectors);
        summary.by_user_agent_family = rows
            .into_iter()
            .map(|(family, count)| NamedCount { name: SafeText::from_raw(family.label(), TextKind::Identifier), count })
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_user_agent_belongs_to_the_tool_that_made_the_call() {
        let cases = [
            ("aws-cli/2.15.0 Python/3.11.4 Linux/5.10 botocore/2.4.5", "aws-cli"),
            ("[aws-cli/2.17.32 md/awscrt#0.21.2 ua/2.0]", "aws-cli"),
            ("Boto3/1.26.165 Python/3.10.6 Linux/5.19.0 Botocore/1.29.165", "boto3"),
            ("Botocore/1.29.165 Python/3.10.6", "botocore"),
            ("APN/1.0 HashiCorp/1.0 Terraform/1.5.0 (+https://www.terraform.io) aws-sdk-go/1.44.0", "terraform"),
            ("aws-sdk-go/1.29.7 (go1.13.7; linux; amd64) APN/1.0 HashiCorp/1.0 Terraform/0.12", "terraform"),
            ("aws-sdk-go-v2/1.32.3 os/linux lang/go#1.23.1", "aws-sdk-go"),
            ("aws-sdk-go/1.44.0 (go1.19) kubernetes/v1.27.2-eks", "kubernetes"),
            ("aws-sdk-java/2.20.1 Linux/5.4", "aws-sdk-java"),
            ("aws-internal/3 aws-sdk-java/1.12.488 Linux/5.4", "aws internal"),
            ("[S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.666 Linux/4.9]", "aws console"),
            ("aws-sdk-nodejs/2.1000.0 linux/v16 promise", "aws-sdk-js"),
            ("aws-sdk-dotnet-coreclr/3.7.0.0 .NET_Core/6.0", "aws-sdk-net"),
            ("aws-sdk-rust/1.3.9 os/linux lang/rust/1.95.0", "aws-sdk-rust"),
            ("aws-sdk-php/3.200.0 OS/Linux", "aws-sdk-php"),
            ("aws-sdk-ruby3/3.100.0 ruby/3.1", "aws-sdk-ruby"),
            ("aws-sdk-cpp/1.11.0 Linux", "aws-sdk-cpp"),
            ("pulumi-aws/6.0.0 (linux)", "pulumi"),
            ("cloudformation.amazonaws.com", "cloudformation"),
            ("console.ec2.amazonaws.com", "aws console"),
            ("signin.amazonaws.com", "aws console"),
            ("secretsmanager.amazonaws.com", "aws service"),
            ("AWS Internal", "aws internal"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", "browser"),
            ("curl/8.4.0", "curl"),
            ("python-requests/2.28.0", "python requests"),
            ("I am not terraform", "other"),
            ("terraform/", "other"),
            ("", "(none)"),
        ];
        for (text, expected) in cases {
            assert_eq!(Family::of(text).label(), expected, "{text}");
        }
    }
}
