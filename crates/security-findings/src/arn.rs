//! The parts of an ARN that say where a thing is (IAM user guide, "Amazon Resource Names", recalled, not re-read).

/// An ARN, `arn:partition:service:region:account:resource`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arn<'a> {
    pub(crate) region: Option<&'a str>,
    pub(crate) account: Option<&'a str>,
    pub(crate) resource: &'a str,
}

impl<'a> Arn<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let (_partition, _service) = (parts.next()?, parts.next()?);
        let region = Some(parts.next()?).filter(|region| !region.is_empty());
        let account = Some(parts.next()?).filter(|account| is_account_id(account));
        Some(Self { region, account, resource: parts.next()? })
    }
}

/// The account that a resource id names: the one in its ARN, or the account itself (`AWS::::Account:111122223333`).
pub(crate) fn account_of(resource_id: &str) -> Option<&str> {
    match resource_id.strip_prefix("AWS::::Account:") {
        Some(account) => Some(account).filter(|account| is_account_id(account)),
        None => Arn::parse(resource_id)?.account,
    }
}

/// The first region that the ARNs among `texts` name.
pub(crate) fn region_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    texts.into_iter().filter_map(Arn::parse).find_map(|arn| arn.region)
}

/// The last segment of a product ARN: `guardduty` of `…:product/aws/guardduty`.
pub(crate) fn product_in(product_arn: &str) -> Option<&str> {
    Arn::parse(product_arn)?.resource.rsplit('/').next().filter(|name| !name.is_empty())
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_gives_region_account_and_resource() {
        let arn = Arn::parse("arn:aws-cn:sns:cn-north-1:111122223333:topic:sub").unwrap();
        assert_eq!((arn.region, arn.account, arn.resource), (Some("cn-north-1"), Some("111122223333"), "topic:sub"));
        let bucket = Arn::parse("arn:aws:s3:::example").unwrap();
        assert_eq!((bucket.region, bucket.account, bucket.resource), (None, None, "example"));
        assert_eq!(Arn::parse("arn:aws:s3"), None);
        assert_eq!(Arn::parse("i-0abc"), None);
        assert_eq!(region_in(["x", "arn:aws:s3:::b", "arn:aws:sns:eu-west-1:1:t"]), Some("eu-west-1"));
    }

    #[test]
    fn a_resource_names_its_account() {
        assert_eq!(account_of("AWS::::Account:111122223333"), Some("111122223333"));
        assert_eq!(account_of("arn:aws:iam::444455556666:user/a"), Some("444455556666"));
        for id in ["AWS::::Account:1", "arn:aws:iam::aws:policy/A", "arn:aws:s3:::example", "111122223333"] {
            assert_eq!(account_of(id), None, "{id}");
        }
    }
}
