//! Recognises a request: service, operation, caller and parameters, in any of the three protocols.

use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value};

use crate::reply::ApiError;
use crate::{Operation, Service};

/// A recognised request.
#[derive(Clone, Debug)]
pub(crate) struct AwsCall {
    pub(crate) operation: Operation,
    /// From the credential scope of the signature.
    pub(crate) region: String,
    /// From the credential scope of the signature.
    pub(crate) access_key: String,
    /// The JSON body; an empty object when there is none.
    pub(crate) body: Value,
    /// Query string parameters, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// The part of the path that a greedy label takes (`GetFindingAggregator`), decoded.
    pub(crate) path_label: Option<String>,
}

impl AwsCall {
    /// A body member, else the query parameter of that name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let in_query = || self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        self.body.get(name).and_then(Value::as_str).or_else(in_query)
    }
}

/// A request that the fake answers with an error before any operation runs.
#[derive(Debug)]
pub(crate) struct Rejected {
    pub(crate) service: Service,
    /// As far as it was understood, for the statistics.
    pub(crate) operation: String,
    pub(crate) region: String,
    pub(crate) error: ApiError,
}

/// Recognises a request by target header, path or Query action, in that order.
pub(crate) fn recognise(
    method: &Method,
    path: &str,
    query: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<AwsCall, Rejected> {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    let route = match target {
        Some(target) => by_target(target),
        None if path == "/" => by_action(body),
        None => by_path(method, path),
    };
    let credential = credential(headers);
    let region = credential.as_ref().map(|c| c.region.clone()).unwrap_or_default();
    let (service, operation, path_label) = match route {
        Ok(Route { operation, label }) => (operation.service(), operation, label),
        Err((service, name)) => {
            let name: String = name.chars().take(MAX_NAME).collect();
            let error = ApiError::new(404, "UnknownOperationException", format!("The fake does not implement {name}."));
            return Err(Rejected { service, operation: name, region, error });
        }
    };
    let reject = |error, region| Rejected { service, operation: operation.name().to_owned(), region, error };
    let Some(credential) = credential else {
        let code = match service {
            Service::Sts => "MissingAuthenticationToken",
            _ => "MissingAuthenticationTokenException",
        };
        let error = ApiError::new(403, code, "Request is missing Authentication Token");
        return Err(reject(error, region));
    };
    let body = json_body(service, body).map_err(|error| reject(error, region))?;
    Ok(AwsCall {
        operation,
        region: credential.region,
        access_key: credential.access_key,
        body,
        query: form_pairs(query),
        path_label,
    })
}

/// Longer names are not remembered; no region or operation has one.
const MAX_NAME: usize = 128;

struct Route {
    operation: Operation,
    label: Option<String>,
}

type RouteResult = Result<Route, (Service, String)>;

fn plain(operation: Operation) -> RouteResult {
    Ok(Route { operation, label: None })
}

/// Clients differ in the prefix: botocore sends the long target, the Rust SDK the short one.
fn by_target(target: &str) -> RouteResult {
    match target.strip_prefix("com.amazonaws.cloudtrail.v20131101.").unwrap_or(target) {
        "CloudTrail_20131101.LookupEvents" => plain(Operation::LookupEvents),
        _ => Err((Service::CloudTrail, target.to_owned())),
    }
}

fn by_action(body: &[u8]) -> RouteResult {
    let fields = form_pairs(&String::from_utf8_lossy(body));
    let action = fields.into_iter().find(|(name, _)| name == "Action").map(|(_, value)| value).unwrap_or_default();
    match action.as_str() {
        "GetCallerIdentity" => plain(Operation::GetCallerIdentity),
        _ => Err((Service::Sts, action)),
    }
}

fn by_path(method: &Method, path: &str) -> RouteResult {
    const AGGREGATOR: &str = "/findingAggregator/get/";
    match (method.as_str(), path) {
        ("POST", "/findings") => plain(Operation::GetFindings),
        ("POST", "/findingsv2/statistics") => plain(Operation::GetFindingStatisticsV2),
        ("GET", "/accounts") => plain(Operation::DescribeHub),
        ("GET", "/findingAggregator/list") => plain(Operation::ListFindingAggregators),
        ("GET", path) if path.starts_with(AGGREGATOR) => Ok(Route {
            operation: Operation::GetFindingAggregator,
            label: path.strip_prefix(AGGREGATOR).map(percent_decoded),
        }),
        ("POST", "/listRegions") => plain(Operation::ListRegions),
        (method, path) => Err((Service::SecurityHub, format!("{method} {path}"))),
    }
}

struct Credential {
    access_key: String,
    region: String,
}

/// Reads `Credential=AKID/date/region/service/aws4_request`; the signature itself is not checked.
fn credential(headers: &HeaderMap) -> Option<Credential> {
    let header = headers.get("authorization")?.to_str().ok()?;
    let scope = header.split([' ', ',']).find_map(|part| part.strip_prefix("Credential="))?;
    let mut parts = scope.split('/');
    let access_key = parts.next()?.to_owned();
    let region = parts.nth(1).filter(|region| region.len() <= MAX_NAME)?.to_owned();
    Some(Credential { access_key, region })
}

fn json_body(service: Service, body: &[u8]) -> Result<Value, ApiError> {
    if service == Service::Sts || body.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err(ApiError::new(400, "SerializationException", "The body is not a JSON object.")),
        Err(error) => Err(ApiError::new(400, "SerializationException", error.to_string())),
    }
}

