//! Events as rules see them: what the view has read already is lent, the rest is parsed when a rule first asks.
//!
//! A field that the view has read and found absent, null or of another type than documented is absent to rules, too:
//! asking the record again would cost every event more than all rules together.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};

use memchr::memmem;
use security_model::{EventView, RawJson, Untrusted};
use serde_json::Value as Json;
use sigma::{JsonFields, JsonRecord, Likeness, Record, RuleSet, Slot, Value};

use super::branch::{self, Branch, Member};
use super::sentence;
use crate::cloudtrail::Kinds;

/// How to get each field of a rule set.
#[derive(Debug)]
pub(super) struct Layout {
    getters: Vec<Getter>,
    branches: Vec<(Part, Branch)>,
    whole: JsonFields,
    request: JsonFields,
    response: JsonFields,
}

#[derive(Debug)]
enum Getter {
    /// A text that views have read, and what alike events have in common in it.
    Read(ReadField, Common),
    /// A flag that views have read.
    Flag(ReadFlag),
    /// Anything else; only where the text has the name of the outermost member at all.
    Below(BranchPlace),
}

/// What alike events have in common in a field that views have read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Common {
    /// The text: [`Kinds`] tell it apart.
    Text,
    /// Whether there is one.
    Presence,
    Nothing,
}

/// Parts of a record whose text views lend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Request,
    Response,
}

/// The place of a branch in [`Layout::branches`].
type BranchPlace = usize;

type ReadField = for<'a> fn(&EventView<'a>) -> Option<Untrusted<'a>>;
type ReadFlag = fn(&EventView<'_>) -> Option<bool>;

impl Layout {
    /// The fields that a view lends without a look at the record.
    pub(super) fn ready_fields() -> impl Iterator<Item = &'static str> {
        READ_FIELDS.iter().map(|(name, _)| *name).chain(READ_FLAGS.iter().map(|(name, _)| *name))
    }

    pub(super) fn new(rules: &RuleSet) -> Self {
        let mut branches = Vec::new();
        Self {
            getters: rules.fields().iter().map(|field| getter(field, &mut branches)).collect(),
            branches,
            whole: JsonFields::new(rules),
            request: JsonFields::below(rules, "requestParameters"),
            response: JsonFields::below(rules, "responseElements"),
        }
    }

    fn fields(&self, part: Part) -> &JsonFields {
        match part {
            Part::Whole => &self.whole,
            Part::Request => &self.request,
            Part::Response => &self.response,
        }
    }
}

fn getter(field: &str, branches: &mut Vec<(Part, Branch)>) -> Getter {
    if let Some((_, read)) = READ_FLAGS.iter().find(|(name, _)| *name == field) {
        return Getter::Flag(*read);
    }
    if let Some((_, read)) = READ_FIELDS.iter().find(|(name, _)| *name == field) {
        return Getter::Read(*read, common(field));
    }
    let (part, path) = part_of(field);
    let place = branches.iter().position(|(own, branch)| *own == part && branch.is_of(path)).unwrap_or_else(|| {
        branches.push((part, Branch::of(path)));
        branches.len() - 1
    });
    Getter::Below(place)
}

/// The part of a record that a path leads into, and the way from there.
fn part_of(path: &str) -> (Part, &str) {
    let below = |part: Part, name: &str| Some((part, path.strip_prefix(name)?));
    let found = below(Part::Request, "requestParameters.").or_else(|| below(Part::Response, "responseElements."));
    found.unwrap_or((Part::Whole, path))
}

