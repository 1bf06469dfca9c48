//! Where an answer about findings is seen from. Every question here may be refused without harm to the answer.

use std::sync::Arc;

use security_model::summary::NamedCount;
use security_model::summary::security_hub::StatisticsV2;
use security_model::{SafeText, TextKind};

use crate::budget::Meter;
use crate::failure::FailureKind;
use crate::live::identity::caller_account;
use crate::session::{AwsSession, Caller, Connected, Halt, OperationClass};

/// What is known about the point of view; `None` where AWS did not say.
#[derive(Debug, Default)]
pub(crate) struct View {
    pub(crate) account: Option<String>,
    pub(crate) hub_enabled: Option<bool>,
    pub(crate) aggregation: Option<String>,
    pub(crate) statistics: Option<StatisticsV2>,
    pub(crate) calls: u64,
}

/// Asks all questions at once.
pub(crate) async fn look(aws: AwsSession, region: String, meter: Arc<Meter>) -> View {
    let caller = Caller::new(&aws, OperationClass::Other, &region, &meter);
    let region: Arc<str> = region.into();
    let at = || Arc::clone(&region);
    let identity = caller_account(&aws, &region, &meter);
    let hub = caller.call(|aws| with(aws, at(), |aws, at| async move { aws.describe_hub(&at).await }));
    let aggregation = caller.call(|aws| with(aws, at(), |aws, at| async move { aws.aggregation(&at).await }));
    let statistics = caller.call(|aws| with(aws, at(), |aws, at| async move { aws.statistics_v2(&at).await }));
    let ((account, identity_calls), hub, aggregation, statistics) =
        tokio::join!(identity, hub, aggregation, statistics);
    View {
        account,
        hub_enabled: match hub {
            Ok(_) => Some(true),
            Err(Halt::Failed(failure)) if failure.kind == FailureKind::NotEnabled => Some(false),
            Err(_) => None,
        },
        aggregation: aggregation.ok().map(|(mode, _)| mode.unwrap_or_else(|| "none".to_owned())),
        statistics: statistics.ok().map(|(counts, _)| statistics_of(counts)),
        calls: caller.calls() + identity_calls,
    }
}

async fn with<T, F, Answer>(aws: Arc<Connected>, region: Arc<str>, ask: F) -> T
where
    F: FnOnce(Arc<Connected>, Arc<str>) -> Answer,
    Answer: Future<Output = T>,
{
    ask(aws, region).await
}

fn statistics_of(counts: Vec<(String, u64)>) -> StatisticsV2 {
    let named = |(name, count): (String, u64)| NamedCount { name: SafeText::from_raw(&name, TextKind::Name), count };
    let mut by_severity: Vec<NamedCount> = counts.into_iter().map(named).collect();
    by_severity.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    StatisticsV2 {
        by_severity,
        note:
            "All findings of the new Security Hub (OCSF), whatever their state and without the filters of this answer."
                .to_owned(),
    }
}
