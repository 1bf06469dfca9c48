//! Inspector's findings: known vulnerabilities in instances, container images and functions.

use serde_json::{Value, json};

use super::asff::{Draft, detailed, resource};
use crate::clock::{DAWN, DAY, HOUR};
use crate::rng::Rng;
use crate::world::{FUNCTIONS, INSTANCES, MAIN_REGION, REPOSITORIES, arn};

/// A published vulnerability: id, package, the version that fixes it, severity.
#[derive(Clone, Copy, Default)]
struct Flaw {
    id: &'static str,
    package: &'static str,
    fixed_in: &'static str,
    severity: &'static str,
}

const fn flaw(id: &'static str, package: &'static str, fixed_in: &'static str, severity: &'static str) -> Flaw {
    Flaw { id, package, fixed_in, severity }
}

/// Of the operating system.
const SYSTEM: [Flaw; 12] = [
    flaw("CVE-2024-6387", "openssh-server", "9.8p1", "HIGH"),
    flaw("CVE-2023-4911", "glibc", "2.39", "HIGH"),
    flaw("CVE-2024-2961", "glibc", "2.40", "HIGH"),
    flaw("CVE-2023-38545", "curl", "8.4.0", "MEDIUM"),
    flaw("CVE-2023-38546", "curl", "8.4.0", "LOW"),
    flaw("CVE-2023-0286", "openssl", "3.0.8", "MEDIUM"),
    flaw("CVE-2022-0778", "openssl", "3.0.2", "MEDIUM"),
    flaw("CVE-2023-48795", "openssh-clients", "9.6p1", "MEDIUM"),
    flaw("CVE-2022-37434", "zlib", "1.2.13", "MEDIUM"),
    flaw("CVE-2018-25032", "zlib", "1.2.12", "LOW"),
    flaw("CVE-2021-4034", "polkit", "0.120", "HIGH"),
    flaw("CVE-2021-3156", "sudo", "1.9.5p2", "HIGH"),
];
/// Of libraries inside images and functions.
const LIBRARIES: [Flaw; 10] = [
    flaw("CVE-2023-44487", "golang.org/x/net", "0.17.0", "HIGH"),
    flaw("CVE-2023-39325", "golang.org/x/net", "0.17.0", "HIGH"),
    flaw("CVE-2023-45288", "golang.org/x/net", "0.23.0", "MEDIUM"),
    flaw("CVE-2023-4863", "libwebp", "1.3.2", "HIGH"),
    flaw("CVE-2020-8203", "lodash", "4.17.20", "MEDIUM"),
    flaw("CVE-2021-23337", "lodash", "4.17.21", "MEDIUM"),
    flaw("CVE-2022-25883", "semver", "7.5.2", "MEDIUM"),
    flaw("CVE-2023-43804", "urllib3", "2.0.6", "MEDIUM"),
    flaw("CVE-2023-32681", "requests", "2.31.0", "LOW"),
    flaw("CVE-2022-23491", "certifi", "2022.12.7", "LOW"),
];
const LOG4SHELL: Flaw = flaw("CVE-2021-44228", "org.apache.logging.log4j:log4j-core", "2.15.0", "CRITICAL");

pub(super) fn findings(rng: &mut Rng) -> Vec<Value> {
    let mut findings = Vec::new();
    for host in INSTANCES {
        let id = arn("ec2", MAIN_REGION, &format!("instance/{}", host.id));
        for flaw in some_of(rng, &SYSTEM, 8) {
            findings.push(write(rng, flaw, vec![resource("AwsEc2Instance", &id, MAIN_REGION)]));
        }
        if host.name == "erp-windows" {
            findings.push(write(rng, LOG4SHELL, vec![resource("AwsEc2Instance", &id, MAIN_REGION)]));
        }
    }
    for repository in REPOSITORIES {
        let resources = image(rng, repository);
        for flaw in some_of(rng, &LIBRARIES, 7) {
            findings.push(write(rng, flaw, resources.clone()));
        }
    }
    for function in FUNCTIONS {
        let id = arn("lambda", MAIN_REGION, &format!("function:{function}:$LATEST"));
        for flaw in some_of(rng, &LIBRARIES, 3) {
            findings.push(write(rng, flaw, vec![resource("AwsLambdaFunction", &id, MAIN_REGION)]));
        }
    }
    findings
}

fn some_of(rng: &mut Rng, flaws: &[Flaw], count: usize) -> Vec<Flaw> {
    let mut chosen = flaws.to_vec();
    rng.shuffle(&mut chosen);
    chosen.truncate(count);
    chosen
}

/// An image and the repository it lies in.
fn image(rng: &mut Rng, repository: &str) -> Vec<Value> {
    let digest = format!("sha256:{}", rng.hex(64));
    let repository_arn = arn("ecr", MAIN_REGION, &format!("repository/{repository}"));
    let details = json!({ "RepositoryName": repository, "ImageDigest": digest, "Architecture": "amd64" });
    vec![
        detailed("AwsEcrContainerImage", &format!("{repository_arn}/{digest}"), MAIN_REGION, &details),
        resource("AwsEcrRepository", &repository_arn, MAIN_REGION),
    ]
}

fn write(rng: &mut Rng, flaw: Flaw, resources: Vec<Value>) -> Value {
    let Flaw { id, package, fixed_in, severity } = flaw;
    let age = if rng.chance(15) { rng.between(2 * HOUR, 6 * DAY) } else { rng.between(9 * DAY, 120 * DAY) };
    let normalized = match severity {
        "CRITICAL" => 90,
        "HIGH" => 70,
        "MEDIUM" => 40,
        _ => 1,
    };
    let finding_id = rng.hex(32);
    Draft {
        product: ("inspector", "Inspector"),
        region: MAIN_REGION,
        id: arn("inspector2", MAIN_REGION, &format!("finding/{finding_id}")),
        generator: "AWSInspector".to_owned(),
        title: format!("{id} - {package}"),
        description: format!("The installed {package} is older than {fixed_in} and open to {id}."),
        types: vec!["Software and Configuration Checks/Vulnerabilities/CVE".to_owned()],
        severity: (severity, normalized),
        created: DAWN - age,
        updated: DAWN - rng.between(0, age.min(40 * HOUR)),
        resources,
        product_fields: vec![
            ("aws/inspector/ProductVersion".to_owned(), "2".to_owned()),
            ("aws/inspector/FindingStatus".to_owned(), "ACTIVE".to_owned()),
        ],
        record_state: if rng.chance(8) { "ARCHIVED" } else { "ACTIVE" },
        workflow: rng.pick(&["NEW", "NEW", "NEW", "NEW", "NEW", "NOTIFIED", "SUPPRESSED"]),
        extra: vec![
            ("Vulnerabilities", json!([{
                "Id": id,
                "VulnerablePackages": [{ "Name": package, "FixedInVersion": fixed_in }],
                "Vendor": { "Name": "NVD", "Url": format!("https://nvd.nist.gov/vuln/detail/{id}"), "VendorSeverity": severity },
                "FixAvailable": "YES",
            }])),
            ("Remediation", json!({ "Recommendation": { "Text": format!("Update {package} to {fixed_in} or later.") } })),
        ],
    }
    .write(rng)
}