/// The fields that a view has as they stand in the record.
const READ_FIELDS: &[(&str, ReadField)] = &[
    ("eventID", |event| event.event_id),
    ("eventName", |event| Some(event.event_name).filter(|name| !name.is_empty())),
    ("eventSource", |event| Some(event.event_source).filter(|source| !source.is_empty())),
    ("awsRegion", |event| event.aws_region),
    ("recipientAccountId", |event| event.recipient_account_id),
    ("sourceIPAddress", |event| event.source_ip),
    ("userAgent", |event| event.user_agent),
    ("errorCode", |event| event.error_code),
    ("eventType", |event| event.event_type),
    ("eventCategory", |event| event.event_category),
    ("additionalEventData.MFAUsed", |event| event.mfa_used),
    ("vpcEndpointId", |event| event.vpc_endpoint_id),
    ("sharedEventID", |event| event.shared_event_id),
    ("responseElements.ConsoleLogin", |event| event.console_login),
    ("userIdentity.type", |event| event.identity.kind),
    ("userIdentity.principalId", |event| event.identity.principal_id),
    ("userIdentity.arn", |event| event.identity.arn),
    ("userIdentity.accountId", |event| event.identity.account_id),
    ("userIdentity.accessKeyId", |event| event.identity.access_key_id),
    ("userIdentity.userName", |event| event.identity.user_name),
    ("userIdentity.invokedBy", |event| event.identity.invoked_by),
    ("userIdentity.identityProvider", |event| event.identity.identity_provider),
    ("userIdentity.sessionContext.sourceIdentity", |event| event.identity.source_identity),
    ("userIdentity.sessionContext.sessionIssuer.arn", |event| event.identity.session_issuer?.arn),
    ("userIdentity.sessionContext.sessionIssuer.userName", |event| event.identity.session_issuer?.user_name),
    ("userIdentity.sessionContext.sessionIssuer.type", |event| event.identity.session_issuer?.kind),
];

fn common(field: &str) -> Common {
    match field {
        "eventName" | "eventSource" | "eventType" | "errorCode" | "awsRegion" | "sourceIPAddress" | "userAgent" => {
            Common::Text
        }
        identity if identity.starts_with("userIdentity.") => Common::Text,
        // Those that `likeness` looks at.
        "recipientAccountId"
        | "eventCategory"
        | "additionalEventData.MFAUsed"
        | "vpcEndpointId"
        | "sharedEventID"
        | "responseElements.ConsoleLogin" => Common::Presence,
        _ => Common::Nothing,
    }
}

/// The flags that a view has, written as flags or as texts.
const READ_FLAGS: &[(&str, ReadFlag)] = &[
    ("readOnly", |event| event.read_only),
    ("managementEvent", |event| event.management_event),
    ("sessionCredentialFromConsole", |event| event.session_credential_from_console),
];

/// Branches of one record that are parsed by themselves; for more, the whole part is parsed.
const BRANCHES: usize = 6;

/// One event, lent to rules.
pub(super) struct EventRecord<'a> {
    layout: &'a Layout,
    event: &'a EventView<'a>,
    kinds: Option<Kinds>,
    /// Nothing for most events: views lend what rules ask of them.
    read: OnceCell<Box<Read<'a>>>,
    /// Of the first branches of the layout: which were looked for, and which of them may be there.
    looked_for: Cell<u64>,
    present: Cell<u64>,
}

/// What was made of the text of a record.
struct Read<'a> {
    parsed: [OnceCell<(BranchPlace, Parsed<'a>)>; BRANCHES],
    whole: Text<'a>,
    request: Text<'a>,
    response: Text<'a>,
}

/// A part of a record, or some of its members; nothing when it is no JSON that can be read.
type Parsed<'a> = Option<JsonRecord<'a, Json>>;

/// What was made of the text of a part.
struct Text<'a> {
    /// Its outermost members, not parsed; nothing when it is no object.
    members: OnceCell<Option<Vec<Member<'a>>>>,
    parsed: OnceCell<Parsed<'a>>,
}

impl Text<'_> {
    const fn new() -> Self {
        Self { members: OnceCell::new(), parsed: OnceCell::new() }
    }
}

impl<'a> EventRecord<'a> {
    /// An event and its kinds, if they are known.
    pub(super) const fn new(layout: &'a Layout, event: &'a EventView<'a>, kinds: Option<Kinds>) -> Self {
        Self { layout, event, kinds, read: OnceCell::new(), looked_for: Cell::new(0), present: Cell::new(0) }
    }

