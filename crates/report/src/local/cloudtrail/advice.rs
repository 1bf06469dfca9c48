//! What to check after a high-risk call. Adding advice for an API is one name or line in `ADVICE`.

/// For a call that nothing below is about.
const ANY: &str = "confirm with the caller that it was intended";

/// For calls that all failed.
pub(super) const FAILED: &str = "check with the caller why it was tried, since every call failed";

/// By name.
const ADVICE: &[(&[&str], &str)] = &[
    (&["StopLogging"], "start the trail again (`cloudtrail:StartLogging`), and ask the caller why it stopped"),
    (&["DeleteTrail"], "create the trail again (`cloudtrail:CreateTrail`), and check its bucket for what is missing"),
    (
        &[
            "UpdateEventDataStore",
            "UpdateTrail",
            "PutEventSelectors",
            "PutInsightSelectors",
            "DeleteEventDataStore",
            "StopEventDataStoreIngestion",
        ],
        "check the trail against its intended settings (`cloudtrail:GetEventSelectors`), and restore them",
    ),
    (
        &[
            "DeleteSubscriptionFilter",
            "DeletePublishingDestination",
            "DeleteResolverQueryLogConfig",
            "DisassociateResolverQueryLogConfig",
            "DeleteModelInvocationLoggingConfiguration",
            "StopActivityStream",
            "PutBucketLogging",
            "DeleteFlowLogs",
            "DeleteLogGroup",
            "DeleteLogStream",
            "PutRetentionPolicy",
        ],
        "check what was recorded there, and set the log up again",
    ),
    (
        &["DeleteConfigurationRecorder", "StopConfigurationRecorder", "DeleteDeliveryChannel"],
        "start the recorder again (`config:StartConfigurationRecorder`), and check what changed meanwhile",
    ),
    (
        &[
            "UpdateFilter",
            "ArchiveFindings",
            "CreateAutomationRule",
            "DisableMacie",
            "DeleteAnalyzer",
            "DeleteGraph",
            "DeleteDataLake",
            "DisableImportFindingsForProduct",
            "DisableAlarmActions",
            "DeleteAlarms",
            "DisableRule",
            "DeleteRule",
            "RemoveTargets",
            "DeleteConfigRule",
            "DeleteRemediationConfiguration",
            "DeleteDetector",
            "UpdateDetector",
            "StopMonitoringMembers",
            "DisassociateMembers",
            "DeleteMembers",
            "DisassociateFromMasterAccount",
            "DisassociateFromAdministratorAccount",
            "CreateFilter",
            "CreateIPSet",
            "UpdateIPSet",
            "DisableSecurityHub",
            "BatchDisableStandards",
        ],
        "confirm the change with whoever runs detection, and restore detection",
    ),
    (
        &[
            "UploadSSHPublicKey",
            "UploadSigningCertificate",
            "CreateApiKey",
            "ResetServiceSpecificCredential",
            "CreateAccessKey",
            "UpdateAccessKey",
        ],
        "confirm with the owner, or deactivate the key (`iam:UpdateAccessKey`) and trace what it did",
    ),
    (
        &[
            "CreateInstanceProfile",
            "CreateAccountAssignment",
            "CreateAccount",
            "CreateProfile",
            "CreateTrustAnchor",
            "PasswordUpdated",
            "UpdatePassword",
            "DeleteLoginProfile",
            "EmailUpdated",
            "PasswordRecoveryRequested",
            "PasswordRecoveryCompleted",
            "CreateUser",
            "CreateLoginProfile",
            "UpdateLoginProfile",
            "CreateRole",
            "CreateServiceSpecificCredential",
        ],
        "find the request for that identity, or disable it and trace what it did",
    ),
    (
        &[
            "PutInlinePolicyToPermissionSet",
            "AttachManagedPolicyToPermissionSet",
            "PutUserPermissionsBoundary",
            "PutRolePermissionsBoundary",
            "AddMemberToGroup",
            "CreateGroupMembership",
            "AddRoleToInstanceProfile",
            "AssociateIamInstanceProfile",
            "ReplaceIamInstanceProfileAssociation",
            "CreateAccessEntry",
            "AssociateAccessPolicy",
            "AttachUserPolicy",
            "AttachRolePolicy",
            "AttachGroupPolicy",
            "PutUserPolicy",
            "PutRolePolicy",
            "PutGroupPolicy",
            "CreatePolicyVersion",
            "SetDefaultPolicyVersion",
            "AddUserToGroup",
            "DeleteRolePermissionsBoundary",
            "DeleteUserPermissionsBoundary",
        ],
        "review what was granted, and revoke it unless a change request covers it",
    ),
    (
        &["UpdateAssumeRolePolicy", "CreateSAMLProvider", "UpdateSAMLProvider", "CreateOpenIDConnectProvider"],
        "check who may now assume the role (`iam:GetRole`), and remove whoever is unknown",
    ),
    (
        &["DeleteMfaDeviceForUser", "DeactivateMFADevice", "DeleteVirtualMFADevice", "ResyncMFADevice"],
        "ask the user; if it was not them, reset the password and require MFA again",
    ),
    (
        &[
            "ModifySecurityGroupRules",
            "AuthorizeDBSecurityGroupIngress",
            "AuthorizeClusterSecurityGroupIngress",
            "DeleteNetworkAclEntry",
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
            "CreateNetworkAclEntry",
            "ReplaceNetworkAclEntry",
        ],
        "review the rule, and revoke it (`ec2:RevokeSecurityGroupIngress`) unless it is meant to be open",
    ),
    (
        &[
            "DeletePublicAccessBlock",
            "PutAccessPointPolicy",
            "PutBucketPolicy",
            "PutBucketAcl",
            "DeleteBucketPolicy",
            "DeleteBucketPublicAccessBlock",
            "PutBucketPublicAccessBlock",
            "PutAccountPublicAccessBlock",
            "DeleteAccountPublicAccessBlock",
            "PutPublicAccessBlock",
        ],
        "check whether the bucket is public (`s3:GetBucketPolicyStatus`), and enable Block Public Access",
    ),
    (
        &[
            "AuthorizeSnapshotAccess",
            "AuthorizeDataShare",
            "CreateResourceShare",
            "ModifyDocumentPermission",
            "AddLayerVersionPermission",
            "ModifySnapshotAttribute",
            "ModifyDBSnapshotAttribute",
            "ModifyDBClusterSnapshotAttribute",
            "ModifyImageAttribute",
            "SharedSnapshotCopyInitiated",
            "SharedSnapshotVolumeCreated",
        ],
        "check which accounts it is shared with, and revoke the sharing unless agreed",
    ),
    (
        &[
            "GetSecretValue",
            "BatchGetSecretValue",
            "GetParameter",
            "GetParameters",
            "GetParametersByPath",
            "GetPasswordData",
        ],
        "check that the caller needs those secrets, and rotate them if not",
    ),
    (
        &["DeleteImportedKeyMaterial", "ScheduleKeyDeletion", "DisableKey"],
        "confirm with the key's owner, or stop it (`kms:CancelKeyDeletion`, `kms:EnableKey`)",
    ),
    (
        &["PutKeyPolicy", "CreateGrant", "ReEncrypt", "DisableKeyRotation"],
        "review the key's policy and grants (`kms:ListGrants`), and revoke what nobody asked for",
    ),
    (
        &[
            "CreateFunctionUrlConfig",
            "UpdateFunctionUrlConfig",
            "CreateFunction",
            "UpdateFunctionCode",
            "UpdateFunctionConfiguration",
            "AddPermission",
            "CreateEventSourceMapping",
        ],
        "check the function's code, role and callers against its last deployment",
    ),
    (
        &["RunInstances", "CreateKeyPair", "ImportKeyPair", "ModifyInstanceAttribute"],
        "find the deployment behind the instances and keys, and stop those without an owner",
    ),
    (
        &[
            "ExecuteCommand",
            "StartAutomationExecution",
            "EnableSerialConsoleAccess",
            "GetInstanceAccessDetails",
            "SendCommand",
            "StartSession",
            "SendSSHPublicKey",
            "SendSerialConsoleSSHPublicKey",
        ],
        "check which instances were reached and which commands ran, and ask the caller",
    ),
    (
        &[
            "MoveAccount",
            "RemoveAccountFromOrganization",
            "AcceptHandshake",
            "RegisterDelegatedAdministrator",
            "DeregisterOrganizationDelegatedAdmin",
            "DetachPolicy",
            "DisablePolicyType",
            "EnableAWSServiceAccess",
            "LeaveOrganization",
            "InviteAccountToOrganization",
            "CloseAccount",
        ],
        "confirm with the organization's owners at once",
    ),
    (&["GetFederationToken", "GetSigninToken"], "ask the caller why the session was made, and trace what it did"),
    (
        &[
            "ExportImage",
            "CreateInstanceExportTask",
            "CreateStoreImageTask",
            "ExportTableToPointInTime",
            "StartExportTask",
        ],
        "check where the copy went, and whether that bucket and account are yours",
    ),
    (&["ConsoleLogin"], "ask the users whether the sign-ins were theirs, and check the addresses they came from"),
];

