//! Events as rules see them: what the view has read already is lent, the rest is parsed when a rule first asks.
//!
//! A field that the view has read and found absent, null or of another type than documented is absent to rules, too:
//! asking the record again would cost every event more than all rules together.

use std::cell::{Cell, OnceCell};

use memchr::memmem::Finder;
use security_model::{EventView, RawJson, Untrusted};
use serde_json::Value as Json;
use sigma::{JsonFields, JsonRecord, Record, RuleSet, Slot, Value};

/// How to get each field of a rule set.
#[derive(Debug)]
pub(super) struct Layout {
    getters: Vec<Getter>,
    /// Outermost members that a record may not have at all, in quotation marks.
    members: Vec<(Box<str>, Finder<'static>)>,
    whole: JsonFields,
    request: JsonFields,
    response: JsonFields,
}

#[derive(Debug)]
enum Getter {
    /// A text that views have read.
    Read(ReadField),
    /// `readOnly`.
    ReadOnly,
    /// `recipientAccountId`, which views mix with the caller's account where it is missing.
    Recipient(Member),
    /// Below `requestParameters`.
    Request,
    /// Below `responseElements`.
    Response,
    /// Anywhere else; only where the text has the name of the outermost member at all.
    Whole(Member),
}

/// The place of a member in [`Layout::members`].
type Member = usize;

type ReadField = for<'a> fn(&EventView<'a>) -> Option<Untrusted<'a>>;

impl Layout {
    pub(super) fn new(rules: &RuleSet) -> Self {
        let mut members = Vec::new();
        Self {
            getters: rules.fields().iter().map(|field| getter(field, &mut members)).collect(),
            members,
            whole: JsonFields::new(rules),
            request: JsonFields::below(rules, "requestParameters"),
            response: JsonFields::below(rules, "responseElements"),
        }
    }
}

fn getter(field: &str, members: &mut Vec<(Box<str>, Finder<'static>)>) -> Getter {
    if field.starts_with("requestParameters.") {
        return Getter::Request;
    }
    if field.starts_with("responseElements.") {
        return Getter::Response;
    }
    let mut outermost = || {
        let quoted = format!("\"{}\"", field.split('.').next().unwrap_or(field));
        members.iter().position(|(known, _)| **known == quoted).unwrap_or_else(|| {
            members.push((quoted.as_str().into(), Finder::new(&quoted).into_owned()));
            members.len() - 1
        })
    };
    match field {
        "readOnly" => Getter::ReadOnly,
        "recipientAccountId" => Getter::Recipient(outermost()),
        _ => read_field(field).map_or_else(|| Getter::Whole(outermost()), Getter::Read),
    }
}

/// The fields that a view has as they stand in the record.
fn read_field(field: &str) -> Option<ReadField> {
    Some(match field {
        "eventID" => |event| event.event_id,
        "eventName" => |event| Some(event.event_name).filter(|name| !name.is_empty()),
        "eventSource" => |event| Some(event.event_source).filter(|source| !source.is_empty()),
        "awsRegion" => |event| event.aws_region,
        "sourceIPAddress" => |event| event.source_ip,
        "userAgent" => |event| event.user_agent,
        "errorCode" => |event| event.error_code,
        "eventType" => |event| event.event_type,
        "eventCategory" => |event| event.event_category,
        "additionalEventData.MFAUsed" => |event| event.mfa_used,
        "userIdentity.type" => |event| event.identity.kind,
        "userIdentity.principalId" => |event| event.identity.principal_id,
        "userIdentity.arn" => |event| event.identity.arn,
        "userIdentity.accountId" => |event| event.identity.account_id,
        "userIdentity.accessKeyId" => |event| event.identity.access_key_id,
        "userIdentity.userName" => |event| event.identity.user_name,
        "userIdentity.invokedBy" => |event| event.identity.invoked_by,
        "userIdentity.identityProvider" => |event| event.identity.identity_provider,
        "userIdentity.sessionContext.sourceIdentity" => |event| event.identity.source_identity,
        "userIdentity.sessionContext.sessionIssuer.arn" => |event| event.identity.session_issuer?.arn,
        "userIdentity.sessionContext.sessionIssuer.userName" => |event| event.identity.session_issuer?.user_name,
        "userIdentity.sessionContext.sessionIssuer.type" => |event| event.identity.session_issuer?.kind,
        _ => return None,
    })
}

/// One event, lent to rules.
pub(super) struct EventRecord<'a> {
    layout: &'a Layout,
    event: &'a EventView<'a>,
    whole: Part<'a>,
    request: Part<'a>,
    response: Part<'a>,
    /// Of the first members of the layout: which were looked for, and which of them the text has.
    looked_for: Cell<u64>,
    present: Cell<u64>,
}

/// A part of a record, parsed when it is first asked for; nothing when it is no JSON that can be read.
type Part<'a> = OnceCell<Option<JsonRecord<'a, Json>>>;

impl<'a> EventRecord<'a> {
    pub(super) const fn new(layout: &'a Layout, event: &'a EventView<'a>) -> Self {
        Self {
            layout,
            event,
            whole: OnceCell::new(),
            request: OnceCell::new(),
            response: OnceCell::new(),
            looked_for: Cell::new(0),
            present: Cell::new(0),
        }
    }

    pub(super) const fn event(&self) -> &EventView<'a> {
        self.event
    }

    /// The whole record.
    pub(super) fn json(&self) -> Option<&Json> {
        self.whole().map(JsonRecord::value)
    }

    /// Whether a part that a rule asked for could not be read.
    pub(super) fn was_unreadable(&self) -> bool {
        [&self.whole, &self.request, &self.response].into_iter().any(|part| matches!(part.get(), Some(None)))
    }

    /// Whether the text has the name of a member anywhere. Rules ask again and again; the text is searched once.
    fn names(&self, member: Member) -> bool {
        let bit = u32::try_from(member).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or_default();
        if self.looked_for.get() & bit != 0 {
            return self.present.get() & bit != 0;
        }
        let text = self.event.record.for_matching().as_bytes();
        let found = self.layout.members.get(member).is_some_and(|(_, finder)| finder.find(text).is_some());
        self.looked_for.set(self.looked_for.get() | bit);
        if found {
            self.present.set(self.present.get() | bit);
        }
        found
    }

    fn whole(&self) -> Option<&JsonRecord<'a, Json>> {
        part(&self.whole, &self.layout.whole, self.event.record)
    }
}

fn part<'r, 'a>(part: &'r Part<'a>, fields: &'a JsonFields, text: RawJson<'_>) -> Option<&'r JsonRecord<'a, Json>> {
    part.get_or_init(|| Some(fields.record(serde_json::from_str(text.for_matching()).ok()?))).as_ref()
}

impl Record for EventRecord<'_> {
    fn get(&self, slot: Slot) -> Option<Value<'_>> {
        let Layout { getters, request, response, .. } = self.layout;
        match getters.get(slot.index())? {
            Getter::Read(read) => read(self.event).map(|text| Value::Text(text.for_matching())),
            Getter::Request => part(&self.request, request, self.event.request_parameters?)?.get(slot),
            Getter::Response => part(&self.response, response, self.event.response_elements?)?.get(slot),
            Getter::ReadOnly => self.event.read_only.map(Value::Bool),
            Getter::Recipient(member) => {
                let account = self.event.account_id.filter(|_| self.names(*member))?;
                Some(Value::Text(account.for_matching()))
            }
            Getter::Whole(member) if self.names(*member) => self.whole()?.get(slot),
            Getter::Whole(_) => None,
        }
    }

    fn texts(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        self.whole().is_some_and(|whole| whole.texts(test))
    }
}
