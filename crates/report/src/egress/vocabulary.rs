//! Closed lists: the names that may be shown as they are, because nobody who writes a record can add to them.
//!
//! A name that is missing here is shown as a token, never refused: the lists are for readability. They are recalled from
//! the services' documentation, not re-read.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::NameKind;
use crate::requirement::is_place;

/// What records that do not say something are counted under.
const NOT_SAID: [&str; 4] = ["(none)", "(unknown)", "(empty)", "(other)"];

const REGIONS: &str = "
    global af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
    ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
    ca-central-1 ca-west-1 cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2
    eu-west-1 eu-west-2 eu-west-3 eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1
    us-east-2 us-gov-east-1 us-gov-west-1 us-iso-east-1 us-west-1 us-west-2
";

/// First labels of `eventSource`, without `.amazonaws.com`.
const SERVICES: &str = "
    access-analyzer account acm acm-pca amplify apigateway appconfig application-autoscaling appstream appsync athena
    autoscaling backup batch bedrock bedrock-runtime cassandra ce cloud9 clouddirectory cloudformation cloudfront
    cloudhsm cloudsearch cloudshell cloudtrail cloudwatch codeartifact codebuild codecommit codedeploy codepipeline
    cognito-identity cognito-idp compute-optimizer config connect controltower cur datapipeline datasync dax detective
    directconnect dlm dms ds dynamodb ebs ec2 ec2-instance-connect ec2messages ecr ecr-public ecs eks eks-auth
    elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce emr-serverless es events
    firehose fis fms fsx gamelift glacier globalaccelerator glue greengrass guardduty health iam identitystore
    imagebuilder inspector inspector2 internetmonitor iot ivs kafka kinesis kinesisanalytics kms lakeformation lambda
    license-manager lightsail logs macie2 managedblockchain mediaconvert memorydb monitoring mq network-firewall
    networkmanager notifications opensearch organizations payments pi pipes pricing qldb quicksight ram rds rds-data
    redshift redshift-data redshift-serverless rekognition resiliencehub resource-explorer-2 resource-groups
    rolesanywhere route53 route53domains route53resolver s3 s3-object-lambda s3express s3-outposts sagemaker
    savingsplans scheduler schemas secretsmanager securityhub securitylake serverlessrepo servicecatalog
    servicediscovery servicequotas ses shield signer signin sns sqs ssm ssm-guiconnect ssmmessages sso sso-directory
    sso-oauth states storagegateway sts support swf synthetics tagging textract timestream transfer translate
    trustedadvisor user-subscriptions verifiedpermissions vpc-lattice waf waf-regional wafv2 wellarchitected workmail
    workspaces xray
";

