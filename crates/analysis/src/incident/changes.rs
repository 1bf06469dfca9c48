//! What calls make, change or switch off that lasts, and which calls take it back.
//!
//! The catalogue names, for each sort of change, the calls that bring it about and those that undo it, and where in a record
//! stands what it is about. A call that failed changes nothing. Source: request and response elements of the services' API
//! references, recalled, not re-read.

use std::sync::{LazyLock, OnceLock};

use security_model::{EventView, RawJson, SafeText};
use serde_json::Value as Json;

use crate::detect::shown_value;
use crate::hash::HashMap;

/// A sort of lasting change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Sort {
    User,
    AccessKey,
    ConsolePassword,
    Role,
    TrustPolicy,
    AttachedPolicy,
    InlinePolicy,
    GroupMember,
    PolicyVersion,
    SecondFactorOff,
    IdentityProvider,
    TrailStopped,
    TrailDeleted,
    TrailWeakened,
    FlowLogsDeleted,
    DetectorOff,
    RecorderStopped,
    SharedSnapshot,
    SharedImage,
    SharedDatabaseSnapshot,
    BucketPolicy,
    PublicAccessAllowed,
    OpenedPort,
    Instance,
    KeyPair,
    Function,
    FunctionCode,
    FunctionPermission,
    ScheduledRule,
    KeyDeletion,
    SecretDeletion,
}

impl Sort {
    /// The words for it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::User => "IAM user",
            Self::AccessKey => "access key",
            Self::ConsolePassword => "console password",
            Self::Role => "IAM role",
            Self::TrustPolicy => "trust policy",
            Self::AttachedPolicy => "attached policy",
            Self::InlinePolicy => "inline policy",
            Self::GroupMember => "group membership",
            Self::PolicyVersion => "policy version",
            Self::SecondFactorOff => "second factor removed",
            Self::IdentityProvider => "identity provider",
            Self::TrailStopped => "trail stopped",
            Self::TrailDeleted => "trail deleted",
            Self::TrailWeakened => "trail selectors changed",
            Self::FlowLogsDeleted => "flow logs deleted",
            Self::DetectorOff => "GuardDuty switched off",
            Self::RecorderStopped => "Config recorder stopped",
            Self::SharedSnapshot => "snapshot shared",
            Self::SharedImage => "image shared",
            Self::SharedDatabaseSnapshot => "database snapshot shared",
            Self::BucketPolicy => "bucket policy",
            Self::PublicAccessAllowed => "public access block removed",
            Self::OpenedPort => "security group rule",
            Self::Instance => "EC2 instance",
            Self::KeyPair => "EC2 key pair",
            Self::Function => "Lambda function",
            Self::FunctionCode => "Lambda code",
            Self::FunctionPermission => "Lambda permission",
            Self::ScheduledRule => "EventBridge rule",
            Self::KeyDeletion => "KMS key deletion",
            Self::SecretDeletion => "secret deletion",
        }
    }

    /// What to do about one that is still live; `name` is a code span.
    pub(crate) fn remedy(self, name: &str) -> String {
        match self {
            Self::User => format!("Delete user {name} after its keys, password and policies."),
            Self::AccessKey => format!("Deactivate access key {name}, then delete it."),
            Self::ConsolePassword => format!("Delete the console password of {name}."),
            Self::Role => format!("Revoke the sessions of role {name} and delete it."),
            Self::TrustPolicy => format!("Restore the trust policy of role {name} and revoke its sessions."),
            Self::AttachedPolicy => format!("Detach the policy again: {name}."),
            Self::InlinePolicy => format!("Delete the inline policy {name}."),
            Self::GroupMember => format!("Undo the group membership {name}."),
            Self::PolicyVersion => format!("Make an earlier version of policy {name} the default."),
            Self::SecondFactorOff => format!("Have {name} register a second factor again."),
            Self::IdentityProvider => format!("Delete identity provider {name}."),
            Self::TrailStopped => format!("Start logging on trail {name}."),
            Self::TrailDeleted => format!("Create trail {name} again."),
            Self::TrailWeakened => format!("Restore the event selectors of trail {name}."),
            Self::FlowLogsDeleted => format!("Create the flow logs {name} again."),
            Self::DetectorOff => format!("Switch GuardDuty detector {name} on again."),
            Self::RecorderStopped => format!("Start Config recorder {name}."),
            Self::SharedSnapshot | Self::SharedDatabaseSnapshot => {
                format!("Stop sharing snapshot {name}; treat its data as taken.")
            }
            Self::SharedImage => format!("Stop sharing image {name}; treat its data as taken."),
            Self::BucketPolicy => format!("Restore the policy of bucket {name}."),
            Self::PublicAccessAllowed => format!("Block public access to {name} again."),
            Self::OpenedPort => format!("Remove the rules added to security group {name}."),
            Self::Instance => format!("Isolate instance {name} and take a snapshot before stopping it."),
            Self::KeyPair => format!("Delete key pair {name}."),
            Self::Function => format!("Delete Lambda function {name} after keeping its code."),
            Self::FunctionCode => format!("Restore the code of Lambda function {name}."),
            Self::FunctionPermission => format!("Remove the permission added to Lambda function {name}."),
            Self::ScheduledRule => format!("Disable EventBridge rule {name}."),
            Self::KeyDeletion => format!("Cancel the deletion of KMS key {name}."),
            Self::SecretDeletion => format!("Restore secret {name}."),
        }
    }

    /// Whether it blinds those who watch.
    pub(crate) const fn blinds(self) -> bool {
        matches!(
            self,
            Self::TrailStopped
                | Self::TrailDeleted
                | Self::TrailWeakened
                | Self::FlowLogsDeleted
                | Self::DetectorOff
                | Self::RecorderStopped
        )
    }
}

