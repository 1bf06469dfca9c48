//! Machines: scripts, commands, consoles, stolen power.

use security_model::Level;
use serde_json::{Value, json};

use super::support::*;

fn instances(minute: u32, name: &str, id: &str) -> Value {
    call(minute, &format!("ec2:{name}"), json!({ "instancesSet": { "items": [{ "instanceId": id }] } }))
}

#[test]
fn instance_script_swapped() {
    let id = "instance-script-swapped";
    let change = |minute, field: &str| {
        call(minute, "ec2:ModifyInstanceAttribute", json!({ "instanceId": "i-1", field: "<sensitiveDataRemoved>" }))
    };
    let (stop, start) = (instances(0, "StopInstances", "i-1"), instances(9, "StartInstances", "i-1"));
    let reason = "`user/alice` stopped instance `i-1`, replaced its start-up script and started it.";
    let steps = [stop.clone(), change(5, "userData"), start.clone()];
    assert_eq!(told(id, &steps), [(Level::High, 3, reason.to_owned())]);
    // Quiet: a restart. Nearly: another attribute; another instance; another order; somebody else's start.
    quiet(id, &[stop.clone(), start.clone()]);
    quiet(id, &[stop.clone(), change(5, "instanceType"), start.clone()]);
    quiet(id, &[instances(0, "StopInstances", "i-2"), change(5, "userData"), instances(9, "StartInstances", "i-2")]);
    quiet(
        id,
        &[start.clone(), with(stop.clone(), json!({ "eventTime": "2026-11-01T01:00:00Z" })), change(90, "userData")],
    );
    quiet(id, &[stop, change(5, "userData"), by("bob", start)]);
    assert_eq!(blind(id, &[call(0, "ec2:StopInstances", Value::Null)]), "no call about an instance says about which");
}

#[test]
fn many_machines_reached() {
    let id = "many-machines-reached";
    let session = |minute, n| call(minute, "ssm:StartSession", json!({ "target": format!("i-{n}") }));
    let reason = "`user/alice` reached into 5 different machines within an hour.";
    assert_eq!(told(id, &(0..5).map(|n| session(n, n)).collect::<Vec<_>>()), [(Level::Medium, 5, reason.to_owned())]);
    let command = |document: &str| {
        call(0, "ssm:SendCommand", json!({ "documentName": document, "instanceIds": ["a", "b", "c", "d", "e", "f"] }))
    };
    assert_eq!(found(id, &[command("AWS-RunShellScript")]).len(), 1);
    // Quiet: one machine. Nearly: four; five in a day; patching.
    quiet(id, &(0..30).map(|n| session(n, 1)).collect::<Vec<_>>());
    quiet(id, &(0..4).map(|n| session(n, n)).collect::<Vec<_>>());
    quiet(id, &(0..5).map(|n| session(n * 60, n)).collect::<Vec<_>>());
    quiet(id, &[command("AWS-RunPatchBaseline"), command("AWS-RunPatchBaseline")]);
    let silent = call(0, "ssm:StartSession", Value::Null);
    assert_eq!(blind(id, &[silent]), "no call that reaches into a machine says into which");
}

#[test]
fn serial_console_opened_and_used() {
    let id = "serial-console-opened-and-used";
    let open = call(0, "ec2:EnableSerialConsoleAccess", json!({}));
    let push =
        |minute| call(minute, "ec2-instance-connect:SendSerialConsoleSSHPublicKey", json!({ "instanceId": "i-1" }));
    let reason = "`user/alice` switched on the serial console and pushed a key to `i-1`.";
    assert_eq!(told(id, &[open.clone(), push(9)]), [(Level::High, 2, reason.to_owned())]);
    // Quiet: one of them. Nearly: by somebody else; two days later; refused.
    quiet(id, std::slice::from_ref(&open));
    quiet(id, &[push(9)]);
    quiet(id, &[open.clone(), by("bob", push(9))]);
    quiet(id, &[open.clone(), push(2 * 1_440)]);
    quiet(id, &[open, with(push(9), json!({ "errorCode": "AccessDenied" }))]);
    assert_eq!(blind(id, &[]), "no event has a time");
}

