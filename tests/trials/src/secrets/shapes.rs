//! Shapes of secrets. Each is built around a random core, by which it is found again; no real key is ever made.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// How a core becomes a secret.
type Make = fn(&str) -> String;

/// Name of a shape, and how it is made.
pub(crate) const SHAPES: &[(&str, Make)] = &[
    ("AWS secret access key", |core| format!("{core}/{}+{}", other(core, 8), other(core, 6))),
    ("AWS access key pair", |core| format!("AKIA{}:{core}/{}", fit(&core.to_uppercase(), 16), fit(core, 15))),
    ("AWS temporary key pair", |core| format!("ASIA{} {core}/{}", fit(&core.to_uppercase(), 16), fit(core, 15))),
    ("AWS session token IQoJ", |core| format!("IQoJb3JpZ2luX2VjE{core}{}", core.repeat(4))),
    ("AWS session token FwoG", |core| format!("FwoGZXIvYXdzE{core}{}", core.repeat(4))),
    ("presigned URL", |core| format!("https://b.example.com/k?X-Amz-Credential=AKIA&X-Amz-Signature={core}{core}")),
    ("CloudFront signed URL", |core| format!("https://cdn.example.com/a?Key-Pair-Id=K2&Signature={core}~")),
    ("JWT", |core| format!("{}.{}.{core}", b64(r#"{"alg":"HS256"}"#), b64(&format!("{{\"jti\":\"{core}\"}}")))),
    ("bearer header", |core| format!("Authorization: Bearer {core}{core}")),
    ("basic header", |core| format!("Authorization: Basic {}", STANDARD.encode(format!("svc:{core}")))),
    ("PEM key", |core| pem("RSA PRIVATE KEY", core)),
    ("OpenSSH key", |core| pem("OPENSSH PRIVATE KEY", core)),
    ("PGP key", |core| pem("PGP PRIVATE KEY BLOCK", core)),
    ("EC key on one line", |core| pem("EC PRIVATE KEY", core).replace('\n', "\\n")),
    ("GitHub token", |core| format!("ghp_{}", fit(core, 36))),
    ("GitHub fine-grained token", |core| format!("github_pat_11AAAAAAA0abcdefghijkl_{}", fit(core, 59))),
    ("GitHub app token", |core| format!("ghs_{}", fit(core, 36))),
    ("GitLab token", |core| format!("glpat-{core}")),
    ("Slack bot token", |core| format!("xoxb-2{}-2{}-{core}", "1".repeat(11), "3".repeat(11))),
    ("Slack webhook", |core| format!("https://hooks.slack.example/services/T00000000/B00000000/{core}")),
    ("Stripe live key", |core| format!("sk_live_{core}")),
    ("Stripe restricted key", |core| format!("rk_live_{core}")),
    ("Twilio key", |core| format!("twilio_auth_token={core}")),
    ("SendGrid key", |core| format!("SG.abcdefghijklmnopqrstuv.{}", fit(core, 43))),
    ("npm token", |core| format!("npm_{}", fit(core, 36))),
    ("PyPI token", |core| format!("pypi-AgEIcHlwaS5vcmc{core}")),
    ("Google API key", |core| format!("AIzaSy{}", fit(core, 33))),
    ("service account JSON", |core| format!("{{\"type\":\"service_account\",\"private_key_id\":\"{core}\"}}")),
    ("Azure storage key", |core| format!("DefaultEndpointsProtocol=https;AccountName=a;AccountKey={core}{core}==")),
    ("Azure SAS", |core| format!("https://a.example.net/c?sv=2024-01-01&sig={core}%3D")),
    ("model provider key", |core| format!("sk-proj-{core}{core}")),
    ("model hub token", |core| format!("hf_{}", fit(core, 34))),
    ("DigitalOcean token", |core| format!("dop_v1_{core}{core}")),
    ("Vault token", |core| format!("hvs.{core}{core}")),
    ("Terraform token", |core| format!("{core}.atlasv1.{core}{core}")),
    ("Shopify token", |core| format!("shpat_{}", fit(core, 32))),
    ("Telegram bot token", |core| format!("123456789:AA{core}")),
    ("Datadog key", |core| format!("DD_API_KEY={core}")),
    ("PostgreSQL URL", |core| format!("postgres://svc:{core}@db.example.com:5432/orders")),
    ("MySQL URL", |core| format!("mysql://root:{core}@10.0.0.5/app")),
    ("MongoDB URL", |core| format!("mongodb+srv://svc:{core}@cluster.example.com/?w=majority")),
    ("Redis URL", |core| format!("redis://:{core}@cache.example.com:6379")),
    ("AMQP URL", |core| format!("amqp://user:{core}@mq.example.com/vhost")),
    ("JDBC string", |core| format!("jdbc:sqlserver://db.example.com;user=sa;password={core};encrypt=true")),
    ("ODBC string", |core| format!("Driver={{SQL}};Server=db;Uid=sa;Pwd={core};")),
    ("password assignment", |core| format!("password={core}")),
    ("password in a command", |core| format!("mysqldump -u root -p{core} orders")),
    ("environment line", |core| format!("export SECRET_KEY_BASE='{core}'")),
    ("TOTP secret", |core| format!("otpauth://totp/x?secret={core}&issuer=x")),
    ("cookie", |core| format!("Set-Cookie: session={core}; HttpOnly")),
    ("Kubernetes token", |core| format!("eyJhbGciOiJSUzI1NiJ9.{}.{core}", b64(core))),
    ("bare random text", str::to_owned),
];

/// Letters that follow from the core and are not it, so that the whole looks as random as a real key.
fn other(core: &str, length: usize) -> String {
    let letter =
        |byte: u8| char::from(if byte.is_ascii_lowercase() { b'A' + (byte - b'a' + 7) % 26 } else { b'a' + byte % 26 });
    core.bytes().rev().map(letter).take(length).collect()
}

/// The core, repeated to a length that the kind of key has.
fn fit(core: &str, length: usize) -> String {
    core.chars().cycle().take(length).collect()
}

fn b64(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn pem(kind: &str, core: &str) -> String {
    // The words that mark such a block are put together here, so that no scanner takes this file for a key.
    format!("-----{} {kind}-----\nMIIE{core}{core}\n{core}\n-----{} {kind}-----\n", "BEGIN", "END")
}