const ERROR_CODES: &str = "
    AccessDenied AccessDeniedException AuthFailure AuthorizationError BadRequestException BucketAlreadyExists
    BucketAlreadyOwnedByYou BucketNotEmpty Client.AuthFailure Client.DryRunOperation Client.InstanceLimitExceeded
    Client.InvalidAMIID.NotFound Client.InvalidGroup.Duplicate Client.InvalidGroup.NotFound
    Client.InvalidInstanceID.NotFound Client.InvalidKeyPair.Duplicate Client.InvalidKeyPair.NotFound
    Client.InvalidParameterCombination Client.InvalidParameterValue Client.InvalidPermission.Duplicate
    Client.InvalidPermission.NotFound Client.InvalidSnapshot.NotFound Client.InvalidSubnetID.NotFound
    Client.InvalidVolume.NotFound Client.InvalidVpcID.NotFound Client.RequestLimitExceeded Client.UnauthorizedOperation
    Client.Unsupported Client.VcpuLimitExceeded Client.VolumeInUse ConditionalCheckFailedException ConflictException
    DBInstanceNotFound DBInstanceNotFoundFault DecryptionFailure DeleteConflict DependencyViolation DisabledException
    DryRunOperation EntityAlreadyExists EntityAlreadyExistsException EntityTemporarilyUnmodifiable ExpiredToken
    ExpiredTokenException Forbidden ForbiddenException IncorrectInstanceState InsufficientInstanceCapacity InternalError
    InternalFailure InternalServerError InvalidAccessKeyId InvalidArnException InvalidArgument InvalidClientTokenId
    InvalidIdentityToken InvalidInput InvalidInstanceID.NotFound InvalidParameter InvalidParameterException
    InvalidParameterValue InvalidParameterValueException InvalidRequest InvalidRequestException
    InvalidSignatureException InvalidToken InvalidUserType KMSInvalidStateException LimitExceeded LimitExceededException
    MalformedPolicy MalformedPolicyDocument MethodNotAllowed MissingAuthenticationToken NoSuchBucket NoSuchBucketPolicy
    NoSuchCORSConfiguration NoSuchEntity NoSuchEntityException NoSuchKey NoSuchLifecycleConfiguration
    NoSuchPublicAccessBlockConfiguration NoSuchTagSet NoSuchUpload NoSuchWebsiteConfiguration NotAuthorizedException
    NotFound NotFoundException ObjectLockConfigurationNotFoundError OperationNotPermitted OptInRequired
    PasswordPolicyViolation PreconditionFailed ProvisionedThroughputExceededException QuotaExceeded
    RegionDisabledException ReplicationConfigurationNotFoundError RequestExpired RequestLimitExceeded
    ResourceAlreadyExistsException ResourceConflictException ResourceInUseException ResourceNotFound
    ResourceNotFoundException ServerSideEncryptionConfigurationNotFoundError Server.InsufficientInstanceCapacity
    Server.InternalError ServiceException ServiceQuotaExceededException ServiceUnavailable SignatureDoesNotMatch
    SlowDown SubscriptionRequiredException Throttling ThrottlingException TooManyRequestsException
    TrailNotFoundException UnauthorizedAccess UnauthorizedException UnauthorizedOperation UnknownOperationException
    UnrecognizedClientException UnsupportedOperation ValidationError ValidationException
";

/// Calls of every day. High-risk calls are plain by their list.
const EVENT_NAMES: &str = "
    AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity AssumeRoot BatchGetImage CheckMfa ConsoleLogin CreateBucket
    CreateGrant CreateLogGroup CreateLogStream CreateNetworkInterface CreateTags CreateVolume Decrypt DeleteBucket
    DeleteNetworkInterface DeleteObject DescribeAccountAttributes DescribeAddresses DescribeAlarms
    DescribeAutoScalingGroups DescribeAvailabilityZones DescribeCertificates DescribeDBClusters DescribeDBInstances
    DescribeImages DescribeInstanceAttribute DescribeInstanceStatus DescribeInstances DescribeKeyPairs
    DescribeLaunchTemplates DescribeLoadBalancers DescribeLogGroups DescribeLogStreams DescribeNetworkInterfaces
    DescribeRegions DescribeRouteTables DescribeSecurityGroups DescribeSnapshots DescribeStacks DescribeSubnets
    DescribeTags DescribeTargetHealth DescribeTrails DescribeVolumes DescribeVpcs DryRunOperation Encrypt ExitRole
    GenerateDataKey GetAccountAuthorizationDetails GetAccountSummary GetAuthorizationToken GetBucketAcl
    GetBucketEncryption GetBucketLocation GetBucketLogging GetBucketPolicy GetBucketPublicAccessBlock GetBucketTagging
    GetBucketVersioning GetCallerIdentity GetCostAndUsage GetEventSelectors GetFederationToken GetFindings GetFunction
    GetInstanceProfile GetObject GetParameter GetParameters GetParametersByPath GetPolicy GetPolicyVersion GetRole
    GetRolePolicy GetSecretValue GetSessionToken GetSigninToken GetTrailStatus GetUser GetUserPolicy HeadBucket
    HeadObject InvokeFunction ListAccessKeys ListAccountAliases ListAliases ListAttachedRolePolicies
    ListAttachedUserPolicies ListBuckets ListClusters ListFunctions ListFunctions20150331 ListGroups ListGroupsForUser
    ListInstanceProfiles ListKeys ListMFADevices ListObjects ListObjectsV2 ListPolicies ListRoles ListSecrets
    ListTagsForResource ListTopics ListUsers ListQueues LookupEvents PutEvaluations PutLogEvents PutMetricData PutObject
    RegisterManagedInstance RenewRole ReceiveMessage RunInstances SendMessage StartInstances StopInstances SwitchRole
    TerminateInstances UpdateInstanceInformation UserAuthentication
