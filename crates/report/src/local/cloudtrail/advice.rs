//! What to check after a high-risk call. Adding advice for an API is one name or line in `ADVICE`.

/// For a call that nothing below is about.
const ANY: &str = "confirm with the caller that it was intended";

/// For calls that all failed.
pub(super) const FAILED: &str =
    "none succeeded; find out why it was tried, and whether the caller should have that permission at all";

/// By name.
const ADVICE: &[(&[&str], &str)] = &[
    (
        &["StopLogging"],
        "confirm who stopped the trail and why; start it again with `cloudtrail:StartLogging`, and treat the time between as \
         unrecorded",
    ),
    (
        &["DeleteTrail"],
        "create the trail again (`cloudtrail:CreateTrail`, `cloudtrail:StartLogging`), and check its bucket for what is missing",
    ),
    (
        &[
            "UpdateEventDataStore",
            "UpdateTrail",
            "PutEventSelectors",
            "PutInsightSelectors",
            "DeleteEventDataStore",
            "StopEventDataStoreIngestion",
        ],
        "compare the trail with its intended settings (`cloudtrail:DescribeTrails`, `cloudtrail:GetEventSelectors`) and put \
         them back",
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
        "start AWS Config's recorder again (`config:StartConfigurationRecorder`) and look at what changed meanwhile",
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
        "confirm the change with whoever runs detection, and put detection back as it was",
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
        "ask the user whether the key is theirs; if not, deactivate it (`iam:UpdateAccessKey`) and read what it did",
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
        "match it with a request for that identity; without one, disable the identity and read what it did",
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
        "read the policy that was granted, and withdraw it unless a change request covers it",
    ),
    (
        &["UpdateAssumeRolePolicy", "CreateSAMLProvider", "UpdateSAMLProvider", "CreateOpenIDConnectProvider"],
        "read who may now assume the role (`iam:GetRole`), and remove whoever you do not know",
    ),
    (
        &["DeleteMfaDeviceForUser", "DeactivateMFADevice", "DeleteVirtualMFADevice", "ResyncMFADevice"],
        "ask the user; if it was not them, enrol a device again and reset the password",
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
        "read the rule that was opened, and revoke it (`ec2:RevokeSecurityGroupIngress`) unless it is meant to be open",
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
        "check whether the bucket is public now (`s3:GetBucketPolicyStatus`), and switch Block Public Access back on",
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
        "read which accounts it is shared with, end the sharing unless agreed, and assume that what was shared was copied",
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
        "check that the caller's job needs those secrets; rotate them if not",
    ),
    (
        &["DeleteImportedKeyMaterial", "ScheduleKeyDeletion", "DisableKey"],
        "confirm with the key's owner; stop it with `kms:CancelKeyDeletion` or `kms:EnableKey` before data is lost",
    ),
    (
        &["PutKeyPolicy", "CreateGrant", "ReEncrypt", "DisableKeyRotation"],
        "read the key's policy and grants (`kms:GetKeyPolicy`, `kms:ListGrants`), and retire what nobody asked for",
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
        "compare the function's code, role and callers with its last deployment",
    ),
    (
        &["RunInstances", "CreateKeyPair", "ImportKeyPair", "ModifyInstanceAttribute"],
        "match the instances and keys with a deployment; stop those that have no owner",
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
        "read which instances were reached and which commands were run, and ask the caller",
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
    (
        &["GetFederationToken", "GetSigninToken"],
        "ask the caller why a session was made from their credentials, and read what that session did",
    ),
    (
        &[
            "ExportImage",
            "CreateInstanceExportTask",
            "CreateStoreImageTask",
            "ExportTableToPointInTime",
            "StartExportTask",
        ],
        "read where the copy went, and whether that bucket and account are yours",
    ),
    (&["ConsoleLogin"], "ask the users whether the sign-ins were theirs, and check the addresses they came from"),
];

/// By how the name begins, for calls that have no advice of their own.
const BY_VERB: &[(&[&str], &str)] = &[
    (
        &["Delete", "Disable", "Stop", "Remove", "Disassociate", "Deregister"],
        "confirm with the owner that it was meant to go, and put it back if it was not",
    ),
    (
        &["Put", "Set", "Update", "Modify", "Replace"],
        "compare the settings with what they should be, and put them back unless a change request covers it",
    ),
    (
        &["Create", "Add", "Attach", "Associate", "Authorize", "Enable", "Accept", "Import", "Request"],
        "match it with a change request, and remove what nobody asked for",
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