/// Whether a call brings a change about or takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Made,
    Undone,
}

/// What a call did to one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) sort: Sort,
    pub(crate) effect: Effect,
    /// The thing, as records write it.
    pub(crate) object: Box<str>,
    /// Where it stands in the record.
    path: &'static str,
    /// The thing, neutralised, once somebody asked.
    shown: OnceLock<SafeText>,
    /// User name to whom an access key belongs, or that a policy, password or membership is about.
    pub(crate) owner: Option<Box<str>>,
}

impl Change {
    /// The thing, to be shown. Worked out when it is: most changes belong to no incident.
    pub(crate) fn shown(&self) -> &SafeText {
        self.shown.get_or_init(|| shown_value(self.path, &shown_name(&self.object)))
    }
}

/// What a call does, by its name.
struct Deed {
    source: &'static str,
    sort: Sort,
    effect: Effect,
    /// Where the object stands; several paths, joined by `+`, name it together.
    object: &'static str,
    /// Holds only where this path is present, or has this value.
    when: &'static str,
    /// Where the name of the user stands.
    owner: &'static str,
}

/// Most things that one call is read for.
const MOST_OBJECTS: usize = 50;
/// Longest request or answer that is read, in bytes.
const LONGEST: usize = 256 << 10;

/// The catalogue: service, call, sort, `+` for made or `-` for undone, object, condition, owner.
#[rustfmt::skip]
const DEEDS: &[(&str, &str, Sort, char, &str, &str, &str)] = &[
    ("iam", "CreateUser", Sort::User, '+', "req.userName", "", "req.userName"),
    ("iam", "DeleteUser", Sort::User, '-', "req.userName", "", ""),
    ("iam", "CreateAccessKey", Sort::AccessKey, '+', "res.accessKey.accessKeyId", "", "res.accessKey.userName"),
    ("iam", "DeleteAccessKey", Sort::AccessKey, '-', "req.accessKeyId", "", ""),
    ("iam", "UpdateAccessKey", Sort::AccessKey, '-', "req.accessKeyId", "req.status=Inactive", ""),
    ("iam", "CreateLoginProfile", Sort::ConsolePassword, '+', "req.userName", "", "req.userName"),
    ("iam", "UpdateLoginProfile", Sort::ConsolePassword, '+', "req.userName", "", "req.userName"),
    ("iam", "DeleteLoginProfile", Sort::ConsolePassword, '-', "req.userName", "", ""),
    ("iam", "CreateRole", Sort::Role, '+', "req.roleName", "", ""),
    ("iam", "DeleteRole", Sort::Role, '-', "req.roleName", "", ""),
    ("iam", "UpdateAssumeRolePolicy", Sort::TrustPolicy, '+', "req.roleName", "", ""),
    ("iam", "DeleteRole", Sort::TrustPolicy, '-', "req.roleName", "", ""),
    ("iam", "AttachUserPolicy", Sort::AttachedPolicy, '+', "req.userName+req.policyArn", "", "req.userName"),
    ("iam", "DetachUserPolicy", Sort::AttachedPolicy, '-', "req.userName+req.policyArn", "", ""),
    ("iam", "AttachRolePolicy", Sort::AttachedPolicy, '+', "req.roleName+req.policyArn", "", ""),
    ("iam", "DetachRolePolicy", Sort::AttachedPolicy, '-', "req.roleName+req.policyArn", "", ""),
    ("iam", "AttachGroupPolicy", Sort::AttachedPolicy, '+', "req.groupName+req.policyArn", "", ""),
    ("iam", "DetachGroupPolicy", Sort::AttachedPolicy, '-', "req.groupName+req.policyArn", "", ""),
    ("iam", "PutUserPolicy", Sort::InlinePolicy, '+', "req.userName+req.policyName", "", "req.userName"),
    ("iam", "DeleteUserPolicy", Sort::InlinePolicy, '-', "req.userName+req.policyName", "", ""),
    ("iam", "PutRolePolicy", Sort::InlinePolicy, '+', "req.roleName+req.policyName", "", ""),
    ("iam", "DeleteRolePolicy", Sort::InlinePolicy, '-', "req.roleName+req.policyName", "", ""),
    ("iam", "PutGroupPolicy", Sort::InlinePolicy, '+', "req.groupName+req.policyName", "", ""),
    ("iam", "DeleteGroupPolicy", Sort::InlinePolicy, '-', "req.groupName+req.policyName", "", ""),
    ("iam", "AddUserToGroup", Sort::GroupMember, '+', "req.userName+req.groupName", "", "req.userName"),
    ("iam", "RemoveUserFromGroup", Sort::GroupMember, '-', "req.userName+req.groupName", "", ""),
    ("iam", "CreatePolicyVersion", Sort::PolicyVersion, '+', "req.policyArn", "req.setAsDefault=true", ""),
    ("iam", "SetDefaultPolicyVersion", Sort::PolicyVersion, '-', "req.policyArn", "", ""),
    ("iam", "DeactivateMFADevice", Sort::SecondFactorOff, '+', "req.userName", "", ""),
    ("iam", "EnableMFADevice", Sort::SecondFactorOff, '-', "req.userName", "", ""),
    ("iam", "CreateSAMLProvider", Sort::IdentityProvider, '+', "res.sAMLProviderArn", "", ""),
    ("iam", "DeleteSAMLProvider", Sort::IdentityProvider, '-', "req.sAMLProviderArn", "", ""),
    ("iam", "CreateOpenIDConnectProvider", Sort::IdentityProvider, '+', "res.openIDConnectProviderArn", "", ""),
    ("iam", "DeleteOpenIDConnectProvider", Sort::IdentityProvider, '-', "req.openIDConnectProviderArn", "", ""),
    ("cloudtrail", "StopLogging", Sort::TrailStopped, '+', "req.name", "", ""),
    ("cloudtrail", "StartLogging", Sort::TrailStopped, '-', "req.name", "", ""),
    ("cloudtrail", "DeleteTrail", Sort::TrailDeleted, '+', "req.name", "", ""),
    ("cloudtrail", "CreateTrail", Sort::TrailDeleted, '-', "req.name", "", ""),
    ("cloudtrail", "PutEventSelectors", Sort::TrailWeakened, '+', "req.trailName", "", ""),
    ("ec2", "DeleteFlowLogs", Sort::FlowLogsDeleted, '+', "req.DeleteFlowLogsRequest.FlowLogId.content", "", ""),
    ("guardduty", "DeleteDetector", Sort::DetectorOff, '+', "req.detectorId", "", ""),
    ("guardduty", "UpdateDetector", Sort::DetectorOff, '+', "req.detectorId", "req.enable=false", ""),
    ("guardduty", "UpdateDetector", Sort::DetectorOff, '-', "req.detectorId", "req.enable=true", ""),
    ("config", "StopConfigurationRecorder", Sort::RecorderStopped, '+', "req.configurationRecorderName", "", ""),
    ("config", "DeleteConfigurationRecorder", Sort::RecorderStopped, '+', "req.configurationRecorderName", "", ""),
    ("config", "StartConfigurationRecorder", Sort::RecorderStopped, '-', "req.configurationRecorderName", "", ""),
    ("ec2", "ModifySnapshotAttribute", Sort::SharedSnapshot, '+', "req.snapshotId", "req.createVolumePermission.add", ""),
    ("ec2", "ModifySnapshotAttribute", Sort::SharedSnapshot, '-', "req.snapshotId", "req.createVolumePermission.remove", ""),
    ("ec2", "ResetSnapshotAttribute", Sort::SharedSnapshot, '-', "req.snapshotId", "", ""),
    ("ec2", "DeleteSnapshot", Sort::SharedSnapshot, '-', "req.snapshotId", "", ""),
    ("ec2", "ModifyImageAttribute", Sort::SharedImage, '+', "req.imageId", "req.launchPermission.add", ""),
    ("ec2", "ModifyImageAttribute", Sort::SharedImage, '-', "req.imageId", "req.launchPermission.remove", ""),
    ("ec2", "ResetImageAttribute", Sort::SharedImage, '-', "req.imageId", "", ""),
    ("ec2", "DeregisterImage", Sort::SharedImage, '-', "req.imageId", "", ""),
    ("rds", "ModifyDBSnapshotAttribute", Sort::SharedDatabaseSnapshot, '+', "req.dBSnapshotIdentifier", "req.valuesToAdd", ""),
    ("rds", "ModifyDBSnapshotAttribute", Sort::SharedDatabaseSnapshot, '-', "req.dBSnapshotIdentifier", "req.valuesToRemove", ""),
    ("rds", "DeleteDBSnapshot", Sort::SharedDatabaseSnapshot, '-', "req.dBSnapshotIdentifier", "", ""),
    ("rds", "ModifyDBClusterSnapshotAttribute", Sort::SharedDatabaseSnapshot, '+', "req.dBClusterSnapshotIdentifier", "req.valuesToAdd", ""),
    ("rds", "ModifyDBClusterSnapshotAttribute", Sort::SharedDatabaseSnapshot, '-', "req.dBClusterSnapshotIdentifier", "req.valuesToRemove", ""),
    ("rds", "DeleteDBClusterSnapshot", Sort::SharedDatabaseSnapshot, '-', "req.dBClusterSnapshotIdentifier", "", ""),
    ("s3", "PutBucketPolicy", Sort::BucketPolicy, '+', "req.bucketName", "", ""),
    ("s3", "DeleteBucketPolicy", Sort::BucketPolicy, '-', "req.bucketName", "", ""),
    ("s3", "DeleteBucket", Sort::BucketPolicy, '-', "req.bucketName", "", ""),
    ("s3", "DeleteBucketPublicAccessBlock", Sort::PublicAccessAllowed, '+', "req.bucketName", "", ""),
    ("s3", "PutBucketPublicAccessBlock", Sort::PublicAccessAllowed, '+', "req.bucketName", "req.PublicAccessBlockConfiguration.BlockPublicPolicy=false", ""),
    ("s3", "PutBucketPublicAccessBlock", Sort::PublicAccessAllowed, '-', "req.bucketName", "req.PublicAccessBlockConfiguration.BlockPublicPolicy=true", ""),
    ("ec2", "AuthorizeSecurityGroupIngress", Sort::OpenedPort, '+', "req.groupId", "", ""),
    ("ec2", "RevokeSecurityGroupIngress", Sort::OpenedPort, '-', "req.groupId", "", ""),
    ("ec2", "RunInstances", Sort::Instance, '+', "res.instancesSet.items.instanceId", "", ""),
    ("ec2", "TerminateInstances", Sort::Instance, '-', "req.instancesSet.items.instanceId", "", ""),
    ("ec2", "CreateKeyPair", Sort::KeyPair, '+', "req.keyName", "", ""),
    ("ec2", "ImportKeyPair", Sort::KeyPair, '+', "req.keyName", "", ""),
    ("ec2", "DeleteKeyPair", Sort::KeyPair, '-', "req.keyName", "", ""),
    ("lambda", "CreateFunction20150331", Sort::Function, '+', "req.functionName", "", ""),
    ("lambda", "DeleteFunction20150331", Sort::Function, '-', "req.functionName", "", ""),
    ("lambda", "UpdateFunctionCode20150331v2", Sort::FunctionCode, '+', "req.functionName", "", ""),
    ("lambda", "DeleteFunction20150331", Sort::FunctionCode, '-', "req.functionName", "", ""),
    ("lambda", "AddPermission20150331v2", Sort::FunctionPermission, '+', "req.functionName+req.statementId", "", ""),
    ("lambda", "RemovePermission20150331v2", Sort::FunctionPermission, '-', "req.functionName+req.statementId", "", ""),
    ("events", "PutRule", Sort::ScheduledRule, '+', "req.name", "", ""),
    ("events", "DeleteRule", Sort::ScheduledRule, '-', "req.name", "", ""),
    ("events", "DisableRule", Sort::ScheduledRule, '-', "req.name", "", ""),
    ("kms", "ScheduleKeyDeletion", Sort::KeyDeletion, '+', "req.keyId", "", ""),
    ("kms", "CancelKeyDeletion", Sort::KeyDeletion, '-', "req.keyId", "", ""),
    ("secretsmanager", "DeleteSecret", Sort::SecretDeletion, '+', "req.secretId", "", ""),
    ("secretsmanager", "RestoreSecret", Sort::SecretDeletion, '-', "req.secretId", "", ""),
];