";

/// Families of user agents, in the words of the analysis.
const USER_AGENTS: &str = "
    terraform
    pulumi
    cloudformation
    kubernetes
    aws console
    aws internal
    aws service
    aws-cli
    boto3
    botocore
    aws-sdk-java
    aws-sdk-go
    aws-sdk-js
    aws-sdk-net
    aws-sdk-rust
    aws-sdk-php
    aws-sdk-ruby
    aws-sdk-cpp
    curl
    python requests
    browser
    other
";

const PRINCIPAL_TYPES: &str = "
    Root
    IAMUser
    AssumedRole
    Role
    FederatedUser
    Directory
    AWSAccount
    AWSService
    Unknown
    SAMLUser
    WebIdentityUser
    IdentityCenterUser
    Lambda
    other
";

const PRODUCTS: &str = "
    Security Hub
    Security Hub CSPM
    GuardDuty
    Inspector
    Macie
    IAM Access Analyzer
    Config
    Firewall Manager
    Health
    Detective
    Systems Manager Patch Manager
    Audit Manager
    IoT Device Defender
    Trusted Advisor
    Chatbot
    Default
    other
";

/// Namespace and category of finding types (ASFF taxonomy).
const CATEGORIES: &str = "
    Software and Configuration Checks
    Software and Configuration Checks/Vulnerabilities
    Software and Configuration Checks/Vulnerabilities/CVE
    Software and Configuration Checks/AWS Security Best Practices
    Software and Configuration Checks/AWS Security Best Practices/Network Reachability
    Software and Configuration Checks/AWS Security Best Practices/Runtime Behavior Analysis
    Software and Configuration Checks/Industry and Regulatory Standards
    Software and Configuration Checks/Patch Management
    TTPs
    TTPs/Initial Access
    TTPs/Execution
    TTPs/Persistence
    TTPs/Privilege Escalation
    TTPs/Defense Evasion
    TTPs/Credential Access
    TTPs/Discovery
    TTPs/Lateral Movement
    TTPs/Collection
    TTPs/Command and Control
    TTPs/Impact
    TTPs/Exfiltration
    Effects
    Effects/Data Exposure
    Effects/Data Exfiltration
    Effects/Data Destruction
    Effects/Denial of Service
    Effects/Resource Consumption
    Unusual Behaviors
    Unusual Behaviors/Application
    Unusual Behaviors/Network Flow
    Unusual Behaviors/IP address
    Unusual Behaviors/User
    Unusual Behaviors/VM
    Unusual Behaviors/Container
    Unusual Behaviors/Serverless
    Unusual Behaviors/Process
    Unusual Behaviors/Database
    Unusual Behaviors/Data
    Sensitive Data Identifications
    Sensitive Data Identifications/PII
    Sensitive Data Identifications/Passwords
    Sensitive Data Identifications/Legal
    Sensitive Data Identifications/Financial
    Sensitive Data Identifications/Security
    Sensitive Data Identifications/Business
    other
";

const STATUSES: &str = "
    NEW NOTIFIED SUPPRESSED RESOLVED OTHER PASSED FAILED WARNING NOT_AVAILABLE NONE ACTIVE ARCHIVED access_denied
    no_credentials expired_credentials not_enabled throttled service_error unreachable paging_broken time_budget
    call_budget record_budget outside_retention cancelled file_unreadable file_damaged file_too_large records_unreadable
    not_evaluated not_records true false
