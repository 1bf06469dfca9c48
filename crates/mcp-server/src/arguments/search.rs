//! What may be asked of the events of an analysis that has answered.

use std::collections::BTreeMap;

use analysis::cloudtrail::{EventSearch, Source, Subject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::time::instant;
use crate::error::Failure;

/// Arguments of `search_events`: all that is given must hold.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SearchArguments {
    /// analysis_id of an answer of analyze_aws_cloudtrail.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub analysis_id: String,
    /// Who made the call, or the first identity behind it: ARN, or its last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Session name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Access key id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
    /// Address, block (203.0.113.0/24) or service name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<String>,
    /// Region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Account id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Country code of the address, e.g. NL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// eventName.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    /// eventSource, e.g. iam.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_source: Option<String>,
    /// errorCode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    /// true: failed calls only, dry runs left out; false: the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<bool>,
    /// Something that the call names: ARN, id or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Part of a name, user agent, address, error or event id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// true: reads only; false: writes only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// From this time on, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// next_cursor of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100, fewer where they are long; default 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// Arguments of `investigate`: the analysis, and one of the others.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct InvestigateArguments {
    /// analysis_id of an answer of analyze_aws_cloudtrail.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub analysis_id: String,
    /// ARN of an identity, or its last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// Access key id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key: Option<String>,
    /// Session name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Address, block or service name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<String>,
    /// ARN, id or name that calls name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// id of an incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// next_cursor of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Events a page, 1 to 100, fewer where they are long; default 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

impl SearchArguments {
    /// The search that these arguments describe.
    ///
    /// # Errors
    /// Names the argument that cannot be used, and how to write it.
    pub fn search(&self) -> Result<EventSearch, Failure> {
        let time = |name, text: &Option<String>| text.as_deref().map(|text| instant(name, text)).transpose();
        let search = EventSearch {
            principal: self.principal.clone(),
            session: self.session.clone(),
            access_key: self.access_key.clone(),
            source_ip: self.source_ip.as_deref().map(source).transpose()?,
            region: self.region.clone(),
            account: self.account.clone(),
            country: self.country.clone(),
            event_name: self.event_name.clone(),
            event_source: self.event_source.clone(),
            error_code: self.error_code.clone(),
            failed: self.failed,
            resource: self.resource.clone(),
            text: self.text.clone(),
            read_only: self.read_only,
            start: time("start", &self.start)?,
            end: time("end", &self.end)?,
        };
        if search.start.zip(search.end).is_some_and(|(start, end)| start >= end) {
            return Err(Failure::bad_argument("end", "give an end that is later than start"));
        }
        Ok(search)
    }

    /// What was asked, without analysis and paging.
    #[must_use]
    pub fn stated(&self) -> BTreeMap<String, String> {
        let filters = Self { analysis_id: String::new(), cursor: None, limit: None, ..self.clone() };
        let Ok(serde_json::Value::Object(stated)) = serde_json::to_value(filters) else { return BTreeMap::new() };
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        stated.into_iter().map(|(name, value)| (name, text(value))).collect()
    }
}

impl InvestigateArguments {
    /// Whom or what to look into: the argument's name, its value, and the subject.
    ///
    /// # Errors
    /// When there is none, or several.
    pub fn subject(&self) -> Result<(&'static str, &str, Subject), Failure> {
        let given = [
            ("principal", &self.principal),
            ("access_key", &self.access_key),
            ("session", &self.session),
            ("source_ip", &self.source_ip),
            ("resource", &self.resource),
            ("incident", &self.incident),
        ];
        let mut given = given.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let one = given.next().filter(|(_, value)| !value.is_empty());
        let Some((name, value)) = one.filter(|_| given.next().is_none()) else {
            let advice = "give exactly one of principal, access_key, session, source_ip, resource and incident";
            return Err(Failure::bad_argument("principal", advice));
        };
        let text = value.to_owned();
        let subject = match name {
            "principal" => Subject::Principal(text),
            "access_key" => Subject::AccessKey(text),
            "session" => Subject::Session(text),
            "source_ip" => Subject::Source(source(value)?),
            "resource" => Subject::Resource(text),
            _ => Subject::Incident(text),
        };
        Ok((name, value, subject))
    }
}

fn source(text: &str) -> Result<Source, Failure> {
    let advice = "write an address, a block from its first address on such as 203.0.113.0/24, or the name of a service";
    Source::parse(text).map_err(|_| Failure::bad_argument("source_ip", advice))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_subject_is_asked_for() {
        let none = InvestigateArguments::default();
        assert!(none.subject().unwrap_err().to_string().contains("exactly one of"));
        let text = |text: &str| Some(text.to_owned());
        let two = InvestigateArguments { principal: text("a"), session: text("b"), ..none.clone() };
        assert!(two.subject().is_err());
        let empty = InvestigateArguments { principal: text(""), ..none.clone() };
        assert!(empty.subject().is_err());
        let block = InvestigateArguments { source_ip: text("203.0.113.7/24"), ..none.clone() };
        assert!(block.subject().unwrap_err().to_string().contains("203.0.113.0/24"));
        let one = InvestigateArguments { resource: text("b"), ..none };
        assert_eq!(one.subject().unwrap(), ("resource", "b", Subject::Resource("b".to_owned())));
    }

    #[test]
    fn times_are_in_order() {
        let text = |text: &str| Some(text.to_owned());
        let (early, late) = (text("2026-11-20T22:00:00Z"), text("2026-11-20T23:00:00Z"));
        let search = |start: &Option<String>, end: &Option<String>| {
            SearchArguments { start: start.clone(), end: end.clone(), ..SearchArguments::default() }.search()
        };
        assert!(search(&early, &late).is_ok());
        assert!(search(&late, &early).unwrap_err().to_string().contains("later than start"));
        assert!(search(&text("yesterday"), &None).unwrap_err().to_string().contains("RFC 3339"));
    }
}
