//! GuardDuty's findings: the attack as it saw it, and the small alarms of any week.

use serde_json::{Value, json};

use super::Incident;
use super::asff::{Draft, detailed, resource};
use crate::clock::{DAWN, DAY, rfc3339};
use crate::rng::Rng;
use crate::world::{
    ACCOUNT, ADMIN_ROLE, DEPLOY_USER, DETECTOR, EXPORTS_BUCKET, GLOBAL_REGION, INSTANCES, LEAKED_KEY, MAIN_REGION,
    PARTNER_ROLE, PLANTED_KEY, arn, bucket_arn, iam_arn, principal_id,
};

/// What set an alarm off: the finding type, its ASFF namespace, the call, and what to say.
struct Alarm {
    kind: &'static str,
    namespace: &'static str,
    api: (&'static str, &'static str),
    region: &'static str,
    /// GuardDuty's own scale, 1 to 10.
    score: u8,
    title: String,
    about: Vec<Value>,
}

pub(super) fn findings(rng: &mut Rng, incident: &Incident<'_>) -> Vec<Value> {
    let mut findings: Vec<Value> =
        alarms(incident).into_iter().map(|alarm| from_the_attack(rng, incident, alarm)).collect();
    findings.push(sequence(rng, incident));
    findings.extend(everyday(rng));
    findings
}

