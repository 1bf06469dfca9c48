//! The second net: what looks like a secret stops the call.

use crate::*;

/// Shapes of secrets, put together here so that no scanner takes this file for a leak.
fn secrets() -> Vec<String> {
    let (x20, x40) = ("Ab3dEf6hIj9lMn2pQr5t", "Ab3dEf6hIj9lMn2pQr5tUv8xYz1cDe4gHi7kLm0o");
    let hex = "0123456789abcdef0123456789abcdef";
    let mut all: Vec<String> = [
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
        "xapp-",
        "sk_live_",
        "rk_live_",
        "sk_test_",
        "whsec_",
        "sk-ant-",
        "sk-proj-",
        "sk-",
        "ya29.",
        "GOCSPX-",
        "npm_",
        "pypi-",
        "hf_",
        "hvs.",
        "SG.",
        "dop_v1_",
        "shpat_",
        "PMAK-",
        "dckr_pat_",
    ]
    .iter()
    .map(|prefix| format!("{prefix}{x20}"))
    .collect();
    all.extend([
        format!("AIza{}", &x40[..35]),
        format!("AKIA{}", "IOSFODNN7EXAMPLE"),
        format!("ASIA{}", "IOSFODNN7EXAMPLE"),
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        format!("FwoG{x40}{x20}"),
        format!("IQoJ{x40}{x20}"),
        format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{x40}"),
        format!("-----BEGIN {} KEY-----\nMIIE", "RSA PRIVATE"),
        format!("-----BEGIN {}-----", "OPENSSH PRIVATE KEY"),
        format!("https://b.s3.amazonaws.com/k?X-Amz-Signature={hex}"),
        "https://b.example/k?X-Amz-Credential=x%2F20261121".to_owned(),
        "postgres://app:hunter2@db.example.com/x".to_owned(),
        "mongodb+srv://u:p@c.example".to_owned(),
        "amqp://guest:guest@mq.example:5672".to_owned(),
        "DefaultEndpointsProtocol=https;AccountKey=abc".to_owned(),
        "Endpoint=sb://x;SharedAccessKey=abc".to_owned(),
        format!("Authorization: Bearer {x20}"),
        "Authorization: Basic dXNlcjpwYXNzd29yZA==".to_owned(),
        "password=hunter2".to_owned(),
        "PASSWORD = 'hunter2'".to_owned(),
        "\"password\": \"hunter2!\"".to_owned(),
        "db_password: hunter22".to_owned(),
        "<password>hunter2</password>".to_owned(),
        "--password hunter2".to_owned(),
        "api_key=abcdef".to_owned(),
        "client-secret=abcdef".to_owned(),
        "aws_session_token=abcdef".to_owned(),
        format!("AccountToken {hex}"),
        format!("{hex}{hex}"),
        x40.to_owned(),
        format!("{x40}=="),
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP".to_owned(),
        "https://hooks.slack.com/services/T000/B000/x".to_owned(),
        "AGE-SECRET-KEY-1QQQQQQQQQQQQQQ".to_owned(),
        "PuTTY-User-Key-File-2: ssh-rsa".to_owned(),
    ]);
    all
}

#[test]
fn secrets_are_never_shown() {
    let secrets = secrets();
    assert!(secrets.len() >= 40);
    for secret in &secrets {
        for place in ["{}", "a {} b", "(`{}`)", "key: {}.", "| {} |", "x\n{}\ny", "see={}", "\u{200b}{}", "{{f:1}} {}"]
        {
            let text = place.replace("{}", secret);
            let caught = Shown::new(text.clone()).expect_err(&text);
            assert!(!caught.to_string().contains(secret.as_str()));
            assert!(!format!("{caught:?}").contains(secret.as_str()));
        }
        for hidden in [
            secret.replace('A', "\u{ff21}"),
            secret.chars().flat_map(|c| [c, '\u{200d}']).collect(),
            secret.bytes().map(|b| format!("%{b:02x}")).collect(),
        ] {
            assert!(Shown::new(hidden.clone()).is_err(), "{hidden}");
        }
        // As a name, it is a token like any other.
        let names = vec![name(NameKind::Session, secret), name(NameKind::Title, &format!("leaked {secret}"))];
        let facts = set(vec![fact(1, "events.by_principal", 1, secret)], vec![row("r-1", "events.x", names, &[])]);
        let text = shown(&facts);
        assert!(!text.contains(safe(secret).as_str()), "{text}");
    }
}

#[test]
fn a_secret_behind_a_harmless_start_is_caught() {
    let key = "Ab3dEf6hIj9lMn2pQr5tUv8xYz1cDe4gHi7kLm0o";
    let id = "IOSFODNN7EXAMPLE";
    for text in [
        format!("xsk-sk-{key}"),
        "https://a@b/postgres://u:pw@host".to_owned(),
        "https://a.example/x@y/amqp://u:pw@host".to_owned(),
        format!("eyJ.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{key}"),
        "aws/wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        "my-key_wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        format!("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz{key}zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
        format!("AKIA{id}xxx"),
        format!("xAKIA{id}"),
        format!("AKIA{id}").to_lowercase(),
        format!("&#65;KIA{id}"),
        format!("&#x41;KIA{id}"),
        format!("AK**IA**{id}"),
        format!("A\\_KIA{id}").replace("\\_", "\u{200b}"),
        format!("%2541KIA{id}"),
        "password: hunter-two-Secret".to_owned(),
        "The **password**: `hunter-two-Secret`.".to_owned(),
        "the API key is Zk39pq7Lw2".to_owned(),
        "Secret Access Key = abcdef".to_owned(),
        "the token = abcdef".to_owned(),
        "my password was hunter-two-Secret".to_owned(),
    ] {
        assert!(looks_like_secret(&text).is_some(), "{text}");
        assert!(Shown::new(text.clone()).is_err(), "{text}");
    }
    for text in [
        "2 users have a console password; access key ids: 12; the password policy is weak",
        "`GetPasswordData` was called 3 times by PRINCIPAL_1",
        "asia-pacific and the AKIA prefix; aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO",
    ] {
        assert_eq!(looks_like_secret(text), None, "{text}");
    }
}