fn form_pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (percent_decoded(&name.replace('+', " ")), percent_decoded(&value.replace('+', " ")))
        })
        .collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let escape = (byte == b'%').then(|| {
            let mut ahead = bytes.clone();
            let high = char::from(ahead.next()?).to_digit(16)?;
            let low = char::from(ahead.next()?).to_digit(16)?;
            bytes = ahead;
            u8::try_from(high * 16 + low).ok()
        });
        decoded.push(escape.flatten().unwrap_or(byte));
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(target: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let authorization =
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261121/eu-west-1/cloudtrail/aws4_request";
        headers.insert("authorization", authorization.parse().unwrap());
        if let Some(target) = target {
            headers.insert("x-amz-target", target.parse().unwrap());
        }
        headers
    }

    #[test]
    fn both_target_spellings_name_lookup_events() {
        for target in
            ["CloudTrail_20131101.LookupEvents", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"]
        {
            let call = recognise(&Method::POST, "/", "", &signed(Some(target)), b"{}").unwrap();
            assert_eq!(call.operation, Operation::LookupEvents);
            assert_eq!(call.region, "eu-west-1");
            assert_eq!(call.access_key, "AKIAIOSFODNN7EXAMPLE");
        }
    }

    #[test]
    fn a_greedy_label_is_decoded_whole() {
        let path = "/findingAggregator/get/arn%3Aaws%3Asecurityhub%3Aus-east-1%3A111122223333%3Afinding-aggregator/a-1";
        let call = recognise(&Method::GET, path, "", &signed(None), b"").unwrap();
        let expected = "arn:aws:securityhub:us-east-1:111122223333:finding-aggregator/a-1";
        assert_eq!(call.path_label.as_deref(), Some(expected));
    }

    #[test]
    fn unsigned_and_unknown_requests_are_rejected_by_name() {
        let unsigned = recognise(&Method::POST, "/findings", "", &HeaderMap::new(), b"{}").unwrap_err();
        assert_eq!((unsigned.error.status, unsigned.operation.as_str()), (403, "GetFindings"));
        let unknown = recognise(&Method::POST, "/", "", &signed(None), b"Action=AssumeRole").unwrap_err();
        assert_eq!((unknown.service, unknown.operation.as_str()), (Service::Sts, "AssumeRole"));
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        assert_eq!(percent_decoded("a%2Fb%zz%2"), "a/b%zz%2");
        assert_eq!(
            form_pairs("MaxResults=5&q=a+b%26"),
            [("MaxResults".into(), "5".into()), ("q".into(), "a b&".into())]
        );
    }
}
