//! The parts of an ARN.

/// Partition, service, region, account and resource; `None` for a text that is no ARN.
pub(crate) fn parts(text: &str) -> Option<[&str; 5]> {
    let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
    Some([parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?])
}

/// What an ARN names within its account.
pub(crate) fn resource(text: &str) -> Option<&str> {
    parts(text).map(|[.., resource]| resource).filter(|resource| !resource.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_may_hold_colons_and_must_not_be_empty() {
        let topic = "arn:aws:sns:eu-west-1:111122223333:topic:0b54e0a1";
        assert_eq!(parts(topic), Some(["aws", "sns", "eu-west-1", "111122223333", "topic:0b54e0a1"]));
        assert_eq!(resource(topic), Some("topic:0b54e0a1"));
        assert_eq!(resource("arn:aws:s3:::"), None);
        assert_eq!(parts("aws:s3:::a:b"), None);
    }
}