fn alarms(incident: &Incident<'_>) -> Vec<Alarm> {
    let user = incident.plan.new_user;
    let exports = resource("AwsS3Bucket", &bucket_arn(EXPORTS_BUCKET), MAIN_REGION);
    let stolen = || access_key(LEAKED_KEY, DEPLOY_USER, "IAMUser");
    let admin = || access_key(&incident.plan.admin_key, ADMIN_ROLE, "AssumedRole");
    let planted = || access_key(PLANTED_KEY, user, "IAMUser");
    let named = |kind: &str, path: &str| resource(kind, &iam_arn(path), GLOBAL_REGION);
    let ip = incident.plan.ip;
    let alarm = |kind, namespace, api, region, score, title: String, about| Alarm {
        kind,
        namespace,
        api,
        region,
        score,
        title,
        about,
    };
    vec![
        alarm(
            "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom",
            "TTPs",
            ("sts", "GetCallerIdentity"),
            GLOBAL_REGION,
            5,
            format!("The key of {DEPLOY_USER} was used from {ip}, which is on the threat list"),
            vec![stolen()],
        ),
        alarm(
            "Discovery:IAMUser/AnomalousBehavior",
            "TTPs",
            ("iam", "GetAccountAuthorizationDetails"),
            GLOBAL_REGION,
            2,
            format!("{DEPLOY_USER} asked about things it never asked about before"),
            vec![stolen()],
        ),
        alarm(
            "PrivilegeEscalation:IAMUser/AnomalousBehavior",
            "TTPs",
            ("iam", "CreatePolicyVersion"),
            GLOBAL_REGION,
            5,
            format!("{DEPLOY_USER} gave itself permissions in an unusual way"),
            vec![stolen(), named("AwsIamPolicy", "policy/storefront-deploy")],
        ),
        alarm(
            "Persistence:IAMUser/AnomalousBehavior",
            "TTPs",
            ("iam", "CreateAccessKey"),
            GLOBAL_REGION,
            5,
            format!("{ADMIN_ROLE} created the user {user} and a key for it"),
            vec![admin(), named("AwsIamUser", &format!("user/{user}"))],
        ),
        alarm(
            "Persistence:IAMUser/AnomalousBehavior",
            "TTPs",
            ("iam", "UpdateAssumeRolePolicy"),
            GLOBAL_REGION,
            5,
            format!("{ADMIN_ROLE} changed who may assume {PARTNER_ROLE}"),
            vec![admin(), named("AwsIamRole", &format!("role/{PARTNER_ROLE}"))],
        ),
        alarm(
            "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B",
            "Unusual Behaviors/User",
            ("signin", "ConsoleLogin"),
            GLOBAL_REGION,
            5,
            format!("{user} signed in to the console from an unusual place"),
            vec![named("AwsIamUser", &format!("user/{user}"))],
        ),
        alarm(
            "Stealth:IAMUser/CloudTrailLoggingDisabled",
            "TTPs/Defense Evasion",
            ("cloudtrail", "StopLogging"),
            MAIN_REGION,
            8,
            format!("{ADMIN_ROLE} stopped the trail of the account"),
            vec![admin()],
        ),
        alarm(
            "DefenseEvasion:IAMUser/AnomalousBehavior",
            "TTPs",
            ("ec2", "DeleteFlowLogs"),
            MAIN_REGION,
            5,
            format!("{ADMIN_ROLE} deleted flow logs"),
            vec![admin()],
        ),
        alarm(
            "CredentialAccess:IAMUser/AnomalousBehavior",
            "TTPs",
            ("secretsmanager", "GetSecretValue"),
            MAIN_REGION,
            5,
            format!("{ADMIN_ROLE} read secrets it never read before"),
            vec![admin()],
        ),
        alarm(
            "Exfiltration:IAMUser/AnomalousBehavior",
            "TTPs",
            ("ec2", "ModifySnapshotAttribute"),
            MAIN_REGION,
            8,
            format!("{ADMIN_ROLE} shared a snapshot with another account"),
            vec![
                admin(),
                resource("AwsEc2Snapshot", &arn("ec2", MAIN_REGION, "snapshot/snap-0e1f2a3b4c5d60041"), MAIN_REGION),
            ],
        ),
        alarm(
            "Policy:S3/BucketBlockPublicAccessDisabled",
            "TTPs",
            ("s3", "DeleteBucketPublicAccessBlock"),
            MAIN_REGION,
            2,
            format!("Public access is no longer blocked for {EXPORTS_BUCKET}"),
            vec![admin(), exports.clone()],
        ),
        alarm(
            "Policy:S3/BucketAnonymousAccessGranted",
            "TTPs",
            ("s3", "PutBucketPolicy"),
            MAIN_REGION,
            8,
            format!("Anyone may read {EXPORTS_BUCKET}"),
            vec![admin(), exports.clone()],
        ),
        alarm(
            "Discovery:S3/MaliciousIPCaller",
            "TTPs",
            ("s3", "ListObjects"),
            MAIN_REGION,
            8,
            format!("{EXPORTS_BUCKET} was listed from an address on the threat list"),
            vec![planted(), exports.clone()],
        ),
        alarm(
            "Exfiltration:S3/AnomalousBehavior",
            "TTPs",
            ("s3", "GetObject"),
            MAIN_REGION,
            8,
            format!("{user} fetched an unusual number of objects from {EXPORTS_BUCKET}"),
            vec![planted(), exports],
        ),
        alarm(
            "Impact:IAMUser/AnomalousBehavior",
            "TTPs",
            ("ec2", "RunInstances"),
            "ap-southeast-2",
            8,
            format!("{user} tried to start large instances in a region that is not used"),
            vec![planted()],
        ),
    ]
}

fn access_key(id: &str, principal: &str, kind: &str) -> Value {
    let prefix = if kind == "IAMUser" { "AIDA" } else { "AROA" };
    let details = json!({
        "PrincipalId": principal_id(prefix, principal),
        "PrincipalName": principal,
        "PrincipalType": kind,
        "AccessKeyId": id,
        "AccountId": ACCOUNT,
    });
    detailed("AwsIamAccessKey", &format!("AWS::IAM::AccessKey:{id}"), MAIN_REGION, &details)
}

fn from_the_attack(rng: &mut Rng, incident: &Incident<'_>, alarm: Alarm) -> Value {
    let (service, api) = alarm.api;
    let seen = incident.time_of(api);
    let service_field = |name: &str| format!("aws/guardduty/service/{name}");
    let ip = match api {
        "ConsoleLogin" => incident.plan.console_ip,
        "GetObject" | "ListObjects" | "RunInstances" => incident.plan.exit_ip,
        _ => incident.plan.ip,
    };
    let ip_field = if ip.contains(':') { "ipAddressV6" } else { "ipAddressV4" };
    let fields = vec![
        (service_field("action/actionType"), "AWS_API_CALL".to_owned()),
        (service_field("action/awsApiCallAction/api"), api.to_owned()),
        (service_field("action/awsApiCallAction/serviceName"), format!("{service}.amazonaws.com")),
        (service_field("action/awsApiCallAction/callerType"), "Remote IP".to_owned()),
        (service_field(&format!("action/awsApiCallAction/remoteIpDetails/{ip_field}")), ip.to_owned()),
        (service_field("detectorId"), DETECTOR.to_owned()),
        (service_field("eventLastSeen"), rfc3339(seen)),
        (service_field("count"), incident.count_of(api).to_string()),
    ];
    let created = seen + rng.between(120, 900);
    let updated = created + rng.between(0, 1_800);
    write(rng, alarm, created, updated, fields, "ACTIVE", "NEW")
}