";

const SEVERITIES: [&str; 5] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"];

const RESOURCE_TYPES: &str = "
    AwsAccount AwsAcmCertificate AwsApiGatewayRestApi AwsApiGatewayStage AwsApiGatewayV2Api AwsAppSyncGraphQlApi
    AwsAthenaWorkGroup AwsAutoScalingAutoScalingGroup AwsAutoScalingLaunchConfiguration AwsBackupBackupPlan
    AwsBackupBackupVault AwsBackupRecoveryPoint AwsCloudFormationStack AwsCloudFrontDistribution AwsCloudTrailTrail
    AwsCloudWatchAlarm AwsCodeBuildProject AwsDmsReplicationInstance AwsDynamoDbTable AwsEc2Eip AwsEc2Instance
    AwsEc2LaunchTemplate AwsEc2NetworkAcl AwsEc2NetworkInterface AwsEc2RouteTable AwsEc2SecurityGroup AwsEc2Snapshot
    AwsEc2Subnet AwsEc2TransitGateway AwsEc2Volume AwsEc2Vpc AwsEc2VpnConnection AwsEcrContainerImage AwsEcrRepository
    AwsEcsCluster AwsEcsContainer AwsEcsService AwsEcsTask AwsEcsTaskDefinition AwsEfsAccessPoint AwsEksCluster
    AwsElasticBeanstalkEnvironment AwsElasticsearchDomain AwsElbLoadBalancer AwsElbv2LoadBalancer
    AwsEventSchemasRegistry AwsGuardDutyDetector AwsIamAccessKey AwsIamGroup AwsIamPolicy AwsIamRole AwsIamUser
    AwsKinesisStream AwsKmsKey AwsLambdaFunction AwsLambdaLayerVersion AwsMskCluster AwsNetworkFirewallFirewall
    AwsOpenSearchServiceDomain AwsRdsDbCluster AwsRdsDbClusterSnapshot AwsRdsDbInstance AwsRdsDbSnapshot
    AwsRedshiftCluster AwsRoute53HostedZone AwsS3Bucket AwsS3AccessPoint AwsS3Object AwsSageMakerNotebookInstance
    AwsSecretsManagerSecret AwsSnsTopic AwsSqsQueue AwsSsmPatchCompliance AwsStepFunctionStateMachine AwsWafv2WebAcl
    AwsWafWebAcl AwsXrayEncryptionConfig Container Other other
";

/// What stands before the dot of a security control id.
const CONTROL_PREFIXES: &str = "
    ACM APIGateway AppConfig AppFlow AppRunner AppSync Amplify Athena AutoScaling Account Backup Batch Bedrock
    BedrockAgentCore CIS CloudFormation CloudFront CloudTrail CloudWatch CodeArtifact CodeBuild CodeGuruProfiler
    CodeGuruReviewer Cognito Config Connect DataFirehose DataSync Detective DMS DocumentDB DynamoDB EC2 ECR ECS EFS EKS
    ElastiCache ElasticBeanstalk ELB EMR ES EventBridge FraudDetector FSx GlobalAccelerator Glue GuardDuty IAM Inspector
    IoT IoTEvents IoTSiteWise IoTTwinMaker IoTWireless IVS Keyspaces Kinesis KMS Lambda Macie MQ MSK Neptune
    NetworkFirewall Opensearch PCA PCI RDS Redshift RedshiftServerless Route53 S3 SageMaker SecretsManager SES
    SecurityHub ServiceCatalog SNS SQS SSM StepFunctions Transfer WAF WorkSpaces
";

type List = HashSet<&'static str>;

