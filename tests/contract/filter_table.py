"""The filter semantics of GetFindings as a table: findings, filters, and the ids that must come back."""


def finding(identifier, **members):
    arn = "arn:aws:securityhub:us-east-1::product/aws/securityhub"
    base = {
        "SchemaVersion": "2018-10-08",
        "Id": identifier,
        "ProductArn": arn,
        "GeneratorId": "example",
        "AwsAccountId": "111122223333",
        "Region": "us-east-1",
        "CreatedAt": "2026-11-01T00:00:00.000Z",
        "UpdatedAt": "2026-11-20T00:00:00.000Z",
        "Title": "A title",
        "Description": "A description",
        "Resources": [{"Type": "AwsAccount", "Id": "AWS::::Account:111122223333"}],
    }
    return base | members


# The moment that relative dates count from.
NOW = "2026-11-21T00:00:00Z"

FINDINGS = [
    finding(
        "a",
        Severity={"Label": "CRITICAL", "Normalized": 90},
        RecordState="ACTIVE",
        Workflow={"Status": "NEW"},
        Compliance={"Status": "FAILED", "SecurityControlId": "S3.8"},
        Title="GuardDuty Lambda Protection should be enabled",
        ProductName="Security Hub",
        ProductFields={"aws/securityhub/ProductName": "Security Hub", "stage": "prod"},
        Resources=[{"Type": "AwsIamUser", "Id": "arn:aws:iam::111122223333:user/alice", "Tags": {"team": "red"}}],
    ),
    finding(
        "b",
        Severity={"Label": "HIGH", "Normalized": 70},
        RecordState="ACTIVE",
        Workflow={"Status": "NOTIFIED"},
        Compliance={"Status": "PASSED", "SecurityControlId": "IAM.4"},
        Title="IAM root user access key should not exist",
        UpdatedAt="2026-11-10T00:00:00.000Z",
        ProductName="Security Hub",
        Resources=[
            {"Type": "AwsIamPolicy", "Id": "arn:aws:iam::111122223333:policy/p"},
            {"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::example-bucket", "Tags": {"team": "blue", "env": "prod"}},
        ],
    ),
    finding(
        "c",
        Severity={"Label": "LOW", "Normalized": 1},
        RecordState="ARCHIVED",
        Workflow={"Status": "RESOLVED"},
        Title="CloudFront and CloudWatch",
        UpdatedAt="2026-11-14T00:00:00+00:00",
        AwsAccountId="444455556666",
        ProductName="GuardDuty",
        Types=["TTPs/Discovery/Recon", "Unusual Behaviors/User"],
    ),
]


def text(comparison, value):
    return {"Comparison": comparison, "Value": value}


def tag(comparison, key, value):
    return {"Comparison": comparison, "Key": key, "Value": value}


def some(field, *filters):
    return {field: list(filters)}


EQ, NE, PRE, NPRE = "EQUALS", "NOT_EQUALS", "PREFIX", "PREFIX_NOT_EQUALS"
HAS, HASNT, WORD = "CONTAINS", "NOT_CONTAINS", "CONTAINS_WORD"