/// The finding that ties the others together.
fn sequence(rng: &mut Rng, incident: &Incident<'_>) -> Value {
    let created = incident.time_of("GetObject") + rng.between(600, 1_200);
    let alarm = Alarm {
        kind: "AttackSequence:S3/CompromisedData",
        namespace: "TTPs",
        api: ("s3", "GetObject"),
        region: MAIN_REGION,
        score: 9,
        title: format!("A stolen key of {DEPLOY_USER} led to the data in {EXPORTS_BUCKET}"),
        about: vec![
            access_key(LEAKED_KEY, DEPLOY_USER, "IAMUser"),
            resource("AwsIamUser", &iam_arn(&format!("user/{DEPLOY_USER}")), GLOBAL_REGION),
            resource("AwsIamUser", &iam_arn(&format!("user/{}", incident.plan.new_user)), GLOBAL_REGION),
            resource("AwsIamRole", &iam_arn(&format!("role/{ADMIN_ROLE}")), GLOBAL_REGION),
            resource("AwsS3Bucket", &bucket_arn(EXPORTS_BUCKET), MAIN_REGION),
        ],
    };
    write(rng, alarm, created, created + 60, Vec::new(), "ACTIVE", "NEW")
}

/// Doors are rattled every week; none of this has to do with the attack.
fn everyday(rng: &mut Rng) -> Vec<Value> {
    let mut findings = Vec::new();
    for host in INSTANCES {
        let alarm = Alarm {
            kind: "Recon:EC2/PortProbeUnprotectedPort",
            namespace: "TTPs/Initial Access",
            api: ("ec2", "none"),
            region: MAIN_REGION,
            score: 2,
            title: format!("An open port of {} is being probed", host.name),
            about: vec![resource(
                "AwsEc2Instance",
                &arn("ec2", MAIN_REGION, &format!("instance/{}", host.id)),
                MAIN_REGION,
            )],
        };
        let created = DAWN - rng.between(2 * DAY, 30 * DAY);
        let state = rng.pick(&["ACTIVE", "ARCHIVED"]);
        let fields = vec![("aws/guardduty/service/action/actionType".to_owned(), "PORT_PROBE".to_owned())];
        findings.push(write(rng, alarm, created, created + DAY, fields, state, "NOTIFIED"));
    }
    findings
}

fn write(
    rng: &mut Rng,
    alarm: Alarm,
    created: i64,
    updated: i64,
    product_fields: Vec<(String, String)>,
    record_state: &'static str,
    workflow: &'static str,
) -> Value {
    let label = match alarm.score {
        9.. => "CRITICAL",
        7..=8 => "HIGH",
        4..=6 => "MEDIUM",
        _ => "LOW",
    };
    let detector = arn("guardduty", alarm.region, &format!("detector/{DETECTOR}"));
    let finding_id = rng.hex(32);
    Draft {
        product: ("guardduty", "GuardDuty"),
        region: alarm.region,
        id: format!("{detector}/finding/{finding_id}"),
        generator: detector,
        description: format!("{}.", alarm.title),
        title: alarm.title,
        // The format separates its parts by slashes, so the type's own becomes a hyphen.
        types: vec![format!("{}/{}", alarm.namespace, alarm.kind.replace('/', "-"))],
        severity: (label, alarm.score * 10),
        created,
        updated,
        resources: alarm.about,
        product_fields,
        record_state,
        workflow,
        extra: Vec::new(),
    }
    .write(rng)
}
