//! Where credentials come from. The SDK's default chain, except that the instance metadata service is asked only when
//! the user says so: off EC2 it costs seconds on every call before it fails.

use std::sync::Mutex;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use security_model::{SafeText, TextKind};
use tokio::time::timeout;

use super::AwsSettings;
use crate::error::CollectError;

/// Long enough for an SSO or assume-role exchange, short enough to be told apart from a hang.
const DEADLINE: Duration = Duration::from_secs(10);

/// Credentials that were loaded and are handed out once; after that, the chain is asked again (for a refresh).
#[derive(Debug)]
pub(crate) struct Checked {
    first: Mutex<Option<Credentials>>,
    chain: CredentialsProviderChain,
}

impl ProvideCredentials for Checked {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let first = self.first.lock().map_or(None, |mut first| first.take());
        match first {
            Some(credentials) => future::ProvideCredentials::ready(provider::Result::Ok(credentials)),
            None => self.chain.provide_credentials(),
        }
    }
}

/// Loads credentials, or says in one sentence why there are none.
pub(crate) async fn load(settings: &AwsSettings, config: &ProviderConfig) -> Result<Checked, CollectError> {
    let chain = chain(settings, config);
    let loaded = match timeout(DEADLINE, chain.provide_credentials()).await {
        Ok(loaded) => loaded,
        Err(_) => {
            let reason = format!("no answer within {} seconds", DEADLINE.as_secs());
            return Err(CollectError::CredentialsFailed { reason: SafeText::from_raw(&reason, TextKind::Prose) });
        }
    };
    match loaded {
        Ok(credentials) => Ok(Checked { first: Mutex::new(Some(credentials)), chain }),
        Err(error) => Err(explain(settings, &error)),
    }
}

fn chain(settings: &AwsSettings, config: &ProviderConfig) -> CredentialsProviderChain {
    let mut profile = ProfileFileCredentialsProvider::builder().configure(config);
    if let Some(name) = &settings.profile {
        profile = profile.profile_name(name);
    }
    let profile = profile.build();
    // A profile given by name outranks keys that happen to be in the environment.
    let chain = if settings.profile.is_some() {
        CredentialsProviderChain::first_try("profile", profile)
    } else {
        CredentialsProviderChain::first_try("environment", EnvironmentVariableCredentialsProvider::new())
            .or_else("profile", profile)
    };
    let chain = chain
        .or_else("web identity", WebIdentityTokenCredentialsProvider::builder().configure(config).build())
        .or_else("container", EcsCredentialsProvider::builder().configure(config).build());
    if instance_metadata_enabled(settings) {
        chain.or_else("instance metadata", ImdsCredentialsProvider::builder().configure(config).build())
    } else {
        chain
    }
}

fn instance_metadata_enabled(settings: &AwsSettings) -> bool {
    settings.instance_metadata.unwrap_or_else(|| {
        std::env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|value| value.eq_ignore_ascii_case("false"))
    })
}

fn explain(settings: &AwsSettings, error: &CredentialsError) -> CollectError {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            let profile = settings.profile.clone().or_else(|| std::env::var("AWS_PROFILE").ok());
            let metadata = if instance_metadata_enabled(settings) { ", instance metadata" } else { "" };
            let tried = format!(
                "asked: environment, profile {}, web identity, container{metadata}",
                profile.as_deref().unwrap_or("default")
            );
            CollectError::NoCredentials { tried: SafeText::from_raw(&tried, TextKind::Prose) }
        }
        CredentialsError::ProviderTimedOut(_) => failed("the provider timed out"),
        // The cause names files, profiles and services; it never holds the secret itself.
        other => failed(&innermost(other).to_string()),
    }
}

fn failed(reason: &str) -> CollectError {
    CollectError::CredentialsFailed { reason: SafeText::from_raw(reason, TextKind::Prose) }
}

fn innermost<'a>(error: &'a (dyn std::error::Error + 'static)) -> &'a (dyn std::error::Error + 'static) {
    std::iter::successors(Some(error), |error| error.source()).last().unwrap_or(error)
}
