//! The account itself: organisation, guardrails, regions, quotas and what is sold through it.

use super::Risk::{Critical, High, Medium};
use super::attack::{
    ACCOUNT_MANIPULATION, ADDITIONAL_ROLES, CLOUD_SERVICE_HIJACKING, CREATE_CLOUD_ACCOUNT, DATA_DESTRUCTION,
    DISABLE_TOOLS, RESOURCE_HIERARCHY, UNUSED_REGIONS,
};
use super::{HighRiskApi, api};

const ORGANIZATIONS: &str = "organizations.amazonaws.com";
const ACCOUNT: &str = "account.amazonaws.com";
const BEDROCK: &str = "bedrock.amazonaws.com";
const SES: &str = "ses.amazonaws.com";

pub(super) const APIS: &[HighRiskApi] = &[
    api(
        ORGANIZATIONS,
        "LeaveOrganization",
        Critical,
        &[RESOURCE_HIERARCHY],
        "Takes the account out of the organisation with all its guardrails and logs",
    ),
    api(
        ORGANIZATIONS,
        "RemoveAccountFromOrganization",
        Critical,
        &[RESOURCE_HIERARCHY],
        "Takes an account out of the organisation with all its guardrails and logs",
    ),
    api(
        ORGANIZATIONS,
        "CreateAccount",
        High,
        &[RESOURCE_HIERARCHY, CREATE_CLOUD_ACCOUNT],
        "Makes a whole new account, which nobody watches yet",
    ),
    api(
        ORGANIZATIONS,
        "InviteAccountToOrganization",
        High,
        &[RESOURCE_HIERARCHY],
        "Asks a foreign account to join the organisation",
    ),
    api(
        ORGANIZATIONS,
        "AcceptHandshake",
        High,
        &[RESOURCE_HIERARCHY],
        "Accepts an invitation: the account can come under a foreign organisation",
    ),
    api(
        ORGANIZATIONS,
        "CloseAccount",
        Critical,
        &[DATA_DESTRUCTION, RESOURCE_HIERARCHY],
        "Closes an account with everything in it",
    ),
    api(
        ORGANIZATIONS,
        "MoveAccount",
        High,
        &[RESOURCE_HIERARCHY],
        "Moves an account, perhaps to where fewer guardrails hold",
    ),
    api(ORGANIZATIONS, "DetachPolicy", High, &[RESOURCE_HIERARCHY], "Takes a guardrail off accounts"),
    api(
        ORGANIZATIONS,
        "DisablePolicyType",
        Critical,
        &[RESOURCE_HIERARCHY],
        "Switches a kind of guardrail off in the whole organisation",
    ),
    api(ORGANIZATIONS, "DeletePolicy", High, &[RESOURCE_HIERARCHY], "Removes a guardrail"),
    api(ORGANIZATIONS, "UpdatePolicy", Medium, &[RESOURCE_HIERARCHY], "Rewrites a guardrail"),
    api(
        ORGANIZATIONS,
        "RegisterDelegatedAdministrator",
        High,
        &[ADDITIONAL_ROLES, RESOURCE_HIERARCHY],
        "Makes an account administrator of a service in all accounts",
    ),
    api(
        ORGANIZATIONS,
        "EnableAWSServiceAccess",
        Medium,
        &[RESOURCE_HIERARCHY],
        "Lets a service act in every account of the organisation",
    ),
    api(ACCOUNT, "EnableRegion", High, &[UNUSED_REGIONS], "Opens a region that nobody watches"),
    api(
        ACCOUNT,
        "PutAlternateContact",
        Medium,
        &[ACCOUNT_MANIPULATION],
        "Sends security and billing notices to somebody else",
    ),
    api(
        "servicequotas.amazonaws.com",
        "RequestServiceQuotaIncrease",
        Medium,
        &[CLOUD_SERVICE_HIJACKING],
        "Asks for more capacity than the account needed so far",
    ),
    api(
        BEDROCK,
        "PutUseCaseForModelAccess",
        Medium,
        &[CLOUD_SERVICE_HIJACKING],
        "Applies for access to AI models at the owner's expense",
    ),
    api(
        BEDROCK,
        "PutFoundationModelEntitlement",
        High,
        &[CLOUD_SERVICE_HIJACKING],
        "Unlocks an AI model at the owner's expense",
    ),
    api(BEDROCK, "CreateFoundationModelAgreement", High, &[CLOUD_SERVICE_HIJACKING], "Agrees to pay for an AI model"),
    api(BEDROCK, "DeleteGuardrail", High, &[DISABLE_TOOLS], "Removes the safety rules of AI applications"),
    api(
        SES,
        "UpdateAccountSendingEnabled",
        Medium,
        &[CLOUD_SERVICE_HIJACKING],
        "Switches sending mail on or off for the account",
    ),
    api(
        SES,
        "PutAccountDetails",
        High,
        &[CLOUD_SERVICE_HIJACKING],
        "Asks to send mail to anyone, as spammers with a stolen key do",
    ),
    api(
        SES,
        "VerifyEmailIdentity",
        Medium,
        &[CLOUD_SERVICE_HIJACKING],
        "Adds a sender address, as spammers with a stolen key do",
    ),
    api(
        SES,
        "CreateEmailIdentity",
        Medium,
        &[CLOUD_SERVICE_HIJACKING],
        "Adds a sender, as spammers with a stolen key do",
    ),
];
