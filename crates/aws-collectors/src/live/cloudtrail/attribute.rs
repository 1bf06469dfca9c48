//! The one attribute that CloudTrail filters by. Everything else of a filter is applied to what comes back.
//!
//! Only what means the same there and here is handed over: a filter that CloudTrail reads more narrowly would lose
//! events without a word.

use security_model::EventFilter;

use crate::request::Lookup;

/// API name and value of a lookup attribute.
pub(crate) type Attribute = (&'static str, String);

pub(crate) const READ_ONLY: &str = "ReadOnly";

/// The most selective attribute that stands for exactly one value of the request.
pub(crate) fn choose(lookup: Option<&Lookup>, filter: &EventFilter) -> Option<Attribute> {
    if let Some(lookup) = lookup {
        return Some(match lookup {
            Lookup::EventId(id) => ("EventId", id.clone()),
            Lookup::Username(name) => ("Username", name.clone()),
            Lookup::ResourceName(name) => ("ResourceName", name.clone()),
            Lookup::ResourceType(kind) => ("ResourceType", kind.clone()),
        });
    }
    let access_key = single(&filter.access_key_ids).map(|key| ("AccessKeyId", key.to_owned()));
    let session = single(&filter.principals).and_then(session_of).map(|name| ("Username", name.to_owned()));
    let name =
        single(&filter.event_names).filter(|name| !has_versioned_name(name)).map(|n| ("EventName", n.to_owned()));
    let source = single(&filter.event_sources).map(|source| ("EventSource", full_source(source)));
    let read_only = filter.read_only.map(|read_only| (READ_ONLY, read_only.to_string()));
    access_key.or(session).or(name).or(source).or(read_only)
}

fn single(values: &[String]) -> Option<&str> {
    match values {
        [one] => Some(one),
        _ => None,
    }
}

/// The session name in the ARN of a role session, which is the `Username` of its events. A plain name may be a role's,
/// and a user's ARN is also the issuer of federated sessions, whose `Username` differs: those are not handed over.
fn session_of(principal: &str) -> Option<&str> {
    let (_, path) = principal.split_once(":assumed-role/")?;
    match path.split('/').collect::<Vec<_>>().as_slice() {
        [_, session] if principal.starts_with("arn:") && !session.is_empty() => Some(session),
        _ => None,
    }
}

/// Lambda records its operations under names with an API version (`UpdateFunctionCode20150331v2`), and a filter for
/// the plain name means those too; CloudTrail compares names exactly.
fn has_versioned_name(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "Function",
        "EventSourceMapping",
        "LayerVersion",
        "Alias",
        "Permission",
        "Concurrency",
        "CodeSigning",
        "Invoke",
        "AccountSettings",
    ];
    const NAMES: [&str; 4] = ["GetPolicy", "ListTags", "TagResource", "UntagResource"];
    WORDS.iter().any(|word| name.contains(word)) || NAMES.contains(&name)
}

fn full_source(source: &str) -> String {
    if source.contains('.') { source.to_owned() } else { format!("{source}.amazonaws.com") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(set: impl FnOnce(&mut EventFilter)) -> EventFilter {
        let mut filter = EventFilter::default();
        set(&mut filter);
        filter
    }

    fn chosen(filter: &EventFilter) -> Option<String> {
        choose(None, filter).map(|(name, value)| format!("{name}={value}"))
    }

    #[test]
    fn the_most_selective_single_value_is_handed_over() {
        let mut all = filter(|f| {
            f.access_key_ids = vec!["AKIAEXAMPLE".into()];
            f.principals = vec!["arn:aws:sts::111122223333:assumed-role/Admin/alice".into()];
            f.event_names = vec!["ConsoleLogin".into()];
            f.event_sources = vec!["iam".into()];
            f.read_only = Some(false);
        });
        assert_eq!(chosen(&all).as_deref(), Some("AccessKeyId=AKIAEXAMPLE"));
        all.access_key_ids.push("AKIAOTHER".into());
        assert_eq!(chosen(&all).as_deref(), Some("Username=alice"));
        all.principals.clear();
        assert_eq!(chosen(&all).as_deref(), Some("EventName=ConsoleLogin"));
        all.event_names.clear();
        assert_eq!(chosen(&all).as_deref(), Some("EventSource=iam.amazonaws.com"));
        all.event_sources.clear();
        assert_eq!(chosen(&all).as_deref(), Some("ReadOnly=false"));
        assert_eq!(chosen(&EventFilter::default()), None);
    }

    #[test]
    fn what_cloudtrail_would_read_more_narrowly_stays_here() {
        for principal in ["alice", "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::111122223333:role/Admin"] {
            assert_eq!(chosen(&filter(|f| f.principals = vec![principal.into()])), None, "{principal}");
        }
        for name in ["UpdateFunctionCode", "Invoke", "TagResource"] {
            assert_eq!(chosen(&filter(|f| f.event_names = vec![name.into()])), None, "{name}");
        }
    }

    #[test]
    fn the_callers_own_lookup_goes_first() {
        let filter = filter(|f| f.read_only = Some(true));
        let lookup = Lookup::Username("alice".into());
        assert_eq!(choose(Some(&lookup), &filter), Some(("Username", "alice".to_owned())));
    }
}
