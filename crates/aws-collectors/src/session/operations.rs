//! The AWS operations we call. What holds records comes back as the bytes of the answer; SDK types stay in here.
//!
//! The SDK's futures are boxed: they are tens of kilobytes each, too much for the stacks of the tasks that hold them.

use std::sync::Arc;

use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_cloudtrail::types::{LookupAttribute, LookupAttributeKey};
use aws_sdk_securityhub::types::{AwsSecurityFindingFilters, GroupByField, GroupByRule, SortCriterion, SortOrder};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::Connected;
use super::body_capture::BodyCapture;
use crate::failure::{Failure, FailureKind, classify};

/// Most events LookupEvents gives at once (CloudTrail API reference, read 2026-11-21).
pub(crate) const EVENTS_PER_PAGE: u16 = 50;
/// Most findings GetFindings gives at once (Security Hub API reference, read 2026-11-21).
pub(crate) const FINDINGS_PER_PAGE: u16 = 100;

/// What one LookupEvents chain asks for. The same for all its pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LookupQuery {
    /// First second, inclusive.
    pub(crate) first: i64,
    /// Last second, inclusive.
    pub(crate) last: i64,
    /// The one attribute CloudTrail filters by: its API name and value.
    pub(crate) attribute: Option<(&'static str, String)>,
}

/// One page of a GetFindings chain.
pub(crate) struct HubPage {
    pub(crate) filters: Arc<AwsSecurityFindingFilters>,
    pub(crate) token: Option<String>,
}

impl Connected {
    pub(crate) async fn lookup_events(
        &self,
        region: &str,
        query: &LookupQuery,
        token: Option<&str>,
    ) -> Result<Vec<u8>, Failure> {
        let capture = BodyCapture::default();
        let attributes = query
            .attribute
            .as_ref()
            .map(|(key, value)| {
                LookupAttribute::builder().attribute_key(LookupAttributeKey::from(*key)).attribute_value(value).build()
            })
            .transpose()
            .map_err(|_| Failure::new(FailureKind::Rejected, "the lookup attribute is incomplete"))?;
        let sent = Box::pin(
            self.cloudtrail
                .lookup_events()
                .start_time(DateTime::from_secs(query.first))
                .end_time(DateTime::from_secs(query.last))
                .set_lookup_attributes(attributes.map(|attribute| vec![attribute]))
                .max_results(i32::from(EVENTS_PER_PAGE))
                .set_next_token(token.map(str::to_owned))
                .customize()
                .config_override(aws_sdk_cloudtrail::config::Builder::default().region(region_of(region)))
                .interceptor(capture.clone())
                .send(),
        )
        .await;
        self.body(sent.map(|_| ()), &capture)
    }

    pub(crate) async fn get_findings(&self, region: &str, page: &HubPage) -> Result<Vec<u8>, Failure> {
        let capture = BodyCapture::default();
        let newest_first = SortCriterion::builder().field("UpdatedAt").sort_order(SortOrder::Descending).build();
        let sent = Box::pin(
            self.securityhub
                .get_findings()
                .filters((*page.filters).clone())
                .sort_criteria(newest_first)
                .max_results(i32::from(FINDINGS_PER_PAGE))
                .set_next_token(page.token.clone())
                .customize()
                .config_override(aws_sdk_securityhub::config::Builder::default().region(region_of(region)))
                .interceptor(capture.clone())
                .send(),
        )
        .await;
        self.body(sent.map(|_| ()), &capture)
    }

    /// The account that the credentials belong to.
    pub(crate) async fn caller_identity(&self, region: &str) -> Result<(Option<String>, Option<String>), Failure> {
        Box::pin(
            self.sts
                .get_caller_identity()
                .customize()
                .config_override(aws_sdk_sts::config::Builder::default().region(region_of(region)))
                .send(),
        )
        .await
        .map(|output| (output.account().map(str::to_owned), output.arn().map(str::to_owned)))
        .map_err(|error| self.failure(&error))
    }

