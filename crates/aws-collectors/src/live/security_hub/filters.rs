//! Filters that Security Hub applies before it answers. All of them are applied again to what comes back.

use aws_sdk_securityhub::types::builders::AwsSecurityFindingFiltersBuilder as Builder;
use aws_sdk_securityhub::types::{AwsSecurityFindingFilters, DateFilter, StringFilter, StringFilterComparison};
use jiff::{SignedDuration, Timestamp};
use security_model::{FindingFilter, Severity, rfc3339};

/// Most values Security Hub takes for one attribute (API reference, `AwsSecurityFindingFilters`, read 2026-11-21).
const MAX_VALUES: usize = 20;

/// What one chain of pages reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slice {
    /// The working set, one severity label.
    Labelled(Severity),
    /// The working set, with a severity label we do not know.
    Unlabelled,
    /// Resolved findings, which the working set leaves out.
    Resolved,
}

impl Slice {
    /// The slices of a request, worst first.
    pub(crate) fn of(filter: &FindingFilter) -> Vec<Self> {
        let wanted = |severity: &Severity| filter.severities.is_empty() || filter.severities.contains(severity);
        let labels = Severity::ALL.into_iter().filter(wanted).map(Self::Labelled);
        // A finding without a label may still have one of these severities, by its score.
        let mut slices: Vec<Self> = labels.chain([Self::Unlabelled]).collect();
        if !filter.working_set.resolved {
            slices.push(Self::Resolved);
        }
        slices
    }

    /// Its name in a gap.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Labelled(severity) => severity.label(),
            Self::Unlabelled => "unlabelled",
            Self::Resolved => "resolved",
        }
    }
}

/// The filters of a slice. "Not archived" rather than "active", so that a state we do not know is read.
pub(crate) fn filters(slice: Slice, filter: &FindingFilter, now: Timestamp) -> AwsSecurityFindingFilters {
    let mut builder = AwsSecurityFindingFilters::builder();
    if slice == Slice::Resolved || !filter.working_set.archived {
        builder = builder.record_state(is_not("ARCHIVED"));
    }
    builder = match slice {
        Slice::Resolved => severities(builder.workflow_status(is("RESOLVED")), filter),
        Slice::Labelled(severity) => workflow(builder, filter).severity_label(is(severity.label())),
        Slice::Unlabelled => Severity::ALL
            .into_iter()
            .fold(workflow(builder, filter), |builder, severity| builder.severity_label(is_not(severity.label()))),
    };
    builder = any_of(builder, &filter.accounts, Builder::aws_account_id);
    builder = any_of(builder, &filter.regions, Builder::region);
    builder = any_of(builder, &filter.resources, Builder::resource_id);
    if let Some(since) = filter.updated_since {
        builder = builder.updated_at(since_filter(since, now));
    }
    builder.build()
}

fn workflow(mut builder: Builder, filter: &FindingFilter) -> Builder {
    if !filter.working_set.suppressed {
        builder = builder.workflow_status(is_not("SUPPRESSED"));
    }
    if !filter.working_set.resolved {
        builder = builder.workflow_status(is_not("RESOLVED"));
    }
    builder
}

fn severities(builder: Builder, filter: &FindingFilter) -> Builder {
    filter.severities.iter().fold(builder, |builder, severity| builder.severity_label(is(severity.label())))
}

fn any_of(builder: Builder, values: &[String], add: fn(Builder, StringFilter) -> Builder) -> Builder {
    if values.len() > MAX_VALUES {
        return builder;
    }
    values.iter().fold(builder, |builder, value| add(builder, is(value)))
}

/// A date filter needs both ends; the far one lies beyond any finding.
fn since_filter(since: Timestamp, now: Timestamp) -> DateFilter {
    let end = now.saturating_add(SignedDuration::from_hours(24 * 366)).unwrap_or(Timestamp::MAX);
    DateFilter::builder().start(rfc3339(since)).end(rfc3339(end)).build()
}

fn is(value: &str) -> StringFilter {
    StringFilter::builder().comparison(StringFilterComparison::Equals).value(value).build()
}

fn is_not(value: &str) -> StringFilter {
    StringFilter::builder().comparison(StringFilterComparison::NotEquals).value(value).build()
}

#[cfg(test)]
mod tests {
    use security_model::WorkingSet;

    use super::*;

    fn told(filters: Option<&[StringFilter]>) -> Vec<String> {
        let describe = |filter: &StringFilter| {
            let comparison = filter.comparison().map_or("", StringFilterComparison::as_str);
            format!("{comparison} {}", filter.value().unwrap_or_default())
        };
        filters.unwrap_or_default().iter().map(describe).collect()
    }

    fn now() -> Timestamp {
        "2026-11-21T02:13:00Z".parse().unwrap()
    }

    #[test]
    fn the_default_working_set_is_left_to_security_hub() {
        let built = filters(Slice::Labelled(Severity::High), &FindingFilter::default(), now());
        assert_eq!(told(built.record_state.as_deref()), ["NOT_EQUALS ARCHIVED"]);
        assert_eq!(told(built.workflow_status.as_deref()), ["NOT_EQUALS SUPPRESSED", "NOT_EQUALS RESOLVED"]);
        assert_eq!(told(built.severity_label.as_deref()), ["EQUALS HIGH"]);
        assert_eq!(told(built.compliance_status.as_deref()), Vec::<String>::new());
    }

    #[test]
    fn slices_go_from_worst_to_unlabelled_and_then_to_what_is_resolved() {
        let names = |filter: &FindingFilter| Slice::of(filter).into_iter().map(Slice::name).collect::<Vec<_>>();
        let default = FindingFilter::default();
        assert_eq!(names(&default), ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "unlabelled", "resolved"]);
        let wide = FindingFilter { working_set: WorkingSet::ALL, severities: vec![Severity::High], ..default };
        assert_eq!(names(&wide), ["HIGH", "unlabelled"]);
        let built = filters(Slice::Unlabelled, &wide, now());
        assert_eq!(told(built.severity_label.as_deref()).len(), 5);
        assert_eq!((built.record_state, built.workflow_status), (None, None));
    }

    #[test]
    fn more_values_than_it_takes_are_not_handed_over() {
        let many = FindingFilter { accounts: vec!["111122223333".into(); MAX_VALUES + 1], ..FindingFilter::default() };
        assert_eq!(filters(Slice::Resolved, &many, now()).aws_account_id, None);
    }
}
