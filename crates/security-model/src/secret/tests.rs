//! What is a secret and what is not. Whatever looks like a key here was made up.

use proptest::prelude::*;

use super::*;

/// Random-looking, and nobody's.
const R24: &str = "q7ZkT4mWx9LbV2sRn6HcYpJd";
const R40: &str = "kW8zQ1/vT5nB7xJ3pL9dRg2cYhF4mS6aEu0iOwKt";

fn shown(text: &str) -> String {
    without_secrets(text, Reading::Name).into_owned()
}

fn kinds(text: &str) -> Vec<&'static str> {
    find(text, Reading::Name).into_iter().map(|secret| secret.kind).collect()
}

#[test]
fn keys_of_services_are_found_by_their_form() {
    for (text, kind) in [
        (format!("ghp_{R24}abcdefghijkl"), "GitHub token"),
        (format!("github_pat_11AAAAAAA0_{R24}"), "GitHub token"),
        (format!("xoxb-{}-{R24}", "2".repeat(11)), "Slack token"),
        (format!("sk_{}_{R24}", "live"), "payment key"),
        (format!("AIzaSy{R24}abcdefghi"), "API key"),
        (format!("IQoJb3JpZ2luX2VjE{R24}{R24}"), "AWS session token"),
        (format!("123456789:AA{R24}"), "Telegram token"),
        (format!("https://{}/services/T00000000/B00000000/{R24}", "hooks.slack.com"), "webhook"),
        (format!("eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJ4eXoifQ.{R24}"), "JWT"),
        (format!("abc8Q~{R24}.{R24}"), "client secret"),
        (R40.to_owned(), "AWS secret access key"),
        (R24.to_owned(), "random text"),
        (format!("$2b$12${R24}{R24}"), "password hash"),
    ] {
        assert_eq!(kinds(&text), [kind], "{text}");
        for around in [format!("agent/1.0 {text}"), format!("a role/{text}"), format!("({text}) {{}}")] {
            assert!(kinds(&around).contains(&kind), "{around}: {:?}", kinds(&around));
            assert!(!shown(&around).contains("T4mWx9Lb") && !shown(&around).contains("vT5nB7xJ"), "{around}");
        }
    }
}

#[test]
fn secrets_are_found_by_the_name_before_them() {
    for text in [
        "password=hunter2",
        "DB_PASSWORD=hunter2",
        "dbPassword: hunter2",
        "masterUserPassword = 'hunter2'",
        "{\"password\":\"hunter2\"}",
        "{\\\"password\\\":\\\"hunter2\\\"}",
        "<password>hunter2</password>",
        "export SECRET_KEY_BASE='hunter2'",
        "Driver={x};Server=db;Uid=sa;Pwd=hunter2;",
        "jdbc:sqlserver://db.example.com;user=sa;password=hunter2;encrypt=true",
        "https://example.com/x?token=hunter2&a=b",
        "https%3A%2F%2Fexample.com%2Fx%3Ftoken%3Dhunter2%26a%3Db",
        "mysqldump -u root -phunter2 orders",
        "tool --password hunter2 --verbose",
        "tool --api-key=hunter2",
        "curl -u svc:hunter2 https://example.com/",
        "postgres://svc:hunter2@db.example.com:5432/orders",
        "redis://:hunter2@cache.example.com:6379",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=hunter2==",
        "passＷord=hunter2",
        "pass\u{200b}word=hunter2",
        "otpauth://totp/x?secret=hunter2&issuer=x",
    ] {
        assert!(!shown(text).contains("hunter2"), "{text}: {}", shown(text));
        assert!(shown(text).contains("[secret removed: "), "{text}");
    }
    for text in [
        "Authorization: Bearer hunter2hunter2",
        "Authorization: Basic c3ZjOmh1bnRlcjI=",
        "Set-Cookie: session=hunter2hunter2; HttpOnly",
        "the password is hunter2-hunter",
        "X-Amz-Credential=AKIA&X-Amz-Signature=hunter2hunter2",
        "https://cdn.example.com/a?Key-Pair-Id=K2&Signature=hunter2hunter2~",
    ] {
        assert!(!shown(text).contains("hunter2") && !shown(text).contains("c3Zj"), "{text}: {}", shown(text));
    }
}

