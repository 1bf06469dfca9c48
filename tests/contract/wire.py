"""Raw exchanges with the fake, judged by botocore's own service models."""

import http.client
import json
import urllib.parse

import botocore.parsers
import botocore.serialize
import botocore.session
import botocore.validate

SERVICES = ("cloudtrail", "securityhub", "account", "sts")
_session = botocore.session.Session()
MODELS = {name: _session.get_service_model(name) for name in SERVICES}


def protocol(service):
    return MODELS[service].metadata["protocol"]


def exchange(endpoint, service, operation, parameters, region="us-east-1"):
    """Sends one request as botocore writes it; returns status, headers and body as they arrive."""
    model = MODELS[service].operation_model(operation)
    request = botocore.serialize.create_serializer(protocol(service)).serialize_to_request(parameters, model)
    headers = dict(request["headers"])
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/{region}/{service}/aws4_request, "
        "SignedHeaders=host, Signature=00"
    )
    body = request["body"]
    if isinstance(body, dict):
        body = urllib.parse.urlencode(body)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    path = request["url_path"]
    if request["query_string"]:
        path += "?" + urllib.parse.urlencode(request["query_string"])
    connection = http.client.HTTPConnection(urllib.parse.urlparse(endpoint).netloc, timeout=10)
    try:
        connection.request(request["method"], path, body=body or None, headers=headers)
        reply = connection.getresponse()
        # botocore looks headers up without regard to case; a plain dict needs one spelling.
        found = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, found, reply.read()
    finally:
        connection.close()


def parse(service, operation, status, headers, body):
    """Reads a reply with botocore's parser for the service's protocol."""
    shape = MODELS[service].operation_model(operation).output_shape
    parser = botocore.parsers.create_parser(protocol(service))
    return parser.parse({"status_code": status, "headers": headers, "body": body}, shape)


def reply_problems(service, operation, status, headers, body):
    """What is wrong with a good reply: unknown members, wrong types, missing members, or nothing parsed."""
    if status != 200:
        return [f"status {status}: {body[:200]!r}"]
    shape = MODELS[service].operation_model(operation).output_shape
    parsed = parse(service, operation, status, headers, body)
    parsed.pop("ResponseMetadata", None)
    problems = []
    if protocol(service) == "query":
        missing = set(shape.members) - set(parsed)
        problems += [f"{name} is not in the XML" for name in sorted(missing)]
        judged = parsed
    else:
        judged = json.loads(body)
    report = botocore.validate.ParamValidator().validate(judged, shape)
    if report.has_errors():
        problems.append(report.generate_report())
    lost = set(judged) - set(parsed)
    return problems + [f"botocore's parser does not see {name}" for name in sorted(lost)]


def request_problems(service, operation, parameters):
    """What is wrong with a request that some client sent."""
    shape = MODELS[service].operation_model(operation).input_shape
    if shape is None or not parameters:
        return []
    report = botocore.validate.ParamValidator().validate(parameters, shape)
    return [report.generate_report()] if report.has_errors() else []
