//! Security Hub: findings with the service's filter semantics, aggregation regions and V2 statistics.

mod dates;
mod fields;
mod filters;
mod get_findings;
mod hub;
mod statistics;
mod store;
mod strings;

pub(crate) use get_findings::{PageRequest, get_findings};
pub(crate) use hub::{Hub, describe_hub, get_finding_aggregator, list_finding_aggregators};
pub use hub::{LinkedRegions, StatisticsV2};
pub(crate) use statistics::finding_statistics;
pub(crate) use store::{FindingStore, QueryCache, Viewpoint};
