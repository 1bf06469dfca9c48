//! Console sign-ins of each kind.

use serde_json::{Value, json};

use crate::actor::Actor;
use crate::record::Call;
use crate::world::{GLOBAL_REGION, iam_arn};

/// How a console sign-in went.
#[derive(Clone, Copy)]
pub(crate) enum ConsoleLogin<'a> {
    /// With a second factor, of this user.
    WithMfa(&'a str),
    /// With a password only.
    PasswordOnly,
    /// Through the identity provider, which asks for the second factor itself.
    Federated,
    /// Refused.
    Failed,
}

/// A `ConsoleLogin` of this caller.
pub(crate) fn console_login(actor: &Actor, time: i64, outcome: ConsoleLogin<'_>) -> Call {
    let page = "https://eu-west-1.console.aws.amazon.com/console/home?region=eu-west-1";
    let mfa = if matches!(outcome, ConsoleLogin::WithMfa(_)) { "Yes" } else { "No" };
    let mut additional = json!({ "LoginTo": page, "MobileVersion": "No", "MFAUsed": mfa });
    let mut add = |field: &str, value: Value| {
        if let Value::Object(fields) = &mut additional {
            fields.insert(field.to_owned(), value);
        }
    };
    match outcome {
        ConsoleLogin::WithMfa(user) => add("MFAIdentifier", json!(iam_arn(&format!("mfa/{user}")))),
        ConsoleLogin::Federated => add("SamlProviderArn", json!(iam_arn("saml-provider/harbour-identity"))),
        ConsoleLogin::PasswordOnly | ConsoleLogin::Failed => {}
    }
    let failed = matches!(outcome, ConsoleLogin::Failed);
    let answer = if failed { "Failure" } else { "Success" };
    let call = actor
        .call(time, GLOBAL_REGION, "signin", "ConsoleLogin")
        .sign_in()
        .response(json!({ "ConsoleLogin": answer }))
        .with("additionalEventData", additional);
    // A refused sign-in has a message but no errorCode.
    if failed { call.with("errorMessage", json!("Failed authentication")) } else { call }
}
