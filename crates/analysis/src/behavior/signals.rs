//! Signals: why an event may matter to an analytic. Most events give none, and cost next to nothing.

use std::ops::{BitAnd, BitOr, BitOrAssign};

use security_model::filter::{base_event_name, service_name};

/// A set of signals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signals(u64);

macro_rules! signals {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl Signals {
            $($(#[$doc])* pub(super) const $name: Self = Self(1 << $bit);)*
        }
    };
}

signals! {
    // What is new about the event.
    /// A principal's first call of this name.
    NEW_CALL = 0;
    /// A principal's first call in this region, or its first change there.
    NEW_REGION = 1;
    /// A principal's first call with a tool of this family.
    NEW_AGENT = 2;
    /// A session's first event.
    NEW_SESSION = 3;
    /// A session's address or tool differs from that of the event before, or the last such event is a while ago.
    MOVED = 4;
    /// A principal was silent for weeks.
    WOKE = 5;
    // How the event ended.
    /// The call was refused for want of permission.
    REFUSED = 6;
    /// A sign-in to the console.
    SIGN_IN = 7;
    /// The root user's doing.
    ROOT = 8;
    // What the call is.
    /// Lists, describes or gets.
    READ = 9;
    /// Widens what an identity may do.
    GRANT = 10;
    /// Makes credentials for an identity.
    CREDENTIAL = 11;
    /// Makes a user.
    NEW_USER = 12;
    /// Concerns a second factor.
    MFA = 13;
    /// Says who may take a role.
    TRUST = 14;
    /// Takes a role.
    ASSUME = 15;
    /// Starts code that runs with a role.
    CODE = 16;
    /// Says who may use a resource.
    POLICY = 17;
    /// Reads a secret.
    SECRET = 18;
    /// Reaches into a machine.
    REMOTE = 19;
    /// Stops, changes or starts an instance.
    INSTANCE = 20;
    /// Launches instances.
    LAUNCH = 21;
    /// Asks for higher limits.
    LIMIT = 22;
    /// Concerns foundation models.
    MODEL = 23;
    /// Concerns sending mail.
    MAIL = 24;
    /// Destroys something.
    DESTROY = 25;
    /// Takes down a defence.
    DEFENCE = 26;
    /// Sets up a defence.
    DEFENCE_MADE = 27;
    /// Concerns the serial console.
    SERIAL = 28;
    /// Asks who the caller is.
    WHO_AM_I = 29;
    /// A change that an intruder would make first in a place of his own.
    SENSITIVE = 30;
    /// Makes something.
    MAKE = 31;
}

impl Signals {
    pub(super) const NONE: Self = Self(0);
    /// How many there can be.
    pub(super) const BITS: usize = 64;

    /// What matters although a service did it, or a service in somebody's name.
    pub(super) const OF_SERVICES: Self = Self::GRANT;

    pub(super) const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The numbers of its signals.
    pub(super) fn bits(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let next = usize::try_from(rest.trailing_zeros()).ok().filter(|_| rest != 0)?;
            rest &= rest - 1;
            Some(next)
        })
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for Signals {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl BitOrAssign for Signals {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.with(other);
    }
}

impl BitAnd for Signals {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What is known of a call by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) signals: Signals,
    /// Whether it only reads; the record's own word goes first.
    pub(super) reads: bool,
}

/// What is known of calls, by their ids.
#[derive(Debug, Default)]
pub(super) struct Calls(Vec<Option<Call>>);

/// Ids above are looked up anew each time.
const MOST_CALLS: usize = 1 << 18;

impl Calls {
    pub(super) fn of(&mut self, id: u32, source: &str, name: &str) -> Call {
        let at = usize::try_from(id).unwrap_or(usize::MAX);
        if let Some(Some(call)) = self.0.get(at) {
            return *call;
        }
        let call = call(source, name);
        if at < MOST_CALLS {
            if self.0.len() <= at {
                self.0.resize(at + 1, None);
            }
            if let Some(slot) = self.0.get_mut(at) {
                *slot = Some(call);
            }
        }
        call
    }
}

/// Whether an analytic reads what the call names, or its `requestParameters`.
pub(super) fn wants_request(source: &str, name: &str) -> bool {
    const WANTED: Signals = Signals::GRANT
        .with(Signals::CREDENTIAL)
        .with(Signals::NEW_USER)
        .with(Signals::MFA)
        .with(Signals::TRUST)
        .with(Signals::ASSUME)
        .with(Signals::CODE)
        .with(Signals::POLICY)
        .with(Signals::SECRET)
        .with(Signals::REMOTE)
        .with(Signals::INSTANCE)
        .with(Signals::LAUNCH)
        .with(Signals::DESTROY)
        .with(Signals::DEFENCE)
        .with(Signals::DEFENCE_MADE)
        .with(Signals::SERIAL);
    call(source, name).signals.intersects(WANTED)
}