#[test]
fn only_the_secret_is_taken_out() {
    let shape = |text: &str| {
        let shown = shown(text);
        let start = shown.find('#').unwrap_or(shown.len());
        let part = |range: std::ops::Range<usize>| shown.get(range).unwrap_or_default().to_owned();
        part(0..start) + &part(start + 11..shown.len())
    };
    assert_eq!(
        shape("jdbc:sqlserver://db;user=sa;password=hunter2;encrypt=true"),
        "jdbc:sqlserver://db;user=sa;password=[secret removed: password ];encrypt=true"
    );
    assert_eq!(shape("password=p@ss,word! next"), "password=[secret removed: password ] next");
    assert_eq!(
        shape(&format!("AKIAIOSFODNN7EXAMPLE:{R40}")),
        "AKIAIOSFODNN7EXAMPLE:[secret removed: AWS secret access key ]"
    );
    assert_eq!(
        shape(&format!("arn:aws:sts::111122223333:assumed-role/batch/{R24}")),
        "arn:aws:sts::111122223333:assumed-role/batch/[secret removed: random text ]"
    );
    // The words that mark such a block are put together here, so that no scanner takes this file for a key.
    let pem = format!("a -----{} RSA PRIVATE KEY-----\nMIIE{R24}\n-----{} RSA PRIVATE KEY-----\nb", "BEGIN", "END");
    assert_eq!(shape(&pem), "a [secret removed: PEM block ]\nb");
}

#[test]
fn names_and_ids_stay() {
    for text in [
        "AKIAIOSFODNN7EXAMPLE",
        "AROAEXAMPLEID12345678:botocore-session-1700000000",
        "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_AdministratorAccess_0123456789abcdef",
        "arn:aws:iam::111122223333:role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db/password-AbC1f2",
        "arn:aws:ssm:eu-west-1:111122223333:parameter/prod/db/password",
        "arn:aws:cloudformation:eu-west-1:111122223333:stack/night-desk/0b54e0a1-5a3c-4b1f-9d5e-2c0a1b2c3d4e",
        "arn:aws:kms:eu-west-1:111122223333:key/mrk-0123456789abcdef0123456789abcdef",
        "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.2/finding/0b54e0a1-5a3c-4b1f-9d5e-2c0a1b2c3d4e",
        "arn:aws:guardduty:eu-west-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0/finding/46ba0ac2845071e23ccdeb2ae03bfdea",
        "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/50dc6c495c0c9188",
        "arn:aws:s3:::logs/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21/111122223333_CloudTrail_eu-west-1_20261121T0200Z_Qw3rTy7uIo9pAs1d.json.gz",
        "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/21/111122223333_CloudTrail_eu-west-1_20261121T0200Z_xHtGRQZRKdqhLUhz.json.gz",
        "repository/team/app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "i-0123456789abcdef0 sg-0123456789abcdef0 snap-0123456789abcdef0 vol-0123456789abcdef0",
        "2001:db8:85a3:8d3:1319:8a2e:370:7348",
        "CustomS3AutoDeleteObjectsCustomResourceProviderRole3B1BD092-1W0QKO3JWXYZ1",
        "stack-LambdaExecutionRole-lSgHvEoTkIwF",
        "aws-cli/2.15.30 Python/3.11.8 Linux/6.1 exe/x86_64.amzn.2023 prompt/off command/s3.ls",
        "Boto3/1.34.69 md/Botocore#1.34.69 ua/2.0 os/linux#6.1.79 md/arch#x86_64 lang/python#3.12.2 cfg/retry-mode#standard",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
        "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 (+https://www.terraform.io) terraform-provider-aws/5.42.0",
        "aws-sdk-go-v2/1.24.0 os/linux lang/go#1.21.5 md/GOOS#linux exec-env/grimoire_0b54e0a1-5a3c-4b1f-9d5e-2c0a1b2c3d4e",
        "IAM users' passwords: password policy should require 14 characters",
        "Secrets Manager secrets configured with automatic rotation: the secret is rotated",
        "Token: PRINCIPAL_3, password=${DB_PASSWORD}, secret=***, pwd=/home/mara, token=true",
        "ListVersionsByFunction20150331 bedrockOfferByProductIdAndOfferIds GetEbsDefaultKmsKeyId",
        "secret=arn:aws:secretsmanager:eu-west-1:111122223333:secret:db",
        "accessKeyId=AKIAIOSFODNN7EXAMPLE token_type=bearer NextToken=page-2 minimumPasswordLength=14",
        "https://docs.aws.amazon.com/console/securityhub/IAM.7/remediation",
        "https://host.example.com:8443/@scope/package@1.2.3",
        "Software and Configuration Checks/AWS Security Best Practices",
        "-p8080:80 -pthread --profile mara",
        "o-exampleorgid/r-abcd/ou-abcd-11111111",
        "christophe-s7uathgenk3m4qa2s33wio5gpu",
    ] {
        assert_eq!(kinds(text), [""; 0], "{text}: {}", shown(text));
    }
}

