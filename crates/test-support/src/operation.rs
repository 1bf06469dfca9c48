//! The services and operations the fake knows, and what differs between them.

use serde::{Deserialize, Serialize};

use crate::reply::ApiError;

/// An AWS service, by its signing name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// `cloudtrail`, JSON 1.1.
    CloudTrail,
    /// `securityhub`, REST-JSON.
    SecurityHub,
    /// `account`, REST-JSON.
    Account,
    /// `sts`, Query with XML replies.
    Sts,
}

impl Service {
    /// Every service of the fake.
    pub const ALL: [Self; 4] = [Self::CloudTrail, Self::SecurityHub, Self::Account, Self::Sts];

    /// The signing name, e.g. `securityhub`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudTrail => "cloudtrail",
            Self::SecurityHub => "securityhub",
            Self::Account => "account",
            Self::Sts => "sts",
        }
    }
}

/// An operation of the fake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// CloudTrail `LookupEvents`.
    LookupEvents,
    /// Security Hub `GetFindings`.
    GetFindings,
    /// Security Hub `GetFindingStatisticsV2`.
    GetFindingStatisticsV2,
    /// Security Hub `DescribeHub`.
    DescribeHub,
    /// Security Hub `ListFindingAggregators`.
    ListFindingAggregators,
    /// Security Hub `GetFindingAggregator`.
    GetFindingAggregator,
    /// Account `ListRegions`.
    ListRegions,
    /// STS `GetCallerIdentity`.
    GetCallerIdentity,
}

impl Operation {
    /// Every operation of the fake.
    pub const ALL: [Self; 8] = [
        Self::LookupEvents,
        Self::GetFindings,
        Self::GetFindingStatisticsV2,
        Self::DescribeHub,
        Self::ListFindingAggregators,
        Self::GetFindingAggregator,
        Self::ListRegions,
        Self::GetCallerIdentity,
    ];

    /// The operation's name in the service model.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LookupEvents => "LookupEvents",
            Self::GetFindings => "GetFindings",
            Self::GetFindingStatisticsV2 => "GetFindingStatisticsV2",
            Self::DescribeHub => "DescribeHub",
            Self::ListFindingAggregators => "ListFindingAggregators",
            Self::GetFindingAggregator => "GetFindingAggregator",
            Self::ListRegions => "ListRegions",
            Self::GetCallerIdentity => "GetCallerIdentity",
        }
    }

    /// The service the operation belongs to.
    #[must_use]
    pub const fn service(self) -> Service {
        match self {
            Self::LookupEvents => Service::CloudTrail,
            Self::ListRegions => Service::Account,
            Self::GetCallerIdentity => Service::Sts,
            _ => Service::SecurityHub,
        }
    }

    /// The IAM action that allows it, not always the operation's name (the service model's text says which).
    #[must_use]
    pub fn iam_action(self) -> String {
        let action = if self == Self::GetFindingStatisticsV2 { "GetAdhocInsightResults" } else { self.name() };
        format!("{}:{action}", self.service().name())
    }

    /// The reply member that holds a page's items, for operations that page.
    pub(crate) const fn page_member(self) -> Option<&'static str> {
        match self {
            Self::LookupEvents => Some("Events"),
            Self::GetFindings => Some("Findings"),
            Self::ListFindingAggregators => Some("FindingAggregators"),
            Self::ListRegions => Some("Regions"),
            _ => None,
        }
    }

    /// What a token that was never issued, or not for these parameters, gets.
    pub(crate) fn invalid_token(self) -> ApiError {
        match self.service() {
            Service::CloudTrail => ApiError::new(400, "InvalidNextTokenException", "Invalid token."),
            Service::SecurityHub => ApiError::new(400, "InvalidInputException", "Invalid parameter: NextToken."),
            Service::Account => ApiError::new(400, "ValidationException", "The NextToken is not valid."),
            Service::Sts => ApiError::new(400, "ValidationError", "This operation is not paged."),
        }
    }
}