fn call(source: &str, name: &str) -> Call {
    let name = base_event_name(name);
    let service = service_name(source);
    let reads = ["List", "Describe", "Get", "Head", "BatchGet", "Lookup", "Search", "Simulate"]
        .iter()
        .any(|start| name.starts_with(start));
    let mut signals = of_service(service, name) | of_policy(name) | of_destruction(service, name);
    let is_data = matches!(name, "GetObject" | "HeadObject" | "GetItem" | "BatchGetItem" | "GetRecords");
    if reads && !is_data && !signals.intersects(Signals::SECRET) {
        signals |= Signals::READ;
    }
    let is_passing = ["Tags", "LogStream", "Token", "Session"].iter().any(|word| name.contains(word));
    if (name.starts_with("Create") && !is_passing)
        || matches!(name, "RunInstances" | "CopySnapshot" | "RestoreDBInstanceFromDBSnapshot")
    {
        signals |= Signals::MAKE;
    }
    Call { signals, reads }
}

fn of_service(service: &str, name: &str) -> Signals {
    let signals = match service {
        "iam" => of_identities(name),
        "sts" => match name {
            "AssumeRole" => Signals::ASSUME,
            "GetCallerIdentity" => Signals::WHO_AM_I,
            _ => Signals::NONE,
        },
        "signin" => match name {
            "CheckMfa" => Signals::MFA,
            _ => Signals::NONE,
        },
        "secretsmanager" => match name {
            "GetSecretValue" | "BatchGetSecretValue" => Signals::SECRET,
            _ => Signals::NONE,
        },
        "ssm" => match name {
            "GetParameter" | "GetParameters" | "GetParametersByPath" => Signals::SECRET,
            "SendCommand" | "StartSession" => Signals::REMOTE,
            _ => Signals::NONE,
        },
        "ec2-instance-connect" => match name {
            "SendSSHPublicKey" => Signals::REMOTE,
            "SendSerialConsoleSSHPublicKey" => Signals::SERIAL,
            _ => Signals::NONE,
        },
        "ec2" => of_machines(name),
        "lambda" => match name {
            "CreateFunction" | "UpdateFunctionConfiguration" => Signals::CODE | Signals::SENSITIVE,
            _ => Signals::NONE,
        },
        "cloudformation" => match name {
            "CreateStack" | "UpdateStack" | "CreateChangeSet" => Signals::CODE,
            _ => Signals::NONE,
        },
        "codebuild" | "glue" | "sagemaker" | "datapipeline" | "apprunner" | "ecs" | "batch" | "states"
        | "bedrock-agentcore" | "imagebuilder" | "airflow" => match name {
            "CreateProject"
            | "UpdateProject"
            | "CreateDevEndpoint"
            | "CreateJob"
            | "UpdateJob"
            | "CreateNotebookInstance"
            | "CreateTrainingJob"
            | "CreateProcessingJob"
            | "CreatePipeline"
            | "CreateService"
            | "RegisterTaskDefinition"
            | "RunTask"
            | "CreateStateMachine"
            | "CreateCodeInterpreter" => Signals::CODE,
            "ExecuteCommand" => Signals::REMOTE,
            _ => Signals::NONE,
        },
        "servicequotas" | "support" => match name {
            "RequestServiceQuotaIncrease" | "CreateCase" => Signals::LIMIT,
            _ => Signals::NONE,
        },
        "bedrock" => match name {
            "PutFoundationModelEntitlement"
            | "PutUseCaseForModelAccess"
            | "CreateFoundationModelAgreement"
            | "InvokeModel"
            | "InvokeModelWithResponseStream"
            | "Converse"
            | "ConverseStream" => Signals::MODEL,
            _ => Signals::NONE,
        },
        "ses" => match name {
            "GetSendQuota"
            | "GetAccount"
            | "GetAccountSendingEnabled"
            | "ListIdentities"
            | "ListEmailIdentities"
            | "GetSendStatistics"
            | "VerifyEmailIdentity"
            | "VerifyDomainIdentity"
            | "CreateEmailIdentity"
            | "UpdateAccountSendingEnabled"
            | "PutAccountDetails"
            | "PutAccountSendingAttributes"
            | "VerifyDomainDkim" => Signals::MAIL,
            _ => Signals::NONE,
        },
        _ => Signals::NONE,
    };
    signals | of_defences(service, name)
}

