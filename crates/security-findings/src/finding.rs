//! A finding as this crate keeps it: owned, allow-listed, with the hash of its text.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use security_model::{
    Compliance, FindingView, RawJson, RecordHash, RecordState, ResourceView, Severity, Untrusted, Workflow,
};

/// The format a finding was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// AWS Security Finding Format.
    Asff,
    /// Open Cybersecurity Schema Framework.
    Ocsf,
}

/// What makes two records the same finding: the product and the id it gave.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FindingKey {
    product_arn: Option<Box<str>>,
    id: Box<str>,
}

impl FindingKey {
    pub(crate) fn new(product_arn: Option<Cow<'_, str>>, id: Cow<'_, str>) -> Self {
        Self { product_arn: owned(product_arn), id: id.into() }
    }

    /// `ProductArn`; OCSF `metadata.product.uid`.
    #[must_use]
    pub fn product_arn(&self) -> Option<Untrusted<'_>> {
        self.product_arn.as_deref().map(Untrusted::new)
    }

    /// `Id`; OCSF `finding_info.uid`.
    #[must_use]
    pub fn id(&self) -> Untrusted<'_> {
        Untrusted::new(&self.id)
    }
}

impl fmt::Debug for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FindingKey").finish_non_exhaustive()
    }
}

/// One security finding, read from ASFF or OCSF.
///
/// It holds no description, note, resource detail, user-defined field or any other part of the record than
/// [`FindingView`] names. Its `Debug` prints no text of the record.
#[derive(Clone)]
pub struct Finding {
    pub(crate) format: Format,
    pub(crate) hash: RecordHash,
    pub(crate) key: Arc<FindingKey>,
    pub(crate) product_name: Option<Box<str>>,
    pub(crate) title: Box<str>,
    pub(crate) generator_id: Option<Box<str>>,
    pub(crate) control_id: Option<Box<str>>,
    pub(crate) types: Box<[Box<str>]>,
    pub(crate) severity: Severity,
    pub(crate) record_state: RecordState,
    pub(crate) workflow: Workflow,
    pub(crate) compliance: Compliance,
    pub(crate) account_id: Option<Box<str>>,
    pub(crate) region: Option<Box<str>>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) remediation_url: Option<Box<str>>,
    pub(crate) resources: Box<[Resource]>,
}

#[derive(Clone)]
pub(crate) struct Resource {
    pub(crate) id: Box<str>,
    pub(crate) kind: Option<Box<str>>,
    pub(crate) account_id: Option<Box<str>>,
    pub(crate) region: Option<Box<str>>,
}

impl Finding {
    /// The finding as the analysis reads it.
    #[must_use]
    pub fn view(&self) -> FindingView<'_> {
        FindingView {
            id: self.key.id(),
            product_arn: self.key.product_arn(),
            product_name: untrusted(&self.product_name),
            title: Untrusted::new(&self.title),
            generator_id: untrusted(&self.generator_id),
            control_id: untrusted(&self.control_id),
            types: self.types.iter().map(|kind| Untrusted::new(kind)).collect(),
            severity: self.severity,
            record_state: self.record_state,
            workflow: self.workflow,
            compliance: self.compliance,
            account_id: untrusted(&self.account_id),
            region: untrusted(&self.region),
            created_at: self.created_at,
            updated_at: self.updated_at,
            remediation_url: untrusted(&self.remediation_url),
            resources: self.resources.iter().map(Resource::view).collect(),
        }
    }

    /// SHA-256 of the finding's JSON text as it was read, without what was around it.
    #[must_use]
    pub const fn hash(&self) -> RecordHash {
        self.hash
    }

    /// The format it was read from.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Its identity.
    #[must_use]
    pub fn key(&self) -> &FindingKey {
        &self.key
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("format", &self.format)
            .field("severity", &self.severity)
            .field("sha256", &self.hash.to_hex())
            .finish_non_exhaustive()
    }
}

impl Resource {
    fn view(&self) -> ResourceView<'_> {
        ResourceView {
            id: Untrusted::new(&self.id),
            kind: untrusted(&self.kind),
            account_id: untrusted(&self.account_id),
            region: untrusted(&self.region),
        }
    }
}

pub(crate) fn hash_of(text: &str) -> RecordHash {
    RecordHash::of(RawJson::new(text))
}

pub(crate) fn owned(text: Option<Cow<'_, str>>) -> Option<Box<str>> {
    text.map(Into::into)
}

pub(crate) fn owned_all(texts: Vec<Cow<'_, str>>) -> Box<[Box<str>]> {
    texts.into_iter().map(Into::into).collect()
}

/// A remediation link without its query when that carries a signature, which is a credential.
pub(crate) fn without_signature(url: Cow<'_, str>) -> Box<str> {
    match url.split_once('?') {
        Some((link, query)) if query.to_ascii_lowercase().contains("signature=") => link.into(),
        _ => url.into(),
    }
}

fn untrusted(text: &Option<Box<str>>) -> Option<Untrusted<'_>> {
    text.as_deref().map(Untrusted::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_link_loses_its_query_and_no_other_does() {
        let cut = |url: &'static str| without_signature(Cow::Borrowed(url));
        assert_eq!(&*cut("https://example.com/a?X-Amz-Signature=abc"), "https://example.com/a");
        assert_eq!(&*cut("https://example.com/a?Expires=1&Signature=abc"), "https://example.com/a");
        assert_eq!(&*cut("https://example.com/a?rule=3"), "https://example.com/a?rule=3");
    }
}