# (filters, ids that match)
SELECTS = [
    ({}, "abc"),
    (some("SeverityLabel", text(EQ, "CRITICAL")), "a"),
    (some("SeverityLabel", text(EQ, "CRITICAL"), text(EQ, "LOW")), "ac"),
    (some("SeverityLabel", text(EQ, "critical")), ""),
    (some("SeverityLabel", text(NE, "CRITICAL"), text(NE, "LOW")), "b"),
    (some("RecordState", text(EQ, "ACTIVE")), "ab"),
    (some("RecordState", text(EQ, "ACTIVE")) | some("SeverityLabel", text(EQ, "LOW")), ""),
    (some("WorkflowStatus", text(EQ, "NEW"), text(EQ, "NOTIFIED")), "ab"),
    (some("ComplianceStatus", text(NE, "PASSED")), "ac"),
    (some("ComplianceStatus", text(EQ, "PASSED")), "b"),
    (some("ComplianceSecurityControlId", text(PRE, "S3.")), "a"),
    (some("AwsAccountId", text(EQ, "444455556666")), "c"),
    (some("Region", text(PRE, "us")), "abc"),
    (some("Region", text(NPRE, "us")), ""),
    (some("Title", text(HAS, "Cloud"), text(HAS, "IAM")), "bc"),
    (some("Title", text(HASNT, "Cloud"), text(HASNT, "IAM")), "a"),
    (some("Title", text(WORD, "lambda")), "a"),
    (some("Title", text(WORD, "cloud")), ""),
    (some("Title", text(EQ, "CloudFront and CloudWatch"), text(PRE, "IAM")), "bc"),
    (some("ResourceType", text(EQ, "AwsS3Bucket")), "b"),
    (some("ResourceType", text(PRE, "AwsIam")), "ab"),
    (some("ResourceType", text(PRE, "AwsIam"), text(NE, "AwsIamPolicy")), "a"),
    (some("ResourceType", text(PRE, "Aws"), text(NPRE, "AwsIam")), "c"),
    (some("ResourceId", text(HAS, "example-bucket")), "b"),
    (some("ProductName", text(NE, "Security Hub")), "c"),
    (some("ProductArn", text(PRE, "arn:aws:securityhub")), "abc"),
    (some("GeneratorId", text(EQ, "example")), "abc"),
    (some("Id", text(EQ, "a"), text(EQ, "b")), "ab"),
    (some("Type", text(PRE, "TTPs/")), "c"),
    (some("Type", text(NE, "TTPs/Discovery/Recon")), "ab"),
    (some("UpdatedAt", {"Start": "2026-11-10T00:00:00Z", "End": "2026-11-14T00:00:00Z"}), "bc"),
    (some("UpdatedAt", {"Start": "2026-11-14T00:00:00.001Z"}), "a"),
    (some("UpdatedAt", {"End": "2026-11-13T00:00:00Z"}, {"Start": "2026-11-19T00:00:00Z"}), "ab"),
    (some("UpdatedAt", {"DateRange": {"Value": 7, "Unit": "DAYS"}}), "ac"),
    (some("UpdatedAt", {"DateRange": {"Value": 7, "Unit": "DAYS", "Comparison": "OLDER_THAN"}}), "b"),
    (some("CreatedAt", {"DateRange": {"Value": 1, "Unit": "DAYS"}}), ""),
    (some("SeverityNormalized", {"Gte": 70}), "ab"),
    (some("SeverityNormalized", {"Gte": 2, "Lt": 90}, {"Eq": 1}), "bc"),
    (some("ResourceTags", tag(EQ, "team", "red"), tag(EQ, "team", "blue")), "ab"),
    (some("ResourceTags", tag(NE, "env", "prod")), "ac"),
    (some("ResourceTags", tag(EQ, "team", "blue"), tag(NE, "env", "dev")), "b"),
    (some("ProductFields", tag(EQ, "stage", "prod")), "a"),
]

# Filters that the service refuses.
REFUSED = [
    some("Title", text(HAS, "a"), text(HASNT, "b")),
    some("Title", text(EQ, "a"), text(NE, "b")),
    some("Title", text(EQ, "a"), text(NPRE, "b")),
    some("Title", *[text(EQ, str(n)) for n in range(21)]),
    some("UpdatedAt", {"Start": "last Tuesday"}),
    some("ResourceTags", tag(EQ, "team", "red"), tag(NE, "team", "blue")),
    {
        name: [text(EQ, "a")]
        for name in (
            "Id", "ProductArn", "ProductName", "CompanyName", "AwsAccountId", "Region",
            "GeneratorId", "Title", "Type", "ResourceId", "ResourceType",
        )
    },
]