static CATALOGUE: LazyLock<HashMap<&'static str, Vec<Deed>>> = LazyLock::new(|| {
    let mut by_name: HashMap<&'static str, Vec<Deed>> = HashMap::default();
    for (source, name, sort, sign, object, when, owner) in DEEDS {
        let effect = if *sign == '+' { Effect::Made } else { Effect::Undone };
        by_name.entry(name).or_default().push(Deed { source, sort: *sort, effect, object, when, owner });
    }
    by_name
});

/// Whether calls of this name can change something that lasts.
pub(crate) fn may_be_of(event_source: &str, event_name: &str) -> bool {
    deeds(event_source, event_name).next().is_some()
}

/// What a call changed that lasts.
pub(crate) fn of(event: &EventView<'_>) -> Vec<Change> {
    let (source, name) = (event.event_source.for_matching(), event.event_name.for_matching());
    let failed = event.error_code.is_some_and(|code| !code.is_empty());
    if failed || !may_be_of(source, name) {
        return Vec::new();
    }
    let record = Record { request: read(event.request_parameters), response: read(event.response_elements) };
    let done = deeds(source, name).filter(|deed| record.holds(deed.when));
    done.flat_map(|deed| record.changes(deed)).take(MOST_OBJECTS).collect()
}

fn deeds(event_source: &str, event_name: &str) -> impl Iterator<Item = &'static Deed> {
    let service = event_source.strip_suffix(".amazonaws.com").unwrap_or_default();
    CATALOGUE.get(event_name).into_iter().flatten().filter(move |deed| deed.source == service)
}