#[test]
fn compute_hijack() {
    let id = "compute-hijack";
    let launch = |minute, size: &str, region: &str, error: Value| {
        let launch = call(minute, "ec2:RunInstances", json!({ "instanceType": size }));
        with(launch, json!({ "awsRegion": region, "errorCode": error }))
    };
    let ok = Value::Null;
    let two = [launch(0, "p4d.24xlarge", "eu-west-1", ok.clone()), launch(9, "g5.48xlarge", "us-west-2", ok.clone())];
    let reason = "`user/alice` launched instances such as `p4d.24xlarge` in 2 regions.";
    assert_eq!(told(id, &two), [(Level::High, 2, reason.to_owned())]);
    let limit = json!("Client.VcpuLimitExceeded");
    let stopped = [launch(0, "c5.metal", "eu-west-1", limit.clone())];
    assert!(told(id, &stopped)[0].2.ends_with("in 1 region and ran into limits or asked to raise them."));
    let raise = call(0, "servicequotas:RequestServiceQuotaIncrease", json!({}));
    assert_eq!(found(id, &[raise.clone(), launch(9, "c6i.32xlarge", "eu-west-1", ok.clone())]).len(), 1);
    // Quiet: one large machine. Nearly: small ones in two regions; two regions on two days; a raise alone; a dry run.
    quiet(id, &[launch(0, "p4d.24xlarge", "eu-west-1", ok.clone())]);
    quiet(id, &[launch(0, "t3.micro", "eu-west-1", ok.clone()), launch(9, "t3.2xlarge", "us-west-2", ok.clone())]);
    quiet(
        id,
        &[launch(0, "p3.2xlarge", "eu-west-1", ok.clone()), launch(1_440, "p3.2xlarge", "us-west-2", ok.clone())],
    );
    quiet(id, &[raise, launch(9, "t3.micro", "eu-west-1", ok)]);
    quiet(id, &[launch(0, "p4d.24xlarge", "eu-west-1", json!("Client.UnauthorizedOperation"))]);
    let silent = call(0, "ec2:RunInstances", Value::Null);
    assert_eq!(blind(id, &[silent]), "no launch says which type of instance it asks for");
}

#[test]
fn model_opened_and_run() {
    let id = "model-opened-and-run";
    let open = call(0, "bedrock:PutFoundationModelEntitlement", json!({ "modelId": "m" }));
    let run = |minute| call(minute, "bedrock:InvokeModel", json!({ "modelId": "m" }));
    let reason = "`user/alice` opened access to foundation models and ran them 2 times within a day.";
    assert_eq!(told(id, &[open.clone(), run(9), run(12)]), [(Level::High, 3, reason.to_owned())]);
    // Quiet: one of them. Nearly: by somebody else; two days later; refused.
    quiet(id, &[run(0), run(9)]);
    quiet(id, std::slice::from_ref(&open));
    quiet(id, &[open.clone(), by("bob", run(9))]);
    quiet(id, &[open.clone(), run(2 * 1_440)]);
    quiet(id, &[open, with(run(9), json!({ "errorCode": "AccessDeniedException" }))]);
    assert_eq!(blind(id, &[]), "no event has a time");
}

#[test]
fn mail_limits_read_then_sender_added() {
    let id = "mail-limits-read-then-sender-added";
    let look = call(0, "ses:GetSendQuota", json!({}));
    let add = |minute| call(minute, "ses:VerifyEmailIdentity", json!({ "emailAddress": "a@example.com" }));
    let reason = "`user/alice` read the limits for mail and then called `ses:VerifyEmailIdentity`.";
    assert_eq!(told(id, &[look.clone(), add(9)]), [(Level::Low, 2, reason.to_owned())]);
    assert_eq!(found(id, &[by("robot", look.clone()), by("robot", add(9))])[0].level, Level::Medium);
    // Quiet: one of them. Nearly: the other way round; by somebody else; two days later.
    quiet(id, std::slice::from_ref(&look));
    quiet(id, &[add(0), with(look.clone(), json!({ "eventTime": "2026-11-01T01:00:00Z" }))]);
    quiet(id, &[look.clone(), by("bob", add(9))]);
    quiet(id, &[look, add(2 * 1_440)]);
    assert_eq!(blind(id, &[]), "no event has a time");
}