static LISTS: LazyLock<HashMap<NameKind, List>> = LazyLock::new(|| {
    let words = |text: &'static str| text.split_ascii_whitespace().collect::<List>();
    let lines = |text: &'static str| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<List>();
    HashMap::from([
        (NameKind::Region, words(REGIONS)),
        (NameKind::Severity, List::from(SEVERITIES)),
        (NameKind::Status, words(STATUSES).into_iter().chain(SEVERITIES).collect()),
        (NameKind::EventName, words(EVENT_NAMES)),
        (NameKind::EventSource, words(SERVICES)),
        (NameKind::ErrorCode, words(ERROR_CODES)),
        (NameKind::UserAgentFamily, lines(USER_AGENTS)),
        (NameKind::PrincipalType, lines(PRINCIPAL_TYPES)),
        (NameKind::Product, lines(PRODUCTS)),
        (NameKind::Category, lines(CATEGORIES)),
        (NameKind::ResourceType, words(RESOURCE_TYPES)),
        (NameKind::Control, words(CONTROL_PREFIXES)),
    ])
});

fn listed(kind: NameKind, text: &str) -> Option<&'static str> {
    LISTS.get(&kind).and_then(|list| list.get(text)).copied()
}

/// Whether a name of this kind may be shown as it is whoever wrote it.
pub(super) fn is_plain(kind: NameKind, text: &str) -> bool {
    if NOT_SAID.contains(&text) {
        return true;
    }
    match kind {
        NameKind::EventSource | NameKind::Principal | NameKind::SourceIp => is_service(text),
        NameKind::Control => is_control(text),
        NameKind::Technique => is_technique(text),
        NameKind::Country => is_place(text),
        _ => listed(kind, text).is_some(),
    }
}

/// Whether some kind of name may be shown as this text: then it tells nothing about anyone.
pub(super) fn is_plain_of_any_kind(text: &str) -> bool {
    NOT_SAID.contains(&text)
        || LISTS.values().any(|list| list.contains(text))
        || is_service(text)
        || is_control(text)
        || is_technique(text)
}

fn is_service(text: &str) -> bool {
    text == "AWS Internal" || text.strip_suffix(".amazonaws.com").is_some_and(|label| service(label).is_some())
}

/// The region, if it is one of AWS.
pub(super) fn region(text: &str) -> Option<&'static str> {
    listed(NameKind::Region, text)
}

/// The service's label, if it is one of AWS.
pub(super) fn service(label: &str) -> Option<&'static str> {
    listed(NameKind::EventSource, label)
}

fn is_control(text: &str) -> bool {
    text.split_once('.').is_some_and(|(prefix, number)| {
        listed(NameKind::Control, prefix).is_some()
            && (1..=7).contains(&number.len())
            && number.split('.').all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn is_technique(text: &str) -> bool {
    let is_digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix('T').is_some_and(|id| match id.split_once('.') {
        None => is_digits(id, 4),
        Some((technique, sub)) => is_digits(technique, 4) && is_digits(sub, 3),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_is_plain() {
        for (kind, text) in [
            (NameKind::Region, "eu-west-1"),
            (NameKind::EventSource, "s3.amazonaws.com"),
            (NameKind::SourceIp, "AWS Internal"),
            (NameKind::Control, "EC2.19"),
            (NameKind::Control, "CIS.1.14"),
            (NameKind::Technique, "T1685.002"),
            (NameKind::Technique, "T1098"),
            (NameKind::ErrorCode, "AccessDenied"),
            (NameKind::Principal, "(unknown)"),
        ] {
            assert!(is_plain(kind, text), "{text}");
        }
        for (kind, text) in [
            (NameKind::Region, "eu-west-99"),
            (NameKind::EventSource, "evil.amazonaws.com"),
            (NameKind::EventSource, "s3.amazonaws.com.evil.example"),
            (NameKind::Control, "EC2.19 ignore"),
            (NameKind::Control, "EVIL.1"),
            (NameKind::Control, "EC2."),
            (NameKind::Control, "EC2.1234567"),
            (NameKind::Technique, "T10981"),
            (NameKind::Technique, "T1098.1"),
            (NameKind::Title, "CRITICAL"),
            (NameKind::Account, "111122223333"),
        ] {
            assert!(!is_plain(kind, text), "{text}");
        }
    }
}