fn read(part: Option<RawJson<'_>>) -> Json {
    let text = part.map(RawJson::for_matching).filter(|text| text.len() <= LONGEST);
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Json::Null)
}

struct Record {
    request: Json,
    response: Json,
}

impl Record {
    fn holds(&self, when: &str) -> bool {
        match when.split_once('=') {
            None if when.is_empty() => true,
            None => !self.values(when).is_empty() || self.is_present(when),
            Some((path, value)) => self.values(path).iter().any(|own| own.eq_ignore_ascii_case(value)),
        }
    }

    fn changes(&self, deed: &Deed) -> Vec<Change> {
        let owner = self.values(deed.owner).into_iter().next().map(Box::from);
        let parts: Vec<Vec<String>> = deed.object.split('+').map(|path| self.values(path)).collect();
        let change = |object: String| Change {
            sort: deed.sort,
            effect: deed.effect,
            object: object.into(),
            path: deed.object,
            shown: OnceLock::new(),
            owner: owner.clone(),
        };
        match parts.as_slice() {
            [objects] => objects.iter().cloned().map(change).collect(),
            several => {
                let first: Option<Vec<&str>> =
                    several.iter().map(|values| values.first().map(String::as_str)).collect();
                first.map(|parts| change(parts.join(SEPARATOR))).into_iter().collect()
            }
        }
    }