    /// One page of the regions that are on in this account.
    pub(crate) async fn list_regions(
        &self,
        region: &str,
        token: Option<&str>,
    ) -> Result<(Vec<String>, Option<String>), Failure> {
        Box::pin(
            self.account
                .list_regions()
                .region_opt_status_contains(RegionOptStatus::Enabled)
                .region_opt_status_contains(RegionOptStatus::EnabledByDefault)
                .max_results(50)
                .set_next_token(token.map(str::to_owned))
                .customize()
                .config_override(aws_sdk_account::config::Builder::default().region(region_of(region)))
                .send(),
        )
        .await
        .map(|output| {
            let names = output.regions().iter().filter_map(|region| region.region_name().map(str::to_owned));
            (names.collect(), output.next_token().map(str::to_owned))
        })
        .map_err(|error| self.failure(&error))
    }

    /// Succeeds where Security Hub is enabled.
    pub(crate) async fn describe_hub(&self, region: &str) -> Result<(), Failure> {
        Box::pin(
            self.securityhub
                .describe_hub()
                .customize()
                .config_override(aws_sdk_securityhub::config::Builder::default().region(region_of(region)))
                .send(),
        )
        .await
        .map(|_| ())
        .map_err(|error| self.failure(&error))
    }

    /// The linking mode of the finding aggregator that `region` sees; `None` where there is no aggregator.
    pub(crate) async fn aggregation(&self, region: &str) -> Result<Option<String>, Failure> {
        let listed = Box::pin(
            self.securityhub
                .list_finding_aggregators()
                .customize()
                .config_override(aws_sdk_securityhub::config::Builder::default().region(region_of(region)))
                .send(),
        )
        .await
        .map_err(|error| self.failure(&error))?;
        let Some(arn) = listed.finding_aggregators().first().and_then(|one| one.finding_aggregator_arn()) else {
            return Ok(None);
        };
        Box::pin(
            self.securityhub
                .get_finding_aggregator()
                .finding_aggregator_arn(arn)
                .customize()
                .config_override(aws_sdk_securityhub::config::Builder::default().region(region_of(region)))
                .send(),
        )
        .await
        .map(|output| output.region_linking_mode().map(str::to_owned))
        .map_err(|error| self.failure(&error))
    }

    /// Counts of the new Security Hub by severity.
    pub(crate) async fn statistics_v2(&self, region: &str) -> Result<Vec<(String, u64)>, Failure> {
        let rule = GroupByRule::builder().group_by_field(GroupByField::Severity).build();
        Box::pin(
            self.securityhub
                .get_finding_statistics_v2()
                .group_by_rules(rule)
                .customize()
                .config_override(aws_sdk_securityhub::config::Builder::default().region(region_of(region)))
                .send(),
        )
        .await
        .map(|output| {
            let values = output.group_by_results().iter().flat_map(|result| result.group_by_values());
            values
                .filter_map(|value| {
                    let count = u64::try_from(value.count()?).ok()?;
                    Some((value.field_value()?.to_owned(), count))
                })
                .collect()
        })
        .map_err(|error| self.failure(&error))
    }

    /// A whole answer with a status of success is taken even where the SDK's stricter types do not fit it.
    fn body<E>(&self, sent: Result<(), SdkError<E, HttpResponse>>, capture: &BodyCapture) -> Result<Vec<u8>, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match (sent, capture.take()) {
            (_, Some(body)) => Ok(body),
            (Err(error), None) => Err(self.failure(&error)),
            (Ok(()), None) => Err(Failure::new(FailureKind::Garbled, "an answer without a body")),
        }
    }

    fn failure<E>(&self, error: &SdkError<E, HttpResponse>) -> Failure
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match self.guard.refused() {
            Some(endpoint) => Failure::new(FailureKind::EndpointRefused, endpoint),
            None => classify(error),
        }
    }
}

fn region_of(name: &str) -> aws_config::Region {
    aws_config::Region::new(name.to_owned())
}