/// By how the name begins, for calls that have no advice of their own.
const BY_VERB: &[(&[&str], &str)] = &[
    (
        &["Delete", "Disable", "Stop", "Remove", "Disassociate", "Deregister"],
        "confirm with the owner that it was meant to go, or restore it",
    ),
    (
        &["Put", "Set", "Update", "Modify", "Replace"],
        "check the settings, and restore them unless a change request covers the change",
    ),
    (
        &["Create", "Add", "Attach", "Associate", "Authorize", "Enable", "Accept", "Import", "Request"],
        "find the change request, and remove what nobody asked for",
    ),
];

/// What to check after a call of `event_name`.
pub(super) fn for_call(event_name: &str) -> &'static str {
    let by_name = ADVICE.iter().find(|(names, _)| names.contains(&event_name));
    let by_verb = || BY_VERB.iter().find(|(verbs, _)| verbs.iter().any(|verb| event_name.starts_with(verb)));
    by_name.or_else(by_verb).map_or(ANY, |(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_call_has_one_piece_of_advice() {
        let mut seen = HashSet::new();
        for name in ADVICE.iter().flat_map(|(names, _)| *names) {
            assert!(seen.insert(name), "{name} stands twice");
        }
        assert!(for_call("StopLogging").contains("cloudtrail:StartLogging"));
        assert!(for_call("DeleteTeapot").contains("meant to go"));
        assert_eq!(for_call("DescribeTeapots"), ANY);
    }
}