    fn root(&self, path: &str) -> Option<(&Json, Vec<String>)> {
        let (root, path) = path.split_once('.')?;
        let root = if root == "req" { &self.request } else { &self.response };
        Some((root, path.split('.').map(str::to_owned).collect()))
    }

    fn is_present(&self, path: &str) -> bool {
        let Some((mut value, steps)) = self.root(path) else { return false };
        for step in &steps {
            match value.get(step) {
                Some(inner) => value = inner,
                None => return false,
            }
        }
        !value.is_null()
    }

    /// The texts at a path, through lists.
    fn values(&self, path: &str) -> Vec<String> {
        let Some((root, steps)) = self.root(path) else { return Vec::new() };
        let mut at = vec![root];
        for step in &steps {
            at = at.into_iter().flat_map(each).filter_map(|value| value.get(step)).take(MOST_OBJECTS).collect();
        }
        at.into_iter().flat_map(each).filter_map(text).take(MOST_OBJECTS).collect()
    }
}

const SEPARATOR: &str = " / ";

/// Parts of a name that are ARNs by their last part, where there are several.
fn shown_name(object: &str) -> String {
    object
        .split(SEPARATOR)
        .map(|part| part.rsplit_once(":policy/").map_or(part, |(_, name)| name))
        .collect::<Vec<_>>()
        .join(SEPARATOR)
}

