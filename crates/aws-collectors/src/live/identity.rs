//! Whose credentials these are.

use std::sync::Arc;

use crate::budget::Meter;
use crate::failure::FailureKind;
use crate::session::{AwsSession, Caller, FALLBACK_REGION, Halt, OperationClass};

/// The account of the caller, and the calls that it took to find out. A region that is off in the account refuses to
/// tell; us-east-1 cannot be off.
pub(crate) async fn caller_account(aws: &AwsSession, region: &str, meter: &Arc<Meter>) -> (Option<String>, u64) {
    let (answer, calls) = ask(aws, region, meter).await;
    match answer {
        Ok(account) => (account, calls),
        Err(Halt::Failed(failure))
            if matches!(failure.kind, FailureKind::NotEnabled | FailureKind::InvalidCredentials)
                && region != FALLBACK_REGION =>
        {
            let (answer, more) = ask(aws, FALLBACK_REGION, meter).await;
            (answer.ok().flatten(), calls + more)
        }
        Err(_) => (None, calls),
    }
}

async fn ask(aws: &AwsSession, region: &str, meter: &Arc<Meter>) -> (Result<Option<String>, Halt>, u64) {
    let caller = Caller::new(aws, OperationClass::Other, region, meter);
    let answer = caller.call(|connected| {
        let region = region.to_owned();
        async move { connected.caller_identity(&region).await }
    });
    let account = answer.await.map(|((account, _), _)| account);
    (account, caller.calls())
}
