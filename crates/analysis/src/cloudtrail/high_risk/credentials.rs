//! Credentials read out or made: secrets, passwords, temporary tokens.

use super::Risk::{Critical, High, Medium};
use super::attack::{
    ACCESS_TOKEN, ACCOUNT_MANIPULATION, CLOUD_ACCOUNTS, CLOUD_SERVICES, SECRETS_STORE, UNSECURED_CREDENTIALS,
};
use super::{HighRiskApi, api};

const SECRETSMANAGER: &str = "secretsmanager.amazonaws.com";
const SIGNIN: &str = "signin.amazonaws.com";

pub(super) const APIS: &[HighRiskApi] = &[
    api(
        SECRETSMANAGER,
        "GetSecretValue",
        Medium,
        &[SECRETS_STORE],
        "Reads a secret in clear; applications do, so look at who and how many",
    ),
    api(
        SECRETSMANAGER,
        "BatchGetSecretValue",
        High,
        &[SECRETS_STORE],
        "Reads many secrets in one call, as sweeps of a stolen identity do",
    ),
    api(
        SECRETSMANAGER,
        "PutResourcePolicy",
        High,
        &[SECRETS_STORE],
        "Lets other identities, foreign accounts included, read a secret",
    ),
    api(
        "ec2.amazonaws.com",
        "GetPasswordData",
        High,
        &[UNSECURED_CREDENTIALS],
        "Fetches the encrypted administrator password of a Windows instance",
    ),
    api(
        "sts.amazonaws.com",
        "GetFederationToken",
        High,
        &[ACCESS_TOKEN, CLOUD_ACCOUNTS],
        "Makes a session that keeps working after the key that made it is deactivated",
    ),
    api(
        SIGNIN,
        "GetSigninToken",
        Medium,
        &[ACCESS_TOKEN, CLOUD_SERVICES],
        "Turns temporary credentials into a console session",
    ),
    api(
        "lightsail.amazonaws.com",
        "DownloadDefaultKeyPair",
        High,
        &[UNSECURED_CREDENTIALS],
        "Downloads the private key that opens Lightsail instances",
    ),
    api(
        "lightsail.amazonaws.com",
        "GetInstanceAccessDetails",
        High,
        &[UNSECURED_CREDENTIALS],
        "Makes temporary keys or passwords that open a Lightsail instance",
    ),
    api(SIGNIN, "PasswordRecoveryRequested", High, &[CLOUD_ACCOUNTS], "Starts a reset of the root user's password"),
    api(
        SIGNIN,
        "PasswordRecoveryCompleted",
        Critical,
        &[CLOUD_ACCOUNTS, ACCOUNT_MANIPULATION],
        "Resets the root user's password: whoever did it owns the account",
    ),
    api(
        SIGNIN,
        "EmailUpdated",
        Critical,
        &[CLOUD_ACCOUNTS, ACCOUNT_MANIPULATION],
        "Changes the root user's email address, to which password resets are sent",
    ),
    api(SIGNIN, "PasswordUpdated", High, &[CLOUD_ACCOUNTS, ACCOUNT_MANIPULATION], "Changes the root user's password"),
];