    pub(super) const fn event(&self) -> &EventView<'a> {
        self.event
    }

    /// A member of the record that views do not have, parsed alone.
    pub(super) fn member(&self, name: &str) -> Option<Json> {
        memmem::find(self.text(Part::Whole)?.as_bytes(), name.as_bytes())?;
        let (_, value) = self.members(Part::Whole)?.iter().rfind(|(own, _)| *own == name)?;
        serde_json::from_str(value).ok()
    }

    /// `requestParameters`.
    pub(super) fn request(&self) -> Option<&Json> {
        self.part(Part::Request).map(JsonRecord::value)
    }

    /// The text at a path, of lists the first element's, objects as compact JSON; nothing for null.
    pub(super) fn first_text(&self, path: &str) -> Option<Cow<'_, str>> {
        if let Some((_, read)) = READ_FIELDS.iter().find(|(name, _)| *name == path) {
            return read(self.event).map(|text| Cow::Borrowed(text.for_matching()));
        }
        let (part, below) = part_of(path);
        sentence::at_path(self.part(part)?.value(), below).map(sentence::text_of)
    }

    /// Whether a part that a rule asked for could not be read.
    pub(super) fn was_unreadable(&self) -> bool {
        let texts = self.read.get().into_iter().flat_map(|read| [&read.whole, &read.request, &read.response]);
        texts.into_iter().any(|text| matches!(text.parsed.get(), Some(None)))
    }

    fn text(&self, part: Part) -> Option<&'a str> {
        let text = match part {
            Part::Whole => Some(self.event.record),
            Part::Request => self.event.request_parameters,
            Part::Response => self.event.response_elements,
        };
        text.map(RawJson::for_matching)
    }

    /// Whether members of a branch may be there. Rules ask again and again; the text is searched once.
    fn may_have(&self, place: BranchPlace) -> bool {
        let bit = u32::try_from(place).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or_default();
        if self.looked_for.get() & bit != 0 {
            return self.present.get() & bit != 0;
        }
        let branch = self.layout.branches.get(place);
        let found = branch.is_some_and(|(part, branch)| self.text(*part).is_some_and(|text| branch.may_be_in(text)));
        self.looked_for.set(self.looked_for.get() | bit);
        if found {
            self.present.set(self.present.get() | bit);
        }
        found
    }

    /// The members of a branch, or all of its part.
    fn branch(&self, place: BranchPlace) -> Option<&JsonRecord<'a, Json>> {
        let (part, branch) = self.layout.branches.get(place)?;
        for cell in &self.read().parsed {
            let (own, parsed) = cell.get_or_init(|| {
                let object = self.members(*part).and_then(|members| branch.of_members(members));
                (place, object.map(|object| self.layout.fields(*part).record(object)))
            });
            match parsed {
                Some(members) if *own == place => return Some(members),
                // No object, or something is wrong with it: that is for the part as a whole to find out.
                None if *own == place => break,
                _ => {}
            }
        }
        self.part(*part)
    }

    fn members(&self, part: Part) -> Option<&[Member<'a>]> {
        let text = self.text(part)?;
        self.text_read(part).members.get_or_init(|| branch::members(text)).as_deref()
    }

    fn part(&self, part: Part) -> Option<&JsonRecord<'a, Json>> {
        let text = self.text(part)?;
        let parse = || Some(self.layout.fields(part).record(serde_json::from_str(text).ok()?));
        self.text_read(part).parsed.get_or_init(parse).as_ref()
    }

    fn read(&self) -> &Read<'a> {
        self.read.get_or_init(|| {
            Box::new(Read {
                parsed: [const { OnceCell::new() }; BRANCHES],
                whole: Text::new(),
                request: Text::new(),
                response: Text::new(),
            })
        })
    }

    fn text_read(&self, part: Part) -> &Text<'a> {
        let read = self.read();
        match part {
            Part::Whole => &read.whole,
            Part::Request => &read.request,
            Part::Response => &read.response,
        }
    }
}