fn of_identities(name: &str) -> Signals {
    match name {
        "AttachUserPolicy"
        | "AttachRolePolicy"
        | "AttachGroupPolicy"
        | "PutUserPolicy"
        | "PutRolePolicy"
        | "PutGroupPolicy"
        | "AddUserToGroup"
        | "CreatePolicyVersion"
        | "SetDefaultPolicyVersion" => Signals::GRANT | Signals::SENSITIVE,
        "CreateAccessKey"
        | "CreateLoginProfile"
        | "UpdateLoginProfile"
        | "CreateServiceSpecificCredential"
        | "UpdateAccessKey" => Signals::CREDENTIAL | Signals::SENSITIVE,
        "CreateUser" => Signals::NEW_USER | Signals::SENSITIVE,
        "DeactivateMFADevice" | "DeleteVirtualMFADevice" | "EnableMFADevice" | "ResyncMFADevice" => {
            Signals::MFA | Signals::SENSITIVE
        }
        "UpdateAssumeRolePolicy" | "CreateRole" => Signals::TRUST | Signals::SENSITIVE,
        "CreateSAMLProvider" | "UpdateSAMLProvider" | "CreateOpenIDConnectProvider" => Signals::SENSITIVE,
        _ => Signals::NONE,
    }
}

fn of_machines(name: &str) -> Signals {
    match name {
        "RunInstances" => Signals::LAUNCH | Signals::CODE | Signals::SENSITIVE,
        "RequestSpotInstances" | "RequestSpotFleet" | "CreateFleet" => Signals::LAUNCH | Signals::SENSITIVE,
        "StopInstances" | "StartInstances" | "ModifyInstanceAttribute" => Signals::INSTANCE,
        "EnableSerialConsoleAccess" => Signals::SERIAL,
        "ModifySnapshotAttribute" | "ModifyImageAttribute" => Signals::POLICY,
        "CreateKeyPair" | "ImportKeyPair" => Signals::SENSITIVE,
        _ => Signals::NONE,
    }
}

/// Calls that say who may use something, by the way services name them.
fn of_policy(name: &str) -> Signals {
    let says_who = (name.ends_with("Policy") && ["Put", "Set"].iter().any(|start| name.starts_with(start)))
        || matches!(
            name,
            "SetQueueAttributes"
                | "CreateQueue"
                | "SetTopicAttributes"
                | "CreateTopic"
                | "AddPermission"
                | "AddLayerVersionPermission"
                | "CreateKey"
                | "PutBucketAcl"
                | "PutPermission"
                | "UpdateDomainConfig"
                | "UpdateElasticsearchDomainConfig"
                | "ModifyDBSnapshotAttribute"
                | "ModifyDBClusterSnapshotAttribute"
                | "UpdateAssumeRolePolicy"
                | "CreateRole"
                | "InitiateVaultLock"
        );
    if says_who { Signals::POLICY } else { Signals::NONE }
}

fn of_destruction(service: &str, name: &str) -> Signals {
    if matches!(name, "TerminateInstances" | "ScheduleKeyDeletion" | "DeregisterImage" | "DisableKey") {
        return Signals::DESTROY;
    }
    // Parts and settings of other things come and go all the time.
    let small =
        ["Tag", "Policy", "Rule", "Version", "Alias", "Item", "Message", "Network", "Metric", "Alarm", "Object"];
    let is_small = small.iter().any(|word| name.contains(word));
    let is_of_data = matches!(service, "logs" | "monitoring" | "events" | "config" | "tagging");
    if name.starts_with("Delete") && !is_small && !is_of_data { Signals::DESTROY } else { Signals::NONE }
}

fn of_defences(service: &str, name: &str) -> Signals {
    let (taken, made): (&[&str], &[&str]) = match service {
        "cloudtrail" => (
            &["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", "DeleteEventDataStore"],
            &["CreateTrail", "CreateEventDataStore"],
        ),
        "guardduty" => (&["DeleteDetector", "UpdateDetector", "DisassociateMembers"], &["CreateDetector"]),
        "config" => (
            &["StopConfigurationRecorder", "DeleteConfigurationRecorder", "DeleteDeliveryChannel"],
            &["PutConfigurationRecorder", "PutDeliveryChannel"],
        ),
        "securityhub" => (&["DisableSecurityHub"], &["EnableSecurityHub"]),
        "ec2" => (&["DeleteFlowLogs"], &["CreateFlowLogs"]),
        "logs" => (&["DeleteLogGroup"], &["CreateLogGroup"]),
        "access-analyzer" => (&["DeleteAnalyzer"], &["CreateAnalyzer"]),
        "route53resolver" => (&["DeleteResolverQueryLogConfig"], &["CreateResolverQueryLogConfig"]),
        "wafv2" | "waf-regional" | "waf" => (&["DeleteWebACL"], &["CreateWebACL"]),
        _ => (&[], &[]),
    };
    match () {
        () if taken.contains(&name) => Signals::DEFENCE | Signals::SENSITIVE,
        () if made.contains(&name) => Signals::DEFENCE_MADE,
        () => Signals::NONE,
    }
}

/// Services word a refusal in these ways.
pub(super) fn is_refusal(code: &str) -> bool {
    matches!(code, "AccessDenied" | "AccessDeniedException" | "Client.UnauthorizedOperation" | "UnauthorizedOperation")
}
