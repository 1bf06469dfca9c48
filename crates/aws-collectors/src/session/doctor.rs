//! What `nightdesk doctor` asks: who am I to AWS, and which permission is missing.

use std::sync::Arc;

use aws_sdk_securityhub::types::AwsSecurityFindingFilters;
use jiff::Timestamp;
use security_model::{SafeText, TextKind};

use super::{AwsSession, Caller, Connected, FALLBACK_REGION, Halt, HubPage, LookupQuery, OperationClass};
use crate::budget::Meter;
use crate::context::Context;
use crate::error::CollectError;
use crate::failure::{Failure, FailureKind};
use crate::regions::{RegionList, resolve};
use crate::request::{Budget, RegionChoice};

/// Who the credentials belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Account id.
    pub account: Option<SafeText>,
    /// ARN of the user or role session.
    pub arn: Option<SafeText>,
}

/// A permission to try, with one harmless read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// `cloudtrail:LookupEvents`
    LookupEvents,
    /// `securityhub:GetFindings`
    GetFindings,
    /// `securityhub:DescribeHub`
    DescribeHub,
    /// `securityhub:ListFindingAggregators` and `securityhub:GetFindingAggregator`
    FindingAggregators,
    /// `securityhub:GetAdhocInsightResults`, which `GetFindingStatisticsV2` needs
    Statistics,
    /// `account:ListRegions`
    ListRegions,
}

impl Probe {
    /// All probes.
    pub const ALL: [Self; 6] = [
        Self::LookupEvents,
        Self::GetFindings,
        Self::DescribeHub,
        Self::FindingAggregators,
        Self::Statistics,
        Self::ListRegions,
    ];

    /// The IAM action it needs.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::LookupEvents => "cloudtrail:LookupEvents",
            Self::GetFindings => "securityhub:GetFindings",
            Self::DescribeHub => "securityhub:DescribeHub",
            Self::FindingAggregators => "securityhub:ListFindingAggregators",
            Self::Statistics => "securityhub:GetAdhocInsightResults",
            Self::ListRegions => "account:ListRegions",
        }
    }

    /// Whether an answer is poorer but still complete without it.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        !matches!(self, Self::LookupEvents | Self::GetFindings)
    }
}

/// What came of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeResult {
    /// It answered.
    Works,
    /// It did not.
    Fails(Failure),
    /// The call was cancelled before it answered.
    NotTried,
}

impl AwsSession {
    /// Asks `sts:GetCallerIdentity`, which needs no permission.
    ///
    /// # Errors
    /// No credentials, or credentials that AWS refuses.
    pub async fn identity(&self, ctx: &Context) -> Result<Identity, CollectError> {
        let region = self.region().await?;
        let caller = self.caller(&region, OperationClass::Other, ctx);
        let answer = caller.call(|connected| {
            let region = region.clone();
            async move { connected.caller_identity(&region).await }
        });
        match answer.await {
            Ok(((account, arn), _)) => Ok(Identity {
                account: account.map(|text| SafeText::from_raw(&text, TextKind::Identifier)),
                arn: arn.map(|text| SafeText::from_raw(&text, TextKind::Reference)),
            }),
            Err(Halt::Failed(failure)) => Err(fatal(&failure).unwrap_or_else(|| CollectError::CredentialsFailed {
                reason: SafeText::from_raw(&format!("sts:GetCallerIdentity: {}", failure.cause), TextKind::Prose),
            })),
            Err(Halt::Stop(_)) => {
                Err(CollectError::CredentialsFailed { reason: SafeText::from_raw("cancelled", TextKind::Prose) })
            }
        }
    }

    /// The configured region, else us-east-1.
    ///
    /// # Errors
    /// No credentials.
    pub async fn region(&self) -> Result<String, CollectError> {
        Ok(self.connected().await?.region().unwrap_or(FALLBACK_REGION).to_owned())
    }

    /// The regions a choice stands for, and where the list came from, as [`security_model::Vantage`] words it.
    ///
    /// # Errors
    /// No credentials, or a name that is no region's.
    pub async fn regions(&self, choice: &RegionChoice, ctx: &Context) -> Result<(Vec<String>, String), CollectError> {
        let meter = Arc::new(Meter::start(Budget::default(), ctx.cancel.clone()));
        let RegionList { names, from, .. } = resolve(self, choice, &[FALLBACK_REGION], &meter).await?;
        Ok((names, from.to_owned()))
    }

    /// Tries one permission in one region.
    pub async fn probe(&self, probe: Probe, region: &str, ctx: &Context) -> ProbeResult {
        let class = match probe {
            Probe::LookupEvents => OperationClass::LookupEvents,
            Probe::GetFindings => OperationClass::GetFindings,
            _ => OperationClass::Other,
        };
        let now = ctx.now;
        let caller = self.caller(region, class, ctx);
        let answer = caller.call(|connected| {
            let region = region.to_owned();
            async move { try_once(&connected, probe, &region, now).await }
        });
        match answer.await {
            Ok(_) => ProbeResult::Works,
            Err(Halt::Failed(failure)) => ProbeResult::Fails(failure),
            Err(Halt::Stop(_)) => ProbeResult::NotTried,
        }
    }

    fn caller(&self, region: &str, class: OperationClass, ctx: &Context) -> Caller {
        let meter = Arc::new(Meter::start(Budget::default(), ctx.cancel.clone()));
        Caller::new(self, class, region, &meter)
    }
}

async fn try_once(connected: &Connected, probe: Probe, region: &str, now: Timestamp) -> Result<(), Failure> {
    match probe {
        Probe::LookupEvents => {
            let last = now.as_second();
            let query = LookupQuery { first: last - 60, last, attribute: None };
            connected.lookup_events(region, &query, None).await.map(|_| ())
        }
        Probe::GetFindings => {
            let filters = Arc::new(AwsSecurityFindingFilters::builder().build());
            connected.get_findings(region, &HubPage { filters, token: None }).await.map(|_| ())
        }
        Probe::DescribeHub => connected.describe_hub(region).await,
        Probe::FindingAggregators => connected.aggregation(region).await.map(|_| ()),
        Probe::Statistics => connected.statistics_v2(region).await.map(|_| ()),
        Probe::ListRegions => connected.list_regions(region, None).await.map(|_| ()),
    }
}

/// The failures that are the same for every call, so that nothing at all can be read.
pub(crate) fn fatal(failure: &Failure) -> Option<CollectError> {
    match failure.kind {
        FailureKind::Expired => Some(CollectError::ExpiredCredentials),
        FailureKind::InvalidCredentials => Some(CollectError::InvalidCredentials { code: failure.cause.clone() }),
        FailureKind::NoCredentials => Some(CollectError::CredentialsFailed { reason: failure.cause.clone() }),
        FailureKind::EndpointRefused => Some(CollectError::EndpointRefused { endpoint: failure.cause.clone() }),
        _ => None,
    }
}