#[test]
fn a_count_of_calls_is_no_secret_whatever_the_call_is_called() {
    for text in [
        "- `GetSecretValue`: 20 calls by `user/mara`",
        "- `GetSecretValue`: {{f:91}} calls by PRINCIPAL_6",
        "`GetSecretValue`=1,234",
        "**GetSessionToken**: 12 calls",
        "\"PutParameterSecret\": 44",
        "`PasswordRecoveryRequested`: 2",
    ] {
        assert_eq!(kinds(text), [""; 0], "{text}: {}", shown(text));
    }
    for text in ["`GetSecretValue`: hunter2", "GetSecretValue=f00f00f00", "`SecretValue`: 202020", "password: `202020`"]
    {
        assert_eq!(kinds(text).len(), 1, "{text}: {}", shown(text));
    }
}

#[test]
fn one_letter_over_and_over_is_not_random() {
    for text in [
        format!("/tmp/.tmpQx3Zk7/{}", "x".repeat(300)),
        format!("Qx3Zk7/A{}", "j".repeat(60)),
        format!("Qx3Zk7/a{}", "J".repeat(60)),
    ] {
        assert_eq!(kinds(&text), [""; 0], "{text}: {}", shown(&text));
    }
    let padded = format!("{}{R24}{}", "x".repeat(60), "x".repeat(60));
    assert!(!shown(&padded).contains("T4mWx9Lb"), "{}", shown(&padded));
}

#[test]
fn a_long_hexadecimal_number_is_an_id_in_names_and_a_key_in_prose() {
    let number = "9f86d081884c7d659a2feaa0c55ad015";
    assert_eq!(find(number, Reading::Name), []);
    assert_eq!(find(number, Reading::Prose).len(), 1);
    assert_eq!(find(&format!("image sha256:{number}{number}"), Reading::Prose), []);
}

#[test]
fn different_secrets_stay_different_and_equal_ones_equal() {
    for (a, b) in [("token=hunter2", "token=hunter3"), (R24, &*R24.to_lowercase().replace('q', "Q"))] {
        assert_eq!(shown(a), shown(a));
        assert_ne!(shown(a), shown(b));
    }
}

#[test]
fn what_is_taken_out_is_not_found_again() {
    for text in ["password=hunter2", R24, "Set-Cookie: a=b", &format!("token: \"{R24}\" and Bearer {R24}")] {
        let once = shown(text);
        assert_eq!(shown(&once), once);
    }
}

/// Pieces of which texts with secrets are made, and of which none may make it slow or loop.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("password=".to_owned()),
        Just("\"token\": \"".to_owned()),
        Just("-p".to_owned()),
        Just("Bearer ".to_owned()),
        Just("Cookie: ".to_owned()),
        Just("://a:".to_owned()),
        Just("@".to_owned()),
        Just("eyJ".to_owned()),
        Just("xoxb-".to_owned()),
        Just(R24.to_owned()),
        Just(R40.to_owned()),
        Just("[secret removed: ".to_owned()),
        Just("…+".to_owned()),
        Just("%3D\u{200b}\\\"".to_owned()),
        "[ -~]{0,12}",
        any::<String>(),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn neutralised_text_is_stable_and_bounded(text in pieces()) {
        use crate::{SafeText, TextKind};
        for kind in [TextKind::Identifier, TextKind::Name, TextKind::Reference, TextKind::Prose] {
            let once = SafeText::from_raw(&text, kind);
            prop_assert!(once.as_str().len() <= kind.max_bytes());
            prop_assert_eq!(&SafeText::from_raw(once.as_str(), kind), &once);
        }
    }

    #[test]
    fn what_stands_where_a_password_stands_never_stays(core in "[A-HJ-NP-Za-km-z2-9]{24}") {
        for text in [format!("password={core}"), format!("a://b:{core}@c"), format!("x \"token\": \"{core}\" y")] {
            prop_assert!(!shown(&text).contains(&core), "{}", text);
        }
    }
}