impl Record for EventRecord<'_> {
    fn get(&self, slot: Slot) -> Option<Value<'_>> {
        match self.layout.getters.get(slot.index())? {
            Getter::Read(read, _) => read(self.event).map(|text| Value::Text(text.for_matching())),
            Getter::Flag(read) => read(self.event).map(Value::Bool),
            Getter::Below(place) if self.may_have(*place) => self.branch(*place)?.get(slot),
            Getter::Below(_) => None,
        }
    }

    fn likeness(&self) -> Option<Likeness> {
        // Beyond as many callers as there are numbers, the last stands for several.
        let Kinds { call, caller, setting } = self.kinds.filter(|kinds| kinds.caller < u32::MAX)?;
        let event = self.event;
        let there = [
            event.recipient_account_id.is_some(),
            event.event_category.is_some(),
            event.mfa_used.is_some(),
            event.vpc_endpoint_id.is_some(),
            event.shared_event_id.is_some(),
            event.console_login.is_some(),
            event.request_parameters.is_some(),
            event.response_elements.is_some(),
        ];
        let there = there.iter().fold(0, |all, there| all << 1 | u32::from(*there));
        let all = READ_FLAGS.iter().fold(there, |all, (_, read)| all << 2 | read(event).map_or(2, u32::from));
        Some([call, caller, setting, all])
    }

    fn is_alike(&self, slot: Slot) -> bool {
        match self.layout.getters.get(slot.index()) {
            Some(Getter::Read(read, common)) => match common {
                Common::Text => true,
                Common::Presence => read(self.event).is_none(),
                Common::Nothing => false,
            },
            Some(Getter::Flag(_)) | None => true,
            Some(Getter::Below(place)) => {
                self.layout.branches.get(*place).is_none_or(|(part, _)| self.text(*part).is_none())
            }
        }
    }

    fn texts(&self, test: &mut dyn FnMut(&str) -> bool) -> bool {
        self.part(Part::Whole).is_some_and(|whole| whole.texts(test))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a record that cannot be read must fail its test")]
mod tests {
    use cloudtrail_log::read_event;
    use sigma::Scratch;

    use super::*;
    use crate::cloudtrail::Reader;
    use crate::detect::built_in;
    use crate::hash::HashSet;

    /// What was learnt of events that are alike is what each of them matches by itself.
    #[test]
    fn alike_events_match_what_each_matches() {
        let pack = built_in().build();
        let mut reader = Reader::default();
        let mut scratch = Scratch::default();
        let (mut matched, mut alike) = (0, HashSet::default());
        for seed in [sample_night::SAMPLE_SEED, sample_night::SAMPLE_SEED, 1] {
            for record in sample_night::generate(seed).cloudtrail {
                read_event(&record.to_string(), |event| {
                    let kinds = reader.read(event, |_| None).kinds;
                    let record = EventRecord::new(&pack.layout, event, Some(kinds));
                    alike.insert(record.likeness());
                    let found: Vec<_> = pack.rules.matches(&record, &mut scratch).collect();
                    assert_eq!(found, pack.rules.matches_each(&record), "{:?}", event.event_id);
                    matched += found.len();
                })
                .unwrap();
            }
        }
        // So many that many were alike.
        assert!(matched > 1_000 && alike.len() > 1_000, "{matched} matches, {} likenesses", alike.len());
    }

    /// What alike events have in common in a field, their likeness must tell.
    #[test]
    fn likenesses_tell_which_fields_are_there() {
        type Set = fn(&mut EventView<'static>);
        const TEXT: Option<Untrusted<'static>> = Some(Untrusted::new("text"));
        let sets: [(&str, Set); 6] = [
            ("recipientAccountId", |event| event.recipient_account_id = TEXT),
            ("eventCategory", |event| event.event_category = TEXT),
            ("additionalEventData.MFAUsed", |event| event.mfa_used = TEXT),
            ("vpcEndpointId", |event| event.vpc_endpoint_id = TEXT),
            ("sharedEventID", |event| event.shared_event_id = TEXT),
            ("responseElements.ConsoleLogin", |event| event.console_login = TEXT),
        ];
        let mut common: Vec<&str> = READ_FIELDS.iter().map(|(name, _)| *name).collect();
        common.retain(|name| super::common(name) == Common::Presence);
        assert_eq!(common, sets.map(|(name, _)| name));

        let pack = built_in().build();
        let kinds = Some(Kinds { call: 1, caller: 2, setting: 3 });
        let likeness = |set: Set| {
            let mut event = EventView::default();
            set(&mut event);
            EventRecord::new(&pack.layout, &event, kinds).likeness().unwrap()
        };
        let flags: [Set; 6] = [
            |event| event.read_only = Some(true),
            |event| event.read_only = Some(false),
            |event| event.management_event = Some(true),
            |event| event.session_credential_from_console = Some(true),
            |event| event.request_parameters = Some(RawJson::new("{}")),
            |event| event.response_elements = Some(RawJson::new("{}")),
        ];
        let mut all: Vec<_> = sets.into_iter().map(|(_, set)| set).chain(flags).map(likeness).collect();
        all.push(likeness(|_| {}));
        let distinct: HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