fn each(value: &Json) -> Box<dyn Iterator<Item = &Json> + '_> {
    match value {
        Json::Array(items) => Box::new(items.iter()),
        other => Box::new(std::iter::once(other)),
    }
}

fn text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cloudtrail_log::read_event;
    use serde_json::json;

    use super::*;

    fn changes(source: &str, name: &str, request: &Json, response: &Json, error: Option<&str>) -> Vec<Change> {
        let record = json!({
            "eventSource": format!("{source}.amazonaws.com"), "eventName": name, "awsRegion": "eu-west-1",
            "requestParameters": request, "responseElements": response, "errorCode": error,
        });
        let mut found = Vec::new();
        read_event(&record.to_string(), |event| found = of(event)).unwrap();
        found
    }

    fn told(source: &str, name: &str, request: &Json, response: &Json) -> Vec<(Sort, Effect, String)> {
        let found = changes(source, name, request, response, None);
        found.into_iter().map(|change| (change.sort, change.effect, change.object.into())).collect()
    }

    #[test]
    fn what_is_made_and_what_is_taken_back_have_one_name() {
        let none = Json::Null;
        let made = told(
            "iam",
            "CreateAccessKey",
            &json!({"userName": "bob"}),
            &json!({"accessKey": {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "bob", "status": "Active"}}),
        );
        assert_eq!(made, [(Sort::AccessKey, Effect::Made, "AKIAIOSFODNN7EXAMPLE".to_owned())]);
        let key = json!({"userName": "bob", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "status": "Inactive"});
        let undone = [(Sort::AccessKey, Effect::Undone, "AKIAIOSFODNN7EXAMPLE".to_owned())];
        assert_eq!(told("iam", "UpdateAccessKey", &key, &none), undone);
        assert_eq!(told("iam", "DeleteAccessKey", &key, &none), undone);
        let active = json!({"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "status": "Active"});
        assert_eq!(told("iam", "UpdateAccessKey", &active, &none), []);

        let attach = json!({"userName": "bob", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"});
        let [one] = changes("iam", "AttachUserPolicy", &attach, &none, None).try_into().unwrap();
        assert_eq!((one.owner.as_deref(), one.shown().as_str()), (Some("bob"), "bob / AdministratorAccess"));
        let [other] = changes("iam", "DetachUserPolicy", &attach, &none, None).try_into().unwrap();
        assert_eq!((&one.object, other.effect), (&other.object, Effect::Undone));
    }

    #[test]
    fn a_change_is_told_by_what_the_call_says() {
        let none = Json::Null;
        let share = json!({"snapshotId": "snap-1", "createVolumePermission": {"add": {"items": [{"group": "all"}]}}});
        let effect = |request: &Json| told("ec2", "ModifySnapshotAttribute", request, &none);
        assert_eq!(effect(&share), [(Sort::SharedSnapshot, Effect::Made, "snap-1".to_owned())]);
        let stop = json!({"snapshotId": "snap-1", "createVolumePermission": {"remove": {"items": [{"group": "all"}]}}});
        assert_eq!(effect(&stop), [(Sort::SharedSnapshot, Effect::Undone, "snap-1".to_owned())]);
        let version =
            |flag: Json| told("iam", "CreatePolicyVersion", &json!({"policyArn": "p", "setAsDefault": flag}), &none);
        assert_eq!(version(json!(true)).len(), 1);
        assert_eq!(version(json!(false)), []);
        let launched = json!({"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}});
        let made: Vec<String> = told("ec2", "RunInstances", &none, &launched).into_iter().map(|(.., id)| id).collect();
        assert_eq!(made, ["i-1", "i-2"]);
    }

    #[test]
    fn what_failed_or_is_another_services_changes_nothing() {
        let name = json!({"name": "trail"});
        assert_eq!(changes("cloudtrail", "StopLogging", &name, &Json::Null, Some("AccessDenied")), []);
        assert_eq!(changes("lambda", "StopLogging", &name, &Json::Null, None), []);
        assert_eq!(changes("cloudtrail", "StopLogging", &json!({}), &Json::Null, None), []);
        assert_eq!(changes("cloudtrail", "StopLogging", &name, &Json::Null, None).len(), 1);
    }

    /// What lasts for ever has no opposite here; of everything else one is known.
    #[test]
    fn every_sort_can_be_made_and_nearly_every_one_taken_back() {
        let of =
            |sign: char| DEEDS.iter().filter(move |deed| deed.3 == sign).map(|deed| deed.2).collect::<BTreeSet<Sort>>();
        let (made, undone) = (of('+'), of('-'));
        assert!(undone.is_subset(&made));
        let lasting: Vec<Sort> = made.difference(&undone).copied().collect();
        assert_eq!(lasting, [Sort::TrailWeakened, Sort::FlowLogsDeleted]);
        for sort in made {
            assert!(sort.remedy("`x`").contains("`x`") && sort.remedy("`x`").ends_with('.'), "{sort:?}");
        }
    }
}
