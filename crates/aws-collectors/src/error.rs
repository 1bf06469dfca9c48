//! Why nothing at all could be read. Anything less is a gap in the coverage.

use security_model::SafeText;

/// Nothing could be read; each message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CollectError {
    /// No provider of the credential chain had credentials.
    #[error(
        "no AWS credentials found ({tried}). Run `aws configure` or `aws sso login`, set AWS_PROFILE, or export \
         AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; on EC2, pass `--instance-credentials` or set \
         AWS_EC2_METADATA_DISABLED=false to use the instance role. Without an account, use `--source sample` or a folder of logs."
    )]
    NoCredentials {
        /// The profile and the providers that were asked.
        tried: SafeText,
    },
    /// A provider had credentials but could not hand them out.
    #[error(
        "AWS credentials could not be loaded: {reason}. Check the profile in ~/.aws/config, or run `aws sso login` if it \
         signs in with SSO."
    )]
    CredentialsFailed {
        /// What the provider said.
        reason: SafeText,
    },
    /// AWS says that the credentials have expired.
    #[error(
        "the AWS credentials have expired. Sign in again (`aws sso login`, or export fresh keys) and repeat the call."
    )]
    ExpiredCredentials,
    /// AWS says that the credentials are not valid.
    #[error(
        "AWS refused the credentials ({code}). Check that the key exists and is active, that the secret belongs to it, \
         and that this machine's clock is right."
    )]
    InvalidCredentials {
        /// The error code AWS gave.
        code: SafeText,
    },
    /// An endpoint override that would send signed requests over plain HTTP to another machine.
    #[error(
        "refusing the AWS endpoint {endpoint}: plain http is only accepted for loopback addresses. Use https, or unset \
         AWS_ENDPOINT_URL and `endpoint_url` in the profile."
    )]
    EndpointRefused {
        /// The endpoint.
        endpoint: SafeText,
    },
    /// A region name that is none.
    #[error("{region} is not an AWS region name. Write regions like eu-west-1, or `all`.")]
    BadRegion {
        /// What was given.
        region: SafeText,
    },
    /// The path does not exist or cannot be opened.
    #[error("cannot read {path}: {reason}. Give a file or folder of CloudTrail logs or findings.")]
    BadPath {
        /// The path.
        path: SafeText,
        /// What the system said.
        reason: SafeText,
    },
    /// A bug: a task of ours ended early.
    #[error("the collection stopped unexpectedly; please report this with the command you ran")]
    Internal,
}

#[cfg(test)]
mod tests {
    use security_model::TextKind;

    use super::*;

    #[test]
    fn missing_credentials_name_the_flag_and_the_variable_for_instances() {
        let message = CollectError::NoCredentials { tried: SafeText::from_raw("profile", TextKind::Prose) }.to_string();
        assert!(message.contains("`--instance-credentials`"), "{message}");
        assert!(message.contains("AWS_EC2_METADATA_DISABLED=false"), "{message}");
    }
}
